"""Build role problems of which a test states only what matters to it, and solve tiny ones whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Any

import numpy as np
from scipy.optimize import linprog

from optimizer.result import Options
from optimizer.roles_problem import RolePlan, RoleProblem, plain_roles

EXACT = Options(seconds=20.0, gap=0.0)

Roles = tuple[tuple[int, ...], ...]


def make_roles(
    need: Sequence[Sequence[float]] | Sequence[float],
    can_do: Sequence[Sequence[float]],
    hours: float | Sequence[float] = 20.0,
    **changes: Any,
) -> RoleProblem:
    """Build a problem of len(can_do) persons; one row of need is one pool.

    No gain from fewer phases and no least share of time, unless said.
    """
    need_hours = np.atleast_2d(np.array(need, dtype=float))
    speed = np.array(can_do, dtype=float).reshape(-1, need_hours.shape[1])
    people, (pools, phases) = len(speed), need_hours.shape
    plain = {"specialisation_gain": (1.0,), "min_share": 0.0}
    for name in ("home_pool", "helps", "pins", "bans", "current_roles", "backup_holders"):
        if name in changes:
            kind = np.int64 if name in {"home_pool", "backup_holders"} else bool
            changes[name] = np.array(changes[name], dtype=kind)
    for name in ("weight", "sla_hours", "units", "conversion", "preference"):
        if name in changes:
            changes[name] = np.atleast_2d(np.array(changes[name], dtype=float))
    return plain_roles(
        pools=tuple(f"pool{q}" for q in range(pools)),
        phases=tuple(f"phase{p}" for p in range(phases)),
        person_ids=tuple(f"p{i}" for i in range(people)),
        need_hours=need_hours,
        person_hours=np.broadcast_to(np.array(hours, dtype=float), people).copy(),
        speed=speed,
        **(plain | changes),
    )


def marks(shape: tuple[int, int], *places: tuple[int, int]) -> np.ndarray:
    """Return a bool table that is True at the places."""
    table = np.zeros(shape, dtype=bool)
    for place in places:
        table[place] = True
    return table


def random_roles(seed: int, **changes: Any) -> RoleProblem:
    """Return a tiny random problem: 2 or 3 persons, 3 phases, 1 or 2 pools."""
    rng = np.random.default_rng(seed)
    people, pools = int(rng.integers(2, 4)), int(rng.integers(1, 3))
    speed = rng.choice([0.0, 0.2, 0.8, 1.0, 1.3], (people, 3), p=[0.2, 0.1, 0.2, 0.3, 0.2])
    plain: dict[str, Any] = {
        "home_pool": rng.integers(0, pools, people),
        "helps": rng.random((people, pools)) < 0.4,
        "weight": rng.choice([1.0, 2.0], (pools, 3)),
        "backup_holders": rng.integers(0, 3, (pools, 3)),
        "current_roles": rng.random((people, 3)) < 0.3,
        "min_share": float(rng.choice([0.0, 0.2, 0.4])),
        "specialisation_gain": (1.1, 1.05, 1.0),
        "help_factor": 0.9,
    }
    need = rng.choice([0.0, 6.0, 11.0, 17.0, 24.0], (pools, 3))
    hours = rng.choice([0.0, 10.0, 20.0], people, p=[0.1, 0.3, 0.6])
    return make_roles(need, speed, hours, **(plain | changes))


def allowed_roles(problem: RoleProblem, person: int) -> list[tuple[int, ...]]:
    """Return every role the rules allow somebody, worked out anew and without shortcuts."""
    phases = range(len(problem.phases))
    speed, found = problem.speed[person], []
    reach = problem.helps[person].copy()
    reach[problem.home_pool[person]] = True
    asked = ((problem.need_hours > 0) | (problem.backup_holders > 0))[reach].any(axis=0)
    for size in range(problem.max_phases + 1):
        for role in combinations(phases, size):
            able = all(speed[p] > 0 and speed[p] >= problem.least_speed for p in role)
            banned = any(problem.bans[person, p] for p in role)
            pinned = all(p in role for p in phases if problem.pins[person, p])
            useful = all(asked[p] or problem.pins[person, p] for p in role)
            if able and not banned and pinned and useful and size * problem.min_share <= 1 + 1e-9:
                found.append(role)
    if problem.person_hours[person] <= 0:
        found = found[:1]
    elif not problem.may_idle and len(found) > 1:
        found = [role for role in found if role]
    return found


def all_roles(problem: RoleProblem) -> Iterator[Roles]:
    """Yield every way to give everybody a role."""
    people = range(len(problem.person_ids))
    yield from product(*(allowed_roles(problem, person) for person in people))


def best_hours(problem: RoleProblem, roles: Roles) -> RolePlan:
    """Return the plan with these roles that leaves least uncovered, by a linear program."""
    cells = [
        (i, q, p)
        for i, role in enumerate(roles)
        for p in role
        for q in range(len(problem.pools))
        if problem.helps[i, q] or problem.home_pool[i] == q
    ]
    hours = np.zeros((len(roles), len(problem.pools), len(problem.phases)))
    rate = np.array([_rate(problem, roles, *cell) for cell in cells])
    if cells:
        worth = np.array([problem.weight[q, p] for _, q, p in cells])
        rows, limits = _rows(problem, roles, cells, rate)
        found = linprog(-worth * rate, A_ub=rows, b_ub=limits, method="highs")
        hours[_index(cells)] = found.x
    held = np.array([[p in role for p in range(len(problem.phases))] for role in roles])
    covered = np.zeros_like(problem.need_hours)
    for (_, q, p), pace, time in zip(cells, rate, hours[_index(cells)], strict=True):
        covered[q, p] += pace * time
    short = np.maximum(problem.need_hours - covered, 0.0)
    return RolePlan(roles=held, hours=hours, short_hours=short)


def _index(cells: list[tuple[int, int, int]]) -> tuple[np.ndarray, ...]:
    return tuple(np.array(cells, dtype=np.int64).reshape(-1, 3).T)


def _rate(problem: RoleProblem, roles: Roles, i: int, q: int, p: int) -> float:
    gains = problem.specialisation_gain
    gain = gains[min(len(roles[i]), len(gains)) - 1]
    home = 1.0 if problem.home_pool[i] == q else problem.help_factor
    return float(problem.speed[i, p] * gain * home)


def _rows(
    problem: RoleProblem, roles: Roles, cells: list[tuple[int, int, int]], rate: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Needs are upper limits; phases leave each other a share of time, help keeps to its own."""
    rows, limits = [], []
    for q, p in np.ndindex(problem.need_hours.shape):
        rows.append([pace * (cell[1:] == (q, p)) for cell, pace in zip(cells, rate, strict=True)])
        limits.append(problem.need_hours[q, p])
    for i, role in enumerate(roles):
        for size in range(1, len(role) + 1):
            for some in combinations(role, size):
                rows.append([float(cell[0] == i and cell[2] in some) for cell in cells])
                kept = problem.min_share * (len(role) - size)
                limits.append(problem.person_hours[i] * (1.0 - kept))
        rows.append([float(c[0] == i and c[1] != problem.home_pool[i]) for c in cells])
        limits.append(problem.person_hours[i] * problem.help_share_max)
    return np.array(rows), np.array(limits)


def least_short(problem: RoleProblem) -> float:
    """Return the least weighted shortage over all roles."""
    plans = (best_hours(problem, roles) for roles in all_roles(problem))
    return min(float((problem.weight * plan.short_hours).sum()) for plan in plans)
