"""List which pairs of unit and place a direct program gets, groups put together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints, TerritoryProblem

BLOCK = 4096


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Hold the pairs of all units, before groups are put together."""

    unit: Ints
    place: Ints
    cost: Floats
    complete: bool


def eligible_pairs(problem: TerritoryProblem, nearest: int | None) -> Pairs:
    """Return eligible pairs by unit, then place; costs include the price of a move."""
    parts: list[tuple[Ints, Ints, Floats]] = []
    seats, complete = len(problem.seat_ids), True
    for begin in range(0, len(problem.unit_ids), BLOCK):
        end = min(begin + BLOCK, len(problem.unit_ids))
        cost = _with_moves(problem, begin, end)
        marked = np.isfinite(cost)
        if nearest is not None and nearest < cost.shape[1]:
            near = _cheapest(cost, nearest, problem.current_seat[begin:end], seats)
            # Members of a group must share a place, which their cheapest need not be.
            near |= problem.group[begin:end, None] >= 0
            complete &= bool((near | ~marked).all())
            marked &= near
        at, place = np.nonzero(marked)
        parts.append((at + begin, place, cost[at, place]))
    unit, place, cost = (np.concatenate(part) for part in zip(*parts, strict=True))
    return Pairs(unit=unit, place=place, cost=cost, complete=complete)


def _with_moves(problem: TerritoryProblem, begin: int, end: int) -> Floats:
    """Return (n, S + J) EUR of the units begin..end-1; locked units have one seat only."""
    cost = np.array(problem.costs().rows(begin, end), dtype=np.float64)
    seat = np.arange(cost.shape[1])
    current = problem.current_seat[begin:end, None]
    cost += np.where((current >= 0) & (seat != current), problem.move_cost[begin:end, None], 0.0)
    if problem.vacant:
        moved = np.where(current >= 0, problem.move_cost[begin:end, None], 0.0)
        cost = np.hstack([cost, problem.vacant.cost[begin:end] + moved])
    locked = problem.locked[begin:end, None] & (np.arange(cost.shape[1]) != current)
    cost[locked] = np.inf
    return cost


def _cheapest(cost: Floats, nearest: int, current: Ints, seats: int) -> NDArray[np.bool_]:
    marked = np.zeros(cost.shape, dtype=bool)
    order = np.argpartition(cost, nearest - 1, axis=1)[:, :nearest]
    np.put_along_axis(marked, order, True, axis=1)
    owned = np.flatnonzero((current >= 0) & (current < seats))
    marked[owned, current[owned]] = True
    return marked


def first_members(group: Ints) -> Ints:
    """Return (U,) the first member of each unit's group."""
    head = np.arange(len(group))
    together = np.flatnonzero(group >= 0)
    if len(together):
        _, first, which = np.unique(group[together], return_index=True, return_inverse=True)
        head[together] = together[first][which]
    return head


def joined(pairs: Pairs, head: Ints) -> tuple[Ints, Ints, Floats, Ints]:
    """Return head, place and cost of each column, and (pairs,) the column of each pair or -1.

    A column stands for a whole group; places that not all members may go to fall out.
    """
    places = int(pairs.place.max(initial=0)) + 1
    key = head[pairs.unit] * places + pairs.place
    keys, which, count = np.unique(key, return_inverse=True, return_counts=True)
    able = np.zeros(len(head), dtype=np.int64)
    np.add.at(able, head[np.unique(pairs.unit)], 1)
    whole = count == able[keys // places]
    cost = np.bincount(which, weights=pairs.cost, minlength=len(keys))
    number = np.where(whole, np.cumsum(whole) - 1, -1)
    return keys[whole] // places, keys[whole] % places, cost[whole], number[which]
