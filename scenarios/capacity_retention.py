"""How likely somebody is still there: expected full-time equivalents under attrition."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.config_capacity import CapacitySection
from scenarios.horizon import first_day

Floats = NDArray[np.float64]
FIRST_YEAR_MONTHS = 12


def monthly_rate(yearly_rate: float) -> float:
    """Return the monthly rate that compounds to a yearly one: 1 - (1 - a)^(1/12).

    >>> round(monthly_rate(0.36), 4)
    0.0365
    """
    return 1.0 - (1.0 - yearly_rate) ** (1.0 / 12.0)


def retention(
    tenure: NDArray[np.int64], present: NDArray[np.bool_], rules: CapacitySection
) -> Floats:
    """Return the chance of being there in each month of the horizon, (T,).

    `tenure` months since arrival at the start of each month (T,), `present` months in
    employment. Leavers go evenly over a month, so a month counts with the mean of its start and
    its end. Everybody is there at the start of the horizon.
    """
    first, later = monthly_rate(rules.first_year_attrition), monthly_rate(rules.later_attrition)
    rate = np.where(tenure < FIRST_YEAR_MONTHS, first, later) * present
    at_end = np.cumprod(1.0 - rate)
    at_start = np.concatenate([[1.0], at_end[:-1]])
    return (at_start + at_end) / 2.0


def tenure_on_first_days(start: Any, months: tuple[str, ...]) -> NDArray[np.int64]:
    """Return calendar months from the month of `start` to each month, (T,); NaT: long ago.

    >>> tenure_on_first_days(pd.Timestamp("2026-11-20"), ("2026-10", "2027-01")).tolist()
    [0, 2]
    """
    if pd.isna(start):
        return np.full(len(months), FIRST_YEAR_MONTHS, dtype=np.int64)
    begin = pd.Timestamp(start)
    passed = [
        (day.year - begin.year) * 12 + day.month - begin.month for day in map(first_day, months)
    ]
    return np.maximum(np.array(passed, dtype=np.int64), 0)
