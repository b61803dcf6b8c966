"""Table of what own people alone could deliver in a mean month (docs/model-roles.md, R30)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.funnel_plan import FunnelPlan
from optimizer.result import Options, Solution
from optimizer.roles_flow_problem import SalesFlow, ThroughputPlan
from optimizer.roles_problem import RoleProblem, plain_roles
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.decide import Request, Staffing, Watch

Floats = NDArray[np.float64]

THROUGHPUT_COLUMNS = [
    "work",
    "roles",
    "deals_at_hand",
    "deals",
    "margin_eur",
    "margin_at_most_eur",
    "phase",
    "hour_value_eur",
]
AS_WANTED, TWICE = "as_wanted", "twice"
AS_PLANNED, ANY = "as_planned", "any"
CASES = ((AS_WANTED, AS_PLANNED), (AS_WANTED, ANY), (TWICE, ANY))
"""Work at hand, and roles: those of the plan, or any that the rules allow."""
MOST_PERSONS = 150
SECONDS, NODES, GAP = 10.0, 60, 0.005
HOURS = 1e-6


def throughput_table(
    staffing: Staffing, config: Config, request: Request, watch: Watch | None = None
) -> pd.DataFrame:
    """Return what the team could win a month without hires and providers; empty for large teams.

    Customers pass from phase to phase as the process says, so that a deal is lost once. Nothing
    is in the pipeline, months are alike, and of each segment there is as much work as the targets
    ask for, or twice as much. `margin_at_most_eur` is proved; `phase` is where an hour more would
    bring most, the roles staying as they are.
    """
    case, plan, watch = staffing.case, staffing.solution.plan, watch or Watch()
    problem = case.problem
    few = 0 < len(problem.person_ids) <= MOST_PERSONS
    if plan is None or not few or not case.funnels or not problem.person_hours.any():
        return pd.DataFrame(columns=THROUGHPUT_COLUMNS)
    rows = list(_rows(case, plan, config, request, watch))
    return pd.DataFrame(rows, columns=THROUGHPUT_COLUMNS)


def _rows(
    case: StaffingCase, plan: StaffingPlan, config: Config, request: Request, watch: Watch
) -> Iterator[dict[str, Any]]:
    from optimizer.roles_throughput import solve_throughput

    team = mean_team(case, config)
    options = Options(seconds=SECONDS, effort=NODES, gap=GAP, seed=request.seed)
    for work, roles in CASES:
        if watch.is_cancelled():
            return
        times = 2.0 if work == TWICE else 1.0
        flow = sales_flow(case, config, times)
        held = None
        if roles == AS_PLANNED:
            held = _held(plan, team, flow)
        found = solve_throughput(team, flow, options, held, watch.cancelled)
        if found.plan is not None:
            wanted = times * sum(_deals(funnel) for funnel in case.funnels.values())
            row = _row(case, found, found.plan)
            yield {"work": work, "roles": roles, "deals_at_hand": wanted, **row}


def _held(plan: StaffingPlan, team: RoleProblem, flow: SalesFlow) -> NDArray[np.bool_]:
    """Return the roles of the plan as the flow knows them: phases with work, and pins.

    Whoever is not there holds nothing but pins, whatever the plan carries over.
    """
    useful = (flow.hours_per_unit > 0).any(axis=0) & (team.person_hours > 0)[:, None]
    return (plan.roles & useful) | team.pins


def _row(
    case: StaffingCase, found: Solution[ThroughputPlan], plan: ThroughputPlan
) -> dict[str, Any]:
    values = plan.hour_value_eur.max(axis=0)
    best = int(values.argmax())
    short = bool(values[best] > HOURS)
    return {
        "deals": float(plan.deals.sum()),
        "margin_eur": found.objective,
        "margin_at_most_eur": found.bound,
        "phase": case.problem.phases[best] if short else "",
        "hour_value_eur": float(values[best]) if short else 0.0,
    }


def _deals(funnel: FunnelPlan) -> float:
    """Return the deals wanted in a mean month."""
    wanted = funnel.problem.deals_by_month
    return float(sum(wanted)) / len(wanted)


def sales_flow(case: StaffingCase, config: Config, times: float) -> SalesFlow:
    """Return the process of each pool and segment, with `times` the work wanted in a mean month."""
    problem = case.problem
    keys, size = list(case.funnels), (len(case.funnels), len(problem.phases))
    hours, conversion, universe = np.zeros(size), np.ones(size), np.zeros(size[0])
    for q, (pool, funnel) in enumerate((pool, case.funnels[pool, s]) for pool, s in keys):
        travel = 1.0 + case.travel_share.get(pool, 0.0)
        stages = {stage.phase: stage for stage in funnel.problem.stages}
        for p, phase in enumerate(problem.phases):
            if phase in stages:
                needed = float(stages[phase].units_per_next)
                conversion[q, p] = 1.0 / needed if needed else 0.0
                factor = travel if problem.territorial[p] else 1.0
                hours[q, p] = float(funnel.problem.hours_per_unit(phase)) * factor
        won = float(np.prod(conversion[q]))
        universe[q] = times * _deals(funnel) / won if won else 0.0
    rules = [config.segments[segment] for _, segment in keys]
    return SalesFlow(
        hours_per_unit=hours,
        conversion=conversion,
        universe=universe,
        margin_eur=np.array([rule.revenue_per_deal_eur * rule.margin_rate for rule in rules]),
        anywhere=~problem.territorial,
    )


def mean_team(case: StaffingCase, config: Config) -> RoleProblem:
    """Return the people in a mean month; each pool and segment is a pool of the role model."""
    problem, rules = case.problem, case.rules
    keys = list(case.funnels)
    homes = [problem.pools.index(pool) for pool, _ in keys]
    speed = _speed_between(problem)[:, homes]
    first = [homes.index(pool) if pool in homes else 0 for pool in range(len(problem.pools))]
    stranger = ~np.isin(np.arange(len(problem.pools)), homes)
    people = problem.person_pool
    return plain_roles(
        pools=tuple(f"{pool} / {segment}" for pool, segment in keys),
        phases=problem.phases,
        person_ids=problem.person_ids,
        need_hours=np.zeros((len(keys), len(problem.phases))),
        person_hours=problem.person_hours.mean(axis=1),
        home_pool=np.array(first, dtype=np.int64)[people],
        speed=np.where(stranger[people][:, None] & problem.territorial, 0.0, rules.skills),
        helps=(speed > 0)[people],
        help_factors=np.where(speed > 0, speed, 1.0)[people],
        pins=rules.must_hold,
        bans=rules.may_not_hold,
        least_speed=config.roles.least_speed,
        max_phases=problem.max_phases,
        min_share=problem.least_share,
        specialisation_gain=problem.specialisation_gain or (1.0,),
        may_idle=True,
    )


def _speed_between(problem: StaffingProblem) -> Floats:
    """Return (G, G): speed of people of the row's pool in the column's, 1 at home."""
    pools = len(problem.pools)
    speed = np.zeros((pools, pools)) if problem.help_speed is None else problem.help_speed.copy()
    np.fill_diagonal(speed, 1.0)
    return speed
