"""The part of the page that lets a reader trace the plan: moves, findings, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome

MOVES_SHOWN = 30
SET_ASIDE_SHOWN = 40
CHANGES_SHOWN = 60
SEVERITIES = ("error", "quarantine", "repair", "warning")
DEFINITIONS = (
    "profit",
    "coverage",
    "deviation",
    "gap",
    "uncovered",
    "travel",
    "moved_share",
    "runner_up",
    "too_late",
)

ASSUMED = {
    "key": "text",
    "value": "sentence",
    "unit": "sentence",
    "grade": "text",
    "origin": "name:origin",
    "source": "sentence",
}
"""Columns of the table of assumptions, and how each is said."""


def moves_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return the accounts that change hands, the greatest potential first."""
    territories = outcome.territories
    moved = territories[territories["moved"].astype(bool)]
    if not len(moved):
        return None
    names = dict(zip(outcome.reps["rep_id"], outcome.reps["name"], strict=True))
    moved = moved.sort_values(["potential_eur", "account_id"], ascending=[False, True])
    # An owner who has left is no rep any more: the id is all that is known.
    moved = moved.assign(
        **{
            name: [names.get(rep, rep) for rep in moved[f"{name}_rep_id"]]
            for name in ("previous", "runner_up")
        }
    )
    columns = {
        "account_id": "text",
        "name": "text",
        "segment": "text",
        "previous": "text",
        "rep_name": "text",
        "potential_eur": "money",
        "workload_hours": "number",
        "move_cost_eur": "money",
        "reason": "sentence",
        "runner_up": "text",
        "runner_up_extra_eur": "money",
    }
    return writer.table(moved, columns, caption="moves.table", limit=MOVES_SHOWN)


def _rank(severity: Any) -> int:
    return SEVERITIES.index(str(severity)) if str(severity) in SEVERITIES else len(SEVERITIES)


def _example(row: Mapping[Any, Any], writer: Writer) -> str:
    place = str(row["file"]) if not row["row"] else f"{row['file']}:{row['row']}"
    value = writer.cell("text", row["value"])
    return f"{place} {row['column']}" + (f" = {value}" if value else "")


def findings_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return what was found in the input by code: how often, an example, what was done."""
    findings = outcome.findings
    if not len(findings):
        return None
    rows: list[dict[Any, Any]] = []
    for code, group in findings.groupby("code", sort=True):
        first = group.sort_values(["file", "row"], kind="stable").iloc[0].to_dict()
        summary = {"code": code, "count": len(group), "example": _example(first, writer)}
        rows.append({**first, **summary})
    rows.sort(key=lambda r: (_rank(r["severity"]), -r["count"], str(r["code"])))
    columns = {
        "severity": "name:severity",
        "code": "text",
        "count": "number",
        "message": "text",
        "example": "text",
        "action": "sentence",
        "remedy": "sentence",
    }
    return writer.table(pd.DataFrame(rows), columns, caption="findings.table")


def _plain(
    frame: pd.DataFrame, names: tuple[str, ...], caption: str, writer: Writer, limit: int
) -> Table | None:
    if not len(frame):
        return None
    return writer.table(frame, dict.fromkeys(names, "text"), caption=caption, limit=limit)


def set_aside_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return the accounts that were not planned, and why."""
    columns = ("account_id", "name", "code", "reason")
    return _plain(outcome.set_aside, columns, "set_aside.table", writer, SET_ASIDE_SHOWN)


def assumptions_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return every figure taken on trust with its grade, who set it, and its source."""
    if not len(outcome.assumptions):
        return None
    # A run kept by an earlier version knows no grades.
    known = {name: kind for name, kind in ASSUMED.items() if name in outcome.assumptions}
    return writer.table(outcome.assumptions, known, caption="assumptions.table")


def changes_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return what the scenario changed."""
    columns = ("table", "id", "column", "before", "after")
    return _plain(outcome.changes, columns, "changes.table", writer, CHANGES_SHOWN)


def violations_table(outcome: Outcome, writer: Writer) -> Table | None:
    """Return what the independent check says against the plan."""
    if not len(outcome.violations):
        return None
    columns = {
        "rule": "text",
        "subject": "text",
        "amount": "deals",
        "limit": "deals",
        "message": "broken_rule",
    }
    return writer.table(outcome.violations, columns, caption="violations.table", limit=40)


def definitions(writer: Writer) -> list[tuple[str, str]]:
    """Return how the figures are defined."""
    return [(writer.texts(f"def.{n}"), writer.texts(f"def.{n}.text")) for n in DEFINITIONS]


def provenance_rows(outcome: Outcome) -> list[tuple[str, str]]:
    """Return run, times, machine and versions as flat rows."""
    return [("run_id", outcome.run_id), *_flat(outcome.provenance)]


def _flat(mapping: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in mapping.items():
        if isinstance(value, Mapping):
            rows.extend(_flat(value, f"{prefix}{key} / "))
        else:
            items = value if isinstance(value, (list, tuple)) else [value]
            said = ("" if item is None else str(item) for item in items)
            rows.append((f"{prefix}{key}", ", ".join(said)))
    return rows
