"""`cover` is never behind, with the least work; with whole lags it is `spread`."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, product

import pytest
from funnel_builders import article, chain
from hypothesis import given, settings
from hypothesis import strategies as st

from optimizer.funnel import Pipeline, Stage, need
from optimizer.funnel_cover import cover, hours_of, response_of
from optimizer.funnel_problem import FunnelProblem

F = Fraction
PART = F(1, 10**5)


def behind(problem: FunnelProblem, deals: tuple[Fraction, ...]) -> list[Fraction]:
    pairs = zip(accumulate(problem.deals_by_month), accumulate(deals), strict=True)
    return [want - have for want, have in pairs]


def test_one_unit_leads_to_deals_by_the_lags_of_all_phases():
    problem = chain(per_next=(2, 1), lags=(F(1, 2), 1), deals=(1, 1, 1))
    assert response_of(problem) == (0, F(1, 4), F(1, 4))


def test_with_whole_lags_cover_and_spread_are_one():
    problem = chain(per_next=(2, 3), lags=(1, 0), deals=(0, 2, 1, 4))
    plan, found = need(problem), cover(problem)
    for exact, units in zip(plan.units["p0"], found.first_units, strict=True):
        assert units == pytest.approx(exact, abs=float(PART))
    assert sum(found.hours) == pytest.approx(float(sum(sum(h) for h in plan.hours.values())))


def test_a_split_lag_makes_cover_start_earlier_than_spread():
    problem = chain(per_next=(1,), lags=(F(1, 2),), deals=(0, 1, 1))
    found = cover(problem)
    assert [float(u) for u in found.first_units] == pytest.approx([0, 2, 0], abs=1e-5)
    assert max(behind(problem, found.replay.deals)) <= 0
    assert need(problem).units["p0"] == (F(1, 2), 1, F(1, 2))


def test_without_more_deals_than_wanted_the_early_months_may_be_behind():
    problem = chain(per_next=(1,), lags=(F(1, 2),), deals=(1, 0, 0))
    assert [float(u) for u in cover(problem).first_units] == pytest.approx([2, 0, 0], abs=1e-5)
    tight = cover(problem, most_over=F(0))
    assert float(tight.first_units[0]) == pytest.approx(1, abs=1e-5)
    assert [float(b) for b in tight.behind] == pytest.approx([0.5, 0, 0], abs=1e-5)


def test_deals_nobody_can_win_in_time_are_behind_and_cost_nothing():
    problem = chain(per_next=(4,), lags=(2,), deals=(3, 0))
    found = cover(problem)
    assert found.first_units == (0, 0)
    assert found.behind == (3, 3)


def test_the_pipeline_spares_the_first_phase():
    problem = chain(
        per_next=(2, 2), deals=(1, 1), lags=(0, 0), pipeline=(Pipeline(phase="p1", units=F(2)),)
    )
    assert [float(u) for u in cover(problem).first_units] == pytest.approx([0, 4], abs=1e-5)


def test_the_worked_example_takes_the_hours_of_its_plan():
    problem, plan = article(), need(article())
    found = cover(problem)
    assert found.first_units == (240,)
    assert hours_of(problem, found.replay) == (sum(row[0] for row in plan.hours.values()),)


@settings(max_examples=15, deadline=None)
@given(st.tuples(*[st.integers(0, 3)] * 3), st.sampled_from([0, F(1, 4), F(1, 2)]))
def test_no_plan_on_a_grid_needs_less_and_is_never_behind(deals, lag):
    problem = chain(per_next=(1,), lags=(lag,), deals=deals)
    found = cover(problem)
    assert max(behind(problem, found.replay.deals)) <= 0
    shares = dict(problem.stages[0].lag_kernel)
    grid = [F(k, 2) for k in range(2 * sum(deals) + 1)]
    for units in product(grid, repeat=3):
        if sum(units) >= sum(found.first_units) - PART:
            continue
        won = [
            sum(units[t - lag] * share for lag, share in shares.items() if t >= lag)
            for t in range(3)
        ]
        assert max(behind(problem, tuple(won))) > 0


def test_lag_shares_spread_the_work_as_they_say():
    shares = (F(1, 5), F(0), F(4, 5))
    stage = Stage(phase="p", unit="u", units_per_next=F(3), lag_shares=shares)
    plan = need(FunnelProblem(stages=(stage,), norms=(), deals_by_month=(F(0), F(0), F(5))))
    assert stage.lag_months == F(8, 5)
    assert plan.units["p"] == (12, 0, 3)
    half = Stage(phase="p", unit="u", units_per_next=F(3), lag_shares=(F(1, 2), F(1, 2)))
    assert (
        half.lag_kernel
        == Stage(phase="p", unit="u", units_per_next=F(3), lag_months=F(1, 2)).lag_kernel
    )


def test_lag_shares_that_are_no_whole_are_refused():
    with pytest.raises(ValueError, match="lag_shares add up to"):
        Stage(phase="p", unit="u", units_per_next=F(3), lag_shares=(F(1, 2), F(2, 5)))


@pytest.mark.parametrize(("age", "spared"), [(0, 10), (1, 5), (2, 2), (9, 2)])
def test_old_pipeline_is_worth_what_its_age_says(age, spared):
    factors = (F(1), F(1, 2), F(1, 5))
    stages = (
        Stage(phase="a", unit="u", units_per_next=F(2)),
        Stage(phase="b", unit="u", units_per_next=F(4), age_factors=factors),
    )
    lot = Pipeline(phase="b", units=F(10), age_months=age)
    plan = need(FunnelProblem(stages=stages, norms=(), deals_by_month=(F(5),), pipeline=(lot,)))
    assert plan.units["b"] == (20,)
    assert plan.units["a"] == (2 * (20 - spared),)
