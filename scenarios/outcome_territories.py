"""Tables of an outcome that speak of territories: accounts, reps, shapes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.build_territory import TerritoryCase, workload_hours
from scenarios.config import Config

TERRITORY_COLUMNS = [
    "account_id",
    "name",
    "segment",
    "lat_deg",
    "lon_deg",
    "rep_id",
    "rep_name",
    "previous_rep_id",
    "moved",
    "locked",
    "stray_before",
    "stray_after",
    "workload_hours",
    "potential_eur",
    "revenue_eur",
    "travel_km",
    "travel_hours",
    "move_cost_eur",
    "runner_up_rep_id",
    "runner_up_extra_eur",
    "reason",
]

REP_COLUMNS = [
    "rep_id",
    "name",
    "pool",
    "kind",
    "lat_deg",
    "lon_deg",
    "fte",
    "accounts_before",
    "accounts_after",
    "workload_hours_before",
    "workload_hours_after",
    "workload_target_hours",
    "workload_deviation_before",
    "workload_deviation",
    "potential_eur_before",
    "potential_eur_after",
    "potential_target_eur",
    "potential_deviation_before",
    "potential_deviation",
    "travel_hours_before",
    "travel_hours_after",
    "accounts_gained",
    "accounts_given",
    "workload_room_eur_per_hour",
    "potential_room_ratio",
]


def territory_table(
    case: TerritoryCase,
    config: Config,
    plan_seat: np.ndarray,
    runner_up: np.ndarray,
    runner_up_extra_eur: np.ndarray,
    reasons: tuple[str, ...],
) -> pd.DataFrame:
    """Return one row per account: who serves it, who did, why, and who is next in line."""
    accounts, problem = case.accounts, case.problem
    rep_ids = np.array([*case.seats["rep_id"], ""], dtype=object)
    names = np.array([*case.seats["name"], ""], dtype=object)
    # The owner may hold no seat any more; the account has moved all the same.
    owner = accounts["owner"].to_numpy(object)
    moved = (owner != "") & (plan_seat >= 0) & (rep_ids[plan_seat] != owner)
    rows, served = np.arange(len(accounts)), plan_seat >= 0
    km = np.where(served, case.travel_km[rows, plan_seat], 0.0)
    hours = np.where(served, case.travel_hours[rows, plan_seat], 0.0)
    return pd.DataFrame(
        {
            "account_id": accounts["account_id"].to_numpy(),
            "name": accounts["name"].to_numpy(),
            "segment": accounts["segment"].to_numpy(),
            "lat_deg": accounts["lat_deg"].to_numpy(float),
            "lon_deg": accounts["lon_deg"].to_numpy(float),
            "rep_id": rep_ids[plan_seat],
            "rep_name": names[plan_seat],
            "previous_rep_id": owner,
            "moved": moved,
            "locked": problem.locked,
            # Told once the neighbours are known (outcome_strays).
            "stray_before": False,
            "stray_after": False,
            "workload_hours": workload_hours(accounts, config),
            "potential_eur": np.nan_to_num(accounts["potential_eur"].to_numpy(float)),
            "revenue_eur": np.nan_to_num(accounts["revenue_eur"].to_numpy(float)),
            "travel_km": km,
            "travel_hours": hours,
            "move_cost_eur": np.where(moved & (case.previous_seat >= 0), problem.move_cost, 0.0),
            "runner_up_rep_id": rep_ids[runner_up],
            "runner_up_extra_eur": np.where(runner_up >= 0, runner_up_extra_eur, np.nan),
            "reason": _with_overrides(reasons, case.override_reason),
        }
    )[TERRITORY_COLUMNS]


def _with_overrides(reasons: tuple[str, ...], overrides: tuple[str, ...]) -> list[str]:
    return [
        f"decided by hand: {by_hand}" if by_hand else reason
        for reason, by_hand in zip(reasons, overrides, strict=True)
    ]


def rep_table(
    case: TerritoryCase, territories: pd.DataFrame, window_price: np.ndarray
) -> pd.DataFrame:
    """Return one row per territory holder: load before and after, against its target.

    `window_price` is (S, K) EUR that one more unit of room in a balance window would save.
    """
    after = _sums(territories, "rep_id")
    before = _sums(_as_before(case, territories), "previous_rep_id")
    seats = case.seats.set_index("rep_id")
    after, before = (frame.reindex(seats.index).fillna(0.0) for frame in (after, before))
    targets = pd.DataFrame(
        case.targets, index=seats.index, columns=["workload_hours", "potential_eur"]
    )
    moved = territories[territories["moved"]]
    table = seats[["name", "pool", "kind", "lat_deg", "lon_deg", "fte"]].copy()
    for when, sums in (("before", before), ("after", after)):
        table[f"accounts_{when}"] = sums["account_id"].astype("int64")
        for measure in ("workload_hours", "potential_eur", "travel_hours"):
            table[f"{measure}_{when}"] = sums[measure]
    table["workload_target_hours"] = targets["workload_hours"]
    table["potential_target_eur"] = targets["potential_eur"]
    for name, measure in (("workload", "workload_hours"), ("potential", "potential_eur")):
        table[f"{name}_deviation"] = _deviation(after[measure], targets[measure])
        table[f"{name}_deviation_before"] = _deviation(before[measure], targets[measure])
    table["accounts_gained"] = moved.groupby("rep_id").size().reindex(seats.index, fill_value=0)
    given = moved.groupby("previous_rep_id").size()
    table["accounts_given"] = given.reindex(seats.index, fill_value=0)
    # A vacant seat that the plan opened has no price of its own.
    price = np.zeros((len(table), window_price.shape[1]))
    price[: len(window_price)] = window_price
    table["workload_room_eur_per_hour"], table["potential_room_ratio"] = price[:, 0], price[:, 1]
    return table.reset_index()[REP_COLUMNS]


def _sums(territories: pd.DataFrame, by: str) -> pd.DataFrame:
    served = territories[territories[by] != ""].groupby(by)
    sums = served[["workload_hours", "potential_eur", "travel_hours"]].sum()
    return sums.assign(account_id=served["account_id"].count())


def _as_before(case: TerritoryCase, territories: pd.DataFrame) -> pd.DataFrame:
    rows = np.arange(len(territories))
    hours = case.travel_hours[rows, case.previous_seat]
    return territories.assign(travel_hours=np.where(case.previous_seat >= 0, hours, 0.0))


def _deviation(value: pd.Series, target: pd.Series) -> pd.Series:
    return (value / target.where(target > 0) - 1.0).fillna(0.0)
