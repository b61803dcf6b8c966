"""Write calibrated rates beside the user's tables, never over them."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from optimizer.calibrate import PhaseRates, Rate, Timing
from optimizer.calibrate_backtest import exact_shares
from scenarios.build_funnel import rows_for_segment
from scenarios.calibrate import NORM_COLUMNS, RATE_COLUMNS, Calibration
from scenarios.errors import UsageError
from scenarios.parse import as_text
from scenarios.tables import TABLES
from scenarios.workspace import Workspace

PROCESS, RATES, NORMS = (
    "process.calibrated.csv",
    "rates.calibrated.csv",
    "activity_norms.calibrated.csv",
)
EXTRA = ["units", "trials", "raw_rate", "rate_low", "rate_high", "shrunk_low", "shrunk_high"]
LEAST_RATE = 1e-6
SIGNS_OF_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = dict[Any, Any]


def write_calibration(workspace: Workspace, found: Calibration) -> tuple[Path, ...]:
    """Write the calibrated process, the rates of every group, and the norms when there are any.

    The process can be planned with as it is: `[sources] process = "process.calibrated.csv"`.
    A phase without history keeps its row.

    Raises
    ------
    UsageError
        When a table of the workspace is read from a file that would be written.
    """
    read_from = {workspace.file_of(name) for name in workspace.sources}
    for name in (PROCESS, RATES, NORMS):
        if name in read_from:
            raise UsageError(f"{name} is one of the workspace's own tables: rename it first")
    columns = [column.name for column in TABLES["process"].columns]
    files = [(PROCESS, [*columns, *EXTRA], process_rows(workspace, found))]
    files.append((RATES, RATE_COLUMNS, found.rates.to_dict("records")))
    if len(found.norms):
        files.append((NORMS, NORM_COLUMNS, found.norms.to_dict("records")))
    return tuple(_write(workspace.folder / name, names, rows) for name, names, rows in files)


def process_rows(workspace: Workspace, found: Calibration) -> list[Row]:
    """Return the rows of the process, each with its calibrated rate and lags where there are."""
    process = workspace.tables["process"]
    rows: list[Row] = []
    for phase in process.sort_values("order", kind="stable")["phase"].drop_duplicates():
        own = process[process["phase"] == phase]
        rates = found.fitted.get(phase)
        if rates is None:
            rows += own.to_dict("records")
            continue
        known = [found.history.segments[s] for s in rates.segments]
        named = [segment for segment in own["segment"] if segment]
        for segment in ["", *sorted({*known, *named})]:
            model = rows_for_segment(own, segment, ["phase"])
            # A phase that is given for each segment has no row for all of them.
            record = (model if len(model) else own.iloc[:1]).to_dict("records")[-1]
            rows.append(_calibrated(record, segment, rates, found))
    return rows


def _calibrated(record: Row, segment: str, rates: PhaseRates, found: Calibration) -> Row:
    names = found.history.segments
    place = names.index(segment) if segment in names else -1
    rate: Rate = rates.segments.get(place, rates.overall)
    when: Timing = rates.segment_timings.get(place, rates.timing)
    shares = exact_shares(when.kernel)
    # The farthest ages rest on few units: their worth is that of the last age anything passed.
    worth = when.pass_share_at_age()[: max(len(shares), 1)] / when.rate if when.rate else ()
    return {
        **record,
        "segment": segment,
        "units_per_next": math.nan,
        "conversion": min(max(rate.shrunk, LEAST_RATE), 1.0),
        "lag_months": math.nan if shares else record["lag_months"],
        "lag_shares": tuple(f"{float(share):g}" for share in shares) or record["lag_shares"],
        "age_factors": tuple(f"{factor:.4g}" for factor in np.asarray(worth).tolist()),
        "units": rate.units,
        "trials": rate.trials,
        "raw_rate": rate.rate,
        "rate_low": rate.low,
        "rate_high": rate.high,
        "shrunk_low": rate.shrunk_low,
        "shrunk_high": rate.shrunk_high,
    }


def _write(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(row.get(name, "")) for name in columns] for row in rows)
    return path


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.6g}"
    if value is pd.NA:
        return ""
    text = as_text(value)
    # Numbers are written above; a text that starts so would be run by a spreadsheet program.
    return f"'{text}" if text.startswith(SIGNS_OF_A_FORMULA) else text
