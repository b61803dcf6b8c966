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
    clusters_of,
    prices_of,
)
from optimizer.territory_connect_districts import typical_eur
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_pricing import Look, Priced, SitePricing
from optimizer.territory_connect_program import BETTER
from optimizer.territory_connect_subset_rows import SubsetRows
from optimizer.territory_problem import Floats

MOST_ITEMS, MOST_A_DISTRICT = 250, 12
"""Items in all, and items a district, up to which districts are listed."""
ROUNDS, FIRST_NODES, MORE_NODES, MOST_NODES = 400, 2_000, 8, 1_000_000
"""Pricing rounds; looks at each site to begin with, and at most."""
MOST_KNOWN, LEAST_KNOWN = 1_500, 750
"""Districts with which prices are found, and how many of them stay when they are more."""
DEAR = 4.0
"""Price of an item left out, in EUR of a mean district: far higher ones take long to come down."""
SETTLED = 1e-4
"""Relative gap at which prices are good enough to list districts at."""
RISE = 1e-5
"""Relative rise of the bound that is worth another round without a new district."""
SMOOTH = 0.5
"""Share of the best prices in those that are tried next (Wentges, 1997)."""


def few_a_district(ground: Ground) -> bool:
    """Return whether districts hold so few items that they can be listed."""
    settled = not ground.seats and bool((ground.home >= 0).all())
    many = ground.items <= MOST_ITEMS and ground.items <= MOST_A_DISTRICT * ground.most
    whole = ground.graph.parts == 1 and bool((ground.graph.part >= 0).all())
    return settled and many and whole and ground.least == ground.most > 1


@dataclass
class Partition:
    """Hold the districts listed so far, the best prices and what they prove.

    `floor` (G,): EUR no district undercuts at the best prices, items paid for, by first item.
    `near`: the districts that exceed the bound by `near_room` EUR at most, once they are listed.
    `lists`: room of each list at these prices, and its districts.
    """

    search: DesignSearch
    workers: int
    seed: int
    stop: Callable[[], bool]
    seconds_left: Callable[[], float]
    bound: float = -np.inf
    best: Prices | None = None
    rows: SubsetRows = field(default_factory=SubsetRows.none)
    floor: Floats = field(default_factory=lambda: np.zeros(0))
    near: Clusters | None = None
    near_room: float = 0.0
    lists: list[tuple[float, int]] = field(default_factory=list)
    nodes: int = FIRST_NODES
    known: Clusters = field(init=False)

    def __post_init__(self) -> None:
        """Start with the districts of the best design; leaving an item out has a price."""
        ground, search = self.search.ground, self.search
        members = np.zeros((0, ground.items), dtype=bool)
        if search.kept and search.column is not None:
            members = np.unique(search.column)[:, None] == search.column[None]
        self.known = clusters_of(ground, members)
        self.dear = DEAR * typical_eur(ground) * ground.items / ground.most

    def settle_prices(self, most_nodes: int = MOST_NODES) -> bool:
        """Price districts until no site has one worth adding; return whether that came about.

        `most_nodes`: looks at a site up to which the search goes deeper when it finds nothing.
        """
        for _ in range(ROUNDS):
            prices = self.prices()
            if prices is None or self.stop():
                return False
            self._forget(prices)
            if self._close(prices.value) or self.search.proved:
                return True
            if not self._add(prices):
                if self.nodes >= most_nodes:
                    return False
                self.nodes *= MORE_NODES
        return False

    def prices(self) -> Prices | None:
        """Return the prices of the districts known with all rows, None when time runs out."""
        return prices_of(self.search.ground, self.known, self.dear, self.limits(1.0), self.rows)

    def _forget(self, prices: Prices) -> None:
        """Keep the districts that are cheapest at the prices: programs of few are solved soon."""
        if len(self.known.eur) > MOST_KNOWN:
            order = np.argsort(prices.reduced(self.known), kind="stable")
            self.known = self.known.kept(np.sort(order[:LEAST_KNOWN]))

    def _add(self, prices: Prices) -> bool:
        """Add districts that are cheaper; return whether any is new, or the bound has risen."""
        before, many = self.bound, len(self.known.eur)
        found = self.weigh(prices, Look(most=50, nodes=self.nodes, narrow=True))
        self.known = self.known.with_more(found.clusters)
        return self.bound > before + RISE * abs(self.bound) or len(self.known.eur) > many

    def weigh(self, prices: Prices, look: Look) -> Priced:
        """Price all sites between the new prices and the best ones; keep what that proves."""
        ground = self.search.ground
        tried = prices if self.best is None else self.best.towards(prices, SMOOTH)
        budget = np.full(ground.items, tried.district - 1e-7 * self.dear / ground.items)
        pricing = SitePricing(ground, tried.item, tried.rows)
        found = pricing.look(budget, look, self.workers, self.stop)
        bound = tried.total + self._least_sum(found.least)
        if bound > self.bound:
            self.bound, self.best = bound, tried
            # A first item that is not among the cheapest stands for the dearest of these.
            self.floor = np.minimum(found.least, np.sort(found.least)[ground.most - 1])
            self.search.bound = max(self.search.bound, min(bound, self.search.value))
        return found

    def _least_sum(self, least: Floats) -> float:
        """Return the least EUR of as many districts as open: no two have the same first item."""
        return float(np.sort(least)[: self.search.ground.most].sum())

    def _close(self, value: float) -> bool:
        return value - self.bound <= SETTLED * abs(value)

    def limits(self, share: float) -> Limits:
        """Return limits of a program that may take that share of the seconds left."""
        return Limits(
            seconds=share * self.seconds_left(), seed=self.seed, cancelled=self.stop, gap=BETTER
        )
