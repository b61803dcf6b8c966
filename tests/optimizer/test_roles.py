"""Who holds which phases: rules at their edges, goals in their order, the same plan every time."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from role_builders import EXACT, all_roles, best_hours, least_short, make_roles, marks, random_roles

from optimizer.result import Options, Status
from optimizer.roles import least_shortage, solve_roles
from optimizer.roles_peers import solve_roles_by_peer
from optimizer.roles_plan import hours_with_roles
from optimizer.roles_problem import RoleProblem
from optimizer.verify_roles import evaluate_roles, violations_roles

CASES = Path(__file__).parents[2].parent / "shared" / "cases"


def solved(problem: RoleProblem):
    solution = solve_roles(problem, EXACT)
    assert violations_roles(problem, solution.plan) == ()
    return solution


def goals(problem: RoleProblem) -> dict[str, float]:
    return {goal.name: goal.value for goal in solved(problem).plan.goals}


# --- the first goal against all roles there are


@pytest.mark.parametrize("seed", range(14))
def test_no_roles_at_all_leave_less_uncovered(seed):
    problem = random_roles(seed)
    solution = solved(problem)
    assert solution.objective == pytest.approx(least_short(problem), abs=1e-5)
    assert solution.bound == pytest.approx(solution.objective, abs=1e-5)


@pytest.mark.parametrize("seed", range(14, 22))
def test_the_counted_goals_are_the_best_among_roles_with_the_least_shortage(seed):
    problem = random_roles(seed)
    names = ("shortage", "backup", "apart", "islands")
    every = []
    for roles in all_roles(problem):
        found = evaluate_roles(problem, best_hours(problem, roles))
        every.append(tuple(round(found.get(name, 0.0), 4) for name in names))
    found = goals(problem)
    assert tuple(round(found.get(name, 0.0), 4) for name in names) == min(every)


# --- rules: fine, at the edge, one beyond


@pytest.mark.parametrize(("need", "short"), [(19.0, 0.0), (20.0, 0.0), (21.0, 1.0)])
def test_nobody_works_more_hours_than_they_have(need, short):
    assert solved(make_roles([need], [[1.0]])).objective == pytest.approx(short)


@pytest.mark.parametrize(("limit", "short"), [(3, 0.0), (2, 4.0), (1, 8.0)])
def test_nobody_holds_more_phases_than_allowed(limit, short):
    problem = make_roles([4.0, 4.0, 4.0], [[1, 1, 1]], 12.0, max_phases=limit)
    assert solved(problem).objective == pytest.approx(short)


@pytest.mark.parametrize(("speed", "short"), [(0.31, 0.0), (0.3, 0.0), (0.29, 3.0)])
def test_below_the_least_speed_a_phase_cannot_be_held(speed, short):
    problem = make_roles([3.0], [[speed]], 20.0, least_speed=0.3)
    assert solved(problem).objective == pytest.approx(short)


@pytest.mark.parametrize(("main", "short"), [(15.0, 0.0), (16.0, 0.0), (17.0, 1.0)])
def test_a_phase_held_takes_its_least_share_of_time(main, short):
    # 20 h, 20 % kept for the second phase though it needs one hour only.
    problem = make_roles([main, 1.0], [[1, 1]], 20.0, min_share=0.2)
    assert solved(problem).objective == pytest.approx(short)


def test_two_shares_beyond_the_whole_time_leave_single_roles_only():
    problem = make_roles([5.0, 5.0], [[1, 1]], 20.0, min_share=0.51)
    assert solved(problem).objective == pytest.approx(5.0)


@pytest.mark.parametrize(("gains", "short"), [((1.0,), 2.0), ((1.1, 1.0), 0.0), ((1.0, 1.1), 2.0)])
def test_holding_one_phase_brings_its_gain(gains, short):
    problem = make_roles([22.0], [[1.0]], 20.0, specialisation_gain=gains)
    assert solved(problem).objective == pytest.approx(short)


@pytest.mark.parametrize(("factor", "short"), [(1.0, 0.0), (0.9, 0.0), (0.8, 2.0)])
def test_helpers_work_at_their_own_pace(factor, short):
    problem = make_roles(
        [[0.0], [18.0]], [[1.0]], 20.0, home_pool=[0], helps=[[False, True]], help_factor=factor
    )
    assert solved(problem).objective == pytest.approx(short)


@pytest.mark.parametrize(("there", "short"), [(1.0, 0.0), (0.5, 5.0)])
def test_factors_of_help_may_differ_from_pool_to_pool(there, short):
    problem = make_roles(
        [[0.0], [10.0], [15.0]],
        [[1.0], [1.0]],
        [20.0, 10.0],
        home_pool=[0, 1],
        helps=[[0, 1, 1], [0] * 3],
    )
    factors = np.array([[1.0, 1.0, there], [0.0, 0.0, 0.0]])
    found = solved(replace(problem, help_factors=factors))
    assert found.objective == pytest.approx(short)


def test_factors_of_help_of_another_shape_or_below_zero_are_refused():
    problem = make_roles([[0.0], [10.0]], [[1.0]], 20.0, home_pool=[0], helps=[[0, 1]])
    for wrong in (np.ones((1, 3)), np.full((1, 2), -0.1)):
        with pytest.raises(ValueError, match="help_factors"):
            replace(problem, help_factors=wrong)


@pytest.mark.parametrize(("share", "short"), [(0.0, 18.0), (0.85, 1.0), (0.9, 0.0), (0.95, 0.0)])
def test_help_keeps_to_its_share_of_the_time(share, short):
    """Of 20 h the next pool needs 18: a share of 0.9 is the edge."""
    problem = make_roles(
        [[0.0], [18.0]], [[1.0]], 20.0, home_pool=[0], helps=[[0, 1]], help_share_max=share
    )
    assert solved(problem).objective == pytest.approx(short)


def test_work_in_a_pool_of_everybodys_is_no_help():
    problem = make_roles(
        [[0.0], [18.0]], [[1.0]], 20.0, home_pool=[0], helps=[[0, 1]], help_share_max=0.1
    )
    opened = replace(problem, open_pools=np.array([False, True]))
    assert solved(problem).objective == pytest.approx(16.0)
    assert solved(opened).objective == pytest.approx(0.0)


@pytest.mark.parametrize("seed", range(30, 38))
def test_a_share_of_help_is_kept_as_well_as_can_be(seed):
    """Brute force over all roles; the whole model in one piece says the same."""
    problem = random_roles(seed, help_share_max=0.3)
    assert solved(problem).objective == pytest.approx(least_short(problem), abs=1e-5)
    peer = solve_roles_by_peer(problem, "highs", Options(seconds=20.0))
    assert peer.objective == pytest.approx(least_short(problem), abs=1e-5)


@pytest.mark.parametrize("share", [-0.01, 1.01])
def test_a_share_of_help_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="help_share_max"):
        make_roles([[0.0]], [[1.0]], 20.0, help_share_max=share)


def test_nobody_helps_where_they_do_not_reach():
    problem = make_roles([[0.0], [18.0]], [[1.0]], 20.0, home_pool=[0])
    assert solved(problem).objective == pytest.approx(18.0)


def test_pins_are_held_even_at_a_loss_and_bans_never():
    problem = make_roles([20.0, 20.0], [[1, 1]], 20.0, max_phases=1, weight=[5.0, 1.0])
    assert solved(problem).plan.roles.tolist() == [[True, False]]
    pinned = replace(problem, pins=marks((1, 2), (0, 1)))
    assert solved(pinned).plan.roles.tolist() == [[False, True]]
    banned = replace(problem, bans=marks((1, 2), (0, 0)))
    assert solved(banned).plan.roles.tolist() == [[False, True]]


@pytest.mark.parametrize(
    "changes",
    [
        {"pins": marks((1, 3), (0, 0)), "bans": marks((1, 3), (0, 0))},
        {"pins": marks((1, 3), (0, 2))},
        {"pins": marks((1, 3), (0, 0), (0, 1)), "max_phases": 1},
        {"pins": marks((1, 3), (0, 0), (0, 1)), "min_share": 0.6},
    ],
)
def test_pins_that_no_rule_lets_be_kept_are_a_result_with_a_name(changes):
    solution = solve_roles(make_roles([5.0, 5.0, 5.0], [[1, 1, 0]], **changes), EXACT)
    assert solution.status is Status.INFEASIBLE
    assert [each.code for each in solution.shortfalls] == ["pins_contradict"]
    assert solution.shortfalls[0].subject == "p0"


def test_pins_at_the_edge_can_be_kept():
    changes = {"pins": marks((1, 3), (0, 0), (0, 1)), "min_share": 0.5}
    assert solved(make_roles([5.0, 5.0, 5.0], [[1, 1, 0]], **changes)).objective == 5.0


def test_whoever_can_work_holds_a_phase_unless_idling_is_allowed():
    problem = make_roles([0.0, 5.0], [[1, 1], [1, 1]], backup_holders=[[0, 0]])
    assert solved(problem).plan.roles.sum(axis=1).min() >= 1
    unpleasant = replace(problem, may_idle=True, current_roles=marks((2, 2), (0, 0), (1, 1)))
    assert violations_roles(unpleasant, solve_roles(unpleasant, EXACT).plan) == ()


# --- goals one by one


def test_backups_are_held_once_the_work_is_covered():
    problem = make_roles([10.0, 10.0], [[1, 1], [1, 1]], backup_holders=[[2, 2]])
    assert goals(problem)["backup"] == 0.0
    alone = replace(problem, max_phases=1)
    assert goals(alone)["backup"] == 2.0


def test_an_hour_of_work_comes_before_any_backup():
    # One phase each is 10 % faster: 44 h are covered, and no backup is there.
    problem = make_roles(
        [22.0, 22.0], [[1, 1], [1, 1]], backup_holders=[[2, 2]], specialisation_gain=(1.1, 1.0)
    )
    found = goals(problem)
    assert found["shortage"] == pytest.approx(0.0, abs=1e-6)
    assert found["backup"] == 2.0


def test_promised_hours_are_kept_first_where_hours_are_worth_the_same():
    problem = make_roles([20.0, 20.0], [[1, 1]], 20.0, sla_hours=[[0.0, 12.0]])
    assert goals(problem)["sla_breach"] == pytest.approx(0.0, abs=1e-5)
    assert solved(problem).plan.short_hours[0, 1] <= 8.0 + 1e-5


def test_one_person_for_neighbouring_phases_keeps_the_customers():
    # Two persons, two phases of 20 h, ten customers: split lengthwise nobody changes hands.
    problem = make_roles([20.0, 20.0], [[1, 1], [1, 1]], units=[[10.0, 10.0]])
    assert goals(problem)["hand_offs"] == pytest.approx(0.0, abs=0.05)
    assert goals(replace(problem, max_phases=1))["hand_offs"] == pytest.approx(10.0)


def test_roles_of_neighbouring_phases_are_preferred():
    problem = make_roles([10.0, 10.0, 10.0, 10.0], [[1, 1, 1, 1]] * 2)
    assert goals(problem)["apart"] == 0.0
    far = replace(problem, adjacent=np.zeros((4, 4), dtype=bool))
    assert goals(far)["apart"] == 2.0


def test_roles_chain_the_phases_of_a_pool():
    # Three persons can connect four phases; couples 01, 23 and 01 would leave two islands.
    problem = make_roles([15.0] * 4, [[1, 1, 1, 1]] * 3)
    assert goals(problem)["islands"] == 0.0
    assert goals(make_roles([10.0] * 4, [[1, 1, 1, 1]] * 2))["islands"] == 1.0


def test_a_circle_of_phases_is_no_chain():
    # p2 closes the circle 0-1-2 today; phase 3 hangs on nobody unless p2 takes it up.
    problem = make_roles(
        [5.0] * 4,
        [[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 1], [0, 0, 0, 1]],
        adjacent=~np.eye(4, dtype=bool),
        current_roles=[[1, 1, 0, 0], [0, 1, 1, 0], [1, 0, 1, 0], [0, 0, 0, 1]],
    )
    found = goals(problem)
    assert (found["islands"], found["changes"]) == (0.0, 2.0)


def test_work_goes_to_those_who_like_it():
    problem = make_roles([20.0, 20.0], [[1, 1], [1, 1]], preference=[[1.0, 0.0], [0.0, 1.0]])
    assert goals(problem)["unwanted"] == pytest.approx(0.0, abs=0.05)
    plan = solved(problem).plan
    assert plan.hours[0, 0, 0] == pytest.approx(20.0, abs=0.1)


def test_help_has_its_price_in_unwanted_hours():
    problem = make_roles(
        [[0.0], [10.0]], [[1.0]], home_pool=[0], helps=[[False, True]], help_price=0.5
    )
    assert goals(problem)["unwanted"] == pytest.approx(5.0, abs=0.01)


def test_help_is_taken_only_where_it_is_the_lesser_evil():
    problem = make_roles(
        [[0.0], [10.0]],
        [[1.0], [1.0]],
        home_pool=[0, 1],
        helps=[[False, True], [False, False]],
        preference=[[1.0], [0.8]],
        help_price=0.5,
    )
    assert solved(problem).plan.hours[:, 1, 0].tolist() == pytest.approx([0.0, 10.0], abs=0.5)
    cheap = replace(problem, help_price=0.1)
    assert solved(cheap).plan.hours[:, 1, 0].tolist() == pytest.approx([10.0, 0.0], abs=0.5)


def test_the_load_is_shared():
    problem = make_roles([20.0], [[1.0], [1.0]], [20.0, 10.0])
    loads = solved(problem).plan.hours.sum(axis=(1, 2)) / problem.person_hours
    assert loads.tolist() == pytest.approx([2 / 3, 2 / 3], abs=1e-3)


def test_roles_change_only_for_a_reason():
    problem = make_roles([10.0, 10.0], [[1, 1], [1, 1]], current_roles=[[0, 1], [1, 0]])
    assert goals(replace(problem, max_phases=1))["changes"] == 0.0
    assert solved(replace(problem, max_phases=1)).plan.roles.tolist() == [
        [False, True],
        [True, False],
    ]


def test_goals_are_told_in_their_order():
    problem = make_roles(
        [10.0, 10.0],
        [[1, 1], [1, 1]],
        backup_holders=[[1, 1]],
        sla_hours=[[1.0, 1.0]],
        units=[[5.0, 5.0]],
    )
    names = [goal.name for goal in solved(problem).plan.goals]
    assert names == [
        "shortage",
        "backup",
        "sla_breach",
        "hand_offs",
        "apart",
        "islands",
        "unwanted",
        "unfair",
        "changes",
    ]


# --- relations between problems


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), more=st.floats(1.0, 8.0))
def test_more_hours_never_leave_more_uncovered(seed, more):
    problem = random_roles(seed)
    before = least_shortage(problem, EXACT).objective
    richer = replace(problem, person_hours=problem.person_hours + more)
    # Somebody without hours is idle; with hours they may be made to take a share of a phase,
    # which takes nothing from the others.
    assert least_shortage(richer, EXACT).objective <= before + 1e-5


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_names_and_their_order_mean_nothing(seed):
    problem = random_roles(seed)
    turned = slice(None, None, -1)
    other = replace(
        problem,
        person_ids=tuple(f"q{name}" for name in problem.person_ids[turned]),
        person_hours=problem.person_hours[turned].copy(),
        home_pool=problem.home_pool[turned].copy(),
        speed=problem.speed[turned].copy(),
        helps=problem.helps[turned].copy(),
        preference=problem.preference[turned].copy(),
        pins=problem.pins[turned].copy(),
        bans=problem.bans[turned].copy(),
        current_roles=problem.current_roles[turned].copy(),
    )
    one, two = goals(problem), goals(other)
    counted = ("shortage", "backup", "apart", "islands")
    expected = [one.get(name, 0.0) for name in counted]
    assert [two.get(name, 0.0) for name in counted] == pytest.approx(expected, abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), person=st.integers(0, 1), phase=st.integers(0, 2))
def test_a_goal_below_never_costs_a_goal_above(seed, person, phase):
    problem = random_roles(seed)
    taste = np.ones_like(problem.preference)
    taste[person, phase] = 0.0
    one, two = goals(problem), goals(replace(problem, preference=taste))
    for name in ("shortage", "backup", "apart", "islands"):
        assert two.get(name, 0.0) == pytest.approx(one.get(name, 0.0), abs=1e-4)


def test_a_skill_switched_on_changes_the_plan_where_expected():
    problem = make_roles([20.0, 20.0], [[1, 0], [1, 0]])
    assert solved(problem).plan.short_hours[0].tolist() == pytest.approx([0.0, 20.0], abs=1e-6)
    trained = replace(problem, speed=np.array([[1.0, 0.0], [1.0, 1.0]]))
    plan = solved(trained).plan
    assert plan.short_hours.sum() == pytest.approx(0.0, abs=1e-6)
    assert plan.hours[1, 0, 1] == pytest.approx(20.0)


def test_people_alike_are_as_good_counted_as_one_by_one():
    problem = make_roles([30.0, 25.0, 18.0], [[1, 1, 1]] * 4, min_share=0.3)
    taste = np.ones((4, 3)) - np.arange(4)[:, None] * 1e-6
    apart = replace(problem, preference=taste)
    assert solved(problem).objective == pytest.approx(solved(apart).objective, abs=1e-5)


def test_the_same_problem_gives_the_same_plan():
    problem = random_roles(5)
    one, two = solve_roles(problem, EXACT).plan, solve_roles(problem, EXACT).plan
    assert (one.roles == two.roles).all()
    assert one.hours.tobytes() == two.hours.tobytes()


# --- limits


def test_without_time_nothing_is_claimed():
    solution = solve_roles(make_roles([5.0], [[1.0]]), Options(seconds=0.0))
    assert solution.status is Status.UNKNOWN
    assert solution.stopped_by == "time"


def test_a_cancelled_solve_hands_back_a_sound_plan():
    problem = random_roles(3)
    solution = solve_roles(problem, EXACT, cancelled=lambda: True)
    assert solution.status is Status.FEASIBLE
    assert solution.stopped_by == "cancel"
    assert violations_roles(problem, solution.plan) == ()


def test_a_hint_is_never_made_worse_and_a_wrong_one_is_told():
    problem = random_roles(7)
    best = solve_roles(problem, EXACT)
    again = solve_roles(problem, EXACT, hint=best.plan)
    assert again.objective == pytest.approx(best.objective, abs=1e-6)
    wrong = replace(best.plan, roles=~np.zeros_like(best.plan.roles))
    assert "the hint does not fit" in solve_roles(problem, EXACT, hint=wrong).notes[0]


def test_progress_is_told():
    heard = []
    solve_roles(make_roles([5.0], [[1.0]]), EXACT, on_progress=heard.append)
    assert [each.stage for each in heard] == ["roles"] * len(heard)
    assert heard[0].message == "relaxation solved"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"speed": np.ones((2, 3))}, "speed has shape"),
        ({"need_hours": np.array([[np.nan, 1.0]])}, "need_hours must hold finite"),
        ({"person_hours": np.array([-1.0])}, "person_hours must hold finite"),
        ({"preference": np.array([[1.1, 0.0]])}, "preference must lie"),
        ({"home_pool": np.array([1])}, "home_pool names"),
        ({"max_phases": 0}, "max_phases"),
        ({"min_share": 1.01}, "min_share"),
        ({"specialisation_gain": ()}, "specialisation_gain"),
    ],
)
def test_figures_that_make_no_sense_are_refused(changes, words):
    with pytest.raises(ValueError, match=words):
        replace(make_roles([5.0, 5.0], [[1, 1]]), **changes)


# --- hours with the roles given


def test_hours_are_placed_in_the_roles_given():
    problem = make_roles([20.0, 20.0], [[1, 1], [1, 1]])
    roles = marks((2, 2), (0, 0), (1, 0))
    plan = hours_with_roles(problem, roles)
    assert plan.short_hours.tolist() == [[0.0, 20.0]]
    assert violations_roles(replace(problem, may_idle=True), plan) == ()


@pytest.mark.parametrize("seed", range(5))
def test_placing_hours_in_the_best_roles_finds_the_same_shortage(seed):
    problem = random_roles(seed)
    solution = solved(problem)
    plan = hours_with_roles(problem, solution.plan.roles)
    short = float((problem.weight * plan.short_hours).sum())
    assert short == pytest.approx(solution.objective, abs=1e-5)


@pytest.mark.parametrize("roles", [marks((1, 2), (0, 0), (0, 1)), marks((1, 2), (0, 1))])
def test_roles_that_break_a_rule_are_refused(roles):
    problem = make_roles([5.0, 5.0], [[1, 0]], max_phases=1)
    with pytest.raises(ValueError, match="break a rule"):
        hours_with_roles(problem, roles)


# --- the planted case


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="the reference cases are not there")
@pytest.mark.parametrize(
    ("phases", "key"), [(2, "short_hours_two_phases"), (1, "short_hours_one_phase")]
)
def test_the_planted_team_is_short_by_what_is_known(phases, key):
    case = json.loads((CASES / "roles_short.json").read_text("utf-8"))
    problem = make_roles(
        case["need_hours"], case["can_do"], case["capacity_hours"], max_phases=phases
    )
    solution = solved(problem)
    assert solution.objective == pytest.approx(case["expected"][key], abs=1e-6)
    assert solution.bound == pytest.approx(solution.objective, abs=1e-6)
