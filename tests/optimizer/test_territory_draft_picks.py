"""Steps to better prices, regrets and picks, each against the same thing said in plain numpy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_search_builders import never, wide
from test_territory_kernel import make_items

from optimizer.territory_bound import relax
from optimizer.territory_draft import board_of, nothing_settled, table_of
from optimizer.territory_draft_picks import (
    LEAST_REACH,
    cheapest_set,
    copy_state,
    misses,
    pick,
    regrets,
    settle_seat,
)
from optimizer.territory_draft_prices import (
    FARTHEST,
    RIDGE,
    SHORTER,
    TRIES,
    State,
    newton,
    soft_value,
)
from optimizer.territory_pairs import Items
from optimizer.territory_prices import Prices, adjusted_cost, cut_prices
from optimizer.territory_problem import Floats


def begun(items: Items, seat: int) -> State:
    """Settle one seat with the second item, or the first that it may have."""
    state = nothing_settled(items.seats, items.count)
    mine = np.flatnonzero(items.pairs.seat == seat)
    settle_seat(board_of(items, 0.0), state, seat, mine[items.pairs.item[mine] >= 1][:1])
    return state


def slopes_of(items: Items, state: State, price: Floats, load: Floats) -> Floats:
    """Return (S, R) how the bound rises with prices, 0 for rows that stay as they are."""
    slope = np.zeros_like(price)
    slope = np.where((price < 0) | ((price == 0) & (load > items.upper)), items.upper - load, slope)
    slope = np.where((price > 0) | ((price == 0) & (load < items.lower)), items.lower - load, slope)
    most = items.miss_price
    slope[((price >= most) & (slope > 0)) | ((price <= -most) & (slope < 0))] = 0.0
    slope[~state.open] = 0.0
    return slope


def loads_of(items: Items, state: State, price: Floats, heat: float) -> tuple[Floats, Floats]:
    """Return (S, R) loads at the soft minimum and (SR, SR) minus the Hessian times the heat."""
    pairs, rows = items.pairs, price.shape[1]
    eur = adjusted_cost(pairs, Prices(window=price, move=0.0))
    load, hessian = np.zeros(price.size), np.zeros((price.size, price.size))
    for item in np.flatnonzero(state.free):
        mine = np.flatnonzero((pairs.item == item) & state.open[pairs.seat])
        behind = (eur[mine] - eur[mine].min()) / heat
        mine, weight = mine[behind < FARTHEST], np.exp(-behind[behind < FARTHEST])
        weight /= weight.sum()
        brings = np.zeros((len(mine), price.size))
        for k, p in enumerate(mine):
            brings[k, pairs.seat[p] * rows : (pairs.seat[p] + 1) * rows] = pairs.size[p]
        mean = weight @ brings
        load += mean
        hessian += brings.T @ (weight[:, None] * brings) - np.outer(mean, mean)
    return load.reshape(price.shape), hessian


def stepped(items: Items, state: State, price: Floats, heat: float) -> Floats:
    """Return the prices after one step, by numpy's own solver."""
    load, hessian = loads_of(items, state, price, heat)
    slope = slopes_of(items, state, price, load)
    moving = np.flatnonzero(slope)
    hessian = hessian[np.ix_(moving, moving)]
    hessian += np.diag(RIDGE * np.diag(hessian) + 1e-9)
    step = np.zeros(price.size)
    step[moving] = heat * np.linalg.solve(hessian, slope.ravel()[moving])
    step = step.reshape(price.shape)
    board, dual = board_of(items, 0.0), table_of(items).dual
    least = soft_value(board, state, price, heat, dual)[1]
    for attempt in range(TRIES):
        new = price + SHORTER**attempt * step
        new[(new * price < 0) | ((price == 0) & (new * slope < 0))] = 0.0
        new = np.clip(new, -items.miss_price, items.miss_price)
        if soft_value(board, state, new, heat, dual)[1] >= least:
            return new
    return price


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rows", [1, 2])
def test_a_step_is_newtons_on_the_rows_that_may_move(seed, rows):
    items = make_items(units=14, seats=5, rows=rows, seed=seed)
    rng = np.random.default_rng(seed)
    if seed % 3:
        items = replace(items, miss_price=np.array([40.0, np.inf])[:rows])
    if seed % 4 == 1:
        low = np.where(rng.random(items.lower.shape) < 0.5, -np.inf, items.lower)
        high = np.where(rng.random(items.lower.shape) < 0.5, np.inf, items.upper)
        items = replace(items, lower=low, upper=high)
    drawn = rng.normal(0.0, 40.0, items.lower.shape) * (rng.random(items.lower.shape) < 0.7)
    price = cut_prices(items, Prices(window=drawn, move=0.0), np.inf).window
    state = begun(items, seat=seed % 5) if seed % 2 else nothing_settled(5, 14)
    board, dual = board_of(items, 0.0), table_of(items).dual
    for heat in (60.0, 6.0, 20.0):
        expected = stepped(items, state, price, heat)
        found = newton(board, state, price, heat, dual)
        assert price == pytest.approx(expected, rel=1e-5, abs=1e-5)
        assert found == pytest.approx(soft_value(board, state, price, heat, table_of(items).dual))


def test_a_step_that_leads_astray_at_every_length_is_not_taken():
    items = make_items(units=1, rows=1)
    items = replace(
        items,
        pairs=replace(items.pairs, cost=np.array([0.0, 100.0, 200.0]), size=np.ones((3, 1))),
        lower=np.array([[-np.inf], [0.5], [-np.inf]]),
        upper=np.full((3, 1), np.inf),
    )
    board, state, price = board_of(items, 0.0), nothing_settled(3, 1), np.zeros((3, 1))
    # Nothing weighs in the row that is missed, so the step is a leap.
    assert newton(board, state, price, 1.0, table_of(items).dual) == (0.0, 0.0)
    assert (price == 0.0).all()


@pytest.mark.parametrize("seed", range(4))
def test_regrets_are_what_a_pair_costs_above_the_best_other_open_seat(seed):
    items = make_items(units=9, seats=4, rows=1, seed=seed)
    kept = np.random.default_rng(seed).random(36) < 0.6
    kept[::4] = True
    items = replace(items, pairs=items.pairs.where(kept))
    pairs, price = items.pairs, np.random.default_rng(seed).normal(0.0, 20.0, (4, 1))
    state = begun(items, seat=3)
    found = regrets(board_of(items, 0.0), state, price)
    eur = adjusted_cost(pairs, Prices(window=price, move=0.0))
    for p in range(len(eur)):
        others = (pairs.item == pairs.item[p]) & state.open[pairs.seat]
        if not (state.free[pairs.item[p]] and state.open[pairs.seat[p]]):
            assert found[p] == np.inf
            continue
        others[p] = False
        best = eur[others].min() if others.any() else np.inf
        assert found[p] == pytest.approx(eur[p] - best)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("priced", [False, True])
def test_the_seat_is_settled_that_leaves_the_others_best_off(seed, priced):
    items = make_items(units=15, seats=5, rows=1, seed=seed)
    items = replace(items, lower=items.lower - 0.1, upper=items.upper + 0.1)
    if priced:
        items = replace(items, miss_price=np.array([25.0]))
    board, table, heat = board_of(items, 0.0), table_of(items), 20.0
    prices, reach = relax(items, lambda: 60.0, never).prices.window, np.zeros(5)
    noise = 0.5 * np.random.default_rng(seed).standard_normal(75)
    state = nothing_settled(5, 15)

    price, trial = prices.copy(), nothing_settled(5, 15)
    for _ in range(2):
        newton(board, state, price, heat, table.dual)
    dear = regrets(board, state, price) + heat * noise
    values, chosen = [], []
    for seat in range(5):
        within = np.full(5, LEAST_REACH * heat)
        pairs, extra = cheapest_set(board, seat, dear, price, within, table.halves)
        copy_state(state, trial)
        eur = settle_seat(board, trial, seat, pairs)
        rest = newton(board, trial, price.copy(), heat, table.dual)[1]
        values.append(eur + rest if extra < np.inf else np.inf)
        chosen.append(trial.chosen.copy())

    table.price[:] = 1e6
    assert pick(board, state, prices, heat, noise, reach, table)
    assert (prices == price).all()
    assert not state.open[np.argmin(values)]
    assert state.open.sum() == 4
    assert (state.chosen == chosen[np.argmin(values)]).all()
    assert (state.free == (state.chosen < 0)).all()


def test_no_seat_is_picked_where_none_can_keep_its_limits_or_an_item_has_no_seat():
    items = make_items(units=6, seats=4, rows=1)
    far = replace(items, lower=items.upper + 9.0, upper=items.upper + 10.0)
    for case, closed in ((far, []), (items, [0, 1, 2, 3])):
        state = nothing_settled(4, 6)
        state.open[closed] = False
        price, reach = np.zeros((4, 1)), np.zeros(4)
        room = table_of(case)
        assert not pick(board_of(case, 0.0), state, price, 5.0, np.zeros(24), reach, room)
        assert (state.chosen == -1).all()


def test_seats_are_searched_up_to_a_tenth_of_the_heat_at_least_and_the_heat_at_most():
    items = wide(1, units=8, rows=1, room=9.0)
    board, table = board_of(items, 0.0), table_of(items)
    # With so much room the cheapest set is the relaxed one, so the reach shrinks from where it was.
    for before, least in ((0.0, LEAST_REACH), (1e9, 1.0)):
        state, reach = nothing_settled(3, 8), np.full(3, before)
        assert pick(board, state, np.zeros((3, 1)), 4.0, np.zeros(24), reach, table)
        assert reach == pytest.approx(1e-9 * 4.0 * least)


@pytest.mark.parametrize(
    ("load", "missed"),
    [(1.0, False), (1.0 - 2e-7, True), (2.0, False), (2.0 + 2e-7, True), (1.5, False)],
)
def test_a_hard_limit_is_missed_by_more_than_rounding(load, missed):
    items = make_items(units=3, seats=3, rows=1)
    items = replace(items, lower=np.full((3, 1), 1.0), upper=np.full((3, 1), 2.0))
    assert misses(board_of(items, 0.0), 1, np.array([load])) == missed
    priced = replace(items, miss_price=np.array([5.0]))
    assert not misses(board_of(priced, 0.0), 1, np.array([load]))
