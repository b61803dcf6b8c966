"""What an account weighs and what serving it costs from any home: hours, km, EUR."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.points import distance_matrix_km
from geodata.travel import TravelModel
from scenarios.build_territory_rules import account_values
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.horizon import first_day

Floats = NDArray[np.float64]
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class Travel:
    """Hold great-circle km, and km, hours and EUR a year, all (U, H), from H homes."""

    distance_km: Floats
    km: Floats
    hours: Floats
    eur: Floats


def travel_model(config: Config) -> TravelModel:
    """Return the travel model of the workspace's rules."""
    rules = config.travel
    return TravelModel(
        detour_factor=rules.detour_factor,
        speed_kmh=rules.speed_kmh,
        visits_per_trip=rules.visits_per_trip,
    )


def travel_between(accounts: pd.DataFrame, homes: Floats, config: Config) -> Travel:
    """Return the travel of every account from every home, lat and lon (H, 2)."""
    distance = distance_matrix_km(accounts[["lat_deg", "lon_deg"]].to_numpy(float), homes)
    km, hours = travel_model(config).yearly_travel(distance, visits_per_year(accounts, config))
    eur = km * config.travel.cost_eur_per_km + hours * config.travel.cost_eur_per_hour
    return Travel(distance_km=distance, km=km, hours=hours, eur=eur)


def visits_per_year(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return field visits a year per account, (U,)."""
    return _by_segment(accounts, config, "visits_per_year")


def workload_hours(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return field hours a year per account, (U,): given, else visits x hours a visit."""
    visits = visits_per_year(accounts, config)
    normal = visits * _by_segment(accounts, config, "hours_per_visit")
    given = accounts["workload_hours"].to_numpy(float)
    return np.where(np.isnan(given), normal, given)


def measures_of(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return hours and potential a year per account, (U, 2)."""
    potential = np.nan_to_num(accounts["potential_eur"].to_numpy(float))
    return np.column_stack([workload_hours(accounts, config), potential])


def move_costs(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return EUR for giving an account to another rep, (U,).

    The hand-over itself, plus a share of the account's value that grows with the owner's tenure
    up to `tenure_full_years`.
    """
    rules = config.territory
    start = first_day(config.horizon.first_month)
    tenure_years = (start - accounts["owner_since"]).dt.days.to_numpy(float) / DAYS_PER_YEAR
    tenure = np.clip(np.nan_to_num(tenure_years / rules.tenure_full_years), 0.0, 1.0)
    return rules.handover_eur + rules.move_cost_share * account_values(accounts) * tenure


def homes_of(seats: pd.DataFrame, accounts: pd.DataFrame) -> Floats:
    """Return lat and lon (S, 2); without a home, travel starts from the middle of the accounts."""
    homes = seats[["lat_deg", "lon_deg"]].to_numpy(float).copy()
    middle = accounts[["lat_deg", "lon_deg"]].median().to_numpy(float)
    for row in np.flatnonzero(np.isnan(homes).any(axis=1)):
        own = accounts[accounts["owner"] == seats["rep_id"].iloc[row]]
        homes[row] = own[["lat_deg", "lon_deg"]].median() if len(own) else middle
    return homes


def eligible(accounts: pd.DataFrame, seats: pd.DataFrame, distance_km: Floats) -> NDArray[np.bool_]:
    """Return whether each seat may serve each account, (U, S): segment, skills, language, reach."""
    allowed = np.ones(distance_km.shape, dtype=bool)
    for column, seat in enumerate(rows_of(seats)):
        if seat.segments:
            allowed[:, column] &= accounts["segment"].isin(seat.segments).to_numpy()
        allowed[:, column] &= _covers(seat.skills, accounts["skills"])
        if seat.languages:
            spoken = accounts["language"].isin((*seat.languages, ""))
            allowed[:, column] &= spoken.to_numpy()
        if not np.isnan(seat.max_travel_km):
            allowed[:, column] &= distance_km[:, column] <= seat.max_travel_km
    return allowed


def _covers(offered: tuple[str, ...], needed: pd.Series) -> NDArray[np.bool_]:
    has = frozenset(offered)
    return needed.map(has.issuperset).to_numpy(bool)


def _by_segment(accounts: pd.DataFrame, config: Config, rule: str) -> Floats:
    values = {name: getattr(section, rule) for name, section in config.segments.items()}
    return accounts["segment"].map(values).to_numpy(float)
