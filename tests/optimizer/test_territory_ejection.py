"""Ejection chains: exact on tiny instances, never worse than their start, the same again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_territory_kernel import cheapest, make_items

from optimizer import territory_ejection, territory_recipe, territory_set_search
from optimizer.result import Options
from optimizer.territory_bound import relax
from optimizer.territory_chain import try_chain
from optimizer.territory_conclude import Finish
from optimizer.territory_ejection import (
    LOWER,
    RAISE,
    RAISE_AT_FIRST,
    chains_fit,
    search_chains,
    weights_differ,
)
from optimizer.territory_grid import BEST, MISSED, NOW, REGRET, Grid, Plan, make_grid, make_lines
from optimizer.territory_judge import Judge
from optimizer.territory_kernel import keep_best, make_plan, seat_cost, settle
from optimizer.territory_kick import _another, kick_and_mend
from optimizer.territory_links import LENGTH, QUEUED, Links, make_links
from optimizer.territory_pairs import Items, Pairs, rank
from optimizer.territory_problem import Floats, Ints
from optimizer.territory_recipe import Recipe
from optimizer.territory_round import rounded
from optimizer.territory_watch import Watch

STEPS = 200_000


def run(
    items: Items, pair: Ints | None = None, seed: int = 1, steps: int = STEPS, price: float = 0.0
) -> Ints:
    begun = items.pairs.start[:-1] if pair is None else pair
    prices = np.full_like(items.lower, price)
    return search_chains(items, begun, prices, 0.0, steps=steps, seed=seed, stop=lambda: False)


def begun_from(items: Items, pair: Ints, penalty: float) -> tuple[Grid, Plan, Links]:
    price = np.zeros_like(items.lower)
    grid = make_grid(items, price, 0.0)
    lines = make_lines(items, price, np.full_like(price, penalty))
    plan, links = make_plan(grid, pair, lines, 1), make_links(grid)
    links.cost[:] = [seat_cost(plan.line, plan.load, seat) for seat in range(items.seats)]
    return grid, plan, links


def recipe_of(items: Items, effort: int) -> Recipe:
    options = Options(effort=effort, gap=-1.0)
    finish = Finish.begin(Judge(items=items), relax(items, lambda: 60.0, lambda: False))
    return Recipe(finish=finish, options=options, watch=Watch(options, None, None))


def tight(units: int, seats: int) -> tuple[Items, Ints]:
    """Build items with upper limits that a planted plan fills to the last, and that plan."""
    items = make_items(units=units, seats=seats, rows=1)
    rng = np.random.default_rng([1, units, seats, 1])
    rng.uniform(size=(units, seats, 1))
    planted = items.pairs.start[:-1] + rng.permutation(np.arange(units) % seats)
    upper, none = items.load(planted), np.full_like(items.lower, -np.inf)
    return replace(items, lower=none, upper=upper), planted


def ring(seats: int) -> Items:
    """Build one unit a seat, each wanting the next seat, all the same size and no room."""
    cost: Floats = np.full((seats, seats), 50.0)
    np.fill_diagonal(cost, 10.0)
    cost[np.arange(seats), (np.arange(seats) + 1) % seats] = 5.0
    item, seat = np.divmod(np.arange(seats * seats), seats)
    pairs = Pairs(
        start=np.arange(seats + 1) * seats,
        item=item,
        seat=seat,
        cost=cost.ravel(),
        size=np.ones((seats * seats, 1)),
        moved=np.zeros(seats * seats, dtype=np.int64),
    )
    return Items(
        of_unit=np.arange(seats),
        pairs=pairs,
        lower=np.full((seats, 1), -np.inf),
        upper=np.ones((seats, 1)),
        scale=np.ones(1),
        measure=np.zeros(1, dtype=np.int64),
        miss_price=np.full(1, np.inf),
        max_moved=seats,
    )


@pytest.mark.parametrize(("seats", "found"), [(2, True), (3, True), (9, True), (10, False)])
def test_one_chain_turns_a_ring_of_up_to_nine_units(seats: int, found: bool) -> None:
    items = ring(seats)
    diagonal = np.arange(seats) * (seats + 1)
    grid, plan, links = begun_from(items, diagonal, penalty=1e4)
    change = try_chain(grid, plan, links, 0)
    assert change == pytest.approx(-5.0 * seats if found else 0.0)
    assert (links.tally[LENGTH] == seats - 1) == found
    turned = diagonal + 1 - seats * (np.arange(seats) == seats - 1)
    np.testing.assert_array_equal(plan.pair, turned if found else diagonal)


def test_a_chain_that_saves_nothing_leaves_everything_as_it_was() -> None:
    items = ring(5)
    turned = np.arange(5) * 6 + 1 - 5 * (np.arange(5) == 4)
    grid, plan, links = begun_from(items, turned, penalty=1e4)
    loads, costs = plan.load.copy(), links.cost.copy()
    for item in range(5):
        assert try_chain(grid, plan, links, item) == 0.0
    np.testing.assert_array_equal(plan.pair, turned)
    np.testing.assert_allclose(plan.load, loads)
    np.testing.assert_allclose(links.cost, costs)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), penalty=st.sampled_from([3.0, 60.0, 900.0]))
def test_energy_loads_and_limits_missed_are_those_of_the_plan(seed: int, penalty: float) -> None:
    items = make_items(units=24, seats=5, seed=seed % 50)
    items = replace(items, max_moved=seed % 25)
    grid, plan, links = begun_from(items, items.pairs.start[:-1] + seed % 5, penalty)
    kick_and_mend(grid, plan, links, 5.0, 20_000)
    kept = plan.energy[NOW], plan.tally[MISSED], plan.load.copy()
    assert links.tally[QUEUED] == 0
    assert not links.waiting.any()
    settle(grid, plan)
    assert kept[0] == pytest.approx(plan.energy[NOW], abs=1e-6)
    assert kept[1] == plan.tally[MISSED]
    np.testing.assert_allclose(kept[2], plan.load, atol=1e-9)
    np.testing.assert_allclose(items.load(plan.pair), plan.load, atol=1e-9)


def test_without_heat_the_energy_never_rises() -> None:
    items = make_items(units=40, seats=5, seed=3)
    grid, plan, links = begun_from(items, items.pairs.start[:-1], 500.0)
    energies = []
    for _ in range(10):
        kick_and_mend(grid, plan, links, 0.0, 2_000)
        energies.append(plan.energy[NOW])
    assert energies == sorted(energies, reverse=True)
    assert energies[-1] < energies[0]


def test_the_best_plan_kept_is_the_one_its_energy_belongs_to() -> None:
    items = make_items(units=24, seats=4, rows=1, seed=5)
    grid, plan, links = begun_from(items, items.pairs.start[:-1], 200.0)
    keep_best(grid, plan)
    kick_and_mend(grid, plan, links, 30.0, 200_000)
    assert items.excess(plan.best) == 0.0
    energy = plan.energy[BEST]
    plan.pair[:] = plan.best
    settle(grid, plan)
    assert plan.energy[NOW] == pytest.approx(energy, abs=1e-6)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rows", [0, 1, 2])
def test_tiny_instances_are_solved_to_the_optimum(rows: int, seed: int) -> None:
    items = make_items(units=7, rows=rows, seed=seed)
    assert rank(items, run(items)) == pytest.approx(cheapest(items), abs=1e-6)


def test_many_full_seats_are_all_kept_at_once_now_and_then() -> None:
    items, planted = tight(units=200, seats=40)
    relaxation = relax(items, lambda: 60.0, lambda: False)
    prices, steps = relaxation.prices, 1_000_000
    found = search_chains(
        items, planted, prices.window, prices.move, steps=steps, seed=1, stop=lambda: False
    )
    assert items.excess(found) == 0.0
    assert items.value(found) < 1.05 * relaxation.bound < items.value(planted)


def test_penalties_rise_where_no_plan_keeps_all_and_fall_where_one_does() -> None:
    missed = np.array([[True], [False]])
    assert territory_ejection._factors(missed, False, False).tolist() == [[RAISE_AT_FIRST], [1.0]]
    assert territory_ejection._factors(missed, False, True).tolist() == [[RAISE], [1.0]]
    assert territory_ejection._factors(missed, True, True).tolist() == [[1.0], [LOWER]]


def test_a_kick_takes_another_pair_than_the_items_own_and_more_often_a_near_one() -> None:
    items = make_items(units=4, seats=6, rows=0)
    grid, plan, _ = begun_from(items, items.pairs.start[:-1], 1.0)
    drawn = np.array([_another(grid, plan, 0) for _ in range(600)])
    regret = grid.worth[:6, REGRET]
    # Three draws are all the item's own pair one time in 216.
    assert (drawn == 0).sum() < 20
    counts = np.bincount(drawn, minlength=6)[1:]
    others = np.argsort(regret[1:])
    assert (np.diff(counts[others]) < 0).all()


@pytest.mark.parametrize(("uneven", "differ"), [(2, False), (3, False), (4, True)])
def test_weights_differ_where_those_of_more_than_half_the_items_do(
    uneven: int, differ: bool
) -> None:
    items = make_items(units=6, seats=3, rows=1)
    size = items.pairs.size.copy()
    size[items.pairs.item >= uneven] = 0.5
    items = replace(items, pairs=replace(items.pairs, size=size))
    assert weights_differ(items) == differ
    assert not weights_differ(replace(items, measure=np.array([-1])))


def test_a_ring_too_long_for_one_chain_is_turned_by_several() -> None:
    items = ring(7)
    starts = np.arange(7) * 7
    best = min(items.value(starts + list(plan)) for plan in permutations(range(7)))
    assert items.value(run(items, starts + np.arange(7))) == pytest.approx(best)


def test_one_sided_limits_and_soft_rows_are_solved_to_the_optimum() -> None:
    items = make_items(units=7, seed=3)
    upper_only = replace(items, lower=np.full_like(items.lower, -np.inf))
    lower_only = replace(items, upper=np.full_like(items.upper, np.inf))
    soft = replace(items, miss_price=np.array([np.inf, 30.0]))
    for case in (upper_only, lower_only, soft):
        wanted = pytest.approx(cheapest(case), abs=1e-6)
        for price in (0.0, 20.0, -20.0):
            assert rank(case, run(case, price=price)) == wanted


def test_the_move_limit_is_kept_below_at_and_above_what_the_best_plan_moves() -> None:
    items = make_items(units=7, rows=1, seed=2)
    items = replace(items, lower=np.full_like(items.lower, -np.inf), upper=items.upper + 0.5)
    wanted = items.moves(run(items))
    for limit in (wanted - 1, wanted, wanted + 1):
        limited = replace(items, max_moved=limit)
        stays = np.lexsort((items.pairs.moved, items.pairs.item))[items.pairs.start[:-1]]
        found = run(limited, stays)
        assert limited.moves(found) <= limit
        assert rank(limited, found) == pytest.approx(cheapest(limited), abs=1e-6)


@pytest.mark.parametrize("steps", [1, 1_000, 50_000])
def test_the_plan_is_never_worse_than_the_start(steps: int) -> None:
    items = make_items(units=60, seats=6, seed=7)
    good = run(items, steps=500_000)
    assert rank(items, run(items, good, seed=9, steps=steps)) <= rank(items, good)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    items = make_items(units=60, seats=6, seed=8)
    np.testing.assert_array_equal(run(items), run(items))
    assert (run(items) != run(items, seed=2)).any()


def test_a_plan_without_choice_comes_back_as_it_is() -> None:
    items = make_items(units=5)
    only = replace(items, pairs=items.pairs.where(items.pairs.seat == 0))
    np.testing.assert_array_equal(run(only), np.arange(5))


def test_stop_ends_the_search_at_once_and_keeps_the_start() -> None:
    items = make_items(units=60, seats=6)
    begun, prices = items.pairs.start[:-1], np.zeros_like(items.lower)
    found = search_chains(items, begun, prices, 0.0, steps=10**9, seed=1, stop=lambda: True)
    np.testing.assert_array_equal(found, begun)


def test_the_table_of_chains_has_a_largest_size(monkeypatch) -> None:
    items = make_items(units=6, seats=3)
    for room, fits in ((19, True), (18, True), (17, False)):
        monkeypatch.setattr(territory_ejection, "LARGEST_TABLE", room)
        assert chains_fit(items) == fits


@pytest.mark.parametrize(
    ("few", "least", "name"),
    [
        (5, 12, "chains"),
        (4, 11, "chains"),
        (4, 12, "chains"),
        (3, 12, "regions"),
        (4, 13, "regions"),
    ],
)
def test_rounds_go_by_chains_where_few_units_a_seat_are_many_in_all(
    monkeypatch, few: int, least: int, name: str
) -> None:
    called: list[str] = []

    def named(name: str) -> Callable[..., Ints]:
        def way(items: Items, pair: Ints, *_: object, **__: object) -> Ints:
            called.append(name)
            return pair

        return way

    monkeypatch.setattr(territory_recipe, "search", named("regions"))
    monkeypatch.setattr(territory_recipe, "search_chains", named("chains"))
    monkeypatch.setattr(territory_set_search, "FEW_ITEMS", few)
    monkeypatch.setattr(territory_set_search, "LEAST_SEARCHED", least)
    recipe_of(make_items(units=12, seats=3, rows=0), effort=2).run(None)
    assert called == ["regions", name, name]


def test_chains_search_whatever_a_seat_holds_where_weights_differ_by_seat(monkeypatch) -> None:
    monkeypatch.setattr(territory_set_search, "LEAST_SEARCHED", 12)
    monkeypatch.setattr(territory_set_search, "FEW_ITEMS", 1)
    uneven = make_items(units=12, seats=3, rows=1)
    uneven = replace(uneven, upper=np.full((3, 1), 9.0))
    size = np.full_like(uneven.pairs.size, 0.5)
    even = replace(uneven, pairs=replace(uneven.pairs, size=size))
    in_turn = np.arange(12) * 3 + np.arange(12) % 3
    for items, chained in ((uneven, True), (even, False)):
        free = replace(items, lower=np.full((3, 1), -np.inf))
        assert recipe_of(free, effort=1)._by_chains(in_turn) == chained


def test_chains_begin_while_a_limit_is_missed_only_where_weights_differ(monkeypatch) -> None:
    monkeypatch.setattr(territory_set_search, "LEAST_SEARCHED", 12)
    uneven = make_items(units=12, seats=3, rows=1)
    uneven = replace(uneven, lower=np.full((3, 1), -np.inf), upper=np.full((3, 1), 1.6))
    size = np.full_like(uneven.pairs.size, 0.3)
    even = replace(uneven, pairs=replace(uneven.pairs, size=size))
    one_seat = np.arange(12) * 3
    in_turn = one_seat + np.arange(12) % 3
    for items, chained in ((even, False), (uneven, True)):
        recipe = recipe_of(items, effort=1)
        assert items.excess(one_seat) > items.excess(in_turn) == 0
        assert recipe._by_chains(in_turn)
        assert recipe._by_chains(one_seat) == chained


def test_a_first_plan_that_misses_limits_is_mended_by_chains_before_programs(monkeypatch) -> None:
    monkeypatch.setattr(territory_set_search, "LEAST_SEARCHED", 40)
    monkeypatch.setattr(territory_recipe, "CHAIN_STEPS", 1_000_000)
    monkeypatch.setattr(territory_recipe, "search", lambda _, pair, *__, **___: pair)
    items, planted = tight(units=40, seats=10)
    assert items.excess(planted) == 0.0
    recipe = recipe_of(items, effort=1)
    assert items.excess(rounded(items, recipe.finish.relaxation)) > 0.0

    def never(*_: object) -> Ints:
        raise AssertionError("no program was needed")

    monkeypatch.setattr(territory_recipe, "mend_limits", never)
    assert items.excess(recipe._first_plan(None)) == 0.0
