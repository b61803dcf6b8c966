"""Draw territories for the eye: a page with one map a plan, its polygons and its stray accounts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geodata.adjacency import neighbours
from geodata.areas import Shapes, simplify_coverage, to_wgs84
from geodata.points import geometries_of, mean_place, plane_km

Floats = NDArray[np.float64]
TINTS = ("#d9a05b", "#7fb8d6", "#b57fb0", "#8fb573", "#d97f7f", "#8a8fd0", "#c9c267", "#6fb7a5")
DRAWN_TO_M = 1000.0
WIDTH, MARGIN = 1000.0, 10.0
_PAGE = (
    '<!doctype html><meta charset="utf-8"><title>{title}</title><style>body{{font:15px sans-serif;'
    "display:grid;grid-template-columns:repeat(2,1fr);gap:16px}}figure{{margin:0}}svg{{width:100%}}"
    "path{{stroke:#fff;stroke-width:1.5}}circle{{fill:#111}}</style>{figures}\n"
)


@dataclass(frozen=True, kw_only=True)
class Picture:
    """Hold one plan: `shapes` rep_id, geometry; `stray` (N, 2) lat, lon in degrees."""

    caption: str
    shapes: Shapes
    stray: NDArray[np.float64]


def page(title: str, pictures: list[Picture]) -> str:
    """Return a page that needs nothing else; strays are black dots."""
    figures = "\n".join(_figure(picture) for picture in pictures)
    return _PAGE.format(title=escape(title), figures=figures)


def _figure(picture: Picture) -> str:
    shapes = to_wgs84(simplify_coverage(picture.shapes, DRAWN_TO_M))
    rings = [_rings(shape) for shape in geometries_of(shapes)]
    lat, lon = np.vstack([ring for several in rings for ring in several]).T
    middle = mean_place(lat, lon)
    plane = plane_km(lat, lon, middle)
    low, high = plane.min(axis=0), plane.max(axis=0)
    scale = WIDTH / float(high[0] - low[0])

    def placed(places: Floats) -> list[list[float]]:
        xy = plane_km(places[:, 0], places[:, 1], middle)
        return (np.column_stack([xy[:, 0] - low[0], high[1] - xy[:, 1]]) * scale).tolist()

    drawn = ("".join(_path(placed(ring)) for ring in several) for several in rings)
    paths = [
        f'<path fill="{tint}" fill-rule="evenodd" d="{path}"/>'
        for tint, path in zip(_tints(shapes), drawn, strict=True)
    ]
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in placed(picture.stray)]
    height = float(high[1] - low[1]) * scale
    box = f"{-MARGIN} {-MARGIN} {WIDTH + 2 * MARGIN} {height + 2 * MARGIN:.1f}"
    return (
        f"<figure><figcaption>{escape(picture.caption)}</figcaption>"
        f'<svg viewBox="{box}">{"".join(paths + dots)}</svg></figure>'
    )


def _rings(shape: Any) -> list[Floats]:
    """Return the rings of a polygon, (N, 2) lat, lon each."""
    content = shape.__geo_interface__
    polygons = content["coordinates"]
    polygons = [polygons] if content["type"] == "Polygon" else polygons
    return [np.asarray(ring, dtype=float)[:, 1::-1] for polygon in polygons for ring in polygon]


def _path(ring: list[list[float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "z"


def _tints(shapes: Shapes) -> list[str]:
    """Return a tint for each shape, the least used among those its neighbours lack."""
    beside: list[set[int]] = [set() for _ in range(len(shapes))]
    for one, other in neighbours(shapes).tolist():
        beside[one].add(other)
        beside[other].add(one)
    tint: list[int] = []
    for around in beside:
        taken = [tint[other] for other in around if other < len(tint)]
        tint.append(min(range(len(TINTS)), key=lambda t: (taken.count(t), tint.count(t), t)))
    return [TINTS[number] for number in tint]
