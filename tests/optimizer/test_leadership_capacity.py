"""What a little more capacity is worth, against solving with a little more."""

from dataclasses import replace

import numpy as np
import pytest
from leadership_builders import EXACT, SEASON_FILE, season, shop

from optimizer.leadership_capacity import (
    value_of_hours,
    value_of_person,
    value_of_training,
)
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_problem import StaffState

with_shared = pytest.mark.skipif(not SEASON_FILE.exists(), reason="reference data is not here")


def with_an_hour(problem, decisions, phase, month):
    """Return the best profit with one more hour of work in a phase and month."""
    hours = np.zeros(len(problem.months))
    hours[month] = 1.0
    helper = StaffState(
        state_id="helper", hours_per_head=hours, speed=np.eye(len(problem.phases))[phase],
        start_headcount=1.0,
    )  # fmt: skip
    nobody = np.zeros((1, len(problem.months)))
    typed = replace(decisions, layoffs=np.concatenate([decisions.layoffs, nobody]))
    more = replace(problem, states=(*problem.states, helper))
    return evaluate_sourcing(more, typed, EXACT).objective


@pytest.mark.shared
@with_shared
@pytest.mark.parametrize(("phase", "month"), [(0, 0), (3, 4), (1, 4), (2, 6), (0, 11)])
def test_an_hour_is_worth_what_solving_with_it_brings(phase, month):
    problem = season(1.1)
    solved = solve_sourcing(problem, EXACT)
    worth = value_of_hours(problem, solved.plan.decisions, EXACT)[phase, month]
    more = with_an_hour(problem, solved.plan.decisions, phase, month) - solved.objective
    assert worth == pytest.approx(more, abs=0.1)


def test_hours_are_worth_the_margin_where_work_is_left_and_nothing_elsewhere():
    problem = shop(target=np.array([[9.0, 9.0], [2.0, 6.0]]), months=2, scenarios=2,
                   hires=(), moves=(), providers=())  # fmt: skip
    solved = solve_sourcing(problem, EXACT)
    worth = value_of_hours(problem, solved.plan.decisions, EXACT)
    assert worth == pytest.approx(np.array([[100.0, 50.0]]), abs=0.01)


def test_decisions_that_break_a_rule_have_no_value_of_hours():
    problem = shop(target=50.0)
    plan = solve_sourcing(problem, EXACT).plan
    strict = replace(problem, flow=replace(problem.flow, uncovered_max=0.0))
    assert value_of_hours(strict, plan.decisions, EXACT) is None


def test_one_more_person_brings_hours_and_costs_the_wage():
    problem = shop(target=8.0, wage=150.0, hires=(), moves=(), providers=())
    solved = solve_sourcing(problem, EXACT)
    own, new = (value_of_person(problem, state, EXACT, solved) for state in (0, 1))
    assert own.gain_eur == pytest.approx(400.0, abs=0.01)
    assert new.gain_eur == pytest.approx(400.0 - 150.0, abs=0.01)
    assert own.gain_high_eur == pytest.approx(own.gain_eur, abs=0.05)


def test_one_person_trained_already_brings_the_faster_work():
    problem = shop(target=8.0, hires=(), moves=shop().moves, providers=())
    problem = replace(problem, moves=(replace(problem.moves[0], eur=1_000.0),))
    solved = solve_sourcing(problem, EXACT)
    found = value_of_training(problem, 0, EXACT, solved)
    assert found.gain_eur == pytest.approx(200.0, abs=0.01)


def test_where_nobody_is_left_to_train_there_is_no_value_of_training():
    problem = shop(heads=0.0)
    solved = solve_sourcing(problem, EXACT)
    assert value_of_training(problem, 0, EXACT, solved).gain_eur is None


def test_every_capacity_has_its_value():
    problem = shop(target=30.0)
    solved = solve_sourcing(problem, EXACT)
    hours = value_of_hours(problem, solved.plan.decisions, EXACT)
    assert hours == pytest.approx(np.array([[100.0]]), abs=0.01)
    # A person more can be trained at once: 6 deals for the price of the training.
    person = value_of_person(problem, 0, EXACT, solved)
    assert (person.name, person.gain_eur) == ("own", pytest.approx(600.0 - 50.0, abs=0.05))
    trained = value_of_training(problem, 0, EXACT, solved)
    assert (trained.name, trained.gain_eur) == ("train", pytest.approx(50.0, abs=0.05))


def test_without_a_plan_nothing_has_a_value():
    problem = shop(target=500.0)
    strict = replace(problem, flow=replace(problem.flow, uncovered_max=0.0))
    solved = solve_sourcing(strict, EXACT)
    assert solved.plan is None
    assert value_of_person(strict, 0, EXACT, solved).gain_eur is None
    assert value_of_training(strict, 0, EXACT, solved).gain_eur is None
