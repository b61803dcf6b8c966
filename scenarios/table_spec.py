"""What a table and a column are: kinds of values, units, limits, defaults."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, NUMBER, INTEGER, BOOLEAN, DATE, MONTH, PERIOD, LIST = (
    "text",
    "number",
    "integer",
    "boolean",
    "date",
    "month",
    "period",
    "list",
)
"""Kinds. A list is written with `|` between items; a month is YYYY-MM, a date YYYY-MM-DD, a
period a month or a year YYYY."""


@dataclass(frozen=True, kw_only=True)
class ColumnSpec:
    """Describe one column; limits are inclusive and in `unit`.

    `default` stands where a cell is empty. A list with a unit holds numbers, and the limits are
    those of its items.
    """

    name: str
    kind: str = TEXT
    unit: str = ""
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    default: float | str | None = None
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class TableSpec:
    """Describe one table; `key` columns identify a row, `required` tables must be there.

    In a `bulk` table a row is one case among thousands, so a bad one is set aside and listed; in
    the others every row is a rule or a person, so a bad one must be mended first.
    """

    name: str
    key: tuple[str, ...]
    required: bool
    description: str
    columns: tuple[ColumnSpec, ...]
    bulk: bool = False

    def column(self, name: str) -> ColumnSpec:
        """Return the column called `name`; KeyError when there is none."""
        return {c.name: c for c in self.columns}[name]


def text(name: str, description: str, *, required: bool = False) -> ColumnSpec:
    """Return a column of text."""
    return ColumnSpec(name=name, required=required, description=description)


def number(
    name: str,
    unit: str,
    description: str,
    *,
    low: float | None = 0.0,
    high: float | None = None,
    default: float | None = None,
    required: bool = False,
) -> ColumnSpec:
    """Return a column of numbers, 0 or more unless said otherwise."""
    return ColumnSpec(
        name=name,
        kind=NUMBER,
        unit=unit,
        minimum=low,
        maximum=high,
        default=default,
        required=required,
        description=description,
    )


def of_kind(name: str, kind: str, description: str, *, required: bool = False) -> ColumnSpec:
    """Return a column of another kind."""
    return ColumnSpec(name=name, kind=kind, required=required, description=description)


def count(name: str, unit: str, description: str, *, required: bool = False) -> ColumnSpec:
    """Return a column of whole numbers, 0 or more."""
    return ColumnSpec(
        name=name, kind=INTEGER, unit=unit, minimum=0, required=required, description=description
    )


def choice(
    name: str, choices: tuple[str, ...], description: str, default: str | None = None
) -> ColumnSpec:
    """Return a column that holds one of some words."""
    return ColumnSpec(name=name, choices=choices, default=default, description=description)
