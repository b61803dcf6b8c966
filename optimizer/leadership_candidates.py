"""Choose among decisions that stand to reason the one regretted least at worst (L10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_regret import Regret, evaluated_eur, for_each
from optimizer.result import Options, Solution
from optimizer.sourcing_prices import conditional_value_at_risk
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem
from optimizer.sourcing_scenarios import one_scenario

Floats = NDArray[np.float64]

TIE_EUR = 0.5
"""Regrets this close are alike."""


class Made(StrEnum):
    """Say what decisions were made for."""

    PLAN = "plan"
    NOTHING = "do nothing"
    SCENARIO = "one scenario"
    MEAN = "mean demand"


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Hold decisions to compare; `scenario` names the one they were made for, "" otherwise."""

    made: Made
    scenario: str
    decisions: Decisions


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Name the candidate whose largest regret is the least; ties go to the first.

    Attributes
    ----------
    index
        None: no candidate has a regret that is proved everywhere.
    proved
        Whether no other candidate can have less, wherever in their intervals the figures lie.
    """

    index: int | None
    proved: bool


@dataclass(frozen=True, kw_only=True)
class OutOfSample:
    """Hold how decisions do on N scenarios they were not made for, equally likely; EUR.

    Attributes
    ----------
    scenarios
        How many were drawn.
    mean_eur, mean_error_eur
        Mean profit, and its standard error (that of a mean of N draws).
    cvar_eur, lowest_eur
        Mean of the worst 1 - alpha of them, and the worst.
    extra_eur, extra_error_eur
        Mean and standard error of the profit less that of the first candidate, draw by draw.
    broken
        Scenarios in which no plan goes with the decisions; then there are no figures.
    """

    scenarios: int
    mean_eur: float | None
    mean_error_eur: float | None
    cvar_eur: float | None
    lowest_eur: float | None
    extra_eur: float | None
    extra_error_eur: float | None
    broken: int


def candidates_of(
    problem: SourcingProblem,
    plan: SourcingPlan,
    baseline: Solution[SourcingPlan],
    alone: Sequence[Solution[SourcingPlan]],
    mean: Solution[SourcingPlan],
) -> tuple[Candidate, ...]:
    """Return the plan, doing nothing, the plan of each scenario alone and that of the mean.

    What has no plan is left out.
    """
    found = [(Made.PLAN, "", plan), (Made.NOTHING, "", baseline.plan)]
    found += [
        (Made.SCENARIO, name, each.plan)
        for name, each in zip(problem.scenarios, alone, strict=True)
    ]
    found.append((Made.MEAN, "", mean.plan))
    return tuple(
        Candidate(made=made, scenario=scenario, decisions=made_plan.decisions)
        for made, scenario, made_plan in found
        if made_plan is not None
    )


def least_regretted(regrets: Sequence[Regret]) -> Choice:
    """Return whose largest regret is the least, as far as proved (minimax regret, Savage 1951).

    The intervals of two candidates in a scenario move together, for the same best is held
    against both; so the comparison is exact for every best within its bounds.
    """
    worst = [np.inf if each.worst_eur is None else each.worst_eur for each in regrets]
    if not np.isfinite(worst).any():
        return Choice(index=None, proved=False)
    least = min(worst)
    index = next(i for i, value in enumerate(worst) if value <= least + TIE_EUR)
    others = [each for i, each in enumerate(regrets) if i != index and not each.broken]
    return Choice(index=index, proved=all(_no_worse(regrets[index], each) for each in others))


def _no_worse(first: Regret, second: Regret) -> bool:
    """Tell whether max(best - first) <= max(best - second) for every best within its bounds.

    Scenario by scenario the others are at their lowest; the difference only grows with the best
    of this one, up to where the second regrets this one most, too.
    """
    lows = _figures([each.best_eur for each in second.scenarios], np.nan)
    highs = _figures([each.best_bound_eur for each in second.scenarios], np.inf)
    mine = _figures([each.plan_eur for each in first.scenarios], np.nan)
    theirs = _figures([each.plan_bound_eur for each in second.scenarios], np.inf)
    for scenario in range(len(mine)):
        regret = np.delete(lows - theirs, scenario).max(initial=-np.inf)
        reached = min(highs[scenario] - regret, theirs[scenario])
        if not reached <= mine[scenario] + TIE_EUR:
            return False
    return True


def _figures(values: Sequence[float | None], missing: float) -> Floats:
    return np.array([missing if value is None else value for value in values], dtype=np.float64)


def out_of_sample(
    fresh: SourcingProblem, candidates: Sequence[Candidate], options: Options
) -> tuple[OutOfSample, ...]:
    """Return how candidates do on the scenarios of `fresh`, which nobody decided on."""
    cases = [one_scenario(fresh, scenario) for scenario in range(len(fresh.scenarios))]
    profits = for_each(
        [each.decisions for each in candidates],
        lambda kept: _figures([evaluated_eur(case, kept, options) for case in cases], np.nan),
    )
    return tuple(_out_of_sample(fresh, profit, profits[0]) for profit in profits)


def _out_of_sample(fresh: SourcingProblem, profit: Floats, first: Floats) -> OutOfSample:
    level = fresh.risk_level
    known = bool(np.isfinite(profit).all())
    extra = profit - first
    compared = bool(np.isfinite(extra).all())
    return OutOfSample(
        scenarios=len(profit),
        mean_eur=float(profit.mean()) if known else None,
        mean_error_eur=_error(profit) if known else None,
        cvar_eur=conditional_value_at_risk(profit, fresh.probability, level) if known else None,
        lowest_eur=float(profit.min()) if known else None,
        extra_eur=float(extra.mean()) if compared else None,
        extra_error_eur=_error(extra) if compared else None,
        broken=int(np.isnan(profit).sum()),
    )


def _error(values: Floats) -> float | None:
    """Return the standard error of the mean; None of a single value."""
    if len(values) < 2:
        return None
    return float(values.std(ddof=1) / np.sqrt(len(values)))
