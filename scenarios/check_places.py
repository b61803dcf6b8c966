"""Rules on places: coordinates exist, lie in the country, and agree with the unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.places import (
    FAR_FROM_COUNTRY_KM,
    country_of,
    far_from_unit,
    impossible,
    km_to_unit,
    unit_points,
)
from scenarios.review import Review, listed

_TABLES = ("units", "accounts", "reps")
_SUBSTITUTE = "planned at the point of its unit"
_EXCHANGE_GAINS_KM = (1000.0, 100.0)
"""Without a country: from farther than the first to nearer than the second, seen from the unit."""


def country_is_known(review: Review) -> None:
    """Warn when the country of quartier.toml has no outline to check against."""
    code = review.config.workspace.country
    if code and country_of(code) is None:
        message = f"no outline is known for the country '{code}'"
        review.flag_whole("country_unknown", "", message, column="workspace.country")


def units_have_points(review: Review) -> None:
    """Units without coordinates get a point inside their polygon, if they have one."""
    frame = review.tables["units"]
    if review.unit_shapes is not None and len(frame):
        inside = review.unit_shapes.geometry.representative_point()
        ids = review.unit_shapes["unit_id"]
        gaps = frame.index[frame[["lat_deg", "lon_deg"]].isna().any(axis=1)]
        for column, degrees in (("lat_deg", inside.y), ("lon_deg", inside.x)):
            known = pd.Series(degrees.to_numpy(float), index=ids)
            values = frame.loc[gaps, "unit_id"].map(known).to_numpy(float)
            review.put("units", gaps, column, values)


def coordinates_are_in_the_country(review: Review) -> None:
    """Exchange swapped coordinates, and refuse impossible ones and those far from the country."""
    country = country_of(review.config.workspace.country)
    for table in _TABLES:
        frame = review.tables[table]
        away = np.zeros(len(frame)) if country is None else country.km_outside(frame)
        swapped = np.zeros(len(frame), dtype=bool)
        if country is not None:
            swapped |= country.holds_when_swapped(frame, away)
        if table == "accounts":
            swapped |= _nearer_when_swapped(review, frame)
        _exchange(review, table, frame.index[swapped])
        no_place = impossible(frame) & ~swapped
        message = "these coordinates are no place: latitude is -90..90, longitude -180..180"
        _replace(review, "coordinates_impossible", table, frame.index[no_place], message)
        far = (away > FAR_FROM_COUNTRY_KM) & ~swapped & ~no_place
        name = country.name if country else ""
        messages = [f"{km:,.0f} km outside {name}" for km in away[far]]
        _replace(review, "coordinates_abroad", table, frame.index[far], messages)


def _nearer_when_swapped(review: Review, frame: pd.DataFrame) -> np.ndarray:
    points = unit_points(review.tables["units"])
    exchanged = frame.assign(lat_deg=frame["lon_deg"], lon_deg=frame["lat_deg"])
    before, after = _EXCHANGE_GAINS_KM
    far = km_to_unit(frame, points) > before
    return far & (km_to_unit(exchanged, points) < after) & ~impossible(exchanged)


def _exchange(review: Review, table: str, rows: pd.Index) -> None:
    if len(rows):
        frame = review.tables[table]
        message = "latitude and longitude are exchanged"
        review.flag("coordinates_swapped", table, rows, "lat_deg", message, "exchanged back")
        lat, lon = (frame.loc[rows, column].to_numpy() for column in ("lat_deg", "lon_deg"))
        review.put(table, rows, "lat_deg", lon)
        review.put(table, rows, "lon_deg", lat)


def accounts_say_where_they_are(review: Review) -> None:
    """Refuse an accounts table in which no account has coordinates or a unit."""
    accounts = review.tables["accounts"]
    if len(accounts) and not _has_any_place(accounts):
        review.flag_whole("place_columns_missing", "accounts", "no account has a place")


def _has_any_place(accounts: pd.DataFrame) -> bool:
    both = accounts["lat_deg"].notna() & accounts["lon_deg"].notna()
    return bool((both | (accounts["unit_id"] != "")).any())


def accounts_are_near_their_unit(review: Review) -> None:
    """Refuse coordinates far from the account's unit, whose point is used instead."""
    accounts = review.tables["accounts"]
    points = unit_points(review.tables["units"])
    away, far = far_from_unit(accounts, points, review.unit_shapes)
    units = accounts["unit_id"][far]
    messages = [
        f"{km:,.0f} km from its unit {unit}" for km, unit in zip(away[far], units, strict=True)
    ]
    rows = accounts.index[far]
    _replace(review, "coordinates_far_from_unit", "accounts", rows, messages)


def accounts_have_coordinates(review: Review) -> None:
    """Plan accounts without coordinates at the point of their unit; set the others aside."""
    accounts = review.tables["accounts"]
    if _has_any_place(accounts):
        gaps = accounts[["lat_deg", "lon_deg"]].isna().any(axis=1)
        message = "lat_deg and lon_deg are not both given"
        _replace(review, "coordinates_missing", "accounts", accounts.index[gaps], message)


def _replace(
    review: Review, code: str, table: str, rows: pd.Index, message: str | list[str]
) -> None:
    """Report coordinates and put the point of the unit in their place, or set the row aside."""
    if not len(rows):
        return
    if table == "accounts":
        _use_unit_points(review, code, rows, message)
        return
    bulk = table == "units"
    action = "read as empty" if bulk else ""
    review.flag(code, table, rows, "lat_deg", message, action, _shown(review, table, rows))
    if bulk:
        review.put(table, rows, "lat_deg", np.nan)
        review.put(table, rows, "lon_deg", np.nan)


def _use_unit_points(review: Review, code: str, rows: pd.Index, message: str | list[str]) -> None:
    messages = pd.Series(message, index=rows, dtype="str")
    units = review.tables["accounts"].loc[rows, "unit_id"]
    points = unit_points(review.tables["units"]).reindex(units)
    known = points["lat_deg"].notna().to_numpy()
    rest, rows = rows[~known], rows[known]
    shown = _shown(review, "accounts", rows)
    review.flag(code, "accounts", rows, "lat_deg", messages[rows].tolist(), _SUBSTITUTE, shown)
    for column in ("lat_deg", "lon_deg"):
        review.put("accounts", rows, column, points[column].to_numpy()[known])
    hint = "; no unit with a point stands in"
    texts = [text + hint for text in messages[rest]]
    review.set_aside(code, "accounts", rest, "lat_deg", texts)


def _shown(review: Review, table: str, rows: pd.Index) -> list[str]:
    cells = review.tables[table].loc[rows, ["lat_deg", "lon_deg"]]
    pairs = zip(cells["lat_deg"], cells["lon_deg"], strict=True)
    return [
        "" if np.isnan(lat) and np.isnan(lon) else f"{lat:.12g}, {lon:.12g}" for lat, lon in pairs
    ]


def units_are_known(review: Review) -> None:
    """Warn of unit ids that the units table does not have, and of units without a point."""
    units, accounts = review.tables["units"], review.tables["accounts"]
    if units.empty:
        return
    pointless = units.index[units[["lat_deg", "lon_deg"]].isna().any(axis=1)]
    review.flag("unit_without_point", "units", pointless, "unit_id", "the unit has no point")
    unknown = ~accounts["unit_id"].isin(["", *units["unit_id"]])
    message = "the units table does not have it"
    review.flag("unit_unknown", "accounts", accounts.index[unknown], "unit_id", message)


def points_are_not_shared(review: Review) -> None:
    """Warn of accounts that share one exact point which is not the point of their unit."""
    accounts = review.tables["accounts"]
    at_unit = km_to_unit(accounts, unit_points(review.tables["units"])) == 0
    own = accounts[~at_unit & accounts["lat_deg"].notna().to_numpy()]
    crowd = own[own.duplicated(["lat_deg", "lon_deg"], keep=False)]
    for (lat, lon), group in crowd.groupby(["lat_deg", "lon_deg"], sort=False):
        ids = group["account_id"].tolist()
        message = f"{len(ids)} accounts at {lat:.5f}, {lon:.5f}: {listed(ids)}"
        review.flag(
            "coordinates_shared", "accounts", group.index[:1], "lat_deg", message,
            values=["|".join(ids)],
        )  # fmt: skip


def field_reps_have_a_place(review: Review) -> None:
    """Warn of field reps without coordinates, when there are accounts to travel to."""
    reps = review.tables["reps"]
    if review.tables["accounts"].empty:
        return
    gaps = reps[["lat_deg", "lon_deg"]].isna().any(axis=1) & reps["kind"].isin(["field", "both"])
    gaps &= ~reps["vacant"]
    message = "lat_deg and lon_deg are not both given"
    review.flag("rep_without_place", "reps", reps.index[gaps], "lat_deg", message)


RULES = (
    country_is_known,
    coordinates_are_in_the_country,
    units_have_points,
    accounts_say_where_they_are,
    accounts_are_near_their_unit,
    accounts_have_coordinates,
    units_are_known,
    points_are_not_shared,
    field_reps_have_a_place,
)
