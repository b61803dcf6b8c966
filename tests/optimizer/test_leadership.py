"""Leadership's table: the seasonal firm to the cent, and the rules behind each figure."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leadership_builders import EXACT, SEASON_FILE, season, shop

from optimizer.leadership import baseline_of, measures
from optimizer.leadership_baseline import do_nothing
from optimizer.leadership_cash import CashDates, cash_of
from optimizer.leadership_cost import cost_eur, costs_by_source, segment_costs_eur
from optimizer.leadership_coverage import coverage_of
from optimizer.leadership_risk import months_to_exit
from optimizer.result import Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import Provider, UnitFlow, no_decisions

with_shared = pytest.mark.skipif(not SEASON_FILE.exists(), reason="reference data is not here")
PAID = 5_900.0


def table(problem, dates=None):
    solved, before = solve_sourcing(problem, EXACT), baseline_of(problem, EXACT)
    assert solved.status is before.status is Status.OPTIMAL
    return measures(problem, solved.plan, before.plan, dates)


@pytest.mark.shared
@with_shared
def test_five_hires_for_the_seasonal_target():
    found = table(season(1.0, provider=False, paid=PAID))
    against = found.against_baseline
    assert against.undiscounted.extra_cost_eur == pytest.approx(335_000)
    assert against.undiscounted.ratio == pytest.approx(0.885, abs=5e-4)
    assert against.curve.payback.in_words() == "month 5"
    assert against.curve.payback.low_eur == pytest.approx(-42_714, abs=0.5)
    assert found.acquisition.cac_eur == pytest.approx(5_953, abs=0.5)


@pytest.mark.shared
@with_shared
def test_two_hires_and_a_provider_for_a_tenth_more():
    found = table(season(1.1, provider=True, paid=PAID))
    against = found.against_baseline
    assert against.undiscounted.extra_cost_eur == pytest.approx(221_954, abs=0.5)
    assert against.undiscounted.ratio == pytest.approx(2.561, abs=5e-4)
    assert against.curve.payback.in_words() == "never out of pocket"
    assert found.acquisition.cac_eur == pytest.approx(4_211, abs=0.6)
    assert found.coverage.share == pytest.approx(0.987, abs=5e-4)
    assert found.coverage.worst_month.month == "2026-05"
    assert found.risk.largest_provider.provider == "outside"
    assert found.risk.largest_provider.longest_months == 3


@pytest.mark.shared
@with_shared
def test_recruiting_paid_with_the_decision_is_money_out_of_pocket():
    """Two hires at 8,000 EUR in January, two months before they arrive."""
    found = table(season(1.1, provider=True), CashDates(recruiting_on_arrival=False))
    payback = found.against_baseline.curve.payback
    assert payback.in_words() == "month 3"
    assert payback.low_eur == pytest.approx(-16_000)


@pytest.mark.shared
@with_shared
def test_deals_paid_later_pay_back_later_and_leave_money_outstanding():
    """Above nothing in month 8, but the cash of two weak summer months is below it again."""
    problem = season(1.0, provider=False)
    sooner = table(problem)
    later = table(problem, CashDates(deal_paid_shares=(0.0, 0.0, 1.0)))
    assert later.against_baseline.curve.cumulated_eur[7] > 0
    assert later.against_baseline.curve.payback.month == 11
    last_two = 15_000 * sooner.coverage.won[-2:].sum()
    assert later.cash.outstanding_eur.sum() == pytest.approx(last_two)
    total = sooner.cash.by_month_eur.sum()
    assert later.cash.by_month_eur.sum() + last_two == pytest.approx(total)


@pytest.mark.parametrize("shares", [(), (0.5,), (0.5, 0.6), (1.5, -0.5), (float("nan"),)])
def test_shares_that_lose_or_invent_money_are_refused(shares):
    with pytest.raises(ValueError, match="add up to 1"):
        CashDates(deal_paid_shares=shares)


def test_recruiting_beyond_the_horizon_is_paid_with_the_decision():
    problem = shop(months=2)
    hires = (replace(problem.hires[0], lead_months=5, recruiting_eur=70.0),)
    decided = replace(no_decisions(problem), hires=np.array([[1.0, 0.0]]))
    plan = replace(solve_sourcing(problem, EXACT).plan, decisions=decided)
    problem = replace(problem, hires=hires)
    on_arrival = cash_of(problem, plan, CashDates())
    at_once = cash_of(problem, plan, CashDates(recruiting_on_arrival=False))
    assert on_arrival.by_month_eur == pytest.approx(at_once.by_month_eur)


def some_problem(heads, price, months, discount):
    flow = UnitFlow(
        hours_per_unit=np.array([[1.0, 2.0]]), conversion=1.0, margin_eur=np.array([[100.0], [90]]),
        target=np.full((2, months, 2), 5.0) * np.array([0.6, 1.4]), uncovered_eur=3.0,
        backlog_max=2.0, backlog_eur=1.0,
    )  # fmt: skip
    base = shop(months=months, scenarios=2, heads=heads, price=price)
    states = (
        replace(base.states[0], overtime_hours_max=1.0, overtime_eur=9.0, wage_eur=60.0),
        *base.states[1:],
    )
    return replace(
        base, segments=("a", "b"), flow=flow, states=states,
        discount=discount ** np.arange(months),
    )  # fmt: skip


@given(
    heads=st.integers(0, 3),
    price=st.sampled_from([5.0, 40.0, 95.0]),
    months=st.integers(1, 3),
    discount=st.sampled_from([1.0, 0.9]),
)
@settings(max_examples=12, deadline=None)
def test_costs_by_source_and_by_segment_add_up_to_the_objective(heads, price, months, discount):
    problem = some_problem(heads, price, months, discount)
    plan = solve_sourcing(problem, EXACT).plan
    costs = costs_by_source(problem, plan)
    by_month = sum(cost.by_month_eur for cost in costs)
    assert by_month == pytest.approx(cost_eur(problem, plan), abs=1e-6)
    prices = price_sourcing(problem, plan)
    margin = prices.terms["margin_eur"]
    spent = sum(cost.discounted_eur for cost in costs)
    assert margin - spent == pytest.approx(prices.objective_eur, abs=1e-6)
    whole = sum(cost.undiscounted_eur for cost in costs)
    assert segment_costs_eur(problem, plan, costs).sum() == pytest.approx(whole, abs=1e-6)


def test_a_source_costs_the_segments_it_worked_for():
    """Ten wins of one segment, none of the other: all of the cost is the first one's."""
    problem = some_problem(2, 20.0, 1, 1.0)
    flow = replace(problem.flow, target=np.array([[[8.0, 8.0]], [[0.0, 0.0]]]))
    problem = replace(problem, flow=flow)
    found = table(problem)
    assert found.acquisition.cac_eur == pytest.approx(found.acquisition.segment_cac_eur[0])
    assert np.isnan(found.acquisition.segment_cac_eur[1])


def test_the_plan_of_doing_nothing_measured_against_itself_is_nothing():
    problem = shop(months=3)
    idle = baseline_of(problem, EXACT)
    found = measures(problem, idle.plan, idle.plan)
    against = found.against_baseline
    assert against.undiscounted.saves_eur == 0.0
    assert against.curve.payback.in_words() == "never out of pocket"
    assert found.acquisition.marginal_cac_eur is None


def test_marginal_cost_of_a_customer_is_extra_cost_over_extra_customers():
    """Own 4 deals for nothing; six more outside at 20 EUR each."""
    problem = shop(target=10.0, trained=False, wage=5_000.0)
    found = table(problem)
    assert found.acquisition.cac_eur == pytest.approx(12.0)
    assert found.acquisition.marginal_cac_eur == pytest.approx(20.0)


def test_without_a_customer_there_is_no_cost_of_one():
    problem = shop(target=0.0)
    found = table(problem)
    assert found.acquisition.cac_eur is None
    assert found.coverage.share is None
    assert found.coverage.worst_month is None


def test_doing_nothing_keeps_what_runs_and_what_is_decided():
    running = Provider(
        provider_id="runs", phases=(0,), capacity_hours=2.0, eur_per_hour=10.0,
        running_since_months=5,
    )  # fmt: skip
    problem = shop(months=2, heads=0.0, trained=False)
    problem = replace(problem, providers=(*problem.providers, running))
    taken = no_decisions(problem, np.nan)
    taken.hires[0, 0] = 1.0
    before = baseline_of(replace(problem, fixed=taken), EXACT).plan
    assert before.decisions.running.tolist() == [[0.0, 0.0], [1.0, 1.0]]
    assert before.decisions.hires.tolist() == [[1.0, 0.0]]
    assert before.sold.sum() == pytest.approx(2 * (4.0 + 2.0))


def test_doing_nothing_drops_hires_that_were_asked_for():
    problem = shop(trained=False)
    asked = replace(problem, hires=(replace(problem.hires[0], min_total=1.0),))
    assert baseline_of(asked, EXACT).plan.decisions.hires.sum() == 0.0
    assert do_nothing(asked).hires[0].min_total == 0.0


def test_where_nothing_may_be_given_up_there_may_be_no_baseline():
    problem = shop(target=10.0)
    problem = replace(problem, flow=replace(problem.flow, uncovered_max=0.0))
    assert baseline_of(problem, EXACT).status is Status.INFEASIBLE
    plan = solve_sourcing(problem, EXACT).plan
    found = measures(problem, plan, None)
    assert found.against_baseline is None
    assert found.acquisition.marginal_cac_eur is None


def test_the_worst_month_is_the_first_of_the_lowest():
    problem = shop(target=np.array([[4.0], [8.0], [8.0]]), months=3)
    plan = baseline_of(problem, EXACT).plan
    found = coverage_of(problem, plan)
    assert (found.worst_month.month, found.worst_month.share) == ("m2", pytest.approx(0.5))
    assert found.share == pytest.approx(12 / 20)
    assert found.worst_phase.phase == "sell"
    assert found.hours_missing.tolist() == [[0.0, 4.0, 4.0]]


def test_hours_missing_stand_where_they_would_have_been_worked():
    """A second phase a month later: its wins given up miss hours of the first a month before."""
    flow = UnitFlow(
        hours_per_unit=np.array([[2.0], [1.0]]), conversion=np.array([[0.5], [1.0]]),
        lag=np.array([[0.0, 1.0], [1.0, 0.0]]), target=np.array([[[0.0], [3.0], [0.0]]]),
        margin_eur=100.0,
    )  # fmt: skip
    base = shop(months=3, heads=0.0)
    problem = replace(base, phases=("find", "sell"), flow=flow, providers=(), moves=(), hires=(),
                      states=tuple(replace(s, speed=np.ones(2), conversion_factor=np.ones(2))
                                   for s in base.states))  # fmt: skip
    found = coverage_of(problem, solve_sourcing(problem, EXACT).plan)
    assert found.hours_missing.tolist() == [[12.0, 0.0, 0.0], [0.0, 3.0, 0.0]]


@pytest.mark.parametrize(
    ("given", "running", "months"),
    [
        ({"min_term_months": 3}, [0, 1, 1, 1, 1], [0, 3, 2, 1, 0]),
        ({"min_term_months": 3, "notice_months": 2}, [0, 1, 1, 1, 1], [0, 3, 2, 2, 2]),
        ({"notice_months": 2, "running_since_months": 9}, [1, 1, 0, 0, 1], [2, 2, 0, 0, 2]),
        ({"min_term_months": 12, "running_since_months": 10}, [1, 1, 1, 0, 0], [2, 1, 0, 0, 0]),
    ],
)
def test_the_way_out_is_the_rest_of_the_term_or_the_notice(given, running, months):
    offer = Provider(provider_id="p", phases=(0,), capacity_hours=1.0, **given)
    assert months_to_exit(offer, np.array(running, dtype=float)).tolist() == months


def test_the_target_is_missed_in_the_scenarios_in_which_something_is_given_up():
    target = np.array([[3.0, 4.0, 5.0, 9.0]])
    problem = shop(target=target, scenarios=4)
    found = measures(problem, baseline_of(problem, EXACT).plan, None)
    assert found.risk.target_missed == pytest.approx(0.5)


def test_the_worst_month_of_cash_is_named_with_its_scenario():
    target = np.array([[4.0, 4.0], [4.0, 0.0]])
    problem = shop(target=target, months=2, scenarios=2)
    states = (replace(problem.states[0], wage_eur=60.0), *problem.states[1:])
    problem = replace(problem, states=states)
    found = measures(problem, baseline_of(problem, EXACT).plan, None).risk
    assert (found.lowest_cash_month, found.lowest_cash_scenario) == ("m2", "s2")
    assert found.lowest_cash_eur == pytest.approx(-60.0)
    assert found.cvar_eur == pytest.approx(400.0 - 120.0)
    assert found.largest_provider is None
