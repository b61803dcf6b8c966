"""Units: what comes in, what waits, what is late and what is never done (F1 to F6)."""

from __future__ import annotations

import numpy as np
import pytest
from sourcing_builders import EXACT, best, best_plan, make_flow, make_problem, make_state

from optimizer.result import Status
from optimizer.sourcing import solve_sourcing

TEAM = (make_state(start_headcount=1.0),)


def worth(months: int = 1, phases: int = 1, **flow) -> float:
    """Return the best profit of one person with 10 hours a month."""
    return best(make_problem(make_flow(**flow), months=months, phases=phases, states=TEAM))


@pytest.mark.parametrize(("target", "deals"), [(9.0, 9.0), (10.0, 10.0), (11.0, 10.0)])
def test_wins_are_bounded_by_target_and_hours(target, deals):
    assert worth(target=target) == pytest.approx(deals * 100.0)


@pytest.mark.parametrize(("prospects", "deals"), [(9.0, 9.0), (10.0, 10.0), (11.0, 10.0)])
def test_wins_are_bounded_by_prospects(prospects, deals):
    assert worth(prospects=prospects) == pytest.approx(deals * 100.0)


def test_a_win_costs_the_hours_of_every_phase_it_went_through():
    # 2 prospects at 1 h and one meeting at 3 h make a deal: 5 h, hence two of them.
    assert worth(
        phases=2, hours_per_unit=[[1.0], [3.0]], conversion=[[0.5], [1.0]]
    ) == pytest.approx(200.0)


@pytest.mark.parametrize(("lag", "deals"), [(0, 20.0), (1, 10.0), (2, 0.0)])
def test_what_arrives_after_the_horizon_is_no_win_of_the_horizon(lag, deals):
    assert worth(months=2, lag=np.eye(3)[[lag]]) == pytest.approx(deals * 100.0)


def test_a_spread_lag_delivers_each_share_in_its_month():
    plan = best_plan(
        make_problem(make_flow(lag=[[0.25, 0.75]], target=100.0), months=3, states=TEAM)
    )
    assert plan.sold[0, :, 0] == pytest.approx([2.5, 10.0, 10.0])


@pytest.mark.parametrize(("factor", "eur"), [(0.0, 1000.0), (0.6, 1600.0), (1.0, 2000.0)])
def test_units_on_their_way_at_the_end_are_worth_their_share_of_the_margin(factor, eur):
    assert worth(months=2, lag=[[0.0, 1.0]], terminal_factor=factor) == pytest.approx(eur)


def test_units_waiting_at_the_end_are_worth_what_they_may_become():
    # No hours at all: 4 meetings wait, half of them would be won. Prospects are worth nothing.
    problem = make_problem(
        make_flow(
            conversion=[[1.0], [0.5]],
            pipeline=np.array([0.0, 4.0, 0.0])[:, None, None],
            stock_max=10.0,
            terminal_factor=0.5,
        ),
        phases=2,
    )
    assert best(problem) == pytest.approx(4 * 0.5 * 100.0 * 0.5)


def test_pipeline_enters_in_front_of_its_phase():
    pipeline = np.array([[[0.0, 0.0]], [[0.0, 3.0]], [[2.0, 0.0]]])
    assert worth(
        months=2, phases=2, prospects=0.0, pipeline=pipeline, conversion=[[1.0], [0.5]]
    ) == pytest.approx((2.0 + 3.0 * 0.5) * 100.0)


@pytest.mark.parametrize(
    ("recontact", "deals"), [(1, 18.0), (2, 12.0), (3, 6.0), (None, 6.0)], ids=str
)
def test_a_prospect_may_be_worked_again_only_after_the_delay(recontact, deals):
    assert worth(months=3, universe=6.0, recontact_months=recontact) == pytest.approx(deals * 100)


@pytest.mark.parametrize(("cap", "late"), [(6.0, 5.0), (5.0, 5.0), (4.0, 4.0)])
def test_late_work_is_done_at_its_price_within_its_cap(cap, late):
    value = worth(
        months=2, target=np.array([[[15.0], [5.0]]]), backlog_max=cap, backlog_eur=7.0
    )  # the late wins are served in the second month, the others are lost
    assert value == pytest.approx((15.0 + late) * 100.0 - late * 7.0)


def test_late_work_at_the_start_is_owed_in_the_first_month():
    assert worth(target=0.0, start_backlog=4.0, backlog_max=9.0) == pytest.approx(400.0)


@pytest.mark.parametrize(("ageing", "kept"), [(0.0, 5.0), (0.2, 4.0)])
def test_work_ahead_is_paid_for_and_ages(ageing, kept):
    value = worth(
        months=2,
        target=np.array([[[5.0], [20.0]]]),
        stock_max=np.array([0.0, 9.0])[:, None, None],
        holding_eur=3.0,
        ageing=ageing,
    )
    assert value == pytest.approx((15.0 + kept) * 100.0 - 5.0 * 3.0)


def test_stock_left_at_the_end_is_not_sold():
    value = worth(
        target=12.0, start_stock=[[0.0], [4.0]], stock_max=9.0, end_stock_min=[[0.0], [3.0]]
    )
    assert value == pytest.approx(11.0 * 100.0)


def test_a_safety_stock_is_kept_every_month():
    target = np.array([[[10.0], [12.0]]])
    stock = {"start_stock": [[0.0], [3.0]], "stock_max": 9.0, "target": target}
    assert worth(months=2, **stock) == pytest.approx(2200.0)
    safe = np.array([0.0, 2.0])[:, None, None]
    assert worth(months=2, stock_min=safe, **stock) == pytest.approx(2100.0)


@pytest.mark.parametrize(("most", "deals"), [(9.0, 9.0), (10.0, 10.0), (11.0, 10.0)])
def test_a_phase_takes_no_more_units_than_its_limit(most, deals):
    assert worth(units_max=most) == pytest.approx(deals * 100.0)


def test_wins_beyond_the_target_bring_the_surplus_margin():
    assert worth(target=6.0, surplus_margin_eur=30.0) == pytest.approx(600.0 + 4 * 30.0)


def test_a_segment_without_target_takes_every_win():
    assert worth(target=np.inf) == pytest.approx(1000.0)


@pytest.mark.parametrize(
    ("cap", "status"),
    [(2.1, Status.OPTIMAL), (2.0, Status.OPTIMAL), (1.9, Status.INFEASIBLE)],
)
def test_no_more_may_be_given_up_than_the_cap(cap, status):
    problem = make_problem(make_flow(target=12.0, uncovered_max=cap), states=TEAM)
    assert solve_sourcing(problem, EXACT).status is status


def test_giving_a_win_up_costs_its_price():
    assert worth(target=12.0, uncovered_eur=8.0) == pytest.approx(1000.0 - 16.0)


def test_a_phase_closed_in_a_month_is_not_worked_then():
    assert worth(months=2, workable=np.array([[[0.0, 1.0]]])) == pytest.approx(1000.0)


def test_hours_go_to_the_segment_that_brings_most_an_hour():
    problem = make_problem(
        make_flow(hours_per_unit=[[1.0, 2.0]], margin_eur=[[100.0], [150.0]]),
        segments=2,
        states=(make_state(start_headcount=2.0),),
    )
    assert best_plan(problem).sold[:, 0, 0] == pytest.approx([10.0, 5.0])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lag", [[0.5, 0.4]]),
        ("ageing", 1.5),
        ("target", -1.0),
        ("target", np.array([[[1.0], [np.inf]]])),
        ("margin_eur", np.nan),
        ("conversion", np.zeros((3, 3))),
        ("recontact_months", 0),
    ],
)
def test_figures_that_mean_nothing_are_refused_by_name(field, value):
    with pytest.raises(ValueError, match=field):
        make_problem(make_flow(**{field: value}), months=2)
