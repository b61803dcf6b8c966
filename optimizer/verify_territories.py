"""Check a territory plan against every rule, from the problem's own numbers alone.

Shares no code with the solver. A missed limit, a group taken apart, an unserved unit or moves
beyond the limit pass only when a shortfall declares them, and declares enough. Every rule is
counted on whole arrays, so that a million units take seconds.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from optimizer.result import Shortfall
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from optimizer.verify import Violation
from optimizer.verify_pieces import check_contiguity
from optimizer.verify_seat_limits import check_limits, check_windows
from optimizer.verify_territory_facts import Facts, gather, violation
from optimizer.verify_territory_terms import check_terms


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
    units = len(problem.unit_ids)
    if plan.seat.shape != (units,):
        return (violation("shape", "plan", plan.seat.size, units, "The plan misses units."),)
    unknown = (*_sites(problem, plan), *_unknown_seats(problem, plan))
    if unknown:
        return unknown
    facts = gather(problem, plan, declared)
    found = [*_unserved(facts), *_eligibility(facts), *_locks(facts), *_groups(facts)]
    found += [*check_windows(facts), *check_limits(facts), *_moves(facts), *_homes(facts)]
    found += [*check_contiguity(facts), *check_terms(facts, terms or {})]
    return tuple(found)


def _unknown_seats(problem: TerritoryProblem, plan: TerritoryPlan) -> Iterator[Violation]:
    seats = len(problem.seat_ids) + len(plan.site)
    for unit in np.flatnonzero((plan.seat < -1) | (plan.seat >= seats)).tolist():
        message = "It has a seat nobody knows."
        yield violation("seat", problem.unit_ids[unit], plan.seat[unit], seats - 1, message)


def _sites(problem: TerritoryProblem, plan: TerritoryPlan) -> Iterator[Violation]:
    """T21: vacant seats stand on different sites there are, as many as may be opened."""
    count, vacant = len(plan.site), problem.vacant
    sites, least, most = (0, 0, 0)
    if vacant is not None:
        sites, least, most = len(vacant.site_ids), vacant.least, vacant.most
    if ((plan.site < 0) | (plan.site >= sites)).any():
        yield violation("site", "plan", count, sites, "A vacant seat has a site nobody knows.")
    if len(np.unique(plan.site)) < count:
        yield violation("site", "plan", count, sites, "Two vacant seats share a site.")
    if not least <= count <= most:
        message = f"{count} vacant seats are opened, {least} to {most} may be."
        yield violation("site_count", "plan", count, most if count > most else least, message)


def _homes(facts: Facts) -> Iterator[Violation]:
    """T21: the unit that lives at a site goes to the seat opened there."""
    if facts.problem.vacant is None:
        return
    home = facts.problem.vacant.home_unit[facts.plan.site]
    opened = facts.standing + np.arange(len(home))
    for v in np.flatnonzero((home >= 0) & (facts.plan.seat[home] != opened)).tolist():
        unit, site = facts.problem.unit_ids[home[v]], facts.seat_name(int(opened[v]))
        message = f"It lives at {site} and is not served by the seat there."
        yield violation("home_unit", unit, facts.plan.seat[home[v]], opened[v], message)


def _unserved(facts: Facts) -> Iterator[Violation]:
    """T3, T18: a unit is left out at its price, or when no seat may serve it, its lock included."""
    problem = facts.problem
    for unit in facts.left_out.tolist():
        subject = problem.unit_ids[unit]
        codes: tuple[str, ...]
        if facts.priced_out[unit]:
            codes, cannot = ("unserved_by_price", "no_eligible_seat"), True
        elif problem.locked[unit]:
            here = problem.costs().at(np.array([unit]), problem.current_seat[[unit]])
            codes, cannot = ("lock_not_eligible",), not np.isfinite(here[0])
        else:
            codes, cannot = ("no_eligible_seat",), facts.nobody_may_serve(unit)
        if not cannot:
            message = "It is unserved although a seat may serve it."
        elif not any((code, subject) in facts.declared for code in codes):
            message = "It is unserved and no shortfall says so."
        else:
            continue
        yield violation("unserved", subject, 1.0, 0.0, message)


def _eligibility(facts: Facts) -> Iterator[Violation]:
    for unit in facts.served[~np.isfinite(facts.costs())].tolist():
        seat = facts.seat_name(int(facts.plan.seat[unit]))
        subject = facts.problem.unit_ids[unit]
        yield violation("eligibility", subject, 1.0, 0.0, f"{seat} may not serve it.")


def _locks(facts: Facts) -> Iterator[Violation]:
    problem, plan = facts.problem, facts.plan
    strayed = problem.locked & (plan.seat >= 0) & (plan.seat != problem.current_seat)
    for unit in np.flatnonzero(strayed).tolist():
        seat = problem.seat_ids[problem.current_seat[unit]]
        message = f"It is locked to {seat} and was given away."
        yield violation("lock", problem.unit_ids[unit], 1.0, 0.0, message)


def _groups(facts: Facts) -> Iterator[Violation]:
    """T3, T18: members of a group share one seat, or are all left out at their prices.

    A member that nobody may serve takes its group apart, which is declared as well.
    """
    problem, plan = facts.problem, facts.plan
    counted = np.flatnonzero((problem.group >= 0) & ((plan.seat >= 0) | facts.priced_out))
    order = counted[np.lexsort((plan.seat[counted], problem.group[counted]))]
    group, seat = problem.group[order], plan.seat[order]
    torn = np.unique(group[1:][(group[1:] == group[:-1]) & (seat[1:] != seat[:-1])])
    for number in torn.tolist():
        subject = f"group {number}"
        if ("group_split", subject) in facts.declared:
            continue
        seats = np.unique(seat[group == number]).tolist()
        names = ", ".join("nobody" if s < 0 else facts.seat_name(s) for s in seats)
        yield violation("group", subject, len(seats), 1.0, f"It is spread over {names}.")


def _moves(facts: Facts) -> Iterator[Violation]:
    """T6: of the units with a seat today, at most the share allowed gets another one."""
    owned, moved = int((facts.problem.current_seat >= 0).sum()), int(facts.moved.sum())
    limit = math.floor(facts.problem.max_moved_share * owned + 1e-9)
    excused = facts.declared.get(("moves_above_limit", "moved units"), 0.0)
    if not moved <= limit + excused:
        message = f"{moved} units move, {limit} may."
        yield violation("moved_share", "moved units", moved, limit, message)
