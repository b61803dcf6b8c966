"""List decisions close to given ones, the most promising first (F21)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_rounding import with_followers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST_PROMISE = 1e-3
"""kEUR below which a neighbour is not worth a linear program."""


def near_decisions(stated: SourcingModel, values: Floats, reduced_gains: Floats) -> list[Floats]:
    """Return (C,) values of neighbours, those that may bring most first.

    One person fewer, one more, one a month sooner or later; a contract or its first or last month
    on or off; managers and stops follow. `reduced_gains` (C,) are those of the linear program with
    these decisions fixed. Its worth is concave in the decisions, so their product with a change is
    the most the change can bring: neighbours without any such promise are left out.
    """
    whole = np.flatnonzero(stated.model.integer)
    found: list[tuple[float, int, Floats]] = []
    for change in (*_contract_changes(stated, values), *_people_changes(stated, values)):
        near = values.copy()
        for column, step in change:
            near[column] += step
        if _within(stated, near, [column for column, _ in change]):
            near = with_followers(stated, near)
            step_size = np.rint(near[whole]) - np.rint(values[whole])
            promise = float(reduced_gains[whole] @ step_size)
            if promise > LEAST_PROMISE:
                found.append((-promise, len(found), near))
    return [near for _, _, near in sorted(found, key=lambda each: each[:2])]


Change = list[tuple[int, float]]


def _people_changes(stated: SourcingModel, values: Floats) -> Iterator[Change]:
    rows = [*stated.columns.hires, *stated.columns.moves, *stated.columns.layoffs]
    whole = [row for row in rows if stated.model.integer[row].all()]
    for row in whole:
        for month in np.flatnonzero(values[row] > 0.5).tolist():
            yield [(int(row[month]), -1.0)]
            for other in (month - 1, month + 1):
                if 0 <= other < len(row):
                    yield [(int(row[month]), -1.0), (int(row[other]), 1.0)]
    for row in whole:
        for column in row.tolist():
            yield [(column, 1.0)]


def _contract_changes(stated: SourcingModel, values: Floats) -> Iterator[Change]:
    """Drop a contract, take one for good, or move the first or last month of one."""
    for row in (*stated.columns.running, *stated.columns.automated):
        on = values[row] > 0.5
        if on.any():
            yield [(int(column), -1.0) for column in row[on]]
        if not on.all():
            free = row[~on & (stated.model.upper[row] > 0.5)]
            yield [(int(column), 1.0) for column in free]
        for month in np.flatnonzero(np.diff(on.astype(np.int64))).tolist():
            for edge in (month, month + 1):
                step = -1.0 if on[edge] else 1.0
                yield [(int(row[edge]), step)]


def _within(stated: SourcingModel, values: Floats, changed: list[int]) -> bool:
    model = stated.model
    kept = (values >= model.lower - 1e-9) & (values <= model.upper + 1e-9)
    return bool(changed) and bool(kept[changed].all())
