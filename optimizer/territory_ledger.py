"""Hold what units bring and cost without listing all pairs: the large problem's account book.

Whatever a unit brings to a seat's rows is the sum of what it brings to every seat and what it
brings, besides, to its seat today; so U x R numbers replace U x S x R. A pair of an item and a
seat is the sum over the item's members (T1, T2).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_costs import DistanceCosts, SeatCosts
from optimizer.territory_groups import (
    broken_groups,
    item_numbers,
    split_shortfall,
    unserved_shortfalls,
)
from optimizer.territory_items import held_today
from optimizer.territory_pairs import Pairs
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints, TerritoryProblem
from optimizer.territory_rows import GIVEN, GIVEN_EUR, TAKEN, TAKEN_EUR, UNITS, Rows, limit_rows
from optimizer.territory_tour import tour_of

BLOCK = 4_000_000
"""Entries of a block of rows that is held at one time."""


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """Hold units by item and what they bring.

    Attributes
    ----------
    costs
        EUR a year of units and seats, moves and locks not counted.
    member, first
        (U',) served units by item and (G + 1,) where each item's members start.
    today, owned
        (U,) seat today or -1, and whether there is one.
    move_cost
        (U,) EUR for another seat than today's, 0 without one.
    size, size_today
        (U, R) relative: what the unit brings to any seat, and besides to its seat today.
    tour
        (U,) place of the unit on a tour of neighbours with like sizes, empty for a matrix.
    stay_unserved
        (U,) EUR for no seat, or empty where no unit may stay without; that counts as seat S.
    lower, upper
        (S', R) limits, with a line of none for staying unserved.
    """

    costs: SeatCosts
    member: Ints
    first: Ints
    locked: NDArray[np.bool_]
    today: Ints
    owned: NDArray[np.bool_]
    move_cost: Floats
    size: Floats
    size_today: Floats
    tour: Ints
    stay_unserved: Floats
    lower: Floats
    upper: Floats

    @property
    def count(self) -> int:
        """Return G."""
        return len(self.first) - 1

    @property
    def seats(self) -> int:
        """Return S, staying unserved not counted."""
        return self.costs.shape[1]

    def members(self, item: Ints) -> tuple[Ints, Ints]:
        """Return units of the items given (n,), one after the other, and how many each has."""
        counts = self.first[item + 1] - self.first[item]
        if (counts == 1).all():
            return self.member[self.first[item]], counts
        offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return self.member[np.repeat(self.first[item], counts) + offset], counts

    def priced_rows(self, unit: Ints, prices: Prices) -> Floats:
        """Return (n, S') EUR with moves, locks and prices; inf where a pair is not allowed."""
        rows = cost_rows(self.costs, unit)
        here = np.flatnonzero(self.owned[unit])
        mine, seat = unit[here], self.today[unit[here]]
        extra = self.move_cost[mine] + prices.move
        rows[here] += extra[:, None]
        rows[here, seat] -= extra + (self.size_today[mine] * prices.window[seat]).sum(axis=1)
        rows -= self.size[unit] @ prices.window[: self.seats].T
        kept = np.flatnonzero(self.locked[unit])
        only = rows[kept, self.today[unit[kept]]]
        rows[kept] = np.inf
        rows[kept, self.today[unit[kept]]] = only
        if not self.stay_unserved.size:
            return rows
        return np.column_stack([rows, self.stay_unserved[unit]])

    def pairs(self, items: Ints, place: Ints, seat: Ints) -> Pairs:
        """Return the pairs (P,) of `items[place]` and `seat`, which rise; not eligible cost inf.

        They are numbered by their place among `items` (n,), which may be a sample.
        """
        unit, counts = self.members(items[place])
        to = np.repeat(seat, counts)
        seated = to < self.seats
        leaves = self.owned[unit] & (to != self.today[unit])
        stays = self.owned[unit] & ~leaves
        cost = np.where(leaves, self.move_cost[unit], 0.0)
        cost[seated] += self.costs.at(unit[seated], to[seated])
        if self.stay_unserved.size:
            cost[~seated] = self.stay_unserved[unit[~seated]]
        cost[self.locked[unit] & leaves] = np.inf
        size = np.where(seated[:, None], self.size[unit], 0.0)
        size[stays] += self.size_today[unit[stays]]
        moved = (leaves & seated).astype(np.int64)
        if len(unit) > len(place):
            starts = np.cumsum(counts) - counts
            cost, size, moved = (np.add.reduceat(part, starts) for part in (cost, size, moved))
        per_item = np.bincount(place, minlength=len(items))
        start = np.concatenate([[0], np.cumsum(per_item)]).astype(np.int64)
        return Pairs(start=start, item=place, seat=seat, cost=cost, size=size, moved=moved)


def cost_rows(costs: SeatCosts, unit: Ints) -> Floats:
    """Return EUR (n, S) of the units given, in an array of its own."""
    if len(unit) and unit[-1] - unit[0] == len(unit) - 1 and (np.diff(unit) == 1).all():
        return np.array(costs.rows(int(unit[0]), int(unit[-1]) + 1))
    seats = costs.shape[1]
    seat = np.tile(np.arange(seats), len(unit))
    return costs.at(np.repeat(unit, seats), seat).reshape(len(unit), seats)


@dataclass(frozen=True, kw_only=True)
class _FullCost:
    """Give rows (n, S') of full costs by index, as a matrix would."""

    ledger: Ledger

    def __getitem__(self, unit: Ints) -> Floats:
        window = np.zeros((self.ledger.seats, self.ledger.size.shape[1]))
        return self.ledger.priced_rows(unit, Prices(window=window, move=0.0))


def open_ledger(problem: TerritoryProblem) -> tuple[Ledger, Rows, Ints, tuple[Shortfall, ...]]:
    """Return ledger, rows, (U,) items of units, and what is left out or taken apart."""
    served = _served(problem)
    rows = limit_rows(problem, *held_today(problem, served))
    size, size_today = _sizes(problem, rows)
    owned = problem.current_seat >= 0
    none = np.full((1 if _may_stay_unserved(problem) else 0, rows.count), np.inf)
    alone = Ledger(
        costs=problem.costs(),
        member=np.arange(len(served)),
        first=np.arange(len(served) + 1),
        locked=problem.locked,
        today=problem.current_seat,
        owned=owned,
        move_cost=np.where(owned, problem.move_cost, 0.0),
        size=size,
        size_today=size_today,
        tour=tour_of(problem.costs(), size),
        stay_unserved=_stay_unserved(problem),
        lower=np.vstack([rows.lower, -none]),
        upper=np.vstack([rows.upper, none]),
    )
    balance = size[:, : int((rows.measure >= 0).sum())]
    broken = broken_groups(problem, cast(Floats, _FullCost(ledger=alone)), served, balance, rows)
    of_unit = item_numbers(problem.group, served, set(broken))
    shortfalls = unserved_shortfalls(problem, served) + tuple(
        split_shortfall(group, reason, problem) for group, reason in broken.items()
    )
    return _by_item(alone, of_unit), rows, of_unit, shortfalls


def _by_item(alone: Ledger, of_unit: Ints) -> Ledger:
    kept = np.flatnonzero(of_unit >= 0)
    counts = np.bincount(of_unit[kept])
    return replace(
        alone,
        member=kept[np.argsort(of_unit[kept], kind="stable")],
        first=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
    )


def _may_stay_unserved(problem: TerritoryProblem) -> bool:
    return bool(problem.unserved_price.size and np.isfinite(problem.unserved_price).any())


def _stay_unserved(problem: TerritoryProblem) -> Floats:
    if not _may_stay_unserved(problem):
        return np.zeros(0)
    return np.where(problem.locked, np.inf, problem.unserved_price)


def _served(problem: TerritoryProblem) -> NDArray[np.bool_]:
    """Return (U,) whether any seat may serve the unit, or it may stay unserved at a price."""
    costs = problem.costs()
    served = _reachable(costs)
    kept = np.flatnonzero(problem.locked)
    served[kept] = np.isfinite(costs.at(kept, problem.current_seat[kept]))
    if _may_stay_unserved(problem):
        served |= np.isfinite(_stay_unserved(problem))
    return served


def _reachable(costs: SeatCosts) -> NDArray[np.bool_]:
    """Return (U,) whether any cost is finite."""
    if isinstance(costs, DistanceCosts):
        known: NDArray[np.bool_] = np.asarray(costs.serves.any(axis=1))
        return np.isfinite(costs.eur_per_km) & known[costs.kind]
    units, seats = costs.shape
    reachable = np.zeros(units, dtype=bool)
    step = max(1, BLOCK // max(1, seats))
    for first in range(0, units, step):
        last = min(units, first + step)
        reachable[first:last] = np.isfinite(costs.rows(first, last)).any(axis=1)
    return reachable


def _sizes(problem: TerritoryProblem, rows: Rows) -> tuple[Floats, Floats]:
    """Return (U, R) what units bring to any seat, and besides to their seat today."""
    units = len(problem.unit_ids)
    size, today = np.zeros((units, rows.count)), np.zeros((units, rows.count))
    owned = (problem.current_seat >= 0).astype(np.float64)
    revenue = problem.revenue_eur if problem.revenue_eur.size else np.zeros(units)
    weights = {TAKEN: owned, GIVEN: owned, TAKEN_EUR: owned * revenue, GIVEN_EUR: owned * revenue}
    for row, measure in enumerate(rows.measure.tolist()):
        if measure >= 0:
            size[:, row] = problem.measures[:, measure]
        elif measure == UNITS:
            size[:, row] = 1.0
        else:
            given = measure in (GIVEN, GIVEN_EUR)
            size[:, row] = 0.0 if given else weights[measure]
            today[:, row] = weights[measure] if given else -weights[measure]
    return size / rows.scale, today / rows.scale
