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
    search: DesignSearch, stop: Callable[[], bool], start: tuple[Floats, Floats] | None = None
) -> NDArray[np.bool_]:
    """Raise the bound from the best prices known; return (G, C) pairs a better design may use.

    `start`: prices of items (G,) and windows (C, K) to begin with in their place.
    """
    ground, value = search.ground, search.value if search.kept else np.inf
    if start is None and search.relaxed is not None:
        start = search.relaxed.prices
    found = relax(ground, reachable(ground, ground.allowed), value, stop, start=start)
    search.relaxed = found if search.relaxed is None else _both(search.relaxed, found)
    search.bound = max(search.bound, min(found.bound, value))
    return reachable(ground, search.relaxed.open_pairs)


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
    ground, open_pairs = search.ground, raise_bound(search, stop)
    if not search.proved and not stop() and open_pairs.sum() <= MOST_PAIRS:
        limits = Limits(seconds=LINEAR_SHARE * seconds_left(), cancelled=stop)
        start = HessProgram(ground, open_pairs).prices(limits)
        open_pairs = raise_bound(search, stop, start)
    if search.proved or stop() or open_pairs.sum() > MOST_PAIRS:
        return
    program = HessProgram(ground, open_pairs)
    program.add_rims()
    value = search.value if search.kept else np.inf
    proof = prove(program, value, seconds_left=seconds_left, stop=stop, seed=options.seed)
    search.offer(proof.column)
    search.bound = max(search.bound, min(proof.bound, search.value))
    search.infeasible = proof.finished and proof.column is None and not search.kept
