"""Rules on what accounts weigh: potential, workload, and the dates that weigh a move."""

from __future__ import annotations

import pandas as pd

from scenarios.horizon import first_day
from scenarios.review import Review

EARLIEST = pd.Timestamp("1950-01-01")


def potentials_have_accounts(review: Review) -> None:
    """Set potentials of unknown accounts aside, and sum the others into empty account cells."""
    accounts, potentials = review.tables["accounts"], review.tables["potentials"]
    if potentials.empty:
        return
    unknown = ~potentials["account_id"].isin(accounts["account_id"])
    review.set_aside(
        "potential_account_unknown", "potentials", potentials.index[unknown], "account_id",
        "no account has this id",
    )  # fmt: skip
    sums = review.tables["potentials"].groupby("account_id")["potential_eur"].sum()
    total = accounts["account_id"].map(sums).astype("float64")
    given = accounts["potential_eur"]
    gaps = given.isna() & total.notna()
    review.put("accounts", accounts.index[gaps], "potential_eur", total[gaps].to_numpy())
    differs = (given - total).abs() > 1e-6 * total.abs().clip(lower=1.0)
    messages = [f"the potentials table adds up to {value:.12g}" for value in total[differs]]
    rows = accounts.index[differs]
    review.flag("potential_differs", "accounts", rows, "potential_eur", messages)


def accounts_weigh_something(review: Review) -> None:
    """Warn of accounts without potential, and without any weight at all."""
    accounts = review.tables["accounts"]
    potential = accounts["potential_eur"]
    if potential.notna().any():
        column = "potential_eur"
        missing, zero = accounts.index[potential.isna()], accounts.index[potential == 0]
        review.flag("potential_missing", "accounts", missing, column, "no potential is given")
        review.flag("potential_zero", "accounts", zero, column, "the potential is 0")
    light = ~(potential > 0) & ~(workload_hours(review) > 0)
    if len(accounts) and light.all():
        message = "no account has a potential or a workload"
        review.flag_whole("account_weightless", "accounts", message)
        return
    message = "neither potential nor workload"
    review.flag("account_weightless", "accounts", accounts.index[light], "account_id", message)


def workload_hours(review: Review) -> pd.Series:
    """Return the field hours a year, as given or by the visits of the segment."""
    accounts = review.tables["accounts"]
    hours = {
        name: rules.visits_per_year * rules.hours_per_visit
        for name, rules in review.config.segments.items()
    }
    return accounts["workload_hours"].fillna(accounts["segment"].map(hours).astype("float64"))


def dates_are_plausible(review: Review) -> None:
    """Warn of dates before 1950, or of a past event after the start of the horizon."""
    start = first_day(review.config.horizon.first_month)
    since = review.tables["accounts"]["owner_since"]
    odd = (since < EARLIEST) | (since > start)
    message = f"expected between 1950 and {start.date().isoformat()}"
    review.flag("date_implausible", "accounts", since.index[odd], "owner_since", message)


RULES = (potentials_have_accounts, accounts_weigh_something, dates_are_plausible)
