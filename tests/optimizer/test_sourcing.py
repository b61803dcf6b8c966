"""Solving and pricing: status, limits, risk, plans typed in, brute force (F19 to F23)."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sourcing_builders import (
    EXACT,
    best,
    idle_plan,
    make_flow,
    make_hire,
    make_managers,
    make_move,
    make_problem,
    make_provider,
    make_state,
)
from sourcing_random import random_problem

from optimizer.leadership_information import value_of_information
from optimizer.result import Options, Progress, SolverError, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_prices import conditional_value_at_risk
from optimizer.sourcing_problem import no_decisions
from optimizer.sourcing_scenarios import mean_scenario, one_scenario
from optimizer.sourcing_typed import Volumes, price_typed
from optimizer.verify_sourcing import violations_sourcing


def test_bound_gap_and_terms_come_with_every_plan():
    solution = solve_sourcing(random_problem(3), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.gap == pytest.approx(0.0, abs=1e-6)
    assert solution.relaxed_bound >= solution.objective - 0.01
    assert sum(solution.terms.values()) == pytest.approx(solution.objective)


def test_progress_tells_bound_and_plans_in_order():
    told: list[Progress] = []
    solve_sourcing(random_problem(3), EXACT, on_progress=told.append)
    assert told[0].message == "bound found"
    objectives = [each.objective for each in told if each.objective is not None]
    assert objectives == sorted(objectives)


def test_a_cancelled_run_hands_back_the_best_plan_so_far():
    problem = random_problem(3)
    solution = solve_sourcing(problem, EXACT, cancelled=lambda: True)
    assert solution.status is Status.FEASIBLE
    assert solution.stopped_by == "cancel"
    assert violations_sourcing(problem, solution.plan, solution.objective) == ()


def test_no_time_is_no_plan_and_no_proof():
    solution = solve_sourcing(random_problem(3), Options(seconds=0.0))
    assert solution.status is Status.UNKNOWN
    assert solution.stopped_by == "time"


def test_the_gap_asked_for_ends_the_search():
    solution = solve_sourcing(random_problem(3), Options(seconds=30.0, gap=10.0))
    assert solution.status in {Status.FEASIBLE, Status.OPTIMAL}
    assert solution.stopped_by in {"gap", "proof"}


def _enumerated() -> float:
    """Return the best profit of the seasonal toy by trying every plan, worked out by hand."""
    asked, margin, best_eur = (8.0, 16.0, 25.0), 40.0, -np.inf
    for hires in product(range(3), repeat=3):
        for on in product((0, 1), repeat=3):
            if sum(hires) <= 2:
                best_eur = max(best_eur, _toy_profit(asked, margin, hires, on))
    return best_eur


def _toy_profit(asked, margin, hires, on) -> float:
    profit = 0.0
    for month in range(3):
        arrived = [hires[d] for d in range(month)]
        learning = hires[month - 1] if month else 0
        own = 10.0 * (1 + sum(arrived)) - 5.0 * learning
        bought = 6.0 * on[month]
        served = min(asked[month], own - 1.0 * on[month] + bought)
        used = max(0.0, min(bought, asked[month] - (own - 1.0 * on[month])))
        start = on[month] and not (month and on[month - 1])
        profit += margin * served - 25.0 * used - 30.0 * on[month] - (15.0 if start else 0.0)
        profit -= 120.0 * sum(arrived) + 70.0 * hires[month]
    return profit


def test_the_optimum_is_the_best_of_all_plans_enumerated():
    problem = make_problem(
        make_flow(target=np.array([[[8.0], [16.0], [25.0]]]), margin_eur=40.0),
        months=3,
        states=(make_state(start_headcount=1.0), make_state(state_id="new", wage_eur=120.0)),
        hires=(
            make_hire(state=1, lead_months=1, ramp=(0.5,), recruiting_eur=70.0, max_total=2.0),
        ),
        providers=(
            make_provider(
                capacity_hours=6.0, eur_per_hour=25.0, retainer_eur=30.0, setup_eur=15.0,
                steering_hours=1.0,
            ),
        ),
    )  # fmt: skip
    assert best(problem) == pytest.approx(_enumerated(), abs=0.01)


def test_every_set_of_decisions_is_worth_at_most_the_optimum():
    problem = random_problem(7, hires=(), moves=(), automations=(), managers=())
    optimum = best(problem)
    found = []
    for on in product((0.0, 1.0), repeat=4):
        decisions = replace(no_decisions(problem), running=np.array([on]))
        worth = evaluate_sourcing(problem, decisions, EXACT).objective
        found += [] if worth is None else [worth]
    assert max(found) == pytest.approx(optimum, abs=0.01)


def test_a_plan_typed_in_part_is_completed():
    problem = random_problem(5)
    free = no_decisions(problem, np.nan)
    assert evaluate_sourcing(problem, free, EXACT).objective == pytest.approx(best(problem))
    hired = np.zeros((2, 4))
    hired[0, 0] = 1.0
    partly = evaluate_sourcing(problem, replace(free, hires=hired), EXACT)
    assert partly.plan.decisions.hires.tolist() == hired.tolist()
    assert partly.objective <= best(problem) + 0.01


@pytest.mark.parametrize("weight", [0.0, 0.6])
def test_scenarios_priced_one_at_a_time_are_worth_what_they_are_together(weight):
    problem = random_problem(5, risk_weight=weight, risk_level=0.5)
    solved = solve_sourcing(problem, EXACT)
    alone = evaluate_sourcing(problem, solved.plan.decisions, EXACT)
    assert alone.objective == pytest.approx(solved.objective, abs=0.01)
    assert alone.bound >= alone.objective
    assert alone.status is Status.OPTIMAL
    assert violations_sourcing(problem, alone.plan, alone.objective) == ()


def test_managers_not_typed_follow_from_the_people_typed():
    problem = random_problem(5)
    typed = replace(no_decisions(problem), managers=np.full((1, 4), np.nan))
    plan = evaluate_sourcing(problem, typed, EXACT).plan
    led = plan.headcount.sum(axis=0)
    assert plan.decisions.managers[0].tolist() == np.ceil(led / 3.0).tolist()


def test_a_volume_committed_before_the_demand_follows_the_critical_fractile():
    # (4.5 - 2) / (4.5 - 0.75) = 0.667: the least demand reached with that probability is 200.
    asked, probability = [100.0, 150.0, 200.0, 250.0, 300.0], [0.3, 0.2, 0.3, 0.15, 0.05]
    bought = make_provider(capacity_hours=300.0, minimum_hours=300.0, eur_per_hour=2.0, whole=False)
    flow = make_flow(target=np.array(asked), margin_eur=4.5, surplus_margin_eur=0.75)
    problem = make_problem(
        flow, scenarios=5, probability=np.array(probability), providers=(bought,)
    )
    solution = solve_sourcing(problem, EXACT)
    assert solution.plan.decisions.running[0, 0] * 300.0 == pytest.approx(200.0)
    assert solution.objective == pytest.approx(160 * 4.5 + 40 * 0.75 - 400.0)


def test_decisions_nothing_goes_with_are_infeasible_not_an_error():
    problem = random_problem(5)
    fired = replace(no_decisions(problem, np.nan), layoffs=np.full((2, 4), 9.0))
    assert evaluate_sourcing(problem, fired, EXACT).status is Status.INFEASIBLE


def test_decisions_of_another_shape_are_refused():
    problem = random_problem(5)
    with pytest.raises(ValueError, match="hires"):
        evaluate_sourcing(problem, replace(no_decisions(problem), hires=np.zeros((1, 1))), EXACT)


def test_moves_that_happen_by_themselves_need_not_be_typed():
    states = (make_state(start_headcount=4.0), make_state(state_id="senior", wage_eur=5.0))
    move = make_move(automatic_share=0.5, duration_months=1)
    problem = make_problem(make_flow(target=90.0), months=3, states=states, moves=(move,))
    solution = evaluate_sourcing(problem, no_decisions(problem), EXACT)
    assert solution.plan.decisions.moves.tolist() == [[2.0, 1.0, 0.5]]
    assert solution.objective == pytest.approx(best(problem))


def test_a_plan_typed_in_needs_no_solver():
    problem = make_problem(
        make_flow(target=np.array([[[4.0], [20.0]]]), stock_max=9.0, holding_eur=2.0),
        months=2,
        states=(make_state(start_headcount=1.0, wage_eur=50.0),),
    )
    units = np.full((1, 1, 1, 2, 1), 10.0)
    typed = price_typed(problem, no_decisions(problem), Volumes(units_worked=units))
    assert typed.plan.sold[0, :, 0].tolist() == [4.0, 16.0]
    assert typed.prices.objective_eur == pytest.approx(2000.0 - 2 * 6.0 - 100.0)
    assert violations_sourcing(problem, typed.plan, typed.prices.objective_eur) == ()


def _uncertain(**changes):
    """Return a choice before the demand is known: somebody hired for 15 or for 5 deals."""
    return make_problem(
        make_flow(target=np.array([5.0, 15.0])),
        scenarios=2,
        states=(make_state(wage_eur=300.0),),
        hires=(make_hire(max_total=2.0),),
        **changes,
    )


def test_first_stage_decisions_serve_all_scenarios():
    # One hire: 0.5 x 500 + 0.5 x 1000 - 300; a second adds 0.5 x 500 - 300 < 0.
    assert best(_uncertain()) == pytest.approx(450.0)


@pytest.mark.parametrize(("weight", "eur"), [(0.0, 450.0), (0.5, 325.0), (1.0, 200.0)])
def test_risk_weighs_the_mean_of_the_worst_cases(weight, eur):
    assert best(_uncertain(risk_weight=weight, risk_level=0.5)) == pytest.approx(eur)


@pytest.mark.parametrize(
    ("level", "eur"), [(0.0, 25.0), (0.25, 20.0), (0.5, 15.0), (0.75, 10.0), (0.9, 10.0)]
)
def test_conditional_value_at_risk_is_the_mean_of_the_tail(level, eur):
    profit, probability = np.array([40.0, 10.0, 30.0, 20.0]), np.full(4, 0.25)
    assert conditional_value_at_risk(profit, probability, level) == pytest.approx(eur)


def test_knowing_the_demand_is_worth_the_difference():
    value = value_of_information(_uncertain(), EXACT)
    assert value.here_and_now.low == pytest.approx(450.0)
    # Known: 5 deals -> one hire 200; 15 deals -> two hires 900.
    assert value.wait_and_see.low == pytest.approx(0.5 * 200 + 0.5 * 900)
    assert value.evpi.low == pytest.approx(100.0)
    # The mean of 10 deals asks for one hire: nothing lost.
    assert value.vss.high == pytest.approx(0.0, abs=1e-6)


def test_scenarios_can_be_taken_alone_or_at_their_mean():
    problem = _uncertain()
    assert one_scenario(problem, 1).flow.target.tolist() == [[[15.0]]]
    assert mean_scenario(problem).flow.target.tolist() == [[[10.0]]]


def test_what_is_decided_already_stays():
    fixed = replace(no_decisions(_uncertain(), np.nan), hires=np.array([[2.0]]))
    assert best(_uncertain(fixed=fixed)) == pytest.approx(0.5 * 500 + 0.5 * 1500 - 600.0)


def test_a_profit_without_limit_is_refused_in_words():
    flow = make_flow(hours_per_unit=0.0, target=np.inf)
    with pytest.raises(SolverError, match="no limit"):
        solve_sourcing(make_problem(flow, states=(make_state(start_headcount=1.0),)), EXACT)


def test_the_given_problem_is_left_as_it_was():
    flow = make_flow()
    make_problem(flow, months=3, states=(make_state(),))
    assert np.ndim(flow.target) == 0


def test_managers_follow_the_people_hired():
    problem = make_problem(
        make_flow(target=1000.0),
        states=(make_state(wage_eur=10.0),),
        hires=(make_hire(max_total=5.0),),
        managers=(make_managers(span=2.0, wage_eur=1500.0),),
    )
    # A second manager for the third and fourth person pays, a third for the fifth does not.
    plan = solve_sourcing(problem, EXACT).plan
    assert plan.decisions.hires.sum() == 4.0
    assert plan.decisions.managers.sum() == 2.0


def test_doing_nothing_is_a_plan_of_its_own():
    problem = random_problem(5)
    plan = idle_plan(problem, managers=1.0)
    assert violations_sourcing(problem, plan) == ()
