"""Read how demand may turn out: cases, their probabilities and factors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.frames import rows_of
from scenarios.horizon import horizon_months
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]
EXPECTED = "expected"


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Hold W cases of demand over G pools and segments and T months.

    Attributes
    ----------
    names, probability
        (W,) adding up to 1.
    target_factor, win_rate_factor
        (G, T, W) on the deals there are to win and on the conversion of the last phase.
    """

    names: tuple[str, ...]
    probability: Floats
    target_factor: Floats
    win_rate_factor: Floats


def demand_of(workspace: Workspace, segments: Sequence[str], *, as_planned: bool = False) -> Demand:
    """Return the cases of the workspace in the order of its table; one as expected without any.

    `segments` names the segment of each of the G lines; factors of all rows that fit multiply.
    `as_planned` leaves the cases out: what the targets say is what is wanted.
    """
    table, months = workspace.tables["demand_scenarios"], horizon_months(workspace.config)
    table = table.head(0) if as_planned else table
    names = tuple(str(name) for name in table["name"].drop_duplicates()) or (EXPECTED,)
    shape = (len(segments), len(months), len(names))
    targets, wins = np.ones(shape), np.ones(shape)
    for row in rows_of(table):
        lines = [row.segment in {"", segment} for segment in segments]
        times = [row.month in {"", month} for month in months]
        cells = np.ix_(
            np.flatnonzero(lines), np.flatnonzero(times), np.array([names.index(row.name)])
        )
        targets[cells] *= 1.0 if pd.isna(row.target_factor) else row.target_factor
        wins[cells] *= 1.0 if pd.isna(row.win_rate_factor) else row.win_rate_factor
    return Demand(
        names=names,
        probability=_whole(table),
        target_factor=targets,
        win_rate_factor=wins,
    )


def _whole(table: pd.DataFrame) -> Floats:
    if table.empty:
        return np.ones(1)
    each = table.drop_duplicates("name")["probability"].to_numpy(float)
    # Typed to a few digits: made a whole, as the check allows.
    return np.asarray(each / each.sum())
