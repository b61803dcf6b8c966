"""Hold what the solver sees: items, the item-seat pairs it may use, and limits on seats.

Every rule on a seat is one row of the same kind: what its items bring is kept between a lower
and an upper limit. Balance measures are rows; so are the number of units, the units and the
revenue a seat gives away or receives. What a pair brings may differ from seat to seat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints

ROUNDING = 1e-7
"""A window missed by less, in mean targets, is kept: sums of floats are not exact."""


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """List item-seat pairs by item; within an item by seat.

    P pairs of G items, R rows a seat.

    Attributes
    ----------
    start
        (G + 1,) pairs of item g are `start[g]` up to `start[g + 1]`.
    item, seat
        (P,) the two ends.
    cost
        (P,) EUR a year, move costs of all members included; always finite.
    size
        (P, R) what the pair brings to the rows of its seat, relative to the row's scale.
    moved
        (P,) members with a seat today that would get another one.
    """

    start: Ints
    item: Ints
    seat: Ints
    cost: Floats
    size: Floats
    moved: Ints

    def where(self, kept: NDArray[np.bool_]) -> Pairs:
        """Return the pairs marked (P,)."""
        counts = np.bincount(self.item[kept], minlength=len(self.start) - 1)
        return Pairs(
            start=np.concatenate([[0], np.cumsum(counts)]),
            item=self.item[kept],
            seat=self.seat[kept],
            cost=self.cost[kept],
            size=self.size[kept],
            moved=self.moved[kept],
        )

    def find(self, item: Ints, seat: Ints, seats: int) -> Ints:
        """Return (n,) positions of the pairs given, -1 where there is none; `seats` is S."""
        key = self.item * seats + self.seat
        wanted = item * seats + seat
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, at, -1) if len(key) else np.full(len(wanted), -1)


@dataclass(frozen=True, kw_only=True)
class Items:
    """Hold G items, each a unit or a keep-together group, and the rows of S seats.

    Attributes
    ----------
    of_unit
        (U,) item of each unit, -1 for a unit that no seat may serve.
    pairs
        The pairs the solver works on: all eligible ones (`complete`), or candidates.
    lower, upper
        (S, R) limits of the rows, relative to `scale`; +-inf for none.
    scale
        (R,) one relative unit in the row's own unit; the mean target for a balance measure.
    measure
        (R,) position of the row's balance measure in the problem, -1 for other limits.
    miss_price
        (R,) EUR per relative unit outside the limits; inf where the limits are hard.
    max_moved
        Most units that may move: the share asked for, or what locks and skills force.
    complete
        Whether `pairs` holds every eligible pair.
    """

    of_unit: Ints
    pairs: Pairs
    lower: Floats
    upper: Floats
    scale: Floats
    measure: Ints
    miss_price: Floats
    max_moved: int
    complete: bool = True

    @property
    def count(self) -> int:
        """Return G."""
        return len(self.pairs.start) - 1

    @property
    def seats(self) -> int:
        """Return S."""
        return len(self.lower)

    def load(self, pair: Ints) -> Floats:
        """Return (S, R) what seats carry when item g takes pair[g]."""
        seat, size = self.pairs.seat[pair], self.pairs.size[pair]
        load = np.zeros_like(self.lower)
        for row in range(load.shape[1]):
            load[:, row] = np.bincount(seat, weights=size[:, row], minlength=len(load))
        return load

    def value(self, pair: Ints) -> float:
        """Return EUR a year of the pairs (G,), missed limits not counted."""
        return float(self.pairs.cost[pair].sum())

    def missed(self, pair: Ints) -> Floats:
        """Return (R,) by how much the limits of all seats are missed, row by row."""
        return outside(self.load(pair), self.lower, self.upper).sum(axis=0)

    def excess(self, pair: Ints) -> float:
        """Return by how much hard limits are missed, all together."""
        return float(self.missed(pair)[np.isinf(self.miss_price)].sum())

    def soft_cost(self, pair: Ints) -> float:
        """Return EUR for missing the limits that have a price."""
        priced = np.isfinite(self.miss_price)
        return float(self.missed(pair)[priced] @ self.miss_price[priced])

    def eur(self, pair: Ints) -> float:
        """Return EUR of the pairs and of the priced limits they miss."""
        return self.value(pair) + self.soft_cost(pair)

    def moves(self, pair: Ints) -> int:
        """Return how many units move."""
        return int(self.pairs.moved[pair].sum())


def outside(load: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return how far each load lies outside its limits; less than ROUNDING counts as kept."""
    miss = np.maximum(np.maximum(lower - load, load - upper), 0.0)
    return np.where(miss < ROUNDING, 0.0, miss)


def rank(items: Items, pair: Ints) -> tuple[float, float]:
    """Return what a plan is judged by: hard limits missed first, then EUR."""
    return round(items.excess(pair), 9), items.value(pair) + items.soft_cost(pair)


def better(items: Items, one: Ints, other: Ints) -> Ints:
    """Return the plan of better rank, the first among equals."""
    return one if rank(items, one) <= rank(items, other) else other
