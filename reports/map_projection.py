"""Flatten the globe for display, and fit what is drawn into a frame."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

EARTH_RADIUS_KM = 6371.0088
FLATTEST_CONE = 0.05
"""Below this |n| a cone is so flat that Mercator, its limit at the equator, stands in for it."""
_POLE_DEG = 89.0


@dataclass(frozen=True, kw_only=True)
class Conic:
    """Project degrees to kilometres on a plane, y to the north.

    Lambert's conformal conic on the sphere (Snyder, Map Projections: a Working Manual, 1987,
    equations 15-1 to 15-5), or Mercator when `n` is 0. For display only: distances and areas
    come from geodata.
    """

    longitude: float
    n: float
    factor: float

    def apply(self, lat_deg: Floats, lon_deg: Floats) -> Floats:
        """Return (N, 2) kilometres for N points."""
        lat = np.radians(np.clip(lat_deg, -_POLE_DEG, _POLE_DEG))
        # Wrapping keeps a country on both sides of the 180th meridian in one piece.
        turn = np.radians((np.asarray(lon_deg) - self.longitude + 180.0) % 360.0 - 180.0)
        stretch = np.tan(np.pi / 4 + lat / 2)
        if self.n == 0.0:
            return np.column_stack([self.factor * turn, self.factor * np.log(stretch)])
        radius = self.factor / stretch**self.n
        return np.column_stack([radius * np.sin(self.n * turn), -radius * np.cos(self.n * turn)])


def conic_for(lat_deg: Floats, lon_deg: Floats) -> Conic:
    """Return the projection that suits the extent of the points.

    The standard parallels lie a sixth of the extent inside its southern and northern ends.
    """
    south, north = float(lat_deg.min()), float(lat_deg.max())
    angles = np.radians(lon_deg)
    longitude = float(np.degrees(np.arctan2(np.sin(angles).mean(), np.cos(angles).mean())))
    inset = (north - south) / 6.0
    first, second = np.radians([south + inset, north - inset])
    if second - first < 1e-6:
        n = float(np.sin(first))
    else:
        ratio = np.tan(np.pi / 4 + second / 2) / np.tan(np.pi / 4 + first / 2)
        n = float(np.log(np.cos(first) / np.cos(second)) / np.log(ratio))
    if abs(n) < FLATTEST_CONE:
        middle = float(np.cos((first + second) / 2))
        return Conic(longitude=longitude, n=0.0, factor=EARTH_RADIUS_KM * middle)
    factor = EARTH_RADIUS_KM * np.cos(first) * np.tan(np.pi / 4 + first / 2) ** n / n
    return Conic(longitude=longitude, n=n, factor=float(factor))


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Turn kilometres into drawing units, y downwards; `scale` is units per kilometre."""

    left: float
    top: float
    scale: float
    width: float
    height: float

    def place(self, plane: Floats) -> Floats:
        """Return (N, 2) drawing units for (N, 2) kilometres."""
        return np.column_stack(
            [(plane[:, 0] - self.left) * self.scale, (self.top - plane[:, 1]) * self.scale]
        )

    def holds(self, placed: Floats) -> NDArray[np.bool_]:
        """Say which points lie inside."""
        x, y = placed[:, 0], placed[:, 1]
        return (x >= 0) & (x <= self.width) & (y >= 0) & (y <= self.height)


def _extent(plane: Floats) -> tuple[Floats, Floats]:
    """Return the corners of the drawing; a few places far away do not shrink all others.

    When the points without the outermost percent at each end fill less than a fifth of the
    extent, the drawing shows those and the caller counts the rest.
    """
    low, high = plane.min(axis=0), plane.max(axis=0)
    inner_low, inner_high = np.quantile(plane, [0.01, 0.99], axis=0)
    room = 0.15 * (inner_high - inner_low)
    inner_low, inner_high = np.maximum(low, inner_low - room), np.minimum(high, inner_high + room)
    if np.prod(inner_high - inner_low) < 0.2 * np.prod(high - low):
        return inner_low, inner_high
    return low, high


def frame_around(plane: Floats, *, longest: float = 1000.0, margin: float = 24.0) -> Frame:
    """Return the frame that shows `plane` (kilometres), its longer side `longest` units."""
    low, high = _extent(plane)
    # A floor of one kilometre keeps a single place from being blown up without limit.
    size = np.maximum(high - low, 1.0)
    scale = (longest - 2 * margin) / float(size.max())
    spare = margin / scale
    width, height = (size * scale + 2 * margin).round(1)
    centre = (low + high) / 2
    return Frame(
        left=float(centre[0] - size[0] / 2 - spare),
        top=float(centre[1] + size[1] / 2 + spare),
        scale=scale,
        width=float(width),
        height=float(height),
    )
