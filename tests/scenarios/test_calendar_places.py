"""Public holidays: where they are known, under which names, and which days they are."""

from __future__ import annotations

from datetime import date

import pytest

from scenarios.calendar_places import (
    Place,
    knows_country,
    place_named,
    public_holidays,
    subdivision_names,
)

FRANCE_2026 = [
    *("2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25"),
    *("2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25"),
]


def days(place: Place, *years: int) -> list[str]:
    return sorted(day.isoformat() for day in public_holidays(place, years))


def test_france_has_the_eleven_holidays_of_the_labour_code():
    assert days(Place("FRA"), 2026) == FRANCE_2026


def test_alsace_and_moselle_have_good_friday_and_the_second_day_of_christmas_too():
    more = sorted([*FRANCE_2026, "2026-04-03", "2026-12-26"])
    for name in ("Alsace-Moselle", "57", "67", "68", "Moselle", "Bas-Rhin"):
        place = place_named("FRA", name)
        assert place is not None
        assert days(place, 2026) == more, name


@pytest.mark.parametrize(
    ("country", "subdivision", "only_there"),
    [
        ("DEU", "BY", "2027-01-06"),  # Heilige Drei Könige
        ("DEU", "SN", "2027-11-17"),  # Buß- und Bettag
        ("DEU", "BE", "2027-03-08"),  # Frauentag
        ("FRA", "Réunion", None),
        ("FRA", "La Réunion", "2027-12-20"),  # abolition of slavery
        ("CHE", "TI", "2027-03-19"),  # San Giuseppe
    ],
)
def test_regions_have_days_of_their_own(country, subdivision, only_there):
    place = place_named(country, subdivision)
    if only_there is None:
        assert place is None
        return
    assert only_there in days(place, 2027)
    assert only_there not in days(Place(country), 2027)


def test_belgium_has_its_national_day_and_no_eighth_of_may():
    found = days(Place("BEL"), 2027)
    assert "2027-07-21" in found
    assert "2027-05-08" not in found


@pytest.mark.parametrize("name", ["by", "BY", "Bayern", " bayern ", "DE-BY", "de-by"])
def test_regions_are_found_by_code_or_name_whatever_the_capitals(name):
    assert place_named("DEU", name) == Place("DEU", "BY")


@pytest.mark.parametrize("name", ["Baden-Württemberg", "baden-wurttemberg", "BADEN-WÜRTTEMBERG"])
def test_regions_are_found_whatever_the_accents(name):
    assert place_named("DEU", name) == Place("DEU", "BW")


@pytest.mark.parametrize("department", ["01", "75", "95", "2A", "2b"])
def test_french_departments_without_holidays_of_their_own_are_france(department):
    assert place_named("FRA", department) == Place("FRA")


@pytest.mark.parametrize("department", ["00", "20", "96", "1"])
def test_what_is_no_department_is_no_region(department):
    assert place_named("FRA", department) is None


@pytest.mark.parametrize("country", ["XXX", "FR", "fra", "", "ECB", "NSE", "Fra"])
def test_only_countries_by_their_three_letters_are_known(country):
    assert not knows_country(country)
    assert place_named(country) is None
    assert subdivision_names(country) == ()


def test_every_name_that_is_offered_is_understood():
    for country in ("FRA", "DEU", "BEL", "CHE", "USA"):
        assert knows_country(country)
        for name in subdivision_names(country):
            assert place_named(country, name) is not None, (country, name)


def test_a_holiday_on_a_weekend_is_made_up_for_where_the_law_says_so():
    assert date(2027, 12, 28) in public_holidays(Place("GBR"), (2027,))
    assert date(2027, 12, 27) not in public_holidays(Place("FRA"), (2027,))


def test_years_do_not_leak_into_each_other():
    both = public_holidays(Place("FRA"), (2026, 2027))
    alone = public_holidays(Place("FRA"), (2026,))
    assert alone == {day for day in both if day.year == 2026}
