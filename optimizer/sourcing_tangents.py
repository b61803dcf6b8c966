"""Bound what a scenario can be worth, in the decisions, by prices of its rows (F27).

Whatever the prices y of the rows, the optimum of a linear program is at most what the rows are
worth at y plus what every column gains beyond it, at its better bound (weak duality; Benders,
Numerische Mathematik 4, 1962). The first stage enters linearly: a tangent no decisions exceed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_stages import ScenarioProgram, Stages

Floats = NDArray[np.float64]

DUAL_TOLERANCE = 1e-6
"""A column without upper bound that gains no more than this is taken to gain nothing."""
LEAST_WEIGHT = 1e-4
"""A scenario that weighs less has no prices of its own in the program of all scenarios."""


@dataclass(frozen=True, kw_only=True)
class Tangent:
    """Say that scenario `scenario` is worth at most level + slope (F,) @ first stage, in kEUR."""

    scenario: int
    level: float
    slope: Floats


def tangent(number: int, program: ScenarioProgram, row_prices: Floats) -> Tangent | None:
    """Return the tangent of the prices; None when they bound nothing."""
    model = program.model
    first = model.gain.size - program.own.size - program.reliefs.size
    prices = _meaningful(model, row_prices)
    gains = model.reduced_gains(prices)
    side = np.where(prices > 0.0, model.row_upper, model.row_lower)
    priced = prices != 0.0
    later = np.arange(first, model.gain.size)
    rising = later[gains[later] > 0.0]
    endless = rising[np.isinf(model.upper[rising])]
    if np.any(gains[endless] > DUAL_TOLERANCE):
        return None
    capped = rising[np.isfinite(model.upper[rising])]
    falling = later[(gains[later] < 0.0) & (model.lower[later] != 0.0)]
    level = (
        float(prices[priced] @ side[priced])
        + float(gains[capped] @ model.upper[capped])
        + float(gains[falling] @ model.lower[falling])
    )
    return Tangent(scenario=number, level=level, slope=gains[:first])


def _meaningful(model: LinearModel, prices: Floats) -> Floats:
    """Return the prices with those at 0 that pay for a side on which the row has no bound."""
    wrong = (prices > 0.0) & np.isinf(model.row_upper)
    wrong |= (prices < 0.0) & np.isinf(model.row_lower)
    return np.where(wrong, 0.0, prices)


def tangents_of_all(stated: SourcingModel, stages: Stages, row_prices: Floats) -> Iterator[Tangent]:
    """Yield the tangents that the prices of the program of all scenarios stand for.

    Its objective gives a scenario the weight (1 - lambda) probability, plus lambda times its
    price in the tail (F20); the prices of its rows carry that weight.
    """
    weights = scenario_weights(stated, row_prices)
    for number, program in enumerate(stages.scenarios):
        if weights[number] >= LEAST_WEIGHT:
            found = tangent(number, program, row_prices[program.rows] / weights[number])
            if found is not None:
                yield found


def scenario_weights(stated: SourcingModel, row_prices: Floats) -> Floats:
    """Return (W,): what one EUR of profit more in a scenario adds to the objective."""
    problem = stated.problem
    weights = (1.0 - problem.risk_weight) * problem.probability
    if problem.risk_weight == 0.0:
        return weights
    return np.asarray(weights - row_prices[-len(problem.scenarios) :])
