"""Draw territories for the eye: a page with one map a plan, its polygons and its stray accounts."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.areas import Shapes, simplify_coverage, to_wgs84
from reports.map_colours import rep_colours
from reports.map_paths import geometries_of, rings_of, svg_path
from reports.map_projection import conic_for, frame_around

TINTS = ("#d9a05b", "#7fb8d6", "#b57fb0", "#8fb573", "#d97f7f", "#8a8fd0", "#c9c267", "#6fb7a5")
DRAWN_TO_M = 1000.0
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
    rings = [rings_of(shape) for shape in geometries_of(shapes)]
    corners = np.vstack([ring for several in rings for ring in several])
    conic = conic_for(corners[:, 1], corners[:, 0])
    frame = frame_around(conic.apply(corners[:, 1], corners[:, 0]))
    colours = rep_colours(pd.DataFrame({"rep_id": shapes["rep_id"]}), shapes)
    paths = [
        f'<path fill="{TINTS[colours[str(rep)]]}" fill-rule="evenodd" d="'
        + svg_path(frame.place(conic.apply(ring[:, 1], ring[:, 0])) for ring in several)
        + '"/>'
        for rep, several in zip(shapes["rep_id"], rings, strict=True)
    ]
    dots = [
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'
        for x, y in frame.place(conic.apply(*picture.stray.T)).tolist()
    ]
    return (
        f"<figure><figcaption>{escape(picture.caption)}</figcaption>"
        f'<svg viewBox="0 0 {frame.width} {frame.height}">{"".join(paths + dots)}</svg></figure>'
    )
