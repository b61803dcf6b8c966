"""The service levels of the worked example, and of a team with territories."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from optimizer.funnel import Stage
from optimizer.result import Solution, Status
from optimizer.sla import binomial_quantile
from optimizer.staffing_problem import HireGroup, StaffingPlan
from scenarios.build_funnel import plan_funnels
from scenarios.build_staffing import build_staffing_case
from scenarios.build_targets import pool_shares
from scenarios.decide import Request, Staffing, Territories, Watch, decide, solve_staffing_of
from scenarios.outcome_sla import NOBODY, SLA_COLUMNS, sla_table, time_limit_days
from scenarios.read import load_workspace
from scenarios.starter import write_starter

ACTION_PLAN = Path(__file__).parents[2] / "examples" / "action-plan"


@pytest.fixture(scope="module")
def config():
    return load_workspace(ACTION_PLAN).config


@pytest.fixture(scope="module")
def staffing():
    workspace, request = load_workspace(ACTION_PLAN), Request(folder=ACTION_PLAN)
    return solve_staffing_of(workspace, Territories(), (), None, request, Watch())


@pytest.fixture(scope="module")
def table(staffing, config):
    return sla_table(staffing, config)


def _with_plan(staffing: Staffing, **changes) -> Staffing:
    plan = replace(staffing.solution.plan, **changes)
    return replace(staffing, solution=replace(staffing.solution, plan=plan))


def test_every_pair_of_consecutive_phases_has_its_row(table):
    assert table.columns.tolist() == SLA_COLUMNS
    assert list(zip(table["from_phase"], table["to_phase"], strict=True)) == [
        ("prospecting", "appointment"),
        ("appointment", "meeting"),
        ("meeting", "proposal"),
    ]
    assert set(table["pool"]) == {"sales"}
    assert table["unit"].tolist() == ["opportunity"] * 3


def test_prospecting_owes_twelve_opportunities_a_month_from_240_prospects(table):
    first = table.iloc[0]
    assert first["units_planned_per_week"] == pytest.approx(12 * 12 / 52)
    assert first["window_weeks"] == 8, "7 weeks expect 19.4, 8 expect 22.2"
    attempts = int(240 * 12 / 52 * 8)
    assert first["units_promised_per_window"] == binomial_quantile(attempts, 1 / 20, 0.1) == 16


def test_what_always_passes_is_promised_whole(table):
    sure = table.iloc[1]
    assert sure["units_planned_per_week"] == pytest.approx(12 * 12 / 52)
    assert sure["units_promised_per_window"] == int(12 * 12 / 52 * 8) == 22


def test_a_plan_that_wins_half_the_deals_hands_over_half(staffing, config, table):
    served = staffing.solution.plan.served_units / 2
    half = sla_table(_with_plan(staffing, served_units=served), config)
    planned = table["units_planned_per_week"]
    assert half["units_planned_per_week"].tolist() == pytest.approx((planned / 2).tolist())
    assert (half["window_weeks"] == 15).all()


def test_a_plan_that_serves_nothing_promises_nothing(staffing, config):
    served = np.zeros_like(staffing.solution.plan.served_units)
    table = sla_table(_with_plan(staffing, served_units=served), config)
    assert (table["units_promised_per_window"] == 0).all()
    assert (table["window_weeks"] == 52).all()


def test_without_a_plan_the_columns_stand_alone(staffing, config):
    unsolved = Solution(plan=None, status=Status.UNKNOWN, sense="max", stopped_by="time")
    table = sla_table(replace(staffing, solution=unsolved), config)
    assert table.columns.tolist() == SLA_COLUMNS
    assert table.empty


def test_the_team_is_who_holds_the_phase(staffing, config, table):
    assert set(table["from_team"]) == {"inside"}
    nobody = np.zeros_like(staffing.solution.plan.roles)
    assert set(sla_table(_with_plan(staffing, roles=nobody), config)["to_team"]) == {NOBODY}


def test_kinds_are_named_in_one_order_and_both_counts_by_where_the_phase_is(staffing, config):
    everybody = _with_plan(staffing, roles=np.ones_like(staffing.solution.plan.roles))
    for kinds, label in (
        (["field", "inside", "inside", "inside", "field"], "inside and field"),
        (["field"] * 5, "field"),
        (["both"] * 5, "inside"),
    ):
        case = replace(everybody.case, people=everybody.case.people.assign(kind=kinds))
        assert set(sla_table(replace(everybody, case=case), config)["to_team"]) == {label}


def test_the_same_people_on_both_sides_are_said_to_be_the_same(staffing, config):
    everybody = _with_plan(staffing, roles=np.ones_like(staffing.solution.plan.roles))
    assert sla_table(everybody, config)["return_duty"].str.contains("same people").all()
    apart = np.zeros_like(staffing.solution.plan.roles)
    apart[0, 0] = apart[1, 1] = apart[2, 2] = apart[3, 3] = True
    duty = sla_table(_with_plan(staffing, roles=apart), config)["return_duty"]
    assert not duty.str.contains("same people").any()
    assert (duty == "work 100 % of the units within 7 days and return the result of each").all()


def _only_hires(problem, hours, groups) -> StaffingPlan:
    people, phases, months = len(problem.person_ids), len(problem.phases), len(problem.months)
    pools, offers, providers = len(problem.pools), len(problem.hires), len(problem.providers)
    return StaffingPlan(
        roles=np.zeros((people, phases), dtype=bool),
        person_hours=np.zeros((people, phases, months)),
        steering_hours=np.zeros((people, months)),
        hired=np.zeros((offers, pools, months), dtype=np.int64),
        hire_hours=hours,
        hire_steering_hours=np.zeros((offers, pools, months)),
        provider_on=np.zeros((providers, months), dtype=bool),
        provider_hours=np.zeros((providers, pools + 1, phases, months)),
        served_units=problem.demand.units,
        hire_groups=groups,
    )


BOTH = HireGroup(offer=0, pool=0, month=0, phases=(0, 1), count=1)


@pytest.mark.parametrize(
    ("groups", "same"),
    [
        ((BOTH,), True),
        ((replace(BOTH, phases=(0,)), replace(BOTH, phases=(1,))), False),
        ((), True),
    ],
)
def test_hires_of_one_offer_are_the_same_people_only_in_the_same_role(groups, same):
    workspace = load_workspace(ACTION_PLAN.parent / "season")
    case = build_staffing_case(workspace, plan_funnels(workspace, pool_shares(workspace, None)), {})
    problem = case.problem
    hours = np.zeros(
        (len(problem.hires), len(problem.pools), len(problem.phases), len(problem.months))
    )
    hours[0, 0, :2, 0] = 10.0
    solution = Solution(
        plan=_only_hires(problem, hours, groups),
        status=Status.FEASIBLE,
        objective=0.0,
        sense="max",
        stopped_by="gap",
    )
    first = sla_table(Staffing(case=case, solution=solution), workspace.config).iloc[0]
    assert first["from_team"] == first["to_team"] == "hires"
    assert ("same people" in first["return_duty"]) is same


@pytest.mark.parametrize(
    ("lag", "days"),
    [("0", 7), ("7/30", 7), ("8/30", 8), ("1/2", 15), ("1", 30), ("31/30", 30), ("3", 30)],
)
def test_the_time_limit_is_the_lag_within_a_week_and_a_month(lag, days):
    stage = Stage(
        phase="meeting", unit="lead", units_per_next=Fraction(2), lag_months=Fraction(lag)
    )
    assert time_limit_days(stage) == days


def test_field_phases_belong_to_their_pool_and_providers_go_by_name(tmp_path):
    write_starter("outbound", tmp_path)
    workspace = load_workspace(tmp_path)
    staffing = decide(workspace, Request(folder=tmp_path), Watch()).staffing
    problem, plan = staffing.case.problem, staffing.solution.plan
    field = problem.phases[int(np.flatnonzero(problem.territorial)[0])]
    shared = problem.phases[int(np.flatnonzero(~problem.territorial)[0])]
    bought = np.zeros_like(plan.provider_hours)
    assert bought.shape[0], "the starter has a provider"
    bought[0, -1, problem.phases.index(shared), 0] = 5.0
    bought[0, 0, problem.phases.index(field), 0] = 5.0
    provider = problem.providers[0].provider_id
    changed = _with_plan(staffing, provider_hours=bought)
    table = sla_table(changed, workspace.config, {provider: "Acme"})
    sides = [
        (row.pool, phase, team)
        for row in table.itertuples()
        for phase, team in ((row.from_phase, row.from_team), (row.to_phase, row.to_team))
    ]
    home = problem.pools[0]
    assert {"Acme" in team for _, phase, team in sides if phase == shared} == {True}
    assert {"Acme" in t for pool, phase, t in sides if phase == field and pool == home} == {True}
    assert not any("Acme" in t for pool, phase, t in sides if phase == field and pool != home)
    ids = sla_table(changed, workspace.config)
    assert ids["from_team"].str.contains(provider, regex=False).any()
