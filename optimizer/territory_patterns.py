"""Prove more than the relaxation does: price the items, let each seat take whole items (T25).

Lagrangian relaxation of the rows that give each item one seat, its subproblems solved whole: the
bound of Dantzig-Wolfe column generation with one set of items a seat (Geoffrion, Mathematical
Programming Study 2, 1974; for assignment with capacities: Savelsbergh, Operations Research 45(6),
1997). It is never below the relaxation and above it where whole items do not fill the windows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.territory_bound import Relaxation
from optimizer.territory_exact import within
from optimizer.territory_pairs import ROUNDING, Items
from optimizer.territory_pattern_kernels import Offers, Windows, cheapest_sets, room_by_seat
from optimizer.territory_pattern_ways import no_ways
from optimizer.territory_prices import Marks, adjusted_cost, behind_best, cut_prices, least_by_item
from optimizer.territory_problem import Floats, Ints

FIRST_STEP, SHORTER = 0.15, 0.7
"""Length of a step, as a share of what would close the gap, and how it shrinks."""
PATIENCE = 8
"""Sweeps without a better bound after which steps get shorter."""
MEMORY = 0.7
"""Weight of the direction so far (Camerini, Fratta and Maffioli, 1975)."""
LEAST_STEP = 0.002
GUESSED_GAP = 0.01
"""Gap to reckon with before there is a plan."""
FIRST_REACH = 0.2
"""EUR a seat is searched up to at first, as a share of the gap a seat."""


@dataclass(frozen=True, kw_only=True)
class _Sweep:
    """Hold pairs' costs less the items' worth (n,), what seats cost at least (S,), the bound."""

    net: Floats
    eur: Floats
    bound: float


@dataclass(frozen=True, kw_only=True)
class PricedPairs:
    """Hold the n pairs that a plan of at most `value` EUR could use, sorted by seat, priced.

    Attributes
    ----------
    pair
        (n,) position among all pairs.
    net
        (n,) EUR less what the item is worth.
    offers, windows
        The pairs seat by seat, and the limits.
    """

    pair: Ints
    net: Floats
    offers: Offers
    windows: Windows


@dataclass(kw_only=True)
class PatternBound:
    """Hold the items' prices and climb with them.

    Attributes
    ----------
    bound
        EUR that no plan keeping the hard limits goes below, unless it is dearer than `value`.
    value
        EUR of the best plan known, or what it is guessed to be before there is one.
    """

    bound: float
    value: float
    _kept: Ints
    _seat: Ints
    _cost: Floats
    _constant: float
    _offers: Offers
    _windows: Windows
    _worth: Floats
    _direction: Floats
    _reach: Floats
    _proof: _Sweep | None = None
    _step: float = FIRST_STEP
    _since: int = 0

    @staticmethod
    def begin(
        items: Items, relaxation: Relaxation, pair: Ints | None = None
    ) -> PatternBound | None:
        """Return the bound before its first sweep.

        None where the plan (G,), or the relaxation where there is none yet, misses hard limits;
        and where seats have no limits, so that whole items prove no more than the relaxation.
        """
        missed = relaxation.excess > ROUNDING if pair is None else items.excess(pair) > 0
        if missed or not items.complete or not items.count or not items.lower.shape[1]:
            return None
        pairs, value = items.pairs, _value(items, relaxation, pair)
        prices = cut_prices(items, relaxation.prices, relaxation.penalty)
        gap = max(value - relaxation.bound, 0.0)
        kept = np.flatnonzero(within(items, relaxation, value))
        kept = kept[np.argsort(pairs.seat[kept], kind="stable")]
        reach = np.full(items.seats, max(FIRST_REACH * gap / items.seats, 1e-9))
        return PatternBound(
            bound=relaxation.bound,
            value=value,
            _kept=kept,
            _seat=pairs.seat[kept],
            _cost=pairs.cost[kept] + prices.move * pairs.moved[kept],
            _constant=-prices.move * items.max_moved,
            _offers=Offers(
                start=np.searchsorted(pairs.seat[kept], np.arange(items.seats + 1)),
                item=pairs.item[kept],
                size=np.ascontiguousarray(pairs.size[kept]),
            ),
            _windows=Windows(items.lower, items.upper, prices.window, items.miss_price),
            _worth=_between_best_and_second(items, adjusted_cost(pairs, prices), gap),
            _direction=np.zeros(items.count),
            _reach=reach,
        )

    def climb(self, sweeps: int, stop: Callable[[], bool]) -> int:
        """Improve the bound by so many sweeps over all seats, fewer when stopped or stalled.

        Returns how many there were.
        """
        rows = self._windows.lower.shape[1]
        halves = no_ways(rows), no_ways(rows)
        for done in range(sweeps):
            if stop() or self.finished():
                return done
            cover = np.zeros(len(self._worth), dtype=np.int64)
            net = self._cost - self._worth[self._offers.item]
            eur = cheapest_sets(net, self._offers, self._windows, self._reach, cover, halves)
            bound = float(self._worth.sum()) + self._constant + float(eur.sum())
            self._take(_Sweep(net=net, eur=eur, bound=bound))
            self._turn(np.subtract(1.0, cover, dtype=np.float64))
        return max(0, sweeps)

    def priced(self) -> PricedPairs:
        """Return the pairs at the items' best prices so far."""
        net = self._cost - self._worth[self._offers.item]
        return PricedPairs(
            pair=self._kept,
            net=net if self._proof is None else self._proof.net,
            offers=self._offers,
            windows=self._windows,
        )

    def finished(self) -> bool:
        """Return whether steps have become too short to matter, or nothing is left to prove."""
        return self._step < LEAST_STEP or self.bound >= self.value

    def open_pairs(self, pairs: int, value: float) -> Marks:
        """Mark (P,) the pairs that a plan of at most `value` EUR could use, by the best sweep.

        Forcing an item into a seat costs its reduced cost less what the seat's whole set costs
        above the relaxed one, and as much again at each seat that would have taken it.
        """
        marks = np.zeros(pairs, dtype=bool)
        if self._proof is None:
            marks[self._kept] = True
            return marks
        reduced = self._proof.net.copy()
        for row in range(self._offers.size.shape[1]):
            reduced -= self._windows.price[self._seat, row] * self._offers.size[:, row]
        seats, items = len(self._reach), self._offers.item
        relaxed = np.bincount(self._seat, weights=np.minimum(reduced, 0.0), minlength=seats)
        spare = (self._proof.eur - relaxed - room_by_seat(self._windows))[self._seat]
        into = np.maximum(0.0, reduced - spare)
        out = np.maximum(0.0, -reduced - spare)
        elsewhere = np.bincount(items, weights=out, minlength=len(self._worth))[items] - out
        least = self._proof.bound + into + elsewhere
        marks[self._kept] = least <= value + 1e-7 * max(1.0, abs(value))
        return marks

    def _take(self, sweep: _Sweep) -> None:
        if self._proof is None or sweep.bound > self._proof.bound:
            self._proof = sweep
        if sweep.bound > self.bound + 1e-9 * abs(self.bound):
            self._since = 0
        else:
            self._since += 1
        self.bound = max(self.bound, min(sweep.bound, self.value))
        if self._since >= PATIENCE:
            self._since, self._step = 0, SHORTER * self._step

    def _turn(self, missing: Floats) -> None:
        """Raise what items are worth that no seat took, lower it for those taken twice."""
        norm = float(missing @ missing)
        if norm == 0.0:
            self._step = 0.0
            return
        step = self._step * (self.value - self.bound) / norm
        self._direction = MEMORY * self._direction + (1.0 - MEMORY) * step * missing
        self._worth = self._worth + self._direction


def _value(items: Items, relaxation: Relaxation, pair: Ints | None) -> float:
    if pair is None:
        return relaxation.bound + GUESSED_GAP * abs(relaxation.bound)
    return items.eur(pair)


def _between_best_and_second(items: Items, adjusted: Floats, gap: float) -> Floats:
    """Return (G,) what items are worth: halfway from their best seat to the second.

    Any price in between gives the relaxation's bound; halfway, both seats pay for a change.
    """
    behind = behind_best(items.pairs, adjusted)
    best = least_by_item(items.pairs, adjusted)
    order = np.lexsort((behind, items.pairs.item))
    second = np.full(items.count, np.inf)
    several = np.diff(items.pairs.start) > 1
    second[several] = behind[order[items.pairs.start[:-1][several] + 1]]
    return best + 0.5 * np.minimum(second, gap)
