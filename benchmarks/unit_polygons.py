"""Read communes and the polygons of their EPCI or départements, as units of territories."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.areas import Shapes, read_polygons

FR_GEO = Path(__file__).parents[1].parent / "shared" / "data" / "fr_geo"
UNITS = {"epci": "code_epci", "departements": "code_departement"}
"""Kind of unit -> its column in communes.csv; the kind names the file of polygons."""


def units_missing(folder: Path = FR_GEO) -> str:
    """Return why units cannot be read, empty when they can."""
    wanted = ["communes.csv", *(f"{kind}.geojson" for kind in UNITS)]
    lacking = [name for name in wanted if not (folder / name).is_file()]
    return f"no {', '.join(lacking)} in {folder.parent.name}/{folder.name}" if lacking else ""


def unit_of_commune(kind: str, folder: Path = FR_GEO) -> pd.Series[str]:
    """Return the unit of each commune, by its code; a commune of no unit is missing."""
    columns = ["code_commune", UNITS[kind]]
    table = pd.read_csv(folder / "communes.csv", dtype=str, usecols=columns)
    return table.set_index("code_commune")[UNITS[kind]].dropna()


def unit_polygons(kind: str, folder: Path = FR_GEO) -> Shapes:
    """Return the units of mainland France and Corsica: unit_id, geometry."""
    shapes = read_polygons(folder / f"{kind}.geojson", "code")
    shapes = shapes.rename(columns={"code": "unit_id"})
    table = pd.read_csv(
        folder / "communes.csv", dtype=str, usecols=["zone", "code_commune", UNITS[kind]]
    )
    metropolitan = set(table.loc[table["zone"] == "metro", UNITS[kind]].dropna())
    return shapes[shapes["unit_id"].isin(metropolitan)].reset_index(drop=True)
