"""Choose sites and connected territories together (docs/model-territories.md, T36)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.result import OnProgress, Options, Progress
from optimizer.side_by_side import side_by_side
from optimizer.territory_connect_best import DesignSearch, columns_of, districts_of
from optimizer.territory_connect_districts import cooled, seeded
from optimizer.territory_connect_feasible import any_design
from optimizer.territory_connect_graph import pieces_too_many
from optimizer.territory_connect_land import FORBIDDEN, Ground, ground_of
from optimizer.territory_connect_partition import few_a_district
from optimizer.territory_connect_program import design_eur, total_missed
from optimizer.territory_connect_proof import few_open, prove_design, raise_bound
from optimizer.territory_connect_resplit import SPLIT_RUNS, split_anew
from optimizer.territory_connect_whole import choose_whole
from optimizer.territory_problem import Ints, TerritoryProblem

DEFAULT_RUNS = 24
STEPS_AN_ITEM = 4000
LONGER = 2
"""Later runs take so many times the steps of the first ones."""
HOTS = (1.0, 1.0, 0.4)
"""First temperatures in turn; the last starts from the best design known."""
SURE = 5
"""Runs that end at the best value before the search is taken to be done."""
EARLY_RUNS, FIRST_RUNS = 2, 6
FIRM, HARSH_HOT, HARSH = 10.0, 3.0, 30.0
"""Rise of the price of missed windows; temperature and rise while no run has kept them."""
FEASIBLE_SHARE = 0.4
"""Share of the seconds left that looking for any design at all may take."""
WHOLE_SHARE = 0.75
"""Share of the seconds left that choosing whole districts may take."""
MANY_PAIRS = 100_000
"""Pairs beyond which runs take so long that the bound comes first."""
RELAX_SHARE, RUNS_SHARE = 0.2, 0.6
"""Shares of the seconds left of the first bound, and of runs that a proof may follow."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """Hold sites, connected territories and what was proved.

    Attributes
    ----------
    site
        (V,) sites opened, ascending.
    seat
        (U,) seat of each unit; the seat at site[v] has the index S + v. Empty when infeasible.
    value
        EUR a year: service, moves, open costs; inf without a design.
    bound
        EUR a year; no connected design that keeps the windows costs less (inf: there is none).
    exact
        Whether `value` is proved to be the least.
    infeasible
        Whether it is proved that no connected design keeps the windows.
    excess
        By how much windows are missed, in mean windows; 0 when all are kept.
    pieces
        Pieces too many over all seats; 0 when every territory is connected.
    """

    site: Ints
    seat: Ints
    value: float
    bound: float
    exact: bool = False
    infeasible: bool = False
    excess: float = 0.0
    pieces: int = 0


def design(
    problem: TerritoryProblem,
    options: Options,
    stop: Callable[[], bool],
    seconds_left: Callable[[], float],
    on_progress: OnProgress | None = None,
) -> Design:
    """Choose sites for the vacant seats and connected territories around them.

    Windows, locks, groups, eligibility, homes and open costs are kept; limits on seats beside the
    windows and on moves are left to the plan made for the sites chosen. `options.effort` counts
    runs of the search (None: 24); proofs take the seconds that are left.

    Raises
    ------
    ValueError
        When the problem has no vacant seats.
    """
    if problem.vacant is None:
        raise ValueError("a design needs vacant seats")
    search = DesignSearch(ground_of(problem, problem.vacant))
    if not search.ground.items:
        return _of_nothing(search.ground)
    runs = DEFAULT_RUNS if options.effort is None else options.effort
    if search.ground.cost.size > MANY_PAIRS:
        aim = _rough(search.ground, options.seed)
        raise_bound(search, _within(stop, seconds_left, RELAX_SHARE), aim=aim)
        _tell(search, "bound of districts", on_progress)
    _runs(search, range(min(runs, EARLY_RUNS)), options, stop)
    if not _split(search, runs, options.seed, stop):
        _runs(search, range(EARLY_RUNS, min(runs, FIRST_RUNS)), options, stop)
    _tell(search, "first districts", on_progress)
    if not search.kept:
        _ask_for_any(search, options, stop, seconds_left)
    if runs > EARLY_RUNS and few_a_district(search.ground) and not search.proved:
        reserve = seconds_left() * (1 - WHOLE_SHARE)
        choose_whole(
            search,
            options,
            _within(stop, seconds_left, WHOLE_SHARE),
            lambda: max(0.0, seconds_left() - reserve),
        )
        _tell(search, "whole districts", on_progress)
    elif not search.infeasible:
        raise_bound(search, _within(stop, seconds_left, RELAX_SHARE))
        _tell(search, "bound of districts", on_progress)
    if not search.infeasible:
        share = RUNS_SHARE if few_open(search) else 1.0
        _runs(search, range(FIRST_RUNS, runs), options, _within(stop, seconds_left, share))
        _tell(search, "districts", on_progress)
        prove_design(search, options, stop, seconds_left)
    _tell(search, "proof", on_progress)
    return _read(problem, search)


def _rough(ground: Ground, seed: int) -> float:
    """Return EUR of districts just grown: what a bound may aim at, whatever windows they miss."""
    if ground.seats + ground.least == 0:
        return np.inf
    column = columns_of(ground, seeded(ground, ground.least, np.random.default_rng(seed)))
    eur = np.inf if column is None else design_eur(ground, column)
    return eur if eur < FORBIDDEN else np.inf


def _split(search: DesignSearch, runs: int, seed: int, stop: Callable[[], bool]) -> bool:
    """Where no run keeps the windows, split pairs anew; return whether listing may start on that.

    Lists of whole districts need one design that keeps the windows; another search finds better.
    """
    few = few_a_district(search.ground)
    if search.kept or runs <= EARLY_RUNS:
        return False
    split_anew(search, seed, stop, enough=1 if few else SPLIT_RUNS)
    return few and search.kept


def _of_nothing(ground: Ground) -> Design:
    """Return the cheapest sites that must open where there is nobody to serve."""
    open_eur = ground.open_eur[ground.seats :]
    site = np.sort(np.argsort(open_eur, kind="stable")[: ground.least])
    eur = float(open_eur[site].sum())
    return Design(site=site, seat=np.zeros(0, dtype=np.int64), value=eur, bound=eur, exact=True)


def _runs(search: DesignSearch, numbers: range, options: Options, stop: Callable[[], bool]) -> None:
    """Anneal from new seeds, every third time from the best design; so many at once as workers."""
    for first in numbers[:: max(1, options.workers)]:
        if stop() or search.proved or search.hits >= SURE:
            break
        several = numbers[first - numbers.start :][: max(1, options.workers)]
        runs = [partial(_run, search, number, options.seed, stop) for number in several]
        for column in side_by_side(runs):
            search.offer(column)


def _run(search: DesignSearch, number: int, seed: int, stop: Callable[[], bool]) -> Ints | None:
    """Return the columns of one run, None where it has no site to open."""
    hot, again = HOTS[number % len(HOTS)], number % len(HOTS) == len(HOTS) - 1
    harsh = FIRM if search.kept else HARSH
    opened = _opened(search.ground, number)
    if opened + search.ground.seats == 0:
        return None
    start = None
    if again and search.column is not None:
        start = districts_of(search.ground, search.column)
    elif not search.kept:
        hot = HARSH_HOT
    if start is None:
        start = seeded(search.ground, opened, np.random.default_rng([seed, number]))
    steps = STEPS_AN_ITEM * search.ground.items * (1 if number < FIRST_RUNS else LONGER)
    found = cooled(
        search.ground, start, steps=steps, hot=hot, seed=seed + number, stop=stop, harsh=harsh
    )
    return columns_of(search.ground, found)


def _opened(ground: Ground, number: int) -> int:
    """Return how many sites a run opens: the numbers allowed in turn."""
    count = ground.most - ground.least + 1
    return ground.least + (number // len(HOTS)) % count


def _ask_for_any(
    search: DesignSearch,
    options: Options,
    stop: Callable[[], bool],
    seconds_left: Callable[[], float],
) -> None:
    """Where no run keeps the windows, look for any design, or for the proof that none does."""
    reserve = seconds_left() * (1 - FEASIBLE_SHARE)
    answer = any_design(
        search.ground,
        seconds_left=lambda: seconds_left() - reserve,
        stop=stop,
        seed=options.seed,
    )
    search.infeasible = answer.infeasible
    if answer.district is None:
        return
    start = districts_of(search.ground, answer.district)
    search.offer(columns_of(search.ground, start))
    for number in range(3):
        steps = STEPS_AN_ITEM * search.ground.items
        found = cooled(
            search.ground, start, steps=steps, hot=0.5, seed=options.seed + number, stop=stop
        )
        search.offer(columns_of(search.ground, found))


def _within(
    stop: Callable[[], bool], seconds_left: Callable[[], float], share: float
) -> Callable[[], bool]:
    """Return a wish to stop that comes when a share of the seconds left is used up."""
    reserve = seconds_left() * (1 - share)
    return lambda: stop() or seconds_left() < reserve


def _tell(search: DesignSearch, message: str, on_progress: OnProgress | None) -> None:
    if on_progress is not None:
        value = search.value if np.isfinite(search.value) else None
        bound = search.bound if np.isfinite(search.bound) else None
        on_progress(Progress(stage="sites", message=message, objective=value, bound=bound))


def _read(problem: TerritoryProblem, search: DesignSearch) -> Design:
    """Return the design in the problem's own units and sites."""
    ground, nothing = search.ground, np.zeros(0, dtype=np.int64)
    if search.column is None or search.infeasible:
        bound = np.inf if search.infeasible else search.bound
        return Design(
            site=nothing, seat=nothing, value=np.inf, bound=bound, infeasible=search.infeasible
        )
    many = int(pieces_too_many(ground.graph, search.column, len(ground.home)).sum())
    opened = np.unique(search.column[search.column >= ground.seats])
    return Design(
        site=opened - ground.seats,
        seat=districts_of(ground, search.column)[ground.of_unit],
        value=search.value,
        bound=min(search.bound, search.value),
        exact=search.proved,
        excess=float(total_missed(ground, search.column).sum()),
        pieces=many,
    )
