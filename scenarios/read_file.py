"""Read the cells of a CSV, XLSX, Parquet or GeoJSON file, typing nothing yet."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scenarios.dialect import Dialect, decode, separator_of
from scenarios.read_source import Source

LARGEST_BYTES = 500_000_000
LARGEST_CELLS = 50_000_000
_LONGEST_RECORD_LINES = 100
_TEXT_CONTROLS = b"\t\n\r\x0b\x0c\x1a\x1b"


class SourceError(ValueError):
    """Say why a file cannot be read as a table."""


@dataclass(kw_only=True)
class RawTable:
    """Hold a table as it stands in its file.

    `lines` are line numbers (sheet rows), one for each of `rows`; `ragged` rows have another
    number of cells than the header. `replaced` counts characters that could not be read.
    """

    header: tuple[str, ...]
    rows: list[list[Any]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    ragged: list[tuple[int, list[Any]]] = field(default_factory=list)
    dialect: Dialect
    replaced: int = 0

    def column(self, position: int) -> list[Any]:
        """Return the cells of one column."""
        return [row[position] for row in self.rows]


def read_raw(source: Source, known: Iterable[str]) -> RawTable:
    """Return the cells of a file; `known` column names help to find the separator.

    Raises
    ------
    SourceError
        When it cannot be read as a table; the message says why.
    """
    readers = {".xlsx": _read_xlsx, ".parquet": _read_parquet}
    readers |= {".geojson": _read_geojson, ".json": _read_geojson}
    try:
        if source.path.stat().st_size > LARGEST_BYTES:
            raise SourceError("the file is larger than 500 MB")
        reader = readers.get(source.path.suffix.lower())
        return reader(source) if reader else _read_csv(source.path, known)
    except (OSError, MemoryError) as error:
        raise SourceError(f"the file cannot be opened ({type(error).__name__})") from None


def _read_csv(path: Path, known: Iterable[str]) -> RawTable:
    data = path.read_bytes()
    if _is_binary(data):
        raise SourceError("the file is not text")
    text, encoding, replaced = decode(data)
    head = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    separator = separator_of(head, known)
    dialect = Dialect(encoding=encoding, separator=separator)
    try:
        records = list(_records(text, separator, strict=True))
    except csv.Error:
        records = list(_records(text, separator, strict=False))
    return _as_table(records, dialect, replaced)


def _is_binary(data: bytes) -> bool:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    head = data[:65536]
    return b"\x00" in data or sum(b < 32 and b not in _TEXT_CONTROLS for b in head) > 4


def _records(text: str, separator: str, *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)
    start = 1
    try:
        for cells in reader:
            if reader.line_num - start >= _LONGEST_RECORD_LINES:
                raise SourceError(f"a quote opened in line {start} is not closed")
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise SourceError(f"a quote opened in line {start} or later is not closed") from None
        if strict:
            raise
        raise SourceError(f"line {start}: {error}") from None


def _as_table(
    records: Iterable[tuple[int, list[Any]]], dialect: Dialect, replaced: int = 0
) -> RawTable:
    """Split the header from the rows; rows without any value are no rows."""
    filled = ((line, cells) for line, cells in records if any(not _blank(c) for c in cells))
    _, names = next(filled, (0, []))
    header = tuple("" if name is None else str(name).strip() for name in names)
    table = RawTable(header=header, dialect=dialect, replaced=replaced)
    width = len(header)
    for line, cells in filled:
        surplus = cells[width:]
        if len(cells) < width or any(not _blank(cell) for cell in surplus):
            table.ragged.append((line, cells))
        else:
            table.rows.append(cells[:width] if surplus else cells)
            table.lines.append(line)
    return table


def _blank(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _read_xlsx(source: Source) -> RawTable:
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_oversized(source.path)
    try:
        with CalamineWorkbook.from_path(str(source.path)) as book:
            names = book.sheet_names
            if source.sheet and source.sheet not in names:
                raise SourceError(f"there is no sheet '{source.sheet}' but {', '.join(names)}")
            if not names:
                raise SourceError("the workbook has no sheet")
            chosen = source.sheet or _sheet(names, source.path.stem)
            rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    except SourceError:
        raise
    except (CalamineError, OSError, ValueError) as error:
        raise SourceError(f"the workbook is damaged ({error})") from None
    dialect = Dialect(kind=f"XLSX, sheet {chosen}", separator="")
    return _as_table(enumerate(rows, start=1), dialect)


def _sheet(names: list[str], table: str) -> str:
    return table if table in names else names[0]


def _refuse_oversized(path: Path) -> None:
    """Refuse workbooks that unpack to more than fits: a sheet is held as a full rectangle."""
    try:
        with zipfile.ZipFile(path) as book:
            if sum(item.file_size for item in book.infolist()) > 4 * LARGEST_BYTES:
                raise SourceError("the workbook unpacks to more than 2 GB")
            for name in book.namelist():
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _refuse_wide(book.read(name))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise SourceError("the file is not an XLSX workbook") from None


def _refuse_wide(sheet: bytes) -> None:
    rows = [int(number) for number in re.findall(rb'\sr="[A-Z]*(\d{5,7})"', sheet)]
    letters = re.findall(rb'\sr="([A-Z]{2,3})\d', sheet)
    width = max((_column_number(name) for name in set(letters)), default=26)
    if max(rows, default=9_999) * width > LARGEST_CELLS:
        raise SourceError("a sheet spans more than 50 million cells; remove stray cells far out")


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _read_parquet(source: Source) -> RawTable:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(source.path) as file:
            if file.metadata.num_rows * max(1, file.metadata.num_columns) > LARGEST_CELLS:
                raise SourceError("the file holds more than 50 million cells")
            table = file.read()
        columns = [table.column(i).to_pylist() for i in range(table.num_columns)]
    except (pa.ArrowException, OSError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError("the file is not Parquet, or is damaged") from None
    header = [str(name) for name in table.column_names]
    rows = [list(cells) for cells in zip(*columns, strict=True)]
    records = enumerate([header, *rows], start=1)
    return _as_table(records, Dialect(kind="Parquet", separator=""))


def _read_geojson(source: Source) -> RawTable:
    """Return the properties of the features; feature 1 counts as line 2."""
    try:
        document = json.loads(source.path.read_bytes())
    except (ValueError, RecursionError):
        raise SourceError("the file is not JSON") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise SourceError("the file is not a GeoJSON FeatureCollection")
    found = [
        feature.get("properties") if isinstance(feature, dict) else None for feature in features
    ]
    properties = [item if isinstance(item, dict) else {} for item in found]
    header = list(dict.fromkeys(str(key) for item in properties for key in item))
    rows = [[item.get(name) for name in header] for item in properties]
    table = RawTable(header=tuple(header), dialect=Dialect(kind="GeoJSON", separator=""))
    table.rows, table.lines = rows, list(range(2, len(rows) + 2))
    return table
