"""Which accounts are neighbours: by the borders of their units, of their cells, or by place."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.graphs import bridged, units_by_border, units_by_land, units_by_place
from scenarios.land import country_of, planar_crs
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_MOST_EMPTY = 0.1
"""Above this share of polygons without an account, holes would part what hangs together."""


def account_edges(workspace: Workspace, accounts: pd.DataFrame) -> Ints:
    """Return pairs of neighbouring accounts (E, 2), for territories in one piece."""
    lat, lon = accounts["lat_deg"].to_numpy(float), accounts["lon_deg"].to_numpy(float)
    edges = _edges(workspace, accounts, lat, lon)
    return bridged(edges, lat, lon) if workspace.config.territory.bridge_islands else edges


def _edges(workspace: Workspace, accounts: pd.DataFrame, lat: Floats, lon: Floats) -> Ints:
    """Return neighbours as the territories are drawn: in units, in cells, or as points."""
    cell_of = _cells(workspace, accounts)
    if cell_of is not None and workspace.unit_shapes is not None:
        return units_by_border(workspace.unit_shapes, cell_of)
    outline = country_of(workspace)
    if outline is None:
        return units_by_place(lat, lon)
    return units_by_land(lat, lon, outline, planar_crs(workspace, outline))


def _cells(workspace: Workspace, accounts: pd.DataFrame) -> Ints | None:
    """Return the polygon of each account, None when polygons and accounts do not cover another."""
    if workspace.unit_shapes is None or workspace.unit_shapes.empty:
        return None
    place = {unit: row for row, unit in enumerate(workspace.unit_shapes["unit_id"])}
    cell_of = np.array([place.get(unit, -1) for unit in accounts["unit_id"]], dtype=np.int64)
    empty = 1 - len(np.unique(cell_of)) / len(place)
    return None if (cell_of < 0).any() or empty > _MOST_EMPTY else cell_of
