"""Name the rules that can contradict each other, and settle a set of them by HiGHS.

A conflict found by one solver is believed only when this second one agrees (R22).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.roles_model import add_cover, draft_roles, shortage_goal
from optimizer.roles_patterns import RoleTeam, role_teams
from optimizer.roles_problem import RoleProblem

COVERED = 1e-5
"""Hours that may be short of a need called covered."""
SHORT = 1e-4
"""Hours that must be short for a set of rules to be called impossible."""
KINDS = ("min_share", "backup", "max_phases", "ban", "pin", "cover")
"""Kinds of rules, those first that a planner would rather see gone from an explanation."""


@dataclass(frozen=True, kw_only=True, order=True)
class RoleRule:
    """Name one rule: its kind and where it holds, -1 where it has no such place."""

    kind: str
    person: int = -1
    pool: int = -1
    phase: int = -1


def rules_of(problem: RoleProblem) -> tuple[RoleRule, ...]:
    """Return every rule that limits something, in the order of `KINDS`."""
    return tuple(rule for kind in KINDS for rule in _of_kind(problem, kind))


def _of_kind(problem: RoleProblem, kind: str) -> Iterator[RoleRule]:
    places = {
        "backup": problem.backup_holders > 0,
        "cover": problem.need_hours > 0,
        "pin": problem.pins,
        "ban": problem.bans & skilled(problem),
    }
    if kind == "min_share" and problem.min_share > 0:
        yield RoleRule(kind=kind)
    elif kind == "max_phases":
        many = (problem.able().sum(axis=1) > problem.max_phases) & (problem.person_hours > 0)
        yield from (RoleRule(kind=kind, person=i) for i in np.flatnonzero(many).tolist())
    elif kind in {"pin", "ban"}:
        for person, phase in np.argwhere(places[kind]).tolist():
            yield RoleRule(kind=kind, person=person, phase=phase)
    elif kind in places:
        for pool, phase in np.argwhere(places[kind]).tolist():
            yield RoleRule(kind=kind, pool=pool, phase=phase)


def skilled(problem: RoleProblem) -> np.ndarray:
    """Return (N, P): who is fast enough, bans aside."""
    return (problem.speed > 0) & (problem.speed >= problem.least_speed)


def under(problem: RoleProblem, rules: Collection[RoleRule]) -> RoleProblem:
    """Return the problem with only these needs, pins, bans, backups and shares."""
    kept = {kind: [rule for rule in sorted(rules) if rule.kind == kind] for kind in KINDS}
    need, backup = np.zeros_like(problem.need_hours), np.zeros_like(problem.backup_holders)
    for rule in kept["cover"]:
        need[rule.pool, rule.phase] = problem.need_hours[rule.pool, rule.phase]
    for rule in kept["backup"]:
        backup[rule.pool, rule.phase] = problem.backup_holders[rule.pool, rule.phase]
    pins, bans = np.zeros_like(problem.pins), np.zeros_like(problem.bans)
    pins[[r.person for r in kept["pin"]], [r.phase for r in kept["pin"]]] = True
    bans[[r.person for r in kept["ban"]], [r.phase for r in kept["ban"]]] = True
    return replace(
        problem,
        need_hours=need,
        weight=np.ones_like(need),
        backup_holders=backup,
        pins=pins,
        bans=bans,
        min_share=problem.min_share if kept["min_share"] else 0.0,
        may_idle=True,
    )


def possible(
    problem: RoleProblem, rules: Collection[RoleRule], seconds: float, seed: int = 1
) -> bool | None:
    """Return whether some plan keeps all the rules; None when the time does not suffice."""
    case = under(problem, rules)
    limited = {rule.person for rule in rules if rule.kind == "max_phases"}
    teams = _teams(case, limited)
    if any(not team.patterns for team in teams):
        return False
    draft = draft_roles(case, teams=teams)
    add_cover(draft)
    for pool, phase in np.argwhere(case.backup_holders > 0).tolist():
        holders = _holders(teams, case, pool, phase)
        draft.builder.add_row(
            [(x, 1.0) for x in holders], lower=float(case.backup_holders[pool, phase])
        )
    model = draft.builder.freeze()
    goal = shortage_goal(draft, model.gain.size)
    return _covers(replace(model, gain=-goal.cost), goal.constant, seconds, seed)


def _covers(model: LinearModel, need: float, seconds: float, seed: int) -> bool | None:
    if not model.gain.size:
        return need <= COVERED
    limits = Limits(seconds=seconds, target=need - COVERED / 2, seed=seed)
    answer = solve(model, limits)
    if answer.outcome is Outcome.INFEASIBLE or need - answer.bound > SHORT:
        return False
    if answer.objective is not None and need - answer.objective <= COVERED:
        return True
    return None


def _teams(problem: RoleProblem, limited: set[int]) -> tuple[RoleTeam, ...]:
    """Return each person apart, with the limit on phases only where it is among the rules."""
    most = max(1, len(problem.phases))
    within = role_teams(problem, alike=False)
    beyond = role_teams(replace(problem, max_phases=most), alike=False)
    return tuple(within[i] if i in limited else beyond[i] for i in range(len(within)))


def _holders(
    teams: tuple[RoleTeam, ...], problem: RoleProblem, pool: int, phase: int
) -> Iterator[int]:
    """Yield the pattern columns whose people reach the pool and hold the phase."""
    reach = problem.reach()
    number = 0
    for team in teams:
        inside = team.hours > 0 and bool(reach[team.members[0], pool])
        for pattern in team.patterns:
            if inside and phase in pattern.phases:
                yield number
            number += 1
