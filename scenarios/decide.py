"""Decide territories and staffing together: the loop through which travel feeds staffing.

Territories say how far each pool travels and which pool serves which account; staffing says who
holds a field phase and so may hold a territory. In the first round people of kind "both" may
leave the field; when some do, a second round shares the accounts among those who stayed, and
these stay (docs/adr/0007-loop.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from optimizer.result import Cancelled, OnProgress, Options, Solution
from optimizer.staffing_problem import StaffingPlan
from optimizer.territory_problem import TerritoryPlan
from scenarios.build_funnel import plan_funnels
from scenarios.build_sites import with_opened_seats
from scenarios.build_staffing import StaffingCase, build_staffing_case
from scenarios.build_targets import pool_shares, pools_of
from scenarios.build_territory import TerritoryCase, build_territory_case
from scenarios.check_levers import BEYOND_PLAN
from scenarios.overlay import BASE
from scenarios.seats import seat_holders
from scenarios.workspace import Workspace

if TYPE_CHECKING:
    from scenarios.sourced import Sourced


@dataclass(frozen=True, kw_only=True)
class Request:
    """Say what to plan: folder, scenario, limits, and the sourcing run whose decisions to adopt."""

    folder: Path
    scenario: str = BASE
    seconds: float | None = None
    seed: int = 1
    adopt: str = ""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Carry the listener of a run and the question whether it was cancelled."""

    on_progress: OnProgress | None = None
    cancelled: Cancelled | None = None

    def is_cancelled(self) -> bool:
        """Say whether the user asked to stop."""
        return self.cancelled is not None and self.cancelled()


@dataclass(frozen=True, kw_only=True)
class Territories:
    """Hold a territory case and its solution; both None when there is nothing to assign."""

    case: TerritoryCase | None = None
    solution: Solution[TerritoryPlan] | None = None


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """Hold a staffing case, its solution, and what sourcing decided before it, if it did."""

    case: StaffingCase
    solution: Solution[StaffingPlan]
    sourced: Sourced | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Hold what was decided, and how the loop ended (share by which field hours last moved)."""

    territories: Territories
    staffing: Staffing
    rounds: int
    last_change: float


SolveTerritories = Callable[[Workspace, pd.DataFrame, Request, Watch], Territories]
SolveStaffing = Callable[
    [Workspace, Territories, Collection[str], StaffingPlan | None, Request, Watch], Staffing
]


def solve_territories_of(
    workspace: Workspace, seats: pd.DataFrame, request: Request, watch: Watch
) -> Territories:
    """Assign the accounts to these seats."""
    from optimizer.territories import solve_territories

    case = build_territory_case(workspace, seats)
    if case is None:
        return Territories()
    rules = workspace.config.solve
    options = Options(
        seconds=request.seconds or rules.territory_seconds,
        effort=rules.territory_rounds,
        gap=rules.territory_gap,
        seed=request.seed,
    )
    solution = solve_territories(
        case.problem, options, on_progress=watch.on_progress, cancelled=watch.cancelled
    )
    if solution.plan is not None:
        case = with_opened_seats(case, solution.plan)
    return Territories(case=case, solution=solution)


def solve_staffing_of(
    workspace: Workspace,
    territories: Territories,
    holders: Collection[str],
    hint: StaffingPlan | None,
    request: Request,
    watch: Watch,
) -> Staffing:
    """Assign roles and decide on hires and providers for the work these territories bring."""
    from optimizer.staffing import solve_staffing

    pool_of_account = _pool_of_account(workspace, territories)
    funnels = plan_funnels(workspace, pool_shares(workspace, pool_of_account))
    travel = _travel(workspace, territories, request)
    case = build_staffing_case(workspace, funnels, travel, holders)
    rules = workspace.config.solve
    options = Options(
        seconds=request.seconds or rules.staffing_seconds,
        gap=rules.staffing_gap,
        seed=request.seed,
    )
    if decides_levers(workspace, request):
        from scenarios.decide_levers import staffing_with_levers

        return staffing_with_levers(workspace, case, hint, options, request, watch)
    solution = solve_staffing(
        case.problem, options, hint, on_progress=watch.on_progress, cancelled=watch.cancelled
    )
    return Staffing(case=case, solution=solution)


def decides_levers(workspace: Workspace, request: Request) -> bool:
    """Say whether the plan takes every lever as sourcing decides it."""
    return bool(request.adopt) or workspace.config.sourcing.decide_in_plan


def without_levers_left_out(workspace: Workspace, request: Request) -> Workspace:
    """Return the workspace without warnings of levers that an adopted run decides on."""
    if not request.adopt:
        return workspace
    kept = tuple(each for each in workspace.findings if each.code not in BEYOND_PLAN)
    return replace(workspace, findings=kept)


def _travel(
    workspace: Workspace, territories: Territories, request: Request
) -> Mapping[str, float]:
    """Return travel hours per field hour by pool; without territories as sourcing assumes it."""
    if territories.solution is not None or not decides_levers(workspace, request):
        return travel_shares(territories)
    return dict.fromkeys(pools_of(workspace), workspace.config.sourcing.travel_share)


def decide(
    workspace: Workspace,
    request: Request,
    watch: Watch,
    territories_of: SolveTerritories = solve_territories_of,
    staffing_of: SolveStaffing = solve_staffing_of,
) -> Decision:
    """Return territories and staffing that agree with each other."""
    seats = seat_holders(workspace.tables, workspace.config)
    territories = territories_of(workspace, seats, request, watch)
    bound_to_field = _bound_to_field(seats, territories)
    staffing = staffing_of(workspace, territories, bound_to_field, None, request, watch)
    kept = _still_in_the_field(seats, staffing)
    if territories.solution is None or len(kept) == len(seats):
        return Decision(territories=territories, staffing=staffing, rounds=1, last_change=0.0)
    if kept.empty:
        # No work in the field pays, yet the accounts want somebody: nobody may leave.
        kept = seats
    hours, hint = _field_hours(staffing), staffing.solution.plan
    territories = territories_of(workspace, kept, request, watch)
    staffing = staffing_of(workspace, territories, kept["rep_id"], hint, request, watch)
    change = _relative_change(hours, _field_hours(staffing))
    return Decision(territories=territories, staffing=staffing, rounds=2, last_change=change)


def _bound_to_field(seats: pd.DataFrame, territories: Territories) -> pd.Series:
    """Return who stays in the field: people of kind field, and holders of accounts that stay."""
    stays = seats["kind"] == "field"
    if territories.case is not None:
        problem = territories.case.problem
        held = {problem.seat_ids[seat] for seat in problem.current_seat[problem.locked]}
        stays |= seats["rep_id"].isin(held)
    return seats.loc[stays, "rep_id"]


def travel_shares(territories: Territories) -> Mapping[str, float]:
    """Return travel hours per field hour by pool, as the territories have them."""
    case, solution = territories.case, territories.solution
    if case is None or solution is None or solution.plan is None:
        return {}
    seat = solution.plan.seat
    served = np.flatnonzero(seat >= 0)
    pools = case.seats["pool"].to_numpy(object)[seat[served]]
    hours = pd.DataFrame(
        {
            "pool": pools,
            "travel": case.travel_hours[served, seat[served]],
            "work": case.problem.measures[served, 0],
        }
    )
    sums = hours.groupby("pool")[["travel", "work"]].sum()
    return {str(p): float(row.travel / row.work) for p, row in sums.iterrows() if row.work > 0}


def _pool_of_account(workspace: Workspace, territories: Territories) -> pd.Series | None:
    case, solution = territories.case, territories.solution
    if case is None or solution is None or solution.plan is None:
        return None
    # Seat -1, unserved, reads the empty name at the end.
    pools = np.array([*case.seats["pool"], ""], dtype=object)[solution.plan.seat]
    return pd.Series(pools, index=case.accounts.index).reindex(workspace.tables["accounts"].index)


def _still_in_the_field(seats: pd.DataFrame, staffing: Staffing) -> pd.DataFrame:
    """Keep the seats whose holder still has a territorial phase; the others give theirs up."""
    plan, problem = staffing.solution.plan, staffing.case.problem
    if plan is None or not problem.territorial.any():
        return seats
    in_field = np.flatnonzero((plan.roles & problem.territorial).any(axis=1))
    holders = {problem.person_ids[person] for person in in_field}
    return seats[seats["rep_id"].isin(holders)]


def _field_hours(staffing: Staffing) -> np.ndarray:
    """Return the hours of territorial phases by pool, (G,)."""
    problem = staffing.case.problem
    demand = problem.demand
    hours = np.zeros(len(problem.pools))
    territorial = demand.pool >= 0
    amounts = demand.hours * demand.units[demand.cell]
    np.add.at(hours, demand.pool[territorial], amounts[territorial])
    return hours


def _relative_change(before: np.ndarray, after: np.ndarray) -> float:
    scale = max(float(before.sum()), 1e-9)
    return float(np.abs(after - before).sum()) / scale
