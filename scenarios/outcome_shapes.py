"""Polygons of an outcome: the territories, today's and planned."""

from __future__ import annotations

import pandas as pd

from geodata.areas import Shapes, dissolve, no_shapes, to_wgs84
from geodata.cells import distinct_places, heaviest_label, voronoi_cells
from scenarios.outcome_compactness import CELLS, HULLS, UNITS
from scenarios.unit_land import unit_land, units_drawn
from scenarios.workspace import Workspace

NAMES = ("rep_id", "rep_name")


def territory_shapes(
    workspace: Workspace, territories: pd.DataFrame, outline: Shapes | None, crs: str
) -> Shapes:
    """Return one polygon per rep: the units given, else cells of the accounts in the country."""
    if territories.empty:
        return no_shapes(*NAMES)
    names = territories.drop_duplicates("rep_id").set_index("rep_id")["rep_name"]
    if units_drawn(workspace) is not None:
        shapes = _from_units(workspace, territories)
    elif outline is not None:
        shapes = _from_cells(territories, outline, crs)
    else:
        return no_shapes(*NAMES)
    shapes = shapes.rename(columns={"label": "rep_id"})
    shapes["rep_name"] = shapes["rep_id"].map(names)
    return shapes[[*NAMES, "geometry"]]


def previous_shapes(
    workspace: Workspace, territories: pd.DataFrame, outline: Shapes | None, crs: str
) -> Shapes:
    """Return one polygon per former owner, drawn as `territory_shapes` draws the plan's."""
    before = territories.assign(
        rep_id=territories["previous_rep_id"], rep_name=territories["previous_rep_id"]
    )
    return territory_shapes(workspace, before[before["rep_id"] != ""], outline, crs)


def drawn_from(workspace: Workspace, outline: Shapes | None) -> str:
    """Say what the polygons of territories are made of."""
    if units_drawn(workspace) is not None:
        return UNITS
    return HULLS if outline is None else CELLS


def _from_cells(territories: pd.DataFrame, outline: Shapes, crs: str) -> Shapes:
    served = territories[territories["rep_id"] != ""]
    lat, lon = served["lat_deg"].to_numpy(float), served["lon_deg"].to_numpy(float)
    _, place = distinct_places(lat, lon)
    labels = heaviest_label(
        place, served["rep_id"].to_numpy(object), served["workload_hours"].to_numpy(float)
    )
    return to_wgs84(dissolve(voronoi_cells(lat, lon, outline, crs), labels))


def _from_units(workspace: Workspace, territories: pd.DataFrame) -> Shapes:
    """Give each unit to the rep with most workload in it, with the empty units that join it.

    A unit whose accounts nobody serves goes to nobody.
    """
    accounts = workspace.tables["accounts"]
    land = unit_land(workspace, accounts)
    assert land is not None, "the workspace has no polygons"
    unit_of = pd.Series(land.unit_of, index=accounts["account_id"].to_numpy())
    load = territories.assign(unit=territories["account_id"].map(unit_of))
    load = load[(load["rep_id"] != "") & (load["unit"] >= 0)]
    sums = load.groupby(["unit", "rep_id"])["workload_hours"].sum().reset_index()
    sums = sums.sort_values(["unit", "workload_hours", "rep_id"], ascending=[True, False, True])
    rep_of = sums.drop_duplicates("unit").set_index("unit")["rep_id"]
    labels = pd.Series(land.joins).map(rep_of).fillna("").to_numpy(object)
    return dissolve(land.shapes[labels != ""], labels[labels != ""])
