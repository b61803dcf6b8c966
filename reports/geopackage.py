"""The plan as a GeoPackage: territories and accounts, for any map program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from scenarios.outcome import Outcome

CRS = "EPSG:4326"
FIXED_DATE = "2000-01-01T00:00:00.000Z"
"""Stands where the format asks for the last change, so that equal plans are equal files."""

_OF_REP = {
    "rep_id": "rep_id",
    "name": "rep_name",
    "accounts_after": "accounts",
    "workload_hours_after": "workload_hours",
    "workload_deviation": "workload_deviation",
    "potential_eur_after": "potential_eur",
    "potential_deviation": "potential_deviation",
}
_OF_ACCOUNT = ["account_id", "name", "rep_id", "previous_rep_id", "moved"]


def write_geopackage(outcome: Outcome, path: Path) -> None:
    """Write the territories and the accounts of a plan; the same plan gives the same bytes.

    Parameters
    ----------
    outcome
        A plan. Without territories nothing is written, and a file left by an earlier plan goes.
    path
        The file, replaced when it is there.

    Notes
    -----
    Layer `territories`: a polygon a rep with rep_id, rep_name, accounts, workload_hours,
    workload_deviation, potential_eur, potential_deviation; absent when no territory could be
    drawn. Layer `accounts`: a point an account with account_id, name, rep_id, previous_rep_id,
    moved; an account without coordinates has no geometry. Both EPSG:4326.
    """
    path.unlink(missing_ok=True)
    if outcome.territories.empty:
        return
    unfinished = path.with_name(path.stem + ".part.gpkg")
    unfinished.unlink(missing_ok=True)
    with _fixed_date():
        for name, layer, kind in _layers(outcome):
            pyogrio.write_dataframe(
                layer,
                unfinished,
                layer=name,
                driver="GPKG",
                geometry_type=kind,
                append=unfinished.exists(),
            )
    unfinished.replace(path)


def _layers(outcome: Outcome) -> Iterator[tuple[str, gpd.GeoDataFrame, str]]:
    if not outcome.territory_shapes.empty:
        yield "territories", _territories(outcome), "MultiPolygon"
    yield "accounts", _accounts(outcome.territories), "Point"


def _territories(outcome: Outcome) -> gpd.GeoDataFrame:
    figures = outcome.reps[list(_OF_REP)].rename(columns=_OF_REP)
    shapes = outcome.territory_shapes[["rep_id", "geometry"]].to_crs(CRS)
    drawn = shapes.merge(figures, on="rep_id", how="left", validate="one_to_one")
    return gpd.GeoDataFrame(drawn[[*_OF_REP.values(), "geometry"]], geometry="geometry", crs=CRS)


def _accounts(territories: pd.DataFrame) -> gpd.GeoDataFrame:
    places = gpd.points_from_xy(territories["lon_deg"], territories["lat_deg"])
    known = (territories["lon_deg"].notna() & territories["lat_deg"].notna()).to_numpy()
    points = gpd.GeoSeries(places, index=territories.index, crs=CRS).where(known)
    return gpd.GeoDataFrame(territories[_OF_ACCOUNT].copy(), geometry=points, crs=CRS)


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Make GDAL write a fixed date for the time being."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
