"""Take a sourcing model apart: what is decided first, and each scenario once it is (F27).

With the decisions of the first stage fixed nothing ties one scenario to another: each is a linear
program of its own, smaller by as many times as there are scenarios. Whole decisions that are taken
scenario by scenario (F28) count as first stage here, so that what is left stays linear.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.sourcing_builder import EUR, NONE
from optimizer.sourcing_model import SourcingModel, profit_model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class ScenarioProgram:
    """Hold one scenario as a program over the first stage (fixed) and its own columns.

    Attributes
    ----------
    own, rows
        Numbers of its columns and rows in the whole model.
    model
        Columns: the first stage, `own`, then reliefs; gains (kEUR) on the last two, and on the
        whole decisions of this scenario among the first.
    linked
        First-stage columns that its rows name.
    reliefs
        Columns that let a row give way at a price above that of anything else, so that the
        program has a solution whatever is decided; a plan that needs one is none.
    """

    own: Ints
    rows: Ints
    model: LinearModel
    linked: Ints
    reliefs: Ints


@dataclass(frozen=True, kw_only=True)
class Stages:
    """Hold the first stage, columns (F,) and the rows that name no other, and the scenarios.

    Attributes
    ----------
    columns
        (F,) numbers in the whole model.
    first
        The program of the first stage; its gains are those of a scenario that is certain.
    """

    columns: Ints
    first: LinearModel
    scenarios: tuple[ScenarioProgram, ...]


def split_stages(stated: SourcingModel) -> Stages:
    """Return the parts of a model; bounds and whole columns are those of `stated`."""
    model, scenario = profit_model(stated.problem)
    model = replace(
        model,
        lower=stated.model.lower[: scenario.size],
        upper=stated.model.upper[: scenario.size],
    )
    stage = np.where(model.integer, NONE, scenario)
    of_row = np.full(model.row_lower.size, NONE)
    np.maximum.at(of_row, model.row, stage[model.column])
    columns = np.flatnonzero(stage == NONE)
    first = _part(model, np.flatnonzero(of_row == NONE), columns)
    return Stages(
        columns=columns,
        first=replace(first, gain=np.where(scenario[columns] == NONE, first.gain, 0.0)),
        scenarios=tuple(
            _scenario(
                replace(model, gain=np.where(scenario == w, model.gain, 0.0)),
                columns,
                np.flatnonzero(stage == w),
                np.flatnonzero(of_row == w),
            )
            for w in range(len(stated.problem.scenarios))
        ),
    )


def _scenario(model: LinearModel, first: Ints, own: Ints, rows: Ints) -> ScenarioProgram:
    part = _part(model, rows, np.concatenate([first, own])).relaxed()
    gain = part.gain
    of_first = part.column < first.size
    linked, tied = np.unique(part.column[of_first]), np.unique(part.row[of_first])
    dearest = max(1000.0 * EUR, float(np.abs(gain).max(initial=0.0)))
    relieved = _with_reliefs(part, tied, 2.0 * dearest)
    reliefs = np.arange(gain.size, relieved.gain.size)
    return ScenarioProgram(own=own, rows=rows, model=relieved, linked=linked, reliefs=reliefs)


def _part(model: LinearModel, rows: Ints, columns: Ints) -> LinearModel:
    """Return the program of these rows and columns, numbered anew in their order."""
    row_to = np.full(model.row_lower.size, NONE)
    row_to[rows] = np.arange(rows.size)
    column_to = np.full(model.gain.size, NONE)
    column_to[columns] = np.arange(columns.size)
    row, column = row_to[model.row], column_to[model.column]
    inside = (row != NONE) & (column != NONE)
    order = np.lexsort((column[inside], row[inside]))
    return LinearModel(
        gain=model.gain[columns],
        lower=model.lower[columns],
        upper=model.upper[columns],
        integer=model.integer[columns],
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
        row=row[inside][order],
        column=column[inside][order],
        coefficient=model.coefficient[inside][order],
    )


def _with_reliefs(model: LinearModel, rows: Ints, price: float) -> LinearModel:
    """Let each of the rows give way on the sides on which it is bounded."""
    above = rows[np.isfinite(model.row_upper[rows])]
    below = rows[np.isfinite(model.row_lower[rows])]
    tied = np.concatenate([above, below])
    sign = np.concatenate([-np.ones(above.size), np.ones(below.size)])
    row = np.concatenate([model.row, tied])
    column = np.concatenate([model.column, model.gain.size + np.arange(tied.size)])
    order = np.lexsort((column, row))
    return replace(
        model,
        gain=np.concatenate([model.gain, np.full(tied.size, -price)]),
        lower=np.concatenate([model.lower, np.zeros(tied.size)]),
        upper=np.concatenate([model.upper, np.full(tied.size, np.inf)]),
        integer=np.concatenate([model.integer, np.zeros(tied.size, dtype=bool)]),
        row=row[order],
        column=column[order],
        coefficient=np.concatenate([model.coefficient, sign])[order],
    )
