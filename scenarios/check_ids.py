"""Rules on ids: required cells are filled, and no two rows have the same id."""

from __future__ import annotations

import pandas as pd

from scenarios.review import Review
from scenarios.tables import DATE, INTEGER, LIST, NUMBER, TABLES, ColumnSpec, TableSpec


def required_cells_are_filled(review: Review) -> None:
    """Cells of required columns are filled.

    A row without its id, or of a bulk table, is set aside.
    """
    for spec in TABLES.values():
        for column in spec.columns:
            if column.required and (spec.name, column.name) not in review.absent:
                _check_filled(review, spec, column)


def _check_filled(review: Review, spec: TableSpec, column: ColumnSpec) -> None:
    series = review.tables[spec.name][column.name]
    rows = series.index[_is_blank(series, column.kind)]
    if not len(rows):
        return
    known = pd.Series(
        [(spec.name, int(row), column.name) in review.unreadable for row in rows], rows, dtype=bool
    )
    message = f"{column.name} is empty: {column.description or column.name}"
    if not (spec.bulk or column.name in spec.key):
        review.flag("required_missing", spec.name, rows[~known], column.name, message)
        return
    review.set_aside("required_missing", spec.name, rows[~known], column.name, message)
    review.set_aside("required_missing", spec.name, rows[known], silently=True)


def _is_blank(series: pd.Series, kind: str) -> pd.Series:
    if kind in {NUMBER, INTEGER, DATE}:
        return series.isna()
    return series.map(len) == 0 if kind == LIST else series == ""


def ids_are_unique(review: Review) -> None:
    """No two rows have the same key; the first one is kept."""
    for spec in TABLES.values():
        key = list(spec.key)
        if any((spec.name, column) in review.absent for column in key):
            continue
        frame = review.tables[spec.name]
        again = frame.duplicated(key)
        if not again.any():
            continue
        copies = again & frame.duplicated()
        first = _first_lines(frame, key, again)
        shown = " / ".join(key)
        _set_aside(review, spec, copies, first, "id_copy", "the same as line {}")
        _set_aside(review, spec, again & ~copies, first, "id_duplicate", f"{shown} as in line {{}}")


def _first_lines(frame: pd.DataFrame, key: list[str], again: pd.Series) -> pd.Series:
    """Return for each repeated row the line of the first row with its key."""
    group = frame.groupby(key, sort=False).ngroup()
    lines = pd.Series(frame.index, index=frame.index)
    return lines.groupby(group).transform("first")[again]


def _set_aside(
    review: Review, spec: TableSpec, which: pd.Series, first: pd.Series, code: str, message: str
) -> None:
    rows = which.index[which]
    messages = [message.format(line) for line in first[rows]]
    review.set_aside(code, spec.name, rows, spec.key[0], messages)


RULES = (required_cells_are_filled, ids_are_unique)
