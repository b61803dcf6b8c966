"""The land that compactness is measured on: cells of accounts, or units kept together.

With units, empty ones go with their neighbours (G38), so that territories have no holes for want
of accounts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.continuity_data import (
    Year,
    homes_by_halving,
    make_year_problem,
    read_years,
    seats_by_department,
    yearly_km,
)
from benchmarks.unit_polygons import unit_of_commune, unit_polygons
from geodata.areas import Shapes, country_outline, dissolve, mainland, pick_crs
from geodata.cells import distinct_places, voronoi_cells
from geodata.empty_cells import cell_at, joined_to_held
from geodata.graphs import bridged, spread, units_by_land
from optimizer.territory_problem import TerritoryProblem
from scenarios.build_graph import account_edges
from scenarios.build_territory import build_territory_case
from scenarios.decide import Request
from scenarios.run import read_workspace
from scenarios.seats import seat_holders
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Land:
    """Hold a problem with neighbours and the map it is drawn on.

    Attributes
    ----------
    problem
        With `edges`, contiguity off; with units, groups are the units.
    place
        (U, 2) lat, lon in degrees.
    travel_km
        (U, S) a year.
    cells
        C polygons: the land of a distinct place, or a unit with the empty ones that join it.
    cell_of
        (U,) the cell of each account.
    """

    problem: TerritoryProblem
    place: Floats
    travel_km: Floats
    cells: Shapes
    cell_of: Ints


def land_of_workspace(folder: Path, units: str = "") -> Land:
    """Return the land of a workspace of communes under its base rules, by units if named."""
    workspace = read_workspace(Request(folder=folder))
    if units:
        workspace = with_units(workspace, units)
    case = build_territory_case(workspace, seat_holders(workspace.tables, workspace.config))
    assert case is not None, "the workspace has no accounts or no reps in the field"
    place = case.accounts[["lat_deg", "lon_deg"]].to_numpy(float)
    edges = account_edges(workspace, case.accounts)
    cells, cell_of = _places(place, workspace.config.workspace.country or "FRA")
    if units:
        joined = joined_units(units, case.accounts["unit_id"], place)
        cells, cell_of = joined.cells, joined.cell_of
    return Land(
        problem=replace(case.problem, edges=edges, contiguity="off"),
        place=place,
        travel_km=case.travel_km,
        cells=cells,
        cell_of=cell_of,
    )


def with_units(workspace: Workspace, units: str) -> Workspace:
    """Return the workspace with its accounts, communes by their ids, in units kept together."""
    accounts = workspace.tables["accounts"]
    unit_id = accounts["account_id"].map(unit_of_commune(units)).fillna("").astype("str")
    rules = workspace.config.territory.model_copy(update={"keep_units_together": True})
    return replace(
        workspace,
        config=workspace.config.model_copy(update={"territory": rules}),
        tables={**workspace.tables, "accounts": accounts.assign(unit_id=unit_id)},
        unit_shapes=unit_polygons(units),
    )


def land_of_panel(panel: Path, communes: Path, seats: int, units: str = "") -> Land:
    """Return the land of the last year of a panel, owned by departments, by units if named."""
    years = read_years(panel, communes)
    year = years[max(years)]
    homes = homes_by_halving(year, seats)
    current = seats_by_department(year, homes)
    problem = make_year_problem(year, homes, current, np.full(len(current), 3.0), 1.0)
    lat, lon = year.place.T
    if units:
        unit_id = _units_of_year(panel, year, units)
        joined = joined_units(units, unit_id, year.place)
        group = pd.factorize(unit_id.mask(unit_id == ""), sort=True)[0].astype(np.int64)
        problem = replace(problem, group=group)
        edges, cells, cell_of = joined.edges, joined.cells, joined.cell_of
    else:
        outline = mainland(country_outline("FRA"), year.place)
        edges = units_by_land(lat, lon, outline, pick_crs(outline))
        cells, cell_of = _places(year.place, "FRA")
    return Land(
        problem=replace(problem, edges=bridged(edges, lat, lon)),
        place=year.place,
        travel_km=yearly_km(year, homes),
        cells=cells,
        cell_of=cell_of,
    )


def _units_of_year(panel: Path, year: Year, units: str) -> pd.Series[str]:
    """Return the unit of each account of a year, empty for communes of none."""
    rows = pd.read_csv(panel, dtype=str, usecols=["account_id", "code_commune"])
    commune = rows.drop_duplicates("account_id", keep="last").set_index("account_id")
    return (
        commune.loc[list(year.account_ids), "code_commune"].map(unit_of_commune(units)).fillna("")
    )


@dataclass(frozen=True, kw_only=True)
class JoinedUnits:
    """Hold C units with the empty ones they took in, (U,) of accounts, and (E, 2) of accounts."""

    cells: Shapes
    cell_of: Ints
    edges: Ints


def joined_units(units: str, unit_id: pd.Series[str], place: Floats) -> JoinedUnits:
    """Return the units of accounts; an account of no unit is in the one nearest to its place."""
    shapes = unit_polygons(units)
    row = pd.Index(shapes["unit_id"]).get_indexer(pd.Index(unit_id)).astype(np.int64)
    lost = row < 0
    row[lost] = cell_at(shapes, place[lost, 0], place[lost, 1])
    held = np.isin(np.arange(len(shapes)), row)
    joins, edges = joined_to_held(shapes, held)
    cells = dissolve(shapes[joins >= 0], joins[joins >= 0])
    cell_of = np.searchsorted(cells["label"].to_numpy(np.int64), row)
    return JoinedUnits(cells=cells, cell_of=cell_of, edges=spread(edges, row))


def _places(place: Floats, country: str) -> tuple[Shapes, Ints]:
    outline = mainland(country_outline(country), place)
    cells = voronoi_cells(place[:, 0], place[:, 1], outline, pick_crs(outline))
    return cells, distinct_places(*place.T)[1]
