"""Points: great-circle distances, and what is wrong with coordinates typed by people."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

EARTH_RADIUS_KM = 6371.0088
"""Mean radius of the Earth, (2a + b) / 3 of GRS 80 (Moritz 2000, IUGG)."""

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_BORDER_STEP_DEG = 0.25
_BLOCK_CELLS = 4_000_000


def great_circle_km(lat1: ArrayLike, lon1: ArrayLike, lat2: ArrayLike, lon2: ArrayLike) -> Floats:
    """Return the distance on a sphere in km (haversine, G1).

    The four arguments are degrees and are broadcast against each other; NaN gives NaN. The
    haversine keeps its digits for points metres apart, where the cosine rule loses them.

    Examples
    --------
    >>> round(float(great_circle_km(48.8566, 2.3522, 45.7640, 4.8357)))
    391
    """
    phi1, phi2 = _radians(lat1), _radians(lat2)
    # np.square and not ** 2, which rounds a single number otherwise than an array of them.
    half_lat = np.square(np.sin((phi2 - phi1) / 2))
    half_lon = np.square(np.sin((_radians(lon2) - _radians(lon1)) / 2))
    share = half_lat + np.cos(phi1) * np.cos(phi2) * half_lon
    # Rounding can push antipodes a hair above 1, where the arcsine ends.
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(share, 1.0)))


def distance_matrix_km(points: ArrayLike, seats: ArrayLike) -> Floats:
    """Return the great-circle distance of every point to every seat.

    Parameters
    ----------
    points, seats
        lat, lon in degrees, shapes (U, 2) and (S, 2).

    Returns
    -------
    km, shape (U, S).
    """
    start = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    end = np.asarray(seats, dtype=np.float64).reshape(-1, 2)
    km = np.empty((len(start), len(end)))
    # In blocks, so that 100,000 points and 500 seats need their result and little more.
    rows = max(1, _BLOCK_CELLS // max(1, len(end)))
    for first in range(0, len(start), rows):
        block = start[first : first + rows]
        km[first : first + rows] = great_circle_km(block[:, :1], block[:, 1:], end[:, 0], end[:, 1])
    return km


def mean_place(lat: ArrayLike, lon: ArrayLike, weights: ArrayLike = 1.0) -> tuple[float, float]:
    """Return the latitude and longitude of the weighted mean direction of places (G2).

    Directions are averaged, not degrees, so 179 E and 179 W meet at 180 and not at Greenwich.
    """
    phi, theta = _radians(lat), _radians(lon)
    pull = np.broadcast_to(np.asarray(weights, dtype=np.float64), phi.shape)
    x = float(np.sum(pull * np.cos(phi) * np.cos(theta)))
    y = float(np.sum(pull * np.cos(phi) * np.sin(theta)))
    z = float(np.sum(pull * np.sin(phi)))
    return float(np.degrees(np.arctan2(z, np.hypot(x, y)))), float(np.degrees(np.arctan2(y, x)))


def plane_km(lat: ArrayLike, lon: ArrayLike, centre: tuple[float, float]) -> Floats:
    """Lay places out on a plane, shape (N, 2), in km east and north of the centre (G3).

    Azimuthal equidistant on the sphere: true from the centre; between other places up to
    0.4 % too long within 1,000 km of it, 1.7 % within 2,000 km.
    """
    phi, phi0 = _radians(lat), np.radians(centre[0])
    turn = _radians(lon) - np.radians(centre[1])
    east = np.cos(phi) * np.sin(turn)
    north = np.cos(phi0) * np.sin(phi) - np.sin(phi0) * np.cos(phi) * np.cos(turn)
    up = np.sin(phi0) * np.sin(phi) + np.cos(phi0) * np.cos(phi) * np.cos(turn)
    flat = np.hypot(east, north)
    angle = np.arctan2(flat, up)
    scale = np.divide(angle, flat, out=np.ones_like(flat), where=flat > 0)
    return EARTH_RADIUS_KM * np.stack([scale * east, scale * north], axis=-1)


def border_segments(land: shapely.Geometry) -> Floats:
    """Return the border in short pieces: lon1, lat1, lon2, lat2 in degrees, shape (B, 4).

    Pieces are at most a quarter of a degree long, so that a straight line between their ends
    means the same in degrees, on a plane and on the sphere.
    """
    rings = shapely.get_rings(shapely.get_parts(shapely.segmentize(land, _BORDER_STEP_DEG)))
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    together = ring[1:] == ring[:-1]
    return np.hstack([xy[:-1][together], xy[1:][together]])


def outside_km(lat: ArrayLike, lon: ArrayLike, outline: gpd.GeoDataFrame) -> Floats:
    """Return how far each point lies outside a country's outline (G4).

    Parameters
    ----------
    lat, lon
        Degrees, shape (N,).
    outline
        Polygons, EPSG:4326.

    Returns
    -------
    km, shape (N,): 0 inside and on the border, NaN for a point without coordinates, infinity
    for coordinates no place on Earth has (latitude beyond 90, longitude beyond 180).

    Raises
    ------
    ValueError
        When the outline is empty.
    """
    land = shapely.union_all(geometries_of(outline))
    if shapely.is_empty(land):
        raise ValueError("the outline is empty, so nothing is inside or outside it")
    y, x = np.broadcast_arrays(np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64))
    known = np.isfinite(y) & np.isfinite(x)
    possible = known & (np.abs(y) <= 90) & (np.abs(x) <= 180)
    km = np.where(known, np.inf, np.nan)
    shapely.prepare(land)
    inside = np.zeros(y.shape, dtype=bool)
    inside[possible] = shapely.intersects_xy(land, x[possible], y[possible])
    km[inside] = 0.0
    sea = possible & ~inside
    if sea.any():
        km[sea] = _to_border_km(y[sea], x[sea], border_segments(land))
    return km


def geometries_of(shapes: gpd.GeoDataFrame) -> Geometries:
    """Return the geometry column as an array of shapely geometries, shape (N,)."""
    return np.asarray(shapes.geometry.array, dtype=object)


def _to_border_km(lat: Floats, lon: Floats, border: Floats) -> Floats:
    """Return the distance to the nearest piece of border, the piece found on a plane."""
    centre = mean_place(border[:, 1], border[:, 0])
    starts = plane_km(border[:, 1], border[:, 0], centre)
    ends = plane_km(border[:, 3], border[:, 2], centre)
    places = shapely.points(plane_km(lat, lon, centre))
    flat = np.asarray(shapely.linestrings(np.stack([starts, ends], axis=1)))
    nearest = shapely.STRtree(flat).nearest(places)
    share = shapely.line_locate_point(flat[nearest], places, normalized=True)
    piece = border[nearest]
    foot_lon = piece[:, 0] + share * (piece[:, 2] - piece[:, 0])
    foot_lat = piece[:, 1] + share * (piece[:, 3] - piece[:, 1])
    return great_circle_km(lat, lon, foot_lat, foot_lon)


def _radians(degrees: ArrayLike) -> Floats:
    return np.radians(np.asarray(degrees, dtype=np.float64))
