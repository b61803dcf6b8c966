"""Gather districts that keep their windows while pairs of districts are split anew (T33).

The walk splits pairs as recombination does, but lets windows be missed at a price that heat makes
bearable, so that it gets from one good plan to the next. Every connected half met that keeps its
window is kept: districts of many plans combine to better ones than any plan of the walk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_connect_columns import Clusters, Members, clusters_of
from optimizer.territory_connect_districts import typical_eur
from optimizer.territory_connect_resplit import FEW_NODES, WIDER, Resplit
from optimizer.territory_problem import Floats, Ints

HOT, COLD = 2.0, 0.2
"""First and last heat of a walk, in EUR of a mean item."""
PRICE = 100.0
"""Price of a missed mean window, in EUR of a mean district."""
MOST_LISTS = 1_000
"""Pairs whose halves are remembered."""

Halves = tuple[Ints, NDArray[np.bool_], Floats]
"""Members (N,), halves (L, N), and EUR of both halves with missed windows priced (L,)."""


@dataclass
class Gather(Resplit):
    """Hold the districts of a walk, the halves listed of late, and those worth keeping."""

    lists: dict[bytes, Halves] = field(default_factory=dict)
    met: list[Members] = field(default_factory=list)

    def walk(self, steps: int, stop: Callable[[], bool]) -> Clusters:
        """Split pairs anew, ever colder; return the districts met that keep their windows."""
        typical = typical_eur(self.ground)
        for step in range(steps):
            if stop():
                break
            heat = typical * HOT * (COLD / HOT) ** (step / steps)
            pair = self._pair()
            members, halves, priced = self._listed(pair)
            if len(halves):
                drawn = int(np.argmin(priced - heat * self.rng.gumbel(size=len(priced))))
                self._take(pair, members, halves[drawn])
        found = clusters_of(self.ground, np.zeros((0, self.ground.items), dtype=bool))
        for members_met in self.met:
            found = found.with_more(clusters_of(self.ground, members_met))
        self.met = []
        return found

    def _listed(self, pair: tuple[int, int]) -> Halves:
        """Return the halves of a pair; those not listed before are looked at for good ones."""
        key = np.isin(self.district, pair).tobytes()
        if key not in self.lists:
            if len(self.lists) >= MOST_LISTS:
                self.lists.clear()
            self.lists[key] = self._list(pair)
        return self.lists[key]

    def _list(self, pair: tuple[int, int]) -> Halves:
        ground = self.ground
        total = self.size[np.isin(self.district, pair)].sum(axis=0)
        for wider in WIDER:
            width = wider * (self.upper - self.lower)
            members, halves = self._halves(pair, total / 2 - width, total / 2 + width, FEW_NODES)
            if len(halves):
                break
        load = halves @ self.size[members]
        missed = np.stack([self._out(load).sum(axis=1), self._out(total - load).sum(axis=1)])
        for half, out in zip((halves, ~halves), missed, strict=True):
            every = np.zeros((int((out == 0).sum()), ground.items), dtype=bool)
            every[:, members] = half[out == 0]
            self.met.append(every)
        price = PRICE * typical_eur(ground) * ground.items / ground.most
        eur = self._eur(members, halves) + self._eur(members, ~halves)
        return members, halves, eur + price * missed.sum(axis=0)
