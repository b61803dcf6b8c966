"""Give a reason for every win given up (F24)."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.sourcing_headcount import count_staff
from optimizer.sourcing_lanes import Lanes, lane_hours, list_lanes
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_rights import absent_people, held_by

Floats = NDArray[np.float64]

UNITS = 1e-6
HOURS = 1e-3

REASONS = {
    "nobody_able": "nobody can work {phase} in {segment}",
    "market": "every prospect of {segment} has been worked",
    "capacity": "everybody able to work {phase} is fully used",
    "costs_more": "there is capacity left, but it costs more than the work brings",
}
REMEDIES = {
    "nobody_able": "train or hire somebody, or document the phase for a provider that offers it",
    "market": "find more prospects, or convert more of them",
    "capacity": "one more person able, overtime, or a provider",
    "costs_more": "a better price: what is left to use costs more than the work brings",
}


def explain_uncovered(problem: SourcingProblem, plan: SourcingPlan) -> tuple[Shortfall, ...]:
    """Return what is given up or late at the end, by segment, reason and phase.

    The amount is the mean over the scenarios. A win is charged to the month it was given up in,
    to the first reason that holds: nobody can work a phase; the market is used up; everybody
    able is; else more would cost more than it brings.
    """
    lanes = list_lanes(problem)
    missing = plan.uncovered.copy()
    missing[:, -1] += plan.backlog[:, -1]
    expected = missing @ problem.probability
    free = _free_hours(problem, plan, lanes)
    found: dict[tuple[int, str, str], float] = defaultdict(float)
    for segment, month in np.argwhere(expected > UNITS).tolist():
        code, phase = _reason(problem, plan, lanes, free, segment, month)
        found[segment, code, phase] += float(expected[segment, month])
    return tuple(
        _shortfall(problem, segment, code, phase, amount)
        for (segment, code, phase), amount in sorted(found.items())
    )


def _reason(
    problem: SourcingProblem,
    plan: SourcingPlan,
    lanes: Lanes,
    free: Floats,
    segment: int,
    month: int,
) -> tuple[str, str]:
    for phase, name in enumerate(problem.phases):
        if not lanes.of(phase, segment).size:
            return "nobody_able", name
    if _market_used_up(problem, plan, segment, month):
        return "market", problem.phases[0]
    for phase, name in enumerate(problem.phases):
        sources = lanes.source[lanes.of(phase, segment)]
        worked = problem.flow.hours_per_unit[phase, segment] > 0
        if worked and free[sources, month].sum() <= HOURS:
            return "capacity", name
    return "costs_more", ""


def _market_used_up(problem: SourcingProblem, plan: SourcingPlan, segment: int, month: int) -> bool:
    """Tell whether every prospect there was up to the month has been worked, in any scenario."""
    worked = plan.units_worked[:, 0, segment, : month + 1].sum(axis=0)
    flow = problem.flow
    there = flow.prospects[segment, : month + 1] + flow.pipeline[0, segment, : month + 1, None]
    short = plan.uncovered[segment, month] + plan.backlog[segment, month] > UNITS
    all_worked = (worked >= there - UNITS).all(axis=0)
    return bool((short & all_worked).any())


def _free_hours(problem: SourcingProblem, plan: SourcingPlan, lanes: Lanes) -> Floats:
    """Return (S, T): mean hours not used of own staff and of contracts that run; inf for tools."""
    used = lane_hours(problem, lanes, plan.units_worked) @ problem.probability
    free = np.full(used.shape, np.inf)
    states = len(problem.states)
    steering = plan.steering_hours.sum(axis=0) @ problem.probability
    overtime = plan.overtime_hours @ problem.probability
    capacity = count_staff(problem, plan.decisions).capacity_hours
    absent = absent_people(problem, plan.lapsed) @ problem.probability
    for index, state in enumerate(problem.states):
        capacity[index] -= state.hours_per_head * absent[index]
    free[:states] = capacity + overtime - used[:states] - steering
    held = held_by(plan) @ problem.probability
    for index, offer in enumerate(problem.providers):
        ready = offer.capacity_hours * held[index]
        free[states + index] = ready - used[states + index]
    return np.maximum(free, 0.0)


def _shortfall(
    problem: SourcingProblem, segment: int, code: str, phase: str, amount: float
) -> Shortfall:
    where = problem.segments[segment] + (f", {phase}" if phase else "")
    return Shortfall(
        code=code,
        subject=where,
        amount=amount,
        unit="wins",
        reason=REASONS[code].format(phase=phase, segment=problem.segments[segment]),
        remedy=REMEDIES[code],
    )
