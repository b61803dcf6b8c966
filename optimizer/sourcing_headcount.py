"""Count staff and hours from decisions alone, month by month (F8 to F10): no solver."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_cohorts import (
    arriving,
    hours_lost,
    joined,
    new_months,
    settled,
    start_graduates,
    start_new,
    under_way,
)
from optimizer.sourcing_problem import Decisions, HireOption, Move, SourcingProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Hold staff by state and month.

    Attributes
    ----------
    headcount, first_year
        (K, T) expected FTE, and those counted apart in their first year or on a fixed term.
    under_way
        (M, T) people between two states, by move.
    capacity_hours
        (K, T) selling hours, less ramps and hours lost; those under way count at their source.
    """

    headcount: Floats
    first_year: Floats
    under_way: Floats
    capacity_hours: Floats


def count_staff(problem: SourcingProblem, decisions: Decisions) -> Staff:
    """Count staff; `decisions.moves` is read for automatic moves too."""
    first_year = _first_year(problem, decisions)
    headcount = first_year + _established(problem, decisions)
    months = len(problem.months)
    way = [_echo(decisions.moves[i], _way(problem, m)) for i, m in enumerate(problem.moves)]
    return Staff(
        headcount=headcount,
        first_year=first_year,
        under_way=np.array(way).reshape(len(way), months),
        capacity_hours=_capacity(problem, decisions, headcount),
    )


def with_automatic_moves(problem: SourcingProblem, decisions: Decisions) -> Decisions:
    """Return the decisions with the moves that happen by themselves worked out (F10)."""
    moves = np.array(decisions.moves)
    automatic = [i for i, m in enumerate(problem.moves) if m.automatic_share is not None]
    for month in range(len(problem.months)) if automatic else ():
        seen = _established(problem, _replaced(decisions, moves))
        for index in automatic:
            move = problem.moves[index]
            state = problem.states[move.source]
            before = seen[move.source, month - 1] if month else state.start_headcount
            moves[index, month] = (move.automatic_share or 0.0) * before * _stays(state)
    return _replaced(decisions, moves)


def _stays(state: object) -> float:
    return 1.0 - float(getattr(state, "attrition_later", 0.0))


def _replaced(decisions: Decisions, moves: Floats) -> Decisions:
    return Decisions(**{**decisions.__dict__, "moves": moves})


def _echo(decided: Floats, share_by_age: Floats) -> Floats:
    """Return (T,): what decisions of past months amount to now, given a share by age."""
    return np.convolve(decided, share_by_age)[: len(decided)]


def _delayed(decided: Floats, months: int, share: float) -> Floats:
    delayed = np.zeros_like(decided)
    if months < len(decided):
        delayed[months:] = share * decided[: len(decided) - months]
    return delayed


def _cohort(problem: SourcingProblem, option: HireOption, window: int) -> Floats:
    """Return (T,): share of a decision present by months since it, for `window` months."""
    months, state = len(problem.months), problem.states[option.state]
    share = np.zeros(months)
    for age in range(min(window, months - option.lead_months)):
        share[option.lead_months + age] = joined(state, age)
    return share


def _first_year(problem: SourcingProblem, decisions: Decisions) -> Floats:
    found = np.array([start_new(s, len(problem.months)) for s in problem.states])
    found = found.reshape(len(problem.states), len(problem.months))
    for index, option in enumerate(problem.hires):
        window = new_months(problem.states[option.state], option)
        found[option.state] += _echo(decisions.hires[index], _cohort(problem, option, window))
    return found


def _established(problem: SourcingProblem, decisions: Decisions) -> Floats:
    months = len(problem.months)
    change = -np.array(decisions.layoffs)
    for index, state in enumerate(problem.states):
        change[index] += start_graduates(state, months)
    for index, option in enumerate(problem.hires):
        if not option.term_months:
            age = problem.states[option.state].first_year_months
            share = joined(problem.states[option.state], age)
            joining = _delayed(decisions.hires[index], option.lead_months + age, share)
            change[option.state] += joining
    for index, move in enumerate(problem.moves):
        change[move.source] -= decisions.moves[index]
        share = arriving(problem, move)
        change[move.target] += _delayed(decisions.moves[index], move.duration_months, share)
    return _carried(problem, change)


def _carried(problem: SourcingProblem, change: Floats) -> Floats:
    found = np.zeros_like(change)
    for index, state in enumerate(problem.states):
        level = state.start_headcount
        for month in range(change.shape[1]):
            level = level * _stays(state) + change[index, month]
            found[index, month] = level
    return found


def _way(problem: SourcingProblem, move: Move) -> Floats:
    return np.array([under_way(problem, move, age) for age in range(len(problem.months))])


def _capacity(problem: SourcingProblem, decisions: Decisions, headcount: Floats) -> Floats:
    found = np.array(
        [state.hours_per_head * headcount[k] for k, state in enumerate(problem.states)]
    ).reshape(headcount.shape)
    for index, option in enumerate(problem.hires):
        learning = _learning(problem, option)
        hours = problem.states[option.state].hours_per_head
        found[option.state] -= hours * _echo(decisions.hires[index], learning)
        for age, coaching in enumerate(option.coaching_hours):
            found[option.coach] -= _delayed(decisions.hires[index], age, coaching)
    for index, move in enumerate(problem.moves):
        _move_hours(problem, move, decisions.moves[index], found)
    return found


def _learning(problem: SourcingProblem, option: HireOption) -> Floats:
    """Return (T,): share of a decision's full hours not there yet, by months since it."""
    months = len(problem.months)
    ramp = np.ones(months)
    known = option.ramp[: option.term_months or months][: max(0, months - option.lead_months)]
    ramp[option.lead_months : option.lead_months + len(known)] = known
    return _cohort(problem, option, months) * (1.0 - ramp)


def _move_hours(problem: SourcingProblem, move: Move, decided: Floats, found: Floats) -> None:
    months = len(problem.months)
    source, target = problem.states[move.source], problem.states[move.target]
    at_source, at_target = hours_lost(problem, move, months)
    found[move.source] += source.hours_per_head * _echo(decided, _way(problem, move))
    found[move.source] -= _echo(decided, at_source)
    found[move.target] -= _echo(decided, at_target)
    for age, share in enumerate(move.ramp):
        lost = settled(problem, move, age) * (1.0 - share)
        late = _delayed(decided, move.duration_months + age, lost)
        found[move.target] -= target.hours_per_head * late
