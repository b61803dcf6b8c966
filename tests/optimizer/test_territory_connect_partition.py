"""Whole connected districts: all cheap ones are listed, and their best choice is the best."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_territory_connect import never
from test_territory_connect_design import best_of_all, make_design_problem
from test_territory_connect_resplit import grid_ground, stripes

from optimizer import territory_connect_partition, territory_connect_whole
from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territory_connect_best import DesignSearch
from optimizer.territory_connect_choices import list_choices
from optimizer.territory_connect_columns import best_choice, clusters_of, prices_of
from optimizer.territory_connect_gather import Gather
from optimizer.territory_connect_graph import pieces_too_many
from optimizer.territory_connect_land import Ground, ground_of
from optimizer.territory_connect_partition import (
    MOST_A_DISTRICT,
    Partition,
    few_a_district,
)
from optimizer.territory_connect_pricing import Look, SitePricing
from optimizer.territory_connect_whole import choose_whole

EVERYTHING = 1_000_000
LOOK = Look(most=4_000, nodes=EVERYTHING, narrow=False)


def connected_sets(ground: Ground) -> np.ndarray:
    """Return (L, G) every connected set of places whose size is within the window."""
    every = np.array(list(itertools.product((False, True), repeat=ground.items)))[1:]
    size = every @ ground.size[:, -1]
    inside = ((size >= ground.lower[0] - 1e-9) & (size <= ground.upper[0] + 1e-9)).all(axis=1)
    whole = [
        not pieces_too_many(ground.graph, np.where(members, 0, -1), 1).any()
        for members in every[inside]
    ]
    return every[inside][whole]


def seconds_left() -> float:
    return 20.0


def partition(search: DesignSearch, workers: int = 1, stop=never) -> None:
    """Settle prices and choose among the districts near the bound."""
    whole = Partition(search=search, workers=workers, seed=1, stop=stop, seconds_left=seconds_left)
    whole.settle_prices()
    if whole.best is not None and not stop():
        list_choices(whole)


def limits() -> Limits:
    return Limits(seconds=20.0, seed=1, cancelled=never, gap=1e-6)


def reduced_of(ground: Ground, members: np.ndarray, item: np.ndarray) -> np.ndarray:
    """Return (L,) EUR at the cheapest home inside, items paid for."""
    eur = members @ (ground.cost + ground.open_eur - item[:, None])
    return np.where(members[:, ground.home], eur, np.inf).min(axis=1)


def prices(ground: Ground, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(0, 200, ground.items)


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    width=st.sampled_from([0.05, 0.3, 1.0]),
    workers=st.integers(1, 2),
)
def test_every_connected_district_within_the_budget_is_listed_once(seed, width, workers):
    ground = grid_ground(3, 2, width, seed)
    item, known = prices(ground, seed), connected_sets(ground)
    value = reduced_of(ground, known, item)
    budget = float(np.median(value)) + 1e-6 if len(value) else 0.0
    found = SitePricing(ground, item).look(np.full(9, budget), LOOK, workers, never)
    assert found.whole
    expected = {members.tobytes() for members in known[value <= budget]}
    assert {members.tobytes() for members in found.clusters.members} == expected
    assert len(found.clusters.eur) == len(expected)
    assert found.least.min() == pytest.approx(value.min(initial=budget))
    best = clusters_of(ground, found.clusters.members)
    assert found.clusters.eur == pytest.approx(best.eur)
    assert (found.clusters.column == best.column).all()


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_no_connected_district_costs_less_than_the_base_of_its_site(seed):
    ground = grid_ground(3, 2, 0.4, seed)
    item = prices(ground, seed)
    pricing, known = SitePricing(ground, item), connected_sets(ground)
    for column in range(ground.items):
        value = known[known[:, column]] @ (ground.cost[:, column] - item)
        assert pricing.base[column] <= value.min(initial=np.inf) + 1e-6


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_last_of_ever_cheaper_districts_is_the_cheapest(seed):
    ground = grid_ground(3, 2, 0.4, seed)
    item, known = prices(ground, seed), connected_sets(ground)
    value = reduced_of(ground, known, item)
    look = Look(most=50, nodes=EVERYTHING, narrow=True)
    found = SitePricing(ground, item).look(np.full(9, float(value.max())), look, 1, never)
    assert found.whole
    assert found.least.min() == pytest.approx(value.min())


@pytest.mark.parametrize("seed", range(4))
def test_districts_of_a_plan_never_cost_less_than_the_least_sums_by_first_item(seed):
    ground = grid_ground(3, 2, 0.4, seed)
    item, known = prices(ground, seed), connected_sets(ground)
    least = SitePricing(ground, item).look(np.full(9, 1e6), LOOK, 1, never).least
    value = reduced_of(ground, known, item)
    for one, other in itertools.combinations(range(len(known)), 2):
        if (known[one] ^ known[other]).all():
            assert np.sort(least)[:2].sum() <= value[one] + value[other] + 1e-6


def listed(ground: Ground, most: int, nodes: int) -> tuple[int, bool]:
    look = Look(most=most, nodes=nodes, narrow=False)
    clusters, _, whole = SitePricing(ground, np.zeros(9)).one(0, 1e6, look)
    return len(clusters.eur), whole


def test_one_look_or_one_place_too_few_is_told():
    ground = grid_ground(3, 2, 0.4)
    many, whole = listed(ground, 500, EVERYTHING)
    assert whole
    enough = next(nodes for nodes in range(1, 5_000) if listed(ground, 500, nodes)[1])
    assert listed(ground, 500, enough) == (many, True)
    assert not listed(ground, 500, enough - 1)[1]
    assert listed(ground, many + 1, EVERYTHING) == (many, True)
    assert listed(ground, many, EVERYTHING) == (many, False)


def test_no_first_item_is_looked_at_when_there_are_too_many_districts():
    ground = grid_ground(3, 2, 0.4)
    pricing, few = SitePricing(ground, np.zeros(9)), replace(LOOK, in_all=0)
    found = pricing.look(np.full(9, 1e6), few, 1, never)
    assert not found.whole
    assert len(set(found.first.tolist())) == 1
    assert (found.least[1:] <= pricing.base.min()).all()


def test_prices_start_from_the_districts_of_the_best_design_and_stay_few(monkeypatch):
    ground = grid_ground(4, 3, 0.2)
    search = DesignSearch(ground)
    partition(search)
    again = Partition(search=search, workers=1, seed=1, stop=never, seconds_left=seconds_left)
    assert again.known.eur.sum() == pytest.approx(search.value)
    monkeypatch.setattr(territory_connect_partition, "MOST_KNOWN", 20)
    monkeypatch.setattr(territory_connect_partition, "LEAST_KNOWN", 10)
    short = DesignSearch(ground)
    partition(short)
    assert short.value == pytest.approx(search.value)
    assert short.proved


def test_equal_districts_are_kept_once_and_stand_at_their_best_site():
    ground = grid_ground(3, 2)
    members = np.zeros((2, 9), dtype=bool)
    members[:, [0, 1, 2]] = True
    clusters = clusters_of(ground, members)
    assert len(clusters.with_more(clusters).eur) == 1
    inside = ground.cost[:3, :3].sum(axis=0)
    assert clusters.eur[0] == pytest.approx(inside.min())
    assert clusters.column[0] == inside.argmin()


def test_a_district_that_no_site_in_it_may_serve_is_left_out():
    ground = grid_ground(3, 2)
    cost = ground.cost.copy()
    cost[0, [0, 1]] = np.inf
    members = np.zeros((1, 9), dtype=bool)
    members[0, [0, 1]] = True
    assert not len(clusters_of(replace(ground, cost=cost), members).eur)


def test_without_a_choice_that_serves_everybody_there_is_none():
    ground = grid_ground(3, 2)
    halves = np.array([[True] * 4 + [False] * 5, [False] * 5 + [True] * 4])
    assert best_choice(ground, clusters_of(ground, halves), limits()) == (None, True)
    halves[1, 4] = True
    column, sure = best_choice(ground, clusters_of(ground, halves), limits())
    assert sure
    assert column is not None
    assert len(np.unique(column)) == 2


def test_prices_pay_for_every_district_known_and_no_more():
    ground = grid_ground(3, 2, 0.4)
    clusters = clusters_of(ground, connected_sets(ground))
    found = prices_of(ground, clusters, 1e6, limits())
    assert found is not None
    slack = clusters.reduced(found.item) - found.district
    assert slack.min() == pytest.approx(0.0, abs=1e-6)
    assert found.item.sum() + 2 * found.district == pytest.approx(found.value)


EDGES = np.array([[0, 1], [1, 2], [3, 4], [4, 5], [6, 7], [0, 3], [3, 6], [1, 4], [4, 7], [2, 5]])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("slack", [0.0, 1.0, 5.0])
def test_the_choice_is_the_best_of_all_and_proved(seed, slack):
    rng = np.random.default_rng(seed)
    size = rng.integers(2, 6, 8).astype(float)
    size[0] += size.sum() % 2
    problem = make_design_problem(size.tolist(), EDGES, 2, slack, seed)
    assert problem.vacant is not None
    search = DesignSearch(ground_of(problem, problem.vacant))
    partition(search)
    assert search.value == pytest.approx(best_of_all(problem))
    assert search.proved


def test_the_same_prices_give_the_same_choice_with_two_workers():
    ground = grid_ground(4, 3, 0.1)
    found = []
    for workers in (1, 2):
        search = DesignSearch(ground)
        partition(search, workers)
        found.append((search.value, search.bound))
    assert found[0] == pytest.approx(found[1])
    assert found[0][1] <= found[0][0] + 1e-6


def test_a_wish_to_stop_is_heard():
    search = DesignSearch(grid_ground(4, 3, 0.1))
    partition(search, stop=lambda: True)
    assert search.column is None


@pytest.mark.parametrize(("extra", "few"), [(-1, True), (0, True), (1, False)])
def test_districts_are_listed_up_to_so_many_items_each(extra, few):
    ground = grid_ground(6, 2)
    fitting = replace(ground, least=2, most=2, cost=ground.cost[: 2 * MOST_A_DISTRICT + extra])
    assert few_a_district(fitting) is few
    assert not few_a_district(replace(fitting, least=1))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_walk_gathers_connected_districts_within_their_windows_alone(seed):
    ground = grid_ground(4, 3, 0.2, seed)
    gather = Gather(ground=ground, district=stripes(ground, 3), seed=seed)
    found = gather.walk(60, never)
    assert len(found.eur)
    known = {members.tobytes() for members in connected_sets(ground)}
    assert {members.tobytes() for members in found.members} <= known
    sites = found.members[np.arange(len(found.eur)), ground.home[found.column]]
    assert sites.all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_districts_of_many_plans_combine_to_the_best_of_all(seed, monkeypatch):
    monkeypatch.setattr(territory_connect_whole, "WALK_STEPS", 60)
    monkeypatch.setattr(territory_connect_whole, "SAME", 2)
    ground = grid_ground(4, 3, 0.2, seed)
    combined, listed = DesignSearch(ground), DesignSearch(ground)
    choose_whole(combined, Options(effort=9, workers=1, seed=1), never, seconds_left)
    partition(listed)
    assert listed.proved
    assert combined.value == pytest.approx(listed.value)
    assert combined.proved
