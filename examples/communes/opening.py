"""Work out the pipeline with which the year opens: most of what can no longer be started.

Work for the deals of the first months should have begun in the year before. The need is run
backward through the funnel; what a phase would have to receive from before the first month is in
the pipeline for `SHARE_THERE` of it, ready in the month it is needed. The rest is too late, and
so are the deals whose last phase should have been worked in the year before.
"""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from market import Row

SHARE_THERE = 0.85
Need = dict[int, float]


def pipeline_rows(folder: Path) -> list[Row]:
    """Return the rows of pipeline.csv for the process, targets and rules in the folder."""
    config = tomllib.loads((folder / "quartier.toml").read_text(encoding="utf-8"))
    process, targets = _read(folder / "process.csv"), _read(folder / "targets.csv")
    rows = []
    for target in targets:
        segment = target["segment"]
        stages = [row for row in process if row["segment"] in {segment, ""}]
        stages.sort(key=lambda row: int(row["order"]))
        deals = _deals_by_month(config, target)
        rows += _opening(stages, deals, segment, config["horizon"]["first_month"])
    return rows


def units_by_month(stages: list[Row], deals: Need) -> dict[str, Need]:
    """Return the units of each phase by month; months below 0 lie before the horizon."""
    needed: dict[str, Need] = {}
    fed = deals
    for stage in reversed(stages):
        work: defaultdict[int, float] = defaultdict(float)
        for month, units in fed.items():
            for lag, share in _lags(float(stage["lag_months"])):
                work[month - lag] += units * share * _units_per_next(stage)
        fed = needed[stage["phase"]] = dict(work)
    return needed


def _opening(stages: list[Row], deals: Need, segment: str, first_month: str) -> list[Row]:
    needed = units_by_month(stages, deals)
    rows = []
    for stage, following in pairwise(stages):
        phase = following["phase"]
        for month, units in sorted(needed[phase].items()):
            late = sum(s for lag, s in _lags(float(stage["lag_months"])) if month - lag < 0)
            there = round(units * late * SHARE_THERE)
            if month >= 0 and there:
                rows.append(
                    {
                        "phase": phase,
                        "segment": segment,
                        "pool": "",
                        "ready_month": _month_name(first_month, month),
                        "units": str(there),
                    }
                )
    return rows


def _deals_by_month(config: dict[str, Any], target: Row) -> Need:
    weights = config["funnel"]["seasonality"]
    value = config["segments"][target["segment"]]["revenue_per_deal_eur"]
    deals = float(target["revenue_eur"]) / value
    return {month: deals * weight / sum(weights) for month, weight in enumerate(weights)}


def _lags(months: float) -> list[tuple[int, float]]:
    whole = int(months)
    rest = months - whole
    return [(whole, 1 - rest), (whole + 1, rest)] if rest else [(whole, 1.0)]


def _units_per_next(stage: Row) -> float:
    return (
        float(stage["units_per_next"])
        if stage["units_per_next"]
        else 1 / float(stage["conversion"])
    )


def _month_name(first_month: str, offset: int) -> str:
    year, month = map(int, first_month.split("-"))
    index = year * 12 + month - 1 + offset
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def _read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
