"""Coverages: polygons that share their borders, joined, simplified and measured."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely
from numpy.typing import ArrayLike

from geodata.compactness import polsby_popper, reock
from geodata.points import Geometries, geometries_of
from geodata.shapes import Shapes, in_metres, is_metric

CRACK_M = 50.0
"""Gaps between polygons narrower than this are drawing errors and are closed."""

_METRES_PER_DEG = 111_195.0


def dissolve(cells: Shapes, labels: ArrayLike) -> Shapes:
    """Join the cells that carry the same label into one territory each (G10).

    Parameters
    ----------
    cells
        N polygons. Where they overlap or leave cracks they are put right first.
    labels
        A label a cell, shape (N,); cells with a missing or empty label are left out.

    Returns
    -------
    Columns label, geometry; a row a label, sorted by label; the CRS of `cells`.

    Raises
    ------
    ValueError
        When there is not exactly one label a cell.
    """
    named = pd.Series(labels)
    if len(named) != len(cells):
        raise ValueError(f"{len(cells)} cells need as many labels, not {len(named)}")
    codes, names = pd.factorize(named.mask(named.isin([""])), sort=True)
    polygons = _coverage(cells)
    joined = [shapely.coverage_union_all(polygons[codes == code]) for code in range(len(names))]
    return gpd.GeoDataFrame(
        {"label": names, "geometry": joined}, geometry="geometry", crs=cells.crs
    )


def simplify_coverage(shapes: Shapes, tolerance_m: float) -> Shapes:
    """Draw the shapes with fewer vertices; shared borders stay shared (G11).

    `tolerance_m` is the side of the square whose area a dropped corner may have. The columns,
    the row order and the CRS are kept; shapes in degrees are measured in a projection of their own.
    """
    if shapes.empty:
        return shapes.copy()
    metric = in_metres(shapes)
    simplified = shapely.coverage_simplify(_coverage(metric), tolerance_m)
    drawn = metric.set_geometry(gpd.GeoSeries(simplified, index=metric.index, crs=metric.crs))
    assert shapes.crs is not None, "in_metres refuses shapes without one"
    return drawn.to_crs(shapes.crs)


def compactness(shapes: Shapes) -> pd.DataFrame:
    """Measure how round each shape is: 1 is a disc, 0 a line.

    Returns
    -------
    The index of `shapes`; polsby_popper (G12) suffers from ragged coasts, reock (G13) from
    length only. NaN for an empty shape.
    """
    polygons = geometries_of(in_metres(shapes))
    measures = {"polsby_popper": polsby_popper(polygons), "reock": reock(polygons)}
    return pd.DataFrame(measures, index=shapes.index)


def _coverage(shapes: Shapes) -> Geometries:
    """Return the polygons without overlaps and cracks between them."""
    polygons = geometries_of(shapes)
    crack = CRACK_M if shapes.crs is None or is_metric(shapes.crs) else CRACK_M / _METRES_PER_DEG
    if shapely.coverage_is_valid(polygons, gap_width=crack):
        return polygons
    return shapely.coverage_clean(polygons, gap_width=crack)  # type: ignore[attr-defined]
