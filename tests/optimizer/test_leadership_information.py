"""Value of information and regret: by hand, as published, and their signs."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leadership_builders import EXACT, shop

from optimizer.leadership_information import Interval, value_of_information
from optimizer.leadership_regret import fresh_scenarios, regrets_of, solved_alone
from optimizer.result import Options
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import HireLimit, HireOption, SourcingProblem, StaffState, UnitFlow


def farmer():
    """State the farmer of Birge and Louveaux, chapter 1: land is staff, a crop is a segment."""
    crops = ("wheat", "corn", "beets")
    land = tuple(
        StaffState(state_id=crop, hours_per_head=1.0, speed=1.0, segments=(index,), whole=False)
        for index, crop in enumerate(crops)
    )
    sown = tuple(
        HireOption(option_id=f"sow {crop}", state=index, recruiting_eur=cost, whole=False)
        for index, (crop, cost) in enumerate(zip(crops, (150.0, 230.0, 260.0), strict=True))
    )
    flow = UnitFlow(
        hours_per_unit=1.0,
        conversion=np.array([[2.5, 3.0, 20.0]]),
        conversion_factor=np.array([0.8, 1.0, 1.2]),
        target=np.array([200.0, 240.0, 6_000.0])[:, None, None],
        margin_eur=np.array([[0.0], [0.0], [36.0]]),
        uncovered_eur=np.array([238.0, 210.0, 0.0]),
        surplus_margin_eur=np.array([[170.0], [150.0], [10.0]]),
    )
    return SourcingProblem(
        months=("year",), phases=("grow",), segments=crops, flow=flow, states=land, hires=sown,
        hire_limits=(HireLimit(options=(0, 1, 2), max_total=500.0),),
        scenarios=("below", "average", "above"), probability=np.full(3, 1 / 3),
    )  # fmt: skip


def test_the_farmer_is_worth_what_is_published():
    found = value_of_information(farmer(), EXACT)
    assert found.here_and_now.low == pytest.approx(108_390, abs=0.5)
    assert found.evpi.low == pytest.approx(7_015.56, abs=0.01)
    assert found.evpi.proved
    assert found.vss.low == pytest.approx(1_150, abs=0.05)
    assert found.vss.proved
    assert found.expected_value_eur == pytest.approx(107_240, abs=0.5)


def test_seats_bought_before_the_demand_is_known():
    """A seat has 4 hours for 240 EUR, a deal takes an hour and brings 100; demand 0 or 8.

    Two seats: 0.5 x 800 - 480 < 0, so none is bought: 0 here and now. Knowing: 0 or 800 - 480 =
    320, mean 160. Planning for the mean of 4: one seat, 0.5 x 400 - 240 = -40.
    """
    problem = shop(target=np.array([[0.0, 8.0]]), scenarios=2, heads=0.0, wage=240.0, trained=False)
    found = value_of_information(replace(problem, providers=()), EXACT)
    assert found.here_and_now.low == pytest.approx(0.0, abs=1e-6)
    assert found.wait_and_see.low == pytest.approx(160.0)
    assert found.evpi.low == pytest.approx(160.0)
    assert found.expected_value_eur == pytest.approx(-40.0)
    assert found.vss.low == pytest.approx(40.0)


def test_a_mean_plan_that_breaks_a_rule_has_no_upper_end():
    """Nothing may be given up: the seat for the mean does not do for the peak."""
    problem = shop(target=np.array([[0.0, 8.0]]), scenarios=2, heads=0.0, trained=False)
    flow = replace(problem.flow, uncovered_max=0.0)
    found = value_of_information(replace(problem, providers=(), flow=flow), EXACT)
    assert found.expected_value_eur is None
    assert found.vss == Interval(low=0.0, high=None)
    assert not found.vss.proved


def test_without_a_plan_there_is_no_value():
    problem = shop(target=100.0, trained=False)
    flow = replace(problem.flow, uncovered_max=0.0)
    assert value_of_information(replace(problem, flow=flow), EXACT) is None


def test_certain_demand_leaves_nothing_to_know():
    found = value_of_information(shop(months=2), EXACT)
    assert found.evpi.high == pytest.approx(0.0, abs=0.02)
    assert found.vss.high == pytest.approx(0.0, abs=0.02)


demands = st.lists(st.integers(0, 14), min_size=2, max_size=3)


@given(demand=demands, price=st.sampled_from([20.0, 90.0]), weight=st.sampled_from([0.0, 0.5]))
@settings(max_examples=10, deadline=None)
def test_knowing_and_minding_the_spread_never_cost(demand, price, weight):
    problem = shop(target=np.array([demand], dtype=float), scenarios=len(demand), price=price,
                   wage=260.0, risk_weight=weight)  # fmt: skip
    found = value_of_information(problem, EXACT)
    assert found.evpi.low >= 0.0
    assert found.evpi.high >= found.evpi.low
    assert found.vss.low >= 0.0
    assert found.wait_and_see.high >= found.here_and_now.low - 1e-6
    assert found.here_and_now.low >= found.expected_value_eur - 1e-6


def test_solves_that_are_not_proved_give_intervals_that_hold_the_truth():
    problem = shop(target=np.array([[2.0, 9.0, 13.0]]), scenarios=3, wage=260.0)
    truth = value_of_information(problem, EXACT)
    rough = value_of_information(problem, Options(gap=0.5, effort=1))
    for name in ("evpi", "vss", "here_and_now", "wait_and_see"):
        wide, exact = getattr(rough, name), getattr(truth, name)
        assert wide.high >= exact.low - 0.05
    assert rough.evpi.low <= truth.evpi.low + 0.05


def regret_on(problem, plan):
    (found,) = regrets_of(problem, [plan.decisions], EXACT, solved_alone(problem, EXACT))
    return found


def test_expected_regret_on_the_own_scenarios_is_the_value_of_information():
    problem = shop(target=np.array([[2.0, 9.0, 13.0]]), scenarios=3, wage=260.0)
    plan = solve_sourcing(problem, EXACT).plan
    found = regret_on(problem, plan)
    value = value_of_information(problem, EXACT)
    assert found.expected_eur == pytest.approx(value.evpi.low, abs=0.05)
    assert found.mean_eur == pytest.approx(value.here_and_now.low, abs=0.05)
    assert found.worst_eur == max(e.regret_eur[1] for e in found.scenarios)
    assert found.broken == ()


@given(demand=demands, seed=st.integers(1, 99))
@settings(max_examples=6, deadline=None)
def test_regret_is_never_below_nothing_on_scenarios_not_used_to_decide(demand, seed):
    problem = shop(target=np.array([demand], dtype=float), scenarios=len(demand), wage=260.0)
    plan = solve_sourcing(problem, EXACT).plan
    fresh = fresh_scenarios(problem, 3, seed)
    found = regret_on(fresh, plan)
    assert all(e.regret_eur[0] >= 0.0 for e in found.scenarios)
    assert found.worst_eur >= found.expected_eur - 1e-6


def test_a_plan_that_breaks_a_rule_in_a_scenario_says_where():
    problem = shop(target=4.0)
    plan = solve_sourcing(problem, EXACT).plan
    peak = replace(problem.flow, target=np.array([[[30.0]]]), uncovered_max=0.0)
    tried = replace(problem, flow=peak, scenarios=("peak",))
    found = regret_on(tried, plan)
    assert found.broken == ("peak",)
    assert found.mean_eur is found.cvar_eur is found.expected_eur is found.worst_eur is None


def test_fresh_scenarios_have_the_mean_and_the_spread_of_the_old_ones():
    problem = shop(target=np.array([[90.0, 100.0, 116.0]]), scenarios=3)
    drawn = fresh_scenarios(problem, 4_000, seed=3).flow.target.ravel()
    old = problem.flow.target.ravel()
    assert drawn.mean() == pytest.approx(old.mean(), rel=0.01)
    assert drawn.std() == pytest.approx(old.std(), rel=0.05)


def test_fresh_scenarios_are_the_same_for_the_same_seed_and_never_below_nothing():
    problem = shop(target=np.array([[0.0, 1.0, 30.0]]), scenarios=3)
    first, again = (fresh_scenarios(problem, 50, seed=7).flow for _ in range(2))
    assert np.array_equal(first.target, again.target)
    assert first.target.min() == 0.0
    assert np.isinf(first.prospects).all()
    other = fresh_scenarios(problem, 50, seed=8).flow
    assert not np.array_equal(first.target, other.target)
