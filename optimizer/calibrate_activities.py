"""Estimate how often an activity is done per unit, and how long it takes (docs K10)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.calibrate_intervals import mean_interval

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Norm:
    """Hold activities per unit and minutes of each, with intervals; NaN where nothing is known.

    `units` are the closed units the activities were counted on, `per_output` the activities
    behind one unit that passes.
    """

    units: int
    per_unit: float
    per_unit_low: float
    per_unit_high: float
    per_output: float
    timed: int
    minutes: float
    minutes_low: float
    minutes_high: float


def activity_norm(counts: Ints, passed: int, minutes: Floats, confidence: float) -> Norm:
    """Return the norm of one activity in one phase.

    Parameters
    ----------
    counts
        (U,) activities done for each closed unit of the phase, 0 included: open units are still
        being worked, and would make the count too low.
    passed
        How many of these units passed.
    minutes
        (A,) durations where they are known.

    Raises
    ------
    ValueError
        When a count or a duration is negative.
    """
    if (counts < 0).any() or (minutes < 0).any():
        raise ValueError("a count or a duration is negative")
    each, each_low, each_high = mean_interval(counts.astype(float), confidence)
    mean, low, high = mean_interval(minutes, confidence)
    return Norm(
        units=len(counts),
        per_unit=each,
        per_unit_low=max(0.0, each_low),
        per_unit_high=each_high,
        per_output=float(counts.sum()) / passed if passed else float("nan"),
        timed=len(minutes),
        minutes=mean,
        minutes_low=max(0.0, low),
        minutes_high=high,
    )
