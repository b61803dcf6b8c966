"""Files of polygons: those drawn by others, read with suspicion, and our own, byte-stable."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError, FeatureError, GeometryError

from geodata.points import Geometries, geometries_of
from geodata.shapes import WGS84, Shapes, polygonal, to_wgs84

LARGEST_BYTES = 500_000_000
_UNREADABLE = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    GeometryError,
    shapely.errors.ShapelyError,
    pa.ArrowException,
    ValueError,
    TypeError,
    KeyError,
    OSError,
)


def read_polygons(path: Path, id_column: str) -> Shapes:
    """Read the polygons of geographic units from GeoJSON, GeoPackage or GeoParquet.

    Parameters
    ----------
    path
        A file that ends in .geojson, .json, .gpkg or .parquet.
    id_column
        The column (GeoJSON: property) that holds the unit's id.

    Returns
    -------
    Columns `id_column` (text), geometry (valid, EPSG:4326), in the order of the file.

    Raises
    ------
    ValueError
        When the file cannot be read, ids are missing or repeated, a unit has no area, or the
        coordinates are not on Earth; the message names the file and the first culprits.
    """
    readers = {
        ".geojson": _read_geojson,
        ".json": _read_geojson,
        ".gpkg": _read_geopackage,
        ".parquet": _read_geoparquet,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ValueError(f"{path.name}: polygons are read from {', '.join(readers)}")
    _check_size(path)
    frame = reader(path)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        raise ValueError(f"{path.name}: holds no geometry with a coordinate system")
    ids = _ids(frame, id_column, path.name)
    geometry = _polygons(frame, ids, path.name)
    return gpd.GeoDataFrame({id_column: ids}, geometry=geometry, crs=WGS84)


def write_shapes(shapes: Shapes, path: Path) -> None:
    """Write shapes to GeoParquet; the same shapes give the same bytes."""
    shapes.to_parquet(path, index=False, compression="zstd")


def read_shapes(path: Path) -> Shapes:
    """Read back what `write_shapes` wrote.

    Raises
    ------
    ValueError
        When the file is missing or is no GeoParquet.
    """
    _check_size(path)
    return _read_geoparquet(path)


def _check_size(path: Path) -> None:
    if not path.is_file():
        raise ValueError(f"{path.name}: there is no such file")
    if path.stat().st_size > LARGEST_BYTES:
        raise ValueError(f"{path.name}: is larger than {LARGEST_BYTES // 1_000_000} MB")


def _read_geojson(path: Path) -> pd.DataFrame:
    # GDAL picks its driver by what a file holds, and some drivers follow references to other
    # files and hosts; so only a document that says it is GeoJSON is passed on.
    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise ValueError(f"{path.name}: is not JSON") from None
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise ValueError(f"{path.name}: is not a GeoJSON FeatureCollection")
    with _gdal(path):
        return pyogrio.read_dataframe(path, force_2d=True)


def _read_geopackage(path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\x00":
            raise ValueError(f"{path.name}: is not a GeoPackage")
    with _gdal(path):
        layers = pyogrio.list_layers(path)
    names = [str(name) for name, kind in layers if kind is not None]
    if len(names) != 1:
        found = ", ".join(names) or "none"
        raise ValueError(f"{path.name}: must hold one layer of polygons, found {found}")
    with _gdal(path):
        return pyogrio.read_dataframe(path, layer=names[0], force_2d=True)


@contextmanager
def _gdal(path: Path) -> Iterator[None]:
    """Turn GDAL's complaints about a file into ours."""
    try:
        with warnings.catch_warnings():
            # What GDAL only warns about, open rings or mixed types, is judged feature by feature.
            warnings.simplefilter("ignore")
            yield
    except _UNREADABLE as problem:
        raise ValueError(f"{path.name}: cannot be read ({_first_line(problem)})") from None


def _read_geoparquet(path: Path) -> Shapes:
    try:
        return gpd.read_parquet(path)
    except _UNREADABLE as problem:
        raise ValueError(f"{path.name}: is not GeoParquet ({_first_line(problem)})") from None


def _first_line(problem: BaseException) -> str:
    return (str(problem).splitlines() or [type(problem).__name__])[0][:200]


def _ids(frame: pd.DataFrame, id_column: str, name: str) -> pd.Series:
    """Return the ids as text, or say what is wrong with them."""
    columns = [str(column) for column in frame.columns if column != frame.geometry.name]
    if id_column not in columns:
        raise ValueError(f"{name}: has no column {id_column!r}, but {', '.join(columns) or 'none'}")
    ids = frame[id_column].map(_as_text).astype("str")
    empty = np.flatnonzero(ids == "")
    if len(empty):
        raise ValueError(
            f"{name}: {len(empty)} feature(s) without {id_column}, first: {empty[0] + 1}"
        )
    _refuse(ids[ids.duplicated()], f"{name}: {id_column} repeated")
    return ids.reset_index(drop=True)


def _as_text(value: object) -> str:
    """Write an id; a column of whole numbers with gaps arrives as 75.0 and means 75."""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, float) and math.isnan(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _polygons(frame: gpd.GeoDataFrame, ids: pd.Series, name: str) -> Geometries:
    """Return valid polygons in EPSG:4326, or say which units have none."""
    shapes = to_wgs84(frame)
    geometry = shapely.force_2d(geometries_of(shapes))
    _refuse(ids[shapely.is_missing(geometry) | shapely.is_empty(geometry)], f"{name}: no geometry")
    west, south, east, north = shapely.bounds(geometry).T
    on_earth = (west >= -180.001) & (east <= 180.001) & (south >= -90.001) & (north <= 90.001)
    on_earth &= shapely.get_num_coordinates(geometry) > 0
    _refuse(ids[~on_earth], f"{name}: not longitude and latitude, though the file says so")
    valid = polygonal(shapely.make_valid(geometry))
    flat = (shapely.get_dimensions(valid) != 2) | ~(shapely.area(valid) > 0)
    _refuse(ids[flat], f"{name}: not a polygon with an area")
    return valid


def _refuse(culprits: pd.Series, what: str) -> None:
    if len(culprits):
        first = ", ".join(str(unit) for unit in culprits.iloc[:3])
        raise ValueError(f"{what} ({len(culprits)}): {first}")
