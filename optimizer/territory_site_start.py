"""Find sites to begin with: spread seeds, or the sites that prices favour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_near import Near
from optimizer.territory_site_search import Choice

Bools = NDArray[np.bool_]


def spread_sites(data: SiteData, near: Near, count: int, seed: int) -> Ints:
    """Return `count` sites, each near an item that those before serve dearly.

    An item is drawn with a chance that grows with its cost of today (k-means++, Arthur and
    Vassilvitskii, 2007) and brings its cheapest free site.
    """
    rng = np.random.default_rng([seed, 3])
    best = np.full(data.items, np.inf)
    standing = data.standing()
    if standing.size:
        best = data.cost[standing].min(axis=0)
    usable = np.isfinite(data.open_cost)
    opened = np.zeros(data.sites, dtype=bool)
    for _ in range(count):
        site = _draw(data, near, best, usable & ~opened, rng)
        if site < 0:
            break
        opened[site] = True
        best = np.minimum(best, data.cost[site])
    return np.flatnonzero(opened)


def _draw(data: SiteData, near: Near, best: Floats, free: Bools, rng: np.random.Generator) -> int:
    """Return the next site, -1 when none is free."""
    if not free.any():
        return -1
    weight = np.maximum(np.where(np.isfinite(best), best, data.forbidden), 0.0)
    if not weight.sum() > 0:
        return int(np.flatnonzero(free)[0])
    drawn = int(np.searchsorted(np.cumsum(weight), rng.random() * weight.sum()))
    closest = near.centres[min(drawn, data.items - 1)]
    closest = closest[(closest >= 0) & (closest < data.sites)]
    closest = closest[free[closest]]
    return int(closest[0]) if closest.size else int(np.flatnonzero(free)[0])


def served_from(data: SiteData, opened: Ints) -> Choice:
    """Return the choice in which each item goes where it is cheapest, homes to their seats."""
    opened = _one_site_a_home(data, opened)
    every = np.concatenate([opened, data.standing()])
    centre = every[np.argmin(data.cost[every], axis=0)]
    lived = opened[data.home[opened] >= 0]
    centre[data.home[lived]] = lived
    return Choice(opened=opened, centre=centre)


def _one_site_a_home(data: SiteData, opened: Ints) -> Ints:
    """Return the sites, those whose home item lives at an earlier one replaced by free ones."""
    home, kept, replaced = set[int](), [], 0
    others = np.setdiff1d(np.flatnonzero(np.isfinite(data.open_cost)), opened)
    for position, site in enumerate(np.concatenate([opened, others]).tolist()):
        lives = int(data.home[site])
        wanted = position < len(opened) or replaced > 0
        if not wanted or lives in home:
            replaced += position < len(opened)
            continue
        replaced -= position >= len(opened)
        kept.append(site)
        home |= {lives} - {-1}
    return np.sort(np.array(kept, dtype=np.int64))


def first_choice(data: SiteData, near: Near, count: int, seed: int) -> Choice:
    """Return a choice from spread sites; it need not keep the windows."""
    return served_from(data, spread_sites(data, near, count, seed))
