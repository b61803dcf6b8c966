"""Solve, check and read small problems: what the tests of single rules share."""

from __future__ import annotations

from staffing_builders import make_demand, make_problem

from optimizer.result import Options
from optimizer.staffing import solve_staffing
from optimizer.staffing_problem import SHARED, StaffingPlan, StaffingProblem
from optimizer.verify_staffing import violations_staffing

EXACT = Options(gap=0.0)


def planned(problem: StaffingProblem) -> StaffingPlan:
    """Solve, check independently, return the plan."""
    plan = solve_staffing(problem, EXACT).plan
    assert violations_staffing(problem, plan) == ()
    return plan


def served(problem: StaffingProblem) -> float:
    return float(planned(problem).served_units.sum())


def work(month: int, hours: float, value: float = 1e4, phase: int = 0, pool: int = SHARED):
    """One unit a hour, worth `value` each, due in the month."""
    return (hours, value, [(pool, phase, month, 1.0)])


def lever_problem(cells, months: int = 6, phases: int = 1, **changes) -> StaffingProblem:
    """A problem whose only person can do nothing, so that levers must do the work."""
    changes = {"can_do": [[0.0] * phases], "hours": 0.0, "months": months} | changes
    return make_problem(make_demand(cells), **changes)
