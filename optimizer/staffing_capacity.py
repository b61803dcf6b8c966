"""Add up what is asked for and what could be done at best: no solver, only sums."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_offers import hire_hours
from optimizer.staffing_problem import HireOffer, StaffingPlan, StaffingProblem

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
    """Return who could work in the bucket, helpers too, whatever the role; pool G: shared."""
    able = problem.productivity[:, phase] > 0
    return np.flatnonzero(able & (problem.speed_in_pool(pool) > 0))


def nobody_able(problem: StaffingProblem, pool: int, phase: int, month: int) -> bool:
    """Tell whether neither staff nor any offer could do an hour of it."""
    home = pool if pool < len(problem.pools) else None
    people = able_people(problem, pool, phase)
    return (
        not problem.person_hours[people, month].any()
        and lever_hours_at_best(problem, home, (phase,), month) <= 0
    )


def own_hours_at_best(
    problem: StaffingProblem, pool: int | None, phases: tuple[int, ...]
) -> Floats:
    """Return (T,) standard hours if everybody able did nothing else, at their best speed.

    `pool` None: in the whole company, where nobody loses speed by helping.
    """
    allowed = range(problem.most_phases)
    gains = problem.specialisation_gain
    gain = max((gains[min(held, len(gains) - 1)] for held in allowed), default=1.0)
    place = problem.speed_in_pool(len(problem.pools) if pool is None else pool)
    members = np.flatnonzero(place > 0)
    speed = problem.productivity[members][:, list(phases), None]
    if problem.pace is not None:
        speed = speed * problem.pace[members][:, list(phases)]
    hours = place[members, None] * problem.person_hours[members]
    return np.asarray(gain * (speed.max(axis=1, initial=0.0) * hours).sum(axis=0))


def kept_hours(
    problem: StaffingProblem, plan: StaffingPlan, phase: int, pool: int, months: Sequence[int]
) -> float:
    """Return idle hours of those who hold the phase, closed to it by shares of others (S16)."""
    if not problem.least_share:
        return 0.0
    people = able_people(problem, pool, phase)
    holders = people[plan.roles[people, phase]].tolist()
    return sum(_closed_hours(problem, plan, n, phase, month) for n in holders for month in months)


def _closed_hours(
    problem: StaffingProblem, plan: StaffingPlan, person: int, phase: int, month: int
) -> float:
    """Return the idle hours of a person less those that could still go to the phase."""
    has = float(problem.person_hours[person, month])
    worked = plan.person_hours[person, :, month]
    held = np.flatnonzero(plan.roles[person]).tolist()
    others = [each for each in held if each != phase]
    idle = max(0.0, has - float(worked.sum()) - float(plan.steering_hours[person, month]))
    room = [
        has * (1.0 - problem.least_share * (len(held) - 1 - size))
        - float(worked[[phase, *more]].sum())
        for size in range(len(others) + 1)
        for more in combinations(others, size)
    ]
    return max(0.0, idle - max(0.0, min(room)))


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
        if offer.decided is not None:
            total += _decided_hours(offer, pool, phases, month)
            continue
        speed = float(offer.productivity[list(phases)].max())
        total += (
            offer.max_count
            * float(offer.hours_by_month[month])
            * _best_share(offer.ramp, age)
            * speed
        )
    return total


def _decided_hours(
    offer: HireOffer, pool: int | None, phases: tuple[int, ...], month: int
) -> float:
    """Return what hires decided before could add, each at the best of the phases held."""
    hours = hire_hours(offer, len(offer.hours_by_month))[:, month]
    total = 0.0
    for each in offer.decided or ():
        held = [phase for phase in phases if phase in each.phases]
        if held and pool in {None, each.pool}:
            there = float(each.counts @ hours + each.overtime_hours[month])
            total += there * float(offer.productivity[held].max())
    return total


def _provider_hours_at_best(
    problem: StaffingProblem, pool: int | None, phases: tuple[int, ...], month: int
) -> float:
    total = 0.0
    for offer in problem.providers:
        usable = [phase for phase in phases if phase in offer.phases and problem.documented[phase]]
        reaches = pool is None or pool in offer.pools
        age = month - offer.lead_months
        if offer.contract is not None:
            places = slice(None) if pool is None else [pool, -1]
            total += offer.quality * float(offer.contract.hours[places][:, usable, month].sum())
            continue
        if not usable or not reaches or age < 0:
            continue
        total += offer.capacity_hours * _best_share(offer.ramp, age) * offer.quality
    return total


def _best_share(ramp: tuple[float, ...], age: int) -> float:
    """Return the best share of full capacity reached up to `age` months after the start."""
    return max((*ramp[: age + 1], 1.0) if age >= len(ramp) else ramp[: age + 1])
