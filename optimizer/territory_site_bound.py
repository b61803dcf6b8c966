"""Prove what no choice of sites can undercut: Lagrangian relaxation of "each item once"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_knapsack import add_whole_use, whole_values
from optimizer.territory_site_near import Near
from optimizer.territory_site_prices import add_use, price_centres

Bools = NDArray[np.bool_]

PROMISING = 2
"""Whole items are counted at so many times the sites that may open, the cheapest first."""
PATIENCE = 20
"""Steps without a better bound after which steps are shortened."""
WORK, LEAST_STEPS = 300_000_000, 100
"""Pairs that the steps of one ascent may price; few steps still come near."""
SMOOTHING = 0.6
"""Weight of the newest direction against the ones before (Crowder, 1976)."""


@dataclass(frozen=True, kw_only=True)
class SiteBound:
    """Hold prices and what they prove.

    Attributes
    ----------
    bound
        EUR a year; no choice that keeps the windows costs less.
    item_price
        (G,) EUR for having the item served.
    row, window_price
        (C,) the measure whose window counts at the centre, and its price (EUR, relative size).
    value
        (C,) EUR, value of opening the centre, open cost included.
    cut_value
        (C,) the same when items may be cut: adjusted costs of arcs add to this one only.
    opened
        The sites that are cheapest at these prices.
    threshold
        EUR, the value up to which prices would open a site.
    """

    bound: float
    item_price: Floats
    row: Ints
    window_price: Floats
    value: Floats
    cut_value: Floats
    opened: Ints
    threshold: float


def cheapest_sites(data: SiteData, value: Floats) -> Ints:
    """Return the sites of least value: `least` of them, more up to `most` while value < 0."""
    order = np.argsort(value[: data.sites], kind="stable")
    pays = int((value[: data.sites] < 0).sum())
    return np.sort(order[: min(max(pays, data.least), data.most)])


def threshold_of(data: SiteData, value: Floats, opened: Ints) -> float:
    """Return the value up to which opening a site costs nothing more than the bound."""
    dearest = float(value[opened].max()) if len(opened) else 0.0
    return max(dearest, 0.0) if len(opened) < data.most else dearest


def least_values(data: SiteData, bound: SiteBound) -> Floats:
    """Return (C,) what the bound counts for each centre once that is open, open cost included."""
    least = bound.value.copy()
    least[: data.sites] = np.minimum(least[: data.sites], bound.threshold)
    return least


def within_work(near: Near, steps: int) -> int:
    """Return as many steps as price no more than `WORK` pairs of centre and item."""
    return max(LEAST_STEPS, min(steps, WORK // max(1, near.reach.size)))


class _Ascent:
    """Follow the subgradient of the dual function over nearby items only."""

    def __init__(self, data: SiteData, near: Near, item_price: Floats, whole: bool) -> None:
        self.data, self.item_price, self.whole = data, item_price, whole
        self.ground = (
            data.cost,
            data.size,
            data.kind,
            data.lower,
            data.upper,
            data.miss_price,
            near.reach,
        )
        self.value = np.zeros(data.centres)
        self.row = np.zeros(data.centres, dtype=np.int64)
        self.window_price = np.zeros(data.centres)
        self.direction = np.zeros(data.items)
        self.opened = np.zeros(0, dtype=np.int64)

    def evaluate(self) -> tuple[float, Floats]:
        """Return the dual value at the present prices and its subgradient (G,)."""
        data, ground = self.data, self.ground
        price_centres(ground, self.item_price, self.value, self.row, self.window_price)
        done = self.price_whole(self.value, every=False)
        self.value[: data.sites] += data.open_cost
        self.opened = cheapest_sites(data, self.value)
        chosen = np.concatenate([self.opened, data.standing()])
        use, cut = np.zeros(data.items), chosen[~done[chosen]]
        add_use(ground, self.item_price, self.row, self.window_price, cut, use)
        add_whole_use(chosen[done[chosen]], ground, self.item_price, self.row, use)
        return float(self.item_price.sum() + self.value[chosen].sum()), 1.0 - use

    def price_whole(self, value: Floats, every: bool) -> Bools:
        """Raise values of promising centres whose window is full; return where (C,)."""
        data = self.data
        full = (self.window_price > 0) & np.isinf(data.miss_price[self.row])
        if not self.whole or not full.any():
            return np.zeros(data.centres, dtype=bool)
        reached = value.copy()
        reached[: data.sites] += data.open_cost
        rank = min(PROMISING * data.most, data.sites) - 1
        last = np.sort(reached[: data.sites])[rank] if rank >= 0 else -np.inf
        standing = np.arange(data.centres) >= data.sites
        centres = np.flatnonzero(full & ((reached <= last) | standing))
        return whole_values(centres, self.ground, self.item_price, self.row, every, value)

    def step(self, slope: Floats, distance: float) -> None:
        """Move along the smoothed slope (Polyak, 1969)."""
        self.direction = SMOOTHING * slope + (1 - SMOOTHING) * self.direction
        squared = float(self.direction @ self.direction)
        if squared > 0:
            self.item_price = self.item_price + distance / squared * self.direction


def first_prices(data: SiteData, near: Near) -> Floats:
    """Return (G,) what serving an item may cost: its cost at about half a territory's reach."""
    seats = max(1, data.most + data.seats)
    rank = min(near.centres.shape[1] - 1, data.sites // (2 * seats))
    centre = near.centres[:, rank]
    centre = np.where(centre >= 0, centre, near.centres[:, 0])
    return data.cost[centre, np.arange(data.items)]


def ascend(
    data: SiteData,
    near: Near,
    item_price: Floats,
    reach: float,
    steps: int,
    stop: Callable[[], bool],
    whole: bool = False,
) -> SiteBound:
    """Return the best prices met in `steps` steps aimed at `reach` EUR, and their bound.

    `whole`: centres take items whole, which proves more and takes longer; prices of a first
    ascent without should be given.
    """
    ascent = _Ascent(data, near, item_price, whole)
    best, best_price, length, waited = -np.inf, item_price, 0.6 if whole else 1.0, 0
    for number in range(steps):
        if number % 16 == 0 and stop():
            break
        found, slope = ascent.evaluate()
        if found > best + 1e-6 * abs(best):
            waited = 0
        else:
            waited += 1
        if found > best:
            best, best_price = found, ascent.item_price
        if waited >= PATIENCE:
            length, waited = length / 1.5, 0
        if length < 1e-3:
            break
        ascent.step(slope, length * max(reach - found, 1e-6 * abs(reach)))
    ascent.item_price = best_price
    ascent.evaluate()
    return priced_in_full(data, ascent)


def priced_in_full(data: SiteData, ascent: _Ascent) -> SiteBound:
    """Return the bound at the prices, every item and every centre priced."""
    value = full_values(data, ascent.item_price, ascent.row, ascent.window_price)
    cut_value = value.copy()
    cut_value[: data.sites] += data.open_cost
    ascent.price_whole(value, every=True)
    value[: data.sites] += data.open_cost
    opened = cheapest_sites(data, value)
    standing = data.standing()
    bound = float(ascent.item_price.sum() + value[opened].sum() + value[standing].sum())
    return SiteBound(
        bound=bound,
        item_price=ascent.item_price,
        row=ascent.row.copy(),
        window_price=ascent.window_price.copy(),
        value=value,
        cut_value=cut_value,
        opened=opened,
        threshold=threshold_of(data, value, opened),
    )


def full_values(data: SiteData, item_price: Floats, row: Ints, window_price: Floats) -> Floats:
    """Return (C,) the value of each centre over all items, whatever the prices; opening is free."""
    value = np.empty(data.centres)
    for c in range(data.centres):
        k, lam = row[c], window_price[c]
        adjusted = data.cost[c] - item_price + lam * data.size[data.kind[c], :, k]
        value[c] = np.minimum(adjusted, 0.0).sum()
        if lam > 0:
            value[c] -= lam * data.upper[c, k]
        elif lam < 0:
            value[c] -= lam * data.lower[c, k]
    return value
