"""The plan as one workbook that sales operations can read, edit and hand back (plan.xlsx)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from reports import columns
from reports.tables_csv import activity_targets
from reports.titles import Titles, titles_in
from reports.units import unit_of
from reports.workbook import HEADING, LABEL, TEXT, TITLE, WIDE, Book
from scenarios.outcome import Outcome

SOURCES = ("staff", "hire", "provider", "uncovered")
SOURCE_COLOURS = {
    "staff": "#457b9d",
    "hire": "#2a9d8f",
    "provider": "#e9c46a",
    "uncovered": "#c1121f",
}
LOW, MIDDLE, HIGH = "#8ecae6", "#ffffff", "#f4a261"
"""Below, on and above the target: told apart by colour-blind readers and in grey print."""


def write_excel(outcome: Outcome, path: Path) -> Path:
    """Write plan.xlsx.

    The column `rep_id` of the sheet Territories offers the reps in a list: a planner changes it,
    says why in `edit_reason`, and hands the workbook back. Sheets of what did not happen
    (violations, changes of a scenario) are left out when empty.

    Returns
    -------
    Path
        The file; equal outcomes give equal bytes.
    """
    with Book(path, outcome.currency, titles_in(outcome.language)) as book:
        _summary(book, outcome)
        _territories(book, outcome)
        _reps(book, outcome.reps)
        _if_any(book, "Leadership", _named(book, outcome.leadership), columns.LEADERSHIP)
        _if_any(book, "Extra cash", outcome.cash, columns.CASH)
        _if_any(book, "Profit by hires", outcome.hire_curve, columns.HIRE_CURVE)
        _if_any(book, "Price limits", outcome.price_limits, columns.PRICE_LIMITS)
        _if_any(book, "Compactness", outcome.compactness, columns.COMPACTNESS)
        _roles(book, outcome)
        _if_any(book, "Help", outcome.help_given, columns.HELP)
        _if_any(book, "Role goals", outcome.role_goals, columns.ROLE_GOALS)
        _if_any(book, "Role reasons", outcome.role_reasons, columns.ROLE_REASONS)
        _if_any(book, "Throughput", outcome.throughput, columns.THROUGHPUT)
        _if_any(book, "Working time", outcome.capacity, columns.CAPACITY)
        _sourcing(book, outcome.sourcing)
        book.table_sheet("Decisions", outcome.decisions, columns.DECISIONS)
        _if_any(book, "Levers", outcome.levers, columns.LEVERS)
        _if_any(book, "Agreement", outcome.agreement, columns.AGREEMENT)
        book.table_sheet("Targets", activity_targets(outcome), columns.TARGETS)
        book.table_sheet("Moves", _moved(outcome.territories), columns.MOVES)
        _coverage(book, outcome)
        book.table_sheet("Shortfalls", pd.DataFrame(list(outcome.shortfalls)), columns.SHORTFALLS)
        book.table_sheet("Set aside", outcome.set_aside, columns.SET_ASIDE)
        book.table_sheet("Findings", outcome.findings, columns.FINDINGS)
        _if_any(book, "Violations", outcome.violations, columns.VIOLATIONS)
        _if_any(book, "Changes", outcome.changes, columns.CHANGES)
        book.table_sheet("Assumptions", outcome.assumptions, columns.ASSUMPTIONS)
    return path


def _if_any(book: Book, title: str, frame: pd.DataFrame, names: list[str]) -> None:
    if len(frame):
        book.table_sheet(title, frame, names)


def _named(book: Book, measures: pd.DataFrame) -> pd.DataFrame:
    """Return the measures under their headings; a table without any stays as it is."""
    if not len(measures):
        return measures
    return measures.assign(measure=[book.title_of(name) for name in measures["measure"]])


def _moved(territories: pd.DataFrame) -> pd.DataFrame:
    return territories[territories["moved"].astype(bool)]


def _summary(book: Book, outcome: Outcome) -> None:
    sheet = book.sheet("Summary")
    for column, width in enumerate((40, 18, 18, 18, 12, 14)):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, outcome.title or outcome.workspace, book.style(TITLE))
    facts = ("workspace", "scenario", "run_id", "state", "currency")
    for row, name in enumerate(facts, start=1):
        sheet.write_string(row, 0, book.title_of(name), book.style(LABEL))
        sheet.write_string(row, 1, str(getattr(outcome, name)), book.style(TEXT))
    row = _solves(book, sheet, outcome, len(facts) + 2)
    row = _terms(book, sheet, outcome, row + 1)
    _kpis(book, sheet, outcome, row + 1)


def _solves(book: Book, sheet: Worksheet, outcome: Outcome, top: int) -> int:
    rows = [(s.stage, s.status, s.objective, s.bound, s.gap, s.stopped_by) for s in outcome.solves]
    return book.table(sheet, pd.DataFrame(rows, columns=columns.SOLVES), columns.SOLVES, top)


def _terms(book: Book, sheet: Worksheet, outcome: Outcome, top: int) -> int:
    """Write the lines that add up to each objective."""
    rows = [(s.stage, term, amount) for s in outcome.solves for term, amount in s.terms.items()]
    return book.table(sheet, pd.DataFrame(rows, columns=columns.TERMS), columns.TERMS, top)


def _kpis(book: Book, sheet: Worksheet, outcome: Outcome, top: int) -> None:
    for column, name in enumerate(("indicator", "value", "unit")):
        sheet.write_string(top, column, book.title_of(name), book.style(HEADING))
    for row, (name, value) in enumerate(outcome.kpis.items(), start=top + 1):
        unit = unit_of(name, outcome.currency)
        sheet.write_string(row, 0, book.title_of(name), book.style(TEXT))
        book.cell(sheet, row, 1, value, name)
        sheet.write_string(row, 2, "%" if unit.is_ratio else unit.symbol, book.style(TEXT))


def _territories(book: Book, outcome: Outcome) -> None:
    frame = outcome.territories
    sheet = book.table_sheet("Territories", frame, columns.EDITABLE_TERRITORIES)
    last = len(frame)
    if not last:
        return
    column = columns.EDITABLE_TERRITORIES.index("rep_id")
    if len(outcome.reps):
        sheet.data_validation(1, column, last, column, _rep_list(len(outcome.reps), book.title_of))
    changed = f"=${_letter('rep_id')}2<>${_letter('previous_rep_id')}2"
    marked = {"type": "formula", "criteria": changed, "format": book.style("edit")}
    sheet.conditional_format(1, column, last, column, marked)


def _letter(name: str) -> str:
    return chr(ord("A") + columns.EDITABLE_TERRITORIES.index(name))


def _rep_list(count: int, title_of: Titles) -> dict[str, object]:
    """Return the list of reps as a range: ids with commas, and many of them, stay whole."""
    return {
        "validate": "list",
        "source": f"=Reps!$A$2:$A${count + 1}",
        "input_title": "rep_id",
        "input_message": title_of("choose_rep"),
        "error_title": "rep_id",
        "error_message": title_of("unknown_rep"),
    }


def _reps(book: Book, reps: pd.DataFrame) -> None:
    sheet = book.table_sheet("Reps", reps, columns.REPS)
    if not len(reps):
        return
    scale = {"type": "3_color_scale", "min_type": "num", "mid_type": "num", "max_type": "num"}
    scale |= {"min_color": LOW, "mid_color": MIDDLE, "max_color": HIGH}
    limits: dict[str, object] = {"min_value": -0.25, "mid_value": 0, "max_value": 0.25}
    for name in ("workload_deviation", "potential_deviation"):
        column = columns.REPS.index(name)
        sheet.conditional_format(1, column, len(reps), column, {**scale, **limits})
    for name in ("workload_hours_after", "potential_eur_after", "travel_hours_after"):
        column = columns.REPS.index(name)
        bar = {"type": "data_bar", "bar_color": "#a8c5da", "min_type": "num", "min_value": 0}
        sheet.conditional_format(1, column, len(reps), column, bar)


def role_grid(outcome: Outcome) -> tuple[pd.DataFrame, list[str]]:
    """Return persons by phases (hours held, columns `<phase>_hours`) and the columns in order.

    Phases stand in the order of the funnel; `new_phases` names what a person did not do before.
    """
    roles = outcome.roles
    phases = [p for p in dict.fromkeys([*outcome.funnel["phase"], *roles["phase"]]) if p]
    who = ["rep_id", "name", "pool", "kind"]
    rows = []
    for key, held in roles.groupby(who, sort=False):
        hours = dict(zip(held["phase"], held["hours"], strict=True))
        new = held.loc[~held["held_before"].astype(bool), "phase"]
        why = [f"{phase}: {reason}".removeprefix(": ") for phase, reason in _reasons(held)]
        spread = [hours.get(phase) for phase in phases]
        rows.append((*key, *spread, sum(hours.values()), ", ".join(new), "; ".join(why)))
    names = [*who, *(f"{phase}_hours" for phase in phases), "total_hours", "new_phases", "reason"]
    return pd.DataFrame(rows, columns=names), names


def _reasons(held: pd.DataFrame) -> zip[tuple[str, str]]:
    return zip(held["phase"], held["reason"], strict=True)


def _roles(book: Book, outcome: Outcome) -> None:
    book.table_sheet("Roles", *role_grid(outcome))


def sources_by(sourcing: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return hours and cost of each source by month or by phase, with their totals."""
    order = sourcing[by].drop_duplicates().reset_index(drop=True)
    parts: list[pd.DataFrame] = [order.to_frame()]
    for amount in ("hours", "cost_eur"):
        wide = sourcing.pivot_table(
            index=by, columns="source", values=amount, aggfunc="sum", sort=False
        ).reindex(index=order, columns=list(SOURCES))
        wide = wide.fillna(0.0).assign(total=lambda frame: frame.sum(axis=1))
        wide.columns = [f"{source}_{amount}" for source in wide.columns]
        parts.append(wide.reset_index(drop=True))
    return pd.concat(parts, axis=1)


def _sourcing(book: Book, sourcing: pd.DataFrame) -> None:
    sheet = book.sheet("Sourcing")
    sheet.set_column(0, 0, WIDE["source"])
    sheet.set_column(1, 10, 12)
    months = sources_by(sourcing, "month")
    below = book.table(sheet, months, list(months.columns))
    phases = sources_by(sourcing, "phase")
    below = book.table(sheet, phases, list(phases.columns), below + 2)
    if len(months):
        _chart(book, sheet, len(months), below + 2)


def _chart(book: Book, sheet: Worksheet, months: int, top: int) -> None:
    name = sheet.get_name()
    chart = book.file.add_chart({"type": "column", "subtype": "stacked"})
    for column, source in enumerate(SOURCES, start=1):
        chart.add_series(
            {
                "name": [name, 0, column],
                "categories": [name, 1, 0, months, 0],
                "values": [name, 1, column, months, column],
                "fill": {"color": SOURCE_COLOURS[source]},
                "gap": 60,
            }
        )
    chart.set_title({"name": book.title_of("sourcing_chart"), "name_font": {"size": 12}})
    chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 900, "height": 340})
    sheet.insert_chart(top, 0, chart)


def _coverage(book: Book, outcome: Outcome) -> None:
    book.table_sheet("Coverage", outcome.coverage, columns.COVERAGE)
    book.table_sheet("SLA", outcome.sla, columns.SLA)
    book.table_sheet("Too late", outcome.too_late, columns.TOO_LATE)
    _if_any(book, "Sensitivity", outcome.sensitivity, columns.SENSITIVITY)
    _if_any(book, "Replay", outcome.replay, columns.REPLAY)
