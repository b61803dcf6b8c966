"""Bound moves between states: training, downgrades, roles (F10)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_columns import Columns
from optimizer.sourcing_problem import SourcingProblem

Floats = NDArray[np.float64]


def add_moves(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Add the limits of every move, and those that happen by themselves."""
    for index, move in enumerate(problem.moves):
        if move.automatic_share is not None:
            _automatic(builder, problem, columns, index, move.automatic_share)
            continue
        if np.isfinite(move.max_total):
            rows = builder.rows((1,), upper=move.max_total)
            builder.put(rows, columns.moves[index], 1.0)
        if np.isfinite(move.max_share):
            rows = builder.rows((len(problem.months),), upper=0.0)
            builder.put(rows, columns.moves[index], 1.0)
            for state in move.share_of:
                builder.put(rows, columns.headcount[state], -move.max_share)


def _automatic(
    builder: SourcingBuilder,
    problem: SourcingProblem,
    columns: Columns,
    index: int,
    share: float,
) -> None:
    """Pass on this share of last month's established staff that is still there."""
    source = problem.moves[index].source
    passed = share * (1 - problem.states[source].attrition_later)
    known = np.zeros(len(problem.months))
    known[0] = passed * problem.states[source].start_headcount
    rows = builder.rows(known.shape, lower=known, upper=known)
    builder.put(rows, columns.moves[index], 1.0)
    builder.put(rows[1:], columns.established[source, :-1], -passed)
