"""Hold what it costs to serve a unit from a seat, as a matrix or computed when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class SeatCosts(Protocol):
    """Give EUR a year of serving units from seats; +inf where the seat is not eligible."""

    @property
    def shape(self) -> tuple[int, int]:
        """Return (U, S)."""
        ...

    def rows(self, first: int, last: int) -> Floats:
        """Return EUR (last - first, S) of the units first..last-1."""
        ...

    def at(self, unit: Ints, seat: Ints) -> Floats:
        """Return EUR (n,) of the pairs given, `unit` and `seat` (n,)."""
        ...


@dataclass(frozen=True, kw_only=True)
class MatrixCosts:
    """Give costs out of a full (U, S) matrix."""

    matrix: Floats

    @property
    def shape(self) -> tuple[int, int]:
        """Return (U, S)."""
        units, seats = self.matrix.shape
        return units, seats

    def rows(self, first: int, last: int) -> Floats:
        """Return EUR (last - first, S); a view of the matrix, not to be written to."""
        return self.matrix[first:last]

    def at(self, unit: Ints, seat: Ints) -> Floats:
        """Return EUR (n,) of the pairs given."""
        return self.matrix[unit, seat]


@dataclass(frozen=True, kw_only=True)
class DistanceCosts:
    """Compute costs as EUR per km times distance, so that millions of units need no matrix.

    Attributes
    ----------
    unit_km, seat_km
        (U, D) and (S, D) positions; D = 2 on a map, D = 3 for chords through the earth.
    eur_per_km
        (U,) EUR a year and km between unit and seat.
    kind
        (U,) index of the unit's kind (segment, skill, language).
    serves
        (kinds, S) bool: whether the seat may serve units of that kind.
    """

    unit_km: Floats
    seat_km: Floats
    eur_per_km: Floats
    kind: Ints
    serves: NDArray[np.bool_]

    @property
    def shape(self) -> tuple[int, int]:
        """Return (U, S)."""
        return len(self.unit_km), len(self.seat_km)

    def rows(self, first: int, last: int) -> Floats:
        """Return EUR (last - first, S)."""
        squared = np.zeros((last - first, len(self.seat_km)))
        for axis in range(self.unit_km.shape[1]):
            apart = self.unit_km[first:last, axis, None] - self.seat_km[None, :, axis]
            squared += apart * apart
        cost = np.sqrt(squared, out=squared)
        cost *= self.eur_per_km[first:last, None]
        cost[~self.serves[self.kind[first:last]]] = np.inf
        return cost

    def at(self, unit: Ints, seat: Ints) -> Floats:
        """Return EUR (n,) of the pairs given."""
        squared = np.zeros(len(unit))
        for axis in range(self.unit_km.shape[1]):
            apart = self.unit_km[unit, axis] - self.seat_km[seat, axis]
            squared += apart * apart
        cost = np.sqrt(squared) * self.eur_per_km[unit]
        return np.where(self.serves[self.kind[unit], seat], cost, np.inf)
