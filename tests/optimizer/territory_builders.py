"""Build small territory problems; a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.territory_problem import TerritoryPlan, TerritoryProblem, VacantSeats


def make_territory_problem(
    units: int = 6, seats: int = 2, seed: int = 1, tolerance: float = 0.3, **changes: Any
) -> TerritoryProblem:
    """Return units on a plane, equal targets on one measure; `changes` replace fields."""
    rng = np.random.default_rng(seed)
    points, homes = rng.uniform(0, 100, (units, 2)), rng.uniform(0, 100, (seats, 2))
    cost = changes.pop("cost", None)
    if cost is None:
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


FEATURES = (
    "skills",
    "moves",
    "locks",
    "groups",
    "two_measures",
    "seat_measures",
    "explicit_limits",
    "soft",
    "unserved",
    "unit_limits",
    "move_limits",
    "eur_limits",
    "required",
    "preferred",
    "vacant",
)
"""What `make_random_problem` can switch on; "required" and "preferred" are contiguity."""


def make_random_problem(
    seed: int, units: int = 6, seats: int = 3, features: tuple[str, ...] | None = None
) -> TerritoryProblem:
    """Return a small problem; features are those given, or each with a chance of a third.

    The same arguments give the same problem. No group contradicts locks or skills, so what the
    rules forbid is forbidden by numbers alone.
    """
    rng = np.random.default_rng([seed, 4711])
    drawn = tuple(name for name in FEATURES if rng.random() < 1 / 3)
    chosen = drawn if features is None else features
    measures = rng.integers(1, 9, (units, 2 if "two_measures" in chosen else 1)).astype(float)
    problem = make_territory_problem(
        units,
        seats,
        seed,
        tolerance=float(rng.choice([0.2, 0.4, 0.6])),
        measures=measures,
        current_seat=rng.integers(-1, seats, units),
        move_cost=rng.uniform(0, 30, units).round(2),
        revenue_eur=rng.integers(0, 10, units).astype(float),
    )
    for name in FEATURES:
        # Drawn for every feature, so that one feature more does not change the others.
        own = np.random.default_rng([seed, 4711, FEATURES.index(name)])
        if name in chosen:
            problem = replace(problem, **_FEATURE[name](problem, own))
    return problem


def _with_skills(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    cost = problem.cost.copy()
    for unit in rng.choice(len(cost), size=2, replace=False):
        cost[unit, int(rng.integers(cost.shape[1]))] = np.inf
    return {"cost": cost}


def _with_locks(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    unit = int(rng.integers(len(problem.unit_ids)))
    seat = int(problem.current_seat[unit])
    locked = np.zeros(len(problem.unit_ids), dtype=bool)
    locked[unit] = seat >= 0 and bool(np.isfinite(problem.cost[unit, seat]))
    reason = tuple("contract" if at else "" for at in locked)
    return {"locked": locked, "lock_reason": reason}


def _with_groups(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    free = np.flatnonzero(np.isfinite(problem.cost).all(axis=1))
    group = np.full(len(problem.unit_ids), -1)
    if len(free) > 1:
        pair = rng.choice(free, size=2, replace=False)
        group[pair] = 3 if problem.locked[pair].sum() < 2 else -1
    return {"group": group}


def _with_seat_measures(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    factor = rng.choice([0.5, 1.0, 1.5], size=(*problem.cost.shape, 1))
    by_seat = problem.measures[:, None, :] * factor
    return {"seat_measures": by_seat, "measures": by_seat.mean(axis=1)}


def _with_explicit_limits(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    lower, upper = problem.windows()
    lower = lower * rng.uniform(0.8, 1.0, lower.shape).round(1)
    lower[int(rng.integers(len(lower))), 0] = -np.inf
    return {"lower_limits": lower, "upper_limits": upper * 1.1}


def _with_soft(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    price = np.full(problem.measures.shape[1], np.inf)
    price[0] = float(rng.choice([0.5, 5.0, 50.0]))
    return {"miss_price": price}


def _with_unserved(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    price = rng.uniform(5, 80, len(problem.unit_ids)).round(2)
    price[rng.random(len(price)) < 0.5] = np.inf
    return {"unserved_price": price}


def _limits(problem: TerritoryProblem, **arrays: Any) -> dict[str, Any]:
    given = {name: np.asarray(values, dtype=float) for name, values in arrays.items()}
    return {"limits": replace(problem.limits, **given)}


def _with_unit_limits(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    units, seats = problem.cost.shape
    least = rng.integers(0, 2, seats)
    both = {"least_units": least, "most_units": least + rng.integers(2, units, seats)}
    kept = [("least_units",), ("most_units",), tuple(both)][int(rng.integers(3))]
    return _limits(problem, **{name: both[name] for name in kept})


def _with_move_limits(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    given, taken = rng.integers(0, 3, (2, problem.cost.shape[1])).astype(float)
    given[int(rng.integers(len(given)))] = np.inf
    return _limits(problem, most_given=given, most_taken=taken)


def _with_eur_limits(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    given, taken = rng.integers(2, 16, (2, problem.cost.shape[1]))
    return _limits(problem, most_given_eur=given, most_taken_eur=taken)


def _with_graph(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    """Return a chain with a gap, which leaves an island, and one chord."""
    units = len(problem.unit_ids)
    order = rng.permutation(units)
    edges = np.column_stack([order[:-1], order[1:]])[np.arange(units - 1) != units - 3]
    return {"edges": np.sort(np.vstack([edges, order[[0, 2]]]), axis=1)}


def _with_required(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    return {**_with_graph(problem, rng), "contiguity": "required"}


def _with_preferred(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    stray_eur = float(rng.choice([3.0, 30.0]))
    return {**_with_graph(problem, rng), "contiguity": "preferred", "stray_eur": stray_eur}


def _with_vacant(problem: TerritoryProblem, rng: np.random.Generator) -> dict[str, Any]:
    """Return three sites for one or two seats; a unit lives at the last one."""
    units = len(problem.unit_ids)
    cost = rng.uniform(0, 60, (units, 3)).round(2)
    cost[int(rng.integers(units)), 0] = np.inf
    home = int(np.flatnonzero(~problem.locked & (problem.group < 0))[0])
    cost[home, 2] = 0.0
    upper = np.tile(problem.measures.sum(axis=0) / 2, (3, 1))
    vacant = VacantSeats(
        site_ids=("J0", "J1", "J2"),
        cost=cost,
        lower=np.where(np.arange(3)[:, None] < 1, -np.inf, upper / 10),
        upper=upper,
        open_cost=rng.uniform(0, 20, 3).round(2),
        least=int(rng.integers(2)),
        most=2,
        home_unit=np.array([-1, -1, home]),
    )
    return {"vacant": vacant}


_FEATURE: dict[str, Callable[[TerritoryProblem, np.random.Generator], dict[str, Any]]] = {
    "skills": _with_skills,
    "moves": lambda _, rng: {"max_moved_share": float(rng.choice([0.3, 0.6]))},
    "locks": _with_locks,
    "groups": _with_groups,
    "two_measures": lambda _problem, _rng: {},
    "seat_measures": _with_seat_measures,
    "explicit_limits": _with_explicit_limits,
    "soft": _with_soft,
    "unserved": _with_unserved,
    "unit_limits": _with_unit_limits,
    "move_limits": _with_move_limits,
    "eur_limits": _with_eur_limits,
    "required": _with_required,
    "preferred": _with_preferred,
    "vacant": _with_vacant,
}


def make_plan(
    problem: TerritoryProblem, seat: list[int], site: tuple[int, ...] = ()
) -> TerritoryPlan:
    """Return a plan with these seats and sites, and empty explanations."""
    return TerritoryPlan(
        seat=np.array(seat, dtype=np.int64),
        runner_up=np.full(len(seat), -1, dtype=np.int64),
        runner_up_extra_eur=np.zeros(len(seat)),
        window_price=np.zeros(problem.targets.shape),
        site=np.array(site, dtype=np.int64),
    )
