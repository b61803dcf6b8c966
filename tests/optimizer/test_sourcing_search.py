"""The stages for large models, tried on small ones: sound plans, sound bounds (F21)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sourcing_builders import (
    EXACT,
    best,
    make_flow,
    make_hire,
    make_problem,
    make_provider,
    make_state,
)
from sourcing_large import large_problem
from sourcing_random import random_problem

from optimizer import sourcing_search
from optimizer.mathopt import Limits, solve
from optimizer.result import Options, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_builder import EUR
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_neighbours import near_decisions
from optimizer.sourcing_rounding import rounded_decisions, with_contracts
from optimizer.verify_sourcing import violations_sourcing


@pytest.fixture
def as_if_large(monkeypatch):
    """Take every model for one out of reach of branch and bound."""
    for name in ("LARGE_COLUMNS", "WITHIN_REACH", "OUT_OF_REACH"):
        monkeypatch.setattr(sourcing_search, name, 0)


@pytest.mark.parametrize("seed", [2, 3, 8])
def test_large_models_get_a_sound_plan_and_a_sound_bound(as_if_large, monkeypatch, seed):
    problem = random_problem(seed, risk_weight=0.3, risk_level=0.5)
    solution = solve_sourcing(problem, Options(seconds=30.0, gap=0.0, effort=2))
    monkeypatch.undo()
    optimum = best(problem)
    assert violations_sourcing(problem, solution.plan, solution.objective) == ()
    assert solution.objective <= optimum + 0.01 <= solution.bound + 0.02
    assert solution.objective >= optimum - 0.05 * abs(optimum)
    assert solution.stopped_by in {"effort", "gap", "proof"}


def test_large_models_stop_when_cancelled(as_if_large):
    problem = random_problem(3)
    solution = solve_sourcing(problem, EXACT, cancelled=lambda: True)
    assert solution.stopped_by == "cancel"
    assert solution.plan is not None


def test_the_limit_of_effort_gives_the_same_plan_twice(as_if_large):
    options = Options(seconds=60.0, gap=0.0, effort=2)
    plans = [solve_sourcing(random_problem(3), options) for _ in range(2)]
    assert plans[0].objective == plans[1].objective
    assert plans[0].plan.units_worked.tobytes() == plans[1].plan.units_worked.tobytes()


def test_the_promise_of_a_neighbour_is_the_most_it_can_bring():
    stated = build_sourcing_model(random_problem(4))
    whole = np.flatnonzero(stated.model.integer)

    def priced(values):
        fixed = stated.model.fixed(whole, np.rint(values[whole])).relaxed()
        return solve(fixed, Limits(seconds=30.0))

    relaxed = solve(stated.model.relaxed(), Limits(seconds=30.0))
    start = priced(next(rounded_decisions(stated, relaxed.values)))
    reduced = stated.model.reduced_gains(start.row_prices)
    neighbours = near_decisions(stated, start.values, reduced)
    assert neighbours
    for near in neighbours[:8]:
        promise = reduced[whole] @ (np.rint(near[whole]) - np.rint(start.values[whole]))
        answer = priced(near)
        if answer.objective is not None:
            assert answer.objective <= start.objective + promise + 1e-6


def test_rounding_lengthens_contracts_to_their_term_and_fills_short_pauses():
    problem = make_problem(
        make_flow(), months=8, providers=(make_provider(min_term_months=3, whole=True),)
    )
    stated = build_sourcing_model(problem)
    relaxed = np.zeros(stated.model.gain.size)
    relaxed[stated.columns.running[0]] = [0.0, 0.9, 0.0, 0.0, 0.0, 0.6, 0.2, 0.0]
    nearest = next(rounded_decisions(stated, relaxed))
    assert nearest[stated.columns.running[0]].tolist() == [0, 1, 1, 1, 1, 1, 1, 1]


def test_contracts_of_a_plan_are_kept_and_all_else_is_open():
    stated = build_sourcing_model(random_problem(3))
    contracts = np.concatenate([stated.columns.running.ravel(), stated.columns.automated.ravel()])
    values = np.zeros_like(stated.model.gain)
    values[contracts] = 0.9
    kept = with_contracts(stated, values)
    assert set(kept.lower[contracts]) == set(kept.upper[contracts]) == {1.0}
    others = np.setdiff1d(np.arange(values.size), contracts)
    assert np.array_equal(kept.lower[others], stated.model.lower[others])
    assert np.array_equal(kept.upper[others], stated.model.upper[others])


def test_people_are_made_whole_for_the_contracts_there_are(as_if_large, monkeypatch):
    """The first plan's contracts, with people from the relaxation that knows them."""
    problem, nothing = random_problem(4, risk_weight=0.3, risk_level=0.5), lambda self: None
    monkeypatch.setattr(sourcing_search.Search, "_restricted", nothing)
    options = Options(seconds=30.0, gap=0.0, effort=0)
    fixed = solve_sourcing(problem, options)
    monkeypatch.setattr(sourcing_search.Search, "_round_people", nothing)
    first = solve_sourcing(problem, options)
    assert np.array_equal(fixed.plan.decisions.running, first.plan.decisions.running)
    assert fixed.objective > first.objective + 1.0


def test_rounding_adds_people_up_over_the_months():
    problem = make_problem(make_flow(), months=4, states=(make_state(),), hires=(make_hire(),))
    stated = build_sourcing_model(problem)
    relaxed = np.zeros(stated.model.gain.size)
    relaxed[stated.columns.hires[0]] = [0.4, 0.4, 0.4, 0.4]
    nearest, down, up = (
        values[stated.columns.hires[0]].tolist() for values in rounded_decisions(stated, relaxed)
    )
    assert (nearest, down, up) == ([0, 1, 0, 1], [0, 0, 1, 0], [1, 0, 1, 0])


def test_money_is_scaled_inside_and_not_outside():
    problem = make_problem(states=(make_state(start_headcount=1.0),))
    assert build_sourcing_model(problem).model.gain.max() == pytest.approx(100.0 * EUR)
    assert best(problem) == pytest.approx(1000.0)


def test_a_firm_of_middle_size_is_planned_within_two_percent():
    problem = large_problem(
        months=8, phases=3, segments=2, providers=2, scenarios=2, deals_a_month=120.0
    )
    solution = solve_sourcing(problem, Options(seconds=60.0, gap=0.02))
    assert solution.status in {Status.FEASIBLE, Status.OPTIMAL}
    assert solution.gap <= 0.02
    assert violations_sourcing(problem, solution.plan, solution.objective) == ()


def test_a_problem_without_whole_decisions_is_one_linear_program():
    relaxed = make_state(start_headcount=1.0, whole=False)
    problem = make_problem(states=(relaxed,), hires=(make_hire(whole=False, max_total=0.5),))
    solution = solve_sourcing(replace(problem, risk_weight=0.5), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(1000.0)
