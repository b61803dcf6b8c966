"""Put the plan beside doing nothing, and deals won beside those wanted (L1, L8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.leadership import LeadershipMeasures, measures
from scenarios.build_sourcing import SourcingCase
from scenarios.sourcing_analysis import Analysis

Row = tuple[Any, ...]
RISKS = ("cvar_eur", "target_missed_probability")
"""Measures that say nothing where there is one demand only."""


def against_rows(case: SourcingCase, analysis: Analysis) -> Iterator[Row]:
    """Yield measure, value of doing nothing, of the plan, and the difference; none without both."""
    baseline = analysis.baseline.plan
    if baseline is None:
        return
    nothing = _figures(measures(case.problem, baseline, None, case.dates))
    plan = _figures(analysis.measures)
    for name, value in plan.items():
        before = nothing[name]
        if name in RISKS and len(case.problem.scenarios) < 2:
            continue
        if not value and not before:
            continue
        missing = value is None or before is None
        yield name, before, value, None if missing else value - before  # type: ignore[operator]


def _figures(found: LeadershipMeasures) -> dict[str, float | None]:
    margin, risk = found.margin, found.risk
    worst = found.coverage.worst_month
    return {
        "margin_eur": margin.undiscounted_eur,
        "terminal_eur": margin.terminal_undiscounted_eur,
        "cost_eur": found.cost_undiscounted_eur,
        "profit_eur": float(risk.profit_eur @ risk.probability),
        "cvar_eur": risk.cvar_eur,
        "customers": found.acquisition.customers,
        "cac_eur": found.acquisition.cac_eur,
        "coverage": found.coverage.share,
        "worst_month_coverage": None if worst is None else worst.share,
        "target_missed_probability": risk.target_missed,
    }


def coverage_rows(case: SourcingCase, analysis: Analysis) -> Iterator[Row]:
    """Yield month, deals wanted and deals won, as expected."""
    covered = analysis.measures.coverage
    rows = zip(case.problem.months, covered.asked.tolist(), covered.won.tolist(), strict=True)
    yield from rows
