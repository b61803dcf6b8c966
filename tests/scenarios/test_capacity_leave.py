"""Leave: by its dates where they are known, by the profile where not, never twice."""

from __future__ import annotations

import numpy as np
import pytest
from capacity_cases import make_config, one_person
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.capacity_leave import spread

AUGUST = 7


def leave(*periods: tuple[str, ...], config=None, **cells) -> np.ndarray:
    config = config or make_config(calendar={"leave_days_per_year": 25})
    return one_person(config, *periods, **cells).leave[0]


def test_the_days_of_the_year_follow_the_profile():
    profile = [0, 0, 0, 0, 0, 0, 2, 3, 0, 0, 0, 0]
    config = make_config(calendar={"leave_days_per_year": 25, "leave_profile": profile})
    assert leave(config=config).tolist() == pytest.approx([0] * 6 + [10, 15] + [0] * 4)


def test_all_days_of_the_year_are_taken():
    assert leave().sum() == pytest.approx(25)


def test_what_does_not_fit_in_a_month_is_taken_in_others():
    profile = [0.01] * 7 + [1] + [0.01] * 4
    config = make_config(calendar={"leave_days_per_year": 40, "leave_profile": profile})
    found = leave(config=config)
    assert found[AUGUST] == 21
    assert found.sum() == pytest.approx(40)


def test_paid_leave_with_dates_counts_towards_the_year():
    # Three weeks from 3 August 2026: 15 working days, the 15th being a Saturday.
    found = leave(("R1", "2026-08-03", "2026-08-21", "paid"))
    assert found.sum() == pytest.approx(25)
    assert found[AUGUST] >= 15


def test_other_leave_comes_on_top_and_earns_no_leave():
    # 15 working days in 19 days away.
    found = leave(("R1", "2026-08-03", "2026-08-21", "other"))
    assert found.sum() == pytest.approx(15 + 25 * (365 - 19) / 365)


@pytest.mark.parametrize(
    ("last", "total"), [("2026-08-07", 25), ("2026-09-04", 25), ("2026-09-11", 30)]
)
def test_paid_leave_beyond_the_year_is_taken_as_given(last, total):
    # From 3 August to 4 September are 25 working days.
    assert leave(("R1", "2026-08-03", last, "paid")).sum() == pytest.approx(total)


def test_holidays_and_weekends_in_a_leave_are_no_leave():
    # 13 to 17 May 2026: Ascension on Thursday, then a Friday and a weekend.
    config = make_config()
    assert leave(("R1", "2026-05-13", "2026-05-17", "paid"), config=config)[4] == 2


def test_leave_outside_the_horizon_counts_for_its_year():
    config = make_config("2026-01", 3, calendar={"leave_days_per_year": 25})
    with_dates = leave(("R1", "2026-08-03", "2026-09-04", "paid"), config=config)
    assert with_dates.sum() == 0
    assert leave(config=config).sum() > 3


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        ({}, 25),
        ({"start_date": "2026-07-02"}, 25 * 183 / 365),
        ({"end_date": "2026-06-30"}, 25 * 181 / 365),
        ({"start_date": "2027-01-01"}, 0),
        ({"leave_days_per_year": 30.0}, 30),
    ],
)
def test_part_of_a_year_has_that_part_of_the_days(cells, total):
    assert leave(**cells).sum() == pytest.approx(total)


def test_each_year_has_its_own_days():
    config = make_config("2026-07", 12, calendar={"leave_days_per_year": 25})
    profile = np.array(config.calendar.leave_profile) / sum(config.calendar.leave_profile)
    found = leave(config=config)
    assert found[:6] == pytest.approx(25 * profile[6:])
    assert found[6:] == pytest.approx(25 * profile[:6])


AMOUNTS = st.lists(st.floats(0, 30), min_size=12, max_size=12).map(np.array)


@settings(max_examples=60)
@given(st.floats(0, 400), AMOUNTS, AMOUNTS)
def test_spreading_keeps_to_the_room_and_loses_only_what_fits_nowhere(amount, weights, room):
    weights = np.where(weights < 1e-3, 0.0, weights)
    given_out = spread(amount, weights, room)
    assert (given_out >= 0).all()
    assert (given_out <= room + 1e-9).all()
    assert (given_out[weights == 0] == 0).all()
    assert given_out.sum() == pytest.approx(min(amount, room[weights > 0].sum()), abs=1e-6)
