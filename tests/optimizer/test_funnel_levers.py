"""What a changed assumption does, and what the prospects there are allow."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest
from funnel_builders import article, chain

from optimizer.funnel import Pipeline, need
from optimizer.funnel_sensitivity import (
    CONVERSION,
    DEAL_VALUE,
    MINUTES,
    planned_deals,
    sensitivity,
    whole_hours,
)
from optimizer.funnel_universe import _allowed, universe_limit

F = Fraction


def levers(problem):
    return {
        (lever.assumption, lever.phase, lever.asked): lever for lever in sensitivity(need(problem))
    }


def test_a_conversion_moves_the_phases_up_to_it_and_no_later_one():
    plan = need(article())
    by_phase = {phase: sum(row) for phase, row in plan.hours.items()}
    found = levers(article())[CONVERSION, "proposal", F(1, 10)]
    assert found.hours == whole_hours(plan) / F(11, 10)
    assert found.deals == 3 * F(11, 10)
    first = levers(article())[CONVERSION, "prospecting", F(-1, 10)]
    rest = whole_hours(plan) - by_phase["prospecting"]
    assert first.hours == rest + by_phase["prospecting"] / F(9, 10)
    assert first.deals == 3 * F(9, 10)


def test_minutes_move_their_phase_and_no_deal():
    plan = need(article())
    found = levers(article())[MINUTES, "meeting", F(1, 10)]
    assert found.hours == whole_hours(plan) + sum(plan.hours["meeting"]) / 10
    assert found.deals == planned_deals(plan) == 3


def test_a_dearer_deal_spares_work_and_brings_revenue():
    found = levers(article())[DEAL_VALUE, "", F(1, 10)]
    assert found.hours == whole_hours(need(article())) / F(11, 10)
    assert found.deals * found.revenue_factor == 3 * F(11, 10)


def test_a_conversion_never_rises_above_one():
    found = levers(chain(per_next=(1, F(21, 20)), deals=(2,)))
    assert found[CONVERSION, "p0", F(1, 10)].change == 0
    assert found[CONVERSION, "p1", F(1, 10)].change == F(1, 20)
    assert found[CONVERSION, "p0", F(-1, 10)].change == F(-1, 10)


def test_with_pipeline_and_late_work_the_hours_are_those_of_the_changed_funnel():
    lots = (Pipeline(phase="p1", units=F(3)), Pipeline(phase="won", units=F(1)))
    problem = chain(per_next=(3, 2), lags=(1, F(1, 2)), deals=(2, 2, 2), pipeline=lots)
    found = levers(problem)[CONVERSION, "p1", F(-1, 10)]
    stages = (problem.stages[0], replace(problem.stages[1], units_per_next=F(2) / F(9, 10)))
    changed = need(replace(problem, stages=stages))
    by_hand = sum(sum(cells.values()) for cells in changed.needed.values())
    assert found.hours == by_hand
    assert found.deals < planned_deals(need(problem))


@pytest.mark.parametrize("step", [F(0), F(1), F(-1, 10)])
def test_a_step_that_is_no_share_is_refused(step):
    with pytest.raises(ValueError, match="step"):
        sensitivity(need(article()), step)


@pytest.mark.parametrize(
    ("there", "missing", "deals"), [(180, 60, F(9, 4)), (240, 0, 3), (241, 0, 3)]
)
def test_a_target_beyond_the_universe_says_what_it_allows(there, missing, deals):
    limit = universe_limit([need(article())], F(there))
    assert (limit.needed, limit.missing, limit.deals_possible) == (240, missing, deals)


def test_the_formula_of_a_universe_multiplies_out():
    limit = universe_limit([need(article())], F(180))
    assert limit.formula == ("240 prospects = 3 deals x 4 x 20; 180 prospects make 2.25 of them")


@pytest.mark.parametrize(("recontact", "workable"), [(0, 10), (3, 10), (2, 20), (1, 30)])
def test_a_unit_is_worked_again_after_the_delay(recontact, workable):
    plan = need(chain(per_next=(1,), lags=(0,), deals=(10, 10, 10)))
    assert universe_limit([plan], F(10), recontact).workable == workable


@pytest.mark.parametrize("window", [1, 2, 3])
@pytest.mark.parametrize("wanted", [(2, 3, 1, 2), (0, 4, 4, 0), (1, 0, 3, 3), (3, 3, 3, 3)])
def test_the_earliest_first_serves_as_many_as_any_order(wanted, window):
    most = 3
    best = 0
    for taken in product(*(range(n + 1) for n in wanted)):
        windows = [sum(taken[t : t + window]) for t in range(len(taken))]
        if max(windows) <= most:
            best = max(best, sum(taken))
    assert sum(_allowed([F(n) for n in wanted], F(most), window)) == best


def test_the_pipeline_takes_nothing_from_the_universe():
    lot = (Pipeline(phase="prospecting", units=F(100)),)
    limit = universe_limit([need(article(pipeline=lot))], F(140))
    assert (limit.needed, limit.missing) == (140, 0)


def test_plans_share_a_universe_by_what_they_need():
    one = need(chain(per_next=(10,), lags=(0,), deals=(1,)))
    two = need(chain(per_next=(30,), lags=(0,), deals=(1,)))
    limit = universe_limit([one, two], F(20))
    assert (limit.needed, limit.deals_needed, limit.deals_possible) == (40, 2, 1)
    assert limit.formula == "40 u0s for 2 deals; 20 u0s make 1 of them"


def test_no_plan_or_a_negative_universe_is_refused():
    for plans, units in (([], 1), ([need(article())], -1)):
        with pytest.raises(ValueError, match="universe"):
            universe_limit(plans, F(units))
