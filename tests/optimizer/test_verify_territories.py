"""The independent check rejects a plan changed against any rule, and only then."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from territory_builders import make_plan, make_territory_problem

from optimizer.result import Options, Shortfall
from optimizer.territories import solve_territories
from optimizer.territory_problem import TerritoryProblem
from optimizer.verify_territories import verify_territories


def sound_problem() -> TerritoryProblem:
    """Return 4 equal units on 2 seats: units 0 and 1 today on seat 0, 2 and 3 on seat 1."""
    cost = np.array([[1.0, 9.0], [1.0, 9.0], [9.0, 1.0], [9.0, 1.0]])
    return make_territory_problem(
        4,
        2,
        tolerance=0.5,
        measures=np.ones((4, 1)),
        cost=cost,
        current_seat=np.array([0, 0, 1, 1]),
        move_cost=np.full(4, 2.0),
    )


def declare(code: str, subject: str, amount: float) -> Shortfall:
    return Shortfall(code=code, subject=subject, amount=amount, unit="", reason="", remedy="")


def rules(problem: TerritoryProblem, seat: list[int], *declared: Shortfall) -> list[str]:
    return [v.rule for v in verify_territories(problem, make_plan(problem, seat), declared)]


def test_a_sound_plan_passes() -> None:
    assert rules(sound_problem(), [0, 0, 1, 1]) == []


@pytest.mark.parametrize("seat", [2, 99, -2])
def test_an_unknown_seat_is_found(seat: int) -> None:
    assert rules(sound_problem(), [0, 0, 1, seat]) == ["seat"]


def test_a_plan_of_another_length_is_found() -> None:
    assert rules(sound_problem(), [0, 0, 1]) == ["shape"]


def test_an_ineligible_seat_is_found() -> None:
    problem = sound_problem()
    problem.cost[1, 0] = np.inf
    assert rules(problem, [0, 0, 1, 1]) == ["eligibility"]


def test_a_broken_lock_is_found() -> None:
    problem = replace(sound_problem(), locked=np.array([True, False, False, False]))
    assert rules(problem, [1, 0, 1, 0]) == ["lock"]


def test_a_torn_group_is_found_unless_declared() -> None:
    problem = replace(sound_problem(), group=np.array([-1, 7, 7, -1]))
    assert rules(problem, [0, 0, 1, 1]) == ["group"]
    assert rules(problem, [0, 0, 1, 1], declare("group_split", "group 7", 2)) == []
    assert rules(problem, [0, 0, 1, 1], declare("group_split", "group 8", 2)) == ["group"]


def test_a_missed_window_is_found_on_both_seats_unless_declared_in_full() -> None:
    problem = replace(sound_problem(), tolerance=np.array([0.4]))
    above = declare("window_above", "R0 / measure0_hours", 0.2)
    below = declare("window_below", "R1 / measure0_hours", 0.2)
    seats = [0, 0, 0, 1]
    assert rules(problem, seats) == ["window", "window"]
    assert rules(problem, seats, above) == ["window"]
    assert rules(problem, seats, above, below) == []
    assert rules(problem, seats, replace(above, amount=0.19), below) == ["window"]
    assert rules(problem, seats, replace(above, amount=np.nan), below) == ["window"]
    assert rules(problem, seats, replace(above, subject="R1 / measure0_hours"), below) == ["window"]


@pytest.mark.parametrize(("tolerance", "found"), [(0.51, 0), (0.5, 0), (0.499, 2)])
def test_a_window_includes_its_edge(tolerance: float, found: int) -> None:
    problem = replace(sound_problem(), tolerance=np.array([tolerance]))
    assert len(rules(problem, [0, 0, 0, 1])) == found


@pytest.mark.parametrize(("share", "found"), [(0.51, []), (0.5, []), (0.49, ["moved_share"])])
def test_moves_beyond_the_share_are_found(share: float, found: list[str]) -> None:
    problem = replace(sound_problem(), max_moved_share=share)
    assert rules(problem, [1, 0, 0, 1]) == found
    assert rules(problem, [1, 0, 0, 1], declare("moves_above_limit", "moved units", 1)) == []


def test_an_unserved_unit_is_found_even_when_declared_if_a_seat_may_serve_it() -> None:
    problem = sound_problem()
    seats = [-1, 0, 1, 1]
    assert rules(problem, seats) == ["unserved"]
    assert rules(problem, seats, declare("no_eligible_seat", "A0", 1)) == ["unserved"]
    problem.cost[0] = np.inf
    assert rules(problem, seats) == ["unserved"]
    assert rules(problem, seats, declare("no_eligible_seat", "A0", 1)) == []


def test_a_lock_to_an_ineligible_seat_excuses_only_with_its_own_code() -> None:
    problem = replace(sound_problem(), locked=np.array([True, False, False, False]))
    problem.cost[0, 0] = np.inf
    seats = [-1, 0, 1, 1]
    assert rules(problem, seats, declare("no_eligible_seat", "A0", 1)) == ["unserved"]
    assert rules(problem, seats, declare("lock_not_eligible", "A0", 1)) == []


@pytest.mark.parametrize("term", ["travel_eur", "moves_eur"])
def test_a_wrong_amount_of_money_is_found(term: str) -> None:
    problem, plan = sound_problem(), make_plan(sound_problem(), [1, 0, 0, 1])
    terms = {"travel_eur": 20.0, "moves_eur": 4.0}
    assert verify_territories(problem, plan, terms=terms) == ()
    wrong = verify_territories(problem, plan, terms=terms | {term: terms[term] + 0.01})
    assert [v.subject for v in wrong] == [term]
    nothing = verify_territories(problem, plan, terms=terms | {term: float("nan")})
    assert [v.rule for v in nothing] == ["objective"]


def test_every_mutation_of_a_tight_plan_is_found() -> None:
    problem = make_territory_problem(40, 4, seed=3, tolerance=0.03)
    solution = solve_territories(problem, Options(effort=1))
    assert solution.plan is not None
    assert solution.shortfalls == ()
    rng = np.random.default_rng(5)
    for _ in range(20):
        seat = solution.plan.seat.copy()
        seat[rng.choice(40, size=6, replace=False)] = 2
        if (np.bincount(seat, problem.measures[:, 0])[2] > problem.windows()[1][2, 0]).all():
            assert rules(problem, seat.tolist())
