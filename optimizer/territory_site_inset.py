"""Cut a region out of a choice of sites: a problem of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.territory_problem import Ints
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_search import Choice

SITES_AN_ITEM = 12
"""Cheapest sites of each item that a region considers where no item lives at the site."""


@dataclass(frozen=True, kw_only=True)
class Inset:
    """Hold a region as a problem of its own.

    Attributes
    ----------
    data
        The region's items and centres; nothing else may serve or be served.
    choice
        What the choice at hand has there.
    items, centres
        Their numbers in the problem that the region is part of, ascending.
    """

    data: SiteData
    choice: Choice
    items: Ints
    centres: Ints

    def put_back(self, whole: Choice, found: Choice) -> Choice:
        """Return the whole choice with the region as it was found."""
        centre = whole.centre.copy()
        centre[self.items] = self.centres[found.centre]
        kept = np.setdiff1d(whole.opened, self.centres[self.choice.opened])
        opened = np.union1d(kept, self.centres[found.opened])
        return Choice(opened=opened, centre=centre)


def inset_of(data: SiteData, choice: Choice, region: Ints) -> Inset:
    """Return what some open centres serve, with as many sites to open as the rest allows."""
    items = np.flatnonzero(np.isin(choice.centre, region))
    centres = np.union1d(_sites_within(data, choice, items), region)
    sites = centres[centres < data.sites]
    outside = len(choice.opened) - int((region < data.sites).sum())
    position = np.full(data.items + 1, -1, dtype=np.int64)
    position[items] = np.arange(len(items))
    inside = replace(
        data,
        sites=len(sites),
        seats=len(centres) - len(sites),
        of_unit=np.arange(len(items)),
        cost=np.ascontiguousarray(data.cost[np.ix_(centres, items)]),
        kind=data.kind[centres],
        size=np.ascontiguousarray(data.size[:, items]),
        lower=data.lower[centres],
        upper=data.upper[centres],
        open_cost=data.open_cost[sites],
        home=position[data.home[sites]],
        least=max(0, data.least - outside),
        most=data.most - outside,
    )
    held = Choice(
        opened=np.searchsorted(centres, region[region < data.sites]),
        centre=np.searchsorted(centres, choice.centre[items]),
    )
    return Inset(data=inside, choice=held, items=items, centres=centres)


def _sites_within(data: SiteData, choice: Choice, items: Ints) -> Ints:
    """Return the closed sites that may open in the region: home inside, or none and close by."""
    free = np.isfinite(data.open_cost)
    free[choice.opened] = False
    lived = data.home >= 0
    inside = np.zeros(data.items + 1, dtype=bool)
    inside[items] = True
    usable = free & lived & inside[data.home]
    if not lived.all() and len(items):
        ranked = np.argsort(data.cost[: data.sites, items], axis=0, kind="stable")
        near = np.zeros(data.sites, dtype=bool)
        near[ranked[:SITES_AN_ITEM]] = True
        usable |= free & ~lived & near
    return np.flatnonzero(usable)
