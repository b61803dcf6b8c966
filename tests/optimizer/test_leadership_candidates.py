"""Candidates, their regret by hand, the least regretted by brute force, and tests on new demand."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from leadership_builders import EXACT, shop

from optimizer.leadership_candidates import (
    Made,
    candidates_of,
    least_regretted,
    out_of_sample,
)
from optimizer.leadership_regret import (
    Evaluated,
    Regret,
    fresh_scenarios,
    regrets_of,
    solved_alone,
)
from optimizer.result import Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import UnitFlow, no_decisions
from optimizer.sourcing_scenarios import mean_scenario


def seats(**changes):
    """A seat gives 4 hours for 240 EUR, a deal takes one and brings 100; demand 0 or 8."""
    stated = {"target": np.array([[0.0, 8.0]]), "scenarios": 2, "heads": 0.0, "wage": 240.0}
    return replace(shop(trained=False, **stated), providers=(), **changes)


def drawn_demand(problem, *targets):
    """Return the problem with these targets, as if they had been drawn."""
    drawn = fresh_scenarios(problem, len(targets))
    return replace(drawn, flow=replace(drawn.flow, target=np.array([[targets]])))


def bought(problem, count):
    decisions = no_decisions(problem)
    decisions.hires[0, 0] = count
    return decisions


def regret(*cells, broken=()):
    """Return a regret of (plan, best found, bound) by scenario; None: no figure."""
    each = tuple(
        Evaluated(scenario=f"s{i}", status=Status.OPTIMAL, plan_eur=plan, plan_bound_eur=plan,
                  best_eur=low, best_bound_eur=high)
        for i, (plan, low, high) in enumerate(cells)
    )  # fmt: skip
    ends = [e.regret_eur for e in each]
    highs = [np.inf if end is None or end[1] is None else end[1] for end in ends]
    return Regret(
        scenarios=each, mean_eur=None, cvar_eur=None, worth_eur=None, expected_eur=None,
        worst_eur=max(highs) if np.isfinite(highs).all() else None, worst_low_eur=None,
        worst_scenario=None, broken=broken,
    )  # fmt: skip


def test_one_seat_is_regretted_least():
    """Best knowing: 0 and 800 - 480 = 320. None: 0, 320; one: -240, 160; two: -480, 320."""
    problem = seats()
    tried = [bought(problem, count) for count in range(3)]
    found = regrets_of(problem, tried, EXACT, solved_alone(problem, EXACT))
    profits = [[cell.plan_eur for cell in each.scenarios] for each in found]
    assert np.allclose(profits, [[0, 0], [-240, 160], [-480, 320]], atol=1e-4)
    assert [each.worst_eur for each in found] == pytest.approx([320, 240, 480], abs=1e-3)
    assert [each.worst_scenario for each in found] == ["s2", "s1", "s1"]
    assert [each.expected_eur for each in found] == pytest.approx([160, 200, 240], abs=1e-3)
    choice = least_regretted(found)
    assert (choice.index, choice.proved) == (1, True)


def test_the_worth_weighs_mean_and_worst_cases_as_the_plan_does():
    problem = seats(risk_weight=0.25, risk_level=0.5)
    (found,) = regrets_of(problem, [bought(problem, 1)], EXACT, solved_alone(problem, EXACT))
    assert (found.mean_eur, found.cvar_eur) == pytest.approx((-40, -240), abs=1e-3)
    assert found.worth_eur == pytest.approx(0.75 * -40 + 0.25 * -240, abs=1e-3)


def test_a_candidate_better_than_the_best_found_raises_the_best_for_all():
    problem = seats()
    rough = tuple(
        replace(each, objective=-500.0, bound=400.0, terms={}, status=Status.FEASIBLE)
        for each in solved_alone(problem, EXACT)
    )
    first, second = regrets_of(problem, [bought(problem, n) for n in (0, 2)], EXACT, rough)
    assert first.scenarios[1].best_eur == second.scenarios[1].best_eur == pytest.approx(320)
    assert first.scenarios[1].regret_eur == pytest.approx((320, 400), abs=1e-3)
    assert second.scenarios[1].regret_eur == pytest.approx((0, 80), abs=1e-3)


def test_decisions_that_break_a_rule_are_never_chosen():
    problem = seats(flow=replace(seats().flow, uncovered_max=0.0))
    found = regrets_of(problem, [bought(problem, n) for n in (0, 2)], EXACT,
                       solved_alone(problem, EXACT))  # fmt: skip
    assert found[0].broken == ("s2",)
    assert (found[0].worst_eur, found[0].worth_eur) == (None, None)
    choice = least_regretted(found)
    assert (choice.index, choice.proved) == (1, True)


def test_a_best_without_a_bound_leaves_the_choice_open():
    known, endless = regret((5.0, 9.0, 9.0)), regret((7.0, 9.0, None))
    assert endless.scenarios[0].regret_eur == (2.0, None)
    choice = least_regretted([known, endless])
    assert (choice.index, choice.proved) == (0, False)
    assert least_regretted([endless]).index is None


def test_candidates_are_the_plan_nothing_each_demand_and_the_mean():
    problem = seats()
    solved, alone = solve_sourcing(problem, EXACT), solved_alone(problem, EXACT)
    mean = solve_sourcing(mean_scenario(problem), EXACT)
    found = candidates_of(problem, solved.plan, solved, alone, mean)
    assert [(each.made, each.scenario) for each in found] == [
        (Made.PLAN, ""), (Made.NOTHING, ""), (Made.SCENARIO, "s1"), (Made.SCENARIO, "s2"),
        (Made.MEAN, ""),
    ]  # fmt: skip
    assert [each.decisions.hires.sum() for each in found] == [0, 0, 0, 2, 1]
    missing = replace(mean, plan=None, objective=None, status=Status.UNKNOWN)
    assert len(candidates_of(problem, solved.plan, solved, alone, missing)) == 4


figure = st.integers(0, 6)


@settings(max_examples=150, deadline=None)
@given(
    plans=st.lists(st.lists(figure, min_size=2, max_size=3), min_size=2, max_size=2),
    width=st.lists(figure, min_size=3, max_size=3),
)
def test_a_choice_is_proved_just_when_no_best_within_the_bounds_speaks_against_it(plans, width):
    """All figures are whole, so whole numbers hold every corner and every crossing."""
    size = min(len(each) for each in plans)
    lows = [max(plan[w] for plan in plans) for w in range(size)]
    highs = [low + width[w] for w, low in enumerate(lows)]
    found = [regret(*zip(plan, lows, highs, strict=False)) for plan in plans]
    choice = least_regretted(found)
    assume(choice.index is not None)
    chosen, other = plans[choice.index], plans[1 - choice.index]
    boxes = product(*(range(low, high + 1) for low, high in zip(lows, highs, strict=True)))
    truth = all(
        max(b - v for b, v in zip(best, chosen, strict=False))
        <= max(b - v for b, v in zip(best, other, strict=False))
        for best in boxes
    )
    assert choice.proved is truth


def test_a_test_on_demand_without_spread_is_that_demand():
    problem = seats(flow=replace(seats().flow, target=np.array([[[6.0, 6.0]]])))
    alone = solved_alone(problem, EXACT)
    plan = alone[0].plan
    candidates = candidates_of(problem, plan, alone[0], alone, alone[0])
    (first, *_) = out_of_sample(fresh_scenarios(problem, 4), candidates, EXACT)
    assert (first.scenarios, first.broken) == (4, 0)
    assert first.mean_eur == pytest.approx(400 - 240)
    assert (first.mean_error_eur, first.extra_eur) == pytest.approx((0, 0), abs=1e-6)
    assert first.cvar_eur == pytest.approx(first.lowest_eur) == pytest.approx(160)


def test_means_errors_and_tails_of_a_test_are_those_of_the_draws():
    problem = seats(risk_level=0.5)
    drawn = drawn_demand(problem, 0.0, 2.0, 4.0, 6.0)
    alone = solved_alone(problem, EXACT)
    candidates = candidates_of(problem, alone[1].plan, alone[0], alone, alone[0])
    two, none, *_ = out_of_sample(drawn, candidates, EXACT)
    profits = np.array([-480.0, -280.0, -80.0, 120.0])
    assert two.mean_eur == pytest.approx(profits.mean())
    assert two.mean_error_eur == pytest.approx(profits.std(ddof=1) / 2)
    assert (two.cvar_eur, two.lowest_eur) == pytest.approx((-380, -480))
    assert none.extra_eur == pytest.approx(-profits.mean())
    assert none.extra_error_eur == pytest.approx(profits.std(ddof=1) / 2)


def test_decisions_that_fail_on_new_demand_have_no_figures():
    problem = seats(flow=replace(seats().flow, uncovered_max=0.0))
    drawn = drawn_demand(problem, 8.0, 12.0)
    alone = solved_alone(problem, EXACT)
    candidates = candidates_of(problem, alone[1].plan, alone[0], alone, alone[0])
    (two, *_) = out_of_sample(drawn, candidates, EXACT)
    assert two.broken == 1
    assert (two.mean_eur, two.cvar_eur, two.extra_eur) == (None, None, None)


@pytest.mark.parametrize(("rate", "most"), [(0.5, 2.0), (1.0, 1.0), (0.0, np.inf)])
def test_no_conversion_is_drawn_above_certainty(rate, most):
    flow = UnitFlow(hours_per_unit=1.0, conversion=rate, target=4.0, margin_eur=100.0,
                    conversion_factor=np.array([0.1, 1.0]))  # fmt: skip
    drawn = fresh_scenarios(seats(flow=flow), 200, seed=5).flow.conversion_factor
    assert drawn.min() >= 0.0
    assert drawn.max() <= most
    # Half of the draws go up from the mean, so that without a limit some would pass 1.
    assert drawn.max() > min(most, 1.0) - 1e-9
