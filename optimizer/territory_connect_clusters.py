"""List the connected districts of one site that are cheap at given prices: compiled.

Every item has a reduced cost, the windows a price. A district costs at least the sum of all
negative reduced costs, plus what it deviates by: positive ones it takes, negative ones it leaves
out or cannot reach. Districts are grown from the home of the site, item by item, until they
deviate by more than the budget (docs/model-territories.md, T33).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.territory_problem import Floats, Ints

FREE, INSIDE, OUTSIDE = 0, 1, 2


class Site(NamedTuple):
    """Hold the land as one site sees it: G items, K measures.

    `start`, `neighbour`: the graph on items; `home` of the site; `reduced`, `priced` (G,) EUR
    without and with the prices of windows; `weight` (G, K); `lower`, `upper` (K,); `base`: the
    EUR of taking every item with a negative price, windows paid.
    """

    start: Ints
    neighbour: Ints
    home: int
    reduced: Floats
    priced: Floats
    weight: Floats
    lower: Floats
    upper: Floats
    base: float


class Growth(NamedTuple):
    """Hold a district while it grows, and by depth what was decided and what that costs.

    `mark`, `beside` (G,): decision, and how many neighbours are inside; `queue`, `seen` (G,)
    scratch; `chosen`, `second` (G + 1,): item decided, and whether the other way already; `cut`,
    `taken`, `total` (G + 1,) EUR out of reach, of items taken at a cost, of `reduced`; `load`.
    """

    mark: np.ndarray
    beside: Ints
    queue: Ints
    seen: np.ndarray
    chosen: Ints
    second: np.ndarray
    cut: Floats
    taken: Floats
    total: Floats
    load: Floats


@njit(cache=True, nogil=True)
def cheap_clusters(site, budget, most, nodes, narrow):
    """Return (L, G) districts, their (L,) EUR of at most `budget`, and whether these are all.

    Districts hold the home, are connected and keep the windows. With `narrow` each one found is
    cheaper than the one before, so that the last is the cheapest. The listing ends, not complete,
    at `most` districts or after `nodes` looks.
    """
    found, value = np.zeros((most, len(site.reduced)), np.bool_), np.zeros(most)
    growth, depth, count = _seed(site), 0, 0
    for _ in range(nodes):
        item = -1
        if _promising(site, growth, depth, budget):
            item = _widest(growth, site.priced)
            if item < 0 and _is_found(site, growth, depth, budget):
                found[count], value[count] = growth.mark == INSIDE, growth.total[depth]
                budget = min(budget, growth.total[depth] - 1e-9) if narrow else budget
                count += 1
                if count == most:
                    return found, value, False
        if item < 0:
            depth = _back(site, growth, depth)
            if depth < 0:
                return found[:count], value[:count], True
            item = growth.chosen[depth]
        _decide(site, growth, depth, item)
        depth += 1
    return found[:count], value[:count], False


@njit(cache=True, nogil=True)
def _seed(site):
    """Return a district of the home alone."""
    items, rows = len(site.reduced), len(site.lower)
    growth = Growth(
        np.zeros(items, np.int8),
        np.zeros(items, np.int64),
        np.empty(items, np.int64),
        np.zeros(items, np.bool_),
        np.full(items + 1, -1, np.int64),
        np.zeros(items + 1, np.bool_),
        np.zeros(items + 1),
        np.zeros(items + 1),
        np.zeros(items + 1),
        np.zeros((items + 1, rows)),
    )
    _enter(site, growth, site.home, 1)
    growth.load[0], growth.total[0] = site.weight[site.home], site.reduced[site.home]
    growth.cut[0] = _cut_off(site, growth)
    return growth


@njit(cache=True, nogil=True)
def _promising(site, growth, depth, budget):
    """Return whether a district may still come of it."""
    least = site.base + growth.cut[depth] + growth.taken[depth]
    return least <= budget and (growth.load[depth] <= site.upper).all()


@njit(cache=True, nogil=True)
def _is_found(site, growth, depth, budget):
    return (growth.load[depth] >= site.lower).all() and growth.total[depth] <= budget


@njit(cache=True, nogil=True)
def _decide(site, growth, depth, item):
    """Take the item in or leave it out: first what its price asks for, then the other."""
    after, priced = depth + 1, site.priced[item]
    growth.chosen[depth], growth.second[after] = item, False
    growth.cut[after], growth.taken[after] = growth.cut[depth], growth.taken[depth]
    growth.total[after], growth.load[after] = growth.total[depth], growth.load[depth]
    if (priced <= 0) != growth.second[depth]:
        _enter(site, growth, item, 1)
        growth.taken[after] += max(priced, 0.0)
        growth.total[after] += site.reduced[item]
        growth.load[after] += site.weight[item]
    else:
        growth.mark[item] = OUTSIDE
        growth.cut[after] = _cut_off(site, growth)


@njit(cache=True, nogil=True)
def _enter(site, growth, item, sign):
    """Take an item in (1) or let it go (-1), and count it beside its neighbours."""
    growth.mark[item] = INSIDE if sign > 0 else FREE
    for at in range(site.start[item], site.start[item + 1]):
        growth.beside[site.neighbour[at]] += sign


@njit(cache=True, nogil=True)
def _widest(growth, priced):
    """Return the undecided item next to the district whose decision matters most, -1 for none."""
    best, most = -1, -1.0
    for item in range(len(priced)):
        undecided = growth.mark[item] == FREE and growth.beside[item] > 0
        if undecided and abs(priced[item]) > most:
            best, most = item, abs(priced[item])
    return best


@njit(cache=True, nogil=True)
def _cut_off(site, growth):
    """Return the cost of all that is out of reach, inf when too little for a window is in reach."""
    reached, cost = _spread(site, growth), 0.0
    for row in range(len(site.lower)):
        within = 0.0
        for at in range(reached):
            within += site.weight[growth.queue[at], row]
        if within < site.lower[row]:
            return np.inf
    for item in range(len(site.priced)):
        if not growth.seen[item]:
            cost -= min(site.priced[item], 0.0)
    return cost


@njit(cache=True, nogil=True)
def _spread(site, growth):
    """Mark and queue what the home reaches over items not left out; return how many those are."""
    growth.seen[:] = False
    growth.seen[site.home], growth.queue[0] = True, site.home
    head, tail = 0, 1
    while head < tail:
        item = growth.queue[head]
        head += 1
        for at in range(site.start[item], site.start[item + 1]):
            other = site.neighbour[at]
            if not growth.seen[other] and growth.mark[other] != OUTSIDE:
                growth.seen[other], growth.queue[tail] = True, other
                tail += 1
    return tail


@njit(cache=True, nogil=True)
def _back(site, growth, depth):
    """Undo decisions up to the last that can be turned, and turn that; -1 when there is none."""
    depth -= 1
    while depth >= 0:
        item = growth.chosen[depth]
        if growth.mark[item] == INSIDE:
            _enter(site, growth, item, -1)
        else:
            growth.mark[item] = FREE
        if not growth.second[depth]:
            growth.second[depth] = True
            return depth
        depth -= 1
    return depth
