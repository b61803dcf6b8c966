"""Tables of an outcome that speak of work: funnel, activities, too late, coverage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from optimizer.funnel import FunnelPlan
from optimizer.staffing_problem import StaffingPlan
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.decide import Staffing
from scenarios.horizon import horizon_months

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
    for (pool, segment), funnel in case.funnels.items():
        for t, month in enumerate(case.problem.months):
            target = float(funnel.problem.deals_by_month[t])
            # Deals whose work is already done come in whatever is planned.
            planned = served[at] + float(funnel.deals_won[t]) if plan else 0.0
            late = float(funnel.deals_at_risk[t])
            lost = (target - planned) * margins[at]
            rows.append((month, pool, segment, target, planned, late, max(lost, 0.0)))
            at += 1
    table = pd.DataFrame(rows, columns=COVERAGE_COLUMNS)
    return table.sort_values(COVERAGE_COLUMNS[:3], kind="stable", ignore_index=True)


def funnel_table(case: StaffingCase, config: Config, coverage: pd.DataFrame) -> pd.DataFrame:
    """Return units and hours by month, pool, segment and phase; deals on the last phase."""
    months = horizon_months(config)
    rows = [row for key, plan in case.funnels.items() for row in _funnel_rows(*key, plan, months)]
    table = pd.DataFrame(rows, columns=[*FUNNEL_COLUMNS[:7], "last"])
    deals = coverage[["month", "pool", "segment", "deals_target", "deals_planned"]]
    joined = table.merge(deals, on=["month", "pool", "segment"], how="left", validate="m:1")
    joined.loc[~joined["last"].astype(bool), ["deals_target", "deals_planned"]] = float("nan")
    return joined[FUNNEL_COLUMNS]


def _funnel_rows(
    pool: str, segment: str, plan: FunnelPlan, months: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    stages = plan.problem.stages
    for t, month in enumerate(months):
        for stage in stages:
            units, hours = plan.units[stage.phase][t], plan.hours[stage.phase][t]
            last = stage is stages[-1]
            yield month, pool, segment, stage.phase, stage.unit, float(units), float(hours), last


def activity_table(case: StaffingCase) -> pd.DataFrame:
    """Return activities and their hours by month, pool, segment and phase."""
    rows = []
    for (pool, segment), plan in case.funnels.items():
        for norm in plan.problem.norms:
            counts = plan.activities[norm.phase, norm.activity]
            for month, count in zip(case.problem.months, counts, strict=True):
                hours = count * norm.minutes / 60
                what = (month, pool, segment, norm.phase, norm.activity)
                rows.append((*what, float(count), float(hours)))
    table = pd.DataFrame(rows, columns=ACTIVITY_COLUMNS)
    return table.sort_values(ACTIVITY_COLUMNS[:5], kind="stable", ignore_index=True)


def too_late_table(case: StaffingCase, config: Config) -> pd.DataFrame:
    """Return the work that should have been done before the first month."""
    rows = []
    for (pool, segment), plan in case.funnels.items():
        value = config.segments[segment].revenue_per_deal_eur
        for item in plan.too_late:
            deals = float(item.deals_at_risk)
            due = case.problem.months[item.due]
            what = (due, pool, segment, item.phase, item.unit)
            rows.append((*what, float(item.units), deals, deals * value))
    return pd.DataFrame(rows, columns=TOO_LATE_COLUMNS)
