"""Plan a few neighbouring seats anew, as annealing by perturbed exact moves (T11).

A region is a handful of seats and the items they hold. Each item stands on its cheapest seat of
the region; enumeration then finds which items to put elsewhere. Under heat the costs carry
random noise, so that the plan wanders as in simulated annealing, but by whole regions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_enumerate import (
    BASE,
    DEEPEST,
    FROM,
    HELD,
    MORE,
    PAIR,
    SLOT,
    TO,
    USED,
    enumerate_sets,
)
from optimizer.territory_grid import MISSED, MOVED, MOVES, NOW, REGRET, SEAT, SIZE, Grid, Plan
from optimizer.territory_kernel import draw, missed, move, moves_cost, seat_cost
from optimizer.territory_problem import Floats, Ints

MOST_SEATS = 6
LISTED, TRIED = 8192, 400
"""Most options listed in a region, and most of them used: those of least regret."""


class Zone(NamedTuple):
    """Hold a region under search.

    Attributes
    ----------
    local
        (S,) position of a seat in the region, -1 outside.
    seats
        (MOST_SEATS,) seats of the region.
    slot
        (G, 3) pair each item starts from, the item, and whether an option moved it.
    option
        (LISTED, 5) pair, slot, local seats an option leads from and to, units moved more.
    extra
        (LISTED,) EUR of an option above the start, ascending.
    step
        (LISTED, 2 R) sizes taken from one seat and added to the other.
    load, line
        (MOST_SEATS, R) and (MOST_SEATS, R, 6) as in the plan.
    path
        (DEEPEST + 1, 3) options of the set under trial, of the best set, moves so far.
    sums
        (DEEPEST + 1, 2) extras and total EUR so far.
    """

    local: Ints
    seats: Ints
    slot: Ints
    option: Ints
    extra: Floats
    step: Floats
    load: Floats
    line: Floats
    path: Ints
    sums: Floats


def make_zone(grid: Grid) -> Zone:
    """Return room for one region."""
    seats, rows = grid.limit.shape[:2]
    return Zone(
        local=np.full(seats, -1, dtype=np.int64),
        seats=np.zeros(MOST_SEATS, dtype=np.int64),
        slot=np.zeros((LISTED, 3), dtype=np.int64),
        option=np.zeros((LISTED, 5), dtype=np.int64),
        extra=np.zeros(LISTED),
        step=np.zeros((TRIED, 2 * rows)),
        load=np.zeros((MOST_SEATS, rows)),
        line=np.zeros((MOST_SEATS, rows, 6)),
        path=np.zeros((DEEPEST + 1, 3), dtype=np.int64),
        sums=np.zeros((DEEPEST + 1, 2)),
    )


@njit(cache=True, nogil=True)
def replan(
    grid: Grid, plan: Plan, zone: Zone, seats: int, heat: float, sets: int
) -> tuple[int, int]:
    """Put the best plan found for the region in place; return options listed and sets tried."""
    now, listed, slots = _list_region(grid, plan, zone, seats, heat)
    if slots == 0:
        return 1, 0
    count = _sort_options(grid, zone, now, listed)
    moves = plan.tally[MOVES]
    for k in range(slots):
        moves += grid.tie[zone.slot[k, BASE], MOVED]
        moves -= grid.tie[plan.pair[zone.slot[k, HELD]], MOVED]
    tried, size = enumerate_sets(
        grid, zone, (seats, count, sets), now, moves, max(grid.max_moved, plan.tally[MOVES])
    )
    if size >= 0:
        _adopt(grid, plan, zone, seats, slots, size)
    return listed, tried


@njit(cache=True, nogil=True)
def _list_region(
    grid: Grid, plan: Plan, zone: Zone, seats: int, heat: float
) -> tuple[float, int, int]:
    """List items with a choice in the region; return EUR now, options and items."""
    now = moves_cost(grid, plan.tally[MOVES])
    for c in range(seats):
        for r in range(zone.load.shape[1]):
            zone.load[c, r] = plan.load[zone.seats[c], r]
            for k in range(6):
                zone.line[c, r, k] = plan.line[zone.seats[c], r, k]
        now += seat_cost(zone.line, zone.load, c)
    listed, slots = 0, 0
    for c in range(seats):
        begin, members = plan.seat[zone.seats[c], 0], plan.seat[zone.seats[c], 1]
        # Where a region is too large to be listed, a random part of each seat is.
        skip = draw(plan.tally, members + 1)
        share = listed + (len(zone.extra) - listed) // (seats - c)
        for m in range(members):
            item = plan.member[begin + (m + skip) % members]
            if listed + grid.start[item + 1] - grid.start[item] > share:
                break
            added, regret = _list_item(grid, plan, zone, item, (listed, slots), heat)
            if added > 0:
                now += regret
                listed += added
                slots += 1
    return now, listed, slots


@njit(cache=True, nogil=True)
def _list_item(
    grid: Grid, plan: Plan, zone: Zone, item: int, at: tuple[int, int], heat: float
) -> tuple[int, float]:
    """List the options of an item; return how many, and EUR its pair is above its start."""
    listed, slot = at
    old, base, count = plan.pair[item], -1, listed
    lowest, current = np.inf, 0.0
    for p in range(grid.start[item], grid.start[item + 1]):
        if zone.local[grid.tie[p, SEAT]] >= 0:
            cost = grid.worth[p, REGRET]
            if heat > 0.0:
                cost += heat * grid.surprise[draw(plan.tally, len(grid.surprise))]
            if p == old:
                current = cost
            if cost < lowest:
                lowest, base = cost, p
            zone.option[count, PAIR] = p
            zone.extra[count] = cost
            count += 1
    if count < listed + 2:
        return 0, 0.0
    end = listed
    for k in range(listed, count):
        if zone.option[k, PAIR] != base:
            zone.option[end, PAIR] = zone.option[k, PAIR]
            zone.extra[end] = zone.extra[k] - lowest
            zone.option[end, SLOT] = slot
            end += 1
    zone.slot[slot, BASE] = base
    zone.slot[slot, HELD] = item
    zone.slot[slot, USED] = 0
    if base != old:
        _rebase(grid.tie, grid.worth, zone.local, zone.load, old, base)
    return end - listed, current - lowest


@njit(cache=True, nogil=True)
def _rebase(tie: Ints, worth: Floats, local: Ints, load: Floats, old: int, base: int) -> None:
    """Move what an item brings from its seat to the one it starts from."""
    a, b = local[tie[old, SEAT]], local[tie[base, SEAT]]
    for r in range(load.shape[1]):
        load[a, r] -= worth[old, SIZE + r]
        load[b, r] += worth[base, SIZE + r]


@njit(cache=True, nogil=True)
def _sort_options(grid: Grid, zone: Zone, now: float, listed: int) -> int:
    """Drop options that alone cost more than the region, sort the others; return how many."""
    count = 0
    for k in range(listed):
        if zone.extra[k] < now:
            zone.extra[count] = zone.extra[k]
            zone.option[count, PAIR] = zone.option[k, PAIR]
            zone.option[count, SLOT] = zone.option[k, SLOT]
            count += 1
    _sort(zone, min(count, listed))
    count = min(count, len(zone.step))
    rows = zone.load.shape[1]
    for k in range(count):
        p, base = zone.option[k, PAIR], zone.slot[zone.option[k, SLOT], BASE]
        zone.option[k, FROM] = zone.local[grid.tie[base, SEAT]]
        zone.option[k, MORE] = grid.tie[p, MOVED] - grid.tie[base, MOVED]
        zone.option[k, TO] = zone.local[grid.tie[p, SEAT]]
        for r in range(rows):
            zone.step[k, r] = grid.worth[base, SIZE + r]
            zone.step[k, rows + r] = grid.worth[p, SIZE + r]
    return count


@njit(cache=True, nogil=True)
def _sort(zone: Zone, count: int) -> None:
    """Sort options by extra (Shell sort: short to compile, fast on some hundreds)."""
    gap = 1
    while gap < count // 3:
        gap = 3 * gap + 1
    while gap > 0:
        for k in range(gap, count):
            key, pair, slot = zone.extra[k], zone.option[k, PAIR], zone.option[k, SLOT]
            j = k
            while j >= gap and zone.extra[j - gap] > key:
                zone.extra[j] = zone.extra[j - gap]
                zone.option[j, PAIR] = zone.option[j - gap, PAIR]
                zone.option[j, SLOT] = zone.option[j - gap, SLOT]
                j -= gap
            zone.extra[j], zone.option[j, PAIR], zone.option[j, SLOT] = key, pair, slot
        gap //= 3


@njit(cache=True, nogil=True)
def _adopt(grid: Grid, plan: Plan, zone: Zone, seats: int, slots: int, size: int) -> None:
    """Move the items of the region to the best set found."""
    for depth in range(size):
        k = zone.path[depth, 1]
        zone.slot[zone.option[k, SLOT], BASE] = zone.option[k, PAIR]
    change, worse = -moves_cost(grid, plan.tally[MOVES]), 0
    for c in range(seats):
        seat = zone.seats[c]
        change -= seat_cost(plan.line, plan.load, seat)
        worse -= missed(grid.limit, plan.load, seat)
    for k in range(slots):
        p, item = zone.slot[k, BASE], zone.slot[k, HELD]
        if p != plan.pair[item]:
            change += grid.worth[p, REGRET] - grid.worth[plan.pair[item], REGRET]
            move(grid, plan, item, p)
    for c in range(seats):
        seat = zone.seats[c]
        change += seat_cost(plan.line, plan.load, seat)
        worse += missed(grid.limit, plan.load, seat)
    plan.energy[NOW] += change + moves_cost(grid, plan.tally[MOVES])
    plan.tally[MISSED] += worse
