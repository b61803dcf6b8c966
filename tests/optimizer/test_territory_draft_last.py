"""The last seats: all draws of all three are tried, and two share exactly whatever their limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_search_builders import never, plans, wide
from test_territory_kernel import make_items

from optimizer.territory_bound import relax
from optimizer.territory_draft import board_of, nothing_settled, table_of
from optimizer.territory_draft_last import DRAWS, STEPS, STRIDE, finish, share
from optimizer.territory_draft_picks import (
    LEAST_REACH,
    cheapest_set,
    copy_state,
    regrets,
    settle_seat,
)
from optimizer.territory_draft_prices import newton
from optimizer.territory_pairs import Items
from optimizer.territory_problem import Floats


def prices_of(items: Items) -> Floats:
    return relax(items, lambda: 60.0, never).prices.window


def every_way(items: Items, price: Floats, heat: float, noise: Floats) -> Floats:
    """Return (3, DRAWS) EUR of the plans that each seat's draws lead to."""
    board, table = board_of(items, 0.0), table_of(items)
    state, trial = nothing_settled(3, items.count), nothing_settled(3, items.count)
    for _ in range(STEPS):
        newton(board, state, price, heat, table.dual)
    regret, eur = regrets(board, state, price), np.full((3, DRAWS), np.inf)
    for seat in range(3):
        reach = np.full(3, LEAST_REACH * heat)
        for draw in range(DRAWS):
            dear = regret + heat * np.roll(noise, STRIDE * draw) * (draw > 0)
            pairs, extra = cheapest_set(board, seat, dear, price, reach, table.halves)
            copy_state(state, trial)
            taken = settle_seat(board, trial, seat, pairs)
            if extra < np.inf:
                eur[seat, draw] = taken + share(board, trial, price, heat, table.double)
    return eur


@pytest.mark.parametrize("seed", range(8))
def test_the_cheapest_of_all_draws_of_all_three_seats_counts(seed):
    items = wide(seed, units=24, rows=1, room=0.1)
    price, heat = prices_of(items), 30.0
    noise = 0.5 * np.random.default_rng(seed).standard_normal(72)
    eur = every_way(items, price.copy(), heat, noise)
    state = nothing_settled(3, 24)
    assert finish(board_of(items, 0.0), state, price, heat, noise, np.zeros(3), table_of(items))
    assert items.excess(state.chosen) == 0.0
    assert items.value(state.chosen) == pytest.approx(eur.min())


def test_now_the_noise_and_now_the_seat_decides():
    best = []
    for seed in range(8):
        items = wide(seed, units=24, rows=1, room=0.1)
        noise = 0.5 * np.random.default_rng(seed).standard_normal(72)
        best.append(divmod(int(every_way(items, prices_of(items), 30.0, noise).argmin()), DRAWS))
    assert {seat for seat, _ in best} == {0, 1, 2}
    assert max(draw for _, draw in best) > 1


@pytest.mark.parametrize("seats", [[0], [2], [0, 1, 2]])
def test_nothing_is_settled_where_one_of_three_seats_cannot_keep_its_limits(seats):
    items = wide(1, rows=1, room=9.0)
    off = 20.0 * np.isin(np.arange(3), seats)[:, None]
    items = replace(items, lower=items.lower + off, upper=items.upper + off)
    state = nothing_settled(3, 7)
    room, price = table_of(items), np.zeros((3, 1))
    assert not finish(board_of(items, 0.0), state, price, 5.0, np.zeros(21), np.zeros(3), room)
    assert (state.chosen == -1).all()


def shared(items: Items, heat: float = 1.0) -> float:
    """Return EUR of what two seats share, checked against the plan."""
    board, table, state = board_of(items, 0.0), table_of(items), nothing_settled(2, items.count)
    eur = share(board, state, prices_of(items), heat, table.double)
    if eur < np.inf:
        assert items.excess(state.chosen) == 0.0
        assert items.eur(state.chosen) == pytest.approx(eur)
    return eur


@pytest.mark.parametrize("seed", range(8))
def test_two_seats_share_at_the_optimum_with_limits_missed_at_a_price_or_missing(seed):
    items = make_items(units=9, seats=2, rows=2, seed=seed)
    items = replace(items, lower=items.lower - 0.3, upper=items.upper + 0.1)
    cases = (
        replace(items, miss_price=np.array([30.0, 80.0]), upper=items.lower),
        replace(items, miss_price=np.array([np.inf, 20.0])),
        replace(items, lower=np.full_like(items.lower, -np.inf)),
        replace(items, upper=np.full_like(items.upper, np.inf)),
        replace(
            items,
            lower=np.array([[-np.inf, 0.2], [0.5, -np.inf]]),
            upper=np.array([[1.3, np.inf], [np.inf, 1.2]]),
        ),
    )
    for case in cases:
        eur = plans(case)[1]
        assert shared(case) == pytest.approx(eur[0] if len(eur) else np.inf)


@pytest.mark.parametrize(("heat", "found"), [(1e-9, False), (1.0, True), (1e6, True)])
def test_two_seats_share_at_the_optimum_unless_the_search_begins_far_too_narrow(heat, found):
    items = make_items(units=9, seats=2, rows=1, seed=0)
    eur = plans(items)[1]
    assert eur[0] > relax(items, lambda: 60.0, never).bound + 5.0
    assert shared(items, heat) == pytest.approx(eur[0] if found else np.inf)


def test_two_seats_share_soundly_where_the_ways_are_too_many_to_list():
    items = make_items(units=60, seats=2, rows=1, seed=2)
    items = replace(items, lower=items.lower - 0.1, upper=items.upper + 0.1)
    least = relax(items, lambda: 60.0, never).bound
    assert least - 1e-6 <= shared(items, 1e6) <= 1.001 * least
    # Where costs are equal no limit leaves few ways: the search is given up, without a plan.
    assert shared(replace(items, pairs=replace(items.pairs, cost=np.ones(120)))) == np.inf


def test_an_item_that_neither_of_two_seats_may_have_leaves_no_way():
    items = make_items(units=6, seats=3, rows=1, seed=1)
    items = replace(items, lower=items.lower - 9.0, upper=items.upper + 9.0)
    for item, found in ((7, True), (2, False)):
        gone = (items.pairs.item == item) & (items.pairs.seat < 2)
        case = replace(items, pairs=items.pairs.where(~gone))
        board, table, state = board_of(case, 0.0), table_of(case), nothing_settled(3, 6)
        state.open[2] = False
        eur = share(board, state, np.zeros((3, 1)), 1.0, table.double)
        assert (eur < np.inf) == found


def test_nothing_left_to_share_costs_nothing_or_what_is_missed():
    items = make_items(units=3, seats=2, rows=1)
    cases = ((0.0, np.inf, 0.0), (0.4, np.inf, np.inf), (0.4, 50.0, 2 * 0.4 * 50.0))
    for lower, price, eur in cases:
        case = replace(
            items, lower=np.full((2, 1), lower), miss_price=np.array([price]), upper=items.upper
        )
        board, table, state = board_of(case, 0.0), table_of(case), nothing_settled(2, 3)
        state.free[:] = False
        assert share(board, state, np.zeros((2, 1)), 1.0, table.double) == pytest.approx(eur)
