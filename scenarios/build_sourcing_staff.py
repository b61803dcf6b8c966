"""State the people there are as groups alike, by the roles they may hold (F8 to F11)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import Move, StaffState
from optimizer.staffing_patterns import hire_patterns, needed_phases
from optimizer.staffing_problem import HireOffer, StaffingProblem
from scenarios.build_sourcing_groups import Group, Grouping, grouped
from scenarios.build_sourcing_redundancy import Redundancy, redundancies_of
from scenarios.build_sourcing_training import add_training
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Roster:
    """Hold the states of the people there are, and the moves between them.

    `pools` are those of the states, `members` positions of the people of each, whatever their
    role; `trainings` names the moves of each training, `grouping` says who is in one group.
    """

    states: tuple[StaffState, ...]
    pools: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    moves: tuple[Move, ...]
    trainings: Mapping[str, tuple[int, ...]]
    grouping: Grouping


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
    """Return the people of a workspace as states: one for each role of a group (`grouped`)."""
    trainings = workspace.tables["trainings"]
    grouping, groups = grouped(case, redundancies_of(workspace), len(trainings))
    states: list[StaffState] = []
    pools: list[int] = []
    members: list[tuple[int, ...]] = []
    moves: list[Move] = []
    for group in groups:
        _add_roles(group, case.problem, workspace.config, reach, states, moves)
        pools += [group.pool] * len(group.roles)
        members += [group.members] * len(group.roles)
    untrained = len(states)
    named: dict[str, tuple[int, ...]] = {}
    for row in rows_of(trainings):
        before = len(moves)
        add_training(row, case.problem, untrained, states, moves)
        named[row.name] = tuple(range(before, len(moves)))
        pools += [pools[move.source] for move in moves[before:]]
        members += [members[move.source] for move in moves[before:]]
    return Roster(
        states=tuple(states),
        pools=tuple(pools),
        members=tuple(members),
        moves=tuple(moves),
        trainings=named,
        grouping=grouping,
    )


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
        states.append(with_overtime(_may_leave(state, group.redundancy), config))
        if index != nearest:
            name = f"{group.label}: role {role_name(problem, role.phases)}"
            source, target = first + nearest, first + index
            moves.append(Move(move_id=name, source=source, target=target, months=now, role=True))


def _may_leave(state: StaffState, terms: Redundancy | None) -> StaffState:
    """Return the state with its terms of redundancy; without, nobody is let go."""
    if terms is None:
        return state
    severance = np.array(terms.severance_eur)
    return replace(
        state, layoff_allowed=True, severance_eur=severance, frozen_months=terms.lead_months
    )


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
