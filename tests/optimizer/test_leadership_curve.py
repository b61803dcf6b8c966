"""Profit by number of hires, and the ladder of levers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leadership_builders import EXACT, SEASON_FILE, season, shop

from optimizer.leadership_baseline import Lever, exactly_hired, without
from optimizer.leadership_curve import lever_ladder, levers_off, offered_levers
from optimizer.result import Options, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import Automation, Move, Provider

with_shared = pytest.mark.skipif(not SEASON_FILE.exists(), reason="reference data is not here")


def curve_of(problem, counts):
    return [solve_sourcing(exactly_hired(problem, 0, count), EXACT) for count in counts]


def ladder_of(problem, options=EXACT):
    found = [(off, solve_sourcing(without(problem, *off), options)) for off in levers_off(problem)]
    return lever_ladder(solve_sourcing(problem, options), found)


@pytest.mark.shared
@with_shared
def test_the_seasonal_firm_by_number_of_hires():
    found = curve_of(season(1.1), range(7))
    published = [1_077_499, 1_214_713, 1_325_087, 1_311_853, 1_300_160, 1_286_260, 1_272_360]
    assert [point.objective for point in found] == pytest.approx(published, abs=0.6)
    assert all(point.status is Status.OPTIMAL for point in found)


@pytest.mark.shared
@with_shared
def test_the_ladder_of_the_seasonal_firm():
    rungs = {rung.off: rung.profit_eur for rung in ladder_of(season(1.1))}
    assert rungs[()] == pytest.approx(1_325_086.62, abs=0.01)
    assert rungs[Lever.OUTSOURCING,] == pytest.approx(1_103_935.71, abs=0.01)
    assert rungs[Lever.HIRING,] == pytest.approx(1_077_499.26, abs=0.01)


@given(target=st.integers(0, 20), wage=st.sampled_from([100.0, 300.0, 500.0]))
@settings(max_examples=8, deadline=None)
def test_the_top_of_the_curve_is_the_optimum(target, wage):
    problem = shop(target=float(target), wage=wage)
    curve = curve_of(problem, range(3))
    best = max(point.objective for point in curve)
    assert best == pytest.approx(solve_sourcing(problem, EXACT).objective, abs=0.05)


def test_more_hires_than_can_be_made_have_no_plan():
    problem = shop()
    limited = replace(problem, hires=(replace(problem.hires[0], max_per_month=1.0),))
    one, two = curve_of(limited, (1, 2))
    assert one.objective is not None
    assert (two.status, two.objective) == (Status.INFEASIBLE, None)


tool = Automation(automation_id="robot", phases=(0,), segments=(0,), capacity_units=3.0)


@given(
    target=st.integers(0, 20),
    wage=st.sampled_from([100.0, 300.0]),
    price=st.sampled_from([10.0, 60.0, 120.0]),
    heads=st.integers(0, 2),
)
@settings(max_examples=10, deadline=None)
def test_turning_a_lever_off_never_raises_profit(target, wage, price, heads):
    problem = shop(target=float(target), wage=wage, price=price, heads=float(heads),
                   automations=(tool,))  # fmt: skip
    rungs = ladder_of(problem)
    assert [len(rung.off) for rung in rungs] == [0, 1, 1, 1, 1, 4]
    top, *single, nothing = [rung.profit_eur for rung in rungs]
    assert all(nothing - 1e-6 <= profit <= top + 1e-6 for profit in single)
    own = solve_sourcing(without(problem, *Lever), EXACT).objective
    assert nothing == pytest.approx(own, abs=0.05)
    assert all(rung.costs_eur >= -1e-9 for rung in rungs)


def test_each_rung_is_solved_without_its_lever():
    """Twenty deals wanted; 4 own, 6 outside, 8 hired, 2 more by training, 3 by the tool."""
    problem = shop(target=40.0, wage=300.0, price=20.0, automations=(tool,))
    cost = {rung.off: round(rung.costs_eur) for rung in ladder_of(problem)}
    assert cost[Lever.OUTSOURCING,] == 6 * 80
    assert cost[Lever.HIRING,] == 2 * (400 - 300)
    assert cost[Lever.TRAINING,] == 2 * 100 - 50
    assert cost[Lever.AUTOMATION,] == 3 * 100
    assert cost[offered_levers(problem)] == 480 + 200 + 150 + 300


def test_letting_nobody_go_is_a_rung_where_somebody_may_be():
    """Nothing to sell: one person at 600 a month, or 50 once."""
    problem = shop(target=0.0)
    own = replace(problem.states[0], wage_eur=600.0, layoff_allowed=True, severance_eur=50.0)
    problem = replace(problem, states=(own, *problem.states[1:]), hires=(), moves=(), providers=())
    assert offered_levers(problem) == (Lever.REDUNDANCY,)
    profit = {rung.off: rung.profit_eur for rung in ladder_of(problem)}
    assert profit == pytest.approx({(): -50.0, (Lever.REDUNDANCY,): -600.0}, abs=0.01)


def test_rungs_stay_in_order_even_when_solves_are_not_proved():
    rungs = ladder_of(shop(target=17.0, months=3), Options(gap=0.9, effort=1))
    top, *single, nothing = rungs
    assert all(top.profit_eur >= rung.profit_eur >= nothing.profit_eur for rung in single)
    assert all(top.bound_eur >= rung.bound_eur >= nothing.bound_eur for rung in single)


def test_what_runs_or_happens_by_itself_is_no_lever():
    runs = Provider(provider_id="p", phases=(0,), capacity_hours=1.0, running_since_months=2)
    ages = Move(move_id="ageing", source=0, target=2, automatic_share=0.5)
    problem = replace(shop(), providers=(runs,), moves=(ages,), hires=())
    assert offered_levers(problem) == ()
    assert [rung.off for rung in ladder_of(problem)] == [()]


def test_what_is_committed_stays_when_a_lever_is_turned_off():
    problem = shop(target=2.0)
    committed = replace(problem, hires=(replace(problem.hires[0], min_total=1.0),))
    plan = solve_sourcing(without(committed, Lever.HIRING), EXACT).plan
    assert plan.decisions.hires.sum() == 1.0
