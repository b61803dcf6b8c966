"""Work out what one side of a hand-off can promise the other (docs/model-staffing.md, S13).

Of n units worked, each passes with probability r on its own, so what is handed over is
Binomial(n, r). The mean is missed about every second time; a promise is a number that is reached
in nine windows out of ten.
"""

from __future__ import annotations

import math

PROMISE_SHARE = 0.10
LEAST_EXPECTED = 20.0
MOST_WEEKS = 52

TIE = 1e-9
"""Relative slack: a sum of probabilities this close to the share counts as equal to it."""


def binomial_quantile(attempts: int, rate: float, share: float) -> int:
    """Return the largest k with P(X < k) <= share for X ~ Binomial(attempts, rate).

    At least k is thus reached with probability 1 - share or more. On ties this is the upper end
    of the quantile: Binomial(1, 0.9) gives 1 at a share of 0.1.

    Raises
    ------
    ValueError
        For negative attempts, a rate outside 0..1, or a share not between 0 and 1.

    Examples
    --------
    >>> binomial_quantile(240, 0.05, 0.1), binomial_quantile(1, 0.9, 0.1)
    (8, 1)
    """
    if attempts < 0:
        raise ValueError(f"attempts is negative: {attempts}")
    if not 0 <= rate <= 1:
        raise ValueError(f"rate is not within 0..1: {rate}")
    if not 0 < share < 1:
        raise ValueError(f"share is not between 0 and 1: {share}")
    if rate in (0, 1):
        return attempts * int(rate)
    most, below = share * (1 + TIE), 0.0
    for successes in range(_first_that_matters(attempts, rate), attempts):
        below += math.exp(_log_probability(successes, attempts, rate))
        if below > most:
            return successes
    return attempts


def _first_that_matters(attempts: int, rate: float) -> int:
    """Return a count below which all probabilities together are under 1e-24 (Bernstein)."""
    deviation = math.sqrt(attempts * rate * (1 - rate))
    return max(0, math.floor(attempts * rate - 40 * (deviation + 1)))


def _log_probability(successes: int, attempts: int, rate: float) -> float:
    failures = attempts - successes
    ways = math.lgamma(attempts + 1) - math.lgamma(successes + 1) - math.lgamma(failures + 1)
    return ways + successes * math.log(rate) + failures * math.log1p(-rate)


def promise(attempts: float, rate: float, share: float = PROMISE_SHARE) -> int:
    """Return the units handed over that all but `share` of the windows reach.

    Only whole attempts count: half a prospect cannot pass.
    """
    # Sums of hours come back as 239.9999999 where 240 is meant.
    return binomial_quantile(math.floor(attempts + 1e-6), rate, share)


def window_weeks(weekly_expected: float, least: float = LEAST_EXPECTED) -> int:
    """Return the whole weeks after which `least` units are expected, 1 to 52.

    Over fewer weeks the promise would say more about chance than about work.

    Raises
    ------
    ValueError
        When the expected count is negative or no number.

    Examples
    --------
    >>> window_weeks(12 * 12 / 52), window_weeks(0)
    (8, 52)
    """
    if not weekly_expected >= 0:
        raise ValueError(f"weekly_expected is not a count: {weekly_expected}")
    if weekly_expected * MOST_WEEKS <= least:
        return MOST_WEEKS
    return max(1, math.ceil(least / weekly_expected - 1e-9))
