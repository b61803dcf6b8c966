"""Name the price of a lever, so that it can be varied (L12)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from optimizer.leadership_baseline import without_hire, without_provider
from optimizer.sourcing_problem import SourcingProblem


@dataclass(frozen=True, kw_only=True)
class PriceLever:
    """Hold a lever whose price can be varied.

    Attributes
    ----------
    today
        The price in the problem.
    at
        The problem with another price; plans stay plans.
    without
        The problem without the lever, whose optimum does not depend on the price.
    """

    name: str
    unit: str
    today: float
    at: Callable[[float], SourcingProblem]
    without: SourcingProblem


def provider_price(
    problem: SourcingProblem, provider: int, field: str = "eur_per_hour"
) -> PriceLever:
    """Return a provider's price.

    Parameters
    ----------
    field
        `eur_per_hour`, `eur_per_result`, `success_eur`, or `retainer_eur` where it is the same
        in all months.

    Raises
    ------
    ValueError
        When the contract runs already, or the price changes by month.
    """
    offer = problem.providers[provider]
    if offer.running_since_months is not None:
        raise ValueError(f"{offer.provider_id}: the contract runs already")
    units = {
        "eur_per_hour": "EUR/h",
        "eur_per_result": "EUR/result",
        "success_eur": "EUR/deal",
        "retainer_eur": "EUR/month",
    }
    today = np.unique(np.asarray(getattr(offer, field)))
    if today.size != 1:
        raise ValueError(f"{offer.provider_id}: {field} changes by month")

    return PriceLever(
        name=offer.provider_id,
        unit=units[field],
        today=float(today[0]),
        at=partial(_at, problem, "providers", provider, field),
        without=without_provider(problem, provider),
    )


def _at(
    problem: SourcingProblem, levers: str, index: int, field: str, price: float
) -> SourcingProblem:
    """Return the problem with another price in the field of one of its levers."""
    owners = list(getattr(problem, levers))
    current = getattr(owners[index], field)
    shaped = np.full_like(current, price) if isinstance(current, np.ndarray) else price
    owners[index] = replace(owners[index], **{field: shaped})
    return replace(problem, **{levers: tuple(owners)})  # type: ignore[arg-type]


def wage_price(problem: SourcingProblem, option: int) -> PriceLever:
    """Return the monthly wage of the people an option hires.

    Raises
    ------
    ValueError
        When other people are paid that wage too, or it changes by month.
    """
    index = problem.hires[option].state
    state = problem.states[index]
    others = any(o.state == index for i, o in enumerate(problem.hires) if i != option)
    moved = any(index in (move.target, move.source) for move in problem.moves)
    if state.start_headcount > 0 or any(state.start_first_year) or others or moved:
        raise ValueError(f"{state.state_id}: give those hired a state of their own")
    today = np.unique(state.wage_eur)
    if today.size != 1:
        raise ValueError(f"{state.state_id}: the wage changes by month")

    return PriceLever(
        name=problem.hires[option].option_id,
        unit="EUR/month",
        today=float(today[0]),
        at=partial(_at, problem, "states", index, "wage_eur"),
        without=without_hire(problem, option),
    )


def recruiting_price(problem: SourcingProblem, option: int) -> PriceLever:
    """Return what recruiting one person costs."""
    hire = problem.hires[option]
    return PriceLever(
        name=hire.option_id,
        unit="EUR/hire",
        today=hire.recruiting_eur,
        at=partial(_at, problem, "hires", option, "recruiting_eur"),
        without=without_hire(problem, option),
    )


def training_price(problem: SourcingProblem, name: str, moves: Sequence[int]) -> PriceLever:
    """Return what moving one person costs, such as a training, whichever group the person is of.

    Parameters
    ----------
    moves
        Indices of the moves that are this lever, all at one price.
    """

    def changed(**fields: float) -> SourcingProblem:
        every = tuple(
            replace(move, **fields) if index in moves else move  # type: ignore[arg-type]
            for index, move in enumerate(problem.moves)
        )
        return replace(problem, moves=every)

    return PriceLever(
        name=name,
        unit="EUR/person",
        today=problem.moves[moves[0]].eur,
        at=lambda price: changed(eur=price),
        without=changed(max_total=0.0),
    )
