"""Give every unit one seat: balanced within windows, cheap to serve, few moves (T1 to T13).

The recipe: merge what stays together; prove a bound by the relaxation over all seats; round it;
exchange until nothing improves; prove the rest when it is small, else kick and exchange on.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from optimizer.result import Cancelled, OnProgress, Options, Solution
from optimizer.territory_bound import Relaxation, relax
from optimizer.territory_conclude import Finish, conclude, refuse_misuse
from optimizer.territory_exact import NODES_PER_ROUND, prove
from optimizer.territory_groups import ROUNDING, Items, aggregate, staying_seat
from optimizer.territory_polish import mend_by_kicks, polish_round
from optimizer.territory_prices import adjusted_cost, near_ties
from optimizer.territory_problem import Ints, TerritoryPlan, TerritoryProblem
from optimizer.territory_round import MENDING_NODES, from_hint, mend_windows, rounded
from optimizer.territory_search import better, descend, start
from optimizer.territory_watch import Watch

DEFAULT_ROUNDS = 2
SEARCH_COLUMNS, WIDE_COLUMNS = 80, 400
"""Near ties per window row that exchanges may use, and where windows are still missed."""


def solve_territories(
    problem: TerritoryProblem,
    options: Options,
    hint: TerritoryPlan | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[TerritoryPlan]:
    """Choose the seat of every unit at least cost, EUR a year (docs/model-territories.md).

    `options.effort` counts search rounds (a round kicks the plan once around every seat) and
    2,000 nodes each of the proof; None stands for 2. Windows are kept whenever a plan that
    keeps them is found; otherwise they are missed as little as the search manages, and each
    miss is a shortfall. The same problem and options give the same plan unless
    `stopped_by` is "time" or "cancel".

    Raises
    ------
    ValueError
        When targets, tolerances, costs or indices are such that no meaning can be given.
    """
    refuse_misuse(problem, hint)
    watch = Watch(options, on_progress, cancelled)
    items, shortfalls = aggregate(problem)
    finish = _solve_items(items, options, hint, watch)
    return conclude(problem, items, finish, shortfalls, options, watch)


def _solve_items(
    items: Items, options: Options, hint: TerritoryPlan | None, watch: Watch
) -> Finish:
    """Run the recipe on items."""
    if not len(items.cost):
        return Finish.of_nothing(items)
    relaxation = relax(items, watch.seconds_left, watch.cancelled)
    finish = Finish(relaxation=relaxation, seat=staying_seat(items), bound=relaxation.bound)
    if watch.stop():
        return finish
    finish.improve(items, _first_plan(items, relaxation, hint, watch))
    _report(items, finish, watch, "first plan")
    rounds = DEFAULT_ROUNDS if options.effort is None else options.effort
    if not _prove(items, finish, rounds, watch):
        _polish(items, finish, options, rounds, watch)
        _prove(items, finish, rounds, watch)
    return finish


def _first_plan(
    items: Items, relaxation: Relaxation, hint: TerritoryPlan | None, watch: Watch
) -> Ints:
    """Round, exchange, mend missed windows, and compare with the hint treated likewise."""
    seat = rounded(items, relaxation)
    for columns in (SEARCH_COLUMNS, WIDE_COLUMNS):
        seat = _exchange(items, relaxation, seat, columns, watch)
        if items.excess(seat) == 0.0 or relaxation.excess > ROUNDING:
            break
    else:
        limits = partial(watch.limits, MENDING_NODES, gap=1e-3)
        seat = mend_windows(items, relaxation, seat, limits)
        seat = _exchange(items, relaxation, seat, SEARCH_COLUMNS, watch)
    if hint is None or watch.stop():
        return seat
    hinted = from_hint(items, hint, relaxation.prices)
    hinted = _exchange(items, relaxation, hinted, SEARCH_COLUMNS, watch)
    return better(items, hinted, seat)


def _exchange(items: Items, relaxation: Relaxation, seat: Ints, columns: int, watch: Watch) -> Ints:
    """Return the plan after all improving exchanges on near ties, windows mended by kicks."""
    near = near_ties(adjusted_cost(items, relaxation.prices), columns * items.lower.size)
    state = start(items, relaxation.prices, near, seat)
    descend(state, watch.stop)
    if relaxation.excess <= ROUNDING:
        mend_by_kicks(state, relaxation.prices, np.random.default_rng(0), watch.stop)
    return state.seat


def _prove(items: Items, finish: Finish, rounds: int, watch: Watch) -> bool:
    """Run the exact program when it is small enough; return whether it was run."""
    if watch.stop():
        return False
    limits = watch.limits(NODES_PER_ROUND * max(1, rounds))
    proof = prove(items, finish.relaxation, finish.seat, limits)
    if proof is None:
        return False
    finish.improve(items, proof.seat)
    finish.bound = max(finish.bound, proof.bound)
    _report(items, finish, watch, "proof")
    return True


def _polish(items: Items, finish: Finish, options: Options, rounds: int, watch: Watch) -> None:
    """Kick and exchange until the gap is reached or the rounds are used up."""
    prices = finish.relaxation.prices
    near = near_ties(adjusted_cost(items, prices), SEARCH_COLUMNS * items.lower.size)
    state = start(items, prices, near, finish.seat)
    rng = np.random.default_rng(options.seed)
    for number in range(rounds):
        if watch.stop() or finish.gap(items) <= options.gap:
            return
        polish_round(state, prices, rng, watch.stop)
        finish.improve(items, state.seat)
        _report(items, finish, watch, f"search round {number + 1} of {rounds}")


def _report(items: Items, finish: Finish, watch: Watch, message: str) -> None:
    watch.tell(message, finish.objective(items), finish.bound)
