"""Anneal connected districts whose sites are free: the compiled parts.

A district is a seat of the problem or an opened one. An opened seat stands at the cheapest of the
sites whose home lies in its district, which is found anew for every move tried, so that sites
follow their districts at once.
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_connect_joins import joined
from optimizer.territory_connect_kernel import neighbour_seat
from optimizer.territory_connect_moves import draw, relist
from optimizer.territory_pairs import ROUNDING
from optimizer.territory_problem import Floats, Ints

EUR, MISSED, BEST = range(3)
NO_SITE = 1e30
TRIES = 4


class Land(NamedTuple):
    """Hold what districts are made of: G items, C columns (S seats, then J sites), K measures.

    `cost` (G, C) EUR; `size` (G, S + 1, K), the last for opened seats; `open_eur` (C,);
    `lower`, `upper` (C, K); `home_start`, `home_site`: columns at home in an item;
    `homeless`: columns without a home; `movable` (G,); `seats` (1,) S.
    """

    cost: Floats
    size: Floats
    open_eur: Floats
    lower: Floats
    upper: Floats
    home_start: Ints
    home_site: Ints
    homeless: Ints
    movable: Ints
    seats: Ints


class Districts(NamedTuple):
    """Hold D districts while they are changed.

    `seat` (U,) district of each unit; `total` (D, C) EUR of its items at each column; `load`,
    `price` (D, K); `value` (D,) priced EUR, `eur`, `missed`, `column` (D,) at the best column;
    lists and scratch as in `territory_connect_moves.State`; `found` (4,) the last valuation.
    """

    seat: Ints
    total: Floats
    load: Floats
    price: Floats
    margin: Floats
    value: Floats
    eur: Floats
    missed: Floats
    column: Ints
    slot: Ints
    used: Ints
    place: Ints
    held: Ints
    stamp: Ints
    queue: Ints
    mark: Ints
    found: Floats
    tally: Floats
    rng: np.ndarray
    best: Ints


@njit(cache=True, nogil=True)
def _weigh(land, state, district, column, item, sign):
    """Value the district at a column, one item more (1), less (-1) or none (0); keep the best."""
    eur = state.total[district, column] + land.open_eur[column]
    if sign != 0:
        eur += sign * land.cost[item, column]
    if eur >= state.found[0]:
        return
    value, missed, kind = eur, 0.0, min(district, land.size.shape[1] - 1)
    for row in range(state.load.shape[1]):
        load = state.load[district, row]
        if sign != 0:
            load += sign * land.size[item, kind, row]
        out = max(land.lower[column, row] - load, load - land.upper[column, row])
        value += state.price[district, row] * max(out + state.margin[district, row], 0.0)
        missed += out if out >= ROUNDING else 0.0
    if value < state.found[0]:
        state.found[0], state.found[1], state.found[2] = value, eur, missed
        state.found[3] = column


@njit(cache=True, nogil=True)
def _weigh_homes(land, state, district, home, item, sign):
    for at in range(land.home_start[home], land.home_start[home + 1]):
        _weigh(land, state, district, land.home_site[at], item, sign)


@njit(cache=True, nogil=True)
def weigh_all(land, state, district, item, sign):
    """Find the best column of the district, one item more or less; return its priced value."""
    state.found[0] = NO_SITE
    if district < land.seats[0]:
        _weigh(land, state, district, district, item, sign)
        return state.found[0]
    for at in range(state.used[district]):
        home = state.slot[district, at]
        if sign >= 0 or home != item:
            _weigh_homes(land, state, district, home, item, sign)
    if sign > 0:
        _weigh_homes(land, state, district, item, item, sign)
    for column in land.homeless:
        _weigh(land, state, district, column, item, sign)
    return state.found[0]


@njit(cache=True, nogil=True)
def settle(land, state, district):
    """Value a district as it is and keep what was found."""
    state.tally[EUR] -= state.eur[district]
    state.tally[MISSED] -= state.missed[district]
    state.value[district] = weigh_all(land, state, district, 0, 0)
    state.eur[district], state.missed[district] = state.found[1], state.found[2]
    state.column[district] = int(state.found[3])
    state.tally[EUR] += state.eur[district]
    state.tally[MISSED] += state.missed[district]


@njit(cache=True, nogil=True)
def hand_over(graph, land, state, item, taker):
    """Give the item to another district; sums and lists follow, values do not."""
    giver, kinds = seat_of(graph, state, item), land.size.shape[1] - 1
    for column in range(land.cost.shape[1]):
        state.total[giver, column] -= land.cost[item, column]
        state.total[taker, column] += land.cost[item, column]
    for row in range(state.load.shape[1]):
        state.load[giver, row] -= land.size[item, min(giver, kinds), row]
        state.load[taker, row] += land.size[item, min(taker, kinds), row]
    relist(graph, state, item, giver, taker)


@njit(cache=True, nogil=True)
def seat_of(graph, state, item):
    """Return the district of an item."""
    return state.seat[graph.member[graph.member_start[item]]]


@njit(cache=True, nogil=True)
def _neighbour(graph, land, state, item):
    """Return the district of a random neighbour that may take the item, -1 for none."""
    giver = seat_of(graph, state, item)
    if land.movable[item] == 0 or (state.used[giver] == 1 and giver >= land.seats[0]):
        return -1
    taker = neighbour_seat(graph, state, item)
    if taker < 0:
        taker = int(draw(state.rng) * len(state.value))
    return taker if taker != giver else -1


@njit(cache=True, nogil=True)
def roam(graph, land, state, hot, cold, steps):
    """Try `steps` moves while the temperature falls from `hot` to `cold` EUR."""
    items, fall = len(state.place), np.log(cold / hot) / max(steps, 1)
    for step in range(steps):
        limit = -hot * np.exp(fall * step) * np.log(1.0 - draw(state.rng))
        item = int(draw(state.rng) * items)
        taker = _neighbour(graph, land, state, item)
        if taker >= 0 and joined(graph, state, item, taker):
            _try(graph, land, state, item, taker, limit)


@njit(cache=True, nogil=True)
def _change(graph, land, state, item, taker):
    giver = seat_of(graph, state, item)
    change = weigh_all(land, state, giver, item, -1) - state.value[giver]
    return change + weigh_all(land, state, taker, item, 1) - state.value[taker]


@njit(cache=True, nogil=True)
def _try(graph, land, state, item, taker, limit):
    """Shift the item when that is accepted, else see whether passing one on makes up for it."""
    giver = seat_of(graph, state, item)
    if _change(graph, land, state, item, taker) <= limit:
        hand_over(graph, land, state, item, taker)
        _accept(land, state, giver, taker, taker)
        return
    before = state.value[giver] + state.value[taker]
    hand_over(graph, land, state, item, taker)
    left = weigh_all(land, state, giver, 0, 0)
    for _ in range(TRIES):
        other = state.slot[taker, int(draw(state.rng) * state.used[taker])]
        third = _neighbour(graph, land, state, other)
        if other == item or third < 0 or not joined(graph, state, other, third):
            continue
        after = weigh_all(land, state, taker, other, -1) + weigh_all(land, state, third, other, 1)
        change = after - before + (0.0 if third == giver else left - state.value[third])
        if change <= limit:
            hand_over(graph, land, state, other, third)
            _accept(land, state, giver, taker, third)
            return
    hand_over(graph, land, state, item, giver)


@njit(cache=True, nogil=True)
def _accept(land, state, giver, taker, third):
    settle(land, state, giver)
    settle(land, state, taker)
    if third not in (giver, taker):
        settle(land, state, third)
    if state.tally[MISSED] < ROUNDING and state.tally[EUR] < state.tally[BEST] - 1e-7:
        state.tally[BEST] = state.tally[EUR]
        state.best[:] = state.seat
