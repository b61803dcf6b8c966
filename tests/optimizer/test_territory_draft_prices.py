"""Prices of open seats: their value is a bound, one step raises it, closed seats are gone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_search_builders import never, plans, wide
from test_territory_kernel import make_items

from optimizer.territory_bound import relax
from optimizer.territory_draft import board_of, nothing_settled, table_of
from optimizer.territory_draft_last import share
from optimizer.territory_draft_picks import cheapest_set, regrets, settle_seat
from optimizer.territory_draft_prices import _solve, newton, soft_value
from optimizer.territory_pairs import Items
from optimizer.territory_prices import Prices, cut_prices, lagrangian_bound
from optimizer.territory_problem import Floats


def any_prices(items: Items, seed: int) -> Floats:
    """Draw prices that are valid for the limits."""
    drawn = np.random.default_rng(seed).normal(0.0, 30.0, items.lower.shape)
    return cut_prices(items, Prices(window=drawn, move=0.0), np.inf).window


@pytest.mark.parametrize("seed", range(4))
def test_the_value_is_the_bound_of_the_prices_and_the_smooth_one_never_above_it(seed):
    items = replace(wide(seed), miss_price=np.array([np.inf, 20.0]))
    price = any_prices(items, seed)
    state = nothing_settled(items.seats, items.count)
    bound = lagrangian_bound(items, Prices(window=price, move=0.0), np.inf)
    softs = []
    for heat in (8.0, 2.0, 0.01):
        hard, soft = soft_value(board_of(items, 0.0), state, price, heat, table_of(items).dual)
        assert hard == pytest.approx(bound)
        softs.append(soft)
    assert softs == sorted(softs)
    assert softs[0] < bound - 1.0
    assert softs[-1] == pytest.approx(bound, abs=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_steps_never_lower_the_smooth_value_and_end_at_the_relaxation(seed):
    items = wide(seed, units=12)
    board, dual = board_of(items, 0.0), table_of(items).dual
    state, price = nothing_settled(items.seats, items.count), np.zeros_like(items.lower)
    best = relax(items, lambda: 60.0, never).bound
    for heat in (5.0, 2.0, 1.0, 0.5, 0.2):
        soft = soft_value(board, state, price, heat, dual)[1]
        for _ in range(20):
            hard, now = newton(board, state, price, heat, dual)
            assert now >= soft - 1e-9
            assert hard <= best + 1e-6
            soft = now
    assert hard == pytest.approx(best, rel=0.01)
    assert (price == cut_prices(items, Prices(window=price, move=0.0), np.inf).window).all()


def test_prices_stay_within_what_missing_costs():
    items = replace(wide(2), miss_price=np.array([3.0, 1.0]))
    items = replace(items, upper=items.upper - 2.0, lower=items.lower - 2.0)
    board, dual = board_of(items, 0.0), table_of(items).dual
    price = np.zeros_like(items.lower)
    for _ in range(10):
        newton(board, nothing_settled(items.seats, items.count), price, 2.0, dual)
    assert (np.abs(price) <= items.miss_price).all()
    assert (np.abs(price) == items.miss_price).any()


def test_closed_seats_and_settled_items_are_gone():
    items = make_items(units=6, seats=4, rows=1, seed=3)
    items.lower[2], items.upper[2] = -np.inf, np.inf
    board, state = board_of(items, 0.0), nothing_settled(4, 6)
    price = any_prices(items, 3)
    taken = np.flatnonzero((items.pairs.seat == 2) & (items.pairs.item < 2))
    eur = settle_seat(board, state, 2, taken)
    assert eur == pytest.approx(items.pairs.cost[taken].sum())
    left = (items.pairs.seat != 2) & (items.pairs.item >= 2)
    rest = replace(
        items,
        pairs=replace(items.pairs.where(left), start=np.arange(5) * 3),
        lower=np.where(np.arange(4)[:, None] == 2, -np.inf, items.lower),
        upper=np.where(np.arange(4)[:, None] == 2, np.inf, items.upper),
    )
    expected = lagrangian_bound(rest, Prices(window=price, move=0.0), np.inf)
    assert soft_value(board, state, price, 1.0, table_of(items).dual)[0] == pytest.approx(expected)


def test_an_item_without_an_open_seat_has_no_value():
    items = make_items(units=6, seats=3, rows=1)
    only = replace(items, pairs=items.pairs.where((items.pairs.item > 0) | (items.pairs.seat == 1)))
    board, state = board_of(only, 0.0), nothing_settled(3, 6)
    price, dual = np.zeros_like(only.lower), table_of(only).dual
    assert np.isfinite(soft_value(board, state, price, 1.0, dual)).all()
    assert regrets(board, state, price)[0] == -np.inf
    state.open[1] = False
    assert soft_value(board, state, price, 1.0, dual) == (-np.inf, -np.inf)
    assert newton(board, state, price, 1.0, dual) == (-np.inf, -np.inf)
    assert np.isposinf(regrets(board, state, price)[0])


def test_missing_a_priced_limit_is_part_of_what_a_seat_costs():
    items = replace(wide(1, rows=1), miss_price=np.array([50.0]))
    board, state = board_of(items, 0.0), nothing_settled(items.seats, items.count)
    eur = settle_seat(board, state, 0, np.array([], dtype=np.int64))
    assert eur == pytest.approx(50.0 * items.lower[0, 0])
    assert not state.open[0]


@pytest.mark.parametrize(("beyond", "kept"), [(-0.1, True), (0.0, True), (0.01, False)])
def test_missing_a_hard_limit_costs_more_than_anything(beyond, kept):
    items = wide(1, rows=1)
    held = np.flatnonzero(items.pairs.seat == 0)[:2]
    items.lower[0], items.upper[0] = -np.inf, items.pairs.size[held].sum() - beyond
    board, state = board_of(items, 0.0), nothing_settled(items.seats, items.count)
    assert np.isfinite(settle_seat(board, state, 0, held)) == kept


@pytest.mark.parametrize("size", [1, 2, 7])
def test_the_equations_of_a_step_are_solved(size):
    rng = np.random.default_rng(size)
    root = rng.normal(size=(size + 2, size))
    matrix, right = root.T @ root, rng.normal(size=size)
    room = np.full((size + 3, size + 3), 7.0)
    room[:size, :size] = matrix
    answer = np.concatenate([right, [5.0]])
    _solve(room, answer, size)
    assert answer[:size] == pytest.approx(np.linalg.solve(matrix, right))
    assert answer[size] == 5.0


def test_equations_that_are_not_independent_have_a_finite_answer():
    answer = np.ones(2)
    _solve(np.ones((2, 2)), answer, 2)
    assert np.isfinite(answer).all()
    assert answer.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rows", [1, 2])
def test_the_last_two_seats_share_what_is_left_at_the_optimum(seed, rows):
    items = make_items(units=9, seats=2, rows=rows, seed=seed)
    items = replace(items, lower=items.lower - 0.2, upper=items.upper + 0.2)
    if seed % 2:
        items = replace(items, pairs=items.pairs.where(np.arange(18) % 5 > 0))
    _, eur = plans(items)
    board, table = board_of(items, 0.0), table_of(items)
    state = nothing_settled(2, 9)
    price = relax(items, lambda: 60.0, never).prices.window
    assert share(board, state, price, 1.0, table.double) == pytest.approx(eur[0])
    assert items.excess(state.chosen) == 0.0
    assert items.value(state.chosen) == pytest.approx(eur[0])


def test_two_seats_that_cannot_share_have_no_way():
    items = make_items(units=6, seats=2, rows=1, seed=1)
    items = replace(items, upper=items.lower - 0.5, lower=np.full_like(items.lower, -np.inf))
    board, table = board_of(items, 0.0), table_of(items)
    price = np.zeros_like(items.lower)
    assert share(board, nothing_settled(2, 6), price, 1.0, table.double) == np.inf


@pytest.mark.parametrize("seed", range(6))
def test_a_seats_cheapest_set_costs_least_of_all_its_sets(seed):
    items = wide(seed, units=8, rows=1)
    board, table = board_of(items, 0.0), table_of(items)
    state = nothing_settled(items.seats, items.count)
    price = relax(items, lambda: 60.0, never).prices.window
    regret = regrets(board, state, price)
    pairs, extra = cheapest_set(board, 1, regret, price, np.full(3, 5.0), table.halves)
    mine = np.flatnonzero(items.pairs.seat == 1)
    bits = (np.arange(2 ** len(mine))[:, None] >> np.arange(len(mine))) & 1
    load = bits @ items.pairs.size[mine, 0]
    low, high, at = items.lower[1, 0], items.upper[1, 0], price[1, 0]
    slack = at * (load - low) if at > 0 else at * (load - high)
    eur = bits @ regret[mine] + slack - np.minimum(regret[mine], 0.0).sum()
    kept = (load >= low - 1e-7) & (load <= high + 1e-7)
    assert extra == pytest.approx(eur[kept].min(), abs=1e-5)
    chosen = np.isin(mine, pairs)
    assert eur[kept & (bits == chosen).all(axis=1)] == pytest.approx(extra, abs=1e-5)
