"""Search by ejection chains from kick to kick, within a number of steps (T24).

What regions (T11) do by exact exchanges among few seats, chains do by one unit after the other
across many: they find more where seats hold few units and have hardly any room.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_grid import BEST, NOW, Plan, make_lines
from optimizer.territory_kernel import keep_best, make_plan, settle
from optimizer.territory_kick import kick_and_mend
from optimizer.territory_links import Links, make_links
from optimizer.territory_local import Search, missed_limits, penalties
from optimizer.territory_pairs import ROUNDING, Items
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints

LARGEST_TABLE = 8_000_000
"""Items times seats up to which chains are searched: each has an entry in a table."""
SLICES, SLICE = 100, 4_000_000
"""Slices of a cooling, at least, and most steps in one: hundredths of a second."""
HOT, COLD = 0.06, 0.006
"""EUR a plan may get worse by, as a share of the mean gap of a seat, at first and at last."""
FIRST_PRICE, LEAST_PRICE = 2.0, 1.05
"""Penalty outside a limit as a multiple of its price, at first and at least."""
RAISE_AT_FIRST, RAISE, LOWER = 1.5, 1.1, 0.97
"""Factors on penalties between slices: of limits missed after a slice without any plan that keeps
all (at first: until there was one), and of limits kept after a slice with one.

Raised whenever its own limit is missed, a penalty settles where each limit is missed now and then;
forty limits are then never kept at once.
"""


def chains_fit(items: Items) -> bool:
    """Return whether the table of chains has room for the items."""
    return items.count * items.seats <= LARGEST_TABLE


def weights_differ(items: Items) -> bool:
    """Return whether most items bring loads to balance that differ by seat.

    Exchanges among few seats then hardly ever fit: what leaves one is not what another gets.
    """
    pairs, balance = items.pairs, items.measure >= 0
    if not (items.count and balance.any()):
        return False
    size, start = pairs.size[:, balance], pairs.start[:-1]
    most, least = np.maximum.reduceat(size, start), np.minimum.reduceat(size, start)
    return bool((most - least > ROUNDING).any(axis=1).mean() > 0.5)


def search_chains(
    items: Items,
    pair: Ints,
    window_price: Floats,
    move_price: float,
    *,
    steps: int,
    seed: int,
    stop: Callable[[], bool],
) -> Ints:
    """Return the best plan found from the plan given, never one of worse rank.

    Parameters
    ----------
    items
        The items; `items.pairs` are the pairs the search may use.
    pair
        (G,) the pair each item takes at the start; limits may be missed.
    window_price
        (S, R) EUR per relative unit, > 0 where the seat needs more, < 0 where less.
    move_price
        EUR per moved unit, >= 0.
    steps
        Most work, in pairs looked at; the same number gives the same plan.
    seed
        Start of the random numbers.
    stop
        Asked several times a second; True ends the search.

    Returns
    -------
    Ints
        (G,) pairs, best by `territory_pairs.rank` among plans that keep `items.max_moved`.
    """
    pair = pair.astype(np.int64)
    work = Search.begin(items, pair, Prices(window=window_price, move=move_price), stop)
    if work is None:
        return pair
    penalty = penalties(work, FIRST_PRICE)
    plan = make_plan(work.grid, pair, make_lines(items, work.price, penalty), seed)
    keep_best(work.grid, plan)
    _cool(work, plan, make_links(work.grid), penalty, steps)
    work.offer(plan.pair)
    return work.best


def _cool(work: Search, plan: Plan, links: Links, penalty: Floats, steps: int) -> None:
    """Kick and mend, accepting less and less; adapt penalties from slice to slice."""
    floor, gap, best = penalties(work, LEAST_PRICE), np.inf, plan.energy[BEST]
    slices, ever = max(SLICES, steps // SLICE), False
    for k in range(slices):
        if work.stop():
            break
        gap = min(gap, plan.energy[NOW], best)
        heat = HOT * (COLD / HOT) ** (k / (slices - 1)) * gap / len(plan.seat)
        plan.energy[BEST] = np.inf
        kick_and_mend(work.grid, plan, links, heat, max(1, steps // slices))
        met = bool(plan.energy[BEST] < np.inf)
        if met:
            work.offer(plan.best)
            best, ever = min(best, plan.energy[BEST]), True
        penalty = np.maximum(penalty * _factors(missed_limits(work, plan), met, ever), floor)
        plan.line[:] = make_lines(work.items, work.price, penalty)
        settle(work.grid, plan)


def _factors(missed: NDArray[np.bool_], met: bool, ever: bool) -> Floats:
    """Return (S, R) factors on penalties; `met`: a plan of this slice kept every limit."""
    if met:
        return np.where(missed, 1.0, LOWER)
    return np.where(missed, RAISE if ever else RAISE_AT_FIRST, 1.0)
