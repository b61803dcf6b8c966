"""Count own people month by month, and the hours they have (F7 to F9, F11, F12)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import SourcingBuilder
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
from optimizer.sourcing_columns import Columns
from optimizer.sourcing_problem import HireOption, Move, SourcingProblem
from optimizer.sourcing_stops import put_absent

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def add_staff(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Add headcount, capacity and the use of hours for every state."""
    for state in range(len(problem.states)):
        _established(builder, problem, columns, state)
        _headcount(builder, problem, columns, state)
        _headcount_limits(builder, problem, columns, state)
        _capacity(builder, problem, columns, state)
        _hours(builder, problem, columns, state)
        _overtime(builder, problem, columns, state)
        _short_time(builder, problem, columns, state)
    _excess(builder, problem, columns)
    _hire_limits(builder, problem, columns)


def options_of(problem: SourcingProblem, state: int) -> Iterator[tuple[int, HireOption]]:
    """Yield the ways to be hired into a state."""
    return ((i, option) for i, option in enumerate(problem.hires) if option.state == state)


def moves_from(problem: SourcingProblem, state: int) -> Iterator[tuple[int, Move]]:
    """Yield the moves that lead out of a state."""
    return ((i, move) for i, move in enumerate(problem.moves) if move.source == state)


def moves_to(problem: SourcingProblem, state: int) -> Iterator[tuple[int, Move]]:
    """Yield the moves that lead into a state."""
    return ((i, move) for i, move in enumerate(problem.moves) if move.target == state)


def _established(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Carry people past their first year over: leavers, redundancies, moves, graduates (F8)."""
    state, months = problem.states[index], len(problem.months)
    stays = 1 - state.attrition_later
    known = start_graduates(state, months)
    known[0] += stays * state.start_headcount
    rows = builder.rows((months,), lower=known, upper=known)
    builder.put(rows, columns.established[index], 1.0)
    builder.put(rows[1:], columns.established[index, :-1], -stays)
    builder.put(rows, columns.layoffs[index], 1.0)
    for number, option in options_of(problem, index):
        if not option.term_months:
            age = option.lead_months + state.first_year_months
            share = joined(state, state.first_year_months)
            builder.put(rows[age:], columns.hires[number, : max(0, months - age)], -share)
    for number, _ in moves_from(problem, index):
        builder.put(rows, columns.moves[number], 1.0)
    for number, move in moves_to(problem, index):
        age = move.duration_months
        share = arriving(problem, move)
        builder.put(rows[age:], columns.moves[number, : max(0, months - age)], -share)


def _headcount(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Add the people of cohorts still counted apart to those past their first year."""
    state, months = problem.states[index], len(problem.months)
    known = start_new(state, months)
    rows = builder.rows((months,), lower=known, upper=known)
    builder.put(rows, columns.headcount[index], 1.0)
    builder.put(rows, columns.established[index], -1.0)
    for number, option in options_of(problem, index):
        for age in range(new_months(state, option)):
            _by_age(builder, rows, columns.hires[number], option.lead_months + age,
                    -joined(state, age))  # fmt: skip


def _headcount_limits(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Keep staff within its limits, and redundancies within their share of it (F8, F12)."""
    state, months = problem.states[index], len(problem.months)
    if state.headcount_min.any() or np.isfinite(state.headcount_max).any():
        rows = builder.rows((months,), lower=state.headcount_min, upper=state.headcount_max)
        builder.put(rows, columns.headcount[index], 1.0)
    if np.isfinite(state.layoff_max_share):
        known = np.zeros(months)
        known[0] = state.layoff_max_share * (state.start_headcount + sum(state.start_first_year))
        rows = builder.rows((months,), upper=known)
        builder.put(rows, columns.layoffs[index], 1.0)
        builder.put(rows[1:], columns.headcount[index, :-1], -state.layoff_max_share)


def _by_age(
    builder: SourcingBuilder, rows: Ints, decided: Ints, age: int, share: Floats | float
) -> None:
    """Put what was decided `age` months before each row, `share` (T,) by month of the row."""
    months = len(rows)
    if age < months:
        weight = np.broadcast_to(share, (months,))[age:]
        builder.put(rows[age:], decided[: months - age], weight)


def _capacity(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Multiply people by hours, less what learning, coaching and training take (F9, F10)."""
    state, months = problem.states[index], len(problem.months)
    rows = builder.rows((months,), lower=0.0, upper=0.0)
    builder.put(rows, columns.capacity[index], 1.0)
    builder.put(rows, columns.headcount[index], -state.hours_per_head)
    _learning(builder, problem, columns, rows, index)
    _coaching(builder, problem, columns, rows, index)
    for number, move in moves_from(problem, index):
        _setting_out(builder, problem, move, rows, columns.moves[number])
    for number, move in moves_to(problem, index):
        _settling(builder, problem, move, rows, columns.moves[number])


def _learning(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, rows: Ints, index: int
) -> None:
    state = problem.states[index]
    for number, option in options_of(problem, index):
        stay = option.term_months or len(problem.months)
        for age, share in enumerate(option.ramp[:stay]):
            lost = joined(state, age) * (1 - share) * state.hours_per_head
            _by_age(builder, rows, columns.hires[number], option.lead_months + age, lost)


def _coaching(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, rows: Ints, index: int
) -> None:
    for number, option in enumerate(problem.hires):
        if option.coach == index:
            for age, hours in enumerate(option.coaching_hours):
                _by_age(builder, rows, columns.hires[number], age, hours)


def _setting_out(
    builder: SourcingBuilder, problem: SourcingProblem, move: Move, rows: Ints, decided: Ints
) -> None:
    """Count people on the way at their source, less the hours they lose there."""
    hours = problem.states[move.source].hours_per_head
    for age in range(move.duration_months):
        _by_age(builder, rows, decided, age, -under_way(problem, move, age) * hours)
    for age, lost in enumerate(hours_lost(problem, move, len(problem.months))[0]):
        _by_age(builder, rows, decided, age, lost)


def _settling(
    builder: SourcingBuilder, problem: SourcingProblem, move: Move, rows: Ints, decided: Ints
) -> None:
    """Take off what people lose after their arrival: their ramp, and hours of training."""
    hours = problem.states[move.target].hours_per_head
    for age, share in enumerate(move.ramp):
        lost = settled(problem, move, age) * (1 - share) * hours
        _by_age(builder, rows, decided, move.duration_months + age, lost)
    for age, away in enumerate(hours_lost(problem, move, len(problem.months))[1]):
        _by_age(builder, rows, decided, age, away)


def _hours(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Use no more hours than there are; where idleness counts, account for every hour (F7, F11)."""
    state = problem.states[index]
    shape = columns.overtime.shape[1:]
    rows = builder.rows(shape, lower=0.0 if state.counts_as_excess else -np.inf, upper=0.0)
    for lane in columns.lanes.of_source(index):
        builder.put(rows, columns.work[lane], columns.lanes.hours[lane])
    for provider in range(len(problem.providers)):
        builder.put(rows, columns.steering[provider, index], 1.0)
    hours = state.hours_per_head[:, None]
    builder.put(rows, columns.excess[index], hours)
    builder.put(rows, columns.short_time[index], (1 - state.short_time_output) * hours)
    builder.put(rows, columns.overtime[index], -1.0)
    builder.put(rows, columns.capacity[index][:, None], -1.0)
    put_absent(builder, problem, columns, rows, index, state.hours_per_head)


def _overtime(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Cap overtime a head and month, and a head and twelve months (F11)."""
    state = problem.states[index]
    if state.overtime_hours_max <= 0:
        return
    rows = builder.rows(columns.overtime.shape[1:], upper=0.0)
    builder.put(rows, columns.overtime[index], 1.0)
    builder.put(rows, columns.headcount[index][:, None], -state.overtime_hours_max)
    months = len(problem.months)
    most = np.full(months, state.overtime_hours_max)
    put_absent(builder, problem, columns, rows, index, most)
    if np.isfinite(state.overtime_yearly_max):
        for start in range(0, months, 12):
            year = slice(start, start + 12)
            rows = builder.rows((len(problem.scenarios),), upper=0.0)
            builder.put(rows, columns.overtime[index, year], 1.0)
            allowance = np.zeros(months)
            allowance[year] = state.overtime_yearly_max / 12
            builder.put(rows, columns.headcount[index][:, None], -allowance[:, None])
            by_month = np.broadcast_to(rows, columns.overtime[index].shape)
            put_absent(builder, problem, columns, by_month, index, allowance)


def _short_time(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Put no more people on short time than there are (F11)."""
    if problem.states[index].short_time_max <= 0:
        return
    rows = builder.rows(columns.overtime.shape[1:], upper=0.0)
    builder.put(rows, columns.short_time[index], 1.0)
    builder.put(rows, columns.headcount[index][:, None], -1.0)
    put_absent(builder, problem, columns, rows, index, np.ones(len(problem.months)))


def _excess(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Cap the people without work, all states together (F11)."""
    for month in np.flatnonzero(np.isfinite(problem.excess_max)).tolist():
        rows = builder.rows((len(problem.scenarios),), upper=float(problem.excess_max[month]))
        builder.put(rows, columns.excess[:, month], 1.0)


def _hire_limits(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Keep to what can be recruited in all (F9)."""
    for number, option in enumerate(problem.hires):
        if np.isfinite(option.max_total) or option.min_total > 0:
            rows = builder.rows((1,), lower=option.min_total, upper=option.max_total)
            builder.put(rows, columns.hires[number], 1.0)
    for limit in problem.hire_limits:
        hires = columns.hires[list(limit.options)]
        if np.isfinite(limit.max_total):
            builder.put(builder.rows((1,), upper=limit.max_total), hires, 1.0)
        if np.isfinite(limit.max_per_month):
            rows = builder.rows((len(problem.months),), upper=limit.max_per_month)
            builder.put(rows, hires, 1.0)
