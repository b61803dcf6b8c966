"""Anneal a plan by shifts of one item and chains of two between neighbouring seats."""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.territory_connect_joins import joined, stray_of
from optimizer.territory_connect_moves import (
    BEST,
    EUR,
    MISSED,
    MOST_MOVED,
    MOVES,
    STRAY_EUR,
    apply,
    change_of,
    draw,
    find_pair,
)

CHAIN_TRIES = 4
ANY_SEAT = 0.02
"""Share of proposals to any seat the item may go to; the others go to a neighbour's."""


@njit(cache=True, nogil=True)
def anneal(graph, choice, state, hot, cold, steps, stride):
    """Try `steps` moves while the temperature falls from `hot` to `cold` EUR."""
    items, fall = len(state.pair), np.log(cold / hot) / max(steps, 1)
    for step in range(steps):
        if step % stride == 0:
            keep_best(state)
        limit = -hot * np.exp(fall * step) * np.log(1.0 - draw(state.rng))
        item = int(draw(state.rng) * items)
        pair = propose(graph, choice, state, item)
        if pair >= 0:
            _try(graph, choice, state, item, pair, limit)
    keep_best(state)


@njit(cache=True, nogil=True)
def keep_best(state):
    """Keep the plan when every hard row is kept and it is the cheapest so far."""
    if state.tally[MISSED] > 0.5 or state.tally[MOVES] > state.tally[MOST_MOVED]:
        return
    eur = state.tally[EUR] + state.tally[STRAY_EUR] * state.stray.sum()
    if eur < state.tally[BEST] - 1e-9 * abs(eur):
        state.tally[BEST] = eur
        state.best[:] = state.pair


@njit(cache=True, nogil=True)
def propose(graph, choice, state, item):
    """Return a pair that gives the item to a neighbour's seat, -1 for none."""
    seat = neighbour_seat(graph, state, item)
    if seat < 0 or draw(state.rng) < ANY_SEAT:
        first, last = choice.start[item], choice.start[item + 1]
        pair = first + int(draw(state.rng) * (last - first))
        return pair if pair != state.pair[item] and _room(state, choice.seat[pair]) else -1
    if seat == choice.seat[state.pair[item]] or not _room(state, seat):
        return -1
    return find_pair(choice, item, seat)


@njit(cache=True, nogil=True)
def neighbour_seat(graph, state, item):
    """Return the seat of a random neighbour of a random unit of the item, -1 without one."""
    first, last = graph.member_start[item], graph.member_start[item + 1]
    unit = graph.member[
        first + int(draw(state.rng) * (last - first)) if last - first > 1 else first
    ]
    first, last = graph.start[unit], graph.start[unit + 1]
    if first == last:
        return -1
    return state.seat[graph.neighbour[first + int(draw(state.rng) * (last - first))]]


@njit(cache=True, nogil=True)
def _room(state, seat):
    return state.used[seat] < state.slot.shape[1]


@njit(cache=True, nogil=True)
def _try(graph, choice, state, item, pair, limit):
    """Make the move when it is accepted, else look for a second one that makes up for it."""
    change = change_of(state, choice, item, pair)
    if state.tally[STRAY_EUR] > 0.0:
        _try_priced(graph, choice, state, item, pair, change, limit)
        return
    if not joined(graph, state, item, choice.seat[pair]):
        return
    old = state.pair[item]
    apply(graph, state, choice, item, pair)
    if change > limit and not _made_up(graph, choice, state, item, limit - change):
        apply(graph, state, choice, item, old)


@njit(cache=True, nogil=True)
def _made_up(graph, choice, state, item, limit):
    """Pass another item of the seat that received on to a third; say whether it was worth it."""
    taker = choice.seat[state.pair[item]]
    for _ in range(CHAIN_TRIES):
        other = state.slot[taker, int(draw(state.rng) * state.used[taker])]
        pair = propose(graph, choice, state, other)
        if other == item or pair < 0 or change_of(state, choice, other, pair) > limit:
            continue
        if joined(graph, state, other, choice.seat[pair]):
            apply(graph, state, choice, other, pair)
            return True
    return False


@njit(cache=True, nogil=True)
def _try_priced(graph, choice, state, item, pair, change, limit):
    """Make the move, or a chain of two, when it is accepted with the strays it makes or mends."""
    old = state.pair[item]
    giver, taker = choice.seat[old], choice.seat[pair]
    apply(graph, state, choice, item, pair)
    if change <= limit + _most_mended(state, giver, taker, taker):
        after = change + _stray_change(graph, state, giver) + _stray_change(graph, state, taker)
        if after <= limit:
            _restray(graph, state, giver, taker, taker)
            return
    for _ in range(CHAIN_TRIES):
        if _chained(graph, choice, state, item, giver, change, limit):
            return
    apply(graph, state, choice, item, old)


@njit(cache=True, nogil=True)
def _chained(graph, choice, state, item, giver, first, limit):
    """Pass another item on; keep both moves when they are accepted together."""
    taker = choice.seat[state.pair[item]]
    other = state.slot[taker, int(draw(state.rng) * state.used[taker])]
    pair, old = propose(graph, choice, state, other), state.pair[other]
    if other == item or pair < 0:
        return False
    third, change = choice.seat[pair], first + change_of(state, choice, other, pair)
    if change > limit + _most_mended(state, giver, taker, third):
        return False
    apply(graph, state, choice, other, pair)
    change += _stray_change(graph, state, giver)
    change += _stray_change(graph, state, taker)
    if third != giver:
        change += _stray_change(graph, state, third)
    if change <= limit:
        _restray(graph, state, giver, taker, third)
        return True
    apply(graph, state, choice, other, old)
    return False


@njit(cache=True, nogil=True)
def _most_mended(state, giver, taker, third):
    """Return EUR of all strays of the seats of a move: no move mends more, and this is cheap."""
    strays = state.stray[giver] + state.stray[taker]
    if third not in (giver, taker):
        strays += state.stray[third]
    return state.tally[STRAY_EUR] * strays


@njit(cache=True, nogil=True)
def _stray_change(graph, state, seat):
    return state.tally[STRAY_EUR] * (stray_of(graph, state, seat) - state.stray[seat])


@njit(cache=True, nogil=True)
def _restray(graph, state, giver, taker, third):
    for seat in (giver, taker, third):
        state.stray[seat] = stray_of(graph, state, seat)
