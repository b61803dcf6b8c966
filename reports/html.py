"""Render an outcome as one HTML page that needs nothing else: no server, no script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reports.format import Formats
from reports.kpis import headline_tiles, summary
from reports.labels import Texts
from reports.maps import map_view
from reports.page_capacity import funnel_view, months_of, sourcing_view
from reports.page_compactness import looks_view
from reports.page_compare import comparison_context
from reports.page_given import levers_view
from reports.page_leadership import leadership_view
from reports.page_roles import help_view, role_goals_view
from reports.page_tables import Writer
from reports.page_team import balance_chart, balance_table, role_grid, territory_rows
from reports.page_throughput import throughput_view
from reports.page_trace import (
    assumptions_table,
    changes_table,
    definitions,
    findings_table,
    moves_table,
    provenance_rows,
    set_aside_table,
    violations_table,
)
from reports.page_working_time import working_time_view
from reports.verdicts import alerts, shortfall_tables, verdict
from scenarios.outcome import NO_PLAN, REJECTED, Outcome

TEMPLATES = Path(__file__).parent / "templates"
SECTIONS = (
    "overview",
    "leadership",
    "warnings",
    "map",
    "team",
    "roles",
    "capacity",
    "sourcing",
    "funnel",
    "moves",
    "findings",
    "assumptions",
    "provenance",
)
"""In the order of the page; a section is left out when there is nothing to show in it."""


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def page_of(template: str, writer: Writer, context: dict[str, Any]) -> str:
    """Return the page; style and script are our own files and the only text not escaped."""
    own = {
        name: Markup((TEMPLATES / f"report.{name}").read_text(encoding="utf-8"))  # noqa: S704
        for name in ("css", "js")
    }
    return _environment().get_template(template).render(t=writer.texts, **own, **context)


def _writer(outcome: Outcome) -> Writer:
    texts = Texts(outcome.language)
    return Writer(
        texts=texts, formats=Formats(language=outcome.language, currency=outcome.currency)
    )


def render_html(outcome: Outcome) -> str:
    """Return the report of one run as a page complete in itself.

    Equal outcomes give equal pages apart from the section `provenance`, the only one that shows
    the run, times and machine. Raises ValueError for a language without texts.
    """
    writer = _writer(outcome)
    return page_of("report.html", writer, _report_context(outcome, writer))


def render_comparison(outcomes: Sequence[Outcome]) -> str:
    """Return one page with the scenarios side by side; the first is the baseline.

    Best figures are marked among plans that passed the check only. Raises ValueError when there
    is no outcome, or for a language without texts; language and currency are the first's.
    """
    if not outcomes:
        raise ValueError("a comparison needs at least one outcome")
    writer = _writer(outcomes[0])
    return page_of("comparison.html", writer, comparison_context(outcomes, writer))


def _report_context(outcome: Outcome, writer: Writer) -> dict[str, Any]:
    texts, formats = writer.texts, writer.formats
    found = outcome.state != NO_PLAN
    context: dict[str, Any] = {
        "outcome": outcome,
        "horizon": _horizon(outcome, writer),
        "state_text": texts.name("state", f"{outcome.state}.text"),
        "untrusted": outcome.state == REJECTED,
        # Without a plan the figures are zeros that nobody should read as a result.
        "summary": summary(outcome, texts, formats) if found else [],
        "tiles": headline_tiles(outcome, texts, formats) if found else [],
        "verdicts": [verdict(solve, texts, formats) for solve in outcome.solves],
        "alerts": alerts(outcome, texts, formats),
        "violations": violations_table(outcome, writer),
        "shortfalls": shortfall_tables(outcome, writer),
        "roles": role_grid(outcome, writer),
        "help": help_view(outcome, writer),
        "role_goals": role_goals_view(outcome, writer),
        "capacity": working_time_view(outcome, writer),
        "throughput": throughput_view(outcome, writer),
        "leadership": leadership_view(outcome, writer) if found else None,
        "sourcing": sourcing_view(outcome, writer),
        "levers": levers_view(outcome, writer),
        "funnel": funnel_view(outcome, writer),
        "moves": moves_table(outcome, writer),
        **_team(outcome, writer),
        **_trace(outcome, writer),
    }
    return context | {"sections": _sections(context, planned=len(outcome.territories) > 0)}


def _team(outcome: Outcome, writer: Writer) -> dict[str, Any]:
    drawn = map_view(outcome, writer.texts, writer.formats)
    balance = balance_chart(outcome, writer)
    return {
        "map": drawn,
        "looks": looks_view(outcome, writer),
        "map_legend": territory_rows(outcome, writer, drawn.colour_of_rep) if drawn else [],
        "team": balance,
        "balance": balance,
        "has_window": balance is not None and any(p.window for p in balance.panels),
        "balance_table": balance_table(outcome, writer),
    }


def _trace(outcome: Outcome, writer: Writer) -> dict[str, Any]:
    return {
        "findings": findings_table(outcome, writer),
        "set_aside": set_aside_table(outcome, writer),
        "assumptions": assumptions_table(outcome, writer),
        "changes": changes_table(outcome, writer),
        "definitions": definitions(writer),
        "provenance": provenance_rows(outcome),
    }


def _sections(context: dict[str, Any], *, planned: bool) -> list[str]:
    always = {"overview", "warnings", "findings", "assumptions", "provenance"}
    shown = always | ({"moves"} if planned else set())
    return [name for name in SECTIONS if name in shown or context.get(name)]


def _horizon(outcome: Outcome, writer: Writer) -> str:
    months = months_of(outcome)
    if not months:
        return ""
    first, last = (writer.formats.month(month) for month in (months[0], months[-1]))
    return writer.texts("page.horizon", first=first, last=last)
