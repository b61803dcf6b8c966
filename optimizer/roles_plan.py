"""Turn points of the role model into plans and back; place hours with roles fixed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import SolverError
from optimizer.roles_model import RoleModel, build_shortage_model
from optimizer.roles_patterns import RoleTeam
from optimizer.roles_problem import Bools, Floats, Ints, RolePlan, RoleProblem

LEAST_HOURS = 1e-9
WHAT_IF_SECONDS = 60.0


def read_roles(stated: RoleModel, x: Floats) -> RolePlan:
    """Return the plan of a point with whole roles; people alike share their hours equally."""
    problem = stated.problem
    roles = np.zeros(problem.speed.shape, dtype=bool)
    hours = np.zeros((len(problem.person_ids), len(problem.pools), len(problem.phases)))
    worked, columns = stated.hours, stated.hours.columns
    for t, team in enumerate(stated.teams):
        members = iter(team.members)
        for holder in np.flatnonzero(stated.holders.team == t).tolist():
            count = round(x[holder])
            held = list(stated.holders.pattern[holder].phases)
            mine = np.flatnonzero(worked.holder == holder)
            each = np.maximum(x[columns[mine]], 0.0) / max(count, 1)
            each[each < LEAST_HOURS] = 0.0
            for _ in range(count):
                person = next(members)
                roles[person, held] = True
                hours[person, worked.pool[mine], worked.phase[mine]] = each
    return with_short_hours(problem, roles, hours)


def with_short_hours(problem: RoleProblem, roles: Bools, hours: Floats) -> RolePlan:
    """Return the plan with what it leaves uncovered."""
    gain = np.array([problem.gain(int(held)) for held in roles.sum(axis=1)])
    rate = gain[:, None, None] * problem.pool_factor()[:, :, None] * problem.speed[:, None, :]
    short = np.maximum(problem.need_hours - (hours * rate).sum(axis=0), 0.0)
    short[short < LEAST_HOURS] = 0.0
    return RolePlan(roles=roles, hours=hours, short_hours=short)


def point_of_roles(stated: RoleModel, roles: Bools) -> Floats | None:
    """Return the point that holds these roles and no hours, None where a role is not allowed."""
    if roles.shape != stated.problem.speed.shape:
        return None
    x = np.zeros(stated.model.gain.size)
    for t, team in enumerate(stated.teams):
        own = np.flatnonzero(stated.holders.team == t)
        place = {stated.holders.pattern[x].phases: x for x in own.tolist()}
        for held in _sets(team, roles):
            if held not in place:
                return None
            x[place[held]] += 1.0
    return x


def _sets(team: RoleTeam, roles: Bools) -> list[tuple[int, ...]]:
    return [tuple(np.flatnonzero(roles[member]).tolist()) for member in team.members]


def hours_with_roles(problem: RoleProblem, roles: Bools) -> RolePlan:
    """Place the hours so that the least is left uncovered, the roles being given.

    A linear program over the hours alone, for questions of the kind "what if this role changed".

    Raises
    ------
    ValueError
        When a role breaks a rule: too many phases, a phase the person cannot do, a pin, a ban.
    """
    return hours_and_prices(problem, roles)[0]


def hours_and_prices(problem: RoleProblem, roles: Bools) -> tuple[RolePlan, Floats]:
    """Return the plan for given roles and (Q, P) what one hour less to cover would save."""
    fixed = _only_these_roles(problem, roles)
    stated = build_shortage_model(fixed)
    goal = stated.goals[0]
    model = replace(stated.model.relaxed(), gain=-goal.cost)
    point = point_of_roles(stated, roles)
    if point is None:
        raise ValueError("the roles given break a rule of the problem")
    count = stated.holder_count
    model = model.fixed(np.arange(count, dtype=np.int64), point[:count])
    answer = solve(model, Limits(seconds=WHAT_IF_SECONDS))
    if answer.outcome is not Outcome.SOLVED or answer.values is None:
        raise SolverError("placing hours in given roles found no answer")
    return read_roles(stated, answer.values), _price_of_need(stated, answer.row_prices)


def _price_of_need(stated: RoleModel, row_prices: Floats | None) -> Floats:
    """Return what one hour less needed saves: its weight, less the worth of what covers it."""
    rows = stated.cover_row
    if row_prices is None:
        return np.zeros(rows.shape)
    price = np.where(rows >= 0, row_prices[np.maximum(rows, 0)], 0.0)
    return np.where(rows >= 0, np.clip(stated.problem.weight - price, 0.0, None), 0.0)


def _only_these_roles(problem: RoleProblem, roles: Bools) -> RoleProblem:
    """Return the problem in which everybody may hold the given role and no other."""
    held = np.asarray(roles, dtype=bool)
    if held.shape != problem.speed.shape:
        raise ValueError(f"roles have shape {held.shape}, need {problem.speed.shape}")
    wrong = (held & ~problem.able()) | (problem.pins & ~held)
    if wrong.any() or (held.sum(axis=1) > problem.max_phases).any():
        raise ValueError("the roles given break a rule of the problem")
    return replace(problem, pins=held, bans=~held, may_idle=True)


def homes_of(stated: RoleModel) -> Ints:
    """Return the pools that have people of their own, in order."""
    return np.unique(stated.home_of_holder())
