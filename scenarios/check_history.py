"""Rules on the history of the CRM: what happened can have happened, and fits the workspace."""

from __future__ import annotations

from collections.abc import Container, Mapping

import numpy as np
import pandas as pd

from scenarios.check_measures import EARLIEST
from scenarios.horizon import first_day, horizon_months
from scenarios.review import Review, listed
from scenarios.tables_history import LOST, OPEN, PASSED, WON

TABLES = ("opportunities", "activities")
OUTCOMES = (PASSED, WON, LOST, OPEN)


def stages_become_phases(review: Review) -> None:
    """Translate the stages of the CRM by calibration.stages; phases stay as they are."""
    phases = set(review.tables["process"]["phase"])
    for stage, target in review.config.calibration.stages.items():
        phase, _, outcome = target.partition(":")
        if phases and (phase not in phases or outcome not in ("", *OUTCOMES)):
            message = f"'{stage}' = '{target}'; phases are {listed(sorted(phases), 10)}"
            review.flag_whole("history_stage_unknown", "", message, "calibration.stages")
            continue
        for table in TABLES:
            named = review.tables[table]["phase"]
            rows = named.index[(named == stage) & ~named.isin(phases)]
            review.put(table, rows, "phase", phase)
            if outcome and table == "opportunities":
                review.put(table, rows, "outcome", outcome)


def history_is_in_a_phase(review: Review) -> None:
    """Set rows aside that are in no phase of the process."""
    phases = review.tables["process"]["phase"].drop_duplicates().tolist()
    if not phases:
        return
    for table in TABLES:
        named = review.tables[table]["phase"]
        message = f"the process has {listed(phases, 10)}"
        rows = named.index[~named.isin(phases)]
        review.set_aside("history_phase_unknown", table, rows, "phase", message)


def dates_can_be(review: Review) -> None:
    """Set rows aside whose dates are implausible, or end before they begin."""
    for table, column in (
        ("opportunities", "entered_on"),
        ("opportunities", "left_on"),
        ("activities", "done_on"),
    ):
        frame = review.tables[table]
        day, latest = frame[column], first_day(horizon_months(review.config)[-1])
        odd = (day < EARLIEST) | (day >= latest + pd.DateOffset(months=1))
        if column == "left_on":
            # Of an open unit it is a forecast, and dropped as such.
            odd &= frame["outcome"] != OPEN
        message = "before 1950, or after the horizon"
        review.set_aside("history_date_implausible", table, frame.index[odd], column, message)
    history = review.tables["opportunities"]
    rows = history.index[history["left_on"] < history["entered_on"]]
    days = (history["entered_on"] - history["left_on"])[rows].dt.days
    messages = [f"{count} day(s) before entered_on" for count in days]
    review.set_aside("history_dates_reversed", "opportunities", rows, "left_on", messages)


def later_phases_prove_passing(review: Review) -> None:
    """Read a unit that entered a later phase as passed, whatever its earlier row says."""
    history = review.tables["opportunities"]
    if history.empty or not _orders_are_whole(review.tables["process"]):
        return
    following = _next_entry(history, review.tables["process"])
    went_on = following.notna()
    wrong = history.index[went_on & history["outcome"].isin([LOST, OPEN])]
    message = "a later phase was entered"
    action = "read as passed"
    review.flag("history_outcome_contradicted", "opportunities", wrong, "outcome", message, action)
    review.put("opportunities", history.index[went_on], "outcome", PASSED)
    undated = history.index[went_on & history["left_on"].isna()]
    days = np.maximum(following[undated], history.loc[undated, "entered_on"])
    review.put("opportunities", undated, "left_on", days)
    early = history.index[went_on & (following < history["entered_on"])]
    message = "a later phase was entered before"
    review.flag("history_order_broken", "opportunities", early, "entered_on", message)


def _orders_are_whole(process: pd.DataFrame) -> bool:
    orders = process.drop_duplicates("phase")["order"].dropna()
    return sorted(map(int, orders)) == list(range(1, process["phase"].nunique() + 1))


def _next_entry(history: pd.DataFrame, process: pd.DataFrame) -> pd.Series:
    """Return for each row the day its unit entered its next later phase, NaT when it did not."""
    order = process.drop_duplicates("phase").set_index("phase")["order"]
    frame = history.assign(order=history["phase"].map(order).astype(float))
    frame = frame.sort_values(["opportunity_id", "order"], kind="stable")
    return frame.groupby("opportunity_id")["entered_on"].shift(-1).reindex(history.index)


def outcomes_are_whole(review: Review) -> None:
    """Keep units that are open and have not left, or that left on a day with an outcome."""
    history = review.tables["opportunities"]
    left = history["left_on"].notna()
    rows = history.index[left & (history["outcome"] == OPEN)]
    action = "left_on dropped"
    review.flag("history_open_left", "opportunities", rows, "left_on", "it is open", action)
    review.put("opportunities", rows, "left_on", pd.NaT)
    rows = history.index[~left & history["outcome"].isin([PASSED, WON, LOST])]
    review.set_aside("history_left_missing", "opportunities", rows, "left_on", "left_on is empty")
    rows = history.index[left & (history["outcome"] == "")]
    message = "outcome is empty, and no later phase was entered"
    review.set_aside("history_outcome_missing", "opportunities", rows, "outcome", message)


def history_names_known_things(review: Review) -> None:
    """Warn of people, accounts, units and activities that the other tables do not have."""
    tables = review.tables
    for table in TABLES:
        if len(tables["reps"]):
            _warn(review, "history_rep_unknown", table, "rep_id", set(tables["reps"]["rep_id"]))
        if len(tables["accounts"]):
            # Accounts that were set aside are told of already.
            aside = {r["id"] for r in review.aside if r["table"] == "accounts"}
            known = aside | set(tables["accounts"]["account_id"])
            _warn(review, "history_account_unknown", table, "account_id", known)
    known = set(review.config.segments)
    _warn(review, "history_segment_unknown", "opportunities", "segment", known)
    if len(tables["opportunities"]):
        aside = {r["id"].split(" / ")[0] for r in review.aside if r["table"] == "opportunities"}
        known = aside | set(tables["opportunities"]["opportunity_id"])
        _warn(review, "history_opportunity_unknown", "activities", "opportunity_id", known)
    known = set(tables["activity_norms"]["activity"])
    _warn(review, "history_activity_unknown", "activities", "activity", known)


def _warn(review: Review, code: str, table: str, column: str, known: Container[str]) -> None:
    named = review.tables[table][column]
    strange = named[[name != "" and name not in known for name in named]]
    counts = strange.value_counts()
    first = strange.drop_duplicates()
    messages = [f"'{name}' is unknown; {counts[name]} row(s)" for name in first]
    review.flag(code, table, first.index, column, messages)


def history_has_segments(review: Review) -> None:
    """Warn of rows that count for all segments together."""
    history = review.tables["opportunities"]
    without = int(((history["segment"] == "") & (history["account_id"] == "")).sum())
    if without:
        message = f"{without} of {len(history)} rows"
        review.flag_whole("history_segment_missing", "opportunities", message, "segment")


def some_history_is_left(review: Review) -> None:
    """Warn when not one row of the opportunities can be used."""
    aside = [record for record in review.aside if record["table"] == "opportunities"]
    if aside and review.tables["opportunities"].empty:
        message = f"{len(aside)} row(s), all set aside"
        review.flag_whole("history_missing", "opportunities", message)


def segment_of(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the segment of each row of opportunities: its own, else its account's, else ""."""
    history, accounts = tables["opportunities"], tables["accounts"]
    by_account = dict(zip(accounts["account_id"], accounts["segment"], strict=True))
    named = [by_account.get(account, "") for account in history["account_id"]]
    of_account = pd.Series(named, history.index, dtype="str")
    return history["segment"].where(history["segment"] != "", of_account)


FIRST = (stages_become_phases,)
"""Before the other rules: they know phases, not the stages of a CRM."""
RULES = (
    history_is_in_a_phase,
    dates_can_be,
    later_phases_prove_passing,
    outcomes_are_whole,
    history_names_known_things,
    history_has_segments,
    some_history_is_left,
)
