"""The main job: read, overlay, decide, check, and put the outcome together.

The steps are plain functions; flows/ runs the same ones as Prefect tasks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from optimizer.result import Progress
from optimizer.verify import Violation
from scenarios.assemble import assemble
from scenarios.check_plan import check_decision
from scenarios.decide import (
    Decision,
    Request,
    SolveStaffing,
    SolveTerritories,
    Watch,
    decide,
    solve_staffing_of,
    solve_territories_of,
    without_levers_left_out,
)
from scenarios.errors import InputError
from scenarios.outcome import Outcome
from scenarios.overlay import BASE, Overlaid, apply_scenario
from scenarios.provenance import now
from scenarios.read import load_workspace, recheck
from scenarios.refine_roles import refine_decision
from scenarios.workspace import Workspace


def read_workspace(request: Request) -> Workspace:
    """Return the checked workspace of a request.

    Raises
    ------
    InputError
        When a finding is an error; it carries all findings.
    """
    return _without_errors(load_workspace(request.folder))


def lay_scenario(workspace: Workspace, request: Request) -> Overlaid:
    """Return the workspace under the request's scenario, checked again.

    Raises
    ------
    UsageError
        When the scenario is unknown or cannot be laid over this workspace.
    InputError
        When the changed tables no longer fit together.
    """
    overlaid = apply_scenario(workspace, request.scenario)
    if overlaid.scenario == BASE:
        return overlaid
    rechecked = _without_errors(recheck(overlaid.workspace))
    return Overlaid(
        scenario=overlaid.scenario,
        title=overlaid.title,
        workspace=rechecked,
        changes=overlaid.changes,
    )


def _without_errors(workspace: Workspace) -> Workspace:
    if workspace.has_errors:
        raise InputError(workspace.findings)
    return workspace


@dataclass(frozen=True, kw_only=True)
class Steps:
    """Name the steps of the main job, so that an engine can wrap each of them."""

    read: Callable[[Request], Workspace] = read_workspace
    lay: Callable[[Workspace, Request], Overlaid] = lay_scenario
    territories: SolveTerritories = solve_territories_of
    staffing: SolveStaffing = solve_staffing_of
    check: Callable[[Workspace, Decision], tuple[Violation, ...]] = check_decision
    assemble: Callable[..., Outcome] = assemble


def make_outcome(request: Request, watch: Watch, steps: Steps | None = None) -> Outcome:
    """Plan a workspace and return the checked outcome; nothing is written."""
    steps = steps or Steps()
    started = now()
    _tell(watch, "read", f"reading {request.folder.resolve().name}")
    workspace = steps.read(request)
    overlaid = steps.lay(workspace, request)
    told = without_levers_left_out(overlaid.workspace, request)
    overlaid = replace(overlaid, workspace=told)
    decision = decide(overlaid.workspace, request, watch, steps.territories, steps.staffing)
    decision = refine_decision(overlaid.workspace, decision, request, watch)
    _tell(watch, "check", "checking every rule again")
    violations = steps.check(overlaid.workspace, decision)
    interrupted = watch.is_cancelled()
    return steps.assemble(request, overlaid, decision, violations, started, interrupted, watch)


def _tell(watch: Watch, stage: str, message: str) -> None:
    if watch.on_progress:
        watch.on_progress(Progress(stage=stage, message=message))
