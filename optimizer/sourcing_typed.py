"""Work a plan out whose volumes are typed in too: arithmetic alone, no solver (F22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_headcount import count_staff, with_automatic_moves
from optimizer.sourcing_lanes import Lanes, list_lanes, passing
from optimizer.sourcing_plan import bills
from optimizer.sourcing_prices import (
    SourcingPrices,
    contract_starts,
    lane_units,
    price_sourcing,
)
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem
from optimizer.sourcing_providers import pilot_left
from optimizer.sourcing_rights import absent_people, held_contracts

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Volumes:
    """Hold what is typed in besides the decisions; None: none, or worked out.

    Attributes
    ----------
    units_worked
        (S, P, G, T, W).
    overtime_hours, short_time_heads
        (K, T, W).
    steering_hours
        (V, K, T, W); None: given by the first state named for it.
    terminated, lapsed
        (V, T, W), (O, T, W) what is stopped once the demand is known.
    """

    units_worked: Floats
    overtime_hours: Floats | None = None
    short_time_heads: Floats | None = None
    steering_hours: Floats | None = None
    terminated: Floats | None = None
    lapsed: Floats | None = None


@dataclass(frozen=True, kw_only=True)
class TypedPlan:
    """Hold a plan typed in and what it is worth."""

    plan: SourcingPlan
    prices: SourcingPrices


def price_typed(problem: SourcingProblem, decisions: Decisions, volumes: Volumes) -> TypedPlan:
    """Work out people, stocks, sales and bills, and price them.

    Units wait where they may, wins are sold as soon as they are there, wins asked for are late as
    long as they may be. Whether the plan keeps the rules is for `violations_sourcing` to say.
    """
    decisions = with_automatic_moves(problem, decisions)
    staff, lanes = count_staff(problem, decisions), list_lanes(problem)
    stock, sold, surplus, backlog, uncovered = _flow(problem, lanes, volumes.units_worked)
    after = (len(problem.months), len(problem.scenarios))
    shape = (len(problem.states), *after)
    terminated = _or_none(volumes.terminated, (len(problem.providers), *after))
    lapsed = _or_none(volumes.lapsed, (len(problem.hires), *after))
    held = held_contracts(decisions.running, terminated)
    hours, results = bills(problem, lanes, volumes.units_worked, held)
    overtime = _or_none(volumes.overtime_hours, shape)
    short_time = _or_none(volumes.short_time_heads, shape)
    steering = _steering(problem, decisions, volumes, terminated)
    plan = SourcingPlan(
        decisions=decisions,
        headcount=staff.headcount,
        first_year=staff.first_year,
        units_worked=volumes.units_worked,
        overtime_hours=overtime,
        short_time_heads=short_time,
        excess_heads=np.zeros(shape),
        steering_hours=steering,
        billed_hours=hours,
        billed_results=results,
        stock=stock,
        sold=sold,
        surplus=surplus,
        backlog=backlog,
        uncovered=uncovered,
        terminated=terminated,
        lapsed=lapsed,
    )
    plan.excess_heads[...] = _idle(problem, lanes, plan, staff.capacity_hours)
    return TypedPlan(plan=plan, prices=price_sourcing(problem, plan))


def _or_none(typed: Floats | None, shape: tuple[int, ...]) -> Floats:
    return np.zeros(shape) if typed is None else np.broadcast_to(typed, shape).copy()


def _steering(
    problem: SourcingProblem, decisions: Decisions, volumes: Volumes, terminated: Floats
) -> Floats:
    months, scenarios = len(problem.months), len(problem.scenarios)
    if volumes.steering_hours is not None:
        return volumes.steering_hours
    given = np.zeros((len(problem.providers), len(problem.states), months, scenarios))
    started = contract_starts(problem, decisions.running)
    for index, offer in enumerate(problem.providers):
        named = offer.steering_states or tuple(range(len(problem.states)))
        if offer.steered and named:
            due = offer.steering_hours * decisions.running[index]
            due += pilot_left(offer, months) * decisions.running[index]
            for age, extra in enumerate(offer.pilot_steering_hours[:months]):
                due[age:] += extra * started[index, : months - age]
            given[index, named[0]] = due[:, None] * (1.0 - terminated[index])
    return given


def _idle(problem: SourcingProblem, lanes: Lanes, plan: SourcingPlan, capacity: Floats) -> Floats:
    """Return (K, T, W): people without work, where they are counted (F11)."""
    units = lane_units(lanes, plan)
    idle, absent = np.zeros(plan.overtime_hours.shape), absent_people(problem, plan.lapsed)
    for index, state in enumerate(problem.states):
        if not state.counts_as_excess:
            continue
        own = lanes.of_source(index)
        used = (lanes.hours[own, None, None] * units[own]).sum(axis=0)
        used = used + plan.steering_hours[:, index].sum(axis=0)
        each = state.hours_per_head[:, None]
        used = used + (1.0 - state.short_time_output) * each * plan.short_time_heads[index]
        used = used + each * absent[index]
        left = capacity[index][:, None] + plan.overtime_hours[index] - used
        idle[index] = np.divide(left, each, out=np.zeros_like(left), where=each > 0)
    return np.maximum(idle, 0.0)


def _flow(
    problem: SourcingProblem, lanes: Lanes, units: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    flow = problem.flow
    coming = _coming(problem, lanes, units)
    shape = flow.target.shape
    stock = np.zeros((len(problem.phases) + 1, *shape))
    sold, surplus, backlog, uncovered = (np.zeros(shape) for _ in range(4))
    worked = units.sum(axis=0)
    for month in range(shape[1]):
        before = stock[:, :, month - 1] if month else flow.start_stock[:, :, None]
        room = coming[:, :, month] + (1.0 - flow.ageing)[:, :, None] * before
        left = np.concatenate([np.maximum(0.0, room[:-1] - worked[:, :, month]), room[-1:]])
        late = backlog[:, month - 1] if month else flow.start_backlog[:, None]
        owed = flow.target[:, month] + late
        sold[:, month] = np.minimum(left[-1], owed)
        left[-1] -= sold[:, month]
        stock[:, :, month] = np.minimum(left, flow.stock_max[:, :, month, None])
        valued = (flow.surplus_margin_eur[:, month] != 0)[:, None]
        surplus[:, month] = np.where(valued, left[-1] - stock[-1, :, month], 0.0)
        missing = np.where(np.isfinite(owed), owed, sold[:, month]) - sold[:, month]
        backlog[:, month] = np.minimum(missing, flow.backlog_max[:, month, None])
        uncovered[:, month] = missing - backlog[:, month]
    return stock, sold, surplus, backlog, uncovered


def _coming(problem: SourcingProblem, lanes: Lanes, units: Floats) -> Floats:
    """Return (P + 1, G, T, W): units that become available in front of each phase."""
    flow, months = problem.flow, len(problem.months)
    found = np.repeat(flow.pipeline[..., None], len(problem.scenarios), axis=3)
    found[0] = found[0] + np.where(np.isinf(flow.prospects), 0.0, flow.prospects)
    passed = passing(problem, lanes) * units[lanes.source, lanes.phase, lanes.segment]
    for lane, units_passed in enumerate(passed):
        phase, segment = int(lanes.phase[lane]), int(lanes.segment[lane])
        for lag, share in enumerate(flow.lag[phase, :months].tolist()):
            found[phase + 1, segment, lag:] += share * units_passed[: months - lag]
    return found
