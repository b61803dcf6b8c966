"""Carry the projection and the frame of one map, and place things on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reports.map_paths import svg_path
from reports.map_projection import Conic, Floats, Frame, conic_for, frame_around
from scenarios.outcome import Outcome

MOST_SURROUNDINGS = 2.5
"""Polygons may widen the drawing to so many times the area of the accounts."""


def has_place(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Say which rows have both coordinates."""
    return np.isfinite(frame[["lat_deg", "lon_deg"]].to_numpy(dtype=float)).all(axis=1)


def places_of(frame: pd.DataFrame) -> Floats:
    """Return (N, 2) longitude and latitude of the rows that have both."""
    return frame.loc[has_place(frame), ["lon_deg", "lat_deg"]].to_numpy(dtype=float)


def _with_surroundings(plane: Floats, rings: Iterable[Floats]) -> Floats:
    """Return the points with the polygons around them, unless those would shrink them too much.

    Accounts decide the frame: an island far away, or a country of which one corner is planned,
    stays out.
    """
    low, high = plane.min(axis=0), plane.max(axis=0)
    near = [ring for ring in rings if (ring.max(0) >= low).all() and (ring.min(0) <= high).all()]
    together = np.vstack([plane, *near])
    size, wider = high - low, together.max(axis=0) - together.min(axis=0)
    return together if np.prod(wider) <= MOST_SURROUNDINGS * np.prod(size) else plane


class Canvas:
    """Carry the projection and the frame of one map."""

    def __init__(self, outcome: Outcome, shapes: Sequence[Sequence[Floats]]) -> None:
        points = np.vstack([places_of(outcome.territories), places_of(outcome.reps)])
        corners = [ring for rings in shapes for ring in rings]
        places = points if len(points) else np.vstack(corners)
        self.conic: Conic = conic_for(places[:, 1], places[:, 0])
        plane = self._flat(places)
        self.frame: Frame = frame_around(_with_surroundings(plane, map(self._flat, corners)))

    def _flat(self, lon_lat: Floats) -> Floats:
        return self.conic.apply(lon_lat[:, 1], lon_lat[:, 0])

    def place(self, lon_lat: Floats) -> Floats:
        """Return drawing units for longitude and latitude."""
        return self.frame.place(self._flat(lon_lat))

    def path(self, rings: Iterable[Floats]) -> str:
        """Return the path of the rings that touch the frame."""
        placed = (self.place(ring) for ring in rings)
        return svg_path(ring for ring in placed if self._is_seen(ring))

    def _is_seen(self, ring: Floats) -> bool:
        low, high = ring.min(axis=0), ring.max(axis=0)
        size = (self.frame.width, self.frame.height)
        return bool((high >= 0).all() and (low <= size).all())
