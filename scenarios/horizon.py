"""Months of the horizon, and who works in them."""

from __future__ import annotations

from calendar import monthrange

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.config import Config


def month_names(first_month: str, months: int) -> tuple[str, ...]:
    """Return `months` names YYYY-MM from `first_month` on.

    >>> month_names("2026-11", 3)
    ('2026-11', '2026-12', '2027-01')
    """
    year, month = map(int, first_month.split("-"))
    indices = range(year * 12 + month - 1, year * 12 + month - 1 + months)
    return tuple(f"{index // 12:04d}-{index % 12 + 1:02d}" for index in indices)


def horizon_months(config: Config) -> tuple[str, ...]:
    """Return the months planned, YYYY-MM."""
    return month_names(config.horizon.first_month, config.horizon.months)


def first_day(month: str) -> pd.Timestamp:
    """Return the first day of a month YYYY-MM."""
    return pd.Timestamp(f"{month}-01")


def employed_share(start: pd.Timestamp, end: pd.Timestamp, month: str) -> float:
    """Return the share of the month's days on which a person is employed; NaT is open."""
    year, number = map(int, month.split("-"))
    days = monthrange(year, number)[1]
    begin = first_day(month)
    finish = begin + pd.Timedelta(days=days - 1)
    first = begin if pd.isna(start) else max(start, begin)
    last = finish if pd.isna(end) else min(end, finish)
    return max(0, (last - first).days + 1) / days


def employed_shares(reps: pd.DataFrame, months: tuple[str, ...]) -> NDArray[np.float64]:
    """Return the share of each month each rep is employed, (N, T)."""
    rows = [
        [employed_share(start, end, month) for month in months]
        for start, end in zip(reps["start_date"], reps["end_date"], strict=True)
    ]
    return np.array(rows, dtype=float).reshape(len(reps), len(months))
