"""Rules of [territory] from the tables through the solver and the check to the plan's reasons."""

from dataclasses import replace

import numpy as np
import pytest
from test_build_territory import account, rep
from typed_workspace import make_workspace

from optimizer.explain_territories import reasons
from optimizer.verify_territories import verify_territories
from scenarios.config import Config
from scenarios.decide import Request, Watch, solve_territories_of
from scenarios.seats import seat_holders


def planned(folder, rules, reps, overrides=(), move_cost_share=0.0):
    """Return case, solution and reasons for 18 accounts along a meridian, all of R1 today."""
    accounts = [
        account(f"A{i:02d}", lat_deg=46.0 + i / 6, owner="R1", revenue_eur=100.0) for i in range(18)
    ]
    workspace = make_workspace(folder, accounts=accounts, reps=reps, overrides=list(overrides))
    data = workspace.config.model_dump()
    data["territory"].update({"move_cost_share": move_cost_share, "handover_eur": 1.0, **rules})
    workspace = replace(workspace, config=Config.model_validate(data))
    seats = seat_holders(workspace.tables, workspace.config)
    found = solve_territories_of(workspace, seats, Request(folder=folder, seconds=20), Watch())
    case, solution = found.case, found.solution
    assert solution.plan is not None
    broken = verify_territories(case.problem, solution.plan, solution.shortfalls, solution.terms)
    assert broken == ()
    said = reasons(case.problem, solution.plan, case.bans, case.seats["rep_id"].tolist())
    return case, solution, said


def three_reps():
    return [rep("R1", lat_deg=46.0), rep("R2", lat_deg=47.5), rep("R3", lat_deg=49.0)]


LOOSE = {"workload_tolerance": 9.0, "potential_tolerance": 9.0}


def test_a_cap_on_accounts_given_binds_and_is_named(tmp_path):
    case, solution, said = planned(tmp_path, {**LOOSE, "max_given_accounts": 4}, three_reps())
    assert int((solution.plan.seat != case.problem.current_seat).sum()) == 4
    assert solution.shortfalls == ()
    assert sum("R1 may give no more accounts away" in text for text in said) > 3


@pytest.mark.parametrize("most", [6, 7])
def test_no_rep_holds_more_accounts_than_the_rule_allows(tmp_path, most):
    _, solution, _ = planned(tmp_path, {**LOOSE, "max_accounts": most}, three_reps())
    assert np.bincount(solution.plan.seat).max() <= most
    assert solution.shortfalls == ()


def test_a_ban_moves_the_account_and_is_the_reason(tmp_path):
    overrides = [{"account_id": "A00", "rep_id": "R1", "reason": "conflict", "kind": "ban"}]
    _, solution, said = planned(tmp_path, LOOSE, three_reps(), overrides)
    assert solution.plan.seat[0] == 1
    assert said[0] == "moves from R1 to R2: R1 is ruled out: conflict"


def test_a_frozen_rep_keeps_everything_and_the_reason_says_so(tmp_path):
    reps = three_reps()
    reps[0]["frozen"] = True
    _, solution, said = planned(tmp_path, LOOSE, reps)
    assert (solution.plan.seat == 0).all()
    assert set(said) == {"stays with R1: locked, the territory of R1 is frozen"}


def test_territories_that_must_be_in_one_piece_are(tmp_path):
    rules = {"contiguity": "required", "workload_tolerance": 0.2, "potential_tolerance": 0.2}
    _, solution, _ = planned(tmp_path, rules, three_reps())
    assert solution.shortfalls == ()
    assert int((np.diff(solution.plan.seat) != 0).sum()) == 2


def test_what_costs_more_than_it_is_worth_is_left_out_for_its_price(tmp_path):
    rules = {**LOOSE, "unserved_value_share": 1.0}
    _, solution, said = planned(tmp_path, rules, [rep("R1", lat_deg=46.0)])
    left = np.flatnonzero(solution.plan.seat < 0)
    assert 0 < len(left) < 18
    assert {s.code for s in solution.shortfalls} == {"unserved_by_price"}
    assert said[17] == "unserved: leaving it out costs 100 EUR a year, serving it more"


def test_vacant_and_new_seats_are_opened_where_they_pay(tmp_path):
    vacant = rep("R9", vacant=True, lat_deg=np.nan, lon_deg=np.nan)
    rules = {**LOOSE, "max_new_seats": 3, "seat_cost_eur_per_year": 2000.0}
    case, solution, _ = planned(tmp_path, rules, [rep("R1", lat_deg=46.0), vacant])
    assert case.seats["rep_id"].tolist()[:2] == ["R1", "R9"]
    assert 46.0 < case.seats["lat_deg"].iloc[1] < 49.0
    assert solution.terms["open_seats_eur"] == 2000.0 * len(solution.plan.site)
    free, many, _ = planned(
        tmp_path, {**rules, "seat_cost_eur_per_year": 1.0}, [rep("R1", lat_deg=46.0), vacant]
    )
    assert len(many.plan.site) == 4 > len(solution.plan.site)
    assert free.seats["rep_id"].tolist() == ["R1", "R9", "new-1", "new-2", "new-3"]
