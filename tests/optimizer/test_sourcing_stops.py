"""Stops decided once the demand is known: worked by hand, never a loss, priced alike everywhere."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_builders import (
    EXACT,
    best,
    best_plan,
    make_flow,
    make_hire,
    make_problem,
    make_provider,
    make_state,
)
from sourcing_random import random_problem

from optimizer import sourcing_search
from optimizer.leadership_baseline import do_nothing
from optimizer.result import Options
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_model import build_sourcing_model
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingProblem
from optimizer.sourcing_scenarios import one_scenario
from optimizer.sourcing_stopped import with_stops
from optimizer.sourcing_typed import Volumes, price_typed
from optimizer.verify_sourcing import violations_sourcing

MONTHS = 4
GOOD, BAD = 0, 1


def two_demands(**changes) -> SourcingProblem:
    """Four months; ten wins of 100 EUR a month in the first scenario, none in the second."""
    target = np.zeros((1, MONTHS, 2))
    target[..., GOOD] = 10.0
    return make_problem(make_flow(target=target), months=MONTHS, scenarios=2, **changes)


def contract(reveal_month: int | None = 1, **changes) -> SourcingProblem:
    """Ten hours a month for a retainer of 400 EUR, which may be stopped at once."""
    terms = {"eur_per_hour": 0.0, "retainer_eur": 400.0, "stop_notice_months": 0}
    offer = make_provider(**{**terms, **changes})
    return two_demands(providers=(offer,), reveal_month=reveal_month)


def fixed_term(reveal_month: int | None = 2, **changes) -> SourcingProblem:
    """Ten hours a month of one person at 400 EUR, hired for four months, renewed after two."""
    terms = {"max_per_month": [1.0, 0.0, 0.0, 0.0], "term_months": 4, "renewal_months": 2}
    return two_demands(
        states=(make_state(wage_eur=400.0),),
        hires=(make_hire(**{**terms, **changes}),),
        reveal_month=reveal_month,
    )


# Held to the end: half of 4 x 1000 EUR less 4 x 400 EUR. A month less in the bad scenario: 200 EUR.
@pytest.mark.parametrize(("notice", "profit"), [(0, 1000.0), (1, 800.0), (2, 600.0), (3, 400.0)])
def test_notice_is_paid_until_it_is_over(notice, profit):
    assert best(contract(stop_notice_months=notice)) == pytest.approx(profit)


@pytest.mark.parametrize(("term", "profit"), [(1, 1000.0), (2, 800.0), (3, 600.0), (4, 400.0)])
def test_no_stop_before_the_term_is_over(term, profit):
    assert best(contract(min_term_months=term)) == pytest.approx(profit)


@pytest.mark.parametrize(
    ("since", "profit"), [(None, 600.0), (0, 600.0), (1, 800.0), (2, 1000.0), (9, 1000.0)]
)
def test_months_a_contract_has_run_count_for_its_term(since, profit):
    problem = contract(min_term_months=3, running_since_months=since)
    assert best(problem) == pytest.approx(profit)


@pytest.mark.parametrize(("reveal", "profit"), [(2, 800.0), (3, 600.0), (4, 400.0), (None, 400.0)])
def test_nothing_is_stopped_before_the_demand_is_known(reveal, profit):
    assert best(contract(reveal)) == pytest.approx(profit)


def test_the_stop_is_in_the_scenario_that_asks_for_it():
    plan = best_plan(contract())
    assert plan.decisions.running.tolist() == [[1.0, 1.0, 1.0, 1.0]]
    assert plan.terminated[0, :, GOOD].tolist() == [0.0, 0.0, 0.0, 0.0]
    assert plan.terminated[0, :, BAD].tolist() == [0.0, 1.0, 1.0, 1.0]


def test_a_stop_ends_minimum_and_steering_and_keeps_what_was_paid():
    # Good: 4 x (1000 - 10 h x 20) = 3200. Bad: two months of 5 h x 20 at least = -200. Set-up 50.
    # Steering takes the team's 2 hours a month at 15 EUR of overtime: 4 x 30 and 2 x 30.
    team = make_state(
        start_headcount=1.0,
        hours_per_head=0.0,
        overtime_hours_max=2.0,
        overtime_eur=15.0,
        speed=0.0,
    )
    problem = contract(
        retainer_eur=0.0, eur_per_hour=20.0, minimum_hours=5.0, setup_eur=50.0,
        steering_hours=1.0, pilot_steering_hours=(1.0, 1.0, 1.0, 1.0), stop_notice_months=1,
    )  # fmt: skip
    profit = 0.5 * (3200.0 - 120.0) + 0.5 * (-200.0 - 60.0) - 50.0
    assert best(replace(problem, states=(team,))) == pytest.approx(profit)


def test_a_contract_stopped_within_its_ramp_has_no_hours():
    problem = contract(ramp=(0.5, 0.5, 0.5))
    assert best(problem) == pytest.approx(0.5 * (500.0 * 3 + 1000.0 - 1600.0) - 0.5 * 400.0)


@pytest.mark.parametrize(("reveal", "profit"), [(1, 800.0), (2, 800.0), (3, 400.0), (None, 400.0)])
def test_a_term_lapses_where_the_demand_is_known_by_its_renewal(reveal, profit):
    assert best(fixed_term(reveal)) == pytest.approx(profit)


def test_a_term_lapses_once_people_have_arrived_and_served():
    # Hired in the first month, there from the second on: renewal in the fourth.
    assert best(fixed_term(lead_months=1)) == pytest.approx(0.5 * 3 * 1000.0 - 1200.0 + 200.0)


def test_those_not_renewed_are_paid_and_counted_no_more():
    problem = fixed_term()
    plan = best_plan(problem)
    assert plan.lapsed[0, 0].tolist() == [0.0, 1.0]
    wages = price_sourcing(problem, plan).eur["wages_eur"]
    assert wages.T.tolist() == [[-400.0] * 4, [-400.0, -400.0, 0.0, 0.0]]
    least = replace(problem.states[0], headcount_min=np.array([0.0, 0.0, 0.5, 0.5]))
    assert best(replace(problem, states=(least,))) == pytest.approx(400.0)


def test_rights_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="in part has no stop"):
        contract(whole=False)
    with pytest.raises(ValueError, match="within a fixed term"):
        fixed_term(renewal_months=4)
    with pytest.raises(ValueError, match="before the renewal"):
        fixed_term(ramp=(0.1, 0.2, 0.3))
    with pytest.raises(ValueError, match="reveal_month"):
        contract(-1)


def test_without_a_right_no_column_is_added():
    columns = [
        build_sourcing_model(problem).model.gain.size
        for problem in (contract(), contract(None), contract(stop_notice_months=None))
    ]
    assert columns[0] > columns[1] == columns[2]


def test_doing_nothing_stops_nothing():
    problem = contract(running_since_months=5)
    assert best(do_nothing(problem)) == pytest.approx(400.0)


def entitled(seed: int, **changes) -> SourcingProblem:
    """Return a random problem of which contract and hires may be stopped by scenario."""
    problem, dice = random_problem(seed, **changes), np.random.default_rng(seed)
    target = problem.flow.target.copy()
    target[..., 1] *= float(dice.choice([0.0, 0.3]))
    offer = replace(
        problem.providers[0],
        stop_notice_months=int(dice.integers(0, 2)),
        min_term_months=int(dice.integers(1, 3)),
        eur_per_hour=float(dice.integers(2, 8)),
        pilot_steering_hours=(2.0, 0.5),
    )
    hires = tuple(replace(each, term_months=3, renewal_months=1) for each in problem.hires)
    return replace(
        problem,
        flow=replace(problem.flow, target=target),
        providers=(offer,),
        hires=hires,
        reveal_month=int(dice.integers(0, 3)),
    )


@given(seed=st.integers(0, 400))
@settings(max_examples=3, deadline=None)
def test_model_evaluator_arithmetic_and_check_agree(seed):
    problem = entitled(seed, risk_weight=0.5 * (seed % 2), risk_level=0.5)
    found = solve_sourcing(problem, EXACT)
    plan = found.plan
    assert violations_sourcing(problem, plan, found.objective) == ()
    evaluated = evaluate_sourcing(problem, plan.decisions, EXACT)
    assert evaluated.objective == pytest.approx(found.objective, abs=0.005, rel=1e-6)
    names = ("units_worked", "overtime_hours", "steering_hours", "terminated", "lapsed")
    volumes = Volumes(**{name: getattr(plan, name) for name in names})
    typed = price_typed(problem, plan.decisions, volumes)
    assert typed.prices.objective_eur <= found.bound + 0.005
    for name in ("wages_eur", "provider_retainer_eur", "provider_hours_eur"):
        expected = price_sourcing(problem, plan).eur[name]
        assert typed.prices.eur[name] == pytest.approx(expected, abs=1e-6)


@given(seed=st.integers(0, 400))
@settings(max_examples=3, deadline=None)
def test_a_right_never_lowers_the_worth_and_sooner_is_no_worse(seed):
    problem = entitled(seed)
    worths = [best(replace(problem, reveal_month=month)) for month in (None, 2, 0)]
    assert all(sooner >= later - 0.01 for later, sooner in pairwise(worths))


@given(seed=st.integers(0, 400))
@settings(max_examples=3, deadline=None)
def test_where_one_scenario_is_certain_the_plan_stops_by_itself(seed):
    problem = one_scenario(entitled(seed), seed % 2)
    hires = tuple(replace(each, renewal_months=None) for each in problem.hires)
    problem = replace(problem, hires=hires)
    assert best(problem) == pytest.approx(best(replace(problem, reveal_month=None)), abs=0.01)


def test_a_decomposed_problem_stops_as_well(monkeypatch):
    problem = entitled(3, risk_weight=0.3, risk_level=0.5)
    whole = best(problem)
    for name in ("LARGE_COLUMNS", "WITHIN_REACH", "OUT_OF_REACH"):
        monkeypatch.setattr(sourcing_search, name, 0)
    parts = solve_sourcing(problem, Options(seconds=30.0, gap=0.03, effort=6))
    assert violations_sourcing(problem, parts.plan, parts.objective) == ()
    assert parts.objective == pytest.approx(whole, rel=0.03)
    assert parts.bound >= whole - 0.01


@pytest.mark.parametrize(
    ("running", "wanted", "stops"),
    [
        ([1, 1, 1, 1], [0.2, 0.6, 0.4, 0.0], [0, 0, 0, 0]),
        ([1, 1, 1, 1], [0.0, 0.0, 0.6, 0.0], [0, 0, 1, 1]),
        ([1, 1, 1, 0], [0.0, 0.0, 0.6, 0.9], [0, 0, 1, 0]),
        ([0, 1, 1, 1], [0.0, 0.0, 0.9, 0.9], [0, 0, 0, 1]),
    ],
)
def test_stops_rounded_keep_to_contract_and_term(running, wanted, stops):
    stated = build_sourcing_model(contract(min_term_months=2))
    values = np.zeros_like(stated.model.gain)
    values[stated.columns.running[0]] = running
    there = stated.columns.terminated[0, :, BAD]
    values[there[there >= 0]] = np.array(wanted)[there >= 0]
    found = with_stops(stated, values)
    assert np.where(there < 0, 0.0, found[there]).tolist() == stops
