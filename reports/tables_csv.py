"""The plan as CSV files that any program reads: UTF-8, comma, LF, the same bytes every time.

Numbers are rounded here and nowhere else, by the unit in the column's name (`reports.units`):
money 2 decimals, hours 2, kilometres 1, degrees 6, ratios 4, head counts none, other numbers 3.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from reports.columns import (
    AGREEMENT,
    ASSUMPTIONS,
    CAPACITY,
    CASH,
    COMPACTNESS,
    FINDINGS,
    HELP,
    HIRE_CURVE,
    KPIS,
    LEADERSHIP,
    LEVERS,
    PRICE_LIMITS,
    ROLE_GOALS,
    ROLE_REASONS,
    ROLES,
    SLA,
    SOURCING,
    TARGETS,
    TERRITORIES,
    THROUGHPUT,
)
from reports.units import clean_text, is_formula, unit_of
from scenarios.outcome import Outcome

SHARED_POOL = "(shared)"

BUCKET = ["month", "pool", "phase"]
"""Work is planned in buckets: a month, a phase, and its pool or the shared one."""


def write_csvs(outcome: Outcome, folder: Path) -> tuple[Path, ...]:
    """Write the tables of a plan into a folder, which is made when missing.

    Returns
    -------
    tuple
        The files written, in a fixed order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(
        write_table(make(outcome), columns, folder / name, outcome.currency)
        for name, columns, make in FILES
    )


def write_table(
    frame: pd.DataFrame, columns: Sequence[str], path: Path, currency: str = "EUR"
) -> Path:
    """Write the named columns of a frame; a column it lacks stays empty."""
    cells = [_column(frame, name, currency) for name in columns]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*cells, strict=True))
    return path


def kpi_table(outcome: Outcome) -> pd.DataFrame:
    """Return name, value (rounded by its unit) and unit of each indicator, in their order."""
    rows = []
    for name, value in outcome.kpis.items():
        unit = unit_of(name, outcome.currency)
        # A figure that was infinite comes back from plan.json as None.
        number = math.nan if value is None else round(float(value), unit.decimals)
        rows.append((name, number, unit.symbol))
    return pd.DataFrame(rows, columns=KPIS)


def activity_targets(outcome: Outcome) -> pd.DataFrame:
    """Share the activities of each month, pool and phase among those who do the work.

    A person, hire or provider gets the share of a bucket's activities that it has of the
    bucket's hours; the part nobody does stays visible as source "uncovered". The activities of
    a bucket are conserved, and so are its hours. A bucket without any source keeps its
    activities under an empty source.
    """
    wanted = _bucket_activities(outcome)
    work = outcome.sourcing.astype({"hours": float})
    work = work[work["hours"] > 0]
    done = work.groupby([*BUCKET, "source", "source_id"], as_index=False)["hours"].sum()
    done["share"] = done["hours"] / done.groupby(BUCKET)["hours"].transform("sum")
    table = wanted.merge(
        done[[*BUCKET, "source", "source_id", "share"]], on=BUCKET, how="left", sort=False
    )
    share = table["share"].fillna(1.0)
    table = table.assign(
        source=table["source"].fillna(""),
        source_id=table["source_id"].fillna(""),
        activities=table["activities"] * share,
        hours=table["hours"] * share,
    )
    names = _names(outcome)
    table["name"] = [names.get(source_id, "") for source_id in table["source_id"]]
    order = [*BUCKET, "activity", "source", "source_id"]
    return table.sort_values(order, kind="stable")[TARGETS].reset_index(drop=True)


def _bucket_activities(outcome: Outcome) -> pd.DataFrame:
    """Return activities and hours by bucket and activity; shared phases lose their pool."""
    pools = outcome.sourcing["pool"] == SHARED_POOL
    shared = set(outcome.sourcing.loc[pools, "phase"])
    activities = outcome.activities
    pool = activities["pool"].mask(activities["phase"].isin(shared), SHARED_POOL)
    grouped = activities.assign(pool=pool).groupby([*BUCKET, "activity"], as_index=False)
    return grouped[["activities", "hours"]].sum()


def _names(outcome: Outcome) -> dict[str, str]:
    people = zip(outcome.roles["rep_id"], outcome.roles["name"], strict=True)
    offers = zip(outcome.decisions["id"], outcome.decisions["name"], strict=True)
    return {**dict(offers), **dict(people)}


def _moves(outcome: Outcome) -> pd.DataFrame:
    return outcome.territories[outcome.territories["moved"].astype(bool)]


def _column(frame: pd.DataFrame, name: str, currency: str) -> Iterable[str]:
    if name not in frame:
        return [""] * len(frame)
    decimals = unit_of(name, currency).decimals
    return [format_cell(value, decimals) for value in frame[name].tolist()]


def format_cell(value: object, decimals: int) -> str:
    """Write one cell: yes/no, rounded number, or text no spreadsheet will run as a formula.

    >>> format_cell(1.005, 4), format_cell(-0.0, 2), format_cell("=1+1", 0), format_cell(True, 0)
    ('1.005', '0', "'=1+1", 'yes')
    """
    if isinstance(value, np.generic):
        return format_cell(value.item(), decimals)
    if isinstance(value, str):
        text = clean_text(value)
        return f"'{text}" if is_formula(text) else text
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _decimal(value, decimals)
    return "" if value is None or value is pd.NA or value is pd.NaT else str(value)


def _decimal(value: float, decimals: int) -> str:
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    text = f"{value:.{decimals}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _table(name: str) -> Callable[[Outcome], pd.DataFrame]:
    def take(outcome: Outcome) -> pd.DataFrame:
        frame: pd.DataFrame = getattr(outcome, name)
        return frame

    return take


FILES: tuple[tuple[str, Sequence[str], Callable[[Outcome], pd.DataFrame]], ...] = (
    ("territories.csv", TERRITORIES, _table("territories")),
    ("roles.csv", ROLES, _table("roles")),
    ("sourcing.csv", SOURCING, _table("sourcing")),
    ("targets.csv", TARGETS, activity_targets),
    ("moves.csv", TERRITORIES, _moves),
    ("compactness.csv", COMPACTNESS, _table("compactness")),
    ("sla.csv", SLA, _table("sla")),
    ("help.csv", HELP, _table("help_given")),
    ("role_goals.csv", ROLE_GOALS, _table("role_goals")),
    ("role_reasons.csv", ROLE_REASONS, _table("role_reasons")),
    ("throughput.csv", THROUGHPUT, _table("throughput")),
    ("capacity.csv", CAPACITY, _table("capacity")),
    ("assumptions.csv", ASSUMPTIONS, _table("assumptions")),
    ("leadership.csv", LEADERSHIP, _table("leadership")),
    ("cash.csv", CASH, _table("cash")),
    ("hire_curve.csv", HIRE_CURVE, _table("hire_curve")),
    ("price_limits.csv", PRICE_LIMITS, _table("price_limits")),
    ("levers.csv", LEVERS, _table("levers")),
    ("agreement.csv", AGREEMENT, _table("agreement")),
    ("kpis.csv", KPIS, kpi_table),
    ("findings.csv", FINDINGS, _table("findings")),
)
