"""A workspace that was read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geodata.areas import Shapes
from scenarios.config import Config
from scenarios.errors import Finding, Severity


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """Hold the checked tables of a workspace and what was found in them.

    Attributes
    ----------
    folder
        Where it lies.
    config
        The rules of quartier.toml.
    tables
        Canonical name -> frame with exactly the columns of its specification (a column the file
        lacks is there, empty or at its default), typed by kind: text `str` (missing ""), number
        `float64` (NaN), integer `Int64`, boolean `bool` (missing False), date `datetime64`,
        month and period `str` YYYY-MM or YYYY, list `tuple[str, ...]`. The index is the line in
        the source file (header = 1). A table that is absent is an empty frame. Repairs are done;
        rows that were set aside are gone from here and listed in `set_aside`.
    rows_read
        Rows in each source table, with those a scenario adds and without those it drops; rows
        read = rows in `tables` + rows set aside.
    set_aside
        Columns table, id, name, code, reason, row.
    unit_shapes
        Polygons of the units (columns unit_id, geometry, EPSG:4326), None when there are none.
    findings
        Everything found, sorted.
    sources
        Table -> file name (relative) and how it is written, as in
        "accounts.csv [semicolon, decimal comma, cp1252]".
    """

    folder: Path
    config: Config
    tables: Mapping[str, pd.DataFrame]
    rows_read: Mapping[str, int]
    set_aside: pd.DataFrame
    unit_shapes: Shapes | None
    findings: tuple[Finding, ...]
    sources: Mapping[str, str]

    @property
    def has_errors(self) -> bool:
        """Say whether any finding rejects the workspace."""
        return any(f.severity is Severity.ERROR for f in self.findings)

    def file_of(self, table: str) -> str:
        """Return the file a table was read from, the table's name when it has none."""
        return self.sources.get(table, table).rsplit(" [", 1)[0]
