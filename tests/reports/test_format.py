"""Numbers, money, percentages and months as a language writes them."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.format import MISSING, Formats, is_missing, round_up_to_two_digits

NARROW, HARD = "\u202f", "\u00a0"


@pytest.fixture(scope="module")
def english():
    return Formats(language="en", currency="EUR")


@pytest.fixture(scope="module")
def french():
    return Formats(language="fr", currency="EUR")


def test_each_language_groups_and_points_its_own_way(english, french):
    assert english.number(1234567.891, 1) == "1,234,567.9"
    assert french.number(1234567.891, 1) == f"1{NARROW}234{NARROW}567,9"
    assert english.percent(0.0958) == "9.6%"
    assert french.percent(0.0958) == f"9,6{HARD}%"


def test_money_carries_the_currency_of_the_workspace_and_no_cents(english, french):
    assert english.money(1322077.76) == "€1,322,078"
    assert french.money(-57922.2) == f"−57{NARROW}922{HARD}€"
    assert Formats(language="en", currency="GBP").money(5) == "£5"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (99_999.4, "€99,999"),
        (100_000, "€100K"),
        (123_456, "€123K"),
        (999_499, "€999K"),
        (999_500, "€1M"),
        (1_322_077, "€1.32M"),
        (-1_322_077, "−€1.32M"),
        (25_300_000, "€25.3M"),
        (1_500_000_000, "€1.5B"),
    ],
)
def test_headline_money_has_three_figures_from_a_hundred_thousand_up(english, amount, text):
    assert english.compact_money(amount) == text


@pytest.mark.parametrize("value", [None, math.nan, math.inf, pd.NA, pd.NaT])
def test_what_is_missing_becomes_a_dash_everywhere(english, value):
    assert is_missing(value)
    shown = {
        english.number(value),
        english.signed(value),
        english.percent(value),
        english.signed_percent(value),
        english.money(value),
        english.compact_money(value),
        english.gap(value),
    }
    assert shown == {MISSING}


def test_zero_is_not_missing(english):
    assert english.number(0) == "0"
    assert not is_missing(0.0)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0004, "0.0%"), (-0.0004, "0.0%"), (0.0005001, "+0.1%"), (-0.0006, "−0.1%")],
)
def test_a_value_that_rounds_to_zero_has_no_sign(english, value, text):
    assert english.signed_percent(value) == text


@pytest.mark.parametrize(
    ("gap", "text"),
    [
        (0.0, "0%"),
        (0.003, "0.3%"),
        (0.003001, "0.31%"),
        (0.00004, "0.004%"),
        (0.0999999, "10%"),
        (0.5, "50%"),
        (1.21, "130%"),
    ],
)
def test_a_gap_is_rounded_up_to_two_digits(english, gap, text):
    assert english.gap(gap) == text


@given(st.floats(min_value=1e-9, max_value=10.0))
@settings(max_examples=60, deadline=None)
def test_a_gap_is_never_shown_smaller_than_it_is_nor_a_tenth_larger(gap):
    shown = round_up_to_two_digits(gap)
    assert gap * (1 - 1e-5) <= shown <= gap * 1.1 * (1 + 1e-9)


def test_months_are_written_out_and_other_text_is_left_alone(english, french):
    assert english.month("2026-01") == "Jan 2026"
    assert french.month("2026-08") == "août 2026"
    assert french.month_tick("2026-02") == "févr."
    assert english.month("2026-13") == "2026-13"
    assert english.month("<b>") == "<b>"
    assert english.month("") == MISSING
