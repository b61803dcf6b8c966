"""Turn the cells of a column into values of its kind; what cannot be read is marked."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd

from scenarios.dialect import SPACES, Dialect
from scenarios.tables import BOOLEAN, DATE, INTEGER, LIST, MONTH, NUMBER, PERIOD, TEXT, ColumnSpec

EMPTY = frozenset({"", "na", "n/a", "#n/a", "nan", "null", "none", "-"})
"""Texts that mean an empty cell where a number, date, month or yes/no is expected."""
_YES = frozenset({"yes", "y", "true", "1", "oui", "o", "vrai", "x"})
_NO = frozenset({"no", "n", "false", "0", "non", "faux"})
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£"}
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?$")
_OTHER_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?$")
_ISO_MONTH = re.compile(r"(\d{4})-(\d{2})$")
_OTHER_MONTH = re.compile(r"(\d{1,2})/(\d{4})$")


@dataclass(frozen=True, kw_only=True)
class Column:
    """Hold a typed column; `bad` marks the cells that could not be read (they are empty)."""

    values: pd.Series
    bad: pd.Series


class UnreadableError(ValueError):
    """Say that a cell has no value of its kind."""


def type_column(cells: pd.Series, spec: ColumnSpec, dialect: Dialect, currency: str) -> Column:
    """Return the cells typed by `spec.kind`, as `scenarios.workspace.Workspace` describes.

    `cells` holds text, or values of a spreadsheet or Parquet file as they came.
    """
    if spec.kind == TEXT and not spec.choices:
        texts = as_typed([as_text(cell) for cell in cells.tolist()], spec, cells.index)
        return Column(values=texts, bad=pd.Series(False, cells.index))
    reader = _reader(spec, dialect, currency)
    known: dict[Any, tuple[Any, bool]] = {}
    results = []
    for cell in cells.tolist():
        # By type too: 1, 1.0 and True are one key otherwise.
        key = cell if type(cell) is str else (type(cell), repr(cell))
        if key not in known:
            known[key] = _read(reader, cell, spec)
        results.append(known[key])
    values, bad = [value for value, _ in results], [bad for _, bad in results]
    return Column(
        values=as_typed(values, spec, cells.index), bad=pd.Series(bad, cells.index, dtype=bool)
    )


def as_typed(values: list[Any], spec: ColumnSpec, index: pd.Index) -> pd.Series:
    """Return the values as a series of the type that belongs to `spec.kind`."""
    if spec.kind == LIST:
        filled = np.empty(len(values), dtype=object)
        filled[:] = values
        return pd.Series(filled, index, name=spec.name, dtype=object)
    types = {NUMBER: "float64", INTEGER: "Int64", BOOLEAN: "bool", DATE: "datetime64[us]"}
    return pd.Series(values, index, name=spec.name, dtype=types.get(spec.kind, "str"))


def blank(spec: ColumnSpec) -> Any:
    """Return the value of an empty cell of this kind."""
    blanks: dict[str, Any] = {
        NUMBER: np.nan,
        INTEGER: pd.NA,
        BOOLEAN: False,
        LIST: (),
        DATE: pd.NaT,
    }
    return blanks.get(spec.kind, "")


def as_text(cell: Any) -> str:
    """Return a cell of any file as text; a whole number from a spreadsheet has no decimals."""
    if isinstance(cell, str):
        return cell.replace("\u00a0", " ").strip()
    if cell is None or cell is pd.NaT or cell is pd.NA:
        return ""
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    if isinstance(cell, list | tuple | np.ndarray):
        return "|".join(as_text(item) for item in cell)
    return _scalar_text(cell)


def _scalar_text(cell: Any) -> str:
    if isinstance(cell, float | np.floating):
        value = float(cell)
        whole = math.isfinite(value) and value.is_integer() and abs(value) < 1e15
        return "" if math.isnan(value) else str(int(value)) if whole else repr(value)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell).strip()


def _read(reader: Callable[[Any], Any], cell: Any, spec: ColumnSpec) -> tuple[Any, bool]:
    try:
        value = reader(cell)
    except (ValueError, OverflowError):
        return blank(spec), True
    return (blank(spec) if value is None else value), False


def _reader(spec: ColumnSpec, dialect: Dialect, currency: str) -> Callable[[Any], Any]:
    number = _number_reader(dialect.decimal, currency)
    readers: dict[str, Callable[[Any], Any]] = {
        NUMBER: number,
        INTEGER: lambda cell: _whole(number(cell)),
        BOOLEAN: _boolean,
        DATE: lambda cell: _date(cell, dialect.day_first),
        MONTH: _month,
        PERIOD: _period,
        LIST: _number_list if spec.unit else _list,
    }
    if spec.choices:
        return lambda cell: as_text(cell).casefold()
    return readers.get(spec.kind, as_text)


def _number_reader(decimal: str, currency: str) -> Callable[[Any], float | None]:
    other = "." if decimal == "," else ","
    mark, between = re.escape(decimal), f"[{re.escape(SPACES + other)}]"
    shape = re.compile(
        rf"[+-]?(?:\d{{1,3}}(?:{between}\d{{3}})+|\d+)?(?:{mark}\d*)?(?:[eE][+-]?\d+)?", re.ASCII
    )
    noise = str.maketrans(dict.fromkeys(SPACES + other, ""))
    money = tuple(filter(None, (currency, _SYMBOLS.get(currency, ""))))

    def read(cell: Any) -> float | None:
        if isinstance(cell, int | float | Decimal | np.number) and not isinstance(cell, bool):
            return None if math.isnan(cell) else float(cell)
        quick = _quick_number(cell, decimal)
        if quick is not None:
            return quick
        text = as_text(cell)
        for sign in money:
            text = text.removeprefix(sign).removesuffix(sign).strip()
        if text.casefold() in EMPTY:
            return None
        if text.casefold().lstrip("+-") in {"inf", "infinity"}:
            return math.inf
        if not shape.fullmatch(text) or not re.search(r"\d", text):
            raise UnreadableError
        return float(text.translate(noise).replace(decimal, "."))

    return read


def _quick_number(cell: str, decimal: str) -> float | None:
    """Return the number of a plainly written cell, None when it needs a closer look."""
    if type(cell) is not str or not cell.isascii() or "_" in cell:
        return None
    if decimal == ",":
        if "." in cell:
            return None
        cell = cell.replace(",", ".")
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _whole(value: float | None) -> int | None:
    if value is None:
        return None
    if not float(value).is_integer() or abs(value) > 2**53:
        raise UnreadableError
    return int(value)


def _boolean(cell: Any) -> bool | None:
    text = as_text(cell).casefold()
    if text in EMPTY:
        return None
    if text not in _YES | _NO:
        raise UnreadableError
    return text in _YES


def _date(cell: Any, day_first: bool) -> dt.datetime | None:
    if isinstance(cell, dt.date) and cell is not pd.NaT:
        return dt.datetime(cell.year, cell.month, cell.day)
    text = as_text(cell)
    if text.casefold() in EMPTY:
        return None
    if match := _ISO_DATE.match(text):
        year, month, day = map(int, match.groups())
    elif match := _OTHER_DATE.match(text):
        first, second, year = map(int, match.groups())
        day, month = (first, second) if day_first else (second, first)
    else:
        raise UnreadableError
    try:
        return dt.datetime(year, month, day)
    except ValueError:
        raise UnreadableError from None


def _month(cell: Any) -> str | None:
    text = as_text(cell)
    if text.casefold() in EMPTY:
        return None
    if match := _ISO_MONTH.match(text):
        year, month = map(int, match.groups())
    elif match := _OTHER_MONTH.match(text):
        month, year = map(int, match.groups())
    else:
        day = _date(cell, day_first=True)
        year, month = (day.year, day.month) if day else (0, 0)
    if not 1 <= month <= 12 or year < 1:
        raise UnreadableError
    return f"{year:04d}-{month:02d}"


def _period(cell: Any) -> str:
    # What is no period stays as it is: the rule on targets shows it.
    try:
        return _month(cell) or ""
    except UnreadableError:
        return as_text(cell)


def _list(cell: Any) -> tuple[str, ...]:
    items = (item.strip() for item in re.split(r"[|;]", as_text(cell)))
    return tuple(dict.fromkeys(item for item in items if item))


def _number_list(cell: Any) -> tuple[str, ...]:
    # Items keep their order and repeats. A comma can only be decimal here: | parts the items.
    number = _number_reader(".", "")
    texts = [item.strip().replace(",", ".") for item in re.split(r"[|;]", as_text(cell))]
    values = [number(text) for text in texts if text]
    if any(value is None for value in values):
        raise UnreadableError
    return tuple(f"{value:.12g}" for value in values)
