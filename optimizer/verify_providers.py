"""Check the providers of a staffing plan without the solver (docs/model-staffing.md, S5, S6)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.verify import Violation

HOURS = 1e-4


def providers_keep_to_their_phases(
    problem: StaffingProblem, plan: StaffingPlan
) -> Iterator[Violation]:
    """S6: only phases offered and documented, only pools offered, shared work as shared."""
    shared = len(problem.pools)
    for index, offer in enumerate(problem.providers):
        bought = plan.provider_hours[index].sum(axis=2)
        for pool, phase in np.argwhere(bought > HOURS).tolist():
            in_pool = pool in offer.pools and bool(problem.territorial[phase])
            as_shared = pool == shared and not problem.territorial[phase]
            usable = phase in offer.phases and bool(problem.documented[phase])
            if usable and (in_pool or as_shared):
                continue
            yield Violation(
                rule="provider_scope",
                subject=f"{offer.provider_id}, {problem.phases[phase]}",
                amount=float(bought[pool, phase]),
                limit=0.0,
                message=f"{offer.provider_id} may not do {problem.phases[phase]} there: the phase"
                " must be offered and documented, the pool offered",
            )


def providers_start_in_time(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S5: nobody starts before the lead time is over."""
    for index, start, _ in _engagements(problem, plan):
        offer = problem.providers[index]
        if start < offer.lead_months:
            yield Violation(
                rule="provider_lead",
                subject=f"{offer.provider_id}, {problem.months[start]}",
                amount=start,
                limit=offer.lead_months,
                message=f"{offer.provider_id} starts after {start} months, its lead time is"
                f" {offer.lead_months}",
            )


def providers_stay_the_term(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S5: an engagement lasts the minimum term; the end of the horizon may cut it."""
    for index, start, end in _engagements(problem, plan):
        offer = problem.providers[index]
        if end - start < offer.min_term_months and end < len(problem.months):
            yield Violation(
                rule="provider_term",
                subject=f"{offer.provider_id}, {problem.months[start]}",
                amount=end - start,
                limit=offer.min_term_months,
                message=f"{offer.provider_id} stops after {end - start} months, the minimum is"
                f" {offer.min_term_months}",
            )


def providers_pause_after_a_stop(
    problem: StaffingProblem, plan: StaffingPlan
) -> Iterator[Violation]:
    """S5: no start within the minimum term after a stop."""
    stopped: dict[int, int] = {}
    for index, start, end in _engagements(problem, plan):
        offer = problem.providers[index]
        pause = start - stopped.get(index, -offer.min_term_months)
        if pause < offer.min_term_months:
            yield Violation(
                rule="provider_pause",
                subject=f"{offer.provider_id}, {problem.months[start]}",
                amount=pause,
                limit=offer.min_term_months,
                message=f"{offer.provider_id} starts again {pause} months after its stop, not"
                f" {offer.min_term_months}",
            )
        stopped[index] = end


def providers_have_the_hours(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S6: hours bought stay within capacity, which ramps up anew at each start."""
    for index, offer in enumerate(problem.providers):
        if offer.contract is not None:
            continue
        bought = plan.provider_hours[index].sum(axis=(0, 1))
        age = -1
        for month, on in enumerate(plan.provider_on[index].tolist()):
            age = age + 1 if on else -1
            share = 0.0 if age < 0 else offer.ramp[age] if age < len(offer.ramp) else 1.0
            limit = offer.capacity_hours * share
            if bought[month] > limit + HOURS:
                yield Violation(
                    rule="provider_hours",
                    subject=f"{offer.provider_id}, {problem.months[month]}",
                    amount=float(bought[month]),
                    limit=limit,
                    message=f"{offer.provider_id} works {bought[month]:.1f} h in"
                    f" {problem.months[month]}, it can do {limit:.1f} h",
                )


def _engagements(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[tuple[int, int, int]]:
    """Yield provider, first month and the month after the last, in order of time.

    A contract signed before has terms of its own, judged by S17.
    """
    for index, row in enumerate(plan.provider_on.tolist()):
        if problem.providers[index].contract is not None:
            continue
        start = None
        for month, on in enumerate([*row, False]):
            if on and start is None:
                start = month
            elif not on and start is not None:
                yield index, start, month
                start = None


PROVIDER_RULES = (
    providers_keep_to_their_phases,
    providers_start_in_time,
    providers_stay_the_term,
    providers_pause_after_a_stop,
    providers_have_the_hours,
)
