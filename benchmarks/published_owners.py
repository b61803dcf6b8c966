"""Reproduce published assignment answers in which a task has one owner (docs/model-roles.md, R23).

A task is a phase, a worker a person, the size of a task the hours it takes; a cost is spread over
those hours as distaste, so that the second goal, unwanted hours, is the cost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from benchmarks.published_gap import read_gap
from optimizer.result import Options
from optimizer.roles_owners import solve_owners
from optimizer.roles_owners_problem import CrewLimit, OwnerRules
from optimizer.roles_problem import Floats, RoleProblem, plain_roles
from optimizer.verify_role_owners import violations_owners

GUIDES = "OR-Tools guides"
PLAIN = (
    (90, 80, 75, 70),
    (35, 85, 55, 65),
    (125, 95, 90, 95),
    (45, 110, 95, 115),
    (50, 100, 90, 100),
)
TEAMS = (
    (90, 76, 75, 70),
    (35, 85, 55, 65),
    (125, 95, 90, 105),
    (45, 110, 95, 115),
    (60, 105, 80, 75),
    (45, 65, 110, 95),
)
SIZES = (10, 7, 3, 12, 15, 4, 11, 5)
SIZED = (
    (90, 76, 75, 70, 50, 74, 12, 68),
    (35, 85, 55, 65, 48, 101, 70, 83),
    (125, 95, 90, 105, 59, 120, 36, 73),
    (45, 110, 95, 115, 104, 83, 37, 71),
    (60, 105, 80, 75, 59, 62, 93, 88),
    (45, 65, 110, 95, 47, 31, 81, 34),
    (38, 51, 107, 41, 69, 99, 115, 48),
    (47, 85, 57, 71, 92, 77, 109, 36),
    (39, 63, 97, 49, 118, 56, 92, 61),
    (47, 101, 71, 60, 88, 109, 52, 90),
)
GROUPED = (*(row[:6] for row in SIZED), (17, 39, 103, 64, 61, 92), (101, 45, 83, 59, 92, 27))
SHIFTS = (
    ((2, 3), (1, 3), (1, 2), (0, 1), (0, 2)),
    ((6, 7), (5, 7), (5, 6), (4, 5), (4, 7)),
    ((10, 11), (9, 11), (9, 10), (8, 10), (8, 11)),
)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Hold costs (workers, tasks), hours each task takes a worker, and what limits workers.

    `turned`: costs were taken from the greatest; the answer is this less the least cost.
    """

    name: str
    source: str
    cost: Floats
    hours: Floats
    capacity: Floats
    published: float
    most_tasks: int
    rules: OwnerRules = field(default_factory=OwnerRules)
    turned: float | None = None


def guide_cases() -> Iterator[Assignment]:
    """Yield the four guides: plain, two teams, sizes of tasks, allowed pairs of workers."""
    yield _unit("assignment 5x4", PLAIN, 265.0)
    teams = tuple(CrewLimit(persons=team, most_blocks=2) for team in ((0, 2, 4), (1, 3, 5)))
    yield _unit("assignment 6x4, two teams", TEAMS, 250.0, OwnerRules(limits=teams))
    sized = np.array(SIZED, dtype=np.float64)
    yield Assignment(
        name="assignment 10x8, sizes, 15 a worker",
        source=GUIDES,
        cost=sized,
        hours=np.broadcast_to(np.array(SIZES, dtype=np.float64), sized.shape),
        capacity=np.full(len(sized), 15.0),
        published=326.0,
        most_tasks=len(SIZES),
    )
    yield _unit("assignment 12x6, allowed pairs", GROUPED, 239.0, OwnerRules(shifts=SHIFTS))


def gap_file(path: Path, published: float, sense: str = "min") -> Assignment:
    """Read a generalised assignment instance; "max" turns the costs around."""
    gap = read_gap(path)
    top = float(gap.cost.max())
    cost = gap.cost if sense == "min" else top - gap.cost
    jobs = gap.cost.shape[1]
    return Assignment(
        name=f"{path.name}, {sense}",
        source="OR-Library",
        cost=cost,
        hours=gap.weight,
        capacity=gap.capacity,
        published=published,
        turned=None if sense == "min" else top * jobs,
        most_tasks=jobs,
    )


def best_cost(case: Assignment, seconds: float = 30.0) -> float:
    """Return the least cost, or the greatest where costs were turned; infinite without a plan."""
    scale = float((case.cost / case.hours).max())
    problem = _problem(case, scale)
    solution = solve_owners(problem, Options(seconds=seconds, gap=0.0), case.rules)
    if solution.plan is None or violations_owners(problem, solution.plan, case.rules):
        return float("inf")
    short, unwanted = solution.plan.goals
    if short.value > 0:
        return float("inf")
    cost = unwanted.value * scale
    return cost if case.turned is None else case.turned - cost


def _unit(
    name: str,
    cost: tuple[tuple[int, ...], ...],
    published: float,
    rules: OwnerRules | None = None,
) -> Assignment:
    table = np.array(cost, dtype=np.float64)
    return Assignment(
        name=name,
        source=GUIDES,
        cost=table,
        hours=np.ones(table.shape),
        capacity=np.ones(len(table)),
        published=published,
        most_tasks=1,
        rules=OwnerRules() if rules is None else rules,
    )


def _problem(case: Assignment, scale: float) -> RoleProblem:
    workers, tasks = case.cost.shape
    return plain_roles(
        pools=("all",),
        phases=tuple(f"task {task + 1}" for task in range(tasks)),
        person_ids=tuple(f"worker {worker + 1}" for worker in range(workers)),
        need_hours=np.ones((1, tasks)),
        person_hours=case.capacity,
        speed=1.0 / case.hours,
        preference=np.clip(1.0 - case.cost / (case.hours * scale), 0.0, 1.0),
        least_speed=0.0,
        max_phases=case.most_tasks,
        min_share=0.0,
        specialisation_gain=(1.0,),
    )
