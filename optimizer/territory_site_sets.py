"""List the sets of items that one centre may serve at little cost: compiled, depth first."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_data import KEPT

Window = Any
"""Tuple (lower (K,), upper (K,), the measure that has a price, EUR per its relative size)."""


@numba.njit(cache=True, nogil=True)
def list_sets(
    gain: Floats, size: Floats, window: Window, home: bool, limit: float, most: int, nodes: int
) -> tuple[Ints, Ints, Floats, int]:
    """Return ends, positions and gains of all sets that keep the window and gain <= limit.

    Over gain (N,) and size (N, K); the first item is in every set where it is `home`. Also
    returns the sets looked at. One set more than `most` is returned, or as many are looked at as
    `nodes`, when the listing is broken off.
    """
    count = len(gain)
    least = _least_behind(gain, size, window)
    # The sums at depth d are rows of their own: adding and taking away again would not be exact.
    chosen, value, load = _stack(count, size.shape[1])
    ends, at, gains = [0], [0], [0.0]
    ends.clear()
    at.clear()
    gains.clear()
    depth, n, seen = 0, 0, 0
    if not home and limit >= 0 and _fills(load[0], window):
        ends.append(0)
        gains.append(0.0)
    while seen < nodes and len(ends) <= most:
        worth = least[n] - _worth_of_room(load[depth], window)
        if n == count or value[depth] + worth > limit or (home and depth == 0 and n > 0):
            if depth == 0:
                break
            depth -= 1
            n = chosen[depth] + 1
            continue
        seen += 1
        if _put(gain, size, n, depth, value, load, window):
            chosen[depth] = n
            depth += 1
            if value[depth] <= limit and _fills(load[depth], window):
                at.extend(chosen[:depth])
                ends.append(len(at))
                gains.append(value[depth])
        n += 1
    return np.array(ends), np.array(at), np.array(gains), seen


@numba.njit(cache=True, nogil=True)
def _stack(count: int, measures: int) -> tuple[Ints, Floats, Floats]:
    return np.zeros(count + 1, dtype=np.int64), np.zeros(count + 1), np.zeros((count + 1, measures))


@numba.njit(cache=True, nogil=True)
def _least_behind(gain: Floats, size: Floats, window: Window) -> Floats:
    """Return (N + 1,) what the items from each on bring at least, their size priced."""
    _, _, row, price = window
    least = np.zeros(len(gain) + 1)
    for n in range(len(gain) - 1, -1, -1):
        least[n] = least[n + 1] + min(0.0, gain[n] + price * size[n, row])
    return least


@numba.njit(cache=True, nogil=True)
def _worth_of_room(load: Floats, window: Window) -> float:
    """Return what the price says of the room left, or of what is still missing."""
    lower, upper, row, price = window
    if price == 0:
        return 0.0
    return float(price * ((upper[row] if price > 0 else lower[row]) - load[row]))


@numba.njit(cache=True, nogil=True)
def _fills(load: Floats, window: Window) -> bool:
    """Return whether no lower end is missed."""
    return bool((load >= window[0] - KEPT).all())


@numba.njit(cache=True, nogil=True)
def _put(
    gain: Floats, size: Floats, n: int, depth: int, value: Floats, load: Floats, window: Window
) -> bool:
    """Put item n on top of the set at a depth; return whether it fits."""
    value[depth + 1] = value[depth] + gain[n]
    for k in range(size.shape[1]):
        load[depth + 1, k] = load[depth, k] + size[n, k]
        if load[depth + 1, k] > window[1][k] + KEPT:
            return False
    return True
