"""Search by planning a few seats anew, exactly, under falling noise (T34).

Where a seat holds few units, all sets of them that could be part of a better plan can be listed,
and eight seats or more be planned anew at once: farther than exchanges (T11) or chains (T24) see.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_bound import Relaxation
from optimizer.territory_pairs import Items, outside, rank
from optimizer.territory_pattern_kernels import Offers, Windows
from optimizer.territory_pattern_ways import no_ways
from optimizer.territory_patterns import PatternBound, PricedPairs
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_set_cover import MOST_COVERED, no_branches
from optimizer.territory_set_list import MOST_ITEMS, Region, no_sets
from optimizer.territory_set_region import BETTER, Room, replan

FEW_ITEMS, LEAST_SEARCHED = 12, 100
"""Items a seat up to which seats hold few, and items from which on search pays."""
MOST_ITEMS_IN_ALL = 150
"""Items up to which a region is half of them or more; smaller parts find less than chains do."""
CLIMBS = 60
"""Sweeps over all seats for the prices to begin with."""
HOT, STRICT = 0.5, 0.2
"""Noise on a pair as a share of the mean gap of a seat, at first; share of regions without any."""
LEAST_SAVED = 0.005
"""Share of the gap that a better plan saves at least: less is not worth the search."""
LEAST_EUR = 1e-9
FIRST_SEATS, LEAST_SEATS = 6, 3
TRIAL, SMALLER, LARGER = 20, 0.5, 0.8
"""Regions after which their size is looked at; share of complete ones that makes it change."""
BUDGET = 2_000_000
"""Sets looked at in a region: hundredths of a second."""
RIVALS, ANYWHERE = 4, 0.1
"""Best seats of an item that count as neighbours; share of seats drawn among all instead."""


@dataclass(kw_only=True)
class _Search:
    """Hold a search under way; `best` is the best plan and `value` what it costs."""

    items: Items
    priced: PricedPairs
    bound: float
    rng: np.random.Generator
    pair: Ints
    best: Ints
    value: float
    rivals: Ints
    seats: int = FIRST_SEATS
    _room: Room = field(init=False)

    def __post_init__(self) -> None:
        rows = self.items.lower.shape[1]
        self._room = Room((no_ways(rows), no_ways(rows)), no_sets(), no_branches())

    @property
    def seat_gap(self) -> float:
        """Return the mean gap of a seat in EUR."""
        return max(self.value - self.bound, 1e-9) / self.items.seats

    def resize(self, complete: float) -> None:
        """Make regions larger where most were searched completely, smaller where too few."""
        if complete >= LARGER:
            self.seats = min(MOST_COVERED, self.items.seats, self.seats + 1)
        elif complete < SMALLER:
            self.seats = max(LEAST_SEATS, self.seats - 1)

    def draw(self) -> Ints:
        """Draw seats that have items in common which either could well take."""
        held = self.items.pairs.seat[self.pair]
        drawn = [int(self.rng.integers(self.items.seats))]
        while len(drawn) < self.seats:
            seat = int(self.rng.integers(self.items.seats))
            if self.rng.random() >= ANYWHERE:
                members = np.flatnonzero(held == drawn[self.rng.integers(len(drawn))])
                if len(members):
                    rival = self.rivals[members[self.rng.integers(len(members))]]
                    seat = int(rival[self.rng.integers(RIVALS)])
            if seat not in drawn:
                drawn.append(seat)
        return np.array(sorted(drawn))

    def plan_anew(self, chosen: Ints, heat: float) -> bool:
        """Plan seats anew under noise of so many EUR a pair; return whether that was complete."""
        inside = np.isin(self.items.pairs.seat[self.pair], chosen)
        members = np.flatnonzero(inside)
        if len(members) > MOST_ITEMS:
            return False
        rows = self._rows(chosen, inside)
        pair, item = self.priced.pair[rows], self.priced.offers.item[rows]
        net = self.priced.net[rows] + heat * self.rng.random(len(rows))
        saved = LEAST_SAVED * (self.value - self.bound) if heat == 0.0 else LEAST_EUR
        limit = float(net[pair == self.pair[item]].sum()) + self._soft_eur(chosen) - saved
        windows = self.priced.windows
        region = Region(
            net,
            len(members),
            Offers(
                start=np.searchsorted(
                    np.searchsorted(chosen, self.items.pairs.seat[pair]),
                    np.arange(len(chosen) + 1),
                ),
                item=(np.cumsum(inside) - 1)[item],
                size=np.ascontiguousarray(self.priced.offers.size[rows]),
            ),
            Windows(
                windows.lower[chosen], windows.upper[chosen], windows.price[chosen], windows.miss
            ),
        )
        reach, answer = np.full(len(chosen), self.seat_gap), np.zeros(len(chosen), dtype=np.int64)
        state, complete = replan(region, limit, reach, BUDGET, self._room, answer)
        if state == BETTER:
            self._take(chosen, members, answer)
        return bool(complete)

    def _rows(self, chosen: Ints, inside: NDArray[np.bool_]) -> Ints:
        """Return which priced pairs are of these seats and of items (G,) they hold."""
        offers = self.priced.offers
        rows = np.concatenate([np.arange(offers.start[s], offers.start[s + 1]) for s in chosen])
        return np.asarray(rows[inside[offers.item[rows]]])

    def _soft_eur(self, chosen: Ints) -> float:
        """Return EUR that these seats pay outside limits with a price."""
        items, load = self.items, self.items.load(self.pair)[chosen]
        off = outside(load, items.lower[chosen], items.upper[chosen]).sum(axis=0)
        priced = np.isfinite(items.miss_price)
        return float(off[priced] @ items.miss_price[priced])

    def _take(self, chosen: Ints, members: Ints, answer: Ints) -> None:
        """Give each seat its set; keep the plan where it is the best one."""
        sets = self._room.sets
        for seat, at in zip(chosen.tolist(), answer.tolist(), strict=True):
            item = members[sets.member[at, : sets.size[at]]]
            self.pair[item] = self.items.pairs.find(
                item, np.full(len(item), seat), self.items.seats
            )
        if rank(self.items, self.pair) < rank(self.items, self.best):
            self.best = self.pair.copy()
            self.value = self.items.eur(self.best)


def search_sets(
    items: Items,
    relaxation: Relaxation,
    pair: Ints,
    *,
    regions: int,
    seed: int,
    stop: Callable[[], bool],
) -> Ints:
    """Return the best plan found from the plan given, never one of worse rank.

    Parameters
    ----------
    items, relaxation
        All items, and their relaxed plan.
    pair
        (G,) the pair each item takes at the start.
    regions
        How often a few seats are planned anew; the same number gives the same plan.
    seed
        Start of the random numbers.
    stop
        Asked region by region; True ends the search.

    Returns
    -------
    Ints
        (G,) pairs; those given where `sets_fit` does not hold or nothing better was found.
    """
    bound = PatternBound.begin(items, relaxation, pair) if sets_fit(items, pair) else None
    if bound is None:
        return pair
    bound.climb(CLIMBS, stop)
    if stop() or bound.bound >= bound.value:
        return pair
    priced = bound.priced()
    work = _Search(
        items=items,
        priced=priced,
        bound=bound.bound,
        rng=np.random.default_rng(seed),
        pair=pair.copy(),
        best=pair.copy(),
        value=bound.value,
        rivals=_rivals(items, priced, pair),
        seats=min(FIRST_SEATS, items.seats),
    )
    _cool(work, regions, stop)
    return work.best


def many_items(items: Items) -> bool:
    """Return whether there are so many items that search by chains or sets pays."""
    return items.count >= LEAST_SEARCHED


def few_a_seat(items: Items) -> bool:
    """Return whether there are many items, but few a seat."""
    return many_items(items) and items.count <= FEW_ITEMS * items.seats


def sets_fit(items: Items, pair: Ints) -> bool:
    """Return whether items are few enough, limits are kept, and none on moves ties seats."""
    moved = items.pairs.moved
    most = np.maximum.reduceat(moved, items.pairs.start[:-1]).sum() if len(moved) else 0
    free = most <= items.max_moved and items.seats >= LEAST_SEATS
    few = items.count <= MOST_ITEMS_IN_ALL
    return bool(items.complete and few and free and items.excess(pair) == 0.0)


def _cool(work: _Search, regions: int, stop: Callable[[], bool]) -> None:
    """Plan seats anew under less and less noise, then from the best plan without any."""
    complete, hot, warm = 0, True, (1.0 - STRICT) * regions
    for k in range(regions):
        if stop():
            break
        if hot and k >= warm:
            work.pair, hot = work.best.copy(), False
        heat = HOT * (1.0 - k / warm) * work.seat_gap if hot else 0.0
        complete += work.plan_anew(work.draw(), heat)
        if (k + 1) % TRIAL == 0:
            work.resize(complete / TRIAL)
            complete = 0


def _rivals(items: Items, priced: PricedPairs, pair: Ints) -> Ints:
    """Return (G, RIVALS) the best seats of each item, the held one where there are fewer."""
    offers, windows = priced.offers, priced.windows
    seat = items.pairs.seat[priced.pair]
    reduced: Floats = priced.net - (windows.price[seat] * offers.size).sum(axis=1)
    order = np.lexsort((reduced, offers.item))
    first = np.searchsorted(offers.item[order], np.arange(items.count))
    end = np.searchsorted(offers.item[order], np.arange(items.count), side="right")
    at = np.minimum(first[:, None] + np.arange(RIVALS), len(order) - 1)
    own = items.pairs.seat[pair][:, None]
    return np.where(np.arange(RIVALS) < (end - first)[:, None], seat[order[at]], own)
