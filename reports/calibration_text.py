"""A calibration in some lines for the terminal, and the same as plain values for `--json`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from reports.plain import as_text, rows
from scenarios.calibrate import Calibration

_RATES: tuple[tuple[str, str, int], ...] = (
    ("phase", "phase", 0),
    ("level", "level", 0),
    ("group", "group", 0),
    ("units", "units", 0),
    ("trials", "trials", 1),
    ("rate", "rate", 3),
    ("rate_low", "low", 3),
    ("rate_high", "high", 3),
    ("shrunk_rate", "shrunk", 3),
    ("shrunk_low", "low", 3),
    ("shrunk_high", "high", 3),
)
_LAGS = (("phase", "phase", 0), ("group", "segment", 0), ("lag_months", "mean lag", 2))
_NORMS = (
    ("phase", "phase", 0),
    ("activity", "activity", 0),
    ("units", "units", 0),
    ("activities_per_unit", "per unit", 2),
    ("activities_per_output", "per output", 2),
    ("timed", "timed", 0),
    ("minutes_per_activity", "minutes", 1),
)
_ERRORS = (
    ("phase", "phase", 0),
    ("forecast", "forecast", 1),
    ("actual", "actual", 0),
    ("bias", "bias", 3),
    ("mape", "MAPE", 3),
    ("coverage", "coverage", 2),
)


def calibration_text(found: Calibration, people: int = 10) -> str:
    """Return the tables of a calibration; of each phase the first `people` persons."""
    share = f"{found.confidence:.0%}"
    parts = [
        f"Rates at the end of {found.until} ({share} intervals; shrunk: drawn to the group above)",
        _table(_fewer_people(found.rates, people), _RATES),
        "Lags of what passes, in months; open for good counts as not passing",
        _table(_with_shares(found.lags), (*_LAGS, ("shares", "after 0, 1, 2 ..", 0), _NEVER)),
    ]
    if len(found.norms):
        parts += ["Activities of closed units", _table(found.norms, _NORMS)]
    if found.months_held_back:
        title = f"Back-test: the last {found.months_held_back} month(s) forecast by the rest"
        parts += [title, _table(found.errors, _ERRORS)]
    parts += [
        f"{count} unit(s) of {phase} entered before the first recorded exit: not used"
        for phase, count in found.set_aside.items()
        if count
    ]
    return as_text(line for part in parts for line in part.split("\n"))


_NEVER = ("never_share", "open for good", 3)


def _with_shares(lags: pd.DataFrame) -> pd.DataFrame:
    shown = [" ".join(f"{share:.2f}" for share in shares) for shares in lags["lag_shares"]]
    return lags.assign(shares=shown)


def _fewer_people(rates: pd.DataFrame, people: int) -> pd.DataFrame:
    persons = rates["level"] == "person"
    rank = rates[persons].groupby("phase").cumcount()
    return rates.drop(index=rank.index[rank >= people])


def _table(frame: pd.DataFrame, columns: Sequence[tuple[str, str, int]]) -> str:
    cells = [[title for _, title, _ in columns]]
    cells += [
        [_cell(row[name], digits) for name, _, digits in columns]
        for row in frame.to_dict("records")
    ]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    numeric = [_is_numeric(frame, name) for name, _, _ in columns]
    return "\n".join(
        "  "
        + "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    )


def _is_numeric(frame: pd.DataFrame, name: str) -> bool:
    return pd.api.types.is_numeric_dtype(frame[name].dtype)


def _cell(value: Any, digits: int) -> str:
    if isinstance(value, str):
        return value
    return "-" if pd.isna(value) else f"{value:,.{digits}f}"


def calibration_json(found: Calibration) -> dict[str, Any]:
    """Return a calibration as plain values."""
    return {
        "until": found.until,
        "confidence": found.confidence,
        "months_held_back": found.months_held_back,
        "rates": rows(found.rates),
        "lags": rows(found.lags),
        "norms": rows(found.norms),
        "backtest": rows(found.backtest),
        "errors": rows(found.errors),
        "entered_before_first_exit": dict(found.set_aside),
    }
