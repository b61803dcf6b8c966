"""Choose among all connected districts near the bound, wider and wider (T33).

A choice of districts costs the bound and what they exceed it by. So all districts within some EUR
are listed, and the cheapest cover of all items by them is searched; a better one would use a
district beyond.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.territory_connect_columns import Clusters, best_choice
from optimizer.territory_connect_cover import (
    DEPTH,
    FOUND,
    advance,
    descent_of,
    listing_of,
)
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_partition import Partition
from optimizer.territory_connect_pricing import Look, SitePricing
from optimizer.territory_connect_program import BETTER
from optimizer.territory_problem import Floats, Ints

LEAST_ROOM, WIDER, NEARLY = 0.01, 1.35, 1.2
"""Room of the first list, of the bound; each further list has so many times more.

A list that nearly reaches the best plan known reaches it."""
MOST_OF_ONE, LIST_NODES, MOST_LISTED = 400_000, 100_000_000, 500_000
"""Districts and looks for a first item, and districts in all, up to which a list is complete."""
LOOKS_A_SECOND = 8_000_000
"""Looks that fit a second: a first item is not interrupted, so it gets no more than are in time."""
SLICE, MOST_WORK = 20_000_000, 800_000_000
"""Districts looked at between two questions whether to stop, and in all for one list."""
FEW_LISTED = 200_000
"""Districts in all up to which a list is settled before districts are gathered."""
FEW_NEAR = 10_000
"""Districts in all up to which they are listed before subset rows are added."""
MOST_NEAR = 40_000
"""Districts of a list that is combined with districts gathered."""
DEPTHS = (1.5, 2.0, 3.0)
"""By how many rooms a choice may exceed the bound, tried in turn: the less, the sooner searched."""
LIST_ROOM = 30_000_000
"""Numbers that the lists of one search may hold."""
MOST_PROGRAM, CHOICE_SHARE = 20_000, 0.4
"""Districts the integer program takes over, and its share of the seconds left."""

Answer = tuple[Ints | None, bool]
"""Columns (G,), None without any better choice, and whether there is no better one for sure."""


def list_choices(whole: Partition, most: int = MOST_LISTED, room: float | None = None) -> float:
    """Choose among all districts within ever more EUR of the bound, until nothing is left.

    Begin with `room` EUR; return the room at which more than `most` districts were to be listed,
    or their choice could not be settled.
    """
    search = whole.search
    assert whole.best is not None
    pricing = SitePricing(search.ground, whole.best.item, whole.best.rows)
    room = LEAST_ROOM * abs(whole.bound) if room is None else room
    while not search.proved and not whole.stop():
        known = search.value if search.kept else _ceiling(search.ground)
        gap = max(known - whole.bound, 0.0)
        near = gap if room * NEARLY > gap else room
        if search.kept and expected(whole.lists, near) > most:
            break
        many = _choose(whole, pricing, near, most)
        whole.lists.append((near, most + 1 if many is None else many))
        if many is None:
            break
        room *= WIDER
    return room


def expected(lists: list[tuple[float, int]], room: float) -> float:
    """Return how many districts a wider list holds if they grow on as in the last two lists."""
    if len(lists) < 2:
        return 0.0
    (before, few), (last, many) = lists[-2:]
    if not (0.0 < before < last and 0 < few < many):
        return float(many)
    return float(many * (room / last) ** (np.log(many / few) / np.log(last / before)))


def _choose(whole: Partition, pricing: SitePricing, room: float, most: int) -> int | None:
    """Choose among districts within `room` EUR; return how many, None when that settles nothing."""
    search = whole.search
    in_time = LOOKS_A_SECOND * (1.0 + max(0.0, whole.seconds_left()))
    nodes = int(min(LIST_NODES, in_time))
    look = Look(most=MOST_OF_ONE, nodes=nodes, narrow=False, in_all=most)
    listed = pricing.look(whole.floor + room, look, whole.workers, whole.stop)
    if whole.stop() or not listed.whole:
        return None
    assert whole.best is not None
    found = listed.clusters
    excess = whole.best.reduced(found) - whole.floor[listed.first]
    if not _settled(whole, found, excess, room):
        return None
    if len(found.eur) <= MOST_NEAR:
        whole.near, whole.near_room = found, room
    search.bound = max(search.bound, min(whole.bound + room, search.value))
    search.infeasible = not search.kept and whole.bound + room >= _ceiling(search.ground)
    return len(found.eur)


def combine(whole: Partition) -> None:
    """Offer the best choice of the districts known and those of a list not too long."""
    assert whole.best is not None
    every = whole.known if whole.near is None else whole.known.with_more(whole.near)
    room = whole.near_room or LEAST_ROOM * abs(whole.bound)
    _settled(whole, every, whole.best.reduced(every) - whole.floor.min(), room)


def _settled(whole: Partition, found: Clusters, excess: Floats, room: float) -> bool:
    """Offer the best choice; return whether none is left that exceeds the bound by `room`."""
    sure = False
    for depth in DEPTHS:
        column, settled = choice_of(whole, found, excess, whole.bound, depth * room)
        sure |= settled
        whole.search.offer(column)
        reached = depth * room >= whole.search.value - whole.bound
        if column is not None or not settled or reached or whole.stop():
            break
    return sure


def choice_of(
    whole: Partition, clusters: Clusters, excess: Floats, bound: float, most: float = np.inf
) -> Answer:
    """Return the best choice of the districts if it is better than the best design known.

    A choice costs `bound` EUR and the `excess` (L,) of its districts at least: those that exceed
    the bound by `most` EUR in all are not looked for.
    """
    search = whole.search
    order = np.argsort(excess, kind="stable")[:MOST_LISTED]
    few = clusters.kept(order)
    budget = search.value - BETTER * abs(search.value) - bound if search.kept else np.inf
    covered = cheapest_cover(
        search.ground, few, excess[order], bound, min(budget, most), whole.stop
    )
    column, sure = covered
    if not sure and len(order) <= MOST_PROGRAM and not whole.stop():
        column, sure = best_choice(search.ground, few, whole.limits(CHOICE_SHARE))
    return column, sure and len(order) == len(clusters.eur)


def cheapest_cover(
    ground: Ground,
    clusters: Clusters,
    excess: Floats,
    bound: float,
    budget: float,
    stop: Callable[[], bool],
) -> Answer:
    """Return the cheapest cover, if it is less than `budget` EUR above the bound."""
    listing = listing_of(clusters.members, excess, clusters.eur - bound / ground.most)
    descent = descent_of(listing, ground.most, budget, LIST_ROOM)
    looked, over = 0, not len(excess)
    while not over and looked < MOST_WORK and not stop():
        over = bool(advance(listing, descent, SLICE))
        looked += SLICE
    column = None
    if descent.mark[FOUND]:
        column = np.full(ground.items, -1, dtype=np.int64)
        for number in descent.best.tolist():
            column[clusters.members[number]] = clusters.column[number]
    return column, over or bool(descent.mark[DEPTH] < 0)


def _ceiling(ground: Ground) -> float:
    """Return EUR that no design exceeds."""
    dearest = np.where(ground.allowed, ground.cost, 0.0).max(axis=1)
    return float(dearest.sum() + ground.most * ground.open_eur.max() + 1.0)
