"""Find the cheapest set of whole items for each seat at given prices: the compiled part (T23).

At given prices most items are clearly in or clearly out. Those near zero reduced cost are turned
in two halves: all cheap ways to turn items of each half are listed, one list is sorted by load,
and only pairs of ways whose loads meet the windows are looked at (Horowitz and Sahni, Journal of
the ACM 21(2), 1974, halve the subset-sum problem so).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_problem import Floats, Ints

MOST_WAYS = 60_000
"""Ways listed for a half; where there are more, the limit is lowered."""
TRIES = 10
LONGEST = 256
"""Items that one way turns at most; it would take a seat of thousands to turn so many."""
WIDER, NARROWER, SPARE = 1.5, 0.6, 1.25
"""The limit grows until a way is found, shrinks when lists are full, and leaves this much over."""
EDGE = 1e-7
"""A load that is outside its window by less counts as inside."""


class Offers(NamedTuple):
    """Hold pairs sorted by seat: where a seat's begin (S + 1,), item (n,), load (n, R)."""

    start: Ints
    item: Ints
    size: Floats


class Windows(NamedTuple):
    """Hold (S, R) limits, their prices, and (R,) EUR per relative unit missed, inf: hard."""

    lower: Floats
    upper: Floats
    price: Floats
    miss: Floats


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
def cheapest_sets(net, offers, windows, reach, cover, halves):
    """Return EUR that all seats cost at least, each with a set of items of its own.

    Parameters
    ----------
    net
        (n,) EUR of each pair less what its item is worth.
    offers, windows
        Pairs and limits.
    reach
        (S,) EUR above the relaxed seat to search up to; left as what suits the next call.
    cover
        (G,) raised by how often each item is taken; where a seat's search was given up, by its
        relaxed set.
    halves
        Room for two lists of ways.
    """
    total = 0.0
    for seat in range(len(offers.start) - 1):
        total += _seat(seat, net, offers, windows, reach, cover, halves)
    return total


@njit(cache=True, nogil=True)
def _seat(seat, net, offers, windows, reach, cover, halves):
    """Return what the seat costs at least and add its cheapest set to `cover`."""
    first, last = offers.start[seat], offers.start[seat + 1]
    rows = offers.size.shape[1]
    reduced, load, eur = np.empty(last - first), np.zeros(rows), _room(seat, windows)
    for k in range(last - first):
        reduced[k] = net[first + k]
        for r in range(rows):
            reduced[k] -= windows.price[seat, r] * offers.size[first + k, r]
        if reduced[k] < 0:
            eur += reduced[k]
            cover[offers.item[first + k]] += 1
            for r in range(rows):
                load[r] += offers.size[first + k, r]
    extra, turned = _repair(seat, reduced, offers, windows, reach, load, halves)
    for k in turned:
        cover[offers.item[first + k]] += 1 if reduced[k] >= 0 else -1
    return eur + extra


@njit(cache=True, nogil=True)
def _room(seat, windows):
    """Return EUR the limits bring at their prices, less what rounding may give away."""
    room = 0.0
    for r in range(windows.price.shape[1]):
        price = windows.price[seat, r]
        if price != 0.0:
            edge = windows.lower[seat, r] if price > 0 else windows.upper[seat, r]
            room += price * edge - abs(price) * EDGE
    return room


@njit(cache=True, nogil=True)
def _repair(seat, reduced, offers, windows, reach, load, halves):
    """Return EUR above the relaxed seat, proved, and the items to turn."""
    sure, nothing = 0.0, np.zeros(0, dtype=np.int64)
    for _ in range(TRIES):
        limit = reach[seat]
        near = _near(reduced, limit)
        first = offers.start[seat]
        one = _list_ways(0, near, reduced, offers, first, limit, halves[0])
        other = _list_ways(1, near, reduced, offers, first, limit, halves[1])
        if one < 0 or other < 0:
            reach[seat] = NARROWER * limit
            if sure > 0.0:
                return sure, nothing
            continue
        best, left, right = _join(seat, windows, load, limit, halves, (one, other))
        if left >= 0:
            reach[seat] = max(SPARE * best, 1e-9 * limit)
            return best, _turned(halves, left, right)
        sure, reach[seat] = limit, WIDER * limit
    return sure, nothing


@njit(cache=True, nogil=True)
def _near(reduced, limit):
    """Return the places of reduced costs closer to zero than the limit, closest first."""
    count = 0
    place, away = np.empty(len(reduced), dtype=np.int64), np.empty(len(reduced))
    for k in range(len(reduced)):
        if abs(reduced[k]) < limit:
            place[count], away[count] = k, abs(reduced[k])
            count += 1
    order = _rising(away, count)
    for k in range(count):
        order[k] = place[order[k]]
    return order


@njit(cache=True, nogil=True)
def _rising(key, count):
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
def _first_from(key, order, count, least):
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
def _list_ways(half, near, reduced, offers, first, limit, ways):
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
def _join(seat, windows, load, limit, halves, counts):
    """Return the least EUR below the limit and the two ways that give it, -1: none."""
    one, other = halves
    count, others = counts
    row = _sharpest(seat, windows, limit, other, others)
    key = other.load[row]
    order = _rising(key, others)
    best, left, right = limit, -1, -1
    for a in range(count):
        spare = best - one.eur[a]
        if spare <= 0.0:
            continue
        here = load[row] + one.load[row, a]
        low, high = _within(seat, row, windows, spare)
        k = _first_from(key, order, others, low - here)
        while k < others and key[order[k]] + here <= high:
            b = order[k]
            if one.eur[a] + other.eur[b] < best:
                eur = one.eur[a] + other.eur[b]
                for r in range(len(load)):
                    eur += _off(seat, r, windows, load[r] + one.load[r, a] + other.load[r, b])
                if eur < best:
                    best, left, right = eur, a, b
            k += 1
    return best, left, right


@njit(cache=True, nogil=True)
def _off(seat, r, windows, load):
    """Return EUR of a load above the cheapest load at this price."""
    lower, upper = windows.lower[seat, r], windows.upper[seat, r]
    price, eur = windows.price[seat, r], 0.0
    if price > 0:
        eur = price * (load - lower)
    elif price < 0:
        eur = price * (load - upper)
    if load < lower - EDGE:
        eur += windows.miss[r] * (lower - load)
    elif load > upper + EDGE:
        eur += windows.miss[r] * (load - upper)
    return max(eur, 0.0)


@njit(cache=True, nogil=True)
def _within(seat, r, windows, eur):
    """Return between what a load lies that costs at most so much, or a little more."""
    lower, upper = windows.lower[seat, r], windows.upper[seat, r]
    price, miss = windows.price[seat, r], windows.miss[r]
    low = lower - eur / max(miss - max(price, 0.0), 1e-300)
    high = upper + eur / max(miss + min(price, 0.0), 1e-300)
    if price > 0:
        high = min(high, lower + eur / price)
    elif price < 0:
        low = max(low, upper + eur / price)
    return low - 2 * EDGE, high + 2 * EDGE


@njit(cache=True, nogil=True)
def _sharpest(seat, windows, eur, ways, count):
    """Return the row whose window leaves the smallest share of the loads listed."""
    best, least = 0, np.inf
    for r in range(len(ways.load)):
        smallest, largest = 0.0, 0.0
        for k in range(count):
            smallest = min(smallest, ways.load[r, k])
            largest = max(largest, ways.load[r, k])
        low, high = _within(seat, r, windows, eur)
        share = (high - low) / max(largest - smallest, 1e-12)
        if share < least:
            best, least = r, share
    return best


@njit(cache=True, nogil=True)
def _turned(halves, left, right):
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
