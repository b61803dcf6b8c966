"""Programs over regions and over part of the pairs keep every promise of the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import make_rich_problem, make_territory_problem
from territory_oracle import brute_force

from optimizer import territory_exact, territory_regions
from optimizer.mathopt import Limits
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_bound import Relaxation, relax
from optimizer.territory_exact import prove_part
from optimizer.territory_groups import Items, aggregate
from optimizer.territory_prices import near_ties
from optimizer.territory_regions import improve_regions
from optimizer.territory_round import rounded
from optimizer.territory_search import State, descend, start


def never() -> bool:
    return False


def limits(nodes: int) -> Limits:
    return Limits(seconds=30.0, nodes=nodes)


def searched(seed: int, **changes: object) -> tuple[Items, Relaxation, State]:
    problem = make_territory_problem(150, 6, seed=seed, tolerance=0.05, **changes)
    items, _ = aggregate(problem)
    relaxation = relax(items, lambda: 30.0, never)
    near = near_ties(relaxation_costs(items, relaxation), 80 * items.lower.size)
    state = start(items, relaxation.prices, near, rounded(items, relaxation))
    descend(state, never)
    return items, relaxation, state


def relaxation_costs(items: Items, relaxation: Relaxation) -> np.ndarray:
    return items.cost - items.size @ relaxation.prices.window.T


def improved(state: State, relaxation: Relaxation, solves: int = 10, seed: int = 1) -> int:
    rng = np.random.default_rng(seed)
    return improve_regions(state, relaxation, solves, rng, limits, never, set())


def measures(units: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(0.0, 1.0, (units, 2)).round(3)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_regions_never_make_a_plan_worse_and_keep_its_windows(seed: int) -> None:
    items, relaxation, state = searched(seed, measures=measures(150, seed))
    before, kept = items.value(state.seat), items.excess(state.seat) == 0
    assert kept
    count = improved(state, relaxation)
    assert items.excess(state.seat) == 0
    assert (items.value(state.seat) < before) == (count > 0)
    assert items.value(state.seat) >= relaxation.bound * (1 - 1e-9)
    assert np.array_equal(state.load, items.load(state.seat))


def test_regions_find_what_exchanges_between_two_seats_cannot() -> None:
    items, relaxation, state = searched(2, measures=measures(150, 2))
    before = items.value(state.seat)
    assert improved(state, relaxation, solves=30) > 0
    assert items.value(state.seat) < before


def test_regions_keep_the_limit_on_moves() -> None:
    owner = np.random.default_rng(5).integers(0, 6, 150)
    items, relaxation, state = searched(5, current_seat=owner, max_moved_share=0.75)
    assert items.moves(state.seat) <= items.max_moved
    improved(state, relaxation, solves=20)
    assert items.moves(state.seat) == state.moved <= items.max_moved


def test_the_same_draws_give_the_same_regions() -> None:
    plans = []
    for _ in range(2):
        _, relaxation, state = searched(3, measures=measures(150, 3))
        improved(state, relaxation, seed=7)
        plans.append(state.seat)
    assert np.array_equal(plans[0], plans[1])


def test_no_region_is_solved_after_the_wish_to_stop() -> None:
    _, relaxation, state = searched(2, measures=measures(150, 2))
    rng = np.random.default_rng(1)
    assert improve_regions(state, relaxation, 30, rng, limits, lambda: True, set()) == 0


@settings(max_examples=16, deadline=None)
@given(seed=st.integers(0, 7), columns=st.integers(1, 24))
def test_a_proof_over_any_part_of_the_pairs_stays_below_the_best_plan(
    seed: int, columns: int
) -> None:
    problem = make_rich_problem(seed)
    items, _ = aggregate(problem)
    best = brute_force(problem).eur
    relaxation = relax(items, lambda: 30.0, never)
    seat = rounded(items, relaxation)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(territory_exact, "PART_WORTH", 0.0)
        proof = prove_part(items, relaxation, seat, columns, limits(100))
    if proof is None:
        assert items.excess(seat) > 0
        return
    assert best is not None
    assert relaxation.bound <= proof.bound <= best * (1 + 1e-7) + 1e-9
    assert items.excess(proof.seat) == 0
    assert items.value(proof.seat) <= items.value(seat)


def test_a_part_is_proved_when_it_may_close_enough_of_the_gap_and_not_below() -> None:
    items, relaxation, state = searched(2, measures=measures(150, 2))
    assert prove_part(items, relaxation, state.seat, 500, limits(1)) is not None
    # With one pair an item at most there is nothing to choose, so nothing to prove.
    assert prove_part(items, relaxation, state.seat, 150, limits(1)) is None
    assert prove_part(items, relaxation, state.seat, 0, limits(1)) is None


def test_a_part_is_left_alone_while_windows_are_missed() -> None:
    items, relaxation, state = searched(2)
    all_to_one = np.zeros_like(state.seat)
    assert items.excess(all_to_one) > 0
    assert prove_part(items, relaxation, all_to_one, 500, limits(1)) is None


def test_more_programs_never_give_a_worse_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = make_territory_problem(150, 6, seed=4, tolerance=0.03, measures=measures(150, 4))
    problem = replace(problem, cost=problem.cost + 1.0)
    monkeypatch.setattr("optimizer.territory_exact.PROVABLE_COLUMNS", 0)
    options = Options(seconds=60.0, effort=1, gap=0.0)
    with_programs = solve_territories(problem, options)
    monkeypatch.setattr(territory_regions, "REGION_SEATS", ())
    without = solve_territories(problem, options)
    assert with_programs.objective is not None
    assert without.objective is not None
    assert with_programs.objective <= without.objective
