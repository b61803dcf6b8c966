"""Rules on the process: phases in order, each with one rate, time and somebody to do it."""

from __future__ import annotations

import pandas as pd

from optimizer.funnel import WON
from scenarios.review import Review, listed

FEWEST_PHASES = 4
LAG_TOLERANCE = 1e-6


def phases_are_known(review: Review) -> None:
    """Tables that refer to phases name those of the process, and segments that exist."""
    phases = review.tables["process"]["phase"].drop_duplicates().tolist()
    for table in ("skills", "activity_norms", "pipeline", "providers", "role_rules"):
        column = review.tables[table]["phase"]
        known = [*phases, WON] if table == "pipeline" else phases
        rows = column.index[~column.isin(["", *known])] if phases else column.index[:0]
        message = f"the process has {listed(phases, 10)}"
        review.flag("phase_unknown", table, rows, "phase", message)
    for table in ("process", "activity_norms", "targets", "pipeline", "universe"):
        column = review.tables[table]["segment"]
        rows = column.index[~column.isin(["", *review.config.segments])]
        message = f"known segments are {listed(review.config.segments, 10)}"
        review.flag("segment_unknown", table, rows, "segment", message)


def phases_are_in_order(review: Review) -> None:
    """Phases are numbered 1, 2, 3, ..., and their rows agree on what belongs to the phase."""
    process = review.tables["process"]
    for column in ("order", "unit", "territorial", "documented"):
        values = process.groupby("phase")[column].nunique(dropna=False)
        differing = process["phase"].isin(values.index[values > 1])
        rows = process.index[differing & process.duplicated("phase")]
        message = f"{column} is not the same on all rows of the phase"
        review.flag("phase_rows_differ", "process", rows, column, message)
    orders = process.drop_duplicates("phase")["order"].dropna()
    numbers = sorted(int(number) for number in orders)
    if numbers and numbers != list(range(1, len(numbers) + 1)):
        message = f"the numbers are {', '.join(map(str, numbers))}"
        review.flag_whole("order_broken", "process", message, "order")
    count = process["phase"].nunique()
    if 0 < count < FEWEST_PHASES:
        review.flag_whole("phases_few", "process", f"{count} phase(s)", "phase")


def rates_are_given_once(review: Review) -> None:
    """Each row says by conversion or by units_per_next how units pass on, and it is possible."""
    process = review.tables["process"]
    conversion, units = process["conversion"], process["units_per_next"]
    known = pd.Series(
        [not _is_unreadable(review, int(row)) for row in process.index], process.index, dtype=bool
    )
    flagged = (
        ("rate_missing", conversion.isna() & units.isna() & known, "both are empty"),
        ("rate_twice", conversion.notna() & units.notna(), "both are given"),
        ("rate_impossible", (conversion <= 0) | (conversion > 1), "not above 0 and at most 1"),
    )
    for code, which, message in flagged:
        review.flag(code, "process", process.index[which], "conversion", message)
    few = process.index[(units >= 0) & (units < 1)]
    message = "1 or more units of this phase are needed for one of the next"
    review.flag("units_per_next_below_one", "process", few, "units_per_next", message)


def _is_unreadable(review: Review, row: int) -> bool:
    cells = {("process", row, "conversion"), ("process", row, "units_per_next")}
    return bool(cells & review.unreadable)


def lags_are_given_once(review: Review) -> None:
    """Each row gives its lag by months or by shares, and shares are a whole."""
    process = review.tables["process"]
    shares = process["lag_shares"]
    given = shares.map(len) > 0
    twice = process.index[given & process["lag_months"].notna()]
    review.flag("lag_twice", "process", twice, "lag_shares", "both are given")
    sums = shares[given].map(lambda items: sum(map(float, items)))
    off = sums[(sums - 1).abs() > LAG_TOLERANCE]
    messages = [f"they add up to {total:g}" for total in off]
    review.flag("lag_shares_sum", "process", off.index, "lag_shares", messages)


def phases_hold_for_every_segment(review: Review) -> None:
    """Each phase has a rate and takes time in every segment."""
    for table, code, what in (
        ("process", "phase_segment_missing", "no row"),
        ("activity_norms", "phase_without_norms", "no activity that takes time"),
    ):
        frame = review.tables[table]
        if table == "activity_norms":
            work = frame["activities_per_unit"] * frame["minutes_per_activity"]
            frame = frame[work > 0]
        pairs = set(zip(frame["phase"], frame["segment"], strict=True))
        for phase in review.tables["process"]["phase"].drop_duplicates():
            gaps = [s for s in review.config.segments if not {(phase, s), (phase, "")} & pairs]
            if gaps:
                message = f"{phase} has {what} for {listed(gaps)}"
                review.flag_whole(code, table, message, "segment")


def somebody_does_each_phase(review: Review) -> None:
    """Each phase can be done by a rep, a hire or a provider."""
    process, skills = review.tables["process"], review.tables["skills"]
    if skills.empty or review.tables["reps"].empty:
        return
    able = set(skills.loc[skills["productivity"] > 0, "phase"])
    hiring, providers = review.tables["hiring"], review.tables["providers"]
    able |= set(hiring.loc[hiring["max_count"].fillna(0) > 0, "phases"].explode().dropna())
    documented = process.loc[process["documented"], "phase"]
    able |= set(providers.loc[providers["phase"].isin(documented), "phase"])
    for phase in process["phase"].drop_duplicates():
        if phase not in able:
            review.flag_whole("phase_nobody", "process", f"nobody can do {phase}", "phase")


RULES = (
    phases_are_known,
    phases_are_in_order,
    rates_are_given_once,
    lags_are_given_once,
    phases_hold_for_every_segment,
    somebody_does_each_phase,
)
