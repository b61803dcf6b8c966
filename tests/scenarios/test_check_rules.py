"""Rules at their edges: fine, exactly at the edge, one step beyond; and what a rule changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from workspace_builders import Draft, codes

from scenarios.errors import Severity
from scenarios.read import recheck

Change = Callable[[Draft], object]

EDGES: dict[str, tuple[Change, Change]] = {
    "number_out_of_range": (
        lambda d: d.cells("reps", fte="1"),
        lambda d: d.cells("reps", fte="1.001"),
    ),
    "rate_impossible": (
        lambda d: d.cells("process", 1, conversion="1"),
        lambda d: d.cells("process", 1, conversion="1.01"),
    ),
    "units_per_next_below_one": (
        lambda d: d.cells("process", 2, units_per_next="1"),
        lambda d: d.cells("process", 2, units_per_next="0.99"),
    ),
    "current_phases_above_limit": (
        lambda d: d.cells("reps", current_phases="meeting|proposal"),
        lambda d: d.cells("reps", current_phases="meeting|proposal|appointment"),
    ),
    "offer_above_phase_limit": (
        lambda d: d.rule("staffing", max_phases_per_person=2),
        lambda d: d.rule("staffing", max_phases_per_person=1).column(
            "reps", "current_phases", "meeting"
        ),
    ),
    "rep_outside_horizon": (
        lambda d: d.column("reps", "end_date", "", "", "2027-01-01"),
        lambda d: d.column("reps", "end_date", "", "", "2026-12-31"),
    ),
    "owner_left": (
        lambda d: d.column("reps", "end_date", "", "2027-01-01", ""),
        lambda d: d.column("reps", "end_date", "", "2026-12-31", ""),
    ),
    "rep_dates_reversed": (
        lambda d: d.cells("reps", 2, start_date="2027-06-01", end_date="2027-06-01"),
        lambda d: d.cells("reps", 2, start_date="2027-06-02", end_date="2027-06-01"),
    ),
    "override_expired": (
        lambda d: d.cells("overrides", expires="2027-01-01"),
        lambda d: d.cells("overrides", expires="2026-12-31"),
    ),
    "date_implausible": (
        lambda d: d.cells("accounts", owner_since="2027-01-01"),
        lambda d: d.cells("accounts", owner_since="2027-01-02"),
    ),
    "target_outside_horizon": (
        lambda d: d.cells("targets", 1, month="2027-12"),
        lambda d: d.cells("targets", 1, month="2028-01"),
    ),
    "pipeline_outside_horizon": (
        lambda d: d.cells("pipeline", ready_month="2027-12"),
        lambda d: d.cells("pipeline", ready_month="2028-01"),
    ),
    "override_against_lock": (
        lambda d: d.cells("overrides", account_id="A1", rep_id="R1"),
        lambda d: d.cells("overrides", account_id="A1", rep_id="R2"),
    ),
    "override_clash": (
        lambda d: d.like("overrides", 0, account_id="A3"),
        lambda d: d.like("overrides", 0, rep_id="R2"),
    ),
    "account_limits_reversed": (
        lambda d: d.cells("reps", min_accounts="2").rule("territory", max_accounts=2),
        lambda d: d.cells("reps", min_accounts="3").rule("territory", max_accounts=2),
    ),
    # 5 accounts on 2 reps in the field.
    "account_limits_total": (
        lambda d: d.cells("reps", max_accounts="2").cells("reps", 1, max_accounts="3"),
        lambda d: d.cells("reps", max_accounts="2").cells("reps", 1, max_accounts="2"),
    ),
    "override_ban_clash": (
        lambda d: d.like("overrides", 0, kind="ban", rep_id="R2"),
        lambda d: d.like("overrides", 0, kind="ban"),
    ),
    "override_keep_elsewhere": (
        lambda d: d.cells("overrides", kind="keep"),
        lambda d: d.cells("overrides", kind="keep", account_id="A3"),
    ),
    "override_against_freeze": (
        lambda d: d.cells("reps", frozen="yes").like("overrides", 0, kind="ban", account_id="A3"),
        lambda d: d.cells("reps", frozen="yes").cells("overrides", kind="ban"),
    ),
    "vacant_seats_differ": (
        lambda d: (
            d.column("reps", "vacant", "yes", "yes", "no")
            .column("reps", "fte", "0.5")
            .column("reps", "languages", "fr")
        ),
        lambda d: d.column("reps", "vacant", "yes", "yes", "no").column("reps", "fte", "0.5"),
    ),
    "territory_price_zero": (
        lambda d: d.rule("territory", contiguity="preferred", stray_eur=0.01),
        lambda d: d.rule("territory", contiguity="preferred", stray_eur=0),
    ),
    "target_counted_twice": (
        lambda d: d.like("targets", 0, month="2027-05", segment="silver"),
        lambda d: d.like("targets", 0, month="2027-05"),
    ),
    "coordinates_impossible": (
        lambda d: d.cells("reps", 2, lat_deg="90", lon_deg="180"),
        lambda d: d.cells("reps", 2, lat_deg="90.0001", lon_deg="180"),
    ),
    # 20 km are 0.1799 degrees of latitude; the usual distance to the units is below 5 km.
    "coordinates_far_from_unit": (
        lambda d: d.cells("accounts", 2, lat_deg="45.929", lon_deg="4.85"),
        lambda d: d.cells("accounts", 2, lat_deg="45.931", lon_deg="4.85"),
    ),
    # 5 km are 0.0450 degrees of latitude.
    "account_repeated": (
        lambda d: d.cells("accounts", 3, name="Gamma", lat_deg="45.8091", lon_deg="4.8357"),
        lambda d: d.cells("accounts", 3, name="Gamma", lat_deg="45.8088", lon_deg="4.8357"),
    ),
    "parent_unknown": (
        lambda d: d.column("accounts", "parent_id", "A3", "A9", "", "", ""),
        lambda d: d.column("accounts", "parent_id", "A3", "A3", "A9", "", ""),
    ),
    "segments_unmatched": (
        lambda d: d.column("accounts", "segment", "A", "B", "gold", "gold", "silver"),
        lambda d: d.column("accounts", "segment", "A", "B", "C", "gold", "silver"),
    ),
    "phases_few": (
        lambda d: d,
        lambda d: (
            d.drop("process", phase="proposal").drop("activity_norms", phase="proposal"),
            d.drop("skills", phase="proposal").drop("hiring", offer_id="H2"),
            d.column("reps", "current_phases", "meeting"),
        ),
    ),
    "phase_nobody": (
        lambda d: d.drop("skills", phase="prospecting").drop("hiring", offer_id="H1"),
        lambda d: (
            d.drop("skills", phase="prospecting").drop("hiring", offer_id="H1"),
            d.drop("providers", phase="prospecting"),
        ),
    ),
}


@pytest.mark.parametrize("code", EDGES)
def test_the_edge_passes_and_one_step_beyond_does_not(tmp_path: Path, code: str) -> None:
    at_edge, beyond = EDGES[code]
    for name, change, expected in (("edge", at_edge, False), ("beyond", beyond, True)):
        draft = Draft()
        change(draft)
        assert (code in codes(draft.load(tmp_path / name))) is expected, name


def test_swapped_coordinates_are_exchanged_when_the_country_says_so(tmp_path: Path) -> None:
    draft = Draft().without("units").without("accounts", "unit_id").rule("workspace", country="FRA")
    draft.cells("accounts", lat_deg="2.3522", lon_deg="48.8566")
    draft.cells("reps", lat_deg="2.35", lon_deg="48.85")
    workspace = draft.load(tmp_path)
    for table, row in (("accounts", 2), ("reps", 2)):
        place = workspace.tables[table].loc[row, ["lat_deg", "lon_deg"]].tolist()
        assert place == pytest.approx([48.85, 2.35], abs=0.01)
    assert codes(workspace) == ["coordinates_swapped"]


def test_a_point_abroad_that_exchanging_does_not_bring_home_is_not_exchanged(
    tmp_path: Path,
) -> None:
    draft = Draft().rule("workspace", country="FRA")
    draft.cells("accounts", 2, lat_deg="40.71", lon_deg="-74.01")
    workspace = draft.load(tmp_path)
    assert codes(workspace) == ["coordinates_abroad"]
    assert workspace.tables["accounts"].loc[4, "lat_deg"] == 45.75


def test_what_cannot_be_placed_is_set_aside_and_said(tmp_path: Path) -> None:
    draft = Draft().cells("accounts", 2, lat_deg="", unit_id="")
    draft.cells("accounts", 3, lat_deg="91", unit_id="99")
    workspace = draft.load(tmp_path)
    assert workspace.set_aside.to_dict("records") == [
        {
            "table": "accounts", "id": "A3", "name": "Gamma", "code": "coordinates_missing",
            "reason": "An account has no coordinates", "row": 4,
        },
        {
            "table": "accounts", "id": "A4", "name": "Delta", "code": "coordinates_impossible",
            "reason": "Coordinates cannot exist", "row": 5,
        },
    ]  # fmt: skip
    assert workspace.tables["accounts"]["account_id"].tolist() == ["A1", "A2", "A5"]


def test_large_units_have_a_large_reach(tmp_path: Path) -> None:
    """Accounts spread 60 km around their unit's point: 150 km is usual there, 400 km is not."""
    draft = Draft().without("overrides").without("potentials")
    draft.tables["units"] = [{"unit_id": "G", "lat_deg": "46", "lon_deg": "3"}]
    draft.tables["accounts"] = [
        {"account_id": f"A{n}", "segment": ("gold", "silver")[n % 2], "unit_id": "G",
         "lat_deg": str(46 + shift), "lon_deg": "3"}
        for n, shift in enumerate((-0.55, 0.5, 0.6, -0.5, 1.4, 3.6))
    ]  # fmt: skip
    far = [f for f in draft.load(tmp_path).findings if f.code == "coordinates_far_from_unit"]
    assert [f.row for f in far] == [7]


def test_a_loop_of_parents_gets_a_head(tmp_path: Path) -> None:
    draft = Draft().column("accounts", "parent_id", "A3", "A1", "A2", "A4", "A1")
    workspace = draft.load(tmp_path)
    assert workspace.tables["accounts"]["parent_id"].tolist() == ["A1", "A1", "A2", "A4", "A1"]
    assert codes(workspace) == ["parent_loop"]


def test_potentials_fill_empty_accounts_only(tmp_path: Path) -> None:
    draft = Draft().cells("accounts", 0, potential_eur="")
    draft.add("potentials", account_id="A2", product="beds", month="", potential_eur="9000")
    workspace = draft.load(tmp_path)
    assert workspace.tables["accounts"]["potential_eur"].tolist()[:2] == [50000, 9000]
    assert codes(workspace) == []


def test_defaults_stand_where_cells_are_empty(tmp_path: Path) -> None:
    draft = Draft().without("reps", "fte", "kind").without("skills", "preference", "productivity")
    workspace = draft.load(tmp_path)
    assert workspace.tables["reps"]["fte"].tolist() == [1, 1, 1]
    assert workspace.tables["reps"]["kind"].tolist() == ["both"] * 3
    assert workspace.tables["skills"]["preference"].tolist() == [0.5] * 6
    assert codes(workspace) == []


def test_bad_cells_are_quarantined_in_bulk_tables_and_errors_elsewhere(tmp_path: Path) -> None:
    draft = Draft().cells("accounts", 1, revenue_eur="x").cells("skills", preference="x")
    found = {f.table: f for f in draft.load(tmp_path).findings}
    assert found["accounts"].severity is Severity.QUARANTINE
    assert found["accounts"].action == "read as empty"
    assert found["skills"].severity is Severity.ERROR


def test_without_accounts_only_the_funnel_is_checked(tmp_path: Path) -> None:
    draft = Draft()
    for table in ("accounts", "units", "potentials", "overrides"):
        draft.without(table)
    assert draft.load(tmp_path).findings == ()


def test_a_scenario_that_takes_a_rep_away_frees_the_accounts(tmp_path: Path) -> None:
    base = Draft().load(tmp_path)
    reps = base.tables["reps"]
    fewer = replace(base, tables={**base.tables, "reps": reps[reps["rep_id"] != "R1"]})
    after = recheck(fewer)
    assert after.tables["accounts"]["owner"].tolist()[:2] == ["", ""]
    assert not after.tables["accounts"]["locked"].any()
    assert base.tables["accounts"]["owner"].tolist()[:2] == ["R1", "R1"]
    assert codes(after) == [
        "history_rep_unknown", "locked_without_owner", "override_rep_unusable", "owner_unknown",
        "skill_rep_unknown",
    ]  # fmt: skip


def test_a_scenario_that_breaks_a_rule_is_an_error(tmp_path: Path) -> None:
    base = Draft().load(tmp_path)
    process = base.tables["process"].assign(conversion=2.0)
    after = recheck(replace(base, tables={**base.tables, "process": process}))
    assert after.has_errors
    assert "rate_impossible" in codes(after)
    assert codes(base) == []


def test_a_scenario_that_mends_a_rule_takes_the_finding_away(tmp_path: Path) -> None:
    base = Draft().cells("targets", 1, pool="west").load(tmp_path)
    targets = base.tables["targets"].assign(pool="")
    assert codes(recheck(replace(base, tables={**base.tables, "targets": targets}))) == []


def test_appended_rows_without_a_default_get_one(tmp_path: Path) -> None:
    base = Draft().load(tmp_path)
    reps = base.tables["reps"]
    new = reps.iloc[[0]].assign(rep_id="R4", fte=float("nan"), kind="")
    new.index = pd.Index([9])
    skills = base.tables["skills"]
    able = skills.iloc[[0]].assign(rep_id="R4").set_axis([99])
    tables = {**base.tables, "reps": pd.concat([reps, new]), "skills": pd.concat([skills, able])}
    after = recheck(replace(base, tables=tables))
    assert after.tables["reps"].loc[9, "fte"] == 1
    assert after.tables["reps"].loc[9, "kind"] == "both"
    assert codes(after) == ["rep_fte_missing"]


@pytest.mark.parametrize("table", ["reps", "skills", "process", "targets"])
def test_a_scenario_that_empties_a_table_every_plan_needs_is_an_error(
    tmp_path: Path, table: str
) -> None:
    base = Draft().load(tmp_path)
    after = recheck(replace(base, tables={**base.tables, table: base.tables[table].iloc[:0]}))
    missing = [f for f in after.findings if f.code == "table_missing"]
    assert after.has_errors
    assert [f.table for f in missing] == [table]


@pytest.mark.parametrize(("column", "value"), [("fte", "0"), ("start_date", "2030-01-01")])
def test_an_override_to_somebody_without_a_territory_is_set_aside_not_forgotten(
    tmp_path: Path, column: str, value: str
) -> None:
    draft = Draft()
    rep = draft.tables["overrides"][0]["rep_id"]
    row = [each["rep_id"] for each in draft.tables["reps"]].index(rep)
    draft.cells("reps", row, **{column: value})
    assert "override_rep_unusable" in codes(draft.load(tmp_path))


@pytest.mark.parametrize(
    ("revenue", "refused"), [("1e15", False), ("1.1e15", True), ("1e305", True)]
)
def test_figures_beyond_any_sales_organisation_are_refused(
    tmp_path: Path, revenue: str, refused: bool
) -> None:
    workspace = Draft().cells("targets", 1, revenue_eur=revenue).load(tmp_path)
    assert ("number_out_of_range" in codes(workspace)) is refused


def test_a_lock_to_somebody_without_a_territory_is_said(tmp_path: Path) -> None:
    draft = Draft()
    locked = next(each for each in draft.tables["accounts"] if each.get("locked"))
    row = [each["rep_id"] for each in draft.tables["reps"]].index(locked["owner"])
    assert "owner_inside" in codes(draft.cells("reps", row, fte="0").load(tmp_path))
