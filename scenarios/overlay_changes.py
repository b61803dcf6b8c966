"""Apply one change of a scenario to the tables: set, scale, add, drop or append."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

import numpy as np
import pandas as pd

from scenarios.errors import UsageError
from scenarios.parse import blank
from scenarios.tables import BOOLEAN, DATE, INTEGER, LIST, NUMBER, TABLES, ColumnSpec, TableSpec

VERBS = ("set", "scale", "add", "drop", "append")


@dataclass(frozen=True, kw_only=True)
class Change:
    """Hold one change: the rows it concerns and its one verb with its argument."""

    table: str
    where: Mapping[str, Any]
    verb: str
    argument: Any

    @classmethod
    def from_toml(cls, scenario: str, item: Any) -> Change:
        """Read a change; UsageError names what is wrong with it."""
        given = item if isinstance(item, dict) else {}
        verbs = [verb for verb in VERBS if verb in given]
        unknown = sorted(set(given) - {"table", "where", *VERBS})
        if unknown or len(verbs) != 1 or str(given.get("table")) not in TABLES:
            raise UsageError(
                f"scenario '{scenario}': a change needs a known table and one of "
                f"{', '.join(VERBS)}; got {item!r}"
            )
        verb, where, argument = verbs[0], given.get("where", {}), given[verbs[0]]
        if not isinstance(where, dict) or not _argument_fits(verb, argument):
            raise UsageError(
                f"scenario '{scenario}': where, set, scale and add are given as "
                f"{{ column = value }}, append as one such row or a list of them, drop as true; "
                f"got {item!r}"
            )
        return cls(table=str(given["table"]), where=where, verb=verb, argument=argument)


def _argument_fits(verb: str, argument: Any) -> bool:
    if verb == "drop":
        return argument is True
    rows = argument if verb == "append" and isinstance(argument, list) else [argument]
    return all(isinstance(row, dict) for row in rows)


@dataclass
class Log:
    """Collect what was changed, what could not be, and which cells are taken."""

    rows: list[list[str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    taken: set[tuple[str, str, str]] = field(default_factory=set)


def apply_change(tables: dict[str, pd.DataFrame], change: Change, log: Log) -> None:
    """Put a changed copy of the table in `tables`; faults go to the log, nothing is raised."""
    frame, spec = tables[change.table], TABLES[change.table]
    if change.verb == "append":
        tables[change.table] = _appended(frame, spec, change.argument, log)
        return
    rows = _matching(frame, spec, change.where, log)
    if rows is None:
        return
    if change.verb == "drop":
        log.rows += [[spec.name, _key(spec, row), "(row)", "there", "dropped"] for row in rows]
        tables[change.table] = frame.drop(index=[row.name for row in rows])
        return
    tables[change.table] = _with_cells(frame, spec, rows, change, log)


def _matching(
    frame: pd.DataFrame, spec: TableSpec, where: Mapping[str, Any], log: Log
) -> list[pd.Series] | None:
    unknown = [column for column in where if column not in frame.columns]
    if unknown:
        log.faults.append(f"{spec.name} has no column {', '.join(unknown)}")
        return None
    mask = pd.Series(True, index=frame.index)
    for column, value in where.items():
        wanted = value if isinstance(value, list) else [value]
        mask &= frame[column].isin(wanted)
    if not mask.any():
        log.faults.append(f"a change of {spec.name} where {dict(where)} matches no row")
        return None
    return [row for _, row in frame[mask].iterrows()]


def _with_cells(
    frame: pd.DataFrame, spec: TableSpec, rows: list[pd.Series], change: Change, log: Log
) -> pd.DataFrame:
    changed = frame.copy()
    for column, argument in dict(change.argument).items():
        if column not in frame.columns:
            log.faults.append(f"{spec.name} has no column {column}")
            continue
        for row in rows:
            _change_cell(changed, spec, row, column, change.verb, argument, log)
    return changed


def _change_cell(
    changed: pd.DataFrame,
    spec: TableSpec,
    row: pd.Series,
    column: str,
    verb: str,
    argument: Any,
    log: Log,
) -> None:
    cell = (spec.name, str(row.name), column)
    if cell in log.taken:
        log.faults.append(f"{spec.name} {_key(spec, row)} {column} is changed twice")
        return
    log.taken.add(cell)
    before = row[column]
    after = _value_after(spec.column(column), before, verb, argument, log)
    changed.at[row.name, column] = after
    log.rows.append([spec.name, _key(spec, row), column, _shown(before), _shown(after)])


def _value_after(spec: ColumnSpec, before: Any, verb: str, argument: Any, log: Log) -> Any:
    if verb == "set":
        return _typed(spec, argument, log)
    if spec.kind not in {NUMBER, INTEGER} or not _is_number(argument):
        log.faults.append(f"{verb} needs a number column and a number: {spec.name} = {argument!r}")
        return before
    after = before * argument if verb == "scale" else before + argument
    # One rounding, so that 0.1 added thrice does not show as 0.30000000000000004 in the log.
    return float(f"{after:.12g}") if spec.kind == NUMBER else round(after)


def _typed(spec: ColumnSpec, value: Any, log: Log) -> Any:
    converted = _convert(spec.kind, value)
    if converted is None:
        log.faults.append(f"{spec.name} is a {spec.kind}, not {value!r}")
    elif spec.choices and value not in spec.choices:
        log.faults.append(f"{spec.name} is one of {', '.join(spec.choices)}, not {value!r}")
    return converted


def _convert(kind: str, value: Any) -> Any:
    if kind == NUMBER:
        return float(value) if _is_number(value) else None
    if kind == INTEGER:
        return value if isinstance(value, int) and not isinstance(value, bool) else None
    if kind == BOOLEAN:
        return value if isinstance(value, bool) else None
    if kind == LIST:
        return tuple(map(str, value)) if isinstance(value, list) else None
    if kind == DATE:
        stamp = pd.to_datetime(str(value), format="%Y-%m-%d", errors="coerce")
        return None if pd.isna(stamp) else stamp
    return value if isinstance(value, str) else None


def _appended(frame: pd.DataFrame, spec: TableSpec, items: Any, log: Log) -> pd.DataFrame:
    items = items if isinstance(items, list) else [items]
    rows = [_new_row(spec, item, log) for item in items]
    if log.faults:
        return frame
    # Appended rows have no line in a file: they are numbered on from the last one.
    start = int(frame.index.max()) + 1 if len(frame) else 2
    added = pd.DataFrame(rows, index=range(start, start + len(rows)), columns=list(frame.columns))
    added = added.astype(frame.dtypes.to_dict()) if len(frame) else added
    log.rows += [[spec.name, _key(spec, row), "(row)", "", "added"] for _, row in added.iterrows()]
    return pd.concat([frame, added]) if len(frame) else added


def _new_row(spec: TableSpec, item: Mapping[str, Any], log: Log) -> dict[str, Any]:
    known = {column.name: column for column in spec.columns}
    unknown = sorted(set(item) - set(known))
    missing = [c.name for c in spec.columns if c.required and c.name not in item]
    if unknown:
        log.faults.append(f"a row added to {spec.name} has unknown column(s) {', '.join(unknown)}")
    if missing:
        log.faults.append(f"a row added to {spec.name} lacks {', '.join(missing)}")
    return {
        name: _typed(column, item[name], log) if name in item else _unsaid(column)
        for name, column in known.items()
    }


def _unsaid(spec: ColumnSpec) -> Any:
    return blank(spec) if spec.default is None else spec.default


def _key(spec: TableSpec, row: pd.Series) -> str:
    parts = [str(row[column]) for column in spec.key if column in row.index]
    return " / ".join(part for part in parts if part) or f"row {row.name}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "|".join(value)
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.12g}"
    return "" if value is pd.NaT or value is pd.NA else str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
