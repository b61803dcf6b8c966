"""Solve a linear model with HiGHS through MathOpt, and nothing of MathOpt's surprises.

The build of OR-Tools this project pins has four habits that callers must not meet: every error
arrives as an `AttributeError` that hides the message; `threads` is refused; HiGHS prints on the
process's standard output unasked; a running HiGHS cannot be interrupted.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2

from optimizer.linear_model import LinearModel
from optimizer.quiet_stdout import quiet_stdout
from optimizer.result import SOLVER_THREAD, SolverError

Floats = NDArray[np.float64]

POLL_SECONDS = 0.05


class Outcome(StrEnum):
    """Say how the solver ended, in the words the callers need."""

    SOLVED = "solved"
    """The gap asked for is proved (or, for an LP, the optimum)."""
    TARGET = "target"
    EFFORT = "effort"
    TIME = "time"
    CANCEL = "cancel"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Hold what ends a solve.

    Wall-clock seconds, nodes, relative gap, an objective that is good enough (integer models
    only), and a wish to stop. `by_dual_simplex`: solve a linear program by GLOP, which is much
    faster than HiGHS on many short columns (docs/model-territories.md, T19). `by_barrier`: solve
    a large linear program by interior points and a crossover (docs/model-sourcing.md, F21).
    `proving`: spend the effort of branch and bound on the bound, none on finding solutions.
    """

    seconds: float
    target: float | None = None
    nodes: int | None = None
    gap: float = 0.0
    seed: int = 1
    cancelled: Callable[[], bool] | None = None
    by_dual_simplex: bool = False
    by_barrier: bool = False
    proving: bool = False


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Hold what came back.

    Attributes
    ----------
    values
        (C,) best solution found, None without one.
    objective
        Of `values`; None without one.
    bound
        No solution is better (maximising); +inf when nothing was proved.
    row_prices
        (R,) gain per unit of right-hand side, linear programs only.
    """

    outcome: Outcome
    values: Floats | None = None
    objective: float | None = None
    bound: float = np.inf
    row_prices: Floats | None = None


def solve(model: LinearModel, limits: Limits, hint: Floats | None = None) -> Answer:
    """Maximise; return within `POLL_SECONDS` of a cancellation.

    HiGHS cannot be interrupted, so it runs in a daemon thread. After a cancellation that thread
    is left behind and ends by its own time limit.

    Raises
    ------
    SolverError
        When MathOpt refuses the model or its parameters.
    """
    if limits.seconds <= 0:
        return Answer(outcome=Outcome.TIME)
    job = _Job(model, limits, hint)
    with quiet_stdout():
        threading.Thread(target=job.run, name=SOLVER_THREAD, daemon=True).start()
        while not job.done.wait(POLL_SECONDS):
            if limits.cancelled is not None and limits.cancelled():
                return Answer(outcome=Outcome.CANCEL)
    return job.answer()


class _Job:
    """Run one solve in a thread and keep its answer or its error."""

    def __init__(self, model: LinearModel, limits: Limits, hint: Floats | None) -> None:
        self.done = threading.Event()
        self._model, self._limits, self._hint = model, limits, hint
        self._answer: Answer | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        """Solve; whatever happens, say that it is over."""
        try:
            self._answer = _solve_here(self._model, self._limits, self._hint)
        except Exception as error:  # handed to the waiting thread, which raises it
            self._error = error
        finally:
            self.done.set()

    def answer(self) -> Answer:
        if self._error is not None:
            raise self._error
        assert self._answer is not None
        return self._answer


def _solve_here(model: LinearModel, limits: Limits, hint: Floats | None) -> Answer:
    solver = mathopt.SolverType.GLOP if limits.by_dual_simplex else mathopt.SolverType.HIGHS
    parameters = _glop(limits) if limits.by_dual_simplex else _parameters(limits)
    result, stated = run_solver(model, solver, parameters, hint)
    return _answer(result, stated, list(stated.variables()))


def run_solver(
    model: LinearModel,
    solver: mathopt.SolverType,
    parameters: mathopt.SolveParameters,
    hint: Floats | None = None,
) -> tuple[mathopt.SolveResult, mathopt.Model]:
    """Run one solver on the model as it is; the id of a variable is the number of its column.

    Raises
    ------
    SolverError
        With the solver's own words when it refuses the model or breaks off.
    """
    stated = mathopt.Model.from_model_proto(as_message(model))
    settings = mathopt.ModelSolveParameters()
    if hint is not None:
        settings.solution_hints = [_hint(list(stated.variables()), hint)]
    try:
        return mathopt.solve(stated, solver, params=parameters, model_params=settings), stated
    except AttributeError as error:
        # MathOpt's own error type breaks while it is raised; its cause holds the words.
        raise SolverError(str(error.__context__ or error)) from error


def _hint(columns: list[mathopt.Variable], values: Floats) -> mathopt.SolutionHint:
    return mathopt.SolutionHint(variable_values=dict(zip(columns, values.tolist(), strict=True)))


def _parameters(limits: Limits) -> mathopt.SolveParameters:
    own = highs_pb2.HighsOptionsProto()
    if limits.target is not None:
        # MathOpt's own `objective_limit` is refused for integer models.
        own.double_options["objective_target"] = limits.target
    if limits.proving:
        own.double_options["mip_heuristic_effort"] = 0.0
    return mathopt.SolveParameters(
        highs=own,
        lp_algorithm=mathopt.LPAlgorithm.BARRIER if limits.by_barrier else None,
        time_limit=timedelta(seconds=limits.seconds),
        node_limit=limits.nodes,
        relative_gap_tolerance=limits.gap,
        absolute_gap_tolerance=1e-7,
        random_seed=limits.seed,
    )


def _glop(limits: Limits) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(
        time_limit=timedelta(seconds=limits.seconds),
        lp_algorithm=mathopt.LPAlgorithm.DUAL_SIMPLEX,
        random_seed=limits.seed,
    )


def as_message(model: LinearModel) -> model_pb2.ModelProto:
    """Write the arrays straight into MathOpt's message: a hundred times faster than operators."""
    proto = model_pb2.ModelProto()
    proto.variables.ids.extend(range(model.gain.size))
    proto.variables.lower_bounds.extend(model.lower.tolist())
    proto.variables.upper_bounds.extend(model.upper.tolist())
    proto.variables.integers.extend(model.integer.tolist())
    proto.objective.maximize = True
    priced = np.flatnonzero(model.gain)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(model.gain[priced].tolist())
    proto.linear_constraints.ids.extend(range(model.row_lower.size))
    proto.linear_constraints.lower_bounds.extend(model.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(model.row_upper.tolist())
    proto.linear_constraint_matrix.row_ids.extend(model.row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(model.column.tolist())
    proto.linear_constraint_matrix.coefficients.extend(model.coefficient.tolist())
    return proto


def _answer(
    result: mathopt.SolveResult, stated: mathopt.Model, columns: list[mathopt.Variable]
) -> Answer:
    outcome = _outcome(result.termination)
    bound = result.termination.objective_bounds.dual_bound
    best = _feasible_solution(result)
    if best is None:
        return Answer(outcome=outcome, bound=bound)
    return Answer(
        outcome=outcome,
        values=np.array([best.primal_solution.variable_values[column] for column in columns]),
        objective=best.primal_solution.objective_value,
        bound=bound,
        row_prices=_row_prices(best, stated),
    )


_LIMITS = {mathopt.Limit.TIME: Outcome.TIME, mathopt.Limit.OBJECTIVE: Outcome.TARGET}


def _outcome(termination: mathopt.Termination) -> Outcome:
    reason = termination.reason
    if reason is mathopt.TerminationReason.OPTIMAL:
        return Outcome.SOLVED
    if reason in (
        mathopt.TerminationReason.INFEASIBLE,
        mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED,
    ):
        return Outcome.INFEASIBLE
    if reason in (
        mathopt.TerminationReason.FEASIBLE,
        mathopt.TerminationReason.NO_SOLUTION_FOUND,
    ):
        return _LIMITS.get(termination.limit, Outcome.EFFORT)
    raise SolverError(f"The solver ended with {reason.name}: {termination.detail}")


def _feasible_solution(result: mathopt.SolveResult) -> mathopt.Solution | None:
    for solution in result.solutions:
        primal = solution.primal_solution
        if primal and primal.feasibility_status is mathopt.SolutionStatus.FEASIBLE:
            return solution
    return None


def _row_prices(solution: mathopt.Solution, stated: mathopt.Model) -> Floats | None:
    dual = solution.dual_solution
    if dual is None or not dual.dual_values:
        return None
    return np.array([dual.dual_values[row] for row in stated.linear_constraints()])
