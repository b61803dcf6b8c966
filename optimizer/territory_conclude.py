"""Turn pairs of items into a plan with terms, shortfalls, prices and runners-up."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.result import Options, Shortfall, Solution, Status, relative_gap
from optimizer.territory_bound import Relaxation, unsolved
from optimizer.territory_conflicts import window_conflicts
from optimizer.territory_items import staying_pair
from optimizer.territory_judge import Judge
from optimizer.territory_pairs import Items
from optimizer.territory_prices import (
    Prices,
    adjusted_cost,
    best_pair,
    free_prices,
    miss_penalty,
)
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem
from optimizer.territory_shortfalls import (
    limit_shortfalls,
    moves_above_limit,
    not_connected,
    unserved_by_price,
    window_shortfalls,
)
from optimizer.territory_watch import Watch

PROVED = 1e-6
NO_PIECES = "the bound does not know of pieces: how much of the gap is real, nobody has proved"
"""Note of a bound that leaves connection out."""


@dataclass(kw_only=True)
class Finish:
    """Hold the best pairs so far (G,) and what is proved: EUR with missed limits priced.

    `lp_bound` is what the relaxation alone proves, `bound` the best of all proofs.
    """

    judge: Judge
    relaxation: Relaxation
    pair: Ints
    bound: float
    lp_bound: float

    @staticmethod
    def begin(judge: Judge, relaxation: Relaxation | None = None) -> Finish:
        """Return what is known before any search: everything stays where it is."""
        items = judge.items
        if relaxation is None:
            relaxation = unsolved(items, free_prices(items), miss_penalty(items))
        pair = staying_pair(items) if items.count else np.zeros(0, dtype=np.int64)
        bound = relaxation.bound if items.count else 0.0
        return Finish(judge=judge, relaxation=relaxation, pair=pair, bound=bound, lp_bound=bound)

    @property
    def items(self) -> Items:
        """Return the items that the plan is about."""
        return self.judge.items

    def improve(self, pair: Ints) -> None:
        """Keep the better of two plans."""
        self.pair = self.judge.better(self.pair, pair).copy()

    def objective(self) -> float:
        """Return EUR, missed hard limits priced (T5, T22)."""
        penalty = self.relaxation.penalty * self.items.excess(self.pair)
        return self.judge.eur(self.pair) + penalty

    def proved(self) -> float:
        """Return the best bound, rounded up where every plan costs whole EUR."""
        objective, bound = self.objective(), self.bound
        if self.items.excess(self.pair) == 0.0 and _costs_whole_eur(self.judge):
            bound = math.ceil(bound - 1e-6 * max(1.0, abs(bound)))
        return min(bound, objective)

    def gap(self) -> float:
        """Return the proven relative gap."""
        return relative_gap(self.objective(), self.proved())


def _costs_whole_eur(judge: Judge) -> bool:
    items = judge.items
    priced = items.miss_price[np.isfinite(items.miss_price)]
    whole = bool((items.pairs.cost == np.rint(items.pairs.cost)).all())
    return whole and not priced.any() and judge.stray_eur == 0.0 and items.complete


def refuse_misuse(problem: TerritoryProblem, hint: TerritoryPlan | None) -> None:
    """Raise ValueError for numbers that have no meaning here."""
    seats = len(problem.seat_ids)
    cost = problem.cost
    checks = {
        "targets must be finite and >= 0": np.isfinite(problem.targets).all()
        and (problem.targets >= 0).all(),
        "tolerance must be finite and >= 0": np.isfinite(problem.tolerance).all()
        and (problem.tolerance >= 0).all(),
        "cost must not be -inf": not isinstance(cost, np.ndarray) or not (cost == -np.inf).any(),
        "move_cost must be finite": np.isfinite(problem.move_cost).all(),
        "miss_price must be >= 0": not (problem.miss_price < 0).any()
        and not np.isnan(problem.miss_price).any(),
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
    finish: Finish,
    shortfalls: tuple[Shortfall, ...],
    options: Options,
    watch: Watch,
) -> Solution[TerritoryPlan]:
    """Return the solution; the plan's units are those of its items."""
    plan = _plan(problem, finish)
    terms = _terms(problem, plan, finish)
    objective = math.fsum(terms.values())
    never = terms["unserved_eur"] - float(_priced_unserved(problem, plan).sum())
    bound = min(objective, finish.proved() + never)
    missed = window_shortfalls(problem, plan)
    missed = _causes(problem, missed) + missed + limit_shortfalls(problem, plan)
    forced = moves_above_limit(problem, plan) + unserved_by_price(problem, plan)
    forced += not_connected(problem, plan)
    kept = finish.judge.faults(finish.pair) == 0.0
    proved = relative_gap(objective, bound) <= PROVED
    return Solution(
        status=Status.OPTIMAL if proved and kept else Status.FEASIBLE,
        sense="min",
        plan=plan,
        objective=objective,
        bound=bound,
        relaxed_bound=min(objective, finish.lp_bound + never),
        terms=terms,
        shortfalls=shortfalls + forced + missed,
        stopped_by=_stopped_by(relative_gap(objective, bound), options, watch),
        seconds=watch.seconds(),
        notes=tuple(_notes(finish, kept, proved)),
    )


def _causes(problem: TerritoryProblem, missed: tuple[Shortfall, ...]) -> tuple[Shortfall, ...]:
    """Return what makes windows impossible to keep whatever the plan, where any is missed."""
    if not missed or problem.seat_measures is not None:
        return ()
    return window_conflicts(problem)


def _notes(finish: Finish, kept: bool, proved: bool) -> Iterator[str]:
    """Say what missed limits cost, and where the bound leaves a rule out."""
    if not kept:
        yield f"missed limits are priced {finish.relaxation.penalty:.6g} EUR a mean target"
    # Where territories are to be connected, only the exact search lifts the bound.
    if finish.judge.graph is not None and not proved and finish.bound <= finish.lp_bound:
        yield NO_PIECES


def _stopped_by(gap: float, options: Options, watch: Watch) -> str:
    if gap <= PROVED:
        return "proof"
    if watch.stopped_by is not None:
        return watch.stopped_by
    return "gap" if gap <= options.gap else "effort"


def _plan(problem: TerritoryProblem, finish: Finish) -> TerritoryPlan:
    items = finish.items
    served = np.flatnonzero(items.of_unit >= 0)
    prices, item = finish.relaxation.prices, items.of_unit[served]
    other, extra = _runner_up(items, prices, finish.pair)
    seat, runner_up = (np.full(len(problem.unit_ids), -1, dtype=np.int64) for _ in range(2))
    runner_up_extra = np.zeros(len(problem.unit_ids))
    seat[served] = items.pairs.seat[finish.pair][item]
    seat[seat >= len(problem.seat_ids)] = -1
    runner_up[served] = other[item]
    runner_up_extra[served] = extra[item]
    window_price = np.zeros(problem.targets.shape)
    balance = np.flatnonzero(items.measure >= 0)
    priced = np.abs(prices.window[: len(window_price), balance]) / items.scale[balance]
    window_price[:, items.measure[balance]] = priced
    return TerritoryPlan(
        seat=seat,
        runner_up=runner_up,
        runner_up_extra_eur=runner_up_extra,
        window_price=window_price,
    )


def _runner_up(items: Items, prices: Prices, pair: Ints) -> tuple[Ints, Floats]:
    """Return the next best seat at shadow prices and its extra EUR, 0 where it looks cheaper."""
    if not items.count:
        return np.zeros(0, dtype=np.int64), np.zeros(0)
    adjusted = adjusted_cost(items.pairs, prices)
    here = adjusted[pair]
    adjusted[pair] = np.inf
    other = best_pair_or_first(items, adjusted)
    none = np.isinf(adjusted[other])
    extra = np.where(none, 0.0, np.maximum(adjusted[other] - here, 0.0))
    return np.where(none, -1, items.pairs.seat[other]), extra


def best_pair_or_first(items: Items, values: Floats) -> Ints:
    """Return (G,) the pair of least `values`, an item's first where all are infinite."""
    finite = np.where(np.isfinite(values), values, np.finfo(np.float64).max)
    return best_pair(items.pairs, finite)


def _priced_unserved(problem: TerritoryProblem, plan: TerritoryPlan) -> Floats:
    """Return the prices of the units that stay unserved by choice."""
    if not problem.unserved_price.size:
        return np.zeros(0)
    price = problem.unserved_price[(plan.seat < 0) & ~problem.locked]
    return price[np.isfinite(price)]


def _terms(problem: TerritoryProblem, plan: TerritoryPlan, finish: Finish) -> dict[str, float]:
    """Return the objective line by line (T1)."""
    items = finish.items
    costs, served = problem.costs(), np.flatnonzero(plan.seat >= 0)
    moved = served[
        (problem.current_seat[served] >= 0) & (plan.seat[served] != problem.current_seat[served])
    ]
    by_choice = _priced_unserved(problem, plan)
    never = len(plan.seat) - len(served) - len(by_choice)
    imbalance = finish.relaxation.penalty * items.excess(finish.pair)
    terms = {
        "travel_eur": math.fsum(costs.at(served, plan.seat[served])),
        "moves_eur": math.fsum(problem.move_cost[moved]),
        "unserved_eur": math.fsum(by_choice) + (never * _dearest(problem) if never else 0.0),
        "imbalance_eur": imbalance + items.soft_cost(finish.pair),
    }
    if problem.contiguity == "preferred":
        terms["stray_eur"] = finish.judge.stray_cost(finish.pair)
    return terms


def _dearest(problem: TerritoryProblem) -> float:
    """Return the dearest finite cost of the problem."""
    dearest, units = 0.0, len(problem.unit_ids)
    for first in range(0, units, 4096):
        cost = problem.costs().rows(first, min(first + 4096, units))
        dearest = max(dearest, float(cost[np.isfinite(cost)].max(initial=0.0)))
    return dearest
