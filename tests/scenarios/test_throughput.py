"""What own people alone could deliver at most, from the workspace to its table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenarios import outcome_throughput
from scenarios.decide import Request, Territories, Watch, solve_staffing_of
from scenarios.outcome_throughput import (
    ANY,
    AS_PLANNED,
    AS_WANTED,
    THROUGHPUT_COLUMNS,
    TWICE,
    mean_team,
    sales_flow,
    throughput_table,
)
from scenarios.overlay import apply_scenario
from scenarios.read import load_workspace

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def season():
    folder = EXAMPLES / "season"
    request = Request(folder=folder, scenario="a-without-provider")
    workspace = apply_scenario(load_workspace(folder), request.scenario).workspace
    staffing = solve_staffing_of(workspace, Territories(), (), None, request, Watch())
    table = throughput_table(staffing, workspace.config, request)
    return workspace, staffing, table.set_index(["work", "roles"])


def test_each_case_has_a_row(season):
    _, _, table = season
    assert table.index.tolist() == [(AS_WANTED, AS_PLANNED), (AS_WANTED, ANY), (TWICE, ANY)]


def test_freer_roles_and_more_work_never_bring_less(season):
    _, _, table = season
    margins = table["margin_eur"].tolist()
    at_most = table["margin_at_most_eur"].tolist()
    assert margins[0] <= at_most[1] + 1e-6
    assert margins[1] <= at_most[2] + 1e-6
    assert all(m <= b + 1e-6 for m, b in zip(margins, at_most, strict=True))


def test_no_more_deals_than_there_is_work_for(season):
    _, _, table = season
    assert (table["deals"] <= table["deals_at_hand"] + 1e-6).all()
    wanted = table["deals_at_hand"]
    assert wanted[(TWICE, ANY)] == pytest.approx(2 * wanted[(AS_WANTED, ANY)])


def test_three_people_who_do_everything_win_what_their_hours_allow(season):
    """A deal takes 5 + 20 + 17 + 14 hours: 56 h of three times 80 h a month."""
    workspace, staffing, table = season
    flow = sales_flow(staffing.case, workspace.config, 1.0)
    per_deal = float((flow.hours_per_unit[0] / np.cumprod(flow.conversion[0]) * flow.conversion[0]
                      .prod()).sum())  # fmt: skip
    assert per_deal > 0
    twice = table.loc[(TWICE, ANY)]
    hours = staffing.case.problem.person_hours.mean(axis=1).sum()
    assert twice["deals"] == pytest.approx(hours / 56.0, rel=0.01)
    assert twice["margin_eur"] == pytest.approx(twice["deals"] * 15_000.0)


def test_the_phase_where_an_hour_is_worth_most_is_named_where_hours_are_short(season):
    _, _, table = season
    short = table[table["hour_value_eur"] > 0]
    assert len(short)
    assert (short["phase"] != "").all()
    assert (table[table["hour_value_eur"] == 0]["phase"] == "").all()


def test_people_reach_the_segments_of_their_pool_and_shared_work_of_all(season):
    workspace, staffing, _ = season
    case = staffing.case
    (key,) = case.funnels
    funnels = {key: case.funnels[key], (key[0], "more"): case.funnels[key]}
    team = mean_team(replace(case, funnels=funnels), workspace.config)
    assert team.pools == (f"{key[0]} / {key[1]}", f"{key[0]} / more")
    assert team.pool_factor().tolist() == [[1.0, 1.0]] * 3


def test_whoever_is_not_there_holds_nothing_whatever_the_plan_carries_over(season):
    workspace, staffing, table = season
    problem = staffing.case.problem
    hours = problem.person_hours.copy()
    hours[0] = 0.0
    case = replace(staffing.case, problem=replace(problem, person_hours=hours))
    assert staffing.solution.plan.roles[0].any(), "else the test would prove nothing"
    two = throughput_table(replace(staffing, case=case), workspace.config, Request(folder=Path()))
    most = table["deals"].max()
    assert two["deals"].max() == pytest.approx(most * 2 / 3, rel=0.05)


def test_pins_without_work_are_held_in_the_flow_too(season):
    workspace, staffing, _ = season
    rules = staffing.case.rules
    pins = np.zeros_like(rules.must_hold)
    pins[0, 0] = True
    case = replace(staffing.case, rules=replace(rules, must_hold=pins))
    plan = replace(staffing.solution.plan, roles=staffing.solution.plan.roles & ~pins)
    pinned = replace(staffing, case=case, solution=replace(staffing.solution, plan=plan))
    assert len(throughput_table(pinned, workspace.config, Request(folder=Path()))) == 3


def test_large_teams_and_no_plan_have_no_table(season, monkeypatch):
    workspace, staffing, _ = season
    request = Request(folder=EXAMPLES / "season")
    monkeypatch.setattr(outcome_throughput, "MOST_PERSONS", 2)
    table = throughput_table(staffing, workspace.config, request)
    assert table.empty
    assert table.columns.tolist() == THROUGHPUT_COLUMNS
