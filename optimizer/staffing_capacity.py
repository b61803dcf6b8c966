"""Add up what is asked for and what could be done at best: no solver, only sums."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_problem import StaffingPlan, StaffingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def need_hours(problem: StaffingProblem) -> Floats:
    """Return (G + 1, P, T) standard hours asked for; shared work in the last row."""
    demand = problem.demand
    need = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    np.add.at(
        need,
        (demand.pool, demand.phase, demand.month),
        demand.hours * demand.units[demand.cell],
    )
    return need


def uncovered_hours(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return (G + 1, P, T) standard hours of the units the plan leaves."""
    demand = problem.demand
    left = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    unserved = np.maximum(demand.units - plan.served_units, 0.0)
    np.add.at(left, (demand.pool, demand.phase, demand.month), demand.hours * unserved[demand.cell])
    return left


def able_people(problem: StaffingProblem, pool: int, phase: int) -> Ints:
    """Return the persons who could work in the bucket, whatever their role; pool G: shared."""
    able = problem.productivity[:, phase] > 0
    if pool < len(problem.pools):
        able = able & (problem.person_pool == pool)
    return np.flatnonzero(able)


def nobody_able(problem: StaffingProblem, pool: int, phase: int, month: int) -> bool:
    """Tell whether neither staff nor any offer could do an hour of it."""
    home = pool if pool < len(problem.pools) else None
    people = able_people(problem, pool, phase)
    return (
        not problem.person_hours[people, month].any()
        and lever_hours_at_best(problem, home, (phase,), month) <= 0
    )


def own_hours_at_best(problem: StaffingProblem, members: Ints, phases: tuple[int, ...]) -> Floats:
    """Return (T,) standard hours if everybody able did nothing else, at their best speed."""
    allowed = range(problem.max_phases)
    gains = problem.specialisation_gain
    gain = max((gains[min(held, len(gains) - 1)] for held in allowed), default=1.0)
    speed = problem.productivity[members][:, list(phases)].max(axis=1, initial=0.0)
    best: Floats = gain * speed @ problem.person_hours[members]
    return best


def lever_hours_at_best(
    problem: StaffingProblem, pool: int | None, phases: tuple[int, ...], month: int
) -> float:
    """Return standard hours that hires and providers together could add in the month."""
    return _hire_hours_at_best(problem, pool, phases, month) + _provider_hours_at_best(
        problem, pool, phases, month
    )


def _hire_hours_at_best(
    problem: StaffingProblem, pool: int | None, phases: tuple[int, ...], month: int
) -> float:
    total = 0.0
    for offer in problem.hires:
        reaches = bool(offer.pools) if pool is None else pool in offer.pools
        age = month - offer.lead_months
        if not reaches or age < 0:
            continue
        speed = float(offer.productivity[list(phases)].max())
        total += (
            offer.max_count
            * float(offer.hours_by_month[month])
            * _best_share(offer.ramp, age)
            * speed
        )
    return total


def _provider_hours_at_best(
    problem: StaffingProblem, pool: int | None, phases: tuple[int, ...], month: int
) -> float:
    total = 0.0
    for offer in problem.providers:
        usable = [phase for phase in phases if phase in offer.phases and problem.documented[phase]]
        reaches = pool is None or pool in offer.pools
        age = month - offer.lead_months
        if not usable or not reaches or age < 0:
            continue
        total += offer.capacity_hours * _best_share(offer.ramp, age) * offer.quality
    return total


def _best_share(ramp: tuple[float, ...], age: int) -> float:
    """Return the best share of full capacity reached up to `age` months after the start."""
    return max((*ramp[: age + 1], 1.0) if age >= len(ramp) else ramp[: age + 1])
