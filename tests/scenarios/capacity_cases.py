"""Build people and rules of working time; a test says only what matters to it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from scenarios.capacity import Capacity, capacity_of
from scenarios.config import Config
from scenarios.parse import blank
from scenarios.tables import TABLES

LEAVE_COLUMNS = ["rep_id", "first_day", "last_day", "kind"]


def make_config(
    first_month: str = "2026-01", months: int = 12, country: str = "FRA", **rules: Any
) -> Config:
    """Return rules of a workspace in France; by the calendar, with nothing taken off unasked."""
    bare = {
        "calendar": {"leave_days_per_year": 0},
        "capacity": {"absence_share": 0, "selling_share": 1},
    }
    return Config.model_validate(
        {
            "workspace": {"name": "test", "country": country},
            "horizon": {"first_month": first_month, "months": months},
            "segments": {"gold": {"revenue_per_deal_eur": 1}},
            **bare,
            **{name: {**bare.get(name, {}), **given} for name, given in rules.items()},
        }
    )


def make_reps(*people: dict[str, Any]) -> pd.DataFrame:
    """Return full-time reps R1, R2 .. with the cells given; dates as text."""
    empty = {column.name: blank(column) for column in TABLES["reps"].columns}
    rows = [
        {**empty, "rep_id": f"R{i}", "name": f"Rep {i}", "pool": "all", "fte": 1.0, **cells}
        for i, cells in enumerate(people or ({},), start=1)
    ]
    reps = pd.DataFrame(rows)
    for name in ("start_date", "end_date"):
        reps[name] = pd.to_datetime(reps[name])
    return reps


def make_leave(*periods: tuple[str, ...]) -> pd.DataFrame:
    """Return leave from (rep_id, first_day, last_day, kind) rows."""
    leave = pd.DataFrame(list(periods), columns=LEAVE_COLUMNS)
    for name in ("first_day", "last_day"):
        leave[name] = pd.to_datetime(leave[name])
    return leave


def one_person(config: Config, *leave: tuple[str, ...], **cells: Any) -> Capacity:
    """Return the capacity of one rep R1 under the rules."""
    return capacity_of(make_reps(cells), make_leave(*leave), config)
