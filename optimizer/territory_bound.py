"""Solve the relaxation over all seats by column sifting and prove its value (T7 to T9).

Near ties at rough prices make a small LP; its duals price every pair in numpy; pairs with a
negative reduced cost join; when none is left the LP is exact over all columns (Bixby et al.,
Operations Research 40(5), 1992, call it sifting).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.territory_ascent import climb
from optimizer.territory_items import staying_pair
from optimizer.territory_pairs import Items
from optimizer.territory_prices import (
    Marks,
    Prices,
    adjusted_cost,
    behind_best,
    best_pair,
    lagrangian_bound,
    least_by_item,
    miss_penalty,
    near_ties,
)
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_program import solve_relaxed
from optimizer.territory_watch import OnStep

NEAR_TIES, CHEAPEST = 1, 2
"""Columns per item at the start: near ties at rough prices, and cheapest seats."""
ADDED_A_ROUND = 3
ROUNDS = 25


@dataclass(frozen=True, kw_only=True)
class Relaxation:
    """Hold the relaxed plan.

    `columns` (n,) positions in `items.pairs` and the `share` (n,) of each; `excess` relative
    units that hard limits are missed by even with split units; `penalty` EUR per relative unit
    missed; `exact` False when a limit ended it.
    """

    columns: Ints
    share: Floats
    prices: Prices
    bound: float
    penalty: float
    excess: float
    exact: bool


def relax(
    items: Items,
    seconds_left: Callable[[], float],
    cancelled: Callable[[], bool],
    on_step: OnStep | None = None,
) -> Relaxation:
    """Solve the LP over all pairs; elastic limits make it solvable always.

    `on_step` hears the bound of the prices, then every better one.
    """
    tell = on_step or _silent
    penalty = miss_penalty(items)
    prices = climb(items, penalty, cancelled)
    priced = unsolved(items, prices, penalty)
    tell("prices of all accounts", priced.bound)
    return _sift(items, _first_columns(items, prices), priced, seconds_left, cancelled, tell)


def _silent(_doing: str, _bound: float) -> None:
    pass


def _first_columns(items: Items, prices: Prices) -> Marks:
    """Mark near ties, the two cheapest seats of each item and the one that moves fewest units."""
    pairs = items.pairs
    pool = near_ties(
        behind_best(pairs, adjusted_cost(pairs, prices)), NEAR_TIES * items.count, items.count
    )
    order = np.lexsort((pairs.cost, pairs.item))
    for rank in range(CHEAPEST):
        at = pairs.start[:-1] + rank
        pool[order[at[at < pairs.start[1:]]]] = True
    pool[staying_pair(items)] = True
    return pool


def _sift(
    items: Items,
    pool: Marks,
    best: Relaxation,
    seconds_left: Callable[[], float],
    cancelled: Callable[[], bool],
    tell: OnStep,
) -> Relaxation:
    """Grow `pool` in place until no pair outside has a negative reduced cost."""
    penalty = best.penalty
    for _ in range(ROUNDS):
        columns = np.flatnonzero(pool)
        answer = solve_relaxed(items, columns, penalty, seconds_left(), cancelled)
        if answer is None:
            return best
        missing = _worth_adding(items, answer.prices, pool)
        before = best.bound
        best = Relaxation(
            columns=columns,
            share=answer.share,
            prices=answer.prices,
            bound=max(best.bound, lagrangian_bound(items, answer.prices, penalty)),
            penalty=penalty,
            excess=answer.excess,
            exact=not len(missing),
        )
        if best.bound > before:
            tell("relaxation", best.bound)
        if best.exact or answer.value - best.bound <= 1e-7 * abs(answer.value):
            break
        pool[missing] = True
    return best


def _worth_adding(items: Items, prices: Prices, pool: Marks) -> Ints:
    """Return the pairs that beat the best pair in the pool, at most a few per item."""
    pairs = items.pairs
    adjusted = adjusted_cost(pairs, prices)
    inside = least_by_item(pairs, np.where(pool, adjusted, np.inf))
    gain = adjusted - np.repeat(inside, np.diff(pairs.start))
    scale = float(np.abs(inside).mean()) if len(inside) else 1.0
    found = np.flatnonzero(~pool & (gain < -1e-9 * max(scale, 1e-300)))
    found = found[np.lexsort((gain[found], pairs.item[found]))]
    item = pairs.item[found]
    first = np.flatnonzero(np.diff(item, prepend=-1) != 0)
    rank = np.arange(len(found)) - np.repeat(first, np.diff(np.append(first, len(found))))
    return found[rank < ADDED_A_ROUND]


def unsolved(items: Items, prices: Prices, penalty: float) -> Relaxation:
    """Return what prices alone prove, before any LP."""
    return Relaxation(
        columns=np.zeros(0, dtype=np.int64),
        share=np.zeros(0),
        prices=prices,
        bound=lagrangian_bound(items, prices, penalty),
        penalty=penalty,
        excess=0.0,
        exact=False,
    )


def largest_share(items: Items, relaxation: Relaxation) -> Ints:
    """Return (G,) the pair with the largest share, or the cheapest where no LP was solved."""
    pair = best_pair(items.pairs, adjusted_cost(items.pairs, relaxation.prices))
    columns = relaxation.columns
    order = np.argsort(relaxation.share, kind="stable")
    pair[items.pairs.item[columns[order]]] = columns[order]
    return pair
