"""Rounds by whole sets where they fit, and proofs put off while the gap is wide."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from territory_search_builders import never
from test_territory_kernel import make_items

from optimizer import territory_prover, territory_recipe, territory_set_search
from optimizer.result import SOLVER_THREAD, Options
from optimizer.territory_bound import relax
from optimizer.territory_conclude import Finish
from optimizer.territory_connect_graph import item_graph
from optimizer.territory_judge import Judge
from optimizer.territory_pairs import Items
from optimizer.territory_patterns import PatternBound
from optimizer.territory_problem import Ints
from optimizer.territory_prover import Prover
from optimizer.territory_recipe import (
    CHAIN_DOUBLINGS,
    CHAIN_STEPS,
    DRAFT_WORK,
    SETS_A_ROUND,
    SETS_DOUBLINGS,
    TWIN,
    Recipe,
)
from optimizer.territory_watch import Watch


def roomy(units: int = 12, seats: int = 4) -> tuple[Items, Ints]:
    """Build items with room in the windows, and a plan that keeps them."""
    items = make_items(units=units, seats=seats, rows=1)
    items = replace(items, lower=items.lower - 9.0, upper=items.upper + 9.0)
    return items, items.pairs.start[:-1] + np.arange(units) % seats


def finish_of(items: Items, pair: Ints, joined: bool = False) -> Finish:
    """Begin with a plan; `joined` asks for connected territories of items in a row."""
    edges = np.stack([np.arange(items.count - 1), np.arange(1, items.count)], axis=1)
    graph = item_graph(edges, items.of_unit, items.count) if joined else None
    finish = Finish.begin(Judge(items=items, graph=graph), relax(items, lambda: 60.0, never))
    finish.pair = pair.copy()
    return finish


def recipe_of(finish: Finish, effort: int = 1, workers: int = 1) -> Recipe:
    options = Options(effort=effort, gap=-1.0, workers=workers, seed=40)
    return Recipe(finish=finish, options=options, watch=Watch(options, None, None))


@dataclass
class Calls:
    """Write down what the recipe runs."""

    chains: list[int] = field(default_factory=list)
    drafts: list[tuple[int, int]] = field(default_factory=list)
    sets: list[tuple[int, int]] = field(default_factory=list)
    regions: int = 0
    proofs: list[tuple[str, int]] = field(default_factory=list)
    climbs: int = 0


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Replace all searches and proofs by ones that are only counted; sets fit 12 items."""
    calls = Calls()

    def chains(items: Items, pair: Ints, *_: Any, steps: int, **__: Any) -> Ints:
        calls.chains.append(steps)
        return pair

    def drafts(_: Items, pair: Ints, *__: Any, work: int, seed: int, **___: Any) -> Ints:
        calls.drafts.append((work, seed))
        return pair

    def whole_sets(items: Items, _: Any, pair: Ints, *, regions: int, seed: int, **__: Any) -> Ints:
        calls.sets.append((regions, seed))
        return pair

    def regions(*_: Any) -> None:
        calls.regions += 1

    def prove(*_: Any) -> None:
        calls.proofs.append((threading.current_thread().name, len(calls.sets)))

    def climb_on(_: Prover) -> None:
        calls.climbs += 1

    monkeypatch.setattr(territory_recipe, "search", lambda _, pair, *__, **___: pair)
    monkeypatch.setattr(territory_recipe, "search_chains", chains)
    monkeypatch.setattr(territory_recipe, "search_drafts", drafts)
    monkeypatch.setattr(territory_recipe, "search_sets", whole_sets)
    monkeypatch.setattr(territory_recipe, "improve_regions", regions)
    monkeypatch.setattr(territory_prover, "prove", prove)
    monkeypatch.setattr(territory_prover, "PAIRS_AT_ANY_GAP", 10)
    monkeypatch.setattr(territory_prover, "PROVABLE_GAP", -1.0)
    monkeypatch.setattr(Prover, "climb_on", climb_on)
    monkeypatch.setattr(territory_set_search, "LEAST_SEARCHED", 12)
    return calls


@pytest.mark.parametrize(
    ("few", "least", "by_sets"),
    [(3, 12, True), (4, 12, True), (2, 12, False), (3, 11, True), (3, 13, False)],
)
def test_rounds_go_by_whole_sets_where_few_items_a_seat_are_many_in_all(
    monkeypatch, calls, few, least, by_sets
):
    monkeypatch.setattr(territory_set_search, "FEW_ITEMS", few)
    monkeypatch.setattr(territory_set_search, "LEAST_SEARCHED", least)
    items, pair = roomy()
    assert recipe_of(finish_of(items, pair))._by_sets(pair) == by_sets
    recipe_of(finish_of(items, pair), effort=2).run(None)
    assert (len(calls.sets), calls.regions) == ((2, 0) if by_sets else (0, 2))


@pytest.mark.usefixtures("calls")
def test_whole_sets_need_limits_kept_free_moves_and_any_shape():
    items, pair = roomy()
    narrow = replace(items, upper=items.upper - 9.0)
    fixed = replace(items, max_moved=3)
    assert recipe_of(finish_of(items, pair))._by_sets(pair)
    assert not recipe_of(finish_of(items, pair, joined=True))._by_sets(pair)
    assert not recipe_of(finish_of(narrow, pair))._by_sets(items.pairs.start[:-1])
    assert not recipe_of(finish_of(fixed, pair))._by_sets(pair)


def test_each_round_plans_twice_as_many_regions_up_to_a_limit_while_chains_do_not_grow(calls):
    items, pair = roomy()
    rounds = SETS_DOUBLINGS + 3
    recipe_of(finish_of(items, pair), effort=rounds).run(None)
    most = SETS_A_ROUND * 2**SETS_DOUBLINGS
    assert calls.sets == [
        (min(most, SETS_A_ROUND * 2**number), 40 + number) for number in range(rounds)
    ]
    assert calls.chains == [CHAIN_STEPS] * rounds


def test_chains_double_where_whole_sets_do_not_fit(calls):
    items, pair = roomy()
    rounds = CHAIN_DOUBLINGS + 2
    recipe_of(finish_of(replace(items, max_moved=11), pair), effort=rounds).run(None)
    assert calls.sets == []
    assert calls.chains == [CHAIN_STEPS * 2 ** min(k, CHAIN_DOUBLINGS) for k in range(rounds)]


def test_what_whole_sets_find_is_kept(monkeypatch, calls):
    items, pair = roomy()
    best = np.array([s + items.pairs.cost[s:e].argmin() for s, e in _ends(items)])
    worst = np.array([s + items.pairs.cost[s:e].argmax() for s, e in _ends(items)])
    for found, wanted in ((best, best), (worst, pair)):
        monkeypatch.setattr(territory_recipe, "search_sets", lambda *_, found=found, **__: found)
        recipe = recipe_of(finish_of(items, pair))
        recipe._search_sets(0)
        np.testing.assert_array_equal(recipe.finish.pair, wanted)


def _ends(items: Items) -> list[tuple[int, int]]:
    return list(zip(items.pairs.start[:-1].tolist(), items.pairs.start[1:].tolist(), strict=True))


def test_a_proof_put_off_is_tried_once_at_last_at_any_gap(calls):
    items, pair = roomy()
    recipe_of(finish_of(items, pair), effort=3).run(None)
    assert [rounds for _, rounds in calls.proofs] == [3]


def test_a_proof_at_a_narrow_gap_is_tried_between_rounds(monkeypatch, calls):
    monkeypatch.setattr(territory_prover, "PROVABLE_GAP", 1.0)
    items, pair = roomy()
    recipe_of(finish_of(items, pair), effort=3).run(None)
    # It comes to nothing here each time, so it is tried each time.
    assert [rounds for _, rounds in calls.proofs] == [1, 2, 3, 3]


def test_a_second_worker_searches_and_climbs_until_a_proof_put_off_is_ready(monkeypatch, calls):
    items, pair = roomy()
    recipe = recipe_of(finish_of(items, pair), effort=4, workers=2)
    seeds: list[int] = []
    spare: list[bool] = []

    def whole_sets(*_: Any, seed: int, **__: Any) -> Ints:
        seeds.append(seed)
        spare.append(recipe._spare)
        if 42 in seeds:
            monkeypatch.setattr(territory_prover, "PROVABLE_GAP", 1.0)
        return pair

    wait_for_proofs(monkeypatch)
    monkeypatch.setattr(territory_recipe, "search_sets", whole_sets)
    recipe.run(None)
    # The fourth round proves beside the search; before, both workers search.
    assert sorted(seeds) == [40, 41, 42, 43, 40 + TWIN, 41 + TWIN, 42 + TWIN]
    assert spare == [True] * 6 + [False]
    assert calls.climbs == 3
    assert [name for name, _ in calls.proofs] == [SOLVER_THREAD, "MainThread"]


def wait_for_proofs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what runs beside the first plan end before the rounds begin."""
    report = Recipe._report

    def reported(recipe: Recipe, message: str) -> None:
        for thread in threading.enumerate():
            if thread.name == SOLVER_THREAD:
                thread.join(10.0)
        report(recipe, message)

    monkeypatch.setattr(Recipe, "_report", reported)


@dataclass
class _Gap:
    """Stand for what is known of a plan, with the gap that a test says."""

    finish: Finish
    value: float

    def gap(self) -> float:
        return self.value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.finish, name)


def prover_of(finish: Finish, gap: float) -> Prover:
    options = Options()
    known: Any = _Gap(finish, gap)
    return Prover(finish=known, options=options, watch=Watch(options, None, None), rounds=1)


@pytest.mark.parametrize(("gap", "far"), [(0.0019, False), (0.002, False), (0.0021, True)])
@pytest.mark.parametrize(("pairs", "many"), [(47, True), (48, False), (49, False)])
def test_a_proof_is_put_off_while_a_wide_gap_is_left_on_many_pairs(
    monkeypatch, calls, gap, far, pairs, many
):
    monkeypatch.setattr(territory_prover, "PROVABLE_GAP", 0.002)
    monkeypatch.setattr(territory_prover, "PAIRS_AT_ANY_GAP", pairs)
    items, pair = roomy()
    assert len(items.pairs.item) == 48
    prover = prover_of(finish_of(items, pair), gap)
    assert not prover.ready()
    prover.everything()
    assert len(calls.proofs) == (0 if far and many else 1)
    assert not prover.ready()
    prover.everything(at_last=True)
    assert len(calls.proofs) == (1 if far and many else 2)


def test_a_proof_put_off_is_ready_once_the_gap_is_narrow_and_not_tried_twice(monkeypatch, calls):
    monkeypatch.setattr(territory_prover, "PROVABLE_GAP", 0.002)
    items, pair = roomy()
    for narrow, ready in ((0.0021, False), (0.002, True)):
        prover = prover_of(finish_of(items, pair), 0.1)
        assert prover.everything() is None
        known: Any = prover.finish
        known.value = narrow
        assert prover.ready() == ready
    prover = prover_of(finish_of(items, pair), 0.1)
    prover.everything()
    known = prover.finish
    known.value, prover.tried = 0.0, True
    assert not prover.ready()


def test_with_many_items_a_seat_or_few_in_all_no_proof_is_put_off(monkeypatch, calls):
    items, pair = roomy()
    for name, value in (("FEW_ITEMS", 2), ("LEAST_SEARCHED", 13)):
        with monkeypatch.context() as changed:
            changed.setattr(territory_set_search, name, value)
            prover_of(finish_of(items, pair), 1.0).everything()
    assert len(calls.proofs) == 2


def test_climbing_on_raises_the_bound_sweep_by_sweep(monkeypatch):
    monkeypatch.setattr(territory_prover, "FEW_PAIRS", 10)
    sweeps: list[int] = []
    climb: Callable[..., int] = PatternBound.climb

    def counted(bound: PatternBound, most: int, stop: Callable[[], bool]) -> int:
        sweeps.append(most)
        return climb(bound, most, stop)

    monkeypatch.setattr(PatternBound, "climb", counted)
    items = make_items(units=24, seats=4, rows=1)
    items = replace(items, lower=items.lower - 0.1, upper=items.upper + 0.1)
    size = items.pairs.size
    planted = np.array([s + size[s:e, 0].argmin() for s, e in _ends(items)])
    items = replace(items, lower=np.full((4, 1), -np.inf), upper=items.load(planted) + 0.01)
    prover = prover_of(finish_of(items, planted), 1.0)
    prover.planned.set()
    prover.climb_on()
    assert sweeps == [territory_prover.SWEEPS_ON]
    assert prover._patterns is not None
    assert prover._patterns.bound > prover.finish.relaxation.bound
    prover.over = True
    once = prover._patterns.bound
    prover.climb_on()
    assert prover._patterns.bound == once


def test_drafts_come_before_chains_and_double_as_often(calls):
    items, pair = roomy()
    rounds = CHAIN_DOUBLINGS + 3
    recipe_of(finish_of(items, pair), effort=rounds).run(None)
    work = [DRAFT_WORK * 2 ** min(CHAIN_DOUBLINGS, number) for number in range(rounds)]
    assert calls.drafts[-rounds:] == [(work[n], 40 + n) for n in range(rounds)]


def test_drafts_are_for_the_problems_of_chains_in_any_shape(monkeypatch, calls):
    items, pair = roomy()
    recipe = recipe_of(finish_of(items, pair))
    recipe._drafted(pair, 0)
    assert len(calls.drafts) == 1
    recipe_of(finish_of(items, pair, joined=True))._drafted(pair, 0)
    recipe_of(finish_of(replace(items, complete=False), pair))._drafted(pair, 0)
    monkeypatch.setattr(territory_set_search, "FEW_ITEMS", 2)
    monkeypatch.setattr(territory_recipe, "weights_differ", lambda _: False)
    recipe_of(finish_of(items, pair))._drafted(pair, 0)
    assert len(calls.drafts) == 1
