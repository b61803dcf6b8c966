"""List, for each item, the cheapest sites, and for each centre, the cheapest items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_data import SiteData

LEAST_NEAR = 24
ITEMS_PER_SEAT = 3.0
"""Length of the lists in territories of mean size: prices shift borders by less than that."""

REACH_PER_SEAT = 6.0
"""How much longer the lists are from which centres choose when they are priced."""


@dataclass(frozen=True, kw_only=True)
class Near:
    """Hold neighbours by cost, cheapest first; ties by position.

    Attributes
    ----------
    items
        (C, M) cheapest items of each centre, -1 where fewer are eligible.
    reach
        (C, M') the same, longer: what a centre might take at any sensible price.
    centres
        (G, L) cheapest centres of each item, -1 where fewer are eligible.
    """

    items: Ints
    reach: Ints
    centres: Ints


def near_lists(data: SiteData) -> Near:
    """Return neighbours, about three territories of mean size each."""
    seats = max(1, data.most + data.seats)
    each = data.items / seats
    length = max(LEAST_NEAR, int(np.ceil(ITEMS_PER_SEAT * each)))
    reach = _cheapest(data.cost, length + int(REACH_PER_SEAT * each), data.forbidden)
    sites_each = max(LEAST_NEAR, int(np.ceil(ITEMS_PER_SEAT * data.sites / seats)))
    return Near(
        items=np.ascontiguousarray(reach[:, :length]),
        reach=reach,
        centres=_cheapest(data.cost.T, sites_each, data.forbidden),
    )


def _cheapest(cost: Floats, length: int, forbidden: float) -> Ints:
    """Return (rows, length) columns of least cost in each row, -1 behind the eligible ones."""
    rows, columns = cost.shape
    length = min(length, columns)
    found = np.empty((rows, length), dtype=np.int64)
    block = max(1, 2_000_000 // max(1, columns))
    for first in range(0, rows, block):
        part = np.ascontiguousarray(cost[first : first + block])
        found[first : first + block] = _cheapest_of(part, length, forbidden)
    return found


def _cheapest_of(cost: Floats, length: int, forbidden: float) -> Ints:
    if length < cost.shape[1]:
        kept = np.sort(np.argpartition(cost, length - 1, axis=1)[:, :length], axis=1)
    else:
        kept = np.broadcast_to(np.arange(length), (len(cost), length))
    value = np.take_along_axis(cost, kept, axis=1)
    order = np.argsort(value, axis=1, kind="stable")
    value = np.take_along_axis(value, order, axis=1)
    return np.where(value < forbidden, np.take_along_axis(kept, order, axis=1), -1)
