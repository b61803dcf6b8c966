"""Check what each seat carries, gives and takes against its windows and limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.territory_problem import Floats, Ints, TerritoryProblem
from optimizer.verify import Violation
from optimizer.verify_territory_facts import Facts, beyond

ROUNDING = 1e-6
"""A limit may be missed by this share of its usual size: sums of floats are not exact."""


def check_windows(facts: Facts) -> Iterator[Violation]:
    """T4, T22: every balanced measure of every seat lies in its window, where that has no price."""
    load, (lower, upper) = loads(facts), windows(facts)
    for k, name in enumerate(facts.problem.measure_names):
        if np.isfinite(miss_prices(facts.problem)[k]):
            continue
        rounding = ROUNDING * window_scale(facts, k)
        above, below = load[:, k] - upper[:, k], lower[:, k] - load[:, k]
        yield from beyond(facts, "window", "window_above", above, rounding, name)
        yield from beyond(facts, "window", "window_below", below, rounding, name)


def loads(facts: Facts) -> Floats:
    """Return (S + V, K) what seats carry, each in the measure's own unit."""
    problem, served = facts.problem, facts.served
    seat = facts.plan.seat[served]
    brought = problem.measures[served]
    if problem.seat_measures is not None:
        standing = seat < facts.standing
        brought = brought.copy()
        brought[standing] = problem.seat_measures[served[standing], seat[standing]]
    columns = [
        np.bincount(seat, weights=brought[:, k], minlength=facts.seats)
        for k in range(brought.shape[1])
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((facts.seats, 0))


def windows(facts: Facts) -> tuple[Floats, Floats]:
    """Return lower and upper limits (S + V, K): given ones, else targets and tolerance."""
    problem = facts.problem
    if problem.lower_limits.size:
        lower, upper = problem.lower_limits, problem.upper_limits
    else:
        reach = problem.targets * problem.tolerance
        balanced = problem.targets.sum(axis=0) > 0
        lower = np.where(balanced, problem.targets - reach, -np.inf)
        upper = np.where(balanced, problem.targets + reach, np.inf)
    if problem.vacant is None:
        return lower, upper
    site = facts.plan.site
    return np.vstack([lower, problem.vacant.lower[site]]), np.vstack(
        [upper, problem.vacant.upper[site]]
    )


def window_scale(facts: Facts, measure: int) -> float:
    """Return the mean target, or the mean limit where windows are given otherwise."""
    problem = facts.problem
    if not problem.lower_limits.size and len(problem.targets):
        mean = float(problem.targets[:, measure].mean())
        if mean > 0:
            return mean
    limits = np.concatenate([side[:, measure] for side in windows(facts)])
    sizes = np.abs(limits[np.isfinite(limits) & (limits != 0)])
    return float(sizes.mean()) if sizes.size else 1.0


def miss_prices(problem: TerritoryProblem) -> Floats:
    """Return (K,) EUR per unit of the measure outside a window; inf where windows are hard."""
    if problem.miss_price.size:
        return problem.miss_price
    return np.full(len(problem.measure_names), np.inf)


def missed(facts: Facts) -> Floats:
    """Return (K,) by how much the windows of all seats are missed, in the measure's own unit."""
    load, (lower, upper) = loads(facts), windows(facts)
    return np.maximum(np.maximum(lower - load, load - upper), 0.0).sum(axis=0)


def check_limits(facts: Facts) -> Iterator[Violation]:
    """T17: units held, units and revenue given and taken, seat by seat."""
    limits, counts = facts.problem.limits, seat_counts(facts)
    least = -limits.least_units
    money = ROUNDING * max(1.0, float(counts["revenue"].mean()) if facts.standing else 1.0)
    for code, amount, limit, rounding in (
        ("units_above", counts["held"], limits.most_units, ROUNDING),
        ("units_below", -counts["held"], least, ROUNDING),
        ("given_above", counts["given"], limits.most_given, ROUNDING),
        ("taken_above", counts["taken"], limits.most_taken, ROUNDING),
        ("given_eur_above", counts["given_eur"], limits.most_given_eur, money),
        ("taken_eur_above", counts["taken_eur"], limits.most_taken_eur, money),
    ):
        if limit.size:
            yield from beyond(facts, "seat_limit", code, amount - limit, rounding)


def seat_counts(facts: Facts) -> dict[str, Floats]:
    """Return (S,) units held, given and taken, EUR given and taken, EUR of today's units.

    A unit left out at a price is given away; one that nobody may serve is neither.
    """
    problem, plan, standing = facts.problem, facts.plan, facts.standing
    units = len(problem.unit_ids)
    revenue = problem.revenue_eur if problem.revenue_eur.size else np.zeros(units)
    owned = np.flatnonzero(problem.current_seat >= 0)
    given = np.flatnonzero(facts.moved | (facts.priced_out & (problem.current_seat >= 0)))
    taken = np.flatnonzero(facts.moved & (plan.seat < standing))
    held = facts.served[plan.seat[facts.served] < standing]

    def per_seat(seat: Ints, weights: Floats | None = None) -> Floats:
        return np.bincount(seat, weights=weights, minlength=standing).astype(np.float64)

    return {
        "held": per_seat(plan.seat[held]),
        "given": per_seat(problem.current_seat[given]),
        "taken": per_seat(plan.seat[taken]),
        "given_eur": per_seat(problem.current_seat[given], revenue[given]),
        "taken_eur": per_seat(plan.seat[taken], revenue[taken]),
        "revenue": per_seat(problem.current_seat[owned], revenue[owned]),
    }
