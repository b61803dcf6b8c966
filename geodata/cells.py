"""Cells: the piece of land around each account, so that territories of points can be drawn."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray

from geodata.coverage import dissolve
from geodata.points import Geometries, geometries_of
from geodata.shapes import WGS84, Shapes, polygonal, project, to_wgs84

SAME_PLACE_DECIMALS = 5
"""Degrees are compared to five decimals, about a metre: closer points share a cell."""

OFFSHORE_DISC_M = 2_000.0
"""Land given to a point off the coast; outlines drawn at 1:50 million miss piers and islets."""


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
        cells = _clipped(_nearest_land(sites, outline, crs))
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
    points["weight"] = points["weight"].clip(lower=0).fillna(0.0)
    seen = points[points["place"] >= 0]
    totals = seen.groupby(["place", "label"], dropna=False)["weight"].sum().reset_index()
    ranked = totals.sort_values(["place", "weight", "label"], ascending=[True, False, True])
    return ranked.drop_duplicates("place")["label"].to_numpy(dtype=object)


def territories_of_points(
    lat: ArrayLike,
    lon: ArrayLike,
    labels: ArrayLike,
    weights: ArrayLike,
    outline: Shapes,
    crs: str,
) -> Shapes:
    """Draw the territory of each label around its points.

    Parameters
    ----------
    lat, lon, labels, weights
        Of the points, shape (N,); where points of several labels share a place, the label with
        the most weight there is drawn.
    outline
        The land to share out.
    crs
        Projection in metres in which nearness is measured.

    Returns
    -------
    Columns label, geometry (EPSG:4326), sorted by label. A label without a place of its own
    has no row.
    """
    _, place_of_point = distinct_places(lat, lon)
    cells = voronoi_cells(lat, lon, outline, crs)
    return to_wgs84(dissolve(cells, heaviest_label(place_of_point, labels, weights)))


def _nearest_land(
    sites: Geometries, outline: Shapes, crs: str
) -> tuple[Geometries, shapely.Geometry]:
    """Return the whole Voronoi cell of each site, and the land to which they are clipped."""
    land = shapely.union_all(geometries_of(project(outline, crs)))
    shapely.prepare(land)
    offshore = sites[~shapely.intersects(land, sites)]
    land = shapely.union_all([land, *shapely.buffer(offshore, OFFSHORE_DISC_M)])
    diagram = shapely.voronoi_polygons(
        shapely.multipoints(sites), extend_to=shapely.envelope(land), ordered=True
    )
    return shapely.get_parts(diagram), land


def _clipped(parts: tuple[Geometries, shapely.Geometry]) -> Geometries:
    """Clip the cells to the land; those wholly inland, nearly all, need no clipping.

    Part by part of the land, because clipping costs time with every vertex of what it clips to.
    """
    cells, land = parts
    shapely.prepare(land)
    clipped = cells.copy()
    coastal = np.flatnonzero(~shapely.contains_properly(land, cells))
    pieces_of_land = shapely.get_parts(land)
    cell, part = shapely.STRtree(pieces_of_land).query(cells[coastal], predicate="intersects")
    pieces = polygonal(shapely.intersection(cells[coastal][cell], pieces_of_land[part]))
    ends = np.searchsorted(cell, np.arange(1, len(coastal)))
    for row, mine in zip(coastal, np.split(pieces, ends), strict=True):
        clipped[row] = mine[0] if len(mine) == 1 else shapely.union_all(mine)
    return clipped
