"""Choose one listed set a seat so that each item is in one: exact search, compiled (T34).

Depth first; what is left of the list shrinks with every choice, by items taken and by what the
remaining seats cost at least. The next item is the one that fewest sets would take (Knuth,
Dancing links, 2000).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_pattern_ways import rising
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_set_list import MOST_ITEMS, MOST_SETS
from optimizer.territory_words import WORD, apart, holds

MOST_COVERED = 16
"""Seats of a region, at most."""
LEAST = 1e-9
"""EUR by which a better choice is better at least."""


class Branches(NamedTuple):
    """Hold a search under way, level by level.

    Attributes
    ----------
    left, fits
        (L, N) sets that still fit, and (L,) how many.
    branch, branches, tried
        (L, N) sets to be tried, (L,) how many, and how many were.
    eur
        (L,) cost of the sets chosen so far.
    rest
        (L, words) items still to be taken, as bits.
    free
        (L,) whether a seat still has no set.
    chosen
        (L,) set chosen at each level.
    """

    left: Ints
    fits: Ints
    branch: Ints
    branches: Ints
    tried: Ints
    eur: Floats
    rest: NDArray[np.uint64]
    free: NDArray[np.bool_]
    chosen: Ints


def no_branches() -> Branches:
    """Return room for a search."""
    levels = MOST_COVERED + 1
    fits, branches, tried, chosen = (np.zeros(levels, dtype=np.int64) for _ in range(4))
    return Branches(
        left=np.zeros((levels, MOST_SETS), dtype=np.int64),
        fits=fits,
        branch=np.zeros((levels, MOST_SETS), dtype=np.int64),
        branches=branches,
        tried=tried,
        eur=np.zeros(levels),
        rest=np.zeros((levels, MOST_ITEMS // WORD), dtype=np.uint64),
        free=np.zeros(levels, dtype=np.bool_),
        chosen=chosen,
    )


@njit(cache=True, nogil=True)
def cheapest_cover(sets, count, shape, limit, budget, way, answer):
    """Fill `answer` (seats,) with sets that take each item once, below `limit` EUR together.

    Parameters
    ----------
    sets, count
        Sets, whose EUR are at least zero, and how many there are.
    shape
        Seats and items, both numbered from 0.
    limit
        EUR; `answer` stays as it is where nothing below it was found.
    budget
        Sets looked at, after which the search ends.
    way
        Room for the search.

    Returns
    -------
    bool
        Whether the search was complete.
    """
    seats, items = shape
    _begin(sets, count, seats, items, way)
    level, work, entering = 0, 0, True
    while level >= 0:
        if entering:
            if work > budget:
                return False
            way.branches[level] = way.tried[level] = 0
            if level == seats:
                limit = _end(sets, seats, limit, way, answer)
                entering, level = False, _back(sets, level, way)
                continue
            work += 4 * way.fits[level]
            _branch(sets, seats, items, limit, way, level)
            entering = False
        if way.tried[level] == way.branches[level]:
            level = _back(sets, level, way)
            continue
        taken = way.branch[level, way.tried[level]]
        way.tried[level] += 1
        if way.eur[level] + sets.eur[taken] < limit - LEAST:
            work += way.fits[level]
            _choose(sets, taken, way, level)
            level, entering = level + 1, True
    return True


@njit(cache=True, nogil=True)
def _begin(sets, count, seats, items, way):
    way.fits[0], way.eur[0] = count, 0.0
    for k in range(count):
        way.left[0, k] = k
    way.rest[0, :] = np.uint64(0)
    for item in range(items):
        way.rest[0, item // WORD] |= np.uint64(1) << np.uint64(item % WORD)
    for seat in range(seats):
        way.free[seat] = True


@njit(cache=True, nogil=True)
def _back(sets, level, way):
    """Give the set of the level above back; return that level."""
    if level > 0:
        way.free[sets.seat[way.chosen[level - 1]]] = True
    return level - 1


@njit(cache=True, nogil=True)
def _end(sets, seats, limit, way, answer):
    """Keep a complete choice when it is better; return the limit from now on."""
    for word in way.rest[seats]:
        if word != 0:
            return limit
    if way.eur[seats] >= limit - LEAST:
        return limit
    for level in range(seats):
        answer[sets.seat[way.chosen[level]]] = way.chosen[level]
    return way.eur[seats]


@njit(cache=True, nogil=True)
def _choose(sets, taken, way, level):
    """Take a set and leave what still fits to the next level."""
    seat, below = sets.seat[taken], level + 1
    way.chosen[level], way.free[seat] = taken, False
    way.eur[below] = way.eur[level] + sets.eur[taken]
    for w in range(way.rest.shape[1]):
        way.rest[below, w] = way.rest[level, w] & ~sets.word[taken, w]
    count = 0
    for k in range(way.fits[level]):
        other = way.left[level, k]
        if sets.seat[other] != seat and apart(sets.word[taken], sets.word[other]):
            way.left[below, count] = other
            count += 1
    way.fits[below] = count


@njit(cache=True, nogil=True)
def _branch(sets, seats, items, limit, way, level):
    """Drop sets that are too dear, then list those of the item or seat with fewest, cheapest first.

    Nothing is listed where that item or seat has none.
    """
    least, total = _least(sets, seats, way, level)
    if total >= limit - LEAST:
        return
    by_item, by_seat = np.zeros(items, dtype=np.int64), np.zeros(seats, dtype=np.int64)
    count = 0
    for k in range(way.fits[level]):
        at = way.left[level, k]
        if total - least[sets.seat[at]] + sets.eur[at] < limit - LEAST:
            way.left[level, count] = at
            count += 1
            by_seat[sets.seat[at]] += 1
            for m in range(sets.size[at]):
                by_item[sets.member[at, m]] += 1
    way.fits[level] = count
    item, seat = _fewest(items, seats, by_item, by_seat, way, level)
    found = 0
    key = np.empty(count)
    for k in range(count):
        at = way.left[level, k]
        if (seat < 0 and holds(sets.word[at], item)) or sets.seat[at] == seat:
            way.branch[level, found] = at
            key[found] = sets.eur[at] - least[sets.seat[at]]
            found += 1
    order = rising(key, found)
    listed = way.branch[level, :found].copy()
    for k in range(found):
        way.branch[level, k] = listed[order[k]]
    way.branches[level] = found


@njit(cache=True, nogil=True)
def _least(sets, seats, way, level):
    """Return (S,) least EUR of the seats without a set, and what all would cost at least."""
    least, total = np.full(seats, np.inf), way.eur[level]
    for k in range(way.fits[level]):
        at = way.left[level, k]
        least[sets.seat[at]] = min(least[sets.seat[at]], sets.eur[at])
    for seat in range(seats):
        if way.free[seat]:
            total += least[seat]
    return least, total


@njit(cache=True, nogil=True)
def _fewest(items, seats, by_item, by_seat, way, level):
    """Return the item and -1, or any item and the seat, that fewest sets are left for."""
    best, item, seat = MOST_SETS + 1, 0, -1
    for s in range(seats):
        if way.free[s] and by_seat[s] < best:
            best, seat = by_seat[s], s
    for i in range(items):
        if by_item[i] < best and holds(way.rest[level], i):
            best, item, seat = by_item[i], i, -1
    return item, seat
