"""Rules on working time: calendars that are known, leave that can be taken, one buffer only."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from scenarios.calendar_days import days_of, working_days
from scenarios.calendar_places import knows_country, place_named, subdivision_names
from scenarios.capacity import capacity_of
from scenarios.capacity_terms import by_calendar, calendar_country, terms_of_all
from scenarios.config import Config
from scenarios.config_capacity import CalendarSection, CapacitySection
from scenarios.config_types import Section
from scenarios.frames import rows_of
from scenarios.horizon import employed_shares, horizon_months
from scenarios.review import Review, listed
from scenarios.tables_people import PAID

OWN_TERMS = (
    "contract_hours_per_week",
    "leave_days_per_year",
    "absence_share",
    "selling_share",
    "ramp",
)
"""Columns of reps that only hours by the calendar use."""


def calendars_are_known(review: Review) -> None:
    """Check that the country and region of the rules, and of each rep, have known holidays."""
    config = review.config
    if not by_calendar(config):
        return
    country, region = config.calendar.country, config.calendar.subdivision
    if country and not knows_country(country):
        message = f"no public holidays are known for '{country}'"
        review.flag_whole("calendar_country_unknown", "", message, "calendar.country")
    elif place_named(calendar_country(config), region) is None:
        message = _unknown_region(calendar_country(config), region)
        review.flag_whole("calendar_subdivision_unknown", "", message, "calendar.subdivision")
    reps = review.tables["reps"]
    for row, country, region in zip(reps.index, reps["country"], reps["subdivision"], strict=True):
        _check_place(review, row, country, region)


def _check_place(review: Review, row: int, country: str, region: str) -> None:
    here, home = pd.Index([row]), country or calendar_country(review.config)
    if country and not knows_country(country):
        message = f"no public holidays are known for '{country}'"
        review.flag("calendar_country_unknown", "reps", here, "country", message)
    elif region and knows_country(home) and place_named(home, region) is None:
        message = _unknown_region(home, region)
        review.flag("calendar_subdivision_unknown", "reps", here, "subdivision", message)


def _unknown_region(country: str, region: str) -> str:
    names = listed(subdivision_names(country), 8) or "no region"
    return f"{country} has no region '{region}'; known are {names}"


def leave_belongs_to_reps(review: Review) -> None:
    """Set leave of unknown people aside."""
    reps, leave = review.tables["reps"], review.tables["leave"]
    if len(reps):
        unknown = leave.index[~leave["rep_id"].isin(reps["rep_id"])]
        review.set_aside("leave_rep_unknown", "leave", unknown, "rep_id", "no rep has this id")


def leave_can_be_taken(review: Review) -> None:
    """Leave ends after it starts, and lies within the employment."""
    leave = review.tables["leave"]
    reversed_ = leave["last_day"] < leave["first_day"]
    message = "last_day lies before first_day"
    review.flag("leave_dates_reversed", "leave", leave.index[reversed_], "last_day", message)
    if leave.empty or review.tables["reps"].empty:
        return
    dates = review.tables["reps"].drop_duplicates("rep_id").set_index("rep_id")
    # Dates that contradict each other are reported as such, and say nothing of leave.
    dates = dates[~(dates["end_date"] < dates["start_date"])]
    start, end = (leave["rep_id"].map(dates[name]) for name in ("start_date", "end_date"))
    early = leave.index[~reversed_ & (leave["first_day"] < start)]
    _flag_outside(review, early, "first_day", "start_date", start)
    late = leave.index[~reversed_ & (leave["last_day"] > end)]
    _flag_outside(review, late, "last_day", "end_date", end)


def _flag_outside(
    review: Review, rows: pd.Index, column: str, limit: str, dates: pd.Series
) -> None:
    messages = [f"the rep's {limit} is {dates[row].date().isoformat()}" for row in rows]
    review.flag("leave_outside_employment", "leave", rows, column, messages)


def leaves_do_not_overlap(review: Review) -> None:
    """No day of a person is in two leaves; the later row of the two is named."""
    leave = review.tables["leave"].dropna(subset=["first_day", "last_day"])
    leave = leave[leave["last_day"] >= leave["first_day"]]
    leave = leave.sort_values(["rep_id", "first_day"], kind="stable")
    until = leave.groupby("rep_id")["last_day"].cummax().groupby(leave["rep_id"]).shift()
    rows = leave.index[leave["first_day"] <= until]
    messages = [f"a leave before it lasts until {until[row].date().isoformat()}" for row in rows]
    review.flag("leave_overlap", "leave", rows, "first_day", messages)


def paid_leave_is_within_the_year(review: Review) -> None:
    """Warn of people with more paid leave by its dates than a year gives them."""
    config, leave = review.config, review.tables["leave"]
    if not by_calendar(config) or leave.empty:
        return
    days, reps = days_of(config), review.tables["reps"]
    reps = reps[reps["rep_id"].isin(leave["rep_id"])]
    for rep, terms in zip(reps["rep_id"], terms_of_all(reps, config), strict=True):
        own = leave[(leave["rep_id"] == rep) & (leave["kind"] == PAID)]
        away = np.zeros(len(days.days), dtype=bool)
        for period in rows_of(own.dropna(subset=["first_day", "last_day"])):
            away |= days.between(period.first_day, period.last_day)
        taken = days.by_month(away & working_days(days, terms.place, config.calendar))
        most = taken.reshape(-1, 12).sum(axis=1).max()
        if most > terms.leave_days_per_year:
            message = f"{most:g} working days in a year, of {terms.leave_days_per_year:g}"
            review.flag("leave_above_yearly_days", "leave", own.index[:1], "rep_id", message)


def somebody_is_there(review: Review) -> None:
    """Warn of employed people whose every day of the horizon is taken."""
    config, reps = review.config, review.tables["reps"]
    if not by_calendar(config):
        return
    hours = capacity_of(reps, review.tables["leave"], config).hours.sum(axis=1)
    here = (employed_shares(reps, horizon_months(config)).sum(axis=1) > 0) & (reps["fte"] > 0)
    away = reps.index[here & ~(hours > 0)]
    review.flag("rep_always_away", "reps", away, "rep_id", "0 h over the whole horizon")


def one_buffer_only(review: Review) -> None:
    """Refuse an over-assignment buffer beside a ramp or attrition."""
    config = review.config
    if config.capacity.over_assignment == 1.0 or not by_calendar(config):
        return
    ramps = list(_ramps_in_force(review))
    if ramps:
        message = f"over_assignment is {config.capacity.over_assignment:g} beside {listed(ramps)}"
        column = "capacity.over_assignment"
        review.flag_whole("over_assignment_with_ramp", "", message, column)


def _ramps_in_force(review: Review) -> Iterator[str]:
    capacity = review.config.capacity
    if any(share < 1 for share in capacity.ramp):
        yield "[capacity] ramp"
    for name in ("first_year_attrition", "later_attrition"):
        if getattr(capacity, name):
            yield f"[capacity] {name}"
    for table in ("reps", "hiring"):
        ramps = review.tables[table]["ramp"]
        rows = ramps.index[[_is_ramp(items) for items in ramps]]
        if len(rows):
            yield f"the ramp of {table} in row {rows[0]}"


def _is_ramp(items: tuple[str, ...]) -> bool:
    try:
        return any(float(item) < 1 for item in items)
    except ValueError:
        return False


def rules_are_used(review: Review) -> None:
    """Warn of rules of the calendar beside flat hours, and the other way round."""
    config = review.config
    unused = list(_unused_of_calendar(review) if not by_calendar(config) else _unused_flat(config))
    if unused:
        review.flag_whole("capacity_rules_unused", "", f"nothing depends on {listed(unused)}")


def _unused_of_calendar(review: Review) -> Iterator[str]:
    config, reps = review.config, review.tables["reps"]
    yield from _changed("calendar", config.calendar, CalendarSection())
    yield from _changed("capacity", config.capacity, CapacitySection())
    for column in OWN_TERMS:
        cells = reps[column]
        if (cells.map(len) > 0).any() if column == "ramp" else cells.notna().any():
            yield f"reps.{column}"
    if len(review.tables["leave"]):
        yield "the leave table"


def _changed(name: str, section: Section, default: Section) -> Iterator[str]:
    for key in type(section).model_fields:
        if getattr(section, key) != getattr(default, key):
            yield f"{name}.{key}"


def _unused_flat(config: Config) -> Iterator[str]:
    if set(config.staffing.availability) != {1.0}:
        yield "staffing.availability"


RULES = (
    leave_belongs_to_reps,
    calendars_are_known,
    leave_can_be_taken,
    leaves_do_not_overlap,
    paid_leave_is_within_the_year,
    somebody_is_there,
    one_buffer_only,
    rules_are_used,
)
