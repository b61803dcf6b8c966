"""Place vacant seats, then serve from there by the same recipe as with fixed seats (T21)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np

from optimizer.result import OnProgress, Options, Shortfall, Solution, Status, relative_gap
from optimizer.territory_conclude import NO_PIECES, PROVED
from optimizer.territory_connect_design import Design, design
from optimizer.territory_problem import Ints, TerritoryPlan, TerritoryProblem, VacantSeats
from optimizer.territory_sites import SiteChoice, choose_sites, fixed_sites
from optimizer.territory_watch import Watch

SITE_SHARE = 0.9
"""Share of the seconds that the choice of sites may take; the rest serves from the sites."""

MOST_CHOICES, MOST_UNITS = 30, 60
"""Choices of sites and units up to which every choice is served and the best one proved."""

Serve = Callable[[TerritoryProblem, Options, TerritoryPlan | None, Watch], Solution[TerritoryPlan]]


def solve_vacant(
    problem: TerritoryProblem,
    options: Options,
    watch: Watch,
    on_progress: OnProgress | None,
    serve: Serve,
) -> Solution[TerritoryPlan]:
    """Choose sites, then seats; the bound is that of the choice of sites.

    `serve` solves a problem whose sites are fixed from a plan to start with.
    """
    assert problem.vacant is not None
    watch.bounds_hold = False
    if _few_choices(problem, problem.vacant):
        return _best_of_all(problem, problem.vacant, options, watch, serve)
    until = SITE_SHARE * options.seconds

    def stop() -> bool:
        return watch.stop() or watch.seconds() > until

    def seconds_left() -> float:
        return max(0.0, until - watch.seconds())

    choice: SiteChoice | Design
    found: tuple[Shortfall, ...] = ()
    if problem.contiguity == "required" and len(problem.edges):
        choice = design(problem, options, stop, seconds_left, on_progress)
        if choice.infeasible:
            found, options = (_impossible(),), replace(options, effort=1)
            choice = choose_sites(problem, options, watch.stop, watch.seconds_left, on_progress)
    else:
        choice = choose_sites(problem, options, stop, seconds_left, on_progress)
    fixed = fixed_sites(problem, choice.site)
    # What is proved already needs no more search: any gap is small enough.
    effort = replace(options, effort=0, gap=np.inf) if choice.exact else options
    served = serve(fixed, effort, _plan_of(fixed, choice), watch)
    return _merged(problem, choice, served, found, options, watch)


def _few_choices(problem: TerritoryProblem, vacant: VacantSeats) -> bool:
    """Return whether all choices of sites can be served one after the other."""
    sites = len(vacant.site_ids)
    choices = sum(math.comb(sites, count) for count in range(vacant.least, vacant.most + 1))
    return 0 < choices <= MOST_CHOICES and len(problem.unit_ids) <= MOST_UNITS


def _best_of_all(
    problem: TerritoryProblem, vacant: VacantSeats, options: Options, watch: Watch, serve: Serve
) -> Solution[TerritoryPlan]:
    """Serve from every choice of sites and return the best, the first among equals.

    A choice that forces more moves than may be is taken only where all do.
    """
    tried = []
    for count in range(vacant.least, vacant.most + 1):
        for chosen in combinations(range(len(vacant.site_ids)), count):
            site = np.array(chosen, dtype=np.int64)
            served = serve(fixed_sites(problem, site), replace(options, gap=0.0), None, watch)
            tried.append(_with_sites(problem, site, served, served.bound, (), options, watch))
    allowed = [solution for solution in tried if not _forces_moves(solution)] or tried
    best = min(allowed, key=_rank)
    bound = min(_bound(solution) for solution in allowed)
    proved = relative_gap(_rank(best)[1], bound) <= PROVED and best.status is Status.OPTIMAL
    status = Status.OPTIMAL if proved else Status.FEASIBLE
    unknowing = not proved and any(NO_PIECES in solution.notes for solution in allowed)
    return replace(best, bound=bound, status=status, notes=_notes(best, unknowing))


def _forces_moves(solution: Solution[TerritoryPlan]) -> bool:
    return any(shortfall.code == "moves_above_limit" for shortfall in solution.shortfalls)


def _bound(solution: Solution[TerritoryPlan]) -> float:
    assert solution.bound is not None
    return solution.bound


def _rank(solution: Solution[TerritoryPlan]) -> tuple[bool, float]:
    """Return what solutions are compared by: whether hard limits are missed, EUR."""
    assert solution.objective is not None
    return not _kept(solution), solution.objective


def _kept(solution: Solution[TerritoryPlan]) -> bool:
    """Return whether all hard limits are kept: a note says so where they are not."""
    return set(solution.notes) <= {NO_PIECES}


def _impossible() -> Shortfall:
    return Shortfall(
        code="no_connected_plan",
        subject="territories",
        amount=1.0,
        unit="plans",
        reason="It is proved that no choice of sites gives connected territories within all "
        "windows; the plan misses them as little as was found.",
        remedy="Widen the windows, change the number of seats, or only prefer connection.",
    )


def _plan_of(problem: TerritoryProblem, choice: SiteChoice | Design) -> TerritoryPlan:
    units = len(problem.unit_ids)
    return TerritoryPlan(
        seat=choice.seat,
        runner_up=np.full(units, -1, dtype=np.int64),
        runner_up_extra_eur=np.zeros(units),
        window_price=np.zeros(problem.targets.shape),
        site=choice.site,
    )


def _merged(
    problem: TerritoryProblem,
    choice: SiteChoice | Design,
    served: Solution[TerritoryPlan],
    found: tuple[Shortfall, ...],
    options: Options,
    watch: Watch,
) -> Solution[TerritoryPlan]:
    """Return the served plan with the bound of the choice of sites."""
    never = _never_served(served, choice)
    bound = (choice.value if choice.exact else choice.bound) + never
    merged = _with_sites(
        problem, choice.site, served, bound - _open(problem, choice.site), found, options, watch
    )
    knows = isinstance(choice, Design) or merged.status is Status.OPTIMAL
    unknowing = not knows and NO_PIECES in served.notes
    return replace(merged, notes=_notes(merged, unknowing))


def _open(problem: TerritoryProblem, site: Ints) -> float:
    assert problem.vacant is not None
    return math.fsum(problem.vacant.open_cost[site].tolist())


def _notes(solution: Solution[TerritoryPlan], unknowing: bool) -> tuple[str, ...]:
    """Return the notes of the plan, and whether the bound beside it leaves connection out."""
    about_plan = tuple(note for note in solution.notes if note != NO_PIECES)
    return (*about_plan, NO_PIECES) if unknowing else about_plan


def _with_sites(
    problem: TerritoryProblem,
    site: Ints,
    served: Solution[TerritoryPlan],
    bound: float | None,
    found: tuple[Shortfall, ...],
    options: Options,
    watch: Watch,
) -> Solution[TerritoryPlan]:
    """Return the served plan with its sites and their cost; `bound` is without that cost."""
    assert served.plan is not None
    opened = _open(problem, site)
    terms = {**served.terms, "open_seats_eur": opened}
    objective = math.fsum(terms.values())
    proven = min(objective, (-math.inf if bound is None else bound) + opened)
    gap = relative_gap(objective, proven)
    proved = gap <= PROVED and _kept(served) and not found
    return replace(
        served,
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        plan=replace(served.plan, site=site),
        objective=objective,
        bound=proven,
        relaxed_bound=None,
        terms=terms,
        shortfalls=found + served.shortfalls,
        stopped_by="proof" if proved else _stopped_by(gap, options, watch),
        seconds=watch.seconds(),
    )


def _stopped_by(gap: float, options: Options, watch: Watch) -> str:
    return watch.stopped_by or ("gap" if gap <= options.gap else "effort")


def _never_served(served: Solution[TerritoryPlan], choice: SiteChoice | Design) -> float:
    """Return EUR for units that nobody may serve from any site: a constant of the problem."""
    left_out: Ints = np.flatnonzero(choice.seat < 0)
    return float(served.terms["unserved_eur"]) if len(left_out) else 0.0
