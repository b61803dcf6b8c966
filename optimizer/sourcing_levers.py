"""Tools that work units without people, and managers for those who do (F13, F18)."""

from __future__ import annotations

from optimizer.sourcing_builder import SourcingBuilder
from optimizer.sourcing_columns import Columns
from optimizer.sourcing_problem import SourcingProblem


def add_levers(builder: SourcingBuilder, problem: SourcingProblem, columns: Columns) -> None:
    """Add the rows of every tool and of every manager rule."""
    for index, rule in enumerate(problem.managers):
        rows = builder.rows((len(problem.months),), lower=0.0)
        builder.put(rows, columns.managers[index], rule.span)
        for state in sorted(set(rule.states)):
            builder.put(rows, columns.headcount[state], -1.0)
    for index in range(len(problem.automations)):
        _stay_in_use(builder, columns, index)
        _tool_capacity(builder, problem, columns, index)
        _tool_share(builder, problem, columns, index)


def _stay_in_use(builder: SourcingBuilder, columns: Columns, index: int) -> None:
    rows = builder.rows((columns.automated.shape[1] - 1,), lower=0.0)
    builder.put(rows, columns.automated[index, 1:], 1.0)
    builder.put(rows, columns.automated[index, :-1], -1.0)


def _tool_capacity(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    source = len(problem.states) + len(problem.providers) + index
    rows = builder.rows(columns.work.shape[1:], upper=0.0)
    for lane in columns.lanes.of_source(source):
        builder.put(rows, columns.work[lane], 1.0)
    capacity = problem.automations[index].capacity_units
    builder.put(rows, columns.automated[index][:, None], -capacity)


def _tool_share(
    builder: SourcingBuilder, problem: SourcingProblem, columns: Columns, index: int
) -> None:
    """Leave the other part of the units of a phase and segment to people."""
    share = problem.automations[index].max_share
    if share >= 1.0:
        return
    source, lanes = len(problem.states) + len(problem.providers) + index, columns.lanes
    for lane in lanes.of_source(source):
        rows = builder.rows(columns.work.shape[1:], upper=0.0)
        builder.put(rows, columns.work[lane], 1.0)
        for other in lanes.of(int(lanes.phase[lane]), int(lanes.segment[lane])):
            builder.put(rows, columns.work[other], -share)
