"""Improve a plan by ejection chains: one unit leaves, others follow each other, it closes (T24).

A chain takes an item out of its seat. The hole is filled by an item of another seat, the hole
that this leaves by one of a third, and so on; at every length the first item may go into the
last hole, which makes a plan again (Yagiura, Ibaraki and Glover, An ejection chain approach for
the generalized assignment problem, INFORMS Journal on Computing 16, 2004). Costs are regrets at
shadow prices, so what is paid outside the hole bounds what the closed chain costs: a chain ends
as soon as that reaches the best one found.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.territory_grid import (
    ITEM,
    MISSED,
    MOVED,
    MOVES,
    NOW,
    REGRET,
    SEAT,
    SIZE,
    Grid,
    Plan,
)
from optimizer.territory_kernel import keep_best, missed, move, moves_cost, row_cost, seat_cost
from optimizer.territory_links import (
    BEST,
    CLOSING,
    DEEPEST,
    FOLLOWING,
    HOLE,
    LENGTH,
    LOGGED,
    MORE,
    OPEN,
    STAMP,
    WORK,
    Links,
)
from optimizer.territory_problem import Floats

LEAST = 1e-9
"""EUR, relative to the energy, that a better plan saves at least."""


@njit(cache=True, nogil=True)
def try_chain(grid: Grid, plan: Plan, links: Links, item: int) -> float:
    """Carry out the best chain that begins with the item where it saves EUR; return the change."""
    tie, tally, eur = grid.tie, links.tally, links.eur
    home = plan.pair[item]
    seat = tie[home, SEAT]
    eur[BEST] = -LEAST * (1.0 + plan.energy[NOW])
    eur[OPEN] = -grid.worth[home, REGRET] - links.cost[seat]
    tally[MORE] = -tie[home, MOVED]
    tally[STAMP] += 1
    tally[LENGTH] = -1
    if eur[OPEN] >= eur[BEST]:
        tally[WORK] += 1
        return 0.0
    _take(plan.load, grid.worth, seat, home, -1.0)
    _shift(grid, plan, links, item, seat)
    links.used[item] = tally[STAMP]
    tally[HOLE] = seat
    depth = 0
    while depth < DEEPEST:
        pair = _follow(grid, plan, links, item, depth)
        if pair < 0:
            break
        links.path[depth] = pair
        depth += 1
    _undo(grid, plan, links, depth)
    _take(plan.load, grid.worth, seat, home, 1.0)
    links.cost[seat] = seat_cost(plan.line, plan.load, seat)
    if tally[LENGTH] < 0:
        return 0.0
    _carry_out(grid, plan, links, item)
    return eur[BEST]


@njit(cache=True, nogil=True, inline="always")
def _take(load: Floats, worth: Floats, seat: int, pair: int, sign: float) -> None:
    """Add what a pair brings to the load of a seat (sign 1) or take it away (-1)."""
    for r in range(load.shape[1]):
        load[seat, r] += sign * worth[pair, SIZE + r]


@njit(cache=True, nogil=True, inline="always")
def _with(load: Floats, line: Floats, worth: Floats, seat: int, pair: int) -> float:
    """Return EUR of the loads of a seat with what a pair brings."""
    cost = 0.0
    for r in range(load.shape[1]):
        cost += row_cost(line, seat, r, load[seat, r] + worth[pair, SIZE + r])
    return cost


@njit(cache=True, nogil=True, inline="always")
def _instead(load: Floats, line: Floats, worth: Floats, seat: int, pair: int, old: int) -> float:
    """Return EUR of the loads of a seat with a pair instead of another one."""
    cost = 0.0
    for r in range(load.shape[1]):
        x = load[seat, r] - worth[old, SIZE + r] + worth[pair, SIZE + r]
        cost += row_cost(line, seat, r, x)
    return cost


@njit(cache=True, nogil=True)
def _shift(grid: Grid, plan: Plan, links: Links, item: int, seat: int) -> None:
    """Note the best seat for the item when nobody follows it."""
    tie, worth, cost = grid.tie, grid.worth, links.cost
    home, best, moves = plan.pair[item], links.eur[BEST], plan.tally[MOVES]
    vacated = links.eur[OPEN] + seat_cost(plan.line, plan.load, seat)
    begin, end = grid.start[item], grid.start[item + 1]
    links.tally[WORK] += end - begin
    for p in range(begin, end):
        eur = vacated + worth[p, REGRET]
        if p == home or eur - cost[tie[p, SEAT]] >= best:
            continue
        eur += _with(plan.load, plan.line, worth, tie[p, SEAT], p) - cost[tie[p, SEAT]]
        if tie[p, MOVED] != tie[home, MOVED]:
            eur += moves_cost(grid, moves + tie[p, MOVED] - tie[home, MOVED])
            eur -= moves_cost(grid, moves)
        if eur < best:
            best = eur
            links.tally[LENGTH], links.end[FOLLOWING], links.end[CLOSING] = 0, -1, p
    links.eur[BEST] = best


@njit(cache=True, nogil=True)
def _follow(grid: Grid, plan: Plan, links: Links, item: int, depth: int) -> int:
    """Fill the hole where that leaves least EUR open; return the pair, -1 for none.

    Chains closed by the first item at any hole this could leave are noted when they are best.
    """
    # Local names keep the reference counts of the arrays out of the loop.
    tie, worth, pair, load, line = grid.tie, grid.worth, plan.pair, plan.load, plan.line
    into, used, cost, table = links.into, links.used, links.cost, links.table
    stamp, hole, more = links.tally[STAMP], links.tally[HOLE], links.tally[MORE]
    opened, best, least, chosen = links.eur[OPEN], links.eur[BEST], np.inf, -1
    links.tally[WORK] += links.begin[hole + 1] - links.begin[hole]
    for i in range(links.begin[hole], links.begin[hole + 1]):
        q = into[i]
        old = pair[tie[q, ITEM]]
        b = tie[old, SEAT]
        eur = opened + worth[q, REGRET] - worth[old, REGRET] - cost[b]
        if eur >= best or old == q or used[tie[q, ITEM]] == stamp:
            continue
        eur += _with(load, line, worth, hole, q)
        if eur >= best:
            continue
        p = table[item, b]
        if p >= 0:
            closed = eur + worth[p, REGRET] + _instead(load, line, worth, b, p, old)
            moved = more + tie[q, MOVED] - tie[old, MOVED] + tie[p, MOVED]
            if moved != 0:
                closed += moves_cost(grid, plan.tally[MOVES] + moved)
                closed -= moves_cost(grid, plan.tally[MOVES])
            if closed < best:
                best = closed
                links.tally[LENGTH], links.end[FOLLOWING], links.end[CLOSING] = depth + 1, q, p
        if eur < least:
            least, chosen = eur, q
    links.eur[BEST] = best
    if chosen >= 0:
        _open(grid, plan, links, chosen, least)
    return chosen


@njit(cache=True, nogil=True)
def _open(grid: Grid, plan: Plan, links: Links, pair: int, eur: float) -> None:
    """Fill the hole for the time being; the item's seat gets the hole."""
    item, hole = grid.tie[pair, ITEM], links.tally[HOLE]
    old = plan.pair[item]
    seat = grid.tie[old, SEAT]
    _take(plan.load, grid.worth, hole, pair, 1.0)
    _take(plan.load, grid.worth, seat, old, -1.0)
    links.cost[hole] = seat_cost(plan.line, plan.load, hole)
    links.used[item] = links.tally[STAMP]
    links.tally[MORE] += grid.tie[pair, MOVED] - grid.tie[old, MOVED]
    links.tally[HOLE] = seat
    links.eur[OPEN] = eur


@njit(cache=True, nogil=True)
def _undo(grid: Grid, plan: Plan, links: Links, depth: int) -> None:
    """Take back the loads of the items that followed."""
    for k in range(depth - 1, -1, -1):
        pair = links.path[k]
        old = plan.pair[grid.tie[pair, ITEM]]
        _take(plan.load, grid.worth, grid.tie[pair, SEAT], pair, -1.0)
        _take(plan.load, grid.worth, grid.tie[old, SEAT], old, 1.0)
    for k in range(depth):
        seat = grid.tie[links.path[k], SEAT]
        links.cost[seat] = seat_cost(plan.line, plan.load, seat)
        seat = grid.tie[plan.pair[grid.tie[links.path[k], ITEM]], SEAT]
        links.cost[seat] = seat_cost(plan.line, plan.load, seat)


@njit(cache=True, nogil=True)
def _carry_out(grid: Grid, plan: Plan, links: Links, item: int) -> None:
    """Make the changes of the best chain."""
    for k in range(links.tally[LENGTH] - 1):
        give(grid, plan, links, links.path[k])
    if links.end[FOLLOWING] >= 0:
        give(grid, plan, links, links.end[FOLLOWING])
    give(grid, plan, links, links.end[CLOSING])
    keep_best(grid, plan)


@njit(cache=True, nogil=True)
def give(grid: Grid, plan: Plan, links: Links, pair: int) -> None:
    """Give an item this pair, keep energy and limits missed, and log the change."""
    item = grid.tie[pair, ITEM]
    old = plan.pair[item]
    a, b = grid.tie[old, SEAT], grid.tie[pair, SEAT]
    logged = links.tally[LOGGED]
    links.log[logged, 0], links.log[logged, 1] = item, old
    links.tally[LOGGED] = logged + 1
    worse = missed(grid.limit, plan.load, a) + missed(grid.limit, plan.load, b)
    change = grid.worth[pair, REGRET] - grid.worth[old, REGRET] - links.cost[a] - links.cost[b]
    change -= moves_cost(grid, plan.tally[MOVES])
    move(grid, plan, item, pair)
    links.cost[a] = seat_cost(plan.line, plan.load, a)
    links.cost[b] = seat_cost(plan.line, plan.load, b)
    change += links.cost[a] + links.cost[b] + moves_cost(grid, plan.tally[MOVES])
    plan.energy[NOW] += change
    plan.tally[MISSED] += (
        missed(grid.limit, plan.load, a) + missed(grid.limit, plan.load, b) - worse
    )
