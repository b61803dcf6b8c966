"""Name the smallest sets of rules that cannot all be kept (docs/model-roles.md, R22)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from time import perf_counter

from optimizer.result import Cancelled, Options
from optimizer.roles_certificates import role_certificates
from optimizer.roles_core import CoreFinder
from optimizer.roles_problem import RoleProblem
from optimizer.roles_rules import RoleRule, possible, rules_of
from optimizer.staffing_words import amount, listed, number_word

MOST_CONFLICTS = 5
LEAST_SECONDS = 0.2
EFFORT = 2.0
"""Deterministic seconds of one question to CP-SAT."""


@dataclass(frozen=True, kw_only=True)
class RoleConflict:
    """Hold rules that cannot all be kept, though any one less can; `words` says so.

    `verified`: a second solver agrees on both; without the time for it, False.
    """

    rules: tuple[RoleRule, ...]
    words: str
    verified: bool


def role_conflicts(
    problem: RoleProblem,
    options: Options,
    cancelled: Cancelled | None = None,
    most: int = MOST_CONFLICTS,
) -> tuple[RoleConflict, ...]:
    """Return minimal conflicts, each found after the needs of those before were given up.

    Empty when all rules can be kept together or the time did not suffice to tell.
    """
    end = perf_counter() + options.seconds
    rules = rules_of(problem)
    finder = CoreFinder(problem, rules, options.seconds, EFFORT, options.seed)
    kept = list(rules)
    found: list[RoleConflict] = []
    while len(found) < most and perf_counter() < end:
        if cancelled is not None and cancelled():
            break
        finder.seconds = max(0.05, (end - perf_counter()) / 2)
        core = finder.minimal_core(kept) or _from_proofs(problem, kept, end, options.seed)
        if not core:
            break
        found.append(_conflict(problem, core, end, options.seed))
        given_up = set(_given_up(core))
        kept = [rule for rule in kept if rule not in given_up]
    return tuple(found)


def _given_up(core: Collection[RoleRule]) -> list[RoleRule]:
    """Return what is relaxed to look for the next conflict: the needs, or all if there is none."""
    needs = [rule for rule in core if rule.kind == "cover"]
    return needs or list(core)


def _from_proofs(
    problem: RoleProblem, kept: Collection[RoleRule], end: float, seed: int
) -> tuple[RoleRule, ...]:
    """Return the needs of the first proof by adding up that are still kept, thinned out.

    For teams too large for the first solver; needs that adding up proves short contradict each
    other whatever else holds.
    """
    for proof in role_certificates(problem):
        needs = tuple(
            RoleRule(kind="cover", pool=pool, phase=phase)
            for pool in proof.pools
            for phase in proof.phases
            if problem.need_hours[pool, phase] > 0
        )
        alone = _seconds(end, 2)
        if set(needs) <= set(kept) and possible(problem, needs, alone, seed) is False:
            return _thinned(problem, needs, end, seed)
    return ()


def _thinned(
    problem: RoleProblem, needs: tuple[RoleRule, ...], end: float, seed: int
) -> tuple[RoleRule, ...]:
    """Leave out one need after the other while the rest stays impossible."""
    left = needs
    for number, need in enumerate(needs):
        rest = tuple(each for each in left if each != need)
        alone = _seconds(end, 2 * (len(needs) - number))
        if perf_counter() < end and possible(problem, rest, alone, seed) is False:
            left = rest
    return left


def _seconds(end: float, parts: int) -> float:
    """Return one of equal parts of the time left, but time enough for a small question."""
    return max(LEAST_SECONDS, (end - perf_counter()) / parts)


def _conflict(
    problem: RoleProblem, core: tuple[RoleRule, ...], end: float, seed: int
) -> RoleConflict:
    verified = verify_conflict(problem, core, max(LEAST_SECONDS, end - perf_counter()), seed)
    return RoleConflict(rules=core, words=conflict_words(problem, core), verified=verified)


def verify_conflict(
    problem: RoleProblem, core: Collection[RoleRule], seconds: float, seed: int = 1
) -> bool:
    """Tell whether HiGHS finds the rules impossible together and possible without any one."""
    each = seconds / (len(core) + 1)
    if possible(problem, core, each, seed) is not False:
        return False
    return all(
        possible(problem, [rule for rule in core if rule != left_out], each, seed) is True
        for left_out in core
    )


def conflict_words(problem: RoleProblem, core: Collection[RoleRule]) -> str:
    """Say a conflict in one sentence."""
    parts = [rule_words(problem, rule) for rule in core if rule.kind != "max_phases"]
    limited = [problem.person_ids[rule.person] for rule in core if rule.kind == "max_phases"]
    if limited:
        people = listed(limited) if len(limited) <= 4 else f"{len(limited)} persons"
        word = number_word(problem.max_phases)
        parts.insert(0, f"{people} may hold {word} {_phases(problem.max_phases)} at most")
    if len(parts) == 1:
        return f"{parts[0]}: impossible by itself"
    return f"these cannot all be kept: {'; '.join(parts)}"


def rule_words(problem: RoleProblem, rule: RoleRule) -> str:
    """Say one rule."""
    person = problem.person_ids[rule.person] if rule.person >= 0 else ""
    phase = problem.phases[rule.phase] if rule.phase >= 0 else ""
    many = len(problem.pools) > 1 and rule.pool >= 0
    place = f" in {problem.pools[rule.pool]}" if many else ""
    match rule.kind:
        case "cover":
            hours = amount(float(problem.need_hours[rule.pool, rule.phase]))
            return f"{phase}{place} is covered ({hours} h)"
        case "backup":
            wanted = number_word(int(problem.backup_holders[rule.pool, rule.phase]))
            return f"{wanted} hold {phase}{place}"
        case "pin":
            return f"{person} holds {phase}"
        case "ban":
            return f"{person} does not hold {phase}"
        case "max_phases":
            most = problem.max_phases
            return f"{person} holds {number_word(most)} {_phases(most)} at most"
        case _:
            return f"each phase held takes at least {problem.min_share:.0%} of the time"


def _phases(count: int) -> str:
    return "phase" if count == 1 else "phases"
