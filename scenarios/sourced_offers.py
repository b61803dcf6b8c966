"""State what sourcing hires and contracts as given in a staffing problem, with its price (F30)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_cost import costs_by_source
from optimizer.sourcing_lanes import Lanes, list_lanes
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan
from optimizer.staffing_given_problem import Contract, HiresDecided
from optimizer.staffing_problem import HireOffer, ProviderOffer
from scenarios.build_sourcing import SourcingCase

Floats = NDArray[np.float64]

MONEY = {
    "overtime_eur": ("overtime_eur",),
    "training_eur": ("moves_eur",),
    "severance_eur": ("severance_eur",),
    "manager_eur": ("managers_eur",),
    "tool_eur": ("automation_units_eur", "automation_fixed_eur"),
    "waiting_eur": ("holding_eur",),
    "late_eur": ("backlog_eur",),
    "lost_deal_eur": ("uncovered_eur",),
}
"""Term of a plan -> terms of sourcing; hires, contracts, margins and pay stand elsewhere."""
PIPELINE_LEFT = "pipeline_left_eur"
"""Worth of units of the pipeline that nobody has worked by the end."""
CENT = 0.005


def decided_offers(case: SourcingCase, plan: SourcingPlan) -> Iterator[HireOffer]:
    """Yield the offers with the persons hired of each, by pool and role."""
    counts = np.rint(plan.decisions.hires).astype(np.int64)
    for index, offer in enumerate(case.staffing.problem.hires):
        decided = tuple(
            HiresDecided(
                pool=role.pool,
                phases=role.phases,
                counts=counts[place],
                overtime_hours=plan.overtime_hours[case.problem.hires[place].state, :, 0],
            )
            for place, role in enumerate(case.hire_roles)
            if role.offer == index and counts[place].any()
        )
        yield replace(offer, decided=decided)


def signed_offers(case: SourcingCase, plan: SourcingPlan) -> Iterator[ProviderOffer]:
    """Yield the providers with what is contracted of each; no contract is one of no month."""
    costs = {
        cost.source: cost.by_month_eur[:, 0]
        for cost in costs_by_source(case.problem, plan)[len(case.problem.states) :]
    }
    lanes = list_lanes(case.problem)
    for index, offer in enumerate(case.staffing.problem.providers):
        contract = Contract(
            running=plan.decisions.running[index] > 0.5,
            hours=_bought(case, plan, lanes, len(case.problem.states) + index),
            steering_hours=plan.steering_hours[index, :, :, 0].sum(axis=0),
            month_cost_eur=costs[offer.provider_id],
            steering_pools=_steerers(case, index),
        )
        yield replace(offer, contract=contract)


def _steerers(case: SourcingCase, index: int) -> tuple[int, ...] | None:
    """Return the pools whose people steer a provider; None: all."""
    states = case.problem.providers[index].steering_states
    return None if states is None else tuple(sorted({case.state_pools[k] for k in states}))


def _bought(case: SourcingCase, plan: SourcingPlan, lanes: Lanes, source: int) -> Floats:
    """Return (G + 1, P, T): hours of a source by pool, phase and month."""
    base = case.staffing.problem
    pools = [base.pools.index(pool) for pool, _ in case.staffing.funnels]
    hours = np.zeros((len(base.pools) + 1, len(base.phases), len(base.months)))
    for lane in lanes.of_source(source).tolist():
        phase, line = int(lanes.phase[lane]), int(lanes.segment[lane])
        pool = pools[line] if base.territorial[phase] else -1
        hours[pool, phase] += lanes.hours[lane] * plan.units_worked[source, phase, line, :, 0]
    return hours


def given_money(case: SourcingCase, plan: SourcingPlan, after: Floats) -> dict[str, float]:
    """Return the terms of a plan that sourcing has decided, in EUR and not discounted.

    `after` (G,) are the deals after the horizon that cells stand for; units of the pipeline that
    nobody has worked are worth something then as well. Terms of less than half a cent are left
    out; so is the pay of the present team, but for what those let go no longer get.
    """
    eur = {name: math.fsum(a.flat) for name, a in price_sourcing(case.problem, plan).eur.items()}
    worth = case.problem.flow.terminal_factor * case.problem.flow.margin_eur[:, -1]
    money = {term: math.fsum(eur[name] for name in names) for term, names in MONEY.items()}
    money["saved_pay_eur"] = _saved_pay(case, plan)
    money[PIPELINE_LEFT] = eur["terminal_eur"] - float(worth @ after)
    return {term: amount for term, amount in money.items() if abs(amount) >= CENT}


def _saved_pay(case: SourcingCase, plan: SourcingPlan) -> float:
    """Return the pay that people let go no longer get over the horizon."""
    saved = 0.0
    for state, leavers in zip(case.problem.states, plan.decisions.layoffs, strict=True):
        gone = np.cumsum(leavers)
        saved += float(gone @ state.wage_eur)
    return saved
