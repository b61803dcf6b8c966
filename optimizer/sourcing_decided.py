"""Declare what is decided before the demand is known, with its price (F8 to F19)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_cohorts import under_way
from optimizer.sourcing_problem import SourcingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def _by_month(rows: list[Floats], months: int) -> Floats:
    return np.array(rows, dtype=np.float64).reshape(len(rows), months)


def staff_columns(builder: SourcingBuilder, problem: SourcingProblem) -> dict[str, Ints]:
    """Add hires, redundancies, moves and the staff they lead to, by name."""
    months, states = len(problem.months), len(problem.states)
    wages = _by_month([-(k.wage_eur + k.tools_eur) for k in problem.states], months)
    return {
        "hires": _hires(builder, problem),
        "layoffs": _layoffs(builder, problem),
        "moves": _moves(builder, problem),
        "established": builder.before((states, months)),
        "headcount": builder.before((states, months), gain_eur=wages * problem.discount),
        "capacity": builder.before((states, months)),
    }


def _stacked(blocks: list[Ints], months: int) -> Ints:
    return np.array(blocks, dtype=np.int64).reshape(len(blocks), months)


def _hires(builder: SourcingBuilder, problem: SourcingProblem) -> Ints:
    months = len(problem.months)
    in_time = np.arange(months)[::-1]
    blocks = [
        builder.before(
            (months,),
            gain_eur=-option.recruiting_eur * problem.discount,
            upper=_where(problem.staff_decision_months * (in_time >= option.lead_months),
                         np.minimum(option.max_per_month, option.max_total)),
            integer=option.whole,
        )
        for option in problem.hires
    ]  # fmt: skip
    return _stacked(blocks, months)


def _where(allowed: Floats, limit: Floats) -> Floats:
    return np.where(allowed > 0, limit, 0.0)


def _layoffs(builder: SourcingBuilder, problem: SourcingProblem) -> Ints:
    months = len(problem.months)
    blocks = []
    for state in problem.states:
        thawed = np.arange(months) >= state.frozen_months
        allowed = problem.staff_decision_months * thawed * state.layoff_allowed
        upper = _where(allowed, state.layoff_max)
        gain = -state.severance_eur * problem.discount
        integer = state.whole and state.layoff_allowed
        blocks.append(builder.before((months,), gain_eur=gain, upper=upper, integer=integer))
    return _stacked(blocks, months)


def _moves(builder: SourcingBuilder, problem: SourcingProblem) -> Ints:
    months = len(problem.months)
    blocks = []
    for index, move in enumerate(problem.moves):
        decided = move.automatic_share is None
        allowed = move.months * problem.staff_decision_months if decided else np.ones(months)
        limit = np.minimum(move.max_per_month, move.max_total)
        upper = _where(allowed, limit if decided else np.full(months, np.inf))
        gain = -move.eur * problem.discount - _pay_under_way(problem, index)
        integer = move.whole and decided
        blocks.append(builder.before((months,), gain_eur=gain, upper=upper, integer=integer))
    return _stacked(blocks, months)


def _pay_under_way(problem: SourcingProblem, index: int) -> Floats:
    """Return (T,): discounted pay of one who sets out in that month, until the arrival."""
    move, months = problem.moves[index], len(problem.months)
    source = problem.states[move.source]
    pay = (source.wage_eur + source.tools_eur) * problem.discount
    return np.array([
        sum(
            under_way(problem, move, age) * pay[month + age]
            for age in range(min(move.duration_months, months - month))
        )
        for month in range(months)
    ])  # fmt: skip


def offer_columns(builder: SourcingBuilder, problem: SourcingProblem) -> dict[str, Ints]:
    """Add contracts, tools and managers, by name."""
    months = len(problem.months)
    providers = problem.providers
    setup = _by_month([-v.setup_eur * problem.discount for v in providers], months)
    running = [_running(builder, problem, index) for index in range(len(providers))]
    managers = [
        builder.before((months,), gain_eur=-m.wage_eur * problem.discount, integer=m.whole)
        for m in problem.managers
    ]
    return {
        "running": _stacked(running, months),
        "started": builder.before((len(providers), months), gain_eur=setup, upper=1.0),
        "stopped": builder.before((len(providers), months), upper=1.0),
        "automated": _automated(builder, problem),
        "managers": _stacked(managers, months),
    }


def _running(builder: SourcingBuilder, problem: SourcingProblem, index: int) -> Ints:
    offer, months = problem.providers[index], len(problem.months)
    early = np.arange(months) < offer.lead_months
    upper = np.where(early & (offer.running_since_months is None), 0.0, 1.0)
    gain = -offer.retainer_eur * problem.discount
    return builder.before((months,), gain_eur=gain, upper=upper, integer=offer.whole)


def _automated(builder: SourcingBuilder, problem: SourcingProblem) -> Ints:
    """Charge the set-up once: a tool in use stays in use, so the sum over months telescopes."""
    months = len(problem.months)
    later = np.append(problem.discount[1:], 0.0)
    blocks = []
    for tool in problem.automations:
        setup = tool.setup_eur * (problem.discount - later)
        gain = -setup - tool.eur_per_month * problem.discount
        upper = np.where(np.arange(months) < tool.lead_months, 0.0, 1.0)
        blocks.append(builder.before((months,), gain_eur=gain, upper=upper, integer=True))
    return _stacked(blocks, months)
