"""Take scenarios one at a time, or at their mean (F23)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.sourcing_problem import SourcingProblem, UnitFlow

BY_SCENARIO = ("conversion_factor", "prospects", "target", "uncovered_max")
"""Fields of the flow whose last axis is the scenario."""


def one_scenario(problem: SourcingProblem, index: int) -> SourcingProblem:
    """Return the problem as if this scenario were certain."""
    fields = {name: getattr(problem.flow, name)[..., [index]] for name in BY_SCENARIO}
    return _certain(problem, replace(problem.flow, **fields), problem.scenarios[index])


def mean_scenario(problem: SourcingProblem) -> SourcingProblem:
    """Return the problem with every figure at its mean over the scenarios."""
    likely = problem.probability > 0
    weight = problem.probability[likely]
    fields = {
        name: (getattr(problem.flow, name)[..., likely] @ weight)[..., None] for name in BY_SCENARIO
    }
    return _certain(problem, replace(problem.flow, **fields), "mean")


def _certain(problem: SourcingProblem, flow: UnitFlow, name: str) -> SourcingProblem:
    return replace(problem, flow=flow, scenarios=(name,), probability=np.array([1.0]))
