"""List the cheap ways to turn items near zero reduced cost, half of them at a time (T25)."""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_problem import Floats, Ints

MOST_WAYS = 60_000
"""Ways listed for a half; where there are more, the limit is lowered."""
LONGEST = 256
"""Items that one way turns at most; it would take a seat of thousands to turn so many."""


class Ways(NamedTuple):
    """List ways to turn items: EUR, load by row, way each extends, by which item, next to try."""

    eur: Floats
    load: Floats
    before: Ints
    turned: Ints
    place: Ints


def no_ways(rows: int) -> Ways:
    """Return room for the ways of one half."""
    before, turned, place = (np.zeros(MOST_WAYS, dtype=np.int64) for _ in range(3))
    return Ways(np.zeros(MOST_WAYS), np.zeros((rows, MOST_WAYS)), before, turned, place)


@njit(cache=True, nogil=True)
def near(reduced, limit):
    """Return the places of reduced costs closer to zero than the limit, closest first."""
    count = 0
    place, away = np.empty(len(reduced), dtype=np.int64), np.empty(len(reduced))
    for k in range(len(reduced)):
        if abs(reduced[k]) < limit:
            place[count], away[count] = k, abs(reduced[k])
            count += 1
    order = rising(away, count)
    for k in range(count):
        order[k] = place[order[k]]
    return order


@njit(cache=True, nogil=True)
def rising(key, count):
    """Return the places of the first keys in rising order, equal ones as they stand.

    Merging by hand: numba's own argsort takes over two seconds to compile.
    """
    order, spare = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
    for k in range(count):
        order[k] = k
    width = 1
    while width < count:
        for begin in range(0, count, 2 * width):
            middle, end = min(begin + width, count), min(begin + 2 * width, count)
            a, b = begin, middle
            for k in range(begin, end):
                if b >= end or (a < middle and key[order[a]] <= key[order[b]]):
                    spare[k] = order[a]
                    a += 1
                else:
                    spare[k] = order[b]
                    b += 1
        order, spare = spare, order
        width *= 2
    return order


@njit(cache=True, nogil=True)
def first_from(key, order, count, least):
    """Return the first place in the order whose key is at least so much."""
    low, high = 0, count
    while low < high:
        middle = (low + high) // 2
        if key[order[middle]] < least:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def list_ways(half, near, reduced, offers, first, limit, ways):
    """List the ways to turn items of one half below the limit; return how many, -1: too many."""
    rows = offers.size.shape[1]
    ways.eur[0], ways.before[0], ways.turned[0], ways.place[0] = 0.0, -1, -1, half
    for r in range(rows):
        ways.load[r, 0] = 0.0
    count, at = 1, 0
    while at < count:
        k = ways.place[at]
        while k < len(near) and ways.eur[at] + abs(reduced[near[k]]) < limit:
            if count == MOST_WAYS:
                return -1
            pair = near[k]
            sign = 1.0 if reduced[pair] >= 0 else -1.0
            ways.eur[count] = ways.eur[at] + abs(reduced[pair])
            for r in range(rows):
                ways.load[r, count] = ways.load[r, at] + sign * offers.size[first + pair, r]
            ways.before[count], ways.turned[count], ways.place[count] = at, pair, k + 2
            count += 1
            k += 2
        at += 1
    return count


@njit(cache=True, nogil=True)
def turned(halves, left, right):
    """Return the items that two ways turn, together."""
    found = np.empty(LONGEST, dtype=np.int64)
    count = _trail(halves[0], left, found, 0)
    return found[: _trail(halves[1], right, found, count)]


@njit(cache=True, nogil=True)
def _trail(ways, at, found, count):
    while ways.turned[at] >= 0 and count < len(found):
        found[count] = ways.turned[at]
        count += 1
        at = ways.before[at]
    return count
