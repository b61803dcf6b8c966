"""Published numbers, statuses and limits of `solve_staffing`."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from staffing_builders import hours_cells, make_demand, make_problem
from staffing_cases import (
    ROLE_SKILLS,
    company_problem,
    roles_problem,
    season_problem,
    small_problem,
)

from optimizer.result import Options, Progress, Status
from optimizer.staffing import HINT_IGNORED, solve_staffing
from optimizer.staffing_problem import StaffingProblem
from optimizer.verify_staffing import evaluate, violations_staffing

EXACT = Options(gap=0.0)
SHARED_CASES = Path(__file__).parents[2].parent / "shared" / "cases"

SEASON = {
    "A_no_provider": (1.0, False, 1044357.14, 5, 91.9571),
    "A_with_provider": (1.0, True, 1216426.24, 2, 94.8903),
    "B_no_provider": (1.1, False, 1103935.71, 6, 100.3957),
    "B_with_provider": (1.1, True, 1325086.62, 2, 103.136),
}


@pytest.mark.parametrize("name", SEASON)
def test_season_case_reaches_the_profit_found_by_enumeration(name):
    uplift, provider, profit, hires, deals = SEASON[name]
    problem = season_problem(uplift, provider=provider)
    solution = solve_staffing(problem, EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(profit, abs=0.006)
    assert int(solution.plan.hired.sum()) == hires
    assert solution.plan.served_units.sum() == pytest.approx(deals, abs=6e-4)
    assert violations_staffing(problem, solution.plan) == ()


@pytest.mark.shared
@pytest.mark.skipif(not SHARED_CASES.exists(), reason="the reference cases are not here")
def test_season_case_is_the_one_of_the_reference_data():
    expected = json.loads((SHARED_CASES / "season_5_to_2.json").read_text())["expected"]
    for name, (_, _, profit, hires, _) in SEASON.items():
        assert expected[name]["profit_before_existing_team_eur"] == profit
        assert expected[name]["hires"] == hires


@pytest.mark.parametrize(("max_phases", "short"), [(4, 19), (2, 19), (1, 27)])
def test_roles_case_is_short_by_the_planted_hours(max_phases, short):
    problem = roles_problem(max_phases)
    solution = solve_staffing(problem, EXACT)
    assert 195 - solution.plan.served_units.sum() == pytest.approx(short, abs=1e-6)
    assert solution.bound == pytest.approx(195 - short, abs=1e-5)
    assert violations_staffing(problem, solution.plan) == ()


@pytest.mark.parametrize(("phase", "short"), [(0, 11), (1, 11), (2, 11), (3, 0)])
def test_one_more_specialist_helps_fully_only_in_the_bottleneck(phase, short):
    specialist = np.eye(4)[phase].tolist()
    solution = solve_staffing(roles_problem(2, [specialist]), EXACT)
    assert 195 - solution.plan.served_units.sum() == pytest.approx(short, abs=1e-6)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED_CASES.exists(), reason="the reference cases are not here")
def test_roles_case_is_the_one_of_the_reference_data():
    case = json.loads((SHARED_CASES / "roles_short.json").read_text())
    assert np.array_equal(np.array(case["can_do"], dtype=float), np.array(ROLE_SKILLS))
    assert case["expected"]["short_hours_one_phase"] == 27


def company_solution(**options) -> tuple[StaffingProblem, object]:
    problem = company_problem()
    return problem, solve_staffing(problem, Options(**{"gap": 0.01, "seconds": 60.0, **options}))


def test_company_of_sixty_is_solved_checked_and_priced():
    problem, solution = company_solution()
    assert solution.stopped_by == "gap"
    assert solution.gap <= 0.01
    assert violations_staffing(problem, solution.plan) == ()
    terms = evaluate(problem, solution.plan)
    assert terms == pytest.approx(solution.terms, abs=1e-5)
    assert math.fsum(terms.values()) == pytest.approx(solution.objective, abs=1e-5)


def test_cancelled_solve_hands_back_a_sound_plan_and_a_true_bound():
    problem = company_problem()
    solution = solve_staffing(problem, Options(gap=0.0), cancelled=lambda: True)
    assert solution.status is Status.FEASIBLE
    assert solution.stopped_by == "cancel"
    assert violations_staffing(problem, solution.plan) == ()
    assert solution.objective > 5_000_000
    assert 6_070_000 < solution.bound < 6_200_000


def test_no_time_for_a_first_plan_is_unknown_not_an_exception():
    solution = solve_staffing(roles_problem(2), Options(seconds=0.0))
    assert solution.status is Status.UNKNOWN
    assert solution.stopped_by == "time"
    assert solution.plan is None


def test_effort_ends_the_search_reproducibly():
    first, second = (solve_staffing(small_problem(3), Options(gap=0.0, effort=1)) for _ in range(2))
    assert first.stopped_by in {"effort", "proof"}
    assert first.objective == second.objective
    assert first.bound == second.bound


@pytest.mark.parametrize("seed", range(2))
def test_same_problem_twice_gives_the_same_plan(seed):
    first, second = (solve_staffing(small_problem(seed), EXACT).plan for _ in range(2))
    for name in first.__dataclass_fields__:
        assert np.array_equal(getattr(first, name), getattr(second, name)), name


def test_profit_terms_do_not_hold_the_preference_prices():
    problem = small_problem(1)
    solution = solve_staffing(problem, EXACT)
    assert set(solution.terms) == {
        "margin_eur",
        "hire_eur",
        "provider_eur",
        "preference_eur",
        "role_change_eur",
    }
    assert solution.terms["preference_eur"] < 0
    assert math.fsum(solution.terms.values()) == pytest.approx(solution.objective)


def test_progress_tells_the_bound_before_the_plan():
    heard: list[Progress] = []
    solve_staffing(small_problem(1), EXACT, on_progress=heard.append)
    assert heard[0].objective is None
    assert heard[0].bound > 0
    assert heard[-1].objective is not None
    assert {each.stage for each in heard} == {"staffing"}


def test_own_plan_as_hint_is_the_first_plan_tried():
    problem = small_problem(2)
    plan = solve_staffing(problem, EXACT).plan
    heard: list[Progress] = []
    again = solve_staffing(problem, EXACT, hint=plan, on_progress=heard.append)
    objectives = [each.objective for each in heard if each.objective is not None]
    assert objectives[0] == pytest.approx(math.fsum(evaluate(problem, plan).values()), rel=1e-9)
    assert again.objective >= objectives[0] - 1e-3


def test_hint_of_another_problem_is_ignored_and_said_so():
    hint = solve_staffing(roles_problem(2), EXACT).plan
    solution = solve_staffing(season_problem(1.0, provider=True), EXACT, hint=hint)
    assert solution.notes == (HINT_IGNORED,)
    assert solution.objective == pytest.approx(1216426.24, abs=0.006)


def test_no_demand_is_an_optimal_plan_that_keeps_todays_roles():
    today = np.array([[True, False], [False, True]])
    problem = make_problem(make_demand([]), can_do=np.ones((2, 2)).tolist(), current_phases=today)
    solution = solve_staffing(problem, EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 0
    assert np.array_equal(solution.plan.roles, today)
    assert solution.shortfalls == ()


def test_nobody_able_is_an_optimal_plan_that_serves_nothing():
    solution = solve_staffing(make_problem(hours_cells([10.0]), can_do=[[0.0]]), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.plan.served_units.tolist() == [0.0]
    assert solution.shortfalls[0].code == "nobody_able"


def test_no_people_at_all_is_a_plan_too():
    problem = make_problem(hours_cells([10.0]))
    nobody = replace(
        problem,
        person_ids=(),
        person_pool=problem.person_pool[:0],
        person_hours=problem.person_hours[:0],
        productivity=problem.productivity[:0],
        preference=problem.preference[:0],
        current_phases=problem.current_phases[:0],
    )
    solution = solve_staffing(nobody, EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 0
    assert violations_staffing(nobody, solution.plan) == ()


def test_relabelling_persons_keeps_the_value():
    problem = small_problem(5)
    order = np.array([2, 0, 1])
    relabelled = replace(
        problem,
        person_ids=tuple(problem.person_ids[person] for person in order),
        person_pool=problem.person_pool[order],
        person_hours=problem.person_hours[order],
        productivity=problem.productivity[order],
        preference=problem.preference[order],
        current_phases=problem.current_phases[order],
    )
    before, after = (solve_staffing(each, EXACT).objective for each in (problem, relabelled))
    assert after == pytest.approx(before, rel=1e-6)
