"""Turn polygons into SVG paths: rings as arrays, coordinates in tenths, nothing drawn twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.areas import Shapes
from reports.map_projection import Floats


def rings_of(shape: Any) -> list[Floats]:
    """Return the rings of a polygon or multipolygon as (N, 2) arrays of longitude, latitude."""
    if shape is None or shape.is_empty:
        return []
    content = shape.__geo_interface__
    parts = {"Polygon": [content.get("coordinates")], "MultiPolygon": content.get("coordinates")}
    polygons = parts.get(content["type"]) or []
    return [np.asarray(ring, dtype=float)[:, :2] for polygon in polygons for ring in polygon]


def geometries_of(shapes: Shapes) -> list[Any]:
    """Return the geometries of a table; a table without rows may lack even its columns."""
    return list(shapes.geometry) if len(shapes) else []


def svg_path(rings: Iterable[Floats]) -> str:
    """Return the path of closed rings in drawing units, in tenths, relative after the start.

    Points that fall on their predecessor are dropped, and so are rings that vanish.
    """
    return "".join(_ring_path(np.rint(ring * 10).astype(np.int64)) for ring in rings)


def _ring_path(tenths: NDArray[np.int64]) -> str:
    steps = np.diff(tenths, axis=0)
    steps = steps[(steps != 0).any(axis=1)]
    if len(steps) < 3:
        return ""
    start = f"M{_tenths(tenths[0, 0])} {_tenths(tenths[0, 1])}"
    # The last step only leads back to the start, which z does.
    lines = " ".join(f"{_tenths(x)} {_tenths(y)}" for x, y in steps[:-1].tolist())
    return f"{start}l{lines}z"


def _tenths(value: int) -> str:
    return f"{value / 10:g}"
