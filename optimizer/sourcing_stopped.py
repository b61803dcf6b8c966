"""Make stops by scenario whole and keep them to their terms, given the plan's contracts (F28)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_builder import NONE
from optimizer.sourcing_model import SourcingModel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HALF = 0.5


def with_stops(stated: SourcingModel, values: Floats) -> Floats:
    """Return (C,) values with stops taken by half or more, as late as terms and contracts ask."""
    values, columns = values.copy(), stated.columns
    for index, stops in enumerate(columns.terminated):
        if (stops != NONE).any():
            on = values[columns.running[index]] > HALF
            offer = stated.problem.providers[index]
            since = offer.running_since_months is not None
            for scenario in stops.T:
                _put(values, scenario, _stopped(values, scenario, on, offer.min_term_months, since))
    for index, lapsed in enumerate(columns.lapsed):
        if (lapsed != NONE).any() and stated.problem.hires[index].whole:
            for scenario in lapsed.T:
                wanted = np.floor(_read(values, scenario) + HALF)
                _put(values, scenario, np.minimum(wanted, values[columns.hires[index]]))
    return values


def _read(values: Floats, columns: Ints) -> Floats:
    return np.where(columns == NONE, 0.0, values[columns])


def _put(values: Floats, columns: Ints, found: Floats) -> None:
    there = columns != NONE
    values[columns[there]] = found[there]


def _stopped(
    values: Floats, columns: Ints, on: NDArray[np.bool_], term: int, since: bool
) -> Floats:
    """Return (T,): 1 where the contract of one scenario is stopped.

    `since` says that it runs on the eve of the first month; its term is in the columns there are.
    """
    wanted = _read(values, columns) > HALF
    stopped = np.zeros(on.size)
    left, started = False, None if not since else -term
    for month in range(on.size):
        if not on[month]:
            left, started = False, None
            continue
        started = month if started is None else started
        late = month - started >= term and bool(columns[month] != NONE)
        left = left or (late and bool(wanted[month]))
        stopped[month] = float(left)
    return stopped
