"""A reason for everything left undone, and for having no plan at all (F24)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sourcing_builders import (
    EXACT,
    make_flow,
    make_hire,
    make_problem,
    make_provider,
    make_state,
)

from optimizer.result import Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import no_decisions

ONE = (make_state(start_headcount=1.0),)


def reasons(problem) -> list[tuple[str, float]]:
    solution = solve_sourcing(problem, EXACT)
    return [(each.code, round(each.amount, 6)) for each in solution.shortfalls]


def test_nothing_left_needs_no_reason():
    assert reasons(make_problem(states=ONE)) == []


def test_a_phase_nobody_can_work_is_named():
    problem = make_problem(phases=2, states=(make_state(start_headcount=1.0, speed=[1.0, 0.0]),))
    assert reasons(problem) == [("nobody_able", 10.0)]


def test_a_market_used_up_is_named():
    assert reasons(make_problem(make_flow(prospects=4.0), states=ONE)) == [("market", 6.0)]


def test_people_fully_used_are_named():
    assert reasons(make_problem(make_flow(target=12.0), states=ONE)) == [("capacity", 2.0)]


def test_work_that_costs_more_than_it_brings_is_named():
    offer = make_provider(eur_per_hour=200.0, running_since_months=0, notice_months=1)
    problem = make_problem(make_flow(target=12.0), states=ONE, providers=(offer,))
    assert reasons(problem) == [("costs_more", 2.0)]


def test_the_amount_is_the_mean_over_the_scenarios():
    problem = make_problem(make_flow(target=np.array([8.0, 14.0])), scenarios=2, states=ONE)
    assert reasons(problem) == [("capacity", 2.0)]


def test_late_work_at_the_end_is_left_undone_too():
    problem = make_problem(make_flow(target=12.0, backlog_max=5.0, uncovered_max=0.0), states=ONE)
    assert reasons(problem) == [("capacity", 2.0)]


CONFLICTS = [
    ("most wins given up", make_flow(target=12.0, uncovered_max=0.0), {}),
    ("least stock", make_flow(stock_max=50.0, end_stock_min=[[0.0], [11.0]]), {}),
    ("units kept", make_flow(prospects=12.0, kept=[[1.0], [0.0]]), {}),
    ("most people without work", make_flow(prospects=4.0), {"excess_max": 0.0}),
]


@pytest.mark.parametrize(("name", "flow", "changes"), CONFLICTS, ids=lambda part: str(part)[:24])
def test_the_condition_no_plan_keeps_is_named(name, flow, changes):
    states = (make_state(start_headcount=1.0, counts_as_excess="excess_max" in changes),)
    solution = solve_sourcing(make_problem(flow, states=states, **changes), EXACT)
    assert solution.status is Status.INFEASIBLE
    assert [each.subject for each in solution.shortfalls] == [name]
    assert solution.shortfalls[0].remedy


def test_late_work_running_contracts_and_least_hires_are_named():
    late = make_flow(target=np.array([[[25.0], [0.0]]]), backlog_max=5.0, uncovered_max=0.0)
    solution = solve_sourcing(make_problem(late, months=2, states=ONE), EXACT)
    named = [each.subject for each in solution.shortfalls]
    assert named == ["most wins given up", "most late work"]

    hires = (make_hire(min_total=3.0, max_per_month=1.0),)
    solution = solve_sourcing(make_problem(states=ONE, hires=hires), EXACT)
    assert [each.subject for each in solution.shortfalls] == ["least hires"]

    needed = (make_state(start_headcount=1.0, headcount_min=2.0),)
    solution = solve_sourcing(make_problem(states=needed), EXACT)
    assert [each.subject for each in solution.shortfalls] == ["least people"]

    running = (make_provider(running_since_months=0, min_term_months=2, steering_hours=1.0),)
    solution = solve_sourcing(make_problem(providers=running), EXACT)
    assert [each.subject for each in solution.shortfalls] == ["running contracts"]


def test_decisions_taken_that_do_not_fit_are_named():
    problem = make_problem(states=ONE)
    problem = replace(
        problem, fixed=replace(no_decisions(problem, np.nan), layoffs=np.array([[5.0]]))
    )
    solution = solve_sourcing(problem, EXACT)
    assert [each.subject for each in solution.shortfalls] == ["decisions taken"]


def test_whole_people_alone_can_be_the_conflict():
    hires = (make_hire(min_total=0.4, max_total=0.6),)
    solution = solve_sourcing(make_problem(states=ONE, hires=hires), EXACT)
    assert [each.code for each in solution.shortfalls] == ["whole_numbers"]
