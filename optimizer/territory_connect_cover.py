"""Put every item into one of listed districts at least EUR beyond the bound: compiled.

Exact cover by depth-first search: the item that fewest districts can still hold is settled first
(Knuth, 2000). Wherever all districts that could hold an item exceed the bound, it is raised by the
least of that, which the item pays (dual ascent), so that most branches end soon (T33).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_words import WORD, apart, holds, words_of

DEPTH, FRESH, FOUND = 0, 1, 2
"""Entries of `Descent.mark`: depth, whether its list is new, covers found."""
NOTHING = 1e-9
"""EUR too few to raise the bound by."""
RAISING = 0.2
"""Work of raising the bound, for a district, beside counting it."""
BUDGET, WORK = 0, 1
"""Entries of `Descent.tally`: EUR above the bound a cover must stay below, districts looked at."""


class Listing(NamedTuple):
    """Hold L districts of G items.

    `bits` (L, W): items as 64-bit words; `start` (L + 1,), `member`: the same one after the other;
    `excess` (L,) EUR of at least 0; `over` (L,) EUR above its part of the bound, in all districts
    of a cover at least their excess; `items` (G,) scratch.
    """

    bits: NDArray[np.uint64]
    start: Ints
    member: NDArray[np.int32]
    excess: Floats
    over: Floats
    items: Ints


class Descent(NamedTuple):
    """Hold where the search stands, depth by depth, with as many depths as districts in a cover.

    `list`: numbers of the districts that are left, those of a depth from `first` to the next
    depth's; `excess`: by what they exceed `bound` (D,), EUR any cover on this way has at least;
    `covered` (D, W); `item`, `at`, `chosen` (D,): item to settle, place in the list, district
    taken; `best` (D,) the cheapest cover; `least`, `number` (G,) scratch.
    """

    list: NDArray[np.int32]
    excess: Floats
    first: Ints
    bound: Floats
    covered: NDArray[np.uint64]
    item: Ints
    at: Ints
    chosen: Ints
    best: Ints
    least: Floats
    number: Ints
    mark: Ints
    tally: Floats


def listing_of(members: NDArray[np.bool_], excess: Floats, over: Floats) -> Listing:
    """Return districts (L, G), excess and EUR above an even share (L,) as the search takes them."""
    return Listing(
        bits=words_of(members),
        start=np.concatenate([[0], np.cumsum(members.sum(axis=1))]).astype(np.int64),
        member=np.nonzero(members)[1].astype(np.int32),
        excess=np.maximum(excess, 0.0),
        over=over,
        items=np.zeros(members.shape[1], dtype=np.int64),
    )


def descent_of(listing: Listing, depths: int, budget: float, room: int) -> Descent:
    """Return a search at its beginning; `room` is how many numbers its lists may hold in all."""
    many, words = listing.bits.shape
    numbers, excess = np.empty(max(room, many), np.int32), np.empty(max(room, many))
    numbers[:many], excess[:many] = np.arange(many), listing.excess
    first = np.zeros(depths + 1, dtype=np.int64)
    first[1] = many
    return Descent(
        list=numbers,
        excess=excess,
        first=first,
        bound=np.zeros(depths),
        covered=np.zeros((depths, words), dtype=np.uint64),
        item=np.full(depths, -1, dtype=np.int64),
        at=np.zeros(depths, dtype=np.int64),
        chosen=np.zeros(depths, dtype=np.int64),
        best=np.full(depths, -1, dtype=np.int64),
        least=np.zeros(len(listing.items)),
        number=np.zeros(len(listing.items), dtype=np.int64),
        mark=np.array([0, 1, 0], dtype=np.int64),
        tally=np.array([budget, 0.0]),
    )


@njit(cache=True, nogil=True)
def advance(listing, descent, work):
    """Search on until so many more districts were looked at; return whether all is searched.

    Covers have exactly as many districts as the descent has depths. A list that finds no room ends
    the search, not complete, with the depth left where it is.
    """
    mark, tally = descent.mark, descent.tally
    limit = tally[WORK] + work
    while mark[DEPTH] >= 0 and tally[WORK] < limit:
        depth = mark[DEPTH]
        if mark[FRESH] and not _worth(listing, descent, depth):
            mark[DEPTH] -= 1
        mark[FRESH] = 0
        if mark[DEPTH] < depth:
            continue
        at = _next(listing, descent, depth)
        if at < 0:
            mark[DEPTH] -= 1
            continue
        descent.at[depth], descent.chosen[depth] = at, descent.list[at]
        if depth == len(descent.bound) - 1:
            _close(listing, descent, depth, at)
        elif not _descend(listing, descent, depth, at):
            return False
    return mark[DEPTH] < 0


@njit(cache=True, nogil=True)
def _worth(listing, descent, depth):
    """Raise the bound and choose the item to settle; return whether a cover may come of it."""
    if not _count(listing, descent, depth):
        return False
    least, budget = descent.least, descent.tally[BUDGET]
    while True:
        item = np.argmax(least)
        if least[item] <= NOTHING:
            break
        least[item] = 0.0
        _raise(listing, descent, depth, item)
        if descent.bound[depth] >= budget:
            return False
    _drop(descent, depth)
    return _count(listing, descent, depth)


@njit(cache=True, nogil=True)
def _count(listing, descent, depth):
    """Count by open item the districts left, and their least excess; settle the rarest next.

    Return whether every open item has a district.
    """
    least, number = descent.least, descent.number
    least[:], number[:] = np.inf, 0
    for at in range(descent.first[depth], descent.first[depth + 1]):
        one, excess = descent.list[at], descent.excess[at]
        for place in range(listing.start[one], listing.start[one + 1]):
            item = listing.member[place]
            number[item] += 1
            least[item] = min(least[item], excess)
    descent.tally[WORK] += descent.first[depth + 1] - descent.first[depth]
    rarest = -1
    for item in range(len(number)):
        if holds(descent.covered[depth], item):
            least[item] = 0.0
        elif rarest < 0 or number[item] < number[rarest]:
            rarest = item
    descent.item[depth], descent.at[depth] = rarest, -1
    return rarest >= 0 and number[rarest] > 0


@njit(cache=True, nogil=True)
def _raise(listing, descent, depth, item):
    """Let an open item pay what all districts with it exceed the bound by."""
    first, end = descent.first[depth], descent.first[depth + 1]
    word, bit = item // WORD, np.uint64(1) << np.uint64(item % WORD)
    least = np.inf
    for at in range(first, end):
        if listing.bits[descent.list[at], word] & bit:
            least = min(least, descent.excess[at])
    if least <= NOTHING:
        return
    for at in range(first, end):
        if listing.bits[descent.list[at], word] & bit:
            descent.excess[at] -= least
    descent.bound[depth] += least
    descent.tally[WORK] += RAISING * (end - first)


@njit(cache=True, nogil=True)
def _drop(descent, depth):
    """Forget districts that no cover in the budget has."""
    end, most = descent.first[depth], descent.tally[BUDGET] - descent.bound[depth]
    for at in range(descent.first[depth], descent.first[depth + 1]):
        if descent.excess[at] < most:
            descent.list[end], descent.excess[end] = descent.list[at], descent.excess[at]
            end += 1
    descent.first[depth + 1] = end


@njit(cache=True, nogil=True)
def _next(listing, descent, depth):
    """Return the place of the next cheapest district with the item to settle, -1 for none."""
    item, last = descent.item[depth], descent.at[depth]
    word, bit = item // WORD, np.uint64(1) << np.uint64(item % WORD)
    floor = descent.excess[last] if last >= 0 else -1.0
    best, least = -1, descent.tally[BUDGET] - descent.bound[depth]
    for at in range(descent.first[depth], descent.first[depth + 1]):
        excess = descent.excess[at]
        later = excess > floor or (excess == floor and at > last)
        if later and excess < least and listing.bits[descent.list[at], word] & bit:
            best, least = at, excess
    return best


@njit(cache=True, nogil=True)
def _descend(listing, descent, depth, taken):
    """List what fits beside the district taken; return whether there was room for the list."""
    after = depth + 1
    own, end = listing.bits[descent.list[taken]], descent.first[after]
    bound = descent.bound[depth] + descent.excess[taken]
    most = descent.tally[BUDGET] - bound
    for at in range(descent.first[depth], descent.first[after]):
        one = descent.list[at]
        if descent.excess[at] < most and apart(own, listing.bits[one]):
            if end == len(descent.list):
                return False
            descent.list[end], descent.excess[end] = one, descent.excess[at]
            end += 1
    descent.tally[WORK] += descent.first[after] - descent.first[depth]
    descent.first[after + 1], descent.bound[after] = end, bound
    for word in range(len(own)):
        descent.covered[after, word] = descent.covered[depth, word] | own[word]
    descent.mark[DEPTH], descent.mark[FRESH] = after, 1
    return True


@njit(cache=True, nogil=True)
def _close(listing, descent, depth, taken):
    """Keep the cover when the last district leaves no item open and it is cheaper than the best."""
    last = listing.bits[descent.list[taken]]
    for item in range(len(listing.items)):
        if not (holds(descent.covered[depth], item) or holds(last, item)):
            return
    over = 0.0
    for number in descent.chosen:
        over += listing.over[number]
    if over >= descent.tally[BUDGET]:
        return
    descent.best[:] = descent.chosen
    descent.mark[FOUND] += 1
    descent.tally[BUDGET] = over
