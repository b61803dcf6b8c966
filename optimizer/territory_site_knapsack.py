"""Price centres that take items whole: a bound above that of the linear relaxation.

With few items a seat the best fill of a window leaves room that a fraction of an item would
use; the Lagrangian bound over whole items counts that (Ceselli and Righini, 2005).
"""

from __future__ import annotations

import numba
import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_prices import Ground

Bools = NDArray[np.bool_]

NODES = 2_000
"""Nodes of one knapsack after which the linear relaxation stands in for it."""
SLACK = 1e-7
"""Room beyond the window, relative: what counts as kept may use it."""


@numba.njit(cache=True)
def whole_knapsack(worth: Floats, size: Floats, room: float, nodes: int) -> tuple[float, Bools]:
    """Return the largest worth that fits the room and what to take, -1 when nodes run out.

    Worth and sizes (N,) come sorted by worth per size, best first: depth-first branch and bound
    (Horowitz and Sahni, 1974).
    """
    count = len(worth)
    taken, best_taken = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    best, value, j = 0.0, 0.0, 0
    for _ in range(nodes):
        while j < count and value + _relaxed(worth, size, j, room) > best + 1e-12:
            while j < count and size[j] <= room:
                room -= size[j]
                value += worth[j]
                taken[j] = True
                j += 1
            j += 1
        if j >= count and value > best:
            best = value
            best_taken[:] = taken
        i = min(j, count) - 1
        while i >= 0 and not taken[i]:
            i -= 1
        if i < 0:
            return best, best_taken
        taken[i] = False
        value -= worth[i]
        room += size[i]
        j = i + 1
    return -1.0, best_taken


@numba.njit(cache=True)
def _relaxed(worth: Floats, size: Floats, first: int, room: float) -> float:
    """Return the worth of the items from `first` on when the last may be cut."""
    total = 0.0
    for n in range(first, len(worth)):
        if size[n] > room:
            return total + worth[n] * max(room, 0.0) / size[n]
        room -= size[n]
        total += worth[n]
    return total


@numba.njit(cache=True)
def fill_whole(
    items: Ints, cost: Floats, price: Floats, size: Floats, upper: float
) -> tuple[float, Ints]:
    """Return the least of cost minus price over whole items in the window, and the items taken.

    `cost`, `price` and `size` are those of all items (G,), `items` the ones to choose from; a
    positive value says that nodes ran out.
    """
    gain = cost[items] - price[items]
    fits = (gain < 0) & (size[items] <= upper + SLACK)
    chosen = items[fits]
    ratio = gain[fits] / np.maximum(size[chosen], 1e-12)
    chosen = chosen[np.argsort(ratio, kind="mergesort")]
    worth = price[chosen] - cost[chosen]
    best, taken = whole_knapsack(worth, size[chosen], upper + SLACK, NODES)
    return -best, chosen[taken]


@numba.njit(cache=True, nogil=True)
def whole_values(
    centres: Ints, ground: Ground, price: Floats, row: Ints, every: bool, value: Floats
) -> Bools:
    """Raise value (C,) of the centres given to what whole items are worth; return where (C,).

    Over the items near each centre, or over all: `every`.
    """
    cost, size, kind, _, upper, _, near = ground
    all_items, done = np.arange(cost.shape[1]), np.zeros(len(value), dtype=np.bool_)
    for c in centres:
        items = all_items if every else near[c][near[c] >= 0]
        brought = size[kind[c], :, row[c]]
        found, _ = fill_whole(items, cost[c], price, brought, upper[c, row[c]])
        if found <= 0:
            done[c] = True
            value[c] = max(value[c], found)
    return done


@numba.njit(cache=True, nogil=True)
def add_whole_use(centres: Ints, ground: Ground, price: Floats, row: Ints, use: Floats) -> None:
    """Add to use (G,) the items that the centres given take whole."""
    cost, size, kind, _, upper, _, near = ground
    for c in centres:
        items = near[c][near[c] >= 0]
        brought = size[kind[c], :, row[c]]
        _, chosen = fill_whole(items, cost[c], price, brought, upper[c, row[c]])
        for i in chosen:
            use[i] += 1.0
