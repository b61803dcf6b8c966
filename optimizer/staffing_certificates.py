"""Prove, by adding up hours, that some work cannot be done whatever the plan.

For every set of phases: the hours it needs, less all hours of everybody able in at least one of
them. A positive difference is a certificate anybody can check by hand (docs/model-staffing.md,
S11).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.staffing_capacity import lever_hours_at_best, need_hours, own_hours_at_best
from optimizer.staffing_problem import StaffingProblem
from optimizer.staffing_words import amount, listed, month_range, number_word, verb

Floats = NDArray[np.float64]

HOURS_TOLERANCE = 1e-6


@dataclass(frozen=True, kw_only=True)
class Certificate:
    """Hold one proof.

    Attributes
    ----------
    pool
        Pool index, None for the whole company.
    phases, months
        What is short, and when.
    need_hours, own_hours
        Standard hours asked for; the most that own people could do of it, whatever their roles.
    lever_hours
        The most that hires and providers could add.
    able
        Number of own persons able in at least one of the phases, with hours in those months.
    """

    pool: int | None
    phases: tuple[int, ...]
    months: tuple[int, ...]
    need_hours: float
    own_hours: float
    lever_hours: float
    able: int

    @property
    def short_hours(self) -> float:
        """Return the hours own people lack whatever the plan."""
        return self.need_hours - self.own_hours


@dataclass(frozen=True, kw_only=True)
class _Scope:
    """Hold a pool, or None for the company, and its work: need (P, T)."""

    pool: int | None
    need: Floats


@dataclass(frozen=True, kw_only=True)
class _Proved:
    """Remember the hours (T,) a set of phases is short by, month by month."""

    pool: int | None
    phases: frozenset[int]
    short: Floats

    def overlaps(self, other: _Proved) -> bool:
        same_people = self.pool == other.pool or self.pool is None or other.pool is None
        return same_people and bool(self.phases & other.phases)


def capacity_certificates(problem: StaffingProblem) -> tuple[Certificate, ...]:
    """Return the proofs, smallest sets of phases first, then the largest lack of hours.

    A set is left out when smaller ones already account for all its missing hours.
    """
    proved: list[_Proved] = []
    found = [each for scope in _scopes(problem) for each in _of_scope(problem, scope, proved)]
    found.sort(key=lambda each: (len(each.phases), -each.short_hours, each.pool is None))
    return tuple(found)


def certificate_shortfall(problem: StaffingProblem, proof: Certificate) -> Shortfall:
    """Say a certificate in one sentence."""
    names = [problem.phases[phase] for phase in proof.phases]
    months = month_range(problem.months, proof.months)
    place = "" if proof.pool is None else f"{problem.pools[proof.pool]}: "
    when = f" in {months}" if len(problem.months) > 1 else ""
    return Shortfall(
        code="capacity_certificate",
        subject=f"{place}{listed(names)}" + (f", {months}" if when else ""),
        amount=proof.short_hours,
        unit="h",
        reason=(
            f"{place}{listed(names)} {verb(len(names), 'needs', 'need')}"
            f" {amount(proof.need_hours)} h{when}, {_able(proof)}:"
            f" {amount(proof.short_hours)} h short {_whatever(proof)}"
        ),
        remedy=f"one more person able in {listed(names, 'or')} (hire, train or buy), or less work",
    )


def _able(proof: Certificate) -> str:
    if not proof.able:
        return "and nobody able is there"
    people, have = verb(proof.able, "person", "persons"), verb(proof.able, "has", "have")
    return f"the {number_word(proof.able)} {people} able {have} {amount(proof.own_hours)} h"


def _whatever(proof: Certificate) -> str:
    if proof.lever_hours <= HOURS_TOLERANCE:
        return "whatever the roles"
    if proof.lever_hours < proof.short_hours:
        return f"whatever the roles, of which hires and providers add {amount(proof.lever_hours)} h"
    return "unless hires or providers add them"


def _scopes(problem: StaffingProblem) -> Iterator[_Scope]:
    need = need_hours(problem)
    if len(problem.pools) > 1:
        for pool in range(len(problem.pools)):
            yield _Scope(pool=pool, need=need[pool])
    yield _Scope(pool=None, need=need.sum(axis=0))


def _of_scope(
    problem: StaffingProblem, scope: _Scope, proved: list[_Proved]
) -> Iterator[Certificate]:
    """Go through the sets of phases by size, so that smaller proofs come first."""
    wanted = [int(phase) for phase in np.flatnonzero(scope.need.any(axis=1))]
    for size in range(1, len(wanted) + 1):
        for phases in combinations(wanted, size):
            if not _said_by_the_pools(problem, scope, phases):
                yield from _of_phases(problem, scope, phases, proved)


def _said_by_the_pools(problem: StaffingProblem, scope: _Scope, phases: tuple[int, ...]) -> bool:
    """Tell whether the set is territorial only, which says more pool by pool.

    Not where pools help each other: each alone may be helped, though not all at once.
    """
    apart = len(problem.pools) > 1 and problem.help_speed is None
    return scope.pool is None and apart and bool(problem.territorial[list(phases)].all())


def _of_phases(
    problem: StaffingProblem, scope: _Scope, phases: tuple[int, ...], proved: list[_Proved]
) -> Iterator[Certificate]:
    need = scope.need[list(phases)].sum(axis=0)
    own = own_hours_at_best(problem, scope.pool, phases)
    short = need - own
    months = [
        month
        for month in np.flatnonzero(short > HOURS_TOLERANCE).tolist()
        if short[month] > _explained(proved, scope.pool, phases, month) + HOURS_TOLERANCE
    ]
    if not months:
        return
    proved.append(_Proved(pool=scope.pool, phases=frozenset(phases), short=short))
    within = problem.speed_in_pool(len(problem.pools) if scope.pool is None else scope.pool) > 0
    able = within & (problem.productivity[:, list(phases)] > 0).any(axis=1)
    present = problem.person_hours[:, months].any(axis=1)
    yield Certificate(
        pool=scope.pool,
        phases=phases,
        months=tuple(months),
        need_hours=float(need[months].sum()),
        own_hours=float(own[months].sum()),
        lever_hours=sum(lever_hours_at_best(problem, scope.pool, phases, m) for m in months),
        able=int((able & present).sum()),
    )


def _explained(
    proved: list[_Proved], pool: int | None, phases: tuple[int, ...], month: int
) -> float:
    """Return the missing hours that disjoint smaller sets already prove for the month."""
    smaller = [
        each
        for each in proved
        if each.short[month] > 0
        and each.phases <= set(phases)
        and (pool is None or each.pool == pool)
    ]
    smaller.sort(key=lambda each: -each.short[month])
    taken: list[_Proved] = []
    for each in smaller:
        if not any(each.overlaps(other) for other in taken):
            taken.append(each)
    return sum(float(each.short[month]) for each in taken)
