"""Scenarios priced one at a time say the same as the whole model, and bound every decision."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sourcing_builders import (
    make_flow,
    make_hire,
    make_managers,
    make_problem,
    make_provider,
    make_state,
)
from sourcing_random import random_problem

from optimizer import sourcing_decompose, sourcing_recourse, sourcing_search
from optimizer.linear_model import LinearModel
from optimizer.mathopt import Limits, Outcome, solve
from optimizer.result import Options, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_builder import EUR
from optimizer.sourcing_master import Master
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_near import SWITCH, near
from optimizer.sourcing_recourse import Pricer
from optimizer.sourcing_stages import split_stages
from optimizer.sourcing_tangents import scenario_weights, tangent, tangents_of_all
from optimizer.sourcing_tree import ManagerTree
from optimizer.verify_sourcing import violations_sourcing
from optimizer.warm_program import WarmProgram

LIMITS = Limits(seconds=20.0)
RISKY = {"risk_weight": 0.4, "risk_level": 0.5}


def team(**changes):
    """Two months, two scenarios, hires and a manager for every two heads, a provider to steer."""
    target = np.array([[[3.0, 9.0], [12.0, 14.0]]])
    settings = {
        "states": (make_state(start_headcount=1.0, wage_eur=300.0, attrition_later=0.1),),
        "hires": (make_hire(recruiting_eur=50.0, max_per_month=2.0, max_total=3.0),),
        "managers": (make_managers(wage_eur=200.0),),
        "providers": (make_provider(setup_eur=40.0, retainer_eur=20.0, steering_hours=2.0),),
        **RISKY,
    }
    flow = make_flow(target=target, prospects=40.0)
    return make_problem(flow, months=2, scenarios=2, **{**settings, **changes})


def every_choice(stated):
    """Yield whole decisions of the team, and their optimum in the whole model."""
    whole = np.flatnonzero(stated.model.integer)
    columns = stated.columns
    for hires, running, managers in product(
        product((0, 1, 2), repeat=2), product((0, 1), repeat=2), product((1, 2), repeat=2)
    ):
        values = np.zeros_like(stated.model.gain)
        values[columns.hires[0]], values[columns.running[0]] = hires, running
        values[columns.managers[0]] = managers
        answer = solve(stated.model.fixed(whole, values[whole]).relaxed(), LIMITS)
        yield answer


@pytest.fixture(scope="module")
def stated():
    return build_sourcing_model(team())


@pytest.fixture(scope="module")
def worths(stated):
    return [each for each in every_choice(stated) if each.outcome is Outcome.SOLVED]


def bound_at(tangents, first, scenarios):
    """Return (W,): what the tangents allow each scenario."""
    allowed = np.full(scenarios, np.inf)
    for each in tangents:
        value = each.level + each.slope @ first
        allowed[each.scenario] = min(allowed[each.scenario], value)
    return allowed


def test_scenarios_priced_alone_are_worth_what_the_whole_model_says(stated, worths):
    stages = split_stages(stated)
    master, pricer = Master(stated.problem, stages), Pricer(stages, 1)
    assert len(worths) > 20
    for answer in worths:
        first = answer.values[stages.columns]
        priced = pricer.price(first, 20.0)
        assert priced.fits
        assert master.worth(first, priced.worths) == pytest.approx(answer.objective, abs=1e-7)


def test_scenarios_are_left_out_once_the_first_say_that_it_is_no_use(stated, worths, monkeypatch):
    monkeypatch.setattr(sourcing_recourse, "BATCH", 1)
    stages = split_stages(stated)
    pricer, first = Pricer(stages, 1), worths[0].values[stages.columns]
    whole = pricer.price(first, 20.0)
    part = pricer.price(first, 20.0, lambda known: False)
    assert (whole.fits, part.fits) == (True, False)
    assert part.worths.tolist() == pytest.approx(whole.worths[:1].tolist())
    assert {each.scenario for each in part.tangents} == {0}
    again = pricer.price(first, 20.0, lambda known: known.size < 2)
    assert again.fits, "the last one may say so, too: nothing is left out then"
    assert again.worths.tolist() == pytest.approx(whole.worths.tolist())


def test_no_decisions_are_worth_more_than_any_tangent_allows(stated, worths):
    stages = split_stages(stated)
    master, pricer = Master(stated.problem, stages), Pricer(stages, 1)
    relaxed = solve(stated.model.relaxed(), LIMITS)
    tangents = list(tangents_of_all(stated, stages, relaxed.row_prices))
    assert len(tangents) == 2
    loose = []
    for answer in worths:
        first = answer.values[stages.columns]
        allowed = bound_at(tangents, first, 2)
        loose.append(master.worth(first, allowed) - answer.objective)
        tangents += pricer.price(first, 20.0).tangents
        tight = bound_at(tangents, first, 2)
        assert master.worth(first, tight) == pytest.approx(answer.objective, abs=1e-7)
    assert min(loose) >= -1e-7
    assert max(loose) > 1e-3
    for answer in worths:
        first = answer.values[stages.columns]
        allowed = bound_at(tangents, first, 2)
        assert master.worth(first, allowed) >= answer.objective - 1e-7


@pytest.mark.parametrize("changes", [{}, {"risk_weight": 0.0}, {"risk_weight": 1.0}])
def test_the_tangents_of_the_relaxation_prove_the_relaxation(changes):
    stated = build_sourcing_model(team(**changes))
    stages = split_stages(stated)
    relaxed = solve(stated.model.relaxed(), LIMITS)
    weights = scenario_weights(stated, relaxed.row_prices)
    assert weights.sum() == pytest.approx(1.0)
    tangents = list(tangents_of_all(stated, stages, relaxed.row_prices))
    priced = Pricer(stages, 1).price(relaxed.values[stages.columns], 20.0)
    known = {each.scenario for each in tangents}
    assert known == set(np.flatnonzero(weights > 1e-4).tolist())
    tangents += [each for each in priced.tangents if each.scenario not in known]
    answer = solve(Master(stated.problem, stages).model(tangents).relaxed(), LIMITS)
    assert answer.objective == pytest.approx(relaxed.objective, abs=1e-6)


def test_decisions_that_no_hours_can_steer_do_not_fit():
    lonely = team(states=(make_state(start_headcount=0.0, wage_eur=300.0),), hires=(), managers=())
    stated = build_sourcing_model(lonely)
    stages = split_stages(stated)
    first = np.zeros(stages.columns.size)
    pricer = Pricer(stages, 1)
    assert pricer.price(first, 20.0).fits
    first[np.searchsorted(stages.columns, stated.columns.running[0])] = 1.0
    priced = pricer.price(first, 20.0)
    assert not priced.fits
    assert len(priced.tangents) == 2, "and yet they bound what it is worth"


def test_prices_of_no_meaning_bound_nothing():
    stated = build_sourcing_model(team())
    program = split_stages(stated).scenarios[0]
    assert tangent(0, program, np.zeros(program.rows.size)) is None, "sales without limit"


def test_two_workers_find_what_one_finds():
    stated = build_sourcing_model(random_problem(3, **RISKY))
    stages = split_stages(stated)
    relaxed = solve(stated.model.relaxed(), LIMITS).values[stages.columns]
    for first in (relaxed, 0.5 * relaxed):
        one, two = (Pricer(stages, workers).price(first, 20.0) for workers in (1, 2))
        assert one.worths.tobytes() == two.worths.tobytes()
        assert [a.level for a in one.tangents] == [a.level for a in two.tangents]


def test_a_limit_of_time_prices_nothing(stated):
    stages = split_stages(stated)
    assert Pricer(stages, 1).price(np.zeros(stages.columns.size), 0.0) is None


def small():
    """Return max x + 2 y under x + y <= limit and y <= 2; the limit is the first column."""
    return LinearModel(
        gain=np.array([0.0, 1.0, 2.0]),
        lower=np.zeros(3),
        upper=np.array([np.inf, np.inf, 2.0]),
        integer=np.zeros(3, dtype=bool),
        row_lower=np.array([-np.inf]),
        row_upper=np.array([0.0]),
        row=np.zeros(3, dtype=np.int64),
        column=np.arange(3),
        coefficient=np.array([-1.0, 1.0, 1.0]),
    )


@pytest.mark.parametrize("broken", [False, True])
def test_a_warm_program_answers_as_a_cold_one(monkeypatch, broken):
    program = WarmProgram(small(), np.array([0]))
    if broken:
        monkeypatch.setattr(program, "_solve_warm", lambda seconds: None)
    for limit, worth in ((1.0, 2.0), (5.0, 7.0), (2.0, 4.0), (0.0, 0.0)):
        answer = program.solve(np.array([limit, 0.0, 0.0]), 20.0)
        assert answer.objective == pytest.approx(worth)
        assert answer.row_prices is not None


@pytest.mark.parametrize(("changes", "worth"), [(0.24, 3.0), (0.25, 3.5), (1.24, 4.0), (1.25, 4.5)])
def test_near_counts_persons_and_months_of_contracts(changes, worth):
    model = replace(
        small(),
        gain=np.array([1.0, 1.0, 0.5]),
        upper=np.array([10.0, 10.0, 1.0]),
        integer=np.ones(3, dtype=bool),
        row_upper=np.array([np.inf]),
    )
    close = near(model, np.array([0, 1]), np.array([2]), np.array([2.0, 1.0, 0.0]), changes)
    assert solve(close, LIMITS).objective == pytest.approx(worth)
    assert SWITCH == 0.25


@pytest.fixture
def decomposed(monkeypatch):
    """Take every model for one out of reach of branch and bound."""
    for name in ("LARGE_COLUMNS", "WITHIN_REACH", "OUT_OF_REACH"):
        monkeypatch.setattr(sourcing_search, name, 0)
    monkeypatch.setattr(sourcing_decompose, "FIRST_NODES", 1_000)


@pytest.mark.parametrize("batch", [1, 2])
def test_whole_managers_are_planned_best_and_proved(decomposed, worths, monkeypatch, batch):
    monkeypatch.setattr(sourcing_recourse, "BATCH", batch)
    problem = team()
    solution = solve_sourcing(problem, Options(seconds=30.0, gap=0.0))
    optimum = max(each.objective for each in worths) / EUR
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(optimum, abs=0.01)
    assert solution.relaxed_bound > optimum + 50.0, "the relaxation does not see whole managers"
    assert violations_sourcing(problem, solution.plan, solution.objective) == ()


@pytest.mark.parametrize("effort", [1, 3])
def test_a_bound_is_never_below_the_optimum(decomposed, worths, effort):
    optimum = max(each.objective for each in worths) / EUR
    solution = solve_sourcing(team(), Options(seconds=30.0, gap=0.0, effort=effort))
    assert solution.objective - 0.01 <= optimum <= solution.bound + 0.01


def test_the_number_of_workers_changes_nothing(decomposed):
    problem = random_problem(8, **RISKY)
    one, two = (
        solve_sourcing(problem, Options(seconds=60.0, gap=0.0, effort=2, workers=workers))
        for workers in (1, 2)
    )
    assert (one.objective, one.bound) == (two.objective, two.bound)
    assert one.plan.units_worked.tobytes() == two.plan.units_worked.tobytes()


def test_a_tree_that_lost_the_plan_proves_nothing(decomposed, monkeypatch):
    monkeypatch.setattr(ManagerTree, "_relaxed", lambda *_: None)
    solution = solve_sourcing(team(), Options(seconds=30.0, gap=0.0))
    assert solution.status is Status.FEASIBLE
    assert solution.bound == pytest.approx(solution.relaxed_bound)
