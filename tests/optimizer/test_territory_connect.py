"""Connected territories: never worse than asked, as good as every plan tried one by one."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.territory import sized
from optimizer import territory_connect
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_connect import connect, connected_rank
from optimizer.territory_connect_exact import connect_exact, reduced_cost
from optimizer.territory_connect_graph import (
    Graph,
    item_graph,
    pieces,
    pieces_too_many,
    stray_units,
    strays,
)
from optimizer.territory_pairs import Items, Pairs
from optimizer.territory_problem import Floats, Ints

STEPS = 40_000


def never() -> bool:
    return False


def grid(rows: int, columns: int) -> Ints:
    at = np.arange(rows * columns).reshape(rows, columns)
    across = np.column_stack([at[:, :-1].ravel(), at[:, 1:].ravel()])
    return np.concatenate([across, np.column_stack([at[:-1].ravel(), at[1:].ravel()])])


def make_items(
    cost: Floats, size: Floats | None = None, slack: float = np.inf, **changes: object
) -> Items:
    """Return items with one row; every seat carries its share of the sizes, +-`slack`."""
    count, seats = cost.shape
    size = np.ones(count) if size is None else size
    item, seat = np.nonzero(np.isfinite(cost))
    pairs = Pairs(
        start=np.concatenate([[0], np.cumsum(np.isfinite(cost).sum(axis=1))]).astype(np.int64),
        item=item.astype(np.int64),
        seat=seat.astype(np.int64),
        cost=cost[item, seat],
        size=size[item, None].astype(float),
        moved=np.zeros(len(item), dtype=np.int64),
    )
    fair = size.sum() / seats
    items = Items(
        of_unit=np.arange(count),
        pairs=pairs,
        lower=np.full((seats, 1), fair - slack),
        upper=np.full((seats, 1), fair + slack),
        scale=np.ones(1),
        measure=np.zeros(1, dtype=np.int64),
        miss_price=np.array([np.inf]),
        max_moved=count,
    )
    return replace(items, **changes)


def plan_of(items: Items, seat: list[int]) -> Ints:
    found = items.pairs.find(np.arange(items.count), np.array(seat), items.seats)
    assert (found >= 0).all()
    return found


def best_of_all(items: Items, graph: Graph, stray_eur: float = 0.0) -> tuple[float, ...]:
    """Return the best rank of all plans."""
    choices = [range(a, b) for a, b in itertools.pairwise(items.pairs.start.tolist())]
    return min(
        connected_rank(items, graph, np.array(pair), stray_eur)
        for pair in itertools.product(*choices)
    )


def random_case(seed: int, slack: float = 1.0) -> tuple[Items, Graph]:
    rng = np.random.default_rng(seed)
    cost = rng.uniform(1, 50, (9, 2)).round(1)
    items = make_items(cost, rng.integers(1, 4, 9).astype(float), slack)
    return items, item_graph(grid(3, 3), items.of_unit, 9)


def searched(items: Items, graph: Graph, pair: Ints, **changes: object) -> Ints:
    return connect(
        items,
        graph,
        pair,
        np.zeros_like(items.lower),
        0.0,
        **{"steps": STEPS, "seed": 1, "stop": never, **changes},
    )


def cheapest(items: Items) -> Ints:
    return np.array(
        [
            a + int(items.pairs.cost[a:b].argmin())
            for a, b in itertools.pairwise(items.pairs.start.tolist())
        ]
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_search_finds_the_best_connected_plan_of_a_small_grid(seed: int) -> None:
    items, graph = random_case(seed)
    found = searched(items, graph, cheapest(items))
    assert connected_rank(items, graph, found) == pytest.approx(best_of_all(items, graph))


@pytest.mark.parametrize("seed", range(4))
def test_strays_with_a_price_are_weighed_against_eur(seed: int) -> None:
    items, graph = random_case(seed)
    found = searched(items, graph, cheapest(items), stray_eur=12.0)
    assert connected_rank(items, graph, found, 12.0) == pytest.approx(
        best_of_all(items, graph, 12.0)
    )


@pytest.mark.parametrize("seed", range(6))
def test_the_proof_gives_the_value_of_all_plans_tried(seed: int) -> None:
    items, graph = random_case(seed)
    start = searched(items, graph, cheapest(items), steps=240)
    proof = exact(items, graph, start)
    best = best_of_all(items, graph)
    assert proof.finished
    if best[:2] == (0, 0.0):
        assert connected_rank(items, graph, proof.pair)[2] == pytest.approx(best[2], rel=1e-5)
        assert proof.bound == pytest.approx(best[2], rel=1e-5)
    else:
        assert np.isinf(proof.bound)


def exact(items: Items, graph: Graph, pair: Ints):  # type: ignore[no-untyped-def]
    return connect_exact(
        items,
        graph,
        pair,
        np.zeros_like(items.lower),
        0.0,
        seconds_left=lambda: 30.0,
        stop=never,
    )


@pytest.mark.parametrize(
    ("size", "bound"),
    [([1.0, 2.0, 2.0, 1.0], 4.0), ([1.0, 1.0, 2.0, 2.0], np.inf)],
    ids=["a half is balanced", "only a torn plan would be"],
)
def test_the_proof_says_when_no_connected_plan_keeps_the_windows(
    size: list[float], bound: float
) -> None:
    items = make_items(np.ones((4, 2)), np.array(size), 0.0)
    graph = item_graph(grid(1, 4), items.of_unit, 4)
    proof = exact(items, graph, plan_of(items, [0, 1, 0, 1]))
    assert proof.finished
    assert proof.bound == pytest.approx(bound, rel=1e-5)


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_the_bound_of_any_prices_stays_below_every_plan(seed: int) -> None:
    rng = np.random.default_rng(seed)
    items, _ = random_case(seed, slack=1.5)
    extra, bound = reduced_cost(items, rng.normal(0, 10, (2, 1)), float(rng.uniform(0, 3)))
    pair = items.pairs.start[:-1] + rng.integers(0, 2, 9)
    if items.excess(pair) == 0:
        assert bound + extra[pair].max() <= items.value(pair) + 1e-6


def test_a_connected_plan_that_is_the_cheapest_is_left_alone() -> None:
    items = make_items(np.repeat([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]], 1, axis=0))
    graph = item_graph(grid(1, 4), items.of_unit, 4)
    start = plan_of(items, [0, 0, 1, 1])
    np.testing.assert_array_equal(searched(items, graph, start), start)


def test_windows_give_way_to_connection_when_both_cannot_be() -> None:
    # On the path only the middle pair could balance the ends, and it would lie between them.
    items = make_items(np.ones((3, 2)), np.array([1.0, 2.0, 1.0]), 0.0)
    graph = item_graph(grid(1, 3), items.of_unit, 3)
    rank = connected_rank(items, graph, searched(items, graph, plan_of(items, [0, 1, 0])))
    assert rank == pytest.approx(best_of_all(items, graph))
    assert rank[0] == 0
    assert rank[1] > 0


def test_islands_are_counted_apart_and_need_no_bridge() -> None:
    cost = np.array([[1.0, 9], [1, 9], [9, 1], [1, 9], [1, 9], [9, 1]])
    items = make_items(cost)
    graph = item_graph(np.array([[0, 1], [1, 2], [3, 4], [4, 5]]), items.of_unit, 6)
    start = plan_of(items, [0, 0, 1, 0, 0, 1])
    assert graph.parts == 2
    assert pieces_too_many(graph, np.array([0, 0, 1, 0, 0, 1]), 2).tolist() == [0, 0]
    np.testing.assert_array_equal(searched(items, graph, start), start)


def test_units_without_neighbours_go_to_the_cheapest_seat() -> None:
    items = make_items(np.array([[1.0, 9.0], [9.0, 1.0], [5.0, 2.0], [2.0, 5.0]]))
    graph = item_graph(np.array([[0, 1]]), items.of_unit, 4)
    found = searched(items, graph, plan_of(items, [0, 1, 0, 1]))
    assert items.pairs.seat[found].tolist() == [0, 1, 1, 0]


def test_a_lock_between_two_others_leaves_the_pieces_it_forces() -> None:
    cost = np.array([[1.0, np.inf], [np.inf, 1.0], [1.0, np.inf], [5.0, 1.0]])
    items = make_items(cost)
    graph = item_graph(grid(1, 4), items.of_unit, 4)
    found = searched(items, graph, cheapest(items))
    assert connected_rank(items, graph, found) == pytest.approx(best_of_all(items, graph))
    assert connected_rank(items, graph, found)[0] == 1


@pytest.mark.parametrize("seed", range(4))
def test_units_of_a_group_go_together_and_count_one_by_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    of_unit = np.array([0, 1, 2, 3, 4, 5, 6, 7, 0])
    items = make_items(rng.uniform(1, 50, (8, 2)).round(1), of_unit=of_unit)
    graph = item_graph(grid(3, 3), of_unit, 8)
    found = searched(items, graph, cheapest(items))
    assert connected_rank(items, graph, found) == pytest.approx(best_of_all(items, graph))


def test_the_corners_of_a_group_are_two_pieces_until_the_grid_joins_them() -> None:
    graph = item_graph(grid(1, 3), np.array([0, 1, 0]), 2)
    assert pieces_too_many(graph, np.array([0, 1]), 2).tolist() == [1, 0]
    assert pieces_too_many(graph, np.array([0, 0]), 2).tolist() == [0, 0]


def test_a_seat_that_connects_nothing_may_hold_what_lies_apart() -> None:
    cost = np.array([[9.0, 9.0, 1.0], [1.0, 9.0, 5.0], [9.0, 9.0, 1.0]])
    items = make_items(cost)
    graph = item_graph(grid(1, 3), items.of_unit, 3)
    start = plan_of(items, [2, 0, 2])
    assert connected_rank(items, graph, start)[0] == 1
    assert connected_rank(items, graph, start, seats=2)[0] == 0
    np.testing.assert_array_equal(searched(items, graph, start, seats=2), start)


def test_pieces_and_strays_of_a_path() -> None:
    graph = item_graph(grid(1, 5), np.arange(5), 5)
    seat = np.array([0, 1, 0, 0, -1])
    assert pieces(graph, seat).tolist() == [0, 1, 2, 2, -1]
    assert strays(graph, seat).tolist() == [True, False, False, False, False]
    assert stray_units(graph, seat) == 1.0
    assert pieces_too_many(graph, seat, 2).tolist() == [1, 0]


def test_without_edges_the_plan_comes_back() -> None:
    items = make_items(np.array([[1.0, 2.0]]))
    graph = item_graph(np.zeros((0, 2), dtype=np.int64), items.of_unit, 1)
    np.testing.assert_array_equal(searched(items, graph, np.array([1])), [1])


def test_more_moves_than_allowed_are_a_fault() -> None:
    items, graph = random_case(3, slack=np.inf)
    moved = (items.pairs.seat == 1).astype(np.int64)
    few = replace(items, pairs=replace(items.pairs, moved=moved), max_moved=2)
    found = searched(few, graph, plan_of(few, [0] * 9))
    assert few.moves(found) <= 2
    assert connected_rank(few, graph, found) == pytest.approx(best_of_all(few, graph))


def test_the_same_seed_gives_the_same_plan() -> None:
    items, graph = random_case(5)
    plans = [searched(items, graph, cheapest(items), seed=7, steps=3_000) for _ in range(2)]
    np.testing.assert_array_equal(plans[0], plans[1])


def test_a_wish_to_stop_ends_the_search_with_a_plan() -> None:
    items, graph = random_case(5)
    found = searched(items, graph, cheapest(items), stop=lambda: True)
    assert pieces_too_many(graph, items.pairs.seat[found], 2).sum() == 0


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_the_search_is_never_worse_than_where_it_starts(seed: int) -> None:
    items, graph = random_case(seed)
    start = items.pairs.start[:-1] + np.random.default_rng(seed).integers(0, 2, 9)
    found = searched(items, graph, start, steps=600)
    assert connected_rank(items, graph, found) <= connected_rank(items, graph, start)


def test_mending_ends_where_strays_are_passed_round_for_ever(monkeypatch) -> None:
    cost = np.full((206, 3), np.inf)
    cost[6:, 0] = 1.0
    cost[[0, 5]] = [[2.0, 4.0, 2.0], [4.0, 7.0, 4.0]]
    cost[[1, 2, 3, 4], [1, 0, 0, 2]] = 1.0
    items = make_items(cost)
    graph, passes = item_graph(grid(2, 3), items.of_unit, items.count), []

    def counted(*given: object) -> object:
        passes.append(1)
        assert len(passes) < 100, "mending goes round and round"
        return strays(*given)

    monkeypatch.setattr(territory_connect, "strays", counted)
    territory_connect.mended(items, graph, items.pairs.start[:-1].copy(), items.seats)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plan_with_cheap_strays_costs_no_more_than_the_free_one_with_its_strays(
    seed: int,
) -> None:
    problem = replace(sized("300x15", seed, contiguous=True).problem(), contiguity="off")
    options = Options(effort=0, gap=0.05)
    free = solve_territories(problem, options)
    priced = solve_territories(replace(problem, contiguity="preferred", stray_eur=5.0), options)
    graph = item_graph(problem.edges, np.arange(300), 300)
    lost = 5.0 * stray_units(graph, free.plan.seat)
    assert lost > 0
    assert priced.objective <= free.objective + lost + 1e-6
    assert free.notes == ()
    assert priced.notes == (
        "the bound does not know of pieces: how much of the gap is real, nobody has proved",
    )
