"""Turn the tables of a workspace into a territory problem: units converted and weighed once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.points import distance_matrix_km
from geodata.travel import TravelModel
from optimizer.territory_problem import TerritoryProblem
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.horizon import first_day
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]
DAYS_PER_YEAR = 365.25


@dataclass(frozen=True, kw_only=True)
class TerritoryCase:
    """Hold a territory problem beside the tables and distances it was made from.

    Attributes
    ----------
    problem
        The problem; U accounts, S seats.
    accounts, seats
        Rows of the accounts (sorted by id) and reps in the order of the problem.
    previous_seat
        (U,) today's seat before overrides, -1 for none.
    visits_per_year
        (U,) field visits.
    travel_km, travel_hours
        (U, S) a year.
    override_reason
        (U,) reason of the override that fixes the account, "" for none.
    """

    problem: TerritoryProblem
    accounts: pd.DataFrame
    seats: pd.DataFrame
    previous_seat: NDArray[np.int64]
    visits_per_year: Floats
    travel_km: Floats
    travel_hours: Floats
    override_reason: tuple[str, ...]


def travel_model(config: Config) -> TravelModel:
    """Return the travel model of the workspace's rules."""
    rules = config.travel
    return TravelModel(
        detour_factor=rules.detour_factor,
        speed_kmh=rules.speed_kmh,
        visits_per_trip=rules.visits_per_trip,
    )


def build_territory_case(workspace: Workspace, seats: pd.DataFrame) -> TerritoryCase | None:
    """Return the territory case for these seats; None without accounts or seats."""
    accounts = workspace.tables["accounts"].sort_values("account_id")
    if accounts.empty or seats.empty:
        return None
    config = workspace.config
    distance = distance_matrix_km(
        accounts[["lat_deg", "lon_deg"]].to_numpy(float), _homes(seats, accounts)
    )
    visits = _by_segment(accounts, config, "visits_per_year")
    km, hours = travel_model(config).yearly_travel(distance, visits)
    previous = _index(accounts["owner"], seats["rep_id"])
    current, override_reason = _with_overrides(workspace, accounts, seats, previous)
    cost = km * config.travel.cost_eur_per_km + hours * config.travel.cost_eur_per_hour
    overridden = np.array([bool(reason) for reason in override_reason])
    measures = _measures(accounts, config)
    problem = TerritoryProblem(
        unit_ids=tuple(accounts["account_id"]),
        seat_ids=tuple(seats["rep_id"]),
        measure_names=("workload_hours", "potential_eur"),
        measures=measures,
        targets=_targets(measures, seats, config),
        tolerance=np.array(
            [config.territory.workload_tolerance, config.territory.potential_tolerance]
        ),
        cost=np.where(_eligible(accounts, seats, distance), cost, np.inf),
        current_seat=current,
        move_cost=np.where(overridden, 0.0, move_costs(accounts, config)),
        locked=(accounts["locked"].to_numpy(bool) | overridden) & (current >= 0),
        group=_groups(accounts, config),
        max_moved_share=_free_moved_share(accounts, config, previous, current),
    )
    return TerritoryCase(
        problem=problem,
        accounts=accounts,
        seats=seats,
        previous_seat=previous,
        visits_per_year=visits,
        travel_km=km,
        travel_hours=hours,
        override_reason=override_reason,
    )


def workload_hours(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return field hours a year per account, (U,): given, else visits x hours a visit."""
    visits = _by_segment(accounts, config, "visits_per_year")
    normal = visits * _by_segment(accounts, config, "hours_per_visit")
    given = accounts["workload_hours"].to_numpy(float)
    return np.where(np.isnan(given), normal, given)


def move_costs(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return EUR for giving an account to another rep, (U,).

    The hand-over itself, plus a share of the account's value that grows with the owner's tenure
    up to `tenure_full_years`. The value is the larger of what the account buys and what it could
    buy: a rep who has courted a city for years and sold nothing yet is worth keeping there too.
    """
    rules = config.territory
    start = first_day(config.horizon.first_month)
    tenure_years = (start - accounts["owner_since"]).dt.days.to_numpy(float) / DAYS_PER_YEAR
    tenure = np.clip(np.nan_to_num(tenure_years / rules.tenure_full_years), 0.0, 1.0)
    values = accounts[["revenue_eur", "potential_eur"]].fillna(0.0).max(axis=1).to_numpy(float)
    return rules.handover_eur + rules.move_cost_share * values * tenure


def _free_moved_share(
    accounts: pd.DataFrame, config: Config, previous: NDArray[np.int64], current: NDArray[np.int64]
) -> float:
    """Return the share of the solver's units that may move, beside moves already decided.

    The rule counts every account that has an owner and gets another rep, so that overrides and
    owners without a seat use up the allowance first.
    """
    limit = config.territory.max_moved_share
    if limit >= 1.0:
        return 1.0
    owned = int((accounts["owner"] != "").sum())
    decided = int(((accounts["owner"] != "") & (current != previous)).sum())
    homeless = int(((accounts["owner"] != "") & (previous < 0) & (current < 0)).sum())
    left = max(0, int(np.floor(limit * owned + 1e-9)) - decided - homeless)
    return min(1.0, left / max(1, int((current >= 0).sum())))


def _homes(seats: pd.DataFrame, accounts: pd.DataFrame) -> Floats:
    # A rep without a home is taken to start from the middle of today's accounts.
    homes = seats[["lat_deg", "lon_deg"]].to_numpy(float).copy()
    middle = accounts[["lat_deg", "lon_deg"]].median().to_numpy(float)
    for row in np.flatnonzero(np.isnan(homes).any(axis=1)):
        own = accounts[accounts["owner"] == seats["rep_id"].iloc[row]]
        homes[row] = own[["lat_deg", "lon_deg"]].median() if len(own) else middle
    return homes


def _by_segment(accounts: pd.DataFrame, config: Config, rule: str) -> Floats:
    values = {name: getattr(section, rule) for name, section in config.segments.items()}
    return accounts["segment"].map(values).to_numpy(float)


def _measures(accounts: pd.DataFrame, config: Config) -> Floats:
    potential = np.nan_to_num(accounts["potential_eur"].to_numpy(float))
    return np.column_stack([workload_hours(accounts, config), potential])


def _targets(measures: Floats, seats: pd.DataFrame, config: Config) -> Floats:
    share = seats["fte"].to_numpy(float) / seats["fte"].sum()
    balanced = np.array([config.territory.balance_workload, config.territory.balance_potential])
    return np.outer(share, np.where(balanced, measures.sum(axis=0), 0.0))


def _eligible(
    accounts: pd.DataFrame, seats: pd.DataFrame, distance_km: Floats
) -> NDArray[np.bool_]:
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


def _index(ids: pd.Series, among: pd.Series) -> NDArray[np.int64]:
    place = {name: position for position, name in enumerate(among)}
    return np.array([place.get(name, -1) for name in ids], dtype=np.int64)


def _with_overrides(
    workspace: Workspace, accounts: pd.DataFrame, seats: pd.DataFrame, previous: NDArray[np.int64]
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    overrides = workspace.tables["overrides"]
    start = first_day(workspace.config.horizon.first_month)
    valid = overrides[overrides["expires"].isna() | (overrides["expires"] >= start)]
    seat_of = dict(zip(valid["account_id"], _index(valid["rep_id"], seats["rep_id"]), strict=True))
    why = dict(zip(valid["account_id"], valid["reason"], strict=True))
    decided = [seat_of.get(account, -1) for account in accounts["account_id"]]
    current = np.where(np.array(decided) >= 0, decided, previous).astype(np.int64)
    reasons = tuple(
        why.get(account, "") if seat >= 0 else ""
        for account, seat in zip(accounts["account_id"], decided, strict=True)
    )
    return current, reasons


def _groups(accounts: pd.DataFrame, config: Config) -> NDArray[np.int64]:
    column = None
    if config.territory.keep_groups_together:
        column = accounts["group_id"]
    elif config.territory.keep_parents_together:
        column = _families(accounts)
    if column is None:
        return np.full(len(accounts), -1, dtype=np.int64)
    codes, _ = pd.factorize(column.where(column != ""), sort=True)
    return codes.astype(np.int64)


def _families(accounts: pd.DataFrame) -> pd.Series:
    """Return the parent of each account; a parent without one of its own heads its family."""
    parent, own = accounts["parent_id"], accounts["account_id"]
    heads = (parent == "") & own.isin(set(parent))
    return parent.where(~heads, own)
