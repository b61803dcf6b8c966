"""Intervals of a rate and of a mean, from the sample alone.

Formulas K1 to K3 of docs/model-funnel.md. Trials may be fractional: an open unit counts for the
part of a trial that is known about it (K6).
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_STEPS = 10_000
_TINY = 1e-300


def normal_quantile(confidence: float) -> float:
    """Return z with P(|Z| <= z) = confidence for a standard normal Z.

    Raises
    ------
    ValueError
        When the confidence is not between 0 and 1.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence is not between 0 and 1: {confidence}")
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson(successes: float, trials: float, confidence: float) -> tuple[float, float]:
    """Return the score interval of a rate (K1; Wilson, JASA 22, 1927); (0, 1) without trials.

    Raises
    ------
    ValueError
        When successes are not within 0..trials, or the confidence is not between 0 and 1.

    Examples
    --------
    >>> low, high = wilson(0, 10, 0.95)
    >>> low, round(high, 4)
    (0.0, 0.2775)
    """
    z = normal_quantile(confidence)
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return 0.0, 1.0
    rate, share = successes / trials, z * z / trials
    middle = rate + share / 2
    half = z * math.sqrt(rate * (1 - rate) / trials + share / (4 * trials))
    low = 0.0 if successes == 0 else max(0.0, (middle - half) / (1 + share))
    high = 1.0 if successes == trials else min(1.0, (middle + half) / (1 + share))
    return low, high


def beta_cdf(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b) (continued fraction, DLMF 8.17.22).

    Raises
    ------
    ValueError
        When a or b is not above 0.
    """
    if a <= 0 or b <= 0:
        raise ValueError(f"Beta({a}, {b}) is no distribution")
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        # The fraction converges fast on this side only.
        return 1.0 - beta_cdf(1 - x, b, a)
    ways = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = math.exp(ways + a * math.log(x) + b * math.log1p(-x)) / a
    return front * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Evaluate the continued fraction by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(_STEPS):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2 == 0:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _away_from_zero(1 + term * d)
        c = _away_from_zero(1 + term / c)
        value *= c * d
        if step and abs(c * d - 1) < 1e-13:
            break
    return value - 1


def _away_from_zero(number: float) -> float:
    return number if abs(number) > _TINY else _TINY


def beta_quantile(share: float, a: float, b: float) -> float:
    """Return x with I_x(a, b) = share, by bisection to 1e-12.

    Examples
    --------
    >>> round(beta_quantile(0.5, 2, 2), 9)
    0.5
    """
    low, high = 0.0, 1.0
    while high - low > 1e-12:
        middle = (low + high) / 2
        if beta_cdf(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_interval(a: float, b: float, confidence: float) -> tuple[float, float]:
    """Return the equal-tailed interval of Beta(a, b) (K2)."""
    tail = (1 - confidence) / 2
    return beta_quantile(tail, a, b), beta_quantile(1 - tail, a, b)


def mean_interval(values: Floats, confidence: float) -> tuple[float, float, float]:
    """Return mean, low and high of values (n,) (K3: normal, sample deviation).

    NaN without values; one value has no interval: low and high are NaN.
    """
    if not values.size:
        return math.nan, math.nan, math.nan
    mean = float(values.mean())
    if values.size == 1:
        return mean, math.nan, math.nan
    half = normal_quantile(confidence) * float(values.std(ddof=1)) / math.sqrt(values.size)
    return mean, mean - half, mean + half
