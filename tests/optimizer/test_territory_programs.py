"""Programs over regions and over part of the pairs keep every promise of the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_builders import make_territory_problem

from optimizer import territory_regions
from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_bound import Relaxation, relax
from optimizer.territory_items import aggregate
from optimizer.territory_pairs import Items
from optimizer.territory_regions import Regions, improve_regions
from optimizer.territory_round import mend_limits, rounded


def never() -> bool:
    return False


def limits(nodes: int) -> Limits:
    return Limits(seconds=30.0, nodes=nodes)


def searched(seed: int, **changes: object) -> tuple[Items, Relaxation, Regions]:
    problem = make_territory_problem(150, 6, seed=seed, tolerance=0.05, **changes)
    items, _ = aggregate(problem)
    relaxation = relax(items, lambda: 30.0, never)
    pair = mend_limits(items, relaxation, rounded(items, relaxation), lambda: limits(1))
    return items, relaxation, Regions.of(items, relaxation, pair)


def improved(state: Regions, solves: int = 10, seed: int = 1) -> int:
    return improve_regions(state, solves, np.random.default_rng(seed), limits, never)


def measures(units: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(0.0, 1.0, (units, 2)).round(3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_regions_never_make_a_plan_worse_and_keep_its_windows(seed: int) -> None:
    items, relaxation, state = searched(seed, measures=measures(150, seed))
    before, kept = items.value(state.pair), items.excess(state.pair) == 0
    assert kept
    count = improved(state)
    assert items.excess(state.pair) == 0
    assert (items.value(state.pair) < before) == (count > 0)
    assert items.value(state.pair) >= relaxation.bound * (1 - 1e-9)


def test_regions_find_what_exchanges_between_two_seats_cannot() -> None:
    items, _, state = searched(2, measures=measures(150, 2))
    before = items.value(state.pair)
    assert improved(state, solves=30) > 0
    assert items.value(state.pair) < before


def test_regions_keep_the_limit_on_moves() -> None:
    owner = np.random.default_rng(5).integers(0, 6, 150)
    items, _, state = searched(5, current_seat=owner, max_moved_share=0.75)
    assert items.moves(state.pair) <= items.max_moved
    improved(state, solves=20)
    assert items.moves(state.pair) <= items.max_moved


def test_the_same_draws_give_the_same_regions() -> None:
    plans = []
    for _ in range(2):
        _, _, state = searched(3, measures=measures(150, 3))
        improved(state, seed=7)
        plans.append(state.pair)
    assert np.array_equal(plans[0], plans[1])


def test_no_region_is_solved_after_the_wish_to_stop() -> None:
    _, _, state = searched(2, measures=measures(150, 2))
    rng = np.random.default_rng(1)
    assert improve_regions(state, 30, rng, limits, lambda: True) == 0


def test_more_programs_never_give_a_worse_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = make_territory_problem(100, 5, seed=4, tolerance=0.03, measures=measures(100, 4))
    problem = replace(problem, cost=problem.cost + 1.0)
    monkeypatch.setattr("optimizer.territory_exact.PROVABLE_COLUMNS", 0)
    options = Options(seconds=60.0, effort=1, gap=0.0)
    with_programs = solve_territories(problem, options)
    monkeypatch.setattr(territory_regions, "REGION_SEATS", ())
    without = solve_territories(problem, options)
    assert with_programs.objective is not None
    assert without.objective is not None
    assert with_programs.objective <= without.objective
