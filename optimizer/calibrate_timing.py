"""When units leave a phase, passing or lost, while some are still open (docs K4, K5).

Time is counted in months of the calendar, as the funnel counts it: a unit entered in March that
passes in May has lag 2, whatever the days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_FOLLOWED = 10
"""Lags that fewer units were followed to are left out: one exit there would move the rate far."""
OPEN = -1
"""Month of leaving of a unit that is still there."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """Say which share of the units passes, and which is lost, so many months after entry.

    Attributes
    ----------
    passed, lost
        (L,) shares by lag 0 .. L - 1; what is missing to 1 stays open beyond the last lag.
    variance
        Of the sum of `passed` (K5).
    """

    passed: Floats
    lost: Floats
    variance: float

    @property
    def rate(self) -> float:
        """Return the share that passes."""
        return float(self.passed.sum())

    @property
    def never(self) -> float:
        """Return the share that is still open after the last lag; it counts as not passing."""
        return max(0.0, 1.0 - self.rate - float(self.lost.sum()))

    @property
    def kernel(self) -> Floats:
        """Return (L,) the lags of those that pass, adding up to 1; all 0 when none does."""
        return self.passed / self.rate if self.rate else self.passed

    def still_open(self) -> tuple[Floats, Floats]:
        """Return (L + 1,) shares of the passing, and of the others, that are open at an age.

        At age a the months 0 .. a - 1 after entry are over and known.
        """
        passing = 1 - np.concatenate([[0.0], np.cumsum(self.kernel)])
        if not self.rate:
            passing = np.zeros(len(self.passed) + 1)
        others = 1 - np.concatenate([[0.0], np.cumsum(self.lost)]) / max(1 - self.rate, 1e-300)
        return np.clip(passing, 0.0, 1.0), np.clip(others, 0.0, 1.0)

    def pass_share_at_age(self) -> Floats:
        """Return (L + 1,) the share of units open at an age that will pass."""
        passing, others = self.still_open()
        will, will_not = self.rate * passing, (1 - self.rate) * others
        total = will + will_not
        return np.divide(will, total, out=np.zeros_like(will), where=total > 1e-12)


@dataclass(frozen=True, kw_only=True)
class Passages:
    """Hold the units that entered one phase; months and groups are positions.

    Attributes
    ----------
    entered
        (N,) month of entry.
    left
        (N,) month of leaving, `OPEN` while they are there.
    passed
        (N,) left for the next phase, or won; False: lost or open.
    segment, team, person
        (N,) group of each, -1 when not known.

    Raises
    ------
    ValueError
        When the arrays differ in length, or a unit leaves before it enters or passes unleft.
    """

    entered: Ints
    left: Ints
    passed: Bools
    segment: Ints
    team: Ints
    person: Ints

    def __post_init__(self) -> None:
        """Refuse units that cannot be."""
        columns = (self.left, self.passed, self.segment, self.team, self.person)
        if any(len(column) != len(self.entered) for column in columns):
            raise ValueError("the columns of passages differ in length")
        is_open = self.left == OPEN
        if (self.left < self.entered)[~is_open].any():
            raise ValueError("a unit leaves before it enters")
        if self.passed[is_open].any():
            raise ValueError("a unit passes and is still open")

    def __len__(self) -> int:
        """Return N."""
        return len(self.entered)

    def where(self, which: Bools) -> Passages:
        """Return the units marked in `which` (N,)."""
        return Passages(
            entered=self.entered[which],
            left=self.left[which],
            passed=self.passed[which],
            segment=self.segment[which],
            team=self.team[which],
            person=self.person[which],
        )

    def known_at_end_of(self, month: int) -> Passages:
        """Return what a reader at the end of `month` knew: later exits are open, entries gone."""
        there = self.where(self.entered <= month)
        late = there.left > month
        return Passages(
            entered=there.entered,
            left=np.where(late, OPEN, there.left),
            passed=there.passed & ~late,
            segment=there.segment,
            team=there.team,
            person=there.person,
        )


def from_first_exit(passages: Passages) -> tuple[Passages, int]:
    """Drop the units that entered before the first month any unit is seen to leave, and count them.

    Files that keep only what was closed since some day hold, of earlier entries, those alone that
    stayed long; leaving out whole months of entry harms no estimate (left truncation). When that
    would leave no closed unit, all are kept.
    """
    closed = passages.left != OPEN
    if not closed.any():
        return passages, 0
    first = passages.left[closed].min()
    kept = passages.entered >= first
    if not (kept & closed).any():
        return passages, 0
    return passages.where(kept), int((~kept).sum())


def timing(passages: Passages, until: int) -> Timing:
    """Estimate the timing from closed and open units, known to the end of month `until` (K4, K5).

    Discrete Aalen-Johansen estimator (Aalen & Johansen, Scand. J. Statist. 5, 1978), the product
    limit of Kaplan & Meier (JASA 53, 1958) with two ways out. A unit that entered a months before
    `until` is at risk at lags 0 .. a. It is unbiased when what makes units stay open is the date
    of the extract and nothing about the units.
    """
    age = until - passages.entered
    closed = passages.left != OPEN
    lag = np.where(closed, passages.left - passages.entered, age)
    lags = _lags_followed(age)
    at_risk = np.array([(lag >= step).sum() for step in range(lags)], dtype=float)
    exits = [
        np.bincount(lag[closed & (passages.passed == way)], minlength=lags)[:lags]
        for way in (True, False)
    ]
    hazards = [count / np.maximum(at_risk, 1) for count in exits]
    before = np.concatenate([[1.0], np.cumprod(1 - hazards[0] - hazards[1])])[:lags]
    before = np.maximum(before, 0.0)
    passed, lost = before * hazards[0], before * hazards[1]
    return Timing(
        passed=passed,
        lost=lost,
        variance=_variance(before, passed, hazards[0], hazards[1], at_risk),
    )


def _lags_followed(age: Ints) -> int:
    if not len(age):
        return 0
    enough = min(LEAST_FOLLOWED, len(age))
    return int(np.sort(age)[-enough]) + 1


def _variance(
    before: Floats, passed: Floats, passing: Floats, losing: Floats, at_risk: Floats
) -> float:
    """Return the variance of the share that passes, by the delta method (K5).

    `before` is the share open before a lag; the hazards of a lag are those of a multinomial.
    """
    after = before * (1 - passing - losing)
    later = passed.sum() - np.cumsum(passed)
    still = np.divide(later, after, out=np.zeros_like(after), where=after > 1e-12)
    by_pass, by_loss = before * (1 - still), -before * still
    spread = (
        by_pass**2 * passing * (1 - passing)
        + by_loss**2 * losing * (1 - losing)
        - 2 * by_pass * by_loss * passing * losing
    )
    return float((spread / np.maximum(at_risk, 1)).sum())
