"""Every rule about providers: fine, exactly at the edge, one beyond."""

from __future__ import annotations

import numpy as np
import pytest
from staffing_builders import make_demand, make_hire, make_problem, make_provider
from staffing_levers import lever_problem, planned, served, work

from optimizer.staffing_problem import SHARED


@pytest.mark.parametrize(("need", "done"), [(89, 89), (90, 90), (91, 90)])
def test_provider_hours_count_by_quality_within_capacity(need, done):
    problem = lever_problem([work(0, need)], months=1, providers=(make_provider(quality=0.9),))
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("documented", "done"), [((), 0), ((0,), 10), ((0, 1), 10)])
def test_only_a_documented_phase_may_be_bought(documented, done):
    problem = lever_problem(
        [work(0, 10)], phases=2, documented=documented, providers=(make_provider(),)
    )
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("pools", "done"), [((0,), 10), ((1,), 0)])
def test_provider_does_territorial_work_in_offered_pools_only(pools, done):
    problem = lever_problem(
        [work(0, 10, pool=0)], pools=2, territorial=(0,), providers=(make_provider(pools=pools),)
    )
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("lead", "done"), [(0, 10), (1, 10), (2, 0)])
def test_provider_starts_after_its_lead_time(lead, done):
    problem = lever_problem([work(1, 10)], providers=(make_provider(lead_months=lead),))
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("need", "done"), [(59, 59), (60, 60), (61, 60)])
def test_provider_ramps_up_from_its_start(need, done):
    problem = lever_problem([work(0, need)], months=1, providers=(make_provider(ramp=(0.6,)),))
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("value", "months_on"), [(299.0, 0), (301.0, 3)])
def test_provider_is_paid_for_the_minimum_term(value, months_on):
    offer = make_provider(price_eur_per_hour=0.0, retainer_eur_per_month=100.0, min_term_months=3)
    problem = lever_problem([(1.0, value, [(SHARED, 0, 0, 1.0)])], providers=(offer,))
    assert int(planned(problem).provider_on.sum()) == months_on


def test_end_of_the_horizon_cuts_the_minimum_term():
    offer = make_provider(price_eur_per_hour=0.0, retainer_eur_per_month=100.0, min_term_months=3)
    problem = lever_problem([(1.0, 101.0, [(SHARED, 0, 5, 1.0)])], providers=(offer,))
    assert planned(problem).provider_on.tolist() == [[False] * 5 + [True]]


@pytest.mark.parametrize(("second", "months_on"), [(3, 4), (4, 4), (5, 4)])
def test_pause_after_a_stop_lasts_the_minimum_term(second, months_on):
    # Two months on, two off. Work in month 3 needs one run of four; later two runs of two,
    # of which the end of the horizon may cut the second.
    offer = make_provider(price_eur_per_hour=0.0, retainer_eur_per_month=100.0, min_term_months=2)
    cells = [(1.0, 1e4, [(SHARED, 0, month, 1.0)]) for month in (0, second)]
    plan = planned(lever_problem(cells, months=8, providers=(offer,)))
    assert plan.served_units.sum() == pytest.approx(2)
    assert int(plan.provider_on.sum()) == months_on
    starts = int((np.diff(np.r_[0, plan.provider_on[0].astype(int)]) > 0).sum())
    assert starts == (1 if second == 3 else 2)


def test_stopping_is_no_free_reset_of_the_ramp():
    # Ramp 0.5: work of 100 in month 2 wants an earlier start, and a pause would start over.
    offer = make_provider(
        price_eur_per_hour=0.0, retainer_eur_per_month=100.0, setup_eur=1.0, ramp=(0.5,)
    )
    plan = planned(lever_problem([work(0, 50), work(2, 100)], providers=(offer,)))
    assert plan.served_units.sum() == pytest.approx(150)
    assert plan.provider_on[0].tolist() == [True, True, True, False, False, False]


@pytest.mark.parametrize(("own", "done"), [(9.0, 0.0), (10.0, 20.0), (11.0, 20.0)])
def test_own_people_must_have_the_hours_to_steer(own, done):
    problem = make_problem(
        make_demand([work(0, 20)]),
        can_do=[[0.0]],
        hours=own,
        providers=(make_provider(steering_hours=10.0),),
    )
    assert served(problem) == pytest.approx(done)


def test_hires_may_steer_where_own_people_cannot():
    problem = lever_problem(
        [work(0, 20, value=1e5), work(0, 95, value=1e5, phase=1)],
        months=1,
        phases=2,
        documented=(0,),
        hires=(make_hire(2, 1, productivity=np.array([0.0, 1.0]), max_count=1),),
        providers=(make_provider(steering_hours=10.0),),
    )
    plan = planned(problem)
    assert plan.hire_steering_hours.sum() == pytest.approx(10)
    assert plan.served_units.tolist() == pytest.approx([20, 90])
