"""Give every unit one seat: balanced within windows, cheap to serve, few moves (T1 to T22).

The recipe: merge what stays together; prove a bound by the relaxation over all seats; round it;
anneal and exchange among near ties; prove the rest when it is small, else prove a part, search
on, and choose region after region anew.
"""

from __future__ import annotations

from optimizer.result import Cancelled, OnProgress, Options, Shortfall, Solution
from optimizer.territory_bound import relax
from optimizer.territory_conclude import Finish, conclude, refuse_misuse
from optimizer.territory_items import aggregate
from optimizer.territory_judge import Judge
from optimizer.territory_large import candidates
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from optimizer.territory_recipe import Recipe
from optimizer.territory_round import from_hint
from optimizer.territory_vacant import solve_vacant
from optimizer.territory_watch import Watch

LARGEST_COMPLETE = 600_000
"""Pairs of unit and seat up to which all are listed; beyond, candidates are."""


def solve_territories(
    problem: TerritoryProblem,
    options: Options,
    hint: TerritoryPlan | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[TerritoryPlan]:
    """Choose the seat of every unit at least cost, EUR a year (docs/model-territories.md).

    `options.effort` counts search rounds; None stands for 3. Windows are kept whenever a plan
    that keeps them is found; otherwise they are missed as little as the search manages, and
    each miss is a shortfall. The same problem and options give the same plan unless
    `stopped_by` is "time" or "cancel", or `workers` is more than 1. `on_progress` hears the bound
    as it is proved, before there is a plan; a solve stopped then returns it.

    Raises
    ------
    ValueError
        When targets, tolerances, costs or indices are such that no meaning can be given.
    """
    refuse_misuse(problem, hint)
    watch = Watch(options, on_progress, cancelled)
    if problem.vacant is not None:
        return solve_vacant(problem, options, watch, on_progress, _solve_fixed)
    return _solve_fixed(problem, options, hint, watch)


def _solve_fixed(
    problem: TerritoryProblem, options: Options, hint: TerritoryPlan | None, watch: Watch
) -> Solution[TerritoryPlan]:
    """Solve a problem whose seats all have their place."""
    large = len(problem.unit_ids) * len(problem.seat_ids) > LARGEST_COMPLETE
    if large and problem.seat_measures is None:
        return _solve_large(problem, options, hint, watch)
    items, shortfalls = aggregate(problem)
    judge = Judge.of(problem, items)
    finish = Finish.begin(judge)
    if items.count:
        relaxation = relax(items, watch.seconds_left, watch.cancelled, watch.tell_step)
        finish = Finish.begin(judge, relaxation)
    return _finished(problem, finish, shortfalls, options, hint, watch)


def _solve_large(
    problem: TerritoryProblem, options: Options, hint: TerritoryPlan | None, watch: Watch
) -> Solution[TerritoryPlan]:
    """Solve a problem whose pairs are too many to list: the bound is proved over all of them."""
    workers = options.workers
    found = candidates(
        problem, watch.seconds_left, watch.stop, watch.tell_step, workers=workers, hint=hint
    )
    finish = Finish.begin(Judge.of(problem, found.items), found.relaxation)
    return _finished(problem, finish, found.shortfalls, options, hint, watch)


def _finished(
    problem: TerritoryProblem,
    finish: Finish,
    shortfalls: tuple[Shortfall, ...],
    options: Options,
    hint: TerritoryPlan | None,
    watch: Watch,
) -> Solution[TerritoryPlan]:
    if finish.items.count and not watch.stop():
        finish = Recipe(finish=finish, options=options, watch=watch).run(hint)
    elif finish.items.count and hint is not None:
        finish.improve(from_hint(finish.items, hint, finish.relaxation.prices))
    return conclude(problem, finish, shortfalls, options, watch)
