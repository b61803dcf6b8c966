"""Hold what chains of items are made of, as arrays for compiled code (T24)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.territory_grid import ITEM, REGRET, SEAT, Grid
from optimizer.territory_problem import Floats, Ints

DEEPEST = 8
"""Most items that follow the first one."""
STAMP, LENGTH, LOGGED, FIRST, QUEUED, WORK, HOLE, MORE = range(8)
"""Places in `Links.tally`."""
BEST, OPEN = 0, 1
"""Places in `Links.eur`."""
FOLLOWING, CLOSING = 0, 1
"""Rows of `Links.end`."""


class Links(NamedTuple):
    """Hold what chains are made of; G items, S seats, P pairs.

    Attributes
    ----------
    begin, into
        (S + 1,) and (P,): pairs into seat s are `into[begin[s]]` up to `into[begin[s + 1]]`.
    table
        (G, S) pair of an item at a seat, -1 for none.
    used
        (G,) number of the last chain an item took part in.
    path
        (DEEPEST,) pairs that the items following take, as far as the trial goes.
    end
        (2,) last pair and closing pair of the best chain; the last is -1 where nobody follows.
    log
        (G, 2) item and the pair it had, change by change since the last kick.
    queue, waiting
        (G,) items whose chains are to be tried, round and round, and (G,) whether one waits.
    cost
        (S,) EUR of the loads of each seat above its best loads.
    tally
        Number of the chain, length of the best one, changes logged, where the queue begins and
        how many wait, work done, seat with the hole, units moved more.
    eur
        EUR of the best chain, and of the open one without its hole.
    """

    begin: Ints
    into: Ints
    table: Ints
    used: Ints
    path: Ints
    end: Ints
    log: Ints
    queue: Ints
    waiting: Ints
    cost: Floats
    tally: Ints
    eur: Floats


def make_links(grid: Grid) -> Links:
    """Return room for chains, and the pairs seat by seat."""
    items, seats = len(grid.start) - 1, len(grid.limit)
    tie = grid.tie
    choice = np.flatnonzero(np.diff(grid.start)[tie[:, ITEM]] > 1)
    into = choice[np.lexsort((grid.worth[choice, REGRET], tie[choice, SEAT]))]
    table = np.full((items, seats), -1, dtype=np.int64)
    table[tie[:, ITEM], tie[:, SEAT]] = np.arange(len(tie))
    counts = np.bincount(tie[choice, SEAT], minlength=seats)
    zeros = np.zeros(items, dtype=np.int64)
    return Links(
        begin=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        into=into.astype(np.int64),
        table=table,
        used=zeros.copy(),
        path=np.zeros(DEEPEST, dtype=np.int64),
        end=np.zeros(2, dtype=np.int64),
        log=np.zeros((4 * items + 8 * DEEPEST, 2), dtype=np.int64),
        queue=zeros.copy(),
        waiting=zeros.copy(),
        cost=np.zeros(seats),
        tally=np.zeros(8, dtype=np.int64),
        eur=np.zeros(2),
    )
