"""The tables of a sourcing plan: what is decided, what it costs, what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from optimizer.leadership_cost import hours_by_source
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from scenarios.build_sourcing import SourcingCase
from scenarios.sourcing_against import against_rows, coverage_rows
from scenarios.sourcing_analysis import Analysis
from scenarios.sourcing_decisions import decision_rows
from scenarios.sourcing_measures import measure_rows
from scenarios.sourcing_regret_rows import comparison_rows
from scenarios.sourcing_stops import stop_rows

Row = tuple[Any, ...]

COLUMNS: dict[str, tuple[str, ...]] = {
    "decisions": ("month", "kind", "name", "amount", "unit", "until"),
    "people": ("month", "state", "expected_fte", "overtime_hours"),
    "work": ("month", "source", "phase", "standard_hours"),
    "costs": ("source", "cost_eur", "discounted_eur"),
    "terms": ("term", "discounted_eur"),
    "measures": ("measure", "value", "low", "high", "words"),
    "against_nothing": ("measure", "nothing", "plan", "difference"),
    "coverage": ("month", "deals_wanted", "deals_won"),
    "cash": ("month", "extra_cash_eur", "cumulated_eur"),
    "profit_curve": ("offer", "hires", "rule", "status", "profit_eur", "bound_eur"),
    "break_even": (
        "lever", "unit", "today", "kind", "pays_below", "pays_not_above", "pays_today",
    ),
    "ladder": ("without", "status", "profit_eur", "bound_eur", "costs_eur"),
    "risk": ("demand", "probability", "profit_eur", "deals_wanted", "deals_won"),
    "stops": ("demand", "decide_by", "kind", "name", "amount", "unit", "from_month"),
    "candidates": (
        "made_for", "demand", "chosen", "worth_eur", "expected_eur", "cvar_eur",
        "expected_regret_eur", "worst_regret_eur", "worst_regret_low_eur", "worst_demand",
    ),
    "regret": (
        "made_for", "demand", "if_demand", "status", "profit_eur", "regret_eur", "regret_low_eur",
    ),
    "out_of_sample": (
        "made_for", "demand", "drawn", "broken", "mean_eur", "mean_error_eur", "cvar_eur",
        "lowest_eur", "less_than_plan_eur", "less_error_eur",
    ),
    "hour_values": ("month", "phase", "one_more_hour_eur"),
    "one_more": ("kind", "name", "gain_eur", "gain_high_eur"),
}  # fmt: skip
"""Columns of every table, in the order in which they are read."""
FIGURES = frozenset(
    {
        "value", "low", "high", "today", "pays_below", "pays_not_above", "profit_eur", "bound_eur",
        "worth_eur", "expected_eur", "cvar_eur", "expected_regret_eur", "worst_regret_eur",
        "regret_eur", "worst_regret_low_eur", "regret_low_eur", "mean_eur", "mean_error_eur",
        "lowest_eur", "nothing", "plan", "difference", "less_than_plan_eur", "less_error_eur",
        "gain_eur", "gain_high_eur",
    }
)  # fmt: skip
CENTS, HOURS, RATIO = 2, 3, 6
LEAST = 1e-6


def sourcing_tables(case: SourcingCase, analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return every table of `COLUMNS`; figures rounded once, here."""
    problem, solved = case.problem, analysis.solved
    plan = solved.plan
    assert plan is not None
    rows: dict[str, Iterator[Row]] = {
        "decisions": decision_rows(case, plan),
        "people": _people(problem, plan),
        "work": _work(problem, plan),
        "costs": _costs(analysis),
        "terms": ((name, eur) for name, eur in solved.terms.items() if eur),
        "measures": measure_rows(problem, analysis),
        "against_nothing": against_rows(case, analysis),
        "coverage": coverage_rows(case, analysis),
        "cash": _cash(problem, analysis),
        "profit_curve": _curve(analysis),
        "break_even": _break_even(analysis),
        "ladder": _ladder(analysis),
        "risk": _risk(problem, plan, analysis),
        "stops": stop_rows(problem, plan),
        **comparison_rows(analysis.comparison),
        "hour_values": _hour_values(problem, analysis),
        "one_more": _one_more(analysis),
    }
    return {name: _frame(list(rows[name]), columns) for name, columns in COLUMNS.items()}


def _frame(rows: Sequence[Row], columns: Sequence[str]) -> pd.DataFrame:
    cells = [
        tuple(rounded(value, column) for value, column in zip(row, columns, strict=True))
        for row in rows
    ]
    frame = pd.DataFrame(cells, columns=list(columns))
    # A column of figures that are all missing is one of figures still.
    return frame.astype({name: float for name in columns if name in FIGURES})


def rounded(value: Any, column: str) -> Any:
    """Return a figure with the digits its column is read with; never a negative zero."""
    if not isinstance(value, float | np.floating):
        return value
    digits = RATIO
    if column.endswith("_eur") or column == "value":
        digits = CENTS if column != "value" else RATIO
    elif column.endswith("_hours"):
        digits = HOURS
    return round(float(value), digits) + 0.0


def _people(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    overtime = plan.overtime_hours @ problem.probability
    for t, month in enumerate(problem.months):
        for k, state in enumerate(problem.states):
            heads = float(plan.headcount[k, t])
            if heads > LEAST and state.speed.any() and state.hours_per_head.any():
                yield month, state.state_id, heads, float(overtime[k, t])


def _work(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Row]:
    hours = hours_by_source(problem, plan).sum(axis=2) @ problem.probability
    for t, month in enumerate(problem.months):
        for s, source in enumerate(problem.source_ids):
            for p, phase in enumerate(problem.phases):
                if hours[s, p, t] > LEAST:
                    yield month, source, phase, float(hours[s, p, t])


def _costs(analysis: Analysis) -> Iterator[Row]:
    """Yield the cost of each source, and their sum; what costs nothing adds nothing."""
    found = analysis.measures
    for cost in found.costs:
        if abs(cost.undiscounted_eur) > LEAST:
            yield cost.source, cost.undiscounted_eur, cost.discounted_eur
    yield "total", found.cost_undiscounted_eur, found.cost_discounted_eur


def _cash(problem: SourcingProblem, analysis: Analysis) -> Iterator[Row]:
    against = analysis.measures.against_baseline
    if against is not None:
        extra, total = against.curve.extra_eur.tolist(), against.curve.cumulated_eur.tolist()
        yield from zip(problem.months, extra, total, strict=True)


def _curve(analysis: Analysis) -> Iterator[Row]:
    for each in analysis.curve:
        point = each.point
        status, profit, bound = point.status.value, point.profit_eur, point.bound_eur
        yield each.offer, point.count, each.rule, status, profit, bound


def _break_even(analysis: Analysis) -> Iterator[Row]:
    for each in analysis.break_even:
        pays = {None: "not decided", True: "yes", False: "no"}[each.pays_today]
        yield each.lever, each.unit, each.today, each.kind.value, each.low, each.high, pays


def _ladder(analysis: Analysis) -> Iterator[Row]:
    for rung in analysis.ladder:
        off = " + ".join(lever.value for lever in rung.off)
        yield off, rung.status.value, rung.profit_eur, rung.bound_eur, rung.costs_eur


def _risk(problem: SourcingProblem, plan: SourcingPlan, analysis: Analysis) -> Iterator[Row]:
    capped = problem.capped
    wanted = problem.flow.target[capped].sum(axis=(0, 1))
    won = plan.sold[capped].sum(axis=(0, 1))
    risk = analysis.measures.risk
    yield from zip(
        problem.scenarios,
        _floats(risk.probability),
        _floats(risk.profit_eur),
        _floats(wanted),
        _floats(won),
        strict=True,
    )


def _hour_values(problem: SourcingProblem, analysis: Analysis) -> Iterator[Row]:
    if analysis.hours_eur is None:
        return
    for t, month in enumerate(problem.months):
        for p, phase in enumerate(problem.phases):
            yield month, phase, float(analysis.hours_eur[p, t])


def _one_more(analysis: Analysis) -> Iterator[Row]:
    for kind, found in (("person", analysis.people), ("training", analysis.trained)):
        for each in found:
            yield kind, each.name, each.gain_eur, each.gain_high_eur


def _floats(values: Sequence[float] | np.ndarray) -> list[float]:
    return [float(value) for value in values]
