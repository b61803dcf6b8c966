"""Climb to good prices stage by stage: on a sample first, then over all items (T19)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.territory_dual import Stage, climb_smoothly
from optimizer.territory_ledger import Ledger
from optimizer.territory_market import Terms, bound_of, near_keys, open_market
from optimizer.territory_prices import Prices
from optimizer.territory_pricing import Ranking, rank_seats
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_sample import draw_sample
from optimizer.territory_watch import OnStep

KEEP = 8
"""Cheapest seats kept for every item."""
SAMPLE_KEEP = 12
COARSE_PER_SEAT, COARSE_ROUNDS, COARSE_SLOPE = 15, 30, 0.05
COARSE_BAND, COARSE = 2.0, Stage(heat=0.1, steps=2, leash=0.3)
FINE_PER_SEAT = 60
FINE = (
    (2.0, Stage(heat=0.1, steps=3, leash=0.5)),
    (1.5, Stage(heat=0.05, steps=4, leash=0.5)),
    (1.0, Stage(heat=0.025, steps=4, leash=0.3)),
)
STAGES = (
    (0.6, (Stage(heat=0.025, steps=2, leash=0.3), Stage(heat=0.015, steps=2, leash=0.1))),
    (0.25, (Stage(heat=0.01, steps=3, leash=0.1), Stage(heat=0.006, steps=3, leash=0.1))),
    (
        0.1,
        (
            Stage(heat=0.004, steps=4, leash=0.05),
            Stage(heat=0.0025, steps=4, leash=0.05),
            Stage(heat=0.0015, steps=4, leash=0.05),
        ),
    ),
    (
        0.04,
        (
            Stage(heat=0.001, steps=4, leash=0.03),
            Stage(heat=0.0006, steps=4, leash=0.03),
            Stage(heat=0.0004, steps=4, leash=0.03),
        ),
    ),
)
"""How far behind the best a seat may be, in spreads, and what is climbed with such pairs."""


@dataclass
class Climb:
    """Hold what is proved so far: `bound` by `prices`, whose `ranking` covers all items.

    `spread` (G,) EUR and `size` (G,) relative belong to items; `stop` says when to end;
    `on_step` hears what is `doing`, and every better bound.
    """

    ledger: Ledger
    terms: Terms
    spread: Floats
    size: Floats
    stop: Callable[[], bool]
    on_step: OnStep | None
    ranking: Ranking
    prices: Prices
    workers: int = 1
    bound: float = -np.inf
    doing: str = "seats ranked"

    @property
    def every(self) -> Ints:
        """Return (G,) all items."""
        return np.arange(self.ledger.count)

    def begin(self, doing: str) -> None:
        """Say what is done from here on."""
        self.doing = doing
        self._tell()

    def _tell(self) -> None:
        if self.on_step is not None:
            self.on_step(self.doing, self.bound)

    def try_prices(self, prices: Prices) -> tuple[Ranking, float]:
        """Rank all seats of all items at the prices, keep them when they prove more."""
        ranking = rank_seats(self.ledger, prices, self.every, KEEP, self.workers)
        return ranking, self.note(prices, ranking)

    def note(self, prices: Prices, ranking: Ranking) -> float:
        """Return the bound that the prices prove; keep it when it is the best."""
        bound = bound_of(self.ledger, self.terms, prices, ranking)
        if bound > self.bound:
            self.bound, self.prices, self.ranking = bound, prices, ranking
            self._tell()
        return bound


@dataclass(frozen=True, kw_only=True)
class _Sample:
    """Hold items (n,) and how many each stands for."""

    items: Ints
    weight: Floats

    def climb(
        self, climb: Climb, prices: Prices, band: float, stage: Stage
    ) -> tuple[Prices, float]:
        """Rank all seats for the sample, climb one stage."""
        spread, seats = climb.spread[self.items], len(climb.ledger.lower)
        ranking = rank_seats(climb.ledger, prices, self.items, SAMPLE_KEEP)
        keys = near_keys(ranking, band * spread, seats)
        market = open_market(climb.ledger, climb.terms, self.items, self.weight, spread, keys)
        return climb_smoothly(market, prices, stage, climb.stop)


def _sample(climb: Climb, per_seat: int) -> _Sample:
    wanted = per_seat * climb.ledger.seats
    items, weight = draw_sample(climb.size, climb.ranking.nearest, wanted)
    return _Sample(items=items, weight=weight)


def climb_sample(climb: Climb, prices: Prices) -> Prices:
    """Return better prices from a coarse and a fine sample, ranked anew at every stage."""
    climb.begin("prices of a sample of accounts")
    coarse = _sample(climb, COARSE_PER_SEAT)
    for _ in range(COARSE_ROUNDS):
        if climb.stop():
            return prices
        prices, slope = coarse.climb(climb, prices, COARSE_BAND, COARSE)
        if slope < COARSE_SLOPE:
            break
    fine = _sample(climb, FINE_PER_SEAT)
    for band, stage in FINE:
        if climb.stop():
            return prices
        prices, _ = fine.climb(climb, prices, band, stage)
    return prices


def climb_all(climb: Climb, prices: Prices) -> None:
    """Climb on over all items, fewer and fewer of them undecided."""
    weight, seats = np.ones(climb.ledger.count), len(climb.ledger.lower)
    for number, (band, stages) in enumerate(STAGES, 1):
        if climb.stop():
            return
        climb.begin(f"prices of all accounts, pass {number} of {len(STAGES)}")
        ranking, _ = climb.try_prices(prices)
        keys = near_keys(ranking, band * climb.spread, seats)
        market = open_market(climb.ledger, climb.terms, climb.every, weight, climb.spread, keys)
        for stage in stages:
            prices, _ = climb_smoothly(market, prices, stage, climb.stop)
    climb.try_prices(prices)
