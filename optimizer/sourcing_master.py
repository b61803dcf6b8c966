"""Decide the first stage alone, the scenarios being worth what their tangents allow (F27).

maximise (1 - lambda) (g x + sum pi_w theta_w) + lambda CVaR, over the decisions x that keep the
rules of the first stage, with theta_w below every tangent of scenario w: never less than the
optimum of the whole model (Benders, Numerische Mathematik 4, 1962; one theta a scenario: Birge and
Louveaux, European Journal of Operational Research 34, 1988).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_problem import SourcingProblem
from optimizer.sourcing_spans import Row
from optimizer.sourcing_stages import Stages
from optimizer.sourcing_tangents import Tangent

Floats = NDArray[np.float64]

LEAST_SLOPE = 1e-9
"""kEUR below which a decision changes nothing."""


class Master:
    """Hold the first stage and its gains.

    Columns: the first stage (F,), theta (W,), zeta, and the shortfalls below zeta (W,).
    """

    def __init__(self, problem: SourcingProblem, stages: Stages) -> None:
        self._problem, self._first = problem, stages.first
        self._gain = stages.first.gain

    @property
    def size(self) -> int:
        """Return how many columns the first stage has."""
        return int(self._gain.size)

    def worth(self, first: Floats, worths: Floats) -> float:
        """Return the objective in kEUR of decisions whose scenarios are worth `worths` (W,)."""
        problem = self._problem
        profits = float(self._gain @ first) + worths
        mean = float(problem.probability @ profits)
        return (1.0 - problem.risk_weight) * mean + problem.risk_weight * _cvar(problem, profits)

    def model(self, tangents: Sequence[Tangent]) -> LinearModel:
        """Return the program under these tangents; its optimum bounds the whole model's."""
        scenarios, first = len(self._problem.scenarios), self._first
        free = np.full(scenarios + 1, np.inf)
        model = replace(
            first,
            gain=self._gains(),
            lower=np.concatenate([first.lower, -free, np.zeros(scenarios)]),
            upper=np.concatenate([first.upper, free, np.full(scenarios, np.inf)]),
            integer=np.concatenate([first.integer, np.zeros(2 * scenarios + 1, dtype=bool)]),
        )
        tail = self._tail_rows()
        model = with_rows(model, tail, np.zeros(scenarios), np.full(scenarios, np.inf))
        levels = np.array([each.level for each in tangents])
        below = self._tangent_rows(tangents)
        return with_rows(model, below, np.full(levels.size, -np.inf), levels)

    def with_cuts(self, model: LinearModel, rows: Sequence[Row]) -> LinearModel:
        """Return the program with rows that parts of managers break and whole ones keep."""
        least = np.array([each.lower for each in rows])
        return with_rows(model, self._dense(rows), least, np.full(least.size, np.inf))

    def _gains(self) -> Floats:
        problem = self._problem
        weight, chance = problem.risk_weight, problem.probability
        tail = weight * chance / (1.0 - problem.risk_level)
        mean = 1.0 - weight
        return np.concatenate([mean * self._gain, mean * chance, [weight], -tail])

    def _tail_rows(self) -> Floats:
        """Keep the shortfall of a scenario above zeta less its profit (F20)."""
        scenarios = len(self._problem.scenarios)
        one, profit = np.eye(scenarios), np.tile(self._gain, (scenarios, 1))
        return np.hstack([profit, one, -np.ones((scenarios, 1)), one])

    def _tangent_rows(self, tangents: Sequence[Tangent]) -> Floats:
        rows = np.zeros((len(tangents), self.size + 2 * len(self._problem.scenarios) + 1))
        for index, each in enumerate(tangents):
            rows[index, : self.size] = -each.slope
            rows[index, self.size + each.scenario] = 1.0
        return rows

    def _dense(self, rows: Sequence[Row]) -> Floats:
        dense = np.zeros((len(rows), self.size + 2 * len(self._problem.scenarios) + 1))
        for index, each in enumerate(rows):
            np.add.at(dense[index], each.columns, each.values)
        return dense


def with_rows(model: LinearModel, rows: Floats, lower: Floats, upper: Floats) -> LinearModel:
    """Return the model with dense rows (N, C) more, entries next to 0 left out."""
    row, column = np.nonzero(np.abs(rows) > LEAST_SLOPE)
    return replace(
        model,
        row_lower=np.concatenate([model.row_lower, lower]),
        row_upper=np.concatenate([model.row_upper, upper]),
        row=np.concatenate([model.row, model.row_lower.size + row]),
        column=np.concatenate([model.column, column]),
        coefficient=np.concatenate([model.coefficient, rows[row, column]]),
    )


def _cvar(problem: SourcingProblem, profits: Floats) -> float:
    """Return the mean of the worst share 1 - alpha of the profits."""
    left, total = 1.0 - problem.risk_level, 0.0
    for number in np.argsort(profits, kind="stable").tolist():
        taken = min(left, float(problem.probability[number]))
        total += taken * float(profits[number])
        left -= taken
    return total / (1.0 - problem.risk_level)
