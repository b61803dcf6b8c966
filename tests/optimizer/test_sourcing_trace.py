"""Which deals an hour is for: worked out by hand, and adding up whatever the plan."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_random import random_problem

from optimizer.result import Options
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingProblem, StaffState, UnitFlow
from optimizer.sourcing_scenarios import one_scenario
from optimizer.sourcing_trace import trace_deals


def chain(**flow: object) -> SourcingProblem:
    """Return two phases of an hour a unit; half of the units pass on, a month later."""
    return SourcingProblem(
        months=("1", "2", "3"),
        phases=("call", "close"),
        segments=("all",),
        flow=UnitFlow(**{
            "hours_per_unit": np.ones((2, 1)),
            "conversion": np.array([[0.5], [1.0]]),
            "lag": np.array([[0.0, 1.0], [1.0, 0.0]]),
            "target": np.full((1, 3, 1), 2.0),
            "margin_eur": np.array(100.0),
        } | flow),
        states=(
            StaffState(
                state_id="ana", hours_per_head=np.array(20.0), speed=np.array(1.0),
                start_headcount=1.0,
                eur_per_hour=np.array(0.01),
            ),
        ),
    )  # fmt: skip


def traced(problem: SourcingProblem):
    plan = solve_sourcing(problem, Options(gap=0.0)).plan
    return plan, trace_deals(problem, plan)


def test_calls_of_a_month_are_for_the_deals_of_the_next():
    plan, trace = traced(chain())
    calls = trace.hours[trace.lanes.phase == 0][0]
    assert plan.sold[0, :, 0] == pytest.approx([0.0, 2.0, 2.0])
    assert calls[0] == pytest.approx([0.0, 4.0, 0.0, 0.0])
    assert calls[1] == pytest.approx([0.0, 0.0, 4.0, 0.0])
    assert trace.secured.sum() == pytest.approx(0.0)


def test_calls_of_the_last_month_are_for_after_the_horizon():
    plan, trace = traced(chain(terminal_factor=0.5))
    calls = trace.hours[trace.lanes.phase == 0][0]
    worked = plan.units_worked[0, 0, 0, 2, 0]
    assert worked > 0
    assert calls[2] == pytest.approx([0.0, 0.0, 0.0, worked])
    waiting = plan.stock[1:, 0, 2, 0].sum()
    assert trace.after[0] == pytest.approx(0.5 * worked + waiting)


def test_deals_that_wait_for_their_signature_take_no_hours():
    won = np.zeros((3, 1, 3))
    won[2, 0, 0] = 2.0
    plan, trace = traced(chain(pipeline=won))
    assert plan.sold[0, 0, 0] == pytest.approx(2.0)
    assert trace.secured[0] == pytest.approx([2.0, 0.0, 0.0])
    assert trace.hours[:, :, 0].sum() == pytest.approx(0.0)


def test_several_cases_of_demand_are_refused():
    problem = random_problem(1)
    assert len(problem.scenarios) > 1
    plan = solve_sourcing(one_scenario(problem, 0), Options(gap=0.05)).plan
    with pytest.raises(ValueError, match="one case"):
        trace_deals(problem, plan)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 60))
def test_hours_belong_to_deals_and_no_hour_is_counted_twice(seed):
    problem = one_scenario(random_problem(seed), 0)
    solution = solve_sourcing(problem, Options(gap=0.05))
    if solution.plan is None:
        return
    trace = trace_deals(problem, solution.plan)
    lanes = trace.lanes
    units = solution.plan.units_worked[lanes.source, lanes.phase, lanes.segment, :, 0]
    worked = problem.flow.hours_per_unit[lanes.phase, lanes.segment][:, None] * units
    used = trace.hours.sum(axis=2)
    assert (trace.hours >= -1e-9).all()
    assert (used <= worked + 1e-6).all()
    # What is worked in part for a deal is worked for it in whole, or leads nowhere.
    assert np.all((used < 1e-9) | (np.abs(used - worked) < 1e-6))
    months = np.arange(trace.hours.shape[1])
    early = months[:, None] > np.arange(trace.hours.shape[2])
    assert trace.hours[:, early].max(initial=0.0) < 1e-9
    assert (trace.secured <= solution.plan.sold[..., 0] + 1e-6).all()
