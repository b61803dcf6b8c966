"""The compiled search: exact on tiny instances, never worse than its start, the same again."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimizer.territory_grid import Plan
from optimizer.territory_local import Search, search
from optimizer.territory_pairs import Items, Pairs, rank
from optimizer.territory_problem import Floats, Ints

STEPS = 300_000


def make_items(units: int = 8, seats: int = 3, rows: int = 2, seed: int = 1) -> Items:
    """Build items that may go to any seat; limits hold a planted plan with little room."""
    rng = np.random.default_rng([seed, units, seats, rows])
    size = rng.uniform(0.5, 1.5, size=(units, seats, rows)) * seats / units
    planted = rng.permutation(np.arange(units) % seats)
    load = np.zeros((seats, rows))
    np.add.at(load, planted, size[np.arange(units), planted])
    item, seat = np.divmod(np.arange(units * seats), seats)
    pairs = Pairs(
        start=np.arange(units + 1) * seats,
        item=item,
        seat=seat,
        cost=rng.uniform(10.0, 100.0, units * seats),
        size=size.reshape(units * seats, rows),
        moved=(seat != rng.integers(seats, size=units)[item]).astype(np.int64),
    )
    return Items(
        of_unit=np.arange(units),
        pairs=pairs,
        lower=load - 0.02,
        upper=load + 0.05,
        scale=np.ones(rows),
        measure=np.arange(rows),
        miss_price=np.full(rows, np.inf),
        max_moved=units,
    )


def run(
    items: Items, pair: Ints | None = None, seed: int = 1, steps: int = STEPS, price: float = 0.0
) -> Ints:
    """Search from the pairs given, or from the first pair of each item."""
    begun = items.pairs.start[:-1] if pair is None else pair
    prices = np.full_like(items.lower, price)
    return search(items, begun, prices, 0.0, steps=steps, seed=seed, stop=lambda: False)


def cheapest(items: Items) -> tuple[float, float]:
    """Return the best rank of all plans that keep the move limit."""
    starts, counts = items.pairs.start[:-1], np.diff(items.pairs.start)
    plans = (starts + np.array(plan) for plan in product(*(range(count) for count in counts)))
    return min(rank(items, pair) for pair in plans if items.moves(pair) <= items.max_moved)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_tiny_instances_are_solved_to_the_optimum(rows: int, seed: int) -> None:
    items = make_items(units=7, rows=rows, seed=seed)
    assert rank(items, run(items)) == pytest.approx(cheapest(items), abs=1e-6)


def test_one_sided_limits_and_soft_rows_are_solved_to_the_optimum() -> None:
    items = make_items(units=7, seed=3)
    upper_only = replace(items, lower=np.full_like(items.lower, -np.inf))
    lower_only = replace(items, upper=np.full_like(items.upper, np.inf))
    soft = replace(items, miss_price=np.array([np.inf, 30.0]))
    all_soft = replace(items, miss_price=np.array([200.0, 30.0]))
    for case in (upper_only, lower_only, soft, all_soft):
        for price in (0.0, 20.0, -20.0):
            found = run(case, price=price)
            assert rank(case, found) == pytest.approx(cheapest(case), abs=1e-6)


def test_a_soft_limit_is_missed_only_where_that_pays() -> None:
    items = make_items(units=7, seed=1)
    dear = replace(items, miss_price=np.array([np.inf, 1e6]))
    free = replace(items, miss_price=np.array([np.inf, 0.0]))
    assert items.missed(run(dear))[1] == 0.0
    assert items.missed(run(free))[1] > 0.0
    one_row = replace(
        items,
        pairs=replace(items.pairs, size=items.pairs.size[:, :1]),
        lower=items.lower[:, :1],
        upper=items.upper[:, :1],
        miss_price=items.miss_price[:1],
    )
    assert free.value(run(free)) == pytest.approx(rank(one_row, run(one_row))[1])


def test_the_move_limit_is_kept_below_at_and_above_what_the_best_plan_moves() -> None:
    items = make_items(units=7, rows=1, seed=2)
    wanted = items.moves(run(items))
    for limit in (wanted - 1, wanted, wanted + 1):
        limited = replace(items, max_moved=limit)
        stays = np.lexsort((items.pairs.moved, items.pairs.item))[items.pairs.start[:-1]]
        found = run(limited, stays)
        assert limited.moves(found) <= limit
        assert rank(limited, found) == pytest.approx(cheapest(limited), abs=1e-6)


def test_too_many_moves_at_the_start_are_taken_back() -> None:
    items = replace(make_items(units=7, rows=0, seed=4), max_moved=2)
    moves_all = np.lexsort((-items.pairs.moved, items.pairs.item))[items.pairs.start[:-1]]
    assert items.moves(moves_all) > 2
    found = run(items, moves_all)
    assert items.moves(found) <= 2
    assert rank(items, found) == pytest.approx(cheapest(items), abs=1e-6)


@pytest.mark.parametrize("steps", [1, 1_000, 50_000])
def test_the_plan_is_never_worse_than_the_start(steps: int) -> None:
    items = make_items(units=60, seats=6, seed=7)
    good = run(items, steps=2_000_000)
    assert rank(items, run(items, good, seed=9, steps=steps)) <= rank(items, good)


@pytest.mark.parametrize("seed", range(4))
def test_planted_limits_are_kept(seed: int) -> None:
    items = make_items(units=80, seats=8, seed=seed)
    assert items.excess(run(items, steps=3_000_000)) == 0.0


def test_the_same_seed_gives_the_same_plan() -> None:
    items = make_items(units=60, seats=6, seed=8)
    np.testing.assert_array_equal(run(items), run(items))


def test_items_in_another_order_cost_about_the_same() -> None:
    items = make_items(units=60, seats=6, seed=8)
    order = np.arange(60)[::-1]
    at = (items.pairs.start[order][:, None] + np.arange(6)).ravel()
    pairs = items.pairs
    turned = replace(pairs, cost=pairs.cost[at], size=pairs.size[at], moved=pairs.moved[at])
    other = replace(items, pairs=turned)
    one, two = run(items, steps=2_000_000), run(other, steps=2_000_000)
    assert items.excess(one) == other.excess(two) == 0.0
    assert other.value(two) == pytest.approx(items.value(one), rel=0.02)


def test_an_item_with_one_pair_or_no_size_takes_part() -> None:
    items = make_items(units=7, seed=6)
    kept = (items.pairs.item > 0) | (items.pairs.seat == 1)
    pairs = items.pairs.where(kept)
    size = np.where(pairs.item[:, None] == 3, 0.0, pairs.size)
    less = replace(items, pairs=replace(pairs, size=size), lower=items.lower - 0.2)
    assert rank(less, run(less)) == pytest.approx(cheapest(less), abs=1e-6)


def test_no_choice_at_all_returns_the_start() -> None:
    items = make_items(units=5)
    only = replace(items, pairs=items.pairs.where(items.pairs.seat == 0))
    np.testing.assert_array_equal(run(only), np.arange(5))
    none = replace(items, pairs=items.pairs.where(items.pairs.seat < 0), of_unit=np.zeros(0, int))
    empty = replace(none, pairs=replace(none.pairs, start=np.zeros(1, dtype=np.int64)))
    assert len(run(empty)) == 0


def test_stop_ends_the_search_at_once_and_keeps_the_start() -> None:
    items = make_items(units=60, seats=6)
    begun = items.pairs.start[:-1]
    prices: Floats = np.zeros_like(items.lower)
    found = search(items, begun, prices, 0.0, steps=2 * 10**9, seed=1, stop=lambda: True)
    np.testing.assert_array_equal(found, begun)


def test_stop_is_asked_within_a_round_and_the_best_so_far_is_returned() -> None:
    items = make_items(units=60, seats=6)
    begun = items.pairs.start[:-1]
    asked: list[int] = []

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 6

    prices = np.zeros_like(items.lower)
    found = search(items, begun, prices, 0.0, steps=2 * 10**9, seed=1, stop=stop)
    assert rank(items, found) < rank(items, begun)


def test_better_plans_are_reported_in_falling_rank() -> None:
    items = make_items(units=60, seats=6)
    seen: list[Ints] = []
    begun, prices = items.pairs.start[:-1], np.zeros_like(items.lower)
    found = search(
        items,
        begun,
        prices,
        0.0,
        steps=3_000_000,
        seed=1,
        stop=lambda: False,
        on_better=seen.append,
    )
    ranks = [rank(items, pair) for pair in seen]
    assert ranks == sorted(ranks, reverse=True)
    np.testing.assert_array_equal(seen[-1], found)


def test_noise_that_makes_the_gap_grow_is_not_raised_with_it(monkeypatch) -> None:
    heats: list[float] = []

    def idle(self: Search, plan: Plan, heat: float, steps: int) -> None:
        heats.append(heat)

    monkeypatch.setattr(Search, "work", idle)
    items = make_items(units=12)
    run(items, np.arange(12) * 3, steps=100_000)
    cooling = [heat for heat in heats if heat > 0]
    assert len(cooling) > 10
    assert cooling == sorted(cooling, reverse=True)
