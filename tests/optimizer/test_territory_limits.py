"""Degenerate, contradictory and overfull territory problems end in a plan and a reason."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_builders import make_territory_problem

from optimizer.explain_territories import necessary_conditions
from optimizer.result import Options, Solution
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from optimizer.verify_territories import verify_territories


def solve(problem: TerritoryProblem) -> Solution[TerritoryPlan]:
    solution = solve_territories(problem, Options(seconds=300.0))
    assert solution.plan is not None
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    assert found == ()
    return solution


def codes(solution: Solution[TerritoryPlan]) -> list[str]:
    return [s.code for s in solution.shortfalls]


def empty(units: int, seats: int) -> TerritoryProblem:
    return make_territory_problem(units, seats, measures=np.ones((units, 1)))


@pytest.mark.parametrize(("units", "seats"), [(0, 0), (0, 3), (1, 1), (1, 3), (5, 1)])
def test_tiny_sizes_are_planned(units: int, seats: int) -> None:
    solution = solve(replace(empty(units, seats), tolerance=np.array([3.0])))
    assert solution.plan is not None
    assert (solution.plan.seat >= 0).all()


def test_without_any_seat_every_unit_is_unserved_with_a_reason() -> None:
    solution = solve(empty(3, 0))
    assert codes(solution) == ["no_eligible_seat"] * 3


def test_all_units_locked_keeps_today_even_outside_the_windows() -> None:
    today = np.zeros(6, dtype=np.int64)
    problem = make_territory_problem(6, 2, current_seat=today, locked=np.ones(6, dtype=bool))
    solution = solve(problem)
    assert solution.plan is not None
    assert (solution.plan.seat == 0).all()
    assert sorted(codes(solution)) == ["window_above", "window_below"]
    assert "locked to it alone" in solution.shortfalls[0].reason
    assert "locks_above_window" in {s.code for s in necessary_conditions(problem)}


def test_identical_points_are_still_balanced() -> None:
    problem = make_territory_problem(
        12, 3, tolerance=0.0, measures=np.ones((12, 1)), cost=np.ones((12, 3))
    )
    solution = solve(problem)
    assert solution.plan is not None
    assert np.bincount(solution.plan.seat).tolist() == [4, 4, 4]


def test_free_seats_cost_nothing() -> None:
    solution = solve(make_territory_problem(6, 2, cost=np.zeros((6, 2)), tolerance=1.0))
    assert solution.objective == 0.0
    assert solution.gap == 0.0


def test_zero_measures_fit_any_window() -> None:
    problem = make_territory_problem(6, 2, measures=np.zeros((6, 1)))
    assert codes(solve(problem)) == []


def test_a_seat_with_target_zero_gets_no_work() -> None:
    problem = make_territory_problem(
        4, 2, measures=np.ones((4, 1)), targets=np.array([[4.0], [0.0]])
    )
    solution = solve(problem)
    assert solution.plan is not None
    assert (solution.plan.seat == 0).all()


def test_a_unit_larger_than_a_territory_is_declared_with_that_cause() -> None:
    problem = make_territory_problem(4, 2, measures=np.array([[50.0], [1.0], [1.0], [1.0]]))
    solution = solve(problem)
    assert codes(solution) == ["unit_larger_than_window", "window_above", "window_below"]
    assert "one account alone" in solution.shortfalls[1].reason
    named = {s.code: s.subject for s in necessary_conditions(problem)}
    assert named == {"unit_larger_than_window": "A0"}


def test_a_unit_nobody_may_serve_is_left_out_at_the_price_of_the_dearest_seat() -> None:
    problem = make_territory_problem(6, 2, tolerance=1.0)
    problem.cost[2] = np.inf
    solution = solve(problem)
    assert solution.plan is not None
    assert solution.plan.seat[2] == -1
    assert codes(solution) == ["no_eligible_seat"]
    dearest = problem.cost[np.isfinite(problem.cost)].max()
    assert solution.terms["unserved_eur"] == dearest


def test_a_lock_to_an_ineligible_seat_is_named_before_and_after_the_solve() -> None:
    today = np.array([0, -1, -1, -1, -1, -1])
    problem = make_territory_problem(6, 2, tolerance=1.0, current_seat=today, locked=today == 0)
    problem.cost[0, 0] = np.inf
    assert codes(solve(problem)) == ["lock_not_eligible"]
    assert [s.code for s in necessary_conditions(problem)] == ["lock_not_eligible"]


def group_of_two(**changes: object) -> TerritoryProblem:
    group = np.array([5, 5, -1, -1, -1, -1])
    return make_territory_problem(6, 2, measures=np.ones((6, 1)), group=group, **changes)


def test_a_group_goes_to_one_seat() -> None:
    cost = np.array([[1.0, 9.0], [9.0, 2.0], [1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]])
    plan = solve(group_of_two(cost=cost, tolerance=0.5)).plan
    assert plan is not None
    assert plan.seat[0] == plan.seat[1]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {
                "current_seat": np.array([0, 1, -1, -1, -1, -1]),
                "locked": np.array([True, True, False, False, False, False]),
            },
            "locked to different seats",
        ),
        ({"cost": np.array([[1.0, np.inf], [np.inf, 1.0]] + [[1.0, 1.0]] * 4)}, "no seat may"),
        ({"targets": np.full((2, 1), 1.5)}, "larger than any window"),
    ],
)
def test_a_group_that_cannot_stay_together_is_split_and_named(
    changes: dict[str, np.ndarray], reason: str
) -> None:
    solution = solve(group_of_two(**changes))
    split = [s for s in solution.shortfalls if s.code == "group_split"]
    assert [s.subject for s in split] == ["group 5"]
    assert reason in split[0].reason


@pytest.mark.parametrize(("target", "split"), [(1.6, False), (2.0 / 1.3, False), (1.5, True)])
def test_a_group_exactly_as_large_as_a_window_stays_together(target: float, split: bool) -> None:
    solution = solve(group_of_two(targets=np.full((2, 1), target)))
    assert ("group_split" in codes(solution)) is split


def test_moves_that_skills_force_may_exceed_the_share_and_are_declared() -> None:
    problem = make_territory_problem(
        4,
        2,
        tolerance=1.0,
        cost=np.array([[np.inf, 1.0]] * 3 + [[1.0, 1.0]]),
        current_seat=np.zeros(4, dtype=np.int64),
        max_moved_share=0.5,
    )
    solution = solve(problem)
    assert codes(solution) == ["moves_above_limit"]
    assert solution.shortfalls[0].amount == 1
    assert solution.plan is not None
    assert solution.plan.seat.tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize(
    ("factor", "code"), [(0.5, "total_above_windows"), (2.0, "total_below_windows")]
)
def test_totals_outside_all_windows_are_named_before_the_solve(factor: float, code: str) -> None:
    problem = make_territory_problem(6, 2)
    problem = replace(problem, targets=problem.targets * factor)
    assert code in {s.code for s in necessary_conditions(problem)}
    assert any("all accounts together" in s.reason for s in solve(problem).shortfalls)


def test_a_seat_that_cannot_fill_its_window_is_named() -> None:
    problem = make_territory_problem(6, 2)
    problem.cost[1:, 1] = np.inf
    assert "seat_cannot_fill" in {s.code for s in necessary_conditions(problem)}
    assert any("it may serve bring" in s.reason for s in solve(problem).shortfalls)


def test_a_sound_problem_meets_all_necessary_conditions() -> None:
    assert necessary_conditions(make_territory_problem(8, 2, tolerance=0.5)) == ()
