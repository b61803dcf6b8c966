"""Turn the history of a workspace into the arrays the calibration takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from optimizer.calibrate import OPEN, Passages
from scenarios.build_funnel import phases_of
from scenarios.build_targets import pools_of
from scenarios.check_history import segment_of
from scenarios.tables_history import PASSED, WON
from scenarios.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class History:
    """Hold the passages by phase, in the order of the process, and the names of their groups.

    `last` is the last month anything happened in; months are counted from year 0.
    """

    phases: dict[str, Passages]
    segments: tuple[str, ...]
    pools: tuple[str, ...]
    people: tuple[str, ...]
    last: int
    opportunities: pd.DataFrame


def month_number(month: str) -> int:
    """Return the months of a month YYYY-MM since year 0."""
    year, number = map(int, month.split("-"))
    return year * 12 + number - 1


def month_name(number: int) -> str:
    """Return the month YYYY-MM of a number.

    >>> month_name(month_number("2026-11") + 2)
    '2027-01'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_of(days: pd.Series) -> np.ndarray:
    """Return the month number of each day, OPEN where there is none."""
    numbers = days.dt.year * 12 + days.dt.month - 1
    return numbers.fillna(OPEN).to_numpy(dtype=np.int64)


def history_of(workspace: Workspace) -> History:
    """Return the history of a workspace; `phases` is empty when there is none."""
    tables = workspace.tables
    frame = tables["opportunities"]
    reps = tables["reps"].sort_values("rep_id")
    segments, pools = tuple(workspace.config.segments), pools_of(workspace)
    people = tuple(reps["rep_id"])
    pool_of = dict(zip(reps["rep_id"], reps["pool"], strict=True))
    whole = Passages(
        entered=months_of(frame["entered_on"]),
        left=months_of(frame["left_on"]),
        passed=frame["outcome"].isin([PASSED, WON]).to_numpy(bool),
        segment=_positions(segment_of(tables), segments),
        team=_positions(frame["rep_id"].map(lambda rep: pool_of.get(rep, "")), pools),
        person=_positions(frame["rep_id"], people),
    )
    phase = frame["phase"].to_numpy(dtype=object)
    by_phase = {name: whole.where(phase == name) for name in phases_of(workspace)}
    days = [frame["entered_on"], frame["left_on"], tables["activities"]["done_on"]]
    return History(
        phases={name: passages for name, passages in by_phase.items() if len(passages)},
        segments=segments,
        pools=pools,
        people=people,
        last=max((int(months_of(day).max()) for day in days if len(day)), default=OPEN),
        opportunities=frame.assign(entered=whole.entered, left=whole.left),
    )


def _positions(values: pd.Series, among: tuple[str, ...]) -> np.ndarray:
    place = {name: position for position, name in enumerate(among)}
    return np.array([place.get(value, -1) for value in values], dtype=np.int64)


def entries_from_outside(history: History, until: int, months: int) -> dict[str, list[float]]:
    """Return phase -> units a month that entered it after `until` without the phase before it.

    Of the first phase they are all that entered.
    """
    found: dict[str, list[float]] = {}
    frame = history.opportunities
    before: set[str] = set()
    for phase in history.phases:
        rows = frame[frame["phase"] == phase]
        outside = rows[~rows["opportunity_id"].isin(before)]
        position = outside["entered"].to_numpy() - until - 1
        inside = position[(position >= 0) & (position < months)]
        found[phase] = np.bincount(inside, minlength=months).astype(float).tolist()
        before |= set(rows["opportunity_id"])
    return found
