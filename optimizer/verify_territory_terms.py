"""Count the objective of a territory plan again, line by line (T1)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from optimizer.territory_problem import TerritoryProblem
from optimizer.verify import Violation
from optimizer.verify_pieces import stray_units
from optimizer.verify_seat_limits import (
    ROUNDING,
    check_limits,
    check_windows,
    miss_prices,
    missed,
    window_scale,
)
from optimizer.verify_territory_facts import Facts, violation

BLOCK = 4096
"""Units whose costs at all seats are looked at together."""


def check_terms(facts: Facts, terms: Mapping[str, float]) -> Iterator[Violation]:
    """Compare every line of the objective with a recount; lines nobody knows are refused."""
    if not terms:
        return
    expected = recount(facts)
    for name, total in expected.items():
        yield from _compare(name, terms.get(name, 0.0), total, 1e-6 * max(1.0, abs(total)))
    yield from _imbalance(facts, terms.get("imbalance_eur", 0.0))
    for name in sorted(set(terms) - set(expected) - {"imbalance_eur"}):
        message = f"{name} is no line of the objective."
        yield violation("objective", name, terms[name], 0.0, message)


def recount(facts: Facts) -> dict[str, float]:
    """Return EUR a year by line, without missed windows."""
    problem, plan = facts.problem, facts.plan
    terms = {
        "travel_eur": math.fsum(facts.costs()),
        "moves_eur": math.fsum(problem.move_cost[facts.moved]),
        "unserved_eur": _unserved_eur(facts),
    }
    if problem.vacant is not None:
        terms["open_seats_eur"] = math.fsum(problem.vacant.open_cost[plan.site])
    preferred = problem.contiguity == "preferred"
    terms["stray_eur"] = stray_units(facts) * problem.stray_eur if preferred else 0.0
    return terms


def _unserved_eur(facts: Facts) -> float:
    """Price the units left out; one without a price costs as much as the dearest pair."""
    priced = np.flatnonzero(facts.priced_out)
    total = math.fsum(facts.problem.unserved_price[priced]) if len(priced) else 0.0
    without = len(facts.left_out) - len(priced)
    return total + (without * dearest_eur(facts.problem) if without else 0.0)


def dearest_eur(problem: TerritoryProblem) -> float:
    """Return the largest finite cost of a unit at one of the S seats, 0 without any."""
    dearest = 0.0
    for first in range(0, len(problem.unit_ids), BLOCK):
        block = problem.costs().rows(first, min(first + BLOCK, len(problem.unit_ids)))
        dearest = max(dearest, float(block[np.isfinite(block)].max(initial=0.0)))
    return dearest


def _imbalance(facts: Facts, given: float) -> Iterator[Violation]:
    """T5, T22: missed windows cost their price; hard ones missed as well come on top."""
    price = miss_prices(facts.problem)
    soft = np.flatnonzero(np.isfinite(price))
    total = float(missed(facts)[soft] @ price[soft])
    scales = np.array([window_scale(facts, k) for k in soft.tolist()])
    # A solver may take each window as kept that is missed by next to nothing.
    rounding = 1e-6 * max(1.0, total) + ROUNDING * facts.seats * float(scales @ price[soft])
    if given > total and _misses_hard_limits(facts):
        return
    yield from _compare("imbalance_eur", given, total, rounding)


def _misses_hard_limits(facts: Facts) -> bool:
    """Say whether any hard window or limit is missed, declared or not."""
    silent = Facts(**{**vars(facts), "declared": {}})
    return any(True for check in (check_windows, check_limits) for _ in check(silent))


def _compare(name: str, given: float, total: float, rounding: float) -> Iterator[Violation]:
    if not abs(given - total) <= rounding:
        message = f"{name} is given as {given:.6g}, a recount gives {total:.6g}."
        yield violation("objective", name, given, total, message)
