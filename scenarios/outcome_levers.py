"""Tables of an outcome that vary its assumptions, and hold its deals against the months."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import pandas as pd

from optimizer.funnel import FunnelPlan, FunnelProblem, fraction, replay
from optimizer.funnel_cover import cover, hours_of
from optimizer.funnel_sensitivity import (
    CONVERSION,
    MINUTES,
    STEP,
    planned_deals,
    sensitivity,
    whole_hours,
)
from optimizer.funnel_universe import UniverseLimit, universe_limit
from optimizer.result import Shortfall
from scenarios.build_funnel import Funnels
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.workspace import Workspace

SENSITIVITY_COLUMNS = [
    "assumption",
    "phase",
    "change_ratio",
    "hours_base",
    "hours_when_lower",
    "hours_when_higher",
    "revenue_base_eur",
    "revenue_when_lower_eur",
    "revenue_when_higher_eur",
    "formula",
]
REPLAY_COLUMNS = [
    "month",
    "pool",
    "segment",
    "deals_target",
    "deals_spread",
    "deals_cover",
    "hours_spread",
    "hours_cover",
]
UNIVERSE_SHORT = "universe_short"
ZERO = Fraction(0)


def sensitivity_table(funnels: Funnels, config: Config) -> pd.DataFrame:
    """Return what a tenth more or less of each assumption does to hours and revenue (F13)."""
    hours: dict[tuple[str, str, bool], Fraction] = defaultdict(Fraction)
    revenue: dict[tuple[str, str, bool], Fraction] = defaultdict(Fraction)
    base_hours = base_revenue = ZERO
    for (_, segment), plan in funnels.items():
        value = fraction(config.segments[segment].revenue_per_deal_eur)
        base_hours += whole_hours(plan)
        base_revenue += planned_deals(plan) * value
        for lever in sensitivity(plan):
            key = lever.assumption, lever.phase, lever.asked > 0
            hours[key] += lever.hours
            revenue[key] += lever.deals * value * lever.revenue_factor
    rows = [
        (
            assumption,
            phase,
            float(STEP),
            float(base_hours),
            float(hours[assumption, phase, False]),
            float(hours[assumption, phase, True]),
            float(base_revenue),
            float(revenue[assumption, phase, False]),
            float(revenue[assumption, phase, True]),
            _formula(assumption, phase),
        )
        for assumption, phase, is_higher in hours
        if not is_higher
    ]
    return pd.DataFrame(rows, columns=SENSITIVITY_COLUMNS)


def _formula(assumption: str, phase: str) -> str:
    if assumption == CONVERSION:
        return f"hours of {phase} and before / (1 + change); deals of the same work x (1 + change)"
    if assumption == MINUTES:
        return f"hours of {phase} x (1 + change)"
    return "deals = revenue wanted / (value x (1 + change)); hours of every phase with them"


def replay_table(funnels: Funnels, months: Sequence[str]) -> pd.DataFrame:
    """Return deals and hours by month as planned (spread) and never behind (cover, F12).

    Empty when every lag is of whole months: both ways are then the same.
    """
    if not any(_is_split(plan.problem) for plan in funnels.values()):
        return pd.DataFrame(columns=REPLAY_COLUMNS)
    rows = [row for key, plan in funnels.items() for row in _replay_rows(*key, plan, months)]
    return pd.DataFrame(rows, columns=REPLAY_COLUMNS)


def _is_split(problem: FunnelProblem) -> bool:
    return any(len(stage.lag_kernel) > 1 for stage in problem.stages)


def _replay_rows(
    pool: str, segment: str, plan: FunnelPlan, months: Sequence[str]
) -> Iterator[tuple[Any, ...]]:
    spread, ahead = replay(plan), cover(plan.problem, most_over=ZERO)
    columns = (
        months,
        spread.target,
        spread.deals,
        ahead.replay.deals,
        hours_of(plan.problem, spread),
        ahead.hours,
    )
    for month, *amounts in zip(*columns, strict=True):
        yield (month, pool, segment, *map(float, amounts))


def universe_shortfalls(workspace: Workspace, funnels: Funnels) -> tuple[Shortfall, ...]:
    """Return what the targets need beyond the prospects there are (F14).

    The plan is not cut: a universe is an estimate, and the work to find more of it is real.
    """
    found = []
    for row in rows_of(workspace.tables["universe"]):
        plans = {
            key: plan
            for key, plan in funnels.items()
            if row.pool in {"", key[0]} and row.segment in {"", key[1]}
        }
        if not plans:
            continue
        recontact = 0 if pd.isna(row.recontact_months) else int(row.recontact_months)
        limit = universe_limit(list(plans.values()), fraction(row.units), recontact)
        if limit.missing > 0:
            found.append(_shortfall(workspace, plans, row, limit))
    return tuple(found)


def _shortfall(workspace: Workspace, plans: Funnels, row: Any, limit: UniverseLimit) -> Shortfall:
    subject = " / ".join(filter(None, (row.pool, row.segment))) or "all together"
    values = {s: rule.revenue_per_deal_eur for s, rule in workspace.config.segments.items()}
    wanted = sum(
        float(sum(plan.problem.deals_by_month, ZERO)) * values[segment]
        for (_, segment), plan in plans.items()
    )
    # Deals that are too late are lost already; those of the pipeline need nobody new.
    in_time = {
        key: float(sum(plan.problem.deals_by_month, ZERO) - sum(plan.deals_at_risk, ZERO))
        for key, plan in plans.items()
    }
    kept = 1 - float(limit.deals_needed - limit.deals_possible) / sum(in_time.values())
    possible = kept * sum(deals * values[segment] for (_, segment), deals in in_time.items())
    currency = workspace.config.workspace.currency
    most = f"{possible:,.0f} {currency}"
    return Shortfall(
        code=UNIVERSE_SHORT,
        subject=subject,
        amount=float(limit.missing),
        unit=f"{limit.unit}s",
        reason=f"needs {float(limit.needed):,.0f} {limit.unit}s, has {float(limit.workable):,.0f}: "
        f"at most {most} of {wanted:,.0f} with these rates ({limit.formula})",
        remedy="find more of them, raise a conversion, or lower the target",
    )
