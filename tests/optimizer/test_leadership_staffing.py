"""The measures on the coverage model: when money moves, the curve, the price limits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staffing_builders import SHARED, make_demand, make_hire, make_problem, make_provider

from optimizer.leadership_staffing import (
    hire_curve,
    money_by_month,
    without_offers,
)
from optimizer.leadership_staffing_limits import price_limits
from optimizer.result import Options, Status
from optimizer.staffing import solve_staffing

EXACT = Options(gap=0.0, seconds=60.0)


def deals(*by_month, value=100.0, hours=10.0):
    """Ask for deals of ten hours of the one phase, in the month they are due."""
    return make_demand(
        [(wanted, value, [(SHARED, 0, month, hours)]) for month, wanted in enumerate(by_month)]
    )


def problem_of(*by_month, price=2.0, cost=300.0, **changes):
    months = len(by_month)
    hire = make_hire(months=months, lead_months=1, recruiting_eur=50.0, cost_eur_per_month=cost,
                     max_count=3)  # fmt: skip
    provider = make_provider(price_eur_per_hour=price, capacity_hours=60.0, setup_eur=20.0,
                             retainer_eur_per_month=5.0)  # fmt: skip
    given = {"months": months, "hires": (hire,), "providers": (provider,), **changes}
    return make_problem(deals(*by_month), **given)


def test_money_adds_up_to_the_terms_of_the_plan():
    problem = problem_of(20.0, 30.0, 40.0)
    solved = solve_staffing(problem, EXACT)
    money = money_by_month(problem, solved.plan, np.arange(3))
    assert money.margin_eur.sum() == pytest.approx(solved.terms["margin_eur"])
    assert money.hire_eur.sum() == pytest.approx(-solved.terms["hire_eur"])
    assert money.provider_eur.sum() == pytest.approx(-solved.terms["provider_eur"])
    assert solved.plan.hired.sum() > 0
    assert solved.plan.provider_on.any()


def test_recruiting_is_paid_when_the_person_starts():
    problem = problem_of(0.0, 20.0, 20.0, providers=())
    plan = solve_staffing(problem, EXACT).plan
    assert plan.hired[0, 0].tolist() == [1, 0, 0]
    money = money_by_month(problem, plan, np.arange(3))
    assert money.hire_eur.tolist() == [0.0, 350.0, 300.0]


def test_a_provider_is_paid_in_the_months_it_works():
    problem = problem_of(10.0, 14.0, 10.0, hires=())
    plan = solve_staffing(problem, EXACT).plan
    money = money_by_month(problem, plan, np.arange(3))
    hours = plan.provider_hours[0].sum(axis=(0, 1))
    assert hours.tolist() == pytest.approx([0.0, 40.0, 0.0])
    assert money.provider_eur.tolist() == pytest.approx([0.0, 20.0 + 5.0 + 80.0, 0.0])


def test_doing_nothing_has_nobody_to_hire_or_buy_from():
    idle = without_offers(problem_of(20.0, 30.0))
    plan = solve_staffing(idle, EXACT).plan
    money = money_by_month(idle, plan, np.arange(2))
    assert money.cost_eur.tolist() == [0.0, 0.0]
    assert money.margin_eur.tolist() == pytest.approx([1_000.0, 1_000.0])


def test_the_curve_is_what_each_count_is_worth():
    """Ten more deals a month and person for 300 EUR, two months of three; recruiting 50 EUR.

    Wanted are 10, 25, 25: own people do 10 each, a first hire 10 more a month, a second 5. A
    third is of no use and therefore decided for the last month only.
    """
    problem = problem_of(10.0, 25.0, 25.0, providers=())
    solved = solve_staffing(problem, EXACT)
    curve = hire_curve(problem, solved, range(4), EXACT)
    profits = [point.profit_eur for point in curve]
    assert profits == pytest.approx([3_000.0, 4_350.0, 4_700.0, 4_350.0], abs=0.01)
    assert [point.count for point in curve] == [0, 1, 2, 3]
    assert all(point.status is Status.OPTIMAL for point in curve)
    assert max(profits) == pytest.approx(solved.objective)


def test_a_count_that_cannot_be_is_left_open():
    problem = problem_of(10.0, 25.0, providers=())
    (point,) = hire_curve(problem, solve_staffing(problem, EXACT), [4], EXACT)
    assert point.status is Status.INFEASIBLE
    assert point.profit_eur is point.bound_eur is None


def test_an_hour_pays_up_to_what_it_earns():
    """A deal of 100 EUR takes 10 hours: 10 EUR an hour, less set-up and retainer over 40 hours."""
    problem = problem_of(14.0, hires=(), months=1)
    solved = solve_staffing(problem, EXACT)
    (limit,) = price_limits(problem, solved, EXACT)
    assert limit.in_use
    assert limit.hours == pytest.approx(40.0)
    assert limit.pays_up_to_eur_per_hour == pytest.approx(10.0 - 25.0 / 40.0, abs=0.01)


@pytest.mark.parametrize(("price", "in_use"), [(9.3, True), (9.4, False)])
def test_around_the_limit_it_is_bought_and_is_not(price, in_use):
    problem = problem_of(14.0, hires=(), months=1, price=price)
    (limit,) = price_limits(problem, solve_staffing(problem, EXACT), EXACT)
    assert limit.in_use is in_use
    assert limit.pays_up_to_eur_per_hour == pytest.approx(9.375, abs=0.01)


def test_a_provider_nobody_needs_has_no_limit():
    problem = problem_of(5.0, hires=(), months=1)
    (limit,) = price_limits(problem, solve_staffing(problem, EXACT), EXACT)
    assert not limit.in_use
    assert limit.pays_up_to_eur_per_hour is None


@given(
    wanted=st.integers(11, 30),
    price=st.sampled_from([1.0, 6.0, 12.0]),
    cost=st.sampled_from([100.0, 500.0]),
)
@settings(max_examples=10, deadline=None)
def test_below_its_limit_a_provider_certainly_pays(wanted, price, cost):
    problem = problem_of(10.0, float(wanted), float(wanted), price=price, cost=cost)
    (limit,) = price_limits(problem, solve_staffing(problem, EXACT), EXACT)
    if limit.pays_up_to_eur_per_hour is None:
        return
    below = replace(
        problem.providers[0], price_eur_per_hour=max(0.0, limit.pays_up_to_eur_per_hour - 0.01)
    )
    with_it = solve_staffing(replace(problem, providers=(below,)), EXACT).objective
    without = solve_staffing(replace(problem, providers=()), EXACT).objective
    assert with_it >= without - 0.01
