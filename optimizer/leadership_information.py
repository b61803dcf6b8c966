"""Say what it would be worth to know, and what it is worth to plan for uncertainty (L11).

Birge and Louveaux, Introduction to Stochastic Programming, chapter 4. Where a solve is not proved
optimal, the figures are intervals that hold the true value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_regret import evaluated_eur, solved_alone
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_prices import conditional_value_at_risk
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_scenarios import mean_scenario

Floats = NDArray[np.float64]

PROVED_EUR = 0.5


@dataclass(frozen=True, kw_only=True)
class Interval:
    """Hold between what a figure lies; `high` None: nothing is proved above."""

    low: float
    high: float | None

    @property
    def proved(self) -> bool:
        """Return whether both ends are the same to half a euro."""
        return self.high is not None and self.high - self.low <= PROVED_EUR


@dataclass(frozen=True, kw_only=True)
class ValueOfInformation:
    """Hold EVPI and VSS, EUR in the measure of the objective (mean, or mean and CVaR).

    Attributes
    ----------
    here_and_now
        The stochastic problem: decide before the scenario is known.
    wait_and_see
        Decide when it is known.
    expected_value_eur
        The decisions of the problem with mean demand, put to the scenarios; None when they break
        a rule in one of them, and the value of the stochastic solution has no upper end.
    evpi, vss
        Wait and see less here and now, and here and now less expected value. Never below 0.
    """

    here_and_now: Interval
    wait_and_see: Interval
    expected_value_eur: float | None
    evpi: Interval
    vss: Interval


def value_of_information(
    problem: SourcingProblem,
    options: Options,
    solved: Solution[SourcingPlan] | None = None,
    *,
    alone: Sequence[Solution[SourcingPlan]] | None = None,
    mean: Solution[SourcingPlan] | None = None,
) -> ValueOfInformation | None:
    """Return EVPI and VSS; None when no plan was found to measure from.

    Parameters
    ----------
    solved
        The solution of `problem`, where it is there already.
    alone, mean
        The solutions of each scenario alone and of the mean of them, likewise.
    """
    solved = solved or solve_sourcing(problem, options)
    seen = alone or solved_alone(problem, options)
    if solved.objective is None or any(each.objective is None for each in seen):
        return None
    lows = np.array([each.objective for each in seen], dtype=np.float64)
    highs = np.array([np.inf if each.bound is None else each.bound for each in seen])
    mean = mean or solve_sourcing(mean_scenario(problem), options)
    expected_eur = _expected_value_eur(problem, mean, options)
    low = max(solved.objective, expected_eur if expected_eur is not None else -np.inf)
    here = Interval(low=low, high=solved.bound)
    see = Interval(low=max(_measure(problem, lows), low), high=_finite(_measure(problem, highs)))
    return ValueOfInformation(
        here_and_now=here,
        wait_and_see=see,
        expected_value_eur=expected_eur,
        evpi=_difference(see, here),
        vss=_difference(here, Interval(low=expected_eur, high=expected_eur))
        if expected_eur is not None
        else Interval(low=0.0, high=None),
    )


def _expected_value_eur(
    problem: SourcingProblem, mean: Solution[SourcingPlan], options: Options
) -> float | None:
    if mean.plan is None:
        return None
    return evaluated_eur(problem, mean.plan.decisions, options)


def _measure(problem: SourcingProblem, profit_eur: Floats) -> float:
    """Return (1 - lambda) mean + lambda CVaR of the profits of the scenarios."""
    if not np.isfinite(profit_eur).all():
        return float("inf")
    mean = float(problem.probability @ profit_eur)
    tail = conditional_value_at_risk(profit_eur, problem.probability, problem.risk_level)
    return (1.0 - problem.risk_weight) * mean + problem.risk_weight * tail


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _difference(larger: Interval, smaller: Interval) -> Interval:
    """Return the interval of larger less smaller, which is not below 0."""
    low = 0.0 if smaller.high is None else max(0.0, larger.low - smaller.high)
    high = None if larger.high is None else max(low, larger.high - smaller.low)
    return Interval(low=low, high=high)
