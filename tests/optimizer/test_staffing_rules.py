"""Every business rule of the staffing model: fine, exactly at the edge, one beyond."""

from __future__ import annotations

import numpy as np
import pytest
from staffing_builders import SHARED, hours_cells, make_demand, make_hire, make_problem
from staffing_levers import lever_problem, planned, served, work


@pytest.mark.parametrize(("need", "done"), [(99, 99), (100, 100), (101, 100)])
def test_a_person_works_no_more_than_the_hours_of_the_month(need, done):
    assert served(make_problem(hours_cells([need]))) == pytest.approx(done)


@pytest.mark.parametrize(("max_phases", "done"), [(1, 20), (2, 40), (3, 60), (4, 60)])
def test_a_person_holds_at_most_max_phases(max_phases, done):
    problem = make_problem(
        hours_cells([20, 20, 20]), can_do=[[1.0, 1.0, 1.0]], max_phases=max_phases
    )
    assert served(problem) == pytest.approx(done)


def test_unskilled_hours_count_by_productivity():
    assert served(make_problem(hours_cells([100.0]), can_do=[[0.8]])) == pytest.approx(80)


@pytest.mark.parametrize(("needs", "done"), [((200.0, 0.0), 110), ((100.0, 100.0), 110)])
def test_one_phase_gains_more_than_two(needs, done):
    # One phase at 1.1 beats two at 1.05, so the person takes one even when both have work.
    problem = make_problem(hours_cells(needs), can_do=[[1.0, 1.0]], specialisation_gain=(1.1, 1.05))
    assert served(problem) == pytest.approx(min(done, 105 if min(needs) else 110))


def test_last_gain_holds_for_more_phases():
    problem = make_problem(
        hours_cells([50.0, 50.0, 50.0]),
        can_do=[[1.0, 1.0, 1.0]],
        max_phases=3,
        specialisation_gain=(1.0, 1.2),
    )
    assert served(problem) == pytest.approx(120)


@pytest.mark.parametrize(("pool", "done"), [(0, 10.0), (1, 0.0), (SHARED, 10.0)])
def test_territorial_work_is_done_by_the_pools_own_people(pool, done):
    demand = make_demand([work(0, 10, pool=pool)])
    problem = make_problem(demand, pools=2, territorial=(0,) if pool != SHARED else ())
    assert served(problem) == pytest.approx(done)


def test_role_change_is_made_only_when_it_pays():
    def objective(price: float) -> tuple[float, bool]:
        problem = make_problem(
            make_demand([work(0, 10, value=1.0, phase=1)]),
            can_do=[[1.0, 1.0]],
            current_phases=np.array([[True, False]]),
            role_change_eur=price,
        )
        plan = planned(problem)
        return float(plan.served_units.sum()), bool(plan.roles[0, 1])

    assert objective(9.0) == (pytest.approx(10), True)
    assert objective(11.0) == (pytest.approx(0), False)


def test_preference_decides_between_equal_phases():
    problem = make_problem(
        hours_cells([50.0]),
        can_do=[[1.0], [1.0]],
        preference=np.array([[0.0], [1.0]]),
        preference_eur_per_hour=0.1,
    )
    hours = planned(problem).person_hours.sum(axis=(1, 2))
    assert hours.tolist() == pytest.approx([0, 50])


@pytest.mark.parametrize(("need", "done"), [(49, 49), (50, 50), (51, 50)])
def test_hire_works_the_ramped_hours_of_its_first_month(need, done):
    problem = lever_problem(
        [work(0, need)], months=2, hires=(make_hire(1, 2, ramp=(0.5,), max_count=1),)
    )
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("lead", "done"), [(0, 10), (1, 10), (2, 0), (6, 0)])
def test_hire_arrives_lead_months_after_the_decision(lead, done):
    problem = lever_problem([work(1, 10)], hires=(make_hire(1, 6, lead_months=lead),))
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("value", "hired"), [(6400.0, 0), (6600.0, 1)])
def test_hire_is_paid_from_arrival_to_the_end_of_the_horizon(value, hired):
    # Work in month 1 only: decided in month 0, recruited for 1,500, paid 5 months of 1,000.
    offer = make_hire(1, 6, lead_months=1, recruiting_eur=1500.0)
    problem = lever_problem([(1.0, value, [(SHARED, 0, 1, 10.0)])], hires=(offer,))
    assert int(planned(problem).hired.sum()) == hired


@pytest.mark.parametrize(("term", "months_covered"), [(1, 1), (3, 3), (0, 6)])
def test_fixed_term_hire_leaves_after_the_term(term, months_covered):
    cells = [work(month, 10) for month in range(6)]
    problem = lever_problem(cells, hires=(make_hire(1, 6, term_months=term, max_count=1),))
    assert served(problem) == pytest.approx(10 * months_covered)


@pytest.mark.parametrize(("count", "done"), [(0, 0), (1, 100), (2, 200)])
def test_no_more_hires_than_offered(count, done):
    offer = make_hire(1, 1, max_count=count, pools=(0, 1))
    assert served(lever_problem([work(0, 200)], months=1, pools=2, hires=(offer,))) == done


@pytest.mark.parametrize(("pools", "done"), [((0,), 10), ((1,), 0), ((), 0)])
def test_hires_join_offered_pools_only(pools, done):
    problem = lever_problem(
        [work(0, 10, pool=0)],
        months=1,
        pools=2,
        territorial=(0,),
        hires=(make_hire(1, 1, pools=pools),),
    )
    assert served(problem) == pytest.approx(done)


@pytest.mark.parametrize(("max_phases", "hires"), [(1, 3), (2, 2), (3, 1)])
def test_hires_keep_the_phase_limit_too(max_phases, hires):
    cells = [work(0, 30, phase=phase) for phase in range(3)]
    offer = make_hire(3, 1, cost_eur_per_month=10.0)
    plan = planned(lever_problem(cells, months=1, phases=3, max_phases=max_phases, hires=(offer,)))
    assert plan.served_units.sum() == pytest.approx(90)
    assert int(plan.hired.sum()) == hires
    assert sum(group.count for group in plan.hire_groups) == hires
    assert all(len(group.phases) <= max_phases for group in plan.hire_groups)


def test_a_deal_is_served_only_as_far_as_every_phase_of_it():
    deal = (10.0, 100.0, [(SHARED, 0, 0, 5.0), (SHARED, 1, 0, 20.0)])
    problem = make_problem(make_demand([deal]), can_do=[[1.0, 0.0], [0.0, 1.0]])
    plan = planned(problem)
    assert plan.served_units.tolist() == pytest.approx([5])
    # No hour is worked that no served deal needs.
    assert plan.person_hours.sum(axis=(1, 2)).tolist() == pytest.approx([25, 100])


def test_identical_persons_share_a_pattern_evenly():
    problem = make_problem(hours_cells([150.0]), can_do=[[1.0], [1.0], [1.0]])
    hours = planned(problem).person_hours.sum(axis=(1, 2))
    assert hours.tolist() == pytest.approx([50, 50, 50])


@pytest.mark.parametrize(
    ("max_phases", "in_field", "done"), [(2, True, 40), (1, True, 10), (1, False, 30)]
)
def test_a_territory_holder_keeps_a_territorial_phase(max_phases, in_field, done):
    problem = make_problem(
        make_demand([work(0, 30), work(0, 10, phase=1, pool=0)]),
        can_do=[[1.0, 1.0]],
        territorial=(1,),
        max_phases=max_phases,
        in_field=np.array([in_field]),
    )
    assert served(problem) == pytest.approx(done)


def test_a_territory_holder_without_hours_or_skill_binds_nothing():
    problem = make_problem(
        make_demand([work(0, 30), work(0, 10, phase=1, pool=0)]),
        can_do=[[1.0, 1.0], [0.0, 1.0], [1.0, 0.0]],
        hours=[0.0, 10.0, 30.0],
        territorial=(1,),
        in_field=np.array([True, True, True]),
    )
    assert served(problem) == pytest.approx(40)
