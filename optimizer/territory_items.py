"""Turn units into items with every eligible pair listed: the form the solver works on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_groups import (
    broken_groups,
    item_numbers,
    split_shortfall,
    unserved_shortfalls,
)
from optimizer.territory_pairs import Items, Pairs
from optimizer.territory_problem import Floats, Ints, TerritoryProblem
from optimizer.territory_rows import GIVEN, GIVEN_EUR, TAKEN, TAKEN_EUR, UNITS, Rows, limit_rows


def full_cost(problem: TerritoryProblem) -> Floats:
    """Return (U, S) EUR with the move cost added and everything a lock forbids set to inf (T1)."""
    served = problem.costs().rows(0, len(problem.unit_ids))
    owned = np.flatnonzero(problem.current_seat >= 0)
    today = problem.current_seat[owned]
    cost = served + np.where(problem.current_seat >= 0, problem.move_cost, 0.0)[:, None]
    cost[owned, today] = served[owned, today]
    kept = np.flatnonzero(problem.locked)
    here = served[kept, problem.current_seat[kept]]
    cost[kept] = np.inf
    cost[kept, problem.current_seat[kept]] = here
    return cost


def move_limit(problem: TerritoryProblem) -> int:
    """Return the most units that may move by `max_moved_share` (T6)."""
    return int(np.floor(problem.max_moved_share * (problem.current_seat >= 0).sum() + 1e-9))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """Hold what pairs are made of: `cost` (U, S') EUR, `of_unit` (U,), the rows, G.

    S' counts one seat more than S where units may stay unserved at a price.
    """

    problem: TerritoryProblem
    cost: Floats
    of_unit: Ints
    count: int
    rows: Rows


def aggregate(problem: TerritoryProblem) -> tuple[Items, tuple[Shortfall, ...]]:
    """Return the items and a shortfall for every unit left out and every group taken apart."""
    cost = with_unserved(problem, full_cost(problem))
    served = np.asarray(np.isfinite(cost).any(axis=1))
    owned, revenue = held_today(problem, served)
    rows = limit_rows(problem, owned, revenue)
    broken = broken_groups(problem, cost, served, _member_sizes(problem, rows), rows)
    of_unit = item_numbers(problem.group, served, set(broken))
    count = int(of_unit.max(initial=-1)) + 1
    draft = Draft(problem=problem, cost=cost, of_unit=of_unit, count=count, rows=rows)
    items = _items(draft)
    shortfalls = unserved_shortfalls(problem, served) + tuple(
        split_shortfall(group, reason, problem) for group, reason in broken.items()
    )
    return items, shortfalls


def with_unserved(problem: TerritoryProblem, cost: Floats) -> Floats:
    """Add a column of the price of staying unserved, where the problem has such prices (T18)."""
    if not problem.unserved_price.size or not np.isfinite(problem.unserved_price).any():
        return cost
    price = np.where(problem.locked, np.inf, problem.unserved_price)
    return np.column_stack([cost, price])


def held_today(problem: TerritoryProblem, served: NDArray[np.bool_]) -> tuple[Ints, Floats]:
    """Return units (S,) and revenue (S,) EUR that seats hold today, of units that can be served."""
    seats = len(problem.seat_ids)
    owned = np.flatnonzero((problem.current_seat >= 0) & served)
    today = problem.current_seat[owned]
    revenue = problem.revenue_eur[owned] if problem.revenue_eur.size else np.zeros(len(owned))
    return (
        np.bincount(today, minlength=seats).astype(np.int64),
        np.bincount(today, weights=revenue, minlength=seats).astype(np.float64),
    )


def _member_sizes(problem: TerritoryProblem, rows: Rows) -> Floats:
    """Return (U, balance rows) in relative units; with sizes by seat, the smallest."""
    balance = rows.measure[rows.measure >= 0]
    if problem.seat_measures is None:
        sizes = problem.measures[:, balance]
    else:
        sizes = problem.seat_measures[:, :, balance].min(axis=1, initial=np.inf)
    return sizes / rows.scale[: len(balance)]


def _items(draft: Draft) -> Items:
    problem, rows = draft.problem, draft.rows
    cost = sum_by_item(draft.cost, draft.of_unit, draft.count)
    item, seat = np.nonzero(np.isfinite(cost))
    moved = _moved(draft, np.ones(len(problem.unit_ids)), cost.shape)[item, seat]
    counts = np.bincount(item, minlength=draft.count)
    pairs = Pairs(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        item=item.astype(np.int64),
        seat=seat.astype(np.int64),
        cost=cost[item, seat],
        size=_sizes(draft, item, seat, cost.shape),
        moved=moved.astype(np.int64),
    )
    lower, upper = rows.lower, rows.upper
    if cost.shape[1] > len(problem.seat_ids):
        lower = np.vstack([lower, np.full(rows.count, -np.inf)])
        upper = np.vstack([upper, np.full(rows.count, np.inf)])
    items = Items(
        of_unit=draft.of_unit,
        pairs=pairs,
        lower=lower,
        upper=upper,
        scale=rows.scale,
        measure=rows.measure,
        miss_price=rows.miss_price,
        max_moved=move_limit(problem),
    )
    forced = items.moves(staying_pair(items)) if draft.count else 0
    return replace(items, max_moved=max(items.max_moved, forced))


def staying_pair(items: Items) -> Ints:
    """Return (G,) the pair that moves fewest members, the cheapest among equals."""
    pairs = items.pairs
    order = np.lexsort((pairs.cost, pairs.moved, pairs.item))
    return order[pairs.start[:-1]]


def sum_by_item(values: Floats, of_unit: Ints, count: int) -> Floats:
    """Return (G, ...) sums over the units of each item."""
    kept = np.flatnonzero(of_unit >= 0)
    if len(kept) == count:
        return values[kept]
    order = kept[np.argsort(of_unit[kept], kind="stable")]
    starts = np.flatnonzero(np.diff(of_unit[order], prepend=-1))
    return np.add.reduceat(values[order], starts, axis=0)


def _moved(draft: Draft, weight: Floats, shape: tuple[int, ...]) -> Floats:
    """Return (G, S') weight of the members that have a seat today and would lose it."""
    kept = _kept(draft, weight, shape)
    return np.where(_is_seat(draft, shape), _owned(draft, weight)[:, None] - kept, 0.0)


def _kept(draft: Draft, weight: Floats, shape: tuple[int, ...]) -> Floats:
    """Return (G, S') weight of the members whose seat today is this one."""
    current = draft.problem.current_seat
    kept = np.zeros(shape)
    owned = np.flatnonzero((draft.of_unit >= 0) & (current >= 0))
    np.add.at(kept, (draft.of_unit[owned], current[owned]), weight[owned])
    return kept


def _owned(draft: Draft, weight: Floats) -> Floats:
    """Return (G,) weight of the members that have a seat today."""
    owned = (draft.of_unit >= 0) & (draft.problem.current_seat >= 0)
    total = np.bincount(draft.of_unit[owned], weights=weight[owned], minlength=draft.count)
    return total.astype(np.float64)


def _is_seat(draft: Draft, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return (1, S') False for the column of staying unserved."""
    return np.asarray(np.arange(shape[1])[None] < len(draft.problem.seat_ids))


def _sizes(draft: Draft, item: Ints, seat: Ints, shape: tuple[int, ...]) -> Floats:
    """Return (P, R) what each pair brings to the rows of its seat, relative."""
    size = np.zeros((len(item), draft.rows.count))
    for row, measure in enumerate(draft.rows.measure.tolist()):
        size[:, row] = _one_size(draft, measure, item, seat, shape) / draft.rows.scale[row]
    size[seat >= len(draft.problem.seat_ids)] = 0.0
    return size


def _one_size(draft: Draft, measure: int, item: Ints, seat: Ints, shape: tuple[int, ...]) -> Floats:
    problem, of_unit, count = draft.problem, draft.of_unit, draft.count
    ones = np.ones(len(of_unit))
    revenue = problem.revenue_eur if problem.revenue_eur.size else np.zeros(len(of_unit))
    if measure >= 0 and problem.seat_measures is not None:
        by_seat = sum_by_item(problem.seat_measures[:, :, measure], of_unit, count)
        return by_seat[item, np.minimum(seat, by_seat.shape[1] - 1)]
    if measure >= 0:
        return sum_by_item(problem.measures[:, measure], of_unit, count)[item]
    if measure == UNITS:
        return sum_by_item(ones, of_unit, count)[item]
    weight = ones if measure in (TAKEN, GIVEN) else revenue
    assert measure in (TAKEN, GIVEN, TAKEN_EUR, GIVEN_EUR)
    table = _moved if measure in (TAKEN, TAKEN_EUR) else _kept
    return table(draft, weight, shape)[item, seat]
