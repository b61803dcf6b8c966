"""Pools that help each other, and least shares, from the tables of a workspace to its outcome."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typed_workspace import typed_frame

from scenarios.check_roles import pins_fit_into_a_role
from scenarios.decide import Request, Territories, Watch, solve_staffing_of
from scenarios.outcome_help import HELP_COLUMNS, help_table
from scenarios.outcome_roles import role_tables
from scenarios.outcome_staffing import role_table, sourcing_table
from scenarios.read import load_workspace
from scenarios.review import Review
from scenarios.role_rules import help_speeds, most_phases
from scenarios.starter import write_starter
from scenarios.tables import TABLES

POOLS = ("east", "north", "west")


def two_pools(folder: Path, helping: str = "", roles: str = "") -> Path:
    """Put one field rep of the starter into a pool of its own, there from July on only."""
    write_starter("outbound", folder)
    old = "R2,Example Field South,south-east,field,43.3000,5.4000,1,66000,"
    new = "R2,Example Field South,south,field,43.3000,5.4000,1,66000,2027-07-01"
    text = (folder / "reps.csv").read_text(encoding="utf-8")
    assert old in text
    (folder / "reps.csv").write_text(text.replace(old, new), encoding="utf-8")
    for name in ("hiring.csv", "providers.csv"):
        lines = (folder / name).read_text(encoding="utf-8").splitlines()
        (folder / name).write_text(lines[0] + "\n", encoding="utf-8")
    if helping:
        head = "pool,helps_pool,speed_factor\n"
        (folder / "helping.csv").write_text(head + helping, encoding="utf-8")
    with (folder / "quartier.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[roles]\n{roles}\n")
    return folder


def planned(folder: Path):
    workspace = load_workspace(folder)
    request = Request(folder=folder)
    return workspace, solve_staffing_of(workspace, Territories(), (), None, request, Watch())


@pytest.fixture(scope="module")
def helped(tmp_path_factory):
    return planned(two_pools(tmp_path_factory.mktemp("helped"), "south-east,south,0.9\n"))


def test_help_keeps_to_the_share_that_the_rules_allow(helped, tmp_path):
    _, free = helped
    _, capped = planned(two_pools(tmp_path, "south-east,south,0.9\n", "help_share_max = 0.05"))
    most = 0.05 * capped.case.problem.person_hours
    assert (free.solution.plan.help_hours.sum(axis=(1, 2)) > most + 1e-6).any()
    assert (capped.solution.plan.help_hours.sum(axis=(1, 2)) <= most + 1e-6).all()


def test_help_reaches_the_plan_and_earns_more(helped, tmp_path):
    _, alone = planned(two_pools(tmp_path))
    _, together = helped
    assert alone.solution.plan.help_hours is None
    assert together.solution.plan.help_hours.sum() > 1
    assert together.solution.objective > alone.solution.objective


def test_the_table_of_help_tells_whose_hours_reach_which_pool(helped):
    _, staffing = helped
    table = help_table(staffing, staffing.solution.plan)
    assert set(table["pool"]) == {"south-east"}
    assert set(table["helps_pool"]) == {"south"}
    assert table["hours"].sum() == pytest.approx(staffing.solution.plan.help_hours.sum())
    assert (table["speed_factor"] == 0.9).all()
    assert (table["standard_hours"] < table["hours"] * 1.2).all()


def test_hours_by_source_stand_in_the_pool_where_they_are_worked(helped):
    """All sources together give the work wanted of each pool, help included."""
    _, staffing = helped
    problem, plan = staffing.case.problem, staffing.solution.plan
    table = sourcing_table(staffing, plan)
    helpers = set(help_table(staffing, plan)["rep_id"])
    south = table.query("pool == 'south' and source == 'staff'")
    assert helpers & set(south["source_id"])
    demand = problem.demand
    pool = problem.pools.index("south")
    wanted = (demand.hours * demand.units[demand.cell])[demand.pool == pool].sum()
    hours = table.query("pool == 'south' and source_id != 'too late'")["hours"].sum()
    assert hours == pytest.approx(wanted, rel=1e-6)


def test_roles_say_which_pool_is_helped(helped):
    _, staffing = helped
    reasons = role_table(staffing, staffing.solution.plan)["reason"]
    assert reasons.str.contains("helps south for").any()


def test_the_goals_of_roles_count_help_where_it_is_worked(helped):
    workspace, staffing = helped
    tables = role_tables(staffing, workspace.config, Request(folder=Path()), Watch())
    (row,) = tables["role_goals"].query("goal == 'shortage' and reachable.notna()").itertuples()
    assert row.reachable <= row.as_planned + 1e-6


def test_without_rows_nobody_helps_and_the_table_is_empty(tmp_path):
    _, staffing = planned(two_pools(tmp_path))
    table = help_table(staffing, staffing.solution.plan)
    assert table.empty
    assert table.columns.tolist() == HELP_COLUMNS


def test_speeds_are_read_row_by_row_and_home_is_left_out():
    rows = [
        {"pool": "north", "helps_pool": "west", "speed_factor": 0.8},
        {"pool": "west", "helps_pool": "north", "speed_factor": np.nan},
        {"pool": "north", "helps_pool": "north", "speed_factor": 1.0},
        {"pool": "nowhere", "helps_pool": "north", "speed_factor": 1.0},
    ]
    speeds = help_speeds(typed_frame(TABLES["helping"], rows), POOLS)
    assert speeds.tolist() == [[0, 0, 0], [0, 0, 0.8], [0, 1.0, 0]]
    nobody = typed_frame(TABLES["helping"], [rows[0] | {"speed_factor": 0.0}])
    assert help_speeds(nobody, POOLS) is None
    assert help_speeds(nobody.iloc[:0], POOLS) is None


@pytest.mark.parametrize(("share", "most"), [("0.5", 2), ("0.34", 2), ("0.33", 3)])
def test_kept_shares_limit_the_phases_of_a_role(tmp_path, share, most):
    rules = f"keep_least_share = true\nleast_share_per_phase = {share}"
    folder = two_pools(tmp_path, roles=rules)
    text = (folder / "quartier.toml").read_text(encoding="utf-8")
    text = text.replace("max_phases_per_person = 2", "max_phases_per_person = 4")
    (folder / "quartier.toml").write_text(text, encoding="utf-8")
    config = load_workspace(folder).config
    assert most_phases(config) == most


def test_more_pins_than_shares_allow_are_an_error_of_input(tmp_path):
    """Three phases at 0.4 of the time each, under a limit of four phases."""
    folder = two_pools(tmp_path, roles="keep_least_share = true\nleast_share_per_phase = 0.4")
    workspace = load_workspace(folder)
    config = workspace.config.model_copy(
        update={"staffing": workspace.config.staffing.model_copy(
            update={"max_phases_per_person": 4})})  # fmt: skip
    rows = [
        {"rep_id": "R1", "phase": phase, "rule": "must_hold", "reason": "r"}
        for phase in ("research", "presentation", "negotiation")
    ]
    tables = {**workspace.tables, "role_rules": typed_frame(TABLES["role_rules"], rows)}
    review = Review(config=config, files={"role_rules": "role_rules.csv"}, tables=tables)
    pins_fit_into_a_role(review)
    assert [finding.code for finding in review.findings] == ["role_rule_above_limit"]


def test_a_plan_that_keeps_shares_holds_no_phase_that_takes_more_than_is_left(tmp_path):
    _, free = planned(two_pools(tmp_path / "free"))
    _, kept = planned(two_pools(tmp_path / "kept", roles="keep_least_share = true"))
    assert kept.case.problem.least_share == 0.2
    assert kept.solution.objective <= free.solution.objective + 1e-6
    plan, problem = kept.solution.plan, kept.case.problem
    for held, hours, has in zip(plan.roles, plan.person_hours, problem.person_hours, strict=True):
        most = has * (1.0 - 0.2 * (held.sum() - 1))
        assert (hours <= most + 1e-4).all()


def test_tables_of_help_are_the_same_twice(helped):
    _, staffing = helped
    first, second = (help_table(staffing, staffing.solution.plan) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)
