"""Hours for customers: each factor alone, their product, and what holds for any."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from capacity_cases import make_config, make_leave, make_reps, one_person
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.capacity import capacity_of, full_time_hours, ramp_of_hire
from scenarios.capacity_retention import monthly_rate

JANUARY, FEBRUARY, MAY = 0, 1, 4


def hours(month: int = MAY, *leave: tuple[str, ...], config=None, **cells):
    return one_person(config or make_config(), *leave, **cells).hours[0, month]


def test_may_2026_has_seventeen_days_of_seven_hours():
    assert hours() == pytest.approx(17 * 7)


def test_the_worked_example_of_the_documents():
    config = make_config(capacity={"absence_share": 0.05, "selling_share": 0.6})
    found = hours(config=config, fte=0.8, start_date="2026-03-01")
    # Two months served in all of May: 0.75 of the ramp.
    assert found == pytest.approx(17 * 7 * 0.8 * 0.95 * 0.6 * 0.75)


@pytest.mark.parametrize(
    ("cells", "share"),
    [
        ({"fte": 0.8}, 0.8),
        ({"fte": 0.0}, 0.0),
        ({"contract_hours_per_week": 39.0}, 39 / 35),
        ({"absence_share": 0.1}, 0.9),
        ({"absence_share": 1.0}, 0.0),
        ({"selling_share": 0.4}, 0.4),
        ({"subdivision": "67"}, 1.0),
    ],
)
def test_each_term_of_a_person_changes_the_hours_in_proportion(cells, share):
    assert hours(**cells) == pytest.approx(17 * 7 * share)


def test_a_rep_abroad_has_the_days_and_the_usual_terms_of_that_country():
    found = one_person(make_config(), country="BEL", leave_days_per_year=0.0)
    # 21 weekdays of May 2026 less the 1st, Ascension on the 14th and Whit Monday on the 25th.
    assert found.hours[0, MAY] == pytest.approx(18 * 38 / 5)
    with_leave = one_person(make_config(), country="BEL")
    assert with_leave.leave.sum() == pytest.approx(20)


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        ({"start_date": "2026-05-01"}, 17),
        ({"start_date": "2026-05-04"}, 17),  # the 1st is a holiday, the 2nd and 3rd a weekend
        ({"start_date": "2026-05-05"}, 16),
        ({"start_date": "2026-05-29"}, 1),
        ({"start_date": "2026-05-31"}, 0),
        ({"start_date": "2026-06-01"}, 0),
        ({"end_date": "2026-05-31"}, 17),
        ({"end_date": "2026-05-29"}, 17),
        ({"end_date": "2026-05-28"}, 16),
        ({"end_date": "2026-05-03"}, 0),
        ({"end_date": "2026-04-30"}, 0),
        ({"start_date": "2026-05-19", "end_date": "2026-05-19"}, 1),
        ({"start_date": "2026-05-20", "end_date": "2026-05-19"}, 0),
    ],
)
def test_entry_and_exit_count_to_the_day(cells, days):
    config = make_config(capacity={"ramp": ()})
    assert hours(config=config, **cells) == pytest.approx(days * 7)


@pytest.mark.parametrize(
    ("year", "last", "days"), [(2026, "28", 20), (2028, "28", 20), (2028, "29", 21)]
)
def test_the_last_of_february_is_the_28th_or_the_29th(year, last, days):
    config = make_config(f"{year}-01")
    assert hours(FEBRUARY, config=config, end_date=f"{year}-02-{last}") == pytest.approx(days * 7)
    assert hours(2, config=config, end_date=f"{year}-02-{last}") == 0


def test_who_is_hired_two_months_before_the_start_is_still_ramping():
    config = make_config("2027-01", 3)
    found = one_person(config, start_date="2026-11-01")
    assert found.ramp[0].tolist() == [0.75, 1.0, 1.0]
    assert found.hours[0, JANUARY] == pytest.approx(20 * 7 * 0.75)


def test_a_ramp_step_within_a_month_is_weighed_by_its_working_days():
    # From 16 November: one month served until 15 January, two from the 16th (a Saturday) on.
    found = one_person(make_config("2027-01", 1), start_date="2026-11-16")
    assert found.ramp[0, 0] == pytest.approx((10 * 0.5 + 10 * 0.75) / 20)


@pytest.mark.parametrize(
    ("start", "january"), [("2026-12-01", 0.5), ("2027-01-01", 0.25), ("2026-10-01", 1.0)]
)
def test_the_ramp_goes_by_months_served(start, january):
    assert one_person(make_config("2027-01", 1), start_date=start).ramp[0, 0] == january


def test_a_rep_has_its_own_ramp_and_who_is_long_there_has_none():
    own = one_person(make_config(), start_date="2026-01-01", ramp=("0.1", "0.2"))
    assert own.ramp[0, :3] == pytest.approx([0.1, 0.2, 1.0])
    assert (one_person(make_config()).ramp == 1).all()


def test_leave_over_a_whole_month_leaves_no_hour():
    assert hours(MAY, ("R1", "2026-05-01", "2026-05-31", "other")) == 0
    assert hours(MAY, ("R1", "2026-05-01", "2026-05-28", "other")) == pytest.approx(7)
    assert hours(MAY, ("R9", "2026-05-01", "2026-05-31", "other")) == pytest.approx(17 * 7)


def test_attrition_compounds_to_its_yearly_rate():
    assert (1 - monthly_rate(0.36)) ** 12 == pytest.approx(0.64)
    config = make_config(months=13, capacity={"later_attrition": 0.36})
    kept = one_person(config).retention[0]
    monthly = 1 - 0.64 ** (1 / 12)
    assert kept[0] == pytest.approx(1 - monthly / 2)
    assert kept[12] == pytest.approx(0.64 * (1 - monthly / 2))


def test_the_first_year_has_its_own_rate():
    config = make_config(
        "2026-07", 12, capacity={"first_year_attrition": 0.3, "later_attrition": 0.1}
    )
    new = one_person(config, start_date="2026-01-15").retention[0]
    falls = new[1:] / new[:-1]
    # From January to December of its first year, from then on as the others.
    assert falls[:5] == pytest.approx(1 - monthly_rate(0.3))
    assert falls[6:] == pytest.approx(1 - monthly_rate(0.1))


def test_nobody_leaves_before_arriving():
    config = make_config(capacity={"first_year_attrition": 0.5})
    kept = one_person(config, start_date="2026-04-01").retention[0]
    assert kept[:3].tolist() == [1.0, 1.0, 1.0]
    assert kept[3] < 1


def test_expected_fte_is_part_time_dates_and_attrition():
    config = make_config(months=1, capacity={"later_attrition": 0.36})
    found = one_person(config, fte=0.5, end_date="2026-01-15")
    assert found.expected_fte[0, 0] == pytest.approx(0.5 * 15 / 31 * (1 - monthly_rate(0.36) / 2))


def test_a_buffer_divides_the_hours():
    config = make_config(capacity={"over_assignment": 1.25, "ramp": ()})
    assert hours(config=config) == pytest.approx(17 * 7 / 1.25)


def test_flat_hours_stand_when_they_are_given_or_no_country_is():
    flat = make_config(staffing={"productive_hours_per_fte_month": 95, "availability": [0.9] * 12})
    found = one_person(flat, fte=0.8, end_date="2026-05-15", start_date="2026-01-01")
    assert found.hours[0, MAY] == pytest.approx(95 * 0.9 * 0.8 * 15 / 31)
    assert found.hours[0, JANUARY] == pytest.approx(95 * 0.9 * 0.8)
    nowhere = make_config(country="")
    assert one_person(nowhere).hours[0].tolist() == [100.0] * 12
    assert full_time_hours(nowhere).tolist() == [100.0] * 12


def test_a_calendar_of_its_own_stands_for_the_country_of_the_workspace():
    config = make_config(country="", calendar={"country": "FRA"})
    assert hours(config=config) == pytest.approx(17 * 7)


def test_an_unknown_country_of_the_workspace_leaves_the_hours_flat():
    assert hours(config=make_config(country="XXX")) == 100


def test_the_legal_year_of_france_comes_out():
    # 228 days of 7 hours are 1,596, rounded to 1,600 by the law, and 7 of the solidarity day.
    years = [
        full_time_hours(make_config(f"{year}-01", calendar={"leave_days_per_year": 25})).sum()
        for year in range(2020, 2048)
    ]
    assert np.mean(years) == pytest.approx(1596, abs=7)
    assert years[6] == pytest.approx(227 * 7)


def test_a_hire_has_the_hours_of_a_full_time_person():
    config = make_config(capacity={"absence_share": 0.05, "selling_share": 0.6})
    assert full_time_hours(config) == pytest.approx(one_person(config).hours[0])


def test_attrition_of_hires_goes_into_their_ramp_and_not_into_their_hours():
    config = make_config(capacity={"first_year_attrition": 0.36, "later_attrition": 0.2})
    assert full_time_hours(config) == pytest.approx(full_time_hours(make_config()))
    monthly = monthly_rate(0.36)
    ramp = ramp_of_hire((0.5,), config)
    assert len(ramp) == 12
    assert ramp[:2] == pytest.approx((0.5 * (1 - monthly / 2), (1 - monthly) * (1 - monthly / 2)))
    assert ramp_of_hire((0.5,), make_config()) == (0.5,)


PEOPLE = st.fixed_dictionaries(
    {
        "fte": st.floats(0, 1),
        "start_date": st.none()
        | st.dates(pd.Timestamp("2024-01-01").date(), pd.Timestamp("2027-12-31").date()),
        "end_date": st.none()
        | st.dates(pd.Timestamp("2025-01-01").date(), pd.Timestamp("2028-12-31").date()),
        "absence_share": st.floats(0, 1),
        "selling_share": st.floats(0, 1),
        "leave_days_per_year": st.floats(0, 366),
        "contract_hours_per_week": st.floats(1, 60),
        "subdivision": st.sampled_from(["", "57", "75"]),
    }
)
RULES = st.fixed_dictionaries(
    {
        "first_year_attrition": st.floats(0, 0.9),
        "later_attrition": st.floats(0, 0.9),
        "over_assignment": st.floats(1, 3),
        "ramp": st.lists(st.floats(0, 1), max_size=6),
    }
)


@settings(max_examples=60)
@given(st.lists(PEOPLE, min_size=1, max_size=3), RULES, st.integers(1, 30))
def test_hours_lie_between_nothing_and_what_is_paid(people, rules, months):
    config = make_config("2026-03", months, capacity=rules)
    leave = make_leave(
        ("R1", "2026-07-06", "2026-09-11", "paid"), ("R2", "2026-01-01", "2027-01-31", "other")
    )
    found = capacity_of(make_reps(*people), leave, config)
    assert found.hours.shape == (len(people), months)
    assert (found.hours >= 0).all()
    assert (found.hours <= found.paid_hours + 1e-9).all()
    assert (found.leave >= 0).all()
    assert (found.leave <= found.contract_days - found.holidays + 1e-9).all()
    assert ((found.expected_fte >= 0) & (found.expected_fte <= 1 + 1e-12)).all()


@settings(max_examples=20)
@given(st.lists(PEOPLE, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_order_and_names_of_people_change_nothing(people, random):
    config = make_config()
    reps = make_reps(*people)
    leave = make_leave(("R1", "2026-07-06", "2026-09-11", "paid"))
    order = random.sample(range(len(people)), len(people))
    shuffled = reps.iloc[order].assign(rep_id=lambda frame: "X" + frame["rep_id"])
    renamed = leave.assign(rep_id="X" + leave["rep_id"])
    first = capacity_of(reps, leave, config).hours
    second = capacity_of(shuffled, renamed, config).hours
    assert np.array_equal(first[order], second)


@settings(max_examples=20)
@given(PEOPLE, st.integers(1, 8))
def test_a_longer_horizon_changes_no_month_of_the_shorter(person, months):
    longer = one_person(make_config("2026-06", months + 9), **person).hours[0]
    shorter = one_person(make_config("2026-06", months), **person).hours[0]
    assert longer[:months] == pytest.approx(shorter, abs=1e-9)
