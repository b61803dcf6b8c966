"""Set up the plan that connected moves change, and price its missed limits anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_connect_graph import Graph
from optimizer.territory_connect_joins import stray_of
from optimizer.territory_connect_kernel import keep_best
from optimizer.territory_connect_moves import (
    BEST,
    EUR,
    MISSED,
    MOST_MOVED,
    MOVE_PRICE,
    MOVES,
    STRAY_EUR,
    Choice,
    State,
    count_rows,
)
from optimizer.territory_pairs import Items, outside
from optimizer.territory_problem import Floats, Ints

Stop = Callable[[], bool]

DEARER, CHEAPER = 1.3, 0.95
DEAREST = 20.0
"""Highest price of a missed limit, in least prices of the time."""
MARGIN, MARGIN_DECAY = 0.0003, 0.95
"""How far a limit that was missed is drawn in, in mean targets, and how that fades."""


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Hold what the search is told beside the plan: prices, effort, seed, when to stop, heat."""

    window_price: Floats
    move_price: float
    steps: int
    seed: int
    stop: Stop
    stray_eur: float
    seats: int
    hot: tuple[float, ...]


def least_prices(items: Items, setting: Setting, eur: float) -> Floats:
    """Return (S, R) the least price of a missed limit: a miss must not pay for itself."""
    base = np.maximum(1.5 * np.abs(setting.window_price), eur / max(items.seats, 1))
    return np.where(np.isfinite(items.miss_price), items.miss_price, base)


def choice_of(items: Items) -> Choice:
    """Return the pairs as the compiled parts take them."""
    pairs = items.pairs
    return Choice(pairs.start, pairs.seat, pairs.cost, pairs.size, pairs.moved)


def state_of(
    items: Items, graph: Graph, pair: Ints, price: Floats, rng: NDArray[np.uint64], setting: Setting
) -> State:
    """Return the state of a plan (G,) with these prices (S, R) of missed limits."""
    seat = items.pairs.seat[pair]
    used = np.bincount(seat, minlength=items.seats)
    room = min(items.count, 20 * items.count // items.seats + int(used.max()))
    order = np.argsort(seat, kind="stable")
    place = np.empty(items.count, dtype=np.int64)
    place[order] = np.arange(items.count) - np.repeat(np.cumsum(used) - used, used)
    slot = np.full((items.seats, room), -1, dtype=np.int64)
    slot[seat, place] = np.arange(items.count)
    held = np.zeros((items.seats, max(graph.parts, 1)), dtype=np.int64)
    at = graph.of_items(seat)
    linked = (graph.part >= 0) & (at >= 0)
    np.add.at(held, (at[linked], graph.part[linked]), 1)
    state = State(
        pair=pair.copy(),
        seat=at,
        load=items.load(pair),
        lower=items.lower.copy(),
        upper=items.upper.copy(),
        margin=np.zeros_like(items.lower),
        price=price.copy(),
        hard=np.isinf(items.miss_price).astype(np.float64),
        slot=slot,
        used=used.astype(np.int64),
        place=place,
        held=held,
        stray=np.zeros(items.seats),
        stamp=np.zeros(len(at), dtype=np.int64),
        queue=np.zeros(len(at), dtype=np.int64),
        largest=np.zeros(max(graph.parts, 1)),
        mark=np.array([0, setting.seats], dtype=np.int64),
        tally=np.zeros(7),
        rng=rng,
        best=pair.copy(),
    )
    _count(items, graph, state, setting)
    return state


def _count(items: Items, graph: Graph, state: State, setting: Setting) -> None:
    tally = state.tally
    tally[EUR] = items.value(state.pair)
    tally[MOVES], tally[MOST_MOVED] = items.moves(state.pair), items.max_moved
    tally[MOVE_PRICE] = max(2.0 * setting.move_price, tally[EUR] / items.count)
    tally[STRAY_EUR], tally[BEST] = setting.stray_eur, np.inf
    for seat in range(items.seats):
        count_rows(state, seat, 1.0)
        if setting.stray_eur > 0:
            state.stray[seat] = stray_of(graph, state, seat)
    keep_best(state)


def reprice(items: Items, state: State, floor: Floats) -> None:
    """Make missed hard limits dearer and draw them in; kept ones slowly fall back."""
    # Sums of floats drift; what is compared is counted anew now and then.
    state.load[:] = items.load(state.pair)
    missed = outside(state.load, items.lower, items.upper) > 0
    hard = np.broadcast_to(np.isinf(items.miss_price), missed.shape)
    state.tally[MISSED] = (missed & hard).sum()
    price = np.clip(state.price * np.where(missed, DEARER, CHEAPER), floor, floor * DEAREST)
    state.price[hard] = price[hard]
    margin = np.where(missed, state.margin + MARGIN, state.margin * MARGIN_DECAY)
    most = np.minimum(0.2 * (items.upper - items.lower), 20 * MARGIN)
    state.margin[hard] = np.minimum(margin, most)[hard]
    np.add(items.lower, state.margin, out=state.lower)
    np.subtract(items.upper, state.margin, out=state.upper)
    if state.tally[MOVES] > state.tally[MOST_MOVED]:
        state.tally[MOVE_PRICE] *= DEARER
