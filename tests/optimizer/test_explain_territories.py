"""Every unit gets one sentence that says why it is where it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from territory_builders import make_plan, make_rich_problem, make_territory_problem

from optimizer.explain_territories import reasons, window_prices
from optimizer.result import Options
from optimizer.territories import solve_territories
from optimizer.territory_problem import SeatLimits, TerritoryPlan, TerritoryProblem, VacantSeats


def solved(problem: TerritoryProblem) -> TerritoryPlan:
    plan = solve_territories(problem, Options()).plan
    assert plan is not None
    return plan


def overloaded() -> TerritoryProblem:
    """Return 4 units on seat 0 today where 2 fit; units 2 and 3 are cheaper on seat 1."""
    return make_territory_problem(
        4,
        2,
        tolerance=0.1,
        measures=np.ones((4, 1)),
        measure_names=("workload_hours",),
        cost=np.array([[1.0, 99.0], [1.0, 99.0], [500.0, 190.0], [50.0, 60.0]]),
        current_seat=np.zeros(4, dtype=np.int64),
        move_cost=np.full(4, 5.0),
    )


def test_a_move_names_the_window_it_relieves_and_the_money() -> None:
    problem = overloaded()
    said = reasons(problem, solved(problem))
    assert said[0] == "stays with R0: nearest and no balance gain elsewhere"
    assert said[2] == (
        "moves from R0 to R1: R0 is above its workload window; saves 310 EUR of travel a year"
    )
    assert said[3].endswith("costs 10 EUR of travel a year")


def test_locked_unserved_and_new_units_say_so() -> None:
    problem = make_territory_problem(
        3,
        2,
        tolerance=2.0,
        cost=np.array([[1.0, 5.0], [np.inf, np.inf], [1.0, 5.0]]),
        current_seat=np.array([1, -1, -1]),
        locked=np.array([True, False, False]),
    )
    assert reasons(problem, solved(problem)) == (
        "stays with R1: locked",
        "unserved: no seat may serve it",
        "goes to R0: nearest of the seats that may serve it",
    )


def test_a_unit_that_stays_for_the_price_of_a_move_names_both_amounts() -> None:
    problem = make_territory_problem(
        2,
        2,
        tolerance=2.0,
        cost=np.array([[30.0, 10.0], [1.0, 2.0]]),
        current_seat=np.array([0, 0]),
        move_cost=np.full(2, 25.0),
    )
    assert reasons(problem, solved(problem))[0] == (
        "stays with R0: R1 would save 20 EUR of travel a year, less than the move costs (25 EUR)"
    )


def test_a_seat_that_may_no_longer_serve_is_the_reason_to_move() -> None:
    problem = replace(overloaded(), tolerance=np.array([3.0]))
    problem.cost[0, 0] = np.inf
    assert reasons(problem, solved(problem))[0] == (
        "moves from R0 to R1: R0 may no longer serve it"
    )


def test_a_full_cheaper_seat_is_the_reason_to_go_elsewhere() -> None:
    problem = make_territory_problem(
        4,
        2,
        tolerance=0.1,
        measures=np.ones((4, 1)),
        cost=np.array([[1.0, 99.0], [1.0, 99.0], [1.0, 21.0], [1.0, 11.0]]),
    )
    said = reasons(problem, solved(problem))
    assert said[3].startswith("goes to R1: 10 EUR of travel a year more than R0, but ")


@pytest.mark.parametrize("seed", range(10))
def test_every_unit_gets_a_sentence_with_its_seat(seed: int) -> None:
    problem = make_rich_problem(seed)
    plan = solved(problem)
    for unit, sentence in enumerate(reasons(problem, plan)):
        assert problem.seat_ids[plan.seat[unit]] in sentence
        assert "nan" not in sentence
        assert "inf" not in sentence


@pytest.mark.parametrize("seed", range(10))
def test_the_runner_up_is_another_eligible_seat_at_no_negative_extra(seed: int) -> None:
    problem = make_rich_problem(seed)
    plan = solved(problem)
    units = np.flatnonzero(plan.runner_up >= 0)
    assert (plan.runner_up[units] != plan.seat[units]).all()
    assert np.isfinite(problem.cost[units, plan.runner_up[units]]).all()
    assert (plan.runner_up_extra_eur >= 0).all()
    assert not problem.locked[units].any()


def test_without_windows_the_extra_is_the_difference_of_costs() -> None:
    problem = make_territory_problem(5, 3, targets=np.zeros((3, 1)))
    plan = solved(problem)
    ordered = np.sort(problem.cost, axis=1)
    assert plan.runner_up_extra_eur == pytest.approx(ordered[:, 1] - ordered[:, 0])


def test_dear_windows_are_told_dearest_first() -> None:
    problem = make_territory_problem(60, 4, seed=6, tolerance=0.05)
    plan = solved(problem)
    worth = (plan.window_price * problem.targets)[:, 0]
    told = [sentence.split(":")[0] for sentence in window_prices(problem, plan)]
    assert told
    assert told == [problem.seat_ids[s] for s in np.argsort(-worth)[: len(told)]]


def test_slack_windows_have_no_price_in_words() -> None:
    problem = make_territory_problem(6, 2, tolerance=5.0)
    plan = make_plan(problem, [0] * 6)
    assert window_prices(problem, plan) == ()


def two_seats(**changes: Any) -> TerritoryProblem:
    """Return 3 units, all of seat 0 today, of which the last is far cheaper on seat 1."""
    problem = make_territory_problem(
        3,
        2,
        tolerance=9.0,
        measures=np.ones((3, 1)),
        cost=np.array([[1.0, 90.0], [1.0, 90.0], [90.0, 1.0]]),
        current_seat=np.array([0, 0, 0]),
        revenue_eur=np.full(3, 20.0),
    )
    return replace(problem, **changes)


def limits(**arrays: list[float]) -> SeatLimits:
    return SeatLimits(**{name: np.array(values, float) for name, values in arrays.items()})


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        (limits(most_units=[9, 0]), "R1 holds as many accounts as it may"),
        (limits(most_taken=[9, 0]), "R1 may take no more accounts"),
        (limits(most_taken_eur=[9, 19]), "R1 may take no more revenue"),
        (limits(most_given=[0, 9]), "R0 may give no more accounts away"),
        (limits(most_given_eur=[19, 9]), "R0 may give no more revenue away"),
        (limits(least_units=[3, 0]), "R0 needs it for the fewest accounts it holds"),
        (limits(most_units=[9, 1], most_taken_eur=[9, 20]), "balance or the limit on moves"),
    ],
)
def test_the_cap_that_keeps_a_unit_is_named(cap: SeatLimits, words: str) -> None:
    problem = two_seats(limits=cap)
    said = reasons(problem, make_plan(problem, [0, 0, 0]))
    assert said[2].startswith(f"stays with R0: R1 would save 89 EUR of travel a year, but {words}")
    assert said[0] == "stays with R0: nearest and no balance gain elsewhere"


def test_a_unit_without_neighbours_at_the_cheaper_seat_says_so() -> None:
    problem = two_seats(contiguity="required", edges=np.array([[0, 1], [1, 2]]))
    assert reasons(problem, make_plan(problem, [0, 0, 0]))[2].endswith(
        "but none of its neighbours is with R1"
    )
    told = reasons(problem, make_plan(problem, [0, 1, 0]))[2]
    assert "neighbours" not in told


def test_the_reason_of_a_lock_and_of_a_ban_is_told() -> None:
    problem = two_seats(
        locked=np.array([True, False, False]), lock_reason=("contract to 2029", "", "")
    )
    bans = {(1, 0): "conflict", (2, 0): "asked", (1, 1): "far"}
    said = reasons(problem, make_plan(problem, [0, -1, 1]), bans, ("Ana", "Bo"))
    assert said == (
        "stays with Ana: locked, contract to 2029",
        "unserved: no seat may serve it; Ana is ruled out: conflict; Bo is ruled out: far",
        "moves from Ana to Bo: Ana is ruled out: asked",
    )


def test_a_unit_left_out_for_its_price_and_one_at_a_new_seat_say_so() -> None:
    vacant = VacantSeats(
        site_ids=("J0",),
        cost=np.zeros((3, 1)),
        lower=np.array([[-np.inf]]),
        upper=np.array([[np.inf]]),
        open_cost=np.zeros(1),
        least=0,
        most=1,
        home_unit=np.array([-1]),
    )
    problem = two_seats(unserved_price=np.array([4.0, 7.0, 7.0]), vacant=vacant)
    said = reasons(problem, make_plan(problem, [-1, 2, 1], (0,)))
    assert said[0] == "unserved: leaving it out costs 4 EUR a year, serving it more"
    assert said[1].startswith("moves from R0 to J0: saves 1 EUR of travel")
    assert said[2].startswith("moves from R0 to R1: saves 89 EUR of travel")
