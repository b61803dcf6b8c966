from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from territory_builders import make_random_problem, make_territory_problem
from territory_oracle import brute_force

from benchmarks.territory_instances import make_instance
from optimizer.territory_conflicts import window_conflicts
from optimizer.territory_costs import DistanceCosts
from optimizer.territory_items import aggregate
from optimizer.territory_large import LargeRelaxation, candidates
from optimizer.territory_pairs import Items
from optimizer.territory_problem import TerritoryProblem

FEATURES = (
    "skills",
    "moves",
    "locks",
    "groups",
    "two_measures",
    "explicit_limits",
    "unserved",
    "unit_limits",
    "move_limits",
    "eur_limits",
)


def relaxed(problem: TerritoryProblem) -> LargeRelaxation:
    return candidates(problem, lambda: 60.0, lambda: False)


def stopped(problem: TerritoryProblem, after: int) -> LargeRelaxation:
    asked = iter(range(10_000))
    return candidates(problem, lambda: 60.0, lambda: next(asked) >= after)


def full_program(items: Items) -> float | None:
    """Return the value of the linear program over all pairs, None when it is infeasible."""
    pairs, n = items.pairs, len(items.pairs.cost)
    once = np.zeros((items.count, n))
    once[pairs.item, np.arange(n)] = 1.0
    rows, ends = [pairs.moved.astype(float)], [float(items.max_moved)]
    for seat, row in np.ndindex(items.lower.shape):
        load = np.where(pairs.seat == seat, pairs.size[:, row], 0.0)
        for sign, end in ((1.0, items.upper[seat, row]), (-1.0, -items.lower[seat, row])):
            if np.isfinite(end):
                rows.append(sign * load)
                ends.append(end)
    answer = linprog(
        pairs.cost, A_ub=np.array(rows), b_ub=ends, A_eq=once, b_eq=np.ones(items.count)
    )
    return float(answer.fun) if answer.status == 0 else None


def as_matrix(problem: TerritoryProblem) -> TerritoryProblem:
    return replace(problem, cost=problem.costs().rows(0, len(problem.unit_ids)))


@given(st.integers(0, 10_000), st.sets(st.sampled_from(FEATURES)))
@settings(max_examples=15, deadline=None)
def test_the_bound_is_the_value_of_the_program_over_all_pairs(seed, features):
    problem = make_random_problem(seed, 12, 4, tuple(sorted(features)))
    items, _ = aggregate(problem)
    value = full_program(items)
    found = relaxed(problem)
    if value is None:
        assert found.relaxation.excess > 1e-6
    else:
        assert found.relaxation.bound == pytest.approx(value, rel=1e-6, abs=1e-6)
        assert found.relaxation.excess <= 1e-6


@given(st.integers(0, 10_000), st.sets(st.sampled_from(FEATURES)), st.integers(0, 30))
@settings(max_examples=25, deadline=None)
def test_no_plan_costs_less_than_the_bound_whenever_the_climb_is_stopped(seed, features, after):
    problem = make_random_problem(seed, 6, 3, tuple(sorted(features)))
    best = brute_force(problem).eur
    bound = stopped(problem, after).relaxation.bound
    if best is not None:
        assert bound <= best + 1e-6 * max(1.0, abs(best))


@given(st.integers(0, 10_000), st.sets(st.sampled_from(FEATURES)))
@settings(max_examples=15, deadline=None)
def test_candidate_pairs_are_those_of_the_small_path(seed, features):
    problem = make_random_problem(seed, 10, 4, tuple(sorted(features)))
    items, shortfalls = aggregate(problem)
    found = relaxed(problem)
    mine, at = (
        found.items.pairs,
        items.pairs.find(found.items.pairs.item, found.items.pairs.seat, items.seats),
    )
    assert found.shortfalls == shortfalls
    assert (found.items.of_unit == items.of_unit).all()
    assert found.items.max_moved == items.max_moved
    assert (at >= 0).all()
    np.testing.assert_allclose(mine.cost, items.pairs.cost[at])
    np.testing.assert_allclose(mine.size, items.pairs.size[at], atol=1e-12)
    assert (mine.moved == items.pairs.moved[at]).all()


def test_every_item_may_stay_where_it_is():
    problem = make_instance(600, 12)
    items = relaxed(problem).items
    units = np.flatnonzero((problem.current_seat >= 0) & (problem.group < 0))
    at = items.pairs.find(items.of_unit[units], problem.current_seat[units], items.seats)
    assert (at >= 0).all()


def test_distances_and_their_matrix_give_the_same_relaxation():
    problem = make_instance(1_500, 30)
    one, other = relaxed(problem), relaxed(as_matrix(problem))
    assert one.relaxation.exact
    assert other.relaxation.exact
    assert one.relaxation.bound == pytest.approx(other.relaxation.bound, rel=1e-6)


def test_rows_and_pairs_of_distances_agree_with_a_matrix():
    costs = make_instance(50, 7).costs()
    unit, seat = np.divmod(np.arange(50 * 7), 7)
    matrix = costs.at(unit, seat).reshape(50, 7)
    np.testing.assert_allclose(costs.rows(0, 50), matrix)
    np.testing.assert_allclose(costs.rows(13, 29), matrix[13:29])


def test_a_larger_problem_starts_near_its_bound_and_hears_every_better_bound():
    problem, told = make_instance(4_000, 50), []
    found = candidates(problem, lambda: 60.0, lambda: False, lambda *step: told.append(step))
    heard = [bound for _, bound in told]
    assert heard == sorted(heard)
    assert heard[-1] == found.relaxation.bound
    stages = list(dict.fromkeys(doing.partition(",")[0] for doing, _ in told))
    assert stages == [
        "seats ranked",
        "prices of a sample of accounts",
        "prices of all accounts",
        "relaxation",
        "near ties of all accounts",
    ]
    assert found.relaxation.exact
    split = found.items.missed(found.pair).sum()
    assert split < 0.1 * 50
    assert abs(found.items.value(found.pair) / found.relaxation.bound - 1) < 0.02


def test_the_same_problem_gives_the_same_relaxation():
    problem = make_instance(1_000, 20)
    one, other = relaxed(problem), relaxed(problem)
    assert one.relaxation.bound == other.relaxation.bound
    assert (one.pair == other.pair).all()
    assert (one.items.pairs.seat == other.items.pairs.seat).all()


def _by_distance(**changes) -> TerritoryProblem:
    """Return 30 units at one place and 3 seats around it."""
    costs = DistanceCosts(
        unit_km=np.zeros((30, 2)),
        seat_km=np.array([[3.0, 0.0], [0.0, 4.0], [5.0, 0.0]]),
        eur_per_km=np.ones(30),
        kind=np.zeros(30, dtype=np.int64),
        serves=np.ones((1, 3), dtype=bool),
    )
    stated = {"tolerance": 0.1, "measures": np.ones((30, 1)), "cost": costs} | changes
    return make_territory_problem(30, 3, **stated)


def test_identical_points_share_their_seats_by_windows_alone():
    found = relaxed(_by_distance())
    # Windows are 9 to 11: eleven go 3 km, ten go 4 km, nine go 5 km.
    assert found.relaxation.bound == pytest.approx(11 * 3 + 10 * 4 + 9 * 5)


def test_units_without_size_go_where_it_is_cheapest():
    found = relaxed(_by_distance(measures=np.zeros((30, 1))))
    assert found.relaxation.bound == pytest.approx(30 * 3)
    assert (found.items.pairs.seat[found.pair] == 0).all()


def test_all_units_locked_leave_nothing_to_choose():
    seat = np.arange(30) % 3
    found = relaxed(_by_distance(current_seat=seat, locked=np.ones(30, dtype=bool)))
    assert found.relaxation.bound == pytest.approx(10 * (3 + 4 + 5))
    assert (found.items.pairs.seat == seat).all()


def test_one_seat_takes_everything():
    found = relaxed(make_territory_problem(20, 1))
    assert (found.items.pairs.seat[found.pair] == 0).all()
    assert found.relaxation.bound == pytest.approx(found.items.value(found.pair))


def test_a_problem_that_nobody_may_serve_is_left_out_whole():
    found = relaxed(make_territory_problem(4, 2, cost=np.full((4, 2), np.inf)))
    assert found.items.count == 0
    assert len(found.shortfalls) == 4


@pytest.mark.parametrize(("size", "named"), [(10.9, 0), (11.0, 0), (11.1, 1)])
def test_an_account_is_a_conflict_only_beyond_every_window(size, named):
    measures = np.ones((30, 1))
    measures[4] = size
    problem = _by_distance(measures=measures, targets=np.full((3, 1), 10.0))
    found = [s for s in window_conflicts(problem) if s.code == "unit_larger_than_window"]
    assert [s.subject for s in found] == ["A4"] * named


@pytest.mark.parametrize(("skilled", "named"), [(10, 0), (11, 0), (12, 1)])
def test_skilled_accounts_are_a_conflict_only_beyond_the_windows_of_skilled_seats(skilled, named):
    kind = (np.arange(30) < skilled).astype(np.int64)
    costs = replace(
        _by_distance().costs(), kind=kind, serves=np.array([[True] * 3, [True, False, False]])
    )
    found = [s.code for s in window_conflicts(_by_distance(cost=costs))]
    assert found == ["skills_above_windows"] * named


@pytest.mark.parametrize(("simple", "named"), [(19, 0), (18, 0), (17, 1)])
def test_seats_for_simple_accounts_only_are_a_conflict_when_these_are_too_few(simple, named):
    kind = (np.arange(30) >= simple).astype(np.int64)
    costs = replace(
        _by_distance().costs(), kind=kind, serves=np.array([[True] * 3, [True, False, False]])
    )
    found = [s.code for s in window_conflicts(_by_distance(cost=costs))]
    assert found.count("skills_below_windows") == named
