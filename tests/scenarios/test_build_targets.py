"""Targets become deals by pool, segment and month, nothing lost on the way."""

from fractions import Fraction

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from typed_workspace import make_workspace

from scenarios.build_targets import deal_targets, pool_shares

REPS = [
    {"rep_id": "R1", "pool": "east", "kind": "field", "fte": 1.0},
    {"rep_id": "R2", "pool": "west", "kind": "field", "fte": 0.5},
]
ACCOUNTS = [
    {"account_id": "A", "segment": "gold", "potential_eur": 300.0},
    {"account_id": "B", "segment": "gold", "potential_eur": 100.0},
    {"account_id": "C", "segment": "bronze", "potential_eur": 0.0},
]


def test_deals_are_revenue_over_value_to_the_unit(tmp_path):
    workspace = make_workspace(tmp_path)
    deals = deal_targets(workspace, pool_shares(workspace, None))
    assert deals == {("east", "gold"): (10, 0), ("east", "bronze"): (0, 10)}


def test_pools_share_by_the_potential_they_serve(tmp_path):
    workspace = make_workspace(tmp_path, reps=REPS, accounts=ACCOUNTS)
    pools = pd.Series(["east", "west", "west"], index=workspace.tables["accounts"].index)
    shares = pool_shares(workspace, pools)
    assert shares["gold"] == {"east": Fraction(3, 4), "west": Fraction(1, 4)}
    # bronze has no potential: the pools share by their full-time equivalents.
    assert shares["bronze"] == {"east": Fraction(2, 3), "west": Fraction(1, 3)}


def test_the_work_stays_when_nobody_is_there_to_weigh_it_by(tmp_path):
    reps = [{**rep, "fte": 0.0} for rep in REPS]
    shares = pool_shares(make_workspace(tmp_path, reps=reps), None)
    assert shares["gold"] == {"east": Fraction(1, 2), "west": Fraction(1, 2)}


def test_the_work_stays_when_potentials_are_below_a_hundredth(tmp_path):
    accounts = [{**account, "potential_eur": 0.001} for account in ACCOUNTS]
    workspace = make_workspace(tmp_path, reps=REPS, accounts=accounts)
    pools = pd.Series(["east", "west", "west"], index=workspace.tables["accounts"].index)
    shares = pool_shares(workspace, pools)
    assert all(sum(of_segment.values()) == 1 for of_segment in shares.values())


def test_a_named_pool_takes_all(tmp_path):
    targets = [{"month": "2027-01", "segment": "gold", "pool": "west", "revenue_eur": 40.0}]
    workspace = make_workspace(tmp_path, reps=REPS, targets=targets)
    assert deal_targets(workspace, pool_shares(workspace, None)) == {("west", "gold"): (4, 0)}


def test_a_year_is_spread_by_the_seasonality(tmp_path):
    targets = [{"month": "2027", "segment": "gold", "revenue_eur": 1200.0}]
    workspace = make_workspace(tmp_path, targets=targets)
    deals = deal_targets(workspace, pool_shares(workspace, None))
    # Twelve equal months of 10 deals; the horizon holds two of them.
    assert deals == {("east", "gold"): (10, 10)}


def test_a_target_without_segment_follows_the_potential(tmp_path):
    targets = [{"month": "2027-01", "segment": "", "revenue_eur": 100.0}]
    workspace = make_workspace(tmp_path, targets=targets, accounts=ACCOUNTS[:2])
    deals = deal_targets(workspace, pool_shares(workspace, None))
    assert deals == {("east", "gold"): (10, 0)}


@given(st.lists(st.decimals(min_value=0, max_value=10_000, places=2), min_size=1, max_size=6))
def test_revenue_is_conserved(tmp_path_factory, amounts):
    targets = [
        {"month": "2027-01", "segment": "gold", "revenue_eur": float(amount)} for amount in amounts
    ]
    workspace = make_workspace(tmp_path_factory.mktemp("w"), reps=REPS, targets=targets)
    deals = deal_targets(workspace, pool_shares(workspace, None))
    total = sum((sum(line) for line in deals.values()), Fraction(0))
    assert total * 10 == sum(map(Fraction, amounts))
