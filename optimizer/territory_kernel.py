"""Keep a plan, its loads and its energy up to date in compiled code."""

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.territory_grid import (
    BEST,
    ITEM,
    MISSED,
    MOVED,
    MOVES,
    NOW,
    REGRET,
    SEAT,
    SEED,
    SIZE,
    WAITING,
    Grid,
    Plan,
)
from optimizer.territory_problem import Floats, Ints


def make_plan(grid: Grid, pair: Ints, line: Floats, seed: int) -> Plan:
    """Return the state of a plan (G,)."""
    seats, rows = grid.limit.shape[:2]
    choice = np.diff(grid.start)[grid.tie[:, ITEM]] > 1
    room = np.bincount(grid.tie[choice, SEAT], minlength=seats)
    scrambled = (2 * seed + 1) * 0x9E3779B97F4A7C15 % 2**63
    plan = Plan(
        pair=pair.astype(np.int64),
        best=pair.astype(np.int64),
        load=np.zeros((seats, rows)),
        line=line.copy(),
        member=np.zeros(int(room.sum()), dtype=np.int64),
        place=np.zeros(len(pair), dtype=np.int64),
        seat=np.column_stack([np.cumsum(room) - room, np.zeros(seats, dtype=np.int64)]),
        tally=np.array([0, 0, scrambled, -1], dtype=np.int64),
        changed=np.zeros(max(64, len(pair) // 4), dtype=np.int64),
        energy=np.array([0.0, np.inf]),
    )
    settle(grid, plan)
    return plan


@njit(cache=True, nogil=True)
def settle(grid: Grid, plan: Plan) -> None:
    """Sum loads, lists and energy anew, so that rounding does not pile up."""
    plan.load[:] = 0.0
    plan.seat[:, 1] = 0
    plan.tally[MOVES] = 0
    energy = 0.0
    for item in range(len(plan.pair)):
        p = plan.pair[item]
        seat = grid.tie[p, SEAT]
        for r in range(plan.load.shape[1]):
            plan.load[seat, r] += grid.worth[p, SIZE + r]
        if grid.start[item + 1] - grid.start[item] > 1:
            _enlist(plan, item, seat)
        plan.tally[MOVES] += grid.tie[p, MOVED]
        energy += grid.worth[p, REGRET]
    plan.tally[MISSED] = 0
    for seat in range(len(plan.seat)):
        energy += seat_cost(plan.line, plan.load, seat)
        plan.tally[MISSED] += missed(grid.limit, plan.load, seat)
    plan.energy[NOW] = energy + moves_cost(grid, plan.tally[MOVES])


@njit(cache=True, nogil=True)
def seat_cost(line: Floats, load: Floats, seat: int) -> float:
    """Return EUR of the loads of a seat above the best loads at its prices."""
    cost = 0.0
    for r in range(load.shape[1]):
        cost += row_cost(line, seat, r, load[seat, r])
    return cost


@njit(cache=True, nogil=True, inline="always")
def row_cost(line: Floats, seat: int, r: int, load: float) -> float:
    """Return the highest of a row's three lines at a load."""
    return max(
        line[seat, r, 0] * load + line[seat, r, 1],
        line[seat, r, 2] * load + line[seat, r, 3],
        line[seat, r, 4] * load + line[seat, r, 5],
    )


@njit(cache=True, nogil=True)
def missed(limit: Floats, load: Floats, seat: int) -> int:
    """Return how many hard limits of a seat are missed."""
    count = 0
    for r in range(load.shape[1]):
        if load[seat, r] < limit[seat, r, 0] or load[seat, r] > limit[seat, r, 1]:
            count += 1
    return count


@njit(cache=True, nogil=True)
def moves_cost(grid: Grid, moves: int) -> float:
    """Return EUR of unused moves at their price, or of moves too many."""
    unused = grid.max_moved - moves
    return grid.move_price * unused if unused >= 0 else -grid.move_penalty * unused


@njit(cache=True, nogil=True)
def draw(tally: Ints, below: int) -> int:
    """Return a random number below another, from the state in `Plan.tally`.

    Xorshift: Marsaglia, Journal of Statistical Software 8(14), 2003.
    """
    x = np.uint64(tally[SEED])
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    tally[SEED] = np.int64(x)
    return int(np.int64(((x >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32)))


@njit(cache=True, nogil=True)
def move(grid: Grid, plan: Plan, item: int, p: int) -> None:
    """Give an item another pair; energy and limits missed are left to the caller."""
    old = plan.pair[item]
    source, target = grid.tie[old, SEAT], grid.tie[p, SEAT]
    for r in range(plan.load.shape[1]):
        plan.load[source, r] -= grid.worth[old, SIZE + r]
        plan.load[target, r] += grid.worth[p, SIZE + r]
    plan.pair[item] = p
    plan.tally[MOVES] += grid.tie[p, MOVED] - grid.tie[old, MOVED]
    plan.seat[source, 1] -= 1
    last = plan.member[plan.seat[source, 0] + plan.seat[source, 1]]
    plan.member[plan.place[item]] = last
    plan.place[last] = plan.place[item]
    _enlist(plan, item, target)
    waiting = plan.tally[WAITING]
    if 0 <= waiting < len(plan.changed):
        plan.changed[waiting] = item
        plan.tally[WAITING] = waiting + 1
    else:
        plan.tally[WAITING] = -1


@njit(cache=True, nogil=True)
def _enlist(plan: Plan, item: int, seat: int) -> None:
    """Put an item at the end of a seat's list."""
    plan.place[item] = plan.seat[seat, 0] + plan.seat[seat, 1]
    plan.member[plan.place[item]] = item
    plan.seat[seat, 1] += 1


@njit(cache=True, nogil=True)
def keep_best(grid: Grid, plan: Plan) -> None:
    """Remember the plan when it keeps all hard limits and costs less than the best."""
    allowed = plan.tally[MISSED] == 0 and plan.tally[MOVES] <= grid.max_moved
    if not allowed or plan.energy[NOW] >= plan.energy[BEST] - 1e-9 * (1 + plan.energy[NOW]):
        return
    if plan.tally[WAITING] < 0:
        for item in range(len(plan.pair)):
            plan.best[item] = plan.pair[item]
    for k in range(plan.tally[WAITING]):
        plan.best[plan.changed[k]] = plan.pair[plan.changed[k]]
    plan.tally[WAITING] = 0
    plan.energy[BEST] = plan.energy[NOW]
