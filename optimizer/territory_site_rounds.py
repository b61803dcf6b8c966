"""Improve a choice of sites round by round: coolings, then regions chosen anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from optimizer.mathopt import Limits, Outcome
from optimizer.result import Options, relative_gap
from optimizer.side_by_side import side_by_side
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_bound import SiteBound, ascend, within_work
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_narrow import solve_clusters, solve_narrow
from optimizer.territory_site_near import Near
from optimizer.territory_site_regions import (
    Scope,
    region_arcs,
    region_of,
    solve_region,
    wasted,
    with_region,
)
from optimizer.territory_site_search import Choice, Cooling, Walker, better
from optimizer.territory_site_start import first_choice, served_from

HOT, COLD = 1.5, 0.03
"""Temperatures of a cooling, in mean EUR of serving an item."""
ITEMS_A_REGION = 90
LEAST_SEATS, MOST_SEATS = 4, 24
REGION_CLUSTERS, MORE_CLUSTERS, MOST_CLUSTERS = 1_000, 2, 4_000
"""Clusters of a region at first, how many times more when no region is left, and at most."""
MOST_ITEMS = 1_500
"""Items up to which a program over all of them is worth running."""
NODES = 50
PROGRAM_GAP, CLOSE = 5e-4, 1e-6
"""Gaps at which programs over arcs, and over clusters, end."""
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
    listed: int = REGION_CLUSTERS
    failed: set[bytes] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Begin with regions of a size that programs solve in about a second."""
        data = self.data
        each = data.items / max(1, len(self.choice.opened) + data.seats)
        self.seats = float(np.clip(ITEMS_A_REGION / max(each, 1.0), LEAST_SEATS, MOST_SEATS))
        self.favoured = self.bound.opened
        """Sites of prices while items may be cut; those of whole items crowd and begin worse."""
        self.workers = max(1, self.options.workers)
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
            regions = self._draw_apart()
            if not regions and self.listed < MOST_CLUSTERS:
                self.listed *= MORE_CLUSTERS
                self.failed.clear()
                continue
            if not regions:
                return False
            before, data = self.choice, self._elastic()
            solves = [partial(self._anew, data, region) for region in regions]
            for region, found in zip(regions, side_by_side(solves), strict=True):
                self._take(before, region, found)
        return True

    def _anew(self, data: SiteData, region: Ints) -> tuple[Choice, bool]:
        """Return the choice with the region chosen anew, and whether all of it was looked at."""
        scope, limits = self._scope(region), self._limits(NODES, PROGRAM_GAP)
        if np.isinf(self.data.miss_price).all():
            room, exact = scope.cut + self._room_to_mend(region), replace(limits, gap=CLOSE)
            found = solve_clusters(
                self.data, self.bound, self.choice, region, room, exact, self.listed
            )
            if found is not None and found[2]:
                return found[:2]
        arcs = region_arcs(data, self.bound, self.choice, region, scope)
        choice, outcome = solve_region(data, arcs, self.choice, limits)
        return choice, outcome is Outcome.SOLVED

    def _take(self, before: Choice, region: Ints, found: tuple[Choice, bool]) -> None:
        """Take over a region that became better; remember one that did not."""
        self._learn_size(found[1])
        key = self._key(region)
        joined = with_region(self.data, self.choice, before, region, found[0])
        now = self.choice
        self.choice = now if joined is None else better(self.data, now, joined)
        if self.choice is now:
            self.failed.add(key)

    def _limits(self, nodes: int, gap: float) -> Limits:
        return Limits(
            seconds=self.seconds_left(),
            nodes=nodes,
            gap=gap,
            seed=self.options.seed,
            cancelled=self.stop,
        )

    def _draw_apart(self) -> list[Ints]:
        """Return as many regions as there are workers, without a common centre."""
        drawn: list[Ints] = []
        for _ in range(self.workers):
            region = self._draw(drawn)
            if region is not None:
                drawn.append(region)
        return drawn

    def _draw(self, others: list[Ints]) -> Ints | None:
        """Return a region not tried in vain since it last changed, None when none was drawn."""
        every = np.concatenate([self.choice.opened, self.data.standing()])
        weight = self._weight(every)
        for _ in range(10):
            seed = int(self.rng.choice(every, p=weight / weight.sum()))
            size = max(2, round(self.seats * self.rng.uniform(0.7, 1.3)))
            region = region_of(self.data, self.choice, seed, min(size, len(every)))
            apart = not any(np.isin(region, other).any() for other in others)
            if apart and self._key(region) not in self.failed:
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

    def _room_to_mend(self, region: Ints) -> float:
        """Return EUR to add to the room of a region that misses windows, 0 for others."""
        data, choice = self.data, self.choice
        if data.excess(choice.opened, choice.centre) == 0:
            return 0.0
        return data.mean_cost(choice.centre) * data.items / max(1, len(choice.opened) + data.seats)

    def _weight(self, every: Ints) -> Floats:
        """Return how often to draw a region around each open centre, relative.

        Where windows are missed these come first, else what costs more than prices justify.
        """
        weight = np.maximum(wasted(self.data, self.bound, self.choice)[every], 0.0)
        missed = self.data.missed_at(every, self.choice.centre)
        if missed.any():
            weight = missed
        return weight + max(1e-9, 0.02 * float(weight.mean()))

    def _elastic(self) -> SiteData:
        """Return the data, missed windows priced steeply while some hard one is missed."""
        data, choice = self.data, self.choice
        if data.excess(choice.opened, choice.centre) == 0:
            return data
        each = data.items / max(1, len(choice.opened) + data.seats)
        steep = STEEP * max(1e-9, each * data.mean_cost(choice.centre))
        return replace(data, miss_price=np.minimum(data.miss_price, steep))

    def _learn_size(self, solved: bool) -> None:
        """Take larger regions while they are solved, smaller ones when they are not."""
        factor = 1.02 if solved else 0.97
        self.seats = float(np.clip(self.seats * factor, LEAST_SEATS, MOST_SEATS))
