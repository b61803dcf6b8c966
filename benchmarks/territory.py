"""Measure the territory solver on made sizes and real places, with peers on the same problem.

`quartier bench territory` is the command; `python -m benchmarks.territory` does the same.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy.spatial import Delaunay

from benchmarks import territory_instances
from benchmarks.bounds import Bounds
from benchmarks.measure import Attempt, Row, attempt, lp_bound, proven_gap
from benchmarks.peers import PEERS, peer_limits, solve_by_peer
from benchmarks.places import place_problem
from benchmarks.runs import SOLVER, Watched
from benchmarks.table import TERRITORY, head, line
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryProblem
from optimizer.verify_territories import verify_territories

DEFAULT_SIZES = ("200x10", "1000x20", "5400x42", "5000x100")
PEER_PAIRS = 8
"""Cheapest seats of a unit that peers get where not all pairs fit."""
PAIRS_FOR_PEERS = 50_000
"""Up to here peers get every pair, and their bound holds."""


class SizeError(ValueError):
    """Say that a size or a place is none."""


@dataclass(frozen=True, kw_only=True)
class Instance:
    """Name a problem and build it when it is its turn."""

    name: str
    problem: Callable[[], TerritoryProblem]


def sized(size: str, seed: int, communes: Path | None = None, contiguous: bool = False) -> Instance:
    """Return the made instance of a size like "1000x20" (units x seats).

    Raises
    ------
    SizeError
        When the size is not two positive integers with x between, or has too few units.
    """
    units, _, seats = size.partition("x")
    if not (units.isdecimal() and seats.isdecimal()):
        raise SizeError(f"size '{size}' is not UNITSxSEATS, such as 1000x20")
    if not 2 <= int(seats) <= int(units) or int(units) < 10:
        raise SizeError(f"size '{size}' needs 2 seats, 10 units and a unit for every seat")
    count = int(units)

    def build() -> TerritoryProblem:
        problem = territory_instances.make_instance(count, int(seats), seed, communes)
        return _connected(problem, count, seed, communes) if contiguous else problem

    return Instance(name=_name(size, seed, contiguous), problem=build)


def _name(what: str, seed: int, contiguous: bool) -> str:
    return f"{what} seed {seed}{' contiguous' if contiguous else ''}"


def _connected(
    problem: TerritoryProblem, units: int, seed: int, communes: Path | None
) -> TerritoryProblem:
    """Ask for connected territories; neighbours share an edge of the Delaunay triangulation.

    Every rep may serve every account, none is locked, no family is spread over the country: one
    account that only a distant rep may serve would make a connected territory impossible.
    """
    points = (
        territory_instances.commune_points(units, seed, communes)
        if communes
        else territory_instances.clustered_points(units, seed)
    )
    corners = Delaunay(points).simplices
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
    return replace(territory_instances.free_of_rules(problem), edges=edges, contiguity="required")


def placed(name: str, seed: int, file: Path | None = None) -> Instance:
    """Return the instance of real places with that name, such as us50.

    Raises
    ------
    PlacesError
        When there is no such set of places, or no table of places.
    """
    problem = place_problem(name, seed, file)
    return Instance(name=f"{name} seed {seed}", problem=lambda: problem)


def workload_only(instance: Instance) -> Instance:
    """Return the instance with potentials left unbalanced."""

    def build() -> TerritoryProblem:
        problem = instance.problem()
        return replace(problem, targets=problem.targets * [1.0, 0.0])

    return Instance(name=f"{instance.name} workload", problem=build)


def measure_all(
    instances: list[Instance], options: Options, peers: bool, watched: Watched
) -> Iterator[Row]:
    """Yield a row for each instance and solver, one by one."""
    for instance in instances:
        problem = instance.problem()
        yield measure(instance.name, problem, options, watched)
        for peer in PEERS if peers else ():
            yield measure_peer(instance.name, problem, peer, options, watched)


def measure(name: str, problem: TerritoryProblem, options: Options, watched: Watched) -> Row:
    """Solve by the library and check the plan independently."""
    bounds = Bounds(watched.on_progress)
    done = attempt(
        lambda: solve_territories(problem, options, on_progress=bounds, cancelled=watched.cancelled)
    )
    bound = done.solution.bound if done.solution else None
    row = _row(name, SOLVER, problem, done)
    return {**row, "bound_seconds": bounds.seconds_until(bound, done.used.seconds)}


def measure_peer(
    name: str, problem: TerritoryProblem, peer: str, options: Options, watched: Watched
) -> Row:
    """Solve by a general solver over all pairs, or the cheapest of each unit in large problems."""
    limits = peer_limits(problem, options, PAIRS_FOR_PEERS, PEER_PAIRS)
    done = attempt(lambda: solve_by_peer(problem, peer, limits, watched.cancelled))
    return _row(name, peer, problem, done)


def _row(name: str, solver: str, problem: TerritoryProblem, done: Attempt) -> Row:
    row: Row = {"instance": name, "solver": solver}
    solution = done.solution
    if solution is None:
        figures: Row = {"status": "UNKNOWN", "value_eur": None, "bound_eur": None, "gap": None}
        notes = (f"the solver broke off ({done.fault})",)
        return {**row, **figures, "violations": 0, **done.used.columns(), "notes": notes}
    missed = [s for s in solution.shortfalls if s.code.startswith("window_")]
    found = (
        verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
        if solution.plan is not None
        else ()
    )
    relaxed = lp_bound(solution)
    return {
        **row,
        "status": str(solution.status),
        "value_eur": solution.objective,
        "bound_eur": solution.bound,
        "gap": proven_gap(solution.objective, solution.bound),
        "lp_bound_eur": relaxed,
        "gap_to_lp": proven_gap(solution.objective, relaxed),
        "windows_missed": len(missed),
        "violations": len(found),
        "stopped_by": solution.stopped_by,
        **done.used.columns(),
        "notes": [*done.notes, *(f"{v.rule}: {v.subject}: {v.message}" for v in found[:3])],
    }


def main() -> None:
    """Measure from the command line of Python."""
    args = _arguments()
    instances = [sized(size, args.seed, args.communes) for size in args.size or DEFAULT_SIZES]
    options = Options(seconds=args.seconds, effort=args.effort, seed=args.seed)
    rows = []
    if not args.json:
        print(head(TERRITORY))
    for row in measure_all(instances, options, args.peer, Watched()):
        rows.append(row)
        if not args.json:
            print(line(row, TERRITORY), flush=True)
    if args.json:
        print(json.dumps(rows, indent=1))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", action="append", help="units x seats, may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--effort", type=int, default=None)
    parser.add_argument("--communes", type=Path, default=None)
    parser.add_argument("--peer", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
