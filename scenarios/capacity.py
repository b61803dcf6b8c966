"""Hours a person has for customers in a month, factor by factor (docs/model-capacity.md).

Flat, as long as hours are given or no country is: hours x availability x part time x share of the
month employed. By the calendar otherwise:

    (days of the contract - public holidays - leave) x hours a day x part time
        x (1 - absence) x selling share x ramp x retention / over-assignment
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.calendar_days import (
    MONTHS_A_YEAR,
    Bools,
    Days,
    contract_days,
    days_of,
    tenure_months,
    working_days,
)
from scenarios.capacity_leave import leave_days
from scenarios.capacity_retention import retention, tenure_on_first_days
from scenarios.capacity_terms import (
    FLAT_HOURS,
    Terms,
    by_calendar,
    full_time_terms,
    terms_of_all,
)
from scenarios.config import Config
from scenarios.horizon import employed_shares, horizon_months

Floats = NDArray[np.float64]
CALENDAR, FLAT = "calendar", "flat"


@dataclass(frozen=True, kw_only=True)
class Capacity:
    """Hold every factor of the hours of N persons in T months.

    Attributes
    ----------
    basis
        "calendar" or "flat"; flat hours know no days (`contract_days`, `holidays`, `leave` are 0)
        and hold absence, selling and leave in one figure, so those factors are 1.
    places
        (N,) country and region of the public holidays, "FRA 57"; "" for flat hours.
    contract_days, holidays, leave
        (N, T) days of the working week while employed, public holidays and closed days among
        them, leave among the rest.
    hours_per_day, part_time, absence_share, selling_share
        (N,)
    flat_hours
        (T,) flat hours of a full-time person, availability included; 0 by the calendar.
    employed
        (N, T) share of the month's days in employment.
    ramp, retention
        (N, T) productive share by tenure; chance that somebody is still there (expected FTE).
    over_assignment
        Hours kept for each hour planned, 1 or more.
    """

    basis: str
    months: tuple[str, ...]
    places: tuple[str, ...]
    contract_days: Floats
    holidays: Floats
    leave: Floats
    hours_per_day: Floats
    part_time: Floats
    absence_share: Floats
    selling_share: Floats
    flat_hours: Floats
    employed: Floats
    ramp: Floats
    retention: Floats
    over_assignment: float

    @property
    def worked_days(self) -> Floats:
        """Return days present before any absence, (N, T)."""
        return np.maximum(self.contract_days - self.holidays - self.leave, 0.0)

    @property
    def paid_hours(self) -> Floats:
        """Return hours the contract pays, (N, T); flat: the flat hours themselves."""
        if self.basis == FLAT:
            return self.part_time[:, None] * self.employed * self.flat_hours
        return self.contract_days * (self.hours_per_day * self.part_time)[:, None]

    @property
    def hours(self) -> Floats:
        """Return hours for customers, (N, T)."""
        if self.basis == FLAT:
            return self.paid_hours
        per_day = self.hours_per_day * self.part_time
        present = (1.0 - self.absence_share) * self.selling_share
        factors = (per_day * present)[:, None] * self.ramp * self.retention
        return self.worked_days * factors / self.over_assignment

    @property
    def expected_fte(self) -> Floats:
        """Return the full-time equivalents to be expected, (N, T): part time, dates, attrition."""
        return self.part_time[:, None] * self.employed * self.retention


def capacity_of(reps: pd.DataFrame, leave: pd.DataFrame, config: Config) -> Capacity:
    """Return the capacity of each rep in the order of `reps`, over the horizon.

    Broken input (unknown places, leave of nobody, reversed dates) counts as nothing given: what
    is wrong with it is for the checks to say.
    """
    months = horizon_months(config)
    employed = employed_shares(reps, months)
    if not by_calendar(config):
        return _flat(np.clip(reps["fte"].to_numpy(float), 0.0, 1.0), employed, months, config)
    terms = terms_of_all(reps, config)
    known = dict(iter(leave.groupby("rep_id", sort=False)))
    own = [known.get(rep, leave.iloc[:0]) for rep in reps["rep_id"]]
    return _by_calendar(terms, own, employed, months, config)


def full_time_hours(config: Config) -> Floats:
    """Return the hours for customers of a full-time, ramped person in each month, (T,)."""
    months = horizon_months(config)
    if not by_calendar(config):
        return _flat_hours(config, months)
    no_leave = pd.DataFrame(columns=["first_day", "last_day", "kind"])
    present = np.ones((1, len(months)))
    terms = [full_time_terms(config)]
    found = _by_calendar(terms, [no_leave], present, months, config)
    return replace(found, retention=present).hours[0]


def ramp_of_hire(ramp: Sequence[float], config: Config) -> tuple[float, ...]:
    """Return the productive shares of a hire's months, with attrition as expected from arrival."""
    capacity = config.capacity
    if not by_calendar(config) or not (capacity.first_year_attrition or capacity.later_attrition):
        return tuple(ramp)
    months = config.horizon.months
    shares = (*ramp, *(1.0,) * months)[:months]
    kept = retention(np.arange(months), np.ones(months, dtype=bool), capacity)
    return tuple(float(share) for share in np.array(shares) * kept)


def _flat_hours(config: Config, months: tuple[str, ...]) -> Floats:
    rules = config.staffing
    hours = rules.productive_hours_per_fte_month
    shares = [rules.availability[int(month[5:]) - 1] for month in months]
    return (FLAT_HOURS if hours is None else hours) * np.array(shares, dtype=float)


def _flat(fte: Floats, employed: Floats, months: tuple[str, ...], config: Config) -> Capacity:
    none, whole = np.zeros(employed.shape), np.ones(employed.shape)
    return Capacity(
        basis=FLAT,
        months=months,
        places=("",) * len(fte),
        contract_days=none,
        holidays=none,
        leave=none,
        hours_per_day=np.zeros(len(fte)),
        part_time=fte,
        absence_share=np.zeros(len(fte)),
        selling_share=np.ones(len(fte)),
        flat_hours=_flat_hours(config, months),
        employed=employed,
        ramp=whole,
        retention=whole,
        over_assignment=1.0,
    )


def _by_calendar(
    terms: Sequence[Terms],
    leave: Sequence[pd.DataFrame],
    employed: Floats,
    months: tuple[str, ...],
    config: Config,
) -> Capacity:
    days, rules = days_of(config), config.calendar
    first = int(config.horizon.first_month[5:]) - 1
    horizon = slice(first, first + len(months))
    in_contract = contract_days(days, rules)
    open_at = {each.place: working_days(days, each.place, rules) for each in terms}
    known: dict[object, Floats] = {}
    rows = []
    for each, periods in zip(terms, leave, strict=True):
        # Most of a team is alike: whole years, no leave with dates.
        key = (each.place, each.start, each.end, each.leave_days_per_year, each.ramp)
        alike = known.get(key) if periods.empty else None
        if alike is None:
            alike = _person(each, days, in_contract, open_at[each.place], periods, config)
        if periods.empty:
            known[key] = alike
        rows.append(alike)
    table = np.array(rows).reshape(len(rows), 4, MONTHS_A_YEAR * len(days.years))[:, :, horizon]
    kept = [_kept(each, here, months, config) for each, here in zip(terms, employed, strict=True)]
    return Capacity(
        basis=CALENDAR,
        months=months,
        places=tuple(" ".join(filter(None, each.place or ())) for each in terms),
        contract_days=table[:, 0],
        holidays=table[:, 0] - table[:, 1],
        leave=table[:, 2],
        hours_per_day=np.array([t.hours_per_week for t in terms]) / len(rules.working_weekdays),
        part_time=np.array([t.part_time for t in terms]),
        absence_share=np.array([t.absence_share for t in terms]),
        selling_share=np.array([t.selling_share for t in terms]),
        flat_hours=np.zeros(len(months)),
        employed=employed,
        ramp=table[:, 3],
        retention=np.array(kept, dtype=float).reshape(employed.shape),
        over_assignment=config.capacity.over_assignment,
    )


def _person(
    terms: Terms,
    days: Days,
    in_contract: Bools,
    open_days: Bools,
    periods: pd.DataFrame,
    config: Config,
) -> Floats:
    """Return days of the contract, working days, leave and ramp of all months, (4, 12 Y)."""
    employed = days.between(terms.start, terms.end)
    yearly = terms.leave_days_per_year
    worked = open_days & employed
    return np.array(
        [
            days.by_month(in_contract & employed),
            days.by_month(worked),
            leave_days(days, open_days, employed, periods, yearly, config.calendar),
            _ramp(terms, days, worked),
        ]
    )


def _ramp(terms: Terms, days: Days, worked: Bools) -> Floats:
    """Return the mean productive share of the days worked in each month, 1 without any."""
    months = MONTHS_A_YEAR * len(days.years)
    if pd.isna(terms.start) or not terms.ramp:
        return np.ones(months)
    tenure = np.clip(tenure_months(days, terms.start), 0, len(terms.ramp))
    shares = np.array([*terms.ramp, 1.0])[tenure]
    counts = days.by_month(worked)
    sums = days.by_month(np.where(worked, shares, 0.0))
    return np.divide(sums, counts, out=np.ones(months), where=counts > 0)


def _kept(terms: Terms, employed: Floats, months: tuple[str, ...], config: Config) -> Floats:
    tenure = tenure_on_first_days(terms.start, months)
    return retention(tenure, employed > 0, config.capacity)
