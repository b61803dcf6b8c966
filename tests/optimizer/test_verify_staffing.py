"""The independent check: a sound plan passes, and every rule rejects a plan that breaks it."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from staffing_builders import make_hire
from staffing_checked import POOL0, POOL1, SHARED_ROW, checked_plan, checked_problem

from optimizer import verify_staffing
from optimizer.staffing_given_problem import Contract, CrewWork, Given, HiresDecided
from optimizer.staffing_problem import SHARED, HireGroup, ProviderOffer, StaffingPlan
from optimizer.verify_staffing import evaluate, violations_staffing


def test_a_sound_plan_passes():
    assert violations_staffing(checked_problem(), checked_plan()) == ()


def test_terms_are_worked_out_by_hand():
    assert evaluate(checked_problem(), checked_plan()) == pytest.approx(
        {
            "margin_eur": 160 * 100.0,
            "hire_eur": -(500.0 + 3 * 1000.0),
            "provider_eur": -(300.0 + 2 * 40.0 + 50 * 30.0),
            "preference_eur": -2.0 * 0.5 * 20,
            "role_change_eur": -70.0,
        }
    )


def test_terms_count_every_start_and_cut_pay_at_the_horizon():
    plan = checked_plan()
    plan.provider_on[0] = [False, True, True, False, False, True]
    plan.hired[0, POOL0, 3] = 1
    terms = evaluate(checked_problem(), plan)
    assert terms["provider_eur"] == pytest.approx(-(2 * 300.0 + 3 * 40.0 + 1500.0))
    assert terms["hire_eur"] == pytest.approx(-(3500.0 + 500.0 + 2 * 1000.0))


MODULES = (
    "verify_staffing",
    "verify_hires",
    "verify_providers",
    "verify_given",
    "verify_help",
    "verify_shares",
    "verify_supply",
)


def _set(name: str, index: tuple, value: float) -> Callable[[StaffingPlan], StaffingPlan]:
    def change(plan: StaffingPlan) -> StaffingPlan:
        getattr(plan, name)[index] = value
        return plan

    return change


def _groups(*groups: HireGroup) -> Callable[[StaffingPlan], StaffingPlan]:
    return lambda plan: replace(plan, hire_groups=groups)


def _hire_in_pool_1(plan: StaffingPlan) -> StaffingPlan:
    plan.hired[0, POOL0, 0], plan.hired[0, POOL1, 0] = 0, 1
    plan.hire_hours[0] = plan.hire_hours[0, ::-1].copy()
    plan.served_units[3] = 0
    group = replace(plan.hire_groups[0], pool=POOL1)
    return replace(plan, hire_groups=(group,))


def _hire_too_late(plan: StaffingPlan) -> StaffingPlan:
    plan.hired[0, POOL0, 0], plan.hired[0, POOL0, 5] = 0, 1
    plan.hire_hours[:] = 0
    plan.served_units[3] = 0
    return replace(plan, hire_groups=(replace(plan.hire_groups[0], month=5),))


def _early_provider(plan: StaffingPlan) -> StaffingPlan:
    plan.provider_on[0, 0] = True
    plan.steering_hours[0, 0] = 5.0
    return plan


def _short_engagement(plan: StaffingPlan) -> StaffingPlan:
    plan.provider_on[0, 2] = False
    return plan


def _restart(month: int) -> Callable[[StaffingPlan], StaffingPlan]:
    def change(plan: StaffingPlan) -> StaffingPlan:
        plan.provider_on[0, month:] = True
        plan.steering_hours[0, month:] = 5.0
        return plan

    return change


def _restart_with_full_hours(plan: StaffingPlan) -> StaffingPlan:
    plan = _restart(5)(plan)
    plan.provider_hours[0, SHARED_ROW, 0, 5] = 51.0
    return plan


HELPING = {"help_speed": np.array([[0.0, 0.0], [0.5, 0.0]])}
"""Pool 1 helps pool 0 at half speed, not the other way round."""


def _help(person: int, pool: int, phase: int, hours: float) -> Callable[..., StaffingPlan]:
    """Say that so much of the first month is help, whatever the hours worked."""

    def change(plan: StaffingPlan) -> StaffingPlan:
        help_hours = np.zeros((2, 2, 2, 6))
        help_hours[person, pool, phase, 0] = hours
        return replace(plan, help_hours=help_hours)

    return change


def _helps_at_half_speed(plan: StaffingPlan, served: float = 5.0) -> StaffingPlan:
    """The second person does 10 h at home and 10 h in the pool next door, of the other pool."""
    plan.served_units[2] = 10.0
    plan.person_hours[1, 1, 2] = 10.0
    plan.hire_hours[0, POOL0, 1, 2] = 80.0 - served
    plan.person_hours[1, 1, 0] = 10.0
    help_hours = np.zeros((2, 2, 2, 6))
    help_hours[1, POOL0, 1, 2] = 10.0
    return replace(plan, help_hours=help_hours)


BROKEN = {
    "help for a pool that is not helped": ("help_scope", _help(1, POOL0, 1, 1.0), {}),
    "help in shared work": ("help_scope", _help(1, POOL0, 0, 1.0), HELPING),
    "help at home": ("help_scope", _help(1, POOL1, 1, 1.0), HELPING),
    "help the wrong way round": ("help_scope", _help(0, POOL1, 1, 1.0), HELPING),
    "help on top of the hours": ("help_hours", _help(1, POOL0, 1, 20.1), HELPING),
    "help counted at full speed": (
        "cover",
        lambda plan: _helps_at_half_speed(plan, 5.1),
        HELPING,
    ),
    "help counted at home as well": ("cover", _help(1, POOL0, 1, 1.0), HELPING),
    "a phase that takes the share of another": (
        "least_share",
        _set("roles", (1, slice(None)), True),
        {"least_share": 0.01, "can_do": [[1.0, 1.0], [1.0, 1.0]]},
    ),
    "more shares than time": (
        "least_share",
        _set("roles", (0, slice(None)), True),
        {"least_share": 0.51, "can_do": [[1.0, 1.0], [1.0, 1.0]]},
    ),
    "a hire's phase that takes the share of another": (
        "hire_hours",
        lambda plan: plan,
        {"least_share": 0.21},
    ),
    "a hire with more shares than time": ("hire_roles", lambda plan: plan, {"least_share": 0.51}),
    "a third phase": ("max_phases", _set("roles", (1, slice(None)), True), {"max_phases": 1}),
    "a phase nobody learnt": ("able", _set("roles", (0, 1), True), {}),
    "a pinned phase not held": (
        "must_hold",
        lambda plan: plan,
        {
            "can_do": [[1.0, 1.0], [0.0, 1.0]],
            "must_hold": np.array([[False, True], [False, True]]),
        },
    ),
    "a territory without a field phase": (
        "holders_stay_in_the_field",
        lambda plan: plan,
        {"can_do": [[1.0, 1.0], [0.0, 1.0]], "in_field": np.array([True, False])},
    ),
    "hours outside the role": ("held", _set("person_hours", (0, 1, 3), 1.0), {}),
    "more hours than the month": ("person_hours", _set("person_hours", (0, 0, 0), 20.1), {}),
    "steering beyond the month": ("person_hours", _set("steering_hours", (1, 0), 0.1), {}),
    "two hires of one": ("hire_count", _set("hired", (0, 0, 0), 2), {}),
    "a pool not offered": ("hire_pool", _hire_in_pool_1, {}),
    "arrival after the end": ("hire_arrival", _hire_too_late, {}),
    "hire in a phase it cannot do": (
        "hire_able",
        _set("hire_hours", (0, 0, 0, 2), 1.0),
        {"hires": (make_hire(2, 6, productivity=np.array([0.0, 1.0]), lead_months=1),)},
    ),
    "hire before arrival": ("hire_hours", _set("hire_hours", (0, 0, 1, 0), 1.0), {}),
    "hire above its ramp": ("hire_hours", _set("hire_hours", (0, 0, 1, 1), 50.1), {}),
    "hire after its term": ("hire_hours", _set("hire_hours", (0, 0, 1, 4), 1.0), {}),
    "hire steers beyond its hours": (
        "hire_hours",
        _set("hire_steering_hours", (0, 0, 2), 20.1),
        {},
    ),
    "hire outside its role": (
        "hire_hours",
        _groups(HireGroup(offer=0, pool=0, month=0, phases=(0,), count=1)),
        {},
    ),
    "hire with too many phases": ("hire_roles", lambda plan: plan, {"max_phases": 1}),
    "hires without a role": ("hire_roles", _groups(), {"max_phases": 1}),
    "roles for nobody": (
        "hire_roles",
        _groups(HireGroup(offer=0, pool=0, month=0, phases=(0, 1), count=2)),
        {},
    ),
    "a phase not documented": ("provider_scope", lambda plan: plan, {"documented": ()}),
    "a phase not offered": (
        "provider_scope",
        lambda plan: plan,
        {"providers": (replace(checked_problem().providers[0], phases=(1,)),)},
    ),
    "provider in another pool": (
        "provider_scope",
        _set("provider_hours", (0, POOL1, 1, 2), 1.0),
        {"documented": (0, 1)},
    ),
    "shared work booked in a pool": (
        "provider_scope",
        _set("provider_hours", (0, POOL0, 0, 2), 1.0),
        {},
    ),
    "start within the lead time": ("provider_lead", _early_provider, {}),
    "stop before the term": ("provider_term", _short_engagement, {}),
    "restart too soon": ("provider_pause", _restart(4), {}),
    "provider above its capacity": (
        "provider_hours",
        _set("provider_hours", (0, SHARED_ROW, 0, 2), 100.1),
        {},
    ),
    "provider above its ramp": (
        "provider_hours",
        _set("provider_hours", (0, SHARED_ROW, 0, 1), 50.1),
        {},
    ),
    "provider while off": (
        "provider_hours",
        _set("provider_hours", (0, SHARED_ROW, 0, 4), 1.0),
        {},
    ),
    "ramp not restarted": ("provider_hours", _restart_with_full_hours, {}),
    "nobody steers": ("steering", _set("steering_hours", (0, 1), 4.9), {}),
    "served without hours": ("cover", _set("person_hours", (1, 1, 0), 19.9), {}),
    "served more than wanted": ("units", _set("served_units", (0,), 10.1), {}),
    "negative hours": ("readable", _set("person_hours", (0, 0, 0), -1.0), {}),
    "help of another shape": (
        "readable",
        lambda plan: replace(plan, help_hours=np.zeros((2, 2, 2))),
        HELPING,
    ),
    "negative help": ("readable", _help(1, POOL0, 1, -1.0), HELPING),
    "not a number": ("readable", _set("served_units", (0,), np.nan), {}),
    "half a hire": ("readable", lambda plan: replace(plan, hired=plan.hired * 0.5), {}),
    "wrong shape": ("readable", lambda plan: replace(plan, roles=plan.roles[:1]), {}),
    "role of an unknown offer": (
        "readable",
        _groups(HireGroup(offer=7, pool=0, month=0, phases=(0,), count=1)),
        {},
    ),
}


def _given() -> dict[str, object]:
    """Return the hire and the contract of the plan as decided before, and who does what."""
    problem = checked_problem()
    decided = HiresDecided(
        pool=0,
        phases=(0, 1),
        counts=np.array([1, 0, 0, 0, 0, 0]),
        overtime_hours=np.zeros(6),
    )
    hours = np.zeros((3, 2, 6))
    hours[SHARED_ROW, 0, 1] = 50.0
    contract = Contract(
        running=np.array([False, True, True, False, False, False]),
        hours=hours,
        steering_hours=np.full(6, 5.0),
        month_cost_eur=np.zeros(6),
    )
    one = np.array([1])
    crews = [
        CrewWork(
            name=name, since=since, provider=provider, cell=cell, pool=pool, phase=phase,
            month=month, hours=np.array([1.0]),
        )
        for name, since, provider, cell, pool, phase, month in (
            ("bought", np.array([6, 6]), 0, one, np.array([SHARED]), one * 0, one),
            ("trained", np.array([6, 0]), None, one * 2, np.array([POOL1]), one, one * 0),
        )
    ]  # fmt: skip
    return {
        "hires": (replace(problem.hires[0], decided=(decided,)),),
        "providers": (replace(problem.providers[0], contract=contract),),
        "given": Given(crews=tuple(crews), money_eur=(("training_eur", -70.0),)),
    }


GIVEN = _given()


def _steered_by(*pools: int) -> ProviderOffer:
    offer = GIVEN["providers"][0]
    return replace(offer, contract=replace(offer.contract, steering_pools=pools))


def _untrained(plan: StaffingPlan) -> dict[str, object]:
    """Let the training take effect a month after the work."""
    given = GIVEN["given"]
    late = replace(given.crews[1], since=np.array([6, 1]))
    return {**GIVEN, "given": replace(given, crews=(given.crews[0], late))}


BROKEN |= {
    "nobody hired": ("hires_decided", lambda plan: replace(_nobody(plan), hire_groups=()), GIVEN),
    "hired for another role": (
        "hires_decided",
        _groups(HireGroup(offer=0, pool=0, month=0, phases=(1,), count=1)),
        GIVEN,
    ),
    "contract a month longer": ("contract_months", _restart(3), GIVEN),
    "more hours than contracted": (
        "contract_hours",
        _set("provider_hours", (0, SHARED_ROW, 0, 1), 50.01),
        GIVEN,
    ),
    "fewer hours than served": (
        "crew_hours",
        _set("provider_hours", (0, SHARED_ROW, 0, 1), 49.99),
        GIVEN,
    ),
    "more help than its share": (
        "help_share",
        _helps_at_half_speed,
        {**HELPING, "help_share_max": 0.49},
    ),
    "steered by another pool": (
        "steering_pools",
        lambda plan: plan,
        {**GIVEN, "providers": (_steered_by(POOL1),)},
    ),
    "work before the training": ("crew_hours", lambda plan: plan, _untrained(checked_plan())),
}


def _nobody(plan: StaffingPlan) -> StaffingPlan:
    plan.hired[:] = 0
    return plan


def test_a_plan_that_keeps_what_was_decided_passes_and_pays_for_it():
    problem = checked_problem(**{**GIVEN, "providers": (_steered_by(POOL0),)})
    assert violations_staffing(problem, checked_plan()) == ()
    terms = evaluate(problem, checked_plan())
    assert terms["provider_eur"] == 0.0
    assert terms["training_eur"] == -70.0


@pytest.mark.parametrize(("hours", "broken"), [(89.99, []), (90.0, []), (90.01, ["hire_hours"])])
def test_hires_work_their_overtime_and_no_more(hours, broken):
    """80 h are theirs in the third month, 10 h on top were decided before."""
    overtime = np.array([0.0, 0.0, 10.0, 0.0, 0.0, 0.0])
    offer = GIVEN["hires"][0]
    settings = {**GIVEN, "hires": (replace(
        offer, hours_by_month=np.full(6, 80.0),
        decided=(replace(offer.decided[0], overtime_hours=overtime),),
    ),)}  # fmt: skip
    plan = _set("hire_hours", (0, POOL0, 1, 2), hours)(checked_plan())
    found = violations_staffing(checked_problem(**settings), plan)
    assert [violation.rule for violation in found] == broken


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plan_is_rejected_by_its_rule(name):
    rule, change, settings = BROKEN[name]
    problem = checked_problem(**settings)
    found = violations_staffing(problem, change(checked_plan()))
    assert rule in {violation.rule for violation in found}
    for violation in found:
        assert violation.subject
        assert violation.message


def test_every_rule_has_a_plan_that_breaks_it():
    source = " ".join(
        Path(verify_staffing.__file__).with_name(name).read_text()
        for name in (f"{module}.py" for module in MODULES)
    )
    named = set(re.findall(r'rule="(\w+)"', source))
    assert named == {rule for rule, _, _ in BROKEN.values()}


@pytest.mark.parametrize(
    "change",
    [
        _restart(5),
        _set("provider_hours", (0, SHARED_ROW, 0, 2), 100.0),
        _set("hire_hours", (0, 0, 1, 3), 100.0),
        _set("hire_steering_hours", (0, 0, 2), 20.0),
        _set("person_hours", (0, 0, 1), 15.0),
        _set("served_units", (0,), 0.0),
    ],
)
def test_exactly_at_the_edge_is_allowed(change):
    assert violations_staffing(checked_problem(), change(checked_plan())) == ()


@pytest.mark.parametrize(
    ("change", "settings"),
    [
        (_helps_at_half_speed, HELPING),
        (_help(1, POOL0, 1, 0.0), {}),
        (lambda plan: plan, {"least_share": 0.2}),
    ],
)
def test_help_and_shares_at_the_edge_are_allowed(change, settings):
    """Help at exactly its speed; a hire who gives one phase 80 h of 100 h and keeps 20 h."""
    assert violations_staffing(checked_problem(**settings), change(checked_plan())) == ()


def test_help_is_priced_by_the_hour():
    settings = {**HELPING, "help_price_eur_per_hour": 3.0}
    plan = _helps_at_half_speed(checked_plan())
    assert evaluate(checked_problem(**settings), plan)["help_eur"] == pytest.approx(-30.0)
    assert "help_eur" not in evaluate(checked_problem(), checked_plan())


def test_hall_finds_hires_whose_roles_do_not_fit_the_hours():
    # Two hires, one a phase: 150 h of one phase fit in the total, not in the role.
    problem = checked_problem(hires=(make_hire(2, 6, max_count=2),))
    plan = checked_plan()
    plan.hired[0, POOL0, 0] = 2
    groups = tuple(
        HireGroup(offer=0, pool=0, month=0, phases=(phase,), count=1) for phase in (0, 1)
    )
    plan = replace(plan, hire_groups=groups)
    assert violations_staffing(problem, plan) == ()
    plan.hire_hours[0, POOL0, 1, 2] = 150.0
    (violation,) = violations_staffing(problem, plan)
    assert (violation.rule, violation.amount, violation.limit) == ("hire_hours", 150.0, 100.0)


@pytest.mark.parametrize("name", MODULES)
def test_the_check_imports_neither_solver_nor_model(name):
    tree = ast.parse(Path(verify_staffing.__file__).with_name(f"{name}.py").read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    allowed = {"optimizer.staffing_given_problem", "optimizer.staffing_problem", "optimizer.verify"}
    own = {f"optimizer.{module}" for module in MODULES}
    assert {each for each in modules if each.startswith(("optimizer", "ortools"))} <= allowed | own


def test_plan_fields_are_all_read_by_the_check():
    source = Path(verify_staffing.__file__).read_text()
    assert all(
        f'"{each.name}"' in source for each in fields(StaffingPlan) if each.name != "hire_groups"
    )
