"""What holds of every sourcing problem, whatever its figures."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sourcing_builders import EXACT, best
from sourcing_random import random_problem, wild_problem

from optimizer.result import Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_evaluate import evaluate_sourcing
from optimizer.sourcing_headcount import count_staff
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import UnitFlow
from optimizer.sourcing_typed import Volumes, price_typed
from optimizer.verify_sourcing import violations_sourcing
from optimizer.verify_sourcing_people import follow

SEEDS = st.integers(0, 10_000)
FEW = settings(max_examples=2, deadline=None, derandomize=True)
CENT = 0.01


@FEW
@given(SEEDS, st.sampled_from([0.0, 0.4, 1.0]))
def test_the_check_accepts_every_plan_and_finds_the_same_worth(seed, risk_weight):
    problem = random_problem(seed, risk_weight=risk_weight, risk_level=0.5)
    solution = solve_sourcing(problem, EXACT)
    assert solution.status is Status.OPTIMAL
    assert violations_sourcing(problem, solution.plan, solution.objective) == ()
    assert math.fsum(solution.terms.values()) == pytest.approx(solution.objective, abs=CENT)


@settings(max_examples=4, deadline=None, derandomize=True)
@given(SEEDS)
def test_the_rarer_rules_pass_the_check_too(seed):
    problem = wild_problem(seed)
    solution = solve_sourcing(problem, EXACT)
    if solution.plan is None:
        assert solution.status is Status.INFEASIBLE
        assert solution.shortfalls
        return
    assert violations_sourcing(problem, solution.plan, solution.objective) == ()
    again = evaluate_sourcing(problem, solution.plan.decisions, EXACT)
    assert again.objective == pytest.approx(solution.objective, abs=CENT)


@FEW
@given(SEEDS)
def test_solver_and_evaluator_agree_to_the_cent(seed):
    problem = random_problem(seed)
    solution = solve_sourcing(problem, EXACT)
    again = evaluate_sourcing(problem, solution.plan.decisions, EXACT)
    assert again.objective == pytest.approx(solution.objective, abs=CENT)


@FEW
@given(SEEDS)
def test_a_plan_typed_in_whole_is_worth_what_the_solver_says(seed):
    drawn = random_problem(seed)
    problem = replace(drawn, flow=_without_waiting(drawn.flow))
    plan = solve_sourcing(problem, EXACT).plan
    volumes = Volumes(
        units_worked=plan.units_worked,
        overtime_hours=plan.overtime_hours,
        steering_hours=plan.steering_hours,
    )
    typed = price_typed(problem, plan.decisions, volumes)
    prices = price_sourcing(problem, plan)
    assert typed.prices.objective_eur == pytest.approx(prices.objective_eur, abs=CENT)
    for name, amounts in prices.eur.items():
        assert typed.prices.eur[name] == pytest.approx(amounts, abs=1e-3), name


def _without_waiting(flow: UnitFlow) -> UnitFlow:
    nothing = {"stock_max": 0.0 * flow.stock_max, "backlog_max": 0.0 * flow.backlog_max}
    return replace(flow, **nothing)


@FEW
@given(SEEDS)
def test_counting_staff_forwards_and_by_cohort_gives_the_same(seed):
    problem = random_problem(seed)
    plan = solve_sourcing(problem, EXACT).plan
    staff, people = count_staff(problem, plan.decisions), follow(problem, plan)
    assert staff.headcount == pytest.approx(people.headcount)
    assert staff.first_year == pytest.approx(people.first_year)
    assert staff.capacity_hours == pytest.approx(people.capacity_hours)


@FEW
@given(SEEDS, st.sampled_from(["hires", "moves", "providers", "automations"]))
def test_removing_a_lever_never_raises_profit(seed, lever):
    problem = random_problem(seed)
    assert best(replace(problem, **{lever: ()})) <= best(problem) + CENT


@FEW
@given(SEEDS)
def test_a_dearer_provider_never_sells_more_hours(seed):
    problem = random_problem(seed)
    offer = problem.providers[0]
    dearer = replace(offer, eur_per_hour=offer.eur_per_hour + 6.0)
    plans = [
        solve_sourcing(replace(problem, providers=(each,)), EXACT).plan for each in (offer, dearer)
    ]
    billed = [problem.probability @ plan.billed_hours.sum(axis=(0, 1)) for plan in plans]
    assert billed[1] <= billed[0] + 1e-4


@FEW
@given(SEEDS, st.sampled_from(["prospects", "target", "conversion"]))
def test_more_of_what_is_scarce_never_costs(seed, field):
    problem = random_problem(seed)
    more = replace(problem.flow, **{field: getattr(problem.flow, field) * 1.1})
    assert best(replace(problem, flow=more)) >= best(problem) - CENT


@FEW
@given(SEEDS)
def test_more_hours_a_head_never_cost(seed):
    problem = random_problem(seed)
    states = tuple(replace(k, hours_per_head=k.hours_per_head * 1.2) for k in problem.states)
    assert best(replace(problem, states=states)) >= best(problem) - CENT


@FEW
@given(SEEDS)
def test_the_order_of_segments_and_scenarios_changes_nothing(seed):
    problem = random_problem(seed)
    flow = problem.flow
    turned = replace(
        flow,
        hours_per_unit=flow.hours_per_unit[:, ::-1],
        conversion=flow.conversion[:, ::-1],
        target=flow.target[::-1, :, ::-1],
        margin_eur=flow.margin_eur[::-1],
        prospects=flow.prospects[::-1, :, ::-1],
        pipeline=flow.pipeline[:, ::-1],
        uncovered_max=flow.uncovered_max[::-1],
    )
    tool = replace(problem.automations[0], segments=(1,))
    other = replace(problem, flow=turned, automations=(tool,))
    assert best(other) == pytest.approx(best(problem), abs=CENT)


@FEW
@given(SEEDS)
def test_units_and_hours_are_conserved(seed):
    problem = random_problem(seed)
    plan = solve_sourcing(problem, EXACT).plan
    asked = problem.flow.target.sum(axis=1)
    late = plan.backlog[:, -1]
    assert (plan.sold + plan.uncovered).sum(axis=1) + late == pytest.approx(asked)
    hours = np.einsum("pg,kpgtw->ktw", problem.flow.hours_per_unit, plan.units_worked[:1])
    people = follow(problem, plan)
    steered = plan.steering_hours.sum(axis=0)[:1]
    assert np.all(hours + steered <= people.capacity_hours[:1, :, None] + 1e-4)


@FEW
@given(SEEDS)
def test_one_seed_gives_one_plan_byte_for_byte(seed):
    problem = random_problem(seed)
    plans = [solve_sourcing(problem, EXACT).plan for _ in range(2)]
    for name in plans[0].__dataclass_fields__:
        if name != "decisions":
            assert getattr(plans[0], name).tobytes() == getattr(plans[1], name).tobytes(), name
