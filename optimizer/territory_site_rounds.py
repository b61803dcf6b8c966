"""Improve a choice of sites round by round: coolings, then regions chosen anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from optimizer.mathopt import Limits, Outcome
from optimizer.result import Options, relative_gap
from optimizer.side_by_side import side_by_side
from optimizer.territory_problem import Ints
from optimizer.territory_site_anew import MOST_WHOLE, Anew, choose_anew
from optimizer.territory_site_bound import SiteBound, ascend, within_work
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_draw import LEAST_SEATS, MOST_SEATS, Draw
from optimizer.territory_site_narrow import solve_narrow
from optimizer.territory_site_near import Near
from optimizer.territory_site_regions import (
    Scope,
    region_arcs,
    solve_region,
    wasted,
    with_region,
)
from optimizer.territory_site_search import Choice, Cooling, Walker, better
from optimizer.territory_site_start import first_choice, served_from

HOT, COLD = 1.5, 0.03
"""Temperatures of a cooling, in mean EUR of serving an item."""
LEAST_ITEMS, MOST_ITEMS_A_REGION, LISTABLE = 90, 300, 1_500.0
"""Items of a region at first, fewer where seats hold more: clusters multiply by what they hold."""
MOST_SEATS_OF_ARCS = 24
"""Seats of a region up to which a program over many arcs stands in for one over clusters."""
ENOUGH = 0.05
"""Share of a region's room that a program should look at; regions shrink where it is less."""
REGION_CLUSTERS, MORE_CLUSTERS, MOST_CLUSTERS = 2_000, 2, 16_000
"""Clusters of a region at first, how many times more when no region is left, and at most."""
MOST_ITEMS = 1_500
"""Items up to which a program over all of them is worth running."""
NODES, CLUSTER_NODES = 50, 1
"""Nodes of programs over arcs, and over clusters: next regions gain more than a second node."""
PROGRAM_GAP = 5e-4
"""Gap at which programs of regions end."""
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
    listed: int = REGION_CLUSTERS

    def __post_init__(self) -> None:
        """Begin with regions of a size that programs solve in about a second."""
        data = self.data
        each = data.items / max(1, len(self.choice.opened) + data.seats)
        hard = bool(np.isinf(data.miss_price).all())
        most = MOST_ITEMS_A_REGION if hard else LEAST_ITEMS
        items = np.clip(LISTABLE / max(each, 1.0), LEAST_ITEMS, most)
        self.draw = Draw(
            data=data,
            rng=np.random.default_rng([self.options.seed, 5]),
            seats=float(np.clip(items / max(each, 1.0), LEAST_SEATS, MOST_SEATS)),
            seat_eur=np.full(data.centres, np.nan),
        )
        self.favoured = self.bound.opened
        """Sites of prices while items may be cut; those of whole items crowd and begin worse."""
        self.workers = max(1, self.options.workers)

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
            steps = within_work(self.near, steps)
            price = self.bound.item_price
            found = ascend(data, self.near, price, reach, steps, self.stop, whole)
            self.bound = found if found.bound > self.bound.bound else self.bound
            self.favoured = self.favoured if whole else found.opened

    def prove(self, most: int, nodes: int, least_room: float = 0.0) -> float:
        """Return the bound after a program over at most so many clusters or arcs.

        With `least_room` 1 it is run only where it finds the best choice of all.
        """
        if self.stop() or nodes <= 0 or self.data.items > MOST_ITEMS:
            return self.bound.bound
        limits = self._limits(nodes, 0.0)
        proof = solve_narrow(self.data, self.bound, self.choice, limits, most, least_room)
        if proof is None:
            return self.bound.bound
        self.choice = proof.choice
        return proof.bound

    def cool_from_starts(self, starts: range, steps: int) -> None:
        """Cool from the sites that prices favour first, then from these and spread ones.

        With workers to spare, so many at a time.
        """
        for first in starts[:: self.workers]:
            if self.stop() or self.gap(self.bound.bound) <= self.options.gap:
                return
            several = starts[first - starts.start :][: self.workers]
            cool = [partial(self._cool_from, start, steps) for start in several]
            for found in side_by_side(cool):
                self.choice = better(self.data, self.choice, found)

    def _cool_from(self, start: int, steps: int) -> Choice:
        """Return the best choice of the cooling with this number."""
        data, opened = self.data, self.favoured
        count = self._count(start)
        begun = served_from(data, opened)
        if count != len(opened) or (start and start % 2 == 0):
            begun = first_choice(data, self.near, count, self.options.seed + start)
        return self.cool(begun, self.options.seed + start, steps * data.items)

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

    def improve_regions(self, number: int) -> bool:
        """Choose `number` regions anew, those that waste more more often.

        Return whether there were so many that had not been tried in vain.
        """
        for _ in range(0, number, self.workers):
            if self.stop():
                return True
            regions = self.draw.apart(self.choice, self.bound, self.workers)
            if not regions and self.listed < MOST_CLUSTERS:
                self.listed *= MORE_CLUSTERS
                self.draw.failed.clear()
                continue
            if not regions:
                return False
            before, data = self.choice, self._elastic()
            solves = [partial(self._anew, data, region) for region in regions]
            for region, found in zip(regions, side_by_side(solves), strict=True):
                self._take(before, region, found)
        return True

    def _anew(self, data: SiteData, region: Ints) -> Anew:
        """Return the choice with the region chosen anew, by clusters if it can be."""
        if np.isinf(self.data.miss_price).all():
            limits = self._limits(CLUSTER_NODES, PROGRAM_GAP)
            found = choose_anew(self.data, self.bound, self.choice, region, limits, self.listed)
            if found is not None or len(region) > MOST_SEATS_OF_ARCS:
                return found or Anew(choice=self.choice, share=0.0, seat_eur=np.nan)
        arcs = region_arcs(data, self.bound, self.choice, region, self._scope(region))
        choice, outcome = solve_region(data, arcs, self.choice, self._limits(NODES, PROGRAM_GAP))
        return Anew(choice=choice, share=float(outcome is Outcome.SOLVED), seat_eur=np.nan)

    def _take(self, before: Choice, region: Ints, found: Anew) -> None:
        """Take over a region that became better; remember one that did not."""
        key = self.draw.key(self.choice, region)
        joined = with_region(self.data, self.choice, before, region, found.choice)
        now = self.choice
        self.choice = now if joined is None else better(self.data, now, joined)
        there = np.unique(self.choice.centre[np.isin(before.centre, region)])
        self.draw.learn(there, found.seat_eur, found.share >= ENOUGH)
        if self.choice is now:
            self.draw.failed.add(key)

    def _limits(self, nodes: int, gap: float) -> Limits:
        return Limits(
            seconds=self.seconds_left(),
            nodes=nodes,
            gap=gap,
            seed=self.options.seed,
            cancelled=self.stop,
        )

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
