"""Give every unit one seat: balanced within windows, cheap to serve, few moves (T1 to T13).

The recipe: merge what stays together; prove a bound by the relaxation over all seats; round it;
exchange until nothing improves; prove the rest when it is small, else prove a part, kick and
exchange on, and choose region after region anew.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from optimizer.result import Cancelled, OnProgress, Options, Solution
from optimizer.territory_bound import Relaxation, relax
from optimizer.territory_conclude import Finish, conclude, refuse_misuse
from optimizer.territory_exact import NODES_PER_ROUND, prove, prove_part
from optimizer.territory_groups import ROUNDING, Items, aggregate, staying_seat
from optimizer.territory_polish import mend_by_kicks, polish_round
from optimizer.territory_prices import adjusted_cost, near_ties
from optimizer.territory_problem import Ints, TerritoryPlan, TerritoryProblem
from optimizer.territory_regions import Region, improve_regions
from optimizer.territory_round import MENDING_NODES, from_hint, mend_windows, rounded
from optimizer.territory_search import State, better, descend, start
from optimizer.territory_watch import Watch

DEFAULT_ROUNDS = 3
NEAR_TIES = (80, 240)
"""Near ties per window row in narrow and in wide searches; which is better differs by data."""
REGIONS_A_ROUND = 8
PART_COLUMNS = 1_700
"""Pairs a round that the program over part of the pairs may use."""
PROGRAM_GAP = 1e-4
"""Relative gap at which a program that only has to improve the plan may stop."""
NOISE = 0.5
"""Largest noise of a kick, as a share of the width of the narrow band of near ties."""


def solve_territories(
    problem: TerritoryProblem,
    options: Options,
    hint: TerritoryPlan | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[TerritoryPlan]:
    """Choose the seat of every unit at least cost, EUR a year (docs/model-territories.md).

    `options.effort` counts search rounds (a round kicks the plan once around every seat and
    chooses eight regions anew), each worth 2,000 nodes of the proof or 1,700 pairs of a proof
    of a part; None stands for 3. Windows are kept whenever a plan that keeps them is found;
    otherwise they are missed as little as the search manages, and each miss is a shortfall.
    The same problem and options give the same plan unless `stopped_by` is "time" or "cancel".

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
        _prove_part(items, finish, options, rounds, watch)
        _polish(items, finish, options, rounds, watch)
        if not _prove(items, finish, rounds, watch):
            _solve_regions(items, finish, options, rounds, watch)
    return finish


def _first_plan(
    items: Items, relaxation: Relaxation, hint: TerritoryPlan | None, watch: Watch
) -> Ints:
    """Return the best of: rounded, with narrow and wide exchanges; mended; hinted."""
    begun = rounded(items, relaxation)
    narrow, wide = (_exchange(items, relaxation, begun, columns, watch) for columns in NEAR_TIES)
    seat = better(items, narrow, wide)
    if items.excess(seat) > 0 and not watch.stop():
        limits = partial(watch.limits, MENDING_NODES, gap=1e-3)
        mended = mend_windows(items, relaxation, seat, limits)
        seat = _exchange(items, relaxation, mended, NEAR_TIES[0], watch)
    if hint is None or watch.stop():
        return seat
    hinted = from_hint(items, hint, relaxation.prices)
    return better(items, _exchange(items, relaxation, hinted, NEAR_TIES[0], watch), seat)


def _state(items: Items, relaxation: Relaxation, seat: Ints, columns: int) -> State:
    """Return a search over the near ties asked for per window row."""
    near = near_ties(adjusted_cost(items, relaxation.prices), columns * items.lower.size)
    return start(items, relaxation.prices, near, seat)


def _exchange(items: Items, relaxation: Relaxation, seat: Ints, columns: int, watch: Watch) -> Ints:
    """Return the plan after all improving exchanges on near ties, windows mended by kicks."""
    state = _state(items, relaxation, seat, columns)
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
    """Kick and exchange, on narrow and wide near ties in turn, until the gap or the end."""
    relaxation = finish.relaxation
    noise = _state(items, relaxation, finish.seat, NEAR_TIES[0]).band * NOISE
    rng = np.random.default_rng(options.seed)
    for number in range(rounds):
        if watch.stop() or finish.gap(items) <= options.gap:
            return
        columns = NEAR_TIES[number % len(NEAR_TIES)]
        state = _state(items, relaxation, finish.seat, columns)
        polish_round(state, relaxation.prices, noise, rng, watch.stop)
        finish.improve(items, state.seat)
        _report(items, finish, watch, f"search round {number + 1} of {rounds}")


def _prove_part(items: Items, finish: Finish, options: Options, rounds: int, watch: Watch) -> None:
    """Run the program over part of the pairs where that closes enough of the gap."""
    if watch.stop() or finish.gap(items) <= options.gap:
        return
    limits = watch.limits(1, gap=PROGRAM_GAP)
    proof = prove_part(items, finish.relaxation, finish.seat, PART_COLUMNS * rounds, limits)
    if proof is None:
        return
    finish.improve(items, proof.seat)
    finish.bound = max(finish.bound, proof.bound)
    _report(items, finish, watch, "proof of a part")


def _solve_regions(
    items: Items, finish: Finish, options: Options, rounds: int, watch: Watch
) -> None:
    """Choose regions anew, round by round, until the gap or the end."""
    rng = np.random.default_rng([options.seed, 1])
    failed: set[Region] = set()
    for number in range(rounds):
        if watch.stop() or finish.gap(items) <= options.gap or items.excess(finish.seat) > 0:
            return
        state = _state(items, finish.relaxation, finish.seat, NEAR_TIES[0])
        limits = partial(watch.limits, gap=PROGRAM_GAP)
        improve_regions(state, finish.relaxation, REGIONS_A_ROUND, rng, limits, watch.stop, failed)
        finish.improve(items, state.seat)
        _report(items, finish, watch, f"region round {number + 1} of {rounds}")


def _report(items: Items, finish: Finish, watch: Watch, message: str) -> None:
    watch.tell(message, finish.objective(items), finish.bound)
