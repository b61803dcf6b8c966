"""Which places are neighbours on land: whose cells share a border that does not lie in the sea."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Voronoi

from geodata.cells import distinct_places, land_with_discs
from geodata.points import Floats, Geometries, geometries_of
from geodata.shapes import WGS84, Shapes, project

Ints = NDArray[np.int64]

LEAST_BORDER_M = 0.5
"""Shorter borders are corners, as between polygons (G18)."""
_FAR = 20.0
"""Distance of the places that close the diagram, in widths of the land."""


def land_border_edges(lat: ArrayLike, lon: ArrayLike, outline: Shapes, crs: str) -> Ints:
    """Join places whose cells share more than half a metre of border on land (G37).

    The same pairs as the rook neighbours (G18) of the cells (G9), without drawing them.

    Parameters
    ----------
    lat, lon
        Degrees, shape (N,); points without coordinates are left out.
    outline
        The land; what counts is the union of its rows.
    crs
        Projection in metres in which nearness is measured.

    Returns
    -------
    Places as `distinct_places` numbers them, shape (E, 2): the smaller first, sorted.

    Raises
    ------
    ValueError
        When `crs` is not a projection in metres or cannot show the points and the outline.
    """
    first, _ = distinct_places(lat, lon)
    if len(first) < 2:
        return np.empty((0, 2), dtype=np.int64)
    spots = gpd.points_from_xy(np.asarray(lon)[first], np.asarray(lat)[first])
    sites = geometries_of(project(gpd.GeoDataFrame(geometry=spots, crs=WGS84), crs))
    land = land_with_discs(sites, outline, crs)
    pairs, borders = _borders(shapely.get_coordinates(sites), land)
    pairs = np.sort(pairs[_length_on(land, borders) > LEAST_BORDER_M], axis=1)
    return np.unique(pairs.astype(np.int64), axis=0)


def _borders(xy: Floats, land: shapely.Geometry) -> tuple[Ints, Geometries]:
    """Return neighbouring places in the Voronoi diagram (E, 2), and their border as a line.

    Four places far off close the diagram: no land is nearer to them, no border of others is
    endless.
    """
    low, high = _extent(xy, land)
    away = _FAR * max(float((high - low).max()), 1.0)
    corners = (low + high) / 2 + away * np.array([[-1, 0], [1, 0], [0, -1], [0, 1]])
    diagram = Voronoi(np.vstack([xy, corners]))
    ends = np.array(diagram.ridge_vertices, dtype=np.int64)
    real = (diagram.ridge_points < len(xy)).all(axis=1) & (ends >= 0).all(axis=1)
    lines = shapely.linestrings(diagram.vertices[ends[real]])
    return diagram.ridge_points[real], np.asarray(lines, dtype=object)


def _extent(xy: Floats, land: shapely.Geometry) -> tuple[Floats, Floats]:
    corners = np.vstack([xy, np.array(shapely.bounds(land)).reshape(2, 2)])
    return corners.min(axis=0), corners.max(axis=0)


def _length_on(land: shapely.Geometry, lines: Geometries) -> Floats:
    """Return the length of each line on land, in metres; only lines across a coast are cut."""
    shapely.prepare(land)
    length = np.where(shapely.intersects(land, lines), shapely.length(lines), 0.0)
    cut = (length > 0) & ~shapely.contains_properly(land, lines)
    length[cut] = shapely.length(shapely.intersection(lines[cut], land))
    return length
