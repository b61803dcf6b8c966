"""Declare the decisions of the staffing model and what each is worth (docs/model-staffing.md).

Money is in kEUR inside the model: hours and kEUR are of the same order of magnitude, which
decides whether the linear programs take seconds or minutes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import ModelBuilder
from optimizer.staffing_offers import Run, hire_cost_eur, run_cost_eur, runs
from optimizer.staffing_patterns import (
    Pattern,
    Team,
    helped_pools,
    hire_patterns,
    needed_phases,
    teams,
)
from optimizer.staffing_problem import HireOffer, ProviderOffer, StaffingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EUR = 1e-3
"""One EUR in the unit of the model."""


@dataclass(frozen=True, kw_only=True)
class HelpColumns:
    """Number the hours (T,) of those who hold a pattern in one phase of one helped pool."""

    pattern: int
    phase: int
    pool: int
    speed: float
    hours: Ints


@dataclass(frozen=True, kw_only=True)
class TeamColumns:
    """Number the columns of one team.

    Attributes
    ----------
    holders
        (C,) how many of the team hold each pattern.
    hours
        One (|phases|, T) a pattern: hours worked at home.
    help
        Hours worked in helped pools.
    steering
        (T,) hours of the team spent on steering providers.
    """

    team: Team
    holders: Ints
    hours: tuple[Ints, ...]
    help: tuple[HelpColumns, ...]
    steering: Ints

    @property
    def pool(self) -> int:
        """Return the pool the team belongs to."""
        return self.team.pool

    @property
    def speed(self) -> Floats:
        """Return (P,) standard hours per hour, specialisation gain not included."""
        return self.team.productivity

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Return the patterns a member may hold."""
        return self.team.patterns


@dataclass(frozen=True, kw_only=True)
class HireColumns:
    """Number the columns of one offer in one pool.

    Attributes
    ----------
    hired
        (C, D) hires by pattern and month of decision (D = months whose arrival is in time).
    hours
        One (|phases|, T) a pattern.
    steering
        (T,) hours spent on steering providers.
    """

    offer_index: int
    offer: HireOffer
    pool: int
    patterns: tuple[Pattern, ...]
    hired: Ints
    hours: tuple[Ints, ...]
    steering: Ints

    @property
    def speed(self) -> Floats:
        """Return (P,) standard hours per hour."""
        return self.offer.productivity


Workers = TeamColumns | HireColumns


@dataclass(frozen=True, kw_only=True)
class ProviderColumns:
    """Number the columns of one provider.

    Attributes
    ----------
    runs, chosen
        (E,) possible engagements and whether each is taken.
    buckets
        The (pool, phase) it may work in; pool G is the shared work.
    hours
        (|buckets|, T) hours bought.
    """

    provider_index: int
    offer: ProviderOffer
    runs: tuple[Run, ...]
    chosen: Ints
    buckets: tuple[tuple[int, int], ...]
    hours: Ints


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Number every decision of the model; `served` (C,) is units of each cell."""

    teams: tuple[TeamColumns, ...]
    hires: tuple[HireColumns, ...]
    providers: tuple[ProviderColumns, ...]
    served: Ints

    @property
    def own_people(self) -> tuple[Workers, ...]:
        """Return everybody who works in house, present or hired."""
        return (*self.teams, *self.hires)


def declare(builder: ModelBuilder, problem: StaffingProblem) -> Columns:
    """Add all columns with their gains (the objective, S9) and bounds."""
    demand = problem.demand
    return Columns(
        teams=tuple(_team_columns(builder, problem, team) for team in teams(problem)),
        hires=tuple(_hire_columns(builder, problem)),
        providers=tuple(
            _provider_columns(builder, problem, index, offer)
            for index, offer in enumerate(problem.providers)
        ),
        served=builder.add_columns(
            len(demand.cell_ids), gain=demand.value_eur * EUR, upper=demand.units
        ),
    )


def _team_columns(builder: ModelBuilder, problem: StaffingProblem, team: Team) -> TeamColumns:
    months = len(problem.months)
    steered = any(offer.steering_hours > 0 for offer in problem.providers)
    dislike = problem.preference_eur_per_hour * (1.0 - team.preference) * EUR
    return TeamColumns(
        team=team,
        holders=builder.add_columns(
            len(team.patterns),
            gain=-np.array([pattern.price_eur for pattern in team.patterns]) * EUR,
            upper=len(team.members),
            integer=True,
        ),
        hours=tuple(
            builder.add_columns(
                (len(pattern.phases), months), gain=-dislike[list(pattern.phases), None]
            )
            for pattern in team.patterns
        ),
        help=tuple(_help_columns(builder, problem, team, dislike)),
        steering=builder.add_columns(months, upper=np.inf if steered else 0.0),
    )


def _help_columns(
    builder: ModelBuilder, problem: StaffingProblem, team: Team, dislike: Floats
) -> Iterator[HelpColumns]:
    """Open territorial phases with work in the pools the team may help (S15)."""
    needed, months = needed_phases(problem), len(problem.months)
    price = problem.help_price_eur_per_hour * EUR
    for other, speed in helped_pools(problem, team.pool):
        for index, pattern in enumerate(team.patterns):
            for phase in pattern.phases:
                if problem.territorial[phase] and needed[other, phase]:
                    gain = -float(dislike[phase]) - price
                    hours = builder.add_columns(months, gain=gain)
                    yield HelpColumns(
                        pattern=index, phase=phase, pool=other, speed=speed, hours=hours
                    )


def _hire_columns(builder: ModelBuilder, problem: StaffingProblem) -> list[HireColumns]:
    needed = needed_phases(problem)
    found = []
    for index, offer in enumerate(problem.hires):
        for pool in _hire_pools(problem, offer):
            patterns = hire_patterns(problem, offer, pool, needed)
            if patterns and offer.lead_months < len(problem.months):
                found.append(_hires_of(builder, problem, index, offer, pool, patterns))
    return found


def _hire_pools(problem: StaffingProblem, offer: HireOffer) -> tuple[int, ...]:
    """Return the pools worth telling apart: one is enough for work that any pool may do."""
    pools = tuple(sorted(set(offer.pools)))
    territorial = bool(((offer.productivity > 0) & problem.territorial).any())
    return pools if territorial else pools[:1]


def _hires_of(
    builder: ModelBuilder,
    problem: StaffingProblem,
    index: int,
    offer: HireOffer,
    pool: int,
    patterns: tuple[Pattern, ...],
) -> HireColumns:
    months = len(problem.months)
    in_time = months - offer.lead_months
    return HireColumns(
        offer_index=index,
        offer=offer,
        pool=pool,
        patterns=patterns,
        hired=builder.add_columns(
            (len(patterns), in_time),
            gain=-hire_cost_eur(offer, months)[:in_time] * EUR,
            upper=offer.max_count,
            integer=True,
        ),
        hours=tuple(builder.add_columns((len(each.phases), months)) for each in patterns),
        steering=builder.add_columns(months),
    )


def _provider_columns(
    builder: ModelBuilder, problem: StaffingProblem, index: int, offer: ProviderOffer
) -> ProviderColumns:
    months = len(problem.months)
    possible = runs(offer, months)
    buckets = provider_buckets(problem, offer)
    return ProviderColumns(
        provider_index=index,
        offer=offer,
        runs=possible,
        chosen=builder.add_columns(
            len(possible),
            gain=-np.array([run_cost_eur(offer, run) for run in possible]) * EUR,
            upper=1.0,
            integer=True,
        ),
        buckets=buckets,
        hours=builder.add_columns((len(buckets), months), gain=-offer.price_eur_per_hour * EUR),
    )


def provider_buckets(problem: StaffingProblem, offer: ProviderOffer) -> tuple[tuple[int, int], ...]:
    """Return the (pool, phase) a provider may work in: documented phases with work only (S6)."""
    needed = needed_phases(problem)
    shared = len(problem.pools)
    return tuple(
        (pool, phase)
        for phase in sorted(set(offer.phases))
        if problem.documented[phase]
        for pool in (sorted(set(offer.pools)) if problem.territorial[phase] else [shared])
        if needed[pool, phase]
    )
