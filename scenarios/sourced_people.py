"""Say what sourcing decides for each person: the way through roles, trainings, and out (F30).

Sourcing counts people alike; a plan names them. Who of a group takes a role is chosen by today's
role, territories and likings; who is trained or let go, by the order of their ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import Move, SourcingPlan
from scenarios.build_sourcing import SourcingCase

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEFT = -1
TRAINING, REDUNDANCY = "training", "redundancy"


@dataclass(frozen=True, kw_only=True)
class Step:
    """Hold what is decided for one person: kind, name of the training, month, price."""

    kind: str
    name: str
    person: int
    month: int
    cost_eur: float


@dataclass(frozen=True, kw_only=True)
class Careers:
    """Hold what becomes of N persons over T months.

    Attributes
    ----------
    state
        (N, T) index of the state of the sourcing problem; LEFT: let go.
    trained
        Training -> (N,) month from which it takes effect; T: never.
    hours
        (N, T) hours of the month, trainings taken off and overtime added.
    overtime_hours
        (N, T) of them overtime.
    pace
        (N, P, T) factor on the speed after trainings.
    steps
        Trainings and redundancies, in order of time.
    """

    state: Ints
    trained: dict[str, Ints]
    hours: Floats
    overtime_hours: Floats
    pace: Floats
    steps: tuple[Step, ...]

    @property
    def leavers(self) -> int:
        """Return how many are let go."""
        return int((self.state[:, -1] == LEFT).sum())


@dataclass
class _Walk:
    """Follow people from state to state while decisions are read in order of time."""

    case: SourcingCase
    state: Ints
    lost: Floats
    pace: Floats
    trained: dict[str, Ints]
    free: dict[int, list[int]] = field(default_factory=dict)
    arriving: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)

    def move(self, index: int, month: int, count: int) -> None:
        """Send so many people of the source on their way."""
        move = self.case.problem.moves[index]
        chosen = _chosen(self.case, move, self.free.get(move.source, []), count)
        for person in chosen:
            self.free[move.source].remove(person)
            self._leave(move, person, month)
            name = next((n for n, own in self.case.trainings.items() if index in own), None)
            if name is not None:
                step = Step(kind=TRAINING, name=name, person=person, month=month, cost_eur=move.eur)
                self.steps.append(step)
                self.trained[name][person] = min(month + move.duration_months, self.state.shape[1])

    def _leave(self, move: Move, person: int, month: int) -> None:
        arrival = month + move.duration_months
        self.state[person, arrival:] = move.target
        for age, hours in enumerate(move.hours_lost):
            if month + age < self.state.shape[1]:
                self.lost[person, month + age] += hours
        old, new = (self.case.problem.states[k].speed for k in (move.source, move.target))
        if not move.role:
            faster = np.divide(new, old, out=np.ones_like(new), where=old > 0)
            self.pace[person, :, arrival:] *= faster[:, None]
        self.arriving.setdefault(arrival, []).append((move.target, person))

    def arrive(self, month: int) -> None:
        """Let those whose way is over work in the state they went to."""
        for state, person in self.arriving.pop(month, []):
            self.free.setdefault(state, []).append(person)
            self.free[state].sort()

    def let_go(self, state: int, month: int, count: int) -> None:
        """End the work of so many people of a state."""
        in_field = self.case.staffing.problem.in_field
        order = sorted(
            self.free.get(state, []),
            key=lambda n: (bool(in_field is not None and in_field[n]), n),
        )
        for person in order[:count]:
            self.free[state].remove(person)
            self.state[person, month:] = LEFT
            severance = float(self.case.problem.states[state].severance_eur[month])
            self.steps.append(
                Step(kind=REDUNDANCY, name="", person=person, month=month, cost_eur=severance)
            )


def careers_of(case: SourcingCase, plan: SourcingPlan) -> Careers:
    """Return what the decisions of a plan mean for each person, one case of demand."""
    staffing, months = case.staffing.problem, len(case.problem.months)
    people, phases = staffing.productivity.shape
    walk = _Walk(
        case=case,
        state=np.full((people, months), LEFT, dtype=np.int64),
        lost=np.zeros((people, months)),
        pace=np.ones((people, phases, months)),
        trained={name: np.full(people, months, dtype=np.int64) for name in case.trainings},
    )
    for state, members in enumerate(case.members):
        if case.problem.states[state].start_headcount:
            walk.state[list(members)] = state
            walk.free[state] = sorted(members)
    for month in range(months):
        walk.arrive(month)
        for index, count in _decided(plan.decisions.moves[:, month], case.problem.moves):
            walk.move(index, month, count)
            if not case.problem.moves[index].duration_months:
                walk.arrive(month)
        layoffs = np.rint(plan.decisions.layoffs[:, month]).astype(int)
        for state in np.flatnonzero(layoffs).tolist():
            walk.let_go(state, month, int(layoffs[state]))
    overtime = _overtime(case, plan, walk.state)
    there = np.where(walk.state == LEFT, 0.0, staffing.person_hours)
    return Careers(
        state=walk.state,
        trained=walk.trained,
        hours=np.maximum(there - walk.lost, 0.0) + overtime,
        overtime_hours=overtime,
        pace=walk.pace,
        steps=tuple(walk.steps),
    )


def _decided(moves: Floats, known: Sequence[Move]) -> Iterator[tuple[int, int]]:
    """Yield moves decided in a month: roles first, as trainings start from a role."""
    counts = np.rint(moves).astype(int)
    order = sorted(np.flatnonzero(counts).tolist(), key=lambda index: not known[index].role)
    return ((index, int(counts[index])) for index in order)


def _chosen(case: SourcingCase, move: Move, there: list[int], count: int) -> list[int]:
    """Return who moves: for a role those it suits best, for a training the first."""
    if not move.role:
        return sorted(there)[:count]
    states, problem = case.problem.states, case.staffing.problem
    old, new = (np.flatnonzero(states[k].speed > 0) for k in (move.source, move.target))

    def dislike(person: int) -> tuple[float, float, int]:
        def price(phases: NDArray[np.int64]) -> tuple[float, float]:
            field_phases = problem.field_phases(person)
            homeless = bool(field_phases.any() and not field_phases[phases].any())
            changes = int((~problem.current_phases[person, phases]).sum())
            liked = problem.preference[person, phases]
            return homeless * len(problem.phases) + changes, float((1.0 - liked).mean())

        (new_changes, new_dislike), (old_changes, old_dislike) = price(new), price(old)
        return new_changes - old_changes, new_dislike - old_dislike, person

    return sorted(there, key=dislike)[:count]


def _overtime(case: SourcingCase, plan: SourcingPlan, state: Ints) -> Floats:
    """Share the overtime of each state among those who are there, within the limit of a head."""
    base = case.staffing.problem.person_hours
    found = np.zeros_like(base)
    for k, month in np.argwhere(plan.overtime_hours[: len(case.members), :, 0] > 0).tolist():
        there = np.flatnonzero((state[:, month] == k) & (base[:, month] > 0))
        if there.size:
            each = float(plan.overtime_hours[k, month, 0]) / there.size
            found[there, month] = min(each, case.problem.states[k].overtime_hours_max)
    return found
