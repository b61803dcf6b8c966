"""Hours that nobody works: deals left, out of reach, or given up by sourcing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from optimizer.funnel import FunnelPlan
from optimizer.staffing_problem import SHARED, StaffingPlan, StaffingProblem
from scenarios.build_staffing import StaffingCase
from scenarios.outcome_units import hours_given_up

SHARED_POOL = "(shared)"
TOO_LATE = "too late"
SOURCING_COLUMNS = ["month", "pool", "phase", "source", "source_id", "hours", "cost_eur"]


def hours_frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows of the table of hours by source."""
    return pd.DataFrame(rows, columns=SOURCING_COLUMNS).astype({"hours": float, "cost_eur": float})


def bucket_name(problem: StaffingProblem, pool: int, phase: int) -> str:
    """Return the pool in which work stands, that of all for phases that are not territorial."""
    shared = pool in {SHARED, len(problem.pools)} or not problem.territorial[phase]
    return SHARED_POOL if shared else problem.pools[pool]


def uncovered_rows(problem: StaffingProblem, plan: StaffingPlan) -> pd.DataFrame:
    """Return the work on deals that the plan leaves."""
    demand = problem.demand
    left = np.maximum(demand.units - plan.served_units, 0.0)[demand.cell] * demand.hours
    hours: dict[tuple[int, int, int], float] = {}
    for t, g, p, amount in zip(demand.month, demand.pool, demand.phase, left, strict=True):
        hours[t, g, p] = hours.get((t, g, p), 0.0) + amount
    rows = [
        (
            problem.months[t],
            bucket_name(problem, g, p),
            problem.phases[p],
            "uncovered",
            "",
            amount,
            0.0,
        )
        for (t, g, p), amount in sorted(hours.items())
    ]
    return hours_frame(rows)


def too_late_rows(case: StaffingCase) -> pd.DataFrame:
    """Return the work on deals that can no longer be won in time; nobody is planned for it."""
    problem = case.problem
    hours: dict[tuple[int, str, int], float] = {}
    for (pool, _), funnel in case.funnels.items():
        for p, phase in enumerate(problem.phases):
            travel = case.travel_share.get(pool, 0.0) if problem.territorial[p] else 0.0
            bucket = bucket_name(problem, problem.pools.index(pool), p)
            for month, lost in enumerate(_late_hours(funnel, phase)):
                key = month, bucket, p
                hours[key] = hours.get(key, 0.0) + lost * (1.0 + travel)
    return hours_frame(
        [
            (problem.months[t], bucket, problem.phases[p], "uncovered", TOO_LATE, amount, 0.0)
            for (t, bucket, p), amount in hours.items()
        ]
    )


def _late_hours(funnel: FunnelPlan, phase: str) -> list[float]:
    left = list(funnel.hours.get(phase, ()))
    for (month, due), hours in funnel.hours_per_deal.get(phase, {}).items():
        if month >= 0:
            left[month] -= hours * funnel.open_deals[due]
    return [float(hours) for hours in left]


def given_up_rows(case: StaffingCase, given_up: np.ndarray) -> pd.DataFrame:
    """Return the work on deals that sourcing leaves, (G, T) by the month they are asked for.

    The hours are those of the funnel, in months of the horizon alone.
    """
    problem, rows = case.problem, []
    for ((pool, _), funnel), deals in zip(case.funnels.items(), given_up, strict=True):
        for p, phase in enumerate(problem.phases):
            travel = case.travel_share.get(pool, 0.0) if problem.territorial[p] else 0.0
            place = bucket_name(problem, problem.pools.index(pool), p)
            in_time, late = hours_given_up(funnel, phase, deals)
            for why, hours in (("", in_time), (TOO_LATE, late)):
                rows += [
                    (month, place, phase, "uncovered", why, amount * (1.0 + travel), 0.0)
                    for month, amount in zip(problem.months, hours.tolist(), strict=True)
                    if amount
                ]
    table = hours_frame(rows)
    keys = SOURCING_COLUMNS[:5]
    return table.groupby(keys, as_index=False, sort=True)[["hours", "cost_eur"]].sum()
