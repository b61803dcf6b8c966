"""Write the role model as a linear program with whole numbers (docs/model-roles.md, R1 to R4).

Columns: how many of a team hold a pattern, and the hours they work by pattern, phase and pool.
Hours opened pattern by pattern describe each person exactly, so the relaxation is as tight as
one that looks at persons one by one can be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.roles_patterns import RolePattern, RoleTeam, role_teams
from optimizer.roles_problem import Bools, Floats, Ints, RoleProblem

NONE = -1
ARITHMETIC = 1e-10
"""Share of a goal's scale that sums of floats may leave."""


@dataclass(frozen=True, kw_only=True)
class Holders:
    """Hold what the first Z columns mean: how many of `team` hold `pattern`."""

    team: Ints
    pattern: tuple[RolePattern, ...]


@dataclass(frozen=True, kw_only=True)
class HourColumns:
    """Hold what the columns of hours mean, (H,) each, from column `first` on.

    `holder` is the column of the pattern that opens the hours; `rate` effective hours per hour.
    """

    first: int
    holder: Ints
    phase: Ints
    pool: Ints
    rate: Floats

    @property
    def columns(self) -> Ints:
        """Return (H,) column numbers."""
        return np.arange(self.first, self.first + self.holder.size)


@dataclass(frozen=True, kw_only=True)
class Extras:
    """Say of each column after the hours to which pool and pattern it belongs, NONE if to none."""

    pool: Ints
    holder: Ints


@dataclass(frozen=True, kw_only=True)
class Goal:
    """Hold one goal: value = constant + cost @ x, the less the better.

    `unit` of the value; `scale` is what a tolerance is a share of; `least` no plan goes below.
    """

    name: str
    unit: str
    cost: Floats
    constant: float
    scale: float
    least: float = 0.0

    def value(self, x: Floats) -> float:
        """Return the goal at a point; what only arithmetic leaves counts as nothing."""
        value = self.constant + float(self.cost @ x)
        return value if value > self.least + ARITHMETIC * self.scale else self.least


@dataclass(frozen=True, kw_only=True)
class RoleModel:
    """Hold the rules as rows, what the columns mean, and the goals in their order."""

    problem: RoleProblem
    teams: tuple[RoleTeam, ...]
    model: LinearModel
    holders: Holders
    hours: HourColumns
    extras: Extras
    cover_row: Ints
    goals: tuple[Goal, ...]

    @property
    def holder_count(self) -> int:
        """Return Z, the number of columns of patterns."""
        return self.holders.team.size

    def home_of_holder(self) -> Ints:
        """Return (Z,): the home pool of the team of each pattern column."""
        homes = np.array([team.home for team in self.teams], dtype=np.int64)
        return homes[self.holders.team] if homes.size else self.holders.team


@dataclass
class Draft:
    """Collect columns and rows while a model is written."""

    problem: RoleProblem
    teams: tuple[RoleTeam, ...]
    builder: ModelBuilder
    holders: Holders
    hours: HourColumns
    by_holder: list[list[int]]


def draft_roles(
    problem: RoleProblem, *, alike: bool = True, teams: tuple[RoleTeam, ...] | None = None
) -> Draft:
    """Declare patterns and hours and the rules of a person (R1, R2).

    `teams`: who may hold what; worked out from the problem if not given.
    """
    if teams is None:
        teams = role_teams(problem, alike=alike)
    builder = ModelBuilder()
    pairs = [(t, pattern) for t, team in enumerate(teams) for pattern in team.patterns]
    holders = Holders(
        team=np.array([t for t, _ in pairs], dtype=np.int64),
        pattern=tuple(pattern for _, pattern in pairs),
    )
    sizes = np.array([len(teams[t].members) for t, _ in pairs], dtype=np.float64)
    builder.add_columns(len(pairs), upper=sizes, integer=True)
    hours = _hour_columns(teams, holders, problem.need_hours > 0)
    builder.add_columns(hours.holder.size)
    by_holder: list[list[int]] = [[] for _ in pairs]
    for index, holder in enumerate(hours.holder.tolist()):
        by_holder[holder].append(index)
    draft = Draft(problem, teams, builder, holders, hours, by_holder)
    _one_pattern_each(draft)
    _hours_open_with_the_pattern(draft)
    _help_within_its_share(draft)
    return draft


def add_cover(draft: Draft) -> Ints:
    """Add R3, hours within the need; return (Q, P) row numbers, NONE where nothing is needed."""
    need, hours = draft.problem.need_hours, draft.hours
    columns = hours.columns
    rows = np.full(need.shape, NONE, dtype=np.int64)
    for pool, phase in np.argwhere(need > 0).tolist():
        here = np.flatnonzero((hours.pool == pool) & (hours.phase == phase))
        terms = zip(columns[here].tolist(), hours.rate[here].tolist(), strict=True)
        rows[pool, phase] = draft.builder.add_row(terms, upper=float(need[pool, phase]))
    return rows


def shortage_goal(draft: Draft, columns: int) -> Goal:
    """Return goal 1: weighted effective hours not covered."""
    problem, hours = draft.problem, draft.hours
    cost = np.zeros(columns)
    cost[hours.columns] = -problem.weight[hours.pool, hours.phase] * hours.rate
    worth = float((problem.weight * problem.need_hours).sum())
    unit = "h" if bool((problem.weight == 1.0).all()) else "value"
    return Goal(name="shortage", unit=unit, cost=cost, constant=worth, scale=worth)


def build_shortage_model(problem: RoleProblem) -> RoleModel:
    """Return the model with the first goal alone: what the long search works on."""
    draft = draft_roles(problem, alike=True)
    rows = add_cover(draft)
    model = draft.builder.freeze()
    none = np.zeros(0, dtype=np.int64)
    return RoleModel(
        problem=problem,
        teams=draft.teams,
        model=model,
        holders=draft.holders,
        hours=draft.hours,
        extras=Extras(pool=none, holder=none),
        cover_row=rows,
        goals=(shortage_goal(draft, model.gain.size),),
    )


def _hour_columns(teams: tuple[RoleTeam, ...], holders: Holders, wanted: Bools) -> HourColumns:
    cells = [
        (holder, phase, pool, teams[t].rate[pool, phase] * pattern.gain)
        for holder, (t, pattern) in enumerate(
            zip(holders.team.tolist(), holders.pattern, strict=True)
        )
        if teams[t].hours > 0
        for phase in pattern.phases
        for pool in np.flatnonzero(wanted[:, phase] & (teams[t].rate[:, phase] > 0)).tolist()
    ]
    table = np.array(cells, dtype=np.float64).reshape(len(cells), 4)
    return HourColumns(
        first=holders.team.size,
        holder=table[:, 0].astype(np.int64),
        phase=table[:, 1].astype(np.int64),
        pool=table[:, 2].astype(np.int64),
        rate=table[:, 3],
    )


def _one_pattern_each(draft: Draft) -> None:
    """R1: every person holds one set of phases."""
    for t, team in enumerate(draft.teams):
        people = float(len(team.members))
        columns = np.flatnonzero(draft.holders.team == t).tolist()
        draft.builder.add_row(((column, 1.0) for column in columns), lower=people, upper=people)


def _hours_open_with_the_pattern(draft: Draft) -> None:
    """R2: hours in the phases held, the least share of each other phase held left free."""
    share = draft.problem.min_share
    for holder, pattern in enumerate(draft.holders.pattern):
        own = draft.by_holder[holder]
        if not own:
            continue
        hours = draft.teams[int(draft.holders.team[holder])].hours
        for phases in _subsets(pattern.phases, share):
            kept = (len(pattern.phases) - len(phases)) * share
            inside = [x for x in own if int(draft.hours.phase[x]) in phases]
            if inside:
                terms = [(draft.hours.first + x, 1.0) for x in inside]
                draft.builder.add_row([*terms, (holder, -hours * (1.0 - kept))], upper=0.0)


def _help_within_its_share(draft: Draft) -> None:
    """R2: nobody gives more than a share of the time to helped pools."""
    share, hours = draft.problem.help_share_max, draft.hours
    if share >= 1.0:
        return
    for holder, own in enumerate(draft.by_holder):
        team = draft.teams[int(draft.holders.team[holder])]
        helped = draft.problem.helped()[team.members[0]]
        away = [x for x in own if helped[int(hours.pool[x])]]
        if away:
            terms = [(hours.first + x, 1.0) for x in away]
            draft.builder.add_row([*terms, (holder, -team.hours * share)], upper=0.0)


def _subsets(phases: tuple[int, ...], share: float) -> Iterator[frozenset[int]]:
    """Yield the sets of phases whose hours are limited; without a share the whole set suffices."""
    for size in range(1 if share > 0 else len(phases), len(phases) + 1):
        yield from (frozenset(each) for each in combinations(phases, size))
