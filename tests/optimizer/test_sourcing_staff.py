"""People: who is there, with how many hours, at what price (F7 to F13)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sourcing_builders import (
    EXACT,
    best,
    best_plan,
    idle_plan,
    make_flow,
    make_hire,
    make_managers,
    make_move,
    make_problem,
    make_state,
)

from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import HireLimit
from optimizer.sourcing_severance import severance_by_seniority

MUCH = make_flow(target=1000.0)


def hired(months: int = 4, hire: dict | None = None, **state):
    """Return a problem in which a person may be hired at 200 EUR a month."""
    settings = {"wage_eur": 200.0, **state}
    return make_problem(
        MUCH,
        months=months,
        states=(make_state(**settings),),
        hires=(make_hire(**{"max_total": 1.0, **(hire or {})}),),
    )


def test_a_hire_is_paid_and_works_from_arrival():
    problem = hired(hire={"lead_months": 1, "recruiting_eur": 300.0})
    assert best(problem) == pytest.approx(3 * (1000.0 - 200.0) - 300.0)


def test_a_hire_learns_along_its_ramp():
    problem = hired(hire={"ramp": (0.25, 0.5)})
    assert best(problem) == pytest.approx((2.5 + 5 + 10 + 10) * 100.0 - 4 * 200.0)


@pytest.mark.parametrize(("term", "months"), [(2, 2), (4, 4), (5, 4), (0, 4)])
def test_a_fixed_term_ends(term, months):
    problem = hired(hire={"term_months": term, "max_per_month": np.eye(4)[0]})
    assert best(problem) == pytest.approx(months * 800.0)


def test_nobody_is_hired_who_would_arrive_after_the_end():
    plan = best_plan(hired(hire={"lead_months": 4, "min_total": 0.0}))
    assert plan.decisions.hires.sum() == 0.0


@pytest.mark.parametrize(("margin", "people"), [(19.0, 0.0), (21.0, 1.0)])
def test_a_hire_pays_when_hours_bring_more_than_the_wage(margin, people):
    problem = hired(months=1)
    flow = replace(problem.flow, margin_eur=np.full((1, 1), margin))
    assert best_plan(replace(problem, flow=flow)).decisions.hires.sum() == people


def test_options_together_keep_to_their_common_limit():
    problem = hired(months=1)
    two = replace(
        problem, hires=(make_hire(max_total=5.0), make_hire(option_id="b", max_total=5.0))
    )
    capped = replace(two, hire_limits=(HireLimit(options=(0, 1), max_total=3.0),))
    assert best_plan(two).decisions.hires.sum() == 10.0
    assert best_plan(capped).decisions.hires.sum() == 3.0


def test_people_leave_at_the_first_year_rate_and_then_at_the_later_one():
    state = make_state(
        start_headcount=10.0, attrition_first_year=0.2, attrition_later=0.1, first_year_months=2
    )
    problem = make_problem(months=5, states=(state,), hires=(make_hire(),))
    plan = idle_plan(problem, hires=[[10.0, 0, 0, 0, 0]])
    stay = 10.0 * 0.9 ** np.arange(1, 6)
    cohort = 10.0 * np.array([1.0, 0.8, 0.64, 0.64 * 0.9, 0.64 * 0.81])
    assert plan.headcount[0] == pytest.approx(stay + cohort)
    assert plan.first_year[0] == pytest.approx(cohort * [1, 1, 0, 0, 0])


def test_people_of_the_start_finish_their_first_year():
    state = make_state(
        start_first_year=(4.0, 8.0), attrition_first_year=0.5, attrition_later=0.0,
        first_year_months=2,
    )  # fmt: skip
    plan = idle_plan(make_problem(months=3, states=(state,)))
    # Tenure 1 meets the rate once more, tenure 0 twice.
    assert plan.headcount[0] == pytest.approx([4.0 + 2.0, 4.0 + 1.0, 4.0 + 1.0])
    assert plan.first_year[0] == pytest.approx([2.0, 0.0, 0.0])


def test_redundancy_is_made_when_the_wage_saved_exceeds_the_severance():
    state = make_state(
        start_headcount=1.0, wage_eur=200.0, layoff_allowed=True, severance_eur=300.0
    )
    problem = make_problem(make_flow(target=0.0), months=2, states=(state,))
    assert best(problem) == pytest.approx(-300.0)
    frozen = replace(problem, states=(replace(state, frozen_months=1),))
    assert best(frozen) == pytest.approx(-400.0)


def test_decisions_wait_for_their_month():
    quarterly = replace(hired(), staff_decision_months=np.array([0.0, 0.0, 1.0, 0.0]))
    assert best(quarterly) == pytest.approx(2 * 800.0)


@pytest.mark.parametrize(("most", "people"), [(1.0, 1.0), (2.0, 2.0), (9.0, 3.0)])
def test_staff_keeps_to_its_limits(most, people):
    state = make_state(headcount_max=most, wage_eur=10.0)
    problem = make_problem(MUCH, states=(state,), hires=(make_hire(max_total=3.0),))
    assert best_plan(problem).headcount.sum() == people
    kept = make_state(
        start_headcount=5.0, wage_eur=10.0, headcount_min=most / 3, layoff_allowed=True
    )
    problem = make_problem(make_flow(target=0.0), states=(kept,))
    assert best_plan(problem).headcount.sum() == np.ceil(most / 3)


@pytest.mark.parametrize(
    ("tenure", "eur"), [(6, 0.0), (7, 3000 * 8 / 48), (119, 7500.0), (131, 8500.0)]
)
def test_severance_grows_with_seniority(tenure, eur):
    assert severance_by_seniority(3000.0, tenure, 1).tolist() == pytest.approx([eur])


def test_redundancies_keep_to_their_share_of_the_month_before():
    state = make_state(
        start_headcount=8.0, wage_eur=10.0, layoff_allowed=True, layoff_max_share=0.5
    )
    plan = best_plan(make_problem(make_flow(target=0.0), months=3, states=(state,)))
    assert plan.decisions.layoffs[0].tolist() == [4.0, 2.0, 1.0]


def test_coaching_takes_hours_of_colleagues():
    problem = make_problem(
        MUCH,
        months=2,
        states=(make_state(start_headcount=1.0),),
        hires=(make_hire(lead_months=1, coaching_hours=(4.0, 1.0), max_total=1.0),),
    )
    assert best(problem) == pytest.approx((6.0 + 19.0) * 100.0)


def two_states(move, months: int = 4, **trained):
    states = (
        make_state(start_headcount=1.0, wage_eur=50.0),
        make_state(state_id="trained", wage_eur=50.0, **trained),
    )
    return make_problem(
        make_flow(target=1000.0, conversion=0.1), months=months, states=states, moves=(move,)
    )


def test_training_trades_hours_and_money_for_a_better_conversion():
    move = make_move(duration_months=1, hours_lost=(4.0,), eur=60.0)
    problem = two_states(move, conversion_factor=3.0)
    # One month at 6 h and 10 %, three at 10 h and 30 %; paid all along.
    assert best(problem) == pytest.approx(60.0 + 3 * 300.0 - 60.0 - 4 * 50.0)


def test_training_does_not_pay_when_it_comes_to_less_than_it_costs():
    dear = make_move(duration_months=1, eur=700.0)
    assert best(two_states(dear, conversion_factor=3.0)) == pytest.approx(4 * 50.0)


@pytest.mark.parametrize(("share", "left"), [(None, 0.8**2), (0.5, 0.8**2 * 0.5)])
def test_on_the_way_people_leave_at_the_rate_of_where_they_go(share, left):
    move = make_move(duration_months=2, leaving_share=share)
    plan = idle_plan(two_states(move, attrition_later=0.2), moves=[[1.0, 0, 0, 0]])
    assert plan.headcount[1] == pytest.approx([0.0, 0.0, left, left * 0.8])


def test_moves_keep_to_their_share_of_a_group():
    states = (make_state(start_headcount=8.0), make_state(state_id="b", start_headcount=4.0))
    move = make_move(eur=-10.0, max_share=0.25, share_of=(1,), whole=False)
    plan = best_plan(make_problem(make_flow(target=0.0), states=states, moves=(move,)))
    moved = plan.decisions.moves.sum()
    assert moved == pytest.approx(0.25 * (4.0 + moved))


def test_overtime_is_bought_up_to_its_limits():
    state = make_state(start_headcount=1.0, overtime_hours_max=3.0, overtime_eur=20.0)
    problem = make_problem(MUCH, months=12, states=(state,))
    assert best(problem) == pytest.approx(12 * (1000.0 + 3 * 80.0))
    yearly = replace(problem, states=(replace(state, overtime_yearly_max=30.0),))
    assert best(yearly) == pytest.approx(12 * 1000.0 + 30 * 80.0)


def test_short_time_saves_its_price_and_costs_its_hours():
    state = make_state(
        start_headcount=2.0, short_time_max=1.0, short_time_output=0.4, short_time_eur=-30.0
    )
    assert best(make_problem(make_flow(target=14.0), states=(state,))) == pytest.approx(1430.0)
    assert best(make_problem(make_flow(target=20.0), states=(state,))) == pytest.approx(2000.0)


def test_idle_people_cost_where_they_are_counted():
    state = make_state(start_headcount=2.0, counts_as_excess=True, excess_eur=40.0)
    problem = make_problem(make_flow(prospects=10.0), states=(state,))
    assert best(problem) == pytest.approx(1000.0 - 40.0)


@pytest.mark.parametrize(("people", "managers"), [(1.0, 1.0), (2.0, 1.0), (2.1, 2.0)])
def test_managers_come_whole(people, managers):
    problem = make_problem(
        states=(make_state(start_headcount=people),), managers=(make_managers(span=2.0),)
    )
    assert best_plan(problem).decisions.managers.sum() == managers


def test_a_role_is_chosen_once_at_its_price():
    states = (
        make_state(state_id="open", speed=0.0, start_headcount=3.0),
        make_state(state_id="calls", segments=(0,)),
        make_state(state_id="sells", segments=(1,)),
    )
    first = np.array([1.0, 0.0])
    moves = (
        make_move(move_id="calls", target=1, months=first),
        make_move(move_id="sells", target=2, months=first, eur=30.0),
    )
    flow = make_flow(target=15.0, margin_eur=[[100.0], [90.0]])
    problem = make_problem(flow, months=2, segments=2, states=states, moves=moves)
    plan = best_plan(problem)
    assert plan.decisions.moves[:, 0].tolist() == [2.0, 1.0]
    assert plan.headcount[0].tolist() == [0.0, 0.0]


def test_work_has_its_price_by_unit_and_by_hour():
    state = make_state(start_headcount=1.0, speed=2.0, eur_per_unit=1.0, eur_per_hour=4.0)
    assert best(make_problem(states=(state,))) == pytest.approx(10 * (100.0 - 1.0 - 4.0 / 2))


def test_later_money_is_worth_less():
    problem = make_problem(
        months=2, states=(make_state(start_headcount=1.0),), discount=np.array([1.0, 0.9])
    )
    assert best(problem) == pytest.approx(1900.0)


@pytest.mark.parametrize(
    ("part", "match"),
    [
        ({"states": (make_state(attrition_later=2.0),)}, "attrition_later"),
        ({"states": (make_state(start_first_year=(1.0,)),)}, "first year"),
        ({"states": (make_state(),), "hires": (make_hire(state=3),)}, "state 3"),
        ({"states": (make_state(segments=(4,)),)}, "segment 4"),
        ({"states": (make_state(),), "moves": (make_move(target=0),)}, "back"),
        ({"probability": np.array([0.5])}, "probability"),
        ({"risk_weight": 2.0}, "risk_weight"),
    ],
)
def test_staff_that_means_nothing_is_refused_by_name(part, match):
    with pytest.raises(ValueError, match=match):
        make_problem(**part)


def test_relaxed_people_may_be_parts():
    problem = hired(months=1, hire={"whole": False, "max_total": 0.5})
    assert solve_sourcing(problem, EXACT).plan.decisions.hires.sum() == pytest.approx(0.5)
