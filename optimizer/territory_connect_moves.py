"""Move items between neighbouring seats without taking territories apart: the compiled parts.

The state is a bundle of arrays changed in place. A move gives one item to a seat it may go to.
Whether it keeps territories whole is told by `territory_connect_joins`.
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_pairs import ROUNDING
from optimizer.territory_problem import Floats, Ints

EUR, MISSED, MOVES, BEST, MOVE_PRICE, MOST_MOVED, STRAY_EUR = range(7)
"""What `State.tally` holds; `MISSED` counts the hard rows outside their limits."""


class Choice(NamedTuple):
    """Hold the pairs of the items, by item and then seat (see `territory_pairs.Pairs`)."""

    start: Ints
    seat: Ints
    cost: Floats
    size: Floats
    moved: Ints


class State(NamedTuple):
    """Hold a plan while it is changed.

    `pair` (G,); `seat` (U,) of the units; `load`, `price` (S, R); `lower`, `upper` (S, R)
    limits drawn in by `margin` (S, R), within which they still count as kept; `hard` (R,) 1 or 0;
    `slot` (S, .) with `used` (S,) the items of each seat and `place` (G,) where an item stands;
    `held` (S, parts) units a seat holds in a part; `stray` (S,) stray units of the seat;
    `stamp`, `queue` (U,) and `largest` (parts,) are scratch; `mark` (2,) the last stamp, and the
    first seat that connects nothing;
    `tally` as named above; `rng` (1,); `best` (G,) the best plan without missed hard rows.
    """

    pair: Ints
    seat: Ints
    load: Floats
    lower: Floats
    upper: Floats
    margin: Floats
    price: Floats
    hard: Floats
    slot: Ints
    used: Ints
    place: Ints
    held: Ints
    stray: Floats
    stamp: Ints
    queue: Ints
    largest: Floats
    mark: Ints
    tally: Floats
    rng: np.ndarray
    best: Ints


@njit(cache=True, nogil=True)
def draw(rng):
    """Return a number in [0, 1): splitmix64 (Steele, Lea and Flood, 2014)."""
    rng[0] += np.uint64(0x9E3779B97F4A7C15)
    z = rng[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return np.float64(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def find_pair(choice, item, seat):
    """Return the pair of item and seat, -1 when the seat may not serve it."""
    low, high = choice.start[item], choice.start[item + 1]
    while low < high:
        middle = (low + high) // 2
        if choice.seat[middle] < seat:
            low = middle + 1
        else:
            high = middle
    if low < choice.start[item + 1] and choice.seat[low] == seat:
        return low
    return -1


@njit(cache=True, nogil=True)
def row_change(state, choice, seat, pair, sign):
    """Return by how much the priced misses of a seat change when it gains or loses a pair."""
    change = 0.0
    for row in range(state.load.shape[1]):
        low, high = state.lower[seat, row], state.upper[seat, row]
        before = state.load[seat, row]
        after = before + sign * choice.size[pair, row]
        missed = max(low - after, after - high, 0.0) - max(low - before, before - high, 0.0)
        change += state.price[seat, row] * missed
    return change


@njit(cache=True, nogil=True)
def change_of(state, choice, item, pair):
    """Return the change in EUR and priced misses when the item takes the pair."""
    old = state.pair[item]
    moves = state.tally[MOVES]
    after = moves + choice.moved[pair] - choice.moved[old]
    over = max(after - state.tally[MOST_MOVED], 0.0) - max(moves - state.tally[MOST_MOVED], 0.0)
    return (
        choice.cost[pair]
        - choice.cost[old]
        + state.tally[MOVE_PRICE] * over
        + row_change(state, choice, choice.seat[old], old, -1.0)
        + row_change(state, choice, choice.seat[pair], pair, 1.0)
    )


@njit(cache=True, nogil=True)
def count_rows(state, seat, sign):
    """Add the hard rows a seat misses, and the EUR of its soft ones, to the tally."""
    for row in range(state.load.shape[1]):
        load = state.load[seat, row]
        missed = max(state.lower[seat, row] - load, load - state.upper[seat, row])
        if missed - state.margin[seat, row] >= ROUNDING:
            state.tally[MISSED] += sign * state.hard[row]
            state.tally[EUR] += sign * (1.0 - state.hard[row]) * state.price[seat, row] * missed


@njit(cache=True, nogil=True)
def apply(graph, state, choice, item, pair):
    """Give the item to the seat of the pair; loads, lists and tally follow."""
    old = state.pair[item]
    giver, taker = choice.seat[old], choice.seat[pair]
    count_rows(state, giver, -1.0)
    count_rows(state, taker, -1.0)
    for row in range(state.load.shape[1]):
        state.load[giver, row] -= choice.size[old, row]
        state.load[taker, row] += choice.size[pair, row]
    count_rows(state, giver, 1.0)
    count_rows(state, taker, 1.0)
    state.tally[EUR] += choice.cost[pair] - choice.cost[old]
    state.tally[MOVES] += choice.moved[pair] - choice.moved[old]
    state.pair[item] = pair
    relist(graph, state, item, giver, taker)


@njit(cache=True, nogil=True)
def relist(graph, state, item, giver, taker):
    """Move an item and its units from one seat's lists to another's."""
    for at in range(graph.member_start[item], graph.member_start[item + 1]):
        unit = graph.member[at]
        state.seat[unit] = taker
        if graph.part[unit] >= 0:
            state.held[giver, graph.part[unit]] -= 1
            state.held[taker, graph.part[unit]] += 1
    state.used[giver] -= 1
    last = state.slot[giver, state.used[giver]]
    state.slot[giver, state.place[item]] = last
    state.place[last] = state.place[item]
    state.slot[taker, state.used[taker]] = item
    state.place[item] = state.used[taker]
    state.used[taker] += 1
