"""Price windows and moves, and bound every plan by those prices alone (T8, T9).

Lagrangian relaxation of the window and move rows: Fisher, Management Science 27(1), 1981.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_groups import Items
from optimizer.territory_problem import Floats

Grid = NDArray[np.bool_]
DEAR = 100.0


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Hold shadow prices.

    `window` (S, K) EUR per mean target: > 0 where the seat needs more load, < 0 where less;
    `move` >= 0 EUR per moved unit.
    """

    window: Floats
    move: float


def free_prices(items: Items) -> Prices:
    """Return prices of zero."""
    return Prices(window=np.zeros_like(items.lower), move=0.0)


def adjusted_cost(items: Items, prices: Prices) -> Floats:
    """Return (G, S) EUR with windows and moves at their prices; inf where not eligible (T8)."""
    adjusted = items.cost - items.size @ prices.window.T
    if prices.move > 0:
        adjusted += prices.move * items.moved
    return adjusted


def lagrangian_bound(items: Items, prices: Prices, penalty: float) -> float:
    """Return a lower bound on every plan's EUR, proved by the prices alone (T9).

    Prices are first cut to +-penalty and >= 0, where the bound is valid whatever their origin.
    """
    window = np.clip(prices.window, -penalty, penalty)
    move = max(0.0, prices.move)
    cheapest = adjusted_cost(items, Prices(window=window, move=move)).min(axis=1, initial=np.inf)
    room = items.lower * np.maximum(window, 0) - items.upper * np.maximum(-window, 0)
    return float(cheapest.sum() + room.sum() - move * items.max_moved)


def miss_penalty(items: Items) -> float:
    """Return EUR per mean target missed (T5).

    A hundred times what the dearest plan costs above the cheapest: a hundredth of a target
    missed less is then worth any seats.
    """
    dearest = np.where(np.isfinite(items.cost), items.cost, -np.inf).max(axis=1, initial=-np.inf)
    spread = float((dearest - items.cost.min(axis=1, initial=np.inf)).sum())
    return DEAR * (spread or float(np.abs(dearest).sum()) or 1.0)


def near_ties(adjusted: Floats, columns: int) -> Grid:
    """Mark (G, S) the best seat of every item and the `columns` pairs that come closest to it."""
    behind = adjusted - adjusted.min(axis=1, initial=np.inf)[:, None]
    behind[~np.isfinite(adjusted)] = np.inf
    wanted = min(len(adjusted) + columns, behind.size) - 1
    band = np.partition(behind, wanted, axis=None)[wanted] if behind.size else 0.0
    return np.isfinite(behind) & (behind <= band)
