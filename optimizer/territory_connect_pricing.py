"""Price connected districts: the cheapest ones, and a bound from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.side_by_side import side_by_side
from optimizer.territory_connect_clusters import ELSEWHERE, Plot, Tariff, cheap_clusters
from optimizer.territory_connect_columns import Clusters, paid
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_subset_rows import SubsetRows
from optimizer.territory_problem import Floats, Ints

HALVINGS = 60
SWEEPS = 3
SPREADS, SPREAD_STEP = 30, 0.5
"""Steps in which tolls are spread over their items, and the share the first one moves."""
ROUNDING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Priced:
    """Hold what a pricing brought.

    `clusters`: those found, `first` (L,) the places of their first items; `least` (G,) EUR that no
    connected district with its first item at a place undercuts, its items paid for; `whole`:
    whether all were looked through.
    """

    clusters: Clusters
    first: Ints
    least: Floats
    whole: bool


@dataclass(frozen=True, kw_only=True)
class Look:
    """Say how far to look.

    `most` districts and `nodes` looks for a first item, ever cheaper if `narrow`; `in_all`
    districts after which no further first item is looked at.
    """

    most: int
    nodes: int
    narrow: bool
    in_all: int = 1_000_000


Found = tuple[Clusters, float, bool]
"""Districts with one first item, the least EUR any costs, and whether all were listed."""


class SitePricing:
    """Hold prices of items (G,) and what follows from them for every column.

    `window` (C, K) are the prices of windows that raise `base` (C,) most: no district of a column
    costs less than that, its items paid for, even one that is not connected. `rows` are the subset
    rows whose tolls districts pay. The first item of a district is its largest: few districts do
    without all that are larger.
    """

    def __init__(self, ground: Ground, item: Floats, rows: SubsetRows | None = None) -> None:
        """Price windows by bisection, one measure after the other."""
        self.ground, self.item = ground, item
        self.rows = SubsetRows.none() if rows is None else rows
        self.reduced = np.where(ground.allowed, ground.cost, 1e12) - item[:, None]
        columns = np.arange(len(ground.home))
        self.at_home = np.zeros(self.reduced.shape, dtype=bool)
        self.at_home[ground.home, columns] = True
        self.size = np.ascontiguousarray(ground.size[:, -1])
        self.window = np.zeros(ground.lower.shape)
        self._spread_tolls()
        priced, self.base = self._least(self.share)
        toll_start, of_item = self.rows.of_items(ground.items)
        self.tariff = Tariff(
            opening=ground.open_eur,
            reduced=self.reduced,
            base=self.base,
            taken=np.where(self.at_home, 0.0, np.maximum(priced, 0.0)),
            left=np.where(self.at_home, ELSEWHERE, np.maximum(-priced, 0.0)),
            toll_start=toll_start,
            of_item=of_item,
            toll=self.rows.toll,
            slack=self.rows.toll[:, None] * (1.0 - self.share),
        )
        self.plot = self._plot()

    def _spread_tolls(self) -> None:
        """Find the `share` (N, C) of tolls spread over items that raises the base most."""
        rows = self.rows
        self.share = share = np.zeros((len(rows), len(self.ground.home)))
        best = np.full(len(self.ground.home), -np.inf)
        for step in range(SPREADS if len(rows) else 0):
            priced, base = self._least(share)
            better = base > best
            best[better], self.share[:, better] = base[better], share[:, better]
            used = ((priced < 0) | self.at_home).astype(np.int64)
            share = np.clip(
                share + SPREAD_STEP / (1 + step) * (used[rows.item].sum(axis=1) - 1), 0, 1
            )

    def _least(self, share: Floats) -> tuple[Floats, Floats]:
        """Return the EUR of items at sites (G, C), windows and tolls spread, and the base (C,).

        A toll is at least (n - 1) / 2 of itself where n of its three items are held (T33).
        """
        ground, rows = self.ground, self.rows
        spread = share * (rows.toll / 2)[:, None]
        before = self.reduced.copy()
        np.add.at(before, rows.item.ravel(), np.repeat(spread, 3, axis=0))
        self.window[:] = 0.0
        for _ in range(SWEEPS if ground.lower.shape[1] > 1 else 1):
            for row in range(ground.lower.shape[1]):
                self._bisect(row, before)
        priced = before - self.size @ self.window.T
        worth = np.where(self.window > 0, ground.lower, ground.upper) * self.window
        worth = np.where(self.window == 0, 0.0, worth).sum(axis=1)
        gain = np.where(self.at_home, priced, np.minimum(priced, 0.0))
        return priced, ground.open_eur + worth + gain.sum(axis=0) - spread.sum(axis=0)

    def _plot(self) -> Plot:
        ground = self.ground
        return Plot(
            start=ground.merged.start,
            neighbour=ground.merged.neighbour,
            order=np.argsort(-self.size.sum(axis=1), kind="stable"),
            weight=self.size,
            lower=ground.lower - ROUNDING,
            upper=ground.upper + ROUNDING,
            most=ground.upper.max(axis=0) + ROUNDING,
            home=ground.home,
        )

    def _bisect(self, row: int, reduced: Floats) -> None:
        """Set the price of one measure where the cheapest load crosses the window."""
        ground, size = self.ground, self.size[:, row]
        rest = self.window.copy()
        rest[:, row] = 0.0
        before = reduced - self.size @ rest.T
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
        """Return districts that cost at most `budget` (G,) by first item, items paid for."""
        items = self.ground.items
        places, waiting = np.arange(items), iter(range(items))
        nothing = Clusters(
            members=np.zeros((0, items), dtype=bool), eur=np.zeros(0), column=np.zeros(0, dtype=int)
        )
        found: list[Found] = [(nothing, float(self.base.min()), False)] * items
        work = partial(self._look_on, waiting, found, budget, look, stop)
        side_by_side([work] * max(1, workers))
        inside = [clusters for clusters, _, _ in found]
        every = Clusters.of(inside)
        return Priced(
            clusters=every,
            first=np.repeat(places, [len(clusters.eur) for clusters in inside]),
            least=np.array([least for _, least, _ in found]),
            whole=all(whole for _, _, whole in found) and len(every.eur) <= look.in_all,
        )

    def _look_on(
        self,
        waiting: Iterator[int],
        found: list[Found],
        budget: Floats,
        look: Look,
        stop: Callable[[], bool],
    ) -> None:
        """Look at first items as long as one waits, but no more when districts are too many."""
        for place in waiting:
            if sum(len(clusters.eur) for clusters, _, _ in found) > look.in_all or stop():
                return
            found[place] = self.one(place, float(budget[place]), look)

    def one(self, place: int, budget: float, look: Look) -> Found:
        """Return districts with one first item, the least EUR any costs, and whether all."""
        members, value, column, least, whole = cheap_clusters(
            self.plot, self.tariff, place, budget, look.most, look.nodes, look.narrow
        )
        eur = value + paid(members, self.item) - self.rows.tolls(members)
        return Clusters(members=members, eur=eur, column=column), float(least), bool(whole)
