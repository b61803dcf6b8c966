"""Hold what the choice of sites sees: items, and centres they may be served from.

A centre is a site where a vacant seat may open, a seat that stands already, or the stand-in for
leaving an item unserved at its price.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.territory_problem import Floats, Ints

KEPT = 1e-7
"""A window missed by less, relative to its scale, is kept: sums of floats are not exact."""


@dataclass(frozen=True, kw_only=True)
class SiteData:
    """Hold G items and C centres: J sites, then S seats, then perhaps the unserved.

    Attributes
    ----------
    sites, seats
        J and S.
    of_unit
        (U,) item of each unit, -1 for a unit that no centre may serve.
    cost
        (C, G) EUR a year, move costs included; at least `forbidden` where not eligible.
    forbidden
        EUR.
    kind
        (C,) which sizes hold at the centre: 0 at sites, 1 + s at seat s when sizes differ there.
    size
        (T, G, K) what items bring, by kind, relative to `scale`.
    lower, upper
        (C, K) windows, relative; +-inf for none.
    scale
        (K,) one relative unit in the measure's own unit.
    miss_price
        (K,) EUR per relative unit outside a window; inf where windows are hard.
    open_cost
        (J,) EUR a year of a seat at the site; +inf where its home item must go elsewhere.
    home
        (J,) item that goes to the seat opened at the site, -1 for none.
    least, most
        How many sites to open.
    """

    sites: int
    seats: int
    of_unit: Ints
    cost: Floats
    forbidden: float
    kind: Ints
    size: Floats
    lower: Floats
    upper: Floats
    scale: Floats
    miss_price: Floats
    open_cost: Floats
    home: Ints
    least: int
    most: int

    @property
    def items(self) -> int:
        """Return G."""
        return self.cost.shape[1]

    @property
    def centres(self) -> int:
        """Return C."""
        return self.cost.shape[0]

    def standing(self) -> Ints:
        """Return the centres that are open whatever is chosen."""
        return np.arange(self.sites, self.centres)

    def mean_cost(self, centre: Ints) -> float:
        """Return mean EUR of serving an item, those served wrongly left out."""
        served = np.abs(self.cost[centre, np.arange(self.items)])
        served = served[served < self.forbidden]
        return float(served.mean()) if served.size else 0.0

    def load(self, centre: Ints) -> Floats:
        """Return (C, K) what centres carry when item g goes to centre[g]."""
        brought = self.size[self.kind[centre], np.arange(self.items)]
        load = np.zeros_like(self.lower)
        for k in range(load.shape[1]):
            load[:, k] = np.bincount(centre, weights=brought[:, k], minlength=self.centres)
        return load

    def missed(self, opened: Ints, centre: Ints) -> Floats:
        """Return (K,) by how much the windows of all open centres are missed."""
        every = np.concatenate([opened, self.standing()])
        return self._miss(every, centre).sum(axis=0)

    def missed_at(self, every: Ints, centre: Ints) -> Floats:
        """Return by how much each of the open centres `every` misses its hard windows."""
        return self._miss(every, centre)[:, np.isinf(self.miss_price)].sum(axis=1)

    def _miss(self, every: Ints, centre: Ints) -> Floats:
        load, lower, upper = self.load(centre)[every], self.lower[every], self.upper[every]
        miss = np.maximum(np.maximum(lower - load, load - upper), 0.0)
        return np.where(miss < KEPT, 0.0, miss)

    def excess(self, opened: Ints, centre: Ints) -> float:
        """Return by how much hard windows are missed and how many items are served wrongly."""
        wrong = int((self.cost[centre, np.arange(self.items)] >= self.forbidden).sum())
        return wrong + float(self.missed(opened, centre)[np.isinf(self.miss_price)].sum())

    def value(self, opened: Ints, centre: Ints) -> float:
        """Return EUR a year: service, opened seats, and misses that have a price."""
        priced = np.isfinite(self.miss_price)
        served = float(self.cost[centre, np.arange(self.items)].sum())
        missed = float(self.missed(opened, centre)[priced] @ self.miss_price[priced])
        return served + float(self.open_cost[opened].sum()) + missed

    def rank(self, opened: Ints, centre: Ints) -> tuple[float, float]:
        """Return what a choice is judged by: hard windows missed first, then EUR."""
        return round(self.excess(opened, centre), 9), self.value(opened, centre)
