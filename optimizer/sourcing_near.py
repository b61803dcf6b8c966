"""Stay close to a plan: within a number of changes of its decisions (F27).

Fischetti and Lodi, "Local branching", Mathematical Programming 98, 2003.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SWITCH = 0.25
"""What a month of a contract taken or dropped counts, beside a person hired more or less."""


def near(
    model: LinearModel, people: Ints, switches: Ints, center: Floats, changes: float
) -> LinearModel:
    """Return the program within so many changes of `center` (F,).

    A person hired or moved more or less in a month counts one, a month of a contract or tool
    taken or dropped `SWITCH`.
    """
    size, rows, many = model.gain.size, model.row_lower.size, people.size
    away = size + np.arange(many)
    each = rows + np.arange(many)
    total = rows + 2 * many
    ones, on = np.ones(many), np.rint(center[switches]) > 0
    step = np.where(on, -SWITCH, SWITCH)
    row = [each, each, each + many, each + many, np.full(many, total)]
    column = [people, away, people, away, away]
    value = [ones, -ones, ones, ones, ones]
    row, column = [*row, np.full(switches.size, total)], [*column, switches]
    endless = np.full(many, np.inf)
    return _sorted(
        replace(
            model,
            gain=np.concatenate([model.gain, np.zeros(many)]),
            lower=np.concatenate([model.lower, np.zeros(many)]),
            upper=np.concatenate([model.upper, endless]),
            integer=np.concatenate([model.integer, np.zeros(many, dtype=bool)]),
            row_lower=np.concatenate([model.row_lower, -endless, center[people], [-np.inf]]),
            row_upper=np.concatenate(
                [model.row_upper, center[people], endless, [changes - SWITCH * on.sum()]]
            ),
            row=np.concatenate([model.row, *row]),
            column=np.concatenate([model.column, *column]),
            coefficient=np.concatenate([model.coefficient, *value, step]),
        )
    )


def _sorted(model: LinearModel) -> LinearModel:
    order = np.lexsort((model.column, model.row))
    return replace(
        model,
        row=model.row[order],
        column=model.column[order],
        coefficient=model.coefficient[order],
    )
