"""Find the one reason that decides why some work is left undone, and what would help."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.staffing_capacity import able_people, kept_hours, nobody_able
from optimizer.staffing_problem import (
    HireOffer,
    ProviderOffer,
    StaffingPlan,
    StaffingProblem,
)
from optimizer.staffing_words import amount, listed, number_word, verb

IDLE_SHARE = 0.01
"""Idle hours below this share of people's time are not worth a word."""
FULL_SHARE = 0.999


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Hold the work left at one bottleneck: pool (G: shared), phase, over some months."""

    pool: int
    phase: int
    months: tuple[int, ...]
    hours: float
    units: float
    value_eur: float


def why(problem: StaffingProblem, plan: StaffingPlan, gap: Gap) -> tuple[str, str, str]:
    """Return code, reason and remedy; the first reason that holds decides."""
    if all(nobody_able(problem, gap.pool, gap.phase, month) for month in gap.months):
        return _nobody(problem, gap)
    idle_elsewhere, idle = _idle_hours(problem, plan, gap)
    threshold = IDLE_SHARE * max(_people_hours(problem, gap), gap.hours)
    if idle_elsewhere > threshold:
        return _role_limit(problem, gap, idle_elsewhere)
    kept = kept_hours(problem, plan, gap.phase, gap.pool, gap.months)
    if kept > threshold:
        return _least_share(problem, gap, kept)
    levers = _levers_left(problem, plan, gap)
    if levers or idle > threshold:
        return _costs_more(problem, gap, levers, idle)
    return _capacity(problem, gap)


def _nobody(problem: StaffingProblem, gap: Gap) -> tuple[str, str, str]:
    phase = problem.phases[gap.phase]
    waiting = [
        offer.provider_id
        for offer in problem.providers
        if gap.phase in offer.phases and not problem.documented[gap.phase]
    ]
    remedy = f"train or hire somebody for {phase}"
    if waiting:
        remedy += f", or document the phase so that {listed(waiting, 'or')} may take it"
    return "nobody_able", f"nobody is able to do {phase}{_where(problem, gap)} then", remedy


def _role_limit(problem: StaffingProblem, gap: Gap, idle: float) -> tuple[str, str, str]:
    phase = problem.phases[gap.phase]
    most = problem.most_phases
    phases = f"{number_word(most)} {verb(most, 'phase', 'phases')}"
    return (
        "role_limit",
        f"people able to do {phase} have {amount(idle)} h to spare, but hold other phases,"
        f" and nobody holds more than {phases}",
        f"give {phase} to somebody with time to spare, or allow one more phase a person",
    )


def _least_share(problem: StaffingProblem, gap: Gap, kept: float) -> tuple[str, str, str]:
    phase = problem.phases[gap.phase]
    return (
        "least_share",
        f"those who hold {phase}{_where(problem, gap)} have {amount(kept)} h to spare, kept for"
        f" the other phases they hold: {problem.least_share:.0%} of the time each",
        "one phase less for some of them, or a lower least share",
    )


def _costs_more(
    problem: StaffingProblem, gap: Gap, levers: list[str], idle: float
) -> tuple[str, str, str]:
    phase = problem.phases[gap.phase]
    if not levers:
        return (
            "costs_more",
            f"people able to do {phase} have {amount(idle)} h to spare, but the price of their"
            " hours, or of another phase of the same work, is more than it brings",
            "raise the value of this work or lower the price of its hours",
        )
    return (
        "costs_more",
        f"own people able to do {phase}{_where(problem, gap)} have no time left, and"
        f" {listed(levers, 'or')} would cost more than this work brings",
        f"bargain over {listed(levers, 'and')}, or accept the loss",
    )


def _capacity(problem: StaffingProblem, gap: Gap) -> tuple[str, str, str]:
    people = able_people(problem, gap.pool, gap.phase)
    phase = problem.phases[gap.phase]
    count = len(people)
    offers = problem.hires or problem.providers
    return (
        "capacity",
        f"the {number_word(count)} {verb(count, 'person', 'persons')} able to do"
        f" {phase}{_where(problem, gap)} {verb(count, 'has', 'have')}"
        f" {amount(_people_hours(problem, gap))} h then, all of it used"
        + (", and no hire or provider can add to it" if offers else ""),
        f"one more person able to do {phase}, or less work",
    )


def _where(problem: StaffingProblem, gap: Gap) -> str:
    return "" if gap.pool == len(problem.pools) else f" in {problem.pools[gap.pool]}"


def _people_hours(problem: StaffingProblem, gap: Gap) -> float:
    people = able_people(problem, gap.pool, gap.phase)
    return float(problem.person_hours[people][:, list(gap.months)].sum())


def _idle_hours(problem: StaffingProblem, plan: StaffingPlan, gap: Gap) -> tuple[float, float]:
    """Return idle hours of people able whose role is full of other phases, and of the rest."""
    people = able_people(problem, gap.pool, gap.phase)
    used = plan.person_hours.sum(axis=1) + plan.steering_hours
    spare = np.maximum(problem.person_hours - used, 0.0)
    idle = spare[people][:, list(gap.months)].sum(axis=1)
    full = plan.roles[people].sum(axis=1) >= problem.most_phases
    elsewhere = full & ~plan.roles[people, gap.phase]
    return float(idle[elsewhere].sum()), float(idle[~elsewhere].sum())


def _levers_left(problem: StaffingProblem, plan: StaffingPlan, gap: Gap) -> list[str]:
    """Name the offers that could still do some of it."""
    hires = [
        offer.offer_id
        for index, offer in enumerate(problem.hires)
        if _may_hire(problem, offer, gap) and plan.hired[index].sum() < offer.max_count
    ]
    providers = [
        offer.provider_id
        for index, offer in enumerate(problem.providers)
        if _may_buy(problem, offer, gap) and _has_room(plan, index, offer, gap)
    ]
    return hires + providers


def _may_hire(problem: StaffingProblem, offer: HireOffer, gap: Gap) -> bool:
    reaches = gap.pool in offer.pools or (gap.pool == len(problem.pools) and bool(offer.pools))
    able = reaches and offer.productivity[gap.phase] > 0 and offer.decided is None
    return able and offer.lead_months <= gap.months[-1]


def _may_buy(problem: StaffingProblem, offer: ProviderOffer, gap: Gap) -> bool:
    reaches = gap.pool in offer.pools or gap.pool == len(problem.pools)
    return (
        reaches
        and offer.contract is None
        and gap.phase in offer.phases
        and bool(problem.documented[gap.phase])
        and offer.lead_months <= gap.months[-1]
    )


def _has_room(plan: StaffingPlan, index: int, offer: ProviderOffer, gap: Gap) -> bool:
    bought = plan.provider_hours[index].sum(axis=(0, 1))
    return any(
        bought[month] < FULL_SHARE * offer.capacity_hours
        for month in gap.months
        if month >= offer.lead_months
    )
