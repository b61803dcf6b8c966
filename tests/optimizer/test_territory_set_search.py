"""Search by planning seats anew: never worse, the same again, the optimum of few seats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_search_builders import dear, feasible, never, one_sided_or_priced, plans, wide
from test_territory_kernel import make_items

from optimizer import territory_set_search
from optimizer.territory_bound import relax
from optimizer.territory_pairs import Items, Pairs, rank
from optimizer.territory_problem import Ints
from optimizer.territory_set_search import LEAST_SEATS, _Search, search_sets, sets_fit


def run(
    items: Items,
    pair: Ints,
    regions: int = 10,
    seed: int = 1,
    stop: Callable[[], bool] = never,
) -> Ints:
    """Search from a plan at the relaxation's own prices."""
    relaxation = relax(items, lambda: 60.0, never)
    return search_sets(items, relaxation, pair, regions=regions, seed=seed, stop=stop)


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a single region without noise take whatever is better."""
    monkeypatch.setattr(territory_set_search, "HOT", 0.0)
    monkeypatch.setattr(territory_set_search, "LEAST_SAVED", 0.0)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("share", [1.0, 0.7])
@pytest.mark.usefixtures("exact")
def test_one_region_of_all_seats_is_solved_to_the_optimum(seed, rows, share):
    items = wide(seed, rows=rows, share=share)
    every, eur = plans(items)
    assert eur[-1] > eur[0] + 1.0
    found = run(items, every[-1], regions=1)
    assert rank(items, found) == pytest.approx((0.0, eur[0]), abs=1e-6)


@pytest.mark.usefixtures("exact")
def test_one_sided_and_soft_windows_are_solved_to_the_optimum():
    for case in one_sided_or_priced():
        every, eur = plans(case)
        found = run(case, every[-1], regions=1)
        assert rank(case, found) == pytest.approx((0.0, eur[0]), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_under_noise_too_tiny_instances_are_solved_to_the_optimum(seed):
    items = wide(seed)
    every, eur = plans(items)
    found = run(items, every[-1], regions=20, seed=seed)
    assert rank(items, found) == pytest.approx((0.0, eur[0]), abs=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 1_000),
    place=st.floats(0.0, 1.0),
    regions=st.integers(0, 6),
    miss=st.sampled_from([np.inf, 20.0]),
)
def test_the_plan_is_never_worse_than_the_start_and_keeps_what_it_kept(seed, place, regions, miss):
    items = wide(seed % 40, units=6, share=0.8)
    items = replace(items, miss_price=np.array([np.inf, miss]))
    every, _ = plans(items)
    start = every[int(place * (len(every) - 1))]
    before = start.copy()
    found = run(items, start, regions=regions, seed=seed)
    assert rank(items, found) <= rank(items, start)
    assert (items.pairs.item[found] == np.arange(items.count)).all()
    np.testing.assert_array_equal(start, before)


@pytest.mark.usefixtures("exact")
def test_what_items_and_seats_are_called_does_not_matter():
    items = make_items(units=21, seats=6, rows=1, seed=4)
    items = replace(items, lower=items.lower - 0.1, upper=items.upper + 0.1)
    start = dear(items)
    found = rank(items, run(items, start, regions=1))
    assert found < rank(items, start)
    rng = np.random.default_rng(5)
    for _ in range(2):
        other, map_pair = relabelled(items, rng)
        begun = map_pair(start)
        assert rank(other, begun) == pytest.approx(rank(items, start))
        assert rank(other, run(other, begun, regions=1)) == pytest.approx(found, abs=1e-6)


def relabelled(items: Items, rng: np.random.Generator) -> tuple[Items, Callable[[Ints], Ints]]:
    """Return the same items in another order, and what maps plans."""
    new_item, new_seat = rng.permutation(items.count), rng.permutation(items.seats)
    pairs, old_seat = items.pairs, np.argsort(new_seat)
    order = np.lexsort((new_seat[pairs.seat], new_item[pairs.item]))
    other = Pairs(
        start=pairs.start,
        item=new_item[pairs.item][order],
        seat=new_seat[pairs.seat][order],
        cost=pairs.cost[order],
        size=pairs.size[order],
        moved=pairs.moved[order],
    )
    place = np.argsort(order)
    mapped = replace(items, pairs=other, lower=items.lower[old_seat], upper=items.upper[old_seat])
    return mapped, lambda pair: place[pair][np.argsort(new_item)]


def type_d(seats: int = 20, units: int = 100, seed: int = 1) -> Items:
    """Build generalised assignment of type D: dear units are light, seats hold four fifths.

    Chu and Beasley, Computers & Operations Research 24(1), 1997.
    """
    rng = np.random.default_rng(seed)
    load = rng.integers(1, 101, (units, seats))
    cost = 111 - load + rng.integers(-10, 11, (units, seats))
    most = (0.8 * load.sum(axis=0) // seats).astype(float)
    items = make_items(units=units, seats=seats, rows=1)
    scale = most.mean()
    return replace(
        items,
        pairs=replace(items.pairs, cost=cost.ravel() * 1.0, size=load.reshape(-1, 1) / scale),
        lower=np.full((seats, 1), -np.inf),
        upper=most[:, None] / scale,
    )


def test_many_seats_of_few_units_get_a_better_plan_the_same_each_time():
    items = type_d()
    start = feasible(items)
    found = run(items, start, regions=25)
    assert items.excess(found) == 0.0
    assert items.value(found) < items.value(start) - 5.0
    assert items.value(found) >= relax(items, lambda: 60.0, never).bound
    np.testing.assert_array_equal(found, run(items, start, regions=25))
    assert (found != run(items, start, regions=25, seed=2)).any()


def test_without_regions_the_plan_given_comes_back():
    items = wide(2)
    start = plans(items)[0][-1]
    np.testing.assert_array_equal(run(items, start, regions=0), start)
    assert rank(items, run(items, start, regions=1)) < rank(items, start)


@pytest.mark.parametrize("asked", [1, 30, 70])
def test_stop_ends_the_search_at_the_next_region(asked, monkeypatch):
    planned, left = [], [asked]
    monkeypatch.setattr(
        _Search, "plan_anew", lambda work, chosen, heat: planned.append(chosen) is None
    )

    def stop() -> bool:
        left[0] -= 1
        return left[0] < 0

    items = wide(2)
    start = plans(items)[0][-1]
    np.testing.assert_array_equal(run(items, start, regions=500, stop=stop), start)
    # Once a sweep at most, once between and once a region: what is left of the asking.
    assert len(planned) < max(asked, 2)
    assert len(planned) > 0 or asked < 70


def test_a_plan_that_cannot_be_searched_comes_back_as_it_is():
    items = wide(2)
    every, _ = plans(items)
    start = every[-1]
    assert sets_fit(items, start)
    astray = items.pairs.start[:-1]
    assert items.excess(astray) > 0.0
    np.testing.assert_array_equal(run(items, astray), astray)
    partial = replace(items, complete=False)
    np.testing.assert_array_equal(run(partial, start), start)
    assert not sets_fit(partial, start)


@pytest.mark.parametrize(("spare", "fits"), [(1, True), (0, True), (-1, False)])
def test_moves_are_free_where_all_items_could_go_wherever_they_count_most(spare, fits):
    items = wide(2)
    start = plans(items)[0][-1]
    moved = items.pairs.moved * np.random.default_rng(1).integers(1, 4, len(items.pairs.moved))
    most = sum(int(moved[items.pairs.item == item].max()) for item in range(items.count))
    items = replace(items, pairs=replace(items.pairs, moved=moved), max_moved=most + spare)
    assert sets_fit(items, start) == fits
    found = run(items, start)
    assert (rank(items, found) < rank(items, start)) == fits


@pytest.mark.parametrize(("seats", "fits"), [(2, False), (3, True), (4, True)])
def test_a_region_is_no_smaller_than_so_many_seats(seats, fits):
    items = make_items(units=6, seats=seats, rows=1)
    items = replace(items, lower=items.lower - 9.0, upper=items.upper + 9.0)
    assert sets_fit(items, items.pairs.start[:-1]) == (fits and seats >= LEAST_SEATS)


@pytest.mark.parametrize(("most", "fits"), [(9, True), (8, True), (7, False)])
def test_a_region_is_a_large_part_of_all_items(monkeypatch, most, fits):
    items = make_items(units=8, seats=3, rows=1)
    items = replace(items, lower=items.lower - 9.0, upper=items.upper + 9.0)
    monkeypatch.setattr(territory_set_search, "MOST_ITEMS_IN_ALL", most)
    assert sets_fit(items, items.pairs.start[:-1]) == fits
