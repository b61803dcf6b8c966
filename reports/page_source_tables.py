"""The tables of a sourcing page: decisions, baseline, levers, prices, the objective's ledger."""

from __future__ import annotations

from typing import Any

import pandas as pd

from reports.page_capacity import whole_or_tenths
from reports.page_tables import Table, Writer
from reports.page_trace import ASSUMED
from reports.sourcing_names import said_name, said_place
from scenarios.outcome import NO_PLAN
from scenarios.sourcing import SourcingStory
from scenarios.sourcing_decisions import MANAGERS

INCOME = ("margin_eur", "surplus_margin_eur", "terminal_eur")
RISK = "risk_adjustment_eur"
SHARES = {"coverage", "worst_month_coverage", "target_missed_probability"}
TABLE_LIMIT = 60


def decisions_view(story: SourcingStory, writer: Writer) -> Table | None:
    """Return what to decide, month by month."""
    frame = story.tables["decisions"]
    if frame.empty:
        return None
    kinds = {
        "month": "month",
        "kind": "name:decided",
        "name": "text",
        "amount": "text",
        "unit": "text",
        "until": "month",
    }
    named = _counted(_named(frame, writer), writer)
    shown = named.assign(until=frame["until"].replace({"": None}))
    return writer.table(shown, kinds, caption="sourced.decisions", limit=TABLE_LIMIT)


def stops_view(story: SourcingStory, writer: Writer) -> Table | None:
    """Return what to stop in which demand once it is known, None where nothing is."""
    frame = story.tables["stops"]
    if frame.empty:
        return None
    kinds = {
        "demand": "text",
        "decide_by": "month",
        "kind": "name:decided",
        "name": "text",
        "amount": "text",
        "unit": "text",
        "from_month": "month",
    }
    shown = _counted(_named(frame, writer), writer)
    return writer.table(shown, kinds, caption="sourced.stops", limit=TABLE_LIMIT)


def _named(frame: pd.DataFrame, writer: Writer) -> pd.DataFrame:
    """Return the frame with the names we made in the language."""
    texts = writer.texts
    names = [
        texts("paid.managers") if kind == MANAGERS else said_name(name, texts)
        for kind, name in zip(frame["kind"], frame["name"], strict=True)
    ]
    return frame.assign(name=names)


def _counted(frame: pd.DataFrame, writer: Writer) -> pd.DataFrame:
    """Return the frame with amounts as text and units in the form that goes with them."""
    amounts = [whole_or_tenths(amount, writer) for amount in frame["amount"]]
    units = [
        writer.texts.unit("unit", str(unit), amount)
        for unit, amount in zip(frame["unit"], amounts, strict=True)
    ]
    return frame.assign(amount=[str(amount) for amount in amounts], unit=units)


def against_table(story: SourcingStory, writer: Writer) -> Table | None:
    """Return doing nothing beside the plan."""
    frame = story.tables["against_nothing"]
    if frame.empty:
        return None
    texts = writer.texts
    rows = tuple(
        (
            texts(f"measure.{row['measure']}"),
            *(_figure(row["measure"], row[name], writer) for name in ("nothing", "plan")),
            _figure(row["measure"], row["difference"], writer, signed=True),
        )
        for row in frame.to_dict("records")
    )
    columns = (
        writer.column("measure", "text"),
        *(writer.column(name, "number") for name in ("nothing", "plan", "difference")),
    )
    return Table(caption=texts("sourced.against"), columns=columns, rows=rows)


def _figure(measure: str, value: Any, writer: Writer, *, signed: bool = False) -> str:
    formats = writer.formats
    if measure in SHARES:
        return formats.signed_percent(value) if signed else formats.percent(value)
    digits = 1 if measure == "customers" else 0
    return formats.signed(value, digits) if signed else formats.number(value, digits)


def ladder_table(story: SourcingStory, writer: Writer) -> Table | None:
    """Return the profit without each lever."""
    frame = story.tables["ladder"]
    if frame.empty:
        return None
    texts = writer.texts
    named = [
        texts("sourced.and").join(texts.name("lever", part) for part in name.split(" + "))
        if name
        else texts("sourced.all_levers")
        for name in frame["without"]
    ]
    kinds = {
        "without": "text",
        "profit_eur": "money",
        "bound_eur": "money",
        "costs_eur": "money",
    }
    return writer.table(frame.assign(without=named), kinds, caption="sourced.ladder")


def break_even_table(story: SourcingStory, writer: Writer) -> Table | None:
    """Return up to which price each contract and training pays."""
    frame = story.tables["break_even"]
    if frame.empty:
        return None
    kinds = {
        "lever": "text",
        "unit": "sentence",
        "today": "factor",
        "pays_below": "factor",
        "pays_not_above": "factor",
        "pays_today": "name:pays",
    }
    levers = [said_name(name, writer.texts) for name in frame["lever"]]
    return writer.table(frame.assign(lever=levers), kinds, caption="sourced.break_even")


def one_more_table(story: SourcingStory, writer: Writer) -> Table | None:
    """Return what one more person of each group would bring, and one trained already."""
    frame = story.tables["one_more"]
    if frame.empty:
        return None
    kinds = {"kind": "name:one_more", "name": "text", "gain_eur": "money", "gain_high_eur": "money"}
    return writer.table(_named(frame, writer), kinds, caption="sourced.one_more")


def ledger_table(story: SourcingStory, writer: Writer) -> Table | None:
    """Return income less the cost of each source, which add up to the objective."""
    if story.objective is None:
        return None
    texts, number = writer.texts, writer.formats.number
    terms = dict(story.terms)
    lines = [(texts(f"ledger.{name}"), terms[name]) for name in INCOME if terms.get(name)]
    costs = story.tables["costs"]
    costs = costs[costs["source"] != "total"]
    paid = zip(costs["source"], costs["discounted_eur"].tolist(), strict=True)
    lines += [(said_name(texts.name("paid", source), texts), -eur) for source, eur in paid]
    if terms.get(RISK):
        lines.append((texts(f"ledger.{RISK}"), terms[RISK]))
    return Table(
        caption=texts("sourced.ledger"),
        columns=(writer.column("ledger", "text"), writer.column("amount_eur", "money")),
        rows=tuple((name, number(eur)) for name, eur in lines),
        foot=(texts("ledger.objective"), number(story.objective)),
    )


def shortfall_table(story: SourcingStory, writer: Writer) -> Table | None:
    """Return what is left undone, or why there is no plan, with reason and remedy."""
    if not story.shortfalls:
        return None
    rows = [dict(each) for each in story.shortfalls]
    for row in rows:
        shown = writer.formats.count(row["amount"], 2)
        unit = writer.texts.unit("unit", str(row.get("unit", "")), shown)
        row["amount"] = f"{shown} {unit}".strip()
        row["subject"] = said_place(writer.say(str(row["subject"])), writer.texts)
    columns = {"subject": "text", "amount": "text", "reason": "sentence", "remedy": "sentence"}
    frame = pd.DataFrame(rows)
    caption = "sourced.why_none" if story.state == NO_PLAN else "shortfalls.table"
    return writer.table(frame, columns, caption=caption, limit=TABLE_LIMIT)


def assumptions_view(story: SourcingStory, writer: Writer) -> Table | None:
    """Return every figure taken on trust with grade, who set it, and source."""
    frame = story.tables.get("assumptions")
    if frame is None or frame.empty:
        return None
    return writer.table(frame, ASSUMED, caption="assumptions.table")


def changes_view(story: SourcingStory, writer: Writer) -> Table | None:
    """Return what the scenario changed."""
    frame = story.tables.get("changes")
    if frame is None or frame.empty:
        return None
    kinds = dict.fromkeys(("table", "id", "column", "before", "after"), "text")
    return writer.table(frame, kinds, caption="changes.table", limit=TABLE_LIMIT)
