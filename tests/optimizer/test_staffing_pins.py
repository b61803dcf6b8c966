"""Pins: somebody who must hold a phase holds it in every plan, whatever it costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staffing_builders import hours_cells, make_problem

from optimizer.result import Options, Status
from optimizer.staffing import solve_staffing
from optimizer.staffing_fixed_roles import with_roles
from optimizer.staffing_patterns import teams
from optimizer.staffing_problem import StaffingProblem
from optimizer.verify_staffing import evaluate, violations_staffing

OPTIONS = Options(seconds=20.0, gap=0.0)


def pinned(*rows, **changes) -> StaffingProblem:
    """Two persons who can do three phases at equal speed; 100 h of the first two are wanted."""
    problem = make_problem(hours_cells([100.0, 100.0, 0.0]), can_do=[[1.0] * 3] * 2, **changes)
    return replace(problem, must_hold=np.array(rows, dtype=bool))


def test_a_pin_is_held_even_where_no_hour_of_it_is_wanted():
    solution = solve_staffing(pinned([0, 0, 1], [0, 0, 0]), OPTIONS)
    assert solution.plan.roles[0, 2]
    assert solution.plan.person_hours[0, 2].sum() == 0


def test_pins_at_the_limit_leave_no_other_phase_and_cost_what_they_take():
    problem = pinned([1, 0, 1], [1, 0, 1])
    solution = solve_staffing(problem, OPTIONS)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(100.0), "nobody is left for the second phase"
    assert (solution.plan.roles == problem.must_hold).all()
    assert violations_staffing(problem, solution.plan) == ()


def test_one_pin_below_the_limit_leaves_room_for_one_phase():
    solution = solve_staffing(pinned([0, 0, 1], [0, 0, 1]), OPTIONS)
    assert solution.objective == pytest.approx(200.0)


@pytest.mark.parametrize("rows", [([1, 1, 1], [0, 0, 0]), ([1, 0, 0],)])
def test_pins_beyond_the_limit_or_of_another_shape_are_refused(rows):
    with pytest.raises(ValueError, match="must_hold"):
        pinned(*rows)


def test_a_pin_on_a_phase_the_person_cannot_do_is_refused():
    problem = make_problem(hours_cells([10.0, 10.0]), can_do=[[1.0, 0.0]])
    with pytest.raises(ValueError, match="cannot do"):
        replace(problem, must_hold=np.array([[False, True]]))


def test_somebody_without_hours_is_bound_by_no_pin():
    problem = pinned([0, 0, 1], [0, 0, 0], hours=[0.0, 100.0])
    solution = solve_staffing(problem, OPTIONS)
    assert violations_staffing(problem, solution.plan) == ()
    assert not solution.plan.roles[0].any()


def test_pins_that_fill_a_role_free_its_holder_from_the_field():
    problem = pinned([1, 0, 1], [0, 0, 0], territorial=(1,))
    problem = replace(problem, in_field=np.array([True, True]))
    assert not problem.field_phases(0).any()
    assert problem.field_phases(1).tolist() == [False, True, False]
    solution = solve_staffing(problem, OPTIONS)
    assert violations_staffing(problem, solution.plan) == ()


def test_people_alike_but_for_a_pin_are_no_team():
    assert [team.members for team in teams(pinned([0, 0, 1], [0, 0, 0]))] == [(0,), (1,)]
    assert [team.members for team in teams(pinned([0, 0, 1], [0, 0, 1]))] == [(0, 1)]


@settings(max_examples=25, deadline=None)
@given(
    pins=st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=3, max_size=3),
    need=st.lists(st.integers(0, 150), min_size=3, max_size=3),
)
def test_pins_are_always_kept_and_never_pay(pins, need):
    must = np.array(pins) & (np.cumsum(pins, axis=1) <= 2)
    free = make_problem(hours_cells(need), can_do=[[1.0, 0.8, 0.5], [0.5, 1.0, 1.0], [1.0] * 3])
    problem = replace(free, must_hold=must)
    solution, best = solve_staffing(problem, OPTIONS), solve_staffing(free, OPTIONS)
    assert violations_staffing(problem, solution.plan) == ()
    assert (solution.plan.roles >= must).all()
    assert solution.objective <= best.objective + 1e-6


def test_hours_with_the_plans_own_roles_earn_what_the_plan_earns():
    problem = pinned([0, 0, 0], [0, 0, 0])
    solution = solve_staffing(problem, OPTIONS)
    again = with_roles(problem, solution, solution.plan.roles)
    assert again.objective == pytest.approx(solution.objective)
    assert (again.plan.roles == solution.plan.roles).all()


def test_hours_with_other_roles_are_those_of_a_plan_that_holds_them():
    problem = pinned([0, 0, 0], [0, 0, 0])
    solution = solve_staffing(problem, OPTIONS)
    roles = np.array([[True, False, True], [True, False, False]])
    worse = with_roles(problem, solution, roles)
    assert (worse.plan.roles == roles).all()
    assert worse.objective == pytest.approx(100.0)
    assert worse.bound == pytest.approx(solution.bound)
    assert worse.status is Status.FEASIBLE
    assert violations_staffing(problem, worse.plan) == ()
    assert sum(evaluate(problem, worse.plan).values()) == pytest.approx(worse.objective)


@pytest.mark.parametrize("held", [[1, 1, 1], [0, 0, 1]])
def test_roles_that_break_a_rule_are_not_worked_out(held):
    problem = make_problem(hours_cells([10.0, 10.0, 0.0]), can_do=[[1.0, 1.0, 0.0]])
    solution = solve_staffing(problem, OPTIONS)
    assert with_roles(problem, solution, np.array([held], dtype=bool)) is None
