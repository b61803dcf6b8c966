"""Read one table: find its file, match its columns, type its cells, list its faults."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.areas import Shapes
from scenarios.config import Config
from scenarios.dialect import Dialect, date_order, decimal_mark
from scenarios.errors import Finding
from scenarios.finding_codes import CODES
from scenarios.parse import as_text, as_typed, blank, type_column
from scenarios.read_columns import match_columns
from scenarios.read_file import RawTable, SourceError, read_raw
from scenarios.read_source import Source, find_source
from scenarios.review import aside_record, finding
from scenarios.tables import BOOLEAN, DATE, INTEGER, LIST, MONTH, NUMBER, ColumnSpec, TableSpec

_UNREADABLE = {
    DATE: "date_unreadable",
    MONTH: "month_unreadable",
    BOOLEAN: "boolean_unreadable",
}


@dataclass(kw_only=True)
class ReadTable:
    """Hold a typed table and what was met while reading it.

    `unreadable` are cells (table, row, column) already reported; `absent` are required columns
    (table, column) the file lacks.
    """

    frame: pd.DataFrame
    file: str = ""
    note: str = "not read"
    rows_read: int = 0
    findings: list[Finding] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)
    unreadable: set[tuple[str, int, str]] = field(default_factory=set)
    absent: set[tuple[str, str]] = field(default_factory=set)
    shapes: Shapes | None = None


def read_table(folder: Path, spec: TableSpec, config: Config) -> ReadTable:
    """Read a table of the workspace; nothing is raised for what is wrong with its file."""
    source, faults = find_source(folder, spec, config)
    table = ReadTable(frame=empty_frame(spec), findings=list(faults))
    if source is None:
        return table
    table.file = source.shown
    mapped = config.columns.get(spec.name, {})
    try:
        raw = read_raw(source, _known_names(spec, mapped))
        _fill(table, raw, spec, config)
        if raw.dialect.kind == "GeoJSON":
            table.shapes = _read_shapes(source, mapped.get("unit_id", "unit_id"))
    except SourceError as error:
        table.findings.append(_about(table, spec, "source_unreadable", str(error)))
    return table


@cache
def empty_frame(spec: TableSpec) -> pd.DataFrame:
    """Return a table without rows, typed."""
    return pd.DataFrame({c.name: as_typed([], c, pd.RangeIndex(0)) for c in spec.columns})


def _known_names(spec: TableSpec, mapped: Mapping[str, str]) -> list[str]:
    return [*(column.name for column in spec.columns), *mapped.values()]


def _about(
    table: ReadTable, spec: TableSpec, code: str, message: str, column: str = "", value: str = ""
) -> Finding:
    return finding(
        code, table=spec.name, file=table.file, message=message, column=column, value=value
    )


def _fill(table: ReadTable, raw: RawTable, spec: TableSpec, config: Config) -> None:
    match = match_columns(raw.header, spec, config.columns.get(spec.name, {}))
    table.rows_read = len(raw.rows) + len(raw.ragged)
    if raw.replaced:
        message = f"{raw.replaced} character(s) cannot be read as {raw.dialect.encoding}"
        table.findings.append(_about(table, spec, "characters_replaced", message))
    if not table.rows_read:
        code = "table_missing" if spec.required else "table_empty"
        table.findings.append(_about(table, spec, code, f"{table.file} has no rows"))
        return
    table.findings += [_about(table, spec, code, text, col) for code, col, text in match.faults]
    required = [c.name for c in spec.columns if c.required]
    table.absent = {(spec.name, name) for name in required if name not in match.positions}
    dialect = _settle(table, raw, spec, match.positions)
    table.note = dialect.note()
    _set_ragged_aside(table, raw, spec, match.positions)
    table.frame = _typed(table, raw, spec, match.positions, dialect, config.workspace.currency)


def _settle(
    table: ReadTable, raw: RawTable, spec: TableSpec, positions: Mapping[str, int]
) -> Dialect:
    """Return the dialect with decimal mark and order of dates, as the cells show them."""

    def texts(names: Iterable[str]) -> list[list[str]]:
        columns = [raw.column(positions[name]) for name in names if name in positions]
        return [[c.strip() for c in column if isinstance(c, str)] for column in columns]

    numbers = [c.name for c in spec.columns if c.kind in {NUMBER, INTEGER}]
    marks = decimal_mark(texts(numbers), texts(["lat_deg", "lon_deg"]), raw.dialect.separator)
    order = date_order(texts([c.name for c in spec.columns if c.kind == DATE]))
    if marks.doubtful:
        word = "decimal comma" if marks.choice == "," else "decimal point"
        message = f"numbers such as {marks.doubtful} are read with a {word}"
        table.findings.append(_about(table, spec, "number_ambiguous", message))
    if order.doubtful:
        message = f"dates such as {order.doubtful} are read day first"
        table.findings.append(_about(table, spec, "date_ambiguous", message))
    return replace(raw.dialect, decimal=marks.choice, day_first=order.choice == "day")


def _set_ragged_aside(
    table: ReadTable, raw: RawTable, spec: TableSpec, positions: Mapping[str, int]
) -> None:
    for line, cells in raw.ragged:
        message = f"{len(cells)} cells under {len(raw.header)} columns"
        known = finding(
            "row_ragged",
            table=spec.name,
            file=table.file,
            row=line,
            value=as_text(cells[0]) if cells else "",
            message=message,
            action="set aside",
        )
        record = {name: cells[at] for name, at in positions.items() if at < len(cells)}
        table.findings.append(known)
        title = CODES["row_ragged"].title
        table.aside.append(aside_record(spec, record, line, "row_ragged", title))


def _typed(
    table: ReadTable,
    raw: RawTable,
    spec: TableSpec,
    positions: Mapping[str, int],
    dialect: Dialect,
    currency: str,
) -> pd.DataFrame:
    index = pd.Index(raw.lines, dtype="int64")
    columns = {}
    for column in spec.columns:
        if column.name not in positions:
            columns[column.name] = as_typed([blank(column)] * len(index), column, index)
            continue
        cells = pd.Series(raw.column(positions[column.name]), index, dtype=object)
        read = type_column(cells, column, dialect, currency)
        _report_unreadable(table, spec, column, cells[read.bad])
        columns[column.name] = read.values
    return pd.DataFrame(columns, index=index)


def _report_unreadable(
    table: ReadTable, spec: TableSpec, column: ColumnSpec, cells: pd.Series
) -> None:
    code = _UNREADABLE.get(column.kind, "number_unreadable")
    kind = "list of numbers" if column.kind == LIST else column.kind
    for row, cell in cells.items():
        value = as_text(cell)
        table.unreadable.add((spec.name, int(str(row)), column.name))
        table.findings.append(
            finding(
                code,
                table=spec.name,
                file=table.file,
                row=int(str(row)),
                column=column.name,
                value=value,
                message=f"'{value}' is not a {kind}",
                action="read as empty" if spec.bulk else "",
            )
        )


def _read_shapes(source: Source, id_column: str) -> Shapes:
    from geodata.shape_files import read_polygons

    try:
        shapes = read_polygons(source.path, id_column)
    except ValueError as error:
        raise SourceError(f"the polygons cannot be used: {error}") from None
    return shapes.rename(columns={id_column: "unit_id"})
