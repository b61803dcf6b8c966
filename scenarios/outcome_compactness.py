"""How the territories of an outcome look, before and after: pieces, roundness, distances.

Every measure is made for the accounts as they were owned and as they are planned, so that a
reader sees what the plan did to the map and not only to the sums.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.areas import Shapes, compactness
from geodata.cells import distinct_places
from geodata.compactness import (
    concave_hulls,
    in_foreign_hull,
    km_to_middle,
    pieces,
    polsby_popper,
    reock,
)
from geodata.points import mean_place, plane_km

BEFORE, AFTER = "before", "after"
MEASURES = (
    "accounts",
    "pieces",
    "stray_accounts",
    "accounts_among_others",
    "mean_km_to_middle",
    "median_km_to_middle",
    "polsby_popper",
    "reock",
)
COMPACTNESS_COLUMNS = [
    "rep_id",
    "name",
    "pool",
    *(f"{measure}_{when}" for measure in MEASURES for when in (BEFORE, AFTER)),
    "drawn_from",
]
UNITS, CELLS, HULLS = "units", "cells", "hulls"
"""What polygons are made of: the units given, the land around accounts, hulls of accounts."""


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Hold where the accounts are: degrees, a plane in km, distinct places and their neighbours."""

    lat: NDArray[np.float64]
    lon: NDArray[np.float64]
    xy: NDArray[np.float64]
    place: NDArray[np.int64]
    edges: NDArray[np.int64]


def compactness_table(
    territories: pd.DataFrame,
    reps: pd.DataFrame,
    edges: NDArray[np.int64],
    shapes: Mapping[str, Shapes],
    drawn_from: str,
) -> pd.DataFrame:
    """Return one row a territory, before and after, those of former owners below.

    Parameters
    ----------
    territories, reps
        The tables of the outcome.
    edges
        Pairs of neighbouring accounts, rows of `territories`, (E, 2); accounts at one place hang
        together besides.
    shapes
        Territories as polygons (rep_id, geometry) by "before" and "after"; without rows, hulls of
        the accounts stand in.
    drawn_from
        What the polygons are made of: units, cells or hulls.
    """
    if territories.empty:
        return pd.DataFrame(columns=COMPACTNESS_COLUMNS)
    owner = {BEFORE: territories["previous_rep_id"], AFTER: territories["rep_id"]}
    former = sorted(set(owner[BEFORE]) - set(reps["rep_id"]) - {""})
    ids = [*reps["rep_id"], *former]
    places = _places(territories, edges)
    table = reps[["rep_id", "name", "pool"]].set_index("rep_id").reindex(ids).fillna("")
    for when, owners in owner.items():
        index = pd.Index(ids).get_indexer(pd.Index(owners))
        for name, values in _measured(places, index, len(ids), shapes[when], ids).items():
            table[f"{name}_{when}"] = values
    table["drawn_from"] = drawn_from
    return table.reset_index()[COMPACTNESS_COLUMNS]


def _places(territories: pd.DataFrame, edges: NDArray[np.int64]) -> _Places:
    lat, lon = (territories[name].to_numpy(float) for name in ("lat_deg", "lon_deg"))
    known = np.isfinite(lat) & np.isfinite(lon)
    xy = np.full((len(lat), 2), np.nan)
    _, place = distinct_places(lat, lon)
    if known.any():
        xy[known] = plane_km(lat[known], lon[known], mean_place(lat[known], lon[known]))
    return _Places(lat=lat, lon=lon, xy=xy, place=place, edges=place[edges])


def _measured(
    places: _Places, owner: NDArray[np.int64], count: int, shapes: Shapes, ids: Sequence[str]
) -> dict[str, NDArray]:
    """Return the measures of `count` territories, (count,) each."""
    piece = pieces(owner, places.place, places.edges)
    foreign = in_foreign_hull(places.xy, owner)
    km = pd.Series(km_to_middle(places.lat, places.lon, owner)).groupby(owner)
    numbers = range(count)
    most = pd.Series(piece + 1).groupby(owner).max()
    return {
        "accounts": _count(owner, np.ones(len(owner), dtype=bool), count),
        "pieces": most.reindex(numbers, fill_value=0).to_numpy(),
        "stray_accounts": _count(owner, piece > 0, count),
        "accounts_among_others": _count(owner, foreign, count),
        "mean_km_to_middle": km.mean().reindex(numbers).to_numpy(),
        "median_km_to_middle": km.median().reindex(numbers).to_numpy(),
        **_roundness(places, owner, count, shapes, ids),
    }


def _count(owner: NDArray[np.int64], marked: NDArray[np.bool_], count: int) -> NDArray[np.int64]:
    return np.bincount(owner[marked & (owner >= 0)], minlength=count)


def _roundness(
    places: _Places, owner: NDArray[np.int64], count: int, shapes: Shapes, ids: Sequence[str]
) -> dict[str, NDArray]:
    if len(shapes):
        drawn = compactness(shapes).set_axis(shapes["rep_id"]).reindex(list(ids))
        return {name: drawn[name].to_numpy(float) for name in ("polsby_popper", "reock")}
    hulls = concave_hulls(places.xy, np.where(owner >= 0, owner, -1))
    measured = {"polsby_popper": polsby_popper(hulls), "reock": reock(hulls)}
    return {name: _padded(values, count) for name, values in measured.items()}


def _padded(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.concatenate([values, np.full(count - len(values), np.nan)])


def compactness_kpis(table: pd.DataFrame) -> dict[str, float]:
    """Return the measures of all territories together; empty without territories.

    Shares of accounts and kilometres weigh every account alike; Polsby-Popper and Reock are
    means over territories.
    """
    if table.empty:
        return {}
    return {
        name: value
        for when in (BEFORE, AFTER)
        for name, value in _summary(table, when).items()
        if np.isfinite(value)
    }


def _summary(table: pd.DataFrame, when: str) -> dict[str, float]:
    held = table[table[f"accounts_{when}"] > 0]
    accounts = held[f"accounts_{when}"].to_numpy(float)
    if not len(held):
        return {}
    km = held[f"mean_km_to_middle_{when}"].to_numpy(float)
    return {
        f"stray_share_{when}": float(held[f"stray_accounts_{when}"].sum() / accounts.sum()),
        f"contiguous_share_{when}": float((held[f"pieces_{when}"] <= 1).mean()),
        f"among_others_share_{when}": float(
            held[f"accounts_among_others_{when}"].sum() / accounts.sum()
        ),
        f"mean_km_to_middle_{when}": float(np.nansum(km * accounts) / accounts.sum()),
        f"polsby_popper_{when}": float(held[f"polsby_popper_{when}"].mean()),
        f"reock_{when}": float(held[f"reock_{when}"].mean()),
    }
