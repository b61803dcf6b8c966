"""Areas: everything about polygons that other packages use, under one roof.

The country and its parts come from `outlines`, projections and areas from `shapes`, territories
joined from cells and their measures from `coverage`, files from `shape_files`.
"""

from geodata.coverage import compactness, dissolve, simplify_coverage
from geodata.outlines import country_outline, mainland
from geodata.shape_files import read_polygons, read_shapes, write_shapes
from geodata.shapes import Shapes, area_km2, no_shapes, pick_crs, project, to_wgs84

__all__ = [
    "Shapes",
    "area_km2",
    "compactness",
    "country_outline",
    "dissolve",
    "mainland",
    "no_shapes",
    "pick_crs",
    "project",
    "read_polygons",
    "read_shapes",
    "simplify_coverage",
    "to_wgs84",
    "write_shapes",
]
