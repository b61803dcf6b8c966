"""Price every seat for every item, keep the cheapest few, and prove the bound (T8, T9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from optimizer.territory_costs import DistanceCosts
from optimizer.territory_kernels import (
    SeatPrices,
    Seats,
    Units,
    keep_cheapest,
    keep_cheapest_by_distance,
)
from optimizer.territory_ledger import BLOCK, Ledger
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints

DISTANCE_BLOCK = 65_536
"""Units whose data are gathered at one time."""


@dataclass(frozen=True, kw_only=True)
class Ranking:
    """Hold the cheapest seats of n items at some prices.

    `value` (n, K) EUR ascending, inf where an item has fewer seats; `seat` (n, K), -1 there.
    """

    value: Floats
    seat: Seats

    @property
    def nearest(self) -> Ints:
        """Return (n,) the best seat of every item."""
        return self.seat[:, 0].astype(np.int64)

    def behind(self) -> Floats:
        """Return (n, K) EUR behind the item's best."""
        return self.value - self.value[:, :1]


def rank_seats(ledger: Ledger, prices: Prices, items: Ints, keep: int, workers: int = 1) -> Ranking:
    """Return the `keep` cheapest of all seats for each of `items` (n,), on so many threads."""
    ranking = Ranking(
        value=np.full((len(items), keep), np.inf),
        seat=np.full((len(items), keep), -1, dtype=np.int32),
    )
    compiled = np.zeros(len(items), dtype=bool)
    if isinstance(ledger.costs, DistanceCosts):
        compiled = ledger.first[items + 1] - ledger.first[items] == 1
        single = np.flatnonzero(compiled)
        _by_distance(ledger, ledger.costs, prices, items, single, ranking, workers)
    _by_rows(ledger, prices, items, np.flatnonzero(~compiled), ranking)
    return ranking


def _by_distance(
    ledger: Ledger,
    costs: DistanceCosts,
    prices: Prices,
    items: Ints,
    at: Ints,
    ranking: Ranking,
    workers: int,
) -> None:
    """Rank items of one unit each in compiled loops, neighbours together."""
    seats = SeatPrices(
        km=np.ascontiguousarray(costs.seat_km.T),
        price=np.ascontiguousarray(prices.window[: ledger.seats].T),
        closed=np.where(costs.serves, 0.0, np.inf),
    )
    unit = ledger.member[ledger.first[items[at]]]
    at = at[np.argsort(ledger.tour[unit], kind="stable")]

    def rank(first: int) -> None:
        place = at[first : first + DISTANCE_BLOCK]
        unit = ledger.member[ledger.first[items[place]]]
        extra = ledger.move_cost[unit] + prices.move * ledger.owned[unit]
        value = np.empty((len(place), ranking.value.shape[1]))
        seat = np.empty((len(place), ranking.value.shape[1]), dtype=np.int32)
        keep_cheapest_by_distance(_units(ledger, costs, prices, unit, extra), seats, value, seat)
        ranking.value[place] = value + extra[:, None]
        ranking.seat[place] = seat

    with ThreadPoolExecutor(workers) as threads:
        for _ in threads.map(rank, range(0, len(at), DISTANCE_BLOCK)):
            pass


def _units(
    ledger: Ledger, costs: DistanceCosts, prices: Prices, unit: Ints, extra: Floats
) -> Units:
    """Return the units' data; `extra` EUR is what any seat but today's costs besides."""
    here = (ledger.size_today[unit] * prices.window[ledger.today[unit]]).sum(axis=1)
    alone = ledger.stay_unserved
    return Units(
        km=costs.unit_km[unit],
        eur_per_km=costs.eur_per_km[unit],
        kind=costs.kind[unit],
        size=ledger.size[unit],
        today=ledger.today[unit],
        today_saves=extra + np.where(ledger.owned[unit], here, 0.0),
        only_today=ledger.locked[unit],
        unserved=alone[unit] - extra if alone.size else np.full(len(unit), np.inf),
    )


def _by_rows(ledger: Ledger, prices: Prices, items: Ints, at: Ints, ranking: Ranking) -> None:
    """Rank any items by their full rows, block by block."""
    most = int((ledger.first[items[at] + 1] - ledger.first[items[at]]).max(initial=1))
    step = max(1, BLOCK // max(1, ledger.seats * most))
    for first in range(0, len(at), step):
        place = at[first : first + step]
        unit, counts = ledger.members(items[place])
        rows = ledger.priced_rows(unit, prices)
        if len(unit) > len(place):
            rows = np.add.reduceat(rows, np.cumsum(counts) - counts, axis=0)
        value = np.empty((len(place), ranking.value.shape[1]))
        seat = np.empty((len(place), ranking.value.shape[1]), dtype=np.int32)
        keep_cheapest(rows, value, seat)
        ranking.value[place], ranking.seat[place] = value, seat
