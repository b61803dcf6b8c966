"""Decide what to do with own staff and what to buy outside (docs/model-sourcing.md).

`solve_sourcing` is the only way in; `evaluate_sourcing` prices decisions typed in.
"""

from __future__ import annotations

import math
from time import perf_counter

from optimizer.result import Cancelled, OnProgress, Options, Progress, Solution, Status
from optimizer.sourcing_best import PROVED, Found, Report
from optimizer.sourcing_conflicts import conditions_in_conflict
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_plan import read_plan
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_search import Search
from optimizer.sourcing_shortfalls import explain_uncovered

ARITHMETIC_EUR = 0.05
"""Bound and objective are sums of tens of thousands of products: so much may lie between them."""


def solve_sourcing(
    problem: SourcingProblem,
    options: Options,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[SourcingPlan]:
    """Return the plan of highest risk-weighted profit found, with a proven bound.

    The terms are EUR over the horizon, discounted and weighed by probability; they add up to the
    objective. INFEASIBLE: no plan keeps the rules (a cap on what may be uncovered, a stock or a
    backlog asked for at the end, a decision already taken); the shortfalls name it. UNKNOWN: the
    time limit fell before the first plan. A cancelled run hands back the best plan so far.

    Raises
    ------
    SolverError
        When the profit has no limit, or figures of absurd size break the solver.
    """
    started = perf_counter()
    stated = build_sourcing_model(problem)
    found = Search(stated, options, _reporter(on_progress), cancelled).run()
    if found.values is None:
        return _without_plan(problem, found, perf_counter() - started)
    plan = read_plan(stated, found.values)
    prices = price_sourcing(problem, plan)
    objective = math.fsum(prices.terms.values())
    return Solution(
        status=Status.OPTIMAL if found.stopped_by == "proof" else Status.FEASIBLE,
        sense="max",
        plan=plan,
        objective=objective,
        bound=above(objective, found.bound_eur),
        relaxed_bound=found.relaxed_eur,
        terms=prices.terms,
        shortfalls=explain_uncovered(problem, plan),
        stopped_by=found.stopped_by,
        seconds=perf_counter() - started,
    )


def _without_plan(problem: SourcingProblem, found: Found, seconds: float) -> Solution[SourcingPlan]:
    return Solution(
        status=Status.INFEASIBLE if found.infeasible else Status.UNKNOWN,
        sense="max",
        bound=found.bound_eur if math.isfinite(found.bound_eur) else None,
        shortfalls=conditions_in_conflict(problem) if found.infeasible else (),
        stopped_by=found.stopped_by,
        seconds=seconds,
    )


def above(objective_eur: float, bound_eur: float) -> float:
    """Return the bound, lifted to the objective where only arithmetic puts it below."""
    arithmetic = max(ARITHMETIC_EUR, PROVED * abs(objective_eur))
    return max(bound_eur, objective_eur) if objective_eur - bound_eur <= arithmetic else bound_eur


def _reporter(on_progress: OnProgress | None) -> Report:
    def report(message: str, objective_eur: float | None, bound_eur: float) -> None:
        if on_progress is not None:
            on_progress(
                Progress(
                    stage="sourcing", message=message, objective=objective_eur, bound=bound_eur
                )
            )

    return report
