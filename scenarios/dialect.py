"""How a file is written: encoding, separator, decimal mark, order of day and month."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SEPARATORS = (",", ";", "\t")
SPACES = " \u00a0\u202f\u2009'\u2019"
"""What stands between thousands beside a comma or a point: spaces of all widths, apostrophes."""
_SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab"}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """Describe how one file is written; `separator` is "" for files that are no text."""

    kind: str = "csv"
    encoding: str = "UTF-8"
    separator: str = ","
    decimal: str = "."
    day_first: bool = True

    def note(self) -> str:
        """Return the dialect in words, for `Workspace.sources`."""
        if not self.separator:
            return self.kind
        decimal = "decimal comma" if self.decimal == "," else "decimal point"
        order = "" if self.day_first else ", month before day"
        return f"{_SEPARATOR_NAMES[self.separator]}, {decimal}, {self.encoding}{order}"


def decode(data: bytes) -> tuple[str, str, int]:
    """Return the text, its encoding and how many bytes could not be read.

    UTF-8 is tried before cp1252, because hardly any cp1252 text with accents is valid UTF-8.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            text = data.decode(encoding, errors="replace")
            return text, encoding.upper().replace("-SIG", " with BOM"), text.count("\ufffd")
    try:
        return data.decode("utf-8"), "UTF-8", 0
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        return text, "cp1252", text.count("\ufffd")


def separator_of(header: str, known: Iterable[str]) -> str:
    """Return the separator under which the header names most known columns, then most columns."""
    names = {name.strip().casefold() for name in known}

    def score(separator: str) -> tuple[int, int]:
        cells = next(csv.reader([header], delimiter=separator), [])
        return sum(cell.strip().casefold() in names for cell in cells), len(cells)

    return max(SEPARATORS, key=score)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Say how something is to be read, and an example when the file does not settle it."""

    choice: str
    doubtful: str = ""


def decimal_mark(
    columns: Sequence[Iterable[str]], coordinates: Sequence[Iterable[str]], separator: str
) -> Reading:
    """Return the decimal mark of the number columns of a file, "." or ",".

    `1,5` and `1234,567` settle it, `1,234` does not, except in a column of coordinates. Where
    nothing settles it, a comma is decimal in files parted by semicolons or tabs.
    """
    text = "\n".join("\n".join(column) for column in columns)
    places = "\n".join("\n".join(column) for column in coordinates)
    sure = {mark: _count_sure(text, mark) + places.count(mark) for mark in ",."}
    if sure[","] or sure["."]:
        return Reading(choice="," if sure[","] > sure["."] else ".")
    comma, point = (_first_doubtful(text, mark) for mark in ",.")
    if comma and not point and separator in {";", "\t"}:
        return Reading(choice=",", doubtful=comma)
    return Reading(choice=".", doubtful=comma or point)


def _count_sure(text: str, mark: str) -> int:
    other = "." if mark == "," else ","
    m, o, between = re.escape(mark), re.escape(other), f"[{re.escape(SPACES + other)}]"
    pattern = (
        rf"^[+-]?(?:\d*{m}(?!\d{{3}}$)\d+"  # not three digits behind the mark
        rf"|(?:0|\d{{4,}}){m}\d{{3}}"  # no thousands mark stands there
        rf"|\d{{1,3}}(?:{between}\d{{3}})+{m}\d+"  # another mark parts the thousands
        rf"|\d{{1,3}}(?:{o}\d{{3}}){{2,}})$"  # the other mark is there twice
    )
    return len(re.findall(pattern, text, flags=re.MULTILINE))


def _first_doubtful(text: str, mark: str) -> str:
    found = re.search(rf"^[+-]?[1-9]\d{{0,2}}{re.escape(mark)}\d{{3}}$", text, flags=re.MULTILINE)
    return found.group() if found else ""


def date_order(columns: Sequence[Iterable[str]]) -> Reading:
    """Return "day" or "month", whichever comes first in dates such as 31/12/2026."""
    text = "\n".join("\n".join(column) for column in columns)
    pairs = re.findall(r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}", text, flags=re.MULTILINE)
    day_first = sum(int(first) > 12 for first, _ in pairs)
    month_first = sum(int(second) > 12 for _, second in pairs)
    if day_first or month_first:
        return Reading(choice="day" if day_first >= month_first else "month")
    different = next((f"{a}/{b}" for a, b in pairs if int(a) != int(b)), "")
    return Reading(choice="day", doubtful=different)
