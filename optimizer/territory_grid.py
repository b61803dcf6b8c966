"""Hold a plan under search and what it is searched on, as arrays for compiled code.

The energy of a plan is its gap in EUR to the bound that the shadow prices prove: what its pairs
cost above the cheapest pair of each item, plus what each load is worth above the best load at
its price, plus penalties outside the limits. Where no hard limit is missed it differs from the
plan's EUR by a constant.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.territory_pairs import ROUNDING, Items
from optimizer.territory_problem import Floats, Ints

ITEM, SEAT, MOVED = 0, 1, 2
"""Columns of `Grid.tie`."""
REGRET, SIZE = 0, 1
"""Columns of `Grid.worth`: the first, and where the sizes begin."""
MISSED, MOVES, SEED, WAITING = 0, 1, 2, 3
"""Places in `Plan.tally`."""
NOW, BEST = 0, 1
"""Places in `Plan.energy`."""
LEVELS = 4096
"""Random levels that stand for an exponential distribution."""


class Grid(NamedTuple):
    """Hold what does not change during a search; P pairs, S seats, R rows.

    Attributes
    ----------
    start
        (G + 1,) pairs of item g are `start[g]` up to `start[g + 1]`.
    tie
        (P, 3) item, seat and units moved of each pair.
    worth
        (P, 1 + R) EUR above the item's cheapest pair at shadow prices, then sizes.
    limit
        (S, R, 2) lower and upper hard limits, ROUNDING allowed for; +-inf where there is none.
    surprise
        (LEVELS,) equally likely values with an exponential distribution of mean 1.
    move_price, move_penalty, max_moved
        EUR a unit below and above the most units that may move, and how many these are.
    """

    start: Ints
    tie: Ints
    worth: Floats
    limit: Floats
    surprise: Floats
    move_price: float
    move_penalty: float
    max_moved: int


class Plan(NamedTuple):
    """Hold a plan under search and the best one met.

    Attributes
    ----------
    pair, best
        (G,) pair of each item now and in the best plan with every hard limit kept.
    load
        (S, R) what seats carry.
    line
        (S, R, 6) slopes and offsets of three lines; the highest at a load is what it costs.
    member, place
        (P,) items with a choice, seat by seat, and (G,) where each stands.
    seat
        (S, 2) where the items of a seat begin in `member`, and how many there are.
    tally
        Hard limits missed, units moved, random state, entries of `changed` (-1 for too many).
    changed
        Items changed since `best` was kept.
    energy
        EUR now and of `best`.
    """

    pair: Ints
    best: Ints
    load: Floats
    line: Floats
    member: Ints
    place: Ints
    seat: Ints
    tally: Ints
    changed: Ints
    energy: Floats


def make_grid(items: Items, price: Floats, move_price: float) -> Grid:
    """Return the items at shadow prices: (S, R) EUR per relative unit, EUR a moved unit."""
    pairs = items.pairs
    adjusted = pairs.cost - (pairs.size * price[pairs.seat]).sum(axis=1) + move_price * pairs.moved
    regret = adjusted - np.minimum.reduceat(adjusted, pairs.start[:-1])[pairs.item]
    hard = np.isinf(items.miss_price)
    limit = np.stack([items.lower - ROUNDING / 2, items.upper + ROUNDING / 2], axis=-1)
    limit[:, ~hard] = [-np.inf, np.inf]
    level: Floats = (np.arange(LEVELS) + 0.5) / LEVELS
    return Grid(
        start=np.ascontiguousarray(pairs.start, dtype=np.int64),
        tie=np.column_stack([pairs.item, pairs.seat, pairs.moved]).astype(np.int64),
        worth=np.column_stack([regret, pairs.size]).astype(np.float64),
        limit=np.ascontiguousarray(limit),
        # Rounded, so that libraries that differ in the last digit give the same plans.
        surprise=np.round(-np.log(level), 9).astype(np.float64),
        move_price=float(move_price),
        move_penalty=float(10 * move_price + 100 * regret.mean() + np.abs(pairs.cost).mean()),
        max_moved=int(items.max_moved),
    )


def make_lines(items: Items, price: Floats, penalty: Floats) -> Floats:
    """Return (S, R, 6) lines whose highest is EUR of a load above the best load at its price.

    `penalty` (S, R) is what a relative unit outside costs in EUR, at least |price|.
    """
    lower, upper = items.lower - ROUNDING / 2, items.upper + ROUNDING / 2
    kink = np.select([price > 0, price < 0], [lower, upper], 0.0)
    line = np.zeros((*price.shape, 6))
    line[..., 2], line[..., 3] = price, -price * kink
    for at, limit, slope in ((0, lower, price - penalty), (4, upper, price + penalty)):
        bounded = np.isfinite(limit)
        line[..., at] = np.where(bounded, slope, 0.0)
        offset = price * (np.where(bounded, limit, 0.0) - kink) - slope * np.where(
            bounded, limit, 0.0
        )
        line[..., at + 1] = np.where(bounded, offset, -np.inf)
    return line
