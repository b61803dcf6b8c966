"""Settle one seat after another with whole sets of items: the compiled part of drafts (T35)."""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_draft_prices import Dual, State, adjusted, newton
from optimizer.territory_pattern_kernels import EDGE, Windows, repair
from optimizer.territory_pattern_ways import Ways, rising
from optimizer.territory_problem import Floats

CANDIDATES = 12
"""Seats whose cheapest sets are tried in earnest."""
LEAST_REACH = 0.1
"""Heats above the bound that a seat's cheapest set is looked for at first, at least."""


class Table(NamedTuple):
    """Hold room to work in: for prices, for ways, prices and state of what is tried."""

    dual: Dual
    halves: tuple[Ways, Ways]
    double: tuple[Ways, Ways]
    price: Floats
    trial: State


@njit(cache=True, nogil=True)
def _two_best(board, state, price, item):
    """Return the least and second-least adjusted cost at open seats, and the pair of the least."""
    best, second, pair = np.inf, np.inf, -1
    for p in range(board.start[item], board.start[item + 1]):
        if state.open[board.seat[p]]:
            eur = adjusted(board, price, p)
            if eur < best:
                best, second, pair = eur, best, p
            elif eur < second:
                second = eur
    return best, second, pair


@njit(cache=True, nogil=True)
def regrets(board, state, price):
    """Return (P,) adjusted cost of free pairs less that of the best other open seat, else inf.

    -inf where there is no other one.
    """
    regret = np.full(len(board.seat), np.inf)
    for item in range(len(state.free)):
        if state.free[item]:
            best, second, pair = _two_best(board, state, price, item)
            for p in range(board.start[item], board.start[item + 1]):
                if state.open[board.seat[p]]:
                    other = second if p == pair else best
                    regret[p] = adjusted(board, price, p) - other
    return regret


@njit(cache=True, nogil=True)
def cheapest_set(board, seat, regret, price, reach, halves):
    """Return the pairs of a seat's cheapest set, and EUR by which it is dearer than the bound.

    inf where no set that keeps the seat's hard limits was found.
    """
    offers = board.offers
    first, last = offers.start[seat], offers.start[seat + 1]
    reduced, load = np.empty(last - first), np.zeros(price.shape[1])
    for k in range(last - first):
        reduced[k] = regret[board.pair[first + k]]
        if reduced[k] < 0:
            load += offers.size[first + k]
    windows = Windows(board.windows.lower, board.windows.upper, price, board.windows.miss)
    extra, changed = repair(seat, reduced, offers, windows, reach, load, halves)
    taken = reduced < 0
    for k in changed:
        taken[k] = not taken[k]
    missed = len(changed) == 0 and misses(board, seat, load)
    return board.pair[first + np.flatnonzero(taken)], (np.inf if missed else extra)


@njit(cache=True, nogil=True)
def misses(board, seat, load):
    """Return whether a load misses a hard limit of the seat."""
    for r in range(len(load)):
        if board.windows.miss[r] == np.inf:
            low, high = board.windows.lower[seat, r], board.windows.upper[seat, r]
            if load[r] < low - EDGE or load[r] > high + EDGE:
                return True
    return False


@njit(cache=True, nogil=True)
def load_of(board, pairs):
    """Return (R,) what pairs bring together."""
    load = np.zeros(board.size.shape[1])
    for p in pairs:
        load += board.size[p]
    return load


@njit(cache=True, nogil=True)
def settle_seat(board, state, seat, pairs):
    """Give the seat these pairs and close it; return EUR, misses included: inf for a hard one."""
    load, eur = load_of(board, pairs), 0.0
    for p in pairs:
        state.free[board.item[p]], state.chosen[board.item[p]] = False, p
        eur += board.cost[p]
    state.open[seat] = False
    for r in range(len(load)):
        off = max(board.windows.lower[seat, r] - load[r], load[r] - board.windows.upper[seat, r])
        if off > EDGE:
            eur += off * board.windows.miss[r]
    return eur


@njit(cache=True, nogil=True)
def pick(board, state, price, heat, noise, reach, table):
    """Settle the seat whose cheapest set leaves the others best off; return whether one can be.

    Parameters
    ----------
    board, state
        Pairs and limits; what is settled, changed in place.
    price
        (S, R) EUR per relative unit, changed in place: good prices for what is left.
    heat
        EUR behind the best seat of an item at which another one still counts.
    noise
        (P,) heats by which pairs seem dearer.
    reach
        (S,) EUR above the bound that each seat was searched up to last.
    table
        Room to work in.
    """
    newton(board, state, price, heat, table.dual)
    _, soft = newton(board, state, price, heat, table.dual)
    if soft == -np.inf:
        return False
    regret = regrets(board, state, price) + heat * noise
    reach[:] = np.minimum(np.maximum(reach, LEAST_REACH * heat), heat)
    seats = np.flatnonzero(state.open)
    extra, sets = np.empty(len(seats)), []
    for k in range(len(seats)):
        pairs, extra[k] = cheapest_set(board, seats[k], regret, price, reach, table.halves)
        sets.append(pairs)
    best, at = np.inf, -1
    for k in rising(extra, len(seats))[:CANDIDATES]:
        if extra[k] == np.inf:
            break
        copy_state(state, table.trial)
        table.price[:] = price
        eur = settle_seat(board, table.trial, seats[k], sets[k])
        _, soft = newton(board, table.trial, table.price, heat, table.dual)
        if eur + soft < best:
            best, at = eur + soft, k
    if at >= 0:
        settle_seat(board, state, seats[at], sets[at])
    return at >= 0


@njit(cache=True, nogil=True)
def copy_state(state, other):
    """Make another state the same."""
    other.open[:] = state.open
    other.free[:] = state.free
    other.chosen[:] = state.chosen
