"""Price the limits of seats and moves, and bound every plan by those prices alone (T8, T9).

Lagrangian relaxation of the limit and move rows: Fisher, Management Science 27(1), 1981.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_pairs import Items, Pairs
from optimizer.territory_problem import Floats, Ints

Marks = NDArray[np.bool_]
DEAR = 100.0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Hold shadow prices.

    `window` (S, R) EUR per relative unit: > 0 where the seat needs more, < 0 where less;
    `move` >= 0 EUR per moved unit.
    """

    window: Floats
    move: float


def free_prices(items: Items) -> Prices:
    """Return prices of zero."""
    return Prices(window=np.zeros_like(items.lower), move=0.0)


def adjusted_cost(pairs: Pairs, prices: Prices) -> Floats:
    """Return (P,) EUR of the pairs with limits and moves at their prices (T8)."""
    adjusted = pairs.cost.copy()
    for row in range(pairs.size.shape[1]):
        adjusted -= pairs.size[:, row] * prices.window[pairs.seat, row]
    if prices.move > 0:
        adjusted += prices.move * pairs.moved
    return adjusted


def least_by_item(pairs: Pairs, values: Floats) -> Floats:
    """Return (G,) the least of `values` (P,) among each item's pairs."""
    if not len(values):
        return np.zeros(0)
    return np.minimum.reduceat(values, pairs.start[:-1])


def behind_best(pairs: Pairs, adjusted: Floats) -> Floats:
    """Return (P,) how far each pair is behind its item's best."""
    return adjusted - np.repeat(least_by_item(pairs, adjusted), np.diff(pairs.start))


def best_pair(pairs: Pairs, values: Floats) -> Ints:
    """Return (G,) the pair of least `values` of each item, the first among equals."""
    behind = np.flatnonzero(behind_best(pairs, values) == 0.0)
    first = np.diff(pairs.item[behind], prepend=-1) != 0
    return behind[first]


def cut_prices(items: Items, prices: Prices, penalty: float) -> Prices:
    """Return the prices cut to where the bound is valid whatever their origin.

    A missed limit costs its own price, or `penalty` where it is hard; a limit that is not there
    has no price.
    """
    most = np.where(np.isinf(items.miss_price), penalty, items.miss_price)
    low = np.where(np.isfinite(items.upper), -most, 0.0)
    high = np.where(np.isfinite(items.lower), most, 0.0)
    return Prices(window=np.clip(prices.window, low, high), move=max(0.0, prices.move))


def room_value(items: Items, prices: Prices) -> float:
    """Return EUR that the limits themselves bring at cut prices, the constant part of T9."""
    lower = np.where(np.isfinite(items.lower), items.lower, 0.0)
    upper = np.where(np.isfinite(items.upper), items.upper, 0.0)
    room = lower * np.maximum(prices.window, 0) - upper * np.maximum(-prices.window, 0)
    return float(room.sum() - prices.move * items.max_moved)


def lagrangian_bound(items: Items, prices: Prices, penalty: float) -> float:
    """Return a lower bound on every plan over `items.pairs`, proved by the prices alone (T9)."""
    cut = cut_prices(items, prices, penalty)
    cheapest = least_by_item(items.pairs, adjusted_cost(items.pairs, cut))
    return float(cheapest.sum()) + room_value(items, cut)


def miss_penalty(items: Items) -> float:
    """Return EUR per relative unit by which a hard limit is missed (T5).

    A hundred times what the dearest plan costs above the cheapest: a hundredth of a target
    missed less is then worth any seats.
    """
    cost = items.pairs.cost
    if not len(cost):
        return DEAR
    dearest = np.maximum.reduceat(cost, items.pairs.start[:-1])
    spread = float((dearest - least_by_item(items.pairs, cost)).sum())
    return DEAR * (spread or float(np.abs(dearest).sum()) or 1.0)


def near_ties(behind: Floats, columns: int, items: int) -> Marks:
    """Mark (P,) the best pair of every item and the `columns` pairs that come closest to it."""
    wanted = min(items + columns, behind.size) - 1
    band = np.partition(behind, wanted)[wanted] if behind.size else 0.0
    return np.asarray(behind <= band)
