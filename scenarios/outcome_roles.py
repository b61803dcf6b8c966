"""Tables of an outcome on roles: the goals of a month, and why work does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.result import Options, Solution
from optimizer.roles_problem import RolePlan, RoleProblem, plain_roles
from optimizer.verify_role_goals import hand_offs
from optimizer.verify_roles import effective_hours, evaluate_roles
from scenarios.build_roles import RoleView, role_views
from scenarios.capacity import full_time_hours
from scenarios.config import Config
from scenarios.decide import Request, Staffing, Watch
from scenarios.horizon import horizon_months
from scenarios.outcome_role_months import month_reasons
from scenarios.outcome_role_reasons import REASON_COLUMNS, as_reasons, reason_table

GOAL_COLUMNS = ["period", "goal", "unit", "as_planned", "reachable", "proved"]
UNITS = {
    "shortage": "h",
    "backup": "holders",
    "hand_offs": "customers",
    "apart": "phases",
    "islands": "islands",
    "unwanted": "h",
    "unfair": "share",
    "changes": "phases",
    "below_share": "phases",
}
HOURS = 1e-4
GAP, EFFORT, SECONDS = 0.002, 4, 20.0
MOST_PERSONS = 150
"""Beyond it goals are worked out, but no better roles are looked for."""


def role_tables(
    staffing: Staffing,
    config: Config,
    request: Request,
    watch: Watch | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables `role_goals` and `role_reasons`; empty without a plan or people.

    Goals are those of docs/model-roles.md in their order; `reachable` hours short are those that
    the best roles found would leave, `proved` the least that any roles leave.
    """
    goals: list[tuple[Any, ...]] = []
    reasons = pd.DataFrame(columns=REASON_COLUMNS)
    watch, options = watch or Watch(), options_of(request)
    plan = staffing.solution.plan
    views = () if plan is None else role_views(staffing.case, plan, config)
    for view in views:
        # A mean month hides its peaks: only the month that asks most is worth a search.
        best = _least_short(view, options, watch) if view is views[0] else None
        goals += _goal_rows(view, best, whole_flow=view is views[-1])
        if best is not None and best.plan is not None:
            hours = _full_time_hours(view, config)
            reasons = reason_table(view, best.plan, options, hours, watch)
    if plan is not None and views and views[0].persons.size <= MOST_PERSONS:
        rows = list(month_reasons(staffing.case, plan, config, options, watch))
        reasons = as_reasons([*rows, *reasons.to_dict("records")])
    return {
        "role_goals": pd.DataFrame(goals, columns=GOAL_COLUMNS),
        "role_reasons": reasons,
    }


def _full_time_hours(view: RoleView, config: Config) -> float:
    hours = full_time_hours(config)
    months = horizon_months(config)
    at = months.index(view.period) if view.period in months else slice(None)
    return float(np.mean(hours[at]))


def options_of(request: Request) -> Options:
    """Return limits that do not use the clock, but for a backstop."""
    return Options(seconds=SECONDS, effort=EFFORT, gap=GAP, seed=request.seed)


def _least_short(view: RoleView, options: Options, watch: Watch) -> Solution[RolePlan] | None:
    from optimizer.roles import least_shortage

    if view.persons.size > MOST_PERSONS or watch.is_cancelled():
        return None
    return least_shortage(
        view.under_plan_rules,
        options,
        [view.plan.roles],
        cancelled=watch.cancelled,
    )


def _goal_rows(
    view: RoleView, best: Solution[RolePlan] | None, *, whole_flow: bool
) -> list[tuple[Any, ...]]:
    """Return one row a goal; customers of one month are in their next phase in another."""
    rows: list[tuple[Any, ...]] = []
    for goal, value in goal_values(view.problem, view.plan).items():
        if goal == "hand_offs" and not whole_flow:
            continue
        known = goal == "shortage" and best is not None
        reachable = best.objective if known and best is not None else None
        proved = best.bound if known and best is not None else None
        rows.append((view.period, goal, UNITS[goal], value, _float(reachable), _float(proved)))
    return rows


def _float(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def goal_values(problem: RoleProblem, plan: RolePlan) -> dict[str, float]:
    """Return the goals of a plan in their order, hand-offs over all pools together.

    One person may set an appointment, which is shared work, and go to the meeting in the pool:
    that is no hand-off, though the two stand in different pools of the problem.
    """
    found = evaluate_roles(problem, plan)
    if "hand_offs" in found:
        together = effective_hours(problem, plan).sum(axis=1, keepdims=True)
        found["hand_offs"] = hand_offs(_one_pool(problem), together)
    # Arithmetic below a thousandth of an hour is no shortage.
    found["shortage"] = found["shortage"] if found["shortage"] > HOURS else 0.0
    return {**found, "below_share": float(phases_on_paper(problem, plan))}


def _one_pool(problem: RoleProblem) -> RoleProblem:
    people = len(problem.person_ids)
    bare = plain_roles(
        pools=("all",),
        phases=problem.phases,
        person_ids=problem.person_ids,
        need_hours=problem.need_hours.sum(axis=0, keepdims=True),
        person_hours=problem.person_hours,
        speed=problem.speed,
        units=problem.units.sum(axis=0, keepdims=True),
        home_pool=np.zeros(people, dtype=np.int64),
    )
    return replace(bare, conversion=problem.conversion[:1])


def phases_on_paper(problem: RoleProblem, plan: RolePlan) -> int:
    """Return how many phases held get less than the least share of the person's time."""
    worked = plan.hours.sum(axis=1)
    least = problem.min_share * problem.person_hours[:, None]
    return int((plan.roles & (worked < least - HOURS)).sum())
