"""Rules on single cells: numbers within their limits, words among those allowed, defaults."""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.review import Review
from scenarios.tables import INTEGER, LIST, NUMBER, TABLES, ColumnSpec, TableSpec

LARGEST = 1e15
"""No figure of a sales organisation is larger, and sums of larger ones would lose their cents."""
# These have rules of their own, which say more than that a limit is passed.
_RULED_ELSEWHERE = {
    ("process", "conversion"),
    *((table, column) for table in TABLES for column in ("lat_deg", "lon_deg")),
}


def numbers_within_limits(review: Review) -> None:
    """Numbers are finite and lie within the limits of their column."""
    for spec in TABLES.values():
        for column in spec.columns:
            if column.kind in {NUMBER, INTEGER} and len(review.tables[spec.name]):
                _check_numbers(review, spec, column)
            elif column.kind == LIST and column.unit:
                _check_lists(review, spec, column)


def _check_numbers(review: Review, spec: TableSpec, column: ColumnSpec) -> None:
    series = review.tables[spec.name][column.name]
    values = series.to_numpy(dtype=float, na_value=np.nan)
    infinite = np.isinf(values)
    _refuse(review, spec, column, series.index[infinite], "number_not_finite")
    if (spec.name, column.name) not in _RULED_ELSEWHERE:
        beyond = _beyond(values, column) & ~infinite
        _refuse(review, spec, column, series.index[beyond], "number_out_of_range")


def _beyond(values: np.ndarray, column: ColumnSpec) -> np.ndarray:
    low = -LARGEST if column.minimum is None else column.minimum
    high = LARGEST if column.maximum is None else column.maximum
    return (values < low) | (values > high)


def _refuse(review: Review, spec: TableSpec, column: ColumnSpec, rows: pd.Index, code: str) -> None:
    if not len(rows):
        return
    message = f"{column.name} must be {_limits(column)}"
    review.flag(code, spec.name, rows, column.name, message, "read as empty" if spec.bulk else "")
    if spec.bulk:
        review.empty(spec.name, rows, column.name)


def _limits(column: ColumnSpec) -> str:
    unit = f" {column.unit}" if column.unit and not column.unit[0].isdigit() else ""
    if column.minimum is not None and column.maximum is not None:
        return f"between {column.minimum:g} and {column.maximum:g}{unit}"
    if column.minimum is None:
        return "a plain number"
    return f"{column.minimum:g}{unit} or more, up to {LARGEST:g}"


def _check_lists(review: Review, spec: TableSpec, column: ColumnSpec) -> None:
    series = review.tables[spec.name][column.name]
    bad = [_has_item_beyond(items, column) for items in series]
    _refuse(review, spec, column, series.index[np.array(bad, dtype=bool)], "number_out_of_range")


def _has_item_beyond(items: tuple[str, ...], column: ColumnSpec) -> bool:
    try:
        return bool(_beyond(np.array([float(item) for item in items]), column).any())
    except ValueError:
        return True


def words_among_choices(review: Review) -> None:
    """Words of a column with choices are among them."""
    for spec in TABLES.values():
        for column in spec.columns:
            if not column.choices:
                continue
            series = review.tables[spec.name][column.name]
            rows = series.index[~series.isin(["", *column.choices])]
            message = f"{column.name} is one of {', '.join(column.choices)}"
            action = "read as empty" if spec.bulk else ""
            review.flag("choice_unknown", spec.name, rows, column.name, message, action)
            if spec.bulk:
                review.empty(spec.name, rows, column.name)


def working_time_is_given(review: Review) -> None:
    """Where some reps have a working time, the others are taken to be full time, and told."""
    fte = review.tables["reps"]["fte"]
    if fte.notna().any():
        rows = fte.index[fte.isna()]
        rows = rows[[("reps", int(row), "fte") not in review.unreadable for row in rows]]
        review.flag("rep_fte_missing", "reps", rows, "fte", "fte is empty", "1 is used")


def defaults_stand_in(review: Review) -> None:
    """Cells left empty hold the default of their column."""
    for spec in TABLES.values():
        for column in spec.columns:
            if column.default is None:
                continue
            series = review.tables[spec.name][column.name]
            gaps = series.isna() if column.kind == NUMBER else series == ""
            review.put(spec.name, series.index[gaps], column.name, column.default)


RULES = (numbers_within_limits, words_among_choices, working_time_is_given, defaults_stand_in)
