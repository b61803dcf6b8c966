"""`quartier calibrate`: rates from history, beside the tables of the workspace."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.exits import write, write_json
from flows.progress import say

Folder = Annotated[Path, typer.Argument(help="folder of the workspace", metavar="DIR")]
Until = Annotated[
    str,
    typer.Option(
        help="last month known, YYYY-MM (default: the last of the history)", metavar="MONTH"
    ),
]
Backtest = Annotated[
    int,
    typer.Option(
        min=0,
        max=60,
        help="months held back: fitted without them, then forecast and compared",
        metavar="MONTHS",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")]


def calibrate(
    folder: Folder, until: Until = "", backtest: Backtest = 0, as_json: Json = False
) -> None:
    """Estimate rates, lags and minutes from history; write them beside your tables, not over."""
    from reports.calibration_text import calibration_json, calibration_text
    from reports.text import findings_table
    from scenarios.calibrate import calibrate as calibrate_workspace
    from scenarios.calibrate_write import write_calibration
    from scenarios.read import load_workspace

    workspace = load_workspace(folder)
    found = calibrate_workspace(workspace, until, backtest)
    files = write_calibration(workspace, found)
    if as_json:
        write_json({**calibration_json(found), "files": [str(path) for path in files]})
        return
    own = [f for f in found.findings if f.table in {"opportunities", "activities", "process"}]
    if own:
        say(findings_table(own, 3))
    write(calibration_text(found))
    for path in files:
        write(f"Written: {path}")
