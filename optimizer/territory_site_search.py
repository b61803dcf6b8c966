"""Anneal sites and service together, windows priced until they are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_near import Near
from optimizer.territory_site_walk import walk

SLICE = 200_000
"""Most steps between two looks at the clock and at the prices of missed windows."""
SLICES = 100
"""Least looks of one cooling."""

LOOSE = 0.75
"""Share of a cooling during which some windows may be missed."""
FEW_MISSED = 0.005
"""Mean miss of a window, relative to its scale, that is priced neither up nor down."""

QUENCHES, QUENCH_STEPS = 10, 20
"""What follows a cooling that was broken off: so often, so many steps an item."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Hold sites and service: `opened` sorted sites, `centre` (G,) of each item."""

    opened: Ints
    centre: Ints


@dataclass(frozen=True, kw_only=True)
class Cooling:
    """Hold temperatures in EUR and the number of steps between them."""

    hot: float
    cold: float
    steps: int


def better(data: SiteData, one: Choice, other: Choice) -> Choice:
    """Return the choice of better rank, the first among equals."""
    ranks = [data.rank(choice.opened, choice.centre) for choice in (one, other)]
    return one if ranks[0] <= ranks[1] else other


class Walker:
    """Carry one choice through the kernels."""

    def __init__(self, data: SiteData, near: Near, choice: Choice, seed: int) -> None:
        self.data, self.near = data, near
        self.state = np.array([0x9E3779B97F4A7C15 ^ (seed * 2 + 1)], dtype=np.uint64)
        self.ground = (
            data.cost,
            data.size,
            data.kind,
            data.lower,
            data.upper,
            data.open_cost,
            data.home,
            near.items,
            near.centres,
        )
        self.price = self._first_price(choice)
        self.best = choice
        self.set(choice)

    def _first_price(self, choice: Choice) -> Floats:
        """Return (K,) EUR per relative unit missed to begin with."""
        data = self.data
        seats = max(1, len(choice.opened) + data.seats)
        each = data.mean_cost(choice.centre) * data.items / seats
        return np.minimum(data.miss_price, max(each, 1e-9))

    def set(self, choice: Choice) -> None:
        """Take over a choice."""
        data = self.data
        centre = np.concatenate([choice.opened, data.standing()]).astype(np.int64)
        at = np.full(data.centres, -1, dtype=np.int64)
        at[centre] = np.arange(len(centre))
        cluster = at[choice.centre]
        load = data.load(choice.centre)[centre]
        first, after, before = _linked(cluster, len(centre))
        count = np.bincount(cluster, minlength=len(centre))
        self.clusters = (centre, cluster, at, load, first, after, before, count)

    def choice(self) -> Choice:
        """Return what the kernels hold now."""
        centre, cluster = self.clusters[0], self.clusters[1]
        opened = np.sort(centre[centre < self.data.sites])
        return Choice(opened=opened, centre=centre[cluster])

    def anneal(self, cooling: Cooling, stop: Callable[[], bool]) -> Choice:
        """Cool down slice by slice and return the best choice met at the end of a slice."""
        slices = max(SLICES, cooling.steps // SLICE)
        steps = max(1, cooling.steps // slices)
        ratio = (cooling.cold / cooling.hot) ** (1.0 / slices)
        hot = cooling.hot
        for number in range(slices):
            if stop():
                self._quench(cooling.cold)
                break
            self._walk(hot, hot * ratio, steps)
            hot *= ratio
            self._learn_prices(number >= LOOSE * slices)
        return self.best

    def _quench(self, cold: float) -> None:
        """End a cooling that was broken off: a moment of steps uphill hardly ever."""
        for _ in range(QUENCHES):
            self._walk(cold, cold, QUENCH_STEPS * self.data.items)
            self._learn_prices(True)

    def _walk(self, hot: float, cold: float, steps: int) -> None:
        walk(self.clusters, self.ground, self.price, hot, cold, steps, self.state)

    def _learn_prices(self, strict: bool) -> None:
        """Keep the best choice; price windows so that few are missed, in the end none."""
        choice = self.choice()
        missed = self.data.missed(choice.opened, choice.centre)
        hard = np.isinf(self.data.miss_price)
        if strict:
            factor = np.where(missed > 0, 1.3, 1.0)
        else:
            factor = np.where(missed > FEW_MISSED * len(self.clusters[0]), 1.15, 0.92)
        self.price = np.where(hard, self.price * factor, self.price)
        self.best = better(self.data, self.best, choice)


def _linked(cluster: Ints, clusters: int) -> tuple[Ints, Ints, Ints]:
    """Return first, after and before of the lists of each cluster's items."""
    first = np.full(clusters, -1, dtype=np.int64)
    after, before = np.full(len(cluster), -1), np.full(len(cluster), -1)
    order = np.argsort(cluster, kind="stable")
    same = cluster[order[1:]] == cluster[order[:-1]]
    after[order[:-1][same]] = order[1:][same]
    before[order[1:][same]] = order[:-1][same]
    heads = order[before[order] < 0]
    first[cluster[heads]] = heads
    return first, after, before
