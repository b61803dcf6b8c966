"""The independent check: a sound plan passes, and every rule rejects a plan that breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sourcing_builders import (
    idle_plan,
    make_flow,
    make_hire,
    make_managers,
    make_move,
    make_problem,
    make_provider,
    make_state,
    make_tool,
)

from optimizer import verify_sourcing
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import (
    HireLimit,
    SourcingPlan,
    SourcingProblem,
    no_decisions,
)
from optimizer.verify_sourcing import violations_sourcing

MONTHS = 4


def checked_problem(**changes) -> SourcingProblem:
    """Two phases, one segment, four months; one of each lever."""
    flow = make_flow(
        prospects=20.0,
        universe=30.0,
        recontact_months=2,
        workable=np.array([[[1, 1, 1, 0]], [[1, 1, 1, 1]]]),
        stock_max=np.array([0.0, 5.0, 5.0])[:, None, None],
        stock_min=np.array([0.0, 0.5, 0.0])[:, None, None],
        units_max=np.array([25.0, 9.0])[:, None, None],
        backlog_max=2.0,
        uncovered_max=12.0,
        start_stock=np.array([[0.0], [1.0], [0.0]]),
    )
    settings = {
        "flow": flow,
        "states": (
            make_state(
                start_headcount=3.0, layoff_allowed=True, frozen_months=1, severance_eur=10.0,
                overtime_hours_max=2.0, overtime_yearly_max=12.0, short_time_max=1.0,
                headcount_min=1.0, headcount_max=3.5, layoff_max_share=0.5,
            ),
            make_state(state_id="trained", speed=[0.0, 1.0], layoff_allowed=False),
        ),
        "hires": (
            make_hire(max_per_month=1.0, max_total=2.0),
            make_hire(option_id="late", state=1, lead_months=2),
        ),
        "hire_limits": (HireLimit(options=(0, 1), max_total=2.0),),
        "moves": (make_move(max_per_month=2.0, max_total=3.0, max_share=0.5, share_of=(0,)),),
        "managers": (make_managers(span=4.0),),
        "providers": (
            make_provider(
                min_term_months=2, lead_months=1, steering_hours=1.0, steering_states=(0,),
                eur_per_result=1.0,
            ),
        ),
        "automations": (make_tool(lead_months=1, max_share=0.5),),
        "staff_decision_months": np.array([1.0, 1.0, 0.0, 1.0]),
    }  # fmt: skip
    return make_problem(months=MONTHS, phases=2, **{**settings, **changes})


def sound_plan(problem: SourcingProblem) -> SourcingPlan:
    return idle_plan(problem, managers=1.0)


def test_a_plan_of_doing_nothing_passes():
    problem = checked_problem()
    plan = sound_plan(problem)
    objective = price_sourcing(problem, plan).objective_eur
    assert violations_sourcing(problem, plan, objective) == ()


def _put(name: str, place, value: float) -> Callable[[SourcingPlan], SourcingPlan]:
    def change(plan: SourcingPlan) -> SourcingPlan:
        array = np.array(getattr(plan, name))
        array[place] = value
        return replace(plan, **{name: array})

    return change


def _decide(name: str, place, value: float) -> Callable[[SourcingPlan], SourcingPlan]:
    def change(plan: SourcingPlan) -> SourcingPlan:
        array = np.array(getattr(plan.decisions, name))
        array[place] = value
        return replace(plan, decisions=replace(plan.decisions, **{name: array}))

    return change


EVERYWHERE = np.s_[...]
BROKEN: list[tuple[str, Callable[[SourcingPlan], SourcingPlan]]] = [
    ("readable", _put("sold", EVERYWHERE, np.nan)),
    ("readable", _put("sold", EVERYWHERE, -1.0)),
    ("readable", lambda plan: replace(plan, sold=plan.sold[:, :2])),
    ("whole", _decide("hires", (0, 0), 0.5)),
    ("whole", _decide("layoffs", (0, 1), 0.5)),
    ("whole", _decide("moves", (0, 0), 0.5)),
    ("whole", _decide("running", (0, 1), 0.5)),
    ("whole", _decide("automated", (0, 3), 0.5)),
    ("whole", _decide("managers", (0, 0), 1.5)),
    ("share", _decide("running", (0, 1), 2.0)),
    ("flow", _put("sold", (0, 0, 0), 3.0)),
    ("flow", _put("surplus", (0, 0, 0), 3.0)),
    ("flow", _put("units_worked", (0, 0, 0, 0, 0), 21.0)),
    ("reach", _put("units_worked", (1, 0, 0, 0, 0), 1.0)),
    ("reach", _put("units_worked", (2, 1, 0, 1, 0), 1.0)),
    ("reach", _put("units_worked", (0, 0, 0, 3, 0), 1.0)),
    ("universe", _put("units_worked", (0, 0, 0, slice(0, 2), 0), 16.0)),
    ("targets", _put("uncovered", (0, 0, 0), 3.0)),
    ("targets", _put("backlog", (0, 3, 0), 0.0)),
    ("stock", _put("stock", (1, 0, 3, 0), 6.0)),
    ("stock_min", _put("stock", (1, 0, 2, 0), 0.4)),
    ("units_max", _put("units_worked", (0, 1, 0, 1, 0), 9.5)),
    ("headcount_max", _put("headcount", (0, 2), 4.0)),
    ("headcount_min", _put("headcount", (0, 2), 0.5)),
    ("layoffs_share", _decide("layoffs", (0, 1), 2.0)),
    ("backlog", _put("backlog", (0, 3, 0), 3.0)),
    ("uncovered", _put("uncovered", (0, 3, 0), 13.0)),
    ("headcount", _put("headcount", (0, 2), 2.0)),
    ("first_year", _put("first_year", (0, 2), 1.0)),
    ("established", _decide("layoffs", (0, 1), 4.0)),
    ("established", _decide("moves", (0, 1), 4.0)),
    ("hires", _decide("hires", (0, 0), 2.0)),
    ("hires", _decide("hires", (0, 2), 1.0)),
    ("hires", _decide("hires", (1, 3), 1.0)),
    ("hires_total", _decide("hires", (0, slice(0, 3)), 1.0)),
    ("hires_together", _decide("hires", (slice(0, 2), slice(0, 2)), 1.0)),
    ("layoffs", _decide("layoffs", (0, 0), 1.0)),
    ("layoffs", _decide("layoffs", (1, 1), 1.0)),
    ("layoffs", _decide("layoffs", (0, 2), 1.0)),
    ("moves", _decide("moves", (0, 0), 3.0)),
    ("moves", _decide("moves", (0, 2), 1.0)),
    ("moves_total", _decide("moves", (0, EVERYWHERE), 1.0)),
    ("moves_share", _decide("moves", (0, 0), 2.0)),
    ("hours", _put("units_worked", (0, 0, 0, 0, 0), 31.0)),
    ("hours", _put("steering_hours", (0, 0, 0, 0), 31.0)),
    ("hours", _put("short_time_heads", (0, 0, 0), 7.0)),
    ("overtime", _put("overtime_hours", (0, 0, 0), 6.5)),
    ("overtime", _put("overtime_hours", (1, 0, 0), 1.0)),
    ("overtime_year", _put("overtime_hours", (0, EVERYWHERE, 0), 6.0)),
    ("short_time", _put("short_time_heads", (0, 0, 0), 1.5)),
    ("managers", _decide("managers", (0, 2), 0.0)),
    ("lead", _decide("running", (0, slice(0, 2)), 1.0)),
    ("term", _decide("running", (0, 1), 1.0)),
    ("provider_capacity", _put("units_worked", (2, 0, 0, 1, 0), 1.0)),
    ("billed_hours", _put("units_worked", (2, 0, 0, 1, 0), 1.0)),
    ("billed_results", _put("units_worked", (2, 0, 0, 1, 0), 1.0)),
    ("steering", _decide("running", (0, slice(1, 4)), 1.0)),
    ("steering", _put("steering_hours", (0, 0, 1, 0), 1.0)),
    ("steering_states", _put("steering_hours", (0, 1, 1, 0), 1.0)),
    ("tool_capacity", _put("units_worked", (3, 0, 0, 1, 0), 1.0)),
    ("tool_share", _put("units_worked", (3, 0, 0, 1, 0), 1.0)),
    ("tool_stays", _decide("automated", (0, 2), 1.0)),
    ("tool_lead", _decide("automated", EVERYWHERE, 1.0)),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN, ids=lambda part: str(part)[:24])
def test_the_check_rejects_a_plan_that_breaks(rule, change):
    problem = checked_problem()
    broken = violations_sourcing(problem, change(sound_plan(problem)))
    assert rule in {violation.rule for violation in broken}


def _running_contract(**changes) -> SourcingProblem:
    offer = make_provider(running_since_months=1, min_term_months=3, **changes)
    return checked_problem(providers=(offer,))


def test_the_check_rejects_leaving_a_contract_before_its_term():
    problem = _running_contract()
    kept = idle_plan(problem, managers=1.0, running=[[1.0, 1.0, 0.0, 0.0]])
    left = idle_plan(problem, managers=1.0, running=[[1.0, 0.0, 0.0, 0.0]])
    assert violations_sourcing(problem, kept) == ()
    assert "committed" in {v.rule for v in violations_sourcing(problem, left)}


def test_the_check_rejects_a_restart_within_the_term():
    problem = checked_problem(providers=(make_provider(min_term_months=2),))
    soon = idle_plan(problem, managers=1.0, running=[[1.0, 1.0, 0.0, 1.0]])
    assert "pause" in {v.rule for v in violations_sourcing(problem, soon)}


def test_the_check_rejects_changing_what_is_decided():
    taken = replace(no_decisions(checked_problem(), np.nan), hires=np.zeros((2, MONTHS)))
    problem = checked_problem(fixed=taken)
    hired = idle_plan(problem, managers=1.0, hires=[[1.0, 0, 0, 0], [0.0] * MONTHS])
    assert violations_sourcing(problem, sound_plan(problem)) == ()
    assert "fixed" in {v.rule for v in violations_sourcing(problem, hired)}


def test_the_check_rejects_dropping_units_that_must_be_kept():
    flow = make_flow(pipeline=np.array([0.0, 12.0])[:, None, None], stock_max=5.0, kept=1.0)
    problem = make_problem(replace(flow, prospects=0.0), states=(make_state(),))
    plan = idle_plan(problem)
    assert violations_sourcing(problem, plan) == ()
    dropped = replace(plan, stock=np.zeros_like(plan.stock))
    assert {v.rule for v in violations_sourcing(problem, dropped)} == {"kept"}


def test_the_check_rejects_too_little_stock_at_the_end():
    flow = make_flow(start_stock=3.0, stock_max=5.0, end_stock_min=3.0, target=0.0)
    problem = make_problem(replace(flow, prospects=0.0), states=(make_state(),))
    plan = idle_plan(problem)
    assert violations_sourcing(problem, plan) == ()
    lost = replace(plan, stock=plan.stock * 0.9)
    assert {v.rule for v in violations_sourcing(problem, lost)} == {"end_stock"}


def test_the_check_counts_people_without_work():
    state = make_state(start_headcount=2.0, counts_as_excess=True)
    problem = make_problem(states=(state,), excess_max=2.0)
    plan = idle_plan(problem)
    assert plan.excess_heads.sum() == pytest.approx(2.0)
    assert violations_sourcing(problem, plan) == ()
    hidden = replace(plan, excess_heads=plan.excess_heads * 0.5)
    assert {v.rule for v in violations_sourcing(problem, hidden)} == {"hours_idle"}
    strict = replace(problem, excess_max=np.array([1.9]))
    assert {v.rule for v in violations_sourcing(strict, plan)} == {"excess"}


def test_the_check_rejects_capacity_below_nothing():
    states = (make_state(start_headcount=1.0), make_state(state_id="other"))
    move = make_move(hours_lost=(11.0,))
    problem = make_problem(states=states, moves=(move,))
    plan = idle_plan(problem, moves=1.0)
    assert {v.rule for v in violations_sourcing(problem, plan)} >= {"capacity"}


def test_the_check_follows_moves_that_happen_by_themselves():
    states = (make_state(start_headcount=4.0), make_state(state_id="senior"))
    problem = make_problem(months=2, states=states, moves=(make_move(automatic_share=0.5),))
    plan = idle_plan(problem)
    assert plan.decisions.moves.tolist() == [[2.0, 1.0]]
    assert violations_sourcing(problem, plan) == ()
    stopped = _decide("moves", (0, 1), 0.0)(plan)
    assert "moves_automatic" in {v.rule for v in violations_sourcing(problem, stopped)}


def test_the_check_rejects_a_worth_a_cent_off():
    problem = checked_problem()
    plan = sound_plan(problem)
    objective = price_sourcing(problem, plan).objective_eur
    assert [v.rule for v in violations_sourcing(problem, plan, objective + 0.01)] == ["objective"]


def test_every_rule_named_in_the_check_is_broken_by_a_test():
    folder = Path(verify_sourcing.__file__).parent
    named = set()
    for path in sorted(folder.glob("verify_sourcing*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"beyond", "unequal"}:
                first = node.args[0]
                named |= {first.value} if isinstance(first, ast.Constant) else set()
            if isinstance(node, ast.keyword) and node.arg == "rule":
                named |= {node.value.value} if isinstance(node.value, ast.Constant) else set()
    tests = sorted(Path(__file__).parent.glob("test_verify_sourcing*.py"))
    here = "".join(path.read_text("utf-8") for path in tests)
    missing = sorted(rule for rule in named if not re.search(rf'"{rule}"', here))
    assert missing == []
