"""Enumerate who may hold which set of phases (docs/model-staffing.md, S1).

A *pattern* is a set of at most `max_phases` phases one person holds over the whole horizon. A
*team* is a group of persons the problem cannot tell apart; the model counts how many of a team
hold each pattern, which spares the solver the many equal plans that only swap names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_problem import HireOffer, StaffingProblem

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """Hold a set of phases, its specialisation gain and its price a person in EUR."""

    phases: tuple[int, ...]
    gain: float = 1.0
    price_eur: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Team:
    """Hold persons alike in pool, hours, skills, appetite and today's role.

    `speed` (P, T) is standard hours per hour by month, specialisation gain not included.
    """

    members: tuple[int, ...]
    pool: int
    hours: Floats
    productivity: Floats
    preference: Floats
    patterns: tuple[Pattern, ...]
    speed: Floats


def specialisation_gain(problem: StaffingProblem, held: int) -> float:
    """Return the factor on productivity of a person who holds `held` phases (S2)."""
    gains = problem.specialisation_gain
    return gains[min(max(held, 1), len(gains)) - 1] if gains else 1.0


def needed_phases(problem: StaffingProblem) -> Bools:
    """Return (G + 1, P): is any hour asked for there? Shared work is in the last row."""
    needed = np.zeros((len(problem.pools) + 1, len(problem.phases)), dtype=bool)
    demand = problem.demand
    asked = (demand.hours > 0) & (demand.units[demand.cell] > 0)
    # SHARED is -1, so it lands in the last row by itself.
    needed[demand.pool[asked], demand.phase[asked]] = True
    return needed


def reachable_phases(problem: StaffingProblem, pool: int, needed: Bools) -> Bools:
    """Return (P,): the phases with work for somebody who belongs to `pool` and works there."""
    return np.where(problem.territorial, needed[pool], needed[-1])


def helped_pools(problem: StaffingProblem, pool: int) -> tuple[tuple[int, float], ...]:
    """Return the other pools that people of `pool` may help, and their speed there (S15)."""
    if problem.help_speed is None:
        return ()
    speeds = enumerate(problem.help_speed[pool].tolist())
    return tuple((other, speed) for other, speed in speeds if speed > 0 and other != pool)


def teams(problem: StaffingProblem) -> tuple[Team, ...]:
    """Group the persons and list the patterns worth considering, in order of person."""
    needed = needed_phases(problem)
    groups: dict[bytes, list[int]] = {}
    for person in range(len(problem.person_ids)):
        groups.setdefault(_signature(problem, person), []).append(person)
    return tuple(_team(problem, members, needed) for members in groups.values())


def hire_patterns(
    problem: StaffingProblem, offer: HireOffer, pool: int, needed: Bools
) -> tuple[Pattern, ...]:
    """Return the sets of phases a hire of the offer may hold in the pool.

    Hires get no specialisation gain and no role change price, so the largest sets suffice, unless
    every phase held keeps a share of the time.
    """
    able = np.flatnonzero((offer.productivity > 0) & reachable_phases(problem, pool, needed))
    largest = min(problem.most_phases, able.size)
    sizes = range(1, largest + 1) if problem.least_share else [largest]
    return tuple(
        Pattern(phases=phases)
        for size in sizes
        for phases in combinations(able.tolist(), size)
        if phases
    )


def parts_of(problem: StaffingProblem, phases: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the sets of phases of a pattern whose hours have a limit of their own (S2, S16)."""
    sizes = range(1 if problem.least_share else len(phases), len(phases) + 1)
    return tuple(part for size in sizes for part in combinations(phases, size))


def open_share(problem: StaffingProblem, held: int, part: int) -> float:
    """Return the share of the time open to `part` of the phases held: the rest keep theirs."""
    return 1.0 - problem.least_share * (held - part)


def _signature(problem: StaffingProblem, person: int) -> bytes:
    parts = (
        problem.person_pool[person],
        problem.person_hours[person],
        problem.productivity[person],
        problem.preference[person],
        problem.current_phases[person],
        problem.field_phases(person),
        problem.pinned_phases(person),
        problem.speed(person),
        *(crew.since[person] for crew in (problem.given.crews if problem.given else ())),
    )
    return b"|".join(np.ascontiguousarray(part).tobytes() for part in parts)


def _team(problem: StaffingProblem, members: Sequence[int], needed: Bools) -> Team:
    first = members[0]
    pool = int(problem.person_pool[first])
    reachable = reachable_phases(problem, pool, needed)
    for other, _ in helped_pools(problem, pool):
        reachable |= problem.territorial & needed[other]
    able = (problem.productivity[first] > 0) & reachable
    # Whoever holds a territory keeps a field phase even where no hour of it is asked for, and
    # a pin holds without work too.
    able |= problem.field_phases(first) | problem.pinned_phases(first)
    if not problem.person_hours[first].any():
        able = np.zeros_like(able)
    return Team(
        members=tuple(members),
        pool=pool,
        hours=problem.person_hours[first],
        productivity=problem.productivity[first],
        preference=problem.preference[first],
        patterns=_patterns(problem, first, np.flatnonzero(able).tolist()),
        speed=problem.speed(first),
    )


def _patterns(problem: StaffingProblem, person: int, able: list[int]) -> tuple[Pattern, ...]:
    current = problem.current_phases[person]
    # Somebody without hours has no phase to choose from, a territory or not.
    field = problem.field_phases(person) & np.isin(np.arange(current.size), able)
    pinned = set(np.flatnonzero(problem.pinned_phases(person)).tolist())
    every = [
        Pattern(
            phases=phases,
            gain=specialisation_gain(problem, size),
            price_eur=_role_change_price(problem, current, phases),
        )
        for size in range(min(problem.most_phases, len(able)) + 1)
        for phases in combinations(able, size)
        if _keeps_the_field(field, phases) and pinned <= set(phases)
    ]
    if problem.least_share:
        # A phase more takes time from the others, so no set does all that a smaller one can.
        return tuple(every)
    return tuple(pattern for pattern in every if not any(_beats(other, pattern) for other in every))


def _keeps_the_field(field: Bools, phases: tuple[int, ...]) -> bool:
    return not field.any() or bool(field[list(phases)].any())


def _role_change_price(problem: StaffingProblem, current: Bools, phases: tuple[int, ...]) -> float:
    if not current.any():
        return 0.0
    return problem.role_change_eur * sum(not current[phase] for phase in phases)


def _beats(other: Pattern, pattern: Pattern) -> bool:
    """Tell whether `other` can do all that `pattern` can, as fast and at no higher price."""
    return (
        set(other.phases) > set(pattern.phases)
        and (not pattern.phases or other.gain >= pattern.gain)
        and other.price_eur <= pattern.price_eur
    )
