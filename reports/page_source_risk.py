"""The part of a sourcing page about risk: each demand, the worst cases, regret, knowing more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.format import is_missing
from reports.page_leadership import Measure
from reports.page_source_tables import stops_view
from reports.page_source_value import measure
from reports.page_tables import Column, Table, Writer
from scenarios.sourcing import SourcingStory

SHOWN = ("cvar_eur", "target_missed_probability", "evpi_eur", "vss_eur")


@dataclass(frozen=True, kw_only=True)
class RiskView:
    """Hold the demands, the measures of risk, and the decisions compared; None where none are.

    `choice` says which decision is regretted least at worst.
    """

    demands: Table
    stops: Table | None
    measures: list[Measure]
    candidates: Table | None
    regret: Table | None
    out_of_sample: Table | None
    choice: str


def risk_view(story: SourcingStory, writer: Writer) -> RiskView | None:
    """Return what demand does to the plan, None where only one demand is foreseen."""
    if len(story.tables["risk"]) < 2:
        return None
    kinds = {
        "demand": "text",
        "probability": "percent",
        "profit_eur": "money",
        "deals_wanted": "deals",
        "deals_won": "deals",
    }
    rows = {row["measure"]: row for row in story.tables["measures"].to_dict("records")}
    return RiskView(
        demands=writer.table(story.tables["risk"], kinds, caption="sourced.demands"),
        stops=stops_view(story, writer),
        measures=[measure(rows[name], writer) for name in SHOWN if name in rows],
        candidates=_candidates(story.tables["candidates"], writer),
        regret=_regret(story.tables["regret"], writer),
        out_of_sample=_out_of_sample(story.tables["out_of_sample"], writer),
        choice=_choice(story.tables["candidates"], writer),
    )


def _named(frame: pd.DataFrame, writer: Writer) -> pd.DataFrame:
    """Return the frame with the decision in words: what it was made for."""
    texts = writer.texts
    pairs = zip(frame["made_for"], frame["demand"], strict=True)
    return frame.assign(
        decision=[
            texts("made.scenario", demand=demand) if demand else texts.name("made", made_for)
            for made_for, demand in pairs
        ]
    )


def _candidates(frame: pd.DataFrame, writer: Writer) -> Table | None:
    if frame.empty:
        return None
    kinds = {
        "decision": "text",
        "worth_eur": "money",
        "expected_eur": "money",
        "cvar_eur": "money",
        "expected_regret_eur": "money",
        "worst_regret_eur": "money",
        "worst_demand": "text",
    }
    return writer.table(_named(frame, writer), kinds, caption="sourced.candidates")


def _regret(frame: pd.DataFrame, writer: Writer) -> Table | None:
    """Return regret by decision and demand; "low to high" where it is not proved."""
    if frame.empty:
        return None
    named = _named(frame, writer)
    demands = list(dict.fromkeys(named["if_demand"]))
    cells: dict[str, dict[str, str]] = {}
    for row in named.to_dict("records"):
        cells.setdefault(row["decision"], {})[row["if_demand"]] = _cell(row, writer)
    columns = (
        writer.column("decision", "text"),
        *(
            Column(label=writer.texts("sourced.if_demand", demand=name), numeric=True)
            for name in demands
        ),
    )
    body = tuple((name, *(row[demand] for demand in demands)) for name, row in cells.items())
    return Table(caption=writer.texts("sourced.regret"), columns=columns, rows=body)


def _cell(row: dict[Any, Any], writer: Writer) -> str:
    number = writer.formats.number
    if is_missing(row["regret_low_eur"]):
        return writer.texts.name("status", row["status"])
    if is_missing(row["regret_eur"]):
        return writer.texts("sourced.at_least", low=number(row["regret_low_eur"]))
    low, high = number(row["regret_low_eur"]), number(row["regret_eur"])
    return high if low == high else writer.texts("sourced.between", low=low, high=high)


def _out_of_sample(frame: pd.DataFrame, writer: Writer) -> Table | None:
    if frame.empty:
        return None
    kinds = {
        "decision": "text",
        "drawn": "number",
        "broken": "number",
        "mean_eur": "money",
        "mean_error_eur": "money",
        "cvar_eur": "money",
        "lowest_eur": "money",
        "less_than_plan_eur": "money",
        "less_error_eur": "money",
    }
    return writer.table(_named(frame, writer), kinds, caption="sourced.out_of_sample")


def _choice(frame: pd.DataFrame, writer: Writer) -> str:
    chosen = frame[frame["chosen"] != ""]
    if chosen.empty:
        return ""
    row = _named(chosen, writer).to_dict("records")[0]
    key = "sourced.choice.proved" if row["chosen"] == "proved" else "sourced.choice.open"
    regret = writer.formats.money(row["worst_regret_eur"])
    return writer.texts(key, decision=row["decision"], regret=regret)
