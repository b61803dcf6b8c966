"""A forecast from fitted rates meets what follows, and says how far off it may be."""

from __future__ import annotations

import math

import numpy as np
import pytest
from calibrate_simulation import passages, simulate

from optimizer.calibrate import OPEN, calibrate_phase
from optimizer.calibrate_backtest import Forecast, backtest, dispersion, exact_shares, passing_from

CUT, MONTHS = 9, 4


def entries(units, months: int, until: int) -> list[float]:
    when = units.entered - until - 1
    return np.bincount(when[when >= 0], minlength=months)[:months].astype(float).tolist()


def test_known_rates_forecast_exactly_what_they_lead_to():
    # Every second unit passes one month after entry, the others are lost at once.
    rows = [(month, month + 1, True) for month in range(14) for _ in range(6)]
    rows += [(month, month, False) for month in range(14) for _ in range(6)]
    units = passages(*rows)
    fitted = {"only": calibrate_phase(units, CUT)}
    joined = {"only": entries(units, MONTHS, CUT)}
    (found,) = backtest({"only": units}, fitted, CUT, MONTHS, joined, 0.9)
    assert found.actual.tolist() == [6, 6, 6, 6]
    assert found.forecast == pytest.approx([6, 6, 6, 6], rel=0.01)
    assert found.bias == pytest.approx(0, abs=0.01)
    assert found.coverage == 1


def test_two_phases_feed_each_other():
    first = passages(*[(m, m, k < 5) for m in range(14) for k in range(10)])
    second = passages(*[(m, m, k < 1) for m in range(14) for k in range(5)])
    history = {"a": first, "b": second}
    fitted = {phase: calibrate_phase(units, CUT) for phase, units in history.items()}
    joined = {"a": [10.0] * MONTHS, "b": [0.0] * MONTHS}
    one, two = backtest(history, fitted, CUT, MONTHS, joined, 0.9)
    assert one.forecast == pytest.approx([5] * 4, rel=0.01)
    assert two.forecast == pytest.approx([1] * 4, rel=0.05)
    more = {**joined, "b": [5.0] * MONTHS}
    assert backtest(history, fitted, CUT, MONTHS, more, 0.9)[1].forecast == pytest.approx(
        2 * two.forecast
    )
    assert backtest(history, fitted, CUT, MONTHS, more, 0.9)[0].forecast == pytest.approx(
        one.forecast
    )


def test_forecasts_of_simulated_months_are_unbiased_and_their_intervals_hold():
    rng, totals, held = np.random.default_rng(4), [], []
    for _ in range(25):
        units = simulate(rng, 1400, CUT + 1 + MONTHS, np.array([0.3]))
        fitted = {"only": calibrate_phase(units, CUT)}
        joined = {"only": entries(units, MONTHS, CUT)}
        (found,) = backtest({"only": units}, fitted, CUT, MONTHS, joined, 0.9)
        totals.append(found.bias)
        held.append(found.coverage)
    assert np.mean(totals) == pytest.approx(0, abs=0.03)
    assert 0.84 < np.mean(held) < 0.99


def test_open_units_pass_by_the_age_they_have():
    units = passages(*[(0, 2, True)] * 5, *[(0, 0, False)] * 5, *[(5, 7, True)] * 5)
    when = calibrate_phase(units, 9).timing
    # One month gone by: those that would be lost are, so what is still there passes in lag 2.
    assert passing_from(np.array([1, 1]), when, when.rate, 3).tolist() == pytest.approx([0, 2, 0])
    assert passing_from(np.array([3]), when, when.rate, 3).tolist() == [0, 0, 0]
    assert OPEN not in units.left


def test_counts_that_come_in_bursts_scatter_more_than_chance():
    even = passages(*[(m, m, k < 5) for m in range(12) for k in range(10)])
    bursts = passages(*[(m, m - m % 3 + 2, k < 5) for m in range(12) for k in range(10)])
    assert dispersion(even, calibrate_phase(even, 11), 11) == 1
    assert dispersion(bursts, calibrate_phase(bursts, 11), 11) > 3


def test_shares_in_whole_parts_are_a_whole():
    shares = exact_shares(np.array([1 / 3, 1 / 3, 1 / 3, 0.0]))
    assert sum(shares) == 1
    assert len(shares) == 3
    assert exact_shares(np.zeros(3)) == ()


def test_errors_of_a_month_without_units_are_not_counted():
    quiet = Forecast(
        phase="p",
        forecast=np.array([2.0, 1.0]),
        low=np.zeros(2),
        high=np.array([3.0, 3.0]),
        actual=np.array([4.0, 0.0]),
    )
    assert quiet.mape == 0.5
    assert quiet.bias == pytest.approx(-0.25)
    assert quiet.coverage == 0.5
    none = Forecast(
        phase="p", forecast=np.ones(1), low=np.zeros(1), high=np.ones(1), actual=np.zeros(1)
    )
    assert math.isnan(none.mape)
    assert math.isnan(none.bias)
