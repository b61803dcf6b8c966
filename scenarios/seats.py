"""Who can hold a territory."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scenarios.config import Config
from scenarios.horizon import employed_shares, horizon_months, productive_hours


def seat_holders(tables: Mapping[str, pd.DataFrame], config: Config) -> pd.DataFrame:
    """Return the reps that can hold a territory, by id.

    They do field work, have working time in the horizon and are able to do a phase that is worked
    in the field, when there is one.
    """
    months, reps = horizon_months(config), tables["reps"].sort_values("rep_id")
    hours = employed_shares(reps, months) @ productive_hours(config, months)
    in_field = (reps["kind"] != "inside") & _able_in_field(reps, tables)
    return reps[in_field & (hours > 0) & (reps["fte"] > 0)]


def _able_in_field(reps: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    process, skills = tables["process"], tables["skills"]
    territorial = process.loc[process["territorial"].astype(bool), "phase"]
    if territorial.empty:
        return pd.Series(True, index=reps.index)
    # An empty productivity is that of the standard.
    able = skills["phase"].isin(territorial) & (skills["productivity"].fillna(1.0) > 0)
    return reps["rep_id"].isin(skills.loc[able, "rep_id"])
