"""Say who can reach whom inside one territory, and what separates those who do not.

Every item of a connected district hangs on its root by a path of members, so the district holds
at least the path. A path heavier than the window admits cannot be (length-bounded separators,
Validi, Buchanan and Lykhovyd, 2022).
"""

# Functions compiled by numba take arrays alone, so their arguments carry no types.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from __future__ import annotations

from heapq import heappop, heappush

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_connect_graph import Graph
from optimizer.territory_connect_land import Ground
from optimizer.territory_pairs import ROUNDING
from optimizer.territory_problem import Ints


@njit(cache=True, nogil=True)
def reach(start, neighbour, inside, weight, root, limit):
    """Return (G,) weight of the lightest path of `inside` items from the root, both ends in.

    inf where it is above the limit (Dijkstra, 1959).
    """
    length = np.full(len(weight), np.inf)
    front = [(weight[root], root)]
    while front:
        here, item = heappop(front)
        if here > limit or here >= length[item]:
            continue
        length[item] = here
        for at in range(start[item], start[item + 1]):
            other = neighbour[at]
            if inside[other] and here + weight[other] < length[other]:
                heappush(front, (here + weight[other], other))
    return length


def reachable(ground: Ground, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return (G, C) the pairs that a connected district within its windows may hold.

    Items of other parts than the home's may belong to a district without touching it.
    """
    kept, graph = allowed.copy(), ground.merged
    for column in np.flatnonzero(ground.home >= 0).tolist():
        home, inside = int(ground.home[column]), allowed[:, column]
        if not inside[home]:
            kept[:, column] = False
            continue
        near = np.ones(ground.items, dtype=bool)
        for row in range(ground.upper.shape[1]):
            weight = np.ascontiguousarray(ground.size_at(column)[:, row])
            most = ground.upper[column, row] + ROUNDING
            near &= np.isfinite(reach(graph.start, graph.neighbour, inside, weight, home, most))
        other_part = (graph.part != graph.part[home]) | (graph.part < 0)
        kept[:, column] &= near | other_part
        kept[home, column] = True
    return kept


def separator(graph: Graph, within: NDArray[np.bool_], body: NDArray[np.bool_], item: int) -> Ints:
    """Return a minimal set of items `within` that every path from `body` to `item` crosses.

    `body` (G,) is connected and does not touch `item`; the set are those neighbours of the body
    that the item can reach without crossing them or the body.
    """
    rim = np.zeros(len(body), dtype=bool)
    rim[graph.neighbour[np.repeat(body, np.diff(graph.start))]] = True
    rim &= within & ~body
    return np.flatnonzero(rim & _touched(graph, within & ~body & ~rim, item))


def _touched(graph: Graph, free: NDArray[np.bool_], item: int) -> NDArray[np.bool_]:
    """Return (G,) items next to those that `item` reaches over `free` items."""
    seen = np.zeros(len(free), dtype=bool)
    seen[item] = True
    front = [item]
    touched = np.zeros(len(free), dtype=bool)
    while front:
        here = front.pop()
        around = graph.neighbour[graph.start[here] : graph.start[here + 1]]
        touched[around] = True
        new = around[free[around] & ~seen[around]]
        seen[new] = True
        front.extend(new.tolist())
    return touched
