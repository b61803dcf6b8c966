"""The price of a seat of one's choice: right on small problems, honest on large ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_builders import make_plan, make_rich_problem, make_territory_problem
from territory_oracle import brute_force

from optimizer.result import Options, Solution, Status
from optimizer.territories import solve_territories
from optimizer.territory_force import WHOLE_UNITS, force
from optimizer.territory_forced import estimate
from optimizer.territory_part import pinned, seats_around, territory_part
from optimizer.territory_problem import SeatLimits
from optimizer.verify_territories import verify_territories

OPTIONS = Options(seconds=20, effort=1)


def _forced_by_hand(problem, unit, seat):
    """Return the problem in which the unit and its group may go to the seat only."""
    cost = problem.cost.copy()
    group = problem.group[unit]
    for one in range(len(cost)):
        if one == unit or (group >= 0 and problem.group[one] == group):
            kept = cost[one, seat]
            cost[one] = np.inf
            cost[one, seat] = kept
    return replace(problem, cost=cost)


@pytest.mark.parametrize("seed", [5, 7, 10])
def test_the_price_of_a_whole_solve_is_that_of_brute_force(seed):
    problem = make_rich_problem(seed)
    solution = solve_territories(problem, OPTIONS)
    best = brute_force(problem)
    assert best.eur is not None, "the seeds are those in which a plan keeps every window"
    priced = 0
    for unit in range(0, len(problem.unit_ids), 3):
        for seat in range(len(problem.seat_ids)):
            found = force(problem, solution, unit, seat, OPTIONS)
            forced = brute_force(_forced_by_hand(problem, unit, seat))
            if solution.plan.seat[unit] == seat:
                assert (found.basis, found.extra_eur, found.least_eur) == ("plan", 0.0, 0.0)
            elif found.basis == "impossible":
                assert forced.eur is None or problem.locked[unit] or -1 in forced.seats
            elif forced.eur is None:
                assert found.shortfalls
                assert found.least_eur is None
            else:
                priced += 1
                assert found.basis == "whole"
                assert found.extra_eur == pytest.approx(forced.eur - best.eur, abs=1e-6)
                assert found.is_proved
                assert unit in found.changed
    assert priced


@pytest.mark.parametrize("seed", range(4))
def test_the_true_price_lies_between_the_bound_and_the_plan_found(seed):
    problem = make_territory_problem(40, 4, seed, tolerance=0.15)
    solution = solve_territories(problem, OPTIONS)
    unit = seed
    for seat in range(4):
        found = force(problem, solution, unit, seat, OPTIONS)
        assert found.extra_eur is not None
        assert found.least_eur <= found.extra_eur
        # Every plan with the unit there is a plan: none is cheaper than the optimum.
        assert solution.objective + found.extra_eur >= solution.bound - 1e-6


def test_a_seat_that_may_not_serve_the_unit_has_no_price():
    problem = make_territory_problem(6, 2)
    cost = problem.cost.copy()
    cost[2, 1] = np.inf
    problem = replace(problem, cost=cost)
    found = force(problem, solve_territories(problem, OPTIONS), 2, 1, OPTIONS)
    assert (found.basis, found.extra_eur, found.reason) == (
        "impossible",
        None,
        "R1 may not serve A2",
    )


def test_a_lock_is_named_and_the_lock_of_a_group_member_too():
    problem = make_territory_problem(
        6,
        2,
        tolerance=0.9,
        current_seat=np.zeros(6, dtype=np.int64),
        locked=np.array([True, False, False, False, False, False]),
        group=np.array([3, 3, -1, -1, -1, -1]),
    )
    solution = solve_territories(problem, OPTIONS)
    found = force(problem, solution, 1, 1, OPTIONS)
    assert (found.basis, found.reason) == ("impossible", "A0 is locked to another seat")


def test_members_of_a_group_go_together():
    problem = make_territory_problem(8, 2, tolerance=0.9, group=np.array([5, 5, 5] + [-1] * 5))
    solution = solve_territories(problem, OPTIONS)
    other = 1 - int(solution.plan.seat[0])
    found = force(problem, solution, 1, other, OPTIONS)
    assert {0, 1, 2} <= set(found.changed)


@pytest.mark.parametrize(
    ("units", "basis"), [(29, "whole"), (30, "whole"), (31, "region")], ids=str
)
def test_the_label_says_what_was_solved_at_the_edge_of_the_size(units, basis):
    problem = make_territory_problem(units, 3, tolerance=0.4)
    solution = solve_territories(problem, OPTIONS)
    other = (int(solution.plan.seat[0]) + 1) % 3
    assert force(problem, solution, 0, other, OPTIONS, whole_units=30).basis == basis


@pytest.mark.parametrize("seed", range(3))
def test_a_region_never_beats_a_solve_of_the_whole_and_its_plan_is_sound(seed):
    rng = np.random.default_rng(seed)
    problem = make_territory_problem(
        60,
        8,
        seed,
        tolerance=0.3,
        current_seat=rng.integers(-1, 8, 60),
        move_cost=rng.uniform(0, 5, 60),
        max_moved_share=0.9,
    )
    solution = solve_territories(problem, OPTIONS)
    unit = 5
    seat = int(np.argsort(problem.cost[unit])[2])
    if seat == solution.plan.seat[unit]:
        seat = int(np.argsort(problem.cost[unit])[1])
    whole = force(problem, solution, unit, seat, OPTIONS)
    region = force(problem, solution, unit, seat, OPTIONS, whole_units=10)
    assert whole.basis == "whole"
    assert region.basis == "region"
    assert len(region.seats) == 6
    assert not region.is_proved
    assert whole.least_eur - 1e-6 <= region.extra_eur
    assert unit in region.changed
    assert set(solution.plan.seat[list(region.changed)]) <= set(region.seats)


def test_the_estimate_is_the_runner_ups_and_says_so():
    problem = make_territory_problem(6, 3)
    plan = replace(
        make_plan(problem, [0] * 6),
        runner_up=np.array([1] * 6),
        runner_up_extra_eur=np.array([7.5] * 6),
    )
    solution = Solution(status=Status.FEASIBLE, sense="min", plan=plan, objective=9.0, bound=8.0)
    found = estimate(problem, solution, 2, 1)
    assert (found.basis, found.extra_eur, found.least_eur) == ("estimate", 7.5, -1.0)
    assert not found.is_proved
    assert estimate(problem, solution, 2, 2).extra_eur is None
    assert estimate(problem, solution, 2, 2).reason
    assert len(problem.unit_ids) < WHOLE_UNITS


def test_a_solution_without_a_plan_is_refused():
    problem = make_territory_problem(2, 2)
    with pytest.raises(ValueError, match="without a plan"):
        force(problem, Solution(status=Status.UNKNOWN, sense="min"), 0, 0, OPTIONS)


def test_the_moves_of_a_part_are_what_the_others_leave():
    # Ten units, half may move: three beyond the part moved, so two are left for its four.
    problem = make_territory_problem(
        10, 3, current_seat=np.array([0] * 4 + [2] * 6), max_moved_share=0.5
    )
    plan = make_plan(problem, [0, 0, 1, 1, 2, 2, 2, 0, 0, 0])
    seats = np.array([0, 1])
    part = territory_part(problem, plan, seats, also=np.array([2]))
    assert part.units.tolist() == [0, 1, 2, 3, 7, 8, 9]
    assert part.problem.current_seat.tolist() == [0, 0, 0, 0, -1, -1, -1]
    assert part.problem.max_moved_share == pytest.approx(0.5)
    assert part.seat.tolist() == [0, 0, 1, 1, 0, 0, 0]


def test_a_pinned_problem_has_one_plan():
    problem = make_territory_problem(6, 2, tolerance=2.0)
    seat = np.array([0, 1, 0, 1, 1, 0])
    solution = solve_territories(pinned(problem, seat), OPTIONS)
    assert solution.plan.seat.tolist() == seat.tolist()
    assert verify_territories(problem, solution.plan) == ()


def test_seats_around_are_the_nearest_and_stop_at_the_units_allowed():
    at = np.arange(6) * 10.0
    problem = make_territory_problem(12, 6, tolerance=3.0)
    problem = replace(problem, cost=np.abs(np.repeat(at, 2)[:, None] - at[None]))
    plan = make_plan(problem, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    assert seats_around(problem, plan, 0, 1, 4, 100).tolist() == [0, 1, 2, 3]
    assert seats_around(problem, plan, 0, 1, 4, 6).tolist() == [0, 1, 2]
    assert seats_around(problem, plan, 0, 1, 4, 5).tolist() == [0, 1]


def test_a_part_keeps_every_rule_of_its_seats_and_units():
    rng = np.random.default_rng(4)
    problem = make_territory_problem(
        9,
        4,
        measures=rng.integers(1, 9, (9, 2)).astype(float),
        seat_measures=rng.uniform(1, 9, (9, 4, 2)),
        miss_price=np.array([3.0, np.inf]),
        unserved_price=np.arange(9.0) + 50,
        revenue_eur=np.arange(9.0),
        limits=SeatLimits(most_units=np.array([1.0, 2.0, 3.0, 4.0])),
        lower_limits=np.arange(8.0).reshape(4, 2),
        upper_limits=np.arange(8.0).reshape(4, 2) + 90,
        edges=np.array([[0, 1], [0, 2], [2, 8], [7, 8]]),
        contiguity="preferred",
        stray_eur=2.0,
    )
    plan = make_plan(problem, [0, 1, 2, 3, 0, 1, 2, 3, 2])
    part = territory_part(problem, plan, np.array([0, 2]), also=np.array([0]))
    cut = part.problem
    assert part.units.tolist() == [0, 2, 4, 6, 8]
    assert (cut.unit_ids, cut.seat_ids) == (("A0", "A2", "A4", "A6", "A8"), ("R0", "R2"))
    assert cut.edges.tolist() == [[0, 1], [1, 4]]
    assert cut.limits.most_units.tolist() == [1.0, 3.0]
    assert cut.lower_limits.tolist() == [[0.0, 1.0], [4.0, 5.0]]
    assert cut.upper_limits.tolist() == [[90.0, 91.0], [94.0, 95.0]]
    assert np.array_equal(cut.seat_measures, problem.seat_measures[part.units][:, [0, 2]])
    assert cut.unserved_price.tolist() == [50.0, 52.0, 54.0, 56.0, 58.0]
    assert cut.revenue_eur.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]
    assert (cut.contiguity, cut.stray_eur) == ("preferred", 2.0)


def test_a_unit_left_out_at_a_price_costs_what_serving_it_adds():
    # One unit is dear to serve and cheap to leave out; nothing else is affected by it.
    cost = np.array([[10.0, 40.0], [30.0, 20.0], [500.0, 600.0]])
    problem = make_territory_problem(
        3, 2, tolerance=9.0, cost=cost, unserved_price=np.array([np.inf, np.inf, 90.0])
    )
    solution = solve_territories(problem, OPTIONS)
    assert solution.plan.seat.tolist() == [0, 1, -1]
    for whole_units in (3, 2):
        found = force(problem, solution, 2, 0, OPTIONS, whole_units=whole_units)
        assert found.basis == ("whole" if whole_units == 3 else "region")
        assert found.extra_eur == pytest.approx(410.0)


def test_a_miss_with_a_price_is_part_of_the_price():
    # Unit 2 at seat 0 saves 5 EUR of travel and puts 2 hours above the window, at 7 EUR each.
    problem = make_territory_problem(
        4,
        2,
        tolerance=0.0,
        measures=np.full((4, 1), 2.0),
        cost=np.array([[1.0, 90.0], [1.0, 90.0], [3.0, 8.0], [90.0, 1.0]]),
        miss_price=np.array([7.0]),
    )
    solution = solve_territories(problem, OPTIONS)
    assert solution.plan.seat.tolist() == [0, 0, 1, 1]
    for whole_units in (4, 3):
        found = force(problem, solution, 2, 0, OPTIONS, whole_units=whole_units)
        assert found.extra_eur == pytest.approx(-5.0 + 2 * 2 * 7.0)
