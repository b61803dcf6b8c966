"""TopoJSON: borders stored once as arcs, put together to the polygons of one object."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate


@dataclass(frozen=True, kw_only=True)
class Topology:
    """Hold the arcs of a file, in degrees, and the objects made of them.

    Attributes
    ----------
    arcs
        Lines, each (V, 2) lon, lat.
    objects
        TopoJSON geometries: type, arcs (numbers; ~n means arc n backwards), id, properties.
    """

    arcs: tuple[NDArray[np.float64], ...]
    objects: tuple[dict[str, Any], ...]

    def polygons(self, chosen: dict[str, Any]) -> list[Any]:
        """Return the polygons of one object, cut where they cross the 180th meridian."""
        nested = {"Polygon": [chosen["arcs"]], "MultiPolygon": chosen["arcs"]}[chosen["type"]]
        pieces: list[Any] = []
        for outer, *holes in ([self._ring(arcs) for arcs in rings] for rings in nested):
            # A rock smaller than the grid of the file has shrunk to a point or a line.
            if len(outer) >= 4:
                pieces += cut_at_180(shapely.Polygon(outer, [h for h in holes if len(h) >= 4]))
        return pieces

    def _ring(self, numbers: list[int]) -> NDArray[np.float64]:
        lines = [self.arcs[n] if n >= 0 else self.arcs[~n][::-1] for n in numbers]
        # An arc begins where the one before it ends.
        return np.vstack([lines[0], *(line[1:] for line in lines[1:])])


def read_topology(path: Path, layer: str) -> Topology:
    """Read a layer of a gzipped TopoJSON file (TopoJSON format specification 1.0, 2.1.3)."""
    document = json.loads(gzip.decompress(path.read_bytes()))
    scale, shift = document["transform"]["scale"], document["transform"]["translate"]
    arcs = tuple(np.cumsum(arc, axis=0) * scale + shift for arc in document["arcs"])
    return Topology(arcs=arcs, objects=tuple(document["objects"][layer]["geometries"]))


def cut_at_180(polygon: shapely.Polygon) -> list[Any]:
    """Cut a polygon that crosses the 180th meridian, and bring each piece to its side of the map.

    On the sphere 179.9 is followed by -179.9; on a plane it must be followed by 180.1, or the
    ring runs once around the world. A polygon within the map is returned as it is.
    """
    outer, *holes = (_unwrapped(ring) for ring in (polygon.exterior, *polygon.interiors))
    west, east = outer[:, 0].min(), outer[:, 0].max()
    if west >= -180 and east <= 180:
        return [polygon]
    for hole in holes:
        hole[:, 0] += 360 * np.round((outer[0, 0] - hole[0, 0]) / 360)
    sound = shapely.make_valid(shapely.Polygon(outer, holes))
    pieces: list[Any] = []
    for turn in (-360.0, 0.0, 360.0):
        window = shapely.box(turn - 180, -90, turn + 180, 90)
        here = shapely.get_parts(shapely.intersection(sound, window))
        pieces.extend(translate(piece, -turn) for piece in here if shapely.area(piece) > 0)
    return pieces


def _unwrapped(ring: shapely.LinearRing) -> NDArray[np.float64]:
    xy = shapely.get_coordinates(ring)
    xy[:, 0] = np.unwrap(xy[:, 0], period=360)
    return xy
