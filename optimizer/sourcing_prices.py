"""Price a plan line by line, month by month and scenario by scenario (F19, F20): no solver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_cohorts import under_way
from optimizer.sourcing_lanes import Lanes, list_lanes
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_rights import absent_people, held_by
from optimizer.sourcing_worth import expected_success_eur, terminal_units, unit_worth_eur

Floats = NDArray[np.float64]

RISK_TERM = "risk_adjustment_eur"
INCOME = ("margin_eur", "surplus_margin_eur", "terminal_eur")


@dataclass(frozen=True, kw_only=True)
class SourcingPrices:
    """Hold what a plan brings and costs.

    Attributes
    ----------
    eur
        Term -> (T, W) EUR of the month, not discounted; costs are below 0. Their sum is the cash
        and worth of a month in a scenario.
    profit_eur
        (W,) discounted.
    cvar_eur
        Mean profit of the worst 1 - alpha of the cases.
    terms
        Term -> EUR, discounted and weighed by probability, with the adjustment for risk: they
        add up to `objective_eur`.
    """

    eur: Mapping[str, Floats]
    profit_eur: Floats
    cvar_eur: float
    objective_eur: float
    terms: Mapping[str, float]


def price_sourcing(problem: SourcingProblem, plan: SourcingPlan) -> SourcingPrices:
    """Price every decision and volume of a plan."""
    eur = {**_market(problem, plan), **_staff(problem, plan), **_offers(problem, plan)}
    profit = np.sum([problem.discount @ amount for amount in eur.values()], axis=0)
    mean = float(problem.probability @ profit)
    cvar = conditional_value_at_risk(profit, problem.probability, problem.risk_level)
    terms = {
        name: float(problem.discount @ amount @ problem.probability) for name, amount in eur.items()
    }
    if problem.risk_weight > 0:
        terms[RISK_TERM] = problem.risk_weight * (cvar - mean)
    return SourcingPrices(
        eur=eur,
        profit_eur=profit,
        cvar_eur=cvar,
        objective_eur=float(sum(terms.values())),
        terms=terms,
    )


def risk_weighted(problem: SourcingProblem, profit: Floats) -> float:
    """Return (1 - lambda) mean + lambda CVaR of (W,) profits."""
    mean = float(problem.probability @ profit)
    if problem.risk_weight == 0.0:
        return mean
    tail = conditional_value_at_risk(profit, problem.probability, problem.risk_level)
    return (1.0 - problem.risk_weight) * mean + problem.risk_weight * tail


def conditional_value_at_risk(profit: Floats, probability: Floats, level: float) -> float:
    """Return the mean of the worst 1 - level of the cases (Rockafellar and Uryasev 2000)."""
    short = np.maximum(0.0, profit[:, None] - profit[None, :])
    return float(np.max(profit - short @ probability / (1.0 - level)))


def _market(problem: SourcingProblem, plan: SourcingPlan) -> dict[str, Floats]:
    flow = problem.flow
    return {
        "margin_eur": np.einsum("gt,gtw->tw", flow.margin_eur, plan.sold),
        "surplus_margin_eur": np.einsum("gt,gtw->tw", flow.surplus_margin_eur, plan.surplus),
        "terminal_eur": _terminal(problem, plan),
        "holding_eur": -np.einsum("pg,pgtw->tw", flow.holding_eur, plan.stock),
        "backlog_eur": -np.einsum("g,gtw->tw", flow.backlog_eur, plan.backlog),
        "uncovered_eur": -np.einsum("g,gtw->tw", flow.uncovered_eur, plan.uncovered),
    }


def lane_units(lanes: Lanes, plan: SourcingPlan) -> Floats:
    """Return (L, T, W) units worked in each lane."""
    return plan.units_worked[lanes.source, lanes.phase, lanes.segment]


def _terminal(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Value what is on its way or waits at the end, in the last month (F6)."""
    lanes = list_lanes(problem)
    worth = np.zeros(plan.sold.shape[1:])
    on_the_way = terminal_units(problem, lanes) * lane_units(lanes, plan)
    waiting = unit_worth_eur(problem) * plan.stock[:, :, -1]
    worth[-1] = on_the_way.sum(axis=(0, 1)) + waiting.sum(axis=(0, 1))
    return worth


def _staff(problem: SourcingProblem, plan: SourcingPlan) -> dict[str, Floats]:
    on_books = plan.headcount + _heads_under_way(problem, plan)
    paid = on_books[:, :, None] - absent_people(problem, plan.lapsed)
    states, decided = problem.states, plan.decisions
    scenarios = len(problem.scenarios)
    first = {
        "recruiting_eur": _total([o.recruiting_eur for o in problem.hires], decided.hires),
        "severance_eur": _total([k.severance_eur for k in states], decided.layoffs),
        "moves_eur": _total([m.eur for m in problem.moves], decided.moves),
        "managers_eur": _total([r.wage_eur for r in problem.managers], decided.managers),
    }
    later = {
        "overtime_eur": _total([k.overtime_eur for k in states], plan.overtime_hours),
        "short_time_eur": _total([k.short_time_eur for k in states], plan.short_time_heads),
        "excess_eur": _total([k.excess_eur for k in states], plan.excess_heads),
    }
    return {
        "wages_eur": _total([k.wage_eur[:, None] for k in states], paid),
        "tools_eur": _total([k.tools_eur[:, None] for k in states], paid),
        **{name: np.repeat(cost[:, None], scenarios, axis=1) for name, cost in first.items()},
        **later,
    }


def _total(prices: Sequence[float | Floats], amounts: Floats) -> Floats:
    """Return what the amounts (N, T) or (N, T, W) cost in all, below 0."""
    total = np.zeros(amounts.shape[1:])
    for price, amount in zip(prices, amounts, strict=True):
        total -= price * amount
    return total


def _heads_under_way(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (K, T): people between two states, paid by the state they come from."""
    found = np.zeros_like(plan.headcount)
    months = len(problem.months)
    for index, move in enumerate(problem.moves):
        for age in range(min(move.duration_months, months)):
            share = under_way(problem, move, age)
            found[move.source, age:] += share * plan.decisions.moves[index, : months - age]
    return found


def contract_starts(problem: SourcingProblem, running: Floats) -> Floats:
    """Return (V, T): the part of a contract that begins in each month."""
    before = [0.0 if v.running_since_months is None else 1.0 for v in problem.providers]
    eve = np.array(before).reshape(-1, 1)
    return np.maximum(0.0, np.diff(running, axis=1, prepend=eve))


def _offers(problem: SourcingProblem, plan: SourcingPlan) -> dict[str, Floats]:
    lanes = list_lanes(problem)
    units, ones = lane_units(lanes, plan), np.ones(len(problem.scenarios))
    starts = contract_starts(problem, plan.decisions.running)
    own = lanes.source < len(problem.states)
    tool = lanes.source >= len(problem.states) + len(problem.providers)
    worked = lanes.eur_per_unit[:, None, None] * units
    setup = sum((v.setup_eur * starts[i] for i, v in enumerate(problem.providers)), 0.0)
    hourly = np.array([v.eur_per_hour for v in problem.providers])
    result = np.array([v.eur_per_result for v in problem.providers])
    months = np.zeros(len(problem.months))
    return {
        "work_eur": -worked[own].sum(axis=0),
        "provider_setup_eur": -np.outer(months + setup, ones),
        "provider_retainer_eur": _total(
            [v.retainer_eur[:, None] for v in problem.providers], held_by(plan)
        ),
        "provider_hours_eur": -np.einsum("v,vtw->tw", hourly, plan.billed_hours),
        "provider_results_eur": -np.einsum("v,vtw->tw", result, plan.billed_results),
        "provider_success_eur": -(expected_success_eur(problem, lanes) * units).sum(axis=0),
        "automation_units_eur": -worked[tool].sum(axis=0),
        "automation_fixed_eur": -np.outer(_tool_fees(problem, plan), ones),
    }


def _tool_fees(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (T,): set-up once, in the first month of use, and the fee of each month."""
    found = np.zeros(len(problem.months))
    for index, tool in enumerate(problem.automations):
        used = plan.decisions.automated[index]
        found += tool.setup_eur * np.maximum(0.0, np.diff(used, prepend=0.0))
        found += tool.eur_per_month * used
    return found
