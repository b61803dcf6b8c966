"""Published cases of staff planning come out as printed, and the check accepts their plans."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import published_staffing
from benchmarks.published_staffing import main
from benchmarks.published_staffing_cases import cases
from benchmarks.published_staffing_own import SEASON
from benchmarks.published_staffing_textbooks import TOMATO_DEMAND

SHARED = Path(__file__).parents[2].parent / "shared" / "cases"
REPEATED = ("EVPI", ", hires", ", trained", "redundancies then", "exactly 3", "exactly 5")
"""The same solve under another figure; the table of the benchmark shows them all."""


@pytest.mark.parametrize(
    "case",
    [case for case in cases() if not any(part in case.name for part in REPEATED)],
    ids=lambda case: case.name,
)
def test_the_published_answer_comes_out(case):
    result = case.run()
    assert result.value == pytest.approx(case.published, abs=case.tolerance)
    assert result.status in {"OPTIMAL", "priced"}
    assert result.broken == 0


def test_the_table_says_whether_a_case_differs(capsys):
    assert main(["--only", "taha"]) == 0
    assert "0 differ" in capsys.readouterr().out


def test_a_case_that_comes_out_differently_is_marked(monkeypatch, capsys):
    case = next(case for case in cases() if "Taha" in case.name)
    monkeypatch.setattr(published_staffing, "cases", lambda: [replace(case, published=1.0)])
    assert main([]) == 1
    assert "DIFFERS" in capsys.readouterr().out


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference data is not beside the project")
def test_the_data_typed_in_is_that_of_the_reference_files():
    season = json.loads((SHARED / "season_5_to_2.json").read_text("utf-8"))
    published = json.loads((SHARED / "published_cases.json").read_text("utf-8"))
    assert season["target_deals_A"] == list(SEASON)
    assert published[0]["data"]["demand"] == list(TOMATO_DEMAND)
    answers = {case.name: case.published for case in cases()}
    expected = season["expected"]
    for name in ("A_no_provider", "A_with_provider", "B_no_provider", "B_with_provider"):
        letter, provider = name[0], "provider" if "with" in name else "no provider"
        profit = expected[name]["profit_before_existing_team_eur"]
        assert answers[f"5 to 2, {letter}, {provider}"] == profit
