"""Read a panel of accounts, one row an account and year, and make a territory problem of a year.

The panel has `annee, account_id, code_commune, etp_total, lits_total, places_total`, the places
`code_commune, zone, lat, lon`. Workload and potential follow the staff of an establishment
(`etp_total`); a year in which staff was not asked takes it from the year before or after.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.points import distance_matrix_km, great_circle_km, mean_place
from optimizer.territory_problem import TerritoryProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

HOURS_PER_VISIT = 3.0
EUR_PER_FTE = 120.0
EUR_PER_KM = 0.45 + 35.0 / 65.0
DETOUR, VISITS_PER_TRIP = 1.3, 2.0
STAFF_PER_BED = 3.0
HANDOVER_EUR, MOVE_SHARE, TENURE_YEARS = 40.0, 0.02, 3.0
WORKLOAD_TOLERANCE, POTENTIAL_TOLERANCE = 0.10, 0.15


@dataclass(frozen=True, kw_only=True)
class Year:
    """Hold the accounts of one year; U accounts sorted by id.

    Attributes
    ----------
    account_ids, department
        (U,) ids; first characters of the commune.
    place
        (U, 2) lat, lon in degrees.
    visits
        (U,) a year.
    potential_eur
        (U,) a year.
    """

    account_ids: tuple[str, ...]
    department: NDArray[np.object_]
    place: Floats
    visits: Floats
    potential_eur: Floats


def read_years(panel: Path, communes: Path, most: int | None = None) -> dict[int, Year]:
    """Return the years of a panel, mainland and Corsica; `most` keeps accounts of few departments.

    Parameters
    ----------
    most
        Accounts of the first year to keep about, whole departments from the first; None: all.
    """
    rows = pd.read_csv(panel, dtype={"account_id": str, "code_commune": str})
    places = pd.read_csv(communes, dtype={"code_commune": str}, usecols=[0, 6, 9, 10])
    rows = rows.merge(places[places["zone"] == "metro"], on="code_commune").dropna(subset=["lat"])
    rows["department"] = rows["code_commune"].str[:2]
    if most is not None:
        first = rows[rows["annee"] == rows["annee"].min()]
        counts = first.groupby("department").size().cumsum()
        rows = rows[rows["department"].isin(counts[counts <= most].index)]
    rows = rows.sort_values(["account_id", "annee"])
    known = rows.groupby("account_id")["etp_total"].transform(lambda s: s.ffill().bfill())
    beds = STAFF_PER_BED * (rows["lits_total"] + rows["places_total"]).fillna(0.0)
    rows["staff"] = known.fillna(beds)
    return {int(str(year)): _year(group) for year, group in rows.groupby("annee")}


def _year(rows: pd.DataFrame) -> Year:
    staff = rows["staff"].to_numpy(float)
    return Year(
        account_ids=tuple(rows["account_id"]),
        department=rows["department"].to_numpy(object),
        place=rows[["lat", "lon"]].to_numpy(float),
        visits=2.0 + 0.25 * np.sqrt(staff),
        potential_eur=EUR_PER_FTE * staff,
    )


def homes_by_halving(year: Year, seats: int) -> Floats:
    """Return (S, 2) homes in the middle of equal work: the largest part is halved again."""
    parts = [np.arange(len(year.visits))]
    while len(parts) < seats:
        parts.sort(key=lambda part: -float(year.visits[part].sum()))
        part = parts.pop(0)
        wide = year.place[part] * [1.0, 0.69]
        order = part[np.argsort(wide[:, np.ptp(wide, axis=0).argmax()], kind="stable")]
        half = np.searchsorted(np.cumsum(year.visits[order]), year.visits[order].sum() / 2)
        cut = int(np.clip(half, 1, len(order) - 1))
        parts += [order[:cut], order[cut:]]
    middles = [mean_place(year.place[p, 0], year.place[p, 1], year.visits[p]) for p in parts]
    return np.array(sorted(middles))


def seats_by_department(year: Year, homes: Floats) -> Ints:
    """Return (U,) the seat nearest to the middle of each department: how maps are often drawn."""
    seat = np.empty(len(year.visits), dtype=np.int64)
    for name in sorted(set(year.department)):
        here = np.flatnonzero(year.department == name)
        middle = mean_place(year.place[here, 0], year.place[here, 1], year.visits[here])
        seat[here] = great_circle_km(*middle, homes[:, 0], homes[:, 1]).argmin()
    return seat


def yearly_km(year: Year, homes: Floats) -> Floats:
    """Return (U, S) road km a year."""
    trips = year.visits[:, None] / VISITS_PER_TRIP
    return trips * 2 * DETOUR * distance_matrix_km(year.place, homes)


def make_year_problem(
    year: Year, homes: Floats, current: Ints, tenure_years: Floats, max_moved_share: float
) -> TerritoryProblem:
    """Return the problem of a year: two windows, travel and moves in EUR, at most a share moved."""
    seats = len(homes)
    measures = np.column_stack([HOURS_PER_VISIT * year.visits, year.potential_eur])
    tenure = np.clip(tenure_years / TENURE_YEARS, 0.0, 1.0)
    return TerritoryProblem(
        unit_ids=year.account_ids,
        seat_ids=tuple(f"R{seat:02d}" for seat in range(seats)),
        measure_names=("workload_hours", "potential_eur"),
        measures=measures,
        targets=np.tile(measures.sum(axis=0) / seats, (seats, 1)),
        tolerance=np.array([WORKLOAD_TOLERANCE, POTENTIAL_TOLERANCE]),
        cost=EUR_PER_KM * yearly_km(year, homes),
        current_seat=current,
        move_cost=HANDOVER_EUR + MOVE_SHARE * year.potential_eur * tenure,
        locked=np.zeros(len(current), dtype=bool),
        group=np.full(len(current), -1, dtype=np.int64),
        max_moved_share=max_moved_share,
    )
