"""Who can hold a territory."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from scenarios.capacity import capacity_of
from scenarios.config import Config
from scenarios.review import Review
from scenarios.role_rules import allowed_skills

_TOLD_FROM = ("reps", "leave", "process", "skills", "role_rules")


def seat_holders(tables: Mapping[str, pd.DataFrame], config: Config) -> pd.DataFrame:
    """Return the reps that can hold a territory, by id.

    They do field work, have working time in the horizon and are able, and allowed by the rules of
    roles, to do a phase that is worked in the field, when there is one.
    """
    reps = tables["reps"].sort_values("rep_id")
    hours = capacity_of(reps, tables["leave"], config).hours.sum(axis=1)
    able = able_in_field(reps, tables["process"], allowed_skills(tables, config))
    in_field = (reps["kind"] != "inside") & able
    return reps[in_field & (hours > 0)]


def reviewed_holders(review: Review) -> pd.DataFrame:
    """Return `seat_holders` of a workspace under review, told anew when a table was replaced."""
    tables = tuple(review.tables[name] for name in _TOLD_FROM)
    if review.holders is None or any(
        old is not new for old, new in zip(review.holders[0], tables, strict=True)
    ):
        review.holders = tables, seat_holders(review.tables, review.config)
    return review.holders[1]


def able_in_field(reps: pd.DataFrame, process: pd.DataFrame, skills: pd.DataFrame) -> pd.Series:
    """Return which of the reps can do a field phase; all when there is no such phase."""
    territorial = process.loc[process["territorial"].astype(bool), "phase"]
    if territorial.empty:
        return pd.Series(True, index=reps.index)
    # An empty productivity is that of the standard.
    able = skills["phase"].isin(territorial) & (skills["productivity"].fillna(1.0) > 0)
    return reps["rep_id"].isin(skills.loc[able, "rep_id"])
