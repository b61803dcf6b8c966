"""Price the limits of the seats that are still open, smoothly: the compiled part of drafts (T35).

The least adjusted cost of each item becomes a soft minimum, which makes the Lagrangian dual of T9
smooth; from prices that were good before a seat was settled one Newton step leads to prices that
are good after it. The soft value also counts ways to choose: what is left over is worth more where
many seats could take its items at nearly the same cost.
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from math import exp, log
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_pattern_kernels import Offers, Windows
from optimizer.territory_problem import Floats, Ints

FARTHEST = 10.0
"""Heats behind the best beyond which a pair has no weight: one in twenty thousand."""
RIDGE = 1e-3
"""Share of its diagonal added to the Hessian, which may be singular."""
TRIES, SHORTER = 6, 0.4
"""Lengths of a Newton step that are tried, and how they shrink."""


class Board(NamedTuple):
    """Hold P pairs by item and by seat, and limits; what is settled is marked in `State`.

    `start` (G + 1,), `item`, `seat`, `cost` (P,), `size` (P, R): pairs by item. `offers`: the same
    by seat, `pair` (P,) telling which. `windows`: limits of all seats, prices zero.
    """

    start: Ints
    item: Ints
    seat: Ints
    cost: Floats
    size: Floats
    offers: Offers
    pair: Ints
    windows: Windows


class State(NamedTuple):
    """Hold what is settled: `open` (S,), `free` (G,), `chosen` (G,) pairs of items settled."""

    open: NDArray[np.bool_]
    free: NDArray[np.bool_]
    chosen: Ints


class Dual(NamedTuple):
    """Hold scratch: `slot` (S,) place of open seats, gradient (D,), Hessian (D, D), old prices.

    `slope`: the gradient, which the solution overwrites. `near`, `weight` (S,):
    pairs of an item that weigh, and their weights.
    """

    slot: Ints
    gradient: Floats
    slope: Floats
    hessian: Floats
    old: Floats
    near: Ints
    weight: Floats


def dual_room(seats: int, rows: int) -> Dual:
    """Return scratch for so many open seats and rows."""
    size = seats * rows
    return Dual(
        slot=np.zeros(seats, dtype=np.int64),
        gradient=np.zeros(size),
        slope=np.zeros(size),
        hessian=np.zeros((size, size)),
        old=np.zeros((seats, rows)),
        near=np.zeros(seats, dtype=np.int64),
        weight=np.zeros(seats),
    )


@njit(cache=True, nogil=True)
def adjusted(board, price, p):
    """Return EUR of a pair with the limits of its seat at their prices (T8)."""
    eur = board.cost[p]
    for r in range(price.shape[1]):
        eur -= price[board.seat[p], r] * board.size[p, r]
    return eur


@njit(cache=True, nogil=True)
def soft_value(board, state, price, heat, dual, slopes=False):
    """Return the bound at the prices and its smoothed value; -inf where an item has no seat.

    With `slopes`, add the loads at the soft minimum to the gradient, and what prices change of
    them to the Hessian.
    """
    hard = _room(board.windows, state.open, price)
    soft = hard
    for item in range(len(state.free)):
        if not state.free[item]:
            continue
        count, least = _weigh(board, state, price, item, heat, dual)
        if count == 0:
            return -np.inf, -np.inf
        total = dual.weight[:count].sum()
        hard += least
        soft += least - heat * log(total)
        if slopes:
            dual.weight[:count] /= total
            _spread(board, count, dual)
    return hard, soft


@njit(cache=True, nogil=True)
def _room(windows, is_open, price):
    """Return EUR that the limits of open seats bring at their prices."""
    eur = 0.0
    for s in range(len(is_open)):
        if is_open[s]:
            for r in range(price.shape[1]):
                if price[s, r] > 0:
                    eur += price[s, r] * windows.lower[s, r]
                elif price[s, r] < 0:
                    eur += price[s, r] * windows.upper[s, r]
    return eur


@njit(cache=True, nogil=True)
def newton(board, state, price, heat, dual):
    """Step once towards better prices, in place; return the bound there and its smoothed value.

    -inf, -inf where an item has no open seat left.
    """
    size = _slots(state.open, price.shape[1], dual.slot)
    dual.gradient[:size] = 0.0
    dual.hessian[:size, :size] = 0.0
    hard, soft = soft_value(board, state, price, heat, dual, True)
    if soft == -np.inf:
        return hard, soft
    _freeze(board.windows, state.open, price, dual, size)
    _solve(dual.hessian, dual.gradient, size)
    dual.old[:] = price
    share = 1.0
    for _ in range(TRIES):
        _move(board.windows, state.open, price, share * heat, dual)
        here, softly = soft_value(board, state, price, heat, dual)
        if softly >= soft:
            return here, softly
        share *= SHORTER
    price[:] = dual.old
    return hard, soft


@njit(cache=True, nogil=True)
def _slots(is_open, rows, slot):
    count = 0
    for s in range(len(is_open)):
        if is_open[s]:
            slot[s] = count
            count += rows
    return count


@njit(cache=True, nogil=True)
def _spread(board, count, dual):
    """Add an item's loads, and how they change with prices, by the weights of its pairs."""
    rows = board.size.shape[1]
    for k in range(count):
        p, at = dual.near[k], dual.slot[board.seat[dual.near[k]]]
        for r in range(rows):
            part = dual.weight[k] * board.size[p, r]
            dual.gradient[at + r] += part
            for q in range(rows):
                dual.hessian[at + r, at + q] += part * board.size[p, q]
            for other in range(count):
                o, there = dual.near[other], dual.slot[board.seat[dual.near[other]]]
                for q in range(rows):
                    both = part * dual.weight[other] * board.size[o, q]
                    dual.hessian[at + r, there + q] -= both


@njit(cache=True, nogil=True)
def _weigh(board, state, price, item, heat, dual):
    """List the pairs of an item that weigh; return how many and the least adjusted cost."""
    least, count = np.inf, 0
    for p in range(board.start[item], board.start[item + 1]):
        if state.open[board.seat[p]]:
            eur = adjusted(board, price, p)
            dual.near[count], dual.weight[count] = p, eur
            least = min(least, eur)
            count += 1
    kept = 0
    for k in range(count):
        behind = (dual.weight[k] - least) / heat
        if behind < FARTHEST:
            dual.near[kept], dual.weight[kept] = dual.near[k], exp(-behind)
            kept += 1
    return kept, least


@njit(cache=True, nogil=True)
def _freeze(windows, is_open, price, dual, size):
    """Turn loads into the gradient; leave rows as they are that are neither missed nor priced."""
    for s in range(len(is_open)):
        if not is_open[s]:
            continue
        for r in range(price.shape[1]):
            at = dual.slot[s] + r
            load, lower, upper = dual.gradient[at], windows.lower[s, r], windows.upper[s, r]
            slope = 0.0
            if price[s, r] > 0 or (price[s, r] == 0 and load < lower):
                slope = lower - load
            elif price[s, r] < 0 or load > upper:
                slope = upper - load
            most = windows.miss[r]
            if (price[s, r] >= most and slope > 0) or (price[s, r] <= -most and slope < 0):
                slope = 0.0
            dual.gradient[at], dual.slope[at] = slope, slope
            if slope == 0.0:
                dual.hessian[at, :size] = 0.0
                dual.hessian[:size, at] = 0.0
            # A row that hardly any item weighs in would leap.
            dual.hessian[at, at] += RIDGE * dual.hessian[at, at] + 1e-9


@njit(cache=True, nogil=True)
def _solve(hessian, right, size):
    """Solve in place by Cholesky's factors, by hand: libraries differ in their last digits."""
    for j in range(size):
        for k in range(j):
            hessian[j, j] -= hessian[j, k] * hessian[j, k]
        hessian[j, j] = np.sqrt(max(hessian[j, j], 1e-12))
        for i in range(j + 1, size):
            for k in range(j):
                hessian[i, j] -= hessian[i, k] * hessian[j, k]
            hessian[i, j] /= hessian[j, j]
    for j in range(size):
        for k in range(j):
            right[j] -= hessian[j, k] * right[k]
        right[j] /= hessian[j, j]
    for j in range(size - 1, -1, -1):
        for k in range(j + 1, size):
            right[j] -= hessian[k, j] * right[k]
        right[j] /= hessian[j, j]


@njit(cache=True, nogil=True)
def _move(windows, is_open, price, step, dual):
    """Set prices to the old ones and the step, never past zero nor past what missing costs."""
    for s in range(len(is_open)):
        if not is_open[s]:
            continue
        for r in range(price.shape[1]):
            old, at = dual.old[s, r], dual.slot[s] + r
            new = old + step * dual.gradient[at]
            if old * new < 0 or (old == 0 and new * dual.slope[at] < 0):
                new = 0.0
            price[s, r] = min(max(new, -windows.miss[r]), windows.miss[r])
