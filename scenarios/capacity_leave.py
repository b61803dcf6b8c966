"""Days of leave by month: what is known by its dates, and the rest of the year's days spread."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.calendar_days import MONTHS_A_YEAR, Bools, Days, days_in_years
from scenarios.config_capacity import CalendarSection
from scenarios.tables_people import OTHER

Floats = NDArray[np.float64]
NOTHING_DAYS = 1e-9


def leave_days(
    days: Days,
    open_days: Bools,
    employed: Bools,
    periods: pd.DataFrame,
    days_per_year: float,
    rules: CalendarSection,
) -> Floats:
    """Return the working days of leave in each month of the years, (12 Y,).

    Leave with dates falls where it is. Of the paid days of a year, those that are left after it
    are spread over the months by `leave_profile`, in each only as far as there are working days
    left; who is employed for part of a year, or away on other leave, has that part less.
    """
    away, other = _away(days, periods)
    known = days.by_month(open_days & employed & away)
    known_paid = days.by_month(open_days & employed & away & ~other)
    room = days.by_month(open_days & employed) - known
    weights = np.tile(rules.leave_profile, len(days.years)) * _ratio(room, days.by_month(open_days))
    earned = days_per_year * _share_of_years(days, employed & ~other)
    return known + _spread(days, earned - _by_year(known_paid), weights, room)


def spread(amount: float, weights: Floats, room: Floats) -> Floats:
    """Share an amount by weights, in no place more than there is room.

    What does not fit goes to the others by their weights, and where no weight is left it is lost.

    >>> spread(6.0, np.array([2.0, 1.0, 0.0]), np.array([3.0, 9.0, 9.0])).tolist()
    [3.0, 3.0, 0.0]
    """
    given = np.zeros(len(weights))
    for _ in range(len(weights)):
        left = amount - given.sum()
        active = np.where(room - given > NOTHING_DAYS, weights, 0.0)
        if left <= NOTHING_DAYS or active.sum() <= 0:
            break
        given = np.minimum(room, given + left * active / active.sum())
    return given


def _away(days: Days, periods: pd.DataFrame) -> tuple[Bools, Bools]:
    """Return the days away, and those of them that are not paid leave of the year."""
    away, other = np.zeros(len(days.days), dtype=bool), np.zeros(len(days.days), dtype=bool)
    known = periods.dropna(subset=["first_day", "last_day"]) if len(periods) else periods
    for first, last, kind in zip(known["first_day"], known["last_day"], known["kind"], strict=True):
        within = days.between(first, last)
        away |= within
        if kind == OTHER:
            other |= within
    return away, other


def _spread(days: Days, left_by_year: Floats, weights: Floats, room: Floats) -> Floats:
    parts = []
    for year in range(len(days.years)):
        here = slice(year * MONTHS_A_YEAR, (year + 1) * MONTHS_A_YEAR)
        parts.append(spread(float(left_by_year[year]), weights[here], room[here]))
    return np.concatenate(parts)


def _share_of_years(days: Days, chosen: Bools) -> Floats:
    """Return the share of each year's days that is chosen, (Y,)."""
    return _by_year(days.by_month(chosen)) / days_in_years(days)


def _by_year(by_month: Floats) -> Floats:
    return by_month.reshape(-1, MONTHS_A_YEAR).sum(axis=1)


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
