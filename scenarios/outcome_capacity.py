"""Table of an outcome that says what each person's hours of each month are made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scenarios.capacity import FLAT, Capacity

Floats = NDArray[np.float64]

LOSSES = (
    "holiday_hours",
    "leave_hours",
    "absence_hours",
    "other_work_hours",
    "ramp_hours",
    "attrition_hours",
    "buffer_hours",
)
"""What is taken off the hours paid, in this order; hours for customers are what is left."""
CAPACITY_COLUMNS = [
    "month",
    "rep_id",
    "name",
    "pool",
    "place",
    "basis",
    "contract_days",
    "holiday_days",
    "leave_days",
    "worked_days",
    "hours_per_day",
    "part_time",
    "absence_share",
    "selling_share",
    "ramp_share",
    "retention_share",
    "over_assignment",
    "paid_hours",
    *LOSSES,
    "hours",
    "expected_fte",
    "formula",
]


def capacity_table(people: pd.DataFrame, capacity: Capacity) -> pd.DataFrame:
    """Return one row per person and month: every factor, the product, and how it comes about.

    `people` are the rows of the reps in the order of `capacity`.
    """
    persons, months = len(people), len(capacity.months)
    shape = (persons, months)
    by_person: dict[str, Any] = {
        "rep_id": people["rep_id"],
        "name": people["name"],
        "pool": people["pool"],
        "place": capacity.places,
        "hours_per_day": capacity.hours_per_day,
        "part_time": capacity.part_time,
        "absence_share": capacity.absence_share,
        "selling_share": capacity.selling_share,
    }
    by_month: dict[str, Floats] = {
        "contract_days": capacity.contract_days,
        "holiday_days": capacity.holidays,
        "leave_days": capacity.leave,
        "worked_days": capacity.worked_days,
        "ramp_share": capacity.ramp,
        "retention_share": capacity.retention,
        "paid_hours": capacity.paid_hours,
        **losses_of(capacity),
        "hours": capacity.hours,
        "expected_fte": capacity.expected_fte,
    }
    table = {
        "month": np.tile(np.array(capacity.months, dtype=object), persons),
        "basis": np.full(persons * months, capacity.basis, dtype=object),
        "over_assignment": np.full(persons * months, capacity.over_assignment),
        **{name: np.repeat(np.asarray(each), months) for name, each in by_person.items()},
        **{name: np.broadcast_to(each, shape).ravel() for name, each in by_month.items()},
        "formula": _formulas(capacity),
    }
    frame = pd.DataFrame(table, columns=CAPACITY_COLUMNS)
    text = ["month", "rep_id", "name", "pool", "place", "basis", "formula"]
    return frame.astype(dict.fromkeys(text, "str"))


def losses_of(capacity: Capacity) -> dict[str, Floats]:
    """Return the hours each factor takes off the hours paid, (N, T) each.

    Factor after factor in the order of `LOSSES`: each takes its share of what the ones before it
    left, so that hours paid less all of them are the hours for customers, to rounding.
    """
    if capacity.basis == FLAT:
        return {name: np.zeros(capacity.employed.shape) for name in LOSSES}
    per_day = (capacity.hours_per_day * capacity.part_time)[:, None]
    holiday = capacity.holidays * per_day
    left = capacity.worked_days * per_day
    losses = [holiday, capacity.paid_hours - holiday - left]
    for share in (
        1.0 - capacity.absence_share[:, None],
        capacity.selling_share[:, None],
        capacity.ramp,
        capacity.retention,
        1.0 / capacity.over_assignment,
    ):
        losses.append(left * (1.0 - share))
        left = left * share
    return dict(zip(LOSSES, losses, strict=True))


def _formulas(capacity: Capacity) -> list[str]:
    """Return how each person's hours of each month come about, persons outside."""
    hours, days = capacity.hours.tolist(), capacity.worked_days.tolist()
    over = capacity.over_assignment
    buffer = f" / {_shown(over)} over-assignment" if over != 1.0 else ""
    return [
        f"{_shown(product)} h = {' x '.join(_factors(capacity, n, t, days[n][t]))}{buffer}"
        for n, products in enumerate(hours)
        for t, product in enumerate(products)
    ]


def _factors(capacity: Capacity, n: int, t: int, days: float) -> list[str]:
    """Return the factors as they are multiplied; those of 1 are left out."""
    part_time = (capacity.part_time[n], "part time")
    if capacity.basis == FLAT:
        base = [f"{_shown(capacity.flat_hours[t])} h"]
        more = [part_time, (capacity.employed[n, t], "of the month employed")]
        return base + _unless_one(more)
    shown = _shown(days)
    worked = "1 day" if shown == "1" else f"{shown} days"
    base = [worked, f"{_shown(capacity.hours_per_day[n])} h"]
    absence = capacity.absence_share[n]
    lost = [f"(1 - {_shown(absence)}) absence"] if absence else []
    more = [
        (capacity.selling_share[n], "selling"),
        (capacity.ramp[n, t], "ramp"),
        (capacity.retention[n, t], "expected to be there"),
    ]
    return base + _unless_one([part_time]) + lost + _unless_one(more)


def _unless_one(factors: list[tuple[float, str]]) -> list[str]:
    return [f"{_shown(value)} {name}" for value, name in factors if value != 1.0]


def _shown(value: float) -> str:
    """Write a number so that the factors shown give the product shown, to the last digit but one.

    >>> _shown(21.0), _shown(18.333333333), _shown(0.0)
    ('21', '18.3333', '0')
    """
    return f"{value:.6g}"
