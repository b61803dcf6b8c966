"""Let units flow: what arrives in front of a phase is the most that can be worked (F1 to F5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_columns import Columns
from optimizer.sourcing_lanes import passing
from optimizer.sourcing_problem import SourcingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def add_flow(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Add the rows of the funnel and of the market."""
    passed = passing(problem, columns.lanes)
    for phase in range(len(problem.phases) + 1):
        for segment in range(len(problem.segments)):
            _balance(builder, problem, columns, passed, phase, segment)
    keep_end_stock(builder, problem, columns)
    keep_safety_stock(builder, problem, columns)
    limit_units(builder, problem, columns)
    limit_universe(builder, problem, columns)
    serve_targets(builder, problem, columns)


def _balance(
    builder: SourcingBuilder,
    problem: SourcingProblem,
    columns: Columns,
    passed: Floats,
    phase: int,
    segment: int,
) -> None:
    """Bound units worked plus units left waiting by units that came in (F1, F2, F4)."""
    flow = problem.flow
    shape = (len(problem.months), len(problem.scenarios))
    room = np.broadcast_to(flow.pipeline[phase, segment][:, None], shape).copy()
    room[0] += (1 - flow.ageing[phase, segment]) * flow.start_stock[phase, segment]
    if phase == 0:
        room += flow.prospects[segment]
    if np.isinf(room).all():
        return
    rows = builder.rows(shape, lower=room if flow.kept[phase, segment] > 0 else -np.inf, upper=room)
    stock = columns.stock[phase, segment]
    builder.put(rows, stock, 1.0)
    builder.put(rows[1:], stock[:-1], -(1 - flow.ageing[phase, segment]))
    for lane in columns.lanes.of(phase, segment):
        builder.put(rows, columns.work[lane], 1.0)
    if phase == len(problem.phases):
        builder.put(rows, columns.sold[segment], 1.0)
        builder.put(rows, columns.surplus[segment], 1.0)
    if phase > 0:
        _arrive(builder, problem, columns, passed, rows, phase - 1, segment)


def _arrive(
    builder: SourcingBuilder,
    problem: SourcingProblem,
    columns: Columns,
    passed: Floats,
    rows: Ints,
    phase: int,
    segment: int,
) -> None:
    """Add what the phase before passed on, each share with its lag."""
    months = len(problem.months)
    for lag, share in enumerate(problem.flow.lag[phase][:months]):
        if share > 0:
            for lane in columns.lanes.of(phase, segment):
                units = columns.work[lane, : months - lag]
                builder.put(rows[lag:], units, -share * passed[lane, : months - lag])


def keep_end_stock(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Leave at least so many units waiting at the end (F4)."""
    least = problem.flow.end_stock_min
    for phase, segment in np.argwhere(least > 0).tolist():
        rows = builder.rows((len(problem.scenarios),), lower=float(least[phase, segment]))
        builder.put(rows, columns.stock[phase, segment, -1], 1.0)


def keep_safety_stock(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Leave at least so many units waiting at the end of a month (F4)."""
    least = problem.flow.stock_min
    for phase, segment, month in np.argwhere(least > 0).tolist():
        rows = builder.rows((len(problem.scenarios),), lower=float(least[phase, segment, month]))
        builder.put(rows, columns.stock[phase, segment, month], 1.0)


def limit_units(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Work no more units than a phase takes, whoever works them (F1)."""
    most = problem.flow.units_max
    for phase, segment in np.argwhere(np.isfinite(most).any(axis=2)).tolist():
        rows = builder.rows(columns.work.shape[1:], upper=most[phase, segment][:, None])
        for lane in columns.lanes.of(phase, segment):
            builder.put(rows, columns.work[lane], 1.0)


def limit_universe(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Work no prospect again before the re-contact delay is over (F3)."""
    flow = problem.flow
    months = len(problem.months)
    window = flow.recontact_months or months
    for segment in np.flatnonzero(np.isfinite(flow.universe)).tolist():
        for last in range(min(window, months) - 1, months):
            rows = builder.rows((len(problem.scenarios),), upper=float(flow.universe[segment]))
            for lane in columns.lanes.of(0, segment):
                builder.put(rows, columns.work[lane, max(0, last - window + 1) : last + 1], 1.0)


def serve_targets(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Serve each win asked for now, later or never (F5)."""
    flow = problem.flow
    for segment in np.flatnonzero(problem.capped).tolist():
        asked = flow.target[segment].copy()
        asked[0] += flow.start_backlog[segment]
        rows = builder.rows(asked.shape, lower=asked, upper=asked)
        builder.put(rows, columns.sold[segment], 1.0)
        builder.put(rows, columns.uncovered[segment], 1.0)
        builder.put(rows, columns.backlog[segment], 1.0)
        builder.put(rows[1:], columns.backlog[segment, :-1], -1.0)
