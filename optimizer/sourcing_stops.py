"""Keep to the terms of stops decided once the demand is known (F28)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import NONE, SourcingBuilder
from optimizer.sourcing_columns import Columns
from optimizer.sourcing_problem import SourcingProblem
from optimizer.sourcing_rights import lapse_shares

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def add_stops(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Add the rows of every contract that may be stopped and of every term that may lapse."""
    for index in range(len(problem.providers)):
        if stoppable(columns, index):
            _after_term(builder, problem, columns, index)
            _for_good(builder, columns, index)
    for index in range(len(problem.hires)):
        _of_those_hired(builder, columns, index)
    for index in range(len(problem.states)):
        _least_people(builder, problem, columns, index)


def stoppable(columns: Columns, provider: int) -> bool:
    """Return whether the contract may be stopped in any month."""
    return bool((columns.terminated[provider] != NONE).any())


def put_running(
    builder: SourcingBuilder,
    columns: Columns,
    rows: Ints,
    provider: int,
    coefficients: Floats | float,
) -> None:
    """Put what is under contract into rows (T, W): the plan's months less those stopped."""
    builder.put(rows, columns.running[provider][:, None], coefficients)
    builder.put(rows, columns.terminated[provider], -np.asarray(coefficients))


def put_absent(
    builder: SourcingBuilder,
    problem: SourcingProblem,
    columns: Columns,
    rows: Ints,
    state: int,
    factor: Floats,
) -> None:
    """Put `factor` (T,) times the people whose term has lapsed into rows (T, W)."""
    months = len(problem.months)
    for index, option in enumerate(problem.hires):
        if option.state == state and (columns.lapsed[index] != NONE).any():
            for age in np.flatnonzero(lapse_shares(problem, option)).tolist():
                share = lapse_shares(problem, option)[age] * factor[age:, None]
                builder.put(rows[age:], columns.lapsed[index, : months - age], share)


def _after_term(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Stop only what is under contract, and for at least its term."""
    stops, months = columns.terminated[index], len(problem.months)
    rows = builder.rows(stops.shape, upper=0.0)
    builder.put(rows, stops, 1.0)
    builder.put(rows, columns.running[index][:, None], -1.0)
    for age in range(min(problem.providers[index].min_term_months, months)):
        builder.put(rows[age:], columns.started[index, : months - age, None], 1.0)


def _for_good(builder: SourcingBuilder, columns: Columns, index: int) -> None:
    """Leave a contract stopped as long as the plan would have held it."""
    stops = columns.terminated[index]
    rows = builder.rows((stops.shape[0] - 1, stops.shape[1]), lower=0.0)
    builder.put(rows, stops[1:], 1.0)
    builder.put(rows, stops[:-1], -1.0)
    builder.put(rows, columns.stopped[index, 1:, None], 1.0)


def _of_those_hired(builder: SourcingBuilder, columns: Columns, index: int) -> None:
    lapsed = columns.lapsed[index]
    if (lapsed == NONE).all():
        return
    rows = builder.rows(lapsed.shape, upper=0.0)
    builder.put(rows, lapsed, 1.0)
    builder.put(rows, columns.hires[index][:, None], -1.0)


def _least_people(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Keep the least people of a state in every scenario."""
    state = problem.states[index]
    lapses = [n for n, option in enumerate(problem.hires) if option.state == index]
    if not state.headcount_min.any() or (columns.lapsed[lapses] == NONE).all():
        return
    shape = (len(problem.months), len(problem.scenarios))
    rows = builder.rows(shape, lower=np.broadcast_to(state.headcount_min[:, None], shape))
    builder.put(rows, columns.headcount[index][:, None], 1.0)
    put_absent(builder, problem, columns, rows, index, -np.ones(shape[0]))
