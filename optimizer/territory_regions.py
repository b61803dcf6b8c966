"""Choose anew, by integer programs, what a few neighbouring seats hold (T15).

Large neighbourhood search (Shaw, CP 1998): everything outside the region stays where it is, so
the program is small and finds chains of exchanges that T11 cannot see.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_bound import Relaxation
from optimizer.territory_polish import gap_by_seat
from optimizer.territory_prices import Grid
from optimizer.territory_problem import Ints
from optimizer.territory_program import Columns, solve_integer
from optimizer.territory_search import State

REGION_SEATS = (3, 4)
"""Seats of one region; the solver goes on to the next size when every draw is known to fail."""
COLUMNS = 800
"""Most item-seat pairs of one region: what HiGHS settles in about a fifth of a second."""
ROOM = 0.6
"""Reduced cost a pair may have, as a share of the region's gap."""
REGION_NODES = 20
DRAWS = 20
"""Draws of a region already solved in vain after which regions grow."""

Region = tuple[int, ...]


def improve_regions(
    state: State,
    relaxation: Relaxation,
    solves: int,
    rng: np.random.Generator,
    limits: Callable[[int], Limits],
    stop: Callable[[], bool],
    failed: set[Region],
) -> int:
    """Solve regions with much of the gap, in place; return the improvements.

    Only for plans that keep every window. `limits` makes the limits of a program from its
    nodes; `failed` remembers regions without a better plan from one call to the next.
    """
    improved = 0
    for _ in range(solves):
        region = _fresh_region(state, relaxation, rng, failed)
        if stop() or region is None:
            break
        if _solve_region(state, relaxation, region, limits(REGION_NODES)):
            improved += 1
            failed -= {known for known in failed if not set(known).isdisjoint(region)}
        else:
            failed.add(region)
    return improved


def _fresh_region(
    state: State, relaxation: Relaxation, rng: np.random.Generator, failed: set[Region]
) -> Region | None:
    """Draw a region that is not known to fail; None when none turns up."""
    gap = np.maximum(gap_by_seat(state, relaxation.prices), 0.0)
    ties = shared_ties(state)
    gap[ties.sum(axis=1) == 0] = 0.0
    if not gap.sum() > 0:
        return None
    for seats in REGION_SEATS:
        for _ in range(DRAWS):
            first = int(rng.choice(len(gap), p=gap / gap.sum()))
            region = _grown(ties, first, seats, rng)
            if region not in failed:
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


def shared_ties(state: State) -> Ints:
    """Return (S, S): near ties that items of one seat have with the other, both ways."""
    seats = len(state.load)
    item, seat = state.ties
    ties = np.bincount(state.seat[item] * seats + seat, minlength=seats * seats)
    ties = ties.reshape(seats, seats)
    ties = ties + ties.T
    np.fill_diagonal(ties, 0)
    return ties


def _solve_region(state: State, relaxation: Relaxation, region: Region, limits: Limits) -> bool:
    """Take the program's plan when it is better."""
    pairs = _pairs(state, relaxation, region)
    if not pairs.any():
        return False
    items = state.items
    chosen = solve_integer(items, Columns.where(pairs), state.seat, None, limits)
    if chosen.seat is None or items.excess(chosen.seat) > 0:
        return False
    if not items.value(chosen.seat) < items.value(state.seat) - state.least_gain:
        return False
    state.seat, state.load = chosen.seat, items.load(chosen.seat)
    state.moved = items.moves(chosen.seat)
    return True


def _pairs(state: State, relaxation: Relaxation, region: Region) -> Grid:
    """Mark (G, S) the region's pairs of least reduced cost and the ones in use."""
    seats = np.array(region)
    held = np.flatnonzero(np.isin(state.seat, seats))
    behind = state.adjusted[np.ix_(held, seats)]
    behind = behind - behind.min(axis=1, keepdims=True)
    room = ROOM * float(gap_by_seat(state, relaxation.prices)[seats].sum())
    if behind.size > COLUMNS:
        room = min(room, float(np.partition(behind, COLUMNS, axis=None)[COLUMNS]))
    marked = np.zeros_like(state.near)
    marked[np.ix_(held, seats)] = behind <= room
    marked[held, state.seat[held]] = True
    marked[marked.sum(axis=1) < 2] = False
    return marked
