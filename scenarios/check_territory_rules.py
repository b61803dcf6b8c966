"""Rules on rules of territories: caps, bans, frozen reps and vacant seats that cannot come true."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.check_measures import workload_hours
from scenarios.review import Review
from scenarios.seats import reviewed_holders
from scenarios.tables_people import BAN, KEEP

CAPS = (
    "min_accounts",
    "max_accounts",
    "max_given_accounts",
    "max_taken_accounts",
    "max_given_revenue_eur",
    "max_taken_revenue_eur",
)
SAME_FOR_VACANT = ("fte", "max_travel_km", "segments", "languages", "skills")


def bans_contradict_nothing(review: Review) -> None:
    """Refuse a ban of what another override or a lock decides."""
    overrides, accounts = review.tables["overrides"], review.tables["accounts"]
    is_ban = overrides["kind"] == BAN
    given = set(_pairs(overrides[~is_ban]))
    locked = accounts[accounts["locked"]]
    held = set(zip(locked["account_id"], locked["owner"], strict=True))
    pairs = pd.Series(_pairs(overrides), index=overrides.index, dtype=object)
    rows = overrides.index[is_ban & pairs.isin(given)]
    message = "another override gives the account to this rep"
    review.flag("override_ban_clash", "overrides", rows, "rep_id", message)
    rows = overrides.index[is_ban & pairs.isin(held)]
    review.flag("override_against_lock", "overrides", rows, "rep_id", "the account is locked to it")


def kept_accounts_have_that_owner(review: Review) -> None:
    """Refuse to keep an account with a rep who does not have it."""
    overrides, owner = review.tables["overrides"], _owner_of(review)
    rows = overrides.index[(overrides["kind"] == KEEP) & (owner != overrides["rep_id"])]
    messages = [f"its owner is {name or 'nobody'}" for name in owner[rows]]
    review.flag("override_keep_elsewhere", "overrides", rows, "rep_id", messages)


def frozen_reps_keep_what_they_have(review: Review) -> None:
    """Refuse overrides that take from a frozen rep or give to one."""
    overrides, owner = review.tables["overrides"], _owner_of(review)
    reps = review.tables["reps"]
    frozen = reps.loc[reps["frozen"], "rep_id"]
    is_ban, own = overrides["kind"] == BAN, owner == overrides["rep_id"]
    takes = owner.isin(frozen) & (is_ban == own)
    gives = overrides["rep_id"].isin(frozen) & ~is_ban & ~own
    # Keeping off the accounts that it never gets is no contradiction.
    rows = overrides.index[(takes & ~(is_ban & ~own)) | gives]
    message = "the rep is frozen: gives no account and gets none"
    review.flag("override_against_freeze", "overrides", rows, "rep_id", message)


def frozen_reps_are_told_their_load(review: Review) -> None:
    """Warn of frozen reps whose hours are outside the tolerance: nobody balances them."""
    holders, accounts = _standing(review), review.tables["accounts"]
    frozen = holders[holders["frozen"]]
    if frozen.empty or not review.config.territory.balance_workload:
        return
    hours = workload_hours(review)
    load = hours.groupby(accounts["owner"]).sum().reindex(frozen["rep_id"]).fillna(0.0)
    share = (hours.sum() * frozen["fte"] / holders["fte"].sum()).to_numpy(float)
    away = np.abs(load.to_numpy(float) - share)
    out = away > review.config.territory.workload_tolerance * share * (1 + 1e-9)
    texts = zip(load[out], share[out], strict=True)
    messages = [f"carries {has:,.0f} h a year, its share is {own:,.0f} h" for has, own in texts]
    review.flag("frozen_rep_unbalanced", "reps", frozen.index[out], "frozen", messages)


def caps_leave_room(review: Review) -> None:
    """Compare the fewest and the most accounts, of each rep and of all together."""
    rules, reps = review.config.territory, review.tables["reps"]
    least, most = (
        _caps(review, "min_accounts", rules.min_accounts),
        _caps(review, "max_accounts", rules.max_accounts),
    )
    common = rules.min_accounts is not None and rules.max_accounts is not None
    if common and (rules.min_accounts or 0) > (rules.max_accounts or 0):
        message = f"min_accounts is {rules.min_accounts}, max_accounts {rules.max_accounts}"
        review.flag_whole("account_limits_reversed", "", message, "territory.min_accounts")
        return
    reversed_ = least > most
    messages = [
        f"at least {a:.0f} and at most {b:.0f}"
        for a, b in zip(least[reversed_], most[reversed_], strict=True)
    ]
    review.flag("account_limits_reversed", "reps", reps.index[reversed_], "min_accounts", messages)
    _compare_totals(review, least, most)


def _compare_totals(review: Review, least: pd.Series, most: pd.Series) -> None:
    rows, count = _standing(review).index, len(review.tables["accounts"])
    if not len(rows) or not count:
        return
    fewest, largest = least[rows].sum(), most[rows].sum(skipna=False)
    if fewest > count:
        message = f"reps need {fewest:,.0f} accounts, there are {count:,}"
        review.flag_whole("account_limits_total", "reps", message, "min_accounts")
    more_seats = review.config.territory.max_new_seats or review.tables["reps"]["vacant"].any()
    if largest < count and not more_seats:
        message = f"reps hold {largest:,.0f} accounts, there are {count:,}"
        review.flag_whole("account_limits_total", "reps", message, "max_accounts")


def prices_mean_something(review: Review) -> None:
    """Warn of prices of 0 that make a rule idle, accounts worthless or a seat free."""
    rules = review.config.territory
    stray = rules.stray_eur if rules.contiguity == "preferred" else None
    for name, price, message in (
        ("stray_eur", stray, "contiguity is preferred at a price of 0"),
        ("workload_miss_eur_per_hour", rules.workload_miss_eur_per_hour, "hours are not balanced"),
        ("potential_miss_share", rules.potential_miss_share, "potential is not balanced"),
        ("unserved_value_share", rules.unserved_value_share, "accounts may be left out for free"),
    ):
        if price == 0:
            review.flag_whole("territory_price_zero", "", message, f"territory.{name}")
    if rules.max_new_seats and rules.seat_cost_eur_per_year == 0:
        message = f"up to {rules.max_new_seats} territories may be opened at no cost"
        review.flag_whole("new_seats_free", "", message, "territory.seat_cost_eur_per_year")


def vacant_seats_are_alike(review: Review) -> None:
    """Refuse vacant seats that differ, and warn of cells that mean nothing for them."""
    reps = review.tables["reps"]
    vacant = reps[reps["vacant"]]
    if vacant.empty:
        return
    for column in ("lat_deg", "lon_deg", *CAPS):
        rows = vacant.index[vacant[column].notna()]
        review.flag("vacant_cell_unused", "reps", rows, column, "the rep is vacant")
    rows = vacant.index[vacant["frozen"]]
    review.flag("vacant_cell_unused", "reps", rows, "frozen", "the rep is vacant")
    seats = vacant[vacant.index.isin(reviewed_holders(review).index)]
    for column in SAME_FOR_VACANT:
        values = seats[column].map(str)
        rows = values.index[values != values.iloc[0]] if len(values) else values.index
        message = f"{column} of the first vacant rep is {values.iloc[0]}" if len(values) else ""
        review.flag("vacant_seats_differ", "reps", rows, column, message)


def _pairs(overrides: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(overrides["account_id"], overrides["rep_id"], strict=True))


def _owner_of(review: Review) -> pd.Series:
    """Return today's owner of the account of each override, "" for nobody."""
    accounts = review.tables["accounts"]
    owner = dict(zip(accounts["account_id"], accounts["owner"], strict=True))
    return review.tables["overrides"]["account_id"].map(lambda account: owner.get(account, ""))


def _standing(review: Review) -> pd.DataFrame:
    holders = reviewed_holders(review)
    return holders[~holders["vacant"]]


def _caps(review: Review, column: str, rule: float | None) -> pd.Series:
    """Return the cap of each rep: its own, else the common one; NaN for none."""
    own = review.tables["reps"][column].astype("float64")
    return own if rule is None else own.fillna(float(rule))


RULES = (
    bans_contradict_nothing,
    kept_accounts_have_that_owner,
    frozen_reps_keep_what_they_have,
    frozen_reps_are_told_their_load,
    caps_leave_room,
    prices_mean_something,
    vacant_seats_are_alike,
)
