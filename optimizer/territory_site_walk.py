"""Walk from choice to choice by shifts, swaps and new sites, accepting by temperature."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from optimizer.territory_problem import Floats
from optimizer.territory_site_kernels import (
    Clusters,
    Ground,
    lives_here,
    may_move_to,
    move_item,
    next_random,
    resite_change,
    set_site,
    shift_penalty,
)

RESITE = 0.06
"""Share of the steps that try another site for a cluster."""
SHIFT = 0.5
"""Share of the steps up to which one item is given away; the others swap two."""


@numba.njit(cache=True, nogil=True)
def walk(
    clusters: Clusters,
    ground: Ground,
    price: Floats,
    hot: float,
    cold: float,
    steps: int,
    state: Any,
) -> None:
    """Run `steps` steps while the temperature falls from hot to cold, EUR."""
    items = len(clusters[1])
    cooling = (cold / hot) ** (1.0 / max(1, steps // 256))
    temperature = hot
    for step in range(steps):
        if step % 256 == 255:
            temperature *= cooling
        _step(clusters, ground, price, int(next_random(state) * items), temperature, state)


@numba.njit(cache=True)
def _step(
    clusters: Clusters, ground: Ground, price: Floats, i: int, temperature: float, state: Any
) -> None:
    """Try one move of item i or of its cluster."""
    cluster, at = clusters[1], clusters[2]
    home, near_items, near_centres = ground[6:9]
    sites = len(home)
    move = next_random(state)
    near = near_centres[i, int(next_random(state) * next_random(state) * near_centres.shape[1])]
    if near < 0:
        return
    if move < RESITE:
        if may_move_to(clusters, home, cluster[i], near, sites):
            _resite(clusters, ground, price, cluster[i], near, temperature, state)
        return
    if lives_here(clusters, home, i, sites):
        return
    j = near_items[near, int(next_random(state) * near_items.shape[1])]
    if move < SHIFT:
        to = at[near]
        if (to < 0 or to == cluster[i]) and j >= 0:
            to = cluster[j]
        if to >= 0 and to != cluster[i]:
            _shift(clusters, ground, price, i, to, temperature, state)
    elif j >= 0 and cluster[j] != cluster[i] and not lives_here(clusters, home, j, sites):
        _swap(clusters, ground, price, i, j, temperature, state)


@numba.njit(cache=True)
def _accept(change: float, temperature: float, state: Any) -> bool:
    """Return whether a change is taken (Metropolis, 1953)."""
    if change <= 0:
        return True
    if change >= 30 * temperature:
        return False
    return bool(next_random(state) < np.exp(-change / temperature))


@numba.njit(cache=True)
def _shift(
    clusters: Clusters,
    ground: Ground,
    price: Floats,
    i: int,
    to: int,
    temperature: float,
    state: Any,
) -> None:
    """Try to give item i to another cluster."""
    cost, size, kind, lower, upper = ground[:5]
    centre, cluster, _, load = clusters[:4]
    come = cluster[i]
    one, other = centre[come], centre[to]
    change = cost[other, i] - cost[one, i]
    if change >= 30 * temperature + price.max():
        return
    out, into = size[kind[one], i], size[kind[other], i]
    change += shift_penalty(load[come], lower[one], upper[one], -1.0, out, price)
    change += shift_penalty(load[to], lower[other], upper[other], 1.0, into, price)
    if _accept(change, temperature, state):
        move_item(clusters, size, kind, i, to)


@numba.njit(cache=True)
def _swap(
    clusters: Clusters,
    ground: Ground,
    price: Floats,
    i: int,
    j: int,
    temperature: float,
    state: Any,
) -> None:
    """Try to exchange items i and j of two clusters."""
    cost, size, kind, lower, upper = ground[:5]
    centre, cluster, _, load = clusters[:4]
    come, to = cluster[i], cluster[j]
    one, other = centre[come], centre[to]
    change = cost[other, i] + cost[one, j] - cost[one, i] - cost[other, j]
    if change >= 30 * temperature + price.max():
        return
    grown = size[kind[one], j] - size[kind[one], i]
    change += shift_penalty(load[come], lower[one], upper[one], 1.0, grown, price)
    grown = size[kind[other], i] - size[kind[other], j]
    change += shift_penalty(load[to], lower[other], upper[other], 1.0, grown, price)
    if _accept(change, temperature, state):
        move_item(clusters, size, kind, i, to)
        move_item(clusters, size, kind, j, come)


@numba.njit(cache=True)
def _resite(
    clusters: Clusters,
    ground: Ground,
    price: Floats,
    c: int,
    site: int,
    temperature: float,
    state: Any,
) -> None:
    """Try another site for cluster c."""
    change = resite_change(clusters, ground, price, c, site, 30 * temperature)
    if _accept(change, temperature, state):
        set_site(clusters, c, site)
