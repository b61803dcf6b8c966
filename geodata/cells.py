"""Cells: the piece of land around each account, so that territories of points can be drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.points import Geometries, geometries_of
from geodata.shapes import WGS84, Shapes, project

SAME_PLACE_DECIMALS = 5
"""Degrees are compared to five decimals, about a metre: closer points share a cell."""

OFFSHORE_DISC_M = 2_000.0
"""Land given to a point off the coast; outlines drawn at 1:10 million miss piers and islets."""

_GRID_M = 0.001


def distinct_places(lat: ArrayLike, lon: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Say which points lie at the same place.

    Parameters
    ----------
    lat, lon
        Degrees, shape (N,).

    Returns
    -------
    first_point
        The first point of each distinct place, shape (C,), in the order they appear.
    place_of_point
        The place of each point, shape (N,); -1 for a point without coordinates.
    """
    degrees = np.column_stack([np.asarray(lat, dtype=np.float64), np.asarray(lon, np.float64)])
    keys = np.round(degrees * 10**SAME_PLACE_DECIMALS)
    keys[:, 1] %= 360 * 10**SAME_PLACE_DECIMALS  # 180 W is 180 E
    known = np.flatnonzero(np.isfinite(keys).all(axis=1))
    place_of_point = np.full(len(keys), -1, dtype=np.int64)
    codes, _ = pd.factorize(pd.MultiIndex.from_arrays(list(keys[known].T)))
    place_of_point[known] = codes
    _, first = np.unique(codes, return_index=True)
    return known[first].astype(np.int64), place_of_point


def voronoi_cells(lat: ArrayLike, lon: ArrayLike, outline: Shapes, crs: str) -> Shapes:
    """Give each distinct place the land nearer to it than to any other place (G9).

    Parameters
    ----------
    lat, lon
        Degrees, shape (N,); points without coordinates are left out.
    outline
        The land to share out; what counts is the union of its rows.
    crs
        Projection in metres in which nearness is measured.

    Returns
    -------
    A row a place as `distinct_places` numbers them: point (the first point there), geometry in
    `crs`. Cells fill the outline, do not overlap and share their borders exactly. A place off
    the coast gets what its cell holds of the land and of a disc of 2 km around it.

    Raises
    ------
    ValueError
        When `crs` is not a projection in metres or cannot show the points and the outline.
    """
    first, _ = distinct_places(lat, lon)
    chosen_lon, chosen_lat = np.asarray(lon)[first], np.asarray(lat)[first]
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(chosen_lon, chosen_lat), crs=WGS84)
    sites = geometries_of(project(places, crs))
    cells = np.empty(0, dtype=object)
    if len(sites):
        cells = _shared_out(land_with_discs(sites, outline, crs), sites)
    return gpd.GeoDataFrame({"point": first, "geometry": cells}, geometry="geometry", crs=crs)


def heaviest_label(
    place_of_point: NDArray[np.int64], labels: ArrayLike, weights: ArrayLike
) -> NDArray[np.object_]:
    """Choose the label of each place among those of its points.

    A place drawn once can hold accounts of several reps; it shows the rep with the most weight
    there, the first by name among equals.

    Parameters
    ----------
    place_of_point
        From `distinct_places`, shape (N,).
    labels, weights
        Of the points, shape (N,); a missing or negative weight counts as 0.

    Returns
    -------
    Labels, shape (C,).
    """
    points = pd.DataFrame({"place": place_of_point, "label": labels, "weight": weights})
    points["weight"] = points["weight"].clip(lower=0)
    seen = points[points["place"] >= 0]
    totals = seen.groupby(["place", "label"], dropna=False)["weight"].sum().reset_index()
    ranked = totals.sort_values(["place", "weight", "label"], ascending=[True, False, True])
    return ranked.drop_duplicates("place")["label"].to_numpy(dtype=object)


def land_with_discs(sites: Geometries, outline: Shapes, crs: str) -> shapely.Geometry:
    """Return the outline in `crs`, with a disc of land around each site off the coast (G9)."""
    land = shapely.union_all(geometries_of(project(outline, crs)))
    shapely.prepare(land)
    offshore = sites[~shapely.intersects(land, sites)]
    return shapely.union_all([land, *shapely.buffer(offshore, OFFSHORE_DISC_M)])


def _shared_out(land: shapely.Geometry, sites: Geometries) -> Geometries:
    """Cut the land along the Voronoi diagram and give each piece to the site nearest to it.

    The lines are cut all together on a grid of a millimetre: clipping cell by cell can lose a
    cell one of whose edges all but coincides with a border.
    """
    diagram = shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=shapely.envelope(land))
    lines = shapely.boundary(np.array([*shapely.get_parts(diagram), land], dtype=object))
    network = shapely.union_all(lines, grid_size=_GRID_M)
    pieces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    spots = shapely.point_on_surface(pieces)
    shapely.prepare(land)
    on_land = shapely.intersects(land, spots)
    nearest = shapely.STRtree(sites).nearest(spots[on_land])
    return _joined(pieces[on_land], nearest, len(sites))


def _joined(pieces: Geometries, owner: NDArray[np.int64], count: int) -> Geometries:
    """Join the pieces of each owner; nearly all owners have just one."""
    order = np.argsort(owner, kind="stable")
    ends = np.searchsorted(owner[order], np.arange(1, count))
    groups = np.split(pieces[order], ends)
    joined = [mine[0] if len(mine) == 1 else shapely.coverage_union_all(mine) for mine in groups]
    return np.array(joined, dtype=object)
