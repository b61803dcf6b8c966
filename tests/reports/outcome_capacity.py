"""Build the working time of a small outcome: six people in France, one of them new."""

from __future__ import annotations

import pandas as pd
from outcome_staffing import INSIDE
from outcome_territories import FIELD_REPS

from scenarios.capacity import capacity_of
from scenarios.config import Config
from scenarios.outcome_capacity import capacity_table
from scenarios.parse import blank
from scenarios.tables import TABLES


def make_capacity(**rules: object) -> pd.DataFrame:
    """Return the working time of the small team over 2026, by the calendar if not flat."""
    config = Config.model_validate(
        {
            "workspace": {"name": "squareland", "country": "FRA"},
            "horizon": {"first_month": "2026-01"},
            "segments": {"gold": {"revenue_per_deal_eur": 30_000}},
            **rules,
        }
    )
    people = {**FIELD_REPS, **INSIDE}
    empty = {column.name: blank(column) for column in TABLES["reps"].columns}
    reps = pd.DataFrame(
        [
            {**empty, "rep_id": rep, "name": facts[0], "pool": facts[1], "fte": 1.0}
            for rep, facts in people.items()
        ]
    )
    reps["start_date"] = pd.to_datetime([None] * 5 + ["2026-02-01"])
    leave = pd.DataFrame(columns=[column.name for column in TABLES["leave"].columns])
    return capacity_table(reps, capacity_of(reps, leave, config))
