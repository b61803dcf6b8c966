"""Price centres against given prices of items: the subproblem of the Lagrangian relaxation.

Paying an item's price u for serving it, a centre picks the items worth more than they cost
within one window: a continuous knapsack. Prices of the window come out beside the value.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from optimizer.territory_problem import Floats, Ints

Ground = Any
"""Tuple (cost, size, kind, lower, upper, miss_price, near items) of arrays."""


@numba.njit(cache=True)
def price_centre(
    gain: Floats, size: Floats, lower: float, upper: float, miss_price: float
) -> tuple[float, float]:
    """Return the least of gain @ x in the window, 0 <= x <= 1, and the window's price.

    `gain` (N,) is cost minus item price, negative where serving pays. The price lambda
    satisfies: value = sum of min(0, gain + lambda size) - lambda+ upper + lambda- lower
    (Dantzig, 1957). A lower end that all items together miss is left missed.
    """
    taken, value = 0.0, 0.0
    for n in range(len(gain)):
        if gain[n] < 0:
            taken += size[n]
            value += gain[n]
    if taken > upper:
        return _fill(gain, size, upper, miss_price)
    if taken < lower:
        return _fill(gain, size, lower, miss_price)
    return value, 0.0


@numba.njit(cache=True)
def _fill(gain: Floats, size: Floats, room: float, miss_price: float) -> tuple[float, float]:
    """Take items by gain per size until the room is used up."""
    ratio = np.empty(len(gain))
    for n in range(len(gain)):
        if size[n] > 0:
            ratio[n] = gain[n] / size[n]
        else:
            ratio[n] = -np.inf if gain[n] < 0 else np.inf
    taken, price = 0.0, 0.0
    for n in np.argsort(ratio):
        if ratio[n] == np.inf:
            break
        if ratio[n] == -np.inf:
            continue
        price = -ratio[n]
        taken += size[n]
        if taken >= room:
            break
    price = min(max(price, -miss_price), miss_price)
    value = -price * room
    for n in range(len(gain)):
        value += min(0.0, gain[n] + price * size[n])
    return value, price


@numba.njit(cache=True, nogil=True)
def price_centres(ground: Ground, price: Floats, value: Floats, row: Ints, lam: Floats) -> None:
    """Fill value, row and window price (C,): of each centre's rows the one worth most counts."""
    cost, size, kind, lower, upper, miss_price, near = ground
    length, top = near.shape[1], price.max()
    gain, taken = np.empty(length), np.empty(length)
    for c in range(len(near)):
        value[c], row[c], lam[c] = -np.inf, 0, 0.0
        for k in range(lower.shape[1]):
            count, open_end = 0, lower[c, k] > 0
            for m in range(length):
                i = near[c, m]
                if i < 0 or (cost[c, i] >= top and not open_end):
                    break
                found = cost[c, i] - price[i]
                if found < 0 or open_end:
                    gain[count], taken[count] = found, size[kind[c], i, k]
                    count += 1
            worth, window_price = price_centre(
                gain[:count], taken[:count], lower[c, k], upper[c, k], miss_price[k]
            )
            if worth > value[c]:
                value[c], row[c], lam[c] = worth, k, window_price


@numba.njit(cache=True, nogil=True)
def add_use(
    ground: Ground, price: Floats, row: Ints, lam: Floats, chosen: Ints, use: Floats
) -> None:
    """Add to use (G,) how far the chosen centres serve each item in their knapsacks."""
    cost, size, kind, lower, upper, _, near = ground
    for c in chosen:
        k = row[c]
        room = upper[c, k] if lam[c] > 0 else lower[c, k]
        edge = -1
        for m in range(near.shape[1]):
            i = near[c, m]
            if i < 0:
                break
            brought = size[kind[c], i, k]
            adjusted = cost[c, i] - price[i] + lam[c] * brought
            if adjusted < -1e-9:
                use[i] += 1.0
                room -= brought
            elif adjusted <= 1e-9 and lam[c] != 0.0 and brought > 0:
                edge = i
        if edge >= 0 and room > 0:
            use[edge] += min(1.0, room / size[kind[c], edge, k])
