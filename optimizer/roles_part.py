"""Take a part of a linear model: some columns stay free, the others keep their values."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.roles_problem import Bools, Floats, Ints

ROUNDING = 1e-5


@dataclass(frozen=True, kw_only=True)
class Part:
    """Hold a smaller model and the columns of the whole it is made of."""

    model: LinearModel
    columns: Ints

    def put_back(self, values: Floats, whole: Floats) -> Floats:
        """Return the whole point with the part's columns replaced."""
        changed = whole.copy()
        changed[self.columns] = values
        return changed


def part_of(model: LinearModel, free: Bools, x: Floats) -> Part:
    """Return the model over the free columns, the others fixed at `x`.

    Rows are eased by what rounding may have made `x` miss, so a sound `x` always fits.
    """
    columns = np.flatnonzero(free)
    rows = model.row_lower.size
    entry_free = free[model.column]
    spent = model.coefficient * x[model.column]
    inside = _sums(model.row[entry_free], spent[entry_free], rows)
    outside = _sums(model.row[~entry_free], spent[~entry_free], rows)
    used = np.zeros(rows, dtype=bool)
    used[model.row[entry_free]] = True
    kept = np.flatnonzero(used)
    row_number = np.cumsum(used) - 1
    column_number = np.cumsum(free) - 1
    return Part(
        model=LinearModel(
            gain=model.gain[columns],
            lower=model.lower[columns],
            upper=model.upper[columns],
            integer=model.integer[columns],
            row_lower=_eased(outside - model.row_lower, -inside)[kept] * -1.0,
            row_upper=_eased(model.row_upper - outside, inside)[kept],
            row=row_number[model.row[entry_free]],
            column=column_number[model.column[entry_free]],
            coefficient=model.coefficient[entry_free],
        ),
        columns=columns,
    )


def _sums(rows: Ints, entries: Floats, count: int) -> Floats:
    return np.bincount(rows, weights=entries, minlength=count).astype(np.float64)


def _eased(most: Floats, found: Floats) -> Floats:
    """Return upper limits, lifted where `found` lies above by no more than rounding can."""
    return np.where((found > most) & (found <= most + ROUNDING), found, most)


def with_cap(model: LinearModel, cost: Floats, most: float) -> LinearModel:
    """Return the model with one more row: cost @ x is at most `most`."""
    columns = np.flatnonzero(cost)
    if not columns.size:
        return model
    number = model.row_lower.size
    return replace(
        model,
        row_lower=np.append(model.row_lower, -np.inf),
        row_upper=np.append(model.row_upper, most),
        row=np.append(model.row, np.full(columns.size, number)),
        column=np.append(model.column, columns),
        coefficient=np.append(model.coefficient, cost[columns]),
    )
