"""The measures of a sourcing plan, one row each (docs/model-leadership.md, L1 to L11)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from optimizer.leadership import AgainstBaseline, LeadershipMeasures
from optimizer.leadership_information import Interval
from optimizer.result import Solution, Status
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from scenarios.sourcing_analysis import Analysis

Row = tuple[Any, ...]
"""Measure, value, low, high (where it is an interval), words."""


def measure_rows(problem: SourcingProblem, analysis: Analysis) -> Iterator[Row]:
    """Yield the measures in the order in which they are read; what there is none of is left out."""
    found, solved = analysis.measures, analysis.solved
    yield _row("objective_eur", solved.objective)
    yield _row("baseline_eur", analysis.baseline.objective, analysis.baseline.status.value)
    yield from _extra_worth(solved, analysis.baseline)
    yield from _against(problem, found.against_baseline, analysis.baseline.status)
    yield _row("margin_eur", found.margin.undiscounted_eur)
    yield _row("cost_eur", found.cost_undiscounted_eur)
    if found.margin.terminal_undiscounted_eur:
        yield _row("terminal_eur", found.margin.terminal_undiscounted_eur)
    outstanding = float(found.cash.outstanding_eur @ problem.probability)
    if outstanding:
        yield _row("outstanding_eur", outstanding)
    yield from _customers(found)
    yield from _coverage(found)
    yield from _risk(problem, found)
    if analysis.information is not None:
        yield _interval("evpi_eur", analysis.information.evpi)
        yield _interval("vss_eur", analysis.information.vss)


def _extra_worth(solved: Solution[SourcingPlan], baseline: Solution[SourcingPlan]) -> Iterator[Row]:
    """Yield what the plan is worth more, terminal value and risk included, and what is proved."""
    if solved.objective is None or baseline.objective is None:
        return
    low = None if baseline.bound is None else solved.objective - baseline.bound
    high = None if solved.bound is None else solved.bound - baseline.objective
    yield "extra_worth_eur", solved.objective - baseline.objective, low, high, ""


def _row(measure: str, value: float | None, words: str = "") -> Row:
    return measure, value, None, None, words


def _interval(measure: str, found: Interval) -> Row:
    value = found.low if found.proved else None
    words = "proved" if found.proved else "between, as proved"
    return measure, value, found.low, found.high, words


def _against(
    problem: SourcingProblem, found: AgainstBaseline | None, status: Status
) -> Iterator[Row]:
    if found is None:
        forbidden = "no plan keeps the rules without a decision"
        stopped = "not compared: the run was stopped, or its limit fell, before"
        yield _row("extra_profit_eur", None, forbidden if status is Status.INFEASIBLE else stopped)
        return
    money = found.undiscounted
    yield _row("extra_cost_eur", money.extra_cost_eur)
    yield _row("extra_margin_eur", money.extra_margin_eur)
    yield _row("extra_profit_eur", money.extra_profit_eur)
    if money.ratio is None:
        yield _row("saves_eur", money.saves_eur)
    else:
        yield _row("roi", money.ratio)
    back = found.curve.payback
    month = "" if back.month is None else f" ({problem.months[back.month - 1]})"
    yield _row("payback_month", _number(back.month), back.in_words() + month)
    low = "" if back.low_month is None else problem.months[back.low_month - 1]
    yield _row("cash_low_eur", back.low_eur, low)


def _number(value: int | None) -> float | None:
    return None if value is None else float(value)


def _customers(found: LeadershipMeasures) -> Iterator[Row]:
    bought = found.acquisition
    yield _row("customers", bought.customers)
    yield _row("cac_eur", bought.cac_eur)
    if bought.marginal_cac_eur is not None:
        yield _row("marginal_cac_eur", bought.marginal_cac_eur)


def _coverage(found: LeadershipMeasures) -> Iterator[Row]:
    covered = found.coverage
    yield _row("coverage", covered.share)
    if covered.worst_month is not None:
        yield _row("worst_month_coverage", covered.worst_month.share, covered.worst_month.month)
    if covered.worst_phase is not None:
        worst = covered.worst_phase
        yield _row("worst_phase_coverage", worst.share, f"{worst.phase}, {worst.month}")


def _risk(problem: SourcingProblem, found: LeadershipMeasures) -> Iterator[Row]:
    risk = found.risk
    if len(problem.scenarios) > 1:
        yield _row("cvar_eur", risk.cvar_eur, f"mean of the worst {1 - risk.risk_level:.0%}")
        yield _row("target_missed_probability", risk.target_missed)
    words = risk.lowest_cash_month
    if len(problem.scenarios) > 1:
        words += f", {risk.lowest_cash_scenario}"
    yield _row("lowest_month_cash_eur", risk.lowest_cash_eur, words)
    if risk.largest_provider is not None:
        largest = risk.largest_provider
        yield _row("largest_provider_share", largest.share_of_work, largest.provider)
        yield _row("longest_commitment_months", float(largest.longest_months), largest.provider)
