"""Estimate the rates of a phase from units that went through it, and from those still in it.

One rate for all, then by segment and by team, drawn towards the rate of all, then by person,
drawn towards the person's team. Formulas K1 to K9 of docs/model-funnel.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.calibrate_intervals import beta_interval, wilson
from optimizer.calibrate_shrink import Drawn, Prior, draw, prior_of
from optimizer.calibrate_timing import OPEN, Passages, Timing, from_first_exit, timing

__all__ = ["OPEN", "Passages", "PhaseRates", "Rate", "Timing", "calibrate_phase", "estimate"]

Floats = NDArray[np.float64]

CONFIDENCE = 0.9
LEAST_PASSED_FOR_TIMING = 50
"""A segment with fewer units passed takes the timing of all segments."""


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Hold the rate of one group and what it rests on.

    Attributes
    ----------
    units, passed, open
        Counted.
    trials
        Units' worth of closed trials: an open unit counts for what is known of it (K6).
    rate, low, high
        Estimate from the group alone and its score interval; NaN, 0 and 1 without trials.
    shrunk, shrunk_low, shrunk_high
        Estimate drawn towards the group above, and its posterior interval (K8).
    towards, strength
        Rate it is drawn to, and the trials that one counts for.
    variance
        Of the estimate drawn.
    """

    units: int
    passed: int
    open: int
    trials: float
    rate: float
    low: float
    high: float
    shrunk: float
    shrunk_low: float
    shrunk_high: float
    towards: float
    strength: float
    variance: float


@dataclass(frozen=True, kw_only=True)
class PhaseRates:
    """Hold what a phase's history says; keys of the groups are their positions.

    `set_aside` counts units that entered before the first recorded exit.
    """

    timing: Timing
    overall: Rate
    segments: Mapping[int, Rate]
    segment_timings: Mapping[int, Timing]
    teams: Mapping[int, Rate]
    people: Mapping[int, Rate]
    set_aside: int


@dataclass(frozen=True, kw_only=True)
class _Count:
    """Hold the counts of one group before it is drawn anywhere."""

    units: int
    passed: int
    open: int
    rate: float
    trials: float

    @property
    def successes(self) -> float:
        return 0.0 if self.trials == 0 else self.rate * self.trials


def calibrate_phase(
    passages: Passages, until: int, confidence: float = CONFIDENCE
) -> PhaseRates | None:
    """Return the rates of a phase as known at the end of month `until`; None without a unit."""
    known, early = from_first_exit(passages.known_at_end_of(until))
    if not len(known):
        return None
    pooled = timing(known, until)
    count = _count(known, until, pooled)
    if 0 < pooled.rate < 1 and pooled.variance > 0:
        # The timing is estimated too, so the whole is less certain than its open units say.
        worth = pooled.rate * (1 - pooled.rate) / pooled.variance
        count = _Count(**{**vars(count), "trials": min(count.trials, worth)})
    # Jeffreys' prior, Beta(1/2, 1/2): there is nothing above to draw to.
    jeffreys = Prior(strengths=np.ones(1), weights=np.ones(1))
    overall = _rate(count, draw(count.successes, count.trials, 0.5, 0.0, jeffreys), 0.5, confidence)
    timings = _segment_timings(known, until)
    segments = {
        group: _count(known.where(known.segment == group), until, timings.get(group, pooled))
        for group in _groups(known.segment)
    }
    teams = _counts(known, known.team, until, pooled)
    people = _counts(known, known.person, until, pooled)
    team_rates = _drawn(teams, overall, dict.fromkeys(teams, overall), confidence)
    above = {person: team_rates.get(_team_of(known, person), overall) for person in people}
    return PhaseRates(
        timing=pooled,
        overall=overall,
        segments=_drawn(segments, overall, dict.fromkeys(segments, overall), confidence),
        segment_timings={group: timings.get(group, pooled) for group in segments},
        teams=team_rates,
        people=_drawn(people, overall, above, confidence),
        set_aside=early,
    )


def estimate(passed: int, lost: int, open_by_age: Floats, when: Timing) -> tuple[float, float]:
    """Return the rate of a group and its trials, with the timing known (K6).

    Maximum likelihood by expectation and maximisation for a mixture of units that pass and units
    that do not, each leaving in its own time (Larson & Dinse, Applied Statistics 34, 1985). An
    open unit passes with the probability its age leaves it. Trials are the information relative
    to that of a closed unit (Louis, JRSS B 44, 1982).

    Parameters
    ----------
    open_by_age
        (L + 1,) open units whose months 0 .. a - 1 after entry are known; the last entry holds
        all older ones.
    """
    units = passed + lost + float(open_by_age.sum())
    if not units:
        return np.nan, 0.0
    passing, others = when.still_open()
    rate = (passed + 0.5) / (passed + lost + 1)
    for _ in range(500):
        will = _will_pass(rate, passing, others)
        former, rate = rate, float(passed + (open_by_age * will).sum()) / units
        if abs(rate - former) < 1e-12:
            break
    will = _will_pass(rate, passing, others)
    nudged = (rate * units + 0.5) / (units + 1)
    unknown = will * (1 - will) / (nudged * (1 - nudged))
    if when.rate == 0 and when.never >= 1:
        unknown = np.ones_like(will)
    known = open_by_age * np.clip(1 - unknown, 0.0, 1.0)
    trials = passed + lost + float(known.sum())
    return (rate, trials) if trials else (np.nan, 0.0)


def _will_pass(rate: float, passing: Floats, others: Floats) -> Floats:
    will, total = rate * passing, rate * passing + (1 - rate) * others
    return np.divide(will, total, out=np.zeros_like(will), where=total > 1e-12)


def _count(passages: Passages, until: int, when: Timing) -> _Count:
    closed = passages.left != OPEN
    passed = int(passages.passed.sum())
    longest = len(when.passed)
    ages = np.minimum(until - passages.entered[~closed] + 1, longest)
    by_age = np.bincount(ages, minlength=longest + 1).astype(float)
    rate, trials = estimate(passed, int(closed.sum()) - passed, by_age, when)
    return _Count(
        units=len(passages),
        passed=passed,
        open=int((~closed).sum()),
        rate=rate,
        trials=trials,
    )


def _groups(labels: NDArray[np.int64]) -> list[int]:
    return [int(label) for label in np.unique(labels) if label >= 0]


def _counts(
    known: Passages, labels: NDArray[np.int64], until: int, when: Timing
) -> dict[int, _Count]:
    return {group: _count(known.where(labels == group), until, when) for group in _groups(labels)}


def _segment_timings(known: Passages, until: int) -> dict[int, Timing]:
    found = {}
    for group in _groups(known.segment):
        own = known.where(known.segment == group)
        if own.passed.sum() >= LEAST_PASSED_FOR_TIMING:
            found[group] = timing(own, until)
    return found


def _team_of(known: Passages, person: int) -> int:
    return int(known.team[known.person == person][0])


def _drawn(
    counts: Mapping[int, _Count], overall: Rate, above: Mapping[int, Rate], confidence: float
) -> dict[int, Rate]:
    """Draw each group towards the rate above it, as far as the groups are alike (K7, K8)."""
    prior = prior_of(
        np.array([count.successes for count in counts.values()]),
        np.array([count.trials for count in counts.values()]),
        np.array([above[group].shrunk for group in counts]),
        strongest=overall.trials,
    )
    rates = {}
    for group, count in counts.items():
        mean, variance = above[group].shrunk, above[group].variance
        drawn = draw(count.successes, count.trials, mean, variance, prior)
        rates[group] = _rate(count, drawn, mean, confidence)
    return rates


def _rate(count: _Count, drawn: Drawn, towards: float, confidence: float) -> Rate:
    low, high = wilson(min(count.successes, count.trials), count.trials, confidence)
    shrunk_low, shrunk_high = beta_interval(drawn.a, drawn.b, confidence)
    return Rate(
        units=count.units,
        passed=count.passed,
        open=count.open,
        trials=count.trials,
        rate=count.rate,
        low=low,
        high=high,
        shrunk=drawn.mean,
        shrunk_low=shrunk_low,
        shrunk_high=shrunk_high,
        towards=towards,
        strength=drawn.strength,
        variance=drawn.mean * (1 - drawn.mean) / (drawn.a + drawn.b + 1),
    )
