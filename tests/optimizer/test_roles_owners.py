"""One owner a block: all owners there are, rules at their edges, a check that rejects mutants."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from role_builders import EXACT, make_roles, marks

from optimizer.result import Options, Status
from optimizer.roles import least_shortage
from optimizer.roles_owners import solve_owners
from optimizer.roles_owners_problem import CrewLimit, OwnerPlan, OwnerRules
from optimizer.roles_problem import GoalResult, RoleProblem
from optimizer.verify_role_owners import evaluate_owners, violations_owners

FREE = OwnerRules()


def solved(problem: RoleProblem, rules: OwnerRules = FREE):
    solution = solve_owners(problem, EXACT, rules)
    assert violations_owners(problem, solution.plan, rules) == ()
    return solution


def _best(problem: RoleProblem, rules: OwnerRules) -> tuple[float, float]:
    """Return the goals of the best owners among all there are, by the check alone."""
    people = range(-1, len(problem.person_ids))
    found = []
    for owner in product(people, repeat=problem.need_hours.size):
        plan = OwnerPlan(owner=np.array(owner).reshape(problem.need_hours.shape))
        if violations_owners(problem, plan, rules) == ():
            goals = evaluate_owners(problem, plan)
            found.append((round(goals["shortage"], 6), goals["unwanted"]))
    return min(found)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_owners_at_all_are_better(seed):
    rng = np.random.default_rng(seed)
    speed = rng.choice([0.0, 0.2, 0.8, 1.0, 1.5], (3, 2))
    problem = make_roles(
        rng.choice([0.0, 4.0, 7.0, 11.0], (2, 2)),
        speed,
        rng.choice([8.0, 15.0, 20.0], 3),
        home_pool=rng.integers(0, 2, 3),
        helps=rng.random((3, 2)) < 0.5,
        weight=rng.choice([1.0, 3.0], (2, 2)),
        preference=rng.random((3, 2)).round(2),
        bans=rng.random((3, 2)) < 0.15,
        max_phases=int(rng.integers(1, 3)),
        help_factor=0.9,
        help_price=0.2,
    )
    rules = OwnerRules(
        limits=(CrewLimit(persons=(0, 1), most_blocks=int(rng.integers(1, 4))),),
        shifts=(((0,), (1, 2)),) if rng.random() < 0.5 else (),
    )
    short, unwanted = solved(problem, rules).plan.goals
    best = _best(problem, rules)
    assert (short.value, unwanted.value) == pytest.approx(best, abs=1e-4)
    assert (short.bound, unwanted.bound) == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize(("need", "short"), [(19.0, 0.0), (20.0, 0.0), (20.1, 20.1)])
def test_a_block_is_owned_whole_or_not_at_all(need, short):
    assert solved(make_roles([need], [[1.0], [1.0]])).objective == pytest.approx(short)


def test_shared_work_leaves_no_more_uncovered_than_owned_work():
    problem = make_roles([15.0, 15.0, 15.0], [[1, 1, 1]] * 2, 20.0)
    owned, shared = solved(problem).objective, least_shortage(problem, EXACT).objective
    assert (owned, shared) == pytest.approx((15.0, 5.0))


@pytest.mark.parametrize(("most", "short"), [(3, 0.0), (2, 1.0), (1, 2.0)])
def test_phases_a_person_are_counted_once_over_pools(most, short):
    problem = make_roles(
        [[1.0] * 3, [1.0, 0.0, 0.0]],
        [[1, 1, 1]],
        home_pool=[0],
        helps=[[False, True]],
        max_phases=most,
    )
    assert solved(problem).objective == pytest.approx(short)


@pytest.mark.parametrize(("most", "short"), [(3, 0.0), (2, 1.0), (0, 3.0)])
def test_a_crew_owns_no_more_blocks_than_allowed(most, short):
    problem = make_roles([1.0] * 3, [[1, 1, 1]] * 2)
    rules = OwnerRules(limits=(CrewLimit(persons=(0, 1), most_blocks=most),))
    assert solved(problem, rules).objective == pytest.approx(short)


def test_of_a_shift_one_crew_works():
    problem = make_roles([20.0, 20.0], [[1, 0], [0, 1], [1, 1]])
    assert solved(problem, OwnerRules(shifts=(((0, 1), (2,)),))).objective == 0.0
    assert solved(problem, OwnerRules(shifts=(((0,), (1,)),))).objective == 0.0
    alone = OwnerRules(shifts=(((0,), (1,), (2,)),))
    assert solved(problem, alone).objective == pytest.approx(20.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"specialisation_gain": (1.1, 1.0)}, "specialisation_gain"),
        ({"min_share": 0.1}, "min_share"),
        ({"pins": marks((1, 2), (0, 0))}, "pins"),
    ],
)
def test_rules_of_shared_work_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        solve_owners(make_roles([1.0, 1.0], [[1, 1]], **changes), EXACT)


def test_without_time_nothing_is_claimed_and_an_empty_shift_is_infeasible():
    problem = make_roles([1.0], [[1.0]])
    assert solve_owners(problem, Options(seconds=0.0)).status is Status.UNKNOWN
    assert solve_owners(problem, EXACT, OwnerRules(shifts=((),))).status is Status.INFEASIBLE


def _checked() -> RoleProblem:
    return make_roles(
        [[10.0, 10.0, 10.0], [5.0, 0.0, 0.0]],
        [[1, 1, 1], [1, 1, 0.2], [1, 1, 1]],
        [20.0, 20.0, 30.0],
        home_pool=[0, 0, 1],
        helps=[[0, 0], [0, 0], [1, 0]],
        bans=marks((3, 3), (1, 0)),
    )


RULES = OwnerRules(limits=(CrewLimit(persons=(0, 1), most_blocks=3),), shifts=(((0, 1), (0, 2)),))
BROKEN = {
    "readable": [[0, 0]],
    "able": [[1, 0, 0, -1], [0, 0, 1, -1], [-1, 0, 0, 0]],
    "person_hours": [[0, 0, 0, -1]],
    "max_phases": [[2, 2, 2, -1]],
    "crew_limit": [[0, 0, 1, 1]],
    "shift": [[0, 1, 2, -1]],
}


@pytest.mark.parametrize(
    ("rule", "owner"), [(rule, owner) for rule, owners in BROKEN.items() for owner in owners]
)
def test_every_rule_rejects_owners_that_break_it(rule, owner):
    table = np.full((2, 3), -1)
    if len(owner) == 4:
        table[0], table[1, 0] = owner[:3], owner[3]
    else:
        table = np.array(owner)
    broken = violations_owners(_checked(), OwnerPlan(owner=table), RULES)
    assert rule in {each.rule for each in broken}


def test_sound_owners_pass_and_wrong_goals_do_not():
    table = np.array([[2, 0, 0], [2, -1, -1]])
    plan = OwnerPlan(owner=table)
    assert violations_owners(_checked(), plan, RULES) == ()
    lie = GoalResult(name="shortage", unit="h", value=1.0, bound=0.0)
    broken = violations_owners(_checked(), replace(plan, goals=(lie,)), RULES)
    assert [each.rule for each in broken] == ["goal"]
