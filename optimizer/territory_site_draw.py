"""Draw the regions to choose anew: where much is wasted, at one place or at two together."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_bound import SiteBound
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_regions import region_of, wasted
from optimizer.territory_site_search import Choice

LEAST_SEATS, MOST_SEATS = 4, 100
GROWN, SHRUNK = 1.04, 0.85
"""Factors of the size of regions that were looked at well enough, and too little."""
PAIRS = 0.4
"""Share of the draws that join two places, so that a seat may pass from one to the other."""
DRAWS = 10
"""Draws after which no region is left that was not tried in vain."""


@dataclass
class Draw:
    """Hold the size of regions and what those tried so far taught.

    Attributes
    ----------
    seats
        Open centres of a region, on average.
    seat_eur
        (C,) what one more seat near each centre saves, negative EUR; nan where not known.
    failed
        Keys of the regions tried in vain.
    """

    data: SiteData
    rng: np.random.Generator
    seats: float
    seat_eur: Floats
    failed: set[bytes] = field(default_factory=set)

    def apart(self, choice: Choice, bound: SiteBound, number: int) -> list[Ints]:
        """Return up to `number` regions without a common centre."""
        drawn: list[Ints] = []
        for _ in range(number):
            region = self._one(choice, bound, drawn)
            if region is not None:
                drawn.append(region)
        return drawn

    def learn(self, region: Ints, seat_eur: float, enough: bool) -> None:
        """Remember what a seat is worth in the region; take larger or smaller ones."""
        self.seat_eur[region] = seat_eur
        factor = GROWN if enough else SHRUNK
        self.seats = float(np.clip(self.seats * factor, LEAST_SEATS, MOST_SEATS))

    def key(self, choice: Choice, region: Ints) -> bytes:
        """Return a key of the region as it is served now."""
        return np.where(np.isin(choice.centre, region), choice.centre, -1).tobytes()

    def _one(self, choice: Choice, bound: SiteBound, others: list[Ints]) -> Ints | None:
        """Return a region not tried in vain since it last changed, None when none was drawn."""
        every = np.concatenate([choice.opened, self.data.standing()])
        weight = self._weight(choice, bound, every)
        for _ in range(DRAWS):
            region = self._place(choice, every, weight)
            apart = not any(np.isin(region, other).any() for other in others)
            if apart and self.key(choice, region) not in self.failed:
                return region
        return None

    def _place(self, choice: Choice, every: Ints, weight: Floats) -> Ints:
        """Return the centres about one drawn, or about one that lacks seats and one with many."""
        size = min(max(2, round(self.seats * self.rng.uniform(0.7, 1.3))), len(every))
        if self.rng.random() >= PAIRS or size < LEAST_SEATS:
            return region_of(self.data, choice, self._drawn(every, weight), size)
        seat_eur = self.seat_eur[every]
        known = seat_eur[np.isfinite(seat_eur)]
        middle = float(np.median(known)) if known.size else 0.0
        above = np.nan_to_num(seat_eur - middle)
        poor = self._drawn(every, _never_none(np.maximum(-above, 0.0)))
        rich = self._drawn(every, _never_none(np.maximum(above, 0.0)))
        halves = [region_of(self.data, choice, seed, size // 2) for seed in (poor, rich)]
        return np.union1d(*halves)

    def _drawn(self, every: Ints, weight: Floats) -> int:
        return int(self.rng.choice(every, p=weight / weight.sum()))

    def _weight(self, choice: Choice, bound: SiteBound, every: Ints) -> Floats:
        """Return how often to draw a region around each open centre, relative.

        Where windows are missed these come first, else what costs more than prices justify.
        """
        weight = np.maximum(wasted(self.data, bound, choice)[every], 0.0)
        missed = self.data.missed_at(every, choice.centre)
        return _never_none(missed if missed.any() else weight)


def _never_none(weight: Floats) -> Floats:
    """Return the weights with a little for each."""
    return weight + max(1e-9, 0.02 * float(weight.mean()))
