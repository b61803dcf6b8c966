"""Check a staffing plan without the solver, and price it (docs/model-staffing.md).

Every rule is worked out again from the problem and the plan alone. Nothing is imported from the
files that write the model, so that a mistake there cannot hide here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_problem import HireOffer, StaffingPlan, StaffingProblem
from optimizer.verify import Violation
from optimizer.verify_given import GIVEN_RULES
from optimizer.verify_help import HELP_RULES
from optimizer.verify_hires import HIRE_RULES
from optimizer.verify_providers import PROVIDER_RULES
from optimizer.verify_shares import phases_held_keep_their_share
from optimizer.verify_supply import SUPPLY_RULES

Floats = NDArray[np.float64]

HOURS = 1e-4
"""Hours, or units, that rounding may cost."""

Rule = Callable[[StaffingProblem, StaffingPlan], Iterator[Violation]]


def violations_staffing(problem: StaffingProblem, plan: StaffingPlan) -> tuple[Violation, ...]:
    """Return every broken rule, in the order of the rules; empty for a plan that holds."""
    unreadable = tuple(_plan_is_readable(problem, plan))
    if unreadable:
        return unreadable
    return tuple(violation for rule in RULES for violation in rule(problem, plan))


def evaluate(problem: StaffingProblem, plan: StaffingPlan) -> dict[str, float]:
    """Return the terms of the objective in EUR, costs negative (S9)."""
    terms = {
        "margin_eur": math.fsum(problem.demand.value_eur * plan.served_units),
        "hire_eur": -math.fsum(_hire_costs_eur(problem, plan)),
        "provider_eur": -math.fsum(_provider_costs_eur(problem, plan)),
        "preference_eur": -_preference_eur(problem, plan),
        "role_change_eur": -_role_change_eur(problem, plan),
    }
    if plan.help_hours is not None:
        terms["help_eur"] = -problem.help_price_eur_per_hour * math.fsum(plan.help_hours.flat)
    return terms | dict(problem.given.money_eur if problem.given else ())


def _hire_costs_eur(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[float]:
    for index, offer in enumerate(problem.hires):
        for month, count in enumerate(plan.hired[index].sum(axis=0).tolist()):
            paid = _paid_months(offer, month, len(problem.months))
            yield count * (offer.recruiting_eur + paid * offer.cost_eur_per_month)


def _paid_months(offer: HireOffer, decided: int, months: int) -> int:
    left = max(0, months - decided - offer.lead_months)
    return min(left, offer.term_months) if offer.term_months else left


def _provider_costs_eur(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[float]:
    for index, offer in enumerate(problem.providers):
        if offer.contract is not None:
            yield offer.contract.cost_eur
            continue
        before = False
        for month, on in enumerate(plan.provider_on[index].tolist()):
            yield offer.setup_eur if on and not before else 0.0
            yield offer.retainer_eur_per_month if on else 0.0
            yield offer.price_eur_per_hour * float(plan.provider_hours[index, ..., month].sum())
            before = on


def _preference_eur(problem: StaffingProblem, plan: StaffingPlan) -> float:
    missing = (1.0 - problem.preference)[:, :, None] * plan.person_hours
    return problem.preference_eur_per_hour * float(missing.sum())


def _role_change_eur(problem: StaffingProblem, plan: StaffingPlan) -> float:
    changes = sum(
        int((held & ~today).sum())
        for held, today in zip(plan.roles, problem.current_phases, strict=True)
        if today.any()
    )
    return problem.role_change_eur * changes


def _plan_is_readable(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    people, phases, months = len(problem.person_ids), len(problem.phases), len(problem.months)
    pools, offers, providers = len(problem.pools), len(problem.hires), len(problem.providers)
    shapes = {
        "roles": (people, phases),
        "person_hours": (people, phases, months),
        "steering_hours": (people, months),
        "hired": (offers, pools, months),
        "hire_hours": (offers, pools, phases, months),
        "hire_steering_hours": (offers, pools, months),
        "provider_on": (providers, months),
        "provider_hours": (providers, pools + 1, phases, months),
        "served_units": (len(problem.demand.cell_ids),),
    }
    if plan.help_hours is not None:
        shapes["help_hours"] = (people, pools, phases, months)
    for name, shape in shapes.items():
        array = np.asarray(getattr(plan, name))
        if array.shape != shape:
            yield _unreadable(name, array.size, math.prod(shape), "has the wrong shape")
        elif not np.isfinite(array).all() or (array < -HOURS).any():
            yield _unreadable(name, float(array.min()), 0.0, "holds a negative or no number")
    if (plan.hired != np.rint(plan.hired)).any():
        yield _unreadable("hired", float(np.abs(plan.hired).max()), 0.0, "holds part of a person")
    for group in plan.hire_groups:
        place = (group.offer, group.pool, group.month, max(group.phases, default=0), 0)
        lowest = min(*place, *group.phases, group.count)
        if lowest < 0 or any(np.greater_equal(place, (offers, pools, months, phases, 1))):
            yield _unreadable("hire_groups", lowest, 0.0, "names what is not there")


def _unreadable(name: str, amount: float, limit: float, what: str) -> Violation:
    return Violation(
        rule="readable",
        subject=name,
        amount=float(amount),
        limit=float(limit),
        message=f"{name} of the plan {what}",
    )


def at_most_max_phases(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S1: nobody holds more phases than allowed."""
    for person, held in enumerate(plan.roles.sum(axis=1).tolist()):
        if held > problem.max_phases:
            yield Violation(
                rule="max_phases",
                subject=problem.person_ids[person],
                amount=held,
                limit=problem.max_phases,
                message=f"{problem.person_ids[person]} holds {held} phases,"
                f" at most {problem.max_phases} are allowed",
            )


def only_phases_one_can_do(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S1: a phase is held only by somebody able to do it."""
    for person, phase in np.argwhere(plan.roles & (problem.productivity <= 0)).tolist():
        yield Violation(
            rule="able",
            subject=problem.person_ids[person],
            amount=1,
            limit=0,
            message=f"{problem.person_ids[person]} holds {problem.phases[phase]},"
            " but is not able to do it",
        )


def pinned_phases_are_held(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S1: whoever is there holds the phases that the role must have."""
    if problem.must_hold is None:
        return
    for person, phase in np.argwhere(problem.must_hold & ~plan.roles).tolist():
        if not problem.person_hours[person].any():
            continue
        who, what = problem.person_ids[person], problem.phases[phase]
        yield Violation(
            rule="must_hold",
            subject=f"{who}, {what}",
            amount=0.0,
            limit=1.0,
            message=f"{who} must hold {what}, but does not",
        )


def holders_stay_in_the_field(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S1: whoever holds a territory keeps a territorial phase."""
    for person, name in enumerate(problem.person_ids):
        wanted = problem.field_phases(person) & problem.person_hours[person].any()
        if wanted.any() and not (plan.roles[person] & wanted).any():
            yield Violation(
                rule="holders_stay_in_the_field",
                subject=name,
                amount=0.0,
                limit=1.0,
                message=f"{name} holds a territory and no phase in the field",
            )


def hours_in_phases_held(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S2: hours only in phases held."""
    outside = np.where(plan.roles, 0.0, plan.person_hours.sum(axis=2))
    for person, phase in np.argwhere(outside > HOURS).tolist():
        yield Violation(
            rule="held",
            subject=problem.person_ids[person],
            amount=float(outside[person, phase]),
            limit=0.0,
            message=f"{problem.person_ids[person]} works {outside[person, phase]:.1f} h of"
            f" {problem.phases[phase]} without holding it",
        )


def hours_people_have(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S2: hours worked and steered stay within the hours of the month."""
    worked = plan.person_hours.sum(axis=1) + plan.steering_hours
    for person, month in np.argwhere(worked > problem.person_hours + HOURS).tolist():
        has = float(problem.person_hours[person, month])
        yield Violation(
            rule="person_hours",
            subject=f"{problem.person_ids[person]}, {problem.months[month]}",
            amount=float(worked[person, month]),
            limit=has,
            message=f"{problem.person_ids[person]} works {worked[person, month]:.1f} h in"
            f" {problem.months[month]}, but has {has:.1f} h",
        )


def steering_is_given(problem: StaffingProblem, plan: StaffingPlan) -> Iterator[Violation]:
    """S7: own people give each running provider its steering hours."""
    owed = np.zeros(len(problem.months))
    for offer, on in zip(problem.providers, plan.provider_on, strict=True):
        signed = offer.contract
        owed += (offer.steering_hours if signed is None else signed.steering_hours) * on
    given = plan.steering_hours.sum(axis=0) + plan.hire_steering_hours.sum(axis=(0, 1))
    for month in np.flatnonzero(given < owed - HOURS).tolist():
        yield Violation(
            rule="steering",
            subject=problem.months[month],
            amount=float(given[month]),
            limit=float(owed[month]),
            message=f"providers need {owed[month]:.1f} h of steering in"
            f" {problem.months[month]}, own people give {given[month]:.1f} h",
        )


RULES: tuple[Rule, ...] = (
    at_most_max_phases,
    only_phases_one_can_do,
    pinned_phases_are_held,
    holders_stay_in_the_field,
    hours_in_phases_held,
    hours_people_have,
    *HELP_RULES,
    phases_held_keep_their_share,
    *HIRE_RULES,
    *PROVIDER_RULES,
    steering_is_given,
    *SUPPLY_RULES,
    *GIVEN_RULES,
)
