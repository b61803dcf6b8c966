"""Shapes: tables of polygons, the projections they are drawn in, and their areas."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.exceptions import CRSError, ProjError

from geodata.points import Geometries, geometries_of, mean_place
from geodata.topology import cut_at_180

Shapes = gpd.GeoDataFrame
"""A table with a `geometry` column; other packages name the type through this alias."""

WGS84 = "EPSG:4326"
EQUAL_AREA = "EPSG:6933"
"""EASE-Grid 2.0, a world-wide cylindrical equal-area projection on the WGS 84 ellipsoid."""

_AREAL = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


def no_shapes(*columns: str) -> Shapes:
    """Return a table of shapes without a row, with these columns beside the geometry."""
    empty = {name: np.empty(0, dtype=object) for name in columns}
    return gpd.GeoDataFrame(empty, geometry=[], crs=WGS84)


def centre_of(shapes: Shapes) -> tuple[float, float]:
    """Return latitude and longitude of the middle of all shapes together.

    The centroids of the parts are averaged by area as directions in space, so that a country
    across the 180th meridian keeps its middle on its own side of the Earth (G8).

    Raises
    ------
    ValueError
        When the shapes hold no area.
    """
    parts = shapely.get_parts(geometries_of(_equal_area(shapes)))
    weights = shapely.area(parts)
    if not weights.sum() > 0:
        raise ValueError("the shapes hold no area, so they have no centre")
    middles = gpd.GeoSeries(shapely.centroid(parts), crs=EQUAL_AREA).to_crs(WGS84)
    return mean_place(middles.y.to_numpy(), middles.x.to_numpy(), weights)


def pick_crs(outline: Shapes) -> str:
    """Choose a projection in metres for maps and areas of this outline.

    Lambert azimuthal equal-area centred on the outline (G8), the centre rounded to a hundredth
    of a degree so that the text is short and stable.
    """
    lat, lon = centre_of(outline)
    return f"+proj=laea +lat_0={lat:.2f} +lon_0={lon:.2f} +datum=WGS84 +units=m +no_defs"


def project(shapes: Shapes, crs: str) -> Shapes:
    """Return the shapes in a projection measured in metres.

    Raises
    ------
    ValueError
        When `crs` is unknown, is geographic, is not in metres, or cannot show the shapes.
    """
    try:
        target = pyproj.CRS.from_user_input(crs)
    except CRSError:
        raise ValueError(f"crs {crs!r} is not known; give an EPSG code such as EPSG:2154") from None
    if not is_metric(target):
        raise ValueError(f"crs {crs!r} is not a projection in metres; EPSG:2154 is one")
    projected = _reprojected(shapes, crs)
    finite = np.isfinite(shapely.get_coordinates(geometries_of(projected))).all()
    if not finite or not _made_for(target, shapes):
        raise ValueError(f"crs {crs!r} does not reach all the shapes; choose one made for them")
    return _mended(projected)


def to_wgs84(shapes: Shapes) -> Shapes:
    """Return the shapes in longitude and latitude, as files and outcomes hold them.

    A projected shape across the 180th meridian is cut there.
    """
    degrees = _reprojected(shapes, WGS84)
    if degrees.empty or shapes.crs is None or shapes.crs.is_geographic:
        return degrees
    drawn = geometries_of(degrees).copy()
    west, _, east, _ = shapely.bounds(drawn).T
    for row in np.flatnonzero(east - west > 180):
        parts = [piece for part in shapely.get_parts(drawn[row]) for piece in cut_at_180(part)]
        drawn[row] = shapely.MultiPolygon(parts)
    return degrees.set_geometry(gpd.GeoSeries(drawn, index=degrees.index, crs=WGS84))


def area_km2(shapes: Shapes) -> NDArray[np.float64]:
    """Return the area of each shape in km2, shape (N,), on the WGS 84 ellipsoid (G7)."""
    return shapely.area(geometries_of(_equal_area(shapes))) / 1e6


def in_metres(shapes: Shapes) -> Shapes:
    """Return the shapes in metres: as they are when projected, else in a CRS picked for them."""
    if shapes.empty or (shapes.crs is not None and is_metric(shapes.crs)):
        return shapes
    return project(shapes, pick_crs(shapes))


def is_metric(crs: pyproj.CRS) -> bool:
    """Say whether a CRS is projected and measured in metres."""
    return crs.is_projected and {axis.unit_name for axis in crs.axis_info} == {"metre"}


def _made_for(crs: pyproj.CRS, shapes: Shapes) -> bool:
    """Say whether the shapes reach into the area for which the CRS was made, if it names one.

    Far from it a projection still gives numbers, but they measure nothing.
    """
    use = crs.area_of_use
    if use is None or use.west > use.east or shapes.empty:
        return True
    window = shapely.box(use.west, use.south, use.east, use.north)
    return bool(shapely.intersects(window, geometries_of(to_wgs84(shapes))).any())


def polygonal(geometries: Geometries) -> Geometries:
    """Keep the polygons of each geometry, dropping the points and lines a clip leaves behind."""
    mixed = ~np.isin(shapely.get_type_id(geometries), _AREAL)
    kept = geometries.copy()
    for row in np.flatnonzero(mixed):
        parts = shapely.get_parts(geometries[row])
        kept[row] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return kept


def _mended(shapes: Shapes) -> Shapes:
    """Make valid what projecting broke: halves cut at the 180th meridian come to touch."""
    polygons = geometries_of(shapes)
    broken = ~shapely.is_valid(polygons)
    if not broken.any():
        return shapes
    polygons = polygons.copy()
    polygons[broken] = polygonal(shapely.make_valid(polygons[broken]))
    return shapes.set_geometry(gpd.GeoSeries(polygons, index=shapes.index, crs=shapes.crs))


def _equal_area(shapes: Shapes) -> Shapes:
    return _reprojected(to_wgs84(shapes), EQUAL_AREA)


def _reprojected(shapes: Shapes, crs: str | pyproj.CRS) -> Shapes:
    """Change the CRS; a shape outside the projection's reach gets infinite coordinates."""
    if shapes.crs is None:
        raise ValueError("the shapes do not say in which coordinate system they are")
    try:
        return shapes.to_crs(crs)
    except ProjError as problem:
        raise ValueError(f"the shapes cannot be shown in {crs}: {problem}") from None
