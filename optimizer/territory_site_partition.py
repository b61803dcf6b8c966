"""Choose clusters so that each item is in one: a program as good as the bound over whole items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, solve
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_site_clusters import Clusters
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_search import Choice

Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Part:
    """Hold what a program may change: items, open centres among them, how many sites to open."""

    items: Ints
    centres: Ints
    least: int
    most: int


def part_of(data: SiteData, choice: Choice, region: Ints) -> Part:
    """Return the items that the open centres of a region serve, the rest standing still."""
    outside = len(choice.opened) - int((region < data.sites).sum())
    return Part(
        items=np.flatnonzero(np.isin(choice.centre, region)),
        centres=region,
        least=max(0, data.least - outside),
        most=data.most - outside,
    )


def clusters_of(data: SiteData, choice: Choice, part: Part) -> Clusters:
    """Return the clusters that a choice has in the part."""
    order = part.items[np.argsort(choice.centre[part.items], kind="stable")]
    held = np.searchsorted(choice.centre[order], part.centres, side="right")
    return Clusters(
        centre=part.centres, end=held, item=order, excess_eur=np.zeros(len(part.centres))
    )


def joined(one: Clusters, other: Clusters) -> Clusters:
    """Return the clusters of both."""
    return Clusters(
        centre=np.concatenate([one.centre, other.centre]),
        end=np.concatenate([one.end, len(one.item) + other.end]),
        item=np.concatenate([one.item, other.item]),
        excess_eur=np.concatenate([one.excess_eur, other.excess_eur]),
    )


def cluster_cost(data: SiteData, clusters: Clusters) -> Floats:
    """Return (L,) EUR of serving each cluster from its centre, open cost included."""
    owner = clusters.owner()
    served = data.cost[clusters.centre[owner], clusters.item]
    cost = np.bincount(owner, served, len(clusters.centre)).astype(np.float64)
    site = clusters.centre < data.sites
    cost[site] += data.open_cost[clusters.centre[site]]
    return cost


def partition_program(data: SiteData, clusters: Clusters, part: Part) -> LinearModel:
    """Return the program: every item in one cluster, a centre with one cluster at most.

    Rows: the items, the number of sites, the seats that stand, the sites without a home item
    (a home item is in all clusters of its site, so its own row keeps two of them apart).
    """
    count = len(clusters.centre)
    seats = part.centres[part.centres >= data.sites]
    used = np.unique(clusters.centre[clusters.centre < data.sites])
    homeless = used[data.home[used] < 0]
    owner = clusters.owner()
    single = np.concatenate([seats, homeless])
    row_of_centre = np.full(data.centres, -1, dtype=np.int64)
    row_of_centre[single] = len(part.items) + 1 + np.arange(len(single))
    alone = np.flatnonzero(row_of_centre[clusters.centre] >= 0)
    sites = np.flatnonzero(clusters.centre < data.sites)
    row = np.concatenate(
        [
            np.searchsorted(part.items, clusters.item),
            np.full(len(sites), len(part.items)),
            row_of_centre[clusters.centre[alone]],
        ]
    )
    column = np.concatenate([owner, sites, alone])
    order = np.lexsort((column, row))
    once, needed = np.ones(len(part.items)), np.ones(len(seats))
    return LinearModel(
        gain=-cluster_cost(data, clusters),
        lower=np.zeros(count),
        upper=np.ones(count),
        integer=np.ones(count, dtype=bool),
        row_lower=np.concatenate([once, [part.least], needed, np.zeros(len(homeless))]),
        row_upper=np.concatenate([once, [part.most], needed, np.ones(len(homeless))]),
        row=row[order],
        column=column[order],
        coefficient=np.ones(len(row)),
    )


def solve_partition(
    data: SiteData, clusters: Clusters, choice: Choice, part: Part, limits: Limits
) -> tuple[Choice, Answer]:
    """Return the choice with the part as the program has it, and what the solver said.

    The clusters of the choice itself take part: they come last.
    """
    known = clusters_of(data, choice, part)
    every = joined(clusters, known)
    hint = np.zeros(len(every.centre))
    hint[len(clusters.centre) :] = 1.0
    kept = data.excess(choice.opened, choice.centre) == 0
    answer = solve(partition_program(data, every, part), limits, hint if kept else None)
    if answer.values is None:
        return choice, answer
    return with_clusters(data, choice, part, every, answer.values > 0.5), answer


def with_clusters(
    data: SiteData, choice: Choice, part: Part, clusters: Clusters, used: Bools
) -> Choice:
    """Return the choice with the clusters used in place of the part."""
    owner = clusters.owner()
    taken = used[owner]
    centre = choice.centre.copy()
    centre[clusters.item[taken]] = clusters.centre[owner[taken]]
    kept = choice.opened[~np.isin(choice.opened, part.centres)]
    opened = clusters.centre[used & (clusters.centre < data.sites)]
    return Choice(opened=np.sort(np.concatenate([kept, opened])), centre=centre)
