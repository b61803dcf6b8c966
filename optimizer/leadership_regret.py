"""Put a plan to the test on demand it did not know (L10).

The decisions of a plan are kept; hours, volumes and what is given up answer each scenario.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Options
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_prices import conditional_value_at_risk
from optimizer.sourcing_problem import Decisions, SourcingProblem
from optimizer.sourcing_scenarios import BY_SCENARIO, one_scenario

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """Hold one scenario's values; EUR, discounted.

    Attributes
    ----------
    plan_eur
        Profit of the decisions in the scenario; None when they break a rule there.
    best_eur, best_bound_eur
        Profit of deciding with the scenario known: best found, and what none exceeds.
    """

    scenario: str
    plan_eur: float | None
    best_eur: float | None
    best_bound_eur: float | None

    @property
    def regret_eur(self) -> tuple[float, float] | None:
        """Return the interval in which best less plan lies; None where either is missing."""
        if self.plan_eur is None or self.best_eur is None or self.best_bound_eur is None:
            return None
        low = max(0.0, self.best_eur - self.plan_eur)
        return low, max(low, self.best_bound_eur - self.plan_eur)


@dataclass(frozen=True, kw_only=True)
class Regret:
    """Hold how a plan does scenario by scenario; expected and worst are upper ends.

    Attributes
    ----------
    mean_eur, cvar_eur
        Of the plan's profit over the scenarios it was put to.
    expected_eur, worst_eur, worst_scenario
        Regret weighed by probability, the largest and where.
    broken
        Scenarios in which the decisions break a rule.
    """

    scenarios: tuple[Evaluated, ...]
    mean_eur: float | None
    cvar_eur: float | None
    expected_eur: float | None
    worst_eur: float | None
    worst_scenario: str | None
    broken: tuple[str, ...]


def with_demand(
    problem: SourcingProblem,
    demand: dict[str, Floats],
    scenarios: tuple[str, ...],
    probability: Floats,
) -> SourcingProblem:
    """Return the problem with other scenarios; `demand` as `BY_SCENARIO`, the last axis new."""
    return replace(
        problem,
        flow=replace(problem.flow, **demand),  # type: ignore[arg-type]
        scenarios=scenarios,
        probability=probability,
    )


def fresh_scenarios(problem: SourcingProblem, count: int, seed: int = 1) -> SourcingProblem:
    """Return the problem with new scenarios that have the mean and covariance of the old ones.

    Each is the mean plus the old scenarios' deviations, weighed by the root of the probability
    and an independent standard normal figure; nothing goes below 0. Targets, prospects and
    conversions of a scenario move together, as they did.
    """
    drawn = np.random.default_rng(seed).standard_normal((len(problem.scenarios), count))
    weight = np.sqrt(problem.probability)[:, None] * drawn
    flow, old = problem.flow, problem.probability
    demand = {name: _drawn(getattr(flow, name), old, weight) for name in BY_SCENARIO}
    names = tuple(f"fresh {number + 1}" for number in range(count))
    return with_demand(problem, demand, names, np.full(count, 1.0 / count))


def _drawn(figures: Floats, probability: Floats, weight: Floats) -> Floats:
    known = np.isfinite(figures).all(axis=-1, keepdims=True)
    finite = np.where(known, figures, 0.0)
    mean = (finite @ probability)[..., None]
    found = np.maximum(0.0, mean + (finite - mean) @ weight)
    return np.where(known, found, np.inf)


def evaluated_eur(problem: SourcingProblem, decisions: Decisions, options: Options) -> float | None:
    """Return the objective of decisions typed in; None when they break a rule."""
    return evaluate_sourcing(problem, decisions, options).objective


def regret_of(
    problem: SourcingProblem,
    decisions: Decisions,
    options: Options,
    *,
    tried: SourcingProblem | None = None,
) -> Regret:
    """Return the regret of decisions on each scenario of `tried` (None: those decided on)."""
    tried = tried or problem
    each = tuple(
        _evaluated(one_scenario(tried, scenario), decisions, options)
        for scenario in range(len(tried.scenarios))
    )
    worst, regrets = _worst(each), [e.regret_eur for e in each]
    highs = np.array([np.nan if r is None else r[1] for r in regrets])
    profit = np.array([np.nan if e.plan_eur is None else e.plan_eur for e in each])
    return Regret(
        scenarios=each,
        mean_eur=_number(float(tried.probability @ profit)),
        cvar_eur=None
        if np.isnan(profit).any()
        else conditional_value_at_risk(profit, tried.probability, tried.risk_level),
        expected_eur=_number(float(tried.probability @ highs)),
        worst_eur=None if worst is None else float(np.nanmax(highs)),
        worst_scenario=worst,
        broken=tuple(e.scenario for e in each if e.plan_eur is None),
    )


def _evaluated(problem: SourcingProblem, decisions: Decisions, options: Options) -> Evaluated:
    best = solve_sourcing(problem, options)
    plan_eur = evaluated_eur(problem, decisions, options)
    best_eur = best.objective
    if plan_eur is not None:
        # The plan's own decisions are decisions one could take knowing the scenario.
        best_eur = plan_eur if best_eur is None else max(best_eur, plan_eur)
    bound = best.bound
    if bound is not None and best_eur is not None:
        bound = max(bound, best_eur)
    return Evaluated(
        scenario=problem.scenarios[0], plan_eur=plan_eur, best_eur=best_eur, best_bound_eur=bound
    )


def _worst(each: tuple[Evaluated, ...]) -> str | None:
    known = [(e.regret_eur[1], e.scenario) for e in each if e.regret_eur is not None]
    return max(known, key=lambda pair: pair[0])[1] if known else None


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
