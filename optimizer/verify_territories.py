"""Check a territory plan against every rule, from the problem's own numbers alone.

Shares no code with the solver. A missed window, a group taken apart, an unserved unit or moves
beyond the limit pass only when a shortfall declares them, and declares enough.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from optimizer.result import Shortfall
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from optimizer.verify import Violation

ROUNDING = 1e-6
"""A window may be missed by this share of the mean target: sums of floats are not exact."""


def verify_territories(
    problem: TerritoryProblem,
    plan: TerritoryPlan,
    declared: Iterable[Shortfall] = (),
    terms: Mapping[str, float] | None = None,
) -> tuple[Violation, ...]:
    """Return every broken rule that `declared` does not own up to; empty for a sound plan.

    Parameters
    ----------
    declared
        The solution's shortfalls.
    terms
        The solution's objective line by line; checked against a recount when given.
    """
    units, seats = len(problem.unit_ids), len(problem.seat_ids)
    if plan.seat.shape != (units,):
        return (_violation("shape", "plan", plan.seat.size, units, "The plan misses units."),)
    known = {(s.code, s.subject): s.amount for s in declared}
    unknown = _unknown_seats(problem, plan)
    if unknown:
        return unknown
    found = [*_unserved(problem, plan, known), *_eligibility(problem, plan)]
    found += [*_locks(problem, plan), *_groups(problem, plan, known)]
    found += [*_windows(problem, plan, known)] if seats else []
    found += [*_moves(problem, plan, known), *_terms(problem, plan, terms or {})]
    return tuple(found)


def _violation(rule: str, subject: str, amount: float, limit: float, message: str) -> Violation:
    return Violation(
        rule=rule, subject=subject, amount=float(amount), limit=float(limit), message=message
    )


def _unknown_seats(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Violation, ...]:
    seats = len(problem.seat_ids)
    wrong = np.flatnonzero((plan.seat < -1) | (plan.seat >= seats))
    return tuple(
        _violation(
            "seat", problem.unit_ids[u], plan.seat[u], seats - 1, "It has a seat nobody knows."
        )
        for u in wrong
    )


def _unserved(
    problem: TerritoryProblem, plan: TerritoryPlan, known: Mapping[tuple[str, str], float]
) -> Iterable[Violation]:
    """T3: a unit is left out only when no seat may serve it, or its lock forbids all that may."""
    for unit in np.flatnonzero(plan.seat == -1).tolist():
        subject, allowed = problem.unit_ids[unit], np.isfinite(problem.cost[unit])
        if problem.locked[unit]:
            code, cannot = "lock_not_eligible", not allowed[problem.current_seat[unit]]
        else:
            code, cannot = "no_eligible_seat", not allowed.any()
        if not cannot:
            message = "It is unserved although a seat may serve it."
        elif (code, subject) not in known:
            message = "It is unserved and no shortfall says so."
        else:
            continue
        yield _violation("unserved", subject, 1.0, 0.0, message)


def _eligibility(problem: TerritoryProblem, plan: TerritoryPlan) -> Iterable[Violation]:
    served = np.flatnonzero(plan.seat >= 0)
    for unit in served[~np.isfinite(problem.cost[served, plan.seat[served]])].tolist():
        seat = problem.seat_ids[plan.seat[unit]]
        yield _violation(
            "eligibility", problem.unit_ids[unit], 1.0, 0.0, f"{seat} may not serve it."
        )


def _locks(problem: TerritoryProblem, plan: TerritoryPlan) -> Iterable[Violation]:
    strayed = problem.locked & (plan.seat >= 0) & (plan.seat != problem.current_seat)
    for unit in np.flatnonzero(strayed).tolist():
        seat = problem.seat_ids[problem.current_seat[unit]]
        message = f"It is locked to {seat} and was given away."
        yield _violation("lock", problem.unit_ids[unit], 1.0, 0.0, message)


def _groups(
    problem: TerritoryProblem, plan: TerritoryPlan, known: Mapping[tuple[str, str], float]
) -> Iterable[Violation]:
    """T3: served members of a group share one seat unless the split is declared."""
    for group in np.unique(problem.group[problem.group >= 0]).tolist():
        seats = np.unique(plan.seat[(problem.group == group) & (plan.seat >= 0)])
        subject = f"group {group}"
        if len(seats) > 1 and ("group_split", subject) not in known:
            names = ", ".join(problem.seat_ids[s] for s in seats)
            yield _violation("group", subject, len(seats), 1.0, f"It is spread over {names}.")


def _windows(
    problem: TerritoryProblem, plan: TerritoryPlan, known: Mapping[tuple[str, str], float]
) -> Iterable[Violation]:
    """T4: every balanced measure of every seat lies in its window."""
    for measure, name in enumerate(problem.measure_names):
        target = problem.targets[:, measure]
        if target.sum() <= 0:
            continue
        rounding = ROUNDING * float(target.mean())
        served = plan.seat >= 0
        load = np.bincount(
            plan.seat[served],
            weights=problem.measures[served, measure],
            minlength=len(problem.seat_ids),
        )
        reach = target * problem.tolerance[measure]
        sides = (
            ("window_above", target + reach, load - (target + reach)),
            ("window_below", target - reach, (target - reach) - load),
        )
        for code, limit, missed in sides:
            for seat in np.flatnonzero(missed > rounding).tolist():
                subject = f"{problem.seat_ids[seat]} / {name}"
                if missed[seat] <= known.get((code, subject), 0.0) + rounding:
                    continue
                message = f"It carries {load[seat]:.6g} {name}, the limit is {limit[seat]:.6g}."
                yield _violation("window", subject, load[seat], limit[seat], message)


def _moves(
    problem: TerritoryProblem, plan: TerritoryPlan, known: Mapping[tuple[str, str], float]
) -> Iterable[Violation]:
    """T6: of the units with a seat today, at most the share allowed gets another one."""
    owned = problem.current_seat >= 0
    moved = int((owned & (plan.seat >= 0) & (plan.seat != problem.current_seat)).sum())
    limit = math.floor(problem.max_moved_share * int(owned.sum()) + 1e-9)
    excused = known.get(("moves_above_limit", "moved units"), 0.0)
    if moved > limit + excused:
        message = f"{moved} units move, {limit} may."
        yield _violation("moved_share", "moved units", moved, limit, message)


def _terms(
    problem: TerritoryProblem, plan: TerritoryPlan, terms: Mapping[str, float]
) -> Iterable[Violation]:
    """T1: travel and moves counted again, unit by unit."""
    travel, moves = [], []
    for unit, seat in enumerate(plan.seat.tolist()):
        if seat < 0:
            continue
        travel.append(float(problem.cost[unit, seat]))
        if problem.current_seat[unit] not in (-1, seat):
            moves.append(float(problem.move_cost[unit]))
    for name, amounts in (("travel_eur", travel), ("moves_eur", moves)):
        if name not in terms:
            continue
        total = math.fsum(amounts)
        if not abs(terms[name] - total) <= 1e-6 * max(1.0, abs(total)):
            message = f"{name} is given as {terms[name]:.6g}, a recount gives {total:.6g}."
            yield _violation("objective", name, terms[name], total, message)
