"""Table of who helps which pool: field work done outside the own pool (docs/model-staffing.md)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from scenarios.decide import Staffing
from scenarios.frames import rows_of

Floats = NDArray[np.float64]

NEGLIGIBLE_HOURS = 1e-6
HELP_COLUMNS = [
    "rep_id",
    "name",
    "pool",
    "helps_pool",
    "phase",
    "hours",
    "share_of_time",
    "speed_factor",
    "standard_hours",
]


def home_hours(plan: StaffingPlan) -> Floats:
    """Return (N, P, T): hours worked that are no help for another pool."""
    if plan.help_hours is None:
        return plan.person_hours
    # Taking help off may leave a rounding error below zero.
    return np.maximum(plan.person_hours - plan.help_hours.sum(axis=1), 0.0)


def held_gains(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return each person's specialisation gain by the number of phases held, (N,)."""
    steps = np.array(problem.specialisation_gain)
    held = plan.roles.sum(axis=1)
    return steps[np.clip(held - 1, 0, len(steps) - 1)]


def help_table(staffing: Staffing, plan: StaffingPlan) -> pd.DataFrame:
    """Return one row per person, pool helped and phase; empty where nobody helps."""
    if plan.help_hours is None:
        return pd.DataFrame(columns=HELP_COLUMNS)
    people = list(rows_of(staffing.case.people))
    hours = plan.help_hours.sum(axis=3)
    rows = [
        _row(staffing.case.problem, plan, people[n], (n, g, p), float(hours[n, g, p]))
        for n, g, p in np.argwhere(hours > NEGLIGIBLE_HOURS).tolist()
    ]
    return pd.DataFrame(rows, columns=HELP_COLUMNS)


def _row(
    problem: StaffingProblem,
    plan: StaffingPlan,
    rep: Any,
    place: tuple[int, int, int],
    hours: float,
) -> dict[str, Any]:
    n, g, p = place
    speed = float(problem.speed_in_pool(g)[n])
    assert plan.help_hours is not None
    done = float(plan.help_hours[n, g, p] @ problem.speed(n)[p] * held_gains(problem, plan)[n])
    return {
        "rep_id": rep.rep_id,
        "name": rep.name,
        "pool": rep.pool,
        "helps_pool": problem.pools[g],
        "phase": problem.phases[p],
        "hours": hours,
        "share_of_time": hours / float(problem.person_hours[n].sum()),
        "speed_factor": speed,
        "standard_hours": done * speed,
    }
