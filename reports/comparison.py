"""Put outcomes side by side: one page, one CSV, one text table; the first is the baseline."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from reports.html import render_comparison
from reports.units import quantity
from scenarios.outcome import INTERRUPTED, PLANNED, Outcome

STAGES = ("staffing", "territories")
RANKED = {PLANNED, INTERRUPTED}
FIGURES = (
    ("profit", "profit", "{:,.0f}"),
    ("margin_eur", "margin", "{:,.0f}"),
    ("added_cost_eur", "added cost", "{:,.0f}"),
    ("coverage", "coverage", "{:.1%}"),
    ("planned_deals", "deals planned", "{:,.1f}"),
    ("hires", "hires", "{:,.0f}"),
    ("provider_hours", "provider hours", "{:,.0f}"),
    ("uncovered_hours", "uncovered hours", "{:,.0f}"),
    ("accounts_moved", "accounts moved", "{:,.0f}"),
    ("worst_workload_deviation_after", "worst workload deviation", "{:.1%}"),
    ("worst_potential_deviation_after", "worst potential deviation", "{:.1%}"),
    ("travel_hours_after", "travel hours a year", "{:,.0f}"),
    ("travel_moves_eur", "travel and moves a year", "{:,.0f}"),
    ("stray_share_after", "accounts cut off", "{:.1%}"),
    ("contiguous_share_after", "territories in one piece", "{:.1%}"),
)


def comparison_rows(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
    """Return one row of plain values per scenario; `ranked` is False for a plan not to trust."""
    return [
        {
            "scenario": outcome.scenario,
            "title": outcome.title,
            "run_id": outcome.run_id,
            "state": outcome.state,
            "ranked": outcome.state in RANKED,
            **{f"{solve.stage}_status": solve.status for solve in outcome.solves},
            **{f"{solve.stage}_gap": solve.gap for solve in outcome.solves},
            "kpis": dict(outcome.kpis),
        }
        for outcome in outcomes
    ]


def comparison_text(outcomes: Sequence[Outcome]) -> str:
    """Return a text table: figures down, scenarios across."""
    names = [outcome.scenario for outcome in outcomes]
    shown = [f for f in FIGURES if any(f[0] in outcome.kpis for outcome in outcomes)]
    rows = [
        ["", *names],
        ["state", *(outcome.state for outcome in outcomes)],
        *([f"{s} gap", *(_gap(outcome, s) for outcome in outcomes)] for s in STAGES),
        *([label, *(_figure(o, key, form) for o in outcomes)] for key, label, form in shown),
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_line(row, widths) for row in rows)


def _gap(outcome: Outcome, stage: str) -> str:
    for solve in outcome.solves:
        if solve.stage == stage and solve.gap is not None:
            return quantity(solve.gap, "gap")
    return "-"


def _figure(outcome: Outcome, key: str, form: str) -> str:
    value = outcome.kpis.get(key)
    return "-" if value is None else form.format(value)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    first = row[0].ljust(widths[0])
    return "  ".join([first, *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))])


def write_comparison(outcomes: Sequence[Outcome], folder: Path) -> None:
    """Write comparison.html and comparison.csv (one row per figure) to `folder`."""
    (folder / "comparison.html").write_text(render_comparison(outcomes), encoding="utf-8")
    keys = list(dict.fromkeys(key for outcome in outcomes for key in outcome.kpis))
    with (folder / "comparison.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["kpi", *(outcome.scenario for outcome in outcomes)])
        writer.writerow(["state", *(outcome.state for outcome in outcomes)])
        for key in keys:
            writer.writerow([key, *(outcome.kpis.get(key, "") for outcome in outcomes)])
