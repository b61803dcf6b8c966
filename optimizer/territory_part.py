"""Cut a territory problem: some seats with what they hold, everything else standing still."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_costs import SeatCosts
from optimizer.territory_problem import (
    Floats,
    Ints,
    SeatLimits,
    TerritoryPlan,
    TerritoryProblem,
)

_SAMPLE = 200
"""Units of a seat looked at to see which seats lie around it."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """Hold the problem of a part.

    Attributes
    ----------
    problem
        U' units and S' seats, in the order of the whole.
    units
        (U',) positions of the units in the whole problem.
    seat
        (U',) the plan's seats, as positions in the part; -1 for a unit it leaves unserved.
    """

    problem: TerritoryProblem
    units: Ints
    seat: Ints


def pinned(
    problem: TerritoryProblem, seat: Ints, marked: NDArray[np.bool_] | None = None
) -> TerritoryProblem:
    """Return the problem in which the units marked (U,), or all, have the seat given and no other.

    A unit pinned to a seat may not stay unserved at a price; one pinned to -1 has no seat.
    """
    chosen = np.ones(len(seat), dtype=bool) if marked is None else marked
    held = chosen & (seat >= 0)
    units = np.flatnonzero(held)
    cost = np.array(problem.costs().rows(0, len(seat)), dtype=np.float64)
    here = cost[units, seat[units]]
    cost[chosen] = np.inf
    cost[units, seat[units]] = here
    unserved = problem.unserved_price
    if unserved.size:
        unserved = np.where(held, np.inf, unserved)
    return replace(problem, cost=cost, unserved_price=unserved)


def seats_around(
    problem: TerritoryProblem,
    plan: TerritoryPlan,
    unit: int,
    seat: int,
    most_seats: int,
    most_units: int,
) -> Ints:
    """Return the seat to be forced, the unit's seat in the plan, and those nearest to the two.

    Nearness is what the units of the two would cost elsewhere, the median over units. Seats are
    added until there are `most_seats`, or the next one would bring more than `most_units` units.
    Sorted (S',).
    """
    costs, chosen = problem.costs(), [seat]
    if plan.seat[unit] >= 0:
        chosen.append(int(plan.seat[unit]))
    held = np.bincount(plan.seat[plan.seat >= 0], minlength=len(problem.seat_ids))
    away = np.min([_median_extra(costs, plan, one) for one in chosen], axis=0)
    total = int(held[chosen].sum())
    for other in np.argsort(away, kind="stable").tolist():
        if len(chosen) >= most_seats or not np.isfinite(away[other]):
            break
        if other in chosen or total + held[other] > most_units:
            continue
        chosen.append(other)
        total += int(held[other])
    return np.array(sorted(chosen), dtype=np.int64)


def _median_extra(costs: SeatCosts, plan: TerritoryPlan, seat: int) -> Floats:
    """Return (S,) what the middle unit of a seat would cost more elsewhere; inf: not allowed."""
    own = np.flatnonzero(plan.seat == seat)
    own = own[:: max(1, len(own) // _SAMPLE)]
    if not len(own):
        return np.full(costs.shape[1], np.inf)
    rows = np.vstack([costs.rows(u, u + 1) for u in own.tolist()])
    return np.quantile(rows - rows[:, [seat]], 0.5, axis=0, method="lower")


def territory_part(problem: TerritoryProblem, plan: TerritoryPlan, seats: Ints, also: Ints) -> Part:
    """Return the problem of these seats (S',) and the units they hold, and the units `also`.

    The units beyond keep their seats and use up their share of the moves allowed. A unit whose
    seat today lies beyond has moved already, wherever in the part it goes. Limits on what a seat
    gives and takes are those of the whole: check the joined plan.
    """
    position = np.full(len(problem.seat_ids) + 1, -1, dtype=np.int64)
    position[seats] = np.arange(len(seats))
    inside = position[plan.seat] >= 0
    inside[also] = True
    units = np.flatnonzero(inside)
    today = position[problem.current_seat[units]]
    part = replace(
        problem,
        unit_ids=tuple(problem.unit_ids[u] for u in units),
        seat_ids=tuple(problem.seat_ids[s] for s in seats),
        measures=problem.measures[units],
        targets=problem.targets[seats],
        cost=np.vstack([problem.costs().rows(u, u + 1)[:, seats] for u in units.tolist()]),
        current_seat=today,
        locked=problem.locked[units] & (today >= 0),
        lock_reason=tuple(problem.lock_reason[u] for u in units) if problem.lock_reason else (),
        max_moved_share=_moves_left(problem, plan, units[today >= 0]),
        seat_measures=_cut(problem.seat_measures, units, seats),
        limits=_limits(problem.limits, seats),
        edges=_edges(problem.edges, units, len(inside)),
        lower_limits=_rows(problem.lower_limits, seats),
        upper_limits=_rows(problem.upper_limits, seats),
        move_cost=problem.move_cost[units],
        group=problem.group[units],
        unserved_price=_rows(problem.unserved_price, units),
        revenue_eur=_rows(problem.revenue_eur, units),
    )
    return Part(problem=part, units=units, seat=position[plan.seat[units]])


def _rows(values: NDArray, rows: Ints) -> NDArray:
    return values[rows] if values.size else values


def _cut(seat_measures: Floats | None, units: Ints, seats: Ints) -> Floats | None:
    return None if seat_measures is None else seat_measures[np.ix_(units, seats)]


def _moves_left(problem: TerritoryProblem, plan: TerritoryPlan, counted: Ints) -> float:
    """Return the share of the units counted that may move, beside the moves of all others."""
    owned = problem.current_seat >= 0
    moved = owned & (plan.seat >= 0) & (plan.seat != problem.current_seat)
    limit = int(np.floor(problem.max_moved_share * owned.sum() + 1e-9))
    left = limit - int(moved.sum()) + int(moved[counted].sum())
    return min(1.0, max(0, left) / max(1, len(counted)))


def _limits(limits: SeatLimits, seats: Ints) -> SeatLimits:
    cut = {f.name: getattr(limits, f.name) for f in fields(limits)}
    return SeatLimits(**{name: v[seats] if v.size else v for name, v in cut.items()})


def _edges(edges: Ints, units: Ints, count: int) -> Ints:
    position = np.full(count, -1, dtype=np.int64)
    position[units] = np.arange(len(units))
    return position[edges][(position[edges] >= 0).all(axis=1)]
