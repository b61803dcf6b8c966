"""Price the rules of roles in hours, and what more capacity would bring (R19, R21)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Cancelled, Options
from optimizer.roles import least_shortage
from optimizer.roles_links import build_role_model
from optimizer.roles_model import RoleModel, build_shortage_model
from optimizer.roles_part import with_cap
from optimizer.roles_problem import Bools, Floats, RolePlan, RoleProblem

FEWEST_SECONDS = 0.2
UNLIMITED = (4, 3, 2, 1)


@dataclass(frozen=True, kw_only=True)
class RuleStep:
    """Hold the shortage under some of the rules, and what is proved of it.

    `short` in the unit of the first goal (hours where all hours weigh the same); `bound`: no
    plan under these rules leaves less. None: the time was over.
    """

    rules: str
    short: float | None
    bound: float | None


def rule_waterfall(
    problem: RoleProblem,
    options: Options,
    plan: RolePlan | None = None,
    cancelled: Cancelled | None = None,
) -> tuple[RuleStep, ...]:
    """Return the shortage without rules, then with one rule more at a time.

    Free split of everybody's hours at the best gain; at most 4, 3, 2, 1 phases a person; then,
    at the problem's own limit, the least share of time, the backups and the pins and bans. The
    difference between two steps under the problem's own limit is the price of a rule. A `plan` of
    the problem saves time.
    """
    end = perf_counter() + options.seconds
    steps, found = list(_cases(problem)), []
    known = [] if plan is None else [plan.roles]
    # The strictest first: its roles keep the looser rules too, so no step comes out above it.
    for left in range(len(steps), 0, -1):
        rules, case, backups = steps[left - 1]
        seconds = max(FEWEST_SECONDS, (end - perf_counter()) / left)
        limits = replace(options, seconds=seconds)
        found.append(_step(rules, case, limits, known, cancelled, backups=backups))
    return (_free_split(problem), *reversed(found))


def _cases(problem: RoleProblem) -> Iterator[tuple[str, RoleProblem, bool]]:
    """Yield the rules in words, the problem under them, and whether backups come first."""
    nobody = np.zeros_like(problem.pins)
    bare = replace(problem, min_share=0.0, pins=nobody, bans=nobody)
    most = len(problem.phases)
    limits = {each for each in UNLIMITED if each < most} | {min(problem.max_phases, most)}
    for limit in sorted(limits, reverse=True):
        words = "phase" if limit == 1 else "phases"
        yield f"at most {limit} {words} a person", replace(bare, max_phases=limit), False
    shared = replace(bare, min_share=problem.min_share)
    if problem.min_share > 0:
        yield f"and at least {problem.min_share:.0%} of the time for each", shared, False
    if problem.backup_holders.any():
        yield "and backups", shared, True
    if problem.pins.any() or problem.bans.any():
        kept = replace(shared, pins=problem.pins, bans=problem.bans)
        yield "and pins and bans", kept, bool(problem.backup_holders.any())


def _free_split(problem: RoleProblem) -> RuleStep:
    """Return the shortage when everybody may split their hours in any way."""
    best = (max(problem.specialisation_gain),)
    nobody = np.zeros_like(problem.pins)
    free = replace(
        problem,
        max_phases=1,
        min_share=0.0,
        specialisation_gain=best,
        pins=nobody,
        bans=nobody,
    )
    stated = build_shortage_model(free)
    goal = stated.goals[0]
    # One phase each, held in any fractions: exactly a free split of hours.
    answer = solve(replace(stated.model.relaxed(), gain=-goal.cost), Limits(seconds=30.0))
    if answer.outcome is not Outcome.SOLVED or answer.values is None:
        return RuleStep(rules="free split of hours", short=None, bound=None)
    short = goal.value(answer.values)
    return RuleStep(rules="free split of hours", short=short, bound=short)


def _step(
    rules: str,
    problem: RoleProblem,
    options: Options,
    known: list[Bools],
    cancelled: Cancelled | None,
    *,
    backups: bool,
) -> RuleStep:
    """Solve one case; `known` roles are tried, and those found are added."""
    if backups:
        return _with_backups(rules, problem, options, cancelled)
    solution = least_shortage(problem, options, known, cancelled)
    if solution.plan is not None:
        known.append(solution.plan.roles)
    return RuleStep(rules=rules, short=solution.objective, bound=solution.bound)


def _with_backups(
    rules: str, problem: RoleProblem, options: Options, cancelled: Cancelled | None
) -> RuleStep:
    """Return the shortage when as many backups as can be are held first."""
    stated = build_role_model(problem, alike=True, fair=False)
    backup = next(goal for goal in stated.goals if goal.name == "backup")
    limits = Limits(seconds=options.seconds / 2, gap=0.0, seed=options.seed, cancelled=cancelled)
    first = solve(replace(stated.model, gain=-backup.cost), limits)
    if first.values is None:
        return RuleStep(rules=rules, short=None, bound=None)
    held = backup.value(first.values) + 1e-6
    return _shortage_with(stated, backup.cost, held, rules, replace(limits, gap=options.gap))


def _shortage_with(
    stated: RoleModel, cost: Floats, most: float, rules: str, limits: Limits
) -> RuleStep:
    goal = stated.goals[0]
    answer = solve(replace(with_cap(stated.model, cost, most), gain=-goal.cost), limits)
    if answer.values is None:
        return RuleStep(rules=rules, short=None, bound=None)
    short = goal.value(answer.values)
    return RuleStep(
        rules=rules, short=short, bound=min(short, max(0.0, goal.constant - answer.bound))
    )
