"""Tables become a territory problem: who may serve whom, at what cost, and what stays put."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from typed_workspace import make_workspace

from geodata.points import great_circle_km
from scenarios.build_territory import build_territory_case, move_costs
from scenarios.config import Config
from scenarios.seats import seat_holders

START = pd.Timestamp("2027-01-01")


def account(account_id, **changes):
    row = {
        "account_id": account_id,
        "segment": "gold",
        "lat_deg": 48.0,
        "lon_deg": 2.0,
        "potential_eur": 100.0,
    }
    return {**row, **changes}


def rep(rep_id, **changes):
    row = {
        "rep_id": rep_id,
        "name": rep_id,
        "pool": "east",
        "kind": "field",
        "fte": 1.0,
        "lat_deg": 48.0,
        "lon_deg": 2.0,
    }
    return {**row, **changes}


def case_of(folder, accounts, reps, rules=None, **tables):
    workspace = make_workspace(folder, accounts=accounts, reps=reps, **tables)
    if rules:
        data = workspace.config.model_dump()
        data["territory"].update(rules)
        workspace = replace(workspace, config=Config.model_validate(data))
    return build_territory_case(workspace, seat_holders(workspace.tables, workspace.config))


def test_field_people_employed_in_the_horizon_hold_seats(tmp_path):
    reps = [
        rep("field"),
        rep("both", kind="both"),
        rep("inside", kind="inside"),
        rep("leaves_before", end_date=pd.Timestamp("2026-12-31")),
        rep("leaves_on_day_one", end_date=START),
        rep("comes_on_last_day", start_date=pd.Timestamp("2027-02-28")),
        rep("comes_after", start_date=pd.Timestamp("2027-03-01")),
        rep("no_time", fte=0.0),
    ]
    workspace = make_workspace(tmp_path, reps=reps)
    holders = seat_holders(workspace.tables, workspace.config)["rep_id"].tolist()
    assert holders == ["both", "comes_on_last_day", "field", "leaves_on_day_one"]


@pytest.mark.parametrize(
    ("territorial", "holders"),
    [(True, ["able", "standard"]), (False, ["able", "never", "standard"])],
)
def test_a_seat_needs_a_skill_in_a_phase_of_the_field(tmp_path, territorial, holders):
    workspace = make_workspace(
        tmp_path,
        reps=[rep("able"), rep("standard"), rep("never")],
        process=[
            {"phase": "call", "order": 1, "unit": "u"},
            {"phase": "meet", "order": 2, "unit": "u", "territorial": territorial},
        ],
        skills=[
            {"rep_id": "able", "phase": "meet", "productivity": 0.1},
            {"rep_id": "standard", "phase": "meet"},
            {"rep_id": "never", "phase": "meet", "productivity": 0.0},
            {"rep_id": "never", "phase": "call", "productivity": 1.0},
        ],
    )
    assert seat_holders(workspace.tables, workspace.config)["rep_id"].tolist() == holders


@pytest.mark.parametrize(
    ("of_account", "of_rep", "allowed"),
    [
        ({}, {}, True),
        ({}, {"segments": ("gold", "bronze")}, True),
        ({}, {"segments": ("bronze",)}, False),
        ({"language": "fr"}, {"languages": ("fr",)}, True),
        ({"language": "fr"}, {"languages": ("en",)}, False),
        ({"language": "fr"}, {}, True),
        ({"language": ""}, {"languages": ("en",)}, True),
        ({"skills": ("x",)}, {"skills": ("x", "y")}, True),
        ({"skills": ("x", "z")}, {"skills": ("x", "y")}, False),
        ({"skills": ("x",)}, {}, False),
    ],
)
def test_who_may_serve_whom(tmp_path, of_account, of_rep, allowed):
    case = case_of(tmp_path, [account("A", **of_account)], [rep("R", **of_rep)])
    assert np.isfinite(case.problem.cost[0, 0]) == allowed


@pytest.mark.parametrize(("slack_km", "allowed"), [(0.001, True), (0.0, True), (-0.001, False)])
def test_travel_limit_is_inclusive(tmp_path, slack_km, allowed):
    away = float(great_circle_km(49.0, 2.0, 48.0, 2.0))
    near = rep("R", max_travel_km=away + slack_km)
    case = case_of(tmp_path, [account("A", lat_deg=49.0)], [near])
    assert np.isfinite(case.problem.cost[0, 0]) == allowed


def test_cost_is_travel_at_its_price(tmp_path):
    case = case_of(tmp_path, [account("A", lat_deg=49.0)], [rep("R")])
    km = 4 / 2 * 2 * 1.3 * float(great_circle_km(49.0, 2.0, 48.0, 2.0))
    assert np.isclose(case.travel_km[0, 0], km)
    assert np.isclose(case.problem.cost[0, 0], km * 0.45 + km / 65.0 * 35.0)


def test_workload_is_given_or_by_the_visits_of_the_segment(tmp_path):
    accounts = [account("A"), account("B", workload_hours=5.0), account("C", segment="bronze")]
    case = case_of(tmp_path, accounts, [rep("R")])
    assert case.problem.measures[:, 0].tolist() == [8.0, 5.0, 1.0]


def test_targets_follow_the_full_time_equivalents(tmp_path):
    case = case_of(tmp_path, [account("A"), account("B")], [rep("R1"), rep("R2", fte=0.5)])
    assert np.allclose(case.problem.targets[:, 1], [200 * 2 / 3, 200 / 3])


def test_a_measure_can_be_left_unbalanced(tmp_path):
    case = case_of(tmp_path, [account("A")], [rep("R")], {"balance_potential": False})
    lower, upper = case.problem.windows()
    assert np.isinf(lower[0, 1])
    assert np.isinf(upper[0, 1])
    assert np.isfinite(upper[0, 0])


@pytest.mark.parametrize(
    ("since", "cost"),
    [("2027-01-01", 40.0), ("2025-07-02", 140.0), ("2024-01-01", 240.0), ("2010-01-01", 240.0)],
)
def test_a_move_costs_more_with_tenure_up_to_a_limit(tmp_path, since, cost):
    since = pd.Timestamp(since)
    accounts = [
        account("A", revenue_eur=10_000.0, potential_eur=9_000.0, owner_since=since),
        account("B", revenue_eur=np.nan, potential_eur=10_000.0, owner_since=since),
    ]
    workspace = make_workspace(tmp_path, accounts=accounts)
    assert np.allclose(move_costs(workspace.tables["accounts"], workspace.config), cost, atol=0.5)


def test_an_override_fixes_the_account_and_names_its_reason(tmp_path):
    overrides = [
        {"account_id": "A", "rep_id": "R2", "reason": "asked for"},
        {"account_id": "B", "rep_id": "R2", "reason": "old", "expires": pd.Timestamp("2026-12-31")},
        {"account_id": "C", "rep_id": "R2", "reason": "last day", "expires": START},
    ]
    accounts = [account(name, owner="R1") for name in "ABC"]
    case = case_of(tmp_path, accounts, [rep("R1"), rep("R2")], overrides=overrides)
    assert case.problem.locked.tolist() == [True, False, True]
    assert case.problem.current_seat.tolist() == [1, 0, 1]
    assert case.previous_seat.tolist() == [0, 0, 0]
    assert case.override_reason == ("asked for", "", "last day")
    assert case.problem.move_cost[0] == 0


def test_groups_stay_together_only_by_rule(tmp_path):
    accounts = [account("A", group_id="g"), account("B", group_id="g"), account("C")]
    reps = [rep("R")]
    assert case_of(tmp_path, accounts, reps).problem.group.tolist() == [-1, -1, -1]
    case = case_of(tmp_path, accounts, reps, {"keep_groups_together": True})
    assert case.problem.group.tolist() == [0, 0, -1]


def test_units_stay_together_only_by_rule(tmp_path):
    accounts = [account("A", unit_id="u"), account("B", unit_id="u"), account("C", unit_id="")]
    assert case_of(tmp_path, accounts, [rep("R")]).problem.group.tolist() == [-1, -1, -1]
    case = case_of(tmp_path, accounts, [rep("R")], {"keep_units_together": True})
    assert case.problem.group.tolist() == [0, 0, -1]


def test_a_family_is_the_parent_and_its_children(tmp_path):
    accounts = [account("A"), account("B", parent_id="A"), account("C", parent_id="A")]
    accounts.append(account("D"))
    case = case_of(tmp_path, accounts, [rep("R")], {"keep_parents_together": True})
    assert case.problem.group.tolist() == [0, 0, 0, -1]


def test_a_rep_without_home_starts_from_the_middle_of_the_accounts(tmp_path):
    accounts = [account("A", lat_deg=47.0, owner="R"), account("B", lat_deg=49.0, owner="R")]
    case = case_of(tmp_path, accounts, [rep("R", lat_deg=np.nan, lon_deg=np.nan)])
    assert np.isclose(case.travel_km[0, 0], case.travel_km[1, 0], rtol=1e-3)


def test_nothing_to_assign_is_no_case(tmp_path):
    assert case_of(tmp_path, [], [rep("R")]) is None
    assert case_of(tmp_path, [account("A")], [rep("R", kind="inside")]) is None


def test_moves_decided_by_hand_use_up_the_limit_first(tmp_path):
    accounts = [account(f"A{i}", owner="R1") for i in range(10)]
    reps = [rep("R1"), rep("R2"), rep("inside", kind="inside")]
    rules = {"max_moved_share": 0.3}
    assert case_of(tmp_path, accounts, reps, rules).problem.max_moved_share == pytest.approx(0.3)
    overrides = [
        {"account_id": "A0", "rep_id": "R2", "reason": "moves"},
        {"account_id": "A1", "rep_id": "R1", "reason": "stays"},
    ]
    case = case_of(tmp_path, accounts, reps, rules, overrides=overrides)
    assert case.problem.max_moved_share == pytest.approx(0.2)
    accounts[2]["owner"] = "inside"
    case = case_of(tmp_path, accounts, reps, rules, overrides=overrides)
    assert case.problem.max_moved_share * 9 == pytest.approx(1.0)
    assert case_of(tmp_path, accounts, reps, overrides=overrides).problem.max_moved_share == 1.0


def test_somebody_without_an_hour_in_the_horizon_holds_no_seat(tmp_path):
    reps = [rep("here"), rep("late", start_date=pd.Timestamp("2027-02-01"))]
    workspace = make_workspace(tmp_path, reps=reps)
    data = workspace.config.model_dump()
    data["staffing"]["availability"] = (1.0, 0.0, *[1.0] * 10)
    holders = seat_holders(workspace.tables, Config.model_validate(data))
    assert holders["rep_id"].tolist() == ["here"]
