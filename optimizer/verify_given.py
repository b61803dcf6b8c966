"""Check that a staffing plan keeps what was decided before (docs/model-staffing.md, S17)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_given_problem import CrewWork, steering_sets
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.verify import Violation
from optimizer.verify_supply import hours_asked

Floats = NDArray[np.float64]
Place = tuple[int, int, int]

HOURS = 1e-4


def hires_are_those_decided(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S17: of an offer decided before, these persons are hired and no others, in these roles."""
    for index, offer in enumerate(problem.hires):
        if offer.decided is None:
            continue
        due: dict[tuple[int, tuple[int, ...], int], int] = defaultdict(int)
        for each in offer.decided:
            for month in np.flatnonzero(each.counts).tolist():
                due[each.pool, each.phases, month] += int(each.counts[month])
        planned: dict[tuple[int, tuple[int, ...], int], int] = defaultdict(int)
        for group in plan.hire_groups:
            if group.offer == index:
                planned[group.pool, group.phases, group.month] += group.count
        for pool, phases, month in sorted({*due, *planned}):
            key = (pool, phases, month)
            if due[key] != planned[key]:
                subject = f"{offer.offer_id}, {problem.pools[pool]}, {problem.months[month]}"
                yield _differs(
                    rule="hires_decided",
                    subject=subject,
                    amount=planned[key],
                    limit=due[key],
                    what="hires",
                )
        yield from _counts(problem, plan, index)


def _counts(problem: StaffingProblem, plan: StaffingPlan, index: int) -> Iterator[Violation]:
    """Compare the numbers of hires too: roles may be left unsaid in a plan."""
    due = np.zeros(plan.hired.shape[1:], dtype=np.int64)
    for each in problem.hires[index].decided or ():
        due[each.pool] += each.counts
    for pool, month in np.argwhere(plan.hired[index] != due).tolist():
        subject = f"{problem.hires[index].offer_id}, {problem.pools[pool]}, {problem.months[month]}"
        amount, limit = int(plan.hired[index, pool, month]), int(due[pool, month])
        yield _differs(
            rule="hires_decided", subject=subject, amount=amount, limit=limit, what="hires"
        )


def contracts_run_as_signed(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S17: a contract signed before runs in its months and no others."""
    for index, offer in enumerate(problem.providers):
        if offer.contract is None:
            continue
        for month in np.flatnonzero(plan.provider_on[index] != offer.contract.running).tolist():
            subject = f"{offer.provider_id}, {problem.months[month]}"
            on = int(plan.provider_on[index, month])
            yield _differs(
                rule="contract_months",
                subject=subject,
                amount=on,
                limit=1 - on,
                what="months under contract",
            )


def volumes_are_those_signed(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S17: no more hours of a phase than were bought, month by month."""
    for index, offer in enumerate(problem.providers):
        if offer.contract is None:
            continue
        excess = plan.provider_hours[index] - offer.contract.hours
        for pool, phase, month in np.argwhere(excess > HOURS).tolist():
            amount = float(plan.provider_hours[index, pool, phase, month])
            limit = float(offer.contract.hours[pool, phase, month])
            subject = f"{offer.provider_id}, {problem.phases[phase]}, {problem.months[month]}"
            yield Violation(
                rule="contract_hours",
                subject=subject,
                amount=amount,
                limit=limit,
                message=f"{subject}: {amount:.1f} h are used, {limit:.1f} h were contracted",
            )


def crews_do_their_part(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S17: work that converts better in some hands is in these hands."""
    for crew in problem.given.crews if problem.given else ():
        done = _provider_hours(problem, plan, crew) + _people_hours(problem, plan, crew)
        asked = hours_asked(problem, plan, crew)
        for pool, phase, month in np.argwhere(done < asked - HOURS).tolist():
            amount, limit = float(done[pool, phase, month]), float(asked[pool, phase, month])
            subject = f"{crew.name}, {problem.phases[phase]}, {problem.months[month]}"
            yield Violation(
                rule="crew_hours",
                subject=subject,
                amount=amount,
                limit=limit,
                message=f"{subject}: the served units need {limit:.1f} h of them, {amount:.1f} h"
                " are there",
            )


def steering_is_of_the_pools_named(
    problem: StaffingProblem, plan: StaffingPlan
) -> Iterator[Violation]:
    """S17: people of the pools named give the steering of contracts that only they steer."""
    signed = [offer.contract for offer in problem.providers if offer.contract is not None]
    for pools in steering_sets(signed):
        mine = np.isin(problem.person_pool, sorted(pools))
        given = plan.steering_hours[mine].sum(axis=0)
        given = given + plan.hire_steering_hours[:, sorted(pools)].sum(axis=(0, 1))
        owed = np.zeros(len(problem.months))
        for contract in signed:
            if contract.steering_pools is not None and pools >= set(contract.steering_pools):
                owed += contract.steering_hours * contract.running
        for month in np.flatnonzero(given < owed - HOURS).tolist():
            where = ", ".join(problem.pools[pool] for pool in sorted(pools))
            amount, limit = float(given[month]), float(owed[month])
            yield Violation(
                rule="steering_pools",
                subject=f"{where}, {problem.months[month]}",
                amount=amount,
                limit=limit,
                message=f"{where}: {amount:.1f} h of steering are given in"
                f" {problem.months[month]}, {limit:.1f} h have to be",
            )


def _provider_hours(problem: StaffingProblem, plan: StaffingPlan, crew: CrewWork) -> Floats:
    if crew.provider is None:
        return np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    return np.asarray(problem.providers[crew.provider].quality * plan.provider_hours[crew.provider])


def _people_hours(problem: StaffingProblem, plan: StaffingPlan, crew: CrewWork) -> Floats:
    """Return (G + 1, P, T): standard hours of the crew's people, each once they belong to it."""
    done = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    months, gains = np.arange(len(problem.months)), problem.specialisation_gain or (1.0,)
    joined = crew.since[:, None] <= months
    for person in np.flatnonzero(joined.any(axis=1)).tolist() if crew.provider is None else ():
        held = max(1, int(plan.roles[person].sum()))
        rate = problem.productivity[person][:, None] * gains[min(held, len(gains)) - 1]
        rate = rate if problem.pace is None else rate * problem.pace[person]
        home, worked = int(problem.person_pool[person]), plan.person_hours[person]
        if plan.help_hours is not None and problem.help_speed is not None:
            away = np.where(joined[person], rate * plan.help_hours[person], 0.0)
            done[:-1] += problem.help_speed[home][:, None, None] * away
            worked = worked - plan.help_hours[person].sum(axis=0)
        own = np.where(joined[person], rate * worked, 0.0)
        done[home, problem.territorial] += own[problem.territorial]
        done[-1, ~problem.territorial] += own[~problem.territorial]
    return done


def _differs(*, rule: str, subject: str, amount: float, limit: float, what: str) -> Violation:
    return Violation(
        rule=rule,
        subject=subject,
        amount=amount,
        limit=limit,
        message=f"{subject}: {amount} {what} planned, {limit} were decided",
    )


GIVEN_RULES = (
    hires_are_those_decided,
    contracts_run_as_signed,
    volumes_are_those_signed,
    crews_do_their_part,
    steering_is_of_the_pools_named,
)
