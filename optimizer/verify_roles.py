"""Check a role plan without the solver, and work its goals out again (docs/model-roles.md).

Every rule is worked out from the problem and the plan alone. Nothing is imported from the files
that write the model, so that a mistake there cannot hide here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from optimizer.roles_problem import Bools, Floats, RolePlan, RoleProblem
from optimizer.verify import Violation
from optimizer.verify_role_goals import goals_of

HOURS = 1e-4
"""Hours that rounding may cost."""

Rule = Callable[[RoleProblem, RolePlan], Iterator[Violation]]


def violations_roles(problem: RoleProblem, plan: RolePlan) -> tuple[Violation, ...]:
    """Return every broken rule, in the order of the rules; empty for a plan that holds."""
    unreadable = tuple(_plan_is_readable(problem, plan))
    if unreadable:
        return unreadable
    return tuple(violation for rule in RULES for violation in rule(problem, plan))


def effective_hours(problem: RoleProblem, plan: RolePlan) -> Floats:
    """Return (N, Q, P): hours at the speed, gain and pool of the person (R3)."""
    gains = problem.specialisation_gain
    held = np.clip(plan.roles.sum(axis=1), 1, len(gains)) - 1
    gain = np.array(gains)[held]
    home = problem.home_pool[:, None] == np.arange(len(problem.pools))
    factor = np.where(home, 1.0, problem.away_factor())
    rate = gain[:, None, None] * factor[:, :, None] * problem.speed[:, None, :]
    return plan.hours * rate


def evaluate_roles(problem: RoleProblem, plan: RolePlan) -> dict[str, float]:
    """Return the value of every goal that means something here, in their order (R4)."""
    return goals_of(problem, plan, effective_hours(problem, plan))


def _plan_is_readable(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    people, pools, phases = len(problem.person_ids), len(problem.pools), len(problem.phases)
    shapes: dict[str, tuple[int, ...]] = {
        "roles": (people, phases),
        "hours": (people, pools, phases),
        "short_hours": (pools, phases),
    }
    for name, shape in shapes.items():
        array = np.asarray(getattr(plan, name))
        wrong = array.shape != shape
        if wrong or not np.isfinite(array).all() or (array < -HOURS).any():
            what = "has the wrong shape" if wrong else "holds a negative or no number"
            yield _broken("readable", name, array.size, math.prod(shape), f"{name} {what}")


def _broken(rule: str, subject: str, amount: float, limit: float, message: str) -> Violation:
    return Violation(
        rule=rule, subject=subject, amount=float(amount), limit=float(limit), message=message
    )


def _each(
    problem: RoleProblem, rule: str, wrong: Bools, amount: Floats, limit: float, words: str
) -> Iterator[Violation]:
    """Yield one violation a person and phase (N, P) that is wrong."""
    for person, phase in np.argwhere(wrong).tolist():
        who, what = problem.person_ids[person], problem.phases[phase]
        yield _broken(rule, f"{who}, {what}", amount[person, phase], limit, f"{who} {words} {what}")


def at_most_max_phases(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R1: nobody holds more phases than allowed."""
    for person, held in enumerate(plan.roles.sum(axis=1).tolist()):
        if held > problem.max_phases:
            who = problem.person_ids[person]
            words = f"{who} holds {held} phases, at most {problem.max_phases} are allowed"
            yield _broken("max_phases", who, held, problem.max_phases, words)


def only_phases_one_can_do(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R1: nobody holds a phase below the least speed."""
    slow = plan.roles & ((problem.speed <= 0) | (problem.speed < problem.least_speed))
    least = problem.least_speed
    yield from _each(problem, "able", slow, problem.speed, least, "holds, but cannot do,")


def pins_are_kept(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R1: pinned phases are held."""
    missing = problem.pins & ~plan.roles
    amount = plan.roles.astype(np.float64)
    yield from _each(problem, "pin", missing, amount, 1.0, "must hold, but does not,")


def bans_are_kept(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R1: banned phases are not held."""
    held = problem.bans & plan.roles
    amount = plan.roles.astype(np.float64)
    yield from _each(problem, "ban", held, amount, 0.0, "holds, but must not,")


def nobody_idles(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R1: whoever could do work within reach holds a phase, unless idling is allowed."""
    if problem.may_idle:
        return
    home = problem.home_pool[:, None] == np.arange(len(problem.pools))
    work = ((problem.helps | home)[:, :, None] & (problem.need_hours > 0)).any(axis=1)
    able = (problem.speed > 0) & (problem.speed >= problem.least_speed) & ~problem.bans & work
    idle = able.any(axis=1) & (problem.person_hours > 0) & ~plan.roles.any(axis=1)
    for person in np.flatnonzero(idle).tolist():
        who = problem.person_ids[person]
        yield _broken("idle", who, 0, 1, f"{who} could work, but holds no phase")


def hours_in_phases_held(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R2: hours only in phases held."""
    hours = plan.hours.sum(axis=1)
    outside = np.where(plan.roles, 0.0, hours)
    yield from _each(problem, "held", outside > HOURS, outside, 0.0, "works, but does not hold,")


def hours_within_reach(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R2: hours only in the home pool and in helped pools."""
    home = problem.home_pool[:, None] == np.arange(len(problem.pools))
    outside = np.where(problem.helps | home, 0.0, plan.hours.sum(axis=2))
    for person, pool in np.argwhere(outside > HOURS).tolist():
        who, where = problem.person_ids[person], problem.pools[pool]
        words = f"{who} works in {where}, which is out of reach"
        yield _broken("reach", f"{who}, {where}", outside[person, pool], 0.0, words)


def help_keeps_to_its_share(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R2: nobody gives more of their hours to helped pools than the share allowed."""
    own = problem.home_pool[:, None] == np.arange(len(problem.pools))
    if problem.open_pools is not None:
        own = own | problem.open_pools
    away = np.where(own, 0.0, plan.hours.sum(axis=2)).sum(axis=1)
    most = problem.help_share_max * problem.person_hours
    for person in np.flatnonzero(away > most + HOURS).tolist():
        who = problem.person_ids[person]
        words = f"{who} gives {away[person]:.1f} h to helped pools, {most[person]:.1f} h may go"
        yield _broken("help_share", who, away[person], most[person], words)


def time_is_kept_for_each_phase(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R2: hours worked, and the least share of every phase held, fit into the person's hours.

    A phase with little work still takes its least share; with no share this is the plain limit.
    """
    worked = plan.hours.sum(axis=1)
    least = problem.min_share * problem.person_hours[:, None] * plan.roles
    kept = np.maximum(worked, least).sum(axis=1)
    for person in np.flatnonzero(kept > problem.person_hours + HOURS).tolist():
        who, has = problem.person_ids[person], float(problem.person_hours[person])
        total = float(worked[person].sum())
        rule = "person_hours" if total > has + HOURS else "min_share"
        words = f"{who} needs {kept[person]:.1f} h for the phases held, but has {has:.1f} h"
        yield _broken(rule, who, kept[person], has, words)


def no_hours_beyond_need(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R3: no more is covered than is needed, and what is missing is said."""
    covered = effective_hours(problem, plan).sum(axis=0)
    short = problem.need_hours - covered
    for pool, phase in np.argwhere(short < -HOURS).tolist():
        where = f"{problem.pools[pool]}, {problem.phases[phase]}"
        limit = float(problem.need_hours[pool, phase])
        words = f"{where}: {covered[pool, phase]:.1f} h are covered, {limit:.1f} h are needed"
        yield _broken("need", where, covered[pool, phase], limit, words)
    wrong = np.abs(np.maximum(short, 0.0) - plan.short_hours) > HOURS
    for pool, phase in np.argwhere(wrong).tolist():
        where = f"{problem.pools[pool]}, {problem.phases[phase]}"
        said, true = float(plan.short_hours[pool, phase]), float(short[pool, phase])
        words = f"{where}: {said:.1f} h are called short, {true:.1f} h are"
        yield _broken("short", where, said, true, words)


def goals_are_told_right(problem: RoleProblem, plan: RolePlan) -> Iterator[Violation]:
    """R4: each goal reported has the value the plan gives it, and no bound above it."""
    found = evaluate_roles(problem, plan)
    for goal in plan.goals:
        true = found.get(goal.name)
        slack = HOURS * max(1.0, abs(goal.value))
        if true is None or abs(true - goal.value) > slack:
            words = f"goal {goal.name} is said to be {goal.value:.4f}, it is {true}"
            yield _broken("goal", goal.name, goal.value, true or 0.0, words)
        elif goal.bound > goal.value + slack:
            words = f"goal {goal.name} has bound {goal.bound:.4f} above {goal.value:.4f}"
            yield _broken("goal_bound", goal.name, goal.bound, goal.value, words)


RULES: tuple[Rule, ...] = (
    at_most_max_phases,
    only_phases_one_can_do,
    pins_are_kept,
    bans_are_kept,
    nobody_idles,
    hours_in_phases_held,
    hours_within_reach,
    help_keeps_to_its_share,
    time_is_kept_for_each_phase,
    no_hours_beyond_need,
    goals_are_told_right,
)
