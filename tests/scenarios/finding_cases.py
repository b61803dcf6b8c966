"""For every code of the register, the smallest change of the fine workspace that shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from workspace_builders import Draft

from scenarios.check_levers import TABLES_OF_LEVERS

Change = Callable[[Draft], object]
Damage = Callable[[Path], object]


def _rewrite(name: str, old: str, new: str) -> Damage:
    def damage(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return damage


def _bytes(name: str, data: bytes) -> Damage:
    return lambda folder: (folder / name).write_bytes(data)


FILE_CASES: dict[str, Damage] = {
    "config_missing": lambda folder: (folder / "quartier.toml").unlink(),
    "config_unreadable": _rewrite("quartier.toml", '"Small"', "Small"),
    "config_key_unknown": _rewrite("quartier.toml", "months", "month"),
    "config_value": _rewrite("quartier.toml", "= 12\n", '= "twelve"\n'),
    "table_missing": lambda folder: (folder / "reps.csv").unlink(),
    "source_unreadable": _bytes("reps.csv", b"\x89PNG\r\n\x1a\n\x00\x00"),
    "source_ambiguous": _bytes("reps.parquet", b"PAR1"),
    "characters_replaced": lambda folder: (folder / "reps.csv").write_bytes(
        (folder / "reps.csv").read_bytes().replace(b"Ana", b"An\x9d")
    ),
    "row_ragged": _rewrite("accounts.csv", "A3,Gamma", "A3,Gamma, Sons"),
    "column_twice": _rewrite("reps.csv", "name", "pool"),
    "columns_unused": _rewrite("units.csv", "name", "fax"),
}
"""Done to the files after they were written."""


def _new(table: str, *rows: str) -> Change:
    """Add rows, written as "column=value column=value", to a table the fine workspace lacks."""

    def change(draft: Draft) -> None:
        cells = [dict(cell.split("=", 1) for cell in row.split()) for row in rows]
        draft.tables.setdefault(table, []).extend(cells)
        if table in TABLES_OF_LEVERS:
            # A plan that leaves the lever out would be told so besides.
            draft.rule("sourcing", decide_in_plan=True)

    return change


DRAFT_CASES: dict[str, Change] = {
    "source_missing": lambda d: d.rule("sources", reps="people.csv"),
    "source_outside": lambda d: d.rule("sources", accounts="../../etc/passwd"),
    "table_empty": lambda d: d.drop("hiring", role="SDR").drop("hiring", role="Closer"),
    "column_missing": lambda d: d.without("accounts", "segment"),
    "column_unmapped": lambda d: d.rule("columns", accounts={"name": "Acount Name"}),
    "column_unknown": lambda d: d.column("accounts", "group_ids", "x"),
    "number_unreadable": lambda d: d.cells("accounts", 1, revenue_eur="12O0"),
    "date_unreadable": lambda d: d.cells("accounts", owner_since="2026-02-31"),
    "month_unreadable": lambda d: d.cells("pipeline", ready_month="2027-13"),
    "boolean_unreadable": lambda d: d.cells("accounts", 1, locked="perhaps"),
    "number_ambiguous": lambda d: (
        d.drop("potentials", product="beds").cells("accounts", potential_eur="30"),
        d.cells("potentials", potential_eur="30.000"),
    ),
    "date_ambiguous": lambda d: d.column("accounts", "owner_since", "03/04/2024"),
    "required_missing": lambda d: d.cells("accounts", 2, account_id=""),
    "id_duplicate": lambda d: d.like("accounts", 2, name="Gamma Two", lat_deg="45.1"),
    "id_copy": lambda d: d.like("accounts", 2),
    "number_not_finite": lambda d: d.cells("accounts", 1, revenue_eur="inf"),
    "number_out_of_range": lambda d: d.cells("accounts", 1, revenue_eur="-500"),
    "choice_unknown": lambda d: d.cells("reps", kind="itinerant"),
    "country_unknown": lambda d: d.rule("workspace", country="XXX"),
    "place_columns_missing": lambda d: d.without("accounts", "lat_deg", "lon_deg", "unit_id"),
    "coordinates_missing": lambda d: d.cells("accounts", 2, lat_deg=""),
    "coordinates_impossible": lambda d: d.cells("accounts", 2, lat_deg="457640"),
    "coordinates_swapped": lambda d: d.cells("accounts", 2, lat_deg="4.8357", lon_deg="45.764"),
    "coordinates_abroad": lambda d: d.rule("workspace", country="FRA").cells(
        "accounts", 2, lat_deg="40.71", lon_deg="-74.01"
    ),
    "coordinates_far_from_unit": lambda d: d.cells("accounts", 2, lat_deg="47.2", lon_deg="-1.55"),
    "coordinates_shared": lambda d: d.cells("accounts", 3, lat_deg="45.7640", lon_deg="4.8357"),
    "unit_unknown": lambda d: d.cells("accounts", 3, unit_id="99"),
    "unit_without_point": lambda d: d.cells("units", 3, lat_deg="", lon_deg=""),
    "account_repeated": lambda d: d.cells("accounts", 3, name="GAMMA!"),
    "potential_missing": lambda d: d.cells("accounts", 3, potential_eur=""),
    "potential_zero": lambda d: d.cells("accounts", 3, potential_eur="0"),
    "account_weightless": lambda d: (
        d.column("accounts", "potential_eur", ""),
        d.without("potentials").column("accounts", "workload_hours", "5", "5", "5", "0", "5"),
    ),
    "potential_account_unknown": lambda d: d.like("potentials", 0, account_id="A9"),
    "potential_differs": lambda d: d.cells("potentials", potential_eur="31000"),
    "date_implausible": lambda d: d.cells("accounts", 3, owner_since="2062-01-01"),
    "segment_unknown": lambda d: d.cells("accounts", 3, segment="platinum"),
    "segments_unmatched": lambda d: d.column(
        "accounts", "segment", "A", "B", "C", "gold", "silver"
    ),
    "segment_spelling": lambda d: d.cells("accounts", segment="Gold"),
    "segment_unused": lambda d: d.rule("segments", platinum={"revenue_per_deal_eur": 1.0}),
    "parent_loop": lambda d: d.column("accounts", "parent_id", "A2", "A1", "", "", ""),
    "parent_unknown": lambda d: d.column("accounts", "parent_id", "A3", "A3", "A3", "A9", ""),
    "owner_unknown": lambda d: d.cells("accounts", 3, owner="integration_user"),
    "owner_left": lambda d: d.column("reps", "end_date", "", "2026-12-31", ""),
    "owner_inside": lambda d: d.cells("accounts", 3, owner="R3"),
    "locked_without_owner": lambda d: d.cells("accounts", 3, owner="", locked="yes"),
    "rep_without_place": lambda d: d.cells("reps", 1, lat_deg=""),
    "rep_without_skills": lambda d: d.drop("skills", rep_id="R2"),
    "rep_fte_missing": lambda d: d.cells("reps", 1, fte=""),
    "rep_fte_zero": lambda d: d.cells("reps", 1, fte="0"),
    "no_territory_holder": lambda d: d.column("reps", "kind", "inside", "inside", "inside"),
    "rep_dates_reversed": lambda d: d.column("reps", "end_date", "", "", "2021-12-31"),
    "rep_outside_horizon": lambda d: d.cells("reps", 2, start_date="2028-01-01"),
    "rep_date_implausible": lambda d: d.cells("reps", 2, start_date="0202-01-01"),
    "calendar_country_unknown": lambda d: d.rule("calendar", country="XXX"),
    "calendar_subdivision_unknown": lambda d: d.rule("calendar", country="FRA").cells(
        "reps", 1, subdivision="Bavaria"
    ),
    "leave_rep_unknown": lambda d: d.with_leave("R9 2027-08-02 2027-08-20 paid"),
    "leave_dates_reversed": lambda d: d.with_leave("R1 2027-08-20 2027-08-02 paid"),
    "leave_outside_employment": lambda d: d.with_leave("R1 2019-12-30 2020-01-10 paid"),
    "leave_overlap": lambda d: d.with_leave(
        "R1 2027-08-02 2027-08-13 paid", "R1 2027-08-13 2027-08-20 other"
    ),
    "leave_above_yearly_days": lambda d: d.with_leave("R1 2027-08-02 2027-09-10 paid"),
    "rep_always_away": lambda d: d.with_leave("R3 2027-01-01 2027-12-31 other"),
    "over_assignment_with_ramp": lambda d: d.rule("calendar", country="FRA").rule(
        "capacity", over_assignment=1.2
    ),
    "capacity_rules_unused": lambda d: d.rule("capacity", absence_share=0.04),
    "current_phases_above_limit": lambda d: d.cells(
        "reps", 1, current_phases="appointment|meeting|proposal"
    ),
    "list_member_unknown": lambda d: d.column("reps", "segments", "gold", "slver", ""),
    "skill_rep_unknown": lambda d: d.like("skills", 0, rep_id="R9"),
    "language_unspoken": lambda d: d.column("accounts", "language", "de", "fr", "en", "", ""),
    "skill_unoffered": lambda d: d.column("accounts", "skills", "oncology", "", "", "", ""),
    "override_account_unknown": lambda d: d.cells("overrides", account_id="A9"),
    "override_rep_unusable": lambda d: d.cells("overrides", rep_id="R3"),
    "override_expired": lambda d: d.cells("overrides", expires="2026-12-31"),
    "override_clash": lambda d: d.like("overrides", 0, rep_id="R2"),
    "override_against_lock": lambda d: d.cells("overrides", account_id="A1", rep_id="R2"),
    "role_rule_rep_unknown": lambda d: d.with_role_rules("R9 meeting must_hold"),
    "role_rule_clash": lambda d: d.with_role_rules(
        "R1 proposal must_hold", "R1 proposal may_not_hold"
    ),
    "role_rule_above_limit": lambda d: (
        d.like("skills", 0, phase="appointment"),
        d.with_role_rules(
            "R1 meeting must_hold", "R1 proposal must_hold", "R1 appointment must_hold"
        ),
    ),
    "role_rule_unable": lambda d: d.with_role_rules("R1 prospecting must_hold"),
    "role_rule_idle": lambda d: d.with_role_rules("R1 prospecting may_not_hold"),
    "role_rule_ends_territory": lambda d: (
        d.without("overrides").column("accounts", "owner", "R1").cells("accounts", locked="no"),
        d.with_role_rules("R2 meeting may_not_hold", "R2 proposal may_not_hold"),
    ),
    "helping_itself": lambda d: d.with_helping("north north"),
    "phase_unknown": lambda d: d.like("activity_norms", 0, phase="prospection"),
    "phases_few": lambda d: (
        d.drop("process", phase="proposal").drop("activity_norms", phase="proposal"),
        d.drop("skills", phase="proposal").drop("hiring", offer_id="H2"),
        d.column("reps", "current_phases", "meeting"),
        d.without("opportunities").without("activities"),
    ),
    "phase_nobody": lambda d: d.drop("skills", phase="meeting"),
    "phase_without_norms": lambda d: d.cells("activity_norms", 2, segment="gold"),
    "phase_rows_differ": lambda d: d.cells("process", 4, territorial="no"),
    "phase_segment_missing": lambda d: d.cells("process", 2, segment="gold"),
    "order_broken": lambda d: d.cells("process", 2, order="5"),
    "rate_missing": lambda d: d.cells("process", 2, units_per_next=""),
    "rate_twice": lambda d: d.cells("process", 2, conversion="0.5"),
    "rate_impossible": lambda d: d.cells("process", 1, conversion="2"),
    "units_per_next_below_one": lambda d: d.cells("process", 2, units_per_next="0.5"),
    "offer_above_phase_limit": lambda d: d.cells(
        "hiring", 0, phases="prospecting|appointment|meeting"
    ),
    "fixed_term_without_months": lambda d: d.cells("hiring", 1, term_months=""),
    "provider_phase_undocumented": lambda d: d.like("providers", 0, phase="meeting"),
    "provider_terms_differ": lambda d: d.cells("providers", 1, price_eur_per_hour="40"),
    "pool_unknown": lambda d: d.cells("targets", 1, pool="west"),
    "target_month_unreadable": lambda d: d.cells("targets", 1, month="March"),
    "target_outside_horizon": lambda d: d.cells("targets", 1, month="2029-01"),
    "targets_missing": lambda d: d.column("targets", "month", "2026", "2026-03", "2028-01"),
    "target_counted_twice": lambda d: d.like("targets", 0, month="2027-05"),
    "pipeline_outside_horizon": lambda d: d.cells("pipeline", ready_month="2028-01"),
    "lag_twice": lambda d: d.cells("process", lag_shares="0.5|0.5"),
    "lag_shares_sum": lambda d: d.cells("process", lag_months="", lag_shares="0.5|0.3"),
    "history_stage_unknown": lambda d: d.rule("calibration", stages={"Won": "closing:won"}),
    "history_missing": lambda d: d.without("activities").column(
        "opportunities", "phase", "Qualification"
    ),
    "history_phase_unknown": lambda d: d.cells("opportunities", 2, phase="Qualification"),
    "history_dates_reversed": lambda d: d.cells("opportunities", 2, left_on="2026-01-19"),
    "history_date_implausible": lambda d: d.cells("activities", 1, done_on="0202-01-01"),
    "history_left_missing": lambda d: d.cells("opportunities", 2, left_on=""),
    "history_outcome_missing": lambda d: d.cells("opportunities", 2, outcome=""),
    "history_open_left": lambda d: d.cells("opportunities", 3, left_on="2026-12-31"),
    "history_outcome_contradicted": lambda d: d.cells("opportunities", 0, outcome="lost"),
    "history_order_broken": lambda d: d.cells("opportunities", 1, entered_on="2026-01-11"),
    "history_rep_unknown": lambda d: d.cells("opportunities", 2, rep_id="R9"),
    "history_account_unknown": lambda d: d.cells("opportunities", 3, account_id="A9"),
    "history_segment_unknown": lambda d: d.cells("opportunities", 3, segment="Silver+"),
    "history_segment_missing": lambda d: d.cells("opportunities", 3, segment=""),
    "history_opportunity_unknown": lambda d: d.cells("activities", 1, opportunity_id="O9"),
    "history_activity_unknown": lambda d: d.cells("activities", 1, activity="Angebot"),
    "override_ban_clash": lambda d: d.like("overrides", 0, kind="ban"),
    "override_keep_elsewhere": lambda d: d.cells("overrides", rep_id="R2", kind="keep"),
    "override_against_freeze": lambda d: (
        d.rule("territory", workload_tolerance=9.0)
        .cells("reps", 1, frozen="yes")
        .cells("overrides", account_id="A3")
    ),
    "frozen_rep_unbalanced": lambda d: d.cells("reps", 0, frozen="yes").without("overrides"),
    "account_limits_reversed": lambda d: d.rule("territory", min_accounts=3, max_accounts=2),
    "account_limits_total": lambda d: d.rule("territory", max_accounts=2),
    "territory_price_zero": lambda d: d.rule("territory", contiguity="preferred", stray_eur=0.0),
    "new_seats_free": lambda d: d.rule("territory", max_new_seats=1),
    "vacant_cell_unused": lambda d: d.cells("reps", 1, vacant="yes"),
    "vacant_seats_differ": lambda d: (
        d.column("reps", "vacant", "yes", "yes", "no")
        .column("reps", "lat_deg", "")
        .column("reps", "lon_deg", "")
        .without("overrides")
    ),
    "training_phase_unknown": _new(
        "trainings", "name=T phase=metings conversion_factor=1.1 cost_eur=900"
    ),
    "training_without_effect": _new("trainings", "name=T phase=meeting cost_eur=900"),
    "provider_prices_unknown": _new("provider_prices", "provider_id=P9 conversion_factor=0.9"),
    "provider_result_phase_unknown": _new(
        "provider_prices", "provider_id=P1 result_phase=proposal"
    ),
    "lever_beyond_plan": lambda d: d.rule("overtime", hours_max_per_month=5.0),
    "provider_prices_beyond_plan": _new("provider_prices", "provider_id=P1 price_eur_per_result=9"),
    "provider_pilot_without_months": _new(
        "provider_prices", "provider_id=P1 pilot_capacity_share=0.3"
    ),
    "steering_pool_unknown": _new("provider_prices", "provider_id=P1 steering_pools=nowhere"),
    "provider_never_ready": _new("provider_prices", "provider_id=P1 ready_month=2039-01"),
    "stop_without_reveal": _new("provider_prices", "provider_id=P1 stop_notice_months=1"),
    "reveal_month_outside": lambda d: d.rule("sourcing", reveal_month="2039-01"),
    "renewal_outside_term": lambda d: d.rule(
        "sourcing", reveal_month="2027-02", decide_in_plan=True
    ).cells("hiring", 0, renewal_months="9"),
    "redundancy_rep_unknown": _new("redundancies", "rep_id=R99 severance_eur=900"),
    "redundancy_severance_unknown": _new("redundancies", "rep_id=R1 lead_months=1"),
    "redundancy_beyond_horizon": _new(
        "redundancies", "rep_id=R1 severance_eur=900 lead_months=240"
    ),
    "automation_phase_unknown": _new(
        "automations", "automation_id=T phases=prospects capacity_units_per_month=9"
    ),
    "conversion_beyond_certainty": _new(
        "trainings", "name=T phase=meeting conversion_factor=2.5 cost_eur=900"
    ),
    "demand_probability_differs": _new(
        "demand_scenarios",
        "name=weak probability=0.5 segment=gold",
        "name=weak probability=0.4 segment=silver",
        "name=strong probability=0.5",
    ),
    "demand_probabilities_no_whole": _new(
        "demand_scenarios", "name=weak probability=0.3", "name=strong probability=0.5"
    ),
    "demand_segment_unknown": _new(
        "demand_scenarios", "name=weak probability=1 segment=golden target_factor=0.8"
    ),
    "demand_month_outside": _new(
        "demand_scenarios", "name=weak probability=1 month=2029-01 target_factor=0.8"
    ),
    "risk_without_scenarios": lambda d: d.rule("risk", weight=0.3),
}
"""Done to the tables and rules before they are written."""
