"""Drafts: limits kept, the optimum of few seats, never worse, the same again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_search_builders import never, one_sided_or_priced, plans, wide
from test_territory_kernel import make_items

from optimizer import territory_draft
from optimizer.territory_bound import relax
from optimizer.territory_draft import (
    HEAT,
    LAST,
    LEAST_HEAT,
    LEAST_WORK,
    NOISE,
    _spacing,
    board_of,
    draft,
    drafts_fit,
    search_drafts,
    table_of,
)
from optimizer.territory_pairs import Items, rank
from optimizer.territory_prices import Prices
from optimizer.territory_problem import Floats, Ints


def run(items: Items, pair: Ints, drafts: int = 4, seed: int = 1) -> Ints:
    """Draft so often from a plan, at the relaxation's own prices."""
    work = drafts * LEAST_WORK
    prices = relax(items, lambda: 60.0, never).prices
    return search_drafts(items, pair, prices, work=work, seed=seed, stop=never)


def four_seats(seed: int, rows: int = 1) -> Items:
    """Build nine items of four seats with some room in the windows."""
    items = make_items(units=9, seats=4, rows=rows, seed=seed)
    return replace(items, lower=items.lower - 0.3, upper=items.upper + 0.3)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("share", [1.0, 0.7])
def test_three_seats_are_settled_at_the_optimum(seed, rows, share):
    items = wide(seed, rows=rows, share=share)
    every, eur = plans(items)
    assert eur[-1] > eur[0] + 1.0
    found = run(items, every[-1], drafts=2)
    assert rank(items, found) == pytest.approx((0.0, eur[0]), abs=1e-6)


def test_one_sided_and_priced_windows_are_settled_at_the_optimum():
    for case in one_sided_or_priced():
        every, eur = plans(case)
        assert rank(case, run(case, every[-1])) == pytest.approx((0.0, eur[0]), abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2]))
def test_drafts_keep_limits_and_are_between_the_optimum_and_the_plan_given(seed, rows):
    items = four_seats(seed, rows)
    every, eur = plans(items)
    found = run(items, every[-1])
    assert (items.pairs.item[found] == np.arange(items.count)).all()
    assert eur[0] - 1e-6 <= items.value(found) <= eur[-1] + 1e-6
    assert items.excess(found) == 0.0


def test_most_drafts_of_four_seats_come_close_to_the_optimum():
    off = []
    for seed in range(12):
        items = four_seats(seed)
        every, eur = plans(items)
        off.append((items.value(run(items, every[-1], drafts=6)) - eur[0]) / (eur[-1] - eur[0]))
    assert np.mean(off) < 0.02


def test_a_plan_that_misses_limits_is_mended():
    items = four_seats(2)
    narrow = replace(items, lower=items.lower + 0.1, upper=items.upper - 0.1)
    begun = items.pairs.start[:-1]
    assert narrow.excess(begun) > 0
    assert narrow.excess(run(narrow, begun)) == 0.0


def test_where_no_plan_keeps_the_limits_the_plan_given_stays():
    items = wide(1, rows=1)
    never_kept = replace(items, lower=items.upper + 9.0, upper=items.upper + 10.0)
    begun = items.pairs.start[:-1]
    assert (run(never_kept, begun) == begun).all()


@pytest.mark.parametrize("spare", [0, 1])
def test_a_limit_on_moves_is_kept(spare):
    items = wide(2, rows=1)
    every, eur = plans(items)
    moves = items.pairs.moved[every].sum(axis=1)
    held = int(np.flatnonzero(moves == moves.min())[0])
    limited = replace(items, max_moved=int(moves.min()) + spare)
    found = run(limited, every[held], drafts=8)
    assert limited.moves(found) <= limited.max_moved
    allowed = moves <= limited.max_moved
    assert eur[allowed].min() - 1e-6 <= limited.value(found) <= eur[held] + 1e-6


def test_the_same_seed_drafts_the_same_plan_and_noise_makes_others():
    items = make_items(units=24, seats=6, rows=1, seed=4)
    items = replace(items, lower=np.full_like(items.lower, -np.inf), upper=items.upper + 0.1)
    begun = items.pairs.start[:-1]
    found = [run(items, begun, drafts=1, seed=seed) for seed in (1, 1, 2, 3, 4)]
    assert (found[0] == found[1]).all()
    assert any((found[0] != other).any() for other in found[2:])


def test_more_drafts_are_never_worse():
    items = make_items(units=24, seats=6, rows=1, seed=4)
    items = replace(items, lower=np.full_like(items.lower, -np.inf), upper=items.upper + 0.1)
    ranks = [rank(items, run(items, items.pairs.start[:-1], drafts=n)) for n in (1, 3, 9)]
    assert ranks == sorted(ranks, reverse=True)


def test_a_draft_that_is_stopped_leaves_the_plan_given():
    items, asked = four_seats(1), []
    begun = plans(items)[0][-1]
    prices = relax(items, lambda: 60.0, never).prices

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 1

    found = search_drafts(items, begun, prices, work=10**9, seed=1, stop=stop)
    assert (found == begun).all()
    assert len(asked) == 3


@pytest.mark.parametrize(("seats", "fits"), [(LAST - 1, False), (LAST, True)])
def test_drafts_need_three_seats(seats, fits):
    assert drafts_fit(make_items(units=6, seats=seats)) == fits


def test_drafts_need_limits_but_not_too_many(monkeypatch):
    items = make_items(units=6, seats=3, rows=2)
    assert not drafts_fit(make_items(units=6, seats=3, rows=0))
    for most, fits in ((6, True), (5, False)):
        monkeypatch.setattr(territory_draft, "MOST_LIMITS", most)
        assert drafts_fit(items) == fits


def test_the_best_draft_stays_and_every_other_one_keeps_close_to_its_heat(monkeypatch):
    items, heats, windows = four_seats(1), [], []
    every = plans(items)[0]
    found = [every[5], every[9], every[0], *every[1:12]]

    def drafted(_: object, window: Floats, heat: float, *__: object) -> Ints:
        heats.append(np.log(heat))
        windows.append(window.copy())
        window[:] = 7.0
        return found[len(heats) - 1]

    monkeypatch.setattr(territory_draft, "draft", drafted)
    assert (run(items, every[-1], drafts=len(found)) == every[0]).all()
    assert all((window == windows[0]).all() for window in windows)
    away = np.abs(np.array(heats[3:]) - heats[2])
    assert (away[::2] <= territory_draft.CLOSE).all()
    assert (away[1::2] > territory_draft.CLOSE).any()


class Drafts:
    """Stand for drafts that end without a plan, and note what they were given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heat: list[float] = []
        self.noise: list[Floats] = []
        self.window: list[Floats] = []
        monkeypatch.setattr(territory_draft, "draft", self)

    def __call__(self, board: Any, window: Floats, heat: float, noise: Floats, *_: Any) -> None:
        self.window.append(window)
        self.heat.append(heat)
        self.noise.append(noise)


def test_heats_lie_between_shares_of_the_spacing_and_noise_has_its_spread(monkeypatch):
    items, drafts = make_items(units=9, seats=4, rows=1), Drafts(monkeypatch)
    run(items, items.pairs.start[:-1], drafts=200)
    prices = relax(items, lambda: 60.0, never).prices
    share = np.array(drafts.heat) / _spacing(items, prices)
    assert HEAT[0] <= share.min() < 1.3 * HEAT[0]
    assert HEAT[1] / 1.3 < share.max() <= HEAT[1]
    assert np.std(drafts.noise) == pytest.approx(NOISE, rel=0.05)


def test_prices_of_limits_that_are_not_there_are_left_out(monkeypatch):
    items, drafts = make_items(units=9, seats=4, rows=1), Drafts(monkeypatch)
    items = replace(items, lower=np.full_like(items.lower, -np.inf))
    window = np.array([[5.0], [-5.0], [0.0], [2.0]])
    prices = Prices(window=window, move=0.0)
    search_drafts(items, items.pairs.start[:-1], prices, work=1, seed=1, stop=never)
    assert (drafts.window[0] == np.minimum(window, 0.0)).all()


@pytest.mark.parametrize(("work", "drafts"), [(1, 1), (144, 1), (145, 2), (1440, 10)])
def test_pairs_times_seats_are_counted_for_a_draft(monkeypatch, work, drafts):
    items, noted = make_items(units=9, seats=4, rows=1), Drafts(monkeypatch)
    monkeypatch.setattr(territory_draft, "LEAST_WORK", 1)
    prices = relax(items, lambda: 60.0, never).prices
    search_drafts(items, items.pairs.start[:-1], prices, work=work, seed=1, stop=never)
    assert len(noted.heat) == drafts


def test_among_near_ties_alone_the_plan_names_pairs_of_all_items(monkeypatch):
    monkeypatch.setattr(territory_draft, "COLUMNS", 2)
    items = four_seats(3)
    begun = plans(items)[0][-1]
    found = run(items, begun)
    assert (items.pairs.item[found] == np.arange(items.count)).all()
    assert items.excess(found) == 0.0
    assert items.value(found) < items.value(begun)


def test_the_heat_grows_as_seats_get_fewer(monkeypatch):
    items, heats = make_items(units=9, seats=6, rows=1), []

    def noted(_board: Any, _state: Any, _price: Floats, heat: float, *_: Any) -> bool:
        heats.append(heat)
        return True

    monkeypatch.setattr(territory_draft, "pick", noted)
    monkeypatch.setattr(territory_draft, "finish", noted)
    board, table, noise = board_of(items, 0.0), table_of(items), np.zeros(54)
    draft(board, np.zeros_like(items.lower), 2.0, noise, table, never)
    assert heats == pytest.approx([2.0 * 6 / left for left in (6, 5, 4, 3)])


def test_the_spacing_is_that_of_the_best_seats_of_items_with_a_choice():
    items = make_items(units=4, seats=3, rows=1)
    cost = np.array([0.0, 1.0, 4.0, 9.0, 5.0, 9.0, 0.0, 0.0, 0.0, 7.0, 8.0, 9.0])
    items = replace(items, pairs=replace(items.pairs, cost=cost))
    free = Prices(window=np.zeros_like(items.lower), move=0.0)
    assert _spacing(items, free) == pytest.approx((4.0 + 4.0 + 0.0 + 2.0) / 8)
    alone = replace(items, pairs=items.pairs.where(items.pairs.seat == 0))
    assert _spacing(alone, free) == LEAST_HEAT


def test_a_move_costs_its_price():
    items = make_items(units=6, seats=3, rows=1)
    assert items.pairs.moved.any()
    assert (board_of(items, 7.0).cost == items.pairs.cost + 7.0 * items.pairs.moved).all()
