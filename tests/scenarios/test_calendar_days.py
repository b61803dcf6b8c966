"""Days: working days by hand, tenure to the day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from capacity_cases import make_config
from hypothesis import given
from hypothesis import strategies as st

from scenarios.calendar_days import contract_days, days_of, tenure_months, working_days
from scenarios.calendar_places import Place
from scenarios.config_capacity import CalendarSection

FRANCE = Place("FRA")
# Monday to Friday less the holidays among them, counted on paper calendars.
WORKED_2025 = [22, 20, 21, 21, 19, 20, 22, 20, 22, 23, 19, 22]
WORKED_2026 = [21, 20, 22, 21, 17, 22, 22, 21, 22, 22, 20, 22]


def worked(year: int, place: Place | None = FRANCE, **rules: object) -> list[int]:
    days = days_of(make_config(f"{year}-01"))
    counted = days.by_month(working_days(days, place, CalendarSection(**rules)))
    return counted.astype(int).tolist()


@pytest.mark.parametrize(("year", "by_month"), [(2025, WORKED_2025), (2026, WORKED_2026)])
def test_working_days_of_france_are_those_of_the_paper_calendar(year, by_month):
    assert worked(year) == by_month


def test_may_2026_in_france_has_seventeen_working_days():
    # 21 weekdays less 1, 8, 14 (Ascension) and 25 May (Whit Monday).
    assert worked(2026)[4] == 17


def test_alsace_moselle_works_a_day_less_in_april_2026_and_none_less_on_a_saturday():
    # Good Friday is 3 April; 26 December 2026 is a Saturday, in 2025 a Friday.
    less = np.array(worked(2026)) - np.array(worked(2026, Place("FRA", "57")))
    assert less.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    less = np.array(worked(2025)) - np.array(worked(2025, Place("FRA", "6AE")))
    assert less.tolist() == [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]


def test_a_place_without_known_holidays_has_weekends_only():
    assert worked(2026, None)[4] == 21


def test_closed_days_are_lost_and_worked_holidays_won():
    assert worked(2026, closed_days=(date(2026, 5, 15),))[4] == 16
    assert worked(2026, worked_holidays=(date(2026, 5, 25),))[4] == 18
    # A closed Sunday and a "holiday" that is none change nothing.
    assert worked(2026, closed_days=(date(2026, 5, 17),))[4] == 17
    assert worked(2026, worked_holidays=(date(2026, 5, 26), date(2026, 8, 15)))[4] == 17


def test_the_working_week_may_have_saturdays():
    # Five Saturdays in May 2026, none of them a holiday.
    assert worked(2026, working_weekdays=(1, 2, 3, 4, 5, 6))[4] == 22


def test_a_leap_february_has_a_day_more():
    days = days_of(make_config("2028-01"))
    assert days.by_month(np.ones(len(days.days)))[1] == 29


def test_days_cover_all_calendar_years_of_the_horizon():
    assert days_of(make_config("2026-11", 2)).years == (2026,)
    assert days_of(make_config("2026-11", 3)).years == (2026, 2027)
    assert days_of(make_config("2026-12", 60)).years == (2026, 2027, 2028, 2029, 2030, 2031)


@pytest.mark.parametrize(
    ("start", "day", "months"),
    [
        ("2026-03-10", "2026-03-09", -1),
        ("2026-03-10", "2026-03-10", 0),
        ("2026-03-10", "2026-04-09", 0),
        ("2026-03-10", "2026-04-10", 1),
        ("2026-01-31", "2026-02-27", 0),
        ("2026-01-31", "2026-02-28", 1),
        ("2026-01-31", "2026-03-30", 1),
        ("2026-01-31", "2026-03-31", 2),
        ("2028-01-31", "2028-02-28", 0),
        ("2028-01-31", "2028-02-29", 1),
        ("2028-02-29", "2028-03-28", 0),
        ("2028-02-29", "2028-03-29", 1),
    ],
)
def test_a_month_of_tenure_is_over_on_the_day_of_the_month_or_its_last(start, day, months):
    days = days_of(make_config(f"{day[:4]}-01"))
    assert tenure_months(days, start)[days.days == np.datetime64(day)][0] == months


@given(st.integers(2020, 2035), st.sets(st.integers(1, 7), min_size=1))
def test_working_days_are_days_of_the_contract(year, weekdays):
    days, rules = days_of(make_config(f"{year}-01")), CalendarSection(working_weekdays=weekdays)
    assert not (working_days(days, FRANCE, rules) & ~contract_days(days, rules)).any()
    whole_weeks = contract_days(days, rules)[:364].sum()
    assert whole_weeks == 52 * len(weekdays)
