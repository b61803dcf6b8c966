"""Make whole plans by settling one seat after another with whole sets of items (T35).

Where loads differ by seat and there is hardly any room, what makes plans dear is the last items:
they no longer fit. A draft lets the seats draft their items in turn, like teams do players: always
the seat whose set leaves the others best off, judged by the prices of what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import numpy as np

from optimizer.territory_draft_last import finish
from optimizer.territory_draft_picks import Table, pick
from optimizer.territory_draft_prices import Board, State, dual_room
from optimizer.territory_near import near_ties_only
from optimizer.territory_pairs import Items, rank
from optimizer.territory_pattern_kernels import Offers, Windows
from optimizer.territory_pattern_ways import no_ways
from optimizer.territory_prices import Prices, adjusted_cost, behind_best, cut_prices
from optimizer.territory_problem import Floats, Ints

LAST = 3
"""Seats that are settled together at the end."""
COLUMNS = 480
"""Near ties for each limit among which seats choose."""
HEAT, CLOSE = (0.08, 0.6), 0.25
"""First heat of a draft, between: as a share of how far an item's seats are apart. Which is best
differs: every other draft stays as close as that, in logarithms, to the heat of the best one."""
RANK = 8
"""Seat of an item, from the best, by which it is told how far its seats are apart."""
NOISE = 0.5
"""Spread of the noise on what a pair costs, in heats."""
LEAST_WORK, LEAST_HEAT = 40_000, 1e-9
"""Pairs that count for a draft at least, as small ones take time too; EUR of heat at least."""
MOST_LIMITS = 400
"""Limits up to which a draft is over soon: each pick solves for the prices of all."""


def drafts_fit(items: Items) -> bool:
    """Return whether there are seats enough to draft, and limits, but not too many of these."""
    return items.seats >= LAST and 0 < items.lower.size <= MOST_LIMITS


def search_drafts(
    items: Items,
    pair: Ints,
    prices: Prices,
    *,
    work: int,
    seed: int,
    stop: Callable[[], bool],
) -> Ints:
    """Return the best plan of several drafts, the plan given where none is better.

    Parameters
    ----------
    items
        The items, `drafts_fit` for them.
    pair
        (G,) the pair each item takes at the start; limits may be missed.
    prices
        Good prices of all limits.
    work
        Pairs looked at: pairs times seats for a draft, `LEAST_WORK` at least.
    seed
        Start of the random numbers; the same number gives the same plan.
    stop
        Asked seat by seat; True ends the search.

    Returns
    -------
    Ints
        (G,) pairs; best by `territory_pairs.rank` among those that keep `items.max_moved`.
    """
    near, kept, best = near_ties_only(items, prices, pair, COLUMNS * items.lower.size)
    board, table = board_of(near, prices.move), table_of(near)
    window = cut_prices(items, prices, np.inf).window
    rng, spacing, spent, good = np.random.default_rng(seed), _spacing(near, prices), 0, np.nan
    for number in count():
        if spent >= work or stop():
            break
        spent += max(len(kept) * items.seats, LEAST_WORK)
        anywhere = rng.uniform(*np.log(HEAT))
        close = good + CLOSE * rng.uniform(-1.0, 1.0)
        heat = anywhere if number % 2 == 0 or np.isnan(good) else close
        noise = NOISE * rng.standard_normal(len(kept))
        found = draft(board, window.copy(), spacing * float(np.exp(heat)), noise, table, stop)
        if found is None or near.moves(found) > near.max_moved:
            continue
        if rank(near, found) < rank(near, best):
            best, good = found, heat
        elif np.isnan(good):
            good = heat
    return np.asarray(kept[best])


def draft(
    board: Board,
    window_price: Floats,
    heat: float,
    noise: Floats,
    table: Table,
    stop: Callable[[], bool],
) -> Ints | None:
    """Return a plan (G,) that keeps all hard limits; None where a draft does not end in one.

    Parameters
    ----------
    board
        Pairs and limits.
    window_price
        (S, R) EUR per relative unit; changed in place.
    heat
        EUR behind an item's best seat at which another still counts, while all seats are open;
        later as much more as there are fewer, for the fewer seats, the farther apart they are.
    noise
        (P,) by how many heats each pair seems dearer than it is.
    table
        Room to work in.
    stop
        Asked seat by seat; True ends the draft without a plan.
    """
    seats = len(window_price)
    state, reach = nothing_settled(seats, len(board.start) - 1), np.zeros(seats)
    for left in range(seats, LAST, -1):
        now = heat * seats / left
        if stop() or not pick(board, state, window_price, now, noise, reach, table):
            return None
    found = finish(board, state, window_price, heat * seats / LAST, noise, reach, table)
    return state.chosen if found else None


def _spacing(items: Items, prices: Prices) -> float:
    """Return by how many EUR the best seats of an item follow each other, on the mean.

    Not the second-best alone is looked at: at prices of a relaxation it is often just as good.
    """
    pairs = items.pairs
    behind = behind_best(pairs, adjusted_cost(pairs, prices))
    ranked = behind[np.lexsort((behind, pairs.item))]
    rank = np.minimum(RANK, np.diff(pairs.start) - 1)
    far = ranked[pairs.start[:-1] + rank]
    return max(float(far.sum()) / max(1, int(rank.sum())), LEAST_HEAT)


def board_of(items: Items, move_price: float) -> Board:
    """Return the pairs and limits of items as the compiled part takes them."""
    pairs = items.pairs
    order = np.argsort(pairs.seat, kind="stable")
    return Board(
        start=pairs.start.astype(np.int64),
        item=pairs.item.astype(np.int64),
        seat=pairs.seat.astype(np.int64),
        cost=pairs.cost + move_price * pairs.moved,
        size=np.ascontiguousarray(pairs.size),
        offers=Offers(
            start=np.searchsorted(pairs.seat[order], np.arange(items.seats + 1)),
            item=pairs.item[order].astype(np.int64),
            size=np.ascontiguousarray(pairs.size[order]),
        ),
        pair=order,
        windows=Windows(items.lower, items.upper, np.zeros_like(items.lower), items.miss_price),
    )


def table_of(items: Items) -> Table:
    """Return room to work in."""
    seats, rows = items.lower.shape
    return Table(
        dual=dual_room(seats, rows),
        halves=(no_ways(rows), no_ways(rows)),
        double=(no_ways(2 * rows), no_ways(2 * rows)),
        price=np.zeros((seats, rows)),
        trial=nothing_settled(seats, items.count),
    )


def nothing_settled(seats: int, items: int) -> State:
    """Return the state in which all seats are open and all items free."""
    return State(
        open=np.ones(seats, dtype=np.bool_),
        free=np.ones(items, dtype=np.bool_),
        chosen=np.full(items, -1, dtype=np.int64),
    )
