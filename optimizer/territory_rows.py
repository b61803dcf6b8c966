"""Write every limit on a seat as a row: what its items bring lies between two numbers (T4, T17).

Balance windows come first, in the order of the problem's measures; then the number of units,
the units and revenue a seat receives, and those it keeps (so that it gives few away).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import Floats, Ints, TerritoryProblem

BALANCE, UNITS, TAKEN, GIVEN, TAKEN_EUR, GIVEN_EUR = -1, -2, -3, -4, -5, -6
"""What a row counts: `Rows.measure` is a measure's position, or one of UNITS .. GIVEN_EUR."""


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Hold the limits of S seats in R rows, in their own units; see `territory_pairs.Items`."""

    measure: Ints
    scale: Floats
    lower: Floats
    upper: Floats
    miss_price: Floats

    @property
    def count(self) -> int:
        """Return R."""
        return len(self.measure)


def limit_rows(problem: TerritoryProblem, owned: Ints, revenue: Floats) -> Rows:
    """Return all rows; `owned` (S,) units and `revenue` (S,) EUR that may be served hold today.

    Lower limits of 0 or less say nothing, as nothing brings less than 0.
    """
    parts = [*_balance(problem), *_others(problem, owned, revenue)]
    seats = len(problem.seat_ids)
    measure = np.array([part[0] for part in parts], dtype=np.int64)
    lower, upper = (
        np.stack([part[side] for part in parts], axis=1) if parts else np.zeros((seats, 0))
        for side in (1, 2)
    )
    scale = np.array([part[3] for part in parts])
    lower = np.where(lower > 0, lower, -np.inf) / scale
    return Rows(
        measure=measure,
        scale=scale,
        lower=lower,
        upper=upper / scale,
        miss_price=np.array([part[4] for part in parts]) * scale,
    )


_Part = tuple[int, Floats, Floats, float, float]


def _balance(problem: TerritoryProblem) -> list[_Part]:
    lower, upper = problem.windows()
    prices = problem.miss_price if problem.miss_price.size else np.full(lower.shape[1], np.inf)
    return [
        (k, lower[:, k], upper[:, k], measure_scale(problem, k), float(prices[k]))
        for k in range(lower.shape[1])
        if np.isfinite(lower[:, k]).any() or np.isfinite(upper[:, k]).any()
    ]


def measure_scale(problem: TerritoryProblem, measure: int) -> float:
    """Return the mean target, or the mean finite limit where limits are given instead."""
    if not problem.lower_limits.size:
        return float(problem.targets[:, measure].mean()) or 1.0
    for limits in (problem.upper_limits, problem.lower_limits):
        finite = limits[:, measure][np.isfinite(limits[:, measure])]
        if finite.size and finite.mean() > 0:
            return float(finite.mean())
    return 1.0


def _others(problem: TerritoryProblem, owned: Ints, revenue: Floats) -> list[_Part]:
    limits, seats = problem.limits, len(problem.seat_ids)
    none, all_ = np.full(seats, -np.inf), np.full(seats, np.inf)
    asked = (
        (UNITS, limits.least_units, limits.most_units),
        (TAKEN, none, limits.most_taken),
        (GIVEN, _kept(owned, limits.most_given), all_),
        (TAKEN_EUR, none, limits.most_taken_eur),
        (GIVEN_EUR, _kept(revenue, limits.most_given_eur), all_),
    )
    found: list[_Part] = []
    for code, least, most in asked:
        low, high = least if least.size else none, most if most.size else all_
        if np.isfinite(high).any() or (np.isfinite(low) & (low > 0)).any():
            found.append((code, low, high, _count_scale(low, high), np.inf))
    return found


def _kept(held: Floats | Ints, most_given: Floats) -> Floats:
    """Return the least to keep, so that no more than `most_given` goes away."""
    return held - most_given if most_given.size else np.zeros(0)


def _count_scale(low: Floats, high: Floats) -> float:
    sizes = np.concatenate([low[np.isfinite(low) & (low > 0)], high[np.isfinite(high)]])
    return max(1.0, float(sizes.mean())) if sizes.size else 1.0
