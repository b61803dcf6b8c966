"""List all cheap sets of whole items for a seat: the compiled part (T34).

As in T25 the ways to turn items near zero reduced cost are listed in two halves; here every pair
of ways that is cheap enough and whose loads meet the windows is kept, not the cheapest alone.
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_pattern_kernels import (
    Offers,
    Windows,
    eur_off,
    loads_within,
    relaxed_set,
    sharpest_row,
)
from optimizer.territory_pattern_ways import list_ways, near, rising
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_words import WORD

MOST_SETS = 30_000
"""Room for sets of a region; where it would be full, regions get smaller."""
MOST_ITEMS, LARGEST_SET = 256, 64
"""Items of a region, and items in one set, at most."""
BANDS = 16
"""Bands of EUR in which ways are sorted by load."""


class Region(NamedTuple):
    """Hold a few seats and the items they hold, both numbered from 0.

    Attributes
    ----------
    net
        (n,) EUR of each pair less what its item is worth.
    items
        Number of items.
    offers, windows
        Pairs and limits.
    """

    net: Floats
    items: int
    offers: Offers
    windows: Windows


class Sets(NamedTuple):
    """List sets of items.

    Attributes
    ----------
    eur, seat
        (N,) what a set costs, and whose it is.
    word
        (N, MOST_ITEMS / 64) its items as bits.
    member, size
        (N, LARGEST_SET) its items, and (N,) how many.
    """

    eur: Floats
    seat: Ints
    word: NDArray[np.uint64]
    member: Ints
    size: Ints


def no_sets() -> Sets:
    """Return room for the sets of a region."""
    return Sets(
        eur=np.zeros(MOST_SETS),
        seat=np.zeros(MOST_SETS, dtype=np.int64),
        word=np.zeros((MOST_SETS, MOST_ITEMS // WORD), dtype=np.uint64),
        member=np.zeros((MOST_SETS, LARGEST_SET), dtype=np.int64),
        size=np.zeros(MOST_SETS, dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def list_sets(seat, region, most_eur, halves, sets, count):
    """List the sets of a seat below so many EUR, behind the `count` sets that are there.

    Returns how many there are then, -1 where there are too many.
    """
    offers, windows = region.offers, region.windows
    reduced, load, eur = relaxed_set(seat, region.net, offers, windows)
    limit = most_eur - eur
    if limit <= 0.0:
        return count
    closest, first = near(reduced, limit), offers.start[seat]
    one = list_ways(0, closest, reduced, offers, first, limit, halves[0])
    other = list_ways(1, closest, reduced, offers, first, limit, halves[1])
    if one < 0 or other < 0:
        return -1
    items = offers.item[first : offers.start[seat + 1]]
    base = _bits(reduced, items)
    row = sharpest_row(seat, windows, limit, halves[1], other)
    key, order, begin = _bands(halves[1], other, row, limit)
    for a in range(one):
        here, spare = load[row] + halves[0].load[row, a], limit - halves[0].eur[a]
        for band in range(BANDS):
            left = spare - band * limit / BANDS
            if left <= 0.0:
                break
            low, high = loads_within(seat, row, windows, left)
            k = begin[band] + np.searchsorted(key[begin[band] : begin[band + 1]], low - here)
            while k < begin[band + 1] and key[k] + here <= high:
                extra = _extra(seat, windows, load, limit, halves, a, order[k])
                if extra < limit:
                    sets.eur[count], sets.seat[count] = eur + extra, seat
                    sets.word[count] = base
                    _turn(halves[0], a, items, sets.word, count)
                    _turn(halves[1], order[k], items, sets.word, count)
                    if not _write_members(sets, count) or count + 1 == MOST_SETS:
                        return -1
                    count += 1
                k += 1
    return count


@njit(cache=True, nogil=True)
def _bands(ways, count, row, limit):
    """Return loads in a row and the ways they are of, band by band of EUR, and where bands begin.

    Loads rise within a band. Most ways cost nearly the limit, so that hardly any two of them are
    cheap enough together: by bands those that are not are never looked at.
    """
    band, size = np.empty(count, dtype=np.int64), np.zeros(BANDS + 1, dtype=np.int64)
    for k in range(count):
        band[k] = min(BANDS - 1, int(BANDS * ways.eur[k] / limit))
        size[band[k] + 1] += 1
    begin = np.cumsum(size)
    by_load = rising(ways.load[row], count)
    key, order, at = np.empty(count), np.empty(count, dtype=np.int64), begin.copy()
    for k in range(count):
        way = by_load[k]
        place = at[band[way]]
        at[band[way]] += 1
        key[place], order[place] = ways.load[row, way], way
    return key, order, begin


@njit(cache=True, nogil=True)
def _extra(seat, windows, load, limit, halves, a, b):
    """Return EUR of two ways above the relaxed set, `limit` or more where that is too much."""
    eur = halves[0].eur[a] + halves[1].eur[b]
    if eur < limit:
        for r in range(len(load)):
            at = load[r] + halves[0].load[r, a] + halves[1].load[r, b]
            eur += eur_off(seat, r, windows, at)
    return eur


@njit(cache=True, nogil=True)
def _bits(reduced, items):
    """Return the items of the relaxed set as bits."""
    word = np.zeros(MOST_ITEMS // WORD, dtype=np.uint64)
    for k in range(len(items)):
        if reduced[k] < 0.0:
            word[items[k] // WORD] |= np.uint64(1) << np.uint64(items[k] % WORD)
    return word


@njit(cache=True, nogil=True)
def _turn(ways, at, items, word, row):
    """Turn the bits of the items that a way turns."""
    while ways.turned[at] >= 0:
        item = items[ways.turned[at]]
        word[row, item // WORD] ^= np.uint64(1) << np.uint64(item % WORD)
        at = ways.before[at]


@njit(cache=True, nogil=True)
def _write_members(sets, row):
    """Write down the items of a set from its bits; return whether there was room for them."""
    size = 0
    for w in range(sets.word.shape[1]):
        left, item = sets.word[row, w], w * WORD
        while left != np.uint64(0):
            if left & np.uint64(1):
                if size == LARGEST_SET:
                    return False
                sets.member[row, size] = item
                size += 1
            left >>= np.uint64(1)
            item += 1
    sets.size[row] = size
    return True
