"""The land a workspace is drawn on: its country, and the projection it is measured in."""

from __future__ import annotations

from geodata.areas import Shapes, country_outline, mainland, pick_crs
from scenarios.workspace import Workspace


def country_of(workspace: Workspace) -> Shapes | None:
    """Return the outline of the workspace's country around its accounts; None when unnamed."""
    country = workspace.config.workspace.country
    accounts = workspace.tables["accounts"]
    if not country or accounts.empty:
        return None
    return mainland(country_outline(country), accounts[["lat_deg", "lon_deg"]].to_numpy(float))


def planar_crs(workspace: Workspace, outline: Shapes | None) -> str:
    """Return the CRS for areas and maps: the workspace's, else one centred on the outline."""
    given = workspace.config.workspace.crs
    if given or outline is None:
        return given
    return str(pick_crs(outline))
