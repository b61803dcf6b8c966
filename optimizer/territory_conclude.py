"""Turn seats of items into a plan with terms, shortfalls, prices and runners-up."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from optimizer.result import Options, Shortfall, Solution, Status, relative_gap
from optimizer.territory_bound import Relaxation, unsolved
from optimizer.territory_groups import Items, outside
from optimizer.territory_prices import Prices, adjusted_cost, free_prices, miss_penalty
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem
from optimizer.territory_search import better
from optimizer.territory_shortfalls import moves_above_limit, window_shortfalls
from optimizer.territory_watch import Watch

PROVED = 1e-6


@dataclass(kw_only=True)
class Finish:
    """Hold the best seats so far (G,) and what is proved: EUR with missed windows priced."""

    relaxation: Relaxation
    seat: Ints
    bound: float

    @staticmethod
    def of_nothing(items: Items) -> Finish:
        """Return the plan without items: no seats, no cost, nothing left to prove."""
        relaxation = unsolved(items, free_prices(items), miss_penalty(items))
        return Finish(relaxation=relaxation, seat=np.zeros(0, dtype=np.int64), bound=0.0)

    def improve(self, items: Items, seat: Ints) -> None:
        """Keep the better of two plans."""
        self.seat = better(items, self.seat, seat).copy()

    def objective(self, items: Items) -> float:
        """Return EUR, missed windows priced (T5)."""
        return items.value(self.seat) + self.relaxation.penalty * items.excess(self.seat)

    def gap(self, items: Items) -> float:
        """Return the proven relative gap."""
        return relative_gap(self.objective(items), min(self.bound, self.objective(items)))


def refuse_misuse(problem: TerritoryProblem, hint: TerritoryPlan | None) -> None:
    """Raise ValueError for numbers that have no meaning here."""
    seats = len(problem.seat_ids)
    checks = {
        "targets must be finite and >= 0": np.isfinite(problem.targets).all()
        and (problem.targets >= 0).all(),
        "tolerance must be finite and >= 0": np.isfinite(problem.tolerance).all()
        and (problem.tolerance >= 0).all(),
        "cost must not be -inf": not (problem.cost == -np.inf).any(),
        "move_cost must be finite": np.isfinite(problem.move_cost).all(),
        "current_seat must be -1 or a seat": (problem.current_seat >= -1).all()
        and (problem.current_seat < seats).all(),
        "max_moved_share must lie in 0..1": 0 <= problem.max_moved_share <= 1,
        "hint must have a seat for every unit": hint is None
        or hint.seat.shape == (len(problem.unit_ids),),
    }
    for message, holds in checks.items():
        if not holds:
            raise ValueError(message)


def conclude(
    problem: TerritoryProblem,
    items: Items,
    finish: Finish,
    shortfalls: tuple[Shortfall, ...],
    options: Options,
    watch: Watch,
) -> Solution[TerritoryPlan]:
    """Return the solution; the plan's units are those of its items."""
    plan = _plan(problem, items, finish)
    terms = _terms(problem, plan, finish, items)
    objective = math.fsum(terms.values())
    bound = min(objective, finish.bound + terms["unserved_eur"])
    missed = window_shortfalls(problem, plan)
    forced = moves_above_limit(problem, plan)
    proved = relative_gap(objective, bound) <= PROVED
    notes = (f"missed windows are priced {finish.relaxation.penalty:.6g} EUR a mean target",)
    return Solution(
        status=Status.OPTIMAL if proved and not missed else Status.FEASIBLE,
        sense="min",
        plan=plan,
        objective=objective,
        bound=bound,
        terms=terms,
        shortfalls=shortfalls + forced + missed,
        stopped_by=_stopped_by(relative_gap(objective, bound), options, watch),
        seconds=watch.seconds(),
        notes=notes if missed else (),
    )


def _stopped_by(gap: float, options: Options, watch: Watch) -> str:
    if gap <= PROVED:
        return "proof"
    if watch.stopped_by is not None:
        return watch.stopped_by
    return "gap" if gap <= options.gap else "effort"


def _plan(problem: TerritoryProblem, items: Items, finish: Finish) -> TerritoryPlan:
    served = np.flatnonzero(items.of_unit >= 0)
    prices = finish.relaxation.prices
    other, extra = _runner_up(items, prices, finish.seat)
    seat, runner_up = (np.full(len(problem.unit_ids), -1, dtype=np.int64) for _ in range(2))
    runner_up_extra = np.zeros(len(problem.unit_ids))
    seat[served] = finish.seat[items.of_unit[served]]
    runner_up[served] = other[items.of_unit[served]]
    runner_up_extra[served] = extra[items.of_unit[served]]
    window_price = np.zeros(problem.targets.shape)
    window_price[:, items.measure] = np.abs(prices.window) / items.scale
    return TerritoryPlan(
        seat=seat,
        runner_up=runner_up,
        runner_up_extra_eur=runner_up_extra,
        window_price=window_price,
    )


def _runner_up(items: Items, prices: Prices, seat: Ints) -> tuple[Ints, Floats]:
    """Return the next best seat at shadow prices and its extra EUR, 0 where it looks cheaper."""
    at = np.arange(len(seat))
    adjusted = adjusted_cost(items, prices)
    here = adjusted[at, seat]
    adjusted[at, seat] = np.inf
    if not adjusted.size:
        return np.full(len(seat), -1, dtype=np.int64), np.zeros(len(seat))
    other = adjusted.argmin(axis=1).astype(np.int64)
    there = adjusted[at, other]
    none = np.isinf(there)
    return np.where(none, -1, other), np.where(none, 0.0, np.maximum(there - here, 0.0))


def _terms(
    problem: TerritoryProblem, plan: TerritoryPlan, finish: Finish, items: Items
) -> dict[str, float]:
    """Return the objective line by line (T1)."""
    served = np.flatnonzero(plan.seat >= 0)
    moved = served[
        (problem.current_seat[served] >= 0) & (plan.seat[served] != problem.current_seat[served])
    ]
    finite = problem.cost[np.isfinite(problem.cost)]
    unserved = len(plan.seat) - len(served)
    missed = outside(items.load(finish.seat), items.lower, items.upper).sum()
    return {
        "travel_eur": math.fsum(problem.cost[served, plan.seat[served]]),
        "moves_eur": math.fsum(problem.move_cost[moved]),
        "unserved_eur": unserved * float(finite.max(initial=0.0)),
        "imbalance_eur": float(missed) * finish.relaxation.penalty,
    }
