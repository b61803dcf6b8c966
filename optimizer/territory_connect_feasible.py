"""Find any connected design within its windows, or prove that there is none.

CP-SAT places items; a placement that falls apart teaches it separators, by rounds. Where all
sites are alike, a district is named by its heaviest item, so that each design has one name.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

from optimizer.result import SOLVER_THREAD
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_program import HessProgram
from optimizer.territory_connect_reach import reachable
from optimizer.territory_problem import Ints

WHOLE = 10**9
"""Whole numbers to one mean window; limits are widened by what rounding can add."""
POLL_SECONDS = 0.05


@dataclass(frozen=True, kw_only=True)
class Feasibility:
    """Hold a connected design `district` (G,), or whether it is proved that there is none.

    `district` numbers are columns of the ground; where sites are alike they only tell districts
    apart.
    """

    district: Ints | None = None
    infeasible: bool = False


def any_design(
    ground: Ground,
    *,
    seconds_left: Callable[[], float],
    stop: Callable[[], bool],
    seed: int,
) -> Feasibility:
    """Return a connected design that keeps the windows, or the proof that none exists."""
    named, allowed = _named(ground)
    program = HessProgram(named, allowed)
    program.add_rims()
    model, columns = _model(program)
    told = 0
    while not stop() and seconds_left() > 0:
        for column, item, crossing in program.cuts[told:]:
            clause = [columns[x] for x in program.number[list(crossing), column].tolist() if x >= 0]
            model.add_bool_or([*clause, ~columns[program.number[item, column]]])
        told = len(program.cuts)
        status, values = _run(model, columns, seconds_left(), stop, seed)
        if status == cp_model.INFEASIBLE:
            return Feasibility(infeasible=True)
        if values is None:
            break
        district = np.full(named.items, -1, dtype=np.int64)
        district[program.item[values]] = program.column[values]
        cuts = program.missing(district)
        if not cuts:
            return Feasibility(district=district)
        program.cuts += cuts
    return Feasibility()


def _named(ground: Ground) -> tuple[Ground, NDArray[np.bool_]]:
    """Return the ground and the pairs a design may use; of equal designs one name is left."""
    allowed = ground.allowed
    if not _alike(ground):
        return ground, reachable(ground, allowed)
    first = np.full(ground.items, -1, dtype=np.int64)
    columns = np.arange(len(ground.home))[::-1]
    first[ground.home[columns]] = columns
    weight = ground.size[:, -1].sum(axis=1)
    rank = np.empty(ground.items, dtype=np.int64)
    rank[np.lexsort((np.arange(ground.items), -weight))] = np.arange(ground.items)
    lighter = rank[:, None] >= rank[ground.home][None]
    allowed = lighter & (first[ground.home] == np.arange(len(ground.home)))[None]
    return ground, _filled(ground, allowed)


def _alike(ground: Ground) -> bool:
    """Return whether every item is a home, and all sites have the same windows and rights."""
    if ground.seats or (ground.home < 0).any() or len(np.unique(ground.home)) < ground.items:
        return False
    same = np.ptp(ground.lower, axis=0).max(initial=0) + np.ptp(ground.upper, axis=0).max(initial=0)
    return bool(same == 0 and ground.allowed.all())


def _filled(ground: Ground, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the pairs of columns that can reach enough to fill their windows."""
    size, before = ground.size[:, -1], -1
    while allowed.sum() != before:
        before = int(allowed.sum())
        allowed = reachable(ground, allowed)
        full = np.einsum("gc,gk->ck", allowed, size) >= ground.lower - 1e-9
        allowed = allowed & full.all(axis=1)[None]
    return allowed


def _model(program: HessProgram) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """State: one column an item, windows of open columns, how many open."""
    model, ground = cp_model.CpModel(), program.ground
    columns = [model.new_bool_var("") for _ in program.item]
    for item in range(ground.items):
        numbers = program.number[item]
        model.add_exactly_one([columns[x] for x in numbers[numbers >= 0].tolist()])
    opened = [model.new_bool_var("") for _ in ground.home]
    for column in range(len(ground.home)):
        _add_column(model, program, columns, opened[column], column)
    sites = opened[ground.seats :]
    model.add_linear_constraint(sum(sites), ground.least, ground.most)
    return model, columns


def _add_column(
    model: cp_model.CpModel,
    program: HessProgram,
    columns: list[cp_model.IntVar],
    opened: cp_model.IntVar,
    column: int,
) -> None:
    ground, numbers = program.ground, program.number[:, column]
    members, home = np.flatnonzero(numbers >= 0), int(ground.home[column])
    for item in members.tolist():
        model.add_implication(columns[numbers[item]], opened)
    if column < ground.seats:
        model.add(opened == 1)
    elif home >= 0:
        model.add(opened == (columns[numbers[home]] if numbers[home] >= 0 else 0))
    size = np.rint(ground.size_at(column)[members] * WHOLE).astype(np.int64)
    chosen, rounding = [columns[x] for x in numbers[members].tolist()], len(members) // 2 + 1
    for row in range(size.shape[1]):
        load = cp_model.LinearExpr.weighted_sum(chosen, size[:, row].tolist())
        low, high = ground.lower[column, row], ground.upper[column, row]
        if np.isfinite(low):
            model.add(load >= (int(np.floor(low * WHOLE)) - rounding) * opened)
        if np.isfinite(high):
            model.add(load <= (int(np.ceil(high * WHOLE)) + rounding) * opened)


def _run(
    model: cp_model.CpModel,
    columns: list[cp_model.IntVar],
    seconds: float,
    stop: Callable[[], bool],
    seed: int,
) -> tuple[cp_model.CpSolverStatus, NDArray[np.bool_] | None]:
    """Solve in a thread that a wish to stop ends at once."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.catch_sigint_signal = False
    done, status = threading.Event(), [cp_model.UNKNOWN]

    def run() -> None:
        try:
            status[0] = solver.solve(model)
        finally:
            done.set()

    threading.Thread(target=run, name=SOLVER_THREAD, daemon=True).start()
    while not done.wait(POLL_SECONDS):
        if stop():
            solver.stop_search()
    if status[0] not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return status[0], None
    return status[0], np.array([solver.boolean_value(x) for x in columns], dtype=bool)
