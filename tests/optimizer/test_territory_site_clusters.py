"""Clusters of vacant seats: all that may matter are listed, and programs over them are right."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_territory_sites import cheapest, make_site_problem

from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territory_site_bound import SiteBound, ascend, first_prices, least_values
from optimizer.territory_site_build import site_data
from optimizer.territory_site_clusters import Clusters, list_clusters
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_narrow import largest_room, solve_narrow
from optimizer.territory_site_near import near_lists
from optimizer.territory_site_proof import next_value, room_above, value_step
from optimizer.territory_site_regions import with_region
from optimizer.territory_site_rounds import Rounds
from optimizer.territory_site_search import Choice
from optimizer.territory_site_start import served_from

VARIANTS = {
    "homes": {"home_unit": np.arange(6)},
    "no homes": {},
    "lower windows": {"room": 1.3, "least_share": 0.7},
    "number free": {"least": 1, "most": 3, "room": 2.0, "open_cost": np.full(6, 30.0)},
    "a seat that stands": {"seats": 1, "count": 1, "home_unit": np.arange(6)},
}
ENOUGH = Limits(seconds=30.0)


def priced(seed: int, whole: bool = True, **changes) -> tuple[SiteData, SiteBound, float]:
    """Return data, a bound and the least EUR of a choice, inf where none keeps the windows."""
    problem = make_site_problem(seed, units=6, **changes)
    data = site_data(problem)
    near = near_lists(data)
    least, _ = cheapest(problem)
    reach = least if np.isfinite(least) else 500.0
    bound = ascend(data, near, first_prices(data, near), reach, 40, lambda: False)
    bound = ascend(data, near, bound.item_price, reach, 40, lambda: False, whole=whole)
    return data, bound, least


def every_cluster(data: SiteData, bound: SiteBound, centre: int) -> dict[frozenset[int], float]:
    """Return every set of items that the centre may serve, with what it exceeds the bound by."""
    found = {}
    least, site = least_values(data, bound)[centre], centre < data.sites
    opening, home = (data.open_cost[centre], data.home[centre]) if site else (0.0, -1)
    for used in itertools.product([False, True], repeat=data.items):
        items = np.flatnonzero(used)
        load = data.size[data.kind[centre], items].sum(axis=0)
        inside = (load >= data.lower[centre] - 1e-7).all()
        inside &= (load <= data.upper[centre] + 1e-7).all()
        if inside and (home < 0 or used[home]):
            gain = (data.cost[centre, items] - bound.item_price[items]).sum()
            found[frozenset(items.tolist())] = gain + opening - least
    return found


def sets_of(clusters: Clusters) -> list[tuple[int, frozenset[int]]]:
    owner = clusters.owner()
    return [
        (centre, frozenset(clusters.item[owner == number].tolist()))
        for number, centre in enumerate(clusters.centre.tolist())
    ]


@pytest.mark.parametrize("name", VARIANTS)
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 5_000), whole=st.booleans(), room=st.floats(0.0, 80.0))
def test_the_list_holds_exactly_the_clusters_within_the_room(
    name: str, seed: int, whole: bool, room: float
) -> None:
    data, bound, _ = priced(seed, whole, **VARIANTS[name])
    centres, items = np.arange(data.centres), np.arange(data.items)
    listed = list_clusters(data, bound, centres, items, room, most=10_000)
    found = sets_of(listed)
    excess = dict(zip(found, listed.excess_eur.tolist(), strict=True))
    assert len(excess) == len(found)
    for centre in centres.tolist():
        for items_of, eur in every_cluster(data, bound, centre).items():
            if abs(eur - room) > 1e-6:
                assert ((centre, items_of) in excess) == (eur < room)
            if (centre, items_of) in excess:
                assert excess.pop((centre, items_of)) == pytest.approx(eur, abs=1e-6)
    assert not excess


def test_a_list_one_longer_than_allowed_is_given_up() -> None:
    data, bound, _ = priced(3)
    centres, items = np.arange(data.centres), np.arange(data.items)
    listed = list_clusters(data, bound, centres, items, 30.0, most=10_000)
    length = len(listed.centre)
    assert length > 1
    for most, fits in ((length + 1, True), (length, True), (length - 1, False)):
        assert (list_clusters(data, bound, centres, items, 30.0, most) is not None) == fits


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("seed", [1, 2, 5])
@pytest.mark.parametrize("most", [40, 10_000])
def test_a_narrow_program_proves_no_more_than_the_cheapest_choice(
    name: str, seed: int, most: int
) -> None:
    data, bound, least = priced(seed, **VARIANTS[name])
    start = _any_kept(data, seed)
    if start is None:
        assert name == "lower windows"  # the others leave room for most plans
        return
    proof = solve_narrow(data, bound, start, ENOUGH, most, least_room=0.0)
    value = data.value(proof.choice.opened, proof.choice.centre) if proof else np.inf
    assert proof is None or bound.bound <= proof.bound <= least + 1e-6
    assert value >= least - 1e-6
    assert data.excess(start.opened, start.centre) == 0
    if most == 10_000:
        assert value == pytest.approx(least)
        assert proof.bound == pytest.approx(least)


def _any_kept(data: SiteData, seed: int) -> Choice | None:
    """Return a choice drawn at random among those that keep the windows, None if none is met."""
    rng = np.random.default_rng(seed)
    for _ in range(3_000):
        count = int(rng.integers(data.least, data.most + 1))
        opened = np.sort(rng.choice(data.sites, count, replace=False))
        centre = rng.choice(np.concatenate([opened, data.standing()]), data.items)
        lived = opened[data.home[opened] >= 0]
        centre[data.home[lived]] = lived
        if data.excess(opened, centre) == 0:
            return Choice(opened=opened, centre=centre)
    return None


def test_integer_costs_leave_a_room_one_smaller_and_a_bound_on_an_integer() -> None:
    data, bound, _ = priced(2, home_unit=np.arange(6))
    start = _any_kept(data, 2)
    whole = replace(data, cost=np.rint(data.cost))
    assert value_step(data) == 0.0
    assert value_step(whole) == 1.0
    assert value_step(replace(whole, miss_price=np.ones(1))) == 0.0
    difference = whole.value(start.opened, start.centre) - data.value(start.opened, start.centre)
    shrunk = room_above(data, bound, start) + difference - 1.0
    assert room_above(whole, bound, start) == pytest.approx(shrunk)
    assert [next_value(whole, eur) for eur in (7.0, 7.0 + 1e-12, 7.001)] == [7.0, 7.0, 8.0]
    assert next_value(data, 7.001) == 7.001


def test_the_largest_room_that_is_not_too_full_is_taken() -> None:
    def listing(room: float) -> float | None:
        return room if room <= 50.0 else None

    assert largest_room(50.0, 1.0, listing) == (50.0, 50.0)
    room, _ = largest_room(100.0, 0.1, listing)
    assert 40.0 <= room <= 50.0
    assert largest_room(100.0, 0.6, listing) is None
    assert largest_room(51.0, 1.0, listing) is None
    assert largest_room(0.0, 0.1, lambda room: None) is None


def test_a_region_found_is_taken_over_only_where_nothing_changed_meanwhile() -> None:
    problem = make_site_problem(8, units=12, count=4, home_unit=np.arange(12), room=3.0)
    data = site_data(problem)
    before = served_from(data, np.array([0, 1, 2, 3]))
    region = np.array([0, 1])
    inside = np.isin(before.centre, region)
    moved = int(np.flatnonzero(inside & (before.centre != np.arange(12)))[0])
    to = 1 if before.centre[moved] == 0 else 0
    served = before.centre.copy()
    served[moved] = to
    found = Choice(opened=before.opened, centre=served)
    taken = with_region(data, before, before, region, found)
    assert (taken.centre == served).all()
    assert with_region(data, taken, before, region, found) is None
    clash = Choice(opened=np.array([0, 2, 3, 4]), centre=served)
    now = Choice(opened=np.array([0, 1, 3, 4]), centre=before.centre)
    assert with_region(data, now, before, region, clash) is None


@pytest.mark.parametrize("workers", [1, 2])
def test_regions_chosen_anew_never_make_a_choice_worse(workers: int) -> None:
    problem = make_site_problem(8, units=40, count=8, home_unit=np.arange(40), room=1.2)
    data = site_data(problem)
    near = near_lists(data)
    bound = ascend(data, near, first_prices(data, near), 900.0, 200, lambda: False)
    bound = ascend(data, near, bound.item_price, 900.0, 200, lambda: False, whole=True)
    start = served_from(data, bound.opened)
    values = []
    for _ in range(2):
        rounds = Rounds(
            data=data, near=near, bound=bound, options=Options(workers=workers, gap=0.0),
            stop=lambda: False, seconds_left=lambda: 30.0, choice=start,
        )  # fmt: skip
        rounds.cool_from_starts(range(2), 300)
        cooled = data.rank(rounds.choice.opened, rounds.choice.centre)
        rounds.improve_regions(12)
        values.append(data.rank(rounds.choice.opened, rounds.choice.centre))
        assert values[-1] <= cooled <= data.rank(start.opened, start.centre)
    assert values[0] == values[1]
    assert values[0][1] >= bound.bound
