"""Return on investment and payback: the wordings, at the edge and one beyond."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.leadership_return import PaybackKind, payback, return_on


def test_return_is_extra_profit_over_extra_cost():
    assert return_on(150.0, 100.0).ratio == pytest.approx(0.5)
    assert return_on(150.0, 100.0).saves_eur is None
    assert return_on(150.0, 100.0).extra_profit_eur == pytest.approx(50.0)


@pytest.mark.parametrize(("cost", "saves"), [(0.0, 0.0), (-40.0, 40.0), (0.005, 0.0)])
def test_a_plan_that_costs_no_more_has_no_return_but_savings(cost, saves):
    found = return_on(150.0, cost)
    assert found.ratio is None
    assert found.saves_eur == pytest.approx(saves, abs=0.006)


def test_a_cent_of_investment_has_a_return():
    assert return_on(1.0, 0.01).ratio == pytest.approx(99.0)


def test_back_in_the_month_in_which_the_sum_is_exactly_nothing():
    found = payback([-10.0, 4.0, 6.0])
    assert (found.kind, found.month) == (PaybackKind.MONTH, 3)
    assert (found.low_eur, found.low_month) == (-10.0, 1)


def test_a_cent_short_in_the_last_month_is_not_within_the_horizon():
    found = payback([-10.0, 4.0, 5.99])
    assert found.kind is PaybackKind.NOT_WITHIN_HORIZON
    assert found.month is None
    assert found.in_words() == "not within horizon"


def test_a_cent_over_in_the_month_before_is_earlier():
    assert payback([-10.0, 10.01, 0.0]).month == 2


@pytest.mark.parametrize("curve", [[0.0], [0.0, 5.0, -5.0], [3.0, -3.0, 1.0]])
def test_never_below_nothing_is_never_out_of_pocket(curve):
    found = payback(curve)
    assert found.kind is PaybackKind.NEVER_OUT_OF_POCKET
    assert (found.low_eur, found.low_month, found.month) == (0.0, None, None)
    assert found.in_words() == "never out of pocket"


def test_a_cent_out_of_pocket_is_out_of_pocket():
    assert payback([5.0, -5.01, 5.0]).in_words() == "month 3"


def test_money_that_goes_again_is_not_back():
    """Above nothing in month 2, below again in month 3, for good from month 5."""
    assert payback([-5.0, 9.0, -8.0, 1.0, 3.0, 0.0]).month == 5


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_payback_is_what_the_definition_says(curve):
    sums = np.cumsum(curve)
    found = payback(np.array(curve, dtype=float))
    good = [month for month in range(len(sums)) if (sums[month:] >= 0).all()]
    if (sums >= 0).all():
        assert found.kind is PaybackKind.NEVER_OUT_OF_POCKET
    elif not good:
        assert found.kind is PaybackKind.NOT_WITHIN_HORIZON
    else:
        assert found.month == good[0] + 1
    assert found.low_eur == min(0, sums.min())
