"""State the people there are as groups alike, by the roles they may hold (F8 to F11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import Move, StaffState
from optimizer.staffing_patterns import Pattern, hire_patterns, needed_phases, teams
from optimizer.staffing_problem import HireOffer, StaffingProblem
from scenarios.build_sourcing_training import add_training
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]

SMALL_TEAM = 12
MOST_STATES = 160
MOST_NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Group:
    """Hold people alike: hours and wage (T,) of one, speed (P,), and the roles they may hold."""

    label: str
    heads: int
    pool: int
    hours: Floats
    wage_eur: Floats
    speed: Floats
    current: NDArray[np.bool_]
    roles: tuple[Pattern, ...]


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Hold the states of the people there are, and the moves between them.

    `trainings` names the moves of each training, `by_role` whether a state is one role.
    """

    states: tuple[StaffState, ...]
    moves: tuple[Move, ...]
    trainings: Mapping[str, tuple[int, ...]]
    by_role: bool


@dataclass(frozen=True, kw_only=True)
class Reach:
    """Say which lines of the flow somebody of a pool reaches; G lines with the pool of each."""

    line_pool: tuple[int, ...]
    territorial: NDArray[np.bool_]

    def of(self, pools: Sequence[int], phases: Sequence[int]) -> tuple[int, ...] | None:
        """Return the lines reached; None: all. Field phases are worked for the own pool only."""
        if not self.territorial[list(phases)].any():
            return None
        lines = tuple(g for g, pool in enumerate(self.line_pool) if pool in pools)
        return None if len(lines) == len(self.line_pool) else lines


def build_roster(workspace: Workspace, case: StaffingCase, reach: Reach) -> Roster:
    """Return the people of a workspace as states.

    Of up to 12 persons each group has one state for every role its people may hold, chosen in
    the first month; larger teams are grouped by the phases they are able to work, all of which
    they may work.
    """
    trainings = workspace.tables["trainings"]
    groups = list(_alike(case))
    count = sum(len(group.roles) for group in groups) * (1 + len(trainings))
    by_role = len(case.people) <= SMALL_TEAM and count <= MOST_STATES
    if not by_role:
        groups = list(_by_able_phases(case))
    states: list[StaffState] = []
    moves: list[Move] = []
    for group in groups:
        _add_roles(group, case.problem, workspace.config, reach, states, moves)
    untrained = len(states)
    named: dict[str, tuple[int, ...]] = {}
    for row in rows_of(trainings):
        before = len(moves)
        add_training(row, case.problem, untrained, states, moves)
        named[row.name] = tuple(range(before, len(moves)))
    return Roster(states=tuple(states), moves=tuple(moves), trainings=named, by_role=by_role)


def _wages(case: StaffingCase) -> Floats:
    """Return (N, T) EUR: the pay of everybody, of leavers as far as expected; unknown: 0."""
    monthly = case.people["cost_eur_per_year"].fillna(0.0).to_numpy(float) / 12.0
    capacity = case.capacity
    return np.asarray(monthly[:, None] * capacity.employed * capacity.retention)


def _alike(case: StaffingCase) -> Iterator[Group]:
    wages, problem = _wages(case), case.problem
    for team in teams(problem):
        split: dict[bytes, list[int]] = {}
        for member in team.members:
            split.setdefault(wages[member].tobytes(), []).append(member)
        for members in split.values():
            yield Group(
                label=_label([problem.person_ids[i] for i in members]),
                heads=len(members),
                pool=team.pool,
                hours=team.hours,
                wage_eur=wages[members[0]],
                speed=team.productivity,
                current=problem.current_phases[members[0]],
                roles=team.patterns,
            )


def _by_able_phases(case: StaffingCase) -> Iterator[Group]:
    wages, problem = _wages(case), case.problem
    groups: dict[tuple[int, bytes], list[int]] = {}
    for person in range(len(problem.person_ids)):
        key = int(problem.person_pool[person]), (problem.productivity[person] > 0).tobytes()
        groups.setdefault(key, []).append(person)
    for (pool, _), members in groups.items():
        hours = problem.person_hours[members]
        weight = hours.sum(axis=1) if hours.any() else np.ones(len(members))
        speed = np.average(problem.productivity[members], axis=0, weights=weight)
        able = tuple(np.flatnonzero(speed > 0).tolist())
        yield Group(
            label=_label([problem.person_ids[i] for i in members]),
            heads=len(members),
            pool=pool,
            hours=hours.mean(axis=0),
            wage_eur=wages[members].mean(axis=0),
            speed=speed,
            current=np.zeros(len(problem.phases), dtype=bool),
            roles=(Pattern(phases=able),),
        )


def _label(names: Sequence[str]) -> str:
    more = f" +{len(names) - MOST_NAMED}" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def _add_roles(
    group: Group,
    problem: StaffingProblem,
    config: Config,
    reach: Reach,
    states: list[StaffState],
    moves: list[Move],
) -> None:
    """Add a state for each role; everybody starts in the one nearest to today's."""
    first = len(states)
    nearest = max(
        range(len(group.roles)),
        key=lambda i: (group.current[list(group.roles[i].phases)].sum(), -i),
    )
    now = (np.arange(len(problem.months)) == 0).astype(np.float64)
    for index, role in enumerate(group.roles):
        state = StaffState(
            state_id=f"{group.label} [{role_name(problem, role.phases)}]",
            hours_per_head=group.hours,
            speed=_speed(group.speed * role.gain, role.phases),
            start_headcount=float(group.heads) if index == nearest else 0.0,
            segments=reach.of((group.pool,), role.phases),
            wage_eur=group.wage_eur,
        )
        states.append(with_overtime(state, config))
        if index != nearest:
            name = f"{group.label}: role {role_name(problem, role.phases)}"
            source, target = first + nearest, first + index
            moves.append(Move(move_id=name, source=source, target=target, months=now, role=True))


def role_name(problem: StaffingProblem, phases: Sequence[int]) -> str:
    """Return the phases of a role in words."""
    return " + ".join(problem.phases[phase] for phase in phases) or "no phase"


def _speed(rate: Floats, phases: Sequence[int]) -> Floats:
    found = np.zeros_like(rate)
    found[list(phases)] = rate[list(phases)]
    return found


def with_overtime(state: StaffState, config: Config) -> StaffState:
    """Return the state with the workspace's rules of overtime."""
    rules = config.overtime
    yearly = np.inf if rules.hours_max_per_year is None else rules.hours_max_per_year
    return replace(
        state,
        overtime_hours_max=rules.hours_max_per_month,
        overtime_yearly_max=yearly,
        overtime_eur=rules.price_eur_per_hour,
    )


def hire_roles(problem: StaffingProblem, offer: HireOffer) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Return the pools and roles a hire may have; one pool stands for all where it is the same."""
    if offer.lead_months >= len(problem.months):
        return
    needed, pools = needed_phases(problem), tuple(sorted(set(offer.pools)))
    field = bool(((offer.productivity > 0) & problem.territorial).any())
    for pool in pools if field else pools[:1]:
        for pattern in hire_patterns(problem, offer, pool, needed):
            yield pool, pattern.phases
