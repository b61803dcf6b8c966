"""Write a sourcing story: one folder, whole or not at all, the same bytes for the same input."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from scenarios.calibrate_write import SIGNS_OF_A_FORMULA
from scenarios.sourcing import SourcingStory
from scenarios.store import replaced_folder, runs_folder

DOCUMENT = "sourcing.json"


def write_sourcing(
    story: SourcingStory,
    workspace_folder: Path,
    write_more: Callable[[SourcingStory, Path], None] | None = None,
) -> Path:
    """Write `sourcing.json` and `sourcing_<table>.csv` into the run folder and return it.

    `write_more(story, folder)` adds the report while the folder is not yet visible. A plan that
    failed its check has no tables, so its folder holds the rules it breaks alone.
    """
    target = runs_folder(workspace_folder) / story.run_id
    with replaced_folder(target) as draft:
        text = json.dumps(sourcing_document(story), ensure_ascii=False, indent=2, allow_nan=False)
        (draft / DOCUMENT).write_text(text + "\n", encoding="utf-8")
        for name, frame in story.tables.items():
            _write_table(frame, draft / f"sourcing_{name}.csv")
        if write_more is not None:
            write_more(story, draft)
    return target


def sourcing_document(story: SourcingStory) -> dict[str, Any]:
    """Return the story as plain values that JSON can hold."""
    document = {name: value for name, value in vars(story).items() if name != "tables"}
    document["violations"] = [asdict(each) for each in story.violations]
    document["tables"] = {name: records(frame) for name, frame in story.tables.items()}
    return _plain(document)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dicts; what is missing is None."""
    names = [str(column) for column in frame.columns]
    return [
        {name: _plain(value) for name, value in zip(names, row, strict=True)}
        for row in frame.itertuples(index=False, name=None)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _write_table(frame: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows(
            [_cell(_plain(value)) for value in row]
            for row in frame.itertuples(index=False, name=None)
        )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float | int):
        return f"{value:.10g}" if isinstance(value, float) else str(value)
    text = str(value)
    # A text that starts so would be run by a spreadsheet program.
    return f"'{text}" if text.startswith(SIGNS_OF_A_FORMULA) else text
