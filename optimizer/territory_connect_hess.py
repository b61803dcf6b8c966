"""Bound district designs from below, and strike out pairs no better design can use.

Lagrangian bound of the model of Hess et al. (1965): one column for each item takes a price on
being served, every window one on its load; what is left falls apart by column (Validi, Buchanan
and Lykhovyd, 2022, fix variables by the same bound).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_connect_land import Ground
from optimizer.territory_problem import Floats

ROUNDS = 1500
SCALE = 0.3
STALE = 30
"""Steps without a better bound after which the step is halved."""
STRIKE_EVERY = 25


@dataclass(frozen=True, kw_only=True)
class Relaxed:
    """Hold what was proved: no design costs less than `bound`; `open_pairs` (G, C) may be used.

    The pairs struck out belong to no design cheaper than the value they were struck against.
    `prices` of items (G,) and windows (C, K) are those of the bound.
    """

    bound: float
    open_pairs: NDArray[np.bool_]
    prices: tuple[Floats, Floats]


class _Prices:
    """Hold prices of items (G,) and windows (C, K), and value the columns at them."""

    def __init__(self, ground: Ground, allowed: NDArray[np.bool_]) -> None:
        self.ground, self.allowed = ground, allowed
        self.cost = np.where(allowed, ground.cost, np.inf)
        self.item = np.where(allowed.any(axis=1), self.cost.min(axis=1), 0.0)
        self.window = np.zeros(ground.lower.shape)
        self.reach = SCALE * ground.items / max(ground.seats + ground.most, 1)
        self.kind = np.minimum(np.arange(len(ground.home)), ground.seats)
        self.size = ground.size[:, self.kind]
        settled = np.flatnonzero(ground.home >= 0)
        self.homes = (ground.home[settled], settled)

    def reduced(self) -> Floats:
        """Return (G, C) costs less prices; inf where not allowed."""
        priced = np.einsum("gck,ck->gc", self.size, self.window)
        return self.cost - self.item[:, None] - priced

    def value(self, reduced: Floats) -> Floats:
        """Return (C,) what each column adds to the bound when it is open."""
        ground = self.ground
        gain = np.minimum(reduced, 0.0)
        gain[self.homes] = np.where(np.isfinite(reduced[self.homes]), reduced[self.homes], 1e30)
        up, down = np.maximum(self.window, 0.0), np.minimum(self.window, 0.0)
        low = np.where(up > 0, ground.lower, 0.0) * up
        high = np.where(down < 0, ground.upper, 0.0) * down
        return ground.open_eur + gain.sum(axis=0) + (low + high).sum(axis=1)

    def chosen(self, value: Floats) -> tuple[NDArray[np.bool_], float]:
        """Return the open columns (C,), and what the next one would cost beyond being opened."""
        ground = self.ground
        order = ground.seats + np.argsort(value[ground.seats :], kind="stable")
        count = ground.least + int((value[order[ground.least : ground.most]] < 0).sum())
        is_open = np.arange(len(value)) < ground.seats
        is_open[order[:count]] = True
        last = float(value[order[count - 1]]) if count else 0.0
        return is_open, last if count == ground.most else min(0.0, last)

    def slope(self, reduced: Floats, is_open: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return the subgradient for items (G,) and windows (C, K)."""
        ground = self.ground
        used = (reduced < 0) & is_open
        used[self.homes] = is_open[self.homes[1]]
        item = 1.0 - used.sum(axis=1)
        load = np.einsum("gck,gc->ck", self.size, used.astype(np.float64))
        short = np.where(np.isfinite(ground.lower), ground.lower - load, -1.0)
        above = np.where(np.isfinite(ground.upper), load - ground.upper, -1.0)
        window = np.where(short > 0, short, np.where(above > 0, -above, 0.0))
        back = np.where(self.window > 0, short, np.where(self.window < 0, -above, window))
        return item, back * is_open[:, None]


def relax(
    ground: Ground,
    allowed: NDArray[np.bool_],
    value: float,
    stop: Callable[[], bool],
    rounds: int = ROUNDS,
    start: tuple[Floats, Floats] | None = None,
    aim: float = np.inf,
) -> Relaxed:
    """Return the best bound of subgradient steps, and the pairs left below `value`.

    `value` is the EUR of a known design, inf without one (nothing is struck out then). The step
    is Polyak's; it is halved when the bound stalls. `start`: prices of items (G,) and windows
    (C, K) to begin with. `aim`: EUR that steps aim at while no design is known, as a rough one's.
    """
    prices, kept = _Prices(ground, allowed), allowed.copy()
    if start is not None:
        prices.item, prices.window = start
    best, best_at, stale = -np.inf, (prices.item, prices.window), 0
    step = 1.0 if start is None else 0.1
    for number in range(rounds):
        if stop() or step < 1e-4:
            break
        reduced = prices.reduced()
        column = prices.value(reduced)
        is_open, last = prices.chosen(column)
        bound = float(prices.item.sum() + column[is_open].sum())
        if bound > best:
            best, best_at, stale = bound, (prices.item, prices.window), 0
        else:
            stale += 1
        if number % STRIKE_EVERY == 0 or bound == best:
            kept &= _survivors(reduced, column, is_open, last, bound, value)
        if stale > STALE:
            step, stale = step / 2, 0
            prices.item, prices.window = best_at
            continue
        _follow(prices, reduced, is_open, step, bound, min(value, aim))
    return Relaxed(bound=best, open_pairs=kept, prices=best_at)


def _survivors(
    reduced: Floats,
    column: Floats,
    is_open: NDArray[np.bool_],
    last: float,
    bound: float,
    value: float,
) -> NDArray[np.bool_]:
    """Return (G, C) pairs whose use leaves a bound within `value`."""
    opening = np.where(is_open, 0.0, np.maximum(column - last, 0.0))
    least = bound + opening + np.maximum(reduced, 0.0)
    return least <= value + 1e-9 * abs(value) if np.isfinite(value) else np.isfinite(reduced)


def _follow(
    prices: _Prices,
    reduced: Floats,
    is_open: NDArray[np.bool_],
    step: float,
    bound: float,
    aim: float,
) -> None:
    """Step along the subgradient, towards the EUR aimed at or 5 % above the bound."""
    item, window = prices.slope(reduced, is_open)
    goal = aim if np.isfinite(aim) else bound + 0.05 * abs(bound) + 1.0
    # A window holds many items: its price is worth as much as all of theirs.
    window *= prices.reach**2
    length = float((item**2).sum() + (window**2).sum() / prices.reach**2)
    if length <= 0:
        return
    size = step * max(goal * 1.001 - bound, 1e-6 * abs(goal)) / length
    prices.item = prices.item + size * item
    moved = prices.window + size * window
    crossed = (prices.window != 0) & (np.sign(moved) == -np.sign(prices.window))
    prices.window = np.where(crossed, 0.0, moved)
