"""Make the people of the relaxation whole at other points than a half, group by group (F27).

A group's sums of hires from the start pass whole numbers at times that differ with the point of
rounding; which suits best depends on the others, so one group after the other is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_rounding import HALF, cumulated, with_followers

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

POINTS = (0.65, 0.8, 0.9, 0.35, 0.2)
"""What is added to sums before they are cut: more of it hires sooner."""
PARTS = 1e-6


def round_again(
    stated: SourcingModel, parts: Floats, better: Callable[[Floats], bool | None]
) -> bool:
    """Try other points of rounding, for all groups at once and then for each alone.

    Parameters
    ----------
    stated, parts
        The model and (C,) values with whole contracts and parts of people.
    better
        Takes (C,) values with whole decisions; returns whether they are the best yet, None when a
        limit was hit.

    Returns
    -------
    bool
        False when a limit was hit.
    """
    rows = people_in_parts(stated, parts)
    points = [HALF] * len(rows)
    everyone = list(range(len(rows)))
    groups = [everyone] if len(rows) == 1 else [everyone, *([k] for k in everyone)]
    for chosen in groups if rows else []:
        known = points
        for point in POINTS:
            tried = [point if k in chosen else known[k] for k in range(len(rows))]
            found = better(rounded_at(stated, parts, rows, tried))
            if found is None:
                return False
            points = tried if found else points
    return True


def people_in_parts(stated: SourcingModel, parts: Floats) -> list[Ints]:
    """Return the rows of hires, redundancies and moves that have to be whole and are not."""
    blocks = (stated.columns.hires, stated.columns.layoffs, stated.columns.moves)
    rows = [row for block in blocks for row in block if stated.model.integer[row].all()]
    return [row for row in rows if np.abs(parts[row] - np.rint(parts[row])).max() > PARTS]


def rounded_at(
    stated: SourcingModel, parts: Floats, rows: Sequence[Ints], points: Sequence[float]
) -> Floats:
    """Return (C,) values with each of the rows rounded at its point, and what follows from it."""
    values = parts.copy()
    for row, point in zip(rows, points, strict=True):
        values[row] = cumulated(stated, parts, row, point)
    return with_followers(stated, values)
