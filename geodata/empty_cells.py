"""Which cell a place lies in, and which cell the land without any place goes with."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geodata.adjacency import neighbours
from geodata.points import Geometries, geometries_of
from geodata.shapes import WGS84, Shapes, in_metres

Ints = NDArray[np.int64]
NOBODY = -1
_LEAST_M = 1e-3
"""A way of no length would count as no way in a sparse matrix."""


def cell_at(cells: Shapes, lat: ArrayLike, lon: ArrayLike) -> Ints:
    """Return the cell nearest to each place, (P,): the one it lies in; the first among equals.

    Parameters
    ----------
    cells
        N polygons, in degrees or projected.
    lat, lon
        Degrees, shape (P,); -1 is returned for places without coordinates, or without cells.
    """
    phi, theta = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(phi) & np.isfinite(theta))
    found = np.full(len(phi), NOBODY, dtype=np.int64)
    if len(cells) and len(known):
        metric = in_metres(cells)
        spots = gpd.GeoSeries.from_xy(theta[known], phi[known], crs=WGS84).to_crs(str(metric.crs))
        tree = shapely.STRtree(geometries_of(metric))
        place, cell = tree.query_nearest(spots.to_numpy())
        first = np.unique(place, return_index=True)[1]
        order = np.lexsort([cell, place])
        found[known] = cell[order][first]
    return found


def joined_to_held(cells: Shapes, held: ArrayLike) -> tuple[Ints, Ints]:
    """Join each empty cell to the held cell nearest by way of neighbours (G38).

    The graph Voronoi diagram: the way from cell to cell is as long as the way between their
    centroids, so what joins a held cell always hangs together with it. Empty cells outside the
    convex hull of the held ones, and those that no neighbour leads to, join none.

    Parameters
    ----------
    cells
        N polygons, in degrees or projected.
    held
        Whether a cell holds something, shape (N,).

    Returns
    -------
    The held cell each cell joins, shape (N,), -1 for none, itself where held; and the pairs of
    held cells that are neighbours with what joined them, shape (E, 2), the smaller first, sorted.
    """
    full = np.asarray(held, dtype=bool)
    if not len(cells) or not full.any():
        return np.full(len(cells), NOBODY, dtype=np.int64), np.empty((0, 2), dtype=np.int64)
    pairs, polygons = neighbours(cells), geometries_of(in_metres(cells))
    within = full | _amid(polygons, full)
    open_pairs = pairs[within[pairs].all(axis=1)]
    home = _nearest(shapely.centroid(polygons), open_pairs, np.flatnonzero(full))
    edges = home[pairs[(home[pairs] >= 0).all(axis=1)]]
    apart = edges[edges[:, 0] != edges[:, 1]]
    return home, np.unique(np.sort(apart, axis=1), axis=0)


def _amid(polygons: Geometries, full: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which polygons have a part whose middle is in the convex hull of the held ones.

    Any part, since an exclave of a unit is a hole in another.
    """
    hull = shapely.convex_hull(shapely.geometrycollections(polygons[full]))
    shapely.prepare(hull)
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    inside = shapely.intersects(hull, shapely.point_on_surface(parts))
    return np.bincount(polygon[inside], minlength=len(polygons)) > 0


def _nearest(points: Geometries, pairs: Ints, sources: Ints) -> Ints:
    """Return the source nearest to each cell along the pairs, -1 where none is reached."""
    length = np.maximum(shapely.distance(points[pairs[:, 0]], points[pairs[:, 1]]), _LEAST_M)
    ways = coo_array((length, pairs.T), shape=(len(points), len(points))).tocsr()
    _, _, source = dijkstra(
        ways, directed=False, indices=sources, min_only=True, return_predecessors=True
    )
    return np.where(source >= 0, source, NOBODY).astype(np.int64)
