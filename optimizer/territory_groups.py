"""Merge units that stay together into items, and name the wishes that cannot be merged."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_problem import Floats, Ints, TerritoryProblem

MIXED_LOCKS = "its members are locked to different seats"
NO_COMMON_SEAT = "no seat may serve all of its members"
TOO_LARGE = "together its members are larger than any window"

ROUNDING = 1e-7
"""A window missed by less, in mean targets, is kept: sums of floats are not exact."""


@dataclass(frozen=True, kw_only=True)
class Items:
    """Hold the problem the solver sees: G items, each a unit or a keep-together group.

    Attributes
    ----------
    of_unit
        (U,) item of each unit, -1 for a unit that no seat may serve.
    cost
        (G, S) EUR a year including the move cost of every member; inf where not eligible.
    size
        (G, K) balanced measures only, relative to the mean target (T2).
    moved
        (G, S) members with a seat today that would get another one.
    lower, upper
        (S, K) windows relative to the mean target; lower is at least 0.
    scale
        (K,) mean target in the measure's own unit.
    measure
        (K,) position of each balanced measure in the problem.
    max_moved
        Most units that may move: the share asked for, or what locks and skills force.
    """

    of_unit: Ints
    cost: Floats
    size: Floats
    moved: Ints
    lower: Floats
    upper: Floats
    scale: Floats
    measure: Ints
    max_moved: int

    def load(self, seat: Ints) -> Floats:
        """Return the relative load (S, K) when item g goes to seat[g]."""
        load = np.zeros_like(self.lower)
        for measure in range(load.shape[1]):
            load[:, measure] = np.bincount(seat, weights=self.size[:, measure], minlength=len(load))
        return load

    def value(self, seat: Ints) -> float:
        """Return EUR a year of the seats (G,), windows not counted."""
        return float(self.cost[np.arange(len(seat)), seat].sum())

    def excess(self, seat: Ints) -> float:
        """Return by how much all windows together are missed, in mean targets."""
        return float(outside(self.load(seat), self.lower, self.upper).sum())

    def moves(self, seat: Ints) -> int:
        """Return how many units move."""
        return int(self.moved[np.arange(len(seat)), seat].sum())


def outside(load: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return how far each load lies outside its window; less than ROUNDING counts as kept."""
    miss = np.maximum(np.maximum(lower - load, load - upper), 0.0)
    return np.where(miss < ROUNDING, 0.0, miss)


def staying_seat(items: Items) -> Ints:
    """Return (G,) the eligible seat that moves fewest members, the cheapest among equals."""
    moved = np.where(np.isfinite(items.cost), items.moved, np.iinfo(np.int64).max)
    fewest = moved == moved.min(axis=1, initial=np.iinfo(np.int64).max)[:, None]
    return np.where(fewest, items.cost, np.inf).argmin(axis=1).astype(np.int64)


def move_limit(problem: TerritoryProblem) -> int:
    """Return the most units that may move by `max_moved_share` (T6)."""
    return int(np.floor(problem.max_moved_share * (problem.current_seat >= 0).sum() + 1e-9))


def full_cost(problem: TerritoryProblem) -> Floats:
    """Return (U, S) EUR with the move cost added and everything a lock forbids set to inf (T1)."""
    owned = np.flatnonzero(problem.current_seat >= 0)
    cost = problem.cost + np.where(problem.current_seat >= 0, problem.move_cost, 0.0)[:, None]
    cost[owned, problem.current_seat[owned]] = problem.cost[owned, problem.current_seat[owned]]
    kept = np.flatnonzero(problem.locked)
    only = np.full((len(kept), len(problem.seat_ids)), np.inf)
    only[np.arange(len(kept)), problem.current_seat[kept]] = problem.cost[
        kept, problem.current_seat[kept]
    ]
    cost[kept] = only
    return cost


def aggregate(problem: TerritoryProblem) -> tuple[Items, tuple[Shortfall, ...]]:
    """Return the items and a shortfall for every unit left out and every group taken apart."""
    cost = full_cost(problem)
    served = np.asarray(np.isfinite(cost).any(axis=1))
    balanced = np.flatnonzero(problem.targets.sum(axis=0) > 0)
    scale = problem.targets[:, balanced].sum(axis=0) / max(1, len(problem.seat_ids))
    lower, upper = (limit[:, balanced] / scale for limit in problem.windows())
    size = problem.measures[:, balanced] / scale
    broken = _broken_groups(problem, cost, served, size, upper)
    of_unit = _item_numbers(problem.group, served, set(broken))
    count = int(of_unit.max(initial=-1)) + 1
    item_cost = _sum_by_item(cost, of_unit, count)
    moved = _moved(problem, of_unit, count)
    items = Items(
        of_unit=of_unit,
        cost=item_cost,
        size=_sum_by_item(size, of_unit, count),
        moved=moved,
        lower=np.maximum(lower, 0.0),
        upper=upper,
        scale=scale,
        measure=balanced,
        max_moved=move_limit(problem),
    )
    forced = items.moves(staying_seat(items)) if count else 0
    items = replace(items, max_moved=max(items.max_moved, forced))
    return items, _unserved(problem, served) + tuple(
        _split(group, reason, problem) for group, reason in broken.items()
    )


def _item_numbers(group: Ints, served: NDArray[np.bool_], broken: set[int]) -> Ints:
    """Return (U,) item numbers in the order of first units."""
    of_unit = np.full(len(group), -1, dtype=np.int64)
    first: dict[int, int] = {}
    count = 0
    for unit in np.flatnonzero(served).tolist():
        key = int(group[unit])
        if key >= 0 and key not in broken and key in first:
            of_unit[unit] = first[key]
            continue
        of_unit[unit] = first[key] = count
        count += 1
    return of_unit


def _sum_by_item(values: Floats, of_unit: Ints, count: int) -> Floats:
    total = np.zeros((count, values.shape[1]))
    kept = of_unit >= 0
    np.add.at(total, of_unit[kept], values[kept])
    return total


def _moved(problem: TerritoryProblem, of_unit: Ints, count: int) -> Ints:
    """Return (G, S): members that have a seat today and would lose it."""
    moved = np.zeros((count, len(problem.seat_ids)), dtype=np.int64)
    owned = np.flatnonzero((of_unit >= 0) & (problem.current_seat >= 0))
    np.add.at(moved, of_unit[owned], 1)
    np.add.at(moved, (of_unit[owned], problem.current_seat[owned]), -1)
    return moved


def _broken_groups(
    problem: TerritoryProblem,
    cost: Floats,
    served: NDArray[np.bool_],
    size: Floats,
    upper: Floats,
) -> dict[int, str]:
    """Return the reason for every group that cannot stay together, by group number."""
    broken: dict[int, str] = {}
    order = np.argsort(problem.group, kind="stable")
    order = order[(problem.group[order] >= 0) & served[order]]
    for members in np.split(order, np.flatnonzero(np.diff(problem.group[order])) + 1):
        if len(members) < 2:
            continue
        locks = np.unique(problem.current_seat[members][problem.locked[members]])
        common = np.isfinite(cost[members]).all(axis=0)
        fits = (size[members].sum(axis=0) <= upper + 1e-9).all(axis=1)
        if len(locks) > 1:
            broken[int(problem.group[members[0]])] = MIXED_LOCKS
        elif not common.any():
            broken[int(problem.group[members[0]])] = NO_COMMON_SEAT
        elif not (fits & common).any():
            broken[int(problem.group[members[0]])] = TOO_LARGE
    return broken


def _split(group: int, reason: str, problem: TerritoryProblem) -> Shortfall:
    members = [problem.unit_ids[unit] for unit in np.flatnonzero(problem.group == group)]
    shown = ", ".join(members[:5]) + (", ..." if len(members) > 5 else "")
    return Shortfall(
        code="group_split",
        subject=f"group {group}",
        amount=float(len(members)),
        unit="units",
        reason=f"The group ({shown}) is planned unit by unit: {reason}.",
        remedy="Take members out of the group, unlock one side, or widen the seats' skills.",
    )


def _unserved(problem: TerritoryProblem, served: NDArray[np.bool_]) -> tuple[Shortfall, ...]:
    return tuple(_one_unserved(problem, unit) for unit in np.flatnonzero(~served).tolist())


def _one_unserved(problem: TerritoryProblem, unit: int) -> Shortfall:
    if problem.locked[unit]:
        seat = problem.seat_ids[problem.current_seat[unit]]
        code, reason = "lock_not_eligible", f"It is locked to {seat}, which may not serve it."
        remedy = f"Release the lock or let {seat} serve it."
    else:
        code, reason = "no_eligible_seat", "No seat may serve it."
        remedy = "Give a seat the skill, language, segment or reach it needs."
    return Shortfall(
        code=code,
        subject=problem.unit_ids[unit],
        amount=1.0,
        unit="units",
        reason=reason,
        remedy=remedy,
    )
