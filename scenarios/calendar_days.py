"""The days of the years planned, as arrays: which are worked where, and which month each is in."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.calendar_places import Place, public_holidays
from scenarios.config import Config
from scenarios.config_capacity import CalendarSection

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
MONTHS_A_YEAR = 12


@dataclass(frozen=True, kw_only=True)
class Days:
    """Hold every day of whole years, D days in Y years.

    Attributes
    ----------
    days
        (D,) days, datetime64[D].
    month
        (D,) month counted from January of the first year.
    years
        The years.
    """

    days: NDArray[np.datetime64]
    month: NDArray[np.int64]
    years: tuple[int, ...]

    def by_month(self, chosen: Bools | Floats) -> Floats:
        """Return the sum of a value, or the count of days, in each month, (12 Y,)."""
        months = MONTHS_A_YEAR * len(self.years)
        weights = np.asarray(chosen, dtype=float)
        return np.bincount(self.month, weights, minlength=months).astype(float)

    def between(self, first: Any, last: Any) -> Bools:
        """Return the days from `first` to `last`, both included, (D,); NaT is open."""
        within = np.ones(len(self.days), dtype=bool)
        if not pd.isna(first):
            within &= self.days >= _day(first)
        if not pd.isna(last):
            within &= self.days <= _day(last)
        return within


def days_of(config: Config) -> Days:
    """Return the days of all calendar years the horizon touches."""
    year, month = map(int, config.horizon.first_month.split("-"))
    last = year + (month - 1 + config.horizon.months - 1) // MONTHS_A_YEAR
    days = np.arange(np.datetime64(f"{year}-01-01"), np.datetime64(f"{last + 1}-01-01"))
    months = days.astype("datetime64[M]").astype(np.int64)
    return Days(days=days, month=months - months[0], years=tuple(range(year, last + 1)))


def contract_days(days: Days, rules: CalendarSection) -> Bools:
    """Return the days that a contract counts: those of the working week, holidays included."""
    # 1970-01-01 was a Thursday, the fourth day of the week.
    weekday = (days.days.astype(np.int64) + 3) % 7 + 1
    return np.isin(weekday, rules.working_weekdays)


def working_days(days: Days, place: Place | None, rules: CalendarSection) -> Bools:
    """Return the days worked at a place: of the working week, no holiday, not closed, (D,)."""
    off = public_holidays(place, days.years) if place else frozenset[date]()
    off = (off - set(rules.worked_holidays)) | set(rules.closed_days)
    return contract_days(days, rules) & ~np.isin(days.days, _as_days(off))


def tenure_months(days: Days, start: Any) -> NDArray[np.int64]:
    """Return the whole months served on each day since `start`, below 0 before it, (D,).

    A month is over on the day of the month of `start`, or on the last day of a month without it:
    who starts on 31 January has served a month on 28 February.
    """
    first = _day(start)
    whole = (days.days.astype("datetime64[M]") - first.astype("datetime64[M]")).astype(np.int64)
    day = _day_of_month(days.days)
    anchor = np.minimum(_day_of_month(np.array([first]))[0], _length_of_month(days))
    return whole - (day < anchor)


def days_in_years(days: Days) -> Floats:
    """Return the days of each year, (Y,)."""
    return np.array([sum(monthrange(y, m)[1] for m in range(1, 13)) for y in days.years], float)


def _day_of_month(days: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1


def _length_of_month(days: Days) -> NDArray[np.int64]:
    return np.bincount(days.month)[days.month]


def _as_days(dates: set[date] | frozenset[date]) -> NDArray[np.datetime64]:
    return np.array(sorted(dates), dtype="datetime64[D]")


def _day(stamp: Any) -> np.datetime64:
    return np.datetime64(pd.Timestamp(stamp).date(), "D")
