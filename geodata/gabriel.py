"""Which places are neighbours when there are no polygons: the Gabriel graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import Delaunay, QhullError, cKDTree

Ints = NDArray[np.int64]
_SAME = 1e-9
"""Distances that differ by less than this share are equal: sums of floats are not exact."""


def gabriel_edges(xy: ArrayLike) -> Ints:
    """Join places between which no other lies: none in the disc with the two as diameter (G30).

    The graph is connected, holds the shortest tree and has few long edges, unlike the Delaunay
    triangulation it is part of (Gabriel and Sokal, Systematic Zoology 18, 1969).

    Parameters
    ----------
    xy
        Distinct positions on a plane, shape (C, 2).

    Returns
    -------
    Positions in `xy`, shape (E, 2): the smaller first, sorted, each pair once.
    """
    plane = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    pairs = _triangulated(plane)
    ends = plane[pairs]
    half = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1) / 2
    if not len(pairs):
        return pairs
    nearest, _ = cKDTree(plane).query(ends.mean(axis=1))
    return pairs[nearest >= half * (1 - _SAME)]


def _triangulated(plane: NDArray[np.float64]) -> Ints:
    """Return the Delaunay edges; along a line, or with two places, each place and the next."""
    try:
        corners = Delaunay(plane).simplices
    except (QhullError, ValueError):
        order = np.lexsort(plane.T)
        return _unique(np.column_stack([order[:-1], order[1:]]))
    return _unique(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]))


def _unique(pairs: NDArray) -> Ints:
    return np.unique(np.sort(pairs.astype(np.int64), axis=1), axis=0)
