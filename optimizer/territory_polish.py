"""Kick a plan out of local optima, a few neighbouring territories at a time (T12).

Iterated local search (Lourenco, Martin and Stützle, Handbook of Metaheuristics, 2003): noise on
the costs of a few neighbouring seats, exchanges under noise, exchanges without, compare.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.territory_groups import outside
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats
from optimizer.territory_search import State, descend

NEIGHBOURS = 6
PATIENCE, MOST_KICKS = 40, 150
"""Kicks without improvement, and kicks in all, after which mending gives up."""


def polish_round(
    state: State, prices: Prices, noise: float, rng: np.random.Generator, stop: Callable[[], bool]
) -> int:
    """Kick around every seat once, those with most of the gap first; return the improvements.

    `noise` EUR is the most a kick adds to a cost.
    """
    improved = 0
    for seat in np.argsort(-gap_by_seat(state, prices), kind="stable").tolist():
        if stop():
            break
        improved += _kick(state, prices, noise, _region(state, seat, rng), rng, stop)
    return improved


def mend_by_kicks(
    state: State, prices: Prices, rng: np.random.Generator, stop: Callable[[], bool]
) -> None:
    """Kick around the seats whose windows are missed until none is or patience ends."""
    patience, kicks, noise = PATIENCE, 0, state.band / 2
    while patience > 0 and kicks < MOST_KICKS and not stop():
        missed = outside(state.load, state.items.lower, state.items.upper).sum(axis=1)
        if not missed.any():
            return
        for seat in np.flatnonzero(missed).tolist():
            improved = _kick(state, prices, noise, _region(state, seat, rng), rng, stop)
            patience = PATIENCE if improved else patience - 1
            kicks += 1


def gap_by_seat(state: State, prices: Prices) -> Floats:
    """Return (S,) EUR of the gap that sits at each seat.

    The gap between a plan and the bound at these prices is, term by term, what its items cost
    above their cheapest seat, and what is paid for room that is not used.
    """
    items, at = state.items, np.arange(len(state.seat))
    above = state.adjusted[at, state.seat] - state.adjusted.min(axis=1)
    regret = np.bincount(state.seat, weights=above, minlength=len(state.load))
    unused = np.maximum(prices.window, 0) * (state.load - items.lower)
    unused += np.maximum(-prices.window, 0) * (items.upper - state.load)
    return regret + unused.sum(axis=1)


def _region(state: State, seat: int, rng: np.random.Generator) -> list[int]:
    """Draw neighbours of a seat, more likely where more near ties are shared."""
    ties = state.near[state.seat == seat].sum(axis=0).astype(np.float64)
    ties += np.bincount(state.seat[state.near_seat[seat]], minlength=len(ties))
    ties[seat] = 0.0
    count = min(NEIGHBOURS, int((ties > 0).sum()))
    if count == 0:
        return [seat]
    drawn = rng.choice(len(ties), size=count, replace=False, p=ties / ties.sum())
    return [seat, *drawn.tolist()]


def _kick(
    state: State,
    prices: Prices,
    noise: float,
    region: list[int],
    rng: np.random.Generator,
    stop: Callable[[], bool],
) -> bool:
    """Try one kick; put the plan back unless it got better."""
    seat, load, moved, cost = state.seat.copy(), state.load.copy(), state.moved, state.cost
    before = state.rank()
    rows = np.flatnonzero(np.isin(seat, region))
    noisy = cost.copy()
    noisy[rows] += rng.uniform(0.0, noise, size=(len(rows), cost.shape[1]))
    # Under noise a move costs its price, so that kicks free moves to be used better.
    noisy[rows] += prices.move * state.items.moved[rows]
    state.cost = noisy
    descend(state, stop, region)
    state.cost = cost
    descend(state, stop, region)
    after = state.rank()
    if after < before:
        return True
    state.seat, state.load, state.moved = seat, load, moved
    return False
