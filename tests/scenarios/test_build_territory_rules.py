"""Rules of [territory], columns of reps and overrides become the numbers of the problem."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from test_build_territory import account, case_of, rep
from typed_workspace import make_workspace

from geodata.areas import no_shapes
from optimizer.result import Shortfall
from optimizer.territory_problem import TerritoryPlan
from optimizer.verify_territories import verify_territories
from scenarios.build_sites import spread_places, with_opened_seats
from scenarios.build_territory import build_territory_case
from scenarios.config import Config
from scenarios.outcome_territories import rep_table, territory_table
from scenarios.seats import seat_holders


def three_of_two():
    """Return 2 reps 100 km apart and 4 accounts: A0 to A2 owned by R1, A3 by R2."""
    accounts = [
        account(f"A{i}", lat_deg=48.0 + 0.1 * i, owner="R1" if i < 3 else "R2", revenue_eur=50.0)
        for i in range(4)
    ]
    return accounts, [rep("R1"), rep("R2", lat_deg=49.0)]


def built(folder, rules=None, reps=None, **tables):
    accounts, both = three_of_two()
    return case_of(folder, tables.pop("accounts", accounts), reps or both, rules, **tables)


def test_without_any_option_the_problem_has_no_further_rule(tmp_path):
    problem = built(tmp_path).problem
    assert all(not getattr(problem.limits, name).size for name in vars(problem.limits))
    assert problem.miss_price.size == problem.unserved_price.size == 0
    assert problem.lower_limits.size == len(problem.edges) == 0
    assert (problem.contiguity, problem.stray_eur, problem.vacant) == ("off", 0.0, None)
    assert set(problem.lock_reason) == {""}


def test_a_cap_is_the_reps_own_or_the_common_one_or_none(tmp_path):
    _, reps = three_of_two()
    reps[1].update(max_given_accounts=0, min_accounts=1, max_taken_revenue_eur=9.0)
    rules = {"max_given_accounts": 2, "max_accounts": 3, "max_given_revenue_eur": 70.0}
    limits = built(tmp_path, rules, reps).problem.limits
    assert limits.most_given.tolist() == [2, 0]
    assert limits.most_units.tolist() == [3, 3]
    assert limits.least_units.tolist() == [0, 1]
    assert limits.most_given_eur.tolist() == [70, 70]
    assert limits.most_taken_eur.tolist() == [np.inf, 9]
    assert not limits.most_taken.size


def test_moves_decided_by_hand_use_up_the_caps_first(tmp_path):
    overrides = [{"account_id": "A0", "rep_id": "R2", "reason": "asked for"}]
    rules = {"max_given_accounts": 2, "max_taken_accounts": 0, "max_taken_revenue_eur": 60.0}
    limits = built(tmp_path, rules, overrides=overrides).problem.limits
    assert limits.most_given.tolist() == [1, 2]
    assert limits.most_taken.tolist() == [0, 0]
    assert limits.most_taken_eur.tolist() == [60, 10]


def test_each_lock_names_its_reason(tmp_path):
    accounts, reps = three_of_two()
    accounts[0].update(locked=True, lock_reason="contract to 2029")
    accounts[1].update(locked=True)
    reps[1]["frozen"] = True
    overrides = [
        {"account_id": "A2", "rep_id": "R1", "reason": "knows them", "kind": "keep"},
    ]
    problem = built(tmp_path, reps=reps, accounts=accounts, overrides=overrides).problem
    assert problem.locked.tolist() == [True] * 4
    assert problem.lock_reason == (
        "contract to 2029",
        "",
        "decided by hand: knows them",
        "the territory of R2 is frozen",
    )


def test_a_frozen_rep_gets_nothing_and_is_its_own_measure(tmp_path):
    _, reps = three_of_two()
    reps[1].update(frozen=True)
    reps.append(rep("R3"))
    problem = built(tmp_path, {"min_accounts": 2, "max_accounts": 3}, reps).problem
    assert np.isfinite(problem.cost[:, 1]).tolist() == [False, False, False, True]
    assert problem.targets[:, 1].tolist() == [150, 100, 150]
    assert problem.limits.least_units.tolist() == [2, 0, 2]
    assert problem.limits.most_units.tolist() == [3, np.inf, 3]


def test_a_ban_rules_out_one_pair_and_fixes_nothing(tmp_path):
    overrides = [
        {"account_id": "A1", "rep_id": "R2", "reason": "conflict", "kind": "ban"},
        {"account_id": "A3", "rep_id": "R2", "reason": "asked", "kind": "ban"},
        {"account_id": "A9", "rep_id": "R2", "reason": "gone", "kind": "ban"},
    ]
    case = built(tmp_path, overrides=overrides)
    assert np.argwhere(np.isinf(case.problem.cost)).tolist() == [[1, 1], [3, 1]]
    assert case.bans == {(1, 1): "conflict", (3, 1): "asked"}
    assert not case.problem.locked.any()
    assert case.problem.current_seat.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("rules", "price"),
    [
        ({"workload_miss_eur_per_hour": 30.0}, [30.0, np.inf]),
        ({"potential_miss_share": 0.0}, [np.inf, 0.0]),
    ],
)
def test_a_window_with_a_price_is_soft(tmp_path, rules, price):
    assert built(tmp_path, rules).problem.miss_price.tolist() == price


def test_leaving_out_costs_a_share_of_what_is_known_of_the_worth(tmp_path):
    accounts, _ = three_of_two()
    accounts[0].update(potential_eur=400.0)
    accounts[1].update(potential_eur=np.nan, revenue_eur=0.0)
    problem = built(tmp_path, {"unserved_value_share": 0.5}, accounts=accounts).problem
    assert problem.unserved_price.tolist() == [200, np.inf, 50, 50]


def test_places_make_the_graph_and_the_price_counts_only_where_it_is_a_wish(tmp_path):
    problem = built(tmp_path, {"contiguity": "required"}).problem
    assert problem.edges.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert (problem.contiguity, problem.stray_eur) == ("required", 0.0)
    assert built(tmp_path, {"contiguity": "preferred"}).problem.stray_eur == 100.0


@pytest.mark.parametrize(("bridge", "edges"), [(True, [[0, 1], [1, 2]]), (False, [[0, 1]])])
def test_borders_make_the_graph_where_polygons_cover_the_accounts(tmp_path, bridge, edges):
    accounts = [account(f"A{i}", lat_deg=48.0 + i, unit_id=str(i)) for i in range(3)]
    workspace = make_workspace(tmp_path, accounts=accounts, reps=[rep("R1")])
    data = workspace.config.model_dump()
    data["territory"].update(contiguity="required", bridge_islands=bridge)
    squares = [shapely.box(1.5, 47.5 + i, 2.5, 48.5 + i + (i == 2) * 0.1) for i in range(3)]
    squares[2] = shapely.box(1.5, 49.7, 2.5, 50.5)
    shapes = no_shapes("unit_id").reindex(range(3)).assign(unit_id=["0", "1", "2"])
    workspace = replace(
        workspace,
        config=Config.model_validate(data),
        unit_shapes=shapes.set_geometry(squares, crs="EPSG:4326"),
    )
    case = build_territory_case(workspace, seat_holders(workspace.tables, workspace.config))
    assert case.problem.edges.tolist() == edges


def vacant(rep_id, **changes):
    return rep(rep_id, vacant=True, lat_deg=np.nan, lon_deg=np.nan, **changes)


def test_a_vacant_rep_may_live_where_accounts_are_and_takes_a_full_share(tmp_path):
    _, reps = three_of_two()
    case = built(tmp_path, reps=[*reps, vacant("R3", max_travel_km=15.0)])
    problem, seats = case.problem, case.problem.vacant
    assert problem.seat_ids == ("R1", "R2")
    assert (seats.least, seats.most, seats.open_cost.tolist()) == (1, 1, [0.0] * 4)
    assert np.isfinite(seats.cost).tolist() == [
        [True, True, False, False],
        [True, True, True, False],
        [False, True, True, True],
        [False, False, True, True],
    ]
    assert np.allclose(problem.targets[:, 1], 400 / 3)
    assert np.allclose(seats.upper[:, 1], 400 / 3 * 1.15)
    assert not problem.lower_limits.size


def test_windows_hold_for_any_number_of_seats_that_may_be_opened(tmp_path):
    rules = {"max_new_seats": 2, "seat_cost_eur_per_year": 7.0}
    problem = built(tmp_path, rules).problem
    assert (problem.vacant.least, problem.vacant.most) == (0, 2)
    assert problem.vacant.open_cost.tolist() == [7.0] * 4
    assert np.allclose(problem.lower_limits[:, 1], 400 / 4 * 0.85)
    assert np.allclose(problem.upper_limits[:, 1], 400 / 2 * 1.15)
    assert np.allclose(problem.vacant.lower[:, 1], 400 / 4 * 0.85)
    assert np.allclose(problem.vacant.upper[:, 1], 400 / 3 * 1.15)


def test_seats_that_were_opened_stand_behind_the_others_with_name_place_and_target(tmp_path):
    _, reps = three_of_two()
    rules = {"max_new_seats": 2, "seat_cost_eur_per_year": 7.0}
    case = built(tmp_path, rules, [*reps, vacant("R0")])
    plan = TerritoryPlan(
        seat=np.array([2, 0, 3, 1]),
        runner_up=np.full(4, -1),
        runner_up_extra_eur=np.zeros(4),
        window_price=np.zeros((2, 2)),
        site=np.array([0, 2]),
    )
    opened = with_opened_seats(case, plan)
    assert opened.seats["rep_id"].tolist() == ["R1", "R2", "R0", "new-1"]
    assert opened.seats["lat_deg"].tolist() == pytest.approx([48.0, 49.0, 48.0, 48.2])
    assert np.allclose(opened.targets[:, 1], 100)
    assert opened.travel_km[0, 2] == opened.travel_km[2, 3] == 0
    config = make_workspace(tmp_path).config
    rows = territory_table(
        opened, config, plan.seat, plan.runner_up, plan.runner_up_extra_eur, ("",) * 4
    )
    assert rows["rep_id"].tolist() == ["R0", "R1", "new-1", "R2"]
    assert rep_table(opened, rows, plan.window_price)["accounts_after"].tolist() == [1, 1, 1, 1]
    assert verify_territories(case.problem, plan) == ()


def test_few_sites_are_large_and_far_apart(tmp_path):
    lats = [48.0, 48.01, 48.02, 50.0, 52.0]
    worth = [90.0, 80.0, 70.0, 10.0, 5.0]
    accounts = [
        account(f"A{i}", lat_deg=lat, potential_eur=eur)
        for i, (lat, eur) in enumerate(zip(lats, worth, strict=True))
    ]
    frame = make_workspace(tmp_path, accounts=accounts).tables["accounts"]
    assert spread_places(frame, 5) == [0, 1, 2, 3, 4]
    assert spread_places(frame, 3) == [0, 3, 4]
    assert spread_places(frame, 1) == [0]


def test_a_plan_against_the_caps_is_refused_by_the_check(tmp_path):
    case = built(tmp_path, {"max_taken_accounts": 0, "workload_tolerance": 5.0})
    problem = replace(case.problem, tolerance=np.array([9.0, 9.0]))
    plan = TerritoryPlan(
        seat=np.array([0, 0, 1, 1]),
        runner_up=np.full(4, -1),
        runner_up_extra_eur=np.zeros(4),
        window_price=np.zeros((2, 2)),
    )
    assert [v.subject for v in verify_territories(problem, plan)] == ["R2"]
    owned = Shortfall(
        code="taken_above", subject="R2", amount=1.0, unit="units", reason="", remedy=""
    )
    assert verify_territories(problem, plan, [owned]) == ()
