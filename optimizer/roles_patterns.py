"""Enumerate the roles a person may hold (docs/model-roles.md, R1).

A *pattern* is a set of phases one person holds. A *team* is a group of persons the problem
cannot tell apart: the model counts how many of them hold each pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimizer.roles_problem import Bools, Floats, RoleProblem


@dataclass(frozen=True, kw_only=True)
class RolePattern:
    """Hold a set of phases, its gain, and what it costs the goals that count roles.

    `breaks`: how many groups of adjacent phases beyond one; `changes`: phases taken up or given
    up against today.
    """

    phases: tuple[int, ...]
    gain: float
    breaks: int
    changes: int


@dataclass(frozen=True, kw_only=True)
class RoleTeam:
    """Hold persons alike, with their patterns.

    `rate` (Q, P): effective hours per hour before the gain, 0 where they cannot work.
    """

    members: tuple[int, ...]
    hours: float
    home: int
    rate: Floats
    preference: Floats
    patterns: tuple[RolePattern, ...]


def role_teams(problem: RoleProblem, *, alike: bool = True) -> tuple[RoleTeam, ...]:
    """Group the persons, in order of their first; each apart where `alike` is False."""
    groups: dict[bytes, list[int]] = {}
    for person in range(len(problem.person_ids)):
        key = _signature(problem, person) if alike else str(person).encode()
        groups.setdefault(key, []).append(person)
    able, factor, useful = problem.able(), problem.pool_factor(), useful_phases(problem)
    return tuple(
        _team(problem, members, able[members[0]], factor[members[0]], useful[members[0]])
        for members in groups.values()
    )


def useful_phases(problem: RoleProblem) -> Bools:
    """Return (N, P): phases with work, or backups wanted, in a pool the person may work for."""
    wanted = (problem.need_hours > 0) | (problem.backup_holders > 0)
    return (problem.reach().astype(np.int64) @ wanted.astype(np.int64)) > 0


def persons_without_role(problem: RoleProblem) -> list[int]:
    """Return the persons whose pins leave no pattern at all."""
    teams = role_teams(problem)
    return sorted(i for team in teams if not team.patterns for i in team.members)


def _signature(problem: RoleProblem, person: int) -> bytes:
    parts = (
        problem.home_pool[person],
        problem.person_hours[person],
        problem.speed[person],
        problem.helps[person],
        0.0 if problem.help_factors is None else problem.help_factors[person],
        problem.preference[person],
        problem.pins[person],
        problem.bans[person],
        problem.current_roles[person],
    )
    return b"|".join(np.ascontiguousarray(part).tobytes() for part in parts)


def _team(
    problem: RoleProblem, members: Sequence[int], able: Bools, factor: Floats, useful: Bools
) -> RoleTeam:
    first = members[0]
    rate = factor[:, None] * np.where(able, problem.speed[first], 0.0)
    return RoleTeam(
        members=tuple(members),
        hours=float(problem.person_hours[first]),
        home=int(problem.home_pool[first]),
        rate=rate,
        preference=problem.preference[first],
        patterns=tuple(_patterns(problem, first, able, useful)),
    )


def _patterns(
    problem: RoleProblem, person: int, able: Bools, useful: Bools
) -> Iterator[RolePattern]:
    present = problem.person_hours[person] > 0
    for phases in _allowed(problem, problem.pins[person], able, useful, person):
        yield RolePattern(
            phases=phases,
            gain=problem.gain(len(phases)),
            breaks=max(0, _groups(problem.adjacent, phases) - 1),
            changes=_changes(problem.current_roles[person], phases) if present else 0,
        )


def _allowed(
    problem: RoleProblem, pins: Bools, able: Bools, useful: Bools, person: int
) -> list[tuple[int, ...]]:
    """Return the sets of phases: pinned ones always in, others where there is work and time."""
    pinned = np.flatnonzero(pins).tolist()
    if not able[pinned].all() or not _fits(problem, len(pinned)):
        return []
    if problem.person_hours[person] <= 0:
        return [tuple(pinned)]
    free = np.flatnonzero(able & useful & ~pins).tolist()
    sizes = range(len(pinned) + len(free) + 1)
    sets = [
        tuple(sorted([*pinned, *more]))
        for size in sizes
        if _fits(problem, size) and size >= len(pinned)
        for more in combinations(free, size - len(pinned))
    ]
    if len(sets) > 1 and not sets[0] and not problem.may_idle:
        return sets[1:]
    return sets


def _fits(problem: RoleProblem, size: int) -> bool:
    return size <= problem.max_phases and size * problem.min_share <= 1.0 + 1e-9


def _groups(adjacent: Bools, phases: tuple[int, ...]) -> int:
    """Return into how many groups the phases fall when adjacent ones hang together."""
    left, groups = set(phases), 0
    while left:
        groups += 1
        front = [left.pop()]
        while front:
            here = front.pop()
            near = [each for each in left if adjacent[here, each]]
            left.difference_update(near)
            front += near
    return groups


def _changes(today: Bools, phases: tuple[int, ...]) -> int:
    if not today.any():
        return 0
    return len(set(np.flatnonzero(today).tolist()) ^ set(phases))
