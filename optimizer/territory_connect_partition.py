"""Choose among whole connected districts: prices first, then all districts near enough to matter.

Column generation for districting (Garfinkel and Nemhauser, 1970; Mehrotra, Johnson and Nemhauser,
1998) with districts that are connected from the start. A choice costs at least the bound and what
its districts exceed it by, so only districts within the gap need to be listed (T33).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.mathopt import Limits
from optimizer.territory_connect_best import DesignSearch
from optimizer.territory_connect_columns import (
    Clusters,
    Prices,
    best_choice,
    clusters_of,
    prices_of,
)
from optimizer.territory_connect_districts import typical_eur
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_pricing import Look, Priced, SitePricing
from optimizer.territory_connect_program import CLOSE
from optimizer.territory_problem import Floats

MOST_ITEMS, MOST_A_DISTRICT = 250, 12
"""Items in all, and items a district, up to which districts are listed."""
ROUNDS, FIRST_NODES, MORE_NODES, MOST_NODES = 400, 2_000, 8, 1_000_000
"""Pricing rounds; looks at each site to begin with, and at most."""
RISE = 1e-5
"""Relative rise of the bound that is worth another round without a new district."""
SMOOTH = 0.5
"""Share of the best prices in those that are tried next (Wentges, 1997)."""
FIRST_ROOM, LEAST_ROOM, WIDER = 0.25, 0.01, 2.0
"""Room of the first list, of the gap known and of the bound; each further list has more."""
MOST_OF_A_SITE, FLOOR_NODES, LIST_NODES, MOST_LISTED = 5_000, 100_000, 300_000, 20_000
CHOICE_SHARE = 0.4
"""Share of the seconds left that one integer program may take."""


def few_a_district(ground: Ground) -> bool:
    """Return whether districts hold so few items that they can be listed."""
    settled = not ground.seats and bool((ground.home >= 0).all())
    many = ground.items <= MOST_ITEMS and ground.items <= MOST_A_DISTRICT * ground.most
    whole = ground.graph.parts == 1 and bool((ground.graph.part >= 0).all())
    return settled and many and whole and ground.least == ground.most > 1


@dataclass
class Partition:
    """Hold the districts listed so far, the best prices and what they prove."""

    search: DesignSearch
    workers: int
    seed: int
    stop: Callable[[], bool]
    seconds_left: Callable[[], float]
    bound: float = -np.inf
    best: tuple[Floats, float] | None = None
    nodes: int = FIRST_NODES
    known: Clusters = field(init=False)

    def __post_init__(self) -> None:
        """Start without a district: leaving an item out has a price."""
        ground = self.search.ground
        self.known = clusters_of(ground, np.zeros((0, ground.items), dtype=bool))
        self.dear = typical_eur(ground) * ground.items

    def settle_prices(self, most_nodes: int = MOST_NODES) -> bool:
        """Price districts until no site has one worth adding; return whether that came about.

        `most_nodes`: looks at a site up to which the search goes deeper when it finds nothing.
        """
        for _ in range(ROUNDS):
            prices = prices_of(self.search.ground, self.known, self.dear, self._limits(1.0))
            if prices is None or self.stop():
                return False
            if self._close(prices.value) or self.search.proved:
                return True
            if not self._add(prices):
                if self.nodes >= most_nodes:
                    return False
                self.nodes *= MORE_NODES
        return False

    def list_choices(self) -> None:
        """Choose among all districts within ever more EUR of the bound, until nothing is left."""
        pricing, floor = self._floors()
        room = LEAST_ROOM * abs(self.bound)
        if self.search.kept:
            room = max(room, FIRST_ROOM * (self.search.value - self.bound))
        while not self.search.proved and not self.stop():
            known = self.search.value if self.search.kept else self._ceiling()
            room = min(room, max(known - self.bound, 0.0))
            if not self._choose(pricing, floor, room):
                return
            room *= WIDER

    def _choose(self, pricing: SitePricing, floor: Floats, room: float) -> bool:
        """Choose among districts within `room` EUR; return whether that settles choices so near."""
        search = self.search
        look = Look(most=MOST_OF_A_SITE, nodes=LIST_NODES, narrow=False)
        listed = pricing.look(floor + room, look, self.workers, self.stop)
        if self.stop() or len(listed.clusters.eur) > MOST_LISTED:
            return False
        column, sure = best_choice(search.ground, listed.clusters, self._limits(CHOICE_SHARE))
        search.offer(column)
        if not sure or not listed.whole:
            return False
        search.bound = max(search.bound, min(self.bound + room, search.value))
        search.infeasible = not search.kept and self.bound + room >= self._ceiling()
        return True

    def _ceiling(self) -> float:
        """Return EUR that no design exceeds."""
        ground = self.search.ground
        dearest = np.where(ground.allowed, ground.cost, 0.0).max(axis=1)
        return float(dearest.sum() + ground.most * ground.open_eur.max() + 1.0)

    def _add(self, prices: Prices) -> bool:
        """Price all sites between the new prices and the best ones; return whether any is new."""
        item, district = prices.item, prices.district
        if self.best is not None:
            item = SMOOTH * self.best[0] + (1 - SMOOTH) * item
            district = SMOOTH * self.best[1] + (1 - SMOOTH) * district
        found = self._price(item, district)
        bound = float(item.sum()) + self._least_sum(found.least)
        risen = bound > self.bound + RISE * abs(bound)
        if bound > self.bound:
            self.bound, self.best = bound, (item, district)
            self.search.bound = max(self.search.bound, min(bound, self.search.value))
        before = len(self.known.eur)
        self.known = self.known.with_more(found.clusters)
        return risen or len(self.known.eur) > before

    def _price(self, item: Floats, district: float) -> Priced:
        ground = self.search.ground
        budget = np.full(len(ground.home), district - 1e-7 * self.dear / ground.items)
        look = Look(most=50, nodes=self.nodes, narrow=True)
        return SitePricing(ground, item).look(budget, look, self.workers, self.stop)

    def _least_sum(self, least: Floats) -> float:
        """Return the least EUR of as many sites as open."""
        return float(np.sort(least)[: self.search.ground.most].sum())

    def _floors(self) -> tuple[SitePricing, Floats]:
        """Return the pricing at the best prices, and (C,) what a district exceeds the bound from.

        A site that is not among the cheapest stands in the place of the dearest of these.
        """
        ground = self.search.ground
        assert self.best is not None
        item, district = self.best
        pricing = SitePricing(ground, item)
        budget = district
        if self.search.kept:
            # What the cheapest other sites leave of the plan known.
            others = np.sort(pricing.base)[: ground.most - 1].sum()
            budget = self.search.value - float(item.sum()) - float(others)
        look = Look(most=50, nodes=FLOOR_NODES, narrow=True)
        every = np.full(len(ground.home), budget)
        least = pricing.look(every, look, self.workers, self.stop).least
        self.bound = float(item.sum()) + self._least_sum(least)
        return pricing, np.minimum(least, np.sort(least)[ground.most - 1])

    def _close(self, value: float) -> bool:
        return value - self.bound <= CLOSE * abs(value)

    def _limits(self, share: float) -> Limits:
        return Limits(
            seconds=share * self.seconds_left(), seed=self.seed, cancelled=self.stop, gap=CLOSE
        )


def partition(
    search: DesignSearch,
    *,
    workers: int,
    seed: int,
    stop: Callable[[], bool],
    seconds_left: Callable[[], float],
) -> None:
    """Offer the best choice of whole districts, and raise the bound to what that proves."""
    chosen = Partition(
        search=search, workers=workers, seed=seed, stop=stop, seconds_left=seconds_left
    )
    chosen.settle_prices()
    if chosen.best is not None and not stop() and not search.proved:
        chosen.list_choices()
