"""Turn a workspace into a sourcing problem: the same funnel, people and offers as the plan's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.leadership_cash import CashDates
from optimizer.sourcing_problem import ManagerRule, SourcingProblem
from scenarios.build_funnel import Funnels, plan_funnels
from scenarios.build_sourcing_demand import demand_of
from scenarios.build_sourcing_flow import build_flow, margins_eur
from scenarios.build_sourcing_groups import Grouping
from scenarios.build_sourcing_offers import HireRole, build_hires, build_providers, build_tools
from scenarios.build_sourcing_staff import Reach, build_roster
from scenarios.build_staffing import StaffingCase, build_staffing_case
from scenarios.build_targets import pool_shares
from scenarios.config import Config
from scenarios.errors import UsageError
from scenarios.sourcing_notes import Note
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]

GROUPED = {
    Grouping.ALIKE: Note.ALIKE,
    Grouping.ROLES: Note.ROLES,
    Grouping.ABLE: Note.ABLE,
}
"""What is said of the way own people are grouped."""


@dataclass(frozen=True, kw_only=True)
class SourcingCase:
    """Hold a sourcing problem, when its money moves, and what had to be simplified.

    Attributes
    ----------
    dates
        When a deal is paid.
    trainings
        Name -> its moves in the problem.
    notes
        Plain sentences for whoever reads the result.
    staffing
        The same people, offers and funnels as the staffing model has them.
    state_pools
        Pool of each state, of people there are and of those to be hired.
    members
        Positions of the people of each state there is, whatever their role.
    hire_roles
        What each hire option is an offer for.
    """

    problem: SourcingProblem
    dates: CashDates
    trainings: Mapping[str, tuple[int, ...]]
    notes: tuple[str, ...]
    staffing: StaffingCase
    state_pools: tuple[int, ...]
    members: tuple[tuple[int, ...], ...]
    hire_roles: tuple[HireRole, ...]


def build_sourcing_case(
    workspace: Workspace, staffing: StaffingCase | None = None, *, as_planned: bool = False
) -> SourcingCase:
    """Return the sourcing case of a checked workspace.

    `staffing` is the staffing case of a plan, whose work and travel it shares; None: accounts are
    with their owners, and travel is as the rules say. `as_planned` leaves cases of demand
    out, and what is stopped in which of them.

    Raises
    ------
    UsageError
        When the targets of the horizon add up to nothing, so that there is nothing to source.
    """
    config = workspace.config
    staffing = _as_today(workspace) if staffing is None else staffing
    funnels = staffing.funnels
    if not funnels:
        raise UsageError("the targets of the horizon add up to nothing: no demand to source for")
    base, notes = staffing.problem, _notes(workspace, staffing)
    demand = demand_of(workspace, [segment for _, segment in funnels], as_planned=as_planned)
    travel = [staffing.travel_share.get(pool, 0.0) for pool, _ in funnels]
    flow = build_flow(workspace, funnels, base.phases, base.territorial, demand, travel, notes)
    line_pool = tuple(base.pools.index(pool) for pool, _ in funnels)
    reach = Reach(line_pool=line_pool, territorial=base.territorial)
    roster = build_roster(workspace, staffing, reach)
    notes.append(GROUPED[roster.grouping])
    hires = build_hires(workspace, base, reach, len(roster.states))
    people = (*roster.states, *hires.states)
    steerers = [base.pools[pool] for pool in (*roster.pools, *hires.pools)]
    problem = SourcingProblem(
        months=base.months,
        phases=base.phases,
        segments=_line_names(funnels),
        flow=flow,
        states=people,
        hires=hires.options,
        hire_limits=hires.limits,
        moves=roster.moves,
        managers=_managers(config, len(people)),
        providers=build_providers(workspace, base, reach, steerers),
        automations=build_tools(workspace, base.phases, len(funnels)),
        scenarios=demand.names,
        probability=demand.probability,
        documented=base.documented.astype(np.float64),
        discount=_discount(config),
        risk_weight=config.risk.weight,
        risk_level=config.risk.level,
        reveal_month=None if as_planned else _reveal(config, base.months),
    )
    dates = CashDates(deal_paid_shares=_paid_shares(config, funnels, notes))
    return SourcingCase(
        problem=problem,
        dates=dates,
        trainings=roster.trainings,
        notes=tuple(dict.fromkeys(notes)),
        staffing=staffing,
        state_pools=(*roster.pools, *hires.pools),
        members=roster.members,
        hire_roles=hires.roles,
    )


def _as_today(workspace: Workspace) -> StaffingCase:
    """Return the work with every account where it is, at the travel that the rules say."""
    funnels = plan_funnels(workspace, pool_shares(workspace, _pool_of_account(workspace)))
    share = workspace.config.sourcing.travel_share
    return build_staffing_case(workspace, funnels, dict.fromkeys((p for p, _ in funnels), share))


def _pool_of_account(workspace: Workspace) -> pd.Series | None:
    """Return the pool of each account's owner, None without accounts."""
    accounts, reps = workspace.tables["accounts"], workspace.tables["reps"]
    if accounts.empty:
        return None
    pools = dict(zip(reps["rep_id"], reps["pool"], strict=True))
    return accounts["owner"].map(pools).fillna("")


def _line_names(funnels: Funnels) -> tuple[str, ...]:
    """Return the segments, with their pool where there is more than one."""
    several = len({pool for pool, _ in funnels}) > 1
    return tuple(f"{pool} / {segment}" if several else segment for pool, segment in funnels)


def _managers(config: Config, people: int) -> tuple[ManagerRule, ...]:
    rules = config.managers
    if rules.span is None:
        return ()
    wage = rules.cost_eur_per_month
    return (ManagerRule(states=tuple(range(people)), span=rules.span, wage_eur=wage),)


def _discount(config: Config) -> Floats:
    months = np.arange(config.horizon.months)
    return np.asarray((1.0 + config.sourcing.discount_rate_per_year) ** (-months / 12.0))


def _reveal(config: Config, months: Sequence[str]) -> int | None:
    """Return the index of the month in which the demand is known, None where that is not asked."""
    reveal = config.sourcing.reveal_month
    return None if reveal is None else sum(month < reveal for month in months)


def _paid_shares(config: Config, funnels: Funnels, notes: list[str]) -> tuple[float, ...]:
    """Return the share of the margin received 0, 1, .. months after the deal."""
    waits = [config.segments[segment].paid_after_months for _, segment in funnels]
    deals = [float(sum(plan.problem.deals_by_month)) for plan in funnels.values()]
    worth = np.array(deals) * margins_eur(config, funnels)
    if len(set(waits)) > 1:
        notes.append(Note.PAID_APART)
    if not worth.sum():
        worth = np.ones(len(waits))
    shares = np.bincount(waits, weights=worth) / worth.sum()
    return tuple(float(share) for share in shares)


def _notes(workspace: Workspace, staffing: StaffingCase) -> list[str]:
    notes: list[str] = []
    if workspace.tables["reps"]["cost_eur_per_year"].isna().all():
        notes.append(Note.PAY_UNKNOWN)
    elif workspace.tables["reps"]["cost_eur_per_year"].isna().any():
        notes.append(Note.SOME_PAY_UNKNOWN)
    problem = staffing.problem
    if problem.territorial.any() and len(problem.pools) > 1:
        notes.append(Note.OWN_POOL)
    travels = problem.territorial.any() and len(workspace.tables["accounts"]) > 0
    if travels and not any(staffing.travel_share.values()):
        notes.append(Note.NO_TRAVEL)
    return notes
