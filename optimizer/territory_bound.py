"""Solve the relaxation over all seats by column sifting and prove its value (T7 to T9).

Near ties at rough prices make a small LP; its duals price every seat in numpy; seats with a
negative reduced cost join; when none is left the LP is exact over all columns (Bixby et al.,
Operations Research 40(5), 1992, call it sifting).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.territory_ascent import climb
from optimizer.territory_groups import Items, staying_seat
from optimizer.territory_prices import (
    Grid,
    Prices,
    adjusted_cost,
    lagrangian_bound,
    miss_penalty,
    near_ties,
)
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_program import Columns, solve_relaxed

NEAR_TIES, CHEAPEST = 1, 2
"""Columns per item at the start: near ties at rough prices, and cheapest seats."""
ADDED_A_ROUND = 3
ROUNDS = 25


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """Hold the relaxed plan.

    `share` (n,) of each column; `excess` mean targets that windows are missed by even with
    split units; `penalty` EUR per mean target missed; `exact` False when a limit ended it.
    """

    columns: Columns
    share: Floats
    prices: Prices
    bound: float
    penalty: float
    excess: float
    exact: bool


def relax(
    items: Items, seconds_left: Callable[[], float], cancelled: Callable[[], bool]
) -> Relaxation:
    """Solve the LP over all eligible seats; elastic windows make it solvable always."""
    eligible = np.isfinite(items.cost)
    penalty = miss_penalty(items)
    prices = climb(items, penalty, cancelled)
    pool = _first_columns(items, prices) & eligible
    return _sift(items, pool, eligible, unsolved(items, prices, penalty), seconds_left, cancelled)


def _first_columns(items: Items, prices: Prices) -> Grid:
    """Mark near ties, the two cheapest seats of each item and the one that moves fewest units."""
    pool = near_ties(adjusted_cost(items, prices), NEAR_TIES * len(items.cost))
    cheapest = np.argsort(items.cost, axis=1, kind="stable")[:, :CHEAPEST]
    np.put_along_axis(pool, cheapest, True, axis=1)
    pool[np.arange(len(pool)), staying_seat(items)] = True
    return pool


def _sift(
    items: Items,
    pool: Grid,
    eligible: Grid,
    best: Relaxation,
    seconds_left: Callable[[], float],
    cancelled: Callable[[], bool],
) -> Relaxation:
    """Grow `pool` in place until no seat outside has a negative reduced cost."""
    penalty = best.penalty
    for _ in range(ROUNDS):
        columns = Columns.where(pool)
        answer = solve_relaxed(items, columns, penalty, seconds_left(), cancelled)
        if answer is None:
            return best
        missing = _worth_adding(items, answer.prices, pool, eligible)
        best = Relaxation(
            columns=columns,
            share=answer.share,
            prices=answer.prices,
            bound=max(best.bound, lagrangian_bound(items, answer.prices, penalty)),
            penalty=penalty,
            excess=answer.excess,
            exact=not missing.any(),
        )
        if best.exact or answer.value - best.bound <= 1e-7 * abs(answer.value):
            break
        pool |= missing
    return best


def _worth_adding(items: Items, prices: Prices, pool: Grid, eligible: Grid) -> Grid:
    """Mark the seats that beat the best seat in the pool, at most a few per item."""
    adjusted = adjusted_cost(items, prices)
    inside = np.where(pool, adjusted, np.inf).min(axis=1, initial=np.inf)
    gain = np.where(eligible & ~pool, adjusted - inside[:, None], 0.0)
    scale = float(np.abs(inside).mean()) if len(inside) else 1.0
    few = min(ADDED_A_ROUND, gain.shape[1])
    best = np.argsort(gain, axis=1, kind="stable")[:, :few]
    chosen = np.zeros_like(pool)
    np.put_along_axis(chosen, best, True, axis=1)
    return chosen & (gain < -1e-9 * max(scale, 1e-300))


def unsolved(items: Items, prices: Prices, penalty: float) -> Relaxation:
    """Return what prices alone prove, before any LP."""
    none = np.zeros(0, dtype=np.int64)
    return Relaxation(
        columns=Columns(item=none, seat=none),
        share=np.zeros(0),
        prices=prices,
        bound=lagrangian_bound(items, prices, penalty),
        penalty=penalty,
        excess=0.0,
        exact=False,
    )


def largest_share(items: Items, relaxation: Relaxation) -> Ints:
    """Return (G,) the seat with the largest share, or the cheapest one where no LP was solved."""
    seat = adjusted_cost(items, relaxation.prices).argmin(axis=1)
    columns = relaxation.columns
    order = np.argsort(relaxation.share, kind="stable")
    seat[columns.item[order]] = columns.seat[order]
    return seat.astype(np.int64)
