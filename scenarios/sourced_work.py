"""Turn the flow of a sourcing plan into cells: deals, and the hours that lead to them.

A cell is the deals asked for in a month that the plan wins, then or later; its hours are those
the units behind them take, in the months in which they are worked (docs/model-sourcing.md, F30).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.sourcing_lanes import passing
from optimizer.sourcing_problem import SourcingPlan
from optimizer.sourcing_trace import DealTrace, trace_deals
from optimizer.staffing_given_problem import CrewWork
from optimizer.staffing_problem import SHARED, Demand
from scenarios.build_sourcing import SourcingCase
from scenarios.build_staffing import Need, as_demand, needs_table
from scenarios.sourced_people import Careers

Floats = NDArray[np.float64]

AFTER = "after the horizon"
TRAINING, PROVIDER = "training", "provider"
Who = tuple[str, str]
OWN: Who = ("", "")
LEAST = 1e-9


@dataclass(frozen=True, kw_only=True)
class SourcedWork:
    """Hold the work of a sourcing plan as cells; G pools and segments, T months.

    Attributes
    ----------
    demand, cells, crews
        As in a staffing case. The cells of each pool and segment stand month by month, in which
        the deals are asked for; after all of them one a pool and segment for deals that are on
        their way when the horizon ends.
    secured, given_up
        (G, T) deals, by the month they are asked for, that wait for their signature alone, and
        that sourcing leaves.
    units_worked, units_by_hand
        (P, G, T) units worked, by whomever, and by people alone.
    units_passed
        (P, G) units of the next phase out of all of them.
    """

    demand: Demand
    cells: pd.DataFrame
    crews: tuple[CrewWork, ...]
    secured: Floats
    given_up: Floats
    units_worked: Floats
    units_by_hand: Floats
    units_passed: Floats


def sourced_work(case: SourcingCase, plan: SourcingPlan, careers: Careers) -> SourcedWork:
    """Return the cells of a plan for one case of demand."""
    trace = trace_deals(case.problem, plan)
    asked, given_up = _asked(case, plan)
    sold = plan.sold[..., 0]
    open_share = 1.0 - _ratio(np.minimum(trace.secured, sold), sold)
    units = np.einsum("gtm,gt->gm", asked, open_share)
    secured = np.einsum("gtm,gt->gm", asked, 1.0 - open_share)
    hours = _hours_by_cell(case, trace, _ratio(asked, sold[:, :, None]))
    cells = _cells(case, units, trace.after)
    people = len(case.problem.states) + len(case.problem.providers)
    return SourcedWork(
        demand=_demand(case, cells, hours),
        cells=cells,
        crews=tuple(_crews(case, cells, hours, careers)),
        secured=secured,
        given_up=given_up,
        units_worked=plan.units_worked.sum(axis=(0, 4)),
        units_by_hand=plan.units_worked[:people].sum(axis=(0, 4)),
        units_passed=_passed(case, plan, trace),
    )


def _passed(case: SourcingCase, plan: SourcingPlan, trace: DealTrace) -> Floats:
    lanes = trace.lanes
    units = plan.units_worked[lanes.source, lanes.phase, lanes.segment]
    found = np.zeros((len(case.problem.phases), len(case.problem.segments)))
    passed = (passing(case.problem, lanes) * units).sum(axis=(1, 2))
    np.add.at(found, (lanes.phase, lanes.segment), passed)
    return found


def _ratio(part: Floats, whole: Floats) -> Floats:
    safe = np.broadcast_to(whole, part.shape)
    return np.divide(part, safe, out=np.zeros_like(part), where=safe > LEAST)


def _asked(case: SourcingCase, plan: SourcingPlan) -> tuple[Floats, Floats]:
    """Return (G, T, T) deals won by the month asked for, and (G, T) those given up.

    The oldest are won first, the newest given up first: of deals alike nobody can tell which.
    """
    lines, months = plan.sold.shape[:2]
    asked, left = np.zeros((lines, months, months)), np.zeros((lines, months))
    for g in range(lines):
        waiting = np.zeros(months)
        for t in range(months):
            waiting[t] += case.problem.flow.target[g, t, 0]
            left[g] += _take(waiting, float(plan.uncovered[g, t, 0]), newest=True)
            asked[g, t] = _take(waiting, float(plan.sold[g, t, 0]), newest=False)
    return asked, left


def _take(waiting: Floats, amount: float, *, newest: bool) -> Floats:
    """Take deals out of those waiting, and return from which months."""
    taken = np.zeros_like(waiting)
    order = range(waiting.size)
    for month in reversed(order) if newest else order:
        taken[month] = min(float(waiting[month]), amount)
        amount -= taken[month]
        waiting[month] -= taken[month]
    return taken


Key = tuple[int, int, Who]
"""Pool and segment, phase, and who has to do it: OWN for anybody in house."""


def _hours_by_cell(case: SourcingCase, trace: DealTrace, asked: Floats) -> dict[Key, Floats]:
    """Return (T, T + 1) standard hours by month of work and month asked for; last: after."""
    found: dict[Key, Floats] = {}
    for lane in range(len(trace.lanes.source)):
        who = _who(case, int(trace.lanes.source[lane]), int(trace.lanes.phase[lane]))
        worked = trace.hours[lane]
        if who is None or not worked.any():
            continue
        g = int(trace.lanes.segment[lane])
        hours = np.hstack([worked[:, :-1] @ asked[g], worked[:, -1:]])
        key = g, int(trace.lanes.phase[lane]), who
        found[key] = found.get(key, 0.0) + hours
    return dict(sorted(found.items()))


def _who(case: SourcingCase, source: int, phase: int) -> Who | None:
    """Return who works a lane: OWN, a training, a provider; None for a tool."""
    problem = case.problem
    if source >= len(problem.states) + len(problem.providers):
        return None
    if source >= len(problem.states):
        return PROVIDER, problem.providers[source - len(problem.states)].provider_id
    if problem.states[source].conversion_factor[phase] == 1.0:
        return OWN
    return next(
        (TRAINING, name)
        for name, moves in case.trainings.items()
        if any(problem.moves[move].target == source for move in moves)
    )


def _cells(case: SourcingCase, units: Floats, after: Floats) -> pd.DataFrame:
    flow, months = case.problem.flow, case.problem.months
    rows = [
        (pool, segment, month, float(units[g, t]), float(flow.margin_eur[g, t]))
        for g, (pool, segment) in enumerate(case.staffing.funnels)
        for t, month in enumerate(months)
    ]
    rows += [
        (pool, segment, AFTER, float(after[g]), flow.terminal_factor * flow.margin_eur[g, -1])
        for g, (pool, segment) in enumerate(case.staffing.funnels)
    ]
    return pd.DataFrame(rows, columns=["pool", "segment", "month", "deals", "margin_eur"])


def _rows(case: SourcingCase, cells: pd.DataFrame, key: Key, hours: Floats) -> Iterator[Need]:
    """Yield cell, pool, phase, month and hours a deal of one key."""
    line, phase, _ = key
    months, lines = len(case.problem.months), len(case.problem.segments)
    base, deals = case.staffing.problem, cells["deals"].to_numpy(float)
    pools = [base.pools.index(pool) for pool, _ in case.staffing.funnels]
    pool = pools[line] if base.territorial[phase] else SHARED
    for month, asked in np.argwhere(hours > LEAST).tolist():
        cell = line * months + asked if asked < months else lines * months + line
        if deals[cell] > LEAST:
            yield cell, pool, phase, month, float(hours[month, asked] / deals[cell])


def _demand(case: SourcingCase, cells: pd.DataFrame, hours: dict[Key, Floats]) -> Demand:
    rows = [row for key, each in hours.items() for row in _rows(case, cells, key, each)]
    return as_demand(cells, rows)


def _crews(
    case: SourcingCase, cells: pd.DataFrame, hours: dict[Key, Floats], careers: Careers
) -> Iterator[CrewWork]:
    """Yield what has to be in the hands of trained people, and of each provider."""
    people, months = careers.state.shape
    never = np.full(people, months, dtype=np.int64)
    providers = [offer.provider_id for offer in case.problem.providers]
    for who in sorted({key[2] for key in hours} - {OWN}):
        rows = [
            row for key, each in hours.items() if key[2] == who
            for row in _rows(case, cells, key, each)
        ]  # fmt: skip
        places, amounts = needs_table(rows)
        yield CrewWork(
            name=who[1],
            since=careers.trained[who[1]] if who[0] == TRAINING else never,
            provider=providers.index(who[1]) if who[0] == PROVIDER else None,
            cell=places[:, 0],
            pool=places[:, 1],
            phase=places[:, 2],
            month=places[:, 3],
            hours=amounts,
        )
