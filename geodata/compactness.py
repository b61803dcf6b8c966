"""How territories look: in one piece or not, round or ragged, apart or through each other.

Points are what there always is, so most measures need no polygon; `concave_hulls` makes polygons
for the others where a workspace has neither units nor a country.
"""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.adjacency import components
from geodata.points import Floats, Geometries, great_circle_km, mean_place

Ints = NDArray[np.int64]
NOBODY = -1
"""The territory of a point that belongs to none."""

LEAST_HOLE_M2 = 1e6
"""Holes up to a square kilometre are where borders drawn apart do not meet."""

HULL_RATIO = 0.3
"""How deep a concave hull may follow its points: 0 as deep as can be, 1 the convex hull."""


def pieces(territory: ArrayLike, place: ArrayLike, edges: ArrayLike) -> Ints:
    """Return the piece of its territory that each point is in, the largest first (G31).

    Two points of a territory hang together when they are at one place or at neighbouring places,
    and so on from place to place. Points beyond piece 0 are stray: to reach them from the rest of
    the territory one must cross another's. On each island, a part of the graph that no edge joins
    to the rest, the largest piece is piece 0: nobody walks there.

    Parameters
    ----------
    territory
        Territory of each point from 0, shape (N,); -1 for none.
    place
        Place of each point, a row of the neighbour graph, shape (N,); -1 where unknown.
    edges
        Neighbouring places, shape (E, 2).

    Returns
    -------
    Shape (N,): 0 for the largest piece of its territory on each island, then 1, 2, ... for the
    others, the largest first; of equal pieces that of the first point counts as larger. -1 for
    points without territory or place.

    Examples
    --------
    >>> pieces([0, 0, 1, 0], [0, 1, 2, 3], [[0, 1], [1, 2], [2, 3]])
    array([0, 0, 0, 1])
    """
    owner, where = np.asarray(territory, dtype=np.int64), np.asarray(place, dtype=np.int64)
    start, end = np.asarray(edges, dtype=np.int64).reshape(-1, 2).T
    places = 1 + max(
        int(where.max(initial=-1)), int(start.max(initial=-1)), int(end.max(initial=-1))
    )
    island = components(places, np.column_stack([start, end]))
    numbered = np.full(len(owner), NOBODY, dtype=np.int64)
    for mine in np.unique(owner[owner >= 0]).tolist():
        points = np.flatnonzero((owner == mine) & (where >= 0))
        held = np.zeros(places, dtype=bool)
        held[where[points]] = True
        inside = held[start] & held[end]
        part = components(places, np.column_stack([start[inside], end[inside]]))
        numbered[points] = _by_size(part[where[points]], island[where[points]])
    return numbered


def _by_size(part: Ints, island: Ints) -> Ints:
    """Return parts numbered anew: 0 the one met most often on each island, then by size."""
    _, first, back, count = np.unique(
        part, return_index=True, return_inverse=True, return_counts=True
    )
    order = np.lexsort([first, -count])
    _, leading = np.unique(island[first[order]], return_index=True)
    others = np.delete(order, leading)
    rank = np.zeros(len(count), dtype=np.int64)
    rank[others] = np.arange(1, len(others) + 1)
    return rank[back]


def in_foreign_hull(xy: ArrayLike, territory: ArrayLike) -> NDArray[np.bool_]:
    """Say which points lie inside the convex hull of another territory's points (G32).

    Points on the edge of a hull, and hulls without area, do not count.

    Parameters
    ----------
    xy
        Positions on a plane, shape (N, 2); NaN where unknown.
    territory
        Territory of each point from 0, shape (N,); -1 for none.
    """
    plane, owner = np.asarray(xy, dtype=np.float64), np.asarray(territory, dtype=np.int64)
    known = np.isfinite(plane).all(axis=1) & (owner >= 0)
    spots = _points(np.where(known[:, None], plane, 0.0))
    tree, foreign = shapely.STRtree(spots), np.zeros(len(owner), dtype=bool)
    for mine in np.unique(owner[known]).tolist():
        hull = shapely.convex_hull(shapely.multipoints(spots[known & (owner == mine)]))
        if not isinstance(hull, shapely.Polygon):
            continue
        shapely.prepare(hull)
        near = tree.query(hull)
        inside = near[shapely.contains_properly(hull, spots[near])]
        foreign[inside[known[inside] & (owner[inside] != mine)]] = True
    return foreign


def km_to_middle(lat: ArrayLike, lon: ArrayLike, territory: ArrayLike) -> Floats:
    """Return the distance of each point to the middle of its territory's points, in km (G33).

    The middle is the mean direction (G2), so that it stands still when a rep moves house.

    Parameters
    ----------
    lat, lon
        Degrees, shape (N,); NaN where unknown.
    territory
        Territory of each point from 0, shape (N,); -1 for none.

    Returns
    -------
    km, shape (N,); NaN for points without territory or place.
    """
    phi, theta = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    owner = np.asarray(territory, dtype=np.int64)
    known, km = np.isfinite(phi) & np.isfinite(theta), np.full(len(owner), np.nan)
    for mine in np.unique(owner[owner >= 0]).tolist():
        here = np.flatnonzero(known & (owner == mine))
        if len(here):
            middle = mean_place(phi[here], theta[here])
            km[here] = great_circle_km(phi[here], theta[here], *middle)
    return km


def concave_hulls(xy: ArrayLike, territory: ArrayLike) -> Geometries:
    """Draw a hull around the points of each territory, where there are no polygons (G34).

    Parameters
    ----------
    xy
        Positions on a plane, shape (N, 2); NaN where unknown.
    territory
        Territory of each point from 0, shape (N,); -1 for none.

    Returns
    -------
    Polygons of territories 0, 1, ... up to the greatest; empty for a territory with fewer than
    three places, or all on one line.
    """
    plane, owner = np.asarray(xy, dtype=np.float64), np.asarray(territory, dtype=np.int64)
    known = np.isfinite(plane).all(axis=1)
    hulls = [_hull(plane[known & (owner == mine)]) for mine in range(owner.max(initial=-1) + 1)]
    return np.array(hulls, dtype=object)


def _hull(xy: Floats) -> shapely.Geometry:
    hull = shapely.concave_hull(shapely.multipoints(_points(xy)), ratio=HULL_RATIO)
    return hull if isinstance(hull, shapely.Polygon) else shapely.Polygon()


def _points(xy: Floats) -> Geometries:
    return np.asarray(shapely.points(xy), dtype=object)


def polsby_popper(polygons: Geometries) -> Floats:
    """Return 4 pi area / perimeter squared of each polygon, (N,): 1 a disc, 0 a line (G12).

    Holes add to the perimeter. A ragged border or coast lowers it however round the whole is.
    NaN for an empty polygon.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return 4 * np.pi * shapely.area(polygons) / shapely.length(polygons) ** 2


def reock(polygons: Geometries) -> Floats:
    """Return area / area of the smallest circle around each polygon, (N,) (G13).

    It sees length, not raggedness. NaN for an empty polygon.
    """
    radius = shapely.minimum_bounding_radius(polygons)
    with np.errstate(invalid="ignore", divide="ignore"):
        return shapely.area(polygons) / (np.pi * radius**2)


def holes(polygons: Geometries) -> Ints:
    """Count the holes of each polygon, (N,), that are land and not slivers of drawing (G39).

    `polygons` are in a projection in metres.
    """
    parts, polygon = shapely.get_parts(polygons, return_index=True)
    rings, part = shapely.get_rings(parts, return_index=True)
    inner = np.diff(part, prepend=-1) == 0
    wide = shapely.area(shapely.polygons(rings[inner])) > LEAST_HOLE_M2
    return np.bincount(polygon[part[inner][wide]], minlength=len(polygons)).astype(np.int64)
