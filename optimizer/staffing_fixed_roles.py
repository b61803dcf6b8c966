"""Work out the hours of a staffing plan again with other roles (docs/model-staffing.md, S14)."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.explain_staffing import explain_shortfalls
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Solution, Status
from optimizer.staffing_decisions import decisions_of
from optimizer.staffing_model import build_staffing_model
from optimizer.staffing_plan import hour_values_eur, price_plan, read_plan
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.staffing_search import PROVED, bound_above

SECONDS = 60.0


def with_roles(
    problem: StaffingProblem, solution: Solution[StaffingPlan], roles: NDArray[np.bool_]
) -> Solution[StaffingPlan] | None:
    """Return the best plan with these roles (N, P) and the hires and providers of the solution.

    A linear program over the hours alone. The bound stays: it is over all plans. None when the
    roles do not fit the problem, or hours cannot be found with them.
    """
    if solution.plan is None or not _fit(problem, roles):
        return None
    # Nobody able in anything else, and every phase pinned: one pattern a person is left.
    only = replace(
        problem, productivity=np.where(roles, problem.productivity, 0.0), must_hold=roles
    )
    stated = build_staffing_model(only)
    decisions = decisions_of(stated, replace(solution.plan, roles=roles))
    if decisions is None:
        return None
    whole = np.flatnonzero(stated.model.integer)
    model = stated.model.fixed(whole, np.rint(decisions[whole])).relaxed()
    answer = solve(model, Limits(seconds=SECONDS))
    if answer.outcome is not Outcome.SOLVED or answer.values is None:
        return None
    plan = read_plan(stated, answer.values)
    values = None if answer.row_prices is None else hour_values_eur(stated, answer.row_prices)
    terms = price_plan(problem, plan)
    objective = math.fsum(terms.values())
    bound = None if solution.bound is None else bound_above(objective, solution.bound)
    proved = bound is not None and bound - objective <= PROVED * max(1.0, abs(objective))
    return replace(
        solution,
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        plan=plan,
        objective=objective,
        bound=bound,
        terms=terms,
        shortfalls=explain_shortfalls(problem, plan, values),
        stopped_by="proof" if proved else "gap",
    )


def _fit(problem: StaffingProblem, roles: NDArray[np.bool_]) -> bool:
    able = not (roles & (problem.productivity <= 0)).any()
    return able and int(roles.sum(axis=1).max(initial=0)) <= problem.most_phases
