"""Every feature of the model, alone and together, against all plans of tiny problems."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from territory_builders import FEATURES, make_random_problem, make_territory_problem
from territory_oracle import brute_force

from optimizer.result import Options, Solution, Status
from optimizer.territories import solve_territories
from optimizer.territory_problem import SeatLimits, TerritoryPlan, TerritoryProblem
from optimizer.verify_territories import verify_territories

Solved = Solution[TerritoryPlan]
PLAIN = tuple(name for name in FEATURES if name not in {"required", "preferred", "vacant"})


def solved(problem: TerritoryProblem) -> Solved:
    solution = solve_territories(problem, Options(seconds=300.0, effort=1, gap=0.0))
    assert solution.plan is not None
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    assert found == ()
    return solution


def equals_brute_force(problem: TerritoryProblem) -> bool:
    """Compare; return whether some plan keeps every rule."""
    best, solution = brute_force(problem), solved(problem)
    assert solution.objective is not None
    assert solution.bound is not None
    if best.eur is None:
        assert solution.shortfalls
        assert solution.status is not Status.OPTIMAL
        return False
    assert solution.bound <= best.eur * (1 + 1e-7) + 1e-6
    assert solution.objective == pytest.approx(best.eur, rel=1e-6, abs=1e-6)
    return True


@pytest.mark.parametrize("feature", FEATURES)
def test_one_feature_alone_gives_the_value_of_brute_force(feature: str) -> None:
    kept = [
        equals_brute_force(make_random_problem(seed, features=("moves", feature)))
        for seed in range(3)
    ]
    assert any(kept)


@pytest.mark.parametrize("seed", range(12))
def test_features_together_give_the_value_of_brute_force(seed: int) -> None:
    rng = np.random.default_rng([seed, 5])
    features = tuple(name for name in PLAIN if rng.random() < 0.5)
    equals_brute_force(make_random_problem(seed, features=features))


@pytest.mark.parametrize("contiguity", ["required", "preferred"])
@pytest.mark.parametrize("seed", range(4))
def test_contiguity_among_other_features_gives_the_value_of_brute_force(
    seed: int, contiguity: str
) -> None:
    rng = np.random.default_rng([seed, 6])
    features = tuple(name for name in PLAIN if rng.random() < 0.3)
    equals_brute_force(make_random_problem(seed, features=(*features, contiguity)))


def limited(problem: TerritoryProblem, **arrays: np.ndarray) -> TerritoryProblem:
    return replace(problem, limits=replace(problem.limits, **arrays))


def with_today(seed: int = 3) -> TerritoryProblem:
    rng = np.random.default_rng(seed)
    return make_territory_problem(
        60,
        4,
        seed=seed,
        tolerance=0.2,
        current_seat=rng.integers(0, 4, 60),
        revenue_eur=rng.integers(1, 50, 60).astype(float),
    )


def moves_by_seat(problem: TerritoryProblem, solution: Solved) -> tuple[np.ndarray, np.ndarray]:
    assert solution.plan is not None
    moved = problem.current_seat != solution.plan.seat
    given = np.bincount(problem.current_seat[moved], minlength=4)
    return given, np.bincount(solution.plan.seat[moved], minlength=4)


@pytest.mark.parametrize("most", [9.0, 10.0, 11.0])
def test_no_seat_gives_or_takes_more_units_than_its_limit(most: float) -> None:
    free = with_today()
    given, taken = moves_by_seat(free, solved(free))
    assert max(given.max(), taken.max()) > 11
    problem = limited(free, most_given=np.full(4, most), most_taken=np.full(4, most))
    given, taken = moves_by_seat(problem, solved(problem))
    assert given.max() <= most
    assert taken.max() <= most


def test_a_limit_on_revenue_given_counts_euros_not_units() -> None:
    free = with_today()
    problem = limited(free, most_given_eur=np.full(4, 60.0))
    solution = solved(problem)
    assert solution.plan is not None
    moved = problem.current_seat != solution.plan.seat
    given = np.bincount(
        problem.current_seat[moved], weights=problem.revenue_eur[moved], minlength=4
    )
    assert given.max() <= 60.0


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 40), name=st.sampled_from([f.name for f in fields(SeatLimits)]))
def test_looser_limits_never_cost_more(seed: int, name: str) -> None:
    tight = make_random_problem(seed, features=("moves", "unit_limits", "move_limits"))
    looser = np.zeros(3) if name == "least_units" else np.full(3, np.inf)
    if brute_force(tight).eur is None:
        return
    before, after = solved(tight), solved(limited(tight, **{name: looser}))
    assert before.objective is not None
    assert after.objective is not None
    assert after.objective <= before.objective + 1e-6


def planted(seed: int) -> TerritoryProblem:
    """Return 120 units whose loads fit narrow windows exactly in one plan at least."""
    rng = np.random.default_rng(seed)
    measures = rng.integers(1, 9, (120, 2)).astype(float)
    home = rng.integers(0, 5, 120)
    load = np.stack([np.bincount(home, weights=m, minlength=5) for m in measures.T], axis=1)
    return make_territory_problem(
        120,
        5,
        seed=seed,
        measures=measures,
        lower_limits=load * 0.97,
        upper_limits=load * 1.03,
        current_seat=home,
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_problem_that_is_feasible_by_construction_ends_with_all_windows_kept(seed: int) -> None:
    assert solved(planted(seed)).shortfalls == ()


def test_a_unit_stays_unserved_exactly_when_its_price_is_below_the_cost_it_saves() -> None:
    problem = make_territory_problem(5, 1, tolerance=1.0)
    for price, served in ((problem.cost[2, 0] - 0.01, 4), (problem.cost[2, 0] + 0.01, 5)):
        prices = np.full(5, np.inf)
        prices[2] = price
        solution = solved(replace(problem, unserved_price=prices))
        assert solution.plan is not None
        assert (solution.plan.seat >= 0).sum() == served
        assert any(s.code == "unserved_by_price" for s in solution.shortfalls) == (served == 4)


@pytest.mark.parametrize("price", [0.0, 1.0, 1e6])
def test_a_priced_window_is_missed_only_as_long_as_that_pays(price: float) -> None:
    problem = replace(make_territory_problem(12, 3, tolerance=0.05), miss_price=np.array([price]))
    free = replace(problem, tolerance=np.array([50.0]), miss_price=np.zeros(0))
    solution, cheapest = solved(problem), solved(free)
    assert solution.objective is not None
    assert cheapest.objective is not None
    assert solution.objective >= cheapest.objective - 1e-9
    if price == 0.0:
        assert solution.objective == pytest.approx(cheapest.objective)
    assert equals_brute_force(make_random_problem(4, features=("soft",)))


def test_measures_that_differ_by_seat_count_where_the_unit_goes() -> None:
    seat_measures = np.array([[[4.0], [1.0]], [[4.0], [1.0]], [[1.0], [4.0]], [[1.0], [4.0]]])
    problem = make_territory_problem(
        4,
        2,
        measures=seat_measures.mean(axis=1),
        seat_measures=seat_measures,
        cost=np.array([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]]),
        lower_limits=np.full((2, 1), -np.inf),
        upper_limits=np.full((2, 1), 2.0),
    )
    solution = solved(problem)
    assert solution.plan is not None
    assert solution.plan.seat.tolist() == [1, 1, 0, 0]
