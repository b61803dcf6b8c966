"""Choose sites and service of a region anew, the rest standing still (Shaw, 1998)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_bound import SiteBound
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_program import Arcs, site_program
from optimizer.territory_site_search import Choice

SITES_AN_ITEM = 12
"""Cheapest sites of each item that a region considers where no item lives at the site."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Say how much a program of a region may use.

    Attributes
    ----------
    cut
        EUR; arcs and sites further than this from worthwhile are left out.
    sites_per_seat, arcs_per_item
        Most candidates and arcs.
    """

    cut: float
    sites_per_seat: float = 10.0
    arcs_per_item: int = 20


def adjusted_cost(data: SiteData, bound: SiteBound, centre: Ints, item: Ints) -> Floats:
    """Return EUR of arcs against the prices of items and windows."""
    brought = data.size[data.kind[centre], item, bound.row[centre]]
    return data.cost[centre, item] - bound.item_price[item] + bound.window_price[centre] * brought


def wasted(data: SiteData, bound: SiteBound, choice: Choice) -> Floats:
    """Return (C,) EUR by which each open centre costs more than the prices justify."""
    item = np.arange(data.items)
    used = data.cost[choice.centre, item] - bound.item_price
    waste = np.bincount(choice.centre, used, data.centres).astype(np.float64)
    waste[: data.sites] += data.open_cost - bound.threshold
    waste[data.sites :] -= bound.value[data.sites :]
    return waste


def region_of(data: SiteData, choice: Choice, seed: int, size: int) -> Ints:
    """Return the `size` open centres that would serve the items of one of them cheapest."""
    every = np.concatenate([choice.opened, data.standing()])
    members = np.flatnonzero(choice.centre == seed)
    cost = data.cost[np.ix_(every, members)]
    closeness = cost.sum(axis=1)
    closeness[every == seed] = -1.0
    return np.sort(every[np.argsort(closeness, kind="stable")[:size]])


def region_arcs(
    data: SiteData, bound: SiteBound, choice: Choice, region: Ints, scope: Scope
) -> Arcs:
    """Return the arcs a better choice of the region would most likely use, and those in use."""
    items = np.flatnonzero(np.isin(choice.centre, region))
    centres = _candidates(data, bound, choice, items, region, scope)
    shape = (len(centres), len(items))
    grid = adjusted_cost(
        data, bound, np.repeat(centres, len(items)), np.tile(items, len(centres))
    ).reshape(shape)
    dearest = np.sort(grid, axis=0)[min(scope.arcs_per_item, len(centres)) - 1]
    kept = grid <= np.minimum(dearest, scope.cut)
    kept &= data.cost[np.ix_(centres, items)] < data.forbidden
    kept |= choice.centre[items][None, :] == centres[:, None]
    is_site = centres < data.sites
    kept[is_site] |= data.home[centres[is_site]][:, None] == items[None, :]
    centre, item = np.nonzero(kept)
    outside = len(choice.opened) - int((region < data.sites).sum())
    return Arcs(
        items=items,
        centres=centres,
        item=item,
        centre=centre,
        least=max(0, data.least - outside),
        most=data.most - outside,
        must=~is_site,
    )


def _candidates(
    data: SiteData, bound: SiteBound, choice: Choice, items: Ints, region: Ints, scope: Scope
) -> Ints:
    """Return the region's centres and the sites worth most beside them, ascending."""
    inside = np.zeros(data.items + 1, dtype=bool)
    inside[items] = True
    free = np.isfinite(data.open_cost)
    free[choice.opened] = False
    lived = data.home >= 0
    usable = free & inside[data.home] & lived
    if not lived.all() and len(items):
        reached = np.zeros(data.sites, dtype=bool)
        ranked = np.argsort(data.cost[: data.sites, items], axis=0, kind="stable")
        reached[ranked[:SITES_AN_ITEM]] = True
        usable |= free & reached & ~lived
    usable &= bound.value[: data.sites] - bound.threshold <= scope.cut
    most = max(24, int(scope.sites_per_seat * len(region)))
    found = np.flatnonzero(usable)
    found = found[np.argsort(bound.value[found], kind="stable")[:most]]
    return np.unique(np.concatenate([found, region]))


def solve_region(
    data: SiteData, arcs: Arcs, choice: Choice, limits: Limits
) -> tuple[Choice, Outcome]:
    """Return the choice with the region as the program has it, and how the solver ended."""
    program = site_program(data, arcs)
    answer = solve(program.model, limits, program.hint(choice.opened, choice.centre[arcs.items]))
    if answer.values is None:
        return choice, answer.outcome
    opened, centre = program.read(answer.values)
    if (centre < 0).any():
        return choice, answer.outcome
    served = choice.centre.copy()
    served[arcs.items] = centre
    kept = choice.opened[~np.isin(choice.opened, arcs.centres)]
    return Choice(opened=np.sort(np.concatenate([kept, opened])), centre=served), answer.outcome


def with_region(
    data: SiteData, now: Choice, before: Choice, region: Ints, found: Choice
) -> Choice | None:
    """Return the present choice with a region as it was found when `before` was present.

    None when the region has changed since, a site would open twice, or too many or too few.
    """
    items = np.flatnonzero(np.isin(before.centre, region))
    if (now.centre[items] != before.centre[items]).any():
        return None
    kept = now.opened[~np.isin(now.opened, region)]
    come = found.opened[~np.isin(found.opened, np.setdiff1d(before.opened, region))]
    opened = np.unique(np.concatenate([kept, come]))
    twice = len(opened) < len(kept) + len(come)
    if twice or not data.least <= len(opened) <= data.most:
        return None
    centre = now.centre.copy()
    centre[items] = found.centre[items]
    return Choice(opened=opened, centre=centre)
