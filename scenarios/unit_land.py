"""The land of units given as polygons: which unit holds accounts, and which empty ones join it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.areas import Shapes
from geodata.empty_cells import cell_at, joined_to_held
from scenarios.workspace import Workspace

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class UnitLand:
    """Hold the units as land of accounts.

    Attributes
    ----------
    shapes
        N polygons: unit_id, geometry.
    unit_of
        (U,) the polygon of each account: its unit's, else the nearest to its point; -1 for none.
    joins
        (N,) the polygon with accounts that each belongs with (G38), itself where it has some;
        -1 for none.
    edges
        (E, 2) polygons with accounts that are neighbours together with what joins them.
    """

    shapes: Shapes
    unit_of: Ints
    joins: Ints
    edges: Ints


def units_drawn(workspace: Workspace) -> Shapes | None:
    """Return the polygons of the units; None where there are none."""
    shapes = workspace.unit_shapes
    return None if shapes is None or shapes.empty else shapes


def unit_land(workspace: Workspace, accounts: pd.DataFrame) -> UnitLand | None:
    """Return the land of these accounts; None where the units are no polygons."""
    shapes = units_drawn(workspace)
    if shapes is None:
        return None
    unit_of = _units_of(shapes, accounts)
    held = np.zeros(len(shapes), dtype=bool)
    held[unit_of[unit_of >= 0]] = True
    joins, edges = joined_to_held(shapes, held)
    return UnitLand(shapes=shapes, unit_of=unit_of, joins=joins, edges=edges)


def _units_of(shapes: Shapes, accounts: pd.DataFrame) -> Ints:
    found = pd.Index(shapes["unit_id"]).get_indexer(pd.Index(accounts["unit_id"])).astype(np.int64)
    lost = found < 0
    if lost.any():
        rows = accounts[lost]
        found[lost] = cell_at(shapes, rows["lat_deg"].to_numpy(), rows["lon_deg"].to_numpy())
    return found
