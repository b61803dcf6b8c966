"""Solve the same territory problem by general solvers: HiGHS, CP-SAT and SCIP through MathOpt.

One direct program each (`peer_model`), no hints, the solver's own defaults and threads. The
plan is checked like any other.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from benchmarks.peer_model import PeerModel, peer_model
from optimizer.quiet_stdout import quiet_stdout
from optimizer.result import (
    SOLVER_THREAD,
    Cancelled,
    Options,
    Solution,
    SolverError,
    Status,
    relative_gap,
)
from optimizer.territory_problem import Floats, TerritoryPlan, TerritoryProblem

PEERS = {
    "highs": mathopt.SolverType.HIGHS,
    "cp-sat": mathopt.SolverType.CP_SAT,
    "scip": mathopt.SolverType.GSCIP,
}
POLL_SECONDS = 0.1
PROVED = 1e-6
"""Relative gap below which a plan counts as optimal."""
STATUS = {
    mathopt.TerminationReason.OPTIMAL: Status.OPTIMAL,
    mathopt.TerminationReason.FEASIBLE: Status.FEASIBLE,
    mathopt.TerminationReason.INFEASIBLE: Status.INFEASIBLE,
}


@dataclass(frozen=True, kw_only=True)
class PeerLimits:
    """Hold what ends a peer's solve, and how many of the cheapest pairs of a unit it gets."""

    seconds: float
    seed: int = 1
    gap: float = 0.0
    nearest: int | None = None


def peer_limits(
    problem: TerritoryProblem, options: Options, most_pairs: int, cheapest: int
) -> PeerLimits:
    """Return the limits of a run: all pairs up to `most_pairs`, else the cheapest of each unit."""
    sites = len(problem.vacant.site_ids) if problem.vacant else 0
    pairs = len(problem.unit_ids) * (len(problem.seat_ids) + sites)
    return PeerLimits(
        seconds=options.seconds,
        seed=options.seed,
        gap=options.gap,
        nearest=None if pairs <= most_pairs else cheapest,
    )


def solve_by_peer(
    problem: TerritoryProblem,
    peer: str,
    limits: PeerLimits,
    cancelled: Cancelled | None = None,
) -> Solution[TerritoryPlan]:
    """Return the peer's plan, EUR a year, and its bound where that holds for the problem.

    Raises
    ------
    SolverError
        When the solver refuses the model or breaks off.
    """
    model = peer_model(problem, limits.nearest)
    notes = tuple(f"{name} left out" for name in model.left_out)
    notes += tuple(f"keeps {name}: no bound" for name in model.stricter)
    if not model.complete:
        notes += (f"the {limits.nearest} cheapest pairs of a unit only: no bound",)
    result = _run(lambda: _solve(model, peer, limits), cancelled)
    if result is None:
        return Solution(status=Status.UNKNOWN, sense="min", stopped_by="cancel", notes=notes)
    return _solution(model, result, notes)


def _run(
    solve: Callable[[], mathopt.SolveResult], cancelled: Cancelled | None
) -> mathopt.SolveResult | None:
    """Run in a thread that may be left behind: not every solver can be interrupted."""
    done = threading.Event()
    found: list[mathopt.SolveResult] = []
    faults: list[Exception] = []

    def work() -> None:
        try:
            found.append(solve())
        except Exception as error:  # raised again by the waiting thread
            faults.append(error)
        finally:
            done.set()

    with quiet_stdout():
        threading.Thread(target=work, name=SOLVER_THREAD, daemon=True).start()
        while not done.wait(POLL_SECONDS):
            if cancelled is not None and cancelled():
                return None
    if faults:
        # MathOpt's own error type breaks while it is raised; its cause holds the words.
        raise SolverError(str(faults[0].__context__ or faults[0])) from faults[0]
    return found[0]


def _solve(model: PeerModel, peer: str, limits: PeerLimits) -> mathopt.SolveResult:
    return mathopt.solve(
        mathopt.Model.from_model_proto(_proto(model)),
        PEERS[peer],
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=limits.seconds),
            random_seed=limits.seed,
            relative_gap_tolerance=limits.gap,
        ),
    )


def _proto(model: PeerModel) -> model_pb2.ModelProto:
    proto = model_pb2.ModelProto()
    columns = len(model.cost)
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend([0.0] * columns)
    proto.variables.upper_bounds.extend([1.0] * columns)
    proto.variables.integers.extend([True] * columns)
    priced = np.flatnonzero(model.cost)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(model.cost[priced].tolist())
    proto.linear_constraints.ids.extend(range(len(model.lower)))
    proto.linear_constraints.lower_bounds.extend(model.lower.tolist())
    proto.linear_constraints.upper_bounds.extend(model.upper.tolist())
    proto.linear_constraint_matrix.row_ids.extend(model.row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(model.column.tolist())
    proto.linear_constraint_matrix.coefficients.extend(model.coefficient.tolist())
    return proto


def _solution(
    model: PeerModel, result: mathopt.SolveResult, notes: tuple[str, ...]
) -> Solution[TerritoryPlan]:
    ended = result.termination
    status = STATUS.get(ended.reason, Status.UNKNOWN)
    bound = ended.objective_bounds.dual_bound if model.proves else None
    bound = bound if bound is not None and np.isfinite(bound) else None
    if status is Status.INFEASIBLE and not model.proves:
        status = Status.UNKNOWN
    if status not in {Status.OPTIMAL, Status.FEASIBLE}:
        return Solution(status=status, sense="min", bound=bound, notes=notes, stopped_by="time")
    plan = model.plan(_values(result, len(model.cost)))
    objective = float(ended.objective_bounds.primal_bound)
    ended_itself = status is Status.OPTIMAL
    if bound is None or model.left_out or relative_gap(objective, bound) > PROVED:
        status = Status.FEASIBLE
    if bound is not None:
        bound = min(bound, objective)
    return Solution(
        status=status,
        sense="min",
        plan=plan,
        objective=objective,
        bound=bound,
        notes=notes,
        stopped_by="gap" if ended_itself else "time",
    )


def _values(result: mathopt.SolveResult, columns: int) -> Floats:
    values = np.zeros(columns)
    for variable, value in result.variable_values().items():
        values[variable.id] = value
    return values
