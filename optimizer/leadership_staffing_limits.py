"""Find up to which price an hour of a provider pays in the coverage model (L12, L16)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Cancelled, Options, Solution
from optimizer.staffing import solve_staffing
from optimizer.staffing_columns import EUR
from optimizer.staffing_model import StaffingModel, build_staffing_model
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from optimizer.staffing_search import PROVED

STEPS = 3
NEARLY_THE_SAME = 0.01
"""A price limit is raised at most so often, and no further once a step brings less than 1 %."""


@dataclass(frozen=True, kw_only=True)
class PriceLimit:
    """Hold up to which price an hour a provider certainly pays, all else as it is.

    Attributes
    ----------
    pays_up_to_eur_per_hour
        Proved from below: the true break-even is this or more. None where nothing is proved.
    in_use
        Whether the plan buys from it at today's price.
    """

    provider: int
    price_eur_per_hour: float
    hours: float
    in_use: bool
    pays_up_to_eur_per_hour: float | None


def price_limits(
    problem: StaffingProblem,
    solved: Solution[StaffingPlan],
    options: Options,
    cancelled: Cancelled | None = None,
) -> tuple[PriceLimit, ...]:
    """Return for each provider a price up to which it certainly pays (L12).

    A provider in use: the plan still beats the relaxation without it when the price of its hours
    rises to the limit. One not in use: one solve with its hours for nothing, held against the
    bound of the plan. Either is one step of Dinkelbach's method, at or below the break-even.
    """
    if solved.plan is None or solved.objective is None:
        return ()
    stated = build_staffing_model(problem)
    found = []
    for index, offer in enumerate(problem.providers):
        hours = float(solved.plan.provider_hours[index].sum())
        price, in_use = offer.price_eur_per_hour, hours > PROVED
        if in_use:
            bound = _relaxed_without(stated, index, options)
            limit = _indifferent(price, solved.objective, bound, hours)
        else:
            limit = _limit_when_free(problem, solved, index, options, cancelled)
        found.append(
            PriceLimit(
                provider=index,
                price_eur_per_hour=price,
                hours=hours,
                in_use=in_use,
                pays_up_to_eur_per_hour=limit,
            )
        )
    return tuple(found)


def _relaxed_without(stated: StaffingModel, provider: int, options: Options) -> float | None:
    """Return what no plan without a provider exceeds, by the linear relaxation."""
    upper = stated.model.upper.copy()
    for columns in stated.columns.providers:
        if columns.provider_index == provider:
            upper[columns.chosen] = 0.0
    model = replace(stated.model, upper=upper).relaxed()
    answer = solve(model, Limits(seconds=options.seconds, seed=options.seed))
    if answer.outcome is not Outcome.SOLVED or answer.objective is None:
        return None
    return max(answer.bound, answer.objective) / EUR


def _limit_when_free(
    problem: StaffingProblem,
    solved: Solution[StaffingPlan],
    index: int,
    options: Options,
    cancelled: Cancelled | None,
) -> float | None:
    """Return a price up to which a provider that is not in use would pay.

    From nothing on, the next price tried is the one at which the plan just found would only just
    pay (Dinkelbach 1967): each step needs a solve and is at or below the break-even.
    """
    limit: float | None = None
    for _ in range(STEPS):
        offers, price = list(problem.providers), limit or 0.0
        offers[index] = replace(offers[index], price_eur_per_hour=price)
        tried = replace(problem, providers=tuple(offers))
        found = solve_staffing(tried, options, cancelled=cancelled)
        if found.plan is None or found.objective is None:
            break
        hours = float(found.plan.provider_hours[index].sum())
        higher = _indifferent(price, found.objective, solved.bound, hours)
        if higher is None or higher <= price * (1.0 + NEARLY_THE_SAME):
            break
        limit = higher
    return limit


def _indifferent(
    price: float, objective: float, bound_without: float | None, hours: float
) -> float | None:
    """Return the price at which a plan is worth no more than any without; None if below 0."""
    if bound_without is None or hours <= PROVED:
        return None
    limit = price + (objective - bound_without) / hours
    return limit if limit > 0 else None
