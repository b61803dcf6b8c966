"""Follow every cohort of people through the months, one at a time (checks F8 to F10).

Written as a simulation of cohorts, while the model is written in shares by age: the two meet
only in their results.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import HireOption, Move, SourcingPlan, SourcingProblem, StaffState

Floats = NDArray[np.float64]


@dataclass
class Cohort:
    """People who joined or set out together; `months` counts since then."""

    people: float
    months: int
    ramp: tuple[float, ...] = ()
    term: int = 0
    lost: tuple[float, ...] = ()
    lost_from: int = 0

    def learning(self) -> float:
        """Return how many of them are missing because they still learn."""
        share = self.ramp[self.months] if self.months < len(self.ramp) else 1.0
        return self.people * (1.0 - share)

    def hours_away(self) -> float:
        """Return the hours that training takes from them this month."""
        age = self.months + self.lost_from
        return self.people * self.lost[age] if age < len(self.lost) else 0.0


@dataclass(frozen=True, kw_only=True)
class People:
    """Hold (K, T) arrays: staff, those counted apart, those past it, hours, paid heads."""

    headcount: Floats
    first_year: Floats
    established: Floats
    capacity_hours: Floats
    paid: Floats


class _Team:
    """Hold one state's people while the months pass."""

    def __init__(self, state: StaffState) -> None:
        self.state = state
        self.old = state.start_headcount
        self.new = [Cohort(people, tenure) for tenure, people in enumerate(state.start_first_year)]
        self.learners: list[Cohort] = []

    def age(self) -> None:
        """Let a month pass: leavers go, first years end, terms end."""
        state = self.state
        self.old *= 1.0 - state.attrition_later
        for cohort in self.new:
            steps = cohort.months + (1 if state.joiners_leave_at_once else 0)
            early = steps < state.first_year_months
            rate = state.attrition_first_year if early else state.attrition_later
            cohort.people *= 1.0 - rate
            cohort.months += 1
        for cohort in self.learners:
            cohort.people *= 1.0 - state.attrition_later
            cohort.months += 1
        self._sort()

    def _sort(self) -> None:
        """Move people past their first year on; let go those whose term is over."""
        stay = []
        for cohort in self.new:
            if cohort.term:
                stay += [cohort] if cohort.months < cohort.term else []
            elif cohort.months >= self.state.first_year_months:
                self.old += cohort.people
                self.learners.append(Cohort(cohort.people, cohort.months, cohort.ramp))
            else:
                stay.append(cohort)
        self.new = stay

    def hire(self, people: float, ramp: tuple[float, ...], term: int) -> None:
        """Let new people join."""
        state = self.state
        if state.joiners_leave_at_once:
            early = state.first_year_months > 0
            rate = state.attrition_first_year if early else state.attrition_later
            people *= 1.0 - rate
        self.new.append(Cohort(people, 0, ramp, term))
        self._sort()

    def welcome(self, people: float, move: Move) -> None:
        """Let people of another state settle."""
        self.old += people
        self.learners.append(
            Cohort(people, 0, move.ramp, lost=move.hours_lost, lost_from=move.duration_months)
        )

    def hours(self, month: int) -> float:
        """Return the hours of everybody here."""
        here = self.old + sum(cohort.people for cohort in self.new)
        learning = sum(cohort.learning() for cohort in (*self.new, *self.learners))
        away = sum(cohort.hours_away() for cohort in self.learners)
        return float(self.state.hours_per_head[month]) * (here - learning) - away


def follow(problem: SourcingProblem, plan: SourcingPlan) -> People:
    """Return who is where, and with how many hours, given the decisions of the plan."""
    teams = [_Team(state) for state in problem.states]
    travellers: list[tuple[Move, Cohort]] = []
    shape = (len(teams), len(problem.months))
    found = {name: np.zeros(shape) for name in People.__dataclass_fields__}
    for month in range(shape[1]):
        for team in teams:
            team.age()
        travellers = _travel(problem, teams, travellers)
        _decide(problem, plan, teams, travellers, month)
        travellers = _arrive(problem, teams, travellers)
        coached = _coached(problem, plan, month)
        _note(problem, teams, travellers, coached, month, found)
    return People(**found)


def cohort_over_time(problem: SourcingProblem, option: HireOption, decided: int) -> Floats:
    """Return (T,): how many are there of one person hired by a decision of that month."""
    state = replace(problem.states[option.state], start_headcount=0.0, start_first_year=())
    team, found = _Team(state), np.zeros(len(problem.months))
    for month in range(len(found)):
        team.age()
        if month == decided + option.lead_months:
            team.hire(1.0, option.ramp, option.term_months)
        found[month] = team.old + sum(cohort.people for cohort in team.new)
    return found


def _travel(
    problem: SourcingProblem, teams: list[_Team], travellers: list[tuple[Move, Cohort]]
) -> list[tuple[Move, Cohort]]:
    """Let a month pass on the way: the leaving rate is that of the state moved to."""
    for move, cohort in travellers:
        cohort.people *= 1.0 - problem.states[move.target].attrition_later
        cohort.months += 1
    return _arrive(problem, teams, travellers)


def _arrive(
    problem: SourcingProblem, teams: list[_Team], travellers: list[tuple[Move, Cohort]]
) -> list[tuple[Move, Cohort]]:
    still = []
    for move, cohort in travellers:
        if cohort.months < move.duration_months:
            still.append((move, cohort))
            continue
        target = problem.states[move.target]
        rate = target.attrition_later if target.joiners_leave_at_once else 0.0
        rate = rate if move.leaving_share is None else move.leaving_share
        teams[move.target].welcome(cohort.people * (1.0 - rate), move)
    return still


def _decide(
    problem: SourcingProblem,
    plan: SourcingPlan,
    teams: list[_Team],
    travellers: list[tuple[Move, Cohort]],
    month: int,
) -> None:
    for index, option in enumerate(problem.hires):
        if month >= option.lead_months:
            joining = float(plan.decisions.hires[index, month - option.lead_months])
            teams[option.state].hire(joining, option.ramp, option.term_months)
    for index, team in enumerate(teams):
        team.old -= float(plan.decisions.layoffs[index, month])
    for index, move in enumerate(problem.moves):
        leaving = float(plan.decisions.moves[index, month])
        teams[move.source].old -= leaving
        travellers.append((move, Cohort(leaving, 0, lost=move.hours_lost)))


def _coached(
    problem: SourcingProblem, plan: SourcingPlan, month: int
) -> list[tuple[HireOption, Cohort]]:
    """Return who takes hours of colleagues, by the months since their hiring was decided."""
    return [
        (option, Cohort(float(plan.decisions.hires[index, then]), month - then,
                        lost=option.coaching_hours))
        for index, option in enumerate(problem.hires)
        for then in range(month + 1)
    ]  # fmt: skip


def _note(
    problem: SourcingProblem,
    teams: list[_Team],
    travellers: list[tuple[Move, Cohort]],
    coached: list[tuple[HireOption, Cohort]],
    month: int,
    found: dict[str, Floats],
) -> None:
    for index, team in enumerate(teams):
        new = sum(cohort.people for cohort in team.new)
        found["first_year"][index, month] = new
        found["established"][index, month] = team.old
        found["headcount"][index, month] = team.old + new
        found["capacity_hours"][index, month] = team.hours(month)
        found["paid"][index, month] = team.old + new
    for option, cohort in coached:
        found["capacity_hours"][option.coach, month] -= cohort.hours_away()
    for move, cohort in travellers:
        hours = problem.states[move.source].hours_per_head[month]
        found["paid"][move.source, month] += cohort.people
        at_work = float(hours) * cohort.people - cohort.hours_away()
        found["capacity_hours"][move.source, month] += at_work
