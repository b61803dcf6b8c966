"""Rules on people: employment, skills, and the names their lists use."""

from __future__ import annotations

from collections.abc import Container

import pandas as pd

from scenarios.check_measures import EARLIEST
from scenarios.horizon import first_day, horizon_months
from scenarios.review import Review, listed
from scenarios.seats import reviewed_holders


def employment_makes_sense(review: Review) -> None:
    """Reps start before they leave, and work in the horizon."""
    reps, months = review.tables["reps"], horizon_months(review.config)
    start, end = reps["start_date"], reps["end_date"]
    reversed_ = end < start
    message = "end_date lies before start_date"
    review.flag("rep_dates_reversed", "reps", reps.index[reversed_], "end_date", message)
    early = reps.index[start < EARLIEST]
    review.flag("rep_date_implausible", "reps", early, "start_date", "before 1950")
    after = start >= first_day(months[-1]) + pd.DateOffset(months=1)
    away = ((end < first_day(months[0])) | after) & ~reversed_
    message = f"not employed from {months[0]} to {months[-1]}"
    review.flag("rep_outside_horizon", "reps", reps.index[away], "end_date", message)


def working_time_counts(review: Review) -> None:
    """Warn of reps whose working time is 0."""
    fte = review.tables["reps"]["fte"]
    review.flag("rep_fte_zero", "reps", fte.index[fte == 0], "fte", "fte is 0")


def somebody_holds_the_accounts(review: Review) -> None:
    """Warn of accounts that no rep may take, which no plan of territories could show."""
    reps, accounts = review.tables["reps"], review.tables["accounts"]
    if len(reps) and len(accounts) and reviewed_holders(review).empty:
        message = f"{len(accounts)} account(s), and no rep to take them"
        review.flag_whole("no_territory_holder", "reps", message, "kind")


def held_phases_keep_the_limit(review: Review) -> None:
    """Warn of people who hold more phases today than the plan may give them."""
    held = review.tables["reps"]["current_phases"]
    limit = review.config.staffing.max_phases_per_person
    counts = held.map(len)
    messages = [f"{n} phases, the limit is {limit}" for n in counts[counts > limit]]
    rows = held.index[counts > limit]
    review.flag("current_phases_above_limit", "reps", rows, "current_phases", messages)


def lists_name_known_things(review: Review) -> None:
    """Check that lists of segments, phases and pools name only what exists."""
    phases = review.tables["process"]["phase"].drop_duplicates().tolist()
    pools = review.tables["reps"]["pool"].drop_duplicates().tolist()
    for table, column, known in (
        ("reps", "segments", list(review.config.segments)),
        ("reps", "current_phases", phases),
        ("hiring", "phases", phases),
        ("hiring", "pools", pools),
        ("providers", "pools", pools),
    ):
        lists = review.tables[table][column]
        if not known:
            continue
        strange = lists.map(lambda items, known=known: _strangers(items, known))
        odd = strange.index[strange != ""]
        messages = [f"unknown: {names}; known are {listed(known, 10)}" for names in strange[odd]]
        review.flag("list_member_unknown", table, odd, column, messages)


def _strangers(items: tuple[str, ...], known: Container[str]) -> str:
    return ", ".join(item for item in items if item not in known)


def skills_belong_to_reps(review: Review) -> None:
    """Set skills of unknown people aside, and warn of people without skills."""
    reps, skills = review.tables["reps"], review.tables["skills"]
    if reps.empty:
        return
    unknown = skills.index[~skills["rep_id"].isin(reps["rep_id"])]
    message = "no rep has this id"
    review.set_aside("skill_rep_unknown", "skills", unknown, "rep_id", message)
    able = review.tables["skills"]
    able = able[able["productivity"] > 0]
    idle = reps.index[~reps["rep_id"].isin(able["rep_id"])]
    review.flag("rep_without_skills", "reps", idle, "rep_id", "no skill above 0 is given")


def wishes_of_accounts_can_be_met(review: Review) -> None:
    """Warn of languages nobody speaks and skills nobody offers."""
    accounts, reps = review.tables["accounts"], review.tables["reps"]
    if not (reps["languages"].map(len) == 0).any():
        spoken = set(reps["languages"].explode())
        _warn_of_unmet(review, "language_unspoken", "language", accounts["language"], spoken)
    offered = set(reps["skills"].explode())
    asked = accounts["skills"].explode().dropna().astype("str")
    _warn_of_unmet(review, "skill_unoffered", "skills", asked, offered)


def _warn_of_unmet(
    review: Review, code: str, column: str, asked: pd.Series, offered: Container[str]
) -> None:
    for name, group in asked[asked != ""].groupby(asked[asked != ""]):
        if name in offered:
            continue
        message = f"{len(group)} account(s) need '{name}', which no rep has"
        row = group.index[:1]
        review.flag(code, "accounts", row, column, message, values=[str(name)])


RULES = (
    employment_makes_sense,
    working_time_counts,
    somebody_holds_the_accounts,
    held_phases_keep_the_limit,
    lists_name_known_things,
    skills_belong_to_reps,
    wishes_of_accounts_can_be_met,
)
