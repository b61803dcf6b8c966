"""The comparison of scenarios: figures side by side, the best marked, the untrusted not ranked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports.format import MINUS, is_missing
from reports.kpis import KPIS, show, spec_of
from reports.page_capacity import decisions_table
from reports.page_compare_territories import territory_comparison
from reports.page_tables import Table, Writer
from reports.page_trace import changes_table
from reports.verdicts import Verdict, verdict
from scenarios.outcome import INTERRUPTED, PLANNED, Outcome

RANKED_STATES = frozenset({PLANNED, INTERRUPTED})
SOURCE_HOURS = {
    "staff": "staff_hours",
    "hire": "hire_hours",
    "provider": "provider_hours",
    "uncovered": "uncovered_hours",
}


@dataclass(frozen=True, kw_only=True)
class Figure:
    """Hold one figure of one scenario; `difference` is from the baseline, empty for itself."""

    value: str
    difference: str
    best: bool
    ranked: bool


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """Hold one figure across the scenarios."""

    label: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class Contender:
    """Hold one scenario's heading."""

    title: str
    scenario: str
    state: str
    state_name: str
    ranked: bool
    verdicts: tuple[Verdict, ...]


@dataclass(frozen=True, kw_only=True)
class HoursBar:
    """Hold the hours of one scenario by source; offsets and widths in drawing units."""

    title: str
    pieces: tuple[tuple[str, float, float, str], ...]
    total: str
    end: float


def is_ranked(outcome: Outcome) -> bool:
    """Say whether the outcome holds a plan that passed the check and may be ranked."""
    solved = all(solve.status in {"OPTIMAL", "FEASIBLE"} for solve in outcome.solves)
    return outcome.state in RANKED_STATES and solved


def best_positions(name: str, outcomes: Sequence[Outcome]) -> set[int]:
    """Return the positions of the best figure among the ranked; none when all are alike."""
    better = spec_of(name).better
    values = {
        i: better * float(outcome.kpis[name])
        for i, outcome in enumerate(outcomes)
        if is_ranked(outcome) and not is_missing(outcome.kpis.get(name))
    }
    if not better or len(values) < 2:
        return set()
    top, bottom = max(values.values()), min(values.values())
    slack = 1e-9 * max(1.0, abs(top), abs(bottom))
    if top - bottom <= slack:
        return set()
    return {i for i, value in values.items() if value >= top - slack}


def _difference(name: str, value: Any, base: Any, writer: Writer) -> str:
    if is_missing(value) or is_missing(base):
        return ""
    change, kind = float(value) - float(base), spec_of(name).kind
    if kind == "percent":
        # A difference of percentages is in points: "+3 %" could mean a share of the share.
        points = writer.formats.signed(100 * change, 1)
        return writer.texts("compare.points", value=points) if round(100 * change, 1) else ""
    text = show(writer.formats, kind, abs(change))
    if text == show(writer.formats, kind, 0.0):
        return ""
    return f"+{text}" if change > 0 else f"{MINUS}{text}"


def figure_rows(outcomes: Sequence[Outcome], writer: Writer) -> list[FigureRow]:
    """Return every known figure that some outcome has, with differences from the first."""
    rows = []
    for name in KPIS:
        values = [outcome.kpis.get(name) for outcome in outcomes]
        if all(is_missing(value) for value in values):
            continue
        best = best_positions(name, outcomes)
        figures = tuple(
            Figure(
                value=show(writer.formats, spec_of(name).kind, value),
                difference=_difference(name, value, values[0], writer) if i else "",
                best=i in best,
                ranked=is_ranked(outcomes[i]),
            )
            for i, value in enumerate(values)
        )
        rows.append(FigureRow(label=writer.texts(f"kpi.{name}"), figures=figures))
    return rows


def _contender(outcome: Outcome, writer: Writer) -> Contender:
    texts, formats = writer.texts, writer.formats
    return Contender(
        title=outcome.title,
        scenario=outcome.scenario,
        state=outcome.state,
        state_name=texts.name("state", outcome.state),
        ranked=is_ranked(outcome),
        verdicts=tuple(verdict(solve, texts, formats) for solve in outcome.solves),
    )


def hours_bars(outcomes: Sequence[Outcome], writer: Writer, *, width: float) -> list[HoursBar]:
    """Return hours by source of each scenario on one scale."""
    amounts = [outcome.sourcing.groupby("source")["hours"].sum() for outcome in outcomes]
    most = max([float(sums.sum()) for sums in amounts], default=0.0)
    scale = width / most if most > 0 else 0.0
    bars = []
    for outcome, sums in zip(outcomes, amounts, strict=True):
        pieces, left = [], 0.0
        for source in SOURCE_HOURS:
            hours = float(sums.get(source, 0.0))
            if hours * scale >= 0.05:
                tip = f"{writer.texts.name('source', source)}: {writer.formats.number(hours)} h"
                pieces.append((source, round(left, 1), round(hours * scale, 1), tip))
            left += hours * scale
        total = f"{writer.formats.number(sums.sum())} h"
        bars.append(
            HoursBar(title=outcome.title, pieces=tuple(pieces), total=total, end=round(left, 1))
        )
    return bars


def _titled(
    outcomes: Sequence[Outcome],
    make: Callable[[Outcome, Writer], Table | None],
    writer: Writer,
) -> list[tuple[str, Table | None]]:
    """Return one table a scenario, under the scenario's title."""
    tables = ((outcome.title, make(outcome, writer)) for outcome in outcomes)
    return [(title, table and replace(table, caption=title)) for title, table in tables]


def comparison_context(outcomes: Sequence[Outcome], writer: Writer) -> dict[str, Any]:
    """Return all that the comparison template shows."""
    bars = hours_bars(outcomes, writer, width=760.0)
    return {
        "workspace": outcomes[0].workspace,
        "contenders": [_contender(outcome, writer) for outcome in outcomes],
        "rows": figure_rows(outcomes, writer),
        "bars": bars if any(bar.pieces for bar in bars) else [],
        "sources": tuple(SOURCE_HOURS),
        "territories": territory_comparison(outcomes, writer),
        "decisions": _titled(outcomes, decisions_table, writer),
        "changes": _titled(outcomes, changes_table, writer),
    }
