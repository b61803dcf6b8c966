"""Put a plan to the test on demand it did not know (L10).

The decisions of a plan are kept; hours, volumes and what is given up answer each scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Options, Solution, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_prices import conditional_value_at_risk, risk_weighted
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem
from optimizer.sourcing_scenarios import BY_SCENARIO, one_scenario

Floats = NDArray[np.float64]
Answer = TypeVar("Answer")

LEAST_RATE = 1e-9
"""A conversion below this has no largest factor."""


@dataclass(frozen=True, kw_only=True)
class Evaluated:
    """Hold one scenario's values; EUR, discounted.

    Attributes
    ----------
    status
        INFEASIBLE: the decisions break a rule in the scenario; UNKNOWN: a limit fell before.
    plan_eur, plan_bound_eur
        Profit of the decisions in the scenario, found and at most; None without a plan.
    best_eur, best_bound_eur
        Profit of deciding with the scenario known: best found, and what none exceeds.
    """

    scenario: str
    status: Status
    plan_eur: float | None
    plan_bound_eur: float | None
    best_eur: float | None
    best_bound_eur: float | None

    @property
    def regret_eur(self) -> tuple[float, float | None] | None:
        """Return the interval in which best less plan lies, its upper end None if unproved.

        None where no plan goes with the decisions.
        """
        if self.plan_eur is None or self.best_eur is None:
            return None
        most = np.inf if self.plan_bound_eur is None else self.plan_bound_eur
        low = max(0.0, self.best_eur - most)
        if self.best_bound_eur is None:
            return low, None
        return low, max(low, self.best_bound_eur - self.plan_eur)


@dataclass(frozen=True, kw_only=True)
class Regret:
    """Hold how a plan does scenario by scenario; expected and worst are upper ends.

    Attributes
    ----------
    mean_eur, cvar_eur, worth_eur
        Of the plan's profit over the scenarios it was put to; the latter weighs both (F20).
    expected_eur, worst_eur, worst_scenario
        Regret weighed by probability, the largest and where; None where nothing is proved above.
    worst_low_eur
        What the largest regret is at least.
    broken
        Scenarios in which the decisions break a rule.
    """

    scenarios: tuple[Evaluated, ...]
    mean_eur: float | None
    cvar_eur: float | None
    worth_eur: float | None
    expected_eur: float | None
    worst_eur: float | None
    worst_low_eur: float | None
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
    and an independent standard normal figure; nothing goes below 0, and no conversion above 1
    that was not before. Targets, prospects and conversions of a scenario move together, as they
    did.
    """
    drawn = np.random.default_rng(seed).standard_normal((len(problem.scenarios), count))
    weight = np.sqrt(problem.probability)[:, None] * drawn
    flow, old = problem.flow, problem.probability
    demand = {name: _drawn(getattr(flow, name), old, weight) for name in BY_SCENARIO}
    certain = 1.0 / np.maximum(flow.conversion, LEAST_RATE)[:, :, None, None]
    most = np.maximum(certain, flow.conversion_factor.max(axis=-1, keepdims=True))
    demand["conversion_factor"] = np.minimum(demand["conversion_factor"], most)
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


def solved_alone(problem: SourcingProblem, options: Options) -> tuple[Solution[SourcingPlan], ...]:
    """Return the best found with each scenario known before deciding (wait and see)."""
    return tuple(
        solve_sourcing(one_scenario(problem, scenario), options)
        for scenario in range(len(problem.scenarios))
    )


def regrets_of(
    problem: SourcingProblem,
    candidates: Sequence[Decisions],
    options: Options,
    alone: Sequence[Solution[SourcingPlan]],
) -> tuple[Regret, ...]:
    """Return the regret of several decisions, held against the same best of each scenario.

    Whatever one of them reaches in a scenario is decided by who knows it, so it raises the best
    found for all.

    Parameters
    ----------
    alone
        Of `solved_alone`.
    """
    certain = [one_scenario(problem, scenario) for scenario in range(len(problem.scenarios))]
    values = for_each(
        candidates, lambda d: [evaluate_sourcing(each, d, options) for each in certain]
    )
    best = [_best(known, [row[scenario] for row in values]) for scenario, known in enumerate(alone)]
    return tuple(
        _regret(
            problem,
            tuple(
                Evaluated(
                    scenario=name,
                    status=value.status,
                    plan_eur=value.objective,
                    plan_bound_eur=value.bound,
                    best_eur=low,
                    best_bound_eur=high,
                )
                for name, value, (low, high) in zip(problem.scenarios, row, best, strict=True)
            ),
        )
        for row in values
    )


def for_each(decisions: Sequence[Decisions], answer: Callable[[Decisions], Answer]) -> list[Answer]:
    """Return the answer for each, asked once of those that are the same."""
    known: dict[tuple[bytes, ...], Answer] = {}
    keys = [tuple(array.tobytes() for array in vars(each).values()) for each in decisions]
    for key, each in zip(keys, decisions, strict=True):
        if key not in known:
            known[key] = answer(each)
    return [known[key] for key in keys]


def _best(
    known: Solution[SourcingPlan], values: Sequence[Solution[SourcingPlan]]
) -> tuple[float | None, float | None]:
    """Return the best found in a scenario and what none exceeds."""
    found = [each.objective for each in (known, *values) if each.objective is not None]
    low = max(found, default=None)
    if known.bound is None or low is None:
        return low, known.bound
    return low, max(known.bound, low)


def _regret(problem: SourcingProblem, each: tuple[Evaluated, ...]) -> Regret:
    regrets = [e.regret_eur for e in each]
    lows = [r[0] for r in regrets if r is not None]
    highs = np.array([np.nan if r is None or r[1] is None else r[1] for r in regrets])
    profit = np.array([np.nan if e.plan_eur is None else e.plan_eur for e in each])
    known, complete = bool(np.isfinite(highs).all()), not np.isnan(profit).any()
    tail = conditional_value_at_risk(profit, problem.probability, problem.risk_level)
    return Regret(
        scenarios=each,
        mean_eur=_number(float(problem.probability @ profit)),
        cvar_eur=tail if complete else None,
        worth_eur=risk_weighted(problem, profit) if complete else None,
        expected_eur=_number(float(problem.probability @ highs)),
        worst_eur=float(highs.max()) if known else None,
        worst_low_eur=max(lows) if len(lows) == len(each) else None,
        worst_scenario=_worst(each),
        broken=tuple(e.scenario for e in each if e.status is Status.INFEASIBLE),
    )


def _worst(each: tuple[Evaluated, ...]) -> str | None:
    """Return where most is regretted, as far as known; where nothing is proved above, there."""
    known = [(e.regret_eur, e.scenario) for e in each if e.regret_eur is not None]
    if not known:
        return None
    return max(known, key=lambda pair: np.inf if pair[0][1] is None else pair[0][1])[1]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else value
