"""A history becomes rates beside the user's tables, and never over them."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspace_builders import Draft, codes

from scenarios.build_funnel import plan_funnels
from scenarios.build_targets import pool_shares
from scenarios.calibrate import ALL, PERSON, SEGMENT, TEAM, Calibration, calibrate
from scenarios.calibrate_write import process_rows, write_calibration
from scenarios.errors import InputError, Severity, UsageError
from scenarios.read import load_workspace
from scenarios.workspace import Workspace


def history() -> Draft:
    """Return a workspace with a year of meetings: R1 wins 2 of 3 in gold, R2 1 of 3 in silver.

    What passes does so in the month after; what is lost is lost in the month of entry.
    """
    draft = Draft()
    draft.tables["opportunities"], draft.tables["activities"] = [], []
    for month in range(1, 13):
        for unit in range(6):
            rep, segment = ("R1", "gold") if unit < 3 else ("R2", "silver")
            passes = unit % 3 < (2 if rep == "R1" else 1)
            after = f"2026-{month + 1:02d}" if month < 12 else "2027-01"
            _add(draft, f"O{month}-{unit}", segment, rep, f"2026-{month:02d}", after, passes)
    return draft


def _add(
    draft: Draft, unit: str, segment: str, rep: str, month: str, after: str, passes: bool
) -> None:
    draft.add(
        "opportunities",
        opportunity_id=unit,
        phase="meeting",
        segment=segment,
        rep_id=rep,
        entered_on=f"{month}-10",
        left_on=f"{after}-05" if passes else f"{month}-20",
        outcome="passed" if passes else "lost",
    )
    for visit in range(3):
        draft.add(
            "activities",
            activity_id=f"{unit}-{visit}",
            phase="meeting",
            activity="meeting",
            opportunity_id=unit,
            rep_id=rep,
            done_on=f"{month}-1{visit}",
            minutes="80",
        )


def rate(found: Calibration, level: str, group: str = "") -> dict:
    rows = found.rates[(found.rates["level"] == level) & (found.rates["group"] == group)]
    assert len(rows) == 1
    return rows.iloc[0].to_dict()


def test_rates_are_those_of_the_groups_and_shrunk_between_them(tmp_path: Path) -> None:
    found = calibrate(history().load(tmp_path))
    whole, gold, silver = rate(found, ALL), rate(found, SEGMENT, "gold"), rate(found, TEAM, "south")
    assert found.until == "2027-01"
    assert whole["rate"] == pytest.approx(0.5, abs=0.01)
    assert whole["units"] == 72
    assert gold["rate"] == pytest.approx(2 / 3, abs=0.02)
    assert silver["rate"] == pytest.approx(1 / 3, abs=0.02)
    assert gold["shrunk_rate"] < gold["rate"]
    assert silver["shrunk_rate"] > silver["rate"]
    assert rate(found, PERSON, "R1")["towards_rate"] == pytest.approx(
        rate(found, TEAM, "north")["shrunk_rate"]
    )
    assert gold["formula"].startswith("(24.0 + ")
    assert found.lags["lag_shares"].iloc[0][:2] == pytest.approx((0, 1))


def test_norms_are_counted_on_closed_units(tmp_path: Path) -> None:
    norm = calibrate(history().load(tmp_path)).norms.iloc[0]
    assert (norm["phase"], norm["activity"], norm["units"]) == ("meeting", "meeting", 72)
    assert norm["activities_per_unit"] == 3
    assert norm["activities_per_output"] == 6
    assert norm["minutes_per_activity"] == 80


def test_what_happened_after_the_month_asked_for_is_not_known(tmp_path: Path) -> None:
    found = calibrate(history().load(tmp_path), until="2026-06")
    whole = rate(found, ALL)
    assert whole["units"] == 36
    assert whole["open"] == 3
    assert whole["rate"] == pytest.approx(0.5, abs=0.03)


def test_the_months_held_back_are_forecast(tmp_path: Path) -> None:
    found = calibrate(history().load(tmp_path), until="2026-12", months_held_back=4)
    (error,) = found.errors.to_dict("records")
    assert error["actual"] == 12
    assert error["bias"] == pytest.approx(0, abs=0.05)
    assert error["coverage"] == 1
    assert found.backtest["month"].tolist() == ["2026-09", "2026-10", "2026-11", "2026-12"]


def test_nothing_of_the_users_is_written_over(tmp_path: Path) -> None:
    workspace = history().load(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    files = write_calibration(workspace, calibrate(workspace))
    assert [path.name for path in files] == [
        "process.calibrated.csv",
        "rates.calibrated.csv",
        "activity_norms.calibrated.csv",
    ]
    assert all((tmp_path / name).read_bytes() == data for name, data in before.items())
    assert not set(before) & {path.name for path in files}


def test_the_calibrated_process_can_be_planned_with(tmp_path: Path) -> None:
    draft = history()
    write_calibration(workspace := draft.load(tmp_path), calibrate(workspace))
    draft.rule("sources", process="process.calibrated.csv").write(tmp_path)
    adopted = load_workspace(tmp_path)
    assert codes(adopted) == ["columns_unused"]
    assert _meeting(adopted, "gold").conversion > _meeting(adopted, "silver").conversion
    # With 24 and 12 passed, both segments take the timing of the whole: one month.
    assert _meeting(adopted, "gold").lag_kernel == ((1, 1),)
    with pytest.raises(UsageError, match="rename"):
        write_calibration(adopted, calibrate(adopted))


def _meeting(workspace: Workspace, segment: str):
    plans = plan_funnels(workspace, pool_shares(workspace, None))
    plan = next(plan for (_, name), plan in plans.items() if name == segment)
    return next(stage for stage in plan.problem.stages if stage.phase == "meeting")


def test_a_phase_without_history_keeps_its_row(tmp_path: Path) -> None:
    workspace = history().load(tmp_path)
    rows = process_rows(workspace, calibrate(workspace))
    (own,) = (row for row in rows if row["phase"] == "prospecting")
    before = workspace.tables["process"].iloc[0].to_dict()
    # As text: an empty number is never equal to itself.
    assert {name: str(own[name]) for name in before} == {k: str(v) for k, v in before.items()}


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    workspace = history().load(tmp_path)
    first = [path.read_bytes() for path in write_calibration(workspace, calibrate(workspace))]
    again = [path.read_bytes() for path in write_calibration(workspace, calibrate(workspace))]
    assert first == again


def test_without_history_the_input_is_refused(tmp_path: Path) -> None:
    workspace = Draft().without("opportunities").without("activities").load(tmp_path)
    with pytest.raises(InputError) as error:
        calibrate(workspace)
    (last,) = error.value.findings
    assert (last.code, last.severity) == ("history_missing", Severity.ERROR)


@pytest.mark.parametrize(
    ("until", "held_back", "refused"),
    [("2025-12", 0, InputError), ("March", 0, UsageError), ("2026-03", 3, UsageError)],
)
def test_a_month_before_the_history_leaves_nothing(
    tmp_path: Path, until: str, held_back: int, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        calibrate(history().load(tmp_path), until, held_back)


def test_errors_elsewhere_stop_the_calibration(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        calibrate(history().cells("process", 1, conversion="2").load(tmp_path))


def test_a_stage_of_the_crm_stands_for_a_phase_and_an_outcome(tmp_path: Path) -> None:
    draft = history()
    for row in draft.tables["opportunities"]:
        row["phase"] = "Closed Won" if row["outcome"] == "passed" else "Closed Lost"
        row["outcome"] = ""
    stages = {"Closed Won": "meeting:won", "Closed Lost": "meeting:lost"}
    plain = calibrate(history().load(tmp_path / "plain"))
    mapped = calibrate(draft.rule("calibration", stages=stages).load(tmp_path / "mapped"))
    assert mapped.rates.equals(plain.rates)


def test_a_later_phase_proves_that_a_unit_passed(tmp_path: Path) -> None:
    draft = history()
    lost = next(r for r in draft.tables["opportunities"] if r["outcome"] == "lost")
    later = {**lost, "phase": "proposal", "entered_on": "2026-02-02", "left_on": "", "outcome": ""}
    workspace = draft.add("opportunities", **later).load(tmp_path)
    assert codes(workspace) == ["history_outcome_contradicted"]
    assert rate_of(calibrate(workspace), "meeting")["passed"] == 37
    assert rate_of(calibrate(workspace), "proposal")["open"] == 1


def rate_of(found: Calibration, phase: str) -> dict:
    rows = found.rates[(found.rates["level"] == ALL) & (found.rates["phase"] == phase)]
    return rows.iloc[0].to_dict()


@pytest.mark.parametrize(
    ("day", "aside"), [("1949-12-31", 1), ("1950-01-01", 0), ("2027-12-31", 0), ("2028-01-01", 1)]
)
def test_dates_beyond_reason_are_set_aside(tmp_path: Path, day: str, aside: int) -> None:
    workspace = history().cells("activities", done_on=day).load(tmp_path)
    assert codes(workspace) == ["history_date_implausible"] * aside
    assert len(workspace.set_aside) == aside


def test_the_expected_close_of_an_open_unit_is_dropped_and_told(tmp_path: Path) -> None:
    draft = history().cells("opportunities", outcome="open", left_on="2031-05-05")
    workspace = draft.load(tmp_path)
    assert codes(workspace) == ["history_open_left"]
    assert workspace.tables["opportunities"]["left_on"].isna().sum() == 1
    assert rate_of(calibrate(workspace), "meeting")["open"] == 1


@pytest.mark.parametrize(("left", "aside"), [("2026-01-10", 0), ("2026-01-09", 1)])
def test_a_unit_may_leave_on_the_day_it_enters_and_no_earlier(
    tmp_path: Path, left: str, aside: int
) -> None:
    workspace = history().cells("opportunities", left_on=left).load(tmp_path)
    assert codes(workspace) == ["history_dates_reversed"] * aside
