"""Open the items that near ties leave undecided, and settle the rest at their best seats."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_ledger import Ledger
from optimizer.territory_pairs import Pairs
from optimizer.territory_prices import Prices
from optimizer.territory_pricing import Ranking
from optimizer.territory_problem import Floats, Ints

SETTLING_BLOCK = 100_000


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Hold what all rounds share.

    Attributes
    ----------
    reach
        (S', R) EUR per relative unit that make up for usual differences between seats.
    move_reach
        The same for the price of a move, EUR per unit.
    low, high
        (S', R) where prices are cut: what a missed limit costs, 0 on a side without limit.
    penalty
        EUR per relative unit by which a hard limit is missed (T5).
    max_moved, most_moved
        Units that may move; the second is inf where so many cannot.
    """

    reach: Floats
    move_reach: float
    low: Floats
    high: Floats
    penalty: float
    max_moved: int
    most_moved: float


@dataclass(frozen=True, kw_only=True)
class Market:
    """Hold the open items and the limits that settled ones leave them.

    Attributes
    ----------
    pairs
        Pairs of n open items, at least two each; see `territory_pairs.Pairs`.
    weight
        (n,) how many items each stands for, in a sample.
    spread
        (n,) EUR that differences between seats usually have for the item.
    lower, upper
        (S', R) limits less what settled items bring. Where there is none: what items could at
        least or most bring, which says the same and is finite; both 0 where `limited` is False.
    limited
        (S', R) whether there is a limit at all.
    most_moved
        Units that may still move, inf for no limit.
    """

    pairs: Pairs
    weight: Floats
    spread: Floats
    lower: Floats
    upper: Floats
    limited: NDArray[np.bool_]
    most_moved: float
    terms: Terms


def near_keys(ranking: Ranking, within: Floats, seats: int) -> Ints:
    """Return the seats at most `within` (n,) EUR behind the best, as place x seats + seat."""
    near = (ranking.behind() <= within[:, None]) & (ranking.seat >= 0)
    near[:, 0] = True
    place, rank = np.nonzero(near)
    return np.sort(place * seats + ranking.seat[place, rank])


def open_market(
    ledger: Ledger, terms: Terms, items: Ints, weight: Floats, spread: Floats, keys: Ints
) -> Market:
    """Open the `items` (n,) with more than one of `keys`, settle those with one.

    `keys` are rising, place among `items` x S' + seat, at least one for each item; `weight` and
    `spread` (n,) belong to `items`.
    """
    place, seat = np.divmod(keys, len(ledger.lower))
    undecided = np.bincount(place, minlength=len(items)) > 1
    alone = ~undecided[place]
    load, moved = settled_load(ledger, items[place[alone]], seat[alone], weight[place[alone]])
    chosen = np.flatnonzero(undecided)
    number = np.cumsum(undecided) - 1
    pairs = ledger.pairs(items[chosen], number[place[~alone]], seat[~alone])
    room = _room(ledger, pairs, weight[chosen])
    limited = np.isfinite(ledger.lower) | np.isfinite(ledger.upper)
    lower = np.where(np.isfinite(ledger.lower), ledger.lower - load, 0.0)
    upper = np.where(np.isfinite(ledger.upper), ledger.upper - load, np.maximum(room, lower))
    return Market(
        pairs=pairs,
        weight=weight[chosen],
        spread=spread[chosen],
        lower=np.where(limited, np.minimum(lower, upper), 0.0),
        upper=np.where(limited, upper, 0.0),
        limited=limited,
        most_moved=max(0.0, terms.most_moved - moved),
        terms=terms,
    )


def _room(ledger: Ledger, pairs: Pairs, weight: Floats) -> Floats:
    """Return (R,) the most that open items could bring to one seat."""
    if not len(pairs.item):
        return np.zeros(ledger.lower.shape[1])
    most = np.maximum.reduceat(pairs.size, pairs.start[:-1], axis=0)
    return np.asarray(weight @ most)


def settled_load(ledger: Ledger, items: Ints, seat: Ints, weight: Floats) -> tuple[Floats, float]:
    """Return (S', R) and units moved when items (n,) take their seats (n,)."""
    load, moved = np.zeros_like(ledger.lower), 0.0
    for first in range(0, len(items), SETTLING_BLOCK):
        part = slice(first, first + SETTLING_BLOCK)
        to = seat[part]
        pairs = ledger.pairs(items[part], np.arange(len(to)), to)
        for row in range(load.shape[1]):
            used = pairs.size[:, row] * weight[part]
            load[:, row] += np.bincount(to, weights=used, minlength=len(load))
        moved += float(pairs.moved @ weight[part])
    return load, moved


def bound_of(ledger: Ledger, terms: Terms, prices: Prices, ranking: Ranking) -> float:
    """Return the bound that cut prices and the ranking of all items at them prove (T9)."""
    lower = np.where(np.isfinite(ledger.lower), ledger.lower, 0.0)
    upper = np.where(np.isfinite(ledger.upper), ledger.upper, 0.0)
    room = lower * np.maximum(prices.window, 0) - upper * np.maximum(-prices.window, 0)
    moves = prices.move * terms.most_moved if prices.move > 0 else 0.0
    return float(ranking.value[:, 0].sum() + room.sum() - moves)
