"""Intervals agree with exact sums and published figures."""

from __future__ import annotations

import math
from math import comb

import numpy as np
import pytest

from optimizer.calibrate_activities import activity_norm
from optimizer.calibrate_intervals import (
    beta_cdf,
    beta_interval,
    beta_quantile,
    mean_interval,
    wilson,
)


@pytest.mark.parametrize(
    ("x", "a", "b"), [(0.3, 2, 5), (0.5, 3, 3), (0.9, 10, 2), (0.05, 1, 20), (0.45, 200, 300)]
)
def test_the_beta_function_is_the_sum_of_a_binomial(x, a, b):
    n = a + b - 1
    exact = sum(comb(n, j) * x**j * (1 - x) ** (n - j) for j in range(a, n + 1))
    assert beta_cdf(x, a, b) == pytest.approx(exact, abs=1e-10)
    assert beta_cdf(beta_quantile(0.2, a, b), a, b) == pytest.approx(0.2, abs=1e-9)


def test_wilson_gives_the_published_interval():
    # Newcombe, Statistics in Medicine 17, 1998, table I: 81 of 263, 95 %.
    assert wilson(81, 263, 0.95) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(15, 148, 0.95) == pytest.approx((0.0624, 0.1605), abs=1e-4)
    assert wilson(0, 20, 0.95) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(29, 29, 0.95) == pytest.approx((0.8830, 1.0), abs=1e-4)


def test_without_trials_anything_is_possible():
    assert wilson(0, 0, 0.9) == (0, 1)


@pytest.mark.parametrize("bad", [(-1, 5, 0.9), (6, 5, 0.9), (1, 5, 1.0), (1, 5, 0.0)])
def test_what_is_no_sample_is_refused(bad):
    with pytest.raises(ValueError, match=r"successes|confidence"):
        wilson(*bad)


def test_more_confidence_gives_a_wider_interval():
    narrow, wide = beta_interval(3, 9, 0.5), beta_interval(3, 9, 0.95)
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_the_mean_of_nothing_and_of_one_has_no_interval():
    assert all(math.isnan(value) for value in mean_interval(np.array([]), 0.9))
    mean, low, high = mean_interval(np.array([7.0]), 0.9)
    assert mean == 7
    assert math.isnan(low)
    assert math.isnan(high)


def test_activities_are_counted_per_closed_unit_and_per_unit_that_passes():
    norm = activity_norm(np.array([3, 0, 5, 0]), 2, np.array([10.0, 20.0]), 0.9)
    assert (norm.units, norm.per_unit, norm.per_output) == (4, 2, 4)
    assert (norm.timed, norm.minutes) == (2, 15)
    assert norm.per_unit_low < 2 < norm.per_unit_high


def test_without_a_unit_that_passes_there_is_no_count_per_output():
    norm = activity_norm(np.array([1, 1]), 0, np.array([]), 0.9)
    assert math.isnan(norm.per_output)
    assert math.isnan(norm.minutes)
