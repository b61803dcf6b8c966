"""Build small territory problems; a test states only what matters to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.territory_problem import TerritoryPlan, TerritoryProblem


def make_territory_problem(
    units: int = 6, seats: int = 2, seed: int = 1, tolerance: float = 0.3, **changes: Any
) -> TerritoryProblem:
    """Return units on a plane, equal targets on one measure; `changes` replace fields."""
    rng = np.random.default_rng(seed)
    points, homes = rng.uniform(0, 100, (units, 2)), rng.uniform(0, 100, (seats, 2))
    cost = np.linalg.norm(points[:, None] - homes[None], axis=2).round(2)
    measures = changes.pop("measures", rng.integers(1, 9, (units, 1)).astype(float))
    columns = measures.shape[1]
    share = np.full(seats, 1.0 / max(seats, 1))
    problem = TerritoryProblem(
        unit_ids=tuple(f"A{i}" for i in range(units)),
        seat_ids=tuple(f"R{s}" for s in range(seats)),
        measure_names=tuple(f"measure{k}_hours" for k in range(columns)),
        measures=measures,
        targets=np.outer(share, measures.sum(axis=0)),
        tolerance=np.full(columns, tolerance),
        cost=cost,
        current_seat=np.full(units, -1, dtype=np.int64),
        move_cost=np.zeros(units),
        locked=np.zeros(units, dtype=bool),
        group=np.full(units, -1, dtype=np.int64),
    )
    return replace(problem, **changes)


def make_rich_problem(seed: int) -> TerritoryProblem:
    """Return 8 units x 3 seats with every feature: skills, locks, a group, moves, two measures."""
    rng = np.random.default_rng([seed, 77])
    problem = make_territory_problem(
        8,
        3,
        seed,
        tolerance=float(rng.choice([0.1, 0.25, 0.5])),
        measures=rng.integers(1, 9, (8, 2)).astype(float),
        current_seat=rng.integers(-1, 3, 8),
        move_cost=rng.uniform(0, 30, 8).round(2),
        group=np.array([-1, 4, 4, -1, -1, -1, -1, -1]),
        max_moved_share=float(rng.choice([0.3, 0.6, 1.0])),
    )
    cost = problem.cost.copy()
    cost[3, int(rng.integers(3))] = np.inf
    locked = np.zeros(8, dtype=bool)
    locked[5] = problem.current_seat[5] >= 0
    return replace(problem, cost=cost, locked=locked)


def make_plan(problem: TerritoryProblem, seat: list[int]) -> TerritoryPlan:
    """Return a plan with these seats and empty explanations."""
    return TerritoryPlan(
        seat=np.array(seat, dtype=np.int64),
        runner_up=np.full(len(seat), -1, dtype=np.int64),
        runner_up_extra_eur=np.zeros(len(seat)),
        window_price=np.zeros(problem.targets.shape),
    )
