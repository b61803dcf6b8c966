"""Turn process, norms, targets and pipeline into one exact funnel per pool and segment."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pandas as pd

from optimizer.funnel import (
    ActivityNorm,
    FunnelPlan,
    FunnelProblem,
    Pipeline,
    Stage,
    fraction,
    need,
)
from scenarios.build_targets import Deals, PoolShares, deal_targets
from scenarios.frames import rows_of
from scenarios.horizon import horizon_months
from scenarios.workspace import Workspace

Funnels = dict[tuple[str, str], FunnelPlan]
"""(pool, segment) -> plan of its funnel."""


def phases_of(workspace: Workspace) -> tuple[str, ...]:
    """Return the phases in the order of the process."""
    process = workspace.tables["process"].sort_values(["order", "phase"], kind="stable")
    return tuple(process["phase"].drop_duplicates())


def rows_for_segment(table: pd.DataFrame, segment: str, key: list[str]) -> pd.DataFrame:
    """Return the rows that hold for a segment: its own, else those for every segment."""
    chosen = table[table["segment"].isin([segment, ""])]
    own_last = chosen.sort_values("segment", kind="stable")
    return own_last.drop_duplicates(key, keep="last").sort_index()


def plan_funnels(workspace: Workspace, shares: PoolShares) -> Funnels:
    """Return the work behind the targets, by pool and segment."""
    deals = deal_targets(workspace, shares)
    months = horizon_months(workspace.config)
    lots = _pipeline(workspace, deals, shares)
    stages = {s: _stages(workspace, s) for s in workspace.config.segments}
    norms = {s: _norms(workspace, s) for s in workspace.config.segments}
    return {
        (pool, segment): need(
            FunnelProblem(
                stages=stages[segment],
                norms=norms[segment],
                deals_by_month=line,
                pipeline=tuple(lots.get((pool, segment), ())),
                months=months,
            )
        )
        for (pool, segment), line in deals.items()
        if any(line)
    }


def _stages(workspace: Workspace, segment: str) -> tuple[Stage, ...]:
    rows = rows_for_segment(workspace.tables["process"], segment, ["phase"])
    return tuple(_stage(row) for row in rows_of(rows.sort_values("order", kind="stable")))


def _stage(row: Any) -> Stage:
    lag = fraction(0 if pd.isna(row.lag_months) else row.lag_months)
    shares = [fraction(share) for share in row.lag_shares]
    name: dict[str, Any] = {
        "phase": row.phase,
        "unit": row.unit,
        "lag_months": lag,
        # Typed to a few digits: made a whole, as the check allows.
        "lag_shares": tuple(share / sum(shares) for share in shares),
        "age_factors": tuple(fraction(factor) for factor in row.age_factors),
    }
    if pd.isna(row.units_per_next):
        return Stage.from_conversion(conversion=fraction(row.conversion), **name)
    return Stage(units_per_next=fraction(row.units_per_next), **name)


def _norms(workspace: Workspace, segment: str) -> tuple[ActivityNorm, ...]:
    table = workspace.tables["activity_norms"]
    rows = rows_for_segment(table, segment, ["phase", "activity"])
    return tuple(
        ActivityNorm(
            phase=row.phase,
            activity=row.activity,
            per_unit=fraction(row.activities_per_unit),
            minutes=fraction(row.minutes_per_activity),
        )
        for row in rows_of(rows)
    )


def _pipeline(
    workspace: Workspace, deals: Deals, shares: PoolShares
) -> dict[tuple[str, str], list[Pipeline]]:
    months = horizon_months(workspace.config)
    lots: dict[tuple[str, str], list[Pipeline]] = {}
    for row in rows_of(workspace.tables["pipeline"]):
        if row.ready_month and row.ready_month > months[-1]:
            continue
        month = max(0, _position(row.ready_month, months))
        for key, share in _pipeline_shares(row.segment, row.pool, deals, shares).items():
            units = fraction(row.units) * share
            age = 0 if pd.isna(row.age_months) else int(row.age_months)
            lot = Pipeline(phase=row.phase, units=units, month=month, age_months=age)
            lots.setdefault(key, []).append(lot)
    return lots


def _position(month: str, months: tuple[str, ...]) -> int:
    return months.index(month) if month in months else 0


def _pipeline_shares(
    segment: str, pool: str, deals: Deals, shares: PoolShares
) -> Mapping[tuple[str, str], Fraction]:
    """Share a lot among the funnels it can feed, by the deals they are to win."""
    fitting = {
        key: sum(line, Fraction(0))
        for key, line in deals.items()
        if pool in {"", key[0]} and segment in {"", key[1]}
    }
    total = sum(fitting.values())
    return {key: weight / total for key, weight in fitting.items() if weight} if total else {}
