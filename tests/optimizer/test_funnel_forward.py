import pytest
from funnel_builders import F, article, chain, funnels
from hypothesis import given, settings

from optimizer.funnel import WON, Pipeline, forward, need, replay

properties = settings(max_examples=60, deadline=None)


def test_240_prospects_give_three_deals():
    result = forward(article(), [F(240)])
    assert result.deals == result.target == (3,)
    assert result.units == {
        "prospecting": (240,),
        "appointment": (12,),
        "meeting": (12,),
        "proposal": (12,),
    }


def test_units_come_out_later_by_the_lags():
    result = forward(chain(lags=(1, 1), deals=(0, 0, 0)), [F(6), F(12), F(0)])
    assert result.units == {"p0": (6, 12, 0), "p1": (0, 3, 6)}
    assert result.deals == (0, 0, 1)
    assert result.deals_after_horizon == 2


def test_a_split_lag_replays_smoother_with_the_same_total():
    """Spreading backward is not the inverse of spreading forward (F9)."""
    plan = need(chain(per_next=(1,), lags=("1/2",), deals=(0, 0, 4, 0)))
    result = replay(plan)
    assert plan.units["p0"] == (0, 2, 2, 0)
    assert result.deals == (0, 1, 2, 1)


def test_pipeline_joins_in_the_month_it_is_ready():
    lots = (Pipeline(phase="p1", units=F(3), month=1), Pipeline(phase=WON, units=F(2)))
    result = forward(chain(deals=(0, 0), pipeline=lots), [F(0), F(0)])
    assert result.deals == (2, 1)


@properties
@given(funnels(whole_lags=True))
def test_with_whole_lags_the_replay_meets_the_target_month_by_month(problem):
    plan = need(problem)
    result = replay(plan)
    reached = zip(problem.deals_by_month, plan.deals_at_risk, strict=True)
    assert result.deals == tuple(wanted - lost for wanted, lost in reached)
    assert result.deals_after_horizon == 0


@properties
@given(funnels())
def test_with_any_lags_the_replay_reaches_the_target_total_less_what_is_too_late(problem):
    plan = need(problem)
    result = replay(plan)
    reached = sum(result.deals) + result.deals_after_horizon
    assert reached == sum(problem.deals_by_month) - sum(plan.deals_at_risk)


@properties
@given(funnels(pipeline=False))
def test_forward_of_the_planned_first_phase_is_the_replay_when_there_is_no_pipeline(problem):
    plan = need(problem)
    assert forward(problem, plan.units[problem.stages[0].phase]) == replay(plan)


@properties
@given(funnels())
def test_one_more_unit_never_wins_fewer_deals(problem):
    months = len(problem.deals_by_month)
    few, more = (forward(problem, [F(n)] * months) for n in (1, 2))
    assert all(a <= b for a, b in zip(few.deals, more.deals, strict=True))


def test_units_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="2 months given, 1 planned"):
        forward(article(), [F(1), F(1)])
    with pytest.raises(ValueError, match=r"'prospecting'.*negative"):
        forward(article(), [F(-1)])
