"""Find what a given team can sell at most (docs/model-roles.md, R20).

Customers flow from phase to phase, so a deal that is lost is lost once, not once a phase.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.result import Cancelled, Options, Solution, SolverError, Status, relative_gap
from optimizer.roles_flow_problem import SalesFlow, ThroughputPlan
from optimizer.roles_model import NONE, Draft, Extras, RoleModel, add_cover, draft_roles
from optimizer.roles_patterns import RoleTeam, persons_without_role, role_teams
from optimizer.roles_plan import point_of_roles, read_roles
from optimizer.roles_problem import Bools, Floats, Ints, RoleProblem

PROVED = 1e-6
LEAST_SECONDS = 10.0


@dataclass(frozen=True, kw_only=True)
class _Stated:
    """Hold the model of roles, the columns of units (Q, P) and the rows of their hours."""

    roles: RoleModel
    units: Ints
    supply_row: Ints


def solve_throughput(
    problem: RoleProblem,
    flow: SalesFlow,
    options: Options,
    roles: Bools | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[ThroughputPlan]:
    """Return the roles and hours that bring the greatest margin; with `roles`, those are kept.

    The need of the problem is not read: the flow says what each phase could have to do.

    Raises
    ------
    ValueError
        When `roles` break a rule or the flow has other pools or phases.
    """
    started = perf_counter()
    wanted = flow.needs(problem)
    if persons_without_role(wanted):
        return Solution(status=Status.INFEASIBLE, sense="max")
    stated = _state(wanted, flow)
    model = stated.roles.model
    if roles is not None:
        model = _with_roles(stated.roles, model, roles)
    limits = Limits(
        seconds=options.seconds,
        nodes=options.effort,
        gap=options.gap,
        seed=options.seed,
        cancelled=cancelled,
    )
    answer = solve(model, limits)
    if answer.values is None or answer.objective is None:
        ended = "cancel" if answer.outcome is Outcome.CANCEL else "time"
        return Solution(status=Status.UNKNOWN, sense="max", stopped_by=ended)
    return _solution(stated, flow, answer, perf_counter() - started)


def _state(problem: RoleProblem, flow: SalesFlow) -> _Stated:
    draft = draft_roles(problem, teams=_teams(problem, flow))
    cover = add_cover(draft)
    units = _unit_columns(draft, flow)
    supply_row = _hours_serve_units(draft, flow, units)
    _units_come_from_before(draft, flow, units)
    none = np.zeros(0, dtype=np.int64)
    roles = RoleModel(
        problem=problem,
        teams=draft.teams,
        model=draft.builder.freeze(),
        holders=draft.holders,
        hours=draft.hours,
        extras=Extras(pool=none, holder=none),
        cover_row=cover,
        goals=(),
    )
    return _Stated(roles=roles, units=units, supply_row=supply_row)


def _teams(problem: RoleProblem, flow: SalesFlow) -> tuple[RoleTeam, ...]:
    """Return the teams, at home everywhere in the phases that everybody may work anywhere."""
    if flow.anywhere is None:
        return role_teams(problem)
    need = problem.need_hours
    # A pool offers the role if any pool has the work.
    need = np.where(flow.anywhere, need.max(axis=0, initial=0.0), need)
    return tuple(
        replace(team, rate=np.where(flow.anywhere, team.rate[team.home], team.rate))
        for team in role_teams(replace(problem, need_hours=need))
    )


def _unit_columns(draft: Draft, flow: SalesFlow) -> Ints:
    gain = np.zeros(flow.hours_per_unit.shape)
    gain[:, -1] = flow.margin_eur * flow.conversion[:, -1]
    return draft.builder.add_columns(gain.shape, gain=gain, upper=flow.most_units())


def _hours_serve_units(draft: Draft, flow: SalesFlow, units: Ints) -> Ints:
    """Effective hours worked in a phase are those its customers take, no more and no less."""
    hours = draft.hours
    rows = np.full(units.shape, NONE, dtype=np.int64)
    for pool, phase in np.argwhere(flow.hours_per_unit > 0).tolist():
        here = np.flatnonzero((hours.pool == pool) & (hours.phase == phase))
        terms = list(zip(hours.columns[here].tolist(), hours.rate[here].tolist(), strict=True))
        served = (int(units[pool, phase]), -float(flow.hours_per_unit[pool, phase]))
        rows[pool, phase] = draft.builder.add_row([*terms, served], lower=0.0, upper=0.0)
    return rows


def _units_come_from_before(draft: Draft, flow: SalesFlow, units: Ints) -> None:
    pools, phases = units.shape
    for pool in range(pools):
        for phase in range(phases - 1):
            share = float(flow.conversion[pool, phase])
            terms = [(int(units[pool, phase + 1]), 1.0), (int(units[pool, phase]), -share)]
            draft.builder.add_row(terms, upper=0.0)


def _with_roles(stated: RoleModel, model: LinearModel, roles: Bools) -> LinearModel:
    point = point_of_roles(stated, roles)
    if point is None:
        raise ValueError("the roles given break a rule of the problem")
    count = stated.holder_count
    return model.fixed(np.arange(count, dtype=np.int64), point[:count])


def _solution(
    stated: _Stated, flow: SalesFlow, found: Answer, seconds: float
) -> Solution[ThroughputPlan]:
    assert found.values is not None
    answer = _completed(stated.roles, found.values)
    assert answer.values is not None
    plan = _plan(stated, flow, answer)
    margin = float(plan.margin_eur.sum())
    bound = max(found.bound, margin)
    proved = relative_gap(margin, bound) <= PROVED
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        sense="max",
        plan=plan,
        objective=margin,
        bound=bound,
        stopped_by="proof" if proved else "time" if found.outcome is Outcome.TIME else "gap",
        seconds=seconds,
    )


def _completed(stated: RoleModel, values: Floats) -> Answer:
    """Fix the roles and solve the rest again: exact hours, and prices of hours."""
    count = stated.holder_count
    roles = np.arange(count, dtype=np.int64)
    model = stated.model.relaxed().fixed(roles, np.rint(values[:count]))
    answer = solve(model, Limits(seconds=LEAST_SECONDS))
    if answer.outcome is not Outcome.SOLVED:
        raise SolverError("placing hours in the roles found has no answer")
    return answer


def _plan(stated: _Stated, flow: SalesFlow, answer: Answer) -> ThroughputPlan:
    assert answer.values is not None
    placed = read_roles(stated.roles, answer.values)
    units = np.maximum(answer.values[stated.units], 0.0)
    deals = units[:, -1] * flow.conversion[:, -1]
    return ThroughputPlan(
        roles=placed.roles,
        hours=placed.hours,
        units=units,
        deals=deals,
        margin_eur=deals * flow.margin_eur,
        hour_value_eur=_hour_values(stated, answer),
    )


def _hour_values(stated: _Stated, answer: Answer) -> Floats:
    """Return what an hour given to a phase for nothing would bring.

    The row says hours - hours_per_unit * units = 0; an hour more is a right-hand side of -1.
    """
    rows = stated.supply_row
    if answer.row_prices is None:
        return np.zeros(rows.shape)
    return np.where(rows >= 0, np.maximum(-answer.row_prices[np.maximum(rows, 0)], 0.0), 0.0)
