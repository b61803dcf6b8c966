"""`quartier source`: hire, train, contract out or leave undone, before the demand is known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from flows.exits import INTERRUPTED, NO_PLAN, PLANNED, REJECTED, write, write_json
from flows.progress import Listener, stop_on_interrupt

Folder = Annotated[Path, typer.Argument(help="folder of the workspace", metavar="DIR")]
Scenario = Annotated[str, typer.Option(help="scenario to lay over the workspace")]
Seconds = Annotated[
    float | None, typer.Option(min=1, help="wall-clock limit of each solve (default: the rules')")
]
Gap = Annotated[
    float | None, typer.Option(min=0, help="gap at which it may stop, ratio (default: the rules')")
]
Seed = Annotated[int, typer.Option(min=0, help="seed of the searches")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object on stdout")]


def source(
    folder: Folder,
    scenario: Scenario = "base",
    seconds: Seconds = None,
    gap: Gap = None,
    seed: Seed = 1,
    as_json: Json = False,
) -> None:
    """Decide on hires, training, contracts and tools under uncertain demand; say what it is worth.

    Writes report.html, sourcing.json and its tables into the run folder.
    """
    from reports.page_source import write_sourcing_report
    from reports.sourcing_text import sourcing_text
    from scenarios.decide import Request, Watch
    from scenarios.sourcing import source_workspace
    from scenarios.sourcing_write import sourcing_document, write_sourcing

    request = Request(folder=folder, scenario=scenario, seconds=seconds, seed=seed)
    with Listener(quiet=as_json) as listener, stop_on_interrupt() as cancelled:
        story = source_workspace(request, Watch(on_progress=listener, cancelled=cancelled), gap)
    written = write_sourcing(story, folder, write_sourcing_report)
    if as_json:
        write_json({**sourcing_document(story), "run_folder": str(written)})
    else:
        write(sourcing_text(story))
        write(f"Written: {written}")
    codes = {"planned": PLANNED, "interrupted": INTERRUPTED, "no_plan": NO_PLAN}
    sys.exit(codes.get(story.state, REJECTED))
