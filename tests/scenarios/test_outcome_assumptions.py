"""Every default stands in the report with source and grade; a claim of the trade is chosen."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from workspace_builders import Draft

from scenarios.assumption_scope import (
    OF_SOURCING_COLUMNS,
    OF_SOURCING_RULES,
    SECTIONS,
    SOURCING,
)
from scenarios.assumption_sources import GRADES, OF_COLUMNS, OF_RULES, RULE, origin_of_rule
from scenarios.capacity_terms import COUNTRY_TERMS, ELSEWHERE
from scenarios.config import Config
from scenarios.errors import UsageError
from scenarios.outcome_assumptions import assumption_table, unit_of_rule
from scenarios.overlay import apply_scenario
from scenarios.read import load_workspace
from scenarios.starter import STARTERS, starter_names
from scenarios.tables import TABLES

ROOT = Path(__file__).parents[2]
OF_SOURCE = {"sourcing", "overtime", "managers", "risk"}
"""Sections that only `quartier source` reads; all of them are rules to choose."""
NOT_FIGURES = {"workspace", "sources", "columns", "scenarios", "assumptions", "calibration"}
NOT_FIGURES |= OF_SOURCE
BY_COUNTRY = {"calendar.contract_hours_per_week", "calendar.leave_days_per_year"}


def keys_with_defaults() -> list[str]:
    keys = []
    for name, field in Config.model_fields.items():
        section = field.annotation
        if name == "segments":
            section = section.__args__[1]
        if name in NOT_FIGURES:
            continue
        keys += [f"{name}.{key}" for key, f in section.model_fields.items() if not f.is_required()]
    return keys


def table(draft: Draft, folder: Path, scenario: str = "base"):
    overlaid = apply_scenario(draft.load(folder), scenario)
    found = assumption_table(overlaid.workspace, overlaid.changes)
    assert not found["key"].duplicated().any()
    return found.set_index("key")


def test_every_section_that_enters_a_plan_is_shown():
    assert set(Config.model_fields) - NOT_FIGURES == set(SECTIONS)


@pytest.mark.parametrize("key", keys_with_defaults())
def test_every_default_has_a_source_and_a_grade_or_is_a_rule_to_choose(key):
    if key in BY_COUNTRY:
        assert all(t.hours_grade in GRADES and t.leave_source for t in COUNTRY_TERMS.values())
        return
    origin = origin_of_rule(key)
    assert origin is not None
    assert origin.source
    assert origin.grade in GRADES or origin.source == RULE


def test_every_rule_of_sourcing_has_a_source_and_only_these():
    rules = {
        f"{section}.{name}"
        for section in ("overtime", "managers", "sourcing", "risk")
        for name in type(
            Config.model_fields[section].get_default(call_default_factory=True)
        ).model_fields
    }
    assert set(OF_SOURCING_RULES) == rules
    assert all(origin.source and origin.grade in GRADES for origin in OF_SOURCING_RULES.values())
    for key in OF_SOURCING_COLUMNS:
        name, column = key.split(".")
        assert TABLES[name].column(column)


def test_sourcing_shows_its_own_rules_and_none_of_territories(tmp_path):
    overlaid = apply_scenario(Draft().load(tmp_path))
    found = assumption_table(overlaid.workspace, overlaid.changes, SOURCING).set_index("key")
    assert found.loc["sourcing.terminal_factor", ["value", "grade", "origin"]].tolist() == [
        "0", "D", "default",
    ]  # fmt: skip
    assert not any(key.startswith(("territory.", "travel.")) for key in found.index)
    assert "model.hours_moved_between_months" not in found.index
    assert "model.headcount" in found.index


def test_no_source_is_kept_for_a_rule_that_does_not_exist():
    assert sorted(set(OF_RULES) - set(keys_with_defaults())) == []
    assert all(
        key.split(".")[1] in {c.name for c in TABLES[key.split(".")[0]].columns}
        for key in OF_COLUMNS
    )


@pytest.mark.parametrize(
    "key",
    [f"{t}.{c.name}" for t, s in TABLES.items() for c in s.columns if isinstance(c.default, float)],
)
def test_every_number_that_stands_for_an_empty_cell_has_a_source_and_a_grade(key):
    assert OF_COLUMNS[key] is not None
    assert OF_COLUMNS[key].grade in GRADES


def test_what_the_law_says_is_graded_a_and_what_nobody_knows_d():
    assert (COUNTRY_TERMS["FRA"].hours_grade, COUNTRY_TERMS["FRA"].leave_grade) == ("A", "A")
    assert (ELSEWHERE.hours_grade, ELSEWHERE.leave_grade) == ("D", "D")


def test_defaults_in_force_are_shown_with_value_unit_source_and_grade(tmp_path):
    found = table(Draft().rule("workspace", country="FRA"), tmp_path)
    hours = found.loc["calendar.contract_hours_per_week"]
    assert hours[["value", "unit", "grade", "origin"]].tolist() == [
        "35",
        "h per week",
        "A",
        "default",
    ]
    assert "L3121-27" in hours["source"]
    assert found.loc["calendar.country", "value"] == "FRA"
    assert found.loc["capacity.absence_share", ["value", "grade"]].tolist() == ["0.05", "B"]
    assert found.loc["capacity.later_attrition", ["value", "grade"]].tolist() == ["0", "D"]
    assert found.loc["model.terminal_value_eur", ["value", "origin"]].tolist() == ["0", "model"]
    assert not any(key.startswith("staffing.productive") for key in found.index)


@pytest.mark.parametrize(
    ("key", "unit"),
    [
        ("horizon.first_month", ""),
        ("horizon.months", "months"),
        ("segments.gold.revenue_per_deal_eur", "CHF per deal"),
        ("segments.gold.visits_per_year", "per year"),
        ("staffing.productive_hours_per_fte_month", "h per fte month"),
        ("staffing.preference_eur_per_hour", "CHF per hour"),
        ("travel.cost_eur_per_km", "CHF per km"),
        ("territory.handover_eur", "CHF"),
        ("capacity.selling_share", "ratio"),
        ("solve.staffing_seconds", "s"),
    ],
)
def test_units_are_read_off_the_names_of_rules(key, unit):
    assert unit_of_rule(key, "CHF") == unit


def test_flat_hours_show_no_calendar_and_their_own_default(tmp_path):
    found = table(Draft(), tmp_path)
    flat = found.loc["staffing.productive_hours_per_fte_month"]
    assert flat[["value", "grade", "origin"]].tolist() == ["100", "D", "default"]
    assert not any(key.startswith(("calendar.", "capacity.")) for key in found.index)


def test_what_somebody_set_is_told_from_defaults(tmp_path):
    draft = Draft().rule("calendar", country="FRA").rule("capacity", selling_share=0.7, ramp=[1.0])
    draft.rule("assumptions", **{"capacity.selling_share": "B: time study of 12 reps"})
    found = table(draft, tmp_path)
    assert found.loc["capacity.selling_share", ["value", "grade", "origin", "source"]].tolist() == [
        "0.7", "B", "workspace", "time study of 12 reps",
    ]  # fmt: skip
    assert found.loc["capacity.ramp", ["grade", "origin", "source"]].tolist() == [
        "", "workspace", "not stated",
    ]  # fmt: skip
    assert found.loc["capacity.absence_share", "origin"] == "default"


def test_columns_show_their_range_and_whether_they_are_the_default(tmp_path):
    found = table(Draft(), tmp_path)
    assert found.loc["providers.quality", ["value", "origin"]].tolist() == ["0.9", "workspace"]
    assert found.loc["hiring.productivity", ["value", "grade", "origin"]].tolist() == [
        "1", "D", "default",
    ]  # fmt: skip
    assert found.loc["process.conversion", "value"] == "0.25; 0.5"
    assert "reps.absence_share" not in found.index


def test_a_source_of_all_segments_holds_for_each(tmp_path):
    draft = Draft().rule(
        "assumptions", **{"segments.visits_per_year": "A: contract", "else": "C: x"}
    )
    found = table(draft, tmp_path)
    assert found.loc["segments.gold.visits_per_year", ["grade", "source"]].tolist() == [
        "A",
        "contract",
    ]
    assert "segments.visits_per_year" not in found.index
    assert found.loc["else", ["value", "grade", "source"]].tolist() == ["", "C", "x"]


def test_what_a_scenario_set_is_told_with_its_source(tmp_path):
    draft = Draft().rule("calendar", country="FRA")
    folder = draft.write(tmp_path)
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "trained.toml").write_text(
        'title = "Trained"\n[rules]\n"capacity.selling_share" = 0.7\n'
        '[[change]]\ntable = "process"\nwhere = { phase = "proposal", segment = "gold" }\n'
        'set = { conversion = 0.3 }\n[assumptions]\n"process.conversion" = "C: a vendor says so"\n',
        encoding="utf-8",
    )
    found = table(draft, tmp_path, "trained")
    assert found.loc["process.conversion", ["grade", "origin", "source"]].tolist() == [
        "C", "scenario", "a vendor says so",
    ]  # fmt: skip
    assert found.loc["capacity.selling_share", ["value", "origin"]].tolist() == ["0.7", "scenario"]
    assert table(draft, tmp_path).loc["process.conversion", "source"] == "not stated"


def test_the_win_rate_of_vendors_is_never_a_default():
    rates = {"conversion", "units_per_next"}
    assert all(TABLES["process"].column(name).default is None for name in rates)
    assert all(OF_COLUMNS[f"process.{name}"] is None for name in rates)
    for name in starter_names():
        lines = (STARTERS / name / "process.csv").read_text("utf-8").splitlines()
        rows = list(csv.DictReader(lines))
        last = max(rows, key=lambda row: int(row["order"]))
        assert abs(1 / float(last["units_per_next"]) - 0.30) > 0.01, name


def test_the_win_rate_of_vendors_is_a_scenario_that_says_so():
    workspace = load_workspace(ROOT / "examples" / "action-plan")
    base = assumption_table(workspace, apply_scenario(workspace).changes).set_index("key")
    trained = apply_scenario(workspace, "trained-win-rate")
    under = assumption_table(trained.workspace, trained.changes).set_index("key")
    assert base.loc["process.units_per_next", "origin"] == "workspace"
    assert under.loc["process.units_per_next", ["grade", "origin"]].tolist() == ["C", "scenario"]
    assert "claim" in trained.title


def test_assumptions_of_a_scenario_are_a_table(tmp_path):
    folder = Draft().write(tmp_path)
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "odd.toml").write_text("assumptions = 3\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"write assumptions as \[assumptions\]"):
        apply_scenario(load_workspace(folder), "odd")
