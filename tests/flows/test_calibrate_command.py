"""`quartier calibrate` writes beside the tables, prints a table, and leaves by its exit code."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from flows.cli import main
from scenarios.starter import write_starter


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    try:
        main(words)
        code = 0
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_starter("outbound", tmp_path / "team")
    folder = tmp_path / "team"
    with (folder / "process.csv").open(encoding="utf-8-sig") as file:
        phase = next(csv.DictReader(file))["phase"]
    rows = ["opportunity_id,phase,entered_on,left_on,outcome"]
    for month in range(1, 9):
        for unit in range(10):
            outcome = "passed" if unit < 3 else "lost"
            rows.append(f"{month}-{unit},{phase},2026-{month:02d}-02,2026-{month:02d}-20,{outcome}")
    (folder / "opportunities.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def test_rates_are_printed_and_written(folder, capsys):
    code, out, _ = run(capsys, "calibrate", str(folder), "--backtest", "2")
    assert code == 0
    assert "0.300" in out
    assert "Back-test: the last 2 month(s)" in out
    assert (folder / "process.calibrated.csv").is_file()


def test_json_is_one_object_that_names_the_files(folder, capsys):
    code, out, _ = run(capsys, "calibrate", str(folder), "--until", "2026-05", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["until"] == "2026-05"
    assert found["rates"][0]["units"] == 50
    assert [Path(name).name for name in found["files"]] == [
        "process.calibrated.csv",
        "rates.calibrated.csv",
    ]


def test_without_history_it_ends_with_3_and_says_why(folder, capsys):
    (folder / "opportunities.csv").unlink()
    code, out, err = run(capsys, "calibrate", str(folder))
    assert (code, out) == (3, "")
    assert "history_missing" in err
    code, out, _ = run(capsys, "calibrate", str(folder), "--json")
    assert code == 3
    assert json.loads(out)["findings"]


def test_a_month_that_is_none_ends_with_2(folder, capsys):
    code, _, err = run(capsys, "calibrate", str(folder), "--until", "soon")
    assert code == 2
    assert "write YYYY-MM" in err
