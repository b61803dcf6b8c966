"""Settle the last three seats of a draft together: the compiled part (T35)."""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np
from numba import njit

from optimizer.territory_draft_picks import (
    LEAST_REACH,
    cheapest_set,
    copy_state,
    regrets,
    settle_seat,
)
from optimizer.territory_draft_prices import newton
from optimizer.territory_pattern_kernels import Offers, Windows, relaxed_set, repair

DRAWS, STRIDE = 12, 7919
"""Noises under which each of three seats chooses; places by which noise is read on between."""
STEPS = 3
"""Steps to better prices, now that few seats are left to tell them."""


@njit(cache=True, nogil=True)
def finish(board, state, price, heat, noise, reach, table):
    """Settle the last three seats; return whether a way was found that keeps all hard limits.

    Each of the three chooses a set under several noises in turn, the other two share the rest
    exactly; the cheapest way counts. For the arguments see `territory_draft_picks.pick`.
    """
    for _ in range(STEPS):
        newton(board, state, price, heat, table.dual)
    reach[:] = LEAST_REACH * heat
    regret, best, chosen = regrets(board, state, price), np.inf, state.chosen.copy()
    for seat in np.flatnonzero(state.open):
        for draw in range(DRAWS):
            dear = regret + heat * np.roll(noise, STRIDE * draw) if draw else regret
            pairs, extra = cheapest_set(board, seat, dear, price, reach, table.halves)
            if extra == np.inf:
                continue
            copy_state(state, table.trial)
            eur = settle_seat(board, table.trial, seat, pairs)
            eur += share(board, table.trial, price, heat, table.double)
            if eur < best:
                best = eur
                chosen[:] = table.trial.chosen
    state.chosen[:] = chosen
    return best < np.inf


@njit(cache=True, nogil=True)
def share(board, state, price, heat, double):
    """Share what is left between the last two seats; EUR of both, inf where no way is found.

    The two are one seat to `repair`: what it does not take, the other has to, and what it takes
    counts against the other's loads.
    """
    seats, rows = np.flatnonzero(state.open), price.shape[1]
    pairs = _pairs_of_two(board, state, seats)
    net, size, rest = np.zeros(len(pairs)), np.zeros((len(pairs), 2 * rows)), np.zeros(rows)
    for k in range(len(pairs)):
        one, other = pairs[k]
        if one < 0 and other < 0:
            return np.inf
        net[k] = np.inf if one < 0 else (-np.inf if other < 0 else board.cost[one])
        if one >= 0:
            size[k, :rows] = board.size[one]
        if other >= 0:
            net[k] -= board.cost[other]
            size[k, rows:] = -board.size[other]
            rest += board.size[other]
    offers = Offers(np.array([0, len(pairs)]), np.arange(len(pairs)), size)
    windows = _side_by_side(board.windows, price, seats, rest)
    reduced, load, _ = relaxed_set(0, net, offers, windows)
    _, changed = repair(0, reduced, offers, windows, np.array([heat]), load, double)
    to_one = reduced < 0
    for k in changed:
        to_one[k] = not to_one[k]
    return _settle_two(board, state, seats, pairs, to_one)


@njit(cache=True, nogil=True)
def _pairs_of_two(board, state, seats):
    """Return (n, 2) the pairs of free items with two seats, -1: none."""
    items = np.flatnonzero(state.free)
    pairs = np.full((len(items), 2), -1)
    for k in range(len(items)):
        for p in range(board.start[items[k]], board.start[items[k] + 1]):
            for side in range(2):
                if board.seat[p] == seats[side]:
                    pairs[k, side] = p
    return pairs


@njit(cache=True, nogil=True)
def _settle_two(board, state, seats, pairs, to_one):
    """Settle two seats; return EUR, inf where that misses a hard limit."""
    eur = 0.0
    for side in range(2):
        held = pairs[np.flatnonzero(to_one == (side == 0)), side]
        eur += settle_seat(board, state, seats[side], held)
    return eur


@njit(cache=True, nogil=True)
def _side_by_side(windows, price, seats, rest):
    """Return the limits of two seats as rows of one, from which the other's `rest` (R,) is less."""
    rows = len(rest)
    lower, upper, both = np.empty((1, 2 * rows)), np.empty((1, 2 * rows)), np.empty((1, 2 * rows))
    miss = np.empty(2 * rows)
    for r in range(rows):
        for side in range(2):
            at, less = r + side * rows, rest[r] if side else 0.0
            lower[0, at] = windows.lower[seats[side], r] - less
            upper[0, at] = windows.upper[seats[side], r] - less
            both[0, at] = price[seats[side], r]
            miss[at] = windows.miss[r]
    return Windows(lower, upper, both, miss)
