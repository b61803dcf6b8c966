"""The main job as a Prefect flow: a task is a decorator and one call.

Without Prefect, call `scenarios.run.make_outcome` and `reports.publish.publish`. Reading is
retried, since files and databases can be away for a moment; solving is not, since it would only
take the time again. Frames go from task to task by reference and are never cached.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_link_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import State
from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Failed
from prefect.utilities.annotations import quote

from reports.publish import publish
from scenarios.assemble import assemble
from scenarios.check_plan import check_decision
from scenarios.decide import Request, Watch, solve_staffing_of, solve_territories_of
from scenarios.errors import QuartierError
from scenarios.outcome import NO_PLAN, REJECTED, Outcome
from scenarios.run import Steps, lay_scenario, make_outcome, read_workspace

FLOW_NAME = "quartier-plan"


@dataclass
class _Session:
    """Carry what does not belong in flow parameters: the listener, and what came out."""

    watch: Watch = field(default_factory=Watch)
    folder: Path | None = None
    outcome: Outcome | None = None


_SESSION: ContextVar[_Session | None] = ContextVar("session", default=None)


def _not_the_users_fault(_task: Any, _run: Any, state: State) -> bool:
    """Say whether trying again could help: wrong input stays wrong."""
    error = state.data if isinstance(state.data, Exception) else getattr(state.data, "result", None)
    return not isinstance(error, QuartierError)


def _as_task(name: str, function: Callable[..., Any], retries: int = 0) -> Callable[..., Any]:
    wrapped = task(
        name=name,
        retries=retries,
        retry_delay_seconds=2,
        retry_condition_fn=_not_the_users_fault if retries else None,
        cache_policy=NO_CACHE,
        persist_result=False,
    )(function)
    # Quoted, so that Prefect does not walk the tables in search of futures.
    return lambda *arguments: wrapped(*(quote(argument) for argument in arguments))


def flow_steps() -> Steps:
    """Return the steps of the main job, each wrapped as a task."""
    return Steps(
        read=_as_task("read", read_workspace, retries=2),
        lay=_as_task("lay-scenario", lay_scenario),
        territories=_as_task("territories", solve_territories_of),
        staffing=_as_task("staffing", solve_staffing_of),
        check=_as_task("check", check_decision),
        assemble=_as_task("assemble", assemble),
    )


@flow(name=FLOW_NAME, validate_parameters=False, persist_result=False)
def plan_workspace(
    folder: str,
    scenario: str = "base",
    seconds: float | None = None,
    seed: int = 1,
    adopt: str = "",
) -> Any:
    """Plan one scenario of a workspace; returns the run folder.

    A plan that fails its check, or none at all, ends the flow run as failed.
    """
    session = _SESSION.get() or _Session()
    request = Request(
        folder=Path(folder), scenario=scenario, seconds=seconds, seed=seed, adopt=adopt
    )
    outcome = make_outcome(request, session.watch, flow_steps())
    session.outcome = outcome
    session.folder = _as_task("publish", publish)(outcome, request.folder)
    _show_artifacts(outcome, session.folder)
    if outcome.state in {REJECTED, NO_PLAN}:
        return Failed(message=f"{outcome.run_id}: {outcome.state}", name=outcome.state)
    return str(session.folder)


def _show_artifacts(outcome: Outcome, folder: Path) -> None:
    # Prefect takes a to z, 0 to 9 and dashes.
    key = re.sub(r"[^a-z0-9]+", "-", f"quartier-{outcome.scenario}".lower()).strip("-")
    create_table_artifact(
        key=f"{key}-kpis",
        table=[{"kpi": name, "value": value} for name, value in outcome.kpis.items()],
        description=f"{outcome.workspace}, {outcome.title}: {outcome.state}",
    )
    report = (folder / "report.html").resolve().as_uri()
    create_link_artifact(key=f"{key}-report", link=report, link_text="Report")


def run_flow(request: Request, watch: Watch) -> tuple[Outcome, Path]:
    """Run the flow for a request and return what it published.

    Raises
    ------
    QuartierError
        As the plain steps do: the flow run ends as failed, the error comes through.
    """
    session = _Session(watch=watch)
    token = _SESSION.set(session)
    try:
        with _without_heartbeat():
            state: Any = plan_workspace(
                str(request.folder),
                request.scenario,
                request.seconds,
                request.seed,
                request.adopt,
                return_state=True,
            )
    finally:
        _SESSION.reset(token)
    if session.outcome is None or session.folder is None:
        state.result()
        raise RuntimeError("the flow ended without a plan and without an error")
    return session.outcome, session.folder


def _without_heartbeat() -> Any:
    """Spare a flow run on a server of its own the heartbeat, which ends a second late."""
    if PREFECT_API_URL.value():
        return nullcontext()
    return temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None})
