"""Render a sourcing story as one HTML page that needs nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reports.format import Formats, is_missing
from reports.html import page_of
from reports.labels import Texts
from reports.page_source_risk import risk_view
from reports.page_source_tables import (
    against_table,
    assumptions_view,
    break_even_table,
    changes_view,
    decisions_view,
    ladder_table,
    ledger_table,
    one_more_table,
    shortfall_table,
)
from reports.page_source_value import cash_view, coverage_chart, curve_charts, measures_view
from reports.page_tables import Writer
from reports.sourcing_names import said_name
from scenarios.outcome import INTERRUPTED, PLANNED, REJECTED
from scenarios.sourcing import SourcingStory

REPORT = "report.html"
SECTIONS = (
    "overview",
    "decisions",
    "value",
    "coverage",
    "hires",
    "levers",
    "risk",
    "cost",
    "assumptions",
    "provenance",
)
"""In the order of the page; a section is left out when there is nothing to show in it."""
ALWAYS = {"overview", "provenance"}
TILES = (
    ("extra_worth_eur", "money"),
    ("extra_cost_eur", "money"),
    ("roi", "percent"),
    ("coverage", "percent"),
    ("cac_eur", "money"),
)
PROVED_GAP = 1e-9


def write_sourcing_report(story: SourcingStory, folder: Path) -> None:
    """Write the page into the run folder."""
    (folder / REPORT).write_text(render_sourcing(story), encoding="utf-8")


def render_sourcing(story: SourcingStory) -> str:
    """Return the page; equal stories give equal pages.

    Raises ValueError for a language without texts.
    """
    texts = Texts(story.language)
    writer = Writer(texts=texts, formats=Formats(language=story.language, currency=story.currency))
    return page_of("sourcing.html", writer, _context(story, writer))


def _context(story: SourcingStory, writer: Writer) -> dict[str, Any]:
    texts, formats = writer.texts, writer.formats
    found = story.state in {PLANNED, INTERRUPTED}
    context: dict[str, Any] = {
        "story": story,
        "horizon": texts(
            "page.horizon",
            first=formats.month(story.months[0]),
            last=formats.month(story.months[-1]),
        ),
        "state_text": texts.name("state", f"{story.state}.text"),
        "untrusted": story.state == REJECTED,
        "proof": _proof(story, writer),
        "notes": [writer.say(note) for note in story.notes],
        "violations": [
            texts("colon", text=each.rule) + f" {writer.say_rule(each.message)}"
            for each in story.violations
        ],
        "shortfalls": shortfall_table(story, writer),
        "changes": changes_view(story, writer),
        "assumptions": assumptions_view(story, writer),
        "provenance": _provenance(story, writer),
        "summary": _summary(story, writer) if found else [],
        "tiles": _tiles(story, writer) if found else [],
    }
    context |= _plan_parts(story, writer) if found else {}
    shown = [name for name in SECTIONS if name in ALWAYS or context.get(name)]
    return context | {"sections": shown}


def _plan_parts(story: SourcingStory, writer: Writer) -> dict[str, Any]:
    return {
        "decisions": decisions_view(story, writer),
        "value": {
            "against": against_table(story, writer),
            "measures": measures_view(story, writer),
            "cash": cash_view(story, writer),
        },
        "coverage": coverage_chart(story, writer),
        "hires": curve_charts(story, writer),
        "levers": [
            table
            for table in (
                ladder_table(story, writer),
                break_even_table(story, writer),
                one_more_table(story, writer),
            )
            if table is not None
        ],
        "risk": risk_view(story, writer),
        "cost": ledger_table(story, writer),
    }


def measured(story: SourcingStory) -> dict[str, dict[Any, Any]]:
    """Return the measures of a story by name."""
    return {row["measure"]: row for row in story.tables["measures"].to_dict("records")}


def _proof(story: SourcingStory, writer: Writer) -> dict[str, str]:
    texts, formats = writer.texts, writer.formats
    key = story.status.lower()
    if story.gap is not None:
        key = "proved_best" if story.gap <= PROVED_GAP else "proved_within"
    elif story.objective is not None:
        key = "no_bound"
    caveat = f"solve.stopped.{story.stopped_by}"
    known = story.objective is not None and story.bound is not None
    return {
        "sentence": ""
        if story.state == REJECTED
        else texts(f"solve.{key}", gap=formats.gap(story.gap)),
        "figures": texts(
            "solve.figures_max",
            found=formats.money(story.objective),
            limit=formats.money(story.bound),
        )
        if known
        else "",
        "caveat": texts(caveat) if caveat in texts and story.state != REJECTED else "",
    }


def _summary(story: SourcingStory, writer: Writer) -> list[str]:
    """Return the decision in a sentence, what it is worth, and what stays undone."""
    texts, formats, found = writer.texts, writer.formats, measured(story)
    decided = [_decided(row, writer) for row in _headline(story)]
    sentences = [
        texts("sourced.decide", what=texts("sourced.and").join(decided))
        if decided
        else texts("sourced.nothing")
    ]
    extra = found.get("extra_worth_eur")
    if extra is not None and not is_missing(extra["value"]):
        sentences.append(texts("sourced.worth", extra=formats.compact_money(extra["value"])))
    coverage = found["coverage"]["value"]
    if not is_missing(coverage):
        sentences.append(texts("sourced.covered", share=formats.percent(coverage)))
    return sentences


def _headline(story: SourcingStory) -> list[dict[Any, Any]]:
    """Return the decisions by kind and name, added up over the months; others follow."""
    frame = story.tables["decisions"]
    frame = frame[~frame["kind"].isin(["managers", "role", "pilot"])]
    summed: dict[tuple[str, str], dict[Any, Any]] = {}
    for row in frame.to_dict("records"):
        known = summed.setdefault((row["kind"], row["name"]), {**row, "amount": 0.0})
        known["amount"] += row["amount"]
    return list(summed.values())


def _decided(row: dict[Any, Any], writer: Writer) -> str:
    texts, formats = writer.texts, writer.formats
    key = f"sourced.{row['kind']}"
    amount = formats.count(row["amount"], 0 if row["amount"] == round(row["amount"]) else 1)
    name = said_name(row["name"], texts)
    return texts(key, name=name, amount=amount, month=formats.month(row["month"]))


def _tiles(story: SourcingStory, writer: Writer) -> list[dict[str, str]]:
    texts, formats, found = writer.texts, writer.formats, measured(story)
    tiles = []
    for name, kind in TILES:
        row = found.get(name)
        if row is None or is_missing(row["value"]):
            continue
        value = row["value"]
        shown = formats.percent(value) if kind == "percent" else formats.compact_money(value)
        tone = "bad" if name == "extra_worth_eur" and value < 0 else ""
        label, note = texts(f"measure.{name}"), texts(f"measure.{name}.text")
        tiles.append({"label": label, "value": shown, "note": note, "tone": tone})
    return tiles


def _provenance(story: SourcingStory, writer: Writer) -> list[tuple[str, str]]:
    texts = writer.texts
    return [
        (texts("sourced.run"), story.run_id),
        (texts("page.workspace"), story.workspace),
        (texts("page.scenario"), story.scenario),
        (texts("sourced.version"), story.version),
    ]
