"""The parts of the search: parts of a model, first roles, bounds, windows, people in many pools."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter

import numpy as np
import pytest
from role_builders import EXACT, least_short, make_roles, random_roles

from benchmarks.staffing_instances import RoleSize, role_instance
from optimizer import roles_shortage
from optimizer.linear_model import ModelBuilder
from optimizer.mathopt import Limits, solve
from optimizer.result import Options
from optimizer.roles import least_shortage, solve_roles
from optimizer.roles_bound import pool_bound
from optimizer.roles_links import build_role_model
from optimizer.roles_model import build_shortage_model
from optimizer.roles_part import part_of, with_cap
from optimizer.roles_plan import point_of_roles, read_roles
from optimizer.roles_search import Budget, Search, Window
from optimizer.roles_start import relax_and_fix
from optimizer.verify_roles import evaluate_roles, violations_roles


def budget(seconds: float = 20.0, gap: float = 0.0) -> Budget:
    options = Options(seconds=seconds, gap=gap)
    return Budget(options=options, cancelled=None, deadline=perf_counter() + seconds)


def search_of(problem) -> Search:
    stated = build_shortage_model(problem)
    search = Search(stated, budget())
    search.aim(stated.goals[0])
    return search


# --- parts of a model


def _two_columns():
    builder = ModelBuilder()
    x = builder.add_columns(2, gain=np.array([1.0, 2.0]), upper=10.0)
    builder.add_row([(int(x[0]), 1.0), (int(x[1]), 1.0)], upper=8.0)
    builder.add_row([(int(x[0]), 1.0)], upper=5.0)
    return builder.freeze()


def test_a_part_keeps_what_the_fixed_columns_use_up():
    part = part_of(_two_columns(), np.array([False, True]), np.array([3.0, 0.0]))
    answer = solve(part.model, Limits(seconds=5.0))
    assert part.model.row_upper.tolist() == [5.0]
    assert part.put_back(answer.values, np.array([3.0, 0.0])).tolist() == [3.0, 5.0]


@pytest.mark.parametrize(("x", "limit"), [(5.0, 5.0), (5.0 + 5e-6, 5.0 + 5e-6), (5.1, 5.0)])
def test_a_part_forgives_rounding_and_nothing_else(x, limit):
    part = part_of(_two_columns(), np.array([True, False]), np.array([x, 0.0]))
    assert part.model.row_upper[1] == pytest.approx(limit, abs=1e-12)


def test_a_cap_is_one_more_row():
    model = with_cap(_two_columns(), np.array([0.0, 1.0]), 2.0)
    answer = solve(model, Limits(seconds=5.0))
    assert answer.values.tolist() == [5.0, 2.0]


# --- first roles and bounds


@pytest.mark.parametrize("seed", range(8))
def test_first_roles_are_roles_and_never_beat_the_bound(seed):
    problem = random_roles(seed)
    search = search_of(problem)
    relaxed = search.relax()
    assert search.place(relax_and_fix(search, relaxed.values))
    best = least_short(problem)
    assert search.value() >= best - 1e-6
    plan = read_roles(search.stated, search.x)
    assert violations_roles(problem, plan) == ()
    assert evaluate_roles(problem, plan)["shortage"] == pytest.approx(search.value(), abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("rounds", [1, 4])
def test_prices_never_promise_more_than_the_best_roles(seed, rounds):
    problem = random_roles(seed)
    search = search_of(problem)
    relaxed = search.relax()
    best = least_short(problem)
    found = pool_bound(search.stated, relaxed, budget(), reached=best + 1.0, rounds=rounds)
    assert found <= best + 1e-5
    assert found >= search.goal.constant - relaxed.bound - 1e-6, "at least the relaxation"


def test_pools_one_by_one_prove_more_than_the_relaxation():
    # One person, two phases, 15 % faster with one of them: the relaxation takes half of each.
    problem = make_roles(
        [[11.0, 11.0]], [[1, 1]], 20.0, specialisation_gain=(1.15, 1.0), max_phases=2
    )
    search = search_of(problem)
    relaxed = search.relax()
    assert search.goal.constant - relaxed.bound == pytest.approx(0.0, abs=1e-6)
    found = pool_bound(search.stated, relaxed, budget(), reached=2.0, rounds=1)
    assert found == pytest.approx(2.0, abs=1e-5)


def test_helpers_of_a_pool_without_people_are_counted():
    problem = make_roles([[5.0], [18.0]], [[1.0]], 20.0, home_pool=[0], helps=[[False, True]])
    search = search_of(problem)
    found = pool_bound(search.stated, search.relax(), budget(), reached=3.0, rounds=3)
    assert found <= 3.0 + 1e-6


def test_a_pool_may_buy_all_the_hours_helpers_have():
    problem = make_roles(
        [[0.0], [20.0]],
        [[1.0], [1.0]],
        [30.0, 1.0],
        home_pool=[0, 1],
        helps=[[False, True], [False, False]],
    )
    search = search_of(problem)
    found = pool_bound(search.stated, search.relax(), budget(), reached=1.0, rounds=2)
    assert found <= least_short(problem) + 1e-6


def test_worse_roles_are_not_taken_and_better_ones_are():
    problem = make_roles([20.0, 10.0], [[1, 1], [1, 1]], 20.0, max_phases=1)
    search = search_of(problem)
    good, bad = (
        point_of_roles(search.stated, np.array(roles, dtype=bool))
        for roles in ([[1, 0], [0, 1]], [[0, 1], [0, 1]])
    )
    assert search.place(bad)
    assert search.value() == pytest.approx(20.0)
    assert search.take(good)
    assert not search.take(bad)
    assert search.value() == 0.0


# --- windows


def test_a_window_frees_its_people_and_the_hours_of_those_who_reach_them():
    problem = make_roles(
        [[9.0, 9.0]] * 3,
        [[1, 1]] * 3,
        home_pool=[0, 1, 2],
        helps=[[0, 0, 0], [1, 0, 0], [0, 0, 0]],
    )
    search = search_of(problem)
    search.place(relax_and_fix(search, search.relax().values))
    free = search.free_of(Window(pools=(0,)))
    stated = search.stated
    holders = np.flatnonzero(free[: stated.holder_count])
    assert set(stated.home_of_holder()[holders].tolist()) == {0}
    hours = stated.hours.holder[free[stated.hours.columns]]
    assert set(stated.home_of_holder()[hours].tolist()) == {0, 1}


def test_sweeps_do_not_depend_on_the_number_of_workers(monkeypatch):
    monkeypatch.setattr(roles_shortage, "SMALL", 0)
    problem = role_instance(RoleSize(persons=8, pools=4, phases=3, load=1.2), seed=3)
    solutions = [
        least_shortage(problem, Options(seconds=30.0, workers=workers, effort=1))
        for workers in (1, 2)
    ]
    assert solutions[0].objective > solutions[0].relaxed_bound + 0.001 * problem.need_hours.sum()
    plans = [solution.plan for solution in solutions]
    assert (plans[0].roles == plans[1].roles).all()
    assert plans[0].hours.tobytes() == plans[1].hours.tobytes()


def test_the_search_by_windows_is_sound_and_near_the_whole(monkeypatch):
    problem = role_instance(RoleSize(persons=8, pools=4, phases=3, load=1.15), seed=4)
    whole = least_shortage(problem, Options(seconds=20.0, gap=1e-3))
    monkeypatch.setattr(roles_shortage, "SMALL", 0)
    by_windows = solve_roles(problem, Options(seconds=30.0, gap=1e-3))
    assert violations_roles(problem, by_windows.plan) == ()
    assert by_windows.bound <= whole.objective + 1e-6
    work = float(problem.need_hours.sum())
    assert by_windows.objective <= whole.objective + 0.01 * work


# --- models of different grain


@pytest.mark.parametrize("seed", range(6))
def test_roles_go_from_one_model_to_the_other_and_back(seed):
    problem = random_roles(seed)
    plan = solve_roles(problem, EXACT).plan
    for stated in (
        build_shortage_model(problem),
        build_role_model(problem, alike=True, fair=False),
        build_role_model(problem, alike=False, fair=True),
    ):
        point = point_of_roles(stated, plan.roles)
        again = read_roles(stated, point)
        assert sorted(again.roles.tolist()) == sorted(plan.roles.tolist())
        wrong = np.ones_like(plan.roles)
        assert point_of_roles(stated, wrong) is None
        assert point_of_roles(stated, wrong[:1, :1]) is None


def test_people_alike_share_the_work_of_their_role():
    problem = make_roles([30.0], [[1.0]] * 3)
    plan = least_shortage(problem, EXACT).plan
    assert plan.hours[:, 0, 0].tolist() == pytest.approx([10.0] * 3)


def test_a_large_team_fits_and_is_checked():
    problem = role_instance(RoleSize(persons=60, pools=6, load=0.95), seed=1)
    solution = least_shortage(problem, Options(seconds=20.0, gap=1e-3, workers=2))
    work = float(problem.need_hours.sum())
    assert solution.objective <= 0.001 * work
    assert violations_roles(problem, solution.plan) == ()


def test_with_more_phases_than_can_be_chained_the_notes_say_so():
    problem = make_roles([2.0] * 10, [[1] * 10] * 2, max_phases=2)
    solution = solve_roles(replace(problem, may_idle=True), Options(seconds=10.0))
    assert any("islands" in note for note in solution.notes)
