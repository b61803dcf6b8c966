"""Measure the territory solver: value, proven bound, gap, seconds and peak memory.

    python -m benchmarks.territory --size 5400x42 --seed 1 [--communes FILE] [--peer] [--json]

`--communes` takes a CSV with columns zone, lat, lon, population_2023; without it points are
drawn in synthetic cities. `--peer` also runs plain HiGHS on the nearest 8 seats of each unit.
Set OPENBLAS_NUM_THREADS=1 for steady times on few cores.
"""

from __future__ import annotations

import argparse
import json
import resource
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.territory_instances import make_instance
from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_groups import aggregate, staying_seat
from optimizer.territory_problem import TerritoryProblem
from optimizer.territory_program import Columns, solve_integer
from optimizer.verify_territories import verify_territories

DEFAULT_SIZES = ("200x10", "1000x20", "5400x42", "5000x100")
PEER_SEATS = 8


def main() -> None:
    args = _arguments()
    rows: list[dict[str, Any]] = []
    for size in args.size or DEFAULT_SIZES:
        units, seats = (int(part) for part in size.split("x"))
        problem = make_instance(units, seats, args.seed, args.communes)
        rows.append({"instance": f"{size} seed {args.seed}", **measure(problem, args)})
        if args.peer:
            rows.append({"instance": f"{size} seed {args.seed}", **measure_peer(problem, args)})
        if not args.json:
            print(_line(rows[-2]) if args.peer else "", end="")
            print(_line(rows[-1]), end="")
    if args.json:
        print(json.dumps(rows, indent=1))


def measure(problem: TerritoryProblem, args: argparse.Namespace) -> dict[str, Any]:
    """Solve by the library and check the plan independently."""
    begun = time.perf_counter()
    options = Options(seconds=args.seconds, effort=args.effort, seed=args.seed)
    solution = solve_territories(problem, options)
    assert solution.plan is not None
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    return _row(
        "quartier",
        solution.objective,
        solution.bound,
        time.perf_counter() - begun,
        missed=sum(s.code.startswith("window_") for s in solution.shortfalls),
        violations=len(found),
    )


def measure_peer(problem: TerritoryProblem, args: argparse.Namespace) -> dict[str, Any]:
    """Solve by HiGHS alone; its bound holds for the columns it was given only."""
    begun = time.perf_counter()
    items, _ = aggregate(problem)
    nearest = np.argsort(items.cost, axis=1, kind="stable")[:, :PEER_SEATS]
    marked = np.zeros(items.cost.shape, dtype=bool)
    np.put_along_axis(marked, nearest, True, axis=1)
    marked[np.arange(len(marked)), staying_seat(items)] = True
    marked &= np.isfinite(items.cost)
    chosen = solve_integer(
        items,
        Columns.where(marked),
        staying_seat(items),
        None,
        Limits(seconds=args.seconds, gap=1e-3, seed=args.seed),
    )
    value = None if chosen.seat is None else items.value(chosen.seat)
    missed = 0 if chosen.seat is None else int(items.excess(chosen.seat) > 0)
    return _row(
        "highs", value, chosen.bound, time.perf_counter() - begun, missed=missed, violations=0
    )


def _row(
    solver: str,
    value: float | None,
    bound: float | None,
    seconds: float,
    *,
    missed: int,
    violations: int,
) -> dict[str, Any]:
    gap = None if value is None or bound is None else 1 - bound / value
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "solver": solver,
        "value_eur": value,
        "bound_eur": bound,
        "gap": gap,
        "windows_missed": missed,
        "violations": violations,
        "seconds": round(seconds, 2),
        "peak_mb": round(peak_mb),
    }


def _line(row: dict[str, Any]) -> str:
    value = "-" if row["value_eur"] is None else f"{row['value_eur']:,.0f}"
    bound = "-" if row["bound_eur"] is None else f"{row['bound_eur']:,.0f}"
    gap = "-" if row["gap"] is None else f"{row['gap']:.3%}"
    return (
        f"{row['instance']:<20}{row['solver']:<10}{value:>14}{bound:>14}{gap:>9}"
        f"{row['windows_missed']:>4} missed{row['violations']:>4} wrong"
        f"{row['seconds']:>8.1f} s{row['peak_mb']:>6} MB\n"
    )


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
