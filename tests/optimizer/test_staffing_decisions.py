"""Rounding and neighbourhoods: whole decisions that stay possible."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from staffing_cases import company_problem, season_problem, small_problem

from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Options
from optimizer.staffing import solve_staffing
from optimizer.staffing_decisions import (
    decisions_of,
    largest_remainders,
    promising_neighbourhood,
    round_decisions,
    rounding_neighbourhood,
    without_levers,
)
from optimizer.staffing_model import build_staffing_model

TIME = Limits(seconds=30.0)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(1, 9))
def test_largest_remainders_add_up_and_stay_within_one(weights, total):
    assume(sum(weights))
    shares = np.array(weights) * total / sum(weights)
    whole = largest_remainders(shares, total)
    assert whole.sum() == total
    assert (np.abs(whole - shares) < 1 + 1e-5).all()


def relaxed_company():
    stated = build_staffing_model(company_problem(people=16, pools=4, months=6, load=1.4))
    return stated, solve(stated.model.relaxed(), TIME)


def completed(stated, decisions):
    whole = np.flatnonzero(stated.model.integer)
    return solve(stated.model.fixed(whole, decisions[whole]).relaxed(), TIME)


def test_rounded_decisions_are_whole_and_possible():
    stated, relaxed = relaxed_company()
    decisions = round_decisions(stated, relaxed.values)
    assert np.array_equal(decisions, np.rint(decisions))
    answer = completed(stated, decisions)
    assert answer.outcome is Outcome.SOLVED
    assert 0 < answer.objective <= relaxed.objective + 1e-6


def test_roles_without_levers_are_always_possible():
    stated, relaxed = relaxed_company()
    decisions = without_levers(stated, round_decisions(stated, relaxed.values))
    assert completed(stated, decisions).outcome is Outcome.SOLVED
    assert all(not decisions[group.hired].any() for group in stated.columns.hires)
    assert all(not decisions[each.chosen].any() for each in stated.columns.providers)


def test_neighbourhood_of_the_rounding_holds_the_relaxation():
    stated, relaxed = relaxed_company()
    lower, upper = rounding_neighbourhood(stated, relaxed.values)
    assert (lower <= relaxed.values + 1e-5).all()
    assert (upper >= relaxed.values - 1e-5).all()
    whole = stated.model.integer
    assert ((upper - lower)[whole] <= 1).all()


def test_promising_columns_hold_the_relaxation_and_the_best_plan():
    stated, relaxed = relaxed_company()
    best = round_decisions(stated, relaxed.values)
    gains = stated.model.reduced_gains(relaxed.row_prices)
    upper = promising_neighbourhood(stated, relaxed.values, gains, best)
    closed = (upper == 0) & (stated.model.upper > 0)
    assert closed.sum() > 100
    assert not closed[~stated.model.integer].any()
    assert (relaxed.values[closed] < 1e-5).all()
    assert (best[closed] == 0).all()
    holders = np.concatenate([team.holders for team in stated.columns.teams])
    unused = (relaxed.values[holders] < 1e-6) & (best[holders] == 0)
    extra, shut = holders[unused & ~closed[holders]], holders[closed[holders]]
    assert len(extra) == len(stated.columns.teams)
    assert gains[extra].min() >= gains[shut].max()


@pytest.mark.parametrize("seed", [1, 2])
def test_decisions_of_a_plan_complete_to_its_value(seed):
    problem = small_problem(seed)
    solution = solve_staffing(problem, Options(gap=0.0))
    stated = build_staffing_model(problem)
    answer = completed(stated, decisions_of(stated, solution.plan))
    assert answer.objective * 1000 == pytest.approx(solution.objective, rel=1e-6)


def test_decisions_of_an_impossible_plan_are_none():
    problem = season_problem(1.0, provider=True)
    plan = solve_staffing(problem, Options(gap=0.0)).plan
    plan.provider_on[0] = [True, False] * 6
    assert decisions_of(build_staffing_model(problem), plan) is None


def test_every_stage_only_improves_the_plan():
    problem = company_problem(people=8, pools=2, months=4, load=1.4)
    heard = []
    solution = solve_staffing(problem, Options(gap=0.002, effort=40), on_progress=heard.append)
    objectives = [each.objective for each in heard if each.objective is not None]
    assert objectives == sorted(objectives)
    assert solution.objective == pytest.approx(objectives[-1], rel=1e-6)
    assert solution.bound <= heard[0].bound + 1e-3
    assert solution.gap < 0.02
