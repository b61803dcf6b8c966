"""Write the goals after the first (docs/model-roles.md, R5 to R11): one function a goal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from optimizer.linear_model import Term
from optimizer.roles_model import (
    NONE,
    Draft,
    Extras,
    Goal,
    RoleModel,
    add_cover,
    draft_roles,
    shortage_goal,
)
from optimizer.roles_problem import Floats, RoleProblem

MOST_PHASES_CHAINED = 9
"""Beyond it the rows that forbid circles (one a set of phases) become too many."""


class Goals:
    """Collect the columns that goals add, and their costs."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.problem: RoleProblem = draft.problem
        self.first = draft.hours.first + draft.hours.holder.size
        self.pool: list[int] = []
        self.holder: list[int] = []
        self._found: list[tuple[str, str, dict[int, float], float, float]] = []

    def column(self, *, pool: int = NONE, holder: int = NONE, upper: float = np.inf) -> int:
        """Add one column and return its number."""
        self.pool.append(pool)
        self.holder.append(holder)
        return int(self.draft.builder.add_columns(1, upper=upper)[0])

    def goal(
        self, name: str, unit: str, cost: dict[int, float], *, constant: float = 0.0, scale: float
    ) -> None:
        """Add one goal at the end of the order."""
        self._found.append((name, unit, cost, constant, scale))

    def freeze(self, columns: int) -> Iterator[Goal]:
        """Yield the goals with costs over all columns."""
        for name, unit, cost, constant, scale in self._found:
            dense = np.zeros(columns)
            dense[list(cost)] = list(cost.values())
            yield Goal(name=name, unit=unit, cost=dense, constant=constant, scale=scale)


def build_role_model(problem: RoleProblem, *, alike: bool, fair: bool) -> RoleModel:
    """Return the model with all goals; `fair` adds fairness, which needs `alike` False."""
    draft = draft_roles(problem, alike=alike)
    rows = add_cover(draft)
    goals = Goals(draft)
    _backups(goals)
    _promises(goals)
    _handoffs(goals)
    _breaks(goals)
    _chains(goals)
    _preferences(goals)
    if fair:
        _fairness(goals)
    _changes(goals)
    model = draft.builder.freeze()
    columns = model.gain.size
    return RoleModel(
        problem=problem,
        teams=draft.teams,
        model=model,
        holders=draft.holders,
        hours=draft.hours,
        extras=Extras(
            pool=np.array(goals.pool, dtype=np.int64), holder=np.array(goals.holder, dtype=np.int64)
        ),
        cover_row=rows,
        goals=(shortage_goal(draft, columns), *goals.freeze(columns)),
    )


def _holders_of(draft: Draft, pool: int, phases: tuple[int, ...]) -> list[int]:
    """Return the pattern columns that hold all the phases and whose people reach the pool."""
    return [
        holder
        for holder, pattern in enumerate(draft.holders.pattern)
        if set(phases) <= set(pattern.phases) and _reaches(draft, holder, pool)
    ]


def _reaches(draft: Draft, holder: int, pool: int) -> bool:
    team = draft.teams[int(draft.holders.team[holder])]
    return team.hours > 0 and (
        pool == team.home or bool(draft.problem.helps[team.members[0], pool])
    )


def _backups(goals: Goals) -> None:
    """R5: holders missing to the number wanted."""
    wanted = goals.problem.backup_holders
    cost: dict[int, float] = {}
    for pool, phase in np.argwhere(wanted > 0).tolist():
        missing = goals.column(pool=pool)
        terms: list[Term] = [(x, 1.0) for x in _holders_of(goals.draft, pool, (phase,))]
        goals.draft.builder.add_row([*terms, (missing, 1.0)], lower=float(wanted[pool, phase]))
        cost[missing] = 1.0
    if cost:
        goals.goal("backup", "holders", cost, scale=float(wanted.sum()))


def _promises(goals: Goals) -> None:
    """R6: hours below what is promised to the next phase."""
    hours, promised = goals.draft.hours, goals.problem.sla_hours
    promised = np.minimum(promised, goals.problem.need_hours)
    cost: dict[int, float] = {}
    for pool, phase in np.argwhere(promised > 0).tolist():
        breach = goals.column(pool=pool)
        here = np.flatnonzero((hours.pool == pool) & (hours.phase == phase))
        terms = zip(hours.columns[here].tolist(), hours.rate[here].tolist(), strict=True)
        goals.draft.builder.add_row([*terms, (breach, 1.0)], lower=float(promised[pool, phase]))
        cost[breach] = 1.0
    if cost:
        goals.goal("sla_breach", "h", cost, scale=float(promised.sum()))


def _handoffs(goals: Goals) -> None:
    """R7: customers who pass to somebody else between two phases."""
    problem = goals.problem
    arriving = problem.units[:, 1:] * (problem.need_hours[:, 1:] > 0)
    if not arriving.any():
        return
    # Hours of one holder in one pool, by phase: (column, units per hour).
    worked: dict[tuple[int, int], dict[int, tuple[int, float]]] = defaultdict(dict)
    hours = goals.draft.hours
    per_hour = units_per_effective_hour(problem)
    for index, column in enumerate(hours.columns.tolist()):
        pool, phase = int(hours.pool[index]), int(hours.phase[index])
        pace = float(hours.rate[index] * per_hour[pool, phase])
        worked[int(hours.holder[index]), pool][phase] = (column, pace)
    cost: dict[int, float] = {}
    for (holder, pool), by_phase in worked.items():
        for phase in by_phase:
            if phase + 1 in by_phase and arriving[pool, phase] > 0:
                kept = goals.column(pool=pool, holder=holder)
                rate = float(problem.conversion[pool, phase])
                for (column, pace), share in ((by_phase[phase], rate), (by_phase[phase + 1], 1.0)):
                    goals.draft.builder.add_row([(kept, 1.0), (column, -share * pace)], upper=0.0)
                cost[kept] = -1.0
    total = float(arriving.sum())
    goals.goal("hand_offs", "customers", cost, constant=total, scale=total)


def units_per_effective_hour(problem: RoleProblem) -> Floats:
    """Return (Q, P): customers worked in an effective hour, 0 where nothing is needed."""
    need = problem.need_hours
    return np.where(need > 0, problem.units / np.where(need > 0, need, 1.0), 0.0)


def _breaks(goals: Goals) -> None:
    """R8: roles whose phases do not go well together."""
    cost = {x: float(p.breaks) for x, p in enumerate(goals.draft.holders.pattern) if p.breaks}
    if cost:
        people = float(len(goals.problem.person_ids))
        goals.goal("apart", "phases", cost, scale=people)


def _chains(goals: Goals) -> None:
    """R9: islands of phases of a pool that no role connects (Jordan and Graves 1995)."""
    count = len(goals.problem.phases)
    if count > MOST_PHASES_CHAINED or goals.problem.max_phases < 2:
        return
    cost: dict[int, float] = {}
    islands = 0.0
    for pool in range(len(goals.problem.pools)):
        phases = np.flatnonzero(goals.problem.need_hours[pool] > 0).tolist()
        islands += max(0, len(phases) - 1)
        links = _links(goals, pool, phases)
        for size in range(2, len(phases) + 1):
            for subset in combinations(phases, size):
                inside = [x for pair, x in links.items() if set(pair) <= set(subset)]
                if len(inside) >= size:
                    goals.draft.builder.add_row([(x, 1.0) for x in inside], upper=size - 1.0)
        cost |= dict.fromkeys(links.values(), -1.0)
    if cost:
        goals.goal("islands", "islands", cost, constant=islands, scale=islands)


def _links(goals: Goals, pool: int, phases: list[int]) -> dict[tuple[int, int], int]:
    """Add a column for each pair of phases: 1 at most when somebody holds both."""
    links: dict[tuple[int, int], int] = {}
    for first, second in combinations(phases, 2):
        holders = _holders_of(goals.draft, pool, (first, second))
        if holders:
            link = goals.column(pool=pool, upper=1.0)
            goals.draft.builder.add_row([(link, 1.0), *((x, -1.0) for x in holders)], upper=0.0)
            links[first, second] = link
    return links


def _preferences(goals: Goals) -> None:
    """R10: hours somebody would rather not work, and hours in helped pools at their price."""
    draft, hours = goals.draft, goals.draft.hours
    cost: dict[int, float] = {}
    for index, column in enumerate(hours.columns.tolist()):
        team = draft.teams[int(draft.holders.team[hours.holder[index]])]
        unwanted = 1.0 - float(team.preference[hours.phase[index]])
        if int(hours.pool[index]) != team.home:
            unwanted += goals.problem.help_price
        if unwanted > 0:
            cost[column] = unwanted
    if cost:
        goals.goal("unwanted", "h", cost, scale=float(goals.problem.person_hours.sum()))


def _fairness(goals: Goals) -> None:
    """R11: the greatest distance of a person's load from the mean of the pool, added over pools."""
    loads = _loads(goals)
    cost: dict[int, float] = {}
    for pool in range(len(goals.problem.pools)):
        teams = [
            t for t, team in enumerate(goals.draft.teams) if team.home == pool and team.hours > 0
        ]
        if len(teams) < 2:
            continue
        mean, most = goals.column(pool=pool), goals.column(pool=pool)
        everybody = [(x, c / len(teams)) for t in teams for x, c in loads[t]]
        goals.draft.builder.add_row([*everybody, (mean, -1.0)], lower=0.0, upper=0.0)
        for t in teams:
            above = [*loads[t], (mean, -1.0)]
            goals.draft.builder.add_row([*above, (most, -1.0)], upper=0.0)
            goals.draft.builder.add_row([*above, (most, 1.0)], lower=0.0)
        cost[most] = 1.0
    if cost:
        goals.goal("unfair", "share", cost, scale=float(len(cost)))


def _loads(goals: Goals) -> dict[int, list[Term]]:
    """Return for each team its hours as shares of what it has."""
    draft = goals.draft
    loads: dict[int, list[Term]] = defaultdict(list)
    for index, column in enumerate(draft.hours.columns.tolist()):
        t = int(draft.holders.team[draft.hours.holder[index]])
        loads[t].append((column, 1.0 / draft.teams[t].hours))
    return loads


def _changes(goals: Goals) -> None:
    """R12: phases taken up or given up against today's roles."""
    cost = {x: float(p.changes) for x, p in enumerate(goals.draft.holders.pattern) if p.changes}
    if cost:
        goals.goal("changes", "phases", cost, scale=float(len(goals.problem.person_ids)))
