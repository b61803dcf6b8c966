"""Find the best territory plan by trying every plan; slow and obviously right."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import TerritoryProblem


@dataclass(frozen=True)
class Best:
    """Hold the least EUR of a plan that keeps every rule, None when none does."""

    eur: float | None
    seats: tuple[int, ...] | None
    least_missed: float
    """Smallest sum of missed windows, in mean targets, when the other rules hold."""


def brute_force(problem: TerritoryProblem) -> Best:
    """Try all S ** U plans in which every unit is served."""
    best: tuple[float, tuple[int, ...]] | None = None
    least_missed = np.inf
    every = range(len(problem.seat_ids))
    for seats in itertools.product(every, repeat=len(problem.unit_ids)):
        eur = _eur_if_allowed(problem, seats)
        if eur is None:
            continue
        missed = _missed(problem, seats)
        least_missed = min(least_missed, missed)
        if missed <= 1e-9 and (best is None or eur < best[0]):
            best = (eur, seats)
    if best is None:
        return Best(None, None, least_missed)
    return Best(best[0], best[1], least_missed)


def _eur_if_allowed(problem: TerritoryProblem, seats: tuple[int, ...]) -> float | None:
    """Return the EUR of a plan, None when it breaks a rule other than a window."""
    eur, moved, owned = 0.0, 0, 0
    by_group: dict[int, int] = {}
    for unit, seat in enumerate(seats):
        today, group = int(problem.current_seat[unit]), int(problem.group[unit])
        if not np.isfinite(problem.cost[unit, seat]):
            return None
        if problem.locked[unit] and seat != today:
            return None
        if group >= 0 and by_group.setdefault(group, seat) != seat:
            return None
        eur += float(problem.cost[unit, seat])
        owned += today >= 0
        if today not in (-1, seat):
            moved += 1
            eur += float(problem.move_cost[unit])
    return eur if moved <= problem.max_moved_share * owned + 1e-9 else None


def _missed(problem: TerritoryProblem, seats: tuple[int, ...]) -> float:
    total = 0.0
    for k in range(problem.measures.shape[1]):
        mean = float(problem.targets[:, k].mean())
        if mean == 0:
            continue
        for s in range(len(problem.seat_ids)):
            load = sum(float(problem.measures[u, k]) for u, at in enumerate(seats) if at == s)
            target, reach = problem.targets[s, k], problem.targets[s, k] * problem.tolerance[k]
            miss = max(0.0, load - target - reach, target - reach - load) / mean
            total += miss if miss > 1e-9 else 0.0
    return total
