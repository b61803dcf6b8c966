"""Turn a relaxed plan into a whole one that keeps the move limit (T10)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_bound import Relaxation, largest_share
from optimizer.territory_groups import ROUNDING, Items, staying_seat
from optimizer.territory_prices import Prices, adjusted_cost, near_ties
from optimizer.territory_problem import Ints, TerritoryPlan
from optimizer.territory_program import Columns, solve_integer

MENDING_COLUMNS = (10, 30, 50)
"""Near ties per window row that the mending program may use, try by try."""
MENDING_NODES = 5


def rounded(items: Items, relaxation: Relaxation) -> Ints:
    """Give every item to the seat with its largest share, then mend the move limit."""
    return within_move_limit(items, relaxation.prices, largest_share(items, relaxation))


def within_move_limit(items: Items, prices: Prices, seat: Ints) -> Ints:
    """Send items back where that costs least per unit until few enough units move."""
    too_many = items.moves(seat) - items.max_moved
    if too_many <= 0:
        return seat
    at, stay = np.arange(len(seat)), staying_seat(items)
    adjusted = adjusted_cost(items, prices)
    saved = items.moved[at, seat] - items.moved[at, stay]
    extra = adjusted[at, stay] - adjusted[at, seat]
    order = np.argsort(np.where(saved > 0, extra / np.maximum(saved, 1), np.inf), kind="stable")
    enough = int(np.searchsorted(np.cumsum(saved[order]), too_many)) + 1
    mended = seat.copy()
    mended[order[:enough]] = stay[order[:enough]]
    return mended


def from_hint(items: Items, hint: TerritoryPlan, prices: Prices) -> Ints:
    """Return the hinted seats where they are allowed, else the cheapest at shadow prices."""
    seat = adjusted_cost(items, prices).argmin(axis=1).astype(np.int64)
    # Reversed, so that the first member of a group has the last word.
    units = np.flatnonzero((items.of_unit >= 0) & (hint.seat >= 0))[::-1]
    units = units[hint.seat[units] < items.cost.shape[1]]
    units = units[np.isfinite(items.cost[items.of_unit[units], hint.seat[units]])]
    seat[items.of_unit[units]] = hint.seat[units]
    return within_move_limit(items, prices, seat)


def mend_windows(
    items: Items, relaxation: Relaxation, seat: Ints, limits: Callable[[], Limits]
) -> Ints:
    """Look for seats that keep all windows by integer programs on more and more near ties.

    Windows are hard, except in the last try, which accepts the smallest miss it finds. Nothing
    is tried when even split units cannot keep them.
    """
    if relaxation.excess > ROUNDING:
        return seat
    adjusted = adjusted_cost(items, relaxation.prices)
    for wanted in MENDING_COLUMNS:
        near = near_ties(adjusted, wanted * items.lower.size)
        near[np.arange(len(seat)), seat] = True
        near[near.sum(axis=1) < 2] = False
        elastic = wanted == MENDING_COLUMNS[-1]
        penalty = relaxation.penalty if elastic else None
        chosen = solve_integer(items, Columns.where(near), seat, penalty, limits())
        if chosen.seat is not None and items.excess(chosen.seat) < items.excess(seat):
            return chosen.seat
    return seat
