"""Say what it costs to give a unit to a seat of one's choice, by solving again.

A small problem is solved again as a whole; of a large one the seats around the unit are, while all
others keep what they have. What the answer rests on stands in the answer (T30).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Options, Shortfall, Solution
from optimizer.territories import solve_territories
from optimizer.territory_forced import (
    ForcedSeat,
    estimate,
    known_price,
    least_eur,
    members_of,
    plan_of,
)
from optimizer.territory_part import pinned, seats_around, territory_part
from optimizer.territory_problem import Ints, TerritoryPlan, TerritoryProblem
from optimizer.verify_territories import verify_territories

WHOLE_UNITS = 400
"""A problem of so many units is solved again as a whole: some ten seconds of one core."""
REGION_SEATS = 6
REGION_UNITS = 800
_TINY_EUR = 1e-6


def force(
    problem: TerritoryProblem,
    solution: Solution[TerritoryPlan],
    unit: int,
    seat: int,
    options: Options,
    whole_units: int = WHOLE_UNITS,
) -> ForcedSeat:
    """Return what it costs to serve `unit` from `seat`, everything else chosen anew.

    Members of its group go with it. Problems of more than `whole_units` units are solved in the
    region only; their price is an upper limit, since seats beyond could help.

    Raises
    ------
    ValueError
        When the solution holds no plan.
    """
    plan = plan_of(solution)
    known = known_price(problem, plan, unit, seat)
    if known is not None:
        return known
    if problem.vacant is not None:
        return estimate(problem, solution, unit, seat)
    if len(problem.unit_ids) <= whole_units:
        return _whole(problem, solution, unit, seat, options)
    return _region(problem, solution, unit, seat, options)


def _whole(
    problem: TerritoryProblem,
    solution: Solution[TerritoryPlan],
    unit: int,
    seat: int,
    options: Options,
) -> ForcedSeat:
    """Solve everything again with the unit at the seat."""
    plan = plan_of(solution)
    forced = _solve_forced(problem, plan, unit, seat, options)
    if forced.plan is None:
        return replace(estimate(problem, solution, unit, seat), reason="no plan was found in time")
    return _priced(
        problem,
        solution,
        ForcedSeat(unit=unit, seat=seat, basis="whole", seats=tuple(range(len(problem.seat_ids)))),
        forced.plan.seat,
        _eur(problem, forced) - _eur(problem, solution),
        forced,
    )


def _region(
    problem: TerritoryProblem,
    solution: Solution[TerritoryPlan],
    unit: int,
    seat: int,
    options: Options,
) -> ForcedSeat:
    """Solve the seats around again with the unit at the seat, all others as planned."""
    plan = plan_of(solution)
    seats = seats_around(problem, plan, unit, seat, REGION_SEATS, REGION_UNITS)
    part = territory_part(problem, plan, seats, also=members_of(problem, unit))
    here, at = int(np.flatnonzero(part.units == unit)[0]), int(np.flatnonzero(seats == seat)[0])
    today = _cut(plan, part.seat)
    forced = _solve_forced(part.problem, today, here, at, options)
    before = solve_territories(pinned(part.problem, part.seat), options)
    if forced.plan is None or before.plan is None:
        return replace(estimate(problem, solution, unit, seat), reason="no plan was found in time")
    chosen = plan.seat.copy()
    served = forced.plan.seat >= 0
    chosen[part.units[served]] = seats[forced.plan.seat[served]]
    declared = (*solution.shortfalls, *forced.shortfalls)
    if not served.all() or verify_territories(problem, replace(plan, seat=chosen), declared):
        reason = "the seats around alone cannot take it within every rule"
        return replace(estimate(problem, solution, unit, seat), reason=reason)
    return _priced(
        problem,
        solution,
        ForcedSeat(unit=unit, seat=seat, basis="region", seats=tuple(seats.tolist())),
        chosen,
        _eur(part.problem, forced) - _eur(part.problem, before),
        replace(forced, bound=None),
    )


def _cut(plan: TerritoryPlan, seat: Ints) -> TerritoryPlan:
    """Return a plan of these seats that explains nothing: a hint."""
    nobody = np.full(len(seat), -1, dtype=np.int64)
    return replace(plan, seat=seat, runner_up=nobody, runner_up_extra_eur=np.zeros(len(seat)))


def _solve_forced(
    problem: TerritoryProblem, plan: TerritoryPlan, unit: int, seat: int, options: Options
) -> Solution[TerritoryPlan]:
    """Solve with the unit and its group at the seat."""
    members = members_of(problem, unit)
    hinted = plan.seat.copy()
    hinted[members] = seat
    forced = pinned(problem, hinted, _marked(len(hinted), members))
    return solve_territories(forced, options, hint=replace(plan, seat=hinted))


def _marked(units: int, members: Ints) -> NDArray[np.bool_]:
    marked = np.zeros(units, dtype=bool)
    marked[members] = True
    return marked


def _eur(problem: TerritoryProblem, solution: Solution[TerritoryPlan]) -> float:
    """Return EUR a year that plans are compared by.

    The steep price of hard windows missed is left out, and what stands for units nobody may
    serve; misses and units left out at a price of the problem's own are counted here.
    """
    apart = {"imbalance_eur", "unserved_eur"}
    eur = sum(amount for name, amount in solution.terms.items() if name not in apart)
    seat = plan_of(solution).seat
    if problem.unserved_price.size:
        price = problem.unserved_price[seat < 0]
        eur += float(price[np.isfinite(price)].sum())
    return eur + _priced_misses_eur(problem, seat)


def _priced_misses_eur(problem: TerritoryProblem, seat: Ints) -> float:
    """Return EUR a year for windows missed where a miss has a price (T22)."""
    priced = np.flatnonzero(np.isfinite(problem.miss_price))
    if not len(priced):
        return 0.0
    served = np.flatnonzero(seat >= 0)
    load = np.zeros(problem.targets.shape)
    np.add.at(load, seat[served], problem.measures_at(served, seat[served]))
    lower, upper = problem.windows()
    missed = np.maximum(np.maximum(lower - load, load - upper), 0.0).sum(axis=0)
    return float(missed[priced] @ problem.miss_price[priced])


def _priced(
    problem: TerritoryProblem,
    solution: Solution[TerritoryPlan],
    found: ForcedSeat,
    chosen: Ints,
    extra_eur: float,
    forced: Solution[TerritoryPlan],
) -> ForcedSeat:
    """Return the answer with price, proof and what else changes."""
    before = plan_of(solution).seat
    new = _new_shortfalls(solution.shortfalls, forced.shortfalls)
    least = None if new else least_eur(solution, forced.bound)
    extra = 0.0 if abs(extra_eur) < _TINY_EUR else extra_eur
    return replace(
        found,
        extra_eur=extra,
        least_eur=None if least is None else min(least, extra),
        changed=tuple(np.flatnonzero(chosen != before).tolist()),
        shortfalls=new,
    )


def _new_shortfalls(
    before: Iterable[Shortfall], after: Iterable[Shortfall]
) -> tuple[Shortfall, ...]:
    known = {(s.code, s.subject): s.amount for s in before}
    return tuple(s for s in after if s.amount > known.get((s.code, s.subject), 0.0) + _TINY_EUR)
