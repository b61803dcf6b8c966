"""The price of giving an account of a kept plan to another rep, found by planning again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from optimizer.result import Options, Shortfall, Solution, Status
from optimizer.territory_force import WHOLE_UNITS, force
from optimizer.territory_forced import Basis, ForcedSeat, estimate
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from scenarios.build_territory import TerritoryCase, build_territory_case
from scenarios.config import Config
from scenarios.decide import Request
from scenarios.errors import UsageError
from scenarios.outcome import Outcome
from scenarios.provenance import input_digests
from scenarios.run import lay_scenario, read_workspace
from scenarios.seats import seat_holders


@dataclass(frozen=True, kw_only=True)
class SeatPrice:
    """Hold what it costs to give an account to a rep; EUR a year against the plan kept.

    `basis`, `extra_eur`, `least_eur` and `reason` as in `optimizer.territory_forced.ForcedSeat`.
    `free_rep_ids` are the reps whose territories were planned anew, `accounts_changed` the
    other accounts that get another rep than in the plan; both empty where nothing was solved.
    """

    rep_id: str
    basis: Basis
    extra_eur: float | None
    least_eur: float | None
    is_proved: bool
    free_rep_ids: tuple[str, ...]
    accounts_changed: tuple[str, ...]
    shortfalls: tuple[Shortfall, ...]
    reason: str


def is_small(outcome: Outcome) -> bool:
    """Say whether the plan is small enough to be planned again in seconds."""
    return len(outcome.territories) <= WHOLE_UNITS


def seat_price(
    folder: Path, outcome: Outcome, account_id: str, rep_id: str, *, solve: bool
) -> SeatPrice:
    """Return what it costs to give the account to the rep.

    Parameters
    ----------
    folder
        The workspace of the plan, unchanged since.
    solve
        Plan again with the account there; else the plan's own estimate is returned.

    Raises
    ------
    UsageError
        When the account or rep is not in the plan, or the workspace has changed since.
    """
    case, config = _case(folder, outcome)
    problem = case.problem
    unit = _position("account", account_id, problem.unit_ids)
    seat = _position("rep", rep_id, problem.seat_ids)
    solution = _solution(outcome, problem)
    options = Options(
        seconds=config.solve.territory_seconds,
        effort=config.solve.territory_rounds,
        gap=config.solve.territory_gap,
        seed=int(outcome.provenance.get("seed", 1)),
    )
    found = (
        force(problem, solution, unit, seat, options)
        if solve
        else estimate(problem, solution, unit, seat)
    )
    return _price(problem, found)


def _case(folder: Path, outcome: Outcome) -> tuple[TerritoryCase, Config]:
    """Build the territory case again that the plan was made from."""
    if not _inputs_are_those(folder, outcome):
        raise UsageError("the input has changed since this plan was made: plan again first")
    request = Request(folder=folder, scenario=outcome.scenario)
    workspace = lay_scenario(read_workspace(request), request).workspace
    seats = seat_holders(workspace.tables, workspace.config)
    case = build_territory_case(workspace, seats[seats["rep_id"].isin(outcome.reps["rep_id"])])
    if case is None or set(case.problem.seat_ids) != set(outcome.reps["rep_id"]):
        raise UsageError("the territories of this plan cannot be built again: plan again first")
    return case, workspace.config


def _inputs_are_those(folder: Path, outcome: Outcome) -> bool:
    """Say whether the files the plan was made from are unchanged; other scenarios do not count."""
    own = f"scenarios/{outcome.scenario}.toml"
    then, now = (
        {n: d for n, d in digests.items() if not n.startswith("scenarios/") or n == own}
        for digests in (outcome.provenance.get("inputs_sha256", {}), input_digests(folder))
    )
    return then == now


def _position(what: str, name: str, names: tuple[str, ...]) -> int:
    if name not in names:
        raise UsageError(f"no {what} {name!r} in the territories of this plan")
    return names.index(name)


def _solution(outcome: Outcome, problem: TerritoryProblem) -> Solution[TerritoryPlan]:
    """Return the solution as the plan kept it; what it did not keep is left at nothing."""
    rows = outcome.territories.set_index("account_id").reindex(list(problem.unit_ids))
    record = next(solve for solve in outcome.solves if solve.stage == "territories")
    if record.objective is None or rows["rep_id"].isna().any():
        raise UsageError("this run has no territories to compare with")
    plan = TerritoryPlan(
        seat=_seats(rows["rep_id"], problem),
        runner_up=_seats(rows["runner_up_rep_id"], problem),
        runner_up_extra_eur=rows["runner_up_extra_eur"].fillna(0.0).to_numpy(float),
        window_price=np.zeros(problem.targets.shape),
    )
    return Solution(
        status=Status(record.status),
        sense="min",
        plan=plan,
        objective=record.objective,
        bound=record.bound,
        terms=record.terms,
        shortfalls=tuple(Shortfall(**item) for item in outcome.shortfalls),
    )


def _seats(rep_ids: pd.Series, problem: TerritoryProblem) -> np.ndarray:
    return pd.Index(problem.seat_ids).get_indexer(pd.Index(rep_ids)).astype(np.int64)


def _price(problem: TerritoryProblem, found: ForcedSeat) -> SeatPrice:
    return SeatPrice(
        rep_id=problem.seat_ids[found.seat],
        basis=found.basis,
        extra_eur=found.extra_eur,
        least_eur=found.least_eur,
        is_proved=found.is_proved,
        free_rep_ids=tuple(problem.seat_ids[seat] for seat in found.seats),
        accounts_changed=tuple(
            problem.unit_ids[unit] for unit in found.changed if unit != found.unit
        ),
        shortfalls=found.shortfalls,
        reason=found.reason,
    )
