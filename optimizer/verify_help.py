"""Check help between pools without the solver (docs/model-staffing.md, S15)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.verify import Violation

HOURS = 1e-4


def help_goes_where_it_may(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S15: field work of another pool, in pools that the own pool helps and nowhere else."""
    if plan.help_hours is None:
        return
    hours = plan.help_hours.sum(axis=3)
    for person, pool, phase in np.argwhere(hours > HOURS).tolist():
        home = int(problem.person_pool[person])
        speed = 0.0 if problem.help_speed is None else float(problem.help_speed[home, pool])
        if home != pool and speed > 0 and problem.territorial[phase]:
            continue
        who, what = problem.person_ids[person], problem.phases[phase]
        yield Violation(
            rule="help_scope",
            subject=f"{who}, {problem.pools[pool]}, {what}",
            amount=float(hours[person, pool, phase]),
            limit=0.0,
            message=f"{who} of {problem.pools[home]} helps {problem.pools[pool]} with"
            f" {hours[person, pool, phase]:.1f} h of {what}, which no rule allows",
        )


def help_is_part_of_the_hours(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S15: hours of help are among the hours worked in the phase, not on top of them."""
    if plan.help_hours is None:
        return
    away = plan.help_hours.sum(axis=1)
    for person, phase, month in np.argwhere(away > plan.person_hours + HOURS).tolist():
        worked = float(plan.person_hours[person, phase, month])
        who, what = problem.person_ids[person], problem.phases[phase]
        subject = f"{who}, {what}, {problem.months[month]}"
        yield Violation(
            rule="help_hours",
            subject=subject,
            amount=float(away[person, phase, month]),
            limit=worked,
            message=f"{subject}: helps {away[person, phase, month]:.1f} h, works {worked:.1f} h",
        )


def help_keeps_to_its_share(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S15: nobody gives more of a month to helped pools than the share allowed."""
    if plan.help_hours is None:
        return
    away = plan.help_hours.sum(axis=(1, 2))
    most = problem.help_share_max * problem.person_hours
    for person, month in np.argwhere(away > most + HOURS).tolist():
        subject = f"{problem.person_ids[person]}, {problem.months[month]}"
        amount, limit = float(away[person, month]), float(most[person, month])
        yield Violation(
            rule="help_share",
            subject=subject,
            amount=amount,
            limit=limit,
            message=f"{subject}: {amount:.1f} h go to helped pools, {limit:.1f} h may",
        )


HELP_RULES = (help_goes_where_it_may, help_is_part_of_the_hours, help_keeps_to_its_share)
