"""Weigh the scenarios: mean and conditional value at risk (F20)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_builder import NONE, SourcingBuilder
from optimizer.sourcing_problem import SourcingProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def add_risk(builder: SourcingBuilder, problem: SourcingProblem) -> Floats:
    """Add the tail of the profits and return (C,), the gain of every column.

    (1 - lambda) E[profit] + lambda (zeta - E[max(0, zeta - profit)] / (1 - alpha)), Rockafellar
    and Uryasev, Journal of Risk 2 (2000). The profit of a scenario is added up month by month:
    one row over thousands of columns would make the factorisation dense.
    """
    frozen = builder.freeze()
    scenario = np.concatenate([*builder.scenario, np.zeros(0, dtype=np.int64)])
    weight = np.where(scenario == NONE, 1.0, problem.probability[scenario])
    gain = (1.0 - problem.risk_weight) * weight * frozen.gain
    if problem.risk_weight == 0.0:
        return gain
    tail = _tail_rows(builder, problem, frozen, scenario)
    return np.concatenate([gain, problem.risk_weight * tail])


def _tail_rows(
    builder: SourcingBuilder, problem: SourcingProblem, frozen: LinearModel, scenario: Ints
) -> Floats:
    months, scenarios = len(problem.months), len(problem.scenarios)
    month = np.concatenate(builder.month)
    first = builder.add_columns((2, months))
    later = builder.add_columns((2, months, scenarios))
    zeta = builder.add_columns(2)
    tail = builder.add_columns(scenarios)
    signs = np.array([1.0, -1.0])
    _profit_chunks(builder, frozen.gain, month, scenario, first, later)
    rows = builder.rows((scenarios,), lower=0.0)
    builder.put(rows, tail, 1.0)
    builder.put(rows, zeta[:, None], -signs[:, None])
    builder.put(rows, first.reshape(-1, 1), np.repeat(signs, months)[:, None])
    builder.put(rows, later.reshape(-1, scenarios), np.repeat(signs, months)[:, None])
    gain = np.zeros(first.size + later.size + 2 + scenarios)
    gain[first.size + later.size :][:2] = signs
    gain[-scenarios:] = -problem.probability / (1.0 - problem.risk_level)
    return gain


def _profit_chunks(
    builder: SourcingBuilder, gain: Floats, month: Ints, scenario: Ints, first: Ints, later: Ints
) -> None:
    """Define profit by month (positive part less negative part), per scenario after stage one."""
    for t in range(first.shape[1]):
        _chunk(builder, gain, np.flatnonzero((month == t) & (scenario == NONE)), first[:, t])
        for w in range(later.shape[2]):
            _chunk(builder, gain, np.flatnonzero((month == t) & (scenario == w)), later[:, t, w])


def _chunk(builder: SourcingBuilder, gain: Floats, members: Ints, parts: Ints) -> None:
    row = builder.rows((1,), lower=0.0, upper=0.0)
    builder.put(row, parts, np.array([1.0, -1.0]))
    builder.put(row, members, -gain[members])
