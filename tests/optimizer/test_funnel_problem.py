import math

import numpy as np
import pytest
from funnel_builders import F, article, chain
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.funnel import WON, ActivityNorm, Pipeline, Stage, fraction


def stage(**changes):
    values = {"phase": "meeting", "unit": "opportunity", "units_per_next": F(4)} | changes
    return Stage(**values)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (0.35, F(7, 20)),
        ("0.35", F(7, 20)),
        (np.float64(0.3), F(3, 10)),
        (3, F(3)),
        ("1/3", F(1, 3)),
        (1e-7, F(1, 10**7)),
        (" 20 ", F(20)),
        (F(2, 7), F(2, 7)),
    ],
)
def test_a_typed_decimal_is_recovered_exactly(typed, meant):
    assert fraction(typed) == meant


@settings(max_examples=100, deadline=None)
@given(st.decimals(0, 10**6, places=6, allow_nan=False))
def test_a_decimal_read_as_a_float_is_the_decimal_that_was_typed(decimal):
    assert fraction(float(str(decimal))) == F(str(decimal))


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1,5", "nan", "1/0", "1e9999", "9" * 31, "1e100", 1e-300, math.nan, math.inf],
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(ValueError, match=r"is not a number|divides by zero"):
        fraction(text)


@pytest.mark.parametrize("per_next", [F(3, 2), F(1)])
def test_up_to_one_next_unit_per_unit_is_a_conversion(per_next):
    assert stage(units_per_next=per_next).conversion == 1 / per_next


def test_a_conversion_above_one_is_an_activity_count():
    with pytest.raises(ValueError, match=r"'meeting'.*2 is above 1; that is an activity count"):
        stage(units_per_next=F(1, 2))
    with pytest.raises(ValueError, match=r"'meeting'.*activity count"):
        Stage.from_conversion(phase="meeting", unit="opportunity", conversion=F(101, 100))


def test_rate_and_count_say_the_same():
    by_rate = Stage.from_conversion(phase="meeting", unit="opportunity", conversion=F(1, 4))
    assert by_rate == stage(units_per_next=F(4))


@pytest.mark.parametrize("field", ["units_per_next", "lag_months"])
def test_negative_values_are_refused_with_the_phase_named(field):
    with pytest.raises(ValueError, match=f"'meeting'.*{field} is negative"):
        stage(**{field: F(-1)})


@pytest.mark.parametrize("field", ["per_unit", "minutes"])
def test_negative_norms_are_refused_with_the_phase_named(field):
    values = {"per_unit": F(1), "minutes": F(1)} | {field: F(-1, 2)}
    with pytest.raises(ValueError, match=f"'meeting', activity 'call'.*{field} is negative"):
        ActivityNorm(phase="meeting", activity="call", **values)


def test_negative_pipeline_and_deals_are_refused():
    with pytest.raises(ValueError, match=r"'meeting'.*units is negative"):
        Pipeline(phase="meeting", units=F(-1))
    with pytest.raises(ValueError, match=r"'meeting'.*month is negative"):
        Pipeline(phase="meeting", units=F(1), month=-1)
    with pytest.raises(ValueError, match=r"deals of month 2 is negative"):
        article(deals_by_month=(F(1), F(-1)))


def test_floats_are_refused_because_they_are_not_what_was_typed():
    with pytest.raises(ValueError, match=r"'meeting'.*must be exact.*fraction\(\)"):
        stage(units_per_next=0.35)


def test_a_conversion_of_zero_stands_only_while_no_deal_is_wanted():
    dead = Stage.from_conversion(phase="meeting", unit="opportunity", conversion=F(0))
    assert article(stages=(dead,), norms=(), deals_by_month=(F(0),)).stages == (dead,)
    with pytest.raises(ValueError, match=r"'meeting': conversion is 0, but 0.5 deals are wanted"):
        article(stages=(dead,), norms=(), deals_by_month=(F(1, 2),))


def test_a_lag_between_two_months_splits_over_both():
    assert stage(lag_months=F(0)).lag_kernel == ((0, F(1)),)
    assert stage(lag_months=F(2)).lag_kernel == ((2, F(1)),)
    assert stage(lag_months=F(5, 4)).lag_kernel == ((1, F(3, 4)), (2, F(1, 4)))


@given(st.fractions(0, 24))
@settings(max_examples=50, deadline=None)
def test_a_lag_kernel_sums_to_one_and_has_the_lag_as_its_mean(lag):
    kernel = stage(lag_months=lag).lag_kernel
    assert sum(share for _, share in kernel) == 1
    assert sum(months * share for months, share in kernel) == lag
    assert all(share > 0 for _, share in kernel)


def test_names_that_do_not_fit_are_refused():
    norm = ActivityNorm(phase="lunch", activity="call", per_unit=F(1), minutes=F(1))
    twice = (article().norms[0],) * 2
    with pytest.raises(ValueError, match="'lunch' of an activity"):
        article(norms=(norm,))
    with pytest.raises(ValueError, match="given twice"):
        article(norms=twice)
    with pytest.raises(ValueError, match="must differ"):
        article(stages=article().stages * 2)
    with pytest.raises(ValueError, match="must differ"):
        article(stages=(stage(phase=WON),), norms=())
    with pytest.raises(ValueError, match="'lunch' of the pipeline"):
        article(pipeline=(Pipeline(phase="lunch", units=F(1)),))
    with pytest.raises(ValueError, match="at least one phase"):
        article(stages=(), norms=())
    with pytest.raises(ValueError, match="2 month labels for 1 months"):
        article(months=("2026-01", "2026-02"))


def test_units_behind_a_deal_multiply_from_the_last_phase():
    problem = chain(per_next=(5, 3, 2), lags=(0, 0, 0))
    assert [problem.units_per_deal(p) for p in ("p0", "p1", "p2")] == [30, 6, 2]
    with pytest.raises(ValueError, match="'p9'"):
        problem.units_per_deal("p9")
