"""Measure roles on made sizes, with general solvers on the same model beside them.

`python -m benchmarks.staffing --case roles --load 0.95 --peer` prints a table. Shortage is in
hours and as a share of the work: a gap relative to a shortage of 0 would mean nothing.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from benchmarks.measure import Attempt, Row, attempt
from benchmarks.runs import SOLVER, Watched
from benchmarks.staffing_instances import RoleSize, role_instance
from benchmarks.table import Columns, head, line
from optimizer.result import Options
from optimizer.roles import least_shortage, solve_roles
from optimizer.roles_peers import ROLE_PEERS, solve_roles_by_peer
from optimizer.roles_problem import RoleProblem
from optimizer.verify_roles import violations_roles

LOADS = (0.95, 1.05, 1.10, 1.25)
GAP = 1e-3
"""Share of the work at which a shortage is good enough."""
ROLES: Columns = (
    ("instance", "instance", "<24"),
    ("seed", "seed", ">4"),
    ("solver", "solver", "<15"),
    ("status", "status", "<9"),
    ("short_hours", "short h", ">9"),
    ("short_share", "of work", ">8"),
    ("lp_bound_hours", "LP h", ">8"),
    ("bound_hours", "bound h", ">8"),
    ("above_lp", "above LP", ">9"),
    ("above_bound", "above b.", ">9"),
    ("violations", "wrong", ">6"),
    ("seconds", "seconds", ">8"),
    ("cpu_seconds", "CPU s", ">7"),
    ("peak_mb", "MB", ">6"),
)
ALL_GOALS = f"{SOLVER}, goals"


def measure_roles(
    sizes: Sequence[RoleSize],
    seeds: Sequence[int],
    options: Options,
    watched: Watched,
    *,
    goals: bool = False,
    peers: bool = False,
) -> Iterator[Row]:
    """Yield a row for each instance and solver; `goals` adds a run through all goals."""
    for size in sizes:
        for seed in seeds:
            problem = role_instance(size, seed)
            place = {"instance": size.name, "seed": seed}
            for solver, solve in _solvers(problem, options, watched, goals, peers):
                yield place | _row(solver, problem, attempt(solve))


def _solvers(
    problem: RoleProblem, options: Options, watched: Watched, goals: bool, peers: bool
) -> Iterator[tuple[str, Callable]]:
    yield SOLVER, lambda: least_shortage(problem, options, cancelled=watched.cancelled)
    if goals:
        yield ALL_GOALS, lambda: solve_roles(problem, options, None, watched.on_progress)
    for peer in ROLE_PEERS if peers else ():
        yield peer, lambda peer=peer: solve_roles_by_peer(problem, peer, options)


def _row(solver: str, problem: RoleProblem, done: Attempt) -> Row:
    solution, work = done.solution, float(problem.need_hours.sum())
    if solution is None or solution.plan is None:
        notes = (f"the solver broke off ({done.fault})",) if done.fault else ("no plan in time",)
        row = {"solver": solver, "status": "UNKNOWN", "violations": 0}
        return row | done.used.columns() | {"notes": notes}
    found = violations_roles(problem, solution.plan)
    first, relaxed = solution.plan.goals[0], solution.relaxed_bound
    return {
        "solver": solver,
        "status": str(solution.status),
        "short_hours": first.value,
        "short_share": f"{first.value / work:.3%}",
        "lp_bound_hours": relaxed,
        "bound_hours": first.bound,
        "above_lp": None if relaxed is None else f"{(first.value - relaxed) / work:.3%}",
        "above_bound": f"{first.distance / work:.3%}",
        "work_hours": work,
        "goals": {goal.name: [goal.value, goal.bound] for goal in solution.plan.goals},
        "violations": len(found),
        "stopped_by": solution.stopped_by,
        **done.used.columns(),
        "notes": [f"{each.rule}: {each.message}" for each in found[:3]],
    }


def roles_case(args: argparse.Namespace) -> Iterator[Row]:
    """Yield the rows of the roles case."""
    plain = RoleSize(persons=args.persons, phases=args.phases, pools=args.pools)
    sizes = [replace(plain, load=load) for load in args.load or LOADS]
    options = Options(seconds=args.seconds, gap=args.gap, seed=1, workers=args.workers)
    yield from measure_roles(
        sizes, args.seed or [1], options, Watched(), goals=args.goals, peers=args.peer
    )


CASES: dict[str, tuple[Callable[[argparse.Namespace], Iterator[Row]], Columns]] = {
    "roles": (roles_case, ROLES),
}
"""What can be measured, and the columns of its table."""


def main() -> None:
    """Measure from the command line of Python."""
    args = _arguments().parse_args()
    measure, columns = CASES[args.case]
    rows = []
    if not args.json:
        print(head(columns))
    for row in measure(args):
        rows.append(row)
        if not args.json:
            print(line(row, columns), flush=True)
    if args.json:
        print(json.dumps(rows, indent=1))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--case", choices=sorted(CASES), default="roles")
    parser.add_argument("--load", type=float, action="append", help="work over hours, repeatable")
    parser.add_argument("--seed", type=int, action="append", help="of the instance, repeatable")
    parser.add_argument("--persons", type=int, default=200)
    parser.add_argument("--phases", type=int, default=6)
    parser.add_argument("--pools", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--gap", type=float, default=GAP, help="share of the work")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--goals", action="store_true", help="also go through all goals")
    parser.add_argument("--peer", action="store_true", help="also solve by HiGHS, CP-SAT and SCIP")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    main()
