"""Confine a search to near ties at shadow prices, where nearly all of the gap sits (T11)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.territory_pairs import Items
from optimizer.territory_prices import Prices, adjusted_cost, behind_best, near_ties
from optimizer.territory_problem import Ints


def near_ties_only(
    items: Items, prices: Prices, pair: Ints, columns: int
) -> tuple[Items, Ints, Ints]:
    """Return items with their `columns` nearest ties and the pairs of a plan only.

    Also the positions (n,) of the pairs kept, and the plan (G,) in the new positions.
    """
    behind = behind_best(items.pairs, adjusted_cost(items.pairs, prices))
    near = near_ties(behind, columns, items.count)
    near[pair] = True
    position = np.cumsum(near) - 1
    confined = replace(items, pairs=items.pairs.where(near), complete=False)
    return confined, np.flatnonzero(near), position[pair]
