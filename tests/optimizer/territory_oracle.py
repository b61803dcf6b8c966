"""Find the best territory plan by trying every plan; slow and obviously right.

Every rule is one small function over all plans at once: a row a plan, a column a unit. Seats
S, S + 1, ... are the vacant seats opened; -1 is nobody.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import TerritoryProblem

NEAR = 1e-9


@dataclass(frozen=True)
class Best:
    """Hold the least EUR of a plan that keeps every rule, None when none does."""

    eur: float | None
    seats: tuple[int, ...] | None
    least_missed: float
    """Smallest sum of missed hard windows, in mean targets, when the other rules hold."""
    site: tuple[int, ...] = ()
    """Sites of the vacant seats opened, ascending."""


def brute_force(problem: TerritoryProblem) -> Best:
    """Try all plans: every choice of sites, and every seat (or nobody) for every unit.

    Groups that cannot stay together and moves that cannot be avoided are not excused: then no
    plan keeps every rule. A unit that no seat may serve is left out, as its rule says.
    """
    best = Best(None, None, np.inf)
    for site in site_choices(problem):
        cost = choice_cost(problem, site)
        choices = [np.flatnonzero(np.isfinite(row)) - 1 for row in cost]
        plans = np.array(list(itertools.product(*choices)), dtype=np.int64)
        plans = plans.reshape(-1, len(problem.unit_ids))
        eur = total_eur(problem, plans, site)
        kept = ~np.isinf(eur)
        missed = hard_missed(problem, plans, site)
        least = min(best.least_missed, float(missed[kept].min(initial=np.inf)))
        kept &= missed <= NEAR
        if kept.any() and (best.eur is None or eur[kept].min() < best.eur - NEAR):
            row = np.flatnonzero(kept)[eur[kept].argmin()]
            best = Best(float(eur[row]), tuple(plans[row].tolist()), least, site)
        best = Best(best.eur, best.seats, least, best.site)
    return best


def site_choices(problem: TerritoryProblem) -> Iterator[tuple[int, ...]]:
    """Yield the sets of sites that may be opened; which seat stands on which does not matter."""
    if problem.vacant is None:
        yield ()
        return
    for count in range(problem.vacant.least, problem.vacant.most + 1):
        yield from itertools.combinations(range(len(problem.vacant.site_ids)), count)


def choice_cost(problem: TerritoryProblem, site: tuple[int, ...]) -> np.ndarray:
    """Return EUR (U, 1 + S + V) of nobody, each seat, each opened seat; inf: not allowed."""
    units, seats = len(problem.unit_ids), len(problem.seat_ids)
    served = problem.costs().rows(0, units)
    anywhere = np.isfinite(served).any(axis=1)
    dearest = float(served[np.isfinite(served)].max(initial=0.0))
    if problem.vacant is not None:
        anywhere |= np.isfinite(problem.vacant.cost).any(axis=1)
        served = np.hstack([served, problem.vacant.cost[:, list(site)]])
    price = problem.unserved_price if problem.unserved_price.size else np.full(units, np.inf)
    nobody = np.where(anywhere | np.isfinite(price), price, dearest)
    cost = np.hstack([nobody[:, None], served])
    for unit in np.flatnonzero(problem.locked).tolist():
        seat = 1 + int(problem.current_seat[unit])
        stays = cost[unit, seat]
        cost[unit] = np.inf
        cost[unit, seat if np.isfinite(stays) else 0] = min(stays, dearest)
    for v, j in enumerate(site):
        home = int(problem.vacant.home_unit[j])
        if home >= 0:
            cost[home, np.arange(1 + seats + len(site)) != 1 + seats + v] = np.inf
    return cost


def total_eur(problem: TerritoryProblem, plans: np.ndarray, site: tuple[int, ...]) -> np.ndarray:
    """Return EUR of each plan (N,), inf where a rule other than a hard window is broken."""
    cost = choice_cost(problem, site)
    eur = cost[np.arange(plans.shape[1]), plans + 1].sum(axis=1)
    moved = (problem.current_seat >= 0) & (plans >= 0) & (plans != problem.current_seat)
    eur = eur + moved @ problem.move_cost
    eur += _missed(problem, plans, site, hard=False)
    if problem.vacant is not None:
        eur += problem.vacant.open_cost[list(site)].sum()
    limit = problem.max_moved_share * (problem.current_seat >= 0).sum()
    allowed = (moved.sum(axis=1) <= limit + NEAR) & _groups_together(problem, plans)
    allowed &= _limits_kept(problem, plans)
    eur = np.where(allowed, eur, np.inf)
    if problem.contiguity != "off":
        for row in np.flatnonzero(~np.isinf(eur)):
            stray = stray_units(problem, plans[row])
            hard = problem.contiguity == "required"
            eur[row] += (np.inf if stray else 0.0) if hard else stray * problem.stray_eur
    return eur


def _groups_together(problem: TerritoryProblem, plans: np.ndarray) -> np.ndarray:
    together = np.ones(len(plans), dtype=bool)
    for group in set(problem.group[problem.group >= 0].tolist()):
        members = plans[:, problem.group == group]
        together &= (members == members[:, :1]).all(axis=1)
    return together


def _limits_kept(problem: TerritoryProblem, plans: np.ndarray) -> np.ndarray:
    """Say which plans keep the limits (N,); a unit left out at a price is given away."""
    kept = np.ones(len(plans), dtype=bool)
    priced = np.isfinite(problem.unserved_price) if problem.unserved_price.size else False
    leaves = (plans >= 0) | (priced & ~problem.locked)
    moved = (problem.current_seat >= 0) & leaves & (plans != problem.current_seat)
    revenue = problem.revenue_eur if problem.revenue_eur.size else np.zeros(plans.shape[1])
    for s in range(len(problem.seat_ids)):
        given, taken = moved & (problem.current_seat == s), moved & (plans == s)
        held = (plans == s).sum(axis=1)
        for name, amount in (
            ("most_units", held),
            ("most_given", given.sum(axis=1)),
            ("most_taken", taken.sum(axis=1)),
            ("most_given_eur", given @ revenue),
            ("most_taken_eur", taken @ revenue),
        ):
            limit = getattr(problem.limits, name)
            kept &= amount <= limit[s] + NEAR if limit.size else True
        least = problem.limits.least_units
        kept &= held >= least[s] - NEAR if least.size else True
    return kept


def hard_missed(problem: TerritoryProblem, plans: np.ndarray, site: tuple[int, ...]) -> np.ndarray:
    """Return by how much each plan (N,) misses hard windows, in mean targets."""
    return _missed(problem, plans, site, hard=True)


def _missed(
    problem: TerritoryProblem, plans: np.ndarray, site: tuple[int, ...], *, hard: bool
) -> np.ndarray:
    """Return what windows are missed by (N,): hard ones in mean targets, soft ones in EUR."""
    total = np.zeros(len(plans))
    lower, upper = problem.windows()
    if site:
        lower = np.vstack([lower, problem.vacant.lower[list(site)]])
        upper = np.vstack([upper, problem.vacant.upper[list(site)]])
    for k in range(problem.measures.shape[1]):
        price = problem.miss_price[k] if problem.miss_price.size else np.inf
        if np.isinf(price) != hard:
            continue
        mean = problem.targets[:, k].mean() if len(problem.targets) else 0.0
        for s in range(len(lower)):
            load = _load(problem, plans, s, k)
            miss = np.maximum(np.maximum(load - upper[s, k], lower[s, k] - load), 0.0)
            miss = np.where(miss > NEAR, miss, 0.0)
            total += miss / (mean or 1.0) if hard else miss * price
    return total


def _load(problem: TerritoryProblem, plans: np.ndarray, s: int, k: int) -> np.ndarray:
    units = np.arange(plans.shape[1])
    by_seat = problem.seat_measures is not None and s < len(problem.seat_ids)
    brings = problem.seat_measures[units, s, k] if by_seat else problem.measures[units, k]
    return (plans == s) @ brings


def stray_units(problem: TerritoryProblem, seats: np.ndarray) -> int:
    """Return how many units lie away from their seat's largest piece, part by part."""
    everything = _pieces(problem.edges.tolist(), list(range(len(seats))))
    stray = 0
    for part in everything:
        for seat in sorted({int(seats[u]) for u in part} - {-1}):
            pieces = _pieces(problem.edges.tolist(), [u for u in part if seats[u] == seat])
            stray += sum(map(len, pieces)) - max(map(len, pieces))
    return stray


def _pieces(edges: list[list[int]], nodes: list[int]) -> list[set[int]]:
    """Return the connected pieces of the graph between `nodes` alone."""
    pieces: list[set[int]] = []
    left = set(nodes)
    while left:
        piece, frontier = set(), {min(left)}
        while frontier:
            piece |= frontier
            near = {b for a, b in edges if a in frontier} | {a for a, b in edges if b in frontier}
            frontier = (near & left) - piece
        pieces.append(piece)
        left -= piece
    return pieces


def plans_to_try(problem: TerritoryProblem) -> int:
    """Return how many plans `brute_force` looks at."""
    return sum(
        math.prod(np.isfinite(choice_cost(problem, site)).sum(axis=1).tolist())
        for site in site_choices(problem)
    )
