"""Which units are neighbours, for territories in one piece: by cell, land or place; bridges."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geodata.adjacency import components
from geodata.cells import distinct_places
from geodata.gabriel import gabriel_edges
from geodata.land_borders import land_border_edges
from geodata.points import mean_place, plane_km
from geodata.shapes import Shapes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_JOINED = 10
"""Neighbours a unit gets within one cell; enough to hold together, few enough for cities."""
_SMALL_PART = 50


def units_by_place(lat: ArrayLike, lon: ArrayLike) -> Ints:
    """Join units by the Gabriel graph of their places; units of one place are neighbours (G35).

    Parameters
    ----------
    lat, lon
        Degrees, shape (U,).

    Returns
    -------
    Positions of units, shape (E, 2): the smaller first, sorted, each pair once.
    """
    xy = _on_plane(lat, lon)
    if not len(xy):
        return np.empty((0, 2), dtype=np.int64)
    places, place_of = np.unique(xy.round(6), axis=0, return_inverse=True)
    return spread(gabriel_edges(places), place_of.ravel().astype(np.int64))


def units_by_land(lat: ArrayLike, lon: ArrayLike, outline: Shapes, crs: str) -> Ints:
    """Join units whose places' cells share a border on land (G37); see `units_by_place`.

    Parameters
    ----------
    lat, lon
        Degrees, shape (U,).
    outline
        The land, cut into cells as territories are drawn (G9).
    crs
        Projection in metres in which nearness is measured.

    Raises
    ------
    ValueError
        When `crs` is not a projection in metres or cannot show the points and the outline.
    """
    _, place_of = distinct_places(lat, lon)
    known = np.flatnonzero(place_of >= 0)
    return known[spread(land_border_edges(lat, lon, outline, crs), place_of[known])]


def spread(edges: Ints, cell_of: Ints) -> Ints:
    """Return the edges between units (E, 2), given those between their cells and each one's cell.

    In and between crowded cells each unit gets `MOST_JOINED` neighbours in turn, and not all.

    Examples
    --------
    >>> spread(np.array([[0, 1]]), np.array([0, 0, 1]))
    array([[0, 1],
           [0, 2],
           [1, 2]])
    """
    order = np.argsort(cell_of, kind="stable")
    count = int(cell_of.max(initial=-1)) + 1
    ends = np.cumsum(np.bincount(cell_of, minlength=count))
    members = [order[a:b] for a, b in zip(np.concatenate([[0], ends[:-1]]), ends, strict=True)]
    pairs = [_within(cell) for cell in members if len(cell) > 1]
    pairs += [
        _between(members[a], members[b])
        for a, b in edges.tolist()
        if max(a, b) < count and len(members[a]) and len(members[b])
    ]
    return _unique(np.vstack([np.empty((0, 2), dtype=np.int64), *pairs]))


def bridged(edges: Ints, lat: ArrayLike, lon: ArrayLike) -> Ints:
    """Return the edges and the shortest ones that join every part of the graph to another (G36).

    Each part but the largest is joined to the nearest unit outside, until one part is left
    (Boruvka, 1926).
    """
    xy = _on_plane(lat, lon)
    part = components(len(xy), edges)
    while part.max(initial=0) > 0:
        tree = cKDTree(xy)
        largest = int(np.bincount(part).argmax())
        small = (p for p in range(int(part.max()) + 1) if p != largest)
        bridges = [_shortest_way_out(xy, tree, part, p) for p in small]
        edges = _unique(np.vstack([edges, np.array(bridges, dtype=np.int64)]))
        part = components(len(xy), edges)
    return edges


def _shortest_way_out(xy: Floats, tree: cKDTree, part: Ints, chosen: int) -> tuple[int, int]:
    """Return the closest pair of a unit of the part and one outside."""
    inside = np.flatnonzero(part == chosen)
    if len(inside) <= _SMALL_PART:
        # Among one neighbour more than the part has units, one at least lies outside.
        km, near = tree.query(xy[inside], k=len(inside) + 1)
        km = np.where(part[near] == chosen, np.inf, km)
        row, column = np.unravel_index(int(km.argmin()), km.shape)
        return int(inside[row]), int(near[row, column])
    outside = np.flatnonzero(part != chosen)
    km, near = cKDTree(xy[outside]).query(xy[inside])
    closest = int(km.argmin())
    return int(inside[closest]), int(outside[near[closest]])


def _within(units: Ints) -> Ints:
    steps = min(MOST_JOINED, len(units) - 1)
    turned = [np.column_stack([units, np.roll(units, -step)]) for step in range(1, steps + 1)]
    return np.vstack(turned)


def _between(one: Ints, other: Ints) -> Ints:
    long, short = (one, other) if len(one) >= len(other) else (other, one)
    steps = min(MOST_JOINED, len(short))
    at = (np.arange(len(long))[:, None] + np.arange(steps)[None]) % len(short)
    return np.column_stack([np.repeat(long, steps), short[at].ravel()])


def _on_plane(lat: ArrayLike, lon: ArrayLike) -> Floats:
    if not len(np.asarray(lat)):
        return np.empty((0, 2))
    return plane_km(lat, lon, mean_place(lat, lon))


def _unique(pairs: NDArray[np.int64]) -> Ints:
    return np.unique(np.sort(pairs.astype(np.int64), axis=1), axis=0)
