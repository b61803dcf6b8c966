"""Where things are: the country, the points of units, and what counts as far from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.areas import Shapes
from geodata.outlines import country_outline
from geodata.points import great_circle_km, outside_km

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FAR_FROM_COUNTRY_KM = 25.0
"""Beyond coastal waters and the coarseness of the outline; border towns of neighbours pass."""
FAR_FROM_UNIT_KM = 20.0
USUAL_DISTANCES = 4.0
"""How many times the usual distance from the point of a unit is far, without polygons."""
_ENOUGH_ACCOUNTS = 5


@dataclass(frozen=True, kw_only=True)
class Country:
    """Hold the outline of a country."""

    name: str
    outline: Shapes

    def km_outside(self, frame: pd.DataFrame) -> Floats:
        """Return how far each point lies outside, (N,): 0 inside, NaN without coordinates."""
        return outside_km(*_degrees(frame), self.outline)

    def holds_when_swapped(self, frame: pd.DataFrame, away: Floats) -> Bools:
        """Say which points are far outside as given and inside with lat and lon exchanged (G5)."""
        lat, lon = _degrees(frame)
        swapped = away > FAR_FROM_COUNTRY_KM
        if swapped.any():
            swapped[swapped] = outside_km(lon[swapped], lat[swapped], self.outline) == 0
        return swapped


@cache
def country_of(code: str) -> Country | None:
    """Return the country with an ISO 3166 alpha-3 code, None for "" and unknown codes."""
    if not code:
        return None
    try:
        outline = country_outline(code)
    except ValueError:
        return None
    return Country(name=str(outline["name"].iloc[0]), outline=outline)


def impossible(frame: pd.DataFrame) -> Bools:
    """Say which coordinates no place on Earth has, or are 0, 0; False where they are missing."""
    lat, lon = _degrees(frame)
    return (np.abs(lat) > 90) | (np.abs(lon) > 180) | ((lat == 0) & (lon == 0))


def unit_points(units: pd.DataFrame) -> pd.DataFrame:
    """Return lat_deg and lon_deg by unit_id, units without a point left out."""
    points = units.set_index("unit_id")[["lat_deg", "lon_deg"]].dropna()
    return points[~points.index.duplicated()]


def km_to_unit(accounts: pd.DataFrame, points: pd.DataFrame) -> Floats:
    """Return the distance of each account to the point of its unit, NaN where unknown."""
    there = points.reindex(accounts["unit_id"]).to_numpy(float)
    lat, lon = _degrees(accounts)
    return great_circle_km(lat, lon, there[:, 0], there[:, 1])


def far_from_unit(
    accounts: pd.DataFrame, points: pd.DataFrame, shapes: Shapes | None
) -> tuple[Floats, Bools]:
    """Return the distance of each account from its unit, and whether it is far.

    With polygons the distance is to the polygon, and more than 20 km is far. Without, it is to
    the point of the unit, and far is more than 20 km and more than 4 times the usual distance:
    the median over all accounts or, if larger, over the unit's own when it has 5 or more. So
    small and large units need no setting of their own.
    """
    away = km_to_unit(accounts, points)
    if shapes is not None:
        # A point near the unit's inner point is not far from the polygon: most need no look.
        for unit in accounts.loc[away > FAR_FROM_UNIT_KM, "unit_id"].drop_duplicates():
            polygon = shapes[shapes["unit_id"] == unit]
            if len(polygon):
                own = (accounts["unit_id"] == unit).to_numpy()
                away[own] = outside_km(*_degrees(accounts[own]), polygon)
        return away, away > FAR_FROM_UNIT_KM
    return away, away > np.maximum(FAR_FROM_UNIT_KM, USUAL_DISTANCES * _usual_km(accounts, away))


def _usual_km(accounts: pd.DataFrame, away: Floats) -> Floats:
    distance = pd.Series(away, index=accounts.index)
    groups = distance.groupby(accounts["unit_id"])
    own = groups.transform("median").where(groups.transform("count") >= _ENOUGH_ACCOUNTS)
    return np.fmax(own.to_numpy(float), distance.median())


def _degrees(frame: pd.DataFrame) -> tuple[Floats, Floats]:
    return frame["lat_deg"].to_numpy(float), frame["lon_deg"].to_numpy(float)
