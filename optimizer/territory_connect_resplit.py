"""Split two neighbouring districts anew, again and again: balance first, then EUR.

Where windows are narrow, no exchange of single items keeps them. Two districts together have
thousands of splits into two connected halves, and among them halves of nearly equal size: splitting
pair after pair evens out the sizes of all (recombination; DeFord, Duchin and Solomon, 2021).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_connect_best import DesignSearch, columns_of, districts_of
from optimizer.territory_connect_districts import seeded, typical_eur
from optimizer.territory_connect_graph import pieces_too_many
from optimizer.territory_connect_land import Ground
from optimizer.territory_connect_splits import MOST_PLACES, connected_halves
from optimizer.territory_problem import Floats, Ints

MOST_HALVES, MANY_NODES, FEW_NODES = 4_000, 200_000, 50_000
"""Halves listed for one pair; sets looked at for it while windows are missed, and later."""
WIDER = (4.0, 16.0, 64.0)
"""While windows are missed, halves may differ from the middle by so many widths of a window."""
UNEVEN = 0.01
"""What a difference from the middle counts beside a miss of the same size."""
HEAT = 0.003
"""Noise in choosing among splits to begin with, in mean windows."""

SPLIT_TRIES, SPLIT_RUNS, FEWEST_SPLIT = 3, 4, 2
"""Runs that split pairs anew: while none keeps the windows, in all, and for how many districts."""
EVEN_STEPS, CHEAP_STEPS, SPLIT_HOT = 400, 1_500, 2.0
"""Pairs split for balance, then for EUR; the temperature in EUR of a mean item then."""


def alike(ground: Ground) -> bool:
    """Return whether districts differ by their items only: one part, equal windows, all free."""
    windows = np.ptp(ground.lower, axis=0).max(initial=0) + np.ptp(ground.upper, axis=0).max(
        initial=0
    )
    whole = ground.graph.parts == 1 and len(ground.graph.part) == ground.items
    settled = not ground.seats and bool((ground.home >= 0).all()) and bool(ground.allowed.all())
    return bool(settled and whole and windows == 0 and (ground.graph.part >= 0).all())


@dataclass
class Resplit:
    """Hold districts (G,) that are split anew; `seed` decides every draw."""

    ground: Ground
    district: Ints
    seed: int

    def __post_init__(self) -> None:
        """Read what all districts share."""
        self.rng = np.random.default_rng([self.seed, 11])
        self.size = self.ground.size[:, -1]
        self.lower, self.upper = self.ground.lower[0], self.ground.upper[0]

    def missed(self) -> float:
        """Return by how much all windows are missed."""
        load = np.zeros((int(self.district.max()) + 1, self.size.shape[1]))
        np.add.at(load, self.district, self.size)
        return float(self._out(load).sum())

    def balance(self, steps: int, stop: Callable[[], bool]) -> bool:
        """Split pairs evenly until every window is kept; return whether that came about."""
        for step in range(steps):
            if self.missed() == 0:
                return True
            if stop():
                break
            self._even_out(HEAT * (1 - step / steps))
        return self.missed() == 0

    def cheapen(self, steps: int, hot_eur: float, stop: Callable[[], bool]) -> Ints:
        """Return the cheapest districts met while pairs are split anew, ever colder."""
        best, least = self.district.copy(), self._eur_of_all()
        now = least
        for step in range(steps):
            if stop():
                break
            heat = hot_eur * (1 - step / steps)
            now += self._split_cheaply(heat)
            if now < least - 1e-9 * abs(least):
                best, least = self.district.copy(), now
        return best

    def _even_out(self, heat: float) -> None:
        """Split a pair so that windows are missed little, ties and `heat` aside."""
        pair = self._pair()
        total = self.size[np.isin(self.district, pair)].sum(axis=0)
        for wider in WIDER:
            width = wider * (self.upper - self.lower)
            members, halves = self._halves(pair, total / 2 - width, total / 2 + width, MANY_NODES)
            if len(halves):
                break
        else:
            return
        load = halves @ self.size[members]
        worst = (self._out(load) + self._out(total - load)).sum(axis=1)
        worst += UNEVEN * np.abs(load - total / 2).sum(axis=1)
        drawn = int(np.argmin(worst - heat * self.rng.gumbel(size=len(worst))))
        self._take(pair, members, halves[drawn])

    def _split_cheaply(self, heat: float) -> float:
        """Split a pair anew within the windows; return the change in EUR."""
        pair = self._pair()
        total = self.size[np.isin(self.district, pair)].sum(axis=0)
        lower = np.maximum(self.lower, total - self.upper)
        upper = np.minimum(self.upper, total - self.lower)
        members, halves = self._halves(pair, lower, upper, FEW_NODES)
        if not len(halves):
            return 0.0
        eur = self._eur(members, halves) + self._eur(members, ~halves)
        noise = heat * self.rng.gumbel(size=len(eur))
        drawn = int(np.argmin(eur - noise))
        inside = self.district[members] == self.district[members[0]]
        before = self._eur(members, inside[None]) + self._eur(members, ~inside[None])
        self._take(pair, members, halves[drawn])
        return float(eur[drawn] - before[0])

    def _pair(self) -> tuple[int, int]:
        """Return two districts that touch."""
        graph = self.ground.merged
        own = np.repeat(self.district, np.diff(graph.start))
        other = self.district[graph.neighbour]
        touching = np.unique(np.stack([own, other], axis=1)[own < other], axis=0)
        one, two = touching[int(self.rng.integers(len(touching)))].tolist()
        return one, two

    def _halves(
        self, pair: tuple[int, int], lower: Floats, upper: Floats, nodes: int
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Return items of both districts and halves (L, N) with a load in [lower, upper] (K,)."""
        members = np.flatnonzero(np.isin(self.district, pair))
        if len(members) > MOST_PLACES:
            return members, np.zeros((0, len(members)), dtype=bool)
        members = self.rng.permutation(members)
        found = connected_halves(
            self._beside(members),
            self.size[members],
            lower - 1e-9,
            upper + 1e-9,
            MOST_HALVES,
            nodes,
        )
        return members, (found[:, None] >> np.arange(len(members))) & 1 == 1

    def _beside(self, members: Ints) -> Ints:
        """Return (N,) the neighbours of each member among members, as a set of bits."""
        graph, place = self.ground.merged, np.full(self.ground.items, -1, dtype=np.int64)
        place[members] = np.arange(len(members))
        beside = np.zeros(len(members), dtype=np.int64)
        for n, item in enumerate(members.tolist()):
            around = place[graph.neighbour[graph.start[item] : graph.start[item + 1]]]
            beside[n] = (1 << around[around >= 0]).sum()
        return beside

    def _take(self, pair: tuple[int, int], members: Ints, half: NDArray[np.bool_]) -> None:
        self.district[members] = np.where(half, pair[0], pair[1])

    def _out(self, load: Floats) -> Floats:
        out = np.maximum(np.maximum(self.lower - load, load - self.upper), 0.0)
        return np.where(out < 1e-9, 0.0, out)

    def _eur(self, members: Ints, halves: NDArray[np.bool_]) -> Floats:
        """Return (L,) EUR of each half from the cheapest site at home in it."""
        columns = np.flatnonzero(np.isin(self.ground.home, members))
        place = np.full(self.ground.items, -1, dtype=np.int64)
        place[members] = np.arange(len(members))
        eur = halves @ self.ground.cost[np.ix_(members, columns)] + self.ground.open_eur[columns]
        lives = halves[:, place[self.ground.home[columns]]]
        return np.where(lives, eur, np.inf).min(axis=1)

    def _eur_of_all(self) -> float:
        every = np.arange(self.ground.items)
        districts = np.unique(self.district)
        return float(self._eur(every, districts[:, None] == self.district[None]).sum())


def split_anew(
    search: DesignSearch, seed: int, stop: Callable[[], bool], enough: int = SPLIT_RUNS
) -> None:
    """Where no exchange of items keeps the windows, split pairs of districts anew.

    No run is added once `enough` have kept them.
    """
    ground, kept = search.ground, 0
    if not alike(ground) or ground.most < FEWEST_SPLIT:
        return
    for number in range(SPLIT_RUNS):
        if stop() or kept >= enough or (number >= SPLIT_TRIES and not kept):
            return
        resplit = Resplit(ground=ground, district=_start(search, seed, number), seed=seed + number)
        if resplit.balance(EVEN_STEPS, stop):
            kept += 1
            cheap = resplit.cheapen(CHEAP_STEPS, SPLIT_HOT * typical_eur(ground), stop)
            search.offer(columns_of(ground, cheap))


def _start(search: DesignSearch, seed: int, number: int) -> Ints:
    """Return the best districts known to begin with, where they hang together; then new ones."""
    ground, best = search.ground, search.column
    if number == 0 and best is not None:
        known = districts_of(ground, best)
        if not pieces_too_many(ground.graph, best, len(ground.home)).sum():
            return known
    return seeded(ground, ground.most, np.random.default_rng([seed, number]))
