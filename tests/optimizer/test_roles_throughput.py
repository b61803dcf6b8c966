"""What a team can sell: customers flow through phases, hours and the universe limit them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from role_builders import EXACT, make_roles, marks
from scipy.optimize import linprog

from optimizer.result import Options, Status
from optimizer.roles_flow_problem import SalesFlow
from optimizer.roles_throughput import solve_throughput


def make_flow(hours, conversion, universe=1000.0, margin=100.0) -> SalesFlow:
    table = np.atleast_2d(np.array(hours, dtype=float))
    pools = len(table)
    return SalesFlow(
        hours_per_unit=table,
        conversion=np.atleast_2d(np.array(conversion, dtype=float)),
        universe=np.broadcast_to(np.array(universe, dtype=float), pools).copy(),
        margin_eur=np.broadcast_to(np.array(margin, dtype=float), pools).copy(),
    )


def team(people: int, phases: int = 2, hours: float = 20.0, **changes):
    return make_roles(np.zeros((1, phases)), [[1] * phases] * people, hours, **changes)


def test_one_person_splits_the_time_as_the_flow_asks():
    # A deal takes 2 prospects of 1 h and 1 meeting of 2 h: 4 h, so 20 h bring 5 deals.
    solution = solve_throughput(team(1), make_flow([1.0, 2.0], [0.5, 1.0]), EXACT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(500.0)
    assert solution.plan.units[0].tolist() == pytest.approx([10.0, 5.0])
    assert solution.plan.hours[0, 0].tolist() == pytest.approx([10.0, 10.0])


@pytest.mark.parametrize(("universe", "deals"), [(12.0, 5.0), (10.0, 5.0), (8.0, 4.0)])
def test_nobody_sells_to_more_prospects_than_exist(universe, deals):
    flow = make_flow([1.0, 2.0], [0.5, 1.0], universe)
    assert solve_throughput(team(1), flow, EXACT).plan.deals.sum() == pytest.approx(deals)


def test_roles_given_are_kept():
    flow = make_flow([1.0, 2.0], [0.5, 1.0])
    # 20 prospects make 10 meetings, which are just the 20 h of the second.
    apart = marks((2, 2), (0, 0), (1, 1))
    assert solve_throughput(team(2), flow, EXACT, roles=apart).objective == pytest.approx(1000.0)
    both = marks((2, 2), (0, 0), (1, 0))
    assert solve_throughput(team(2), flow, EXACT, roles=both).objective == pytest.approx(0.0)


def test_an_hour_is_worth_the_deals_it_makes():
    flow = make_flow([1.0, 2.0], [0.5, 1.0])
    roles = marks((2, 2), (0, 0), (1, 1))
    slow = replace(team(2), person_hours=np.array([10.0, 20.0]))
    values = solve_throughput(slow, flow, EXACT, roles=roles).plan.hour_value_eur
    # Prospecting is the bottleneck: an hour is a prospect is half a deal; meetings have time left.
    assert values[0].tolist() == pytest.approx([50.0, 0.0])


def test_a_deal_is_lost_once_not_once_a_phase():
    flow = make_flow([0.0, 0.0, 1.0], [1.0, 1.0, 1.0], 5.0)
    nobody = make_roles(np.zeros((1, 3)), [[1, 1, 0]])
    assert solve_throughput(nobody, flow, EXACT).objective == 0.0
    somebody = make_roles(np.zeros((1, 3)), [[1, 1, 1]])
    assert solve_throughput(somebody, flow, EXACT).objective == pytest.approx(500.0)


def test_phases_done_anywhere_are_done_for_every_pool_and_the_others_at_home():
    """R1 is at home in pool 0: calls for both pools, meetings for the own one only."""
    problem = make_roles(np.zeros((2, 2)), [[1.0, 1.0]], 40.0, home_pool=[0])
    flow = make_flow([[1.0, 1.0], [1.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]], universe=10.0)
    apart = solve_throughput(problem, flow, EXACT).plan
    assert apart.deals.tolist() == pytest.approx([10.0, 0.0])
    anywhere = replace(flow, anywhere=np.array([True, False]))
    assert solve_throughput(problem, anywhere, EXACT).plan.deals.tolist() == pytest.approx(
        [10.0, 10.0]
    )
    everything = replace(flow, hours_per_unit=np.ones((2, 2)), anywhere=np.array([True, False]))
    assert solve_throughput(problem, everything, EXACT).plan.deals.tolist() == pytest.approx(
        [10.0, 0.0]
    )


def test_a_pool_without_the_work_still_offers_it_to_the_others():
    problem = make_roles(np.zeros((2, 1)), [[1.0]], 40.0, home_pool=[0])
    flow = make_flow([[0.0], [1.0]], [[1.0], [1.0]], universe=10.0)
    flow = replace(flow, anywhere=np.array([True]))
    assert solve_throughput(problem, flow, EXACT).plan.deals[1] == pytest.approx(10.0)


def test_anywhere_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="anywhere"):
        replace(make_flow([1.0, 2.0], [0.5, 1.0]), anywhere=np.array([True]))


def test_the_better_pool_gets_the_helper():
    problem = make_roles(np.zeros((2, 1)), [[1.0]], 10.0, home_pool=[0], helps=[[False, True]])
    flow = make_flow([[1.0], [1.0]], [[1.0], [1.0]], margin=[100.0, 300.0])
    assert solve_throughput(problem, flow, EXACT).plan.deals.tolist() == pytest.approx([0.0, 10.0])


def test_pins_that_contradict_leave_no_plan():
    places = marks((1, 2), (0, 0))
    solution = solve_throughput(
        team(1, pins=places, bans=places), make_flow([1.0, 1.0], [1.0, 1.0]), EXACT
    )
    assert solution.status is Status.INFEASIBLE


def test_without_time_nothing_is_claimed():
    flow = make_flow([1.0, 2.0], [0.5, 1.0])
    assert solve_throughput(team(1), flow, Options(seconds=0.0)).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("flow", "words"),
    [
        (lambda: make_flow([1.0, 2.0], [0.5]), "conversion has shape"),
        (lambda: make_flow([1.0, np.nan], [0.5, 1.0]), "hours_per_unit must hold"),
        (lambda: make_flow([1.0, 1.0], [0.5, 1.0], -1.0), "universe must hold"),
    ],
)
def test_flows_that_make_no_sense_are_refused(flow, words):
    with pytest.raises(ValueError, match=words):
        flow()


def test_a_flow_of_other_phases_and_roles_that_break_a_rule_are_refused():
    with pytest.raises(ValueError, match="same pools and phases"):
        solve_throughput(team(1, phases=3), make_flow([1.0, 2.0], [0.5, 1.0]), EXACT)
    alone = team(1, max_phases=1)
    both = marks((1, 2), (0, 0), (0, 1))
    with pytest.raises(ValueError, match="break a rule"):
        solve_throughput(alone, make_flow([1.0, 2.0], [0.5, 1.0]), EXACT, roles=both)


def _best_margin(problem, flow) -> float:
    """Try all roles of up to two phases; hours and units of one pool by a linear program."""
    people, phases = problem.speed.shape
    choices = [[p] for p in range(phases)] + [[p, q] for p in range(phases) for q in range(p)]
    best = 0.0
    for roles in product(choices, repeat=people):
        cells = [(i, p) for i, role in enumerate(roles) for p in role if problem.speed[i, p] > 0]
        columns = len(cells) + phases
        rows, limits = [], []
        for i in range(people):
            rows.append([float(c[0] == i) for c in cells] + [0.0] * phases)
            limits.append(problem.person_hours[i])
        for p in range(phases):
            supply = [-problem.speed[i, p] * (c == p) for i, c in cells]
            units = [flow.hours_per_unit[0, p] * (k == p) for k in range(phases)]
            rows.append(supply + units)
            limits.append(0.0)
        for p in range(phases - 1):
            chain = np.zeros(columns)
            chain[len(cells) + p + 1], chain[len(cells) + p] = 1.0, -flow.conversion[0, p]
            rows.append(chain.tolist())
            limits.append(0.0)
        cost = np.zeros(columns)
        cost[-1] = -flow.margin_eur[0] * flow.conversion[0, -1]
        bounds = [(0, None)] * len(cells) + [(0, flow.universe[0])] + [(0, None)] * (phases - 1)
        found = linprog(cost, A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
        best = max(best, -found.fun)
    return best


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_no_roles_at_all_sell_more(seed):
    rng = np.random.default_rng(seed)
    speed = rng.choice([0.0, 0.8, 1.0, 1.2], (2, 3), p=[0.2, 0.3, 0.3, 0.2])
    problem = make_roles(np.zeros((1, 3)), speed, rng.choice([10.0, 20.0], 2))
    flow = make_flow(
        rng.choice([0.0, 0.5, 1.0, 2.0], 3),
        rng.choice([0.3, 0.5, 1.0], 3),
        float(rng.integers(3, 60)),
    )
    assert solve_throughput(problem, flow, EXACT).objective == pytest.approx(
        _best_margin(problem, flow), abs=1e-4
    )


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_more_prospects_never_sell_less(seed):
    rng = np.random.default_rng(seed)
    problem = team(2, 3)
    flow = make_flow(rng.uniform(0.2, 2.0, 3), rng.uniform(0.2, 1.0, 3), 10.0)
    more = replace(flow, universe=flow.universe * 1.5)
    before = solve_throughput(problem, flow, EXACT).objective
    assert solve_throughput(problem, more, EXACT).objective >= before - 1e-6
