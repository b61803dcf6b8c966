"""Plan with every lever: what sourcing decides is given, who does what follows (F30, S17)."""

from __future__ import annotations

from optimizer.result import Options, Solution
from optimizer.staffing import solve_staffing
from optimizer.staffing_problem import StaffingPlan
from scenarios.adopt import read_published
from scenarios.build_staffing import StaffingCase
from scenarios.decide import Request, Staffing, Watch
from scenarios.sourced import Sourced, source_plan, sourced_case, told
from scenarios.workspace import Workspace


def staffing_with_levers(
    workspace: Workspace,
    case: StaffingCase,
    hint: StaffingPlan | None,
    options: Options,
    request: Request,
    watch: Watch,
) -> Staffing:
    """Let sourcing decide every lever, then assign roles and hours under its decisions.

    Raises
    ------
    UsageError
        When the run to adopt cannot be read, or does not fit the workspace.
    """
    adopt = None
    if request.adopt:
        adopt = read_published(request.folder, request.adopt, request.scenario).adopted
    found = source_plan(workspace, case, options, adopt, watch.on_progress, watch.cancelled)
    if not isinstance(found, Sourced):
        none: Solution[StaffingPlan] = Solution(
            status=found.status,
            sense="max",
            shortfalls=found.shortfalls,
            stopped_by=found.stopped_by,
        )
        return Staffing(case=case, solution=none)
    given = sourced_case(found)
    solution = solve_staffing(
        given.problem, options, hint, on_progress=watch.on_progress, cancelled=watch.cancelled
    )
    return Staffing(case=given, solution=told(solution, found), sourced=found)
