"""Turn a relaxed plan into a whole one that keeps the move limit (T10)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_bound import Relaxation, largest_share
from optimizer.territory_items import staying_pair
from optimizer.territory_pairs import ROUNDING, Items
from optimizer.territory_prices import Prices, adjusted_cost, behind_best, best_pair, near_ties
from optimizer.territory_problem import Ints, TerritoryPlan
from optimizer.territory_program import solve_integer

MENDING_COLUMNS = (10, 30, 50)
"""Near ties per limit that the mending program may use, try by try."""
MENDING_NODES = 5


def rounded(items: Items, relaxation: Relaxation) -> Ints:
    """Give every item the pair with its largest share, then mend the move limit."""
    return within_move_limit(items, relaxation.prices, largest_share(items, relaxation))


def within_move_limit(items: Items, prices: Prices, pair: Ints) -> Ints:
    """Send items back where that costs least per unit until few enough units move."""
    too_many = items.moves(pair) - items.max_moved
    if too_many <= 0:
        return pair
    stay, pairs = staying_pair(items), items.pairs
    adjusted = adjusted_cost(pairs, prices)
    saved = pairs.moved[pair] - pairs.moved[stay]
    extra = adjusted[stay] - adjusted[pair]
    order = np.argsort(np.where(saved > 0, extra / np.maximum(saved, 1), np.inf), kind="stable")
    enough = int(np.searchsorted(np.cumsum(saved[order]), too_many)) + 1
    mended = pair.copy()
    mended[order[:enough]] = stay[order[:enough]]
    return mended


def from_hint(items: Items, hint: TerritoryPlan, prices: Prices) -> Ints:
    """Return the hinted seats where they are allowed, else the cheapest at shadow prices."""
    pair = best_pair(items.pairs, adjusted_cost(items.pairs, prices))
    # Reversed, so that the first member of a group has the last word.
    units = np.flatnonzero((items.of_unit >= 0) & (hint.seat >= 0))[::-1]
    found = items.pairs.find(items.of_unit[units], hint.seat[units], items.seats)
    known = (found >= 0) & (hint.seat[units] < items.seats)
    pair[items.of_unit[units[known]]] = found[known]
    return within_move_limit(items, prices, pair)


def mend_limits(
    items: Items, relaxation: Relaxation, pair: Ints, limits: Callable[[], Limits]
) -> Ints:
    """Look for pairs that keep all hard limits by integer programs on more and more near ties.

    Hard limits stay hard, except in the last try, which accepts the smallest miss it finds.
    Nothing is tried when even split units cannot keep them.
    """
    if relaxation.excess > ROUNDING:
        return pair
    behind = behind_best(items.pairs, adjusted_cost(items.pairs, relaxation.prices))
    for wanted in MENDING_COLUMNS:
        near = near_ties(behind, wanted * items.lower.size, items.count)
        near[pair] = True
        alone = np.bincount(items.pairs.item[near], minlength=items.count) < 2
        near[alone[items.pairs.item]] = False
        penalty = relaxation.penalty if wanted == MENDING_COLUMNS[-1] else None
        chosen = solve_integer(items, np.flatnonzero(near), pair, penalty, limits())
        if chosen.pair is not None and items.excess(chosen.pair) < items.excess(pair):
            return chosen.pair
    return pair
