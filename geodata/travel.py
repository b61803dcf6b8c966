"""Travel: how great-circle distance becomes road kilometres, hours and a year's driving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TravelModel:
    """Hold the three figures that turn distance into travel; docs/model-geodata.md measures them.

    Attributes
    ----------
    detour_factor
        Road km per great-circle km, at least 1.
    speed_kmh
        Mean door-to-door speed, above 0.
    visits_per_trip
        Visits that share one return trip from home, at least 1.

    Raises
    ------
    ValueError
        When a figure is below its limit or not a number.
    """

    detour_factor: float = 1.3
    speed_kmh: float = 65.0
    visits_per_trip: float = 2.0

    def __post_init__(self) -> None:
        for name, lowest in (("detour_factor", 1.0), ("visits_per_trip", 1.0)):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= lowest):
                raise ValueError(f"{name} must be a number of at least {lowest:g}, not {value}")
        if not (np.isfinite(self.speed_kmh) and self.speed_kmh > 0):
            raise ValueError(f"speed_kmh must be a number above 0, not {self.speed_kmh}")

    def road_km(self, great_circle_km: ArrayLike) -> Floats:
        """Return the length of the road between places this far apart (G14)."""
        return self.detour_factor * np.asarray(great_circle_km, dtype=np.float64)

    def trip_hours(self, km: ArrayLike) -> Floats:
        """Return the hours it takes to drive `km` of road (G15)."""
        return np.asarray(km, dtype=np.float64) / self.speed_kmh

    def yearly_travel(
        self, great_circle_km: ArrayLike, visits_per_year: ArrayLike
    ) -> tuple[Floats, Floats]:
        """Return the km and hours a year of each account seen from each seat (G16).

        Parameters
        ----------
        great_circle_km
            Distance from home to account, shape (U, S).
        visits_per_year
            Visits an account gets, shape (U,).

        Returns
        -------
        Road km a year and hours a year, both shape (U, S). NaN distance gives NaN, unless the
        account gets no visit.
        """
        distance = np.asarray(great_circle_km, dtype=np.float64)
        visits = np.asarray(visits_per_year, dtype=np.float64)
        if distance.ndim != 2 or visits.shape != distance.shape[:1]:
            raise ValueError(
                f"distances (U, S) need visits (U,), not {distance.shape} and {visits.shape}"
            )
        return_trips = (visits / self.visits_per_trip)[:, None]
        km = np.where(return_trips == 0, 0.0, return_trips * 2 * self.road_km(distance))
        return km, self.trip_hours(km)
