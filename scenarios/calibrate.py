"""Calibrate rates, lags and norms of a workspace from its history, and hold them against it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.calibrate import PhaseRates, Rate, calibrate_phase
from optimizer.calibrate_activities import activity_norm
from optimizer.calibrate_backtest import Forecast, backtest
from scenarios.errors import Finding, InputError, Severity, UsageError
from scenarios.history import (
    History,
    entries_from_outside,
    history_of,
    month_name,
    month_number,
    months_of,
)
from scenarios.review import finding
from scenarios.tables_history import PASSED, WON
from scenarios.workspace import Workspace

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
ALL, SEGMENT, TEAM, PERSON = "all", "segment", "team", "person"
RATE_COLUMNS = [
    "phase",
    "level",
    "group",
    "units",
    "passed",
    "open",
    "trials",
    "rate",
    "rate_low",
    "rate_high",
    "shrunk_rate",
    "shrunk_low",
    "shrunk_high",
    "towards_rate",
    "strength",
    "formula",
]
LAG_COLUMNS = ["phase", "group", "lag_months", "lag_shares", "never_share", "age_factors"]
NORM_COLUMNS = [
    "phase",
    "activity",
    "units",
    "activities_per_unit",
    "per_unit_low",
    "per_unit_high",
    "activities_per_output",
    "timed",
    "minutes_per_activity",
    "minutes_low",
    "minutes_high",
]
BACKTEST_COLUMNS = ["phase", "month", "forecast", "low", "high", "actual"]
ERROR_COLUMNS = ["phase", "forecast", "actual", "bias", "mape", "coverage"]


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """Hold what the history says, as tables with the columns named above.

    `fitted` are the estimates behind them; `until` is the last month known. `backtest` and
    `errors` are empty unless asked for; `months_held_back` says over how many months.
    """

    until: str
    confidence: float
    rates: pd.DataFrame
    lags: pd.DataFrame
    norms: pd.DataFrame
    backtest: pd.DataFrame
    errors: pd.DataFrame
    months_held_back: int
    set_aside: Mapping[str, int]
    fitted: Mapping[str, PhaseRates]
    history: History
    findings: tuple[Finding, ...]


def calibrate(workspace: Workspace, until: str = "", months_held_back: int = 0) -> Calibration:
    """Return the rates as known at the end of the month `until` (default: the last there is).

    With `months_held_back` the rates are fitted again without the last of these months, which
    they then forecast.

    Raises
    ------
    InputError
        When the workspace has errors, or no usable history until then.
    UsageError
        When `until` is no month, or no month is left to fit the back-test on.
    """
    if workspace.has_errors:
        raise InputError(workspace.findings)
    if until and not MONTH.fullmatch(until):
        raise UsageError(f"'{until}' is no month: write YYYY-MM")
    history, confidence = history_of(workspace), workspace.config.calibration.confidence
    end = month_number(until) if until else history.last
    fitted = _fit(history, end, confidence)
    if not fitted:
        raise InputError((*workspace.findings, _nothing_to_fit(workspace, until)))
    forecasts = _backtest(history, end, months_held_back, confidence)
    return Calibration(
        until=month_name(end),
        confidence=confidence,
        rates=pd.DataFrame(_rate_rows(history, fitted), columns=RATE_COLUMNS),
        lags=pd.DataFrame(_lag_rows(history, fitted), columns=LAG_COLUMNS),
        norms=_norms(workspace, history, end, confidence),
        backtest=_forecast_table(forecasts, end - months_held_back),
        errors=_error_table(forecasts),
        months_held_back=months_held_back,
        set_aside={phase: rates.set_aside for phase, rates in fitted.items()},
        fitted=fitted,
        history=history,
        findings=workspace.findings,
    )


def _nothing_to_fit(workspace: Workspace, until: str) -> Finding:
    message = f"no row is known at the end of {until}" if until else "there is no row to use"
    name = workspace.file_of("opportunities")
    found = finding("history_missing", table="opportunities", file=name, message=message)
    return replace(found, severity=Severity.ERROR)


def _fit(history: History, until: int, confidence: float) -> dict[str, PhaseRates]:
    rates = {p: calibrate_phase(units, until, confidence) for p, units in history.phases.items()}
    return {phase: found for phase, found in rates.items() if found is not None}


def _backtest(history: History, end: int, months: int, confidence: float) -> tuple[Forecast, ...]:
    if not months:
        return ()
    cut = end - months
    fitted = _fit(history, cut, confidence)
    if not fitted:
        raise UsageError(f"no history is left before the {months} month(s) held back")
    known = {phase: units.known_at_end_of(end) for phase, units in history.phases.items()}
    joined = entries_from_outside(history, cut, months)
    return backtest(known, fitted, cut, months, joined, confidence)


def _rate_rows(history: History, fitted: Mapping[str, PhaseRates]) -> Iterator[tuple[Any, ...]]:
    for phase, found in fitted.items():
        yield _rate_row(phase, ALL, "", found.overall)
        for level, names, rates in (
            (SEGMENT, history.segments, found.segments),
            (TEAM, history.pools, found.teams),
            (PERSON, history.people, found.people),
        ):
            for position, rate in rates.items():
                yield _rate_row(phase, level, names[position], rate)


def _rate_row(phase: str, level: str, group: str, rate: Rate) -> tuple[Any, ...]:
    return (
        phase,
        level,
        group,
        rate.units,
        rate.passed,
        rate.open,
        rate.trials,
        rate.rate,
        rate.low,
        rate.high,
        rate.shrunk,
        rate.shrunk_low,
        rate.shrunk_high,
        rate.towards,
        rate.strength,
        formula(rate),
    )


def formula(rate: Rate) -> str:
    """Return the formula behind a shrunk rate: "(12.0 + 8.3 x 0.25) / (40.0 + 8.3)" (K8)."""
    successes = 0.0 if np.isnan(rate.rate) else rate.rate * rate.trials
    return (
        f"({successes:.1f} + {rate.strength:.1f} x {rate.towards:.4f})"
        f" / ({rate.trials:.1f} + {rate.strength:.1f})"
    )


def _lag_rows(history: History, fitted: Mapping[str, PhaseRates]) -> Iterator[tuple[Any, ...]]:
    for phase, found in fitted.items():
        timings = [("", found.timing)]
        timings += [(history.segments[s], when) for s, when in found.segment_timings.items()]
        for group, when in timings:
            mean = float(when.kernel @ np.arange(len(when.kernel)))
            shares = tuple(when.kernel.tolist())
            worth = when.pass_share_at_age() / when.rate if when.rate else ()
            yield phase, group, mean, shares, when.never, tuple(np.asarray(worth).tolist())


def _norms(workspace: Workspace, history: History, until: int, confidence: float) -> pd.DataFrame:
    done = workspace.tables["activities"]
    done = done[months_of(done["done_on"]) <= until]
    rows = []
    for phase in history.phases:
        of_phase = done[done["phase"] == phase]
        units = _closed_units(history, of_phase, phase, until)
        passed = int(units["outcome"].isin([PASSED, WON]).sum())
        for activity, group in of_phase.groupby("activity", sort=True):
            counts = group["opportunity_id"].value_counts()
            norm = activity_norm(
                units["opportunity_id"].map(counts).fillna(0).to_numpy().astype(np.int64),
                passed,
                group["minutes"].dropna().to_numpy(float),
                confidence,
            )
            rows.append((phase, activity, *vars(norm).values()))
    columns = ["phase", "activity", "units", *NORM_COLUMNS[3:]]
    return pd.DataFrame(rows, columns=columns)


def _closed_units(history: History, done: pd.DataFrame, phase: str, until: int) -> pd.DataFrame:
    """Return closed units of a phase that entered while activities were already recorded."""
    frame = history.opportunities
    if done.empty:
        return frame.iloc[:0]
    first = int(months_of(done["done_on"]).min())
    closed = (frame["left"] >= 0) & (frame["left"] <= until)
    return frame[(frame["phase"] == phase) & closed & (frame["entered"] >= first)]


def _forecast_table(forecasts: tuple[Forecast, ...], cut: int) -> pd.DataFrame:
    rows = [
        (f.phase, month_name(cut + 1 + t), *values)
        for f in forecasts
        for t, values in enumerate(
            zip(*(v.tolist() for v in (f.forecast, f.low, f.high, f.actual)), strict=True)
        )
    ]
    return pd.DataFrame(rows, columns=BACKTEST_COLUMNS)


def _error_table(forecasts: tuple[Forecast, ...]) -> pd.DataFrame:
    rows = [
        (f.phase, float(f.forecast.sum()), float(f.actual.sum()), f.bias, f.mape, f.coverage)
        for f in forecasts
    ]
    return pd.DataFrame(rows, columns=ERROR_COLUMNS)
