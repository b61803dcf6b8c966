"""Prove, by adding up hours, that some work cannot be covered whatever the roles.

For each set of phases of a pool, or of pools that share people: the hours needed, less all that
everybody able in at least one of them could give at best. A positive difference is a proof
anybody can check by hand (docs/model-roles.md, R18).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimizer.roles_patterns import RoleTeam, role_teams
from optimizer.roles_problem import Floats, RoleProblem

HOURS = 1e-6
MOST_PHASES = 10
"""Beyond it only sets of up to `LARGEST_SET` phases and the set of all are looked at."""
LARGEST_SET = 3


@dataclass(frozen=True, kw_only=True)
class RoleCertificate:
    """Hold one proof: `need_hours` against `own_hours`, the most the persons could give."""

    pools: tuple[int, ...]
    phases: tuple[int, ...]
    need_hours: float
    own_hours: float
    persons: tuple[int, ...]

    @property
    def short_hours(self) -> float:
        """Return what is missing whatever the plan."""
        return self.need_hours - self.own_hours


def role_certificates(problem: RoleProblem) -> tuple[RoleCertificate, ...]:
    """Return the proofs, smallest sets of phases first, then the most hours missing.

    A set is left out when smaller disjoint ones already account for all its missing hours.
    """
    teams = role_teams(problem)
    found: list[RoleCertificate] = []
    for pools in _scopes(problem):
        found += _of_scope(problem, teams, pools, found)
    found.sort(key=lambda each: (len(each.phases), len(each.pools), -each.short_hours))
    return tuple(found)


def clusters(problem: RoleProblem) -> list[tuple[int, ...]]:
    """Return the groups of pools that share people, directly or through others."""
    reach = problem.reach() & (problem.person_hours > 0)[:, None]
    group = np.arange(len(problem.pools))
    for row in reach:
        mine = np.flatnonzero(row)
        if mine.size > 1:
            group[np.isin(group, group[mine])] = group[mine].min()
    return [tuple(np.flatnonzero(group == g).tolist()) for g in np.unique(group).tolist()]


def _scopes(problem: RoleProblem) -> list[tuple[int, ...]]:
    single = [(pool,) for pool in range(len(problem.pools))]
    return single + [pools for pools in clusters(problem) if len(pools) > 1]


def _of_scope(
    problem: RoleProblem,
    teams: tuple[RoleTeam, ...],
    pools: tuple[int, ...],
    before: Sequence[RoleCertificate],
) -> list[RoleCertificate]:
    need = problem.need_hours[list(pools)].sum(axis=0)
    most = _Most(problem, teams, pools)
    found: list[RoleCertificate] = []
    for phases in _sets(np.flatnonzero(need > 0).tolist()):
        wanted = float(need[list(phases)].sum())
        each = most.of(phases)
        short = wanted - float(each.sum())
        if short > HOURS and short > _said(phases, pools, [*before, *found]) + HOURS:
            persons = [i for t in np.flatnonzero(each > 0).tolist() for i in teams[t].members]
            found.append(
                RoleCertificate(
                    pools=pools,
                    phases=phases,
                    need_hours=wanted,
                    own_hours=float(each.sum()),
                    persons=tuple(sorted(persons)),
                )
            )
    return found


class _Most:
    """Know the most effective hours each team can give a set of phases in some pools."""

    def __init__(
        self, problem: RoleProblem, teams: tuple[RoleTeam, ...], pools: tuple[int, ...]
    ) -> None:
        self._teams, self._share = len(teams), problem.min_share
        pairs = [(t, pattern) for t, team in enumerate(teams) for pattern in team.patterns]
        self._team = np.array([t for t, _ in pairs], dtype=np.int64)
        self._held = np.zeros((len(pairs), len(problem.phases)), dtype=bool)
        self._hours = np.zeros(self._held.shape)
        for row, (t, pattern) in enumerate(pairs):
            held, team = list(pattern.phases), teams[t]
            self._held[row, held] = True
            rate = team.rate[list(pools)].max(axis=0)
            self._hours[row, held] = len(team.members) * team.hours * pattern.gain * rate[held]

    def of(self, phases: tuple[int, ...]) -> Floats:
        """Return (teams,): effective hours at best, time kept for other phases taken off."""
        inside = list(phases)
        others = self._held.sum(axis=1) - self._held[:, inside].sum(axis=1)
        best = self._hours[:, inside].max(axis=1, initial=0.0) * (1.0 - others * self._share)
        result = np.zeros(self._teams)
        np.maximum.at(result, self._team, best)
        return result


def _sets(phases: list[int]) -> Iterator[tuple[int, ...]]:
    largest = len(phases) if len(phases) <= MOST_PHASES else LARGEST_SET
    for size in range(1, largest + 1):
        yield from combinations(phases, size)
    if largest < len(phases):
        yield tuple(phases)


def _said(
    phases: tuple[int, ...], pools: tuple[int, ...], before: Sequence[RoleCertificate]
) -> float:
    """Return the missing hours that disjoint smaller proofs already show."""
    inside = [
        each for each in before if set(each.phases) <= set(phases) and set(each.pools) <= set(pools)
    ]
    inside.sort(key=lambda each: -each.short_hours)
    taken: list[RoleCertificate] = []
    for each in inside:
        if not any(_overlap(each, other) for other in taken):
            taken.append(each)
    return sum(each.short_hours for each in taken)


def _overlap(one: RoleCertificate, other: RoleCertificate) -> bool:
    return bool(set(one.phases) & set(other.phases)) and bool(set(one.pools) & set(other.pools))
