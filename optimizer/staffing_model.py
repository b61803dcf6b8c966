"""Write the staffing model, one function a business rule (docs/model-staffing.md)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np

from optimizer.linear_model import LinearModel, ModelBuilder, Term
from optimizer.staffing_columns import (
    Columns,
    HireColumns,
    ProviderColumns,
    TeamColumns,
    declare,
)
from optimizer.staffing_crews import add_crews, add_steerers
from optimizer.staffing_offers import blocks, hire_hours, run_capacity, steering_hours
from optimizer.staffing_patterns import open_share, parts_of
from optimizer.staffing_problem import StaffingProblem
from optimizer.staffing_supply import Bucket, help_supply, own_supply, provider_supply


@dataclass(frozen=True, kw_only=True)
class StaffingModel:
    """Hold the model, what its columns mean, and the row that covers each bucket."""

    problem: StaffingProblem
    model: LinearModel
    columns: Columns
    cover_rows: dict[Bucket, int]


def build_staffing_model(problem: StaffingProblem) -> StaffingModel:
    """Declare the decisions and add every rule."""
    builder = ModelBuilder()
    columns = declare(builder, problem)
    _one_pattern_per_person(builder, columns)
    _hours_open_with_the_pattern(builder, columns, problem)
    _help_within_its_share(builder, columns, problem)
    _hires_within_the_offer(builder, columns)
    _hires_work_once_present(builder, columns, problem)
    _engagements_keep_term_and_pause(builder, columns, len(problem.months))
    _provider_capacity_ramps_up(builder, columns, len(problem.months))
    _own_staff_steers_providers(builder, columns, len(problem.months))
    cover_rows = _supply_covers_what_is_served(builder, columns, problem)
    add_crews(builder, columns, problem)
    add_steerers(builder, columns, problem)
    return StaffingModel(
        problem=problem, model=builder.freeze(), columns=columns, cover_rows=cover_rows
    )


def _one_pattern_per_person(builder: ModelBuilder, columns: Columns) -> None:
    """S1: every person holds one set of phases."""
    for team in columns.teams:
        people = float(len(team.team.members))
        builder.add_row(((each, 1.0) for each in team.holders), lower=people, upper=people)


def _hours_open_with_the_pattern(
    builder: ModelBuilder, columns: Columns, problem: StaffingProblem
) -> None:
    """S2: hours only in phases held, no more than the person has; steering counts too.

    At home and in helped pools together (S15). Where phases keep a least share (S16), some of
    them have less than the whole time.
    """
    for team in columns.teams:
        for month, capacity in enumerate(team.team.hours.tolist()):
            for index, pattern in enumerate(team.patterns):
                held = len(pattern.phases)
                for part in parts_of(problem, pattern.phases):
                    share = open_share(problem, held, len(part))
                    opened = (int(team.holders[index]), -capacity * share)
                    builder.add_row([*_ones(_hours(team, index, part, month)), opened], upper=0.0)
            everything = [*_ones(_team_hours(team, month)), (int(team.steering[month]), 1.0)]
            builder.add_row(everything, upper=capacity * len(team.team.members))


def _help_within_its_share(
    builder: ModelBuilder, columns: Columns, problem: StaffingProblem
) -> None:
    """S15: nobody gives more than a share of the month to helped pools."""
    if problem.help_share_max >= 1.0:
        return
    for team in columns.teams:
        for index in sorted({each.pattern for each in team.help}):
            away = [each for each in team.help if each.pattern == index]
            for month, capacity in enumerate(team.team.hours.tolist()):
                hours = [(int(each.hours[month]), 1.0) for each in away]
                share = (int(team.holders[index]), -capacity * problem.help_share_max)
                builder.add_row([*hours, share], upper=0.0)


def _hours(team: TeamColumns, index: int, part: tuple[int, ...], month: int) -> np.ndarray:
    """Return the columns of hours in some phases of a pattern, at home and away."""
    chosen = np.isin(team.patterns[index].phases, part)
    home = team.hours[index][chosen, month]
    away = [each.hours[month] for each in team.help if each.pattern == index and each.phase in part]
    return np.concatenate([home, np.array(away, dtype=home.dtype)])


def _hires_within_the_offer(builder: ModelBuilder, columns: Columns) -> None:
    """S4: no more hires of an offer than it allows, all pools and months together."""
    by_offer: dict[int, list[HireColumns]] = defaultdict(list)
    for group in columns.hires:
        by_offer[group.offer_index].append(group)
    for groups in by_offer.values():
        builder.add_row(
            [term for group in groups for term in _ones(group.hired.ravel())],
            upper=float(groups[0].offer.max_count),
        )


def _hires_work_once_present(
    builder: ModelBuilder, columns: Columns, problem: StaffingProblem
) -> None:
    """S4: hires work from arrival, ramped, in the phases of their pattern; S17: overtime too."""
    months = len(problem.months)
    for group in columns.hires:
        available = hire_hours(group.offer, months)[: group.hired.shape[1]]
        for month in range(months):
            overtime = group.overtime[:, month].tolist()
            present = [
                [(int(column), -available[decided, month]) for decided, column in enumerate(row)]
                for row in group.hired
            ]
            for index, (pattern, hours) in enumerate(zip(group.patterns, group.hours, strict=True)):
                for part in parts_of(problem, pattern.phases):
                    share = open_share(problem, len(pattern.phases), len(part))
                    opened = [(column, share * hours_each) for column, hours_each in present[index]]
                    chosen, more = np.isin(pattern.phases, part), share * overtime[index]
                    builder.add_row([*_ones(hours[chosen, month]), *opened], upper=more)
            worked = [term for hours in group.hours for term in _ones(hours[:, month])]
            steering = (int(group.steering[month]), 1.0)
            everything = [*worked, steering, *(t for row in present for t in row)]
            builder.add_row(everything, upper=sum(overtime))


def _engagements_keep_term_and_pause(builder: ModelBuilder, columns: Columns, months: int) -> None:
    """S5: engagements of a provider neither overlap nor follow within the pause.

    Each row is a clique of intervals that share a month, which makes these rows exact already
    in the linear relaxation.
    """
    for provider in _open_to_terms(columns):
        for month in range(months):
            builder.add_row(
                (
                    (int(column), 1.0)
                    for run, column in zip(provider.runs, provider.chosen, strict=True)
                    if blocks(provider.offer, run, month)
                ),
                upper=1.0,
            )


def _provider_capacity_ramps_up(builder: ModelBuilder, columns: Columns, months: int) -> None:
    """S6: hours bought stay within the capacity of the running engagement."""
    for provider in _open_to_terms(columns):
        for month in range(months):
            running = [
                (int(column), -run_capacity(provider.offer, run, month))
                for run, column in zip(provider.runs, provider.chosen, strict=True)
                if run.start <= month < run.end
            ]
            builder.add_row([*_ones(provider.hours[:, month]), *running], upper=0.0)


def _open_to_terms(columns: Columns) -> Iterator[ProviderColumns]:
    """Yield the providers whose terms the plan decides; a contract signed has its own (S17)."""
    return (provider for provider in columns.providers if provider.offer.contract is None)


def _own_staff_steers_providers(builder: ModelBuilder, columns: Columns, months: int) -> None:
    """S7: each running provider takes its steering hours from own people."""
    for month in range(months):
        owed = [
            (int(column), -float(steering_hours(provider.offer, months)[month]))
            for provider in columns.providers
            for run, column in zip(provider.runs, provider.chosen, strict=True)
            if run.start <= month < run.end
        ]
        given = [(int(group.steering[month]), 1.0) for group in columns.own_people]
        builder.add_row([*given, *owed], lower=0.0, upper=0.0)


def _supply_covers_what_is_served(
    builder: ModelBuilder, columns: Columns, problem: StaffingProblem
) -> dict[Bucket, int]:
    """S8: standard hours supplied equal the hours that the served units need.

    An equation, not >=: nobody is shown working hours that no unit asked for.
    """
    terms = _supply(columns, problem)
    demand = problem.demand
    pools = np.where(demand.pool < 0, len(problem.pools), demand.pool)
    for at, cell in enumerate(demand.cell.tolist()):
        bucket = (int(pools[at]), int(demand.phase[at]), int(demand.month[at]))
        terms[bucket].append((int(columns.served[cell]), -float(demand.hours[at])))
    return {
        bucket: builder.add_row(terms[bucket], lower=0.0, upper=0.0) for bucket in sorted(terms)
    }


def _supply(columns: Columns, problem: StaffingProblem) -> dict[Bucket, list[Term]]:
    """Collect who supplies each bucket, in standard hours an hour (S3)."""
    terms: dict[Bucket, list[Term]] = defaultdict(list)
    sources = (
        *(own_supply(group, problem) for group in columns.own_people),
        *(help_supply(team) for team in columns.teams),
        *(provider_supply(provider) for provider in columns.providers),
    )
    for bucket, term in chain.from_iterable(sources):
        terms[bucket].append(term)
    return terms


def _team_hours(team: TeamColumns, month: int) -> np.ndarray:
    home = [hours[:, month] for hours in team.hours]
    away = np.array([each.hours[month] for each in team.help], dtype=int)
    return np.concatenate([*home, away])


def _ones(columns: np.ndarray) -> list[Term]:
    return [(int(column), 1.0) for column in columns]
