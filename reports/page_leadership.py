"""The part of the page for leadership: what the plan is worth against doing nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports.chart_cash import CashChart, cash_chart
from reports.format import MISSING, is_missing
from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome

PERCENT = {"roi", "coverage", "worst_month_coverage", "largest_provider_share"}
NUMBER = {"longest_commitment_months"}


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Hold one measure ready to print: what it is called, its value, and what it means."""

    label: str
    value: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Leadership:
    """Hold the measures, the cash chart, and the tables; None where there is nothing to show."""

    measures: tuple[Measure, ...]
    chart: CashChart | None
    cash: Table
    curve: Table | None
    limits: Table | None


def leadership_view(outcome: Outcome, writer: Writer) -> Leadership | None:
    """Return what leadership reads, None when the run kept no such table."""
    table = outcome.leadership
    if not len(table):
        return None
    rows = zip(table["measure"], table["value"], table["words"], strict=True)
    return Leadership(
        measures=tuple(_measure(writer, outcome, *row) for row in rows),
        chart=cash_by_month(outcome.cash, writer),
        cash=_cash(outcome.cash, writer),
        curve=_curve(outcome.hire_curve, writer),
        limits=_limits(outcome.price_limits, writer),
    )


def _measure(writer: Writer, outcome: Outcome, name: str, value: float, words: str) -> Measure:
    meaning = f"lead.{name}.text"
    return Measure(
        label=writer.texts.name("lead", name),
        value=_value(writer, outcome, name, value, words),
        text=writer.texts(meaning) if meaning in writer.texts else "",
    )


def _value(writer: Writer, outcome: Outcome, name: str, value: float, words: str) -> str:
    formats = writer.formats
    if name == "payback_month":
        return _payback(writer, value, words)
    if name in NUMBER:
        shown = formats.number(value)
    elif name in PERCENT:
        shown = formats.percent(value)
    else:
        shown = formats.money(value)
    return f"{shown} ({_said(writer, outcome, name, words)})" if words else shown


def _payback(writer: Writer, value: float, words: str) -> str:
    if is_missing(value):
        return writer.texts.name("payback", words)
    month = writer.formats.number(value)
    return writer.texts("payback.month", month=month, name=writer.formats.month(words))


def _said(writer: Writer, outcome: Outcome, name: str, words: str) -> str:
    if name == "largest_provider_share":
        limits = outcome.price_limits
        names = dict(zip(limits["provider_id"], limits["name"], strict=True)) if len(limits) else {}
        return str(names.get(words, words))
    return writer.formats.month(words)


def cash_by_month(cash: pd.DataFrame, writer: Writer) -> CashChart | None:
    """Return the chart of extra cash, None when there is nothing to show."""
    if cash.empty:
        return None
    formats = writer.formats

    def tip(month: str, extra: float, cumulated: float) -> str:
        return writer.texts(
            "lead.cash.tip",
            month=month,
            extra=formats.money(extra),
            cumulated=formats.money(cumulated),
        )

    months = [(formats.month(m), formats.month_tick(m)) for m in cash["month"]]
    return cash_chart(
        months,
        cash["extra_cash_eur"].tolist(),
        cash["cumulated_eur"].tolist(),
        tip=tip,
        number=formats.number,
    )


def _cash(cash: pd.DataFrame, writer: Writer) -> Table:
    kinds = {
        "month": "month",
        "extra_margin_eur": "money",
        "extra_received_eur": "money",
        "extra_cost_eur": "money",
        "extra_cash_eur": "money",
        "cumulated_eur": "money",
    }
    return writer.table(cash, kinds, caption="lead.cash.table")


def _curve(curve: pd.DataFrame, writer: Writer) -> Table | None:
    if len(curve) < 2:
        return None
    planned = writer.texts("lead.curve.planned")
    shown = curve.assign(planned=[planned if each else "" for each in curve["planned"]])
    kinds = {
        "hires": "number",
        "profit_eur": "money",
        "difference_eur": "money",
        "not_proved_eur": "money",
        "planned": "text",
    }
    return writer.table(shown, kinds, caption="lead.curve.table")


def _limits(limits: pd.DataFrame, writer: Writer) -> Table | None:
    if limits.empty:
        return None
    least = writer.texts.template("lead.limits.least")
    shown = limits.assign(
        pays_up_to_eur_per_hour=[
            MISSING if is_missing(price) else least.format(price=writer.formats.number(price, 2))
            for price in limits["pays_up_to_eur_per_hour"]
        ]
    )
    kinds = {
        "name": "text",
        "hours": "number",
        "share_of_work": "percent",
        "min_term_months": "number",
        "price_eur_per_hour": "factor",
        "pays_up_to_eur_per_hour": "text",
    }
    return writer.table(shown, kinds, caption="lead.limits.table")
