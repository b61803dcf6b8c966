"""Find the cheapest set of whole items for each seat at given prices: the compiled part (T25).

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

from optimizer.territory_pattern_ways import first_from, list_ways, near, rising, turned
from optimizer.territory_problem import Floats, Ints

TRIES = 10
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


def room_by_seat(windows: Windows) -> Floats:
    """Return (S,) EUR the limits bring at their prices, less what rounding may give away."""
    edge = np.where(windows.price > 0, windows.lower, windows.upper)
    edge = np.where(windows.price == 0.0, 0.0, edge)
    return np.asarray((windows.price * edge - np.abs(windows.price) * EDGE).sum(axis=1))


@njit(cache=True, nogil=True)
def cheapest_sets(net, offers, windows, reach, cover, halves):
    """Return (S,) EUR that each seat costs at least, with a set of items of its own.

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
    eur = np.zeros(len(offers.start) - 1)
    for seat in range(len(eur)):
        eur[seat] = _seat(seat, net, offers, windows, reach, cover, halves)
    return eur


@njit(cache=True, nogil=True)
def _seat(seat, net, offers, windows, reach, cover, halves):
    """Return what the seat costs at least and add its cheapest set to `cover`."""
    first = offers.start[seat]
    reduced, load, eur = relaxed_set(seat, net, offers, windows)
    for k in range(len(reduced)):
        if reduced[k] < 0:
            cover[offers.item[first + k]] += 1
    extra, changed = repair(seat, reduced, offers, windows, reach, load, halves)
    for k in changed:
        cover[offers.item[first + k]] += 1 if reduced[k] >= 0 else -1
    return eur + extra


@njit(cache=True, nogil=True)
def relaxed_set(seat, net, offers, windows):
    """Return reduced costs of a seat's pairs, load (R,) and EUR of those below zero together."""
    first, last = offers.start[seat], offers.start[seat + 1]
    rows = offers.size.shape[1]
    reduced, load, eur = np.empty(last - first), np.zeros(rows), _room(seat, windows)
    for k in range(last - first):
        reduced[k] = net[first + k]
        for r in range(rows):
            reduced[k] -= windows.price[seat, r] * offers.size[first + k, r]
        if reduced[k] < 0:
            eur += reduced[k]
            for r in range(rows):
                load[r] += offers.size[first + k, r]
    return reduced, load, eur


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
def repair(seat, reduced, offers, windows, reach, load, halves):
    """Return EUR above the relaxed seat, proved, and the items to turn."""
    sure, nothing = 0.0, np.zeros(0, dtype=np.int64)
    for _ in range(TRIES):
        limit = reach[seat]
        closest = near(reduced, limit)
        first = offers.start[seat]
        one = list_ways(0, closest, reduced, offers, first, limit, halves[0])
        other = list_ways(1, closest, reduced, offers, first, limit, halves[1])
        if one < 0 or other < 0:
            reach[seat] = NARROWER * limit
            if sure > 0.0:
                return sure, nothing
            continue
        best, left, right = _join(seat, windows, load, limit, halves, (one, other))
        if left >= 0:
            reach[seat] = max(SPARE * best, 1e-9 * limit)
            return best, turned(halves, left, right)
        sure, reach[seat] = limit, WIDER * limit
    return sure, nothing


@njit(cache=True, nogil=True)
def _join(seat, windows, load, limit, halves, counts):
    """Return the least EUR below the limit and the two ways that give it, -1: none."""
    one, other = halves
    count, others = counts
    row = sharpest_row(seat, windows, limit, other, others)
    key = other.load[row]
    order = rising(key, others)
    best, left, right = limit, -1, -1
    for a in range(count):
        spare = best - one.eur[a]
        if spare <= 0.0:
            continue
        here = load[row] + one.load[row, a]
        low, high = loads_within(seat, row, windows, spare)
        k = first_from(key, order, others, low - here)
        while k < others and key[order[k]] + here <= high:
            b = order[k]
            if one.eur[a] + other.eur[b] < best:
                eur = one.eur[a] + other.eur[b]
                for r in range(len(load)):
                    eur += eur_off(seat, r, windows, load[r] + one.load[r, a] + other.load[r, b])
                if eur < best:
                    best, left, right = eur, a, b
            k += 1
    return best, left, right


@njit(cache=True, nogil=True)
def eur_off(seat, r, windows, load):
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
def loads_within(seat, r, windows, eur):
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
def sharpest_row(seat, windows, eur, ways, count):
    """Return the row whose window leaves the smallest share of the loads listed."""
    best, least = 0, np.inf
    for r in range(len(ways.load)):
        smallest, largest = 0.0, 0.0
        for k in range(count):
            smallest = min(smallest, ways.load[r, k])
            largest = max(largest, ways.load[r, k])
        low, high = loads_within(seat, r, windows, eur)
        share = (high - low) / max(largest - smallest, 1e-12)
        if share < least:
            best, least = r, share
    return best
