"""Choose how the main job runs: by direct calls, or as a Prefect flow."""

from __future__ import annotations

import os
from pathlib import Path

from flows.settings import configure
from optimizer.result import Cancelled, OnProgress, Progress
from reports.publish import publish
from scenarios.decide import Request, Watch
from scenarios.outcome import Outcome
from scenarios.run import make_outcome


def run_plan(
    request: Request,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
    force_prefect: bool = False,
) -> tuple[Outcome, Path]:
    """Plan, check and publish; through Prefect when a server is configured or asked for.

    Without a server a flow would start one of its own, which costs more processor time than
    the plan of a small workspace (docs/adr/0003-prefect.md).
    """
    watch = Watch(on_progress=on_progress, cancelled=cancelled)
    if force_prefect or os.environ.get("PREFECT_API_URL"):
        configure(request.folder)
        from flows.plan import run_flow

        return run_flow(request, watch)
    return run_directly(request, watch)


def run_directly(request: Request, watch: Watch) -> tuple[Outcome, Path]:
    """Plan, check and publish in this process."""
    outcome = make_outcome(request, watch)
    if watch.on_progress:
        watch.on_progress(Progress(stage="report", message="writing the run folder"))
    return outcome, publish(outcome, request.folder)
