"""Contracts and tools: terms, prices, capacity, steering (F14 to F18)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sourcing_builders import (
    best,
    best_plan,
    make_flow,
    make_problem,
    make_provider,
    make_state,
    make_tool,
)

from optimizer.sourcing_problem import Provider, SourcingProblem
from optimizer.verify_sourcing import violations_sourcing


def buying(months: int = 1, target=10.0, conversion: float = 1.0, **offer) -> SourcingProblem:
    """Return a problem in which only a provider works: 10 hours a month at 30 EUR."""
    flow = make_flow(target=target, conversion=conversion)
    return make_problem(flow, months=months, providers=(make_provider(**offer),))


def test_hours_are_bought_while_they_bring_more_than_they_cost():
    assert best(buying()) == pytest.approx(10 * 70.0)
    assert best(buying(eur_per_hour=101.0)) == pytest.approx(0.0)


def test_effectiveness_costs_hours_and_quality_costs_conversions():
    slow, poor = buying(effectiveness=0.5), buying(quality=0.5)
    assert best(slow) == pytest.approx(5 * 100.0 - 10 * 30.0)
    assert best(poor) == pytest.approx(10 * 0.5 * 100.0 - 10 * 30.0)


def test_results_are_paid_as_passed_on():
    problem = buying(conversion=0.5, eur_per_hour=0.0, eur_per_result=40.0)
    assert best(problem) == pytest.approx(5 * (100.0 - 40.0))


def test_a_success_fee_falls_due_on_the_deals_expected():
    flow = make_flow(conversion=[[0.5], [0.4]], hours_per_unit=[[1.0], [0.0]])
    problem = make_problem(
        flow,
        phases=2,
        states=(make_state(start_headcount=1.0, speed=[0.0, 1.0]),),
        providers=(make_provider(eur_per_hour=0.0, success_eur=25.0),),
    )
    assert best(problem) == pytest.approx(10 * 0.5 * 0.4 * (100.0 - 25.0))


@pytest.mark.parametrize(("included", "billed"), [(0.0, 10.0), (4.0, 6.0), (12.0, 0.0)])
def test_a_retainer_pays_for_what_it_includes(included, billed):
    problem = buying(included_hours=included, retainer_eur=50.0)
    assert best(problem) == pytest.approx(1000.0 - 50.0 - billed * 30.0)


@pytest.mark.parametrize(("minimum", "billed"), [(3.0, 4.0), (4.0, 4.0), (5.0, 5.0)])
def test_the_minimum_is_billed_in_any_case(minimum, billed):
    problem = buying(target=4.0, minimum_hours=minimum)
    assert best(problem) == pytest.approx(400.0 - billed * 30.0)


def test_minimum_and_included_results_are_billed_alike():
    problem = buying(target=4.0, eur_per_hour=0.0, eur_per_result=20.0, minimum_results=5.0)
    assert best(problem) == pytest.approx(400.0 - 5 * 20.0)
    generous = buying(target=4.0, eur_per_hour=0.0, eur_per_result=20.0, included_results=3.0)
    assert best(generous) == pytest.approx(400.0 - 20.0)


def test_only_documented_phases_are_given_away():
    assert best(replace(buying(), documented=np.array([0.0]))) == pytest.approx(0.0)


def test_a_provider_works_only_in_its_segments():
    flow = make_flow(target=5.0)
    problem = make_problem(flow, segments=2, providers=(make_provider(segments=(1,)),))
    assert best_plan(problem).sold[:, 0, 0] == pytest.approx([0.0, 5.0])


def test_capacity_ramps_up_after_the_start():
    problem = buying(months=3, ramp=(0.2, 0.6))
    assert best(problem) == pytest.approx((2 + 6 + 10) * 70.0)


@pytest.mark.parametrize(("term", "months"), [(1, 1), (2, 2), (3, 3)])
def test_a_contract_runs_for_its_term(term, months):
    asked = np.array([[[10.0], [0.0], [0.0]]])
    problem = buying(months=3, target=asked, min_term_months=term, retainer_eur=20.0)
    assert best(problem) == pytest.approx(700.0 - months * 20.0)


def test_the_end_cuts_a_term():
    asked = np.array([[[0.0], [0.0], [10.0]]])
    problem = buying(months=3, target=asked, min_term_months=3, retainer_eur=20.0)
    assert best(problem) == pytest.approx(700.0 - 20.0)


@pytest.mark.parametrize(("pause", "months"), [(1, 4), (2, 4), (3, 4)])
def test_a_pause_shorter_than_the_term_is_no_way_to_save(pause, months):
    asked = np.zeros((1, 2 + pause, 1))
    asked[0, [0, -1]] = 10.0
    problem = buying(months=2 + pause, target=asked, min_term_months=2, retainer_eur=20.0)
    # Two months each time; pauses of one month are paid through.
    paid = {1: 3, 2: 4, 3: 3}[pause]
    assert best(problem) == pytest.approx(1400.0 - paid * 20.0)


def test_set_up_is_paid_at_every_start_and_weighed_against_the_retainer():
    asked = np.array([[[10.0], [0.0], [10.0]]])
    stay = buying(months=3, target=asked, setup_eur=60.0, retainer_eur=50.0)
    leave = buying(months=3, target=asked, setup_eur=40.0, retainer_eur=50.0)
    assert best(stay) == pytest.approx(1400.0 - 60.0 - 150.0)
    assert best(leave) == pytest.approx(1400.0 - 80.0 - 100.0)


def test_no_contract_starts_before_its_lead():
    assert best(buying(months=3, lead_months=2)) == pytest.approx(700.0)


@pytest.mark.parametrize(
    ("since", "notice", "months"), [(1, 0, 2), (3, 0, 0), (3, 1, 1), (1, 3, 3)]
)
def test_a_running_contract_is_kept_until_term_and_notice_are_over(since, notice, months):
    offer = make_provider(
        running_since_months=since, notice_months=notice, min_term_months=3, retainer_eur=20.0
    )
    problem = make_problem(make_flow(target=0.0), months=4, providers=(offer,))
    assert best(problem) == pytest.approx(-months * 20.0)


def test_a_running_contract_pays_no_set_up_and_goes_on_with_its_ramp():
    problem = buying(months=2, running_since_months=1, ramp=(0.2, 0.6), setup_eur=500.0)
    assert best(problem) == pytest.approx((6 + 10) * 70.0)


def test_steering_takes_hours_of_the_people_named():
    flow = make_flow(target=100.0)
    states = (make_state(start_headcount=1.0), make_state(state_id="b", start_headcount=1.0))
    offer = make_provider(steering_hours=4.0, steering_states=(1,))
    plan = best_plan(make_problem(flow, states=states, providers=(offer,)))
    assert plan.steering_hours[0, :, 0, 0] == pytest.approx([0.0, 4.0])
    assert plan.sold.sum() == pytest.approx(10.0 + 6.0 + 10.0)


def test_without_anybody_to_steer_there_is_no_contract():
    assert best(buying(steering_hours=1.0)) == pytest.approx(0.0)


def test_a_pilot_takes_hours_on_top_in_its_months_only():
    """10 hours a month of one seller; 2 to steer, 3 and 1 more in the first two months."""
    offer = make_provider(
        capacity_hours=20.0, eur_per_hour=0.0, steering_hours=2.0, pilot_steering_hours=(3.0, 1.0)
    )
    problem = make_problem(
        make_flow(target=100.0), months=3, states=(make_state(start_headcount=1.0),),
        providers=(offer,),
    )  # fmt: skip
    plan = best_plan(problem)
    assert plan.steering_hours[0, 0, :, 0] == pytest.approx([5.0, 3.0, 2.0])
    assert plan.sold.sum() == pytest.approx(3 * 20 + (10 - 5) + (10 - 3) + (10 - 2))


@pytest.mark.parametrize(("since", "hours"), [(0, [3, 1, 0]), (1, [1, 0, 0]), (2, [0, 0, 0])])
def test_a_running_contract_goes_on_with_its_pilot(since, hours):
    offer = make_provider(running_since_months=since, pilot_steering_hours=(3.0, 1.0))
    problem = make_problem(
        make_flow(target=100.0), months=3, states=(make_state(start_headcount=1.0),),
        providers=(offer,),
    )  # fmt: skip
    plan = best_plan(problem)
    assert plan.decisions.running.tolist() == [[1, 1, 1]]
    assert plan.steering_hours[0, 0, :, 0] == pytest.approx(hours)


def test_hours_of_a_pilot_in_the_wrong_month_are_found():
    offer = make_provider(pilot_steering_hours=(3.0,))
    problem = make_problem(
        make_flow(target=100.0), months=2, states=(make_state(start_headcount=1.0),),
        providers=(offer,),
    )  # fmt: skip
    plan = best_plan(problem)
    late = replace(plan, steering_hours=plan.steering_hours[:, :, ::-1])
    assert "steering" in {each.rule for each in violations_sourcing(problem, late)}


def test_a_contract_in_part_has_no_pilot():
    with pytest.raises(ValueError, match="in part"):
        buying(whole=False, pilot_steering_hours=(1.0,))


def test_part_of_a_contract_may_be_taken_where_it_is_not_whole():
    problem = buying(target=4.0, retainer_eur=100.0, whole=False)
    assert best(problem) == pytest.approx(400.0 - 40.0 - 120.0)


def test_a_tool_works_its_share_with_its_own_conversion():
    flow = make_flow(target=100.0)
    tool = make_tool(
        capacity_units=100.0, max_share=0.5, conversion_factor=0.4, eur_per_unit=10.0,
        setup_eur=50.0, eur_per_month=5.0,
    )  # fmt: skip
    problem = make_problem(
        flow, months=2, states=(make_state(start_headcount=1.0),), automations=(tool,)
    )
    assert best(problem) == pytest.approx(2 * (1000.0 + 10 * 30.0) - 50.0 - 2 * 5.0)


def test_a_tool_keeps_to_its_capacity_and_stays_in_use():
    tool = make_tool(capacity_units=3.0, eur_per_month=5.0, lead_months=1)
    asked = np.array([[[10.0], [10.0], [0.0]]])
    problem = make_problem(make_flow(target=asked), months=3, automations=(tool,))
    assert best(problem) == pytest.approx(300.0 - 2 * 5.0)


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"capacity_hours": np.inf}, "finite"),
        ({"phases": ()}, "without a phase"),
        ({"phases": (3,)}, "phase 3"),
        ({"min_term_months": 0}, "min_term_months"),
        ({"ramp": (1.5,)}, "ramp"),
    ],
)
def test_a_contract_that_means_nothing_is_refused_by_name(change, match):
    with pytest.raises(ValueError, match=match):
        buying(**change)


def test_the_paid_phase_is_the_last_unless_named():
    assert Provider(provider_id="a", phases=(0, 2), capacity_hours=1.0).paid_phase == 2
    assert make_provider(phases=(0, 2), result_phase=0).paid_phase == 0
