"""Promises from binomial counts: against exact fractions, at the edges, and monotone."""

import doctest
from fractions import Fraction
from math import comb

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import optimizer.sla
from optimizer.sla import binomial_quantile, promise, window_weeks


def _exact_quantile(attempts: int, rate: Fraction, share: Fraction) -> int:
    """Return the largest k with P(X < k) <= share, every sum exact."""
    chances = [
        comb(attempts, k) * rate**k * (1 - rate) ** (attempts - k) for k in range(attempts + 1)
    ]
    return max(k for k in range(attempts + 1) if sum(chances[:k], Fraction(0)) <= share)


TENTHS = st.integers(0, 20).map(lambda n: Fraction(n, 20))
SHARES = st.sampled_from([Fraction(1, 100), Fraction(1, 10), Fraction(1, 2), Fraction(9, 10)])


@settings(max_examples=200, deadline=None)
@given(attempts=st.integers(0, 25), rate=TENTHS, share=SHARES)
@example(attempts=1, rate=Fraction(9, 10), share=Fraction(1, 10))
@example(attempts=3, rate=Fraction(1, 2), share=Fraction(1, 2))
def test_the_quantile_is_that_of_exact_fractions_ties_included(attempts, rate, share):
    exact = _exact_quantile(attempts, rate, share)
    assert binomial_quantile(attempts, float(rate), float(share)) == exact


@pytest.mark.parametrize("attempts", [0, 1, 240, 100_000])
def test_a_rate_of_0_promises_nothing_and_a_rate_of_1_everything(attempts):
    assert binomial_quantile(attempts, 0.0, 0.1) == 0
    assert binomial_quantile(attempts, 1.0, 0.1) == attempts


@pytest.mark.parametrize(
    ("attempts", "rate", "promised"),
    # Mean - 1.2816 standard deviations, which many attempts justify (de Moivre).
    [(100_000, 0.5, 49_797), (100_000, 0.05, 4_912), (100_000, 0.999, 99_887)],
)
def test_many_attempts_come_close_to_the_normal_law(attempts, rate, promised):
    assert binomial_quantile(attempts, rate, 0.1) == pytest.approx(promised, abs=1)


@settings(max_examples=60, deadline=None)
@given(
    attempts=st.integers(0, 400),
    more=st.integers(0, 50),
    rate=st.floats(0, 1),
    higher=st.floats(0, 1),
)
def test_more_attempts_or_a_better_rate_never_promise_less(attempts, more, rate, higher):
    rate, higher = sorted((rate, higher))
    here = binomial_quantile(attempts, rate, 0.1)
    assert 0 <= here <= attempts
    assert here <= binomial_quantile(attempts + more, rate, 0.1)
    assert here <= binomial_quantile(attempts, higher, 0.1)


@pytest.mark.parametrize(("attempts", "rate"), [(3_000, 0.4), (20_000, 0.97), (90_000, 1e-4)])
def test_leaving_out_the_far_tail_changes_nothing(monkeypatch, attempts, rate):
    short = binomial_quantile(attempts, rate, 0.1)
    monkeypatch.setattr(optimizer.sla, "_first_that_matters", lambda *_: 0)
    assert binomial_quantile(attempts, rate, 0.1) == short


@pytest.mark.parametrize(
    ("attempts", "rate", "share"),
    [
        (-1, 0.5, 0.1),
        (1, -0.1, 0.1),
        (1, 1.1, 0.1),
        (1, float("nan"), 0.1),
        (1, 0.5, 0.0),
        (1, 0.5, 1.0),
        (1, 0.5, float("nan")),
    ],
)
def test_what_is_no_binomial_law_is_refused(attempts, rate, share):
    with pytest.raises(ValueError, match=r"attempts|rate|share"):
        binomial_quantile(attempts, rate, share)


def test_twelve_meetings_from_240_prospects_promise_eight():
    exact = _exact_quantile(240, Fraction(1, 20), Fraction(1, 10))
    assert promise(240, 0.05) == exact == 8


@pytest.mark.parametrize(("attempts", "counted"), [(9.0, 9), (9.9999999, 10), (9.999, 9)])
def test_only_whole_attempts_count(attempts, counted):
    assert promise(attempts, 1.0) == counted


@pytest.mark.parametrize(
    ("weekly", "weeks"),
    [
        (0.0, 52),
        (20 / 53, 52),
        (20 / 52, 52),
        (20 / 51, 51),
        (20 / 3, 3),
        (6.66, 4),
        (19.9, 2),
        (20.0, 1),
        (1e9, 1),
    ],
)
def test_a_window_is_long_enough_to_expect_twenty_but_a_year_at_most(weekly, weeks):
    assert window_weeks(weekly) == weeks


@pytest.mark.parametrize("weekly", [-1.0, float("nan")])
def test_a_window_needs_a_count(weekly):
    with pytest.raises(ValueError, match="weekly_expected"):
        window_weeks(weekly)


def test_the_examples_of_the_docstrings_hold():
    assert doctest.testmod(optimizer.sla).failed == 0
