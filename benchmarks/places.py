"""Build territory problems on real places: GeoNames, population standing for potential.

The table is a Parquet file with columns country (ISO 3166, two letters), lat, lon and population.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pyarrow import parquet

from benchmarks.territory_instances import problem_on_points
from optimizer.territory_problem import Floats, TerritoryProblem

EARTH_KM = 6371.0
TOLERANCE = (0.05, 0.30)
"""Of workload and potential: small places bring much workload and hardly any potential."""
LARGEST = 0.30
"""Most a place brings, in mean territories: larger ones are planned in parts."""
PLACES = {
    "us50": ("US", 50, LARGEST),
    "us150": ("US", 150, LARGEST),
    "us150whole": ("US", 150, np.inf),
    "fr40": ("FR", 40, LARGEST),
    "de100": ("DE", 100, LARGEST),
    "all200": (None, 200, LARGEST),
}
"""Country (None: all places of the table), seats, and the most a place brings, by name."""


class PlacesError(ValueError):
    """Say why there are no places, in one line."""


def place_problem(name: str, seed: int, file: Path | None = None) -> TerritoryProblem:
    """Return the problem on the places with that name.

    Raises
    ------
    PlacesError
        When the name is unknown or there is no table to take the places from.
    """
    if name not in PLACES:
        raise PlacesError(f"no places '{name}'; there are: {', '.join(PLACES)}")
    country, seats, most = PLACES[name]
    return problem_on_places(*_table(file), seats, country=country, seed=seed, most=most)


def problem_on_places(
    land: NDArray[np.object_],
    lat: Floats,
    lon: Floats,
    population: Floats,
    seats: int,
    *,
    country: str | None = None,
    seed: int = 1,
    tolerance: tuple[float, float] = TOLERANCE,
    most: float = np.inf,
) -> TerritoryProblem:
    """Return accounts at places, served along chords through the earth; arrays are (U,).

    Population stands for potential, cut at `most` mean territories: uncut, one place may be
    more than a window holds. Of the US the contiguous part only.
    """
    chosen = np.ones(len(land), dtype=bool) if country is None else land == country
    if country == "US":
        chosen &= (lat > 24) & (lat < 50) & (lon > -125) & (lon < -66)
    kept = np.flatnonzero(chosen & (population > 0))
    phi, theta = np.radians(lat[kept]), np.radians(lon[kept])
    unit = np.column_stack([np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)])
    rng = np.random.default_rng([seed, 4])
    size = population[kept].astype(np.float64)
    return problem_on_points(EARTH_KM * unit, size, seats, rng, tolerance, most=most)


def _table(file: Path | None) -> tuple[NDArray[np.object_], Floats, Floats, Floats]:
    """Return country, latitude, longitude and population of all places."""
    if file is None:
        raise PlacesError("places need a table: give it with --places-file")
    try:
        table = parquet.read_table(file, columns=["country", "lat", "lon", "population"])
    except (OSError, ValueError) as error:
        raise PlacesError(f"{file}: cannot be read as places ({error})") from error
    land, lat, lon, population = (column.to_numpy() for column in table.columns)
    return land, lat, lon, population
