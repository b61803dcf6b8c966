"""Say which rules on roles cannot all be kept, and what giving each up brings (R22, R29)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from optimizer.result import Options
from optimizer.roles_problem import RolePlan, RoleProblem
from optimizer.staffing_words import amount, number_word
from scenarios.build_roles import SHARED_POOL, RoleView
from scenarios.decide import Watch

if TYPE_CHECKING:
    from optimizer.roles_conflicts import RoleConflict
    from optimizer.roles_rules import RoleRule

CONFLICT, RELAXED, ALL = "conflict", "relaxed", "all"
WITHOUT_RULES = "no pins, bans, limits and shares at all"
MOST_PERSONS = 30
"""Beyond it no minimal sets are looked for; rules are given up one by one, fewer of them."""
WEIGHTIEST = ("pin", "ban", "min_share", "max_phases", "backup", "cover")
"""Kinds of rules in the order in which they are given up: decisions by hand first."""
MOST_CONFLICTS, MOST_RELAXED = 3, 8
SECONDS = 10.0
"""A backstop: teams up to that size take a second or so."""
GAP = 0.005
LEAST_HOURS, HOURS, ALMOST = 1.0, 1e-3, 0.999
UNVERIFIED = " (found by one solver; the other did not confirm it in time)"


@dataclass(frozen=True, kw_only=True)
class _Month:
    """Hold a month under the rules of a plan, its best roles, and how to look for better ones."""

    view: RoleView
    problem: RoleProblem
    best: RolePlan
    options: Options
    watch: Watch

    @property
    def short_hours(self) -> float:
        return _short(self.best)


def conflict_rows(
    view: RoleView, best: RolePlan, options: Options, watch: Watch
) -> Iterator[dict[str, Any]]:
    """Yield minimal sets of rules that cannot all be kept, each followed by its ways out.

    The needs among them are the hours that could be covered without pins, bans, limits and shares:
    what is missing in any case is told by proofs. A "conflict" row names the rules; its "relaxed"
    rows say what stays short (`short_hours`) and what is saved (`saved_hours`) when that rule alone
    is given up and roles are chosen anew, which may be nothing while other rules stand; the last
    row gives them all up. Backups are no rule of a plan, so none stands among them.
    """
    if watch.is_cancelled():
        return
    month = _Month(
        view=view,
        problem=ruled(view),
        best=best,
        options=replace(options, seconds=SECONDS, gap=GAP, effort=1),
        watch=watch,
    )
    free = _without_rules(month)
    if free is None:
        return
    saved = month.short_hours - _short(free)
    told: set[RoleRule | str] = set()
    for number, (said, rules) in enumerate(_conflicts(month, free), start=1):
        one = {"subject": str(number), "short_hours": month.short_hours}
        yield {"kind": CONFLICT, **one, "reason": said}
        for row in _ways_out(month, rules, told):
            yield {**row, "kind": RELAXED, "subject": str(number)}
    amounts = {"short_hours": _short(free), "saved_hours": saved}
    yield {"kind": RELAXED, "subject": ALL, **amounts, "reason": WITHOUT_RULES}


def _conflicts(month: _Month, free: RolePlan) -> list[tuple[str, tuple[RoleRule, ...]]]:
    """Return what clashes in words and as rules: minimal sets, or all rules as one."""
    from optimizer.roles_conflicts import role_conflicts
    from optimizer.roles_rules import rules_of

    found: tuple[RoleConflict, ...] = ()
    if month.view.persons.size <= MOST_PERSONS:
        within_reach = _need_within_reach(month.problem, free)
        cancelled = month.watch.cancelled
        found = role_conflicts(within_reach, month.options, cancelled, MOST_CONFLICTS)
    if not found:
        hours = amount(month.short_hours - _short(free))
        said = f"pins, bans, limits and shares together leave {hours} h more than none would"
        return [(said, rules_of(month.problem))]
    return [
        (
            conflict.words.replace(f" in {SHARED_POOL}", "")
            + ("" if conflict.verified else UNVERIFIED),
            conflict.rules,
        )
        for conflict in found
    ]


def _without_rules(month: _Month) -> RolePlan | None:
    """Return the best roles without any rule on roles; None where rules cost less than an hour."""
    from optimizer.roles import least_shortage

    problem = month.problem
    nobody = np.zeros_like(problem.pins)
    free = replace(problem, pins=nobody, bans=nobody, max_phases=len(problem.phases), min_share=0.0)
    hints = [month.best.roles]
    found = least_shortage(free, month.options, hints, cancelled=month.watch.cancelled)
    if found.plan is None or month.short_hours - _short(found.plan) < LEAST_HOURS:
        return None
    return found.plan


def _need_within_reach(problem: RoleProblem, free: RolePlan) -> RoleProblem:
    """Return the problem with the need covered without rules.

    A little is left out, so that arithmetic at the edge is no conflict.
    """
    covered = np.maximum(problem.need_hours - free.short_hours, 0.0) * ALMOST
    return replace(problem, need_hours=np.where(covered > HOURS, covered, 0.0))


def _short(plan: RolePlan) -> float:
    return float(plan.short_hours.sum())


def ruled(view: RoleView) -> RoleProblem:
    """Return the month under the rules that a plan keeps: no backups."""
    problem = view.under_plan_rules
    return replace(problem, backup_holders=np.zeros_like(problem.backup_holders))


def _ways_out(
    month: _Month, rules: tuple[RoleRule, ...], told: set[RoleRule | str]
) -> Iterator[dict[str, Any]]:
    """Give up each rule on roles once, the limit on phases for everybody at once."""
    most = max(2, min(MOST_RELAXED, MOST_PERSONS * MOST_RELAXED // month.view.persons.size))
    for rule in sorted(rules, key=lambda rule: WEIGHTIEST.index(rule.kind)):
        if rule.kind == "cover":
            continue
        key = rule.kind if rule.kind == "max_phases" else rule
        if key in told or len(told) >= most or month.watch.is_cancelled():
            continue
        told.add(key)
        row = _without(month, rule)
        if row is not None:
            yield row


def _without(month: _Month, rule: RoleRule) -> dict[str, Any] | None:
    """Return what is short without the rule, solved again from the best roles known."""
    from optimizer.roles import least_shortage

    problem = month.problem
    hints = [month.best.roles, month.view.plan.roles]
    case = relaxed(problem, rule)
    found = least_shortage(case, month.options, hints, cancelled=month.watch.cancelled)
    if found.objective is None:
        return None
    return {
        "rep_id": problem.person_ids[rule.person] if _names_a_person(rule) else "",
        "phase": problem.phases[rule.phase] if rule.phase >= 0 else "",
        "short_hours": found.objective,
        "saved_hours": max(0.0, month.short_hours - found.objective),
        "proved_hours": found.bound,
        "reason": relaxed_words(problem, rule),
    }


def _names_a_person(rule: RoleRule) -> bool:
    return rule.person >= 0 and rule.kind != "max_phases"


def relaxed(problem: RoleProblem, rule: RoleRule) -> RoleProblem:
    """Return the problem without one rule; the limit on phases rises by one for everybody."""
    match rule.kind:
        case "pin":
            return replace(problem, pins=_cleared(problem.pins, rule.person, rule.phase))
        case "ban":
            return replace(problem, bans=_cleared(problem.bans, rule.person, rule.phase))
        case "max_phases":
            return replace(problem, max_phases=problem.max_phases + 1)
        case _:
            return replace(problem, min_share=0.0)


def _cleared(array: Any, row: int, column: int) -> Any:
    copy = array.copy()
    copy[row, column] = 0
    return copy


def relaxed_words(problem: RoleProblem, rule: RoleRule) -> str:
    """Say what giving a rule up means."""
    person = problem.person_ids[rule.person] if rule.person >= 0 else ""
    phase = problem.phases[rule.phase] if rule.phase >= 0 else ""
    match rule.kind:
        case "pin":
            return f"{person} need not hold {phase}"
        case "ban":
            return f"{person} may hold {phase}"
        case "max_phases":
            return f"everybody may hold {number_word(problem.max_phases + 1)} phases"
        case _:
            return "phases held keep no share of the time"
