"""Choices of one set a seat, and regions planned anew: what trying everything gives."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_set_builders import (
    branches,
    halves,
    item_bits,
    least_eur,
    make_region,
    members,
    missed_eur,
    sets,
)

from optimizer.territory_pattern_kernels import Offers, Windows
from optimizer.territory_set_cover import LEAST, MOST_COVERED, cheapest_cover
from optimizer.territory_set_list import MOST_ITEMS, WORD, Region
from optimizer.territory_set_region import BEST, BETTER, GIVEN_UP, Room, replan

PLENTY = 10**9
UNTOUCHED = -7
Listed = list[tuple[int, float, list[int]]]
"""Sets: seat, EUR, items."""


def write(listed: Listed) -> None:
    """Write sets down as if they had been listed."""
    room = sets()
    for at, (seat, eur, taken) in enumerate(listed):
        room.seat[at], room.eur[at], room.size[at] = seat, eur, len(taken)
        room.word[at] = item_bits(taken, MOST_ITEMS // WORD)
        room.member[at, : len(taken)] = sorted(taken)


def choose(
    listed: Listed, seats: int, items: int, limit: float = 1e6, budget: int = PLENTY
) -> tuple[bool, list[int]]:
    """Return whether the search was complete, and the sets chosen seat by seat."""
    write(listed)
    answer = np.full(seats, UNTOUCHED)
    complete = cheapest_cover(
        sets(), len(listed), (seats, items), limit, budget, branches(), answer
    )
    return complete, answer.tolist()


def eur_of(listed: Listed, chosen: list[int], items: int) -> float:
    """Return what a choice costs, having checked that it is one."""
    assert [listed[at][0] for at in chosen] == list(range(len(chosen)))
    assert sorted(i for at in chosen for i in listed[at][2]) == list(range(items))
    return sum(listed[at][1] for at in chosen)


def least(listed: Listed, seats: int, items: int) -> float:
    """Return what the cheapest choice costs, inf where there is none."""
    by_seat = [[one for one in listed if one[0] == seat] for seat in range(seats)]
    sound = [
        sum(eur for _, eur, _ in choice)
        for choice in product(*by_seat)
        if sorted(i for *_, taken in choice for i in taken) == list(range(items))
    ]
    return min(sound, default=np.inf)


@st.composite
def lists(draw: st.DrawFn) -> tuple[Listed, int, int]:
    """Draw a list of sets in which some choices are planted."""
    rng = np.random.default_rng(draw(st.integers(0, 100_000)))
    seats, items = draw(st.integers(1, 4)), draw(st.integers(0, 6))
    listed: Listed = []
    for _ in range(draw(st.integers(0, 4))):
        held = rng.integers(seats, size=items)
        for seat in range(seats):
            listed.append((seat, float(rng.integers(0, 20)), np.flatnonzero(held == seat).tolist()))
    for _ in range(draw(st.integers(0, 12))):
        taken = np.flatnonzero(rng.random(items) < 0.4).tolist()
        listed.append((int(rng.integers(seats)), float(rng.integers(0, 9)), taken))
    order = rng.permutation(len(listed))
    return [listed[k] for k in order], seats, items


@settings(max_examples=200, deadline=None)
@given(lists())
def test_the_cheapest_choice_is_found_where_there_is_one(drawn):
    listed, seats, items = drawn
    complete, chosen = choose(listed, seats, items)
    truth = least(listed, seats, items)
    assert complete
    assert (chosen == [UNTOUCHED] * seats) == np.isinf(truth)
    if np.isfinite(truth):
        assert eur_of(listed, chosen, items) == truth


@settings(max_examples=60, deadline=None)
@given(lists(), st.sampled_from([-1.0, 0.0, LEAST / 2, 2 * LEAST, 0.5]))
def test_only_a_choice_below_the_limit_is_an_answer(drawn, above):
    listed, seats, items = drawn
    truth = least(listed, seats, items)
    if np.isinf(truth):
        return
    complete, chosen = choose(listed, seats, items, limit=truth + above)
    assert complete
    assert (chosen != [UNTOUCHED] * seats) == (above > LEAST)


@settings(max_examples=30, deadline=None)
@given(lists())
def test_a_larger_budget_never_finds_a_dearer_choice_and_its_end_is_said(drawn):
    listed, seats, items = drawn
    truth, before, completed = least(listed, seats, items), np.inf, False
    for budget in (-1, 0, 10, 30, 60, 100, 200, 400, 1_000, PLENTY):
        complete, chosen = choose(listed, seats, items, budget=budget)
        eur = np.inf if UNTOUCHED in chosen else eur_of(listed, chosen, items)
        assert eur <= before
        assert complete or not completed
        assert eur == truth or not complete
        before, completed = eur, complete
    assert completed


def test_a_budget_counts_four_looks_at_each_set_that_fits_and_one_for_each_choice():
    listed: Listed = [(0, 1.0, [0]), (1, 1.0, [1]), (1, 2.0, [0, 1])]
    # Seat 0 has one set: 12 looks to find it, 3 to choose it; of seat 1 one set is left: 4 and 1.
    for budget, found in ((11, False), (14, False), (15, False), (19, False), (20, True)):
        complete, chosen = choose(listed, 2, 2, budget=budget)
        assert (complete, chosen == [0, 1]) == (found, found)


def test_sets_too_dear_for_any_better_choice_are_looked_at_once():
    listed: Listed = [(0, 1.0, [0]), (1, 1.0, [1]), (1, 50.0, [1])]
    # Of three sets two are left: 12 looks and 2, then 4 and 1.
    for limit, budget, complete in ((9.0, 18, False), (9.0, 19, True), (99.0, 19, False)):
        assert choose(listed, 2, 2, limit, budget)[0] == complete


def test_the_item_that_fewest_sets_take_is_chosen_for_first():
    listed: Listed = [(0, 9.0, [0, 1, 3]), (0, 1.0, [0]), (0, 1.0, [1])]
    listed += [(1, 1.0, [2]), (1, 1.0, [0, 2]), (1, 1.0, [1, 2]), (1, 1.0, [0, 1, 2])]
    # Item 3 is in one set of seven: 28 looks and 7; one other set is apart from it: 4 and 1.
    assert choose(listed, 2, 4, budget=39)[0] is False
    assert choose(listed, 2, 4, budget=40) == (True, [0, 3])


def test_no_choice_without_a_set_for_each_seat_even_where_all_items_are_taken():
    listed: Listed = [(0, 1.0, [0, 1]), (2, 1.0, [])]
    assert choose(listed, 3, 2) == (True, [UNTOUCHED] * 3)
    assert choose([*listed, (1, 5.0, [])], 3, 2) == (True, [0, 2, 1])


def test_no_choice_that_leaves_an_item_out_or_takes_one_twice():
    assert choose([(0, 1.0, [0]), (1, 1.0, [1])], 2, 3) == (True, [UNTOUCHED] * 2)
    assert choose([(0, 1.0, [0, 1]), (1, 1.0, [1, 2])], 2, 3) == (True, [UNTOUCHED] * 2)
    assert choose([(0, 1.0, []), (0, 1.0, [])], 1, 1) == (True, [UNTOUCHED])


def test_every_item_of_a_region_counts_up_to_the_last_bit():
    for items in (63, 64, 65, 127, 128, 129, MOST_ITEMS - 1, MOST_ITEMS):
        first = list(range(0, items, 5))
        rest = [item for item in range(items) if item % 5]
        parts = [rest[k::4] for k in range(4)]
        listed: Listed = [(0, 1.0, first), *((1 + k, 1.0, parts[k]) for k in range(4))]
        assert choose(listed, 5, items) == (True, [0, 1, 2, 3, 4])
        last = next(k for k, (*_, taken) in enumerate(listed) if items - 1 in taken)
        seat, eur, taken = listed[last]
        listed[last] = (seat, eur, taken[:-1])
        assert choose(listed, 5, items) == (True, [UNTOUCHED] * 5)


def test_a_region_has_so_many_seats_at_most():
    seats = MOST_COVERED
    listed: Listed = [(s, 1.0, [(s + k) % seats]) for s in range(seats) for k in range(2)]
    listed += [(s, 0.5, [(s + 1) % seats]) for s in range(seats)]
    complete, chosen = choose(listed, seats, seats)
    assert complete
    assert eur_of(listed, chosen, seats) == 0.5 * seats


def test_an_answer_is_the_same_whatever_was_searched_before():
    listed: Listed = [(0, 3.0, [0]), (0, 1.0, [1]), (1, 1.0, [0]), (1, 3.0, [1])]
    alone = choose(listed, 2, 2)
    choose([(s, 1.0, [s]) for s in range(9)], 9, 9)
    choose(listed, 2, 2, budget=13)
    assert choose(listed, 2, 2) == alone == (True, [1, 2])


def room_for(rows: int) -> Room:
    return Room(halves(rows), sets(), branches())


def replanned(
    region: Region, limit: float, budget: int = PLENTY, reach: float = 5.0
) -> tuple[int, bool, float]:
    """Return the state, whether the search was complete, and what the plan found costs.

    The plan's cost is counted from its items, not from what the lists say.
    """
    seats, rows = len(region.offers.start) - 1, region.offers.size.shape[1]
    answer, room = np.zeros(seats, dtype=np.int64), room_for(rows)
    state, complete = replan(region, limit, np.full(seats, reach), budget, room, answer)
    if state != BETTER:
        return state, complete, np.inf
    eur, taken = 0.0, []
    for seat, at in enumerate(answer.tolist()):
        assert room.sets.seat[at] == seat
        held = members(room.sets, at)
        first, last = region.offers.start[seat : seat + 2]
        rows_held = first + np.flatnonzero(np.isin(region.offers.item[first:last], list(held)))
        assert len(rows_held) == len(held)
        load = region.offers.size[rows_held].sum(axis=0)
        eur += region.net[rows_held].sum() + missed_eur(region.windows, seat, load[None])[0]
        taken += sorted(held)
    assert sorted(taken) == list(range(region.items))
    return state, complete, float(eur)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 100_000),
    seats=st.integers(2, 3),
    items=st.integers(1, 8),
    rows=st.integers(1, 2),
    reach=st.sampled_from([1e-9, 0.5, 50.0]),
)
def test_a_region_planned_anew_costs_the_least_of_all_plans(seed, seats, items, rows, reach):
    region = make_region(seed, seats=seats, items=items, rows=rows)
    truth = least_eur(region)
    assert np.isfinite(truth)
    for above in (0.01, 1.0, 30.0):
        state, complete, eur = replanned(region, truth + above, reach=reach)
        assert (state, complete, eur) == (BETTER, True, pytest.approx(truth, abs=1e-4))
    assert replanned(region, truth - 0.01, reach=reach) == (BEST, True, np.inf)
    assert replanned(region, truth - 30.0, reach=reach) == (BEST, True, np.inf)


def unpriced(seed: int) -> Region:
    region = make_region(seed, seats=3, items=7, rows=2)
    return region._replace(
        windows=region.windows._replace(price=np.zeros_like(region.windows.price))
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_region_is_best_as_it_is_at_the_optimum_and_better_a_hair_above(seed):
    region = unpriced(seed)
    truth = least_eur(region)
    assert replanned(region, truth)[0] == BEST
    assert replanned(region, truth + 1e-6) == (BETTER, True, pytest.approx(truth))


def test_a_region_that_no_plan_serves_has_no_better_plan():
    region = unpriced(1)
    narrow = region.windows._replace(
        lower=np.full((3, 2), 1e3), upper=np.full((3, 2), 2e3), miss=np.full(2, np.inf)
    )
    assert replanned(region._replace(windows=narrow), 1e4)[0] != BETTER


def test_a_search_cut_short_gives_up_or_has_a_better_plan_and_says_so():
    region = make_region(6, seats=3, items=8, rows=1)
    truth, states = least_eur(region), set()
    limit = truth + 25.0
    for budget in range(-1, 2_000, 100):
        state, complete, eur = replanned(region, limit, budget)
        assert state in (BETTER, GIVEN_UP)
        assert eur < limit or state == GIVEN_UP
        assert eur == pytest.approx(truth, abs=1e-4) or not complete
        states.add((state, complete))
    assert states == {(GIVEN_UP, False), (BETTER, False), (BETTER, True)}


@pytest.mark.parametrize(("items", "state"), [(12, BETTER), (18, GIVEN_UP)])
def test_too_many_sets_to_list_are_given_up(items, state):
    # Every set of either seat could be part of a plan below so high a limit.
    item = np.tile(np.arange(items), 2)
    windows = Windows(
        np.zeros((2, 1)), np.full((2, 1), 1.0 * items), np.zeros((2, 1)), np.ones(1) * np.inf
    )
    offers = Offers(np.array([0, items, 2 * items]), item, np.ones((2 * items, 1)))
    net = np.concatenate([np.full(items, 1.0), np.full(items, 1.5)])
    region = Region(net, items, offers, windows)
    assert replanned(region, 1e3)[:2] == (state, state == BETTER)
