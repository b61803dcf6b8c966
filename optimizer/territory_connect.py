"""Make territories hang together: mend a plan, then anneal it without taking it apart again."""

from __future__ import annotations

import numpy as np

from optimizer.territory_connect_graph import (
    Graph,
    pieces_too_many,
    stray_units,
    strays,
)
from optimizer.territory_connect_kernel import anneal
from optimizer.territory_connect_moves import BEST, State
from optimizer.territory_connect_state import (
    Setting,
    Stop,
    choice_of,
    least_prices,
    reprice,
    state_of,
)
from optimizer.territory_pairs import Items
from optimizer.territory_problem import Floats, Ints

SLICES = 60
"""Slices of one cooling; limits out are priced anew after each."""
HOT, WARM = (3.0, 0.2, 0.15), (0.5, 0.2, 0.15)
SHARE = (0.7, 0.15, 0.15)
"""First temperature of each cooling, in EUR of a mean item, and its share of the steps."""
COLD = 0.003
STRICT = 20
"""Most slices at the last temperature, added while a limit is out."""
MENDING_PATIENCE = 5
"""Passes without fewer strays after which mending ends."""
LATE_PRICE = 20.0
"""How much dearer than first prices missed limits are at the end of a cooling."""


def connect(
    items: Items,
    graph: Graph,
    pair: Ints,
    window_price: Floats,
    move_price: float,
    *,
    steps: int,
    seed: int,
    stop: Stop,
    stray_eur: float = 0.0,
    seats: int | None = None,
    warm: bool = False,
) -> Ints:
    """Return a cheap plan (G,) whose seats hold one piece in each part of the graph.

    Plans are compared by pieces too many, then by hard limits missed, then by EUR
    (`connected_rank`). With `stray_eur` > 0 strays are allowed and cost that much a unit.

    Parameters
    ----------
    pair
        (G,) the plan to start from; it need not be connected.
    window_price
        (S, R) EUR per relative unit of room, and `move_price` EUR a unit moved: where the
        prices of missed limits start.
    steps
        Moves tried, all together; with `seed` it fixes the answer.
    stop
        Asked often; when it says yes, the best plan so far is returned.
    seats
        Seats from this one on connect nothing: the column of units left unserved. None: all do.
    warm
        The plan came out of such a search: heat it mildly, which keeps what is good in it.
    """
    if not items.count or not len(graph.neighbour):
        return pair
    setting = Setting(
        window_price=window_price,
        move_price=move_price,
        steps=steps,
        seed=seed,
        stop=stop,
        stray_eur=stray_eur,
        seats=items.seats if seats is None else seats,
        hot=WARM if warm else HOT,
    )
    start = pair if stray_eur > 0 else mended(items, graph, pair, setting.seats)
    return _search(items, graph, start, setting, _better(items, graph, pair, start, setting))


def connected_rank(
    items: Items, graph: Graph, pair: Ints, stray_eur: float = 0.0, seats: int | None = None
) -> tuple[int, float, float]:
    """Return what a plan is judged by: pieces too many, hard limits missed, EUR.

    With `stray_eur` > 0 pieces are no fault and strays are part of the EUR.
    """
    seats = items.seats if seats is None else seats
    seat = _serving(items, pair, seats)
    eur = items.value(pair) + items.soft_cost(pair)
    over = max(items.moves(pair) - items.max_moved, 0)
    missed = round(items.excess(pair) + over, 9)
    if stray_eur > 0:
        return 0, missed, eur + stray_eur * stray_units(graph, seat)
    return int(pieces_too_many(graph, seat, seats).sum()), missed, eur


def _serving(items: Items, pair: Ints, seats: int) -> Ints:
    """Return (G,) the seat of every item, -1 for those that connect nothing."""
    seat = items.pairs.seat[pair]
    return np.where(seat < seats, seat, -1)


def _better(items: Items, graph: Graph, one: Ints, other: Ints, setting: Setting) -> Ints:
    ranks = [
        connected_rank(items, graph, pair, setting.stray_eur, setting.seats)
        for pair in (one, other)
    ]
    return one if ranks[0] <= ranks[1] else other


def mended(items: Items, graph: Graph, pair: Ints, seats: int) -> Ints:
    """Return the plan with strays given to neighbouring seats, cheapest first, where they may go.

    An item counts as stray when all its units are.
    """
    pair, best, least = pair.copy(), pair, np.inf
    movable = np.diff(items.pairs.start) > 1
    # Where no seat may take all of a piece in, its items change seats for ever.
    patience = MENDING_PATIENCE
    while patience > 0:
        away = strays(graph, _serving(items, pair, seats))
        settled = np.bincount(graph.of_unit[~away & (graph.of_unit >= 0)], minlength=items.count)
        loose = np.flatnonzero((settled == 0) & movable)
        patience -= 1
        if loose.size < least:
            best, least, patience = pair.copy(), loose.size, MENDING_PATIENCE
        if not _taken_in(items, graph, pair, loose):
            break
    return best


def _taken_in(items: Items, graph: Graph, pair: Ints, loose: Ints) -> int:
    """Give loose items that touch a territory's body to it; return how many."""
    body = items.pairs.seat[pair].copy()
    body[loose] = -1
    seat, given = graph.of_items(body), 0
    for item in loose.tolist():
        units = graph.member[graph.member_start[item] : graph.member_start[item + 1]]
        around = np.concatenate(
            [seat[graph.neighbour[graph.start[u] : graph.start[u + 1]]] for u in units]
        )
        first, last = items.pairs.start[item], items.pairs.start[item + 1]
        open_pairs = first + np.flatnonzero(np.isin(items.pairs.seat[first:last], around))
        if open_pairs.size:
            pair[item] = open_pairs[np.argmin(items.pairs.cost[open_pairs])]
            seat[units] = items.pairs.seat[pair[item]]
            given += 1
    return given


def _search(items: Items, graph: Graph, start: Ints, setting: Setting, best: Ints) -> Ints:
    """Cool from the start, hot and mild, then from the best plan met."""
    floor = least_prices(items, setting, items.value(start))
    rng = np.array([np.uint64(setting.seed)], dtype=np.uint64)
    for number, (hot, share) in enumerate(zip(setting.hot, SHARE, strict=True)):
        plan = start if number < len(SHARE) - 1 else best
        state = state_of(items, graph, plan, floor, rng, setting)
        _cool(items, graph, state, floor, hot, share, setting)
        for found in (state.pair, state.best):
            best = _better(items, graph, best, found.copy(), setting)
        if setting.stop():
            break
    return best


def _cool(
    items: Items,
    graph: Graph,
    state: State,
    floor: Floats,
    hot: float,
    share: float,
    setting: Setting,
) -> None:
    """Anneal slice by slice; then, cold, until no limit is out."""
    scale = items.value(state.pair) / items.count
    fall = (COLD / hot) ** (1 / SLICES)
    steps, stride = int(setting.steps * share) // SLICES, max(1, items.count // 500)
    for number in range(SLICES + STRICT):
        if setting.stop() or (number >= SLICES and np.isfinite(state.tally[BEST])):
            break
        now = scale * hot * fall ** min(number, SLICES)
        anneal(graph, choice_of(items), state, now, now * fall, steps, stride)
        rise = 2.0 * min(number, SLICES) / SLICES - 1.0
        reprice(items, state, floor * LATE_PRICE ** max(rise, 0.0))
