"""Say which condition no plan can keep (F24)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Shortfall
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_problem import SourcingProblem

SECONDS = 10.0
"""Most time for the linear program of one condition."""

Condition = tuple[str, str, SourcingProblem]
"""Name, what would help, and the problem without the condition."""


def conditions_in_conflict(problem: SourcingProblem) -> tuple[Shortfall, ...]:
    """Return the conditions of which any one, set aside, leaves a plan; else all of them.

    A plan in parts of people counts: a problem that only whole people break is named so.
    """
    conditions = list(_conditions(problem))
    if _has_plan(problem):
        return (_named("whole_numbers", "whole people and contracts", "allow parts of people"),)
    alone = [each for each in conditions if _has_plan(each[2])]
    return tuple(_named("conflict", name, remedy) for name, remedy, _ in alone or conditions)


def _named(code: str, subject: str, remedy: str) -> Shortfall:
    return Shortfall(
        code=code,
        subject=subject,
        amount=1.0,
        unit="condition",
        reason=f"no plan keeps it together with the other conditions: {subject}",
        remedy=remedy,
    )


def _has_plan(problem: SourcingProblem) -> bool:
    answer = solve(build_sourcing_model(problem).model.relaxed(), Limits(seconds=SECONDS))
    return answer.outcome is Outcome.SOLVED


def _conditions(problem: SourcingProblem) -> Iterator[Condition]:
    """Yield what may be set aside one at a time, only where it asks for anything."""
    flow = problem.flow
    if np.isfinite(flow.uncovered_max).any():
        free = replace(flow, uncovered_max=np.array(np.inf))
        yield "most wins given up", "allow more uncovered work", replace(problem, flow=free)
    if flow.end_stock_min.any() or flow.stock_min.any():
        free = replace(flow, end_stock_min=np.array(0.0), stock_min=np.array(0.0))
        yield "least stock", "ask for less stock", replace(problem, flow=free)
    if flow.backlog_max.any():
        free = replace(flow, backlog_max=np.array(np.inf))
        yield "most late work", "allow more late work", replace(problem, flow=free)
    if flow.kept.any():
        free = replace(flow, kept=np.array(0.0))
        yield "units kept", "allow units to be dropped", replace(problem, flow=free)
    yield from _staff_conditions(problem)


def _staff_conditions(problem: SourcingProblem) -> Iterator[Condition]:
    if np.isfinite(problem.excess_max).any():
        free = replace(problem, excess_max=np.array(np.inf))
        yield "most people without work", "allow more people without work", free
    if any(option.min_total > 0 for option in problem.hires):
        hires = tuple(replace(option, min_total=0.0) for option in problem.hires)
        yield "least hires", "ask for fewer hires", replace(problem, hires=hires)
    if any(state.headcount_min.any() for state in problem.states):
        states = tuple(replace(state, headcount_min=np.array(0.0)) for state in problem.states)
        yield "least people", "ask for fewer people", replace(problem, states=states)
    if problem.fixed is not None:
        yield "decisions taken", "leave a decision open", replace(problem, fixed=None)
    if any(offer.committed_months for offer in problem.providers):
        offers = tuple(replace(v, running_since_months=None) for v in problem.providers)
        yield "running contracts", "end a contract", replace(problem, providers=offers)
