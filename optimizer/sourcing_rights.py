"""Say what may still be stopped once the demand is known, and what a stop leaves (F28)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_cohorts import joined
from optimizer.sourcing_problem import HireOption, SourcingPlan, SourcingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def may_terminate(problem: SourcingProblem) -> Bools:
    """Return (V, T): months that may be the first without a contract stopped by scenario.

    Not before the scenario is known and the notice is over, nor within the term of a contract
    that runs already; the term of a new one depends on its start.
    """
    allowed = np.zeros((len(problem.providers), len(problem.months)), dtype=bool)
    for index, offer in enumerate(problem.providers):
        if problem.reveal_month is not None and offer.stop_notice_months is not None:
            over = problem.reveal_month + offer.stop_notice_months
            allowed[index, max(over, offer.committed_months) :] = True
    return allowed


def may_lapse(problem: SourcingProblem) -> Bools:
    """Return (O, T): months of hires whose renewal is decided once the scenario is known."""
    months = np.arange(len(problem.months))
    allowed = np.zeros((len(problem.hires), len(months)), dtype=bool)
    for index, option in enumerate(problem.hires):
        if problem.reveal_month is not None and option.renewal_months is not None:
            renewal = months + option.lead_months + option.renewal_months
            allowed[index] = (renewal >= problem.reveal_month) & (renewal < len(months))
    return allowed


def stop_columns(builder: SourcingBuilder, problem: SourcingProblem) -> dict[str, Ints]:
    """Add stops and terms not renewed by scenario, with the pay they save."""
    scenarios = len(problem.scenarios)
    retainers = [offer.retainer_eur * problem.discount for offer in problem.providers]
    terminated = [
        _by_scenario(builder, allowed, retainers[index], scenarios, whole=True)
        for index, allowed in enumerate(may_terminate(problem))
    ]
    lapsed = [
        _by_scenario(builder, allowed, _pay_left(problem, option), scenarios, whole=option.whole)
        for option, allowed in zip(problem.hires, may_lapse(problem), strict=True)
    ]
    shape = (len(problem.months), scenarios)
    return {
        "terminated": np.array(terminated, dtype=np.int64).reshape(-1, *shape),
        "lapsed": np.array(lapsed, dtype=np.int64).reshape(-1, *shape),
    }


def _by_scenario(
    builder: SourcingBuilder, allowed: Bools, gain_eur: Floats, scenarios: int, *, whole: bool
) -> Ints:
    return builder.after(
        (allowed.size, scenarios),
        gain_eur=gain_eur[:, None],
        allowed=allowed[:, None],
        integer=whole,
    )


def lapse_shares(problem: SourcingProblem, option: HireOption) -> Floats:
    """Return (T,): share of a cohort missing by months since its decision, when it lapses."""
    months, state = len(problem.months), problem.states[option.state]
    share = np.zeros(months)
    for age in range(option.renewal_months or 0, option.term_months):
        if option.lead_months + age < months:
            share[option.lead_months + age] = joined(state, age)
    return share


def _pay_left(problem: SourcingProblem, option: HireOption) -> Floats:
    """Return (T,): discounted pay saved for one person hired in that month who is not renewed."""
    state, months = problem.states[option.state], len(problem.months)
    pay = (state.wage_eur + state.tools_eur) * problem.discount
    share = lapse_shares(problem, option)
    return np.array([share[: months - month] @ pay[month:] for month in range(months)])


def held_contracts(running: Floats, terminated: Floats) -> Floats:
    """Return (V, T, W): what is under contract in each scenario."""
    return np.asarray(np.maximum(running[:, :, None] - terminated, 0.0))


def absent_people(problem: SourcingProblem, lapsed: Floats) -> Floats:
    """Return (K, T, W): people of the plan who are not there since their term lapsed."""
    months = len(problem.months)
    found = np.zeros((len(problem.states), months, len(problem.scenarios)))
    for index, option in enumerate(problem.hires):
        if lapsed[index].any():
            for age, share in enumerate(lapse_shares(problem, option).tolist()):
                found[option.state, age:] += share * lapsed[index, : months - age]
    return found


def held_by(plan: SourcingPlan) -> Floats:
    """Return (V, T, W): the contracts of a plan, less those stopped in a scenario."""
    return held_contracts(plan.decisions.running, plan.terminated)
