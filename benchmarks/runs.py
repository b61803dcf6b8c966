"""Solve published instances by the territory solver and by peers on the same problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Row, attempt
from benchmarks.peers import PEERS, peer_limits, solve_by_peer
from benchmarks.published import Case
from benchmarks.rows import row_of, solution_files
from optimizer.result import Cancelled, OnProgress, Options, Solution
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryPlan

SOLVER = "quartier"
PAIRS_FOR_PEERS, PEER_PAIRS = 500_000, 40
"""Up to so many pairs peers get all of them, beyond it the cheapest of each unit."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """Hold who listens to a solve and who may stop it."""

    on_progress: OnProgress | None = None
    cancelled: Cancelled | None = None


def run_case(case: Case, options: Options, watched: Watched, solution_file: Path | None) -> Row:
    """Solve one instance, evaluate the plan from the file's numbers, write it where asked."""
    done = attempt(
        lambda: solve_territories(
            case.problem(), options, on_progress=watched.on_progress, cancelled=watched.cancelled
        )
    )
    return row_of(case, SOLVER, done, solution_file)


def run_peer(case: Case, peer: str, options: Options, watched: Watched) -> Row:
    """Solve the same problem by a general solver."""

    def solve() -> Solution[TerritoryPlan]:
        problem = case.problem()
        limits = peer_limits(problem, options, PAIRS_FOR_PEERS, PEER_PAIRS)
        return solve_by_peer(problem, peer, limits, watched.cancelled)

    return row_of(case, peer, attempt(solve))


def run_all(
    cases: list[Case], options: Options, watched: Watched, folder: Path | None, peers: bool
) -> Iterator[Row]:
    """Yield a row for each instance and solver, one by one."""
    for case, solution_file in zip(cases, solution_files(cases, folder), strict=True):
        yield run_case(case, options, watched, solution_file)
        for peer in PEERS if peers else ():
            yield run_peer(case, peer, options, watched)
