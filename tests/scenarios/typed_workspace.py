"""Build a small checked workspace in memory, without files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.config import Config
from scenarios.tables import BOOLEAN, DATE, INTEGER, LIST, NUMBER, TABLES, TableSpec
from scenarios.workspace import Workspace

CONFIG = {
    "workspace": {"name": "Test"},
    "horizon": {"first_month": "2027-01", "months": 2},
    "segments": {
        "gold": {"revenue_per_deal_eur": 10, "visits_per_year": 4, "hours_per_visit": 2},
        "bronze": {"revenue_per_deal_eur": 5, "visits_per_year": 1, "hours_per_visit": 1},
    },
}
BLANK = {NUMBER: np.nan, INTEGER: pd.NA, BOOLEAN: False, DATE: pd.NaT, LIST: ()}
DTYPE = {
    NUMBER: "float64",
    INTEGER: "Int64",
    BOOLEAN: "bool",
    DATE: "datetime64[us]",
    LIST: "object",
}
ROWS = {
    "reps": [
        {"rep_id": "R1", "name": "Ann", "pool": "east", "kind": "field", "fte": 1.0},
        {"rep_id": "R2", "name": "Bob", "pool": "east", "kind": "inside", "fte": 1.0},
    ],
    "targets": [
        {"month": "2027-01", "segment": "gold", "revenue_eur": 100.0},
        {"month": "2027-02", "segment": "bronze", "revenue_eur": 50.0},
    ],
}


def typed_frame(spec: TableSpec, rows: list[dict]) -> pd.DataFrame:
    """Return rows as the reader types them; the index is the line in the file."""
    columns = {
        c.name: pd.Series(
            [row.get(c.name, BLANK.get(c.kind, "")) for row in rows],
            index=range(2, len(rows) + 2),
            dtype=DTYPE.get(c.kind, "str"),
        )
        for c in spec.columns
    }
    return pd.DataFrame(columns)


def make_workspace(folder: Path, **changes: list[dict]) -> Workspace:
    """Return a workspace with two reps and two targets; tables by name replace the rows."""
    rows = {**ROWS, **changes}
    tables = {name: typed_frame(spec, rows.get(name, [])) for name, spec in TABLES.items()}
    return Workspace(
        folder=folder,
        config=Config.model_validate(CONFIG),
        tables=tables,
        rows_read={name: len(frame) for name, frame in tables.items()},
        set_aside=pd.DataFrame(columns=["table", "id", "name", "code", "reason", "row"]),
        unit_shapes=None,
        findings=(),
        sources={},
    )
