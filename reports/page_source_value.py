"""The part of a sourcing page about worth: measures, cash, deals won, profit by hires."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.chart_cash import CashChart
from reports.chart_curve import CurveChart, CurvePoint, curve_chart, curve_scale
from reports.chart_months import stacked_bars
from reports.format import is_missing
from reports.page_capacity import Chart, month_ticks, whole_or_tenths
from reports.page_leadership import Measure, cash_by_month
from reports.page_tables import Table, Writer
from reports.sourcing_names import said_name
from reports.sourcing_words import PERCENT
from scenarios.sourcing import SourcingStory

COUNTS = {"customers": 1, "longest_commitment_months": 0}
MONTHS = {"cash_low_eur", "worst_month_coverage", "lowest_month_cash_eur"}
"""Measures whose words begin with a month."""
AT_RISK = {"evpi_eur", "vss_eur", "cvar_eur", "target_missed_probability"}
BESIDE = {"margin_eur", "cost_eur", "terminal_eur", "customers", "cac_eur", "coverage"}
"""Measures that stand elsewhere: with the risks, and beside those of doing nothing."""


@dataclass(frozen=True, kw_only=True)
class CashView:
    """Hold the chart of extra cash and its table."""

    chart: CashChart
    table: Table


def measures_view(story: SourcingStory, writer: Writer) -> list[Measure]:
    """Return what the plan is worth, measure by measure."""
    rows = story.tables["measures"].to_dict("records")
    elsewhere = set(AT_RISK) if len(story.tables["risk"]) > 1 else set()
    elsewhere |= BESIDE if len(story.tables["against_nothing"]) else set()
    return [measure(row, writer) for row in rows if row["measure"] not in elsewhere]


def measure(row: dict[Any, Any], writer: Writer) -> Measure:
    """Return one measure: its figure or interval, and what it means."""
    name, texts = row["measure"], writer.texts
    meaning = f"measure.{name}.text"
    return Measure(
        label=texts(f"measure.{name}"),
        value=_value(row, writer),
        text=texts(meaning) if meaning in texts else "",
    )


def _value(row: dict[Any, Any], writer: Writer) -> str:
    name, texts, formats = row["measure"], writer.texts, writer.formats
    if name == "payback_month":
        return _payback(row, writer)
    if is_missing(row["value"]) and not is_missing(row["low"]):
        if is_missing(row["high"]):
            return texts("sourced.at_least", low=formats.money(row["low"]))
        low, high = formats.money(row["low"]), formats.money(row["high"])
        return texts("sourced.between", low=low, high=high)
    shown = _shown(name, row["value"], writer)
    said = writer.say(texts.name("said", row["words"]))
    if name == "worst_phase_coverage":
        phase, _, month = said.rpartition(", ")
        said = f"{texts.name('phase', phase)}, {formats.month(month)}"
    if name in MONTHS:
        month, comma, rest = said.partition(",")
        said = f"{formats.month(month)}{comma}{rest}" if month else ""
    return f"{shown} ({said})" if said and not is_missing(row["value"]) else shown or said


def _shown(name: str, value: Any, writer: Writer) -> str:
    formats = writer.formats
    if name in PERCENT:
        return formats.percent(value)
    if name in COUNTS:
        return formats.number(value, COUNTS[name])
    return formats.money(value)


def _payback(row: dict[Any, Any], writer: Writer) -> str:
    words = str(row["words"])
    if is_missing(row["value"]):
        return writer.texts.name("payback", words)
    month = words.partition("(")[2].rstrip(")")
    if not month:
        return writer.texts.name("payback", words)
    number = writer.formats.number(row["value"])
    return writer.texts("payback.month", month=number, name=writer.formats.month(month))


def cash_view(story: SourcingStory, writer: Writer) -> CashView | None:
    """Return extra cash by month, None without a baseline."""
    cash = story.tables["cash"]
    if cash.empty:
        return None
    kinds = {"month": "month", "extra_cash_eur": "money", "cumulated_eur": "money"}
    table = writer.table(cash, kinds, caption="lead.cash.table")
    chart = cash_by_month(cash, writer)
    return None if chart is None else CashView(chart=chart, table=table)


def coverage_chart(story: SourcingStory, writer: Writer) -> Chart | None:
    """Return deals won by month against those wanted, as expected."""
    frame = story.tables["coverage"]
    if frame.empty:
        return None
    wanted, won = frame["deals_wanted"].tolist(), frame["deals_won"].tolist()
    missing = [max(0.0, w - p) for w, p in zip(wanted, won, strict=True)]

    def tip(month: str, name: str, amount: float) -> str:
        label = writer.texts(f"deals.{name}")
        shown = writer.formats.number(amount, 1)
        return writer.texts("chart.tip.deals", month=month, name=label, amount=shown)

    bars = stacked_bars(
        month_ticks(frame["month"].tolist(), writer),
        {"planned": won, "missing": missing},
        wanted,
        tip=tip,
        number=lambda deals: whole_or_tenths(deals, writer),
        width=1120.0,
    )
    return Chart(title=writer.texts("sourced.deals"), bars=bars)


def curve_charts(story: SourcingStory, writer: Writer) -> list[CurveChart]:
    """Return the best profit by number of hires, a chart an offer, all on one scale."""
    frame = story.tables["profit_curve"].dropna(subset=["profit_eur"])
    if frame.empty:
        return []
    planned = _planned(frame, story)
    groups = [
        (str(offer), [_point(row, planned[str(offer)]) for row in rows.to_dict("records")])
        for offer, rows in frame.groupby("offer", sort=False)
    ]
    scale = curve_scale([point for _, points in groups for point in points])

    def tip(point: CurvePoint) -> str:
        key = "sourced.curve.tip" if point.bound_eur is not None else "sourced.curve.open"
        return writer.texts.count(
            key,
            point.hires,
            profit=writer.formats.money(point.profit_eur),
            bound=writer.formats.money(point.bound_eur),
        )

    return [
        curve_chart(
            said_name(writer.texts.name("offer", offer), writer.texts),
            points,
            scale,
            number=writer.formats.number,
            tip=tip,
        )
        for offer, points in groups
    ]


def _planned(frame: pd.DataFrame, story: SourcingStory) -> dict[str, int]:
    """Return how many hires of each offer the plan has."""
    decided = story.tables["decisions"]
    hires = decided[decided["kind"] == "hire"]
    total = hires.groupby("name")["amount"].sum().to_dict()
    several = round(float(hires["amount"].sum()))
    return {
        str(offer): several if rule == "at most" else round(float(total.get(offer, 0.0)))
        for offer, rule in zip(frame["offer"], frame["rule"], strict=True)
    }


def _point(row: dict[Any, Any], planned: int) -> CurvePoint:
    return CurvePoint(
        hires=int(row["hires"]),
        profit_eur=float(row["profit_eur"]),
        bound_eur=None if is_missing(row["bound_eur"]) else float(row["bound_eur"]),
        is_plan=int(row["hires"]) == planned,
    )
