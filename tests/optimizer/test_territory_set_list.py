"""Lists of cheap sets of whole items: just those that trying all subsets gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_set_builders import halves, make_region, members, sets, sets_of

from optimizer.territory_pattern_kernels import (
    EDGE,
    Offers,
    Windows,
    eur_off,
    loads_within,
    sharpest_row,
)
from optimizer.territory_pattern_ways import no_ways
from optimizer.territory_set_list import LARGEST_SET, MOST_ITEMS, MOST_SETS, Region, list_sets

PRICED = 1e-5
"""EUR that windows with a price may be out by."""


def listed(region: Region, seat: int, most_eur: float, before: int = 0) -> dict | int:
    """Return the sets listed behind so many others with their EUR, or -1."""
    room = sets()
    count = list_sets(seat, region, most_eur, halves(region.offers.size.shape[1]), room, before)
    if count < 0:
        return count
    assert (room.seat[before:count] == seat).all()
    found = [(members(room, at), room.eur[at]) for at in range(before, count)]
    assert len(dict(found)) == len(found)
    return dict(found)


def one_seat(net, size, lower, upper, price=0.0, miss=np.inf, item=None) -> Region:
    """Build a region of a single seat with one window."""
    net, size = np.array(net, dtype=float), np.array(size, dtype=float)[:, None]
    item = np.arange(len(net)) if item is None else np.array(item)
    windows = Windows(*(np.array([[x]], dtype=float) for x in (lower, upper, price)), np.ones(1))
    windows.miss[:] = miss
    return Region(net, len(net), Offers(np.array([0, len(net)]), item, size), windows)


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    rows=st.integers(1, 3),
    items=st.integers(1, 8),
    above=st.sampled_from([0.5, 3.5, 12.5, 40.5, 200.5]),
)
def test_the_sets_below_the_limit_are_those_that_all_subsets_give(seed, rows, items, above):
    region = make_region(seed, seats=2, items=items, rows=rows)
    for seat, before in ((0, 0), (1, 5)):
        truth = sets_of(region, seat)
        limit = np.floor(min(truth.values(), default=0.0)) + above
        wanted = {taken: eur for taken, eur in truth.items() if eur < limit}
        found = listed(region, seat, limit, before)
        assert found.keys() == wanted.keys()
        assert found == pytest.approx(wanted, abs=PRICED)


def test_what_is_listed_already_stays():
    region, room = make_region(3, seats=2), sets()
    count = list_sets(0, region, 100.0, halves(2), room, 0)
    kept = [(room.eur[k], room.seat[k], members(room, k)) for k in range(count)]
    assert count > 1
    assert list_sets(1, region, 100.0, halves(2), room, count) > count
    assert [(room.eur[k], room.seat[k], members(room, k)) for k in range(count)] == kept


@pytest.mark.parametrize("moved", [0.0, 40.0])
def test_sets_of_few_items_among_all_that_a_region_may_have_are_told_apart(moved):
    item = [0, 1, 62, 63, 64, 127, 128, MOST_ITEMS - 2, MOST_ITEMS - 1]
    net = np.arange(9.0) - 4.0 + moved
    region = one_seat(net, np.ones(9), 2.0, 3.0, item=item)
    assert listed(region, 0, 1e3) == sets_of(region, 0)


@pytest.mark.parametrize(("limit", "found"), [(2.0, {0, 1}), (3.0, {0, 1}), (3.001, {0, 1, 3})])
def test_a_set_at_the_limit_itself_is_left_out(limit, found):
    region = one_seat([0.0, 1.0, 7.0, 3.0], np.ones(4), 1.0, 1.0)
    assert listed(region, 0, limit).keys() == {frozenset([item]) for item in found}


@pytest.mark.parametrize(("most", "count"), [(-5.0, 0), (-6.0, 0), (-4.999, 1)])
def test_nothing_is_listed_where_the_relaxed_set_costs_the_limit(most, count):
    region = one_seat([-2.0, -3.0, 1.0], np.ones(3), 0.0, 3.0)
    assert len(listed(region, 0, most)) == count


@pytest.mark.parametrize(("lower", "upper"), [(2.0, np.inf), (-np.inf, 2.0), (2.0, 2.0)])
@pytest.mark.parametrize(
    ("off", "kept"), [(0.0, True), (0.9 * EDGE, True), (1.1 * EDGE, False), (0.5, False)]
)
def test_a_load_outside_its_window_by_rounding_alone_counts_as_inside(lower, upper, off, kept):
    load = 2.0 - off if np.isfinite(lower) else 2.0 + off
    for size, net in (([load, 9.0], [1.0, 0.0]), ([load, 9.0], [-1.0, 0.0])):
        region = one_seat(net, size, lower, upper)
        assert (frozenset([0]) in listed(region, 0, 50.0)) == kept


def test_items_are_turned_both_ways_in_both_halves():
    # Windows on the number of items: what the seat would like best is far outside.
    net = np.array([-1.0, -2.0, -3.0, -4.0, 1.0, 2.0, 3.0, 4.0])
    for count in range(9):
        region = one_seat(net, np.ones(8), float(count), float(count))
        found = listed(region, 0, 1e3)
        assert found == sets_of(region, 0)
        assert {len(taken) for taken in found} == {count}


def test_soft_windows_are_paid_for_by_how_far_they_are_missed():
    region = one_seat([2.0, -3.0], [1.0, 4.0], 2.0, 3.0, miss=5.0)
    assert listed(region, 0, 1e3) == pytest.approx(
        {
            frozenset(): 10.0,
            frozenset([0]): 7.0,
            frozenset([1]): 2.0,
            frozenset([0, 1]): 9.0,
        }
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 100_000), price=st.integers(-4, 4))
def test_the_prices_of_windows_guide_the_listing_and_change_nothing(seed, price):
    region = make_region(seed, seats=1, items=8, rows=2)
    fair = np.where(np.isfinite(region.windows.lower) & np.isfinite(region.windows.upper), price, 0)
    other = region._replace(windows=region.windows._replace(price=fair.astype(float)))
    limit = min(sets_of(region, 0).values()) + 7.5
    assert listed(other, 0, limit) == pytest.approx(listed(region, 0, limit), abs=PRICED)


@pytest.mark.parametrize(("room", "fits"), [(17, True), (16, True), (15, False)])
def test_a_region_has_room_for_so_many_sets_and_no_more(room, fits):
    region = one_seat([1.0, 1.0, 1.0, 1.0], np.ones(4), 0.0, 4.0)
    found = listed(region, 0, 1e3, before=MOST_SETS - 1 - room)
    assert (len(found) == 16 if fits else found == -1) is True


@pytest.mark.parametrize(("many", "listed_all"), [(30, True), (31, False), (32, False)])
def test_too_many_ways_in_a_half_end_the_listing(many, listed_all):
    # 2^15 ways in a half fit, 2^16 do not; the window leaves a single set.
    region = one_seat(np.full(many, 0.1), np.ones(many), many, many)
    found = listed(region, 0, 1e3)
    assert found == ({frozenset(range(many)): pytest.approx(0.1 * many)} if listed_all else -1)


@pytest.mark.parametrize(
    ("size", "fits"), [(LARGEST_SET - 1, True), (LARGEST_SET, True), (LARGEST_SET + 1, False)]
)
def test_a_set_has_a_largest_size(size, fits):
    region = one_seat(np.full(size, -100.0), np.ones(size), 0.0, np.inf)
    found = listed(region, 0, -100.0 * size + 1.0)
    assert found == ({frozenset(range(size)): -100.0 * size} if fits else -1)


@settings(max_examples=80, deadline=None)
@given(
    price=st.integers(-4, 4),
    miss=st.sampled_from([4.0, 7.0, np.inf]),
    load=st.integers(-12, 24),
    eur=st.integers(1, 30),
    open_side=st.sampled_from(["none", "lower", "upper"]),
)
def test_a_load_costs_within_the_eur_exactly_where_it_lies_within_the_loads(
    price, miss, load, eur, open_side
):
    lower = -np.inf if open_side == "lower" else 3.0
    upper = np.inf if open_side == "upper" else 8.0
    price = {"lower": min(price, 0), "upper": max(price, 0), "none": price}[open_side]
    windows = one_seat([], [], lower, upper, price, miss).windows
    off = max(lower - load, load - upper, 0.0)
    edge = {1: lower, 0: 0.0, -1: upper}[int(np.sign(price))]
    wanted = (price * (load - edge) if price else 0.0) + (miss * off if off else 0.0)
    assert eur_off(0, 0, windows, float(load)) == pytest.approx(wanted)
    low, high = loads_within(0, 0, windows, float(eur))
    # At the edge itself and a rounding beyond, loads are looked at; further out they are not.
    assert (low <= load <= high) == (wanted <= eur)


def test_the_sharpest_row_is_the_one_that_leaves_the_smallest_share_of_loads():
    ways = no_ways(3)
    ways.load[:, :3] = [[0.0, 4.0, -6.0], [0.0, 1.0, 1.5], [0.0, 50.0, -50.0]]
    windows = Windows(np.zeros((2, 3)), np.ones((2, 3)), np.zeros((2, 3)), np.full(3, np.inf))
    windows.upper[1] = [0.5, 1.0, 20.0]
    # Shares 0.1, 0.67, 0.01 of all three ways, of the first two ways 0.25, 1 and 0.02.
    assert sharpest_row(0, windows, 1.0, ways, 3) == 2
    windows.upper[0, 2] = 20.0
    assert sharpest_row(0, windows, 1.0, ways, 3) == 0
    assert sharpest_row(1, windows, 1.0, ways, 3) == 0
    soft = windows._replace(miss=np.array([0.1, np.inf, np.inf]))
    assert sharpest_row(0, soft, 1.0, ways, 3) == 2
    assert sharpest_row(0, soft, 0.0, ways, 3) == 0
