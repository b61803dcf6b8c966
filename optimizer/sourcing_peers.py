"""Solve the whole sourcing model by one general solver: what the search is compared with."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from time import perf_counter

import numpy as np
from ortools.math_opt.python import mathopt

from optimizer.linear_model import LinearModel
from optimizer.mathopt import run_solver
from optimizer.quiet_stdout import quiet_stdout
from optimizer.result import Options, Solution, Status, relative_gap
from optimizer.sourcing_builder import EUR
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_plan import read_plan
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

SOURCING_PEERS = {
    "highs": mathopt.SolverType.HIGHS,
    "scip": mathopt.SolverType.GSCIP,
    "cp-sat": mathopt.SolverType.CP_SAT,
}
PROVED = 1e-6
MOST_UNITS = 1e6
"""CP-SAT refuses columns without finite bounds: nothing of a firm is more than a million."""


def solve_sourcing_by_peer(
    problem: SourcingProblem, peer: str, options: Options
) -> Solution[SourcingPlan]:
    """Return the plan one solver finds on the one model, no hints, its own defaults.

    Raises
    ------
    SolverError
        When the solver refuses the model or breaks off.
    """
    started = perf_counter()
    stated = build_sourcing_model(problem)
    model = _bounded(stated.model) if peer == "cp-sat" else stated.model
    result = _solve(model, peer, options)
    ended, seconds = result.termination, perf_counter() - started
    bound = ended.objective_bounds.dual_bound / EUR
    stated_bound = bound if np.isfinite(bound) else None
    if not result.has_primal_feasible_solution():
        infeasible = ended.reason is mathopt.TerminationReason.INFEASIBLE
        return Solution(
            status=Status.INFEASIBLE if infeasible else Status.UNKNOWN,
            sense="max",
            bound=stated_bound,
            stopped_by="proof" if infeasible else "time",
            seconds=seconds,
        )
    values = np.zeros(model.gain.size)
    for variable, value in result.variable_values().items():
        values[variable.id] = value
    plan = read_plan(stated, values)
    objective = price_sourcing(problem, plan).objective_eur
    if stated_bound is not None:
        stated_bound = max(stated_bound, objective)
    proved = stated_bound is not None and relative_gap(objective, stated_bound) <= PROVED
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        sense="max",
        plan=plan,
        objective=objective,
        bound=stated_bound,
        stopped_by="gap" if ended.reason is mathopt.TerminationReason.OPTIMAL else "time",
        seconds=seconds,
    )


def _bounded(model: LinearModel) -> LinearModel:
    return replace(model, upper=np.minimum(model.upper, MOST_UNITS))


def _solve(model: LinearModel, peer: str, options: Options) -> mathopt.SolveResult:
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=options.seconds),
        relative_gap_tolerance=options.gap,
        random_seed=options.seed,
    )
    with quiet_stdout():
        return run_solver(model, SOURCING_PEERS[peer], parameters)[0]
