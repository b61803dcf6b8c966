"""Check contracts, bills, steering and tools (F14 to F18)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import Provider, SourcingPlan, SourcingProblem
from optimizer.verify import Violation
from optimizer.verify_sourcing_flow import units_passed
from optimizer.verify_sourcing_limits import beyond, unequal
from optimizer.verify_sourcing_stops import held_again

Floats = NDArray[np.float64]

HALF = 0.5


def starts_of(offer: Provider, running: Floats) -> Floats:
    """Return (T,): the part of the contract that begins in each month."""
    before = np.concatenate([[0.0 if offer.running_since_months is None else 1.0], running[:-1]])
    return np.maximum(0.0, running - before)


def contracts_keep_terms(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F15: no start before the lead, no stop before the term, no restart before as long."""
    for index, offer in enumerate(problem.providers):
        running = plan.decisions.running[index]
        if offer.running_since_months is None:
            early = running[: offer.lead_months]
            yield from beyond("lead", problem, "t", early, 0.0, f"{offer.provider_id} runs")
        held = running[: offer.committed_months]
        yield from beyond("committed", problem, "t", -held, -1.0, f"{offer.provider_id} stopped")
        starts = starts_of(offer, running)
        stops = starts - np.diff(running, prepend=float(offer.running_since_months is not None))
        for month in range(len(running)):
            recent = slice(max(0, month - offer.min_term_months + 1), month + 1)
            over = starts[recent].sum() - running[month]
            soon = stops[recent].sum() - (1.0 - running[month])
            when = f"{offer.provider_id} in {problem.months[month]}:"
            yield from beyond("term", problem, "", over, 0.0, f"{when} stopped within the term by")
            yield from beyond("pause", problem, "", soon, 0.0, f"{when} restarted too soon by")


def hours_bought(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (V, T, W) hours each provider works."""
    first = len(problem.states)
    found = np.zeros((len(problem.providers), *plan.sold.shape[1:]))
    for index, offer in enumerate(problem.providers):
        for phase in range(len(problem.phases)):
            if offer.effectiveness[phase] > 0:
                hours = problem.flow.hours_per_unit[phase] / offer.effectiveness[phase]
                units = plan.units_worked[first + index, phase]
                found[index] += np.tensordot(hours, units, axes=1)
    return found


def capacity_of(offer: Provider, running: Floats) -> Floats:
    """Return (T,): hours the contract provides, ramping up after every start."""
    found = np.zeros(len(running))
    for month in range(len(running)):
        ready = running[month]
        if offer.running_since_months is not None:
            age = offer.running_since_months + month
            ready *= offer.ramp[age] if age < len(offer.ramp) else 1.0
        for age, share in enumerate(offer.ramp[: month + 1]):
            ready -= (1.0 - share) * starts_of(offer, running)[month - age]
        found[month] = ready * offer.capacity_hours[month]
    return found


def providers_within_capacity(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F14: no more hours than the contracts of the month provide."""
    bought = hours_bought(problem, plan)
    for index, offer in enumerate(problem.providers):
        cap = capacity_of(offer, plan.decisions.running[index])[:, None]
        cap = np.where(plan.terminated[index] > HALF, 0.0, cap)
        what = f"hours of {offer.provider_id}"
        yield from beyond("provider_capacity", problem, "tw", bought[index], cap, what)


def bills_complete(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F16: what is used beyond the retainer is billed, and the minimum in any case."""
    bought, passed = hours_bought(problem, plan), units_passed(problem, plan)
    held = held_again(plan)
    for index, offer in enumerate(problem.providers):
        on = held[index]
        results = passed[len(problem.states) + index, offer.paid_phase].sum(axis=0)
        due = np.maximum(bought[index] - offer.included_hours * on, offer.minimum_hours * on)
        missing = due - plan.billed_hours[index]
        yield from beyond("billed_hours", problem, "tw", missing, 0.0, "hours not billed")
        due = np.maximum(results - offer.included_results * on, offer.minimum_results * on)
        missing = due - plan.billed_results[index]
        yield from beyond("billed_results", problem, "tw", missing, 0.0, "results not billed")


def steering_given(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F17: own people of the states named steer every contract that runs."""
    for index, offer in enumerate(problem.providers):
        running = plan.decisions.running[index]
        due = (offer.steering_hours * running + _pilot(offer, running))[:, None]
        due = np.where(plan.terminated[index] > HALF, 0.0, due)
        given = plan.steering_hours[index]
        name = f"hours steering {offer.provider_id}"
        yield from unequal("steering", problem, "tw", given.sum(axis=0), due, name)
        if offer.steering_states is not None:
            others = [k for k in range(len(problem.states)) if k not in offer.steering_states]
            yield from beyond("steering_states", problem, "", given[others].sum(), 0.0, name)


def _pilot(offer: Provider, running: Floats) -> Floats:
    """Return (T,): hours on top by the age of the contract, counted start by start."""
    months, pilot = len(running), offer.pilot_steering_hours
    due = np.zeros(months)
    for month, part in enumerate(starts_of(offer, running).tolist()):
        for age, hours in enumerate(pilot[: months - month]):
            due[month + age] += hours * part
    if offer.running_since_months is not None:
        for month, hours in enumerate(pilot[offer.running_since_months :][:months]):
            due[month] += hours * running[month]
    return due


def tools_within_limits(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F18: tools work within capacity and share, from the month they are in use, for good."""
    first = len(problem.states) + len(problem.providers)
    total = plan.units_worked.sum(axis=0)
    for index, tool in enumerate(problem.automations):
        used, units = plan.decisions.automated[index], plan.units_worked[first + index]
        cap = tool.capacity_units * used[:, None]
        yield from beyond("tool_capacity", problem, "tw", units.sum(axis=(0, 1)), cap, "units")
        share = tool.max_share * total
        yield from beyond("tool_share", problem, "pgtw", units, share, "units of the tool")
        dropped = float(np.maximum(0.0, -np.diff(used)).sum())
        yield from beyond("tool_stays", problem, "", dropped, 0.0, f"{tool.automation_id} dropped")
        early = used[: tool.lead_months]
        yield from beyond("tool_lead", problem, "t", early, 0.0, f"{tool.automation_id} in use")


OFFER_RULES = (
    contracts_keep_terms,
    providers_within_capacity,
    bills_complete,
    steering_given,
    tools_within_limits,
)
