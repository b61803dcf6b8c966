"""Declare the decisions of the staffing model and what each is worth (docs/model-staffing.md).

Money is in kEUR inside the model: hours and kEUR are of the same order of magnitude, which
decides whether the linear programs take seconds or minutes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import ModelBuilder
from optimizer.staffing_column_kinds import (
    EUR,
    Columns,
    HelpColumns,
    HireColumns,
    ProviderColumns,
    TeamColumns,
)
from optimizer.staffing_given_columns import decided_hires, signed_contract
from optimizer.staffing_offers import hire_cost_eur, run_cost_eur, runs, steering_hours
from optimizer.staffing_patterns import (
    Pattern,
    Team,
    helped_pools,
    hire_patterns,
    needed_phases,
    teams,
)
from optimizer.staffing_problem import HireOffer, ProviderOffer, StaffingProblem

__all__ = ["EUR", "Columns", "HelpColumns", "HireColumns", "ProviderColumns", "TeamColumns"]

Floats = NDArray[np.float64]


def declare(builder: ModelBuilder, problem: StaffingProblem) -> Columns:
    """Add all columns with their gains (the objective, S9) and bounds."""
    demand = problem.demand
    _constant(builder, problem)
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


def _constant(builder: ModelBuilder, problem: StaffingProblem) -> None:
    """Add what was decided before as one column that is always 1 (S17)."""
    contracts = [offer.contract for offer in problem.providers]
    spent = math.fsum(contract.cost_eur for contract in contracts if contract is not None)
    money = math.fsum(eur for _, eur in problem.given.money_eur) if problem.given else 0.0
    if money - spent:
        builder.add_columns(1, gain=(money - spent) * EUR, lower=1.0, upper=1.0)


def _team_columns(builder: ModelBuilder, problem: StaffingProblem, team: Team) -> TeamColumns:
    months = len(problem.months)
    steered = any(steering_hours(offer, months).any() for offer in problem.providers)
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
    found: list[HireColumns] = []
    for index, offer in enumerate(problem.hires):
        if offer.decided is not None:
            found += decided_hires(builder, problem, index, offer)
            continue
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
        overtime=np.zeros((len(patterns), months)),
    )


def _provider_columns(
    builder: ModelBuilder, problem: StaffingProblem, index: int, offer: ProviderOffer
) -> ProviderColumns:
    months = len(problem.months)
    if offer.contract is not None:
        return signed_contract(builder, problem, index, offer)
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
