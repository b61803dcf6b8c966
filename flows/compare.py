"""Plan several scenarios side by side: threads, since the solvers leave the interpreter free."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.engine import run_directly
from optimizer.result import SOLVER_THREAD, Cancelled, OnProgress, Progress
from reports.comparison import comparison_rows, comparison_text, write_comparison
from scenarios.decide import Request, Watch
from scenarios.outcome import Outcome
from scenarios.overlay import BASE, scenario_names
from scenarios.read import load_workspace
from scenarios.store import replaced_folder, runs_folder


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Hold the outcomes compared, the baseline first, and where the pages are.

    `left_out` names the scenarios that had not begun when the run was stopped.
    """

    outcomes: tuple[Outcome, ...]
    left_out: tuple[str, ...]
    folder: Path
    text: str

    def as_json(self) -> dict[str, Any]:
        """Return the table as plain values."""
        return {
            "folder": str(self.folder),
            "baseline": self.outcomes[0].scenario if self.outcomes else "",
            "scenarios": comparison_rows(self.outcomes),
            "left_out": list(self.left_out),
        }


def compare_scenarios(
    request: Request,
    names: Sequence[str],
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Comparison:
    """Plan the named scenarios (none: base and all of the workspace) and compare them."""
    chosen = tuple(names) or (BASE, *scenario_names(load_workspace(request.folder)))
    requests = [replace(request, scenario=name) for name in dict.fromkeys(chosen)]
    found = _side_by_side(requests, on_progress, cancelled)
    outcomes = tuple(outcome for outcome in found if outcome is not None)
    pairs = zip(requests, found, strict=True)
    folder = _folder(request, outcomes)
    with replaced_folder(folder) as draft:
        write_comparison(outcomes, draft)
    return Comparison(
        outcomes=outcomes,
        left_out=tuple(each.scenario for each, outcome in pairs if outcome is None),
        folder=folder,
        text=comparison_text(outcomes),
    )


def _side_by_side(
    requests: Sequence[Request], on_progress: OnProgress | None, cancelled: Cancelled | None
) -> list[Outcome | None]:
    """Return the outcomes in order; None for what had not begun when the run was stopped."""

    def begin(place: int) -> Outcome | None:
        # The baseline is planned in any case: a comparison needs it.
        if place and cancelled is not None and cancelled():
            return None
        return _run(requests[place], on_progress, cancelled)

    workers = min(len(requests), os.cpu_count() or 1)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix=SOLVER_THREAD)
    runs = [pool.submit(begin, place) for place in range(len(requests))]
    wait = True
    try:
        return [run.result() for run in runs]
    except KeyboardInterrupt:
        # The second Ctrl-C: nobody waits for what is under way, which ends with the process.
        wait = False
        raise
    finally:
        pool.shutdown(wait=wait, cancel_futures=True)


def _run(request: Request, on_progress: OnProgress | None, cancelled: Cancelled | None) -> Outcome:
    def tell(progress: Progress) -> None:
        if on_progress:
            on_progress(replace(progress, stage=f"{request.scenario} {progress.stage}"))

    outcome, _ = run_directly(request, Watch(on_progress=tell, cancelled=cancelled))
    return outcome


def _folder(request: Request, outcomes: tuple[Outcome, ...]) -> Path:
    runs = "\n".join(outcome.run_id for outcome in outcomes)
    digest = hashlib.sha256(runs.encode()).hexdigest()[:10]
    return runs_folder(request.folder) / f"compare-{digest}"
