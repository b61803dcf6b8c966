"""Sensitivity, replay and universe of a workspace come from its funnels."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspace_builders import Draft

from scenarios.build_funnel import Funnels, plan_funnels
from scenarios.build_targets import pool_shares
from scenarios.outcome_levers import replay_table, sensitivity_table, universe_shortfalls
from scenarios.workspace import Workspace


def funnels(draft: Draft, folder: Path) -> tuple[Workspace, Funnels]:
    workspace = draft.load(folder)
    return workspace, plan_funnels(workspace, pool_shares(workspace, None))


def test_rows_of_a_funnel_are_added_up_over_pools_and_segments(tmp_path: Path) -> None:
    workspace, plans = funnels(Draft(), tmp_path)
    table = sensitivity_table(plans, workspace.config)
    assert len(table) == 2 * 4 + 1
    assert (table["hours_when_lower"] != table["hours_base"]).all()
    value = table.iloc[-1]
    assert value["assumption"] == "deal_value"
    assert value["revenue_when_higher_eur"] == pytest.approx(1.1 * value["revenue_base_eur"])
    minutes = table[table["assumption"] == "minutes"]
    spared = (minutes["hours_base"] - minutes["hours_when_lower"]).sum()
    assert spared == pytest.approx(0.1 * value["hours_base"])


def test_whole_lags_need_no_replay_and_split_ones_do(tmp_path: Path) -> None:
    months = tuple(f"2027-{month:02d}" for month in range(1, 13))
    _, whole = funnels(Draft(), tmp_path / "whole")
    assert replay_table(whole, months).empty
    split = Draft().cells("process", 2, lag_months="", lag_shares="0.5|0|0.5")
    _, plans = funnels(split, tmp_path / "split")
    table = replay_table(plans, months)
    so_far = table.groupby("month")[["deals_target", "deals_spread", "deals_cover"]].sum().cumsum()
    late = so_far["deals_target"].iloc[-1] - so_far["deals_cover"].iloc[-1]
    assert late >= -1e-6
    assert so_far["deals_cover"].iloc[-1] > so_far["deals_spread"].iloc[-1]


@pytest.mark.parametrize(("there", "short"), [("100", True), ("7199", True), ("7200", False)])
def test_a_target_beyond_the_prospects_is_a_shortfall_with_numbers(
    tmp_path: Path, there: str, short: bool
) -> None:
    workspace, plans = funnels(Draft().cells("universe", 0, units=there), tmp_path)
    found = universe_shortfalls(workspace, plans)
    assert bool(found) == short
    if short:
        assert found[0].code == "universe_short"
        assert found[0].subject == "gold"
        assert f"has {int(there):,}: at most" in found[0].reason
        assert found[0].unit == "prospects"


def test_old_pipeline_counts_for_what_its_age_says(tmp_path: Path) -> None:
    fresh, old = Draft(), Draft()
    for draft, age in ((fresh, "0"), (old, "5")):
        draft.cells("process", 2, age_factors="1|0.5").cells("pipeline", age_months=age)
    spared = []
    for name, draft in (("fresh", fresh), ("old", old)):
        _, plans = funnels(draft, tmp_path / name)
        spared.append(sum(sum(plan.credited["meeting"].values()) for plan in plans.values()))
    assert spared[0] == 2 * spared[1] == 3
