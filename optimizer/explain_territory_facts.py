"""What the sentences on a territory plan are made of: loads, caps, neighbours, decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Hold a plan and what it means for S seats and V vacant ones opened.

    Attributes
    ----------
    names
        (S + V,) names of the seats.
    before, after
        (S + V, K) loads.
    lower, upper
        (S + V, K) windows.
    middle
        (S + V, K) targets, or the middle of a window that is given otherwise.
    price
        (S + V, K) worth of room in the windows, 0 for vacant seats.
    held_before, held, given, taken, given_eur, taken_eur
        (S + V,) accounts and EUR by seat.
    bans
        Unit -> seats ruled out for it, with the reason.
    neighbours
        (E, 2) edges in both directions, sorted; empty where contiguity is off.
    """

    problem: TerritoryProblem
    plan: TerritoryPlan
    names: tuple[str, ...]
    before: Floats
    after: Floats
    lower: Floats
    upper: Floats
    middle: Floats
    price: Floats
    held_before: Floats
    held: Floats
    given: Floats
    taken: Floats
    given_eur: Floats
    taken_eur: Floats
    bans: Mapping[int, tuple[tuple[int, str], ...]]
    neighbours: Ints

    def cost(self, unit: int) -> Floats:
        """Return EUR a year (S + V,) of serving a unit; +inf where the seat may not."""
        row = self.problem.costs().rows(unit, unit + 1)[0]
        if self.problem.vacant is None:
            return row
        return np.concatenate([row, self.problem.vacant.cost[unit, self.plan.site]])

    def measures(self, unit: int, seat: int) -> Floats:
        """Return (K,) what the unit brings to the seat."""
        if self.problem.seat_measures is None or seat >= len(self.problem.seat_ids):
            return self.problem.measures[unit]
        return self.problem.seat_measures[unit, seat]

    def has_neighbour_at(self, unit: int, seat: int) -> bool:
        """Say whether a neighbour of the unit goes to the seat."""
        first, last = np.searchsorted(self.neighbours[:, 0], [unit, unit + 1])
        return bool((self.plan.seat[self.neighbours[first:last, 1]] == seat).any())


def gather(
    problem: TerritoryProblem,
    plan: TerritoryPlan,
    bans: Mapping[tuple[int, int], str],
    names: Sequence[str] | None,
) -> Facts:
    """Return the facts of a plan."""
    lower, upper = problem.windows()
    middle = _middle(lower, upper) if problem.lower_limits.size else problem.targets
    vacant, opened = problem.vacant, len(plan.site)
    if vacant is not None:
        low, high = vacant.lower[plan.site], vacant.upper[plan.site]
        lower, upper = np.vstack([lower, low]), np.vstack([upper, high])
        middle = np.vstack([middle, _middle(low, high)])
    seats = len(problem.seat_ids) + opened
    site_names = [vacant.site_ids[j] for j in plan.site] if vacant is not None else []
    revenue = problem.revenue_eur if problem.revenue_eur.size else np.zeros(len(plan.seat))
    moved = np.flatnonzero(
        (problem.current_seat >= 0) & (plan.seat >= 0) & (plan.seat != problem.current_seat)
    )
    source, target = problem.current_seat[moved], plan.seat[moved]
    return Facts(
        problem=problem,
        plan=plan,
        names=tuple(names) if names is not None else (*problem.seat_ids, *site_names),
        before=_loads(problem, problem.current_seat, seats),
        after=_loads(problem, plan.seat, seats),
        lower=lower,
        upper=upper,
        middle=middle,
        price=_padded(plan.window_price, lower.shape),
        held_before=_count(problem.current_seat[problem.current_seat >= 0], seats),
        held=_count(plan.seat[plan.seat >= 0], seats),
        given=_count(source, seats),
        taken=_count(target, seats),
        given_eur=_count(source, seats, revenue[moved]),
        taken_eur=_count(target, seats, revenue[moved]),
        bans=_by_unit(bans),
        neighbours=_both_ways(problem),
    )


def _padded(price: Floats, shape: tuple[int, ...]) -> Floats:
    """Return prices of all seats; a vacant seat may have none."""
    padded = np.zeros(shape)
    padded[: len(price)] = price
    return padded


def _middle(lower: Floats, upper: Floats) -> Floats:
    """Return the middle of windows; of one that is open, its end (or 0)."""
    low = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0))
    return (low + np.where(np.isfinite(upper), upper, low)) / 2


def _loads(problem: TerritoryProblem, seat: Ints, seats: int) -> Floats:
    load = np.zeros((seats, len(problem.measure_names)))
    held = np.flatnonzero((seat >= 0) & (seat < seats))
    standing = held[seat[held] < len(problem.seat_ids)]
    vacant = held[seat[held] >= len(problem.seat_ids)]
    np.add.at(load, seat[standing], problem.measures_at(standing, seat[standing]))
    np.add.at(load, seat[vacant], problem.measures[vacant])
    return load


def _count(seat: Ints, seats: int, weights: Floats | None = None) -> Floats:
    return np.bincount(seat, weights=weights, minlength=seats).astype(np.float64)


def _by_unit(bans: Mapping[tuple[int, int], str]) -> dict[int, tuple[tuple[int, str], ...]]:
    found: dict[int, tuple[tuple[int, str], ...]] = {}
    for (unit, seat), why in sorted(bans.items()):
        found[unit] = (*found.get(unit, ()), (seat, why))
    return found


def _both_ways(problem: TerritoryProblem) -> Ints:
    if problem.contiguity == "off":
        return np.zeros((0, 2), dtype=np.int64)
    edges = np.vstack([problem.edges, problem.edges[:, ::-1]])
    return edges[np.lexsort((edges[:, 1], edges[:, 0]))]


def cap_in_the_way(facts: Facts, unit: int, today: int, chosen: int, cheaper: int) -> str:
    """Name the cap or rule that keeps the unit from the cheaper seat, "" for none."""
    limits, names = facts.problem.limits, facts.names
    standing, owned = len(facts.problem.seat_ids), today >= 0
    revenue = float(facts.problem.revenue_eur[unit]) if facts.problem.revenue_eur.size else 0.0
    # A move that is made already is counted in what its seat has given.
    again = 0.0 if owned and chosen != today else 1.0
    leaves, joins = owned and cheaper != today, owned and cheaper != today and cheaper < standing
    checks = (
        (cheaper < standing, limits.most_units, facts.held, cheaper, 1.0,
         "holds as many accounts as it may"),
        (joins, limits.most_taken, facts.taken, cheaper, 1.0, "may take no more accounts"),
        (joins, limits.most_taken_eur, facts.taken_eur, cheaper, revenue,
         "may take no more revenue"),
        (leaves, limits.most_given, facts.given, today, again, "may give no more accounts away"),
        (leaves, limits.most_given_eur, facts.given_eur, today, again * revenue,
         "may give no more revenue away"),
    )  # fmt: skip
    for applies, limit, counts, seat, more, words in checks:
        if applies and limit.size and more and counts[seat] + more > limit[seat] + 1e-6:
            return f"{names[seat]} {words}"
    least = limits.least_units
    if chosen < standing and least.size and facts.held[chosen] - 1 < least[chosen] - 1e-6:
        return f"{names[chosen]} needs it for the fewest accounts it holds"
    if facts.problem.contiguity != "off" and not facts.has_neighbour_at(unit, cheaper):
        return f"none of its neighbours is with {names[cheaper]}"
    return ""
