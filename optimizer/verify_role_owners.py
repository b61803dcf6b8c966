"""Check owners of blocks without the solver (docs/model-roles.md, R23)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.roles_owners_problem import OwnerPlan, OwnerRules
from optimizer.roles_problem import RoleProblem
from optimizer.verify import Violation

HOURS = 1e-4


def violations_owners(
    problem: RoleProblem, plan: OwnerPlan, rules: OwnerRules
) -> tuple[Violation, ...]:
    """Return every broken rule; empty for a plan that holds."""
    owner = np.asarray(plan.owner)
    people = len(problem.person_ids)
    if owner.shape != problem.need_hours.shape or (owner < -1).any() or (owner >= people).any():
        return (_broken("readable", "owner", 1, 0, "owners have the wrong shape or do not exist"),)
    return (
        *_persons(problem, plan),
        *_crews(problem, plan, rules),
        *_goals(problem, plan),
    )


def _broken(rule: str, subject: str, amount: float, limit: float, message: str) -> Violation:
    return Violation(
        rule=rule, subject=subject, amount=float(amount), limit=float(limit), message=message
    )


def _hours(problem: RoleProblem, person: int, pool: int, phase: int) -> float | None:
    """Return what the block takes the person, None if it is not theirs to take."""
    home = int(problem.home_pool[person]) == pool
    speed = float(problem.speed[person, phase])
    slow = speed <= 0 or speed < problem.least_speed
    if slow or problem.bans[person, phase] or not (home or problem.helps[person, pool]):
        return None
    away = float(problem.away_factor()[person, pool])
    rate = speed * (1.0 if home else away) * problem.specialisation_gain[0]
    return float(problem.need_hours[pool, phase]) / rate if rate > 0 else None


def _persons(problem: RoleProblem, plan: OwnerPlan) -> Iterator[Violation]:
    for person, name in enumerate(problem.person_ids):
        places = [(int(q), int(p)) for q, p in np.argwhere(plan.owner == person)]
        hours = [_hours(problem, person, *place) for place in places]
        if any(each is None for each in hours):
            yield _broken("able", name, 1, 0, f"{name} owns work out of reach, banned or unable")
        total, has = sum(each or 0.0 for each in hours), float(problem.person_hours[person])
        if total > has + HOURS:
            words = f"{name} owns {total:.1f} h of work, but has {has:.1f} h"
            yield _broken("person_hours", name, total, has, words)
        held, most = len({phase for _, phase in places}), problem.max_phases
        if held > most:
            words = f"{name} owns {held} phases, at most {most} are allowed"
            yield _broken("max_phases", name, held, most, words)


def _crews(problem: RoleProblem, plan: OwnerPlan, rules: OwnerRules) -> Iterator[Violation]:
    for limit in rules.limits:
        owned = int(np.isin(plan.owner, limit.persons).sum())
        if owned > limit.most_blocks:
            names = ", ".join(problem.person_ids[person] for person in limit.persons)
            words = f"{names} own {owned} blocks, at most {limit.most_blocks} are allowed"
            yield _broken("crew_limit", names, owned, limit.most_blocks, words)
    working = set(np.unique(plan.owner).tolist()) - {-1}
    for number, crews in enumerate(rules.shifts):
        busy = working & {person for crew in crews for person in crew}
        if not any(busy <= set(crew) for crew in crews):
            words = f"no crew of shift {number + 1} holds all who work in it"
            yield _broken("shift", f"shift {number + 1}", len(busy), 0, words)


def _goals(problem: RoleProblem, plan: OwnerPlan) -> Iterator[Violation]:
    found = evaluate_owners(problem, plan)
    for goal in plan.goals:
        if abs(found[goal.name] - goal.value) > HOURS * max(1.0, goal.value):
            words = f"goal {goal.name} is said to be {goal.value}, it is {found[goal.name]}"
            yield _broken("goal", goal.name, goal.value, found[goal.name], words)


def evaluate_owners(problem: RoleProblem, plan: OwnerPlan) -> dict[str, float]:
    """Return the worth of work without an owner, and the hours somebody would rather not work."""
    worth = problem.weight * problem.need_hours
    unwanted = 0.0
    for pool, phase in np.argwhere((plan.owner >= 0) & (problem.need_hours > 0)).tolist():
        person = int(plan.owner[pool, phase])
        hours = _hours(problem, person, pool, phase) or 0.0
        away = problem.help_price * (int(problem.home_pool[person]) != pool)
        unwanted += hours * (1.0 - float(problem.preference[person, phase]) + away)
    return {"shortage": float(worth[plan.owner < 0].sum()), "unwanted": unwanted}
