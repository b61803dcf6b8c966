from dataclasses import replace

import pytest
from funnel_builders import F, chain, funnels
from hypothesis import given, settings

from optimizer.funnel import WON, Pipeline, TooLate, need

properties = settings(max_examples=60, deadline=None)


def total_needed(plan, phase):
    return sum(plan.needed[phase].values())


def deals_at_risk_by_phase(plan, due):
    """Return the deals behind the late work of each phase: what `deals_at_risk` is the most of."""
    problem = plan.problem
    return [
        sum(u for (month, d), u in plan.needed[s.phase].items() if month < 0 and d == due)
        / problem.units_per_deal(s.phase)
        for s in problem.stages
    ]


@pytest.mark.parametrize(
    ("due", "units", "late"),
    [(2, (6, 0, 0), 0), (1, (0, 0, 0), 6)],
    ids=["in the first month is in time", "one month before is too late"],
)
def test_work_before_the_first_month_is_reported_and_never_dropped(due, units, late):
    deals = tuple(int(t == due) for t in range(3))
    plan = need(chain(lags=(1, 1), deals=deals))
    assert plan.units["p0"] == units
    assert sum(row.units for row in plan.too_late if row.phase == "p0") == late


def test_deals_at_risk_are_counted_once_a_due_month_and_not_once_a_phase():
    plan = need(chain(lags=(1, 1), deals=(1, 1, 1)))
    assert plan.too_late == (
        TooLate(phase="p0", unit="u0", units=F(6), due=0, deals_at_risk=F(1)),
        TooLate(phase="p1", unit="u1", units=F(3), due=0, deals_at_risk=F(0)),
        TooLate(phase="p0", unit="u0", units=F(6), due=1, deals_at_risk=F(1)),
    )
    assert plan.deals_at_risk == (1, 1, 0)
    assert plan.open_deals == (0, 0, 1)


def test_a_split_lag_puts_only_the_share_of_the_longer_lag_at_risk():
    plan = need(chain(per_next=(2,), lags=("3/4",), deals=(4, 4)))
    assert plan.needed["p0"] == {(-1, 0): 6, (0, 0): 2, (0, 1): 6, (1, 1): 2}
    assert plan.deals_at_risk == (3, 0)
    assert plan.hours_per_deal["p0"] == {(0, 0): 2, (0, 1): F(3, 2), (1, 1): F(1, 2)}


def test_work_for_deals_at_risk_is_needed_but_no_part_of_the_hours_of_an_open_deal():
    plan = need(chain(lags=(1, 0), deals=(1, 1)))
    assert plan.hours["p1"] == (3, 3)
    assert plan.hours_per_deal == {"p0": {(0, 1): 6}, "p1": {(1, 1): 3}}


def test_pipeline_spares_the_phases_before_it_and_still_needs_its_own_work():
    plan = need(chain(pipeline=(Pipeline(phase="p1", units=F(2)),)))
    assert plan.units == {"p0": (2,), "p1": (3,)}
    assert plan.credited["p1"] == {(0, 0): 2}


@pytest.mark.parametrize(
    ("there", "first_units", "left"),
    [(2, 2, {}), (3, 0, {}), (4, 0, {"p1": 1})],
    ids=["less than needed", "as much as needed", "more than needed"],
)
def test_pipeline_credit_never_goes_below_zero(there, first_units, left):
    plan = need(chain(pipeline=(Pipeline(phase="p1", units=F(there)),)))
    assert plan.units["p0"] == (first_units,)
    assert plan.pipeline_left == left


def test_pipeline_goes_to_the_earliest_work_from_the_month_it_is_ready():
    lots = (Pipeline(phase="p1", units=F(4), month=1), Pipeline(phase="p1", units=F(1)))
    plan = need(chain(deals=(1, 1, 1), pipeline=lots))
    assert plan.credited["p1"] == {(0, 0): 1, (1, 1): 3, (2, 2): 1}
    assert plan.units["p0"] == (4, 0, 4)


def test_pipeline_rescues_deals_whose_first_work_would_be_too_late():
    lots = (Pipeline(phase="p1", units=F(3)),)
    late, rescued = (need(chain(lags=(1, 0), pipeline=p)) for p in ((), lots))
    assert late.deals_at_risk == (1,)
    assert rescued.deals_at_risk == (0,)
    assert rescued.too_late == ()
    assert rescued.hours_per_deal == {"p0": {}, "p1": {(0, 0): 3}}


def test_deals_already_won_need_no_work():
    plan = need(chain(lags=(0, 1), deals=(2, 1), pipeline=(Pipeline(phase=WON, units=F(1)),)))
    assert plan.deals_won == (1, 0)
    assert plan.deals_at_risk == (1, 0)
    assert plan.open_deals == (0, 1)
    assert plan.units["p0"] == (6, 0)


@properties
@given(funnels())
def test_hours_of_open_deals_and_of_deals_at_risk_are_the_hours(problem):
    """With nothing at risk the coefficients give back all hours; otherwise never more."""
    plan = need(problem)
    for phase, cells in plan.hours_per_deal.items():
        served = {key: h * plan.open_deals[key[1]] for key, h in cells.items()}
        assert all(0 < served[key] <= plan.hours_by_due[phase][key] for key in served)
        if not any(plan.deals_at_risk):
            assert served == plan.hours_by_due[phase]


@properties
@given(funnels())
def test_deals_at_risk_are_the_most_any_phase_loses(problem):
    plan = need(problem)
    for due, at_risk in enumerate(plan.deals_at_risk):
        assert at_risk == max(deals_at_risk_by_phase(plan, due))
        assert at_risk == sum(row.deals_at_risk for row in plan.too_late if row.due == due)


@properties
@given(funnels())
def test_every_deal_is_open_at_risk_or_won(problem):
    plan = need(problem)
    parts = zip(plan.open_deals, plan.deals_at_risk, plan.deals_won, strict=True)
    assert tuple(map(sum, parts)) == problem.deals_by_month
    assert min((*plan.open_deals, *plan.deals_at_risk, *plan.deals_won)) >= 0


@properties
@given(funnels())
def test_pipeline_is_used_once_and_never_before_it_is_ready(problem):
    plan = need(problem)
    for phase, credit in plan.credited.items():
        lots = [lot for lot in problem.pipeline if lot.phase == phase]
        for month in range(len(problem.deals_by_month)):
            used = sum(u for (at, _), u in credit.items() if at <= month)
            assert used <= sum(lot.units for lot in lots if lot.month <= month)
        left = sum(lot.units for lot in lots) - sum(credit.values())
        assert plan.pipeline_left.get(phase, 0) == left


@properties
@given(funnels())
def test_more_pipeline_never_asks_for_more_work_in_the_first_phase(problem):
    more = (*problem.pipeline, Pipeline(phase=problem.stages[-1].phase, units=F(1)))
    before, after = need(problem), need(replace(problem, pipeline=more))
    first = problem.stages[0].phase
    assert total_needed(after, first) <= total_needed(before, first)
