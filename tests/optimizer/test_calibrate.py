"""Rates hold the truth as often as they say, whatever is still open and however thin the sample."""

from __future__ import annotations

import math

import numpy as np
import pytest
from calibrate_simulation import PASS_LAGS, passages, simulate

from optimizer.calibrate import OPEN, calibrate_phase, estimate
from optimizer.calibrate_shrink import draw, prior_of
from optimizer.calibrate_timing import from_first_exit, timing

NOMINAL = 0.9


def test_without_open_units_the_rate_is_the_share_that_passed():
    units = passages(*[(0, 1, True)] * 3, *[(0, 0, False)] * 9)
    found = calibrate_phase(units, until=5)
    assert found.overall.rate == pytest.approx(3 / 12)
    assert found.overall.trials == pytest.approx(12)
    assert found.timing.variance == pytest.approx(0.25 * 0.75 / 12)
    assert found.timing.kernel[:2].tolist() == [0, 1]


def test_no_unit_gives_no_rate():
    assert calibrate_phase(passages(), until=3) is None
    assert calibrate_phase(passages((4, OPEN, False)), until=3) is None


@pytest.mark.parametrize(
    ("rows", "rate"),
    [
        ([(0, 0, True)], 1.0),
        ([(0, 0, False)] * 20, 0.0),
        ([(0, 1, True)] * 20, 1.0),
        ([(0, 0, True)] + [(0, 0, False)] * 19, 0.05),
    ],
)
def test_at_the_edges_the_estimate_is_the_share_and_the_shrunk_one_lies_inside(rows, rate):
    overall = calibrate_phase(passages(*rows), until=6).overall
    assert overall.rate == pytest.approx(rate)
    assert 0 < overall.shrunk_low < overall.shrunk < overall.shrunk_high < 1
    assert overall.low <= rate <= overall.high


def test_units_that_are_only_open_say_nothing():
    found = calibrate_phase(passages(*[(5, OPEN, False)] * 30), until=5)
    assert math.isnan(found.overall.rate)
    assert found.overall.trials == 0
    assert (found.overall.low, found.overall.high) == (0, 1)


def test_a_group_estimate_with_the_pooled_timing_is_the_pooled_rate():
    units, _ = from_first_exit(simulate(np.random.default_rng(3), 500, 8, np.array([0.3])))
    pooled = timing(units, 7)
    is_open = units.left == OPEN
    ages = np.minimum(7 - units.entered[is_open] + 1, len(pooled.passed))
    by_age = np.bincount(ages, minlength=len(pooled.passed) + 1).astype(float)
    passed = int(units.passed.sum())
    rate, trials = estimate(passed, int((~is_open).sum()) - passed, by_age, pooled)
    assert rate == pytest.approx(pooled.rate, abs=1e-6)
    assert passed < trials < len(units)


def test_open_units_are_neither_lost_nor_left_out():
    rng = np.random.default_rng(11)
    found, closed_only, counted = [], [], []
    for _ in range(40):
        units = simulate(rng, 400, 5, np.array([0.3]), never=0.3)
        found.append(calibrate_phase(units, until=4).overall.rate)
        closed_only.append(units.passed.sum() / (units.left != OPEN).sum())
        counted.append(units.passed.mean())
    error = abs(np.mean(found) - 0.3)
    assert error < 0.01
    assert abs(np.mean(closed_only) - 0.3) > 3 * error
    assert abs(np.mean(counted) - 0.3) > 3 * error


def test_the_lags_are_those_of_the_units_that_pass():
    units = simulate(np.random.default_rng(5), 20_000, 9, np.array([0.3]))
    assert timing(units, 8).kernel[:4] == pytest.approx(PASS_LAGS, abs=0.02)


def test_entries_before_the_first_recorded_exit_are_left_out_and_counted():
    units = passages((0, 3, True), (1, 3, False), (3, 3, True), (4, 5, False))
    kept, early = from_first_exit(units)
    assert (len(kept), early) == (2, 2)


def test_a_file_that_starts_late_does_not_bend_the_rate():
    rng, rates = np.random.default_rng(8), []
    for _ in range(40):
        units = simulate(rng, 600, 10, np.array([0.3]))
        # Only what was open or closed from month 3 on is in the file.
        kept = units.where((units.left == OPEN) | (units.left >= 3))
        rates.append(calibrate_phase(kept, until=9).overall.rate)
    assert np.mean(rates) == pytest.approx(0.3, abs=0.012)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng, raw, shrunk = np.random.default_rng(2), [], []
    for _ in range(100):
        overall = calibrate_phase(simulate(rng, 250, 8, np.array([0.3])), until=7).overall
        raw.append(overall.low <= 0.3 <= overall.high)
        shrunk.append(overall.shrunk_low <= 0.3 <= overall.shrunk_high)
    # Three standard deviations of a share over 100 trials.
    slack = 3 * math.sqrt(NOMINAL * (1 - NOMINAL) / 100)
    assert np.mean(raw) == pytest.approx(NOMINAL, abs=slack)
    assert np.mean(shrunk) == pytest.approx(NOMINAL, abs=slack)


@pytest.mark.parametrize("alike", [8.0, 40.0, 4000.0])
def test_shrunk_rates_of_people_beat_raw_ones_and_their_intervals_hold(alike):
    rng, raw, shrunk, held = np.random.default_rng(int(alike)), [], [], []
    for _ in range(10):
        truth = rng.beta(alike * 0.3, alike * 0.7, 25)
        found = calibrate_phase(simulate(rng, 500, 8, truth), until=7)
        for person, rate in found.people.items():
            raw.append((rate.rate - truth[person]) ** 2)
            shrunk.append((rate.shrunk - truth[person]) ** 2)
            held.append(rate.shrunk_low <= truth[person] <= rate.shrunk_high)
    assert np.mean(shrunk) < 0.85 * np.nanmean(raw)
    assert np.mean(held) > 0.84
    # Of people all alike that is never quite certain, so their intervals are wide.
    assert np.mean(held) < 0.97 or alike > 1000


def test_people_that_differ_are_drawn_less_than_people_that_are_alike():
    trials, means = np.full(20, 40.0), np.full(20, 0.5)
    spread = np.linspace(0.1, 0.9, 20)
    apart = draw(30, 40, 0.5, 0.0, prior_of(spread * 40, trials, means, 800.0))
    alike = draw(30, 40, 0.5, 0.0, prior_of(np.full(20, 20.0), trials, means, 800.0))
    assert 0.5 < alike.mean < apart.mean < 0.75
    assert alike.strength > 10 * apart.strength


@pytest.mark.parametrize("trials", [0.0, 3.0, 500.0])
def test_the_shrunk_rate_follows_its_formula(trials):
    prior = prior_of(np.array([5.0, 9.0]), np.array([20.0, 20.0]), np.array([0.3, 0.3]), 40.0)
    drawn = draw(0.6 * trials, trials, 0.3, 1e-4, prior)
    if trials == 0:
        assert drawn.mean == pytest.approx(0.3)
    by_hand = (0.6 * trials + drawn.strength * 0.3) / (trials + drawn.strength)
    assert drawn.mean == pytest.approx(by_hand)
    assert drawn.mean == pytest.approx(drawn.a / (drawn.a + drawn.b))


def test_units_that_cannot_be_are_refused():
    for rows in ([(3, 2, True)], [(3, OPEN, True)]):
        with pytest.raises(ValueError, match="a unit"):
            passages(*rows)
