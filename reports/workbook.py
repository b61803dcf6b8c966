"""A workbook that is the same bytes every time, and in which text stays text.

Text goes in with `write_string` and nothing is guessed: `=1+1` from a CRM is shown, not run. The
unit of a column is read off its name (`reports.units`) and stands in its heading.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reports.titles import Titles
from reports.units import MISSING, clean_text, unit_of

CREATED = datetime(2000, 1, 1)
TITLE, HEADING, TEXT, LABEL = "title", "heading", "text", "label"
STYLES: Mapping[str, Mapping[str, Any]] = {
    TITLE: {"bold": True, "font_size": 16, "font_color": "#1d3557"},
    LABEL: {"bold": True, "font_color": "#1d3557"},
    HEADING: {
        "bold": True,
        "bg_color": "#e8eef4",
        "font_color": "#1d3557",
        "bottom": 1,
        "text_wrap": True,
        "valign": "top",
    },
    TEXT: {"valign": "top"},
    "wrap": {"valign": "top", "text_wrap": True},
    "edit": {"valign": "top", "bg_color": "#fff8e1"},
}
WIDE = {"name": 26, "rep_name": 22, "reason": 60, "message": 50, "remedy": 46, "action": 34}
WIDE |= {"subject": 30, "account_id": 14, "rep_id": 12, "title": 30, "indicator": 40, "notes": 60}
WIDE |= {"source": 14, "key": 36, "column": 18, "edit_reason": 40}
WIDE |= {"from_team": 22, "to_team": 22, "return_duty": 50, "formula": 60}


def heading_of(name: str, title: str, currency: str) -> str:
    """Return the heading of a column: its title with the unit in brackets.

    Columns of ids and `edit_reason` keep their own name in every language: a workbook that
    comes back is read by them.
    """
    if name.endswith("_id") or name == "edit_reason":
        return name
    unit = unit_of(name, currency)
    symbol = "%" if unit.is_ratio else unit.symbol
    if symbol.lower() == title.lower():
        return symbol
    return f"{title} ({symbol})" if symbol else title


class Book:
    """Write sheets into one workbook; use as a context manager, which closes the file."""

    def __init__(self, path: Path, currency: str, title_of: Titles) -> None:
        self.currency, self.title_of = currency, title_of
        options = dict.fromkeys(
            ("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False
        )
        self.file = xlsxwriter.Workbook(str(path), options)
        self.file.set_properties({"created": CREATED, "author": "Quartier"})
        self._formats: dict[str, Format] = {}

    def __enter__(self) -> Book:
        """Open nothing: the file is made when it is closed."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write the file."""
        self.file.close()

    def sheet(self, title: str) -> Worksheet:
        """Add an empty sheet; `Territories` and `Reps` are called so in every language."""
        worksheet = self.file.add_worksheet(self.title_of(title)[:31])
        worksheet.hide_gridlines(2)
        return worksheet

    def style(self, name: str) -> Format:
        """Return a named style."""
        return self._format(name, STYLES[name])

    def number_style(self, name: str) -> Format:
        """Return the number format of the unit a column's name carries."""
        unit = unit_of(name, self.currency)
        decimals = min(unit.decimals, 1) if unit.symbol == self.currency else unit.decimals
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        pattern = f"0.{'0' * (unit.decimals - 2)}%" if unit.is_ratio else pattern
        return self._format(pattern, {"num_format": pattern, "valign": "top"})

    def _format(self, key: str, properties: Mapping[str, Any]) -> Format:
        if key not in self._formats:
            self._formats[key] = self.file.add_format(dict(properties))
        return self._formats[key]

    def heading(self, name: str) -> str:
        """Return the heading of a column, title and unit."""
        return heading_of(name, self.title_of(name), self.currency)

    def cell(self, sheet: Worksheet, row: int, column: int, value: Any, name: str) -> None:
        """Write one value: text as text, numbers in the format of the column called `name`."""
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool):
            value = self.title_of("yes" if value else "no")
        if isinstance(value, int | float) and math.isfinite(value):
            decimals = unit_of(name, self.currency).decimals
            sheet.write_number(row, column, round(value, decimals), self.number_style(name))
            return
        text = "" if _is_missing(value) else clean_text(str(value))
        if text:
            style = "wrap" if WIDE.get(name, 0) >= 40 else TEXT
            sheet.write_string(row, column, text, self.style(style))

    def table(
        self, sheet: Worksheet, frame: pd.DataFrame, columns: Sequence[str], top: int = 0
    ) -> int:
        """Write a frame with headings, widths; return the row below its last."""
        for j, name in enumerate(columns):
            sheet.write_string(top, j, self.heading(name), self.style(HEADING))
            values = frame[name].tolist() if name in frame else [MISSING] * len(frame)
            for i, value in enumerate(values):
                self.cell(sheet, top + 1 + i, j, value, name)
        return top + 1 + len(frame)

    def table_sheet(self, title: str, frame: pd.DataFrame, columns: Sequence[str]) -> Worksheet:
        """Add a sheet that holds one table: frozen headings, filters, widths."""
        sheet = self.sheet(title)
        self.table(sheet, frame, columns)
        sheet.freeze_panes(1, 1)
        sheet.autofilter(0, 0, max(1, len(frame)), len(columns) - 1)
        for j, name in enumerate(columns):
            sheet.set_column(j, j, WIDE.get(name, 13))
        return sheet


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or _is_nan(value)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
