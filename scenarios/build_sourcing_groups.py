"""Group the people there are: alike, alike in the roles they may hold, or in what they can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_patterns import Pattern, Team, teams
from scenarios.build_sourcing_redundancy import Redundancy
from scenarios.build_staffing import StaffingCase

Floats = NDArray[np.float64]

SMALL_TEAM = 12
MOST_STATES = 160
MOST_NAMED = 3


class Grouping(StrEnum):
    """Say who is in one group."""

    ALIKE = "alike in hours, skills and pay"
    ROLES = "with the same roles to choose from"
    ABLE = "able to work the same phases"


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hold people alike: hours and wage (T,) of one, speed (P,), roles, terms of redundancy.

    `current` (P,) is the share of them who work a phase today; `members` are positions of people.
    """

    label: str
    members: tuple[int, ...]
    pool: int
    hours: Floats
    wage_eur: Floats
    speed: Floats
    current: Floats
    roles: tuple[Pattern, ...]
    redundancy: Redundancy | None

    @property
    def heads(self) -> int:
        """Return how many they are."""
        return len(self.members)


def grouped(
    case: StaffingCase, terms: Mapping[str, Redundancy], trainings: int
) -> tuple[Grouping, list[Group]]:
    """Return the groups, as fine as 12 persons and 160 states allow.

    Up to 12 persons those alike are a group; more are one where they choose among the same roles,
    at their mean hours, speed and pay. Either way people hold one role within the limit of
    phases. Where that makes too many states, all phases somebody is able to work are one role.
    """
    alike, by_roles = list(_alike(case, terms)), list(_by_roles(case, terms))
    if len(case.people) <= SMALL_TEAM and _states(alike, trainings) <= MOST_STATES:
        return Grouping.ALIKE, alike
    if _states(by_roles, trainings) <= MOST_STATES:
        return Grouping.ROLES, by_roles
    return Grouping.ABLE, list(_by_able_phases(case, terms))


def _states(groups: Sequence[Group], trainings: int) -> int:
    return sum(len(group.roles) for group in groups) * (1 + trainings)


def _wages(case: StaffingCase) -> Floats:
    """Return (N, T) EUR: the pay of everybody, of leavers as far as expected; unknown: 0."""
    monthly = case.people["cost_eur_per_year"].fillna(0.0).to_numpy(float) / 12.0
    capacity = case.capacity
    return np.asarray(monthly[:, None] * capacity.employed * capacity.retention)


def _alike(case: StaffingCase, terms: Mapping[str, Redundancy]) -> Iterator[Group]:
    wages, problem = _wages(case), case.problem
    for team in teams(problem):
        split: dict[tuple[bytes, Redundancy | None], list[int]] = {}
        for member in team.members:
            kept = wages[member].tobytes(), terms.get(problem.person_ids[member])
            split.setdefault(kept, []).append(member)
        for (_, redundancy), members in split.items():
            yield Group(
                label=_label([problem.person_ids[i] for i in members]),
                members=tuple(members),
                pool=team.pool,
                hours=team.hours,
                wage_eur=wages[members[0]],
                speed=team.productivity,
                current=problem.current_phases[members[0]].astype(np.float64),
                roles=team.patterns,
                redundancy=redundancy,
            )


def _by_roles(case: StaffingCase, terms: Mapping[str, Redundancy]) -> Iterator[Group]:
    problem = case.problem
    groups: dict[tuple[int, tuple[Pattern, ...], Redundancy | None], list[int]] = {}
    for team in teams(problem):
        roles = _roles(team)
        for person in team.members:
            key = team.pool, roles, terms.get(problem.person_ids[person])
            groups.setdefault(key, []).append(person)
    for (pool, roles, redundancy), members in groups.items():
        yield _mean(case, sorted(members), pool, roles, redundancy)


def _roles(team: Team) -> tuple[Pattern, ...]:
    """Return the roles no other role can do the work of: prices of the plan are no matter here."""
    free = [Pattern(phases=each.phases, gain=each.gain) for each in team.patterns]
    return tuple(
        each
        for each in free
        if not any(set(o.phases) > set(each.phases) and o.gain >= each.gain for o in free)
    )


def _by_able_phases(case: StaffingCase, terms: Mapping[str, Redundancy]) -> Iterator[Group]:
    problem = case.problem
    groups: dict[tuple[int, bytes, Redundancy | None], list[int]] = {}
    for person, name in enumerate(problem.person_ids):
        able = (problem.productivity[person] > 0).tobytes()
        key = int(problem.person_pool[person]), able, terms.get(name)
        groups.setdefault(key, []).append(person)
    for (pool, _, redundancy), members in groups.items():
        able_phases = np.flatnonzero(problem.productivity[members[0]] > 0)
        everything = (Pattern(phases=tuple(able_phases.tolist())),)
        yield _mean(case, members, pool, everything, redundancy)


def _mean(
    case: StaffingCase,
    members: Sequence[int],
    pool: int,
    roles: tuple[Pattern, ...],
    redundancy: Redundancy | None,
) -> Group:
    """Return people as if each had the mean hours and pay, and the mean speed of their hours."""
    problem, chosen = case.problem, list(members)
    hours = problem.person_hours[chosen]
    weight = hours.sum(axis=1) if hours.any() else np.ones(len(chosen))
    return Group(
        label=_label([problem.person_ids[i] for i in chosen]),
        members=tuple(chosen),
        pool=pool,
        hours=hours.mean(axis=0),
        wage_eur=_wages(case)[chosen].mean(axis=0),
        speed=np.average(problem.productivity[chosen], axis=0, weights=weight),
        current=problem.current_phases[chosen].mean(axis=0),
        roles=roles,
        redundancy=redundancy,
    )


def _label(names: Sequence[str]) -> str:
    more = f" +{len(names) - MOST_NAMED}" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
