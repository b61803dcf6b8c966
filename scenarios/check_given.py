"""Check that a plan with every lever states what sourcing decided, no more and no less (F30)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.staffing_problem import StaffingProblem
from optimizer.verify import Violation
from optimizer.verify_sourcing import violations_sourcing
from optimizer.verify_sourcing_price import objective_again
from scenarios.decide import Staffing
from scenarios.sourced import Sourced
from scenarios.sourced_people import REDUNDANCY, TRAINING

HOURS = 1e-4
CENT = 0.01


def check_given(staffing: Staffing) -> Iterator[Violation]:
    """Yield every rule that the decisions of sourcing, or what the plan makes of them, break."""
    sourced = staffing.sourced
    if sourced is None:
        return
    yield from violations_sourcing(sourced.case.problem, sourced.plan, sourced.solution.objective)
    problem = staffing.case.problem
    yield from _people_follow_the_moves(sourced)
    yield from _hours_are_those_allowed(sourced, problem)
    yield from _hires_are_given(sourced, problem)
    yield from _contracts_are_given(sourced, problem)
    yield from _worth_is_the_same(sourced, problem)


def _people_follow_the_moves(sourced: Sourced) -> Iterator[Violation]:
    """Compare who is trained and let go in each month with what sourcing decides."""
    case, decisions = sourced.case, sourced.plan.decisions
    found = np.zeros((len(case.trainings) + 1, len(case.problem.months)))
    names = [*case.trainings, REDUNDANCY]
    for step in sourced.careers.steps:
        row = names.index(step.name) if step.kind == TRAINING else -1
        found[row, step.month] += 1
    due = np.array(
        [
            *(decisions.moves[list(moves)].sum(axis=0) for moves in case.trainings.values()),
            decisions.layoffs.sum(axis=0),
        ]
    )
    for row, month in np.argwhere(np.abs(found - due) > HOURS).tolist():
        subject = f"{names[row]}, {case.problem.months[month]}"
        yield _broken("given_people", subject, found[row, month], due[row, month], "persons")


def _hours_are_those_allowed(sourced: Sourced, problem: StaffingProblem) -> Iterator[Violation]:
    """Refuse hours beyond the own and the overtime that sourcing buys."""
    base, states = sourced.case.staffing.problem.person_hours, sourced.case.problem.states
    extra = np.maximum(problem.person_hours - base, 0.0)
    limit = np.array([state.overtime_hours_max for state in states])
    most = float(limit[: len(sourced.case.members)].max(initial=0.0))
    for person, month in np.argwhere(extra > most + HOURS).tolist():
        subject = f"{problem.person_ids[person]}, {problem.months[month]}"
        yield _broken("given_overtime", subject, extra[person, month], most, "h of overtime")
    bought = sourced.plan.overtime_hours[: len(sourced.case.members), :, 0].sum(axis=0)
    for month in np.flatnonzero(extra.sum(axis=0) > bought + HOURS).tolist():
        amount, due = extra[:, month].sum(), bought[month]
        yield _broken("given_overtime", problem.months[month], amount, due, "h of overtime")
    gone = np.argwhere((sourced.careers.state < 0) & (problem.person_hours > HOURS))
    for person, month in gone.tolist():
        subject = f"{problem.person_ids[person]}, {problem.months[month]}"
        amount = problem.person_hours[person, month]
        yield _broken("given_leavers", subject, amount, 0.0, "h of somebody let go")


def _hires_are_given(sourced: Sourced, problem: StaffingProblem) -> Iterator[Violation]:
    """Compare the hires of every offer with those that sourcing decides."""
    due = np.zeros((len(problem.hires), len(problem.months)))
    for place, role in enumerate(sourced.case.hire_roles):
        due[role.offer] += sourced.plan.decisions.hires[place]
    for index, offer in enumerate(problem.hires):
        given = sum((each.counts for each in offer.decided or ()), np.zeros(len(problem.months)))
        for month in np.flatnonzero(np.abs(given - due[index]) > HOURS).tolist():
            subject = f"{offer.offer_id}, {problem.months[month]}"
            yield _broken("given_hires", subject, given[month], due[index, month], "persons")


def _contracts_are_given(sourced: Sourced, problem: StaffingProblem) -> Iterator[Violation]:
    """Compare months and hours of every contract with those of sourcing."""
    plan, first = sourced.plan, len(sourced.case.problem.states)
    hours_per_unit = sourced.case.problem.flow.hours_per_unit
    for index, offer in enumerate(problem.providers):
        if offer.contract is None:
            yield _broken("given_contracts", offer.provider_id, 0.0, 1.0, "contract stated")
            continue
        running = plan.decisions.running[index] > 0.5
        for month in np.flatnonzero(offer.contract.running != running).tolist():
            subject = f"{offer.provider_id}, {problem.months[month]}"
            on = float(offer.contract.running[month])
            yield _broken("given_contracts", subject, on, 1 - on, "months")
        units = plan.units_worked[first + index, ..., 0]
        due = np.einsum("pg,pgt->t", hours_per_unit, units) / max(offer.quality, HOURS)
        given = offer.contract.hours.sum(axis=(0, 1))
        for month in np.flatnonzero(np.abs(given - due) > HOURS).tolist():
            subject = f"{offer.provider_id}, {problem.months[month]}"
            yield _broken("given_contracts", subject, given[month], due[month], "h contracted")


def _worth_is_the_same(sourced: Sourced, problem: StaffingProblem) -> Iterator[Violation]:
    """Add up the cells and the money given: all that sourcing is worth, not discounted."""
    case = sourced.case
    plain = replace(case.problem, discount=np.ones(len(problem.months)), risk_weight=0.0)
    due = objective_again(plain, sourced.plan)
    flow, present = case.problem.flow, case.problem.states[: len(case.members)]
    parts = [
        float(problem.demand.value_eur @ problem.demand.units),
        float((sourced.work.secured * flow.margin_eur).sum()),
        -sum(offer.contract.cost_eur for offer in problem.providers if offer.contract),
        -float(sum(_hired_eur(sourced, place) for place in range(len(case.hire_roles)))),
        -sum(float(state.start_headcount * state.wage_eur.sum()) for state in present),
        math.fsum(eur for _, eur in problem.given.money_eur) if problem.given else 0.0,
    ]
    given = math.fsum(parts)
    if abs(given - due) > CENT + 1e-9 * abs(due):
        yield _broken("given_worth", "levers", given, due, "EUR")


def _hired_eur(sourced: Sourced, place: int) -> float:
    """Return recruiting and pay of the hires of one option, from its decisions alone."""
    option = sourced.case.problem.hires[place]
    months = len(sourced.case.problem.months)
    wage = float(sourced.case.problem.states[option.state].wage_eur[0])
    cost = 0.0
    for month, count in enumerate(sourced.plan.decisions.hires[place].tolist()):
        left = max(0, months - month - option.lead_months)
        paid = min(left, option.term_months) if option.term_months else left
        cost += count * (option.recruiting_eur + wage * paid)
    return cost


def _broken(rule: str, subject: str, amount: float, limit: float, what: str) -> Violation:
    return Violation(
        rule=rule,
        subject=subject,
        amount=float(amount),
        limit=float(limit),
        message=f"{subject}: the plan takes {amount:,.2f} {what}, sourcing decided {limit:,.2f}",
    )
