"""Say which units are neighbours, and into how many pieces a seat's units fall.

A part is a connected part of the graph: islands without a bridge are parts of their own, and a
seat may hold units of several. Within a part its units are to hang together: the pieces too many
are counted part by part.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from optimizer.territory_problem import Ints


class Graph(NamedTuple):
    """Hold the neighbours of U units, and which units make up each of G items.

    Attributes
    ----------
    start, neighbour
        (U + 1,) and (2E,): neighbours of unit u are `neighbour[start[u]:start[u + 1]]`, rising.
    part
        (U,) connected part of the unit, 0, 1, ... by its lowest unit; -1 without neighbours.
    of_unit
        (U,) item of the unit, -1 for none.
    member_start, member
        (G + 1,) and (M,): units of item g are `member[member_start[g]:member_start[g + 1]]`.
    """

    start: Ints
    neighbour: Ints
    part: Ints
    of_unit: Ints
    member_start: Ints
    member: Ints

    @property
    def parts(self) -> int:
        """Return the number of parts of two or more units."""
        return int(self.part.max(initial=-1)) + 1

    def of_items(self, value: Ints) -> Ints:
        """Return (U,) the value of each unit's item, -1 for units without one."""
        if not len(value):
            return np.full(len(self.of_unit), -1, dtype=np.int64)
        return np.where(self.of_unit >= 0, value[self.of_unit], -1).astype(np.int64)


def item_graph(edges: Ints, of_unit: Ints, items: int) -> Graph:
    """Return the graph of the edges (E, 2) between units, and the items that units make up.

    Edges at a unit without an item (-1) are left out: it connects nothing.
    """
    units = len(of_unit)
    start, neighbour = neighbours(edges.reshape(-1, 2).astype(np.int64), units)
    parts = pieces_of(start, neighbour, np.zeros(units, dtype=np.int64))
    member = np.flatnonzero(of_unit >= 0)
    member = member[np.argsort(of_unit[member], kind="stable")]
    first = np.searchsorted(of_unit[member], np.arange(items + 1)).astype(np.int64)
    return Graph(start, neighbour, _parts(start, parts), of_unit.astype(np.int64), first, member)


def neighbours(edges: Ints, nodes: int) -> tuple[Ints, Ints]:
    """Return where each node's neighbours start (N + 1,), and the neighbours, rising."""
    ends = edges[edges[:, 0] != edges[:, 1]]
    both = np.concatenate([ends, ends[:, ::-1]])
    key = np.unique(both[:, 0] * nodes + both[:, 1])
    start = np.searchsorted(key, np.arange(nodes + 1) * nodes).astype(np.int64)
    return start, key % max(nodes, 1)


def merged(graph: Graph) -> Graph:
    """Return the graph on items: neighbours where any of their units are.

    A territory in one piece is in one piece here; the converse fails for items whose units lie
    apart.
    """
    items = len(graph.member_start) - 1
    ends = np.column_stack(
        [np.repeat(graph.of_unit, np.diff(graph.start)), graph.of_unit[graph.neighbour]]
    )
    return item_graph(ends[(ends >= 0).all(axis=1)], np.arange(items), items)


def _parts(start: Ints, label: Ints) -> Ints:
    linked = np.diff(start) > 0
    part = np.full(len(label), -1, dtype=np.int64)
    part[linked] = np.unique(label[linked], return_inverse=True)[1]
    return part


def pieces(graph: Graph, seat: Ints) -> Ints:
    """Return (U,) the piece of every unit, numbered by lowest unit; -1 without a seat.

    `seat` (G,) is that of the items. Neighbours of one seat are in one piece.
    """
    return pieces_of(graph.start, graph.neighbour, graph.of_items(seat))


@njit(cache=True, nogil=True)
def pieces_of(start, neighbour, seat):  # type: ignore[no-untyped-def]
    """Do what `pieces` does, on plain arrays."""
    label = np.full(len(seat), -1, dtype=np.int64)
    queue = np.empty(len(seat), dtype=np.int64)
    found = 0
    for first in range(len(seat)):
        if label[first] >= 0 or seat[first] < 0:
            continue
        label[first] = found
        queue[0] = first
        head, tail = 0, 1
        while head < tail:
            item = queue[head]
            head += 1
            for at in range(start[item], start[item + 1]):
                other = neighbour[at]
                if label[other] < 0 and seat[other] == seat[item]:
                    label[other] = found
                    queue[tail] = other
                    tail += 1
        found += 1
    return label


def pieces_too_many(graph: Graph, seat: Ints, seats: int) -> Ints:
    """Return (S,) by how many pieces each seat's units are too many, part by part.

    `seat` (G,) is that of the items; seats beyond `seats` connect nothing and count nowhere.
    """
    at = graph.of_items(np.where(seat < seats, seat, -1))
    label, linked = pieces_of(graph.start, graph.neighbour, at), (at >= 0) & (graph.part >= 0)
    first = np.flatnonzero(linked)[np.unique(label[linked], return_index=True)[1]]
    held = np.unique(np.column_stack([at[linked], graph.part[linked]]), axis=0)
    count = np.bincount(at[first], minlength=seats)
    return (count - np.bincount(held[:, 0], minlength=seats)).astype(np.int64)


def strays(graph: Graph, seat: Ints) -> NDArray[np.bool_]:
    """Return (U,) whether the unit is away from its seat's largest piece in the unit's part.

    The largest piece has the most units; among equals the one with the lowest unit.
    """
    at, label = graph.of_items(seat), pieces(graph, seat)
    stray = np.zeros(len(at), dtype=bool)
    linked = np.flatnonzero((at >= 0) & (graph.part >= 0))
    if not linked.size:
        return stray
    many = np.bincount(label[linked])
    order = linked[
        np.lexsort((label[linked], -many[label[linked]], graph.part[linked], at[linked]))
    ]
    holder = np.column_stack([at[order], graph.part[order]])
    _, first, group = np.unique(holder, axis=0, return_index=True, return_inverse=True)
    stray[order] = label[order] != label[order[first]][group.reshape(-1)]
    return stray


def stray_units(graph: Graph, seat: Ints) -> float:
    """Return how many units are away from their seat's largest piece."""
    return float(strays(graph, seat).sum())
