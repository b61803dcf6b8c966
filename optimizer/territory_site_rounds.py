"""Improve a choice of sites round by round: coolings, then regions chosen anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.mathopt import Limits, Outcome
from optimizer.result import Options, relative_gap
from optimizer.territory_problem import Ints
from optimizer.territory_site_bound import SiteBound, ascend
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_near import Near
from optimizer.territory_site_proof import prove
from optimizer.territory_site_regions import (
    Scope,
    region_arcs,
    region_of,
    solve_region,
    wasted,
)
from optimizer.territory_site_search import Choice, Cooling, Walker, better
from optimizer.territory_site_start import first_choice, served_from

HOT, COLD = 1.5, 0.03
"""Temperatures of a cooling, in mean EUR of serving an item."""
ITEMS_A_REGION = 90
LEAST_SEATS, MOST_SEATS = 4, 16
NODES = 50
PROGRAM_GAP = 5e-4
MOST_WHOLE = 60
"""Items a seat up to which whole items prove noticeably more than fractions."""
STEEP = 10.0
"""Price of missing a hard window by its whole scale, in mean EUR of a whole cluster."""


@dataclass
class Rounds:
    """Hold the best choice and what the regions taught so far."""

    data: SiteData
    near: Near
    bound: SiteBound
    options: Options
    stop: Callable[[], bool]
    seconds_left: Callable[[], float]
    choice: Choice
    seats: float = 0.0
    failed: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with regions of a size that programs solve in about a second."""
        data = self.data
        each = data.items / max(1, len(self.choice.opened) + data.seats)
        self.seats = float(np.clip(ITEMS_A_REGION / max(each, 1.0), LEAST_SEATS, MOST_SEATS))
        self.favoured = self.bound.opened
        """Sites of prices while items may be cut; those of whole items crowd and begin worse."""
        self.rng = np.random.default_rng([self.options.seed, 5])

    def gap(self, bound: float) -> float:
        """Return the relative gap of the best choice, inf while hard windows are missed."""
        if self.data.excess(self.choice.opened, self.choice.centre) > 0:
            return float("inf")
        return relative_gap(self.data.value(self.choice.opened, self.choice.centre), bound)

    def raise_bound(self, steps: int) -> None:
        """Ascend again, now knowing a choice; by whole items where seats hold few of them."""
        data = self.data
        if self.stop():
            return
        each = data.items / max(1, len(self.choice.opened) + data.seats)
        reach = min(data.value(self.choice.opened, self.choice.centre), 2 * abs(self.bound.bound))
        for whole in (False, True):
            if whole and each > MOST_WHOLE:
                return
            price = self.bound.item_price
            found = ascend(data, self.near, price, reach, steps, self.stop, whole)
            self.bound = found if found.bound > self.bound.bound else self.bound
            self.favoured = self.favoured if whole else found.opened

    def prove(self, most_arcs: int, nodes: int) -> float:
        """Return the bound after the exact program, if that is small enough to be run."""
        if self.stop() or nodes <= 0:
            return self.bound.bound
        limits = self._limits(nodes, 0.0)
        proof = prove(self.data, self.bound, self.choice, limits, most_arcs)
        if proof is None:
            return self.bound.bound
        self.choice = proof.choice
        return proof.bound

    def cool_from_starts(self, starts: range, steps: int) -> None:
        """Cool from the sites that prices favour first, then from these and spread ones."""
        data, opened = self.data, self.favoured
        for start in starts:
            if self.stop() or self.gap(self.bound.bound) <= self.options.gap:
                return
            count = self._count(start)
            begun = served_from(data, opened)
            if count != len(opened) or (start and start % 2 == 0):
                begun = first_choice(data, self.near, count, self.options.seed + start)
            found = self.cool(begun, self.options.seed + start, steps * data.items)
            self.choice = better(data, self.choice, found)

    def _count(self, start: int) -> int:
        """Return how many sites to begin with: as prices favour, one fewer, one more, and so on."""
        step = (start + 1) // 2 * (-1 if start % 2 else 1)
        return int(np.clip(len(self.favoured) + step, self.data.least, self.data.most))

    def cool(self, start: Choice, seed: int, steps: int) -> Choice:
        """Return the best choice of one cooling."""
        data = self.data
        each = max(1e-9, data.mean_cost(start.centre))
        walker = Walker(data, self.near, start, seed)
        return walker.anneal(Cooling(hot=HOT * each, cold=COLD * each, steps=steps), self.stop)

    def improve_regions(self, number: int) -> None:
        """Choose `number` regions anew, those that waste more more often."""
        for _ in range(number):
            if self.stop():
                return
            self._improve_region()

    def _improve_region(self) -> None:
        region = self._draw()
        if region is None:
            return
        data = self._elastic()
        arcs = region_arcs(data, self.bound, self.choice, region, self._scope(region))
        limits = self._limits(NODES, PROGRAM_GAP)
        found, outcome = solve_region(data, arcs, self.choice, limits)
        self._learn_size(outcome)
        before = self.choice
        self.choice = better(self.data, self.choice, found)
        if self.choice is before:
            self.failed.add(self._key(region))

    def _limits(self, nodes: int, gap: float) -> Limits:
        return Limits(
            seconds=self.seconds_left(),
            nodes=nodes,
            gap=gap,
            seed=self.options.seed,
            cancelled=self.stop,
        )

    def _draw(self) -> Ints | None:
        """Return a region not tried in vain since it last changed, None when none was drawn."""
        every = np.concatenate([self.choice.opened, self.data.standing()])
        weight = np.maximum(wasted(self.data, self.bound, self.choice)[every], 0.0)
        weight += max(1e-9, 0.02 * float(weight.mean()))
        for _ in range(10):
            seed = int(self.rng.choice(every, p=weight / weight.sum()))
            size = max(2, round(self.seats * self.rng.uniform(0.7, 1.3)))
            region = region_of(self.data, self.choice, seed, min(size, len(every)))
            if self._key(region) not in self.failed:
                return region
        return None

    def _key(self, region: Ints) -> bytes:
        """Return a key of the region as it is served now."""
        inside = np.isin(self.choice.centre, region)
        return np.where(inside, self.choice.centre, -1).tobytes()

    def _scope(self, region: Ints) -> Scope:
        """Return how far arcs and sites may be from worthwhile."""
        waste = wasted(self.data, self.bound, self.choice)
        return Scope(cut=float(np.maximum(waste[region], 0.0).sum()))

    def _elastic(self) -> SiteData:
        """Return the data, missed windows priced steeply while some hard one is missed."""
        data, choice = self.data, self.choice
        if data.excess(choice.opened, choice.centre) == 0:
            return data
        each = data.items / max(1, len(choice.opened) + data.seats)
        steep = STEEP * max(1e-9, each * data.mean_cost(choice.centre))
        return replace(data, miss_price=np.minimum(data.miss_price, steep))

    def _learn_size(self, outcome: Outcome) -> None:
        """Take larger regions while they are solved, smaller ones when nodes run out."""
        factor = 1.02 if outcome is Outcome.SOLVED else 0.93
        self.seats = float(np.clip(self.seats * factor, LEAST_SEATS, MOST_SEATS))
