"""Measure sourcing on made firms, with general solvers on the same model beside it.

`python -m benchmarks.sourcing_bench --case small --peer` prints a table.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from benchmarks.measure import Attempt, Row, attempt, gap_between, lp_bound, proven_gap
from benchmarks.runs import SOLVER
from benchmarks.sourcing_instances import FULL, SMALL, SourcingSize, sourcing_instance
from benchmarks.table import Columns, head, line
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_peers import SOURCING_PEERS, solve_sourcing_by_peer
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.verify_sourcing import violations_sourcing

CASES = {"small": SMALL, "full": FULL}
SECONDS = {"small": 20.0, "full": 300.0}
GAP = 0.01
SOURCING: Columns = (
    ("instance", "instance", "<12"),
    ("seed", "seed", ">4"),
    ("solver", "solver", "<10"),
    ("status", "status", "<9"),
    ("value_eur", "value", ">15"),
    ("lp_eur", "LP bound", ">15"),
    ("bound_eur", "bound", ">15"),
    ("gap", "gap", ">8"),
    ("gap_to_lp", "to LP", ">8"),
    ("violations", "wrong", ">6"),
    ("seconds", "seconds", ">8"),
    ("cpu_seconds", "CPU s", ">8"),
    ("peak_mb", "MB", ">6"),
)


def measure_sourcing(
    size: SourcingSize, seeds: Sequence[int], options: Options, peers: Sequence[str] = ()
) -> Iterator[Row]:
    """Yield a row for each instance and solver."""
    for seed in seeds:
        problem = sourcing_instance(size, seed)
        place = {"instance": size.name, "seed": seed}
        relaxed: float | None = None
        for solver, solve in _solvers(problem, options, peers):
            row = _row(solver, problem, attempt(solve), relaxed)
            relaxed = row.get("lp_eur")
            yield place | row


def _solvers(
    problem: SourcingProblem, options: Options, peers: Sequence[str]
) -> Iterator[tuple[str, Callable[[], Solution[SourcingPlan]]]]:
    yield SOLVER, partial(solve_sourcing, problem, options)
    for peer in peers:
        yield peer, partial(solve_sourcing_by_peer, problem, peer, options)


def _row(solver: str, problem: SourcingProblem, done: Attempt, relaxed: float | None) -> Row:
    """Return a row; peers are held against the relaxation that the first solver proved."""
    solution = done.solution
    row: Row = {"solver": solver, "status": "UNKNOWN", "violations": 0, "lp_eur": relaxed}
    if solution is None:
        return row | done.used.columns() | {"notes": (f"the solver broke off ({done.fault})",)}
    relaxed = lp_bound(solution) if relaxed is None else relaxed
    found = (
        ()
        if solution.plan is None
        else violations_sourcing(problem, solution.plan, solution.objective)
    )
    return row | {
        "status": str(solution.status),
        "value_eur": solution.objective,
        "lp_eur": relaxed,
        "bound_eur": solution.bound,
        "gap": proven_gap(solution.objective, solution.bound),
        "gap_to_lp": gap_between(relaxed, solution.objective),
        "violations": len(found),
        "stopped_by": solution.stopped_by,
        **done.used.columns(),
        "notes": [f"{each.rule}: {each.message}" for each in found[:3]],
    }


def described(size: SourcingSize, seed: int) -> str:
    """Return the size of an instance in words."""
    model = build_sourcing_model(sourcing_instance(size, seed)).model
    return (
        f"{size.name}, seed {seed}: {size.months} months x {size.phases} phases x "
        f"{size.segments} segments x {size.providers} providers x {size.scenarios} scenarios: "
        f"{model.gain.size:,} columns ({int(model.integer.sum()):,} whole), "
        f"{model.row_lower.size:,} rows"
    )


def main() -> None:
    """Measure from the command line of Python."""
    args = _arguments().parse_args()
    rows = []
    if not args.json:
        print(head(SOURCING))
    for name in args.case or ["small"]:
        size = replace(CASES[name], quarterly=args.quarterly, stops=args.stops)
        seconds = SECONDS[name] if args.seconds is None else args.seconds
        options = Options(seconds=seconds, gap=args.gap, effort=args.effort, workers=args.workers)
        for row in measure_sourcing(size, args.seed or [1], options, args.peer or ()):
            rows.append(row)
            if not args.json:
                print(line(row, SOURCING), flush=True)
        if not args.json:
            print(f"    {described(size, (args.seed or [1])[0])}")
    if args.json:
        print(json.dumps(rows, indent=1))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--case", choices=sorted(CASES), action="append")
    parser.add_argument("--seed", type=int, action="append", help="of the instance, repeatable")
    parser.add_argument("--seconds", type=float, default=None, help="20 small, 300 full")
    parser.add_argument("--gap", type=float, default=GAP, help="proved gap at which to stop")
    parser.add_argument("--effort", type=int, default=None, help="limit that does not use a clock")
    parser.add_argument("--workers", type=int, default=2, help="threads; the plan is the same")
    parser.add_argument("--quarterly", action="store_true", help="decide staff every third month")
    parser.add_argument("--stops", action="store_true", help="stop once the demand is known")
    parser.add_argument("--peer", choices=list(SOURCING_PEERS), action="append")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    main()
