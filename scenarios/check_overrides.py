"""Rules on overrides: decisions people took, which are obeyed or refused but never guessed."""

from __future__ import annotations

import pandas as pd

from scenarios.horizon import first_day
from scenarios.review import Review
from scenarios.seats import reviewed_holders
from scenarios.tables_people import BAN


def overrides_are_in_force(review: Review) -> None:
    """Set expired overrides aside; the day that counts is the first of the horizon."""
    expires = review.tables["overrides"]["expires"]
    start = first_day(review.config.horizon.first_month)
    rows = expires.index[expires < start]
    message = f"expired before {start.date().isoformat()}"
    review.set_aside("override_expired", "overrides", rows, "expires", message)


def overrides_name_usable_rows(review: Review) -> None:
    """Set overrides aside whose account is unknown or whose rep cannot hold a territory."""
    known = ["", *review.tables["accounts"]["account_id"]]
    accounts = review.tables["overrides"]["account_id"]
    rows = accounts.index[~accounts.isin(known)]
    message = "no account has this id"
    review.set_aside("override_account_unknown", "overrides", rows, "account_id", message)
    if review.tables["reps"].empty:
        return
    able = reviewed_holders(review)
    able = able[~able["vacant"]]
    chosen = review.tables["overrides"]["rep_id"]
    rows = chosen.index[~chosen.isin(["", *able["rep_id"]])]
    message = "no rep who can hold a territory in the horizon has this id"
    review.set_aside("override_rep_unusable", "overrides", rows, "rep_id", message)


def overrides_do_not_clash(review: Review) -> None:
    """Refuse two reps for one account, and a rep for an account locked to another."""
    overrides, accounts = review.tables["overrides"], review.tables["accounts"]
    overrides = overrides[overrides["kind"] != BAN]
    reps_named = overrides.groupby("account_id")["rep_id"].transform("nunique")
    again = overrides.duplicated("account_id") & (reps_named > 1)
    message = "another override gives the account to another rep"
    review.flag("override_clash", "overrides", overrides.index[again], "rep_id", message)
    locked = accounts[accounts["locked"]]
    holder = overrides["account_id"].map(
        dict(zip(locked["account_id"], locked["owner"], strict=True))
    )
    against = overrides.index[holder.notna() & (holder != overrides["rep_id"])]
    messages = [f"the account is locked to {name}" for name in holder[against]]
    review.flag("override_against_lock", "overrides", pd.Index(against), "rep_id", messages)


RULES = (overrides_are_in_force, overrides_name_usable_rows, overrides_do_not_clash)
