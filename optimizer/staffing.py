"""Decide who holds which phases, whom to hire and what to buy (docs/model-staffing.md).

The value of the work served less what it costs is maximised; work not served is a result with
a reason, never an error.
"""

from __future__ import annotations

import math
from time import perf_counter

from optimizer.explain_staffing import explain_shortfalls
from optimizer.result import (
    Cancelled,
    OnProgress,
    Options,
    Progress,
    Solution,
    Status,
)
from optimizer.staffing_decisions import decisions_of
from optimizer.staffing_model import StaffingModel, build_staffing_model
from optimizer.staffing_plan import hour_values_eur, price_plan, read_plan
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.staffing_search import Found, Report, Search, bound_above

HINT_IGNORED = "the hint does not fit this problem and was ignored"


def solve_staffing(
    problem: StaffingProblem,
    options: Options,
    hint: StaffingPlan | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[StaffingPlan]:
    """Return the plan of highest profit found, with a proven bound.

    The terms are EUR over the horizon: margin_eur + hire_eur + provider_eur is the profit before
    the existing team; preference_eur and role_change_eur are prices of the planner's own.
    Existing staff is paid in every plan and so in none of the terms.

    A cancelled solve hands back the best plan so far, at least the rounded relaxation. UNKNOWN
    means that the time limit fell before the first plan.
    """
    started = perf_counter()
    stated = build_staffing_model(problem)
    hinted = None if hint is None else decisions_of(stated, hint)
    search = Search(stated, options, _reporter(on_progress), cancelled)
    found = search.run([] if hinted is None else [hinted])
    notes = () if hint is None or hinted is not None else (HINT_IGNORED,)
    return _solution(stated, found, notes, perf_counter() - started)


def _reporter(on_progress: OnProgress | None) -> Report:
    def report(message: str, objective_eur: float | None, bound_eur: float) -> None:
        if on_progress is not None:
            on_progress(
                Progress(
                    stage="staffing", message=message, objective=objective_eur, bound=bound_eur
                )
            )

    return report


def _solution(
    stated: StaffingModel, found: Found, notes: tuple[str, ...], seconds: float
) -> Solution[StaffingPlan]:
    if found.values is None:
        return Solution(
            status=Status.UNKNOWN,
            sense="max",
            bound=found.bound_eur if math.isfinite(found.bound_eur) else None,
            stopped_by=found.stopped_by,
            seconds=seconds,
            notes=notes,
        )
    problem = stated.problem
    plan = read_plan(stated, found.values)
    terms = price_plan(problem, plan)
    objective = math.fsum(terms.values())
    values = None if found.row_prices is None else hour_values_eur(stated, found.row_prices)
    return Solution(
        status=Status.OPTIMAL if found.stopped_by == "proof" else Status.FEASIBLE,
        sense="max",
        plan=plan,
        objective=objective,
        bound=bound_above(objective, found.bound_eur),
        terms=terms,
        shortfalls=explain_shortfalls(problem, plan, values),
        stopped_by=found.stopped_by,
        seconds=seconds,
        notes=notes,
    )
