"""Prove designs: a Lagrangian bound, then the program where few pairs are left (T36)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territory_connect_best import DesignSearch
from optimizer.territory_connect_hess import Relaxed, relax
from optimizer.territory_connect_program import HessProgram, prove
from optimizer.territory_connect_reach import reachable
from optimizer.territory_problem import Floats

LINEAR_SHARE = 0.2
"""Share of the seconds left that the linear relaxation may take."""
MOST_PAIRS = 24_000
"""Open pairs up to which the integer program is tried."""


def raise_bound(
    search: DesignSearch,
    stop: Callable[[], bool],
    start: tuple[Floats, Floats] | None = None,
    aim: float = np.inf,
) -> None:
    """Raise the bound from the best prices known, and strike out pairs no better design uses.

    `start`: prices of items (G,) and windows (C, K) to begin with in their place; `aim`: EUR of a
    rough design, where none is known that keeps the windows.
    """
    ground, value = search.ground, search.value if search.kept else np.inf
    if search.near is None:
        search.near = reachable(ground, ground.allowed)
    if start is None and search.relaxed is not None:
        start = search.relaxed.prices
    found = relax(ground, search.near, value, stop, start=start, aim=aim)
    search.relaxed = found if search.relaxed is None else _both(search.relaxed, found)
    search.bound = max(search.bound, min(found.bound, value))


def open_pairs(search: DesignSearch) -> NDArray[np.bool_]:
    """Return (G, C) pairs that a better design may use and reach."""
    assert search.relaxed is not None
    return reachable(search.ground, search.relaxed.open_pairs)


def _both(one: Relaxed, other: Relaxed) -> Relaxed:
    """Return the better bound, and the pairs that neither struck out."""
    better = other if other.bound >= one.bound else one
    return replace(better, open_pairs=one.open_pairs & other.open_pairs)


def few_open(search: DesignSearch) -> bool:
    """Return whether the bound leaves so few pairs that the integer program will be tried."""
    return search.relaxed is not None and search.relaxed.open_pairs.sum() <= MOST_PAIRS


def prove_design(
    search: DesignSearch,
    options: Options,
    stop: Callable[[], bool],
    seconds_left: Callable[[], float],
) -> None:
    """Bound designs from below; where few pairs are left, settle the matter."""
    raise_bound(search, stop)
    if search.proved or stop() or not few_open(search):
        return
    limits = Limits(seconds=LINEAR_SHARE * seconds_left(), cancelled=stop)
    raise_bound(search, stop, HessProgram(search.ground, open_pairs(search)).prices(limits))
    if search.proved or stop():
        return
    program = HessProgram(search.ground, open_pairs(search))
    program.add_rims()
    value = search.value if search.kept else np.inf
    proof = prove(program, value, seconds_left=seconds_left, stop=stop, seed=options.seed)
    search.offer(proof.column)
    search.bound = max(search.bound, min(proof.bound, search.value))
    search.infeasible = proof.finished and proof.column is None and not search.kept
