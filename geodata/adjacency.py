"""Neighbours: which cells share a border, and which hang together."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from geodata.points import Geometries, geometries_of
from geodata.shapes import Shapes, in_metres

Ints = NDArray[np.int64]

SAME_BORDER_M = 0.5
"""Borders closer than this are one border; noise of rounding and projecting is far smaller."""

_CORNER_FACTOR = 10.0


def neighbours(cells: Shapes, tolerance_m: float = SAME_BORDER_M) -> Ints:
    """Find the pairs of cells that share a piece of border: rook neighbours (G18).

    Cells that meet in a corner only are not neighbours. Borders drawn vertex by vertex alike
    are matched exactly; where they are not, because each cell was simplified on its own or has
    a vertex its neighbour lacks, borders closer than `tolerance_m` count as shared.

    Parameters
    ----------
    cells
        N polygons, in degrees or projected.
    tolerance_m
        Raise it to the error of the drawing for polygons that do not fit together.

    Returns
    -------
    Row positions, shape (E, 2): the smaller first, sorted, each pair once.
    """
    if len(cells) == 0:
        return np.empty((0, 2), dtype=np.int64)
    polygons = geometries_of(in_metres(cells))
    exact = _pairs_of_equal_segments(geometries_of(cells), polygons, tolerance_m)
    close = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=tolerance_m)
    close = close.T[close[0] < close[1]].astype(np.int64)
    open_pairs = close[~np.isin(_key(close, len(cells)), _key(exact, len(cells)))]
    inexact = open_pairs[_run_along(polygons, open_pairs, tolerance_m)]
    return np.unique(np.vstack([exact, inexact]), axis=0)


def components(n: int, edges: Ints) -> Ints:
    """Give each cell the number of its connected component.

    Parameters
    ----------
    n
        How many cells there are.
    edges
        Pairs of cells, shape (E, 2), as `neighbours` returns them.

    Returns
    -------
    Component of each cell, shape (n,), counted from 0 in the order of their first members.

    Examples
    --------
    >>> components(5, np.array([[0, 3], [1, 2]]))
    array([0, 1, 1, 0, 2])
    """
    root = np.arange(n, dtype=np.int64)
    start, end = np.asarray(edges, dtype=np.int64).reshape(-1, 2).T
    while True:
        # Each root hangs itself under the smallest root it meets; chains are then halved away.
        low, high = np.minimum(root[start], root[end]), np.maximum(root[start], root[end])
        if (low == high).all():
            break
        np.minimum.at(root, high, low)
        while (root != root[root]).any():
            root = root[root]
    return np.unique(root, return_inverse=True)[1].astype(np.int64)


def _pairs_of_equal_segments(drawn: Geometries, metric: Geometries, longer_than_m: float) -> Ints:
    """Pair the cells whose borders hold the same segments, in sum longer than `longer_than_m`.

    Segments are compared as drawn, bit by bit; their lengths are measured in metres.
    """
    ends, owner = _segments(drawn)
    places, _ = _segments(metric)
    length = np.hypot(places[:, 2] - places[:, 0], places[:, 3] - places[:, 1])
    order = np.lexsort(ends.T)
    twins = (ends[order][1:] == ends[order][:-1]).all(axis=1)
    one, other = owner[order][:-1][twins], owner[order][1:][twins]
    pairs = np.sort(np.column_stack([one, other]), axis=1)
    apart = pairs[:, 0] != pairs[:, 1]
    unique, pair = np.unique(pairs[apart], axis=0, return_inverse=True)
    shared = np.bincount(pair.ravel(), length[order][:-1][twins][apart], minlength=len(unique))
    return unique[shared > longer_than_m]


def _segments(polygons: Geometries) -> tuple[NDArray[np.float64], Ints]:
    """Return the border pieces of all polygons, direction removed: ends (B, 4) and owner (B,)."""
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    joined = ring[1:] == ring[:-1]
    start, end = xy[:-1][joined], xy[1:][joined]
    backwards = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    start[backwards], end[backwards] = end[backwards], start[backwards]
    owner = polygon[part[ring[:-1][joined]]]
    return np.hstack([start, end]), owner.astype(np.int64)


def _run_along(polygons: Geometries, pairs: Ints, tolerance_m: float) -> NDArray[np.bool_]:
    """Say for which pairs the first one's border stays beside the second.

    At a corner a border is within the tolerance for a length of about the tolerance over the
    sine of the angle; ten tolerances set such contacts apart down to angles of some 11 degrees.
    """
    border = shapely.boundary(polygons[pairs[:, 0]])
    beside = shapely.intersection(border, shapely.buffer(polygons[pairs[:, 1]], tolerance_m))
    return shapely.length(beside) > _CORNER_FACTOR * tolerance_m


def _key(pairs: Ints, n: int) -> Ints:
    return pairs[:, 0] * n + pairs[:, 1]
