"""Subset rows: of three items one district holds two at most, which raises the bound."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_territory_connect import never
from test_territory_connect_partition import (
    LOOK,
    connected_sets,
    limits,
    prices,
    reduced_of,
    seconds_left,
)
from test_territory_connect_resplit import grid_ground

from optimizer import territory_connect_whole
from optimizer.result import Options
from optimizer.territory_connect_best import DesignSearch
from optimizer.territory_connect_choices import cheapest_cover, expected, list_choices
from optimizer.territory_connect_columns import clusters_of, prices_of
from optimizer.territory_connect_partition import Partition
from optimizer.territory_connect_pricing import SitePricing
from optimizer.territory_connect_subset_rows import VIOLATED, SubsetRows, broken_rows
from optimizer.territory_connect_tighten import ROWS_AT_ONCE, tighten
from optimizer.territory_connect_whole import choose_whole


def drawn_rows(items: int, seed: int, many: int = 12) -> SubsetRows:
    rng = np.random.default_rng(seed)
    every = np.array(list(itertools.combinations(range(items), 3)))
    item = every[np.sort(rng.choice(len(every), many, replace=False))]
    return SubsetRows(item=item, toll=rng.uniform(0, 90, many).round())


def tolls_of(rows: SubsetRows, members: np.ndarray) -> np.ndarray:
    pairs = zip(rows.item.tolist(), rows.toll.tolist(), strict=True)
    every = [toll * (members[:, item].sum(axis=1) >= 2) for item, toll in pairs]
    return np.sum(every, axis=0) if every else np.zeros(len(members))


@pytest.mark.parametrize(("held", "toll"), [([0], 0.0), ([0, 2], 7.0), ([0, 1, 2], 7.0)])
def test_two_items_of_three_pay_the_toll_and_all_three_no_more(held, toll):
    rows = SubsetRows(item=np.array([[0, 1, 2]]), toll=np.array([7.0]))
    members = np.zeros((1, 5), dtype=bool)
    members[0, [*held, 4]] = True
    assert rows.tolls(members) == pytest.approx([toll])
    assert SubsetRows.none().tolls(members) == pytest.approx([0.0])


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), width=st.sampled_from([0.3, 1.0]))
def test_every_connected_district_within_the_budget_is_listed_once_with_tolls(seed, width):
    ground = grid_ground(3, 2, width, seed)
    item, known, rows = prices(ground, seed), connected_sets(ground), drawn_rows(9, seed)
    value = reduced_of(ground, known, item) + tolls_of(rows, known)
    budget = float(np.median(value)) + 1e-6 if len(value) else 0.0
    found = SitePricing(ground, item, rows).look(np.full(9, budget), LOOK, 1, never)
    assert found.whole
    expected = {members.tobytes() for members in known[value <= budget]}
    assert {members.tobytes() for members in found.clusters.members} == expected
    assert len(found.clusters.eur) == len(expected)
    assert found.least.min() == pytest.approx(value.min(initial=budget))
    assert found.clusters.eur == pytest.approx(clusters_of(ground, found.clusters.members).eur)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_connected_district_costs_less_than_the_base_of_its_site_tolls_spread(seed):
    ground = grid_ground(3, 2, 0.4, seed)
    item, rows, known = prices(ground, seed), drawn_rows(9, seed), connected_sets(ground)
    pricing = SitePricing(ground, item, rows)
    for column in range(ground.items):
        own = known[known[:, column]]
        value = own @ (ground.cost[:, column] - item) + tolls_of(rows, own)
        assert pricing.base[column] <= value.min(initial=np.inf) + 1e-6


def test_tolls_spread_over_items_raise_the_base_and_never_lower_it():
    ground = grid_ground(3, 2, 0.4, 3)
    item, rows = prices(ground, 3), drawn_rows(9, 3, 30)
    without, spread = SitePricing(ground, item), SitePricing(ground, item, rows)
    assert (spread.base >= without.base - 1e-9).all()
    assert spread.base.sum() > without.base.sum() + 1.0


def test_one_district_and_two_hundredths_are_not_yet_broken():
    members = np.array([[1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 1, 0]], dtype=bool)
    for share, many in ((1.0 + VIOLATED, 0), (1.0 + VIOLATED + 1e-6, 1)):
        found = broken_rows(members, np.full(3, share / 3), 10)
        assert found.tolist() == [[0, 1, 2]][:many]


@pytest.mark.parametrize("seed", range(4))
def test_the_rows_broken_most_are_found(seed):
    rng = np.random.default_rng(seed)
    members, share = rng.random((12, 8)) < 0.4, rng.uniform(0, 0.5, 12)
    share[:3] = 0.0
    every = np.array(list(itertools.combinations(range(8), 3)))
    total = ((members[:, every].sum(axis=2) >= 2) * share[:, None]).sum(axis=0)
    broken = np.sort(total[total > 1.0 + VIOLATED])[::-1]
    for most in (3, 100):
        found = broken_rows(members, share, most)
        at = [int(np.flatnonzero((every == row).all(axis=1))[0]) for row in found]
        assert total[at] == pytest.approx(broken[:most])


def test_prices_with_rows_pay_for_every_district_known_and_no_more():
    ground = grid_ground(4, 3, 0.4)
    clusters = clusters_of(ground, connected_sets(ground))
    before = prices_of(ground, clusters, 1e6, limits())
    assert before is not None
    item = broken_rows(clusters.members, before.share, 20)
    assert len(item)
    rows = SubsetRows(item=item, toll=np.zeros(len(item)))
    found = prices_of(ground, clusters, 1e6, limits(), rows)
    assert found is not None
    assert found.value > before.value + 1e-6
    assert (found.reduced(clusters) - found.district).min() == pytest.approx(0.0, abs=1e-6)
    assert found.total + 3 * found.district == pytest.approx(found.value)
    halfway = before.towards(found, 0.25)
    assert halfway.total == pytest.approx(0.25 * before.total + 0.75 * found.total)


def settled(ground, value: float = np.inf) -> Partition:
    """Return the prices of a search that knows the best value, but not its design."""
    search = DesignSearch(ground)
    whole = Partition(search=search, workers=1, seed=1, stop=never, seconds_left=seconds_left)
    whole.settle_prices()
    search.value, search.excess = value, 0.0
    return whole


def best_value(ground) -> float:
    known = clusters_of(ground, connected_sets(ground))
    zeros = np.zeros(len(known.eur))
    column, sure = cheapest_cover(ground, known, zeros, 0.0, np.inf, never)
    assert sure
    assert column is not None
    return float(ground.cost[np.arange(ground.items), column].sum())


@pytest.mark.parametrize("seed", range(5))
def test_rows_raise_the_bound_and_never_beyond_the_best_plan(seed):
    ground = grid_ground(4, 3, 0.1, seed)
    best = best_value(ground)
    whole = settled(ground, best + 1.0)
    before = whole.bound
    tighten(whole)
    assert before <= whole.bound <= best + 1e-6
    if before < best - 1.0:
        assert len(whole.rows)
        assert whole.bound > before + 0.2 * (best - before)
    whole.search.excess = np.inf
    list_choices(whole)
    assert whole.search.proved
    assert whole.search.value == pytest.approx(best)


def test_no_row_is_added_twice():
    whole = settled(grid_ground(4, 3, 0.1, 1), 1e9)
    tighten(whole)
    rows = [tuple(row) for row in whole.rows.item.tolist()]
    assert 0 < len(rows) == len(set(rows))
    assert len(rows) > ROWS_AT_ONCE // 4


@pytest.mark.parametrize("seed", [2, 5])
def test_a_choice_of_whole_districts_ends_at_the_best_with_rows(seed, monkeypatch):
    monkeypatch.setattr(territory_connect_whole, "FEW_NEAR", 5)
    ground = grid_ground(4, 3, 0.1, seed)
    search = DesignSearch(ground)
    start = best_value(ground)
    search.offer(dear_plan(ground))
    assert search.kept
    choose_whole(search, Options(effort=9, workers=1, seed=1), never, seconds_left)
    assert search.value == pytest.approx(start)
    assert search.proved


def dear_plan(ground) -> np.ndarray:
    """Return the cover that is dearest, as if EUR were the other way round."""
    known = clusters_of(ground, connected_sets(ground))
    known = replace(known, eur=1e5 - known.eur)
    column, _ = cheapest_cover(ground, known, np.zeros(len(known.eur)), 0.0, np.inf, never)
    assert column is not None
    return column


@pytest.mark.parametrize(
    ("lists", "room", "many"),
    [
        ([], 3.0, 0.0),
        ([(1.0, 5)], 3.0, 0.0),
        ([(9.0, 1), (1.0, 10), (2.0, 40)], 2.0, 40.0),
        ([(1.0, 10), (2.0, 40)], 4.0, 160.0),
        ([(1.0, 40), (2.0, 40)], 4.0, 40.0),
        ([(2.0, 10), (2.0, 40)], 4.0, 40.0),
    ],
)
def test_lists_are_expected_to_grow_on_as_between_the_last_two(lists, room, many):
    assert expected(lists, room) == pytest.approx(many)


def test_no_list_is_begun_that_is_expected_to_be_too_long(monkeypatch):
    whole = settled(grid_ground(4, 3, 0.1, 1), 1e9)
    whole.lists = [(1.0, 10), (2.0, 40)]
    assert list_choices(whole, 159, 4.0) == 4.0
    assert len(whole.lists) == 2
    monkeypatch.setattr(whole, "stop", lambda: len(whole.lists) > 2)
    list_choices(whole, 160, 4.0)
    assert len(whole.lists) == 3
