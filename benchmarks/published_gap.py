"""Read generalised assignment instances (OR-Library form) and solve them as territories.

An agent is a seat with an upper limit only, a job a unit whose weight differs by agent.
File: `m n`, m rows of n costs, m rows of n weights, m capacities, white space anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.best_known import find_best, find_table, names_of
from benchmarks.published import Case, Evaluation, Numbers, read_text, words_of
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem

ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Hold m agents and n jobs: cost (m, n), weight (m, n), capacity (m,)."""

    cost: Floats
    weight: Floats
    capacity: Floats


def read_gap(path: Path) -> Gap:
    """Read one instance.

    Raises
    ------
    InstanceError
        When the file is not what its head says, or holds weights or capacities below 0.
    """
    numbers = Numbers(path, read_text(path))
    agents, jobs = numbers.count("number of agents"), numbers.count("number of jobs")
    cost = numbers.block(agents * jobs, "costs").reshape(agents, jobs)
    weight = numbers.block(agents * jobs, "weights", least=0.0).reshape(agents, jobs)
    capacity = numbers.block(agents, "capacities", least=0.0)
    numbers.end()
    return Gap(cost=cost, weight=weight, capacity=capacity)


def gap_problem(gap: Gap, sense: str = "min") -> TerritoryProblem:
    """Return the territory problem; `sense` "max" negates the costs."""
    agents, jobs = gap.cost.shape
    cost = gap.cost.T if sense == "min" else -gap.cost.T
    return TerritoryProblem(
        unit_ids=tuple(f"job {j}" for j in range(jobs)),
        seat_ids=tuple(f"agent {i}" for i in range(agents)),
        measure_names=("weight",),
        measures=gap.weight.mean(axis=0)[:, None],
        seat_measures=np.ascontiguousarray(gap.weight.T)[:, :, None],
        targets=gap.capacity[:, None],
        tolerance=np.zeros(1),
        lower_limits=np.full((agents, 1), -np.inf),
        upper_limits=gap.capacity[:, None],
        cost=np.ascontiguousarray(cost),
        current_seat=np.full(jobs, -1, dtype=np.int64),
        move_cost=np.zeros(jobs),
        locked=np.zeros(jobs, dtype=bool),
        group=np.full(jobs, -1, dtype=np.int64),
    )


def gap_answer(plan: TerritoryPlan) -> Ints:
    """Return the 0-based agent of each job, -1 for none."""
    return plan.seat


def evaluate_gap(gap: Gap, answer: Ints) -> Evaluation:
    """Add up the costs of an answer and name the capacities it exceeds."""
    agents, jobs = gap.cost.shape
    if len(answer) != jobs or ((answer < 0) | (answer >= agents)).any():
        return Evaluation(value=0.0, broken=("not every job has one agent",))
    job = np.arange(jobs)
    load = np.bincount(answer, weights=gap.weight[answer, job], minlength=agents)
    over = np.flatnonzero(load > gap.capacity + ROUNDING * np.maximum(1.0, gap.capacity))
    broken = [f"agent {i} carries {load[i]:g} of {gap.capacity[i]:g}" for i in over.tolist()]
    return Evaluation(value=float(gap.cost[answer, job].sum()), broken=tuple(broken))


def gap_case(path: Path, table: Path | None = None, sense: str = "min") -> Case:
    """Read one instance with its best known value."""
    gap = read_gap(path)
    best = find_best(find_table(path, table), path, {"sense": sense})
    return Case(
        name=best.row["instance"] if best else names_of(path)[1],
        path=path,
        sense=sense,
        problem=partial(gap_problem, gap, sense),
        answer=gap_answer,
        evaluate=partial(evaluate_gap, gap),
        text=words_of,
        best=best,
        integral=bool((gap.cost == np.rint(gap.cost)).all()),
        notes=("maximised: costs are negated for the solver",) if sense == "max" else (),
    )
