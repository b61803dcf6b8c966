"""State one month of a staffing plan as the role model sees it (docs/model-roles.md, section 10).

What hires and providers do is taken off the hours to cover. Work of phases that are not
territorial stands in a pool of its own that everybody may work for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.roles_problem import RolePlan, RoleProblem, plain_roles
from optimizer.staffing_problem import StaffingPlan, StaffingProblem
from scenarios.build_staffing import StaffingCase
from scenarios.config import Config

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
    kept_share
        Share of the time that the plan keeps for every phase held; that of the problem is the
        one below which phases count as held on paper.
    """

    period: str
    problem: RoleProblem
    plan: RolePlan
    persons: Ints
    kept_share: float = 0.0

    @property
    def under_plan_rules(self) -> RoleProblem:
        """Return the problem under the rules that the staffing plan keeps."""
        return replace(self.problem, min_share=self.kept_share)


def role_views(case: StaffingCase, plan: StaffingPlan, config: Config) -> tuple[RoleView, ...]:
    """Return the month that asks most of own people, and the mean month unless it is the only."""
    months = case.problem.months
    asked = own_need(case.problem, plan).sum(axis=(0, 1))
    peak = int(asked.argmax())
    weights = np.eye(len(months))[peak]
    views = [_view(case, plan, config, months[peak], weights)]
    if len(months) > 1:
        views.append(mean_view(case, plan, config))
    return tuple(view for view in views if view.persons.size)


def mean_view(case: StaffingCase, plan: StaffingPlan, config: Config) -> RoleView:
    """Return the mean month of the horizon; roles are held over the whole of it."""
    months = len(case.problem.months)
    return _view(case, plan, config, MEAN_MONTH, np.full(months, 1.0 / months))


def month_views(case: StaffingCase, plan: StaffingPlan, config: Config) -> tuple[RoleView, ...]:
    """Return every month with people, in order."""
    months = case.problem.months
    weights = np.eye(len(months))
    views = (
        _view(case, plan, config, month, row) for month, row in zip(months, weights, strict=True)
    )
    return tuple(view for view in views if view.persons.size)


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


def _speeds(case: StaffingCase, weights: Floats) -> Floats:
    """Return (N, P): skills before the rules of roles, after trainings of the months weighed."""
    pace = case.problem.pace
    return case.rules.skills if pace is None else case.rules.skills * (pace @ weights)


def _view(
    case: StaffingCase,
    plan: StaffingPlan,
    config: Config,
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
    helps, factors = _help(staffing, home)
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
        speed=_speeds(case, weights)[persons],
        helps=helps,
        help_factors=factors,
        help_share_max=_help_share(staffing, available[persons], weights, persons),
        open_pools=np.arange(len(pools)) == len(staffing.pools),
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
    hours = _placed(staffing, plan, weights)[persons]
    return RoleView(
        period=period,
        problem=problem,
        plan=_as_roles(problem, plan.roles[persons], hours),
        persons=persons,
        kept_share=staffing.least_share,
    )


def _help_share(
    staffing: StaffingProblem, available: Floats, weights: Floats, persons: Ints
) -> float:
    """Return the share of hours open to help; those spent on steering lift it for everybody.

    What a proof says holds with a little more help than allowed, too.
    """
    whole = staffing.person_hours[persons] @ weights
    most = float((whole / np.maximum(available, HOURS)).max(initial=1.0))
    return min(1.0, staffing.help_share_max * most)


def _help(staffing: StaffingProblem, home: Ints) -> tuple[NDArray[np.bool_], Floats]:
    """Return (N, Q) who may help where, and how fast: everybody does shared work at full speed."""
    pools = len(staffing.pools)
    speed = np.ones((pools, pools + 1))
    speed[:, :-1] = 0.0 if staffing.help_speed is None else staffing.help_speed
    return (speed > 0)[home], np.where(speed > 0, speed, 1.0)[home]


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


def _placed(problem: StaffingProblem, plan: StaffingPlan, weights: Floats) -> Floats:
    """Return (N, G + 1, P): hours of field phases where they are worked, others in the last."""
    hours = plan.person_hours @ weights
    people = np.arange(len(hours))
    placed = np.zeros((len(hours), len(problem.pools) + 1, len(problem.phases)))
    field = np.where(problem.territorial, hours, 0.0)
    placed[people, problem.person_pool] = field
    placed[:, -1] = hours - field
    if plan.help_hours is not None:
        away = plan.help_hours @ weights
        placed[:, :-1] += away
        placed[people, problem.person_pool] -= away.sum(axis=1)
    # Taking help off what is worked at home may leave a rounding error below zero.
    return np.maximum(placed, 0.0)


def _as_roles(problem: RoleProblem, roles: NDArray[np.bool_], hours: Floats) -> RolePlan:
    from optimizer.roles_plan import with_short_hours

    return with_short_hours(problem, roles, hours)
