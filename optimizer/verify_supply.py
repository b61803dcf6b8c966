"""Check that the hours supplied do the work called served (docs/model-staffing.md, S3, S8, S15)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_given_problem import CrewWork
from optimizer.staffing_problem import Demand, StaffingPlan, StaffingProblem
from optimizer.verify import Violation

Floats = NDArray[np.float64]

HOURS = 1e-4
"""Hours, or units, that rounding may cost."""


def supply_covers_served(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S8: standard hours supplied are at least what the served units need."""
    need = hours_asked(problem, plan, problem.demand)
    supply = _standard_hours(problem, plan)
    places = (*problem.pools, "(shared)")
    for pool, phase, month in np.argwhere(supply < need - HOURS).tolist():
        amount, limit = float(supply[pool, phase, month]), float(need[pool, phase, month])
        subject = f"{places[pool]}, {problem.phases[phase]}, {problem.months[month]}"
        yield Violation(
            rule="cover",
            subject=subject,
            amount=amount,
            limit=limit,
            message=f"{subject}: the served units need {limit:.1f} h, {amount:.1f} h are there",
        )


def hours_asked(problem: StaffingProblem, plan: StaffingPlan, work: Demand | CrewWork) -> Floats:
    """Return (G + 1, P, T): standard hours that the units served ask for; the last pool: shared."""
    asked = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    rows = zip(work.cell, work.pool, work.phase, work.month, work.hours, strict=True)
    for cell, pool, phase, month, hours in rows:
        asked[pool, phase, month] += hours * plan.served_units[cell]
    return asked


def _standard_hours(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return (G + 1, P, T): hours of all sources at their speed in each place (S3, S15)."""
    supply = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    territorial = problem.territorial
    gains = problem.specialisation_gain or (1.0,)
    for person, hours in enumerate(plan.person_hours):
        held = max(1, int(plan.roles[person].sum()))
        speed = _speed(problem, person) * gains[min(held, len(gains)) - 1]
        done = speed * hours
        home = int(problem.person_pool[person])
        supply[home, territorial] += done[territorial]
        supply[-1, ~territorial] += done[~territorial]
        if plan.help_hours is not None and problem.help_speed is not None:
            away = speed * plan.help_hours[person]
            supply[home] -= away.sum(axis=0)
            supply[:-1] += problem.help_speed[home][:, None, None] * away
    for offer, by_pool in zip(problem.hires, plan.hire_hours, strict=True):
        done = offer.productivity[None, :, None] * by_pool
        supply[:-1, territorial] += done[:, territorial]
        supply[-1, ~territorial] += done[:, ~territorial].sum(axis=0)
    for provider, bought in zip(problem.providers, plan.provider_hours, strict=True):
        supply += provider.quality * bought
    return supply


def _speed(problem: StaffingProblem, person: int) -> Floats:
    """Return (P, 1) or (P, T): standard hours per hour, after trainings where there are any."""
    speed = problem.productivity[person][:, None]
    return speed if problem.pace is None else speed * problem.pace[person]


def served_within_wanted(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S8: no more units of a cell are served than are wanted."""
    units = problem.demand.units
    for cell in np.flatnonzero(plan.served_units > units + HOURS).tolist():
        yield Violation(
            rule="units",
            subject=problem.demand.cell_ids[cell],
            amount=float(plan.served_units[cell]),
            limit=float(units[cell]),
            message=f"{plan.served_units[cell]:.2f} units of {problem.demand.cell_ids[cell]} are"
            f" served, {units[cell]:.2f} are wanted",
        )


SUPPLY_RULES = (supply_covers_served, served_within_wanted)
