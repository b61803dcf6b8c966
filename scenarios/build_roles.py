"""State one month of a staffing plan as the role model sees it (docs/model-roles.md, section 10).

What hires and providers do is taken off the hours to cover. Work of phases that are not
territorial stands in a pool of its own that everybody may work for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.roles_problem import RolePlan, RoleProblem, plain_roles
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config
from scenarios.frames import rows_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHARED_POOL = "(shared)"
MEAN_MONTH = "mean month"
HOURS = 1e-6
"""Hours below this are arithmetic, not work."""


@dataclass(frozen=True, kw_only=True)
class RoleView:
    """Hold a month as a role problem, and what the staffing plan does in it.

    Attributes
    ----------
    period
        A month, or MEAN_MONTH.
    problem, plan
        The people present; `persons` (n,) are their positions in the staffing problem.
    """

    period: str
    problem: RoleProblem
    plan: RolePlan
    persons: Ints


def role_views(
    case: StaffingCase, plan: StaffingPlan, config: Config, helping: pd.DataFrame
) -> tuple[RoleView, ...]:
    """Return the month that asks most of own people, and the mean month unless it is the only."""
    months = case.problem.months
    asked = own_need(case.problem, plan).sum(axis=(0, 1))
    peak = int(asked.argmax())
    weights = np.eye(len(months))[peak]
    views = [_view(case, plan, config, helping, months[peak], weights)]
    if len(months) > 1:
        views.append(mean_view(case, plan, config, helping))
    return tuple(view for view in views if view.persons.size)


def mean_view(
    case: StaffingCase, plan: StaffingPlan, config: Config, helping: pd.DataFrame
) -> RoleView:
    """Return the mean month of the horizon; roles are held over the whole of it."""
    months = len(case.problem.months)
    return _view(case, plan, config, helping, MEAN_MONTH, np.full(months, 1.0 / months))


def own_need(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return (G + 1, P, T): standard hours wanted of own people, shared work in the last row."""
    need = np.maximum(_wanted(problem) - _outside(problem, plan), 0.0)
    need[need < HOURS] = 0.0
    return need


def _wanted(problem: StaffingProblem) -> Floats:
    need = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    demand = problem.demand
    # SHARED is -1, so it lands in the last row by itself.
    place = demand.pool, demand.phase, demand.month
    np.add.at(need, place, demand.hours * demand.units[demand.cell])
    return need


def _outside(problem: StaffingProblem, plan: StaffingPlan) -> Floats:
    """Return (G + 1, P, T): standard hours of hires and providers."""
    done = np.zeros((len(problem.pools) + 1, len(problem.phases), len(problem.months)))
    territorial = problem.territorial
    for hire, hours in zip(problem.hires, plan.hire_hours, strict=True):
        each = hire.productivity[None, :, None] * hours
        done[:-1, territorial] += each[:, territorial]
        done[-1, ~territorial] += each[:, ~territorial].sum(axis=0)
    for provider, hours in zip(problem.providers, plan.provider_hours, strict=True):
        done += provider.quality * hours
    return done


def _view(
    case: StaffingCase,
    plan: StaffingPlan,
    config: Config,
    helping: pd.DataFrame,
    period: str,
    weights: Floats,
) -> RoleView:
    """Return the months weighted by `weights` (T,) as one."""
    staffing, rules = case.problem, case.rules
    need = own_need(staffing, plan) @ weights
    available = (staffing.person_hours - plan.steering_hours) @ weights
    persons = np.flatnonzero(available > HOURS)
    pools = (*staffing.pools, SHARED_POOL)
    home = staffing.person_pool[persons]
    helps, factors = _help(helping, pools, home)
    pace, conversion = _flow(case)
    wanted = (_wanted(staffing) @ weights) > HOURS
    problem = plain_roles(
        pools=pools,
        phases=staffing.phases,
        person_ids=tuple(staffing.person_ids[n] for n in persons.tolist()),
        need_hours=need,
        backup_holders=np.where(wanted, config.roles.backup_holders, 0).astype(np.int64),
        units=need * pace,
        conversion=np.tile(conversion, (len(pools), 1)),
        person_hours=np.maximum(available[persons], 0.0),
        home_pool=home,
        speed=rules.skills[persons],
        helps=helps,
        help_factors=factors,
        preference=staffing.preference[persons],
        pins=rules.must_hold[persons],
        bans=rules.may_not_hold[persons],
        current_roles=staffing.current_phases[persons],
        least_speed=config.roles.least_speed,
        max_phases=staffing.max_phases,
        min_share=config.roles.least_share_per_phase,
        specialisation_gain=staffing.specialisation_gain or (1.0,),
        may_idle=True,
    )
    hours = _placed(staffing, (plan.person_hours @ weights)[persons], home)
    return RoleView(
        period=period,
        problem=problem,
        plan=_as_roles(problem, plan.roles[persons], hours),
        persons=persons,
    )


def _help(helping: pd.DataFrame, pools: tuple[str, ...], home: Ints) -> tuple[Floats, Floats]:
    """Return (N, Q) who may help where, and how fast: everybody does shared work at full speed."""
    between, speed = np.zeros((len(pools), len(pools)), dtype=bool), np.ones((len(pools),) * 2)
    between[:, -1] = True
    for row in rows_of(helping):
        cell = pools.index(row.pool), pools.index(row.helps_pool)
        between[cell] = True
        speed[cell] = 1.0 if pd.isna(row.speed_factor) else row.speed_factor
    return between[home], speed[home]


def _flow(case: StaffingCase) -> tuple[Floats, Floats]:
    """Return (P,) customers per standard hour of each phase, and the share that goes on."""
    problem = case.problem
    units, hours = np.zeros(len(problem.phases)), np.zeros(len(problem.phases))
    for (pool, _), funnel in case.funnels.items():
        for p, phase in enumerate(problem.phases):
            travel = case.travel_share.get(pool, 0.0) if problem.territorial[p] else 0.0
            units[p] += float(sum(funnel.units.get(phase, ())))
            hours[p] += float(sum(funnel.hours.get(phase, ()))) * (1.0 + travel)
    pace = np.divide(units, hours, out=np.zeros_like(units), where=hours > 0)
    after = np.append(units[1:], 0.0)
    share = np.divide(after, units, out=np.ones_like(units), where=units > 0)
    return pace, np.minimum(share, 1.0)


def _placed(problem: StaffingProblem, hours: Floats, home: Ints) -> Floats:
    """Return (n, G + 1, P): hours of field phases at home, of the others in the shared pool."""
    placed = np.zeros((len(home), len(problem.pools) + 1, len(problem.phases)))
    field = np.where(problem.territorial, hours, 0.0)
    placed[np.arange(len(home)), home] = field
    placed[:, -1] = hours - field
    return placed


def _as_roles(problem: RoleProblem, roles: NDArray[np.bool_], hours: Floats) -> RolePlan:
    from optimizer.roles_plan import with_short_hours

    return with_short_hours(problem, roles, hours)
