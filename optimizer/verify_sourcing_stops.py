"""Check what is stopped once the demand is known, scenario by scenario (F28)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import HireOption, Provider, SourcingPlan, SourcingProblem
from optimizer.verify import Violation
from optimizer.verify_sourcing_limits import beyond
from optimizer.verify_sourcing_people import cohort_over_time

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def held_again(plan: SourcingPlan) -> Floats:
    """Return (V, T, W): contracts that run in each scenario."""
    return np.asarray(np.maximum(0.0, plan.decisions.running[:, :, None] - plan.terminated))


def absent_again(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (K, T, W): people hired who are gone since their term was not renewed."""
    found = np.zeros((len(problem.states), *plan.sold.shape[1:]))
    for index, month in np.argwhere(plan.lapsed.any(axis=2)).tolist():
        option = problem.hires[index]
        one = cohort_over_time(problem, option, month)
        one[: month + option.lead_months + (option.renewal_months or 0)] = 0.0
        found[option.state] += one[:, None] * plan.lapsed[index, month]
    return found


def stops_known_and_noticed(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F28: no stop before the demand is known and the notice over, nor without the right to it."""
    for index, offer in enumerate(problem.providers):
        cap = np.where(_notice_over(problem, offer), 1.0, 0.0)[:, None]
        what = f"stops of {offer.provider_id}"
        yield from beyond("stop_known", problem, "tw", plan.terminated[index], cap, what)


def _notice_over(problem: SourcingProblem, offer: Provider) -> Bools:
    months = np.arange(len(problem.months))
    if problem.reveal_month is None or offer.stop_notice_months is None:
        return np.zeros(months.size, dtype=bool)
    return months - offer.stop_notice_months >= problem.reveal_month


def stops_keep_terms(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F28: what is stopped is a contract of the plan, past its term, and it stays stopped."""
    for index, offer in enumerate(problem.providers):
        running, stopped = plan.decisions.running[index], plan.terminated[index]
        what = f"stops of {offer.provider_id}"
        yield from beyond("stop_contract", problem, "tw", stopped, running[:, None], what)
        bound = np.where(_within_term(offer, running), 0.0, 1.0)[:, None]
        yield from beyond("stop_term", problem, "tw", stopped, bound, what)
        on = running > 0.5
        both = (on[1:] & on[:-1])[:, None]
        again = np.where(both, stopped[:-1] - stopped[1:], 0.0)
        what = f"{offer.provider_id} taken up again"
        yield from beyond("stop_stays", problem, "", again.max(initial=0.0), 0.0, what)
        part = np.abs(stopped - np.rint(stopped))
        yield from beyond("stop_whole", problem, "tw", part, 0.0, f"part of {offer.provider_id}")


def _within_term(offer: Provider, running: Floats) -> Bools:
    """Return (T,): months in which the contract has run for less than its term before."""
    found = np.zeros(running.size, dtype=bool)
    age = offer.running_since_months
    for month, on in enumerate((running > 0.5).tolist()):
        if not on:
            age = None
            continue
        age = 0 if age is None else age
        found[month] = age < offer.min_term_months
        age += 1
    found[: offer.committed_months] = True
    return found


def lapses_known_and_hired(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F28: terms lapse where their renewal comes after the reveal, of people hired, whole."""
    for index, option in enumerate(problem.hires):
        lapsed, name = plan.lapsed[index], f"terms of {option.option_id} not renewed"
        cap = np.where(_renewal_open(problem, option), np.inf, 0.0)[:, None]
        yield from beyond("lapse_known", problem, "tw", lapsed, cap, name)
        hired = plan.decisions.hires[index][:, None]
        yield from beyond("lapse_hired", problem, "tw", lapsed, hired, name)
        if option.whole:
            part = np.abs(lapsed - np.rint(lapsed))
            yield from beyond("lapse_whole", problem, "tw", part, 0.0, f"{name}: part of one")


def _renewal_open(problem: SourcingProblem, option: HireOption) -> Bools:
    months = np.arange(len(problem.months))
    if problem.reveal_month is None or option.renewal_months is None:
        return np.zeros(months.size, dtype=bool)
    renewal = months + option.lead_months + option.renewal_months
    return (renewal >= problem.reveal_month) & (renewal < months.size)


def least_people_in_every_scenario(
    problem: SourcingProblem, plan: SourcingPlan
) -> Iterator[Violation]:
    """F28: terms that lapse leave a state its least people."""
    here = plan.headcount[:, :, None] - absent_again(problem, plan)
    for index, state in enumerate(problem.states):
        if plan.lapsed.any():
            least = -state.headcount_min[:, None]
            name = f"people, {state.state_id}"
            yield from beyond("lapse_headcount_min", problem, "tw", -here[index], least, name)


STOP_RULES = (
    stops_known_and_noticed,
    stops_keep_terms,
    lapses_known_and_hired,
    least_people_in_every_scenario,
)
