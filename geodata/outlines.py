"""Countries: the outline of one, and the parts of it that matter to given points."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.points import Geometries, border_segments, mean_place, plane_km
from geodata.shapes import WGS84, Shapes, polygonal
from geodata.topology import Topology, read_topology

DATA = Path(__file__).parent / "data"
MAINLAND_KM = 200.0
"""Keeps Corsica for accounts on the Riviera, and leaves what lies across an ocean."""


def country_outline(iso3: str) -> Shapes:
    """Return the outline of a country as Natural Earth draws it at 1:10 million.

    Parameters
    ----------
    iso3
        ISO 3166-1 alpha-3 code, in capitals or not; Kosovo is XKX.

    Returns
    -------
    One row: iso3, name, geometry (all parts of the country, EPSG:4326).

    Raises
    ------
    ValueError
        When the code is not among those of geodata/data/countries.csv.
    """
    code = iso3.strip().upper()
    row = country_codes().get(code)
    if row is None:
        raise ValueError(f"country {iso3!r} is not known; give three letters such as FRA or DEU")
    numeric, name = row
    return gpd.GeoDataFrame(
        {"iso3": [code], "name": [name]}, geometry=[_land(numeric, name)], crs=WGS84
    )


def mainland(outline: Shapes, points: ArrayLike, within_km: float = MAINLAND_KM) -> Shapes:
    """Keep the parts of a country that lie near the points, so that far islands spoil no map.

    Parameters
    ----------
    outline
        One row, EPSG:4326.
    points
        lat, lon in degrees, shape (U, 2); rows with NaN are ignored.
    within_km
        A part stays when a point lies inside it or at most this far from its border (G6).

    Returns
    -------
    The outline with fewer parts; the whole of it when no part is near any point.
    """
    places = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    places = places[np.isfinite(places).all(axis=1)]
    parts = shapely.get_parts(outline.geometry.iloc[0])
    near = _near(parts, places, within_km) if len(places) else np.zeros(len(parts), dtype=bool)
    kept = outline.copy()
    if near.any():
        kept.geometry = np.array([shapely.MultiPolygon(list(parts[near]))], dtype=object)
    return kept


@cache
def country_codes() -> dict[str, tuple[str, str]]:
    """Return alpha-3 code -> (numeric code, name) of every country that can be asked for."""
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as lines:
        return {row["iso3"]: (row["numeric"], row["name"]) for row in csv.DictReader(lines)}


@cache
def _topology() -> Topology:
    return read_topology(DATA / "countries-10m.json.gz", "countries")


@cache
def _land(numeric: str, name: str) -> shapely.Geometry:
    """Return all a country's polygons; those without a numeric code are found by name."""
    topology = _topology()
    pieces = [
        piece
        for drawn in topology.objects
        if (drawn.get("id") == numeric if numeric else drawn["properties"]["name"] == name)
        for piece in topology.polygons(drawn)
    ]
    # A narrow bay folded by the source's grid makes an outline touch itself.
    return shapely.union_all(polygonal(shapely.make_valid(np.array(pieces, dtype=object))))


def _near(parts: Geometries, places: NDArray[np.float64], within_km: float) -> NDArray[np.bool_]:
    """Say which parts hold a place or have their border near one, on a plane around the places."""
    centre = mean_place(places[:, 0], places[:, 1])
    flat = shapely.points(plane_km(places[:, 0], places[:, 1], centre))
    tree = shapely.STRtree(np.atleast_1d(np.asarray(flat)))
    near = np.zeros(len(parts), dtype=bool)
    for row, part in enumerate(parts):
        border = border_segments(part)
        # Lines and not polygons: a far part would turn inside out on this plane.
        line = shapely.linestrings(plane_km(border[:, 1], border[:, 0], centre))
        near[row] = (
            len(tree.query(line, predicate="dwithin", distance=within_km)) > 0
            or shapely.intersects_xy(part, places[:, 1], places[:, 0]).any()
        )
    return near
