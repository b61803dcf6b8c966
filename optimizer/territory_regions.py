"""Choose anew, by integer programs, what a few neighbouring seats hold (T15).

Large neighbourhood search (Shaw, CP 1998): everything outside the region stays where it is, so
the program is small and finds chains of exchanges that a local search cannot see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_bound import Relaxation
from optimizer.territory_pairs import Items, rank
from optimizer.territory_prices import Prices, adjusted_cost, behind_best
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_program import solve_integer

REGION_SEATS = (3, 4)
"""Seats of one region; the solver goes on to the next size when every draw is known to fail."""
COLUMNS = 800
"""Most item-seat pairs of one region: what HiGHS settles in about a fifth of a second."""
ROOM = 0.6
"""Reduced cost a pair may have, as a share of the region's gap."""
REGION_NODES = 20
DRAWS = 20
"""Draws of a region already solved in vain after which regions grow."""
NEAR = 80
"""Near ties a limit that say which seats are neighbours."""

Region = tuple[int, ...]


@dataclass(kw_only=True)
class Regions:
    """Hold a plan under search by regions and what is known about it.

    `behind` (P,) reduced cost of each pair; `failed` regions without a better plan.
    """

    items: Items
    prices: Prices
    behind: Floats
    pair: Ints
    failed: set[Region]

    @staticmethod
    def of(items: Items, relaxation: Relaxation, pair: Ints) -> Regions:
        """Start from a plan."""
        behind = behind_best(items.pairs, adjusted_cost(items.pairs, relaxation.prices))
        return Regions(
            items=items, prices=relaxation.prices, behind=behind, pair=pair.copy(), failed=set()
        )


def improve_regions(
    state: Regions,
    solves: int,
    rng: np.random.Generator,
    limits: Callable[[int], Limits],
    stop: Callable[[], bool],
) -> int:
    """Solve regions with much of the gap, in place; return the improvements.

    Only for plans that keep every hard limit. `limits` makes the limits of a program from its
    nodes.
    """
    improved = 0
    for _ in range(solves):
        region = _fresh_region(state, rng)
        if stop() or region is None:
            break
        if _solve_region(state, region, limits(REGION_NODES)):
            improved += 1
            state.failed -= {known for known in state.failed if not set(known).isdisjoint(region)}
        else:
            state.failed.add(region)
    return improved


def gap_by_seat(items: Items, prices: Prices, behind: Floats, pair: Ints) -> Floats:
    """Return (S,) EUR of the gap that sits at each seat.

    The gap between a plan and the bound at these prices is, term by term, what its items cost
    above their cheapest seat, and what is paid for room that is not used.
    """
    load = items.load(pair)
    regret = np.bincount(items.pairs.seat[pair], weights=behind[pair], minlength=items.seats)
    unused = np.where(prices.window > 0, load - items.lower, 0.0) * np.maximum(prices.window, 0)
    left = np.where(prices.window < 0, items.upper - load, 0.0) * np.maximum(-prices.window, 0)
    return regret + (unused + left).sum(axis=1)


def _fresh_region(state: Regions, rng: np.random.Generator) -> Region | None:
    """Draw a region that is not known to fail; None when none turns up."""
    gap = np.maximum(gap_by_seat(state.items, state.prices, state.behind, state.pair), 0.0)
    ties = shared_ties(state.items, state.behind, state.pair)
    gap[ties.sum(axis=1) == 0] = 0.0
    if not gap.sum() > 0:
        return None
    for seats in REGION_SEATS:
        for _ in range(DRAWS):
            first = int(rng.choice(len(gap), p=gap / gap.sum()))
            region = _grown(ties, first, seats, rng)
            if region not in state.failed:
                return region
    return None


def _grown(ties: Ints, first: int, seats: int, rng: np.random.Generator) -> Region:
    """Add neighbours one by one, more likely where more near ties are shared."""
    region = [first]
    weight = ties[first].copy()
    while len(region) < seats and weight.sum() > 0:
        region.append(int(rng.choice(len(weight), p=weight / weight.sum())))
        weight += ties[region[-1]]
        weight[region] = 0
    return tuple(sorted(region))


def shared_ties(items: Items, behind: Floats, pair: Ints) -> Ints:
    """Return (S, S): near ties that items of one seat have with the other, both ways."""
    seats, wanted = items.seats, min(NEAR * items.lower.size + items.count, behind.size) - 1
    near = np.flatnonzero(behind <= np.partition(behind, wanted)[wanted])
    here = items.pairs.seat[pair[items.pairs.item[near]]]
    ties = np.bincount(here * seats + items.pairs.seat[near], minlength=seats * seats)
    ties = ties.reshape(seats, seats)
    ties = ties + ties.T
    np.fill_diagonal(ties, 0)
    return ties


def _solve_region(state: Regions, region: Region, limits: Limits) -> bool:
    """Take the program's plan when it is better."""
    columns = _columns(state, region)
    if not len(columns):
        return False
    items = state.items
    chosen = solve_integer(items, columns, state.pair, None, limits)
    if chosen.pair is None:
        return False
    (excess, eur), before = rank(items, chosen.pair), rank(items, state.pair)
    if excess > before[0] or not eur < before[1] - 1e-10 * max(1e-300, abs(before[1])):
        return False
    state.pair = chosen.pair
    return True


def _columns(state: Regions, region: Region) -> Ints:
    """Return the region's pairs of least reduced cost and the ones in use."""
    pairs, inside = state.items.pairs, np.zeros(state.items.seats, dtype=bool)
    inside[list(region)] = True
    held = inside[pairs.seat[state.pair]]
    mine = np.flatnonzero(held[pairs.item] & inside[pairs.seat])
    behind = state.behind[mine]
    least = np.full(state.items.count, np.inf)
    np.minimum.at(least, pairs.item[mine], behind)
    behind = behind - least[pairs.item[mine]]
    gaps = gap_by_seat(state.items, state.prices, state.behind, state.pair)
    room = ROOM * float(gaps[list(region)].sum())
    if behind.size > COLUMNS:
        room = min(room, float(np.partition(behind, COLUMNS)[COLUMNS]))
    used = np.zeros(len(pairs.item), dtype=bool)
    used[state.pair] = True
    kept = mine[(behind <= room) | used[mine]]
    counts = np.bincount(pairs.item[kept], minlength=state.items.count)
    return kept[counts[pairs.item[kept]] > 1]
