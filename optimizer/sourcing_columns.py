"""Declare what is decided, and what each decision is worth (F19).

Gains are EUR of one scenario, discounted; `sourcing_risk` weighs the scenarios.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_decided import offer_columns, staff_columns
from optimizer.sourcing_lanes import Lanes, list_lanes
from optimizer.sourcing_problem import SourcingProblem
from optimizer.sourcing_rights import stop_columns
from optimizer.sourcing_worth import expected_success_eur, terminal_units, unit_worth_eur

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Number the columns; shapes as in `Decisions` and `SourcingPlan`.

    Attributes
    ----------
    established, headcount, capacity
        (K, T) staff past its first year, all staff, hours it has.
    started, stopped
        (V, T) starts and stops of contracts.
    work
        (L, T, W) units worked in a lane.
    terminated, lapsed
        (V, T, W), (O, T, W) what is stopped by scenario: decided after the demand is known, yet
        whole like the first stage.
    """

    lanes: Lanes
    hires: Ints
    layoffs: Ints
    moves: Ints
    established: Ints
    headcount: Ints
    capacity: Ints
    running: Ints
    started: Ints
    stopped: Ints
    automated: Ints
    managers: Ints
    work: Ints
    overtime: Ints
    short_time: Ints
    excess: Ints
    steering: Ints
    billed_hours: Ints
    billed_results: Ints
    stock: Ints
    sold: Ints
    surplus: Ints
    backlog: Ints
    uncovered: Ints
    terminated: Ints
    lapsed: Ints


def declare(builder: SourcingBuilder, problem: SourcingProblem) -> Columns:
    """Add all columns with their gains and bounds."""
    lanes = list_lanes(problem)
    return Columns(
        lanes=lanes,
        **staff_columns(builder, problem),
        **offer_columns(builder, problem),
        **_staff_hours(builder, problem),
        **_volumes(builder, problem, lanes),
        **_market(builder, problem),
        **stop_columns(builder, problem),
    )


def _staff_hours(builder: SourcingBuilder, problem: SourcingProblem) -> dict[str, Ints]:
    states, discount = problem.states, problem.discount[:, None]
    shape = (len(states), len(problem.months), len(problem.scenarios))

    def priced(eur: list[float], allowed: list[bool], upper: list[float] | float) -> Ints:
        return builder.after(
            shape,
            gain_eur=-np.array(eur).reshape(-1, 1, 1) * discount,
            upper=np.array(upper).reshape(-1, 1, 1) if isinstance(upper, list) else upper,
            allowed=np.array(allowed, dtype=bool).reshape(-1, 1, 1),
        )

    return {
        "overtime": priced(
            [k.overtime_eur for k in states], [k.overtime_hours_max > 0 for k in states], np.inf
        ),
        "short_time": priced(
            [k.short_time_eur for k in states],
            [k.short_time_max > 0 for k in states],
            [k.short_time_max for k in states],
        ),
        "excess": priced(
            [k.excess_eur for k in states], [k.counts_as_excess for k in states], np.inf
        ),
    }


def _volumes(builder: SourcingBuilder, problem: SourcingProblem, lanes: Lanes) -> dict[str, Ints]:
    months, scenarios = len(problem.months), len(problem.scenarios)
    discount = problem.discount[:, None]
    bought = (len(problem.providers), months, scenarios)
    price = lanes.eur_per_unit[:, None, None] + expected_success_eur(problem, lanes)
    work = builder.after(
        (len(lanes.source), months, scenarios),
        gain_eur=terminal_units(problem, lanes) * problem.discount[-1] - price * discount,
        allowed=problem.flow.workable[lanes.phase, lanes.segment][:, :, None] > 0,
    )
    hourly = np.array([v.eur_per_hour for v in problem.providers]).reshape(-1, 1, 1)
    result = np.array([v.eur_per_result for v in problem.providers]).reshape(-1, 1, 1)
    return {
        "work": work,
        "steering": _steering(builder, problem),
        "billed_hours": builder.after(bought, gain_eur=-hourly * discount, allowed=hourly > 0),
        "billed_results": builder.after(bought, gain_eur=-result * discount, allowed=result > 0),
    }


def _steering(builder: SourcingBuilder, problem: SourcingProblem) -> Ints:
    states, months = len(problem.states), len(problem.months)
    able = np.zeros((len(problem.providers), states, 1, 1), dtype=bool)
    for index, offer in enumerate(problem.providers):
        named = range(states) if offer.steering_states is None else offer.steering_states
        able[index, list(named)] = offer.steered
    return builder.after((*able.shape[:2], months, len(problem.scenarios)), allowed=able)


def _market(builder: SourcingBuilder, problem: SourcingProblem) -> dict[str, Ints]:
    flow, discount = problem.flow, problem.discount[:, None]
    shape = flow.target.shape
    capped = problem.capped[:, None, None]
    late = (flow.backlog_max > 0)[:, :, None] & capped
    stock_shape = (*flow.stock_max.shape, shape[2])
    holding = np.broadcast_to(-flow.holding_eur[:, :, None, None] * discount, stock_shape).copy()
    holding[:, :, -1] += unit_worth_eur(problem) * problem.discount[-1]
    return {
        "stock": builder.after(
            stock_shape,
            gain_eur=holding,
            upper=flow.stock_max[:, :, :, None],
            allowed=flow.stock_max[:, :, :, None] > 0,
        ),
        "sold": builder.after(shape, gain_eur=flow.margin_eur[:, :, None] * discount),
        "surplus": builder.after(
            shape,
            gain_eur=flow.surplus_margin_eur[:, :, None] * discount,
            allowed=capped & (flow.surplus_margin_eur != 0)[:, :, None],
        ),
        "backlog": builder.after(
            shape,
            gain_eur=-flow.backlog_eur[:, None, None] * discount,
            upper=flow.backlog_max[:, :, None],
            allowed=late,
        ),
        "uncovered": builder.after(
            shape,
            gain_eur=-flow.uncovered_eur[:, None, None] * discount,
            upper=flow.uncovered_max,
            allowed=capped,
        ),
    }
