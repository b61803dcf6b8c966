"""Work the goals of a role plan out again, without the model (docs/model-roles.md, R4 to R12)."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from optimizer.roles_problem import Bools, Floats, RolePlan, RoleProblem


def goals_of(problem: RoleProblem, plan: RolePlan, effective: Floats) -> dict[str, float]:
    """Return every goal that means something here, in order; `effective` (N, Q, P) hours."""
    covered = effective.sum(axis=0)
    found = {"shortage": _total(problem.weight * np.maximum(problem.need_hours - covered, 0.0))}
    active = _active(problem, plan)
    if problem.backup_holders.any():
        holders = active.sum(axis=0)
        found["backup"] = _total(np.maximum(problem.backup_holders - holders, 0))
    promised = np.minimum(problem.sla_hours, problem.need_hours)
    if promised.any():
        found["sla_breach"] = _total(np.maximum(promised - covered, 0.0))
    if (problem.units[:, 1:] * (problem.need_hours[:, 1:] > 0)).any():
        found["hand_offs"] = hand_offs(problem, effective)
    found["apart"] = float(
        sum(_pieces(row, problem.adjacent) - 1 for row in plan.roles if any(row))
    )
    found["islands"] = float(sum(islands(problem, plan)))
    found["unwanted"] = unwanted_hours(problem, plan)
    found["unfair"] = _unfairness(problem, plan)
    found["changes"] = float(_changed(problem, plan))
    return found


def islands(problem: RoleProblem, plan: RolePlan) -> list[int]:
    """Return for each pool the islands of phases beyond one that no role connects (R9)."""
    active = _active(problem, plan)
    found = []
    for pool in range(len(problem.pools)):
        wanted = problem.need_hours[pool] > 0
        linked = active[:, pool].astype(np.int64)
        together = (linked.T @ linked) > 0
        found.append(max(0, _pieces(wanted, together) - 1))
    return found


def hand_offs(problem: RoleProblem, effective: Floats) -> float:
    """Return customers who pass to somebody else between two phases (R7)."""
    need = problem.need_hours
    pace = np.where(need > 0, problem.units / np.where(need > 0, need, 1.0), 0.0)
    units = effective * pace
    # Nobody keeps a customer who comes from, or goes to, a phase without work.
    working = (need > 0).astype(np.float64)
    both = working[:, :-1] * working[:, 1:] * (problem.units[:, 1:] > 0)
    kept = np.minimum(units[:, :, :-1] * problem.conversion[:, :-1], units[:, :, 1:]) * both
    return _total(problem.units[:, 1:] * working[:, 1:]) - _total(kept)


def unwanted_hours(problem: RoleProblem, plan: RolePlan) -> float:
    """Return hours in phases not liked, by distaste, and hours away from home at their price."""
    distaste = _total((1.0 - problem.preference)[:, None, :] * plan.hours)
    home = problem.home_pool[:, None] == np.arange(len(problem.pools))
    away = _total(np.where(home[:, :, None], 0.0, plan.hours))
    return distaste + problem.help_price * away


def _active(problem: RoleProblem, plan: RolePlan) -> Bools:
    """Return (N, Q, P): who has hours, reaches the pool and holds the phase."""
    home = problem.home_pool[:, None] == np.arange(len(problem.pools))
    present = (problem.helps | home) & (problem.person_hours > 0)[:, None]
    return present[:, :, None] & plan.roles[:, None, :]


def _unfairness(problem: RoleProblem, plan: RolePlan) -> float:
    """Return the greatest distance from the mean load of the pool, added over pools (R11)."""
    total = 0.0
    for pool in range(len(problem.pools)):
        people = np.flatnonzero((problem.home_pool == pool) & (problem.person_hours > 0))
        if people.size > 1:
            load = plan.hours[people].sum(axis=(1, 2)) / problem.person_hours[people]
            total += float(np.abs(load - load.mean()).max())
    return total


def _changed(problem: RoleProblem, plan: RolePlan) -> int:
    known = problem.current_roles.any(axis=1) & (problem.person_hours > 0)
    return int((plan.roles ^ problem.current_roles)[known].sum())


def _pieces(members: Bools, together: Bools) -> int:
    """Return into how many pieces the members fall, two being one where `together` says so."""
    piece = {int(each): int(each) for each in np.flatnonzero(members)}
    for one, other in combinations(list(piece), 2):
        if together[one, other]:
            old, new = piece[other], piece[one]
            piece = {each: new if at == old else at for each, at in piece.items()}
    return len(set(piece.values()))


def _total(array: Floats) -> float:
    return float(np.sum(array))
