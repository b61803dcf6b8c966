"""Prices, bound, relaxation and search hold their promises on their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import make_rich_problem, make_territory_problem
from territory_oracle import brute_force

from optimizer.territory_bound import relax
from optimizer.territory_exact import surviving
from optimizer.territory_items import aggregate, staying_pair
from optimizer.territory_near import near_ties_only
from optimizer.territory_pairs import Items
from optimizer.territory_prices import (
    Prices,
    adjusted_cost,
    behind_best,
    best_pair,
    free_prices,
    lagrangian_bound,
    miss_penalty,
    near_ties,
)
from optimizer.territory_regions import gap_by_seat
from optimizer.territory_round import rounded, within_move_limit


def never() -> bool:
    return False


def relaxed(items: Items):
    return relax(items, lambda: 30.0, never)


def medium(seed: int = 3, **changes: object) -> Items:
    problem = make_territory_problem(120, 6, seed=seed, tolerance=0.08, **changes)
    return aggregate(problem)[0]


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 7),
    window=st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=6),
    move=st.floats(-1e3, 1e3),
)
def test_any_prices_whatever_give_a_bound_below_the_best_plan(
    seed: int, window: list[float], move: float
) -> None:
    problem = make_rich_problem(seed)
    items, _ = aggregate(problem)
    prices = Prices(window=np.array(window).reshape(3, 2), move=move)
    best = BEST[seed]
    if best is not None:
        assert lagrangian_bound(items, prices, miss_penalty(items)) <= best * (1 + 1e-9)


BEST = {seed: brute_force(make_rich_problem(seed)).eur for seed in range(8)}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_bound_equals_the_value_of_the_relaxation_over_all_seats(seed: int) -> None:
    items = medium(seed)
    relaxation = relaxed(items)
    columns = relaxation.columns
    value = float(items.pairs.cost[columns] @ relaxation.share)
    assert relaxation.exact
    assert relaxation.excess == pytest.approx(0.0, abs=1e-9)
    assert relaxation.bound == pytest.approx(value, rel=1e-7)
    assert relaxation.bound > lagrangian_bound(items, free_prices(items), relaxation.penalty)


@pytest.mark.parametrize("end", ["lower", "upper"])
def test_the_price_of_a_window_is_what_a_little_more_room_saves(end: str) -> None:
    items = medium()
    relaxation = relaxed(items)
    price = relaxation.prices.window * (1.0 if end == "lower" else -1.0)
    seat, k = np.unravel_index(price.argmax(), price.shape)
    limits = getattr(items, end).copy()
    room = 1e-4
    limits[seat, k] += -room if end == "lower" else room
    saved = relaxation.bound - relaxed(replace(items, **{end: limits})).bound
    assert saved / room == pytest.approx(price[seat, k], rel=0.05)
    assert saved > 0


def test_few_items_are_split_at_a_vertex_of_the_relaxation() -> None:
    items = medium()
    relaxation = relaxed(items)
    seats = np.bincount(items.pairs.item[relaxation.columns[relaxation.share > 1e-7]])
    assert (seats > 1).sum() <= items.lower.size


def test_a_relaxation_out_of_time_still_proves_a_bound() -> None:
    items = medium()
    late = relax(items, lambda: 0.0, never)
    assert not late.exact
    assert 0 < late.bound <= relaxed(items).bound * (1 + 1e-9)


def test_pairs_fixed_by_reduced_cost_are_in_no_better_plan() -> None:
    for seed, best in BEST.items():
        problem = make_rich_problem(seed)
        if best is None:
            continue
        items, _ = aggregate(problem)
        relaxation = relaxed(items)
        seats = brute_force(problem).seats
        assert seats is not None
        seat = np.zeros(items.count, dtype=np.int64)
        seat[items.of_unit] = seats
        best_plan = items.pairs.find(np.arange(items.count), seat, items.seats)
        kept = surviving(items, relaxation, rounded(items, relaxation))
        if items.excess(rounded(items, relaxation)) == 0:
            assert kept[best_plan].all()


def test_the_gap_splits_into_parts_by_seat_without_remainder() -> None:
    items = medium()
    relaxation = relaxed(items)
    pair = rounded(items, relaxation)
    behind = behind_best(items.pairs, adjusted_cost(items.pairs, relaxation.prices))
    parts = gap_by_seat(items, relaxation.prices, behind, pair)
    assert parts.sum() == pytest.approx(items.value(pair) - relaxation.bound, rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.33, 1.0])
def test_rounding_respects_the_limit_on_moves(share: float) -> None:
    today = np.random.default_rng(8).integers(-1, 6, 120)
    items = medium(current_seat=today, max_moved_share=share)
    assert items.moves(rounded(items, relaxed(items))) <= items.max_moved


def test_mending_the_move_limit_sends_back_no_more_than_needed() -> None:
    today = np.random.default_rng(8).integers(0, 6, 120)
    items = medium(current_seat=today, max_moved_share=0.25)
    # The pairs of an item stand seat by seat, six of them.
    away = (items.pairs.seat[staying_pair(items)] + 1) % 6 + items.pairs.start[:-1]
    mended = within_move_limit(items, free_prices(items), away)
    assert items.moves(away) == 120
    assert items.moves(mended) == items.max_moved == 30


def test_near_ties_hold_every_best_pair_and_the_closest_others() -> None:
    behind = np.array([0.0, 1.0, 0.0, 0.5, 4.0])
    assert near_ties(behind, 1, 2).tolist() == [True, False, True, True, False]
    assert near_ties(behind, 99, 2).all()


def test_a_search_confined_to_near_ties_keeps_the_plan_and_what_its_pairs_bring() -> None:
    items = medium()
    pair = items.pairs.start[:-1] + 5
    near, kept, begun = near_ties_only(items, relaxed(items).prices, pair, 50)
    assert np.array_equal(kept[begun], pair)
    assert len(kept) < len(items.pairs.item)
    assert np.array_equal(near.load(begun), items.load(pair))
    assert near.value(begun) == items.value(pair)


def test_the_best_pair_is_the_first_of_equals() -> None:
    items = medium()
    assert np.array_equal(
        best_pair(items.pairs, np.zeros(len(items.pairs.item))), items.pairs.start[:-1]
    )


def test_items_of_groups_add_up_sizes_costs_and_moves() -> None:
    problem = make_territory_problem(
        4,
        2,
        tolerance=1.0,
        group=np.array([3, -1, 3, -1]),
        current_seat=np.array([0, -1, 1, 1]),
        move_cost=np.array([5.0, 5.0, 7.0, 7.0]),
    )
    items, shortfalls = aggregate(problem)
    assert shortfalls == ()
    assert items.of_unit.tolist() == [0, 1, 0, 2]
    assert items.pairs.cost[0] == pytest.approx(problem.cost[0, 0] + problem.cost[2, 0] + 7.0)
    assert items.pairs.moved[:2].tolist() == [1, 1]
    scaled = items.pairs.size[:, 0] * items.scale[0]
    assert scaled[0] == pytest.approx(problem.measures[[0, 2], 0].sum())


def test_a_dropped_measure_leaves_the_others_in_place() -> None:
    measures = np.random.default_rng(1).uniform(1, 5, (6, 3))
    problem = make_territory_problem(6, 2, measures=measures)
    targets = problem.targets.copy()
    targets[:, 1] = 0.0
    items, _ = aggregate(replace(problem, targets=targets))
    assert items.measure.tolist() == [0, 2]
    assert items.pairs.size.shape == (12, 2)
