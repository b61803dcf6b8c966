"""The check of role plans: a sound plan passes, and every rule rejects a plan that breaks it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from role_builders import EXACT, all_roles, best_hours, make_roles, marks, random_roles

from optimizer import verify_role_goals, verify_roles
from optimizer.roles import solve_roles
from optimizer.roles_problem import GoalResult, RolePlan, RoleProblem
from optimizer.verify_roles import RULES, evaluate_roles, violations_roles


def checked_problem() -> RoleProblem:
    """Two pools, three phases; p2 may help pool 1; p0 is pinned to phase 0, p1 banned from it."""
    return make_roles(
        [[18.0, 10.0, 0.0], [0.0, 12.0, 20.0]],
        [[1.0, 1.0, 0.0], [1.0, 1.0, 0.2], [0.0, 1.0, 1.0]],
        [20.0, 20.0, 20.0],
        home_pool=[0, 0, 1],
        helps=[[0, 0], [0, 1], [0, 0]],
        pins=marks((3, 3), (0, 0)),
        bans=marks((3, 3), (1, 0)),
        help_factor=0.5,
        help_share_max=0.4,
        min_share=0.2,
        specialisation_gain=(1.1, 1.0),
        backup_holders=[[2, 1, 0], [0, 2, 1]],
        sla_hours=[[19.0, 5.0, 0.0], [0.0, 12.0, 0.0]],
        units=[[9.0, 5.0, 0.0], [0.0, 6.0, 4.0]],
        conversion=[[0.5, 1.0, 1.0], [1.0, 0.5, 1.0]],
        preference=[[1.0, 0.5, 1.0], [1.0, 1.0, 1.0], [1.0, 0.0, 1.0]],
        help_price=0.25,
        current_roles=[[0, 1, 0], [0, 0, 0], [0, 0, 1]],
    )


def checked_plan() -> RolePlan:
    """p0: 16 h of phase 0 and 4 h of phase 1; p1: 6 h at home, 8 h of help; p2: 4 h and 16 h."""
    hours = np.zeros((3, 2, 3))
    hours[0, 0, 0], hours[0, 0, 1] = 16.0, 4.0
    hours[1, 0, 1], hours[1, 1, 1] = 5.0, 8.0
    hours[2, 1, 1], hours[2, 1, 2] = 4.0, 16.0
    roles = marks((3, 3), (0, 0), (0, 1), (1, 1), (2, 1), (2, 2))
    # p1 holds one phase, so works at 1.1; in the helped pool at half of it.
    short = np.array([[2.0, 10.0 - 4.0 - 5.5, 0.0], [0.0, 12.0 - 4.4 - 4.0, 4.0]])
    return RolePlan(roles=roles, hours=hours, short_hours=short)


def test_a_sound_plan_passes():
    assert violations_roles(checked_problem(), checked_plan()) == ()


def test_goals_are_worked_out_by_hand():
    found = evaluate_roles(checked_problem(), checked_plan())
    assert found == pytest.approx(
        {
            "shortage": 2.0 + 0.5 + 3.6 + 4.0,
            # Phase 0 of pool 0 has p0 only.
            "backup": 1.0,
            # 19 h are promised of 18 that are needed; 16 are worked; 8.4 of 12 in pool 1.
            "sla_breach": 2.0 + 3.6,
            # p0 keeps min(8 * .5, 2) = 2 of 5; p2 min(2 * .5, 3.2) = 1 of 4; none before phase 1
            # of pool 1, where phase 0 has no work: 6 arrive as hand-offs.
            "hand_offs": (5.0 - 2.0) + 6.0 + (4.0 - 1.0),
            "apart": 0.0,
            "islands": 0.0,
            "unwanted": 0.5 * 4.0 + 0.25 * 8.0 + 1.0 * 4.0,
            # Loads 1 and .65: .175 from their mean.
            "unfair": 0.175,
            # p0 takes up phase 0, p2 takes up phase 1; p1 has no role known today.
            "changes": 2.0,
        }
    )


def _roles(*places: tuple[int, int]) -> Callable[[RolePlan], RolePlan]:
    def change(plan: RolePlan) -> RolePlan:
        for place in places:
            plan.roles[place] ^= True
        return plan

    return change


def _hours(place: tuple[int, int, int], value: float) -> Callable[[RolePlan], RolePlan]:
    def change(plan: RolePlan) -> RolePlan:
        plan.hours[place] = value
        return plan

    return change


def _short(place: tuple[int, int], value: float) -> Callable[[RolePlan], RolePlan]:
    def change(plan: RolePlan) -> RolePlan:
        plan.short_hours[place] = value
        return plan

    return change


def _goal(value: float, bound: float, name: str = "changes") -> Callable[[RolePlan], RolePlan]:
    goal = GoalResult(name=name, unit="phases", value=value, bound=bound)
    return lambda plan: replace(plan, goals=(goal,))


BROKEN = {
    "readable": [
        lambda plan: replace(plan, hours=plan.hours[:, :1]),
        _hours((0, 0, 0), np.nan),
        _hours((0, 0, 0), -1.0),
    ],
    "max_phases": [_roles((2, 0)), _roles((0, 2))],
    "able": [_roles((1, 2)), _roles((2, 0))],
    "pin": [_roles((0, 0))],
    "ban": [_roles((1, 0))],
    "idle": [_roles((1, 1))],
    "held": [_hours((1, 0, 0), 0.001)],
    "help_share": [_hours((1, 1, 1), 8.001)],
    "reach": [_hours((0, 1, 1), 0.001)],
    "person_hours": [_hours((0, 0, 1), 4.001)],
    "min_share": [lambda plan: _hours((0, 0, 1), 3.0)(_hours((0, 0, 0), 16.5)(plan))],
    "need": [_hours((1, 0, 1), 5.6)],
    "short": [_short((0, 0), 1.9), _short((0, 1), 0.6)],
    "goal": [_goal(1.0, 0.0), _goal(2.0, 2.0, name="nothing")],
    "goal_bound": [_goal(2.0, 2.1)],
}


@pytest.mark.parametrize(
    ("rule", "change"), [(rule, change) for rule, changes in BROKEN.items() for change in changes]
)
def test_every_rule_rejects_a_plan_that_breaks_it(rule, change):
    broken = violations_roles(checked_problem(), change(checked_plan()))
    assert rule in {each.rule for each in broken}
    assert all(each.message and each.subject for each in broken)


@pytest.mark.parametrize(
    "change",
    [
        _hours((0, 0, 1), 4.00005),
        _goal(2.0, 2.0),
        _goal(2.00005, 0.0),
        lambda plan: replace(plan, short_hours=plan.short_hours + 5e-5),
    ],
)
def test_what_rounding_costs_is_no_violation(change):
    assert violations_roles(checked_problem(), change(checked_plan())) == ()


def test_idling_passes_where_it_is_allowed():
    problem = replace(checked_problem(), may_idle=True)
    plan = _roles((1, 1))(_hours((1, 0, 1), 0.0)(_hours((1, 1, 1), 0.0)(checked_plan())))
    rules = {each.rule for each in violations_roles(problem, plan)}
    assert "idle" not in rules


def test_every_rule_has_a_broken_plan():
    named = {
        argument.value
        for module in (verify_roles,)
        for node in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"_broken", "_each"}
        for argument in node.args[:2]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert named | {"person_hours", "min_share"} == set(BROKEN)
    assert len(RULES) == 11


def test_the_check_imports_nothing_of_how_plans_are_found():
    for module in (verify_roles, verify_role_goals):
        text = Path(module.__file__).read_text("utf-8")
        assert "ortools" not in text
        assert "roles_model" not in text


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_any_allowed_roles_with_their_best_hours_pass(seed):
    problem = random_roles(seed)
    for roles in list(all_roles(problem))[:6]:
        assert violations_roles(problem, best_hours(problem, roles)) == ()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_what_the_solver_says_of_its_goals_is_true(seed):
    rng = np.random.default_rng(seed)
    problem = random_roles(seed, help_price=0.3)
    size = problem.need_hours.shape
    problem = replace(
        problem,
        units=rng.integers(0, 9, size).astype(float),
        conversion=rng.random(size).round(2),
        sla_hours=rng.integers(0, 12, size).astype(float),
        preference=rng.random(problem.speed.shape).round(1),
    )
    plan = solve_roles(problem, EXACT).plan
    assert violations_roles(problem, plan) == ()
    assert len(plan.goals) == len(evaluate_roles(problem, plan))
