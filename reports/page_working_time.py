"""The part of the page that says what is left of the hours paid for customers, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports.chart_waterfall import Waterfall, waterfall
from reports.page_tables import Table, Writer
from scenarios.capacity import FLAT
from scenarios.outcome import Outcome
from scenarios.outcome_capacity import LOSSES

PAID, LEFT = "paid_hours", "hours"


@dataclass(frozen=True, kw_only=True)
class WorkingTime:
    """Hold the way from hours paid to hours for customers; no chart for flat hours."""

    is_flat: bool
    chart: Waterfall | None
    by_month: Table
    by_person: Table


def working_time_view(outcome: Outcome, writer: Writer) -> WorkingTime | None:
    """Return what the hours of the team are made of, None when the run kept no such table."""
    table = outcome.capacity
    if not len(table):
        return None
    is_flat = bool((table["basis"] == FLAT).all())
    return WorkingTime(
        is_flat=is_flat,
        chart=None if is_flat else _chart(table, writer),
        by_month=_by_month(table, writer),
        by_person=_by_person(table, writer),
    )


def _chart(table: pd.DataFrame, writer: Writer) -> Waterfall:
    def name(step: str) -> str:
        return writer.texts(f"capacity.{step}")

    sums = table[[PAID, *LOSSES]].sum()
    return waterfall(
        (name(PAID), float(sums[PAID])),
        [(name(loss), float(sums[loss])) for loss in LOSSES],
        name(LEFT),
        number=writer.formats.number,
        percent=writer.formats.percent,
    )


def _by_month(table: pd.DataFrame, writer: Writer) -> Table:
    """Return the steps by month: paid, what is taken off (below 0), what is left."""
    sums = table.groupby("month", sort=True)[[PAID, *LOSSES, LEFT]].sum()
    steps = [PAID, *(loss for loss in LOSSES if sums[loss].abs().sum() > 0), LEFT]
    if len(steps) == 2:
        steps = [LEFT]
    signed = sums.assign(**{loss: -sums[loss] for loss in LOSSES})[steps]
    rows = signed.reset_index().melt("month", var_name="step", value_name="amount")
    fte = table.groupby("month", sort=True)["expected_fte"].sum()
    body = writer.by_month(
        rows, rows={"step": "name:capacity"}, value="amount", caption="capacity.table", order=steps
    )
    number = writer.formats.number
    mean = number(float(fte.mean()), 1)
    return Table(
        caption=body.caption,
        columns=body.columns,
        rows=body.rows,
        foot=(writer.texts("capacity.fte"), *(number(v, 1) for v in fte.tolist()), mean),
        note=writer.texts("capacity.fte.note"),
    )


def _by_person(table: pd.DataFrame, writer: Writer) -> Table:
    """Return each person's hours over the horizon, and the formula of the best month."""
    who = ["rep_id", "name", "pool", "place"]
    sums = table.groupby(who, sort=False)[[PAID, LEFT]].sum().reset_index()
    best = table.loc[table.groupby("rep_id", sort=False)["hours"].idxmax()]
    sums = sums.merge(best[["rep_id", "month", "formula"]], on="rep_id", how="left")
    sums["share_of_paid"] = sums[LEFT] / sums[PAID].where(sums[PAID] > 0)
    columns = {
        "name": "text",
        "pool": "name:pool",
        "place": "text",
        PAID: "number",
        LEFT: "number",
        "share_of_paid": "percent",
        "month": "month",
        "formula": "sentence",
    }
    return writer.table(sums, columns, caption="capacity.people")
