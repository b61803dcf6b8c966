"""The part of the page about work: sources of hours, decisions, funnel, activities."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports.chart_months import StackedBars, stacked_bars
from reports.counted import Counted
from reports.page_levers import replay_view, sensitivity_view
from reports.page_sla import sla_view
from reports.page_tables import Table, Writer
from reports.page_team import phases_in_order
from scenarios.outcome import Outcome

SOURCES = ("staff", "hire", "provider", "uncovered")


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Hold one chart by month with its title."""

    title: str
    bars: StackedBars


@dataclass(frozen=True, kw_only=True)
class Sourcing:
    """Hold where the hours come from: all phases together, then each phase."""

    sources: tuple[str, ...]
    total: Chart
    phases: tuple[Chart, ...]
    table: Table
    decisions: Table | None


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """Hold what has to be done, what comes too late, what is won."""

    deals: Chart | None
    need: Table
    coverage: Table | None
    sla: Table | None
    too_late: Table | None
    replay: Table | None
    sensitivity: Table | None
    activities: Table | None


def months_of(outcome: Outcome) -> list[str]:
    """Return the months planned, in order."""
    return sorted({*outcome.funnel["month"].astype(str), *outcome.sourcing["month"].astype(str)})


def _sums(frame: pd.DataFrame, value: str, months: list[str]) -> list[float]:
    sums = frame.groupby("month")[value].sum()
    return [float(sums.get(month, 0.0)) for month in months]


def month_ticks(months: list[str], writer: Writer) -> list[tuple[str, str]]:
    """Return the name of each month and its tick on an axis."""
    names = [(writer.formats.month(m), writer.formats.month_tick(m)) for m in months]
    if len(months) <= 12:
        return names
    # Over more than a year the axis says where a year begins.
    return [
        (name, month[:4] if month.endswith("-01") else tick)
        for month, (name, tick) in zip(months, names, strict=True)
    ]


def _hours_chart(
    title: str,
    hours: pd.DataFrame,
    need: pd.DataFrame,
    months: list[str],
    writer: Writer,
    *,
    wide: bool = False,
) -> Chart:
    def tip(month: str, name: str, amount: float) -> str:
        source = writer.texts.name("source", name)
        shown = writer.formats.number(amount)
        return writer.texts("chart.tip.hours", month=month, name=source, amount=shown)

    bars = stacked_bars(
        month_ticks(months, writer),
        {s: _sums(hours[hours["source"] == s], "hours", months) for s in SOURCES},
        _sums(need, "hours", months),
        tip=tip,
        number=writer.formats.number,
        width=1120.0 if wide else 560.0,
        height=300.0 if wide else 200.0,
    )
    return Chart(title=title, bars=bars)


def sourcing_view(outcome: Outcome, writer: Writer) -> Sourcing | None:
    """Return hours by source against the need, None when nothing was sourced."""
    hours, need, months = outcome.sourcing, outcome.funnel, months_of(outcome)
    if not len(hours):
        return None
    phases = [p for p in phases_in_order(outcome) if (hours["phase"] == p).any()]
    used = set(hours["source"].astype(str))
    order = [s for s in SOURCES if s in used]
    return Sourcing(
        sources=tuple(order),
        total=_hours_chart(writer.texts("sourcing.all"), hours, need, months, writer, wide=True),
        phases=tuple(
            _hours_chart(
                writer.texts.name("phase", phase),
                hours[hours["phase"] == phase],
                need[need["phase"] == phase],
                months,
                writer,
            )
            for phase in phases
        ),
        table=writer.by_month(
            hours,
            rows={"source": "name:source"},
            value="hours",
            caption="sourcing.table",
            order=order,
        ),
        decisions=decisions_table(outcome, writer),
    )


def decisions_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return hires and providers: when, how many, at what cost, why."""
    if not len(outcome.decisions):
        return None
    columns = {
        "kind": "name:decision",
        "name": "text",
        "pool": "name:pool",
        "decided_month": "month",
        "start_month": "month",
        "end_month": "month",
        "count": "number",
        "hours": "number",
        "cost_eur": "money",
        "reason": "sentence",
    }
    return writer.table(outcome.decisions, columns, caption="decisions.table")


def whole_or_tenths(value: float, writer: Writer) -> Counted:
    """Return a figure with a decimal only where it has one: few deals have ticks between."""
    return writer.formats.count(value, 0 if abs(value - round(value)) < 1e-9 else 1)


def _deals_chart(outcome: Outcome, writer: Writer) -> Chart | None:
    deals = outcome.funnel.dropna(subset=["deals_target"])
    months = sorted(set(deals["month"].astype(str)))
    if not months:
        return None
    planned, wanted = (_sums(deals, n, months) for n in ("deals_planned", "deals_target"))
    missing = [max(0.0, w - p) for p, w in zip(planned, wanted, strict=True)]

    def tip(month: str, name: str, amount: float) -> str:
        shown = writer.formats.number(amount, 1)
        label = writer.texts(f"deals.{name}")
        return writer.texts("chart.tip.deals", month=month, name=label, amount=shown)

    bars = stacked_bars(
        month_ticks(months, writer),
        {"planned": planned, "missing": missing},
        wanted,
        tip=tip,
        number=lambda deals: whole_or_tenths(deals, writer),
        width=1120.0,
    )
    return Chart(title=writer.texts("funnel.deals"), bars=bars)


def _share(part: pd.Series[float], whole: pd.Series[float]) -> pd.Series[float]:
    return part / whole.where(whole > 0)


def _coverage(outcome: Outcome, writer: Writer) -> Table | None:
    if not len(outcome.coverage):
        return None
    amounts = ["deals_target", "deals_planned", "deals_too_late", "margin_lost_eur"]
    table = outcome.coverage.groupby(["pool", "segment"], sort=True)[amounts].sum().reset_index()
    table["coverage"] = _share(table["deals_planned"], table["deals_target"])
    columns = {
        "pool": "name:pool",
        "segment": "text",
        "deals_target": "deals",
        "deals_planned": "deals",
        "coverage": "percent",
        "deals_too_late": "deals",
        "margin_lost_eur": "money",
    }
    sums = table[amounts].sum().to_frame().T
    sums["coverage"] = _share(sums["deals_planned"], sums["deals_target"])
    foot = [writer.cell(kind, sums[name].iloc[0]) for name, kind in list(columns.items())[2:]]
    total = [writer.texts("col.total"), "", *foot]
    return writer.table(table, columns, caption="coverage.table", foot=total)


def _too_late(outcome: Outcome, writer: Writer) -> Table | None:
    if not len(outcome.too_late):
        return None
    columns = {
        "month_due": "month",
        "pool": "name:pool",
        "segment": "text",
        "phase": "name:phase",
        "units": "number",
        "unit": "name:unit",
        "deals_at_risk": "deals",
        "revenue_at_risk_eur": "money",
    }
    return writer.table(outcome.too_late, columns, caption="too_late.table", limit=40)


def _activities(outcome: Outcome, writer: Writer) -> Table | None:
    if not len(outcome.activities):
        return None
    phases = phases_in_order(outcome)
    pairs = dict.fromkeys(
        zip(outcome.activities["phase"], outcome.activities["activity"], strict=True)
    )
    return writer.by_month(
        outcome.activities,
        rows={"phase": "name:phase", "activity": "name:activity"},
        value="activities",
        caption="activities.table",
        order=sorted(pairs, key=lambda pair: (phases.index(str(pair[0])), str(pair[1]))),
    )


def funnel_view(outcome: Outcome, writer: Writer) -> Funnel | None:
    """Return need, deals and activities, None when there is no funnel."""
    if not len(outcome.funnel):
        return None
    return Funnel(
        deals=_deals_chart(outcome, writer),
        need=writer.by_month(
            outcome.funnel,
            rows={"phase": "name:phase"},
            value="hours",
            caption="need.table",
            order=dict.fromkeys(outcome.funnel["phase"]),
        ),
        coverage=_coverage(outcome, writer),
        sla=sla_view(outcome, writer),
        too_late=_too_late(outcome, writer),
        replay=replay_view(outcome, writer),
        sensitivity=sensitivity_view(outcome, writer),
        activities=_activities(outcome, writer),
    )
