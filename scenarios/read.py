"""Read a workspace: quartier.toml and every table, typed and checked, all findings at once."""

from __future__ import annotations

from pathlib import Path

from scenarios.checks import recheck, run_rules
from scenarios.read_config import read_config
from scenarios.read_table import ReadTable, read_table
from scenarios.review import Review
from scenarios.tables import TABLES
from scenarios.workspace import Workspace

__all__ = ["load_workspace", "recheck"]


def load_workspace(folder: Path) -> Workspace:
    """Read and check the workspace in `folder`.

    Returns
    -------
    The workspace with every finding; `has_errors` says whether it can be planned.

    Raises
    ------
    InputError
        When quartier.toml itself cannot be used, so that nothing else can be read.
    """
    config = read_config(folder)
    read = {spec.name: read_table(folder, spec, config) for spec in TABLES.values()}
    review = Review(
        config=config,
        files={name: table.file for name, table in read.items() if table.file},
        tables={name: table.frame for name, table in read.items()},
        unit_shapes=read["units"].shapes,
        findings=[finding for table in read.values() for finding in table.findings],
        aside=[record for table in read.values() for record in table.aside],
        unreadable={cell for table in read.values() for cell in table.unreadable},
        absent={column for table in read.values() for column in table.absent},
    )
    run_rules(review)
    return Workspace(
        folder=folder,
        config=config,
        tables=review.tables,
        rows_read={name: table.rows_read for name, table in read.items()},
        set_aside=review.set_aside_frame(),
        unit_shapes=review.unit_shapes,
        findings=review.sorted_findings(),
        sources={name: _described(table) for name, table in read.items() if table.file},
    )


def _described(table: ReadTable) -> str:
    return f"{table.file} [{table.note}]"
