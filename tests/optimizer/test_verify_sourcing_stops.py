"""The independent check rejects every stop that breaks a term, a notice or the order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from sourcing_builders import make_flow, make_hire, make_problem, make_provider, make_state

from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem, no_decisions
from optimizer.sourcing_typed import Volumes, price_typed
from optimizer.verify_sourcing import violations_sourcing

MONTHS = 5


def entitled() -> SourcingProblem:
    """Five months, two scenarios, known from the second month on; a month of notice."""
    offer = make_provider(
        stop_notice_months=1, min_term_months=3, retainer_eur=7.0, minimum_hours=2.0,
        steering_hours=1.0,
    )  # fmt: skip
    other = make_provider(provider_id="for good", retainer_eur=5.0)
    team = make_state(
        start_headcount=1.0, wage_eur=11.0, headcount_min=0.5, overtime_hours_max=4.0,
        short_time_max=2.0, overtime_yearly_max=90.0, attrition_first_year=0.1,
        first_year_months=12,
    )  # fmt: skip
    return make_problem(
        make_flow(),
        months=MONTHS,
        scenarios=2,
        providers=(offer, other),
        states=(team,),
        hires=(make_hire(term_months=4, renewal_months=2), make_hire(option_id="for good")),
        reveal_month=1,
    )


def plan_of(problem: SourcingProblem, **volumes) -> SourcingPlan:
    """Hold both contracts all the time and two people hired; nobody works."""
    decisions = no_decisions(problem)
    decisions.running[...] = 1.0
    decisions.hires[0, 0] = 2.0
    shape = (len(problem.source_ids), 1, 1, MONTHS, 2)
    typed = Volumes(units_worked=np.zeros(shape), **volumes)
    return price_typed(problem, decisions, typed).plan


def stopped(**cells) -> SourcingPlan:
    problem = entitled()
    arrays = {"terminated": np.zeros((2, MONTHS, 2)), "lapsed": np.zeros((2, MONTHS, 2))}
    for name, changes in cells.items():
        for place, value in changes:
            arrays[name][place] = value
    return plan_of(problem, **arrays)


SOUND = {
    "terminated": [((0, slice(3, None), 1), 1.0)],
    "lapsed": [((0, 0, 1), 2.0)],
}


def test_a_sound_plan_passes_and_its_worth_is_worked_out_again():
    problem, plan = entitled(), stopped(**SOUND)
    objective = price_sourcing(problem, plan).objective_eur
    assert violations_sourcing(problem, plan, objective) == ()
    # Two months of retainer and minimum hours at 30 EUR, and two people for two months.
    kept = plan_of(problem)
    stay = 0.9**2 + 0.9**3
    saved = 0.5 * (2 * (7.0 + 2.0 * 30.0) + 2.0 * 11.0 * stay)
    assert objective - price_sourcing(problem, kept).objective_eur == pytest.approx(saved)


STOPPED = [
    ("stop_known", {"terminated": [((0, slice(1, None), 1), 1.0)]}),
    ("stop_known", {"terminated": [((1, slice(3, None), 1), 1.0)]}),
    ("stop_term", {"terminated": [((0, slice(2, None), 1), 1.0)]}),
    ("stop_stays", {"terminated": [((0, 3, 1), 1.0)]}),
    ("stop_whole", {"terminated": [((0, slice(3, None), 1), 0.5)]}),
    ("lapse_known", {"lapsed": [((0, 3, 1), 1.0)]}),
    ("lapse_known", {"lapsed": [((1, 0, 1), 1.0)]}),
    ("lapse_hired", {"lapsed": [((0, 0, 1), 3.0)]}),
    ("lapse_hired", {"lapsed": [((0, 1, 0), 1.0)]}),
    ("lapse_whole", {"lapsed": [((0, 0, 1), 0.5)]}),
]


@pytest.mark.parametrize(("rule", "cells"), STOPPED, ids=lambda part: str(part)[:24])
def test_the_check_rejects_a_stop_that_breaks(rule, cells):
    broken = violations_sourcing(entitled(), stopped(**cells))
    assert rule in {violation.rule for violation in broken}


def test_the_check_rejects_stopping_what_is_not_under_contract():
    problem, plan = entitled(), stopped(**SOUND)
    ended = plan.decisions.running.copy()
    ended[0, 4] = 0.0
    broken = replace(plan, decisions=replace(plan.decisions, running=ended))
    assert "stop_contract" in {v.rule for v in violations_sourcing(problem, broken)}


def test_the_check_keeps_the_least_people_in_every_scenario():
    problem, plan = entitled(), stopped(**SOUND)
    least = replace(problem.states[0], headcount_min=np.full(MONTHS, 1.5))
    strict = replace(problem, states=(least,))
    rules = {v.rule for v in violations_sourcing(strict, plan)}
    assert "lapse_headcount_min" in rules
    assert "lapse_headcount_min" not in {
        v.rule for v in violations_sourcing(strict, plan_of(problem))
    }


def _put(
    name: str, place: tuple[object, ...], value: float
) -> Callable[[SourcingPlan], SourcingPlan]:
    def change(plan: SourcingPlan) -> SourcingPlan:
        array = getattr(plan, name).copy()
        array[place] = value
        return replace(plan, **{name: array})

    return change


# In the second scenario nobody but the first person is there in month 4, and no contract runs.
AFTER_THE_STOP = [
    ("provider_capacity", _put("units_worked", (1, 0, 0, 3, 1), 1.0)),
    ("steering", _put("steering_hours", (0, 0, 3, 1), 1.0)),
    ("billed_hours", _put("billed_hours", (0, 2, 1), 0.0)),
    ("hours", _put("units_worked", (0, 0, 0, 3, 1), 11.0)),
    ("overtime", _put("overtime_hours", (0, 3, 1), 4.5)),
    ("short_time", _put("short_time_heads", (0, 3, 1), 1.5)),
]


@pytest.mark.parametrize(("rule", "change"), AFTER_THE_STOP, ids=lambda part: str(part)[:24])
def test_the_check_counts_only_what_is_left(rule, change):
    problem, plan = entitled(), stopped(**SOUND)
    assert rule in {v.rule for v in violations_sourcing(problem, change(plan))}
    if rule not in {"steering", "billed_hours"}:
        free = change(plan_of(problem))
        assert rule not in {v.rule for v in violations_sourcing(problem, free)}
