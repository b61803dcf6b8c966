"""Build sourcing problems of which a test states only what matters to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.result import Options
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import (
    Automation,
    HireOption,
    ManagerRule,
    Move,
    Provider,
    SourcingPlan,
    SourcingProblem,
    StaffState,
    UnitFlow,
    no_decisions,
)
from optimizer.sourcing_typed import Volumes, price_typed

EXACT = Options(seconds=30.0, gap=0.0)


def make_flow(**changes: Any) -> UnitFlow:
    """One hour a unit, every unit a win worth 100 EUR, 10 wins asked for a month."""
    settings = {"hours_per_unit": 1.0, "conversion": 1.0, "target": 10.0, "margin_eur": 100.0}
    return UnitFlow(**{**settings, **changes})


def make_state(**changes: Any) -> StaffState:
    """Somebody with 10 hours a month, able in everything, free of charge."""
    settings = {"state_id": "team", "hours_per_head": 10.0, "speed": 1.0}
    return StaffState(**{**settings, **changes})


def make_hire(**changes: Any) -> HireOption:
    return HireOption(**{"option_id": "hire", "state": 0, **changes})


def make_move(**changes: Any) -> Move:
    return Move(**{"move_id": "training", "source": 0, "target": 1, **changes})


def make_provider(**changes: Any) -> Provider:
    """Offer 10 hours a month at 30 EUR in the first phase."""
    settings = {
        "provider_id": "provider", "phases": (0,), "capacity_hours": 10.0, "eur_per_hour": 30.0
    }  # fmt: skip
    return Provider(**{**settings, **changes})


def make_tool(**changes: Any) -> Automation:
    settings = {
        "automation_id": "tool", "phases": (0,), "segments": (0,), "capacity_units": 10.0
    }  # fmt: skip
    return Automation(**{**settings, **changes})


def make_managers(**changes: Any) -> ManagerRule:
    return ManagerRule(**{"states": (0,), "span": 2.0, "wage_eur": 10.0, **changes})


def make_problem(
    flow: UnitFlow | None = None,
    *,
    months: int = 1,
    phases: int = 1,
    segments: int = 1,
    scenarios: int = 1,
    **changes: Any,
) -> SourcingProblem:
    settings: dict[str, Any] = {
        "months": tuple(f"month{index}" for index in range(months)),
        "phases": tuple(f"phase{index}" for index in range(phases)),
        "segments": tuple(f"segment{index}" for index in range(segments)),
        "scenarios": tuple(f"scenario{index}" for index in range(scenarios)),
        "probability": np.full(scenarios, 1.0 / scenarios),
        "flow": flow or make_flow(),
    }
    return SourcingProblem(**{**settings, **changes})


def best(problem: SourcingProblem) -> float:
    """Return the best profit in EUR, proved."""
    solution = solve_sourcing(problem, EXACT)
    assert solution.objective is not None, solution.status
    assert solution.status == "OPTIMAL", solution.stopped_by
    return solution.objective


def best_plan(problem: SourcingProblem) -> SourcingPlan:
    plan = solve_sourcing(problem, EXACT).plan
    assert plan is not None
    return plan


def idle_plan(problem: SourcingProblem, **decided: Any) -> SourcingPlan:
    """Return the plan in which nobody works, with a few decisions typed in."""
    decisions = no_decisions(problem)
    for name, rows in decided.items():
        getattr(decisions, name)[...] = rows
    shape = (len(problem.source_ids), len(problem.phases), *problem.flow.target.shape)
    return price_typed(problem, decisions, Volumes(units_worked=np.zeros(shape))).plan
