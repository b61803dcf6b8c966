"""Hold rates against months they have not seen, by the forward replay of the funnel (docs K11)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from optimizer.calibrate import OPEN, Passages, PhaseRates, Timing
from optimizer.calibrate_intervals import normal_quantile
from optimizer.calibrate_timing import from_first_exit
from optimizer.funnel_forward import forward
from optimizer.funnel_problem import WON, FunnelProblem, Pipeline, Stage

Floats = NDArray[np.float64]

NOBODY = 1e-9
"""At an age that fewer reach than this share, nothing is expected of who is there."""
_UNITS = 10**6
"""Counts are handed to the exact funnel in millionths."""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """Hold units that pass a phase by month, forecast and counted; all (T,)."""

    phase: str
    forecast: Floats
    low: Floats
    high: Floats
    actual: Floats

    @property
    def bias(self) -> float:
        """Return (forecast - actual) / actual over all months, NaN when nothing passed."""
        total = float(self.actual.sum())
        return (float(self.forecast.sum()) - total) / total if total else math.nan

    @property
    def mape(self) -> float:
        """Return the mean of |forecast - actual| / actual over months in which some passed."""
        some = self.actual > 0
        if not some.any():
            return math.nan
        return float(np.mean(np.abs(self.forecast - self.actual)[some] / self.actual[some]))

    @property
    def coverage(self) -> float:
        """Return the share of months whose count lies in the interval."""
        inside = (self.low <= self.actual) & (self.actual <= self.high)
        return float(inside.mean()) if inside.size else math.nan


def backtest(
    history: Mapping[str, Passages],
    fitted: Mapping[str, PhaseRates],
    until: int,
    months: int,
    joined: Mapping[str, Sequence[float]],
    confidence: float,
) -> tuple[Forecast, ...]:
    """Forecast the units that pass each phase in the `months` after `until`, and count them.

    What is known of the months held back is the work that came in from outside, and nothing else:
    later phases are fed by the forecast of those before. Units open at the end of `until` go on
    from the age they have.

    Parameters
    ----------
    history
        phase -> units, in the order of the process, the months held back included.
    fitted
        phase -> rates as known at the end of `until`; phases without any are left out.
    joined
        phase -> (months,) units that entered it from outside: for the first phase all of them.
    confidence
        Of the intervals. Counts scatter about a forecast as they did about the fit
        (`dispersion`), and the rates of the phase and of those before it are uncertain too.
    """
    phases = [phase for phase in history if phase in fitted]
    if not phases:
        return ()
    problem = FunnelProblem(
        stages=tuple(_stage(phase, fitted[phase]) for phase in phases),
        norms=(),
        deals_by_month=(Fraction(0),) * months,
        pipeline=tuple(_pipeline(phases, history, fitted, until, months, joined)),
    )
    run = forward(problem, [_exact(units) for units in joined[phases[0]]])
    entering = {**run.units, WON: run.deals}
    found, doubt = [], 0.0
    for phase, following in pairwise([*phases, WON]):
        rate = fitted[phase].overall
        doubt += rate.variance / rate.shrunk**2
        outside = np.array(joined.get(following, [0.0] * months), dtype=float)
        expected = np.array([float(units) for units in entering[following]]) - outside
        scatter = dispersion(history[phase].known_at_end_of(until), fitted[phase], until)
        variance = expected * scatter + expected**2 * doubt
        half = normal_quantile(confidence) * np.sqrt(variance)
        actual = _passed(history[phase], until, months)
        found.append(
            Forecast(
                phase=phase,
                forecast=expected,
                low=np.maximum(expected - half, 0.0),
                high=expected + half,
                actual=actual,
            )
        )
    return tuple(found)


def dispersion(known: Passages, rates: PhaseRates, until: int) -> float:
    """Return the variance of monthly counts relative to a Poisson's, 1 or more (K11).

    Pearson's statistic over its degrees of freedom (McCullagh & Nelder, Generalized Linear Models,
    1989, section 4.5), of the units that passed by month against those the rates expect. Deals
    that close in bursts, at the end of a quarter, scatter far more than chance alone.
    """
    kept, _ = from_first_exit(known)
    if not len(kept):
        return 1.0
    first = int(kept.entered.min())
    months = until - first + 1
    entries = np.bincount(kept.entered - first, minlength=months)
    expected = np.convolve(entries, rates.timing.kernel * rates.overall.shrunk)[:months]
    passed = _passed(kept, first - 1, months)
    some = expected > 0
    if some.sum() < 2:
        return 1.0
    squares = (passed - expected)[some] ** 2 / expected[some]
    return max(1.0, float(squares.sum()) / (int(some.sum()) - 1))


def _exact(number: float) -> Fraction:
    return Fraction(round(number * _UNITS), _UNITS)


def _stage(phase: str, rates: PhaseRates) -> Stage:
    return Stage.from_conversion(
        phase=phase,
        unit="unit",
        conversion=_exact(rates.overall.shrunk),
        lag_shares=exact_shares(rates.timing.kernel),
    )


def exact_shares(kernel: Floats, parts: int = 10_000) -> tuple[Fraction, ...]:
    """Return shares in whole parts that add up to exactly 1, by largest remainder; () of none."""
    if not kernel.sum():
        return ()
    wanted = kernel / kernel.sum() * parts
    whole = np.floor(wanted).astype(int)
    left = parts - int(whole.sum())
    whole[np.argsort(-(wanted - whole), kind="stable")[:left]] += 1
    last = int(np.flatnonzero(whole)[-1])
    return tuple(Fraction(int(part), parts) for part in whole[: last + 1])


def _pipeline(
    phases: Sequence[str],
    history: Mapping[str, Passages],
    fitted: Mapping[str, PhaseRates],
    until: int,
    months: int,
    joined: Mapping[str, Sequence[float]],
) -> list[Pipeline]:
    lots = []
    for phase, following in pairwise([*phases, WON]):
        known = history[phase].known_at_end_of(until)
        ages = until - known.entered[known.left == OPEN] + 1
        rates = fitted[phase]
        coming = passing_from(ages, rates.timing, rates.overall.shrunk, months)
        units = coming + np.array(joined.get(following, [0.0] * months), dtype=float)
        lots += [
            Pipeline(phase=following, units=_exact(count), month=month)
            for month, count in enumerate(units.tolist())
            if count > 0
        ]
    return lots


def passing_from(ages: NDArray[np.int64], when: Timing, rate: float, months: int) -> Floats:
    """Return (months,) units expected to pass, of those open at `ages` (months gone by)."""
    passing, others = when.still_open()
    kernel, coming = when.kernel, np.zeros(months)
    for age, count in zip(*np.unique(ages, return_counts=True), strict=True):
        there = 0.0 if age >= len(kernel) else rate * passing[age] + (1 - rate) * others[age]
        if there < NOBODY:
            continue
        later = kernel[age : age + months] * rate / there * count
        coming[: len(later)] += later
    return coming


def _passed(passages: Passages, until: int, months: int) -> Floats:
    when = passages.left[passages.passed] - until - 1
    inside = when[(when >= 0) & (when < months)]
    return np.bincount(inside, minlength=months).astype(float)
