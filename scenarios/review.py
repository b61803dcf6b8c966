"""A workspace under review: tables that rules may mend, and what they found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import pandas as pd

from geodata.areas import Shapes
from scenarios.config import Config
from scenarios.errors import Finding
from scenarios.finding_codes import CODES
from scenarios.parse import as_text, as_typed, blank
from scenarios.tables import TABLES, TableSpec

SET_ASIDE_COLUMNS = ["table", "id", "name", "code", "reason", "row"]
_ORDER = attrgetter(*Finding.__dataclass_fields__)


@dataclass
class Review:
    """Hold typed tables while they are checked.

    `files` maps a table to its file. `tables` are replaced, never changed in place, so the
    frames of a workspace that is checked again stay as they are. `unreadable` marks cells
    (table, row, column) that were reported while reading, so that they are reported once;
    `absent` are required columns (table, column) that the file lacks, reported as such.
    """

    config: Config
    files: Mapping[str, str]
    tables: dict[str, pd.DataFrame]
    unit_shapes: Shapes | None = None
    findings: list[Finding] = field(default_factory=list)
    aside: list[dict[str, Any]] = field(default_factory=list)
    unreadable: set[tuple[str, int, str]] = field(default_factory=set)
    absent: set[tuple[str, str]] = field(default_factory=set)
    holders: tuple[tuple[pd.DataFrame, ...], pd.DataFrame] | None = field(default=None, init=False)
    """Who can hold a territory, behind the tables that it was told from (`scenarios.seats`)."""

    def flag(
        self,
        code: str,
        table: str,
        rows: pd.Index,
        column: str = "",
        message: str | Sequence[str] = "",
        action: str | Sequence[str] = "",
        values: Sequence[object] | None = None,
    ) -> None:
        """Report `code` for every row of `rows`; an action says that the data were changed.

        `message` and `action` are one for all rows or one a row; `values` are the cells of
        `column` when not given.
        """
        if not len(rows):
            return
        if values is None:
            frame = self.tables[table]
            values = frame.loc[rows, column].tolist() if column else [""] * len(rows)
        messages = [message] * len(rows) if isinstance(message, str) else message
        actions = [action] * len(rows) if isinstance(action, str) else action
        for row, cell, text, done in zip(rows, values, messages, actions, strict=True):
            self.findings.append(
                finding(
                    code,
                    table=table,
                    file=self.files.get(table, table),
                    row=int(row),
                    column=column,
                    value=as_text(cell),
                    message=text,
                    action=done,
                )
            )

    def flag_whole(self, code: str, table: str, message: str, column: str = "") -> None:
        """Report `code` for a table as a whole; "" is quartier.toml."""
        file = self.files.get(table, table) if table else "quartier.toml"
        self.findings.append(finding(code, table=table, file=file, column=column, message=message))

    def set_aside(
        self,
        code: str,
        table: str,
        rows: pd.Index,
        column: str = "",
        message: str | Sequence[str] = "",
        *,
        silently: bool = False,
    ) -> None:
        """Report rows and take them out of their table; `silently` when they were reported."""
        if not len(rows):
            return
        if not silently:
            self.flag(code, table, rows, column, message, action="set aside")
        frame, spec = self.tables[table], TABLES[table]
        reason = CODES[code].title
        for row, record in zip(rows, frame.loc[rows].to_dict("records"), strict=True):
            self.aside.append(aside_record(spec, record, int(row), code, reason))
        self.tables[table] = frame.drop(index=rows)

    def put(self, table: str, rows: pd.Index, column: str, values: Any) -> None:
        """Write values (one, or one a row) into a column of the rows."""
        if len(rows):
            series = self.tables[table][column].copy()
            series.loc[rows] = values
            self.tables[table] = self.tables[table].assign(**{column: series})

    def empty(self, table: str, rows: pd.Index, column: str) -> None:
        """Empty the cells of a column; they count as reported."""
        self.unreadable |= {(table, int(row), column) for row in rows}
        spec = TABLES[table].column(column)
        series = self.tables[table][column]
        gone = series.index.isin(rows)
        values = [blank(spec) if g else v for g, v in zip(gone, series.tolist(), strict=True)]
        typed = as_typed(values, spec, series.index)
        self.tables[table] = self.tables[table].assign(**{column: typed})

    def sorted_findings(self) -> tuple[Finding, ...]:
        """Return each finding once, in the order of file, row, column and code."""
        return tuple(sorted(dict.fromkeys(self.findings), key=_ORDER))

    def set_aside_frame(self) -> pd.DataFrame:
        """Return what was set aside, in the order of table and row."""
        frame = pd.DataFrame(self.aside, columns=SET_ASIDE_COLUMNS)
        text = dict.fromkeys(SET_ASIDE_COLUMNS[:-1], "str")
        return frame.astype({**text, "row": "int64"}).sort_values(
            ["table", "row", "code"], ignore_index=True
        )


def finding(
    code: str,
    *,
    table: str,
    file: str,
    message: str,
    row: int = 0,
    column: str = "",
    value: str = "",
    action: str = "",
    remedy: str = "",
) -> Finding:
    """Return a finding with the severity and remedy of the register."""
    known = CODES[code]
    return Finding(
        file=file,
        row=row,
        column=column,
        code=code,
        severity=known.severity_in(table),
        table=table,
        value=value,
        message=message or known.title,
        remedy=remedy or known.remedy,
        action=action,
    )


def aside_record(
    spec: TableSpec, record: Mapping[Any, Any], row: int, code: str, reason: str
) -> dict[str, Any]:
    """Return a row of `Workspace.set_aside`."""
    key = " / ".join(filter(None, (as_text(record.get(c, "")) for c in spec.key)))
    name = as_text(record.get("name", ""))
    return {
        "table": spec.name,
        "id": key,
        "name": name,
        "code": code,
        "reason": reason,
        "row": row,
    }


def listed(items: Iterable[object], most: int = 5) -> str:
    """Return the items parted by commas, the first `most` and how many more."""
    texts = [str(item) for item in items]
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(texts[:most]) + more
