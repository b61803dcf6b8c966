"""Check a sourcing plan without the solver (docs/model-sourcing.md).

Every rule is worked out again from the problem and the plan alone. Nothing is imported from the
files that write the model, so that a mistake there cannot hide here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from optimizer.sourcing_problem import SourcingPlan, SourcingProblem, decision_shapes
from optimizer.verify import Violation
from optimizer.verify_sourcing_flow import FLOW_RULES
from optimizer.verify_sourcing_limits import beyond, unequal
from optimizer.verify_sourcing_offers import OFFER_RULES
from optimizer.verify_sourcing_price import objective_again
from optimizer.verify_sourcing_staff import STAFF_RULES
from optimizer.verify_sourcing_stops import STOP_RULES

CENT = 0.005
SHARE = 1e-9

Rule = Callable[[SourcingProblem, SourcingPlan], Iterator[Violation]]


def violations_sourcing(
    problem: SourcingProblem, plan: SourcingPlan, objective_eur: float | None = None
) -> tuple[Violation, ...]:
    """Return every broken rule, in the order of the rules; empty for a plan that holds.

    With `objective_eur` the worth the plan is said to have is worked out again too.
    """
    unreadable = tuple(plan_is_readable(problem, plan))
    if unreadable:
        return unreadable
    broken = [violation for rule in RULES for violation in rule(problem, plan)]
    if objective_eur is not None:
        broken += _objective(problem, plan, objective_eur)
    return tuple(broken)


def plan_is_readable(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F19: every array has its shape, and no figure is missing or below 0."""
    arrays = {name: getattr(plan.decisions, name) for name in decision_shapes(problem)}
    shapes: dict[str, tuple[int, ...]] = {**decision_shapes(problem), **plan_shapes(problem)}
    arrays |= {name: getattr(plan, name) for name in plan_shapes(problem)}
    for name, shape in shapes.items():
        array = arrays[name]
        if array.shape != shape:
            yield _unreadable(name, f"{name} has shape {array.shape}, needs {shape}")
        elif not np.all(np.isfinite(array)):
            yield _unreadable(name, f"{name} holds a figure that is missing or endless")
        elif np.any(array < -1e-6):
            yield _unreadable(name, f"{name} holds a figure below 0")


def _unreadable(name: str, message: str) -> Violation:
    return Violation(rule="readable", subject=name, amount=0.0, limit=0.0, message=message)


def plan_shapes(problem: SourcingProblem) -> dict[str, tuple[int, ...]]:
    """Return the shape of every array of a plan but its decisions."""
    months, scenarios = len(problem.months), len(problem.scenarios)
    states, providers = len(problem.states), len(problem.providers)
    phases, segments = len(problem.phases), len(problem.segments)
    after = (months, scenarios)
    return {
        "headcount": (states, months),
        "first_year": (states, months),
        "units_worked": (len(problem.source_ids), phases, segments, *after),
        "overtime_hours": (states, *after),
        "short_time_heads": (states, *after),
        "excess_heads": (states, *after),
        "steering_hours": (providers, states, *after),
        "billed_hours": (providers, *after),
        "billed_results": (providers, *after),
        "stock": (phases + 1, segments, *after),
        "sold": (segments, *after),
        "surplus": (segments, *after),
        "backlog": (segments, *after),
        "uncovered": (segments, *after),
        "terminated": (providers, *after),
        "lapsed": (len(problem.hires), *after),
    }


def decisions_whole(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F19: people, contracts, tools and managers are whole where they must be."""
    whole = {
        "hires": [option.whole for option in problem.hires],
        "layoffs": [state.whole for state in problem.states],
        "moves": [move.whole and move.automatic_share is None for move in problem.moves],
        "running": [offer.whole for offer in problem.providers],
        "automated": [True] * len(problem.automations),
        "managers": [rule.whole for rule in problem.managers],
    }
    for name, required in whole.items():
        decided = getattr(plan.decisions, name)
        for index in np.flatnonzero(required).tolist():
            part = np.abs(decided[index] - np.rint(decided[index]))
            yield from beyond("whole", problem, "t", part, 0.0, f"{name} {index + 1}: part of one")
    for name in ("running", "automated"):
        share = getattr(plan.decisions, name)
        yield from beyond("share", problem, "vt" if name == "running" else "at", share, 1.0, name)


def fixed_decisions_kept(problem: SourcingProblem, plan: SourcingPlan) -> Iterator[Violation]:
    """F19: what is decided already stays as it is."""
    if problem.fixed is None:
        return
    for name in decision_shapes(problem):
        taken, planned = getattr(problem.fixed, name), getattr(plan.decisions, name)
        due = np.where(np.isnan(taken), planned, taken)
        for index in range(len(due)):
            yield from unequal("fixed", problem, "t", planned[index], due[index], name)


def _objective(
    problem: SourcingProblem, plan: SourcingPlan, objective_eur: float
) -> Iterator[Violation]:
    """F20: the worth said is the worth worked out again, to the cent."""
    again = objective_again(problem, plan)
    if abs(again - objective_eur) > CENT + SHARE * abs(again):
        yield Violation(
            rule="objective",
            subject="plan",
            amount=objective_eur,
            limit=again,
            message=f"the plan is said to be worth {objective_eur:,.2f} EUR, it is {again:,.2f}",
        )


RULES: tuple[Rule, ...] = (
    decisions_whole,
    fixed_decisions_kept,
    *FLOW_RULES,
    *STAFF_RULES,
    *OFFER_RULES,
    *STOP_RULES,
)
