"""Improve a plan by exchanges between two seats: at most two items for at most two (T11).

Every step keeps or mends the windows and the move limit: a window missed less always wins over
money. Candidate items are near ties at shadow prices, where nearly all of the gap sits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np

from optimizer.territory_groups import Items, outside
from optimizer.territory_prices import Grid, Prices, adjusted_cost, miss_penalty
from optimizer.territory_problem import Floats, Ints

SINGLES = 30
"""Most items one seat offers another in one exchange."""
PAIRED = 8
"""How many of them are also offered two at a time."""
STRICT = 1e2
"""Factor that lets one billionth of a mean target missed outweigh any single exchange."""

Pair = tuple[int, int]


@dataclass(kw_only=True)
class State:
    """Hold a plan under search; `cost` may carry noise, `seat` and `load` always agree."""

    items: Items
    cost: Floats
    adjusted: Floats
    near: Grid
    near_seat: Grid
    ties: tuple[Ints, Ints]
    seat: Ints
    load: Floats
    moved: int
    band: float
    miss_price: float
    least_gain: float

    def rank(self) -> tuple[float, float]:
        """Return what the plan is judged by."""
        return rank(self.items, self.seat)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """List what one seat may hand to another: nothing, one item or two.

    `cost` (n,) EUR and `moved` (n,) units more; `size` (n, K); `first`, `second` items or -1.
    """

    cost: Floats
    size: Floats
    moved: Ints
    first: Ints
    second: Ints


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """Hold one improving exchange; `gain` > 0 counts missed windows at the strict price."""

    gain: float
    given: tuple[tuple[int, int], ...]


def rank(items: Items, seat: Ints) -> tuple[float, float]:
    """Return what a plan is judged by: windows missed first, then EUR."""
    return round(items.excess(seat), 9), items.value(seat)


def better(items: Items, one: Ints, other: Ints) -> Ints:
    """Return the plan of better rank, the first among equals."""
    return one if rank(items, one) <= rank(items, other) else other


def start(items: Items, prices: Prices, near: Grid, seat: Ints) -> State:
    """Return the state of a plan; exchanges use the seats marked in `near` (G, S)."""
    total = max(abs(items.value(seat)), 1e-300)
    adjusted = adjusted_cost(items, prices)
    behind = np.where(near, adjusted - adjusted.min(axis=1)[:, None], 0.0)
    return State(
        items=items,
        cost=items.cost,
        adjusted=adjusted,
        near=near,
        near_seat=np.ascontiguousarray(near.T),
        ties=(near.nonzero()[0], near.nonzero()[1]),
        band=float(behind.max(initial=0.0)),
        seat=seat.copy(),
        load=items.load(seat),
        moved=items.moves(seat),
        miss_price=miss_penalty(items) * STRICT,
        least_gain=1e-10 * total,
    )


def descend(
    state: State, stop: Callable[[], bool], within: Iterable[int] | None = None
) -> set[int]:
    """Apply improving exchanges until none is left; return the seats touched.

    `within` limits the search to exchanges among (all of) these seats.
    """
    found: dict[Pair, Exchange] = {}
    stale = active_pairs(state, None if within is None else set(within))
    allowed = set(stale)
    touched: set[int] = set()
    while stale and not stop():
        for pair in stale:
            exchange = best_exchange(state, *pair)
            if exchange is None:
                found.pop(pair, None)
            else:
                found[pair] = exchange
        changed = _apply_disjoint(state, found)
        touched |= changed
        stale = [pair for pair in sorted(allowed) if not changed.isdisjoint(pair)]
    return touched


def active_pairs(state: State, within: set[int] | None) -> list[Pair]:
    """Return the pairs of seats that have near ties with each other, in order."""
    seats = state.load.shape[0]
    item, seat = state.ties
    ties = np.bincount(state.seat[item] * seats + seat, minlength=seats * seats)
    ties = ties.reshape(seats, seats)
    first, second = np.nonzero(np.triu(ties + ties.T, 1))
    pairs = list(zip(first.tolist(), second.tolist(), strict=True))
    return pairs if within is None else [p for p in pairs if p[0] in within and p[1] in within]


def _apply_disjoint(state: State, found: dict[Pair, Exchange]) -> set[int]:
    """Apply the best exchanges that share no seat; the move limit is checked again for each."""
    used: set[int] = set()
    for pair in sorted(found, key=lambda p: (-found[p].gain, p)):
        if used.isdisjoint(pair) and _apply(state, found[pair]):
            used |= set(pair)
    return used


def _apply(state: State, exchange: Exchange) -> bool:
    items, seat = state.items, state.seat
    extra = sum(int(items.moved[i, to] - items.moved[i, seat[i]]) for i, to in exchange.given)
    if extra > 0 and state.moved + extra > items.max_moved:
        return False
    seats = {int(seat[i]) for i, _ in exchange.given} | {to for _, to in exchange.given}
    for item, to in exchange.given:
        seat[item] = to
    for touched in sorted(seats):
        # Summing anew keeps rounding from piling up over thousands of exchanges.
        state.load[touched] = items.size[seat == touched].sum(axis=0)
    state.moved += extra
    return True


def best_exchange(state: State, one: int, other: int) -> Exchange | None:
    """Return the best exchange between two seats, None when nothing improves."""
    give, take = _offer(state, one, other), _offer(state, other, one)
    items = state.items
    money = give.cost[:, None] + take.cost[None, :]
    missed = float(
        outside(state.load[one], items.lower[one], items.upper[one]).sum()
        + outside(state.load[other], items.lower[other], items.upper[other]).sum()
    )
    if missed > 0:
        given, taken = (axis.ravel() for axis in np.indices(money.shape))
    else:
        given, taken = np.nonzero(money < -state.least_gain)
    if not len(given):
        return None
    shift = take.size[taken] - give.size[given]
    change = (
        outside(state.load[one] + shift, items.lower[one], items.upper[one]).sum(axis=1)
        + outside(state.load[other] - shift, items.lower[other], items.upper[other]).sum(axis=1)
        - missed
    )
    change[np.abs(change) < 1e-12] = 0.0
    total = money[given, taken] + state.miss_price * change
    extra = give.moved[given] + take.moved[taken]
    total[(extra > 0) & (state.moved + extra > items.max_moved)] = np.inf
    best = int(total.argmin())
    if not total[best] < -state.least_gain:
        return None
    handed = [(give.first[given[best]], other), (give.second[given[best]], other)]
    handed += [(take.first[taken[best]], one), (take.second[taken[best]], one)]
    moves = tuple((int(item), to) for item, to in handed if item >= 0)
    return Exchange(gain=-float(total[best]), given=moves)


@cache
def _twos(count: int) -> tuple[Ints, Ints]:
    """Return all pairs of positions below `count`."""
    one, two = np.triu_indices(count, 1)
    return one, two


def _offer(state: State, source: int, target: int) -> Offer:
    """Return what `source` may hand to `target`, best near ties first."""
    items = state.items
    held = np.flatnonzero((state.seat == source) & state.near_seat[target])
    order = np.argsort(state.adjusted[held, target] - state.adjusted[held, source], kind="stable")
    held = held[order[:SINGLES]]
    cost = state.cost[held, target] - state.cost[held, source]
    moved = items.moved[held, target] - items.moved[held, source]
    size = items.size[held]
    one, two = _twos(min(PAIRED, len(held)))
    nothing = np.zeros((1, size.shape[1]))
    return Offer(
        cost=np.concatenate([[0.0], cost, cost[one] + cost[two]]),
        size=np.concatenate([nothing, size, size[one] + size[two]]),
        moved=np.concatenate([[0], moved, moved[one] + moved[two]]),
        first=np.concatenate([[-1], held, held[one]]),
        second=np.concatenate([[-1], np.full(len(held), -1), held[two]]),
    )
