"""Relax a territory problem too large to list all pairs: prices, proven bound, candidates.

The recipe (docs/model-territories.md, T19): rank all seats at prices of zero; climb the smoothed
dual on a sample; climb on over all items with fewer and fewer undecided; sift by linear programs
until value and bound meet; keep the near ties of every item. No array of U x S is ever made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.result import Shortfall
from optimizer.territory_bound import Relaxation, largest_share, unsolved
from optimizer.territory_climb import KEEP, Climb, climb_all, climb_sample
from optimizer.territory_items import move_limit
from optimizer.territory_ledger import Ledger, open_ledger
from optimizer.territory_market import Terms, near_keys
from optimizer.territory_pairs import Items, Pairs
from optimizer.territory_prices import DEAR, Prices, free_prices, miss_penalty
from optimizer.territory_pricing import Ranking, rank_seats
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem
from optimizer.territory_rows import Rows
from optimizer.territory_sifting import Sifted, sift
from optimizer.territory_watch import OnStep

CANDIDATE_BAND = 0.15
"""How far behind the best a candidate may be, in spreads of its item."""
LEAST_SPREAD = 0.05
"""Of the median spread, for items to which seats hardly differ."""
FEW, LEAST_REACH = 5, 0.3
"""Items from which on their own median counts, and its least share of the median of all."""


@dataclass(frozen=True, kw_only=True)
class LargeRelaxation:
    """Hold the relaxed plan of a large problem.

    Attributes
    ----------
    items
        The problem as items with candidate pairs only (`complete` is False).
    relaxation
        Prices, the bound over all pairs, and shares of the candidate pairs.
    pair
        (G,) start plan: the pair with the largest share, else the cheapest at the prices.
    shortfalls
        One for every unit left out and every group taken apart.
    """

    items: Items
    relaxation: Relaxation
    pair: Ints
    shortfalls: tuple[Shortfall, ...]


def candidates(
    problem: TerritoryProblem,
    seconds_left: Callable[[], float],
    stop: Callable[[], bool],
    on_step: OnStep | None = None,
    workers: int = 1,
    hint: TerritoryPlan | None = None,
) -> LargeRelaxation:
    """Return prices, a bound proved over all pairs, and the few pairs a plan needs to know.

    Valid whenever it is stopped; then the bound is only lower. `on_step` hears what is done and
    every better bound. Measures may not differ by seat (`seat_measures`). The pairs of a `hint`
    are among those returned.
    """
    ledger, rows, of_unit, shortfalls = open_ledger(problem)
    if not ledger.count:
        return _nothing(ledger, rows, of_unit, shortfalls)
    climb, staying = _begin(problem, ledger, rows, lambda: stop() or seconds_left() <= 0, on_step)
    climb.workers = workers
    climb_all(climb, climb_sample(climb, climb.prices))
    sifted = sift(climb, seconds_left)
    climb.begin("near ties of all accounts")
    known = np.concatenate([staying, _hinted(ledger, of_unit, hint)])
    items = _items(climb, rows, of_unit, sifted, known)
    return _conclude(climb, items, sifted, shortfalls)


def _nothing(
    ledger: Ledger, rows: Rows, of_unit: Ints, shortfalls: tuple[Shortfall, ...]
) -> LargeRelaxation:
    """Return the relaxation of a problem in which no unit can be served."""
    none = np.zeros(0, dtype=np.int64)
    items = _as_items(ledger, rows, of_unit, ledger.pairs(none, none, none), 0)
    relaxation = unsolved(items, free_prices(items), miss_penalty(items))
    return LargeRelaxation(items=items, relaxation=relaxation, pair=none, shortfalls=shortfalls)


def _begin(
    problem: TerritoryProblem,
    ledger: Ledger,
    rows: Rows,
    stop: Callable[[], bool],
    on_step: OnStep | None,
) -> tuple[Climb, Ints]:
    """Return a climb that has ranked all seats at prices of zero, and the keys of today's seats."""
    prices = Prices(window=np.zeros_like(ledger.lower), move=0.0)
    every = np.arange(ledger.count)
    ranking = rank_seats(ledger, prices, every, KEEP)
    spread = _spread(ranking)
    size = np.add.reduceat(ledger.size[ledger.member], ledger.first[:-1], axis=0)
    today, forced = _staying(ledger, ranking)
    max_moved = max(move_limit(problem), forced)
    climb = Climb(
        ledger=ledger,
        terms=_terms(ledger, rows, spread, size, ranking.nearest, max_moved),
        spread=spread,
        size=size.sum(axis=1),
        stop=stop,
        on_step=on_step,
        ranking=ranking,
        prices=prices,
    )
    climb.note(prices, ranking)
    return climb, today


def _spread(ranking: Ranking) -> Floats:
    """Return (G,) EUR between the cheapest and the dearest seat ranked, never 0."""
    dearest = np.where(np.isfinite(ranking.value), ranking.value, -np.inf).max(axis=1)
    spread = dearest - ranking.value[:, 0]
    usual = float(np.median(spread[spread > 0])) if (spread > 0).any() else 1.0
    spread[spread <= 0] = usual
    return np.maximum(spread, LEAST_SPREAD * usual)


def _terms(
    ledger: Ledger, rows: Rows, spread: Floats, size: Floats, nearest: Ints, max_moved: int
) -> Terms:
    penalty = DEAR * float(spread.sum())
    price = np.where(np.isinf(rows.miss_price), penalty, rows.miss_price)
    lines = [
        _reach(spread, size[:, row], nearest, len(ledger.lower)) for row in range(size.shape[1])
    ]
    reach = np.column_stack(lines) if lines else np.zeros(ledger.lower.shape)
    return Terms(
        reach=reach,
        move_reach=float(np.median(spread)),
        low=np.where(np.isfinite(ledger.upper), -price, 0.0),
        high=np.where(np.isfinite(ledger.lower), price, 0.0),
        max_moved=max_moved,
        most_moved=max_moved if max_moved < ledger.owned.sum() else np.inf,
        penalty=penalty,
    )


def _reach(spread: Floats, size: Floats, nearest: Ints, seats: int) -> Floats:
    """Return (S',) EUR per relative unit that make up for a usual difference between seats.

    Usual is the median of the items nearest to the seat, of all items where these are few.
    """
    brings = np.flatnonzero(size > 0)
    if not len(brings):
        return np.ones(seats)
    worth, seat = spread[brings] / size[brings], nearest[brings]
    order = np.lexsort((worth, seat))
    counts = np.bincount(seat, minlength=seats)
    first = np.cumsum(counts) - counts
    middle = worth[order][np.minimum(first + counts // 2, len(order) - 1)]
    usual = np.median(worth)
    return np.where(counts >= FEW, np.maximum(middle, LEAST_REACH * usual), usual)


def _staying(ledger: Ledger, ranking: Ranking) -> tuple[Ints, int]:
    """Return the keys of all seats today that are allowed, and the fewest units that can move."""
    seats, count = len(ledger.lower), ledger.count
    item = np.repeat(np.arange(count), np.diff(ledger.first))
    held = ledger.owned[ledger.member]
    parts = [
        item[held] * seats + ledger.today[ledger.member[held]],
        np.arange(count) * seats + ranking.seat[:, 0],
    ]
    if ledger.stay_unserved.size:
        parts.append(np.arange(count) * seats + ledger.seats)
    keys = np.unique(np.concatenate(parts))
    pairs = ledger.pairs(np.arange(count), keys // seats, keys % seats)
    allowed = np.isfinite(pairs.cost)
    moved = np.where(allowed, pairs.moved, np.iinfo(np.int64).max)
    fewest = np.minimum.reduceat(moved, pairs.start[:-1])
    return keys[allowed & np.isin(keys, np.concatenate(parts[::2]))], int(fewest.sum())


def _hinted(ledger: Ledger, of_unit: Ints, hint: TerritoryPlan | None) -> Ints:
    """Return the keys of the allowed pairs that a plan uses."""
    if hint is None:
        return np.zeros(0, dtype=np.int64)
    units = np.flatnonzero((of_unit >= 0) & (hint.seat >= 0) & (hint.seat < ledger.seats))
    seats = len(ledger.lower)
    keys = np.unique(of_unit[units] * seats + hint.seat[units])
    pairs = ledger.pairs(np.arange(ledger.count), keys // seats, keys % seats)
    return keys[np.isfinite(pairs.cost)]


def _items(climb: Climb, rows: Rows, of_unit: Ints, sifted: Sifted, known: Ints) -> Items:
    """Return the near ties, the pairs known and the open columns as items."""
    ledger, seats = climb.ledger, len(climb.ledger.lower)
    near = near_keys(climb.ranking, CANDIDATE_BAND * climb.spread, seats)
    keys = np.unique(np.concatenate([near, known, sifted.keys]))
    pairs = ledger.pairs(climb.every, keys // seats, keys % seats)
    return _as_items(ledger, rows, of_unit, pairs, climb.terms.max_moved)


def _as_items(ledger: Ledger, rows: Rows, of_unit: Ints, pairs: Pairs, max_moved: int) -> Items:
    return Items(
        of_unit=of_unit,
        pairs=pairs,
        lower=ledger.lower,
        upper=ledger.upper,
        scale=rows.scale,
        measure=rows.measure,
        miss_price=rows.miss_price,
        max_moved=max_moved,
        complete=False,
    )


def _conclude(
    climb: Climb, items: Items, sifted: Sifted, shortfalls: tuple[Shortfall, ...]
) -> LargeRelaxation:
    seats = len(climb.ledger.lower)
    columns = np.searchsorted(items.pairs.item * seats + items.pairs.seat, sifted.keys)
    relaxation = Relaxation(
        columns=columns,
        share=sifted.share,
        prices=climb.prices,
        bound=climb.bound,
        penalty=climb.terms.penalty,
        excess=sifted.excess,
        exact=sifted.exact,
    )
    return LargeRelaxation(
        items=items,
        relaxation=relaxation,
        pair=largest_share(items, relaxation),
        shortfalls=shortfalls,
    )
