"""Solve the whole role model by one general solver: what the search is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import numpy as np
from ortools.math_opt.python import mathopt

from optimizer.linear_model import LinearModel
from optimizer.mathopt import run_solver
from optimizer.quiet_stdout import quiet_stdout
from optimizer.result import Options, Solution, SolverError, Status
from optimizer.roles_model import RoleModel, build_shortage_model
from optimizer.roles_plan import read_roles
from optimizer.roles_problem import Floats, GoalResult, RolePlan, RoleProblem
from optimizer.roles_search import Budget, Search

ROLE_PEERS = {
    "highs": mathopt.SolverType.HIGHS,
    "cp-sat": mathopt.SolverType.CP_SAT,
    "scip": mathopt.SolverType.GSCIP,
}
INEXACT = {"cp-sat"}
"""Solvers that work in whole numbers and round hours: what they prove holds for that only."""
PROVED = 1e-6


def solve_roles_by_peer(problem: RoleProblem, peer: str, options: Options) -> Solution[RolePlan]:
    """Return the least shortage one solver finds on the one model, no hints, its own defaults.

    Raises
    ------
    SolverError
        When the solver refuses the model or breaks off.
    """
    started = perf_counter()
    stated = build_shortage_model(problem)
    goal = stated.goals[0]
    model = replace(_bounded(stated), gain=-goal.cost)
    result = _solve(model, peer, options)
    ended = result.termination
    bound = 0.0 if peer in INEXACT else max(0.0, goal.constant - ended.objective_bounds.dual_bound)
    if not result.has_primal_feasible_solution():
        seconds = perf_counter() - started
        return Solution(status=Status.UNKNOWN, sense="min", stopped_by="time", seconds=seconds)
    values = np.zeros(model.gain.size)
    for variable, value in result.variable_values().items():
        values[variable.id] = value
    x = _completed(stated, values, options)
    short = goal.value(x)
    bound = min(bound, short)
    goals = (GoalResult(name=goal.name, unit=goal.unit, value=short, bound=bound),)
    proved = short - bound <= PROVED * goal.scale
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        sense="min",
        plan=replace(read_roles(stated, x), goals=goals),
        objective=short,
        bound=bound,
        stopped_by="gap" if ended.reason is mathopt.TerminationReason.OPTIMAL else "time",
        seconds=perf_counter() - started,
        notes=("hours are rounded: no bound",) if peer in INEXACT else (),
    )


def _bounded(stated: RoleModel) -> LinearModel:
    """Return the model with finite bounds on hours: CP-SAT refuses any other."""
    model, hours = stated.model, stated.hours
    upper = model.upper.copy()
    team_hours = np.array([len(team.members) * team.hours for team in stated.teams])
    upper[hours.columns] = team_hours[stated.holders.team[hours.holder]]
    return replace(model, upper=upper)


def _completed(stated: RoleModel, values: Floats, options: Options) -> Floats:
    """Take the roles of the solver and place the hours exactly."""
    budget = Budget(options=options, cancelled=None, deadline=perf_counter())
    search = Search(stated, budget)
    search.aim(stated.goals[0])
    if not search.place(values):
        raise SolverError("the roles found by the solver do not fit the model")
    return search.x


def _solve(model: LinearModel, peer: str, options: Options) -> mathopt.SolveResult:
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=options.seconds),
        relative_gap_tolerance=0.0,
        random_seed=options.seed,
    )
    with quiet_stdout():
        return run_solver(model, ROLE_PEERS[peer], parameters)[0]
