"""List the connected districts that are cheap at given prices: compiled.

Every item has a reduced cost at every column, the windows a price. A district costs at least the
sum of all negative reduced costs of its column, plus what it deviates by: positive ones it takes,
negative ones it leaves out. Districts are grown item by item, all columns at a time, from the first
of their items in a fixed order, until no column can keep them within the budget
(docs/model-territories.md, T33).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_problem import Floats, Ints

ELSEWHERE = 1e18
"""EUR of a column whose home is left out."""


class Plot(NamedTuple):
    """Hold the land: G items, C columns, K measures.

    `start`, `neighbour`: the graph on items; `order` (G,): which item of a district counts as its
    first; `weight` (G, K); `lower`, `upper` (C, K); `most` (K,): the largest of `upper`; `home`
    (C,) item at home.
    """

    start: Ints
    neighbour: Ints
    order: Ints
    weight: Floats
    lower: Floats
    upper: Floats
    most: Floats
    home: Ints


class Tariff(NamedTuple):
    """Hold prices: EUR of columns and of items at them.

    `opening` (C,); `reduced` (G, C) EUR less the price of the item; `base` (C,): the EUR no set of
    items undercuts; `taken`, `left` (G, C): what taking an item, or leaving it out, adds to that;
    `toll` (N,): what holding two items of three costs, of which `slack` (N, C) is not yet in the
    other numbers; the threes of an item are numbered in `of_item`, from `toll_start` (G + 1,) on.
    """

    opening: Floats
    reduced: Floats
    base: Floats
    taken: Floats
    left: Floats
    toll_start: Ints
    of_item: Ints
    toll: Floats
    slack: Floats


class Growth(NamedTuple):
    """Hold a district while it grows, by depth, with one more item each.

    `least` (D, C): EUR it costs at a column at least, items left out until now counted; `rim`
    (D, G): neighbours not decided, `many` (D,) of them, -1 when the depth is done; `old`, `all`
    (D,): how many of them were there before the last item, and with it; `item` (D,) the last item;
    `load` (D, K); `toll` (D,) EUR; `met` (N,) items taken of each three; `seen`, `inside` (G,):
    decided or on the rim, taken.
    """

    least: Floats
    rim: Ints
    many: Ints
    old: Ints
    all: Ints
    item: Ints
    load: Floats
    toll: Floats
    met: Ints
    seen: NDArray[np.bool_]
    inside: NDArray[np.bool_]


@njit(cache=True, nogil=True)
def cheap_clusters(plot, tariff, place, budget, most, nodes, narrow):
    """Return (L, G) districts whose first item is at `place` in the order, and how they do.

    Behind them come their (L,) EUR of at most `budget`, items paid for, their (L,) best columns,
    the EUR none undercuts (`budget` at most), and whether these are all. Districts are connected
    and keep the windows. With `narrow` each one found is cheaper than the one before. The listing
    ends, not complete, at `most` districts or after `nodes` looks.
    """
    items = len(plot.weight)
    # Room not used is never touched, and what is returned does not hold on to it.
    found, value = np.empty((most, items), np.bool_), np.empty(most)
    column, count, depth = np.empty(most, np.int64), 0, 0
    growth = _seed(plot, tariff, place)
    least = min(growth.least[0].min(), budget)
    if least >= budget or (growth.load[0] > plot.most).any():
        return _kept_of(found, value, column, 0, budget, True)
    for _ in range(nodes):
        if growth.many[depth] > 0:
            depth = _branch(plot, tariff, growth, depth, budget)
            continue
        if growth.many[depth] == 0:
            eur, site = _best_column(plot, tariff, growth, depth)
            if eur <= budget:
                found[count], value[count], column[count] = growth.inside, eur, site
                budget = eur - 1e-9 if narrow else budget
                count += 1
                if count == most:
                    return _kept_of(found, value, column, count, least, False)
        depth = _close(tariff, growth, depth)
        if depth < 0:
            least = min(budget, value[:count].min()) if count else budget
            return _kept_of(found, value, column, count, least, True)
    return _kept_of(found, value, column, count, least, False)


@njit(cache=True, nogil=True, forceinline=True)
def _kept_of(found, value, column, count, least, whole):
    return found[:count].copy(), value[:count].copy(), column[:count].copy(), least, whole


@njit(cache=True, nogil=True)
def _seed(plot, tariff, place):
    """Return a district of one item; those before it in the order are left out."""
    items, columns = tariff.reduced.shape
    depths = items + 1
    growth = Growth(
        np.zeros((depths, columns)),
        np.zeros((depths, items), np.int64),
        np.zeros(depths, np.int64),
        np.zeros(depths, np.int64),
        np.zeros(depths, np.int64),
        np.zeros(depths, np.int64),
        np.zeros((depths, plot.weight.shape[1])),
        np.zeros(depths),
        np.zeros(len(tariff.toll), np.int64),
        np.zeros(items, np.bool_),
        np.zeros(items, np.bool_),
    )
    first = plot.order[place]
    growth.least[0] = tariff.base + tariff.taken[first]
    for before in range(place):
        growth.seen[plot.order[before]] = True
        growth.least[0] += tariff.left[plot.order[before]]
    growth.seen[first] = True
    growth.load[0] = plot.weight[first]
    _enter(plot, tariff, growth, 0, first)
    return growth


@njit(cache=True, nogil=True, forceinline=True)
def _enter(plot, tariff, growth, depth, item):
    """Take an item in and put its neighbours on the rim, behind the `old` ones."""
    growth.item[depth], growth.inside[item] = item, True
    for at in range(tariff.toll_start[item], tariff.toll_start[item + 1]):
        growth.met[tariff.of_item[at]] += 1
    many = growth.old[depth]
    for at in range(plot.start[item], plot.start[item + 1]):
        other = plot.neighbour[at]
        if not growth.seen[other]:
            growth.seen[other] = True
            growth.rim[depth, many] = other
            many += 1
    growth.many[depth] = growth.all[depth] = many


@njit(cache=True, nogil=True, forceinline=True)
def _branch(plot, tariff, growth, depth, budget):
    """Decide the last item of the rim: it comes in one depth on, and stays out at this one."""
    rest = growth.many[depth] - 1
    item, after = growth.rim[depth, rest], depth + 1
    fits = True
    for row in range(plot.weight.shape[1]):
        growth.load[after, row] = growth.load[depth, row] + plot.weight[item, row]
        fits &= growth.load[after, row] <= plot.most[row]
    fits = fits and _raised(growth.least, depth, tariff.taken, item) <= budget
    fits = fits and _tolled(tariff, growth, depth, item, budget)
    growth.many[depth] = rest
    if _raised_here(growth.least, depth, tariff.left, item) > budget:
        growth.many[depth] = -1
    if not fits:
        return depth
    for at in range(rest):
        growth.rim[after, at] = growth.rim[depth, at]
    growth.old[after] = rest
    _enter(plot, tariff, growth, after, item)
    return after


@njit(cache=True, nogil=True, forceinline=True)
def _tolled(tariff, growth, depth, item, budget):
    """Pay the tolls of threes of which the item is the second one; return whether they fit."""
    after, fits = depth + 1, True
    growth.toll[after] = growth.toll[depth]
    for at in range(tariff.toll_start[item], tariff.toll_start[item + 1]):
        three = tariff.of_item[at]
        if growth.met[three] == 1:
            growth.toll[after] += tariff.toll[three]
            fits = _raised_here(growth.least, after, tariff.slack, three) <= budget
    return fits


@njit(cache=True, nogil=True, forceinline=True, fastmath=True)
def _raised(least, depth, eur, item):
    """Add what taking an item costs, one depth on; return the least sum of all columns."""
    lowest = ELSEWHERE
    for column in range(least.shape[1]):
        now = least[depth, column] + eur[item, column]
        least[depth + 1, column] = now
        lowest = min(lowest, now)
    return lowest


@njit(cache=True, nogil=True, forceinline=True, fastmath=True)
def _raised_here(least, depth, eur, item):
    """Add what leaving an item out costs; return the least sum of all columns."""
    # A loop of its own: where source and target are one row, it runs on whole vectors.
    lowest = ELSEWHERE
    for column in range(least.shape[1]):
        now = least[depth, column] + eur[item, column]
        least[depth, column] = now
        lowest = min(lowest, now)
    return lowest


@njit(cache=True, nogil=True, forceinline=True)
def _close(tariff, growth, depth):
    """Let the last item go, and its rim; return the depth above."""
    item = growth.item[depth]
    growth.inside[item] = False
    for at in range(tariff.toll_start[item], tariff.toll_start[item + 1]):
        growth.met[tariff.of_item[at]] -= 1
    for at in range(growth.old[depth], growth.all[depth]):
        growth.seen[growth.rim[depth, at]] = False
    return depth - 1


@njit(cache=True, nogil=True, forceinline=True)
def _best_column(plot, tariff, growth, depth):
    """Return the EUR of the district at its cheapest column, items paid for, and that column."""
    best, site = np.inf, -1
    for column in range(len(plot.home)):
        if not growth.inside[plot.home[column]] or not _kept(plot, growth.load[depth], column):
            continue
        eur = tariff.opening[column] + growth.toll[depth]
        for above in range(depth + 1):
            eur += tariff.reduced[growth.item[above], column]
        if eur < best:
            best, site = eur, column
    return best, site


@njit(cache=True, nogil=True, forceinline=True)
def _kept(plot, load, column):
    for row in range(len(load)):
        if not plot.lower[column, row] <= load[row] <= plot.upper[column, row]:
            return False
    return True
