"""Climb the Lagrangian bound by subgradient steps: good prices in a fraction of the LP's time.

Held, Wolfe and Crowder, Mathematical Programming 6 (1974); here with momentum and a step that
shrinks with the round. The prices choose the first columns of the sifting LP, and stand in for
it when time runs out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.territory_pairs import Items
from optimizer.territory_prices import (
    Prices,
    adjusted_cost,
    best_pair,
    cut_prices,
    free_prices,
    room_value,
)
from optimizer.territory_problem import Floats

STEPS = 300
FIRST_STEP = 0.3
"""EUR per relative unit and relative unit missed, as a share of a seat's cost."""
SHRINK = 0.08
MOMENTUM = 0.7


def climb(items: Items, penalty: float, stop: Callable[[], bool]) -> Prices:
    """Return the best prices met within STEPS, where the bound is valid (`cut_prices`)."""
    best, best_value = free_prices(items), -np.inf
    prices, speed, move_speed, scale = best, np.zeros_like(items.lower), 0.0, 0.0
    for step in range(STEPS):
        if stop():
            break
        value, missing, too_many = _evaluate(items, prices)
        if value > best_value:
            best, best_value = prices, value
        if step == 0:
            scale = abs(value) / max(1, items.seats) or 1.0
        length = scale * FIRST_STEP / (1 + SHRINK * step)
        speed = MOMENTUM * speed + length * missing
        # A moved unit costs about a seat's cost divided by its units.
        per_unit = items.seats / items.count
        move_speed = MOMENTUM * move_speed + length * per_unit * too_many / items.count
        stepped = Prices(window=prices.window + speed, move=prices.move + move_speed)
        prices = cut_prices(items, stepped, penalty)
    return best


def _evaluate(items: Items, prices: Prices) -> tuple[float, Floats, float]:
    """Return the bound's value, the load missing (S, R) and the units moved too many."""
    adjusted = adjusted_cost(items.pairs, prices)
    pair = best_pair(items.pairs, adjusted)
    load, window = items.load(pair), prices.window
    value = float(adjusted[pair].sum()) + room_value(items, prices)
    below, above = items.lower - load, items.upper - load
    inside = np.maximum(below, 0) + np.minimum(above, 0)
    missing = np.where(window > 0, below, np.where(window < 0, above, inside))
    too_many = float(items.moves(pair) - items.max_moved)
    return value, missing, too_many if prices.move > 0 or too_many > 0 else 0.0
