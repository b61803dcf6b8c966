"""Follow people who join: who is still there, still new, still learning (F8 to F10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import HireOption, Move, SourcingProblem, StaffState

Floats = NDArray[np.float64]


def kept(state: StaffState, from_age: int, to_age: int) -> float:
    """Return the share of people of one age (months of tenure) still there at another."""
    at_once = 1 if state.joiners_leave_at_once else 0
    first, last = from_age + at_once, to_age + at_once
    early = min(last, state.first_year_months) - min(first, state.first_year_months)
    later = (last - first) - early
    return float((1 - state.attrition_first_year) ** early * (1 - state.attrition_later) ** later)


def joined(state: StaffState, age: int) -> float:
    """Return the share of a cohort of joiners still there `age` months after it joined."""
    return kept(state, 0, age) * (kept(state, -1, 0) if state.joiners_leave_at_once else 1.0)


def new_months(state: StaffState, option: HireOption) -> int:
    """Return how many months a cohort is counted apart: its first year, or its whole term."""
    return option.term_months or state.first_year_months


def arriving(problem: SourcingProblem, move: Move) -> float:
    """Return the share of those who set out that arrives.

    On the way the leaving rate is that of the state moved TO (Williams, Model Building in
    Mathematical Programming, manpower planning).
    """
    state = problem.states[move.target]
    on_the_way = (1 - state.attrition_later) ** move.duration_months
    if move.leaving_share is not None:
        return float(on_the_way * (1 - move.leaving_share))
    return float(on_the_way * (1 - state.attrition_later * state.joiners_leave_at_once))


def under_way(problem: SourcingProblem, move: Move, age: int) -> float:
    """Return the share still on the way `age` months after the decision (0 once arrived)."""
    if not 0 <= age < move.duration_months:
        return 0.0
    return float((1 - problem.states[move.target].attrition_later) ** age)


def settled(problem: SourcingProblem, move: Move, age: int) -> float:
    """Return the share at work in the target `age` months after the arrival."""
    return arriving(problem, move) * float((1 - problem.states[move.target].attrition_later) ** age)


def hours_lost(problem: SourcingProblem, move: Move, months: int) -> tuple[Floats, Floats]:
    """Return (T,), (T,): hours lost by months since the decision, at the source, at the target."""
    at_source, at_target = np.zeros(months), np.zeros(months)
    for age, hours in enumerate(move.hours_lost[:months]):
        if age < move.duration_months:
            at_source[age] = hours * under_way(problem, move, age)
        else:
            at_target[age] = hours * settled(problem, move, age - move.duration_months)
    return at_source, at_target


def start_new(state: StaffState, months: int) -> Floats:
    """Return (T,): people of the start still in their first year."""
    found = np.zeros(months)
    for tenure, people in enumerate(state.start_first_year):
        for month in range(min(months, state.first_year_months - tenure - 1)):
            found[month] += people * kept(state, tenure, tenure + month + 1)
    return found


def start_graduates(state: StaffState, months: int) -> Floats:
    """Return (T,): people of the start whose first year ends in that month."""
    found = np.zeros(months)
    for tenure, people in enumerate(state.start_first_year):
        month = state.first_year_months - tenure - 1
        if month < months:
            found[month] += people * kept(state, tenure, state.first_year_months)
    return found
