"""Kick a plan again and again and mend it by chains, keeping what is not much worse (T24)."""

from __future__ import annotations

from numba import njit

from optimizer.territory_chain import give, try_chain
from optimizer.territory_grid import MISSED, NOW, REGRET, SEAT, Grid, Plan
from optimizer.territory_kernel import draw, keep_best, missed, move, seat_cost
from optimizer.territory_links import FIRST, LOGGED, QUEUED, WORK, Links

DRAWS = 3
"""Pairs drawn for a kick, of which the least regretted is taken."""


@njit(cache=True, nogil=True)
def kick_and_mend(grid: Grid, plan: Plan, links: Links, heat: float, steps: int) -> None:
    """Kick and mend until `steps` pairs were looked at; `heat` is mean EUR a plan may get worse.

    Basin hopping, as Yagiura, Ibaraki and Glover (2004) restart their chains one shift away.
    """
    for seat in range(len(links.cost)):
        links.cost[seat] = seat_cost(plan.line, plan.load, seat)
    links.tally[WORK] = 0
    while links.tally[WORK] < steps:
        links.tally[WORK] += 10
        item = draw(plan.tally, len(plan.pair))
        pair = _another(grid, plan, item)
        if pair == plan.pair[item]:
            continue
        before = plan.energy[NOW]
        links.tally[LOGGED] = 0
        give(grid, plan, links, pair)
        keep_best(grid, plan)
        _mend(grid, plan, links)
        worse = heat * grid.surprise[draw(plan.tally, len(grid.surprise))]
        if plan.energy[NOW] > before + worse:
            _take_back(grid, plan, links)
            plan.energy[NOW] = before


@njit(cache=True, nogil=True)
def _another(grid: Grid, plan: Plan, item: int) -> int:
    """Return the least regretted of a few pairs drawn, the item's own one when all are that.

    So near ties are kicked to most, and the others often enough that they need not be left out.
    """
    first, pairs = grid.start[item], grid.start[item + 1] - grid.start[item]
    best = plan.pair[item]
    for _ in range(DRAWS):
        pair = first + draw(plan.tally, pairs)
        regret = grid.worth[pair, REGRET]
        if pair != plan.pair[item] and (
            best == plan.pair[item] or regret < grid.worth[best, REGRET]
        ):
            best = pair
    return best


@njit(cache=True, nogil=True)
def _mend(grid: Grid, plan: Plan, links: Links) -> None:
    """Try the chains of every item whose seat changed until none saves EUR."""
    seen, most = 0, 4 * len(plan.pair)
    while True:
        while seen < links.tally[LOGGED]:
            item, old = links.log[seen]
            _wake(plan, links, grid.tie[old, SEAT])
            _wake(plan, links, grid.tie[plan.pair[item], SEAT])
            seen += 1
        if links.tally[QUEUED] == 0:
            break
        item = links.queue[links.tally[FIRST]]
        links.tally[FIRST] = (links.tally[FIRST] + 1) % len(links.queue)
        links.tally[QUEUED] -= 1
        links.waiting[item] = 0
        if links.tally[LOGGED] < most:
            try_chain(grid, plan, links, item)


@njit(cache=True, nogil=True)
def _wake(plan: Plan, links: Links, seat: int) -> None:
    """Put the items of a seat into the queue."""
    begin, room = plan.seat[seat, 0], len(links.queue)
    for k in range(begin, begin + plan.seat[seat, 1]):
        item = plan.member[k]
        if links.waiting[item] == 0:
            links.waiting[item] = 1
            links.queue[(links.tally[FIRST] + links.tally[QUEUED]) % room] = item
            links.tally[QUEUED] += 1


@njit(cache=True, nogil=True)
def _take_back(grid: Grid, plan: Plan, links: Links) -> None:
    """Undo all changes logged, the last one first."""
    for k in range(links.tally[LOGGED] - 1, -1, -1):
        item, old = links.log[k]
        _put_back(grid, plan, links, item, old)


@njit(cache=True, nogil=True)
def _put_back(grid: Grid, plan: Plan, links: Links, item: int, old: int) -> None:
    """Give an item the pair it had."""
    a, b = grid.tie[plan.pair[item], SEAT], grid.tie[old, SEAT]
    worse = missed(grid.limit, plan.load, a) + missed(grid.limit, plan.load, b)
    move(grid, plan, item, old)
    links.cost[a] = seat_cost(plan.line, plan.load, a)
    links.cost[b] = seat_cost(plan.line, plan.load, b)
    plan.tally[MISSED] += (
        missed(grid.limit, plan.load, a) + missed(grid.limit, plan.load, b) - worse
    )
