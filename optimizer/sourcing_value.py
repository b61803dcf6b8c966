"""Say what knowing the demand, and planning for its spread, are worth (F23)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.result import Options
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_problem import SourcingProblem
from optimizer.sourcing_scenarios import mean_scenario, one_scenario


@dataclass(frozen=True, kw_only=True)
class ScenarioValue:
    """Hold expected profits in EUR (Birge and Louveaux, Introduction to Stochastic Programming).

    Attributes
    ----------
    here_and_now_eur
        Of the plan that minds all scenarios.
    wait_and_see_eur
        If every scenario were known before deciding.
    mean_plan_eur
        Of the plan made for the mean of the scenarios; None when it fits none of them.
    """

    here_and_now_eur: float
    wait_and_see_eur: float
    mean_plan_eur: float | None

    @property
    def evpi_eur(self) -> float:
        """Return the expected value of perfect information."""
        return self.wait_and_see_eur - self.here_and_now_eur

    @property
    def vss_eur(self) -> float | None:
        """Return the value of the stochastic solution."""
        if self.mean_plan_eur is None:
            return None
        return self.here_and_now_eur - self.mean_plan_eur


def value_of_scenarios(problem: SourcingProblem, options: Options) -> ScenarioValue | None:
    """Solve with all scenarios, with each alone and with their mean; None if one has no plan.

    Profits are means: `risk_weight` is set aside.
    """
    neutral = replace(problem, risk_weight=0.0)
    together = solve_sourcing(neutral, options)
    alone = [
        solve_sourcing(one_scenario(neutral, index), options).objective
        for index in range(len(problem.scenarios))
    ]
    mean = solve_sourcing(mean_scenario(neutral), options)
    known = [objective for objective in alone if objective is not None]
    if together.objective is None or len(known) < len(alone):
        return None
    spread = None if mean.plan is None else evaluate_sourcing(neutral, mean.plan.decisions, options)
    return ScenarioValue(
        here_and_now_eur=together.objective,
        wait_and_see_eur=float(problem.probability @ np.array(known)),
        mean_plan_eur=None if spread is None else spread.objective,
    )
