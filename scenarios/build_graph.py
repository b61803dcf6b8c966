"""Which accounts are neighbours: by the borders of their units, of their cells, or by place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.graphs import bridged, spread, units_by_land, units_by_place
from scenarios.land import country_of, planar_crs
from scenarios.unit_land import unit_land
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def account_edges(workspace: Workspace, accounts: pd.DataFrame) -> Ints:
    """Return pairs of neighbouring accounts (E, 2), for territories in one piece."""
    lat, lon = accounts["lat_deg"].to_numpy(float), accounts["lon_deg"].to_numpy(float)
    edges = _edges(workspace, accounts, lat, lon)
    return bridged(edges, lat, lon) if workspace.config.territory.bridge_islands else edges


def _edges(workspace: Workspace, accounts: pd.DataFrame, lat: Floats, lon: Floats) -> Ints:
    """Return neighbours as the territories are drawn: in units, in cells, or as points."""
    land = unit_land(workspace, accounts)
    if land is not None:
        known = np.flatnonzero(land.unit_of >= 0)
        return known[spread(land.edges, land.unit_of[known])]
    outline = country_of(workspace)
    if outline is None:
        return units_by_place(lat, lon)
    return units_by_land(lat, lon, outline, planar_crs(workspace, outline))
