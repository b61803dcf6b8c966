"""Solve the whole choice over the little that prices leave open, and say what that proves.

Every choice within some EUR of the bound, its room, uses only clusters (or arcs) within that room.
A program over these finds the best of them: a choice that is cheaper than bound and room is the
best of all, and if there is none, nothing is cheaper than bound and room. The sum of what its
clusters exceed is what a choice exceeds, so that even a small room holds most good choices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_problem import Ints
from optimizer.territory_site_bound import SiteBound
from optimizer.territory_site_clusters import Clusters, list_clusters
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_partition import part_of, solve_partition
from optimizer.territory_site_proof import Proof, next_value, prove, room_above, useful_arcs
from optimizer.territory_site_search import Choice

NARROWER = 0.8
"""Factor of the room while too much lies in it."""
LEAST_ROOM = 0.02
"""Share of the whole room below which a program finds nothing new."""


Listed = TypeVar("Listed")


def largest_room(
    whole_eur: float, least_share: float, listing: Callable[[float], Listed | None]
) -> tuple[float, Listed] | None:
    """Return the largest room tried, and its listing, that is not too long; None below a share."""
    tries = 1 + int(np.log(least_share) / np.log(NARROWER))
    for narrowed in range(tries):
        room = whole_eur * NARROWER**narrowed
        listed = listing(room)
        if listed is not None:
            return room, listed
    return None


def solve_narrow(
    data: SiteData, bound: SiteBound, choice: Choice, limits: Limits, most: int, least_room: float
) -> Proof | None:
    """Return the best choice and bound of a program with at most so many clusters or arcs.

    None when windows are missed by the choice given, or when no program reaches `least_room`, a
    share of all that could matter.
    """
    if data.excess(choice.opened, choice.centre) > 0:
        return None
    whole = room_above(data, bound, choice)
    every_centre, every_item = np.arange(data.centres), np.arange(data.items)

    def clusters(room: float) -> Clusters | None:
        return list_clusters(data, bound, every_centre, every_item, room, most)

    def arcs(room: float) -> tuple[Ints, Ints] | None:
        return useful_arcs(data, bound, room, most)

    hard = bool(np.isinf(data.miss_price).all())
    # A cluster exceeds the bound by its part of what the choice does; a room for less is too small.
    part = 1.0 / max(1, len(choice.opened) + data.seats)
    for share in (1.0, least_room):
        narrow = largest_room(whole, max(share, part), clusters) if hard else None
        if narrow is not None:
            return _by_clusters(data, bound, choice, *narrow, limits)
        found = largest_room(whole, max(share, LEAST_ROOM), arcs)
        if found is not None:
            return prove(data, bound, choice, *found, limits)
    return None


def _by_clusters(
    data: SiteData,
    bound: SiteBound,
    choice: Choice,
    room_eur: float,
    clusters: Clusters,
    limits: Limits,
) -> Proof:
    """Return the best choice whose clusters are those given or its own."""
    part = part_of(data, choice, np.concatenate([choice.opened, data.standing()]))
    found, answer = solve_partition(data, clusters, choice, part, limits)
    if data.rank(found.opened, found.centre) < data.rank(choice.opened, choice.centre):
        choice = found
    least = data.value(choice.opened, choice.centre)
    proved = next_value(data, min(least, -answer.bound, bound.bound + room_eur))
    return Proof(choice=choice, bound=max(bound.bound, proved), outcome=answer.outcome)
