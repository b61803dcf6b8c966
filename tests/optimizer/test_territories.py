"""solve_territories against brute force, and the rules it must keep."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_builders import make_plan, make_rich_problem, make_territory_problem
from territory_oracle import brute_force

from optimizer.result import Options, Solution, Status
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryPlan, TerritoryProblem
from optimizer.verify_territories import verify_territories

EXACT = Options(seconds=300.0)


def solve(problem: TerritoryProblem, options: Options = EXACT) -> Solution[TerritoryPlan]:
    solution = solve_territories(problem, options)
    assert solution.plan is not None
    found = verify_territories(problem, solution.plan, solution.shortfalls, solution.terms)
    assert found == ()
    return solution


@pytest.mark.parametrize("seed", range(24))
def test_value_is_that_of_brute_force_with_every_feature(seed: int) -> None:
    problem = make_rich_problem(seed)
    best = brute_force(problem)
    solution = solve(problem)
    if best.eur is None:
        assert solution.status is Status.FEASIBLE
        assert any(s.code.startswith("window_") for s in solution.shortfalls)
    else:
        assert solution.status is Status.OPTIMAL
        assert solution.objective == pytest.approx(best.eur, rel=1e-6)
        assert solution.terms["imbalance_eur"] == 0.0


def test_the_rich_problems_cover_both_kept_and_missed_windows() -> None:
    kept = [brute_force(make_rich_problem(seed)).eur is not None for seed in range(24)]
    assert 4 <= sum(kept) <= 22


@pytest.mark.parametrize("seed", range(12))
def test_the_bound_is_never_above_the_best_plan(seed: int) -> None:
    problem = make_rich_problem(seed)
    best = brute_force(problem)
    solution = solve(problem, Options(effort=0, seconds=300.0))
    assert solution.bound is not None
    if best.eur is not None:
        assert solution.bound <= best.eur * (1 + 1e-9)


@pytest.mark.parametrize("seed", range(40, 52))
def test_windows_are_missed_as_little_as_possible_when_no_plan_keeps_them(seed: int) -> None:
    alone = np.full(8, -1, dtype=np.int64)
    problem = replace(make_rich_problem(seed), tolerance=np.array([0.02, 0.02]), group=alone)
    best = brute_force(problem)
    assert best.eur is None
    solution = solve(problem)
    assert solution.status is Status.FEASIBLE
    amounts = dict.fromkeys(problem.measure_names, 0.0)
    for shortfall in solution.shortfalls:
        if not shortfall.code.startswith("window_"):
            continue
        amounts[shortfall.unit] += shortfall.amount
    mean = problem.targets.mean(axis=0)
    missed = sum(amounts[name] / mean[k] for k, name in enumerate(problem.measure_names))
    assert missed == pytest.approx(best.least_missed, abs=0.02)


def test_renaming_and_reordering_seats_changes_no_value() -> None:
    problem = make_rich_problem(3)
    turn = np.array([2, 0, 1])
    place = np.argsort(turn)
    today = np.where(problem.current_seat >= 0, place[problem.current_seat], -1)
    other = replace(
        problem,
        seat_ids=("x", "y", "z"),
        cost=problem.cost[:, turn],
        targets=problem.targets[turn],
        current_seat=today,
    )
    assert solve(other).objective == pytest.approx(solve(problem).objective)


def test_another_unit_of_a_measure_changes_no_value() -> None:
    problem = make_rich_problem(3)
    minutes = np.array([60.0, 1.0])
    other = replace(problem, measures=problem.measures * minutes, targets=problem.targets * minutes)
    assert solve(other).objective == pytest.approx(solve(problem).objective)


def test_another_currency_scales_the_value() -> None:
    problem = make_rich_problem(3)
    other = replace(problem, cost=problem.cost * 1e4, move_cost=problem.move_cost * 1e4)
    expected = solve(problem).objective
    assert expected is not None
    assert solve(other).objective == pytest.approx(expected * 1e4)


def test_more_tolerance_never_costs_more() -> None:
    problem = make_territory_problem(9, 3, seed=5)
    values = [
        solve(replace(problem, tolerance=np.array([t]))).objective for t in (0.2, 0.4, 0.8, 2.0)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > values[-1]


def test_locking_the_optimal_seats_changes_nothing() -> None:
    problem = make_territory_problem(9, 3, seed=5)
    solution = solve(problem)
    assert solution.plan is not None
    locked = replace(problem, current_seat=solution.plan.seat.copy(), locked=np.ones(9, dtype=bool))
    again = solve(locked)
    assert again.plan is not None
    assert again.objective == pytest.approx(solution.objective)
    assert (again.plan.seat == solution.plan.seat).all()


def test_a_lock_holds_against_any_price() -> None:
    problem = make_territory_problem(6, 2, tolerance=2.0)
    dear = problem.cost.copy()
    dear[0] = [1.0, 1e6]
    today = np.array([1, -1, -1, -1, -1, -1])
    lock = np.array([True, False, False, False, False, False])
    plan = solve(replace(problem, cost=dear, current_seat=today, locked=lock)).plan
    assert plan is not None
    assert plan.seat[0] == 1
    assert plan.runner_up[0] == -1


def four_near_other_seat(**changes: object) -> TerritoryProblem:
    """Return 4 equal units on seat 0 today, all cheaper by 10 EUR on seat 1; no balance."""
    return make_territory_problem(
        4,
        2,
        measures=np.ones((4, 1)),
        targets=np.zeros((2, 1)),
        cost=np.array([[20.0, 10.0]] * 4),
        current_seat=np.zeros(4, dtype=np.int64),
        **changes,
    )


@pytest.mark.parametrize(
    ("share", "moves"), [(0.0, 0), (0.24, 0), (0.25, 1), (0.5, 2), (0.74, 2), (1.0, 4)]
)
def test_the_share_of_moves_is_a_hard_limit(share: float, moves: int) -> None:
    plan = solve(four_near_other_seat(max_moved_share=share)).plan
    assert plan is not None
    assert (plan.seat == 1).sum() == moves


@pytest.mark.parametrize(("move_eur", "moves"), [(9.99, 4), (10.01, 0)])
def test_a_unit_moves_only_when_that_saves_more_than_the_move_costs(
    move_eur: float, moves: int
) -> None:
    plan = solve(four_near_other_seat(move_cost=np.full(4, move_eur))).plan
    assert plan is not None
    assert (plan.seat == 1).sum() == moves


@pytest.mark.parametrize(("tolerance", "kept"), [(0.51, True), (0.5, True), (0.49, False)])
def test_a_window_may_be_filled_to_its_very_edge(tolerance: float, kept: bool) -> None:
    problem = make_territory_problem(2, 2, tolerance=tolerance, measures=np.array([[3.0], [1.0]]))
    solution = solve(problem)
    assert (solution.shortfalls == ()) is kept
    assert (solution.terms["imbalance_eur"] == 0.0) is kept


def test_a_measure_without_targets_is_not_balanced() -> None:
    problem = make_territory_problem(6, 2, targets=np.zeros((2, 1)))
    solution = solve(problem)
    assert solution.objective == pytest.approx(problem.cost.min(axis=1).sum())
    assert solution.plan is not None
    assert (solution.plan.window_price == 0).all()


def test_same_options_give_the_same_arrays() -> None:
    problem = make_territory_problem(60, 5, seed=2, tolerance=0.1)
    first, second = (solve(problem, Options(effort=1)).plan for _ in range(2))
    assert first is not None
    assert second is not None
    for name in ("seat", "runner_up", "runner_up_extra_eur", "window_price"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()


@pytest.mark.parametrize("polls", [0, 1, 3, 10, 40])
def test_a_cancelled_solve_returns_a_plan_that_passes_the_check(polls: int) -> None:
    problem = make_territory_problem(120, 6, seed=4, tolerance=0.1)
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return count > polls

    solution = solve_territories(problem, EXACT, cancelled=cancelled)
    assert solution.stopped_by == "cancel"
    assert solution.plan is not None
    assert verify_territories(problem, solution.plan, solution.shortfalls, solution.terms) == ()


def test_no_time_at_all_still_gives_a_checked_plan_and_says_so() -> None:
    solution = solve(make_territory_problem(30, 3), Options(seconds=0.0))
    assert solution.stopped_by == "time"
    assert solution.status is Status.FEASIBLE


def test_progress_reports_a_bound_below_the_objective() -> None:
    seen = []
    solve_territories(make_territory_problem(12, 3), EXACT, on_progress=seen.append)
    planned = [p for p in seen if p.objective is not None]
    assert planned
    assert all(p.bound <= p.objective * (1 + 1e-9) for p in planned)


def test_a_good_hint_is_never_made_worse() -> None:
    problem = make_territory_problem(150, 6, seed=9, tolerance=0.05)
    best = solve(problem, Options(effort=2))
    again = solve_territories(problem, Options(effort=0), hint=best.plan)
    assert again.objective is not None
    assert best.objective is not None
    assert again.objective <= best.objective * (1 + 1e-9)


@pytest.mark.parametrize("looks", [0, 6])
@pytest.mark.parametrize("largest", [0, 600_000])
def test_a_good_hint_outlives_an_end_before_the_search(
    looks: int, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("optimizer.territories.LARGEST_COMPLETE", largest)
    problem = make_territory_problem(150, 6, seed=9, tolerance=0.05)
    best = solve(problem, Options(effort=2))
    asked = iter(range(1_000_000))
    again = solve_territories(
        problem, Options(), hint=best.plan, cancelled=lambda: next(asked) >= looks
    )
    assert again.stopped_by == "cancel"
    assert again.objective == pytest.approx(best.objective)


def test_a_hint_with_forbidden_seats_is_repaired() -> None:
    problem = make_rich_problem(3)
    hint = make_plan(problem, [2, 1, 0, -1, 7, 1, 0, 0])
    solution = solve_territories(problem, EXACT, hint=hint)
    assert solution.objective == pytest.approx(solve(problem).objective)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tolerance": np.array([-0.1])}, "tolerance"),
        ({"targets": np.array([[1.0], [np.nan]])}, "targets"),
        ({"cost": np.full((6, 2), -np.inf)}, "cost"),
        ({"move_cost": np.full(6, np.inf)}, "move_cost"),
        ({"current_seat": np.full(6, 2)}, "current_seat"),
        ({"max_moved_share": 1.5}, "max_moved_share"),
    ],
)
def test_numbers_without_meaning_are_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve_territories(make_territory_problem(**change), EXACT)
