"""Keep the part of the work that only some can do in their hands (docs/model-staffing.md, S17)."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain

from optimizer.linear_model import ModelBuilder, Term
from optimizer.staffing_column_kinds import Columns
from optimizer.staffing_given_problem import CrewWork, steering_sets, steering_within
from optimizer.staffing_problem import StaffingProblem
from optimizer.staffing_supply import Bucket, Supply, help_supply, own_supply, provider_supply


def add_crews(builder: ModelBuilder, columns: Columns, problem: StaffingProblem) -> None:
    """S17: standard hours of a crew are at least its part of what the served units need."""
    for crew in problem.given.crews if problem.given else ():
        asked: dict[Bucket, list[Term]] = defaultdict(list)
        for at, cell in enumerate(crew.cell.tolist()):
            # SHARED is -1: the last row of the plan's arrays.
            pool = int(crew.pool[at]) % (len(problem.pools) + 1)
            bucket = (pool, int(crew.phase[at]), int(crew.month[at]))
            asked[bucket].append((int(columns.served[cell]), -float(crew.hours[at])))
        for bucket, term in _supply(crew, columns, problem):
            if bucket in asked:
                asked[bucket].append(term)
        for bucket in sorted(asked):
            builder.add_row(asked[bucket], lower=0.0)


def add_steerers(builder: ModelBuilder, columns: Columns, problem: StaffingProblem) -> None:
    """S17: contracts steered by some pools alone have their steering from these.

    Hours can be shared out when, for every union of such sets of pools, the contracts within it
    ask for no more than its people give (Hall).
    """
    signed = [offer.contract for offer in problem.providers if offer.contract is not None]
    for pools in steering_sets(signed):
        owed = steering_within(signed, pools)
        for month in range(len(problem.months)):
            given = [
                (int(group.steering[month]), 1.0)
                for group in columns.own_people
                if group.pool in pools
            ]
            builder.add_row(given, lower=float(owed[month]))


def _supply(crew: CrewWork, columns: Columns, problem: StaffingProblem) -> Supply:
    """Yield what those of the crew supply, each from the month of joining it."""
    if crew.provider is not None:
        for provider in columns.providers:
            if provider.provider_index == crew.provider:
                yield from provider_supply(provider)
        return
    for team in columns.teams:
        since = int(crew.since[team.team.members[0]])
        for bucket, term in chain(own_supply(team, problem), help_supply(team)):
            if bucket[2] >= since:
                yield bucket, term
