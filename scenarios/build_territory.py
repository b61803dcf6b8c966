"""Turn the tables of a workspace into a territory problem: units converted and weighed once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.territory_problem import TerritoryProblem
from scenarios.build_costs import (
    eligible,
    homes_of,
    measures_of,
    move_costs,
    travel_between,
    visits_per_year,
    workload_hours,
)
from scenarios.build_decisions import Decided, decisions
from scenarios.build_graph import account_edges
from scenarios.build_sites import vacant_case, vacant_seats, windows_for_any_number
from scenarios.build_territory_rules import (
    miss_prices,
    seat_limits,
    targets,
    tolerances,
    unserved_prices,
)
from scenarios.config import Config
from scenarios.territory_case import TerritoryCase, VacantCase
from scenarios.workspace import Workspace

__all__ = ["TerritoryCase", "build_territory_case", "move_costs", "workload_hours"]

Floats = NDArray[np.float64]


def build_territory_case(workspace: Workspace, seats: pd.DataFrame) -> TerritoryCase | None:
    """Return the territory case for these seats; None without accounts or seats."""
    accounts = workspace.tables["accounts"].sort_values("account_id")
    if accounts.empty or seats.empty:
        return None
    config, is_vacant = workspace.config, seats["vacant"].to_numpy(bool)
    standing = seats[~is_vacant]
    decided = decisions(workspace, accounts, standing)
    vacant = vacant_case(accounts, standing, seats[is_vacant], decided, config)
    travel = travel_between(accounts, homes_of(standing, accounts), config)
    allowed = eligible(accounts, standing, travel.distance_km) & ~decided.forbidden
    problem = _problem(workspace, accounts, standing, decided, vacant)
    if vacant is not None:
        problem = _with_vacant_seats(problem, vacant, accounts, config)
    return TerritoryCase(
        problem=replace(problem, cost=np.where(allowed, travel.eur, np.inf)),
        accounts=accounts,
        seats=standing,
        previous_seat=decided.previous,
        visits_per_year=visits_per_year(accounts, config),
        travel_km=travel.km,
        travel_hours=travel.hours,
        targets=problem.targets,
        override_reason=decided.override_reason,
        bans=decided.bans,
        vacant=vacant,
    )


def _problem(
    workspace: Workspace,
    accounts: pd.DataFrame,
    seats: pd.DataFrame,
    decided: Decided,
    vacant: VacantCase | None,
) -> TerritoryProblem:
    """Return the problem without costs and vacant seats."""
    config, measures = workspace.config, measures_of(accounts, workspace.config)
    overridden = np.array([bool(reason) for reason in decided.override_reason])
    own = targets(measures, seats["fte"].to_numpy(float), decided, config)
    rules = config.territory
    return TerritoryProblem(
        unit_ids=tuple(accounts["account_id"]),
        seat_ids=tuple(seats["rep_id"]),
        measure_names=("workload_hours", "potential_eur"),
        measures=measures,
        targets=own if vacant is None else vacant.targets[-1][: len(seats)],
        tolerance=tolerances(config),
        cost=np.zeros((len(accounts), len(seats))),
        current_seat=decided.current,
        move_cost=np.where(overridden, 0.0, move_costs(accounts, config)),
        locked=decided.locked,
        lock_reason=decided.lock_reason,
        group=_groups(accounts, config),
        max_moved_share=_free_moved_share(accounts, config, decided),
        miss_price=miss_prices(config),
        unserved_price=unserved_prices(accounts, config),
        revenue_eur=accounts["revenue_eur"].fillna(0.0).to_numpy(float),
        limits=seat_limits(accounts, seats, decided, config),
        contiguity=rules.contiguity,
        edges=_edges(workspace, accounts),
        stray_eur=rules.stray_eur if rules.contiguity == "preferred" else 0.0,
    )


def _with_vacant_seats(
    problem: TerritoryProblem, vacant: VacantCase, accounts: pd.DataFrame, config: Config
) -> TerritoryProblem:
    """Add the vacant seats; where their number is free, so are the targets of all seats."""
    problem = replace(problem, vacant=vacant_seats(vacant, accounts, config))
    if len(vacant.targets) == 1:
        return problem
    lower, upper = windows_for_any_number(vacant, config)
    return replace(problem, lower_limits=lower[:-1], upper_limits=upper[:-1])


def _edges(workspace: Workspace, accounts: pd.DataFrame) -> NDArray[np.int64]:
    if workspace.config.territory.contiguity == "off":
        return np.zeros((0, 2), dtype=np.int64)
    return account_edges(workspace, accounts)


def _free_moved_share(accounts: pd.DataFrame, config: Config, decided: Decided) -> float:
    """Return the share of the solver's units that may move, beside moves already decided.

    The rule counts every account that has an owner and gets another rep, so that overrides and
    owners without a seat use up the allowance first.
    """
    limit = config.territory.max_moved_share
    if limit >= 1.0:
        return 1.0
    owned, previous, current = accounts["owner"] != "", decided.previous, decided.current
    moved = int((owned & (current != previous)).sum())
    homeless = int((owned & (previous < 0) & (current < 0)).sum())
    left = max(0, int(np.floor(limit * int(owned.sum()) + 1e-9)) - moved - homeless)
    return min(1.0, left / max(1, int((current >= 0).sum())))


def _groups(accounts: pd.DataFrame, config: Config) -> NDArray[np.int64]:
    column = None
    if config.territory.keep_groups_together:
        column = accounts["group_id"]
    elif config.territory.keep_units_together:
        column = accounts["unit_id"]
    elif config.territory.keep_parents_together:
        column = _families(accounts)
    if column is None:
        return np.full(len(accounts), -1, dtype=np.int64)
    codes, _ = pd.factorize(column.where(column != ""), sort=True)
    return codes.astype(np.int64)


def _families(accounts: pd.DataFrame) -> pd.Series:
    """Return the parent of each account; a parent without one of its own heads its family."""
    parent, own = accounts["parent_id"], accounts["account_id"]
    heads = (parent == "") & own.isin(set(parent))
    return parent.where(~heads, own)
