"""Price decisions typed in: the volumes follow by a linear program (F22)."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Cancelled, OnProgress, Options, Solution, Status
from optimizer.sourcing import above, solve_sourcing
from optimizer.sourcing_best import PROVED
from optimizer.sourcing_headcount import count_staff, with_automatic_moves
from optimizer.sourcing_prices import price_sourcing, risk_weighted
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem, decision_shapes
from optimizer.sourcing_scenarios import one_scenario
from optimizer.sourcing_shortfalls import explain_uncovered

Floats = NDArray[np.float64]

BY_SCENARIO = tuple(
    each.name
    for each in fields(SourcingPlan)
    if each.name not in {"decisions", "headcount", "first_year"}
)


def evaluate_sourcing(
    problem: SourcingProblem,
    decisions: Decisions,
    options: Options,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[SourcingPlan]:
    """Return the best response in hours and volumes to decisions typed in.

    What is NaN in `decisions` is left to the search, so a plan may be typed in part; managers
    follow from the people where these are typed, and so do moves that happen by themselves.
    With everything typed, scenarios are priced one at a time: thirty take little more than thirty
    times one. INFEASIBLE: no volumes go with these decisions.

    Raises
    ------
    ValueError
        When a decision array has another shape than `Decisions` says.
    """
    for name, shape in decision_shapes(problem).items():
        if getattr(decisions, name).shape != shape:
            raise ValueError(f"decisions.{name} needs shape {shape}")
    stated = replace(problem, fixed=_completed(problem, decisions))
    if len(problem.scenarios) > 1 and _all_typed(stated):
        return _one_at_a_time(stated, options, cancelled)
    return solve_sourcing(stated, options, on_progress, cancelled)


def with_decisions(
    problem: SourcingProblem,
    solved: Solution[SourcingPlan],
    decisions: Decisions,
    options: Options,
    cancelled: Cancelled | None = None,
) -> Solution[SourcingPlan] | None:
    """Return the solution with the plan that decisions lead to; None when they break a rule.

    The bound is over all plans, so it stays, and status and gap follow from it.
    """
    found = evaluate_sourcing(problem, decisions, options, cancelled=cancelled)
    if found.objective is None:
        return None
    bound = None if solved.bound is None else above(found.objective, solved.bound)
    taken = replace(
        found,
        status=Status.FEASIBLE,
        bound=bound,
        relaxed_bound=solved.relaxed_bound,
        stopped_by=solved.stopped_by,
        seconds=solved.seconds + found.seconds,
    )
    if taken.gap is not None and taken.gap <= PROVED:
        return replace(taken, status=Status.OPTIMAL, stopped_by="proof")
    return taken


def _all_typed(problem: SourcingProblem) -> bool:
    assert problem.fixed is not None
    arrays = (getattr(problem.fixed, name) for name in decision_shapes(problem))
    return not any(np.isnan(array).any() for array in arrays)


def _completed(problem: SourcingProblem, decisions: Decisions) -> Decisions:
    """Fill in what follows from the people by arithmetic; leave it open where they are open."""
    automatic = [i for i, m in enumerate(problem.moves) if m.automatic_share is not None]
    moves = np.array(decisions.moves)
    moves[automatic] = 0.0
    typed = replace(decisions, moves=moves)
    if any(np.isnan(array).any() for array in (typed.hires, typed.layoffs, typed.moves)):
        moves[automatic] = np.nan
        return typed
    typed = with_automatic_moves(problem, typed)
    return replace(typed, managers=_managers(problem, typed))


def _managers(problem: SourcingProblem, decisions: Decisions) -> Floats:
    """Return the managers typed, those needed where none are (F13)."""
    headcount = count_staff(problem, decisions).headcount
    managers = np.array(decisions.managers)
    for index, rule in enumerate(problem.managers):
        need = headcount[sorted(set(rule.states))].sum(axis=0) / rule.span
        need = np.ceil(need - 1e-9) if rule.whole else need
        open_months = np.isnan(managers[index])
        managers[index, open_months] = need[open_months]
    return managers


def _one_at_a_time(
    problem: SourcingProblem, options: Options, cancelled: Cancelled | None
) -> Solution[SourcingPlan]:
    """Price every scenario alone: with the decisions fixed nothing else ties them.

    Mean and CVaR rise with the profit of every scenario, so the best response in each is the best
    in all; the same holds of the bounds.
    """
    started = perf_counter()
    neutral = replace(problem, risk_weight=0.0)
    alone = []
    for index in range(len(problem.scenarios)):
        left = replace(options, seconds=options.seconds - (perf_counter() - started))
        alone.append(solve_sourcing(one_scenario(neutral, index), left, cancelled=cancelled))
        if alone[-1].plan is None:
            return replace(alone[-1], bound=None, seconds=perf_counter() - started)
    plan = _together([each.plan for each in alone if each.plan is not None])
    prices = price_sourcing(problem, plan)
    objective = math.fsum(prices.terms.values())
    bounds = np.array([each.bound for each in alone])
    proved = all(each.status is Status.OPTIMAL for each in alone)
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        sense="max",
        plan=plan,
        objective=objective,
        bound=above(objective, risk_weighted(problem, bounds)),
        terms=prices.terms,
        shortfalls=explain_uncovered(problem, plan),
        stopped_by="proof" if proved else alone[-1].stopped_by,
        seconds=perf_counter() - started,
    )


def _together(plans: list[SourcingPlan]) -> SourcingPlan:
    """Join the volumes of plans with the same decisions along the scenarios."""
    joined = {
        name: np.concatenate([getattr(plan, name) for plan in plans], axis=-1)
        for name in BY_SCENARIO
    }
    return replace(plans[0], **joined)  # type: ignore[arg-type]
