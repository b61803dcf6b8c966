"""Simulate units that go through a phase, with a rate and timing that are known."""

from __future__ import annotations

import numpy as np

from optimizer.calibrate import OPEN, Passages

PASS_LAGS, LOSS_LAGS = (0.2, 0.3, 0.3, 0.2), (0.6, 0.3, 0.1)


def simulate(
    rng: np.random.Generator, units: int, months: int, rates: np.ndarray, never: float = 0.1
) -> Passages:
    """Return units entered evenly over the months, one person per rate, known to the last month.

    A share `never` of those that do not pass stays open for good.
    """
    person = rng.integers(0, len(rates), units)
    entered = rng.integers(0, months, units)
    passes = rng.random(units) < rates[person]
    lag = np.where(
        passes,
        rng.choice(len(PASS_LAGS), units, p=PASS_LAGS),
        rng.choice(len(LOSS_LAGS), units, p=LOSS_LAGS),
    )
    stays = ~passes & (rng.random(units) < never)
    left = np.where(stays | (entered + lag >= months), OPEN, entered + lag)
    return Passages(
        entered=entered,
        left=left,
        passed=passes & (left != OPEN),
        segment=np.zeros(units, dtype=np.int64),
        team=np.zeros(units, dtype=np.int64),
        person=person,
    )


def passages(*rows: tuple[int, int, bool]) -> Passages:
    """Return units of one person as (entered, left, passed)."""
    entered, left, passed = zip(*rows, strict=True) if rows else ((), (), ())
    zeros = np.zeros(len(rows), dtype=np.int64)
    return Passages(
        entered=np.array(entered, dtype=np.int64),
        left=np.array(left, dtype=np.int64),
        passed=np.array(passed, dtype=bool),
        segment=zeros,
        team=zeros,
        person=zeros,
    )
