"""Climb the Lagrangian bound by subgradient steps: good prices in a fraction of the LP's time.

Held, Wolfe and Crowder, Mathematical Programming 6 (1974); here with momentum and a step that
shrinks with the round. The prices choose the first columns of the sifting LP, and stand in for
it when time runs out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.territory_groups import Items
from optimizer.territory_prices import Prices, adjusted_cost, free_prices
from optimizer.territory_problem import Floats

STEPS = 300
FIRST_STEP = 0.3
"""EUR per mean target and mean target missed, as a share of a seat's cost."""
SHRINK = 0.08
MOMENTUM = 0.7


def climb(items: Items, penalty: float, stop: Callable[[], bool]) -> Prices:
    """Return the best prices met within STEPS; prices of windows stay within +-penalty."""
    window, move = np.zeros_like(items.lower), 0.0
    best, best_value = free_prices(items), -np.inf
    speed, move_speed = np.zeros_like(window), 0.0
    scale = 0.0
    for step in range(STEPS):
        if stop():
            break
        prices = Prices(window=window, move=move)
        value, missing, too_many = _evaluate(items, prices)
        if value > best_value:
            best, best_value = prices, value
        scale = scale or abs(value) / max(1, items.lower.shape[0]) or 1.0
        length = scale * FIRST_STEP / (1 + SHRINK * step)
        speed = MOMENTUM * speed + length * missing
        window = np.clip(window + speed, -penalty, penalty)
        # A moved unit costs about a seat's cost divided by its units.
        per_unit = items.lower.shape[0] / len(items.cost)
        move_speed = MOMENTUM * move_speed + length * per_unit * too_many / len(items.cost)
        move = max(0.0, move + move_speed)
    return best


def _evaluate(items: Items, prices: Prices) -> tuple[float, Floats, float]:
    """Return the bound's value, the load missing (S, K) and the units moved too many."""
    adjusted = adjusted_cost(items, prices)
    seat = adjusted.argmin(axis=1)
    at = np.arange(len(seat))
    load = items.load(seat)
    window = prices.window
    room = items.lower * np.maximum(window, 0) - items.upper * np.maximum(-window, 0)
    value = adjusted[at, seat].sum() + room.sum() - prices.move * items.max_moved
    below, above = items.lower - load, items.upper - load
    inside = np.maximum(below, 0) + np.minimum(above, 0)
    missing = np.where(window > 0, below, np.where(window < 0, above, inside))
    too_many = float(items.moved[at, seat].sum() - items.max_moved)
    return float(value), missing, too_many if prices.move > 0 or too_many > 0 else 0.0
