"""Tables of an outcome that speak of work: funnel, activities, too late, coverage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from optimizer.staffing_problem import StaffingPlan
from scenarios.config import Config
from scenarios.decide import Staffing
from scenarios.horizon import horizon_months
from scenarios.outcome_units import units_of

FUNNEL_COLUMNS = [
    "month",
    "pool",
    "segment",
    "phase",
    "unit",
    "units",
    "hours",
    "deals_target",
    "deals_planned",
]
ACTIVITY_COLUMNS = ["month", "pool", "segment", "phase", "activity", "activities", "hours"]
TOO_LATE_COLUMNS = [
    "month_due",
    "pool",
    "segment",
    "phase",
    "unit",
    "units",
    "deals_at_risk",
    "revenue_at_risk_eur",
]
COVERAGE_COLUMNS = [
    "month",
    "pool",
    "segment",
    "deals_target",
    "deals_planned",
    "deals_too_late",
    "margin_lost_eur",
]


def coverage_table(staffing: Staffing, plan: StaffingPlan | None) -> pd.DataFrame:
    """Return deals wanted, planned and out of reach by month, pool and segment."""
    case = staffing.case
    margins = case.cells["margin_eur"].tolist()
    served = plan.served_units.tolist() if plan else [0.0] * len(case.cells)
    rows, at = [], 0
    for g, ((pool, segment), funnel) in enumerate(case.funnels.items()):
        for t, month in enumerate(case.problem.months):
            target = float(funnel.problem.deals_by_month[t])
            # Deals whose work is already done come in whatever is planned.
            secured = float(funnel.deals_won[t])
            if staffing.sourced is not None:
                secured = float(staffing.sourced.work.secured[g, t])
            planned = served[at] + secured if plan else 0.0
            late = float(funnel.deals_at_risk[t])
            if staffing.sourced is not None:
                # Sourcing may win late what the funnel has no time for.
                late = min(late, max(target - planned, 0.0))
            lost = (target - planned) * margins[at]
            rows.append((month, pool, segment, target, planned, late, max(lost, 0.0)))
            at += 1
    table = pd.DataFrame(rows, columns=COVERAGE_COLUMNS)
    return table.sort_values(COVERAGE_COLUMNS[:3], kind="stable", ignore_index=True)


def funnel_table(staffing: Staffing, config: Config, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return units and hours by month, pool, segment and phase; deals on the last phase."""
    months = horizon_months(config)
    lines = range(len(staffing.case.funnels))
    rows = [row for line in lines for row in _funnel_rows(staffing, line, months)]
    table = pd.DataFrame(rows, columns=[*FUNNEL_COLUMNS[:7], "last"])
    deals = coverage[["month", "pool", "segment", "deals_target", "deals_planned"]]
    joined = table.merge(deals, on=["month", "pool", "segment"], how="left", validate="m:1")
    joined.loc[~joined["last"].astype(bool), ["deals_target", "deals_planned"]] = float("nan")
    return joined[FUNNEL_COLUMNS]


def _funnel_rows(
    staffing: Staffing, line: int, months: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    (pool, segment), plan = list(staffing.case.funnels.items())[line]
    stages = plan.problem.stages
    found = {stage.phase: units_of(staffing, line, stage.phase) for stage in stages}
    for t, month in enumerate(months):
        for stage in stages:
            units, by_hand = (float(each[t]) for each in found[stage.phase])
            hours = by_hand * float(plan.problem.hours_per_unit(stage.phase))
            last = stage is stages[-1]
            yield month, pool, segment, stage.phase, stage.unit, units, hours, last


def activity_table(staffing: Staffing) -> pd.DataFrame:
    """Return activities of people and their hours by month, pool, segment and phase."""
    rows = []
    for line, ((pool, segment), plan) in enumerate(staffing.case.funnels.items()):
        for norm in plan.problem.norms:
            counts = units_of(staffing, line, norm.phase)[1] * float(norm.per_unit)
            for month, count in zip(staffing.case.problem.months, counts.tolist(), strict=True):
                hours = count * float(norm.minutes) / 60
                rows.append((month, pool, segment, norm.phase, norm.activity, count, hours))
    table = pd.DataFrame(rows, columns=ACTIVITY_COLUMNS)
    return table.sort_values(ACTIVITY_COLUMNS[:5], kind="stable", ignore_index=True)


def too_late_table(staffing: Staffing, config: Config) -> pd.DataFrame:
    """Return the work that should have been done before the first month.

    Empty where sourcing decided the levers: units flow forward there, and deals may be late.
    """
    case, rows = staffing.case, []
    for (pool, segment), plan in case.funnels.items() if staffing.sourced is None else ():
        value = config.segments[segment].revenue_per_deal_eur
        for item in plan.too_late:
            deals = float(item.deals_at_risk)
            due = case.problem.months[item.due]
            what = (due, pool, segment, item.phase, item.unit)
            rows.append((*what, float(item.units), deals, deals * value))
    return pd.DataFrame(rows, columns=TOO_LATE_COLUMNS)
