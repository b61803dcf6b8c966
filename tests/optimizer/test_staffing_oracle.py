"""Staffing against brute force, and against itself under changes with a known direction."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staffing_builders import SHARED, make_demand, make_hire, make_problem
from staffing_cases import small_problem

from optimizer.result import Options, Status
from optimizer.staffing import solve_staffing
from optimizer.staffing_problem import StaffingProblem
from optimizer.verify_staffing import evaluate, violations_staffing

EXACT = Options(gap=0.0)
Worker = tuple[float, frozenset[int]]
"""Hours, and the cells they may be spent on."""


def best_value(cells: list[tuple[float, float]], workers: list[Worker]) -> float:
    """Return the best value of hours served: greedy by value, exact on a polymatroid.

    `cells` are (hours wanted, value an hour). The hours that workers can serve together form a
    polymatroid; its rank of a set is, by the min-cut theorem, the least over subsets A of the
    capacity that reaches A plus the demand outside A.
    """
    order = sorted(range(len(cells)), key=lambda cell: -cells[cell][1])
    total, before = 0.0, 0.0
    for size in range(1, len(order) + 1):
        chosen = order[:size]
        rank = min(
            sum(hours for hours, reach in workers if reach & set(inside))
            + sum(cells[cell][0] for cell in chosen if cell not in inside)
            for count in range(size + 1)
            for inside in combinations(chosen, count)
        )
        total += (rank - before) * cells[chosen[-1]][1]
        before = rank
    return total


def role_sets(phases: int, most: int) -> list[frozenset[int]]:
    return [
        frozenset(each) for size in range(most + 1) for each in combinations(range(phases), size)
    ]


def brute_force(problem: StaffingProblem) -> float:
    """Enumerate every role of every person and hire; one month, productivity 0 or 1."""
    demand = problem.demand
    cells = [(float(u), float(v)) for u, v in zip(demand.units, demand.value_eur, strict=True)]
    phases, most = len(problem.phases), problem.max_phases
    offer = problem.hires[0]
    best = 0.0
    able = [set(np.flatnonzero(row).tolist()) for row in problem.productivity]
    every = role_sets(phases, most)
    for roles in product(*([held for held in every if held <= can] for can in able)):
        people = [_worker(problem, person, held) for person, held in enumerate(roles)]
        price = problem.role_change_eur * sum(
            len(held - set(np.flatnonzero(today).tolist()))
            for held, today in zip(roles, problem.current_phases, strict=True)
            if today.any()
        )
        best = max(best, best_value(cells, people) - price)
        for held, pool in product(every[1:], offer.pools):
            if all(offer.productivity[phase] > 0 for phase in held):
                hire = (float(offer.hours_by_month[0]), _reach(problem, pool, held))
                paid = price + offer.cost_eur_per_month
                best = max(best, best_value(cells, [*people, hire]) - paid)
    return best


def _worker(problem: StaffingProblem, person: int, held: frozenset[int]) -> Worker:
    gains = problem.specialisation_gain
    gain = gains[min(max(len(held), 1), len(gains)) - 1]
    pool = int(problem.person_pool[person])
    return float(problem.person_hours[person, 0]) * gain, _reach(problem, pool, held)


def _reach(problem: StaffingProblem, pool: int, able: frozenset[int]) -> frozenset[int]:
    demand = problem.demand
    rows = zip(demand.cell.tolist(), demand.pool.tolist(), demand.phase.tolist(), strict=True)
    return frozenset(
        cell for cell, place, phase in rows if phase in able and place in (pool, SHARED)
    )


@st.composite
def tiny_problems(draw) -> StaffingProblem:
    phases, people = 3, draw(st.integers(1, 3))
    places = [(SHARED, 0), (0, 1), (1, 1), (0, 2)]
    cells = [
        (draw(st.integers(0, 12)), draw(st.integers(1, 9)), [(pool, phase, 0, 1.0)])
        for pool, phase in places
    ]
    bits = st.lists(st.integers(0, 1), min_size=phases, max_size=phases)
    skills = [draw(bits) for _ in range(people)]
    today = np.array([draw(bits) for _ in range(people)], dtype=bool)
    offer = make_hire(
        phases,
        1,
        productivity=np.array(draw(bits), dtype=float),
        pools=(0, 1),
        hours_by_month=np.array([float(draw(st.integers(1, 8)))]),
        cost_eur_per_month=float(draw(st.integers(1, 20))),
        max_count=1,
    )
    return make_problem(
        make_demand(cells),
        can_do=skills,
        hours=[float(draw(st.integers(0, 9))) for _ in range(people)],
        pools=2,
        person_pool=[person % 2 for person in range(people)],
        territorial=(1, 2),
        max_phases=draw(st.integers(1, 3)),
        specialisation_gain=draw(st.sampled_from([(1.0,), (1.5, 1.25, 1.0)])),
        role_change_eur=float(draw(st.integers(0, 4))),
        current_phases=today,
        hires=(offer,),
    )


@settings(max_examples=15, deadline=None, derandomize=True)
@given(tiny_problems())
def test_tiny_problems_reach_the_value_of_brute_force(problem):
    solution = solve_staffing(problem, EXACT)
    assert solution.objective == pytest.approx(brute_force(problem), abs=1e-4)
    assert solution.bound >= solution.objective
    assert violations_staffing(problem, solution.plan) == ()


@settings(max_examples=8, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_every_plan_passes_the_check_and_adds_up(seed):
    problem = small_problem(seed)
    solution = solve_staffing(problem, Options(gap=0.005))
    assert solution.status in {Status.OPTIMAL, Status.FEASIBLE}
    assert violations_staffing(problem, solution.plan) == ()
    assert evaluate(problem, solution.plan) == pytest.approx(solution.terms, abs=1e-6)
    assert math.fsum(solution.terms.values()) == pytest.approx(solution.objective, abs=1e-6)


def value(problem: StaffingProblem) -> float:
    return solve_staffing(problem, EXACT).objective


TOLERANCE = 0.01

SEEDS = pytest.mark.parametrize("seed", [12, 13])


@SEEDS
def test_more_capacity_never_costs(seed):
    problem = small_problem(seed)
    more = replace(problem, person_hours=problem.person_hours + 5.0)
    assert value(more) >= value(problem) - TOLERANCE


@SEEDS
def test_more_demand_never_costs(seed):
    problem = small_problem(seed)
    more = replace(problem, demand=replace(problem.demand, units=problem.demand.units + 1.0))
    assert value(more) >= value(problem) - TOLERANCE


@SEEDS
def test_removing_levers_gives_a_falling_ladder_of_profits(seed):
    problem = small_problem(seed)
    ladder = [
        problem,
        replace(problem, documented=np.array([True, False, False])),
        replace(problem, providers=()),
        replace(problem, providers=(), hires=()),
        replace(problem, providers=(), hires=(), max_phases=1),
    ]
    values = [value(each) for each in ladder]
    assert all(lower <= higher + TOLERANCE for higher, lower in pairwise(values))


@SEEDS
def test_a_dearer_provider_is_never_bought_more(seed):
    problem = small_problem(seed)
    bought = []
    for price in (0.0, 30.0, 60.0, 1000.0):
        offer = replace(problem.providers[0], price_eur_per_hour=price)
        plan = solve_staffing(replace(problem, providers=(offer,)), EXACT).plan
        bought.append(float(plan.provider_hours.sum()))
    assert bought == sorted(bought, reverse=True)
    assert bought[0] > 0
    assert bought[-1] == 0


@SEEDS
def test_the_order_of_cells_does_not_matter(seed):
    problem = small_problem(seed)
    demand = problem.demand
    backwards = replace(
        demand,
        units=demand.units[::-1].copy(),
        value_eur=demand.value_eur[::-1].copy(),
        cell=len(demand.cell_ids) - 1 - demand.cell,
    )
    assert value(replace(problem, demand=backwards)) == pytest.approx(value(problem), rel=1e-6)


def test_doubling_every_price_doubles_the_value():
    problem = small_problem(12)
    offer, provider = problem.hires[0], problem.providers[0]
    doubled = replace(
        problem,
        demand=replace(problem.demand, value_eur=problem.demand.value_eur * 2),
        preference_eur_per_hour=problem.preference_eur_per_hour * 2,
        role_change_eur=problem.role_change_eur * 2,
        hires=(
            replace(
                offer,
                recruiting_eur=offer.recruiting_eur * 2,
                cost_eur_per_month=offer.cost_eur_per_month * 2,
            ),
        ),
        providers=(
            replace(
                provider,
                price_eur_per_hour=provider.price_eur_per_hour * 2,
                setup_eur=provider.setup_eur * 2,
                retainer_eur_per_month=provider.retainer_eur_per_month * 2,
            ),
        ),
    )
    assert value(doubled) == pytest.approx(2 * value(problem), rel=1e-6)
