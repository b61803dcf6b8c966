"""Choose a region anew at prices of its own, among the clusters or arcs these leave open.

Prices of the whole problem leave a region more room than it has: they know neither which items
are the region's own nor how many sites it opens. Prices found for the region alone prove more,
so that more of what is left can be listed, and regions of a hundred seats are within reach.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_bound import SiteBound, ascend
from optimizer.territory_site_clusters import Clusters, list_clusters
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_inset import Inset, inset_of
from optimizer.territory_site_narrow import LEAST_ROOM, largest_room
from optimizer.territory_site_near import near_lists
from optimizer.territory_site_partition import part_of, solve_partition
from optimizer.territory_site_proof import prove, useful_arcs
from optimizer.territory_site_search import Choice

STEPS = 150
"""Steps of a region's ascent; it begins at the prices of the whole problem."""
MOST_WHOLE = 60
"""Items a seat up to which whole items prove noticeably more than fractions."""
LEAST_SHARE = 0.005
"""Share of a region's room below which its clusters are not listed."""
MOST_ARCS = 1_500
"""Arcs of a region's program; programs over clusters bear more."""


@dataclass(frozen=True, kw_only=True)
class Anew:
    """Hold the whole choice with a region chosen anew.

    Attributes
    ----------
    share
        How much of what the region could gain was looked at, 0 to 1.
    seat_eur
        EUR, the value of the dearest site that the region's prices would open: what one more
        seat there saves, negative.
    """

    choice: Choice
    share: float
    seat_eur: float


def choose_anew(
    data: SiteData, prices: SiteBound, choice: Choice, region: Ints, limits: Limits, most: int
) -> Anew | None:
    """Return the choice with a region chosen anew among at most so many clusters.

    Windows are hard. None where no program could be stated or it found nothing.
    """
    inset = inset_of(data, choice, region)
    stop = limits.cancelled or (lambda: False)
    bound = _own_prices(inset, prices.item_price[inset.items], stop)
    room = _room(inset, bound)
    found = _by_clusters(inset, bound, room, limits, most) or _by_arcs(inset, bound, room, limits)
    if found is None:
        return None
    put = inset.put_back(choice, found[0])
    return Anew(choice=put, share=found[1], seat_eur=bound.threshold)


def _own_prices(inset: Inset, first: Floats, stop: Callable[[], bool]) -> SiteBound:
    """Return prices of the region alone, of whole items where seats hold few."""
    data, held = inset.data, inset.choice
    near, reach = near_lists(data), data.value(held.opened, held.centre)
    bound = ascend(data, near, first, reach, STEPS, stop)
    if data.items > MOST_WHOLE * max(1, len(held.opened) + data.seats):
        return bound
    whole = ascend(data, near, bound.item_price, reach, STEPS, stop, whole=True)
    return max(bound, whole, key=lambda each: each.bound)


def _room(inset: Inset, bound: SiteBound) -> float:
    """Return EUR that a better choice may use; a mean cluster more where windows are missed."""
    data, held = inset.data, inset.choice
    value = data.value(held.opened, held.centre)
    room = max(0.0, value - bound.bound)
    if data.excess(held.opened, held.centre) > 0:
        room += abs(value) / max(1, len(held.opened) + data.seats)
    return room


def _by_clusters(
    inset: Inset, bound: SiteBound, room_eur: float, limits: Limits, most: int
) -> tuple[Choice, float] | None:
    data, held = inset.data, inset.choice
    every_centre, every_item = np.arange(data.centres), np.arange(data.items)

    def listing(room: float) -> Clusters | None:
        return list_clusters(data, bound, every_centre, every_item, room, most)

    narrow = largest_room(room_eur, LEAST_SHARE, listing)
    if narrow is None:
        return None
    part = part_of(data, held, np.concatenate([held.opened, data.standing()]))
    found, answer = solve_partition(data, narrow[1], held, part, limits)
    if answer.values is None:
        return None
    return found, _share(narrow[0], room_eur)


def _by_arcs(
    inset: Inset, bound: SiteBound, room_eur: float, limits: Limits
) -> tuple[Choice, float] | None:
    data, held = inset.data, inset.choice
    if data.excess(held.opened, held.centre) > 0:
        return None

    def listing(room: float) -> tuple[Ints, Ints] | None:
        return useful_arcs(data, bound, room, MOST_ARCS)

    narrow = largest_room(room_eur, LEAST_ROOM, listing)
    if narrow is None:
        return None
    proof = prove(data, bound, held, *narrow, limits)
    return proof.choice, _share(narrow[0], room_eur)


def _share(room_eur: float, of_eur: float) -> float:
    """Return how much of the room was looked at; all where there is none."""
    return room_eur / of_eur if of_eur > 0 else 1.0
