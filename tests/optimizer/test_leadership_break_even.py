"""Break-even prices: by hand, at the edge and one beyond."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leadership_builders import EXACT, shop

from benchmarks.published_staffing_own import train_or_hire
from optimizer.leadership_break_even import BreakEvenKind, break_even_price
from optimizer.leadership_lever import (
    provider_price,
    recruiting_price,
    training_price,
    wage_price,
)
from optimizer.result import Options
from optimizer.sourcing import solve_sourcing

NO_LEVER = {"hires": (), "moves": ()}


def hourly(problem, **options):
    return break_even_price(problem, provider_price(problem, 0), Options(gap=0.0, **options))


def test_an_hour_outside_is_worth_the_margin_it_earns():
    """Six more deals of 100 EUR, an hour each, nothing else on offer: 100 EUR an hour."""
    found = hourly(shop(**NO_LEVER))
    assert found.kind is BreakEvenKind.PRICE
    assert found.low == pytest.approx(100.0, abs=0.1)
    assert found.high == pytest.approx(100.0, abs=0.1)
    assert found.pays_today is True


def test_a_set_up_lowers_the_price_by_its_part_of_an_hour():
    """120 EUR once over 6 hours: 20 EUR an hour less."""
    problem = shop(**NO_LEVER)
    problem = replace(problem, providers=(replace(problem.providers[0], setup_eur=120.0),))
    assert hourly(problem).low == pytest.approx(80.0, abs=0.1)


def test_another_lever_lowers_the_price_outside():
    """Four deals are left to do: a hire does them for 300 EUR, so outside for 75 EUR an hour."""
    found = hourly(shop(target=8.0, wage=300.0, moves=()))
    assert found.low == pytest.approx(75.0, abs=0.2)


@pytest.mark.parametrize(("price", "pays"), [(79.0, True), (81.0, False)])
def test_around_the_break_even_the_lever_is_bought_and_is_not(price, pays):
    problem = shop(price=price, **NO_LEVER)
    problem = replace(problem, providers=(replace(problem.providers[0], setup_eur=120.0),))
    found = hourly(problem)
    assert found.pays_today is pays
    bought = solve_sourcing(problem, EXACT).plan.decisions.running.sum() > 0
    assert bought == pays
    assert found.low == pytest.approx(80.0, abs=0.1)


def test_a_provider_nobody_needs_never_pays():
    problem = shop(target=4.0, **NO_LEVER)
    assert hourly(problem).kind is BreakEvenKind.NEVER_PAYS


def test_a_provider_without_whom_rules_break_is_always_needed():
    problem = shop(target=10.0, **NO_LEVER)
    problem = replace(problem, flow=replace(problem.flow, uncovered_max=0.0))
    assert hourly(problem).kind is BreakEvenKind.ALWAYS_NEEDED


def test_the_wage_a_hire_is_worth():
    problem = shop(target=8.0, moves=(), providers=())
    found = break_even_price(problem, wage_price(problem, 0), EXACT)
    assert (found.low, found.high) == (pytest.approx(400.0, abs=1), pytest.approx(400.0, abs=1))
    assert found.pays_today is False


def test_what_recruiting_may_cost():
    problem = shop(target=8.0, wage=150.0, moves=(), providers=())
    found = break_even_price(problem, recruiting_price(problem, 0), EXACT)
    assert found.low == pytest.approx(250.0, abs=1)


def test_what_training_may_cost():
    """Trained, the one person does 6 deals instead of 4."""
    problem = shop(hires=(), providers=())
    found = break_even_price(problem, training_price(problem, "train", (0,)), EXACT)
    assert found.low == pytest.approx(200.0, abs=1)


@pytest.mark.parametrize(
    ("field", "expected"),
    [("eur_per_result", 100.0), ("success_eur", 100.0), ("retainer_eur", 600)],
)
def test_every_form_of_price_has_its_break_even(field, expected):
    problem = shop(price=0.0, **NO_LEVER)
    found = break_even_price(problem, provider_price(problem, 0, field), EXACT)
    assert found.low == pytest.approx(expected, abs=0.6)


def test_with_a_weight_on_risk_the_price_is_where_the_objective_is_the_same():
    target = np.array([[4.0, 10.0]])
    problem = shop(target=target, scenarios=2, risk_weight=0.5, risk_level=0.5, **NO_LEVER)
    problem = replace(problem, providers=(replace(problem.providers[0], setup_eur=60.0),))
    found = hourly(problem)
    lever = provider_price(problem, 0)
    at, beyond = (
        solve_sourcing(lever.at(price), EXACT) for price in (found.low - 0.5, found.high + 0.5)
    )
    assert at.plan.decisions.running.sum() == 1.0
    assert beyond.plan.decisions.running.sum() == 0.0


@given(
    target=st.integers(5, 16),
    setup=st.sampled_from([0.0, 30.0, 90.0]),
    wage=st.sampled_from([250.0, 350.0]),
)
@settings(max_examples=8, deadline=None)
def test_below_the_break_even_it_is_bought_and_above_it_is_not(target, setup, wage):
    problem = shop(target=float(target), wage=wage)
    problem = replace(problem, providers=(replace(problem.providers[0], setup_eur=setup),))
    found, lever = hourly(problem), provider_price(problem, 0)
    assert found.kind is BreakEvenKind.PRICE
    without = solve_sourcing(lever.without, EXACT).objective
    below = solve_sourcing(lever.at(found.low - 1.0), EXACT).objective
    above = solve_sourcing(lever.at(found.high + 1.0), EXACT).objective
    assert below > without + 0.5
    assert above == pytest.approx(without, abs=1.5)


def test_a_contract_that_runs_and_a_wage_others_earn_have_no_price_of_their_own():
    problem = shop()
    runs = replace(problem.providers[0], running_since_months=1)
    with pytest.raises(ValueError, match="runs already"):
        provider_price(replace(problem, providers=(runs,)), 0)
    longer = shop(months=2)
    seasonal = replace(longer.providers[0], retainer_eur=np.array([1.0, 2.0]))
    two = replace(longer, providers=(seasonal,))
    with pytest.raises(ValueError, match="changes by month"):
        provider_price(two, 0, "retainer_eur")
    states = (problem.states[0], replace(problem.states[1], start_headcount=1.0), problem.states[2])
    with pytest.raises(ValueError, match="state of their own"):
        wage_price(replace(problem, states=states), 0)


@pytest.mark.parametrize(("rate", "trained"), [(0.118, False), (0.122, True)])
def test_in_the_case_of_train_or_hire_training_pays_from_a_win_rate_of_12_percent(rate, trained):
    moved = solve_sourcing(train_or_hire(rate), EXACT).plan.decisions.moves[0].sum()
    assert bool(moved > 0.0) is trained
