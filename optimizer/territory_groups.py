"""Find units that stay together, and name the wishes that cannot be kept (T2)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_problem import Floats, Ints, TerritoryProblem
from optimizer.territory_rows import Rows

MIXED_LOCKS = "its members are locked to different seats"
NO_COMMON_SEAT = "no seat may serve all of its members"
TOO_LARGE = "together its members are larger than any window"


def item_numbers(group: Ints, served: NDArray[np.bool_], broken: set[int]) -> Ints:
    """Return (U,) item numbers in the order of first units, -1 for units not served."""
    label = np.where((group >= 0) & ~np.isin(group, sorted(broken)), group, -1)
    alone = np.flatnonzero(label < 0)
    # Units alone get labels of their own, beyond those of groups.
    label[alone] = label.max(initial=0) + 1 + alone
    kept = np.flatnonzero(served)
    _, first, inverse = np.unique(label[kept], return_index=True, return_inverse=True)
    number = np.empty(len(first), dtype=np.int64)
    number[np.argsort(first, kind="stable")] = np.arange(len(first))
    of_unit = np.full(len(group), -1, dtype=np.int64)
    of_unit[kept] = number[inverse]
    return of_unit


def broken_groups(
    problem: TerritoryProblem, cost: Floats, served: NDArray[np.bool_], size: Floats, rows: Rows
) -> dict[int, str]:
    """Return the reason for every group that cannot stay together, by group number.

    `cost` (U, S') EUR with locks; `size` (U, balance rows), relative.
    """
    broken: dict[int, str] = {}
    order = np.argsort(problem.group, kind="stable")
    order = order[(problem.group[order] >= 0) & served[order]]
    hard = np.isinf(rows.miss_price[: size.shape[1]])
    upper = rows.upper[:, : size.shape[1]][:, hard]
    for members in np.split(order, np.flatnonzero(np.diff(problem.group[order])) + 1):
        if len(members) < 2:
            continue
        reason = _why_broken(problem, cost[members], members, size[members][:, hard], upper)
        if reason:
            broken[int(problem.group[members[0]])] = reason
    return broken


def _why_broken(
    problem: TerritoryProblem, cost: Floats, members: Ints, size: Floats, upper: Floats
) -> str:
    locks = np.unique(problem.current_seat[members][problem.locked[members]])
    common = np.isfinite(cost[:, : len(problem.seat_ids)]).all(axis=0)
    fits = (size.sum(axis=0) <= upper + 1e-9).all(axis=1)
    if len(locks) > 1:
        return MIXED_LOCKS
    if not common.any():
        return NO_COMMON_SEAT
    return "" if (fits & common).any() else TOO_LARGE


def split_shortfall(group: int, reason: str, problem: TerritoryProblem) -> Shortfall:
    """Return the shortfall of a group that is planned unit by unit."""
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


def unserved_shortfalls(
    problem: TerritoryProblem, served: NDArray[np.bool_]
) -> tuple[Shortfall, ...]:
    """Return a shortfall for every unit that no seat may serve."""
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
