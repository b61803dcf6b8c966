"""Price a sourcing plan again, scenario by scenario, from its definition (F19, F20)."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.verify_sourcing_flow import units_passed
from optimizer.verify_sourcing_offers import starts_of
from optimizer.verify_sourcing_people import follow
from optimizer.verify_sourcing_stops import absent_again, held_again

Floats = NDArray[np.float64]


def objective_again(problem: SourcingProblem, plan: SourcingPlan) -> float:
    """Return (1 - lambda) mean + lambda CVaR of the profits in EUR."""
    profits = [
        math.fsum(_cash(problem, plan, scenario)) for scenario in range(len(problem.scenarios))
    ]
    mean = math.fsum(p * q for p, q in zip(profits, problem.probability.tolist(), strict=True))
    tail = _worst_cases(profits, problem.probability.tolist(), 1.0 - problem.risk_level)
    return (1.0 - problem.risk_weight) * mean + problem.risk_weight * tail


def _worst_cases(profits: list[float], probability: list[float], mass: float) -> float:
    """Return the mean of the worst cases that make up a probability of `mass`."""
    left, total = mass, 0.0
    for profit, weight in sorted(zip(profits, probability, strict=True)):
        taken = min(left, weight)
        total += taken * profit
        left -= taken
    return total / mass


def _cash(problem: SourcingProblem, plan: SourcingPlan, scenario: int) -> Iterator[float]:
    absent = absent_again(problem, plan)[..., scenario]
    paid = follow(problem, plan).paid - absent
    for month, discount in enumerate(problem.discount.tolist()):
        yield discount * math.fsum(_market(problem, plan, month, scenario))
        yield -discount * math.fsum(_staff(problem, plan, paid, month, scenario))
        yield -discount * math.fsum(_bought(problem, plan, month, scenario))
    yield float(problem.discount[-1]) * _terminal(problem, plan, scenario)


def _market(
    problem: SourcingProblem, plan: SourcingPlan, month: int, scenario: int
) -> Iterator[float]:
    flow, at = problem.flow, (slice(None), month, scenario)
    yield float(flow.margin_eur[:, month] @ plan.sold[at])
    yield float(flow.surplus_margin_eur[:, month] @ plan.surplus[at])
    yield -float(flow.backlog_eur @ plan.backlog[at])
    yield -float(flow.uncovered_eur @ plan.uncovered[at])
    yield -float((flow.holding_eur * plan.stock[:, :, month, scenario]).sum())


def _staff(
    problem: SourcingProblem, plan: SourcingPlan, paid: Floats, month: int, scenario: int
) -> Iterator[float]:
    decided = plan.decisions
    for index, state in enumerate(problem.states):
        yield float(state.wage_eur[month] + state.tools_eur[month]) * float(paid[index, month])
        yield float(state.severance_eur[month] * decided.layoffs[index, month])
        yield state.overtime_eur * float(plan.overtime_hours[index, month, scenario])
        yield state.short_time_eur * float(plan.short_time_heads[index, month, scenario])
        yield state.excess_eur * float(plan.excess_heads[index, month, scenario])
        for phase in np.flatnonzero(state.speed > 0).tolist():
            units = plan.units_worked[index, phase, :, month, scenario]
            hours = float(problem.flow.hours_per_unit[phase] @ units) / float(state.speed[phase])
            yield float(state.eur_per_unit[phase]) * float(units.sum())
            yield float(state.eur_per_hour[phase]) * hours
    yield from (o.recruiting_eur * decided.hires[i, month] for i, o in enumerate(problem.hires))
    yield from (m.eur * decided.moves[i, month] for i, m in enumerate(problem.moves))
    yield from (r.wage_eur * decided.managers[i, month] for i, r in enumerate(problem.managers))


def _bought(
    problem: SourcingProblem, plan: SourcingPlan, month: int, scenario: int
) -> Iterator[float]:
    passed = units_passed(problem, plan)[..., month, scenario]
    for index, offer in enumerate(problem.providers):
        running = plan.decisions.running[index]
        yield float(offer.setup_eur[month] * starts_of(offer, running)[month])
        yield float(offer.retainer_eur[month] * held_again(plan)[index, month, scenario])
        yield offer.eur_per_hour * float(plan.billed_hours[index, month, scenario])
        yield offer.eur_per_result * float(plan.billed_results[index, month, scenario])
        last = max(offer.phases)
        deals = passed[len(problem.states) + index, last] * _deals_per_unit(
            problem, last + 1, month, scenario
        )
        yield offer.success_eur * float(deals.sum())
    first = len(problem.states) + len(problem.providers)
    for index, tool in enumerate(problem.automations):
        used = plan.decisions.automated[index]
        yield tool.setup_eur * float(used[month] - (used[month - 1] if month else 0.0))
        yield tool.eur_per_month * float(used[month])
        yield tool.eur_per_unit * float(
            plan.units_worked[first + index, ..., month, scenario].sum()
        )


def _deals_per_unit(problem: SourcingProblem, phase: int, month: int, scenario: int) -> Floats:
    """Return (G,): deals expected of a unit in front of a phase at the rates of that month."""
    flow = problem.flow
    found = np.ones(len(problem.segments))
    for later in range(phase, len(problem.phases)):
        found *= flow.conversion[later] * flow.conversion_factor[later, :, month, scenario]
    return found


def _terminal(problem: SourcingProblem, plan: SourcingPlan, scenario: int) -> float:
    """Return the worth of units on their way or waiting at the end (F6)."""
    flow, months = problem.flow, len(problem.months)
    passed = units_passed(problem, plan)[..., scenario].sum(axis=0)
    worth = 0.0
    for phase in range(1, len(problem.phases) + 1):
        units = plan.stock[phase, :, -1, scenario].copy()
        for month in range(months):
            late = flow.lag[phase - 1][months - month :].sum()
            units += late * passed[phase - 1, :, month]
        deals = _deals_per_unit(problem, phase, months - 1, scenario)
        worth += float((units * deals * flow.margin_eur[:, -1]).sum())
    return flow.terminal_factor * worth
