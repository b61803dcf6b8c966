"""Choose the sites of vacant seats and who is served from there (location-allocation)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np

from optimizer.result import OnProgress, Options, Progress, relative_gap
from optimizer.territory_problem import Floats, Ints, SeatLimits, TerritoryProblem
from optimizer.territory_site_bound import ascend, first_prices, within_work
from optimizer.territory_site_build import site_data
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_near import near_lists
from optimizer.territory_site_rounds import Rounds
from optimizer.territory_site_search import Choice
from optimizer.territory_site_start import first_choice

DEFAULT_ROUNDS = 3
MOST_ROUNDS = 4
"""Rounds after which more effort goes into new starts, not into longer coolings."""
REGIONS_A_ROUND = 40
FEW_LISTED, MORE_LISTED = 3_000, 4_000
"""Clusters or arcs of a program that is worth running first, and more after each round."""
ITEMS_OF_REGIONS, FEW_EACH = 500, 8.0
"""Beyond so many items, with fewer than so many a seat, regions take the place of more starts."""
LONGEST = 20_000_000
"""Steps of a cooling beyond which regions chosen anew find more in the same time."""
COUNTS = 4
"""Numbers of seats tried beside the one that prices favour, where the number is free."""
FEW_NODES, PROOF_NODES = 200, 1_000
"""Nodes a round of these programs."""
MOST_STARTS, ITEMS_OF_STARTS = 12, 2_000
"""Small problems are cooled from several starts: so many, of so many items together."""
SHORT_STEPS, LONG_STEPS = 1_500, 6_000
"""Steps an item of the first cooling; of the later ones, a round."""
SPARE = 1.1
"""A first choice may miss windows and cost too little; a bound must aim higher."""
ASCENT_STEPS, MORE_STEPS = 600, 600


@dataclass(frozen=True, kw_only=True)
class SiteChoice:
    """Hold which sites to open, a plan that uses them and what was proved.

    Attributes
    ----------
    site
        (V,) sites opened, ascending.
    seat
        (U,) seat of each unit, -1 unserved; the seat at site[v] has the index S + v.
    value
        EUR a year: service, moves, open costs, misses that have a price.
    bound
        EUR a year; no choice that keeps the hard windows costs less.
    exact
        Whether `value` is proved to be the least.
    excess
        By how much hard windows are missed, relative to their mean; 0 when all are kept.
    """

    site: Ints
    seat: Ints
    value: float
    bound: float
    exact: bool
    excess: float


def choose_sites(
    problem: TerritoryProblem,
    options: Options,
    stop: Callable[[], bool],
    seconds_left: Callable[[], float],
    on_progress: OnProgress | None = None,
) -> SiteChoice:
    """Choose sites and service together at least cost, EUR a year.

    `options.effort` counts rounds of the search, None stands for 3. Windows and homes are
    kept where the search finds a way; limits on moves and contiguity are left to the plan that
    is made for the sites chosen.

    Raises
    ------
    ValueError
        When the problem has no vacant seats or their arrays do not fit it.
    """
    data = site_data(problem)
    if not data.items:
        return _of_nothing(data)
    near = near_lists(data)
    first = first_choice(data, near, min(data.most, max(data.least, 1)), options.seed)
    reach = SPARE * abs(data.value(first.opened, first.centre))
    bound = ascend(
        data, near, first_prices(data, near), reach, within_work(near, ASCENT_STEPS), stop
    )
    rounds = Rounds(
        data=data, near=near, bound=bound, options=options, stop=stop,
        seconds_left=seconds_left, choice=first,
    )  # fmt: skip
    proved = _search(rounds, partial(_tell, rounds, on_progress))
    return _site_choice(data, rounds.choice, proved, every_rule_seen(problem))


def every_rule_seen(problem: TerritoryProblem) -> bool:
    """Return whether the choice of sites knows every rule of the problem."""
    limited = any(getattr(problem.limits, each.name).size for each in fields(problem.limits))
    moves = problem.max_moved_share >= 1 or not (problem.current_seat >= 0).any()
    return problem.contiguity == "off" and moves and not limited


def _of_nothing(data: SiteData) -> SiteChoice:
    """Return the cheapest sites where there is nobody to serve."""
    opened = np.sort(np.argsort(data.open_cost, kind="stable")[: data.least])
    return _site_choice(data, Choice(opened=opened, centre=np.zeros(0, np.int64)), -np.inf, True)


def _search(rounds: Rounds, tell: Callable[[str, float], None]) -> float:
    """Cool, prove if little is open; else cool from more starts and choose regions anew."""
    asked = DEFAULT_ROUNDS if rounds.options.effort is None else rounds.options.effort
    total = min(asked, MOST_ROUNDS)
    rounds.cool_from_starts(range(1), SHORT_STEPS)
    rounds.raise_bound(MORE_STEPS)
    tell("cooled", rounds.bound.bound)
    bound = rounds.prove(FEW_LISTED, FEW_NODES * total, least_room=1.0)
    tell("first program", bound)
    if rounds.gap(bound) > rounds.options.gap and total > 0 and not _regions_suffice(rounds):
        least = 1 if rounds.data.least == rounds.data.most else COUNTS
        starts = 1 + max(least, min(MOST_STARTS, ITEMS_OF_STARTS // rounds.data.items))
        steps = min(LONG_STEPS * total, LONGEST // rounds.data.items)
        rounds.cool_from_starts(range(1, starts), max(LONG_STEPS, steps))
        tell(f"cooled from {starts} starts", bound)
    for number in range(total):
        if rounds.stop() or rounds.gap(bound) <= rounds.options.gap:
            break
        bound = max(bound, rounds.prove(MORE_LISTED * (number + 1), PROOF_NODES))
        tell("program", bound)
        rounds.improve_regions(REGIONS_A_ROUND)
        tell(f"round {number + 1} of {total}", bound)
    return _search_on(rounds, bound, asked // MOST_ROUNDS, tell)


def _regions_suffice(rounds: Rounds) -> bool:
    """Return whether regions chosen anew mend a short cooling sooner than a longer one does."""
    data, choice = rounds.data, rounds.choice
    each = data.items / max(1, data.most + data.seats)
    kept = data.excess(choice.opened, choice.centre) == 0
    return kept and data.items > ITEMS_OF_REGIONS and each < FEW_EACH


def _search_on(
    rounds: Rounds, bound: float, times: int, tell: Callable[[str, float], None]
) -> float:
    """Choose regions anew while there are any, then cool from new starts, longer each time."""
    for again in range(1, times):
        if rounds.stop() or rounds.gap(bound) <= rounds.options.gap:
            break
        if rounds.improve_regions(REGIONS_A_ROUND):
            tell(f"regions once more, {again} of {times - 1}", bound)
            continue
        starts = range(MOST_STARTS * again + 1, MOST_STARTS * (again + 1) + 1)
        rounds.cool_from_starts(starts, LONG_STEPS * MOST_ROUNDS * min(again, MOST_ROUNDS))
        bound = max(bound, rounds.prove(MORE_LISTED * (MOST_ROUNDS + again), PROOF_NODES))
        tell(f"cooled once more, {again} of {times - 1}", bound)
    return bound


def _tell(rounds: Rounds, on_progress: OnProgress | None, message: str, bound: float) -> None:
    """Tell a listener how far the choice of sites has come."""
    if on_progress is not None:
        value = rounds.data.value(rounds.choice.opened, rounds.choice.centre)
        on_progress(Progress(stage="sites", message=message, objective=value, bound=bound))


def _site_choice(data: SiteData, choice: Choice, bound: float, every_rule: bool) -> SiteChoice:
    value = data.value(choice.opened, choice.centre)
    excess = data.excess(choice.opened, choice.centre)
    bound = min(bound, value) if excess == 0 else bound
    return SiteChoice(
        site=choice.opened,
        seat=seat_of_unit(data, choice),
        value=value,
        bound=bound,
        exact=every_rule and excess == 0 and relative_gap(value, bound) <= 1e-6,
        excess=excess,
    )


def seat_of_unit(data: SiteData, choice: Choice) -> Ints:
    """Return (U,) seats: those that stand first, then one a site opened, -1 unserved."""
    seat = np.full(data.centres, -1, dtype=np.int64)
    seat[data.sites : data.sites + data.seats] = np.arange(data.seats)
    seat[choice.opened] = data.seats + np.arange(len(choice.opened))
    wrong = data.cost[choice.centre, np.arange(data.items)] >= data.forbidden
    of_item = np.append(np.where(wrong, -1, seat[choice.centre]), -1)
    return of_item[data.of_unit]


def fixed_sites(problem: TerritoryProblem, site: Ints) -> TerritoryProblem:
    """Return the problem with a seat at each site given, behind the seats that stand.

    The home unit of a site may go to its seat only.
    """
    vacant = problem.vacant
    if vacant is None:
        raise ValueError("the problem has no vacant seats")
    seats = len(problem.seat_ids)
    cost = np.concatenate(
        [problem.costs().rows(0, len(problem.unit_ids)), vacant.cost[:, site]], axis=1
    )
    for v, home in enumerate(vacant.home_unit[site]):
        if home >= 0:
            kept = cost[home, seats + v]
            cost[home] = np.inf
            cost[home, seats + v] = kept
    lower, upper = problem.windows()
    return replace(
        problem,
        seat_ids=problem.seat_ids + tuple(vacant.site_ids[j] for j in site),
        targets=np.concatenate([problem.targets, _targets(vacant.lower[site], vacant.upper[site])]),
        lower_limits=np.concatenate([lower, vacant.lower[site]]),
        upper_limits=np.concatenate([upper, vacant.upper[site]]),
        cost=cost,
        seat_measures=_seat_measures(problem, len(site)),
        limits=_limits(problem.limits, len(site)),
        vacant=None,
    )


def _targets(lower: Floats, upper: Floats) -> Floats:
    """Return the middle of each window; its finite end where it has one only, else 0."""
    lower = np.where(np.isfinite(lower), lower, np.where(np.isfinite(upper), upper, 0.0))
    upper = np.where(np.isfinite(upper), upper, lower)
    return (lower + upper) / 2


def _seat_measures(problem: TerritoryProblem, added: int) -> Floats | None:
    if problem.seat_measures is None:
        return None
    new = np.repeat(problem.measures[:, None], added, axis=1)
    return np.concatenate([problem.seat_measures, new], axis=1)


def _limits(limits: SeatLimits, added: int) -> SeatLimits:
    """Return the limits with none for the seats added."""
    values = {each.name: getattr(limits, each.name) for each in fields(limits)}
    free = {name: 0.0 if name.startswith("least") else np.inf for name in values}
    longer = {
        name: np.concatenate([array, np.full(added, free[name])]) if array.size else array
        for name, array in values.items()
    }
    return SeatLimits(**longer)
