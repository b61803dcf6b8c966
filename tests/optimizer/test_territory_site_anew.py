"""Regions as problems of their own: what they hold, that they never make a choice worse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_territory_sites import cheapest, make_site_problem

from optimizer.mathopt import Limits
from optimizer.territory_site_anew import choose_anew
from optimizer.territory_site_bound import SiteBound, ascend, first_prices
from optimizer.territory_site_build import site_data
from optimizer.territory_site_data import SiteData
from optimizer.territory_site_draw import GROWN, MOST_SEATS, PAIRS, SHRUNK, Draw
from optimizer.territory_site_inset import inset_of
from optimizer.territory_site_near import near_lists
from optimizer.territory_site_search import Choice, Cooling, Walker
from optimizer.territory_site_start import served_from

ENOUGH = Limits(seconds=30.0)
VARIANTS = {
    "homes": {"home_unit": np.arange(20)},
    "no homes": {},
    "number free": {"least": 2, "most": 6, "open_cost": np.full(20, 30.0)},
    "a seat that stands": {"seats": 1, "home_unit": np.arange(20)},
}


def priced(seed: int, **changes) -> tuple[SiteData, SiteBound]:
    problem = make_site_problem(seed, **{"units": 20, "count": 5, "room": 1.6} | changes)
    data = site_data(problem)
    near = near_lists(data)
    return data, ascend(data, near, first_prices(data, near), 900.0, 60, lambda: False)


def cooled(data: SiteData, bound: SiteBound) -> Choice:
    start = served_from(data, bound.opened)
    walker = Walker(data, near_lists(data), start, 1)
    return walker.anneal(Cooling(hot=20.0, cold=1.0, steps=4_000), lambda: False)


def of_two(choice: Choice, data: SiteData) -> np.ndarray:
    every = np.concatenate([choice.opened, data.standing()])
    return np.sort(every[[0, -1]])


@pytest.mark.parametrize("name", VARIANTS)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 5_000))
def test_a_region_costs_misses_and_opens_what_the_whole_choice_does_there(
    name: str, seed: int
) -> None:
    data, bound = priced(seed, **VARIANTS[name])
    choice = cooled(data, bound)
    region = of_two(choice, data)
    inset = inset_of(data, choice, region)
    held, rest = inset.choice, np.setdiff1d(np.arange(data.items), inset.items)
    opened_elsewhere = np.setdiff1d(choice.opened, region)
    elsewhere = data.cost[choice.centre[rest], rest].sum()
    elsewhere += data.open_cost[opened_elsewhere].sum()
    whole = data.value(choice.opened, choice.centre)
    assert inset.data.value(held.opened, held.centre) + elsewhere == pytest.approx(whole)
    missed = data.missed_at(region, choice.centre).sum()
    assert inset.data.missed(held.opened, held.centre).sum() == pytest.approx(missed)
    assert inset.data.least == max(0, data.least - len(opened_elsewhere))
    assert inset.data.most == data.most - len(opened_elsewhere)
    back = inset.put_back(choice, held)
    assert (back.opened == choice.opened).all()
    assert (back.centre == choice.centre).all()


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("most", [5, 60, 1_000])
def test_a_region_chosen_anew_is_no_worse_and_leaves_the_rest_as_it_was(
    name: str, most: int
) -> None:
    for seed in range(3):
        data, bound = priced(seed, **VARIANTS[name])
        choice = cooled(data, bound)
        region = of_two(choice, data)
        found = choose_anew(data, bound, choice, region, ENOUGH, most)
        if found is None:
            continue
        missed, eur = data.rank(found.choice.opened, found.choice.centre)
        missed_before, eur_before = data.rank(choice.opened, choice.centre)
        assert missed <= missed_before
        assert missed < missed_before or eur <= eur_before + 1e-6
        rest = ~np.isin(choice.centre, region)
        assert (found.choice.centre[rest] == choice.centre[rest]).all()
        assert np.isin(np.setdiff1d(choice.opened, region), found.choice.opened).all()
        assert data.least <= len(found.choice.opened) <= data.most
        assert 0.0 <= found.share <= 1.0 + 1e-9


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_region_of_all_centres_is_chosen_as_cheap_as_can_be(seed: int) -> None:
    problem = make_site_problem(seed, units=6, home_unit=np.arange(6))
    data = site_data(problem)
    near = near_lists(data)
    least, _ = cheapest(problem)
    bound = ascend(data, near, first_prices(data, near), least, 40, lambda: False)
    choice = cooled(data, bound)
    found = choose_anew(data, bound, choice, choice.opened, ENOUGH, 20_000)
    assert found.share == 1.0
    assert data.value(found.choice.opened, found.choice.centre) == pytest.approx(least)
    assert data.excess(found.choice.opened, found.choice.centre) == 0


def test_a_window_missed_is_mended_by_choosing_its_region_anew() -> None:
    mended = 0
    for seed in range(6):
        data, bound = priced(seed, home_unit=np.arange(20), room=1.25)
        choice = served_from(data, bound.opened)
        if data.excess(choice.opened, choice.centre) == 0:
            continue
        found = choose_anew(data, bound, choice, choice.opened, ENOUGH, 1_000)
        if found is not None:
            assert data.excess(found.choice.opened, found.choice.centre) == 0
            mended += 1
    assert mended >= 3


def draw_of(data: SiteData, seats: float) -> Draw:
    unknown = np.full(data.centres, np.nan)
    return Draw(data=data, rng=np.random.default_rng(1), seats=seats, seat_eur=unknown)


@pytest.mark.parametrize("seats", [2.0, 5.0])
def test_regions_drawn_together_share_no_centre_and_none_tried_in_vain_comes_again(
    seats: float,
) -> None:
    data, bound = priced(4, home_unit=np.arange(20), count=8)
    choice = cooled(data, bound)
    draw = draw_of(data, seats)
    for _ in range(200):
        regions = draw.apart(choice, bound, 2)
        if not regions:
            break
        drawn = np.concatenate(regions)
        assert len(np.unique(drawn)) == len(drawn)
        assert np.isin(drawn, choice.opened).all()
        keys = {draw.key(choice, region) for region in regions}
        assert len(keys) == len(regions)
        assert not keys & draw.failed
        draw.failed |= keys
    assert not regions
    assert len(draw.failed) >= 8


def test_two_places_that_a_region_joins_lack_seats_and_have_many() -> None:
    data, bound = priced(4, home_unit=np.arange(20), count=8)
    choice = cooled(data, bound)
    draw = draw_of(data, 4.0)
    draw.seat_eur[choice.opened] = -100.0
    draw.seat_eur[choice.opened[[0, 5]]] = [-9_000.0, 8_800.0]
    joined = [draw.apart(choice, bound, 1)[0] for _ in range(60)]
    both = sum(np.isin(choice.opened[[0, 5]], region).all() for region in joined)
    assert both >= 0.5 * PAIRS * len(joined)


def test_regions_grow_when_looked_at_well_shrink_when_not_and_keep_within_limits() -> None:
    data, bound = priced(4)
    choice = cooled(data, bound)
    draw = draw_of(data, 50.0)
    draw.learn(choice.opened[:2], -7.0, enough=True)
    assert draw.seats == pytest.approx(50.0 * GROWN)
    draw.learn(choice.opened[2:3], -3.0, enough=False)
    assert draw.seats == pytest.approx(50.0 * GROWN * SHRUNK)
    assert draw.seat_eur[choice.opened[:3]].tolist() == [-7.0, -7.0, -3.0]
    for _ in range(100):
        draw.learn(choice.opened[:2], -7.0, enough=True)
    assert draw.seats == MOST_SEATS
