"""Order units so that neighbours of like size stand side by side, for fast pricing."""

from __future__ import annotations

import numpy as np

from optimizer.territory_costs import DistanceCosts, SeatCosts
from optimizer.territory_problem import Floats, Ints

BITS = 10
"""Of the place along each axis that count: a thousand strips."""
CELL = 1_024
"""Units of a cell, within which they are ordered by size."""


def tour_of(costs: SeatCosts, size: Floats) -> Ints:
    """Return (U,) the place of each unit on the tour; empty where costs are not by distance.

    Cells follow a Z-order curve (Morton, 1966) of places along the axes; within a cell units go
    by their `size` (U, R) per EUR a km, as units of like ratio prefer like seats.
    """
    if not isinstance(costs, DistanceCosts):
        return np.zeros(0, dtype=np.int64)
    place = np.argsort(np.argsort(_curve(costs.unit_km), kind="stable"), kind="stable")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = size.max(axis=1, initial=0.0) / costs.eur_per_km
    order = np.lexsort((ratio, costs.kind, place // CELL))
    tour = np.empty(len(order), dtype=np.int64)
    tour[order] = np.arange(len(order))
    return tour


def _curve(km: Floats) -> Ints:
    """Return (U,) positions on the curve; strips along each axis hold equally many units."""
    units, axes = km.shape
    position = np.zeros(units, dtype=np.int64)
    for axis in range(axes):
        strip = np.empty(units, dtype=np.int64)
        strip[np.argsort(km[:, axis], kind="stable")] = (np.arange(units) << BITS) // max(1, units)
        for bit in range(BITS):
            position |= ((strip >> bit) & 1) << (bit * axes + axis)
    return position
