"""Sift the columns of the relaxation until its value meets the bound (T7, T19).

A linear program over the open columns gives prices; all seats of all items are ranked at them;
seats that beat an item's open ones join. Where a price runs into its box, the box moves there
and widens; where prices prove less than the best ones, it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.territory_climb import Climb
from optimizer.territory_market import Market, near_keys, open_market
from optimizer.territory_prices import Prices
from optimizer.territory_pricing import Ranking
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_split import box_around, split_items

ROUNDS = 25
FIRST_BAND = 0.004
FIRST_BOX = 0.02
WIDER, FARTHER = 10.0, 4.0
"""Factors on the box: on all of it when nothing joins, on a price that runs into it."""
GAP = 1e-7
"""Relative distance of value and bound at which the relaxation counts as solved."""
WORTH = 1e-9
"""Gain of a seat that joins, relative to the mean cost of an item."""


@dataclass(frozen=True, kw_only=True)
class Sifted:
    """Hold the last program solved.

    `keys` (n,) item x S' + seat of the open pairs and the `share` (n,) of each; `excess`
    relative units by which limits are missed; `exact` whether value and bound met.
    """

    keys: Ints
    share: Floats
    excess: float
    exact: bool


NOTHING = Sifted(keys=np.zeros(0, dtype=np.int64), share=np.zeros(0), excess=0.0, exact=False)


def sift(climb: Climb, seconds_left: Callable[[], float]) -> Sifted:
    """Return the relaxed plan; better prices and bounds are left in `climb`."""
    seats = len(climb.ledger.lower)
    pool = near_keys(climb.ranking, FIRST_BAND * climb.spread, seats)
    centre, best = climb.prices, NOTHING
    width = np.full(climb.terms.reach.shape, FIRST_BOX)
    for number in range(1, ROUNDS + 1):
        if climb.stop():
            break
        climb.begin(f"relaxation, round {number}")
        market, keys, settled = _open(climb, pool)
        split = split_items(market, box_around(market, centre, width), seconds_left(), climb.stop)
        if split is None:
            break
        before = climb.bound
        ranking, _ = climb.try_prices(split.prices)
        value = settled + split.value
        exact = split.boxed <= SLACK and value - climb.bound <= GAP * abs(value)
        best = Sifted(keys=keys, share=split.share, excess=split.excess, exact=exact)
        if exact:
            break
        joining = _joining(ranking, pool, seats, WORTH * abs(value) / climb.ledger.count)
        width[_at_edge(climb, centre, split.prices, width)] *= FARTHER
        if climb.bound > before or not len(joining):
            centre = split.prices
        if not len(joining):
            width *= WIDER
        pool = np.union1d(pool, joining)
    return best


SLACK = 1e-7


def _at_edge(climb: Climb, centre: Prices, prices: Prices, width: Floats) -> np.ndarray:
    """Mark (S', R) prices that ran into the box around the centre: they have far to go."""
    gone = np.abs(prices.window - centre.window)
    return np.asarray(gone > 0.99 * width * climb.terms.reach)


def _open(climb: Climb, pool: Ints) -> tuple[Market, Ints, float]:
    """Return the market of the pool, the keys of its pairs, and EUR of what is settled."""
    ledger, seats = climb.ledger, len(climb.ledger.lower)
    weight = np.ones(ledger.count)
    market = open_market(ledger, climb.terms, climb.every, weight, climb.spread, pool)
    place = pool // seats
    alone = np.bincount(place, minlength=ledger.count)[place] == 1
    settled = ledger.pairs(climb.every, place[alone], pool[alone] % seats)
    return market, pool[~alone], float(settled.cost.sum())


def _joining(ranking: Ranking, pool: Ints, seats: int, worth: float) -> Ints:
    """Return the keys of seats that beat the item's best seat in the pool by `worth` EUR."""
    best = np.arange(len(ranking.seat)) * seats + ranking.seat[:, 0]
    items = np.flatnonzero(~_within(best, pool))
    value, seat = ranking.value[items], ranking.seat[items]
    keys = items[:, None] * seats + seat
    inside = _within(keys, pool) & (seat >= 0)
    known = np.where(inside, value, np.inf).min(axis=1, initial=np.inf)
    better = (value < known[:, None] - worth) & ~inside & (seat >= 0)
    return np.sort(keys[better])


def _within(keys: Ints, pool: Ints) -> np.ndarray:
    at = np.minimum(np.searchsorted(pool, keys), len(pool) - 1)
    return pool[at] == keys
