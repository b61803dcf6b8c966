"""Say which columns supply which work, in standard hours an hour (docs/model-staffing.md, S3)."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.linear_model import Term
from optimizer.staffing_column_kinds import ProviderColumns, TeamColumns, Workers
from optimizer.staffing_problem import StaffingProblem

Bucket = tuple[int, int, int]
"""Pool (G for shared work), phase, month."""

Supply = Iterator[tuple[Bucket, Term]]


def own_supply(group: Workers, problem: StaffingProblem) -> Supply:
    """Yield what people do for their own pool, or for all."""
    shared = len(problem.pools)
    for pattern, hours in zip(group.patterns, group.hours, strict=True):
        for phase, row in zip(pattern.phases, hours, strict=True):
            home = group.pool if problem.territorial[phase] else shared
            speeds = (group.speed[phase] * pattern.gain).tolist()
            for month, (column, speed) in enumerate(zip(row.tolist(), speeds, strict=True)):
                yield (home, phase, month), (column, speed)


def help_supply(team: TeamColumns) -> Supply:
    """Yield what a team does in pools it helps (S15)."""
    for each in team.help:
        speeds = team.speed[each.phase] * team.patterns[each.pattern].gain * each.speed
        for month, column in enumerate(each.hours.tolist()):
            yield (each.pool, each.phase, month), (column, float(speeds[month]))


def provider_supply(provider: ProviderColumns) -> Supply:
    """Yield what is bought from a provider."""
    for (pool, phase), row in zip(provider.buckets, provider.hours, strict=True):
        for month, column in enumerate(row.tolist()):
            yield (pool, phase, month), (column, provider.offer.quality)
