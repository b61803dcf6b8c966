"""Look for roles that serve their goals better, and keep them if the plan loses next to nothing.

The staffing solver decides by money alone. Where many roles earn the same, those with backups, few
hand-offs and chains are better; they are kept only if the plan with them passes its check and
costs no more than `roles.refine_tolerance` (docs/model-roles.md, section 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from optimizer.result import Options, Solution
from optimizer.staffing_problem import StaffingPlan
from optimizer.verify_staffing import violations_staffing
from scenarios.build_roles import RoleView, role_views
from scenarios.decide import Decision, Request, Staffing, Watch
from scenarios.outcome_roles import goal_values
from scenarios.workspace import Workspace

GAP, EFFORT, SECONDS = 0.005, 2, 120.0
TRIES = 24
SAME = 1e-3
"""Share of a goal's value within which it counts as unchanged."""
KEPT = "roles kept as the staffing plan has them"


def refine_decision(
    workspace: Workspace, decision: Decision, request: Request, watch: Watch
) -> Decision:
    """Return the decision with refined roles where the workspace asks for them and they pay."""
    rules, staffing = workspace.config.roles, decision.staffing
    if not rules.refine or staffing.solution.plan is None or watch.is_cancelled():
        return decision
    solution = _refined(workspace, staffing, request, watch)
    return replace(decision, staffing=replace(staffing, solution=solution))


def _refined(
    workspace: Workspace, staffing: Staffing, request: Request, watch: Watch
) -> Solution[StaffingPlan]:
    """Try the better roles of everybody at once, then of halves, quarters and so on.

    A part is kept when the plan with it still earns enough and serves the goals better.
    """
    before = staffing.solution
    found = _better_roles(workspace, staffing, request, watch)
    if found is None or before.plan is None:
        return _noted(before, f"{KEPT}: no others were found")
    best, parts = before, [np.flatnonzero((found != before.plan.roles).any(axis=1))]
    for _ in range(TRIES):
        if not parts or watch.is_cancelled():
            break
        part = parts.pop(0)
        tried = _with_part(workspace, staffing, best, found, part)
        if tried is not None:
            best = tried
        elif part.size > 1:
            parts += [part[: part.size // 2], part[part.size // 2 :]]
    return _told(workspace, staffing, before, best)


def _with_part(
    workspace: Workspace,
    staffing: Staffing,
    best: Solution[StaffingPlan],
    found: np.ndarray,
    part: np.ndarray,
) -> Solution[StaffingPlan] | None:
    """Return the plan in which these persons take their new roles, None when it is not better."""
    from optimizer.staffing_fixed_roles import with_roles

    assert best.plan is not None
    roles = best.plan.roles.copy()
    roles[part] = found[part]
    tried = with_roles(staffing.case.problem, best, roles)
    if (
        tried is None
        or tried.plan is None
        or violations_staffing(staffing.case.problem, tried.plan)
    ):
        return None
    if _lost_share(staffing.solution, tried) > workspace.config.roles.refine_tolerance:
        return None
    old, new = (_goals(workspace, staffing, each) for each in (best, tried))
    changed = [goal for goal in old if _differs(old[goal], new[goal])]
    return tried if changed and new[changed[0]] < old[changed[0]] else None


def _lost_share(before: Solution[StaffingPlan], after: Solution[StaffingPlan]) -> float:
    assert before.objective is not None
    assert after.objective is not None
    return (before.objective - after.objective) / max(abs(before.objective), 1.0)


def _better_roles(
    workspace: Workspace, staffing: Staffing, request: Request, watch: Watch
) -> np.ndarray | None:
    """Return roles (N, P) that serve the goals of the month that asks most; None for the same."""
    from optimizer.roles import solve_roles

    plan, problem = staffing.solution.plan, staffing.case.problem
    assert plan is not None
    views = _views(workspace, staffing, plan)
    if not views:
        return None
    options = Options(seconds=SECONDS, effort=EFFORT, gap=GAP, seed=request.seed)
    solution = solve_roles(views[0].problem, options, views[0].plan, cancelled=watch.cancelled)
    if solution.plan is None:
        return None
    roles = plan.roles.copy()
    for person, held in zip(views[0].persons.tolist(), solution.plan.roles, strict=True):
        field = problem.field_phases(person)
        if not field.any() or (held & field).any():
            roles[person] = held
    return None if (roles == plan.roles).all() else roles


def _views(workspace: Workspace, staffing: Staffing, plan: StaffingPlan) -> tuple[RoleView, ...]:
    return role_views(staffing.case, plan, workspace.config)


def _told(
    workspace: Workspace,
    staffing: Staffing,
    before: Solution[StaffingPlan],
    best: Solution[StaffingPlan],
) -> Solution[StaffingPlan]:
    """Return the best plan with a note on what was kept, and why."""
    if best is before:
        allowed = workspace.config.roles.refine_tolerance
        return _noted(before, f"{KEPT}: no others serve the goals better within {allowed:.2%}")
    assert before.plan is not None
    assert best.plan is not None
    people = int((before.plan.roles != best.plan.roles).any(axis=1).sum())
    old, new = (_goals(workspace, staffing, each) for each in (before, best))
    told = [
        f"{goal.replace('_', ' ')} {old[goal]:,.4g} to {new[goal]:,.4g}"
        for goal in old
        if _differs(old[goal], new[goal])
    ]
    cost = max(0.0, _lost_share(before, best))
    return _noted(best, f"roles of {people} refined for {cost:.2%} of the value: {', '.join(told)}")


def _goals(
    workspace: Workspace, staffing: Staffing, solution: Solution[StaffingPlan]
) -> Mapping[str, float]:
    """Return the goals of the mean month after the first, whose worth is in the objective."""
    assert solution.plan is not None
    view = _views(workspace, staffing, solution.plan)[-1]
    found = goal_values(view.problem, view.plan)
    return {goal: value for goal, value in found.items() if goal != "shortage"}


def _differs(one: float, other: float) -> bool:
    return abs(one - other) > SAME * max(1.0, abs(one))


def _noted(solution: Solution[StaffingPlan], note: str) -> Solution[StaffingPlan]:
    return replace(solution, notes=(*solution.notes, note))
