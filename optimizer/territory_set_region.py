"""Plan a few seats anew, exactly: price their items, list what could be better, choose (T34).

The prices are those of T25 for the region alone: they bound what any plan of it costs, and most
regions are found best as they are by that bound. Sets that cost more than the gap that is left
cannot be part of a better plan, so the list is short (route enumeration: Baldacci, Christofides
and Mingozzi, Mathematical Programming 115, 2008).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_pattern_kernels import cheapest_sets
from optimizer.territory_pattern_ways import Ways
from optimizer.territory_set_cover import Branches, cheapest_cover
from optimizer.territory_set_list import Region, Sets, list_sets

BETTER, BEST, GIVEN_UP = 1, 0, -1
"""A better plan of the region; none exists; too many sets to tell."""
SWEEPS, PATIENCE = 60, 3
"""Sweeps of the prices at most, and without progress before steps get shorter."""
SHORTER, LEAST_STEP, MEMORY = 0.6, 0.08, 0.5
PROGRESS = 0.02
"""Share of the gap by which a bound has to rise to be progress."""


class Room(NamedTuple):
    """Hold room for ways, sets and the search among them."""

    halves: tuple[Ways, Ways]
    sets: Sets
    way: Branches


@njit(cache=True, nogil=True)
def replan(region, limit, reach, budget, room, answer):
    """Look for sets, one a seat, that take each item once and cost less than `limit` together.

    Parameters
    ----------
    region
        The seats and their items.
    limit
        EUR of the plan as it is, less what a better one has to save.
    reach
        (S,) EUR above its relaxed set that a seat is searched up to at first.
    budget
        Sets looked at, at most.
    room
        Room to work in.
    answer
        (S,) filled with positions in `room.sets` when a plan is found.

    Returns
    -------
    tuple of int and bool
        BETTER, BEST or GIVEN_UP; and whether the search was complete.
    """
    seats, sets = len(region.offers.start) - 1, room.sets
    worth, eur, bound = _price(region, limit, reach, room.halves)
    if bound >= limit:
        return BEST, True
    gap, count = limit - bound, 0
    priced = Region(_less(region, worth), region.items, region.offers, region.windows)
    for seat in range(seats):
        count = list_sets(seat, priced, eur[seat] + gap, room.halves, sets, count)
        if count < 0:
            return GIVEN_UP, False
    for k in range(count):
        sets.eur[k] = max(0.0, sets.eur[k] - eur[sets.seat[k]])
    answer[:] = -1
    complete = cheapest_cover(sets, count, (seats, region.items), gap, budget, room.way, answer)
    if answer[0] >= 0:
        return BETTER, complete
    return (BEST if complete else GIVEN_UP), complete


@njit(cache=True, nogil=True)
def _less(region, worth):
    """Return (n,) EUR of the pairs less what their items are worth beyond what `net` knows."""
    priced = np.empty(len(region.net))
    for k in range(len(priced)):
        priced[k] = region.net[k] - worth[region.offers.item[k]]
    return priced


@njit(cache=True, nogil=True)
def _price(region, limit, reach, halves):
    """Return (G,) what items are worth, (S,) what seats cost then at least, and the bound.

    A subgradient climb as in T25, ended as soon as the bound reaches the limit.
    """
    seats, items = len(region.offers.start) - 1, region.items
    worth, turn = np.zeros(items), np.zeros(items)
    best, best_eur, best_bound = worth.copy(), np.zeros(seats), -np.inf
    step, since = 1.0, 0
    for sweep in range(SWEEPS):
        cover = np.zeros(items, dtype=np.int64)
        priced = _less(region, worth)
        eur = cheapest_sets(priced, region.offers, region.windows, reach, cover, halves)
        bound = worth.sum() + eur.sum()
        progress = sweep == 0 or bound > best_bound + PROGRESS * (limit - best_bound)
        since = 0 if progress else since + 1
        if bound > best_bound:
            best, best_eur, best_bound = worth.copy(), eur, bound
        if since >= PATIENCE:
            since, step = 0, SHORTER * step
        missing = 1.0 - cover
        norm = (missing * missing).sum()
        if bound >= limit or step < LEAST_STEP or norm == 0.0:
            break
        turn = MEMORY * turn + (1.0 - MEMORY) * step * (limit - bound) / norm * missing
        worth = worth + turn
    return best, best_eur, best_bound
