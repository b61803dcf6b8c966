"""A price is told with what it rests on; a window with what one more unit of room would save."""

from __future__ import annotations

from dataclasses import replace

import pytest
from outcome_builders import make_outcome

from optimizer.result import Shortfall
from reports.story_price import price_json, price_lines, window_lines
from reports.text import rep_story
from scenarios.seat_price import SeatPrice

PRICE = SeatPrice(
    rep_id="R2",
    basis="whole",
    extra_eur=1250.0,
    least_eur=1250.0,
    is_proved=True,
    free_rep_ids=("R1", "R2", "R3", "R4"),
    accounts_changed=(),
    shortfalls=(),
    reason="",
)
ROW = {
    "workload_target_hours": 700.0,
    "workload_hours_after": 770.0,
    "workload_room_eur_per_hour": 12.4,
    "potential_target_eur": 500_000.0,
    "potential_eur_after": 430_000.0,
    "potential_room_ratio": 0.0,
}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, ["1,250 EUR a year more (everything planned again)", "proved: no plan with"]),
        (
            {"is_proved": False, "least_eur": 900.0},
            ["1,250 EUR a year more", "proved: at least 900 EUR more, whatever"],
        ),
        (
            {"is_proved": False, "least_eur": -60.0, "basis": "region"},
            [
                "the 4 territories around planned again, an upper limit",
                "no plan with it there is more than 60 EUR below",
            ],
        ),
        ({"basis": "estimate", "is_proved": False}, ["estimate from the shadow prices"]),
        ({"extra_eur": -5.0, "least_eur": None, "is_proved": False}, ["5 EUR a year less"]),
        ({"basis": "impossible", "extra_eur": None, "reason": "locked"}, ["R2 Boris", "locked"]),
        ({"basis": "plan", "extra_eur": 0.0}, ["has it in this plan"]),
        ({"accounts_changed": ("A1", "A2")}, ["2 other accounts change rep with it: A1, A2"]),
    ],
)
def test_a_price_says_what_it_rests_on(changes, told):
    text = "\n".join(price_lines(replace(PRICE, **changes), make_outcome()))
    assert [part for part in told if part not in text] == []


def test_an_unproved_price_is_not_called_proved_and_an_estimate_has_no_limits():
    unknown = replace(PRICE, is_proved=False, least_eur=None)
    estimate = replace(PRICE, basis="estimate", is_proved=False, least_eur=-3.0)
    for price in (unknown, estimate):
        assert "proved" not in "\n".join(price_lines(price, make_outcome()))


def test_what_is_left_undone_is_told_and_goes_into_json():
    short = Shortfall(
        code="window_above", subject="R2 / workload", amount=3.0, unit="hours", reason="too much",
        remedy="less",
    )  # fmt: skip
    price = replace(PRICE, shortfalls=(short,), least_eur=None, is_proved=False)
    assert "R2 / workload: too much" in "\n".join(price_lines(price, make_outcome()))
    facts = price_json(price)
    assert facts["shortfalls"][0]["code"] == "window_above"
    assert facts["least_eur"] is None


def test_a_binding_window_is_told_with_its_price():
    assert window_lines(ROW, "EUR") == [
        "  window     upper end of workload binds: 1 h of room more would save 12.40 EUR a year"
    ]
    both = window_lines({**ROW, "potential_room_ratio": 0.031}, "EUR")
    assert both[1] == (
        "  window     lower end of potential binds: 1,000 EUR of room more would save 31 EUR a year"
    )


@pytest.mark.parametrize(("price", "told"), [(0.0714, 0), (0.0715, 1), (0.0, 0), (None, 0)])
def test_a_window_worth_less_than_half_a_euro_for_one_per_cent_is_not_told(price, told):
    lines = window_lines({**ROW, "workload_room_eur_per_hour": price}, "EUR")
    assert ("binds" in lines[0]) == bool(told)


def test_the_story_of_a_rep_tells_the_windows_and_that_of_an_older_run_does_not_fail():
    reps = make_outcome().reps
    assert "no window costs anything" in rep_story(make_outcome(), "R1")
    priced = reps.assign(workload_room_eur_per_hour=9.0, potential_room_ratio=0.0)
    assert "binds: 1 h of room" in rep_story(make_outcome(reps=priced), "R1")
