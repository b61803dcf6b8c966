"""Move items between clusters and clusters between sites: compiled steps of the search.

A cluster is an open centre with its items. Windows may be missed during the search, at a price
that the caller raises; the random numbers are the kernel's own, so a seed means one walk.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from optimizer.territory_problem import Floats, Ints

Clusters = Any
"""Tuple (centre (P,), cluster (G,), at (C,), load (P, K), first (P,), after (G,), before (G,),
count (P,)) of arrays changed in place; numba takes tuples of arrays, not classes."""
Ground = Any
"""Tuple (cost, size, kind, lower, upper, open_cost, home, near items, near centres) of arrays
that stay as they are."""


@numba.njit(cache=True)
def next_random(state: Any) -> float:
    """Return a number in [0, 1) and move the state on (xorshift64*, Vigna, 2016)."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0


@numba.njit(cache=True)
def missed(load: float, lower: float, upper: float) -> float:
    """Return how far a load lies outside its window."""
    if load > upper:
        return load - upper
    if load < lower:
        return lower - load
    return 0.0


@numba.njit(cache=True)
def unlink(first: Ints, after: Ints, before: Ints, cluster: int, item: int) -> None:
    """Take an item out of its cluster's list."""
    left, right = before[item], after[item]
    if left >= 0:
        after[left] = right
    else:
        first[cluster] = right
    if right >= 0:
        before[right] = left


@numba.njit(cache=True)
def link(first: Ints, after: Ints, before: Ints, cluster: int, item: int) -> None:
    """Put an item in front of a cluster's list."""
    head = first[cluster]
    after[item], before[item] = head, -1
    if head >= 0:
        before[head] = item
    first[cluster] = item


@numba.njit(cache=True)
def shift_penalty(
    load: Floats, lower: Floats, upper: Floats, sign: float, size: Floats, price: Floats
) -> float:
    """Return the change of priced misses of a centre that takes (1) or gives (-1) sizes (K,)."""
    change = 0.0
    for k in range(len(load)):
        after = missed(load[k] + sign * size[k], lower[k], upper[k])
        change += price[k] * (after - missed(load[k], lower[k], upper[k]))
    return change


@numba.njit(cache=True)
def move_item(clusters: Clusters, size: Floats, kind: Ints, item: int, to: int) -> None:
    """Give an item to another cluster."""
    centre, cluster, _, load, first, after, before, count = clusters
    come = cluster[item]
    for k in range(load.shape[1]):
        load[come, k] -= size[kind[centre[come]], item, k]
        load[to, k] += size[kind[centre[to]], item, k]
    unlink(first, after, before, come, item)
    link(first, after, before, to, item)
    count[come] -= 1
    count[to] += 1
    cluster[item] = to


@numba.njit(cache=True)
def resite_change(
    clusters: Clusters, ground: Ground, price: Floats, c: int, site: int, most: float
) -> float:
    """Return EUR, misses priced, by which cluster c at another site costs more.

    Counting ends as soon as the change exceeds `most`.
    """
    centre, load, first, after = clusters[0], clusters[3], clusters[4], clusters[5]
    cost, lower, upper, open_cost = ground[0], ground[3], ground[4], ground[5]
    old = centre[c]
    change = open_cost[site] - open_cost[old]
    for k in range(load.shape[1]):
        change += price[k] * missed(load[c, k], lower[site, k], upper[site, k])
        change -= price[k] * missed(load[c, k], lower[old, k], upper[old, k])
    i = first[c]
    while i >= 0:
        change -= cost[old, i]
        i = after[i]
    i = first[c]
    while i >= 0 and change < most:
        change += cost[site, i]
        i = after[i]
    return float(change)


@numba.njit(cache=True)
def may_move_to(clusters: Clusters, home: Ints, c: int, site: int, sites: int) -> bool:
    """Return whether cluster c may go to the site: free, and its home item in the cluster."""
    centre, cluster, at = clusters[0], clusters[1], clusters[2]
    if centre[c] >= sites or site < 0 or site >= sites or at[site] >= 0:
        return False
    return bool(home[site] < 0 or cluster[home[site]] == c)


@numba.njit(cache=True)
def set_site(clusters: Clusters, c: int, site: int) -> None:
    """Put cluster c on another site."""
    centre, at = clusters[0], clusters[2]
    at[centre[c]] = -1
    centre[c] = site
    at[site] = c


@numba.njit(cache=True)
def lives_here(clusters: Clusters, home: Ints, item: int, sites: int) -> bool:
    """Return whether the item is the home item of its cluster's site."""
    centre, cluster = clusters[0], clusters[1]
    site = centre[cluster[item]]
    return bool(site < sites and home[site] == item)
