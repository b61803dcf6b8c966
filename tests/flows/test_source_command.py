"""`quartier source` prints, writes, and leaves by its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sourcing_workspace import shop, with_rows

from flows.cli import main
from optimizer.verify import Violation
from scenarios import sourcing


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
    return (
        shop().rule("overtime", hours_max_per_month=20.0, price_eur_per_hour=48.0).write(tmp_path)
    )


def test_it_tells_the_story_and_names_the_folder(folder, capsys):
    code, out, err = run(capsys, "source", str(folder))
    assert code == 0
    assert "worth 18,080.00 EUR" in out
    written = Path(out.rsplit("Written: ", 1)[1].strip())
    assert (written / "sourcing.json").is_file()
    assert "18,080" in (written / "report.html").read_text("utf-8")
    assert "questions" in err


def test_json_is_one_object_on_stdout(folder, capsys):
    code, out, err = run(capsys, "source", str(folder), "--json", "--seconds", "9", "--gap", "0.01")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["objective"] == pytest.approx(18_080)
    assert Path(found["run_folder"], "sourcing_decisions.csv").is_file()


def test_findings_end_with_3_and_nothing_is_written(tmp_path, capsys):
    case = {"name": "weak", "probability": "0.5"}
    folder = with_rows(shop(), "demand_scenarios", case).write(tmp_path)
    code, out, err = run(capsys, "source", str(folder))
    assert (code, out) == (3, "")
    assert "demand_probabilities_no_whole" in err
    assert not (folder / "runs").exists()


def test_an_unknown_scenario_ends_with_2(folder, capsys):
    code, _, err = run(capsys, "source", str(folder), "--scenario", "nowhere")
    assert code == 2
    assert "nowhere" in err


@pytest.mark.parametrize(("gap", "code"), [("1", 0), ("1.01", 2), ("nan", 2), ("-0.1", 2)])
def test_a_gap_is_a_ratio(folder, capsys, gap, code):
    assert run(capsys, "source", str(folder), "--gap", gap)[0] == code


def test_targets_of_nothing_end_with_2(tmp_path, capsys):
    code, _, err = run(capsys, "source", str(shop(0, 0).write(tmp_path)))
    assert code == 2
    assert "no demand to source for" in err


def test_a_plan_that_fails_its_check_ends_with_5(folder, capsys, monkeypatch):
    broken = Violation(rule="hours", subject="r1", amount=90.0, limit=80.0, message="too many")
    monkeypatch.setattr(sourcing, "violations_sourcing", lambda *_: (broken,))
    code, out, _ = run(capsys, "source", str(folder))
    assert code == 5
    assert "18,080" not in out
    assert "too many" in out
