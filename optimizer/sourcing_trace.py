"""Follow the work of a sourcing plan to the deals it leads to (docs/model-sourcing.md, F29).

Units in front of a phase are alike: whoever works them, the mix of what came in is worked, waits
or is dropped. So every hour belongs, in parts, to the deals won in each month, or to those that
are still on their way when the horizon ends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_lanes import Lanes, list_lanes, passing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem
from optimizer.sourcing_worth import remaining_conversion

Floats = NDArray[np.float64]
LEAST = 1e-12


@dataclass(frozen=True, kw_only=True)
class DealTrace:
    """Hold which deals the work of each lane leads to; L lanes, G segments, T months, one case.

    Attributes
    ----------
    lanes
        The lanes of the problem.
    hours
        (L, T, T + 1) standard hours worked in a month for the deals won in another; the last
        entry is for deals still on their way at the end. Hours that lead nowhere are in none.
    secured
        (G, T) deals won that were waiting for their signature alone.
    after
        (G,) deals expected after the horizon of units that somebody has worked.
    """

    lanes: Lanes
    hours: Floats
    secured: Floats
    after: Floats


def trace_deals(problem: SourcingProblem, plan: SourcingPlan) -> DealTrace:
    """Return which deals every hour is for.

    Raises
    ------
    ValueError
        When the problem has several cases of demand: each is a trace of its own.
    """
    if len(problem.scenarios) != 1:
        raise ValueError("one case of demand is traced at a time")
    lanes = list_lanes(problem)
    units = plan.units_worked[lanes.source, lanes.phase, lanes.segment, :, 0]
    rates = passing(problem, lanes)[:, :, 0]
    shares = _Shares(problem, plan, lanes, units, rates)
    expected, won = _expected(problem, lanes, units, rates, shares)
    total = expected.sum(axis=2, keepdims=True)
    part = np.divide(expected, total, out=np.zeros_like(expected), where=total > LEAST)
    worked = problem.flow.hours_per_unit[lanes.phase, lanes.segment][:, None] * units
    eve = np.zeros_like(problem.flow.pipeline[-1])
    eve[:, 0] = problem.flow.start_stock[-1] * (1.0 - problem.flow.ageing[-1])
    ready = problem.flow.pipeline[-1] + eve
    return DealTrace(
        lanes=lanes,
        hours=worked[:, :, None] * part,
        secured=np.einsum("gt,gtd->gd", ready, won)[:, :-1],
        after=_after(problem, plan, lanes, units, rates, shares),
    )


class _Shares:
    """Work out which part of the units in front of a phase is worked, and which one waits."""

    def __init__(
        self,
        problem: SourcingProblem,
        plan: SourcingPlan,
        lanes: Lanes,
        units: Floats,
        rates: Floats,
    ) -> None:
        stock = plan.stock[..., 0]
        worked = np.zeros_like(stock)
        np.add.at(worked, (lanes.phase, lanes.segment), units)
        worked[-1] = plan.sold[..., 0] + plan.surplus[..., 0]
        there = np.maximum(_coming(problem, plan, lanes, units * rates), worked + stock)
        self.worked = _ratio(worked, there)
        self.kept = _ratio(stock, there)
        self.sold = _ratio(plan.sold[..., 0], there[-1])
        """(P + 1, G, T) twice, and (G, T): the part of finished units that is sold as asked."""


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > LEAST)


def _coming(problem: SourcingProblem, plan: SourcingPlan, lanes: Lanes, passed: Floats) -> Floats:
    """Return (P + 1, G, T): units in front of each phase; prospects are not counted (F2)."""
    flow, months = problem.flow, len(problem.months)
    stock = plan.stock[..., 0]
    before = np.concatenate([flow.start_stock[:, :, None], stock[:, :, :-1]], axis=2)
    there = flow.pipeline + (1.0 - flow.ageing)[:, :, None] * before
    for lag in range(min(flow.lag.shape[1], months)):
        share = flow.lag[lanes.phase, lag][:, None]
        arriving = share * passed[:, : months - lag]
        np.add.at(there[:, :, lag:], (lanes.phase + 1, lanes.segment), arriving)
    return there


def _expected(
    problem: SourcingProblem, lanes: Lanes, units: Floats, rates: Floats, shares: _Shares
) -> tuple[Floats, Floats]:
    """Return (L, T, T + 1) deals a unit worked leads to, and (G, T, T + 1) a finished one."""
    months = len(problem.months)
    late = remaining_conversion(problem)[:, :, -1, 0]
    ahead = _finished(problem, shares, late[-1])
    won, found = ahead, np.zeros((len(lanes.source), months, months + 1))
    for phase in reversed(range(len(problem.phases))):
        arrived = _with_lags(problem, ahead, late[phase + 1], phase)
        chosen = np.flatnonzero(lanes.phase == phase)
        found[chosen] = rates[chosen, :, None] * arrived[lanes.segment[chosen]]
        mixed = np.zeros_like(ahead)
        np.add.at(mixed, lanes.segment[chosen], units[chosen, :, None] * found[chosen])
        total = np.zeros(ahead.shape[:2])
        np.add.at(total, lanes.segment[chosen], units[chosen])
        mean = np.divide(
            mixed, total[:, :, None], out=np.zeros_like(mixed), where=total[:, :, None] > LEAST
        )
        ahead = _waiting(
            problem, shares.worked[phase][:, :, None] * mean, shares.kept[phase], phase, late[phase]
        )
    return found, won


def _finished(problem: SourcingProblem, shares: _Shares, late: Floats) -> Floats:
    """Return (G, T, T + 1): when a finished unit is won."""
    months = len(problem.months)
    now = np.zeros((len(problem.segments), months, months + 1))
    every = np.arange(months)
    now[:, every, every] = shares.sold
    return _waiting(problem, now, shares.kept[-1], len(problem.phases), late)


def _waiting(
    problem: SourcingProblem, now: Floats, kept: Floats, phase: int, late: Floats
) -> Floats:
    """Add what waits for the next month, the last one's for after the horizon."""
    stays = (1.0 - problem.flow.ageing[phase])[:, None]
    found = now.copy()
    found[:, -1, -1] += kept[:, -1] * late
    for month in reversed(range(found.shape[1] - 1)):
        found[:, month] += kept[:, month, None] * stays * found[:, month + 1]
    return found


def _with_lags(problem: SourcingProblem, ahead: Floats, late: Floats, phase: int) -> Floats:
    """Return (G, T, T + 1): deals of a unit passed on, each share with its lag."""
    months, found = ahead.shape[1], np.zeros_like(ahead)
    for lag, share in enumerate(problem.flow.lag[phase].tolist()):
        first = max(0, months - lag)
        found[:, :first] += share * ahead[:, lag : lag + first]
        found[:, first:, -1] += share * late[:, None]
    return found


def _after(
    problem: SourcingProblem,
    plan: SourcingPlan,
    lanes: Lanes,
    units: Floats,
    rates: Floats,
    shares: _Shares,
) -> Floats:
    """Return (G,): deals after the horizon, without units that nobody has touched (F6)."""
    flow, months = problem.flow, len(problem.months)
    late = remaining_conversion(problem)[:, :, -1, 0]
    found = np.zeros(len(problem.segments))
    for lag in range(1, flow.lag.shape[1]):
        first = max(0, months - lag)
        gone = (units * rates)[:, first:].sum(axis=1) * flow.lag[lanes.phase, lag]
        np.add.at(found, lanes.segment, gone * late[lanes.phase + 1, lanes.segment])
    waiting = plan.stock[1:, :, -1, 0] - _untouched(problem, shares)[1:]
    return np.asarray(found + (np.maximum(waiting, 0.0) * late[1:]).sum(axis=0))


def _untouched(problem: SourcingProblem, shares: _Shares) -> Floats:
    """Return (P + 1, G): units of the pipeline that still wait at the end."""
    flow = problem.flow
    left = flow.start_stock
    for month in range(len(problem.months)):
        there = (1.0 - flow.ageing) * left + flow.pipeline[:, :, month]
        left = shares.kept[:, :, month] * there
    return left
