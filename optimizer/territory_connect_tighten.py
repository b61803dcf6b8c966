"""Raise the bound of whole districts by subset rows, until pricing with tolls takes too long (T33).

Prices come from a linear program over a pool of districts near the bound, looked through at once.
Only what is then tried between these prices and the best ones is priced over all districts.
"""

from __future__ import annotations

import numpy as np

from optimizer.territory_connect_columns import Clusters, Prices
from optimizer.territory_connect_partition import Partition
from optimizer.territory_connect_pricing import Look
from optimizer.territory_connect_subset_rows import SubsetRows, broken_rows

ROUNDS, ROWS_EVERY, ROWS_AT_ONCE = 24, 2, 40
"""Rounds at most; rows are added in every so many of them, so many at once."""
LOOK = Look(most=500, nodes=2_000_000, narrow=False)
"""How far all districts are looked through for one pricing."""
MOST_CUT, STALE = 2, 4
"""Rounds in a row that end cut short, or without a better bound, until no more are made."""
PROGRAMS, MOST_ADDED = 50, 400
"""Programs over the pool in a round, and districts of it added to the next one."""
MOST_KNOWN, LEAST_KNOWN = 4_000, 2_000
"""Districts of a program, and how many of them stay when they are more."""
NEGATIVE = 1e-6
"""EUR below its prices at which a district of the pool is added."""


def tighten(whole: Partition) -> None:
    """Add rows and price with them, while the bound rises; lists begin anew."""
    whole.lists = []
    pool = whole.known.with_more(whole.near) if whole.near else whole.known
    cut = stale = 0
    for number in range(ROUNDS):
        prices = _prices_over(whole, pool)
        if prices is not None and number % ROWS_EVERY == 0:
            prices = prices if not _add_rows(whole, prices) else _prices_over(whole, pool)
        if prices is None or whole.stop():
            return
        before = whole.bound
        found = whole.weigh(prices, LOOK)
        pool = pool.with_more(found.clusters)
        cut = 0 if found.whole else cut + 1
        stale = 0 if whole.bound > before else stale + 1
        if whole.search.proved or cut == MOST_CUT or stale == STALE:
            return


def _add_rows(whole: Partition, prices: Prices) -> int:
    """Add the rows that the shares of districts break most; return how many."""
    found = broken_rows(whole.known.members, prices.share, ROWS_AT_ONCE)
    rows = whole.rows.item
    known = (found[:, None] == rows[None]).all(axis=2).any(axis=1)
    new = found[~known]
    item = np.concatenate([rows, new])
    whole.rows = SubsetRows(item=item, toll=np.zeros(len(item)))
    return len(new)


def _prices_over(whole: Partition, pool: Clusters) -> Prices | None:
    """Return prices that no district of the pool is cheaper than, None when time runs out."""
    prices = None
    for _ in range(PROGRAMS):
        prices = whole.prices()
        if prices is None or whole.stop():
            return None
        over = prices.reduced(pool) - prices.district
        order = np.argsort(over, kind="stable")[:MOST_ADDED]
        new = order[over[order] < -NEGATIVE]
        if not len(new):
            break
        if len(whole.known.eur) > MOST_KNOWN:
            cheap = np.argsort(prices.reduced(whole.known), kind="stable")[:LEAST_KNOWN]
            whole.known = whole.known.kept(np.sort(cheap))
        whole.known = whole.known.with_more(pool.kept(new))
    return prices
