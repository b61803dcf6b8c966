"""Rules on working time: fine, exactly at the edge, one beyond; files, rows and remedies named."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspace_builders import Draft, codes

from flows.cli import main
from scenarios.errors import Finding, Severity
from scenarios.finding_codes_capacity import CAPACITY_CODES

NAMES = {code.code for code in CAPACITY_CODES}


def french(**calendar: object) -> Draft:
    return Draft().rule("calendar", country="FRA", **calendar)


def found(draft: Draft, folder: Path) -> set[str]:
    return set(codes(draft.load(folder))) & NAMES


def the_finding(draft: Draft, folder: Path, code: str) -> Finding:
    (finding,) = [f for f in draft.load(folder).findings if f.code == code]
    return finding


BUFFER = {"over_assignment": 1.2, "ramp": [1.0]}
EDGES = {
    "calendar_country_unknown": (
        lambda: french().cells("reps", country="BEL"),
        lambda: french().cells("reps", country="BE"),
    ),
    "calendar_subdivision_unknown": (
        lambda: french(subdivision="Alsace-Moselle").cells("reps", subdivision="75"),
        lambda: french(subdivision="Alsace-Lorraine"),
    ),
    "leave_dates_reversed": (
        lambda: Draft().with_leave("R1 2027-08-02 2027-08-02 paid"),
        lambda: Draft().with_leave("R1 2027-08-02 2027-08-01 paid"),
    ),
    "leave_outside_employment": (
        lambda: Draft().with_leave("R1 2020-01-01 2020-01-10 paid"),
        lambda: Draft().with_leave("R1 2019-12-31 2020-01-10 paid"),
    ),
    "leave_overlap": (
        lambda: Draft().with_leave(
            "R1 2027-08-02 2027-08-13 paid", "R1 2027-08-14 2027-08-20 paid"
        ),
        lambda: Draft().with_leave(
            "R1 2027-08-02 2027-08-13 paid", "R1 2027-08-13 2027-08-20 paid"
        ),
    ),
    # 2 August to 3 September 2027 are 25 working days.
    "leave_above_yearly_days": (
        lambda: Draft().with_leave("R1 2027-08-02 2027-09-05 paid"),
        lambda: Draft().with_leave("R1 2027-08-02 2027-09-06 paid"),
    ),
    "rep_always_away": (
        lambda: Draft().with_leave("R3 2027-01-01 2027-12-30 other"),
        lambda: Draft().with_leave("R3 2027-01-01 2027-12-31 other"),
    ),
    "over_assignment_with_ramp": (
        lambda: french().rule("capacity", **BUFFER).column("hiring", "ramp", "1"),
        lambda: french().rule("capacity", **BUFFER).column("hiring", "ramp", "1", "0.9|1"),
    ),
    "capacity_rules_unused": (
        lambda: Draft().rule("staffing", availability=[0.5] * 12),
        lambda: french().rule("staffing", availability=[0.5] * 12),
    ),
}


@pytest.mark.parametrize("code", EDGES)
def test_what_is_exactly_at_the_edge_is_fine(code, tmp_path):
    assert code not in found(EDGES[code][0](), tmp_path)


@pytest.mark.parametrize("code", EDGES)
def test_one_step_beyond_the_edge_is_found(code, tmp_path):
    assert code in found(EDGES[code][1](), tmp_path)


@pytest.mark.parametrize(
    ("draft", "code", "place", "says"),
    [
        (
            french().cells("reps", 1, subdivision="Bavaria"),
            "calendar_subdivision_unknown",
            ("reps.csv", 3, "subdivision", "Bavaria"),
            "Alsace",
        ),
        (
            Draft().with_leave("R1 2027-02-01 2027-02-02 paid", "R1 2027-02-02 2027-02-03 paid"),
            "leave_overlap",
            ("leave.csv", 3, "first_day", "2027-02-02"),
            "2027-02-02",
        ),
        (
            Draft()
            .cells("reps", end_date="2027-06-30")
            .with_leave("R1 2027-06-28 2027-07-02 paid"),
            "leave_outside_employment",
            ("leave.csv", 2, "last_day", "2027-07-02"),
            "end_date is 2027-06-30",
        ),
        (
            french().rule("capacity", over_assignment=1.2, later_attrition=0.1),
            "over_assignment_with_ramp",
            ("quartier.toml", 0, "capacity.over_assignment", ""),
            "[capacity] ramp, [capacity] later_attrition, the ramp of hiring in row 2",
        ),
    ],
)
def test_a_finding_names_the_place_and_what_is_wrong(draft, code, place, says, tmp_path):
    finding = the_finding(draft, tmp_path, code)
    assert (finding.file, finding.row, finding.column, finding.value) == place
    assert says in finding.message
    assert finding.remedy


@pytest.mark.parametrize("share", ["-0.1", "1.1"])
@pytest.mark.parametrize("column", ["absence_share", "selling_share"])
def test_shares_outside_0_to_1_are_errors(column, share, tmp_path):
    finding = the_finding(
        french().cells("reps", 2, **{column: share}), tmp_path, "number_out_of_range"
    )
    assert (finding.file, finding.row, finding.column) == ("reps.csv", 4, column)


@pytest.mark.parametrize(
    ("ramp", "code"),
    [
        ("0.5|two", "number_unreadable"),
        ("-0.5", "number_out_of_range"),
        ("0.5|1.5", "number_out_of_range"),
    ],
)
def test_a_ramp_that_is_no_list_of_shares_is_an_error(ramp, code, tmp_path):
    finding = the_finding(french().cells("reps", ramp=ramp), tmp_path, code)
    assert finding.severity is Severity.ERROR
    assert finding.column == "ramp"


@pytest.mark.parametrize(
    ("section", "rule"),
    [
        ("capacity", {"absence_share": -0.1}),
        ("capacity", {"selling_share": 1.2}),
        ("capacity", {"over_assignment": 0.9}),
        ("capacity", {"first_year_attrition": 1.0}),
        ("calendar", {"leave_profile": [0.0] * 12}),
        ("calendar", {"leave_profile": [1.0] * 11}),
        ("calendar", {"working_weekdays": []}),
        ("calendar", {"working_weekdays": [1, 1]}),
        ("calendar", {"working_weekdays": [0]}),
        ("calendar", {"country": "France"}),
        ("calendar", {"closed_days": ["2027-02-30"]}),
    ],
)
def test_impossible_rules_stop_with_exit_code_3(section, rule, tmp_path, capsys):
    folder = Draft().rule(section, **rule).write(tmp_path / "w")
    assert exit_code("plan", folder) == 3
    told = capsys.readouterr()
    assert next(iter(rule)) in told.out + told.err


@pytest.mark.parametrize("code", [c.code for c in CAPACITY_CODES if c.severity.value == "error"])
def test_errors_of_working_time_stop_a_plan_with_exit_code_3(code, tmp_path, capsys):
    folder = EDGES[code][1]().write(tmp_path / "w")
    assert exit_code("plan", folder) == 3
    told = capsys.readouterr()
    assert code in told.out + told.err


def exit_code(command: str, folder: Path) -> int:
    with pytest.raises(SystemExit) as stop:
        main([command, str(folder)])
    return stop.value.code


def test_a_country_column_of_a_crm_is_no_matter_while_hours_are_flat(tmp_path):
    draft = Draft().column("reps", "country", "France").column("reps", "subdivision", "Nowhere")
    assert found(draft, tmp_path) == set()


def test_leave_in_flat_hours_is_told_to_be_unused(tmp_path):
    draft = Draft().with_leave("R1 2027-08-02 2027-08-20 paid")
    draft.rule("staffing", productive_hours_per_fte_month=100.0)
    finding = the_finding(draft, tmp_path, "capacity_rules_unused")
    assert "calendar.country, the leave table" in finding.message


def test_contradicting_dates_of_a_rep_are_reported_once(tmp_path):
    draft = Draft().with_leave("R1 2027-08-02 2027-08-20 paid").cells("reps", end_date="2019-01-01")
    workspace = draft.load(tmp_path)
    assert "rep_dates_reversed" in codes(workspace)
    assert "leave_outside_employment" not in codes(workspace)


def test_leave_of_unknown_people_is_set_aside_and_plans_nobody_else(tmp_path):
    draft = Draft().with_leave("R9 2027-08-02 2027-08-20 paid", "R1 2027-08-02 2027-08-20 paid")
    workspace = draft.load(tmp_path)
    assert workspace.tables["leave"]["rep_id"].tolist() == ["R1"]
    assert workspace.set_aside["id"].tolist() == ["R9 / 2027-08-02"]
