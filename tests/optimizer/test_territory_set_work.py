"""Regions drawn and planned anew one by one, their size, and the noise they are planned under."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from territory_search_builders import dear, never, plans, wide
from test_territory_kernel import make_items

from optimizer import territory_set_search
from optimizer.territory_bound import relax
from optimizer.territory_pairs import Items, rank
from optimizer.territory_patterns import PatternBound
from optimizer.territory_problem import Ints
from optimizer.territory_set_region import BEST
from optimizer.territory_set_search import (
    LEAST_SEATS,
    RIVALS,
    STRICT,
    TRIAL,
    _cool,
    _rivals,
    _Search,
)


def begun(items: Items, pair: Ints, seats: int) -> _Search:
    """Begin a search as `search_sets` does."""
    bound = PatternBound.begin(items, relax(items, lambda: 60.0, never), pair)
    assert bound is not None
    bound.climb(20, never)
    priced = bound.priced()
    return _Search(
        items=items,
        priced=priced,
        bound=bound.bound,
        rng=np.random.default_rng(1),
        pair=pair.copy(),
        best=pair.copy(),
        value=bound.value,
        rivals=_rivals(items, priced, pair),
        seats=seats,
    )


@pytest.mark.parametrize(("room", "planned"), [(8, True), (7, True), (6, False)])
def test_a_region_of_too_many_items_is_no_region(room, planned, monkeypatch):
    monkeypatch.setattr(territory_set_search, "MOST_ITEMS", room)
    items = wide(2)
    start = plans(items)[0][-1]
    work = begun(items, start, 3)
    assert work.plan_anew(np.arange(3), 0.0) == planned
    assert (rank(items, work.best) < rank(items, start)) == planned


def test_only_the_seats_drawn_are_planned_anew_and_they_all_by_the_best_plan_of_theirs():
    items = make_items(units=10, seats=5, rows=1, seed=6)
    items = replace(items, lower=items.lower - 0.3, upper=items.upper + 0.3)
    start = dear(items)
    improved = 0
    for chosen in ([0, 1, 2], [1, 2, 4], [0, 3, 4]):
        work = begun(items, start, 3)
        assert work.plan_anew(np.array(chosen), 0.0)
        held = items.pairs.seat[start]
        inside = np.isin(held, chosen)
        np.testing.assert_array_equal(work.pair[~inside], start[~inside])
        allowed = np.where(inside[items.pairs.item], np.isin(items.pairs.seat, chosen), False)
        allowed[start[~inside]] = True
        part = replace(items, pairs=items.pairs.where(allowed))
        least = plans(part)[1][0]
        saved = 0.005 * (work.value - work.bound)
        assert least - 1e-6 <= rank(items, work.pair)[1] <= least + saved + 1e-6
        assert work.value == pytest.approx(rank(items, work.best)[1])
        improved += int(rank(items, work.pair) < rank(items, start))
    assert improved > 0


def test_a_region_has_the_windows_and_their_prices_of_its_own_seats(monkeypatch):
    items = make_items(units=10, seats=5, rows=2, seed=6)
    items = replace(items, lower=items.lower - 0.3, upper=items.upper + 0.3)
    work, regions = begun(items, dear(items), 3), []
    priced = work.priced.windows._replace(price=np.arange(10.0).reshape(5, 2))
    work.priced = replace(work.priced, windows=priced)

    def replan(region, *_):
        regions.append(region)
        return BEST, True

    monkeypatch.setattr(territory_set_search, "replan", replan)
    chosen = np.array([1, 2, 4])
    assert work.plan_anew(chosen, 0.0)
    windows = regions[0].windows
    np.testing.assert_array_equal(windows.price, priced.price[chosen])
    np.testing.assert_array_equal(windows.lower, items.lower[chosen])
    np.testing.assert_array_equal(windows.upper, items.upper[chosen])
    assert regions[0].items == np.isin(items.pairs.seat[work.pair], chosen).sum()


@pytest.mark.parametrize("miss", [np.inf, 20.0])
def test_under_noise_a_worse_plan_may_be_taken_and_the_best_is_kept(miss):
    items = replace(wide(3), miss_price=np.array([np.inf, miss]))
    best = plans(items)[0][0]
    start = plans(items)[0][5]
    work = begun(items, start, 3)
    dearest = 0.0
    for _ in range(30):
        before = work.value
        work.plan_anew(np.arange(3), 60.0)
        assert items.excess(work.pair) == 0.0
        now = rank(items, work.pair)[1]
        dearest = max(dearest, now)
        assert rank(items, work.best)[1] == pytest.approx(work.value)
        assert work.value <= min(before, now) + 1e-9
    assert dearest > rank(items, start)[1]
    assert work.value == pytest.approx(rank(items, best)[1])


@pytest.mark.parametrize("miss", [np.inf, 20.0, 300.0])
@pytest.mark.parametrize(("share", "taken"), [(0.9, True), (1.1, False)])
def test_a_better_plan_has_to_save_a_share_of_the_gap(monkeypatch, share, taken, miss):
    items = replace(wide(3), miss_price=np.full(2, miss))
    every, eur = plans(items)
    soft = np.array([items.soft_cost(pair) for pair in every])
    # What is saved is less than what soft windows cost, where there are any.
    later = (eur > eur[0] + 1e-3) & (np.isinf(miss) | (soft > eur - eur[0]))
    start = every[np.flatnonzero(later)[0]]
    work = begun(items, start, 3)
    ratio = (work.value - eur[0]) / (work.value - work.bound)
    monkeypatch.setattr(territory_set_search, "LEAST_SAVED", share * ratio)
    assert work.plan_anew(np.arange(3), 0.0)
    assert rank(items, work.best)[1] == pytest.approx(eur[0] if taken else work.value)
    assert (work.pair != start).any() == taken


def test_seats_pay_for_soft_windows_missed_either_way():
    items = wide(3, room=0.0)
    items = replace(items, miss_price=np.array([30.0, 7.0]))
    for pair in (items.pairs.start[:-1], items.pairs.start[:-1] + np.arange(7) % 3):
        work = begun(items, plans(items)[0][0], 3)
        work.pair = pair
        assert work._soft_eur(np.arange(3)) == pytest.approx(items.soft_cost(pair))
        alone = [work._soft_eur(np.array([seat])) for seat in range(3)]
        assert sum(alone) == pytest.approx(items.soft_cost(pair))
        assert min(alone) > 0.0
    hard = replace(items, miss_price=np.array([np.inf, 7.0]))
    work = begun(hard, plans(hard)[0][0], 3)
    work.pair = hard.pairs.start[:-1]
    assert hard.excess(work.pair) > 0.0
    assert work._soft_eur(np.arange(3)) == pytest.approx(hard.soft_cost(work.pair))


def test_seats_drawn_are_different_in_order_and_mostly_those_that_share_items():
    items = make_items(units=24, seats=8, rows=1)
    near = (items.pairs.item % 2) == (items.pairs.seat % 2)
    cost = np.where(near, items.pairs.cost, items.pairs.cost + 1e4)
    items = replace(
        items,
        pairs=replace(items.pairs, cost=cost),
        lower=np.full((8, 1), -np.inf),
        upper=np.full((8, 1), np.inf),
    )
    held = items.pairs.start[:-1] + np.arange(24) % 8
    work = begun(items, held, 4)
    together = 0
    for _ in range(200):
        drawn = work.draw()
        assert len(drawn) == 4
        assert (np.diff(drawn) > 0).all()
        together += len(set((drawn % 2).tolist())) == 1
    # Drawn among all seats alike, one draw in 35 would be of one kind.
    assert together > 100


def test_rivals_are_the_seats_that_an_item_costs_least_at_its_own_where_there_are_fewer():
    items = wide(3, units=6)
    held = plans(items)[0][-1]
    kept = np.ones(len(items.pairs.item), dtype=bool)
    kept[:3] = kept[3] = False
    kept[held] = True
    items = replace(items, pairs=items.pairs.where(kept))
    start = plans(items)[0][-1]
    work = begun(items, start, 3)
    # What a plan no dearer could use, by cost less the prices of the windows.
    pairs, windows = items.pairs, work.priced.windows
    for item in range(items.count):
        at = work.priced.pair[pairs.item[work.priced.pair] == item]
        adjusted = pairs.cost[at] - (windows.price[pairs.seat[at]] * pairs.size[at]).sum(axis=1)
        ranked = pairs.seat[at][np.argsort(adjusted)].tolist()
        own = [int(pairs.seat[start[item]])] * (RIVALS - len(ranked))
        assert work.rivals[item].tolist() == ranked[:RIVALS] + own
    assert set(work.rivals[0].tolist()) == {items.pairs.seat[start[0]]}
    assert len(set(work.rivals[1:].ravel().tolist())) == 3


@dataclass
class _Stub:
    """Stand for a search whose regions are complete or not as told."""

    complete: list[bool]
    seats: int = 6
    items: Items = field(default_factory=lambda: make_items(units=8, seats=8, rows=0))
    seat_gap: float = 2.0
    pair: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    best: Ints = field(default_factory=lambda: np.ones(1, dtype=np.int64))
    heats: list[float] = field(default_factory=list)
    begun_from: list[int] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)

    resize = _Search.resize

    def draw(self) -> Ints:
        return np.arange(self.seats)

    def plan_anew(self, chosen: Ints, heat: float) -> bool:
        self.heats.append(heat)
        self.begun_from.append(int(self.pair[0]))
        self.sizes.append(len(chosen))
        self.pair = self.pair + 10
        return self.complete[len(self.heats) - 1]


@pytest.mark.parametrize(
    ("complete", "seats", "after"),
    [(15, 6, 6), (16, 6, 7), (17, 6, 7), (9, 6, 5), (10, 6, 6), (20, 8, 8), (0, 3, 3), (0, 4, 3)],
)
def test_regions_grow_where_most_are_complete_and_shrink_where_few_are(complete, seats, after):
    assert TRIAL == 20
    told = [k < complete for k in range(TRIAL)]
    work = _Stub(complete=told * 2 + [True], seats=seats)
    _cool(work, 2 * TRIAL + 1, never)
    again = after + (after - seats) * (LEAST_SEATS < after < 8)
    assert work.sizes == [seats] * TRIAL + [after] * TRIAL + [again]


@pytest.mark.parametrize("regions", [5, 10, 50])
def test_noise_falls_to_none_and_the_last_fifth_begins_from_the_best_plan(regions):
    work = _Stub(complete=[False] * regions)
    _cool(work, regions, never)
    warm = round((1 - STRICT) * regions)
    assert work.heats == pytest.approx(
        [territory_set_search.HOT * 2.0 * max(0.0, 1 - k / warm) for k in range(regions)]
    )
    assert [heat > 0.0 for heat in work.heats] == [k < warm for k in range(regions)]
    # Each region adds ten to what stands for the plan; the best one is 1.
    wanted = [10 * k if k < warm else 1 + 10 * (k - warm) for k in range(regions)]
    assert work.begun_from == wanted
