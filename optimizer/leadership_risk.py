"""Say what can go wrong with a plan and how long it takes to get out (L9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_cash import Cash
from optimizer.leadership_cost import hours_by_source
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import Provider, SourcingPlan, SourcingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MISSED = 1e-6
"""Wins given up below this are arithmetic."""


@dataclass(frozen=True, kw_only=True)
class Exit:
    """Say how long a provider's contract binds.

    Attributes
    ----------
    share_of_work
        Expected standard hours of the provider over those of everybody.
    longest_months, at_end_months
        Months from a decision to stop until the contract is over: the most within the horizon,
        and when decided in the last month; 0 when not under contract.
    """

    provider: str
    share_of_work: float
    longest_months: int
    at_end_months: int


@dataclass(frozen=True, kw_only=True)
class Risk:
    """Hold what can go wrong.

    Attributes
    ----------
    profit_eur, probability
        (W,) discounted profit of each scenario and its probability.
    cvar_eur, risk_level
        Mean profit of the worst 1 - alpha of the cases.
    target_missed
        Probability that some win asked for is given up or still late at the end.
    lowest_cash_eur, lowest_cash_month, lowest_cash_scenario
        Cash of the worst month of all scenarios (below 0: a hole).
    largest_provider
        The provider with the largest share of the work; None without one.
    """

    profit_eur: Floats
    probability: Floats
    cvar_eur: float
    risk_level: float
    target_missed: float
    lowest_cash_eur: float
    lowest_cash_month: str
    lowest_cash_scenario: str
    exits: tuple[Exit, ...]
    largest_provider: Exit | None


def risk_of(problem: SourcingProblem, plan: SourcingPlan, cash: Cash) -> Risk:
    """Return the risks of a plan."""
    prices = price_sourcing(problem, plan)
    month, scenario = divmod(int(np.argmin(cash.by_month_eur)), len(problem.scenarios))
    exits = _exits(problem, plan)
    largest = max(exits, key=lambda each: each.share_of_work, default=None)
    return Risk(
        profit_eur=prices.profit_eur,
        probability=problem.probability,
        cvar_eur=prices.cvar_eur,
        risk_level=problem.risk_level,
        target_missed=_missed(problem, plan),
        lowest_cash_eur=float(cash.by_month_eur[month, scenario]),
        lowest_cash_month=problem.months[month],
        lowest_cash_scenario=problem.scenarios[scenario],
        exits=exits,
        largest_provider=largest if largest and largest.share_of_work > 0 else None,
    )


def _missed(problem: SourcingProblem, plan: SourcingPlan) -> float:
    late = plan.backlog[problem.capped, -1]
    short = plan.uncovered[problem.capped].sum(axis=1) + late
    return float(problem.probability @ (short.sum(axis=0) > MISSED))


def _exits(problem: SourcingProblem, plan: SourcingPlan) -> tuple[Exit, ...]:
    hours = hours_by_source(problem, plan).sum(axis=(1, 2, 3)) @ problem.probability
    total = max(float(hours.sum()), 1e-12)
    found = []
    for index, offer in enumerate(problem.providers):
        months = months_to_exit(offer, plan.decisions.running[index])
        found.append(
            Exit(
                provider=offer.provider_id,
                share_of_work=float(hours[len(problem.states) + index]) / total,
                longest_months=int(months.max()),
                at_end_months=int(months[-1]),
            )
        )
    return tuple(found)


def months_to_exit(offer: Provider, running: Floats) -> Ints:
    """Return (T,): months until the contract is over if stopping is decided in that month.

    What is left of the minimum term or the notice, whichever is longer.
    """
    found = np.zeros(len(running), dtype=np.int64)
    age = offer.running_since_months
    for month, on in enumerate(running > 0.5 if offer.whole else running > MISSED):
        if not on:
            age = None
            continue
        age = 0 if age is None else age
        found[month] = max(offer.min_term_months - age, offer.notice_months)
        age += 1
    return found
