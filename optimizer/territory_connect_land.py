"""Turn a problem with free sites into the arrays that district design works on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_connect_graph import Graph, item_graph, merged
from optimizer.territory_connect_sites import Land
from optimizer.territory_problem import Floats, Ints, TerritoryProblem, VacantSeats

FORBIDDEN = 1e15
"""EUR that stand for "may not": finite, so that sums can be taken back."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Hold G items, their graph, and C columns: the S seats, then the J sites.

    Attributes
    ----------
    of_unit
        (U,) item of each unit.
    cost
        (G, C) EUR a year, moves included; +inf where the column may not serve the item.
    size
        (G, S + 1, K) in mean windows; the last for sites.
    open_eur, lower, upper
        (C,), (C, K), (C, K).
    home
        (C,) item at home in the column, -1 for none.
    seats, least, most
        S and how many sites open.
    """

    of_unit: Ints
    graph: Graph
    cost: Floats
    size: Floats
    open_eur: Floats
    lower: Floats
    upper: Floats
    home: Ints
    seats: int
    least: int
    most: int

    @property
    def items(self) -> int:
        """Return G."""
        return len(self.cost)

    @cached_property
    def merged(self) -> Graph:
        """Return the graph on items."""
        return merged(self.graph)

    @property
    def allowed(self) -> NDArray[np.bool_]:
        """Return (G, C) whether the column may serve the item."""
        return np.isfinite(self.cost)

    def size_at(self, column: int) -> Floats:
        """Return (G, K) what items bring to a column."""
        return self.size[:, min(column, self.seats)]

    def land(self) -> Land:
        """Return the arrays for the compiled search."""
        homes = np.flatnonzero(self.home >= 0)
        order = homes[np.argsort(self.home[homes], kind="stable")]
        start = np.searchsorted(self.home[order], np.arange(self.items + 1)).astype(np.int64)
        sites = np.arange(self.seats, len(self.home))
        only_seat = self.allowed.sum(axis=1) == self.allowed[:, : self.seats].sum(axis=1)
        fixed = only_seat & (self.allowed.sum(axis=1) <= 1)
        return Land(
            cost=np.where(self.allowed, self.cost, FORBIDDEN),
            size=np.ascontiguousarray(self.size),
            open_eur=self.open_eur,
            lower=self.lower,
            upper=self.upper,
            home_start=start,
            home_site=order.astype(np.int64),
            homeless=sites[self.home[sites] < 0].astype(np.int64),
            movable=(~fixed).astype(np.int64),
            seats=np.array([self.seats], dtype=np.int64),
        )


def ground_of(problem: TerritoryProblem, vacant: VacantSeats) -> Ground:
    """Return the arrays of a problem whose `vacant` seats have free sites.

    Locked units may go to their seat alone, units of a group go together.
    """
    of_unit = _items(problem.group)
    items, seats = int(of_unit.max(initial=-1)) + 1, len(problem.seat_ids)
    lower, upper = problem.windows()
    low, high = np.concatenate([lower, vacant.lower]), np.concatenate([upper, vacant.upper])
    scale = _scale(low, high)
    home = np.full(seats + len(vacant.site_ids), -1, dtype=np.int64)
    settled = np.flatnonzero(vacant.home_unit >= 0)
    home[seats + settled] = of_unit[vacant.home_unit[settled]]
    return Ground(
        of_unit=of_unit,
        graph=item_graph(problem.edges, of_unit, items),
        cost=_sums(_unit_cost(problem, vacant), of_unit, items),
        size=_sums(_unit_size(problem) / scale, of_unit, items),
        open_eur=np.concatenate([np.zeros(seats), vacant.open_cost]),
        lower=low / scale,
        upper=high / scale,
        home=home,
        seats=seats,
        least=vacant.least,
        most=vacant.most,
    )


def _items(group: Ints) -> Ints:
    """Return (U,) items numbered by their first unit."""
    alone = group < 0
    key = np.where(alone, np.arange(len(group)) + group.max(initial=0) + 1, group)
    _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]


def _scale(low: Floats, high: Floats) -> Floats:
    """Return (K,) the mean middle of the windows, 1 where there are none."""
    middle = (low + high) / 2
    known = np.isfinite(middle)
    total = np.where(known, middle, 0.0).sum(axis=0)
    mean = total / np.maximum(known.sum(axis=0), 1)
    return np.where(mean > 0, mean, 1.0)


def _unit_cost(problem: TerritoryProblem, vacant: VacantSeats) -> Floats:
    units, seats = len(problem.unit_ids), len(problem.seat_ids)
    cost = np.column_stack([problem.costs().rows(0, units), vacant.cost])
    owned = problem.current_seat >= 0
    cost[owned] += problem.move_cost[owned, None]
    at = np.flatnonzero(owned)
    cost[at, problem.current_seat[at]] -= problem.move_cost[at]
    elsewhere = np.arange(seats + vacant.cost.shape[1])[None] != problem.current_seat[:, None]
    return np.where(problem.locked[:, None] & elsewhere, np.inf, cost)


def _unit_size(problem: TerritoryProblem) -> Floats:
    seats = len(problem.seat_ids)
    size = np.repeat(problem.measures[:, None, :], seats + 1, axis=1)
    if problem.seat_measures is not None:
        size[:, :seats] = problem.seat_measures
    return size


def _sums(values: Floats, of_unit: Ints, items: int) -> Floats:
    total = np.zeros((items, *values.shape[1:]))
    np.add.at(total, of_unit, values)
    return total
