"""Price the connected districts of every site: the cheapest ones, and a bound from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.side_by_side import side_by_side
from optimizer.territory_connect_clusters import Site, cheap_clusters
from optimizer.territory_connect_columns import Clusters, Members, clusters_of
from optimizer.territory_connect_land import Ground
from optimizer.territory_problem import Floats, Ints

Listed = tuple[Members, float, bool]
"""Districts of one column, the least EUR any costs, and whether all were listed."""

HALVINGS = 60
SWEEPS = 3
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Hold what a pricing of all sites brought.

    `clusters`: those found; `least` (C,) EUR no connected district of the site undercuts, its items
    paid for; `whole`: whether every site was looked through.
    """

    clusters: Clusters
    least: Floats
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Look:
    """Say how far to look: `most` districts a site, `nodes` looks, ever cheaper if `narrow`."""

    most: int
    nodes: int
    narrow: bool


class SitePricing:
    """Hold prices of items (G,) and what follows from them for every column.

    `window` (C, K) are the prices of windows that raise `base` (C,) most: no district of a column
    costs less than that, its items paid for, even one that is not connected.
    """

    def __init__(self, ground: Ground, item: Floats) -> None:
        """Price windows by bisection, one measure after the other."""
        self.ground = ground
        self.reduced = np.where(ground.allowed, ground.cost, 1e12) - item[:, None]
        columns = len(ground.home)
        self.at_home = np.zeros(self.reduced.shape, dtype=bool)
        self.at_home[ground.home, np.arange(columns)] = True
        self.size = np.ascontiguousarray(ground.size[:, -1])
        self.window = np.zeros(ground.lower.shape)
        for _ in range(SWEEPS if ground.lower.shape[1] > 1 else 1):
            for row in range(ground.lower.shape[1]):
                self._bisect(row)
        self.priced = self.reduced - self.size @ self.window.T
        worth = np.where(self.window > 0, ground.lower, ground.upper) * self.window
        worth = np.where(self.window == 0, 0.0, worth).sum(axis=1)
        gain = np.where(self.at_home, self.priced, np.minimum(self.priced, 0.0))
        self.base = ground.open_eur + worth + gain.sum(axis=0)

    def _bisect(self, row: int) -> None:
        """Set the price of one measure where the cheapest load crosses the window."""
        ground, size = self.ground, self.size[:, row]
        rest = self.window.copy()
        rest[:, row] = 0.0
        before = self.reduced - self.size @ rest.T
        high = np.full(len(ground.home), np.abs(before[ground.allowed]).max(initial=1.0))
        high = high / max(size[size > 0].min(initial=1.0), ROUNDING)
        low = -high
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            used = (before - size[:, None] * middle < 0) | self.at_home
            load = size @ used
            wanted = np.where(middle > 0, ground.lower[:, row], ground.upper[:, row])
            enough = load >= wanted
            high, low = np.where(enough, middle, high), np.where(enough, low, middle)
        price = np.where(np.abs(high) < 1e-6, 0.0, high)
        limit = np.where(price > 0, ground.lower[:, row], ground.upper[:, row])
        self.window[:, row] = np.where(np.isfinite(limit), price, 0.0)

    def look(self, budget: Floats, look: Look, workers: int, stop: Callable[[], bool]) -> Priced:
        """Return districts of every column that cost at most `budget` (C,), items paid for."""
        columns = np.flatnonzero((self.base <= budget) & (self.ground.home >= 0))
        shares = [columns[first :: max(1, workers)] for first in range(max(1, workers))]
        works = [partial(self._share, share, budget, look, stop) for share in shares]
        least, members, whole = np.maximum(self.base, budget), [], True
        for share, found in zip(shares, side_by_side(works), strict=True):
            for column, (sets, cheapest, all_of_it) in zip(share.tolist(), found, strict=True):
                members.append(sets)
                whole &= all_of_it
                least[column] = cheapest if all_of_it else self.base[column]
        every = np.concatenate([np.zeros((0, self.ground.items), dtype=bool), *members])
        return Priced(clusters=clusters_of(self.ground, every), least=least, whole=whole)

    def _share(
        self, columns: Ints, budget: Floats, look: Look, stop: Callable[[], bool]
    ) -> list[Listed]:
        """Look at some columns; a list of all is given up at the first that cannot be listed."""
        none: Members = np.zeros((0, self.ground.items), dtype=bool)
        found: list[Listed] = []
        for column in columns.tolist():
            hopeless = bool(found) and not look.narrow and not found[-1][2]
            if hopeless or stop():
                found.append((none, -np.inf, False))
            else:
                found.append(self._one(column, float(budget[column]), look))
        return found

    def _one(self, column: int, budget: float, look: Look) -> Listed:
        """Return districts of one column, the least EUR any costs, and whether all were listed."""
        ground, graph = self.ground, self.ground.merged
        opening = float(ground.open_eur[column])
        site = Site(
            start=graph.start,
            neighbour=graph.neighbour,
            home=int(ground.home[column]),
            reduced=np.ascontiguousarray(self.reduced[:, column]),
            priced=np.ascontiguousarray(self.priced[:, column]),
            weight=self.size,
            lower=ground.lower[column] - ROUNDING,
            upper=ground.upper[column] + ROUNDING,
            base=float(self.base[column]) - opening,
        )
        room = budget - opening
        sets, value, whole = cheap_clusters(site, room, look.most, look.nodes, look.narrow)
        return sets, opening + float(value.min(initial=room)), bool(whole)
