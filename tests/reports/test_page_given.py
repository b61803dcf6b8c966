"""The levers that sourcing decided for a plan, and both models side by side."""

from __future__ import annotations

import pandas as pd
import pytest
from outcome_builders import make_outcome

from reports.html import render_html
from reports.labels import Texts
from reports.tables_csv import write_csvs
from scenarios.outcome_sourced import AGREEMENT_COLUMNS, LEVER_COLUMNS

LEVERS = pd.DataFrame(
    [
        ("training", "closing", "=Ana", "2026-01", "", 1.0, "persons", 900.0),
        ("overtime", "", "", "2026-01", "2026-06", 12.5, "h", 600.0),
    ],
    columns=LEVER_COLUMNS,
)
AGREEMENT = pd.DataFrame(
    [("deals_won", "deals", 4.0, 4.0, 0.0), ("training_eur", "EUR", -900.0, -900.0, 0.0)],
    columns=AGREEMENT_COLUMNS,
)


def test_a_plan_without_sourcing_says_nothing_of_it() -> None:
    assert Texts("en")("levers.title") not in render_html(make_outcome())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_levers_and_both_models_are_on_the_page(language: str) -> None:
    outcome = make_outcome(levers=LEVERS, agreement=AGREEMENT, language=language)
    page, texts = render_html(outcome), Texts(language)
    for key in (
        "levers.title", "levers.table", "agreement.table", "lever_kind.training",
        "lever_kind.overtime", "lever_unit.persons", "agreement.deals_won",
    ):  # fmt: skip
        assert texts(key) in page, key
    assert "=Ana" in page


def test_without_another_lever_the_figures_still_stand_side_by_side() -> None:
    page = render_html(make_outcome(agreement=AGREEMENT))
    assert Texts("en")("agreement.table") in page
    assert Texts("en")("levers.table") not in page


def test_files_hold_them_and_no_spreadsheet_runs_a_name(tmp_path) -> None:
    write_csvs(make_outcome(levers=LEVERS, agreement=AGREEMENT), tmp_path)
    assert "'=Ana" in (tmp_path / "levers.csv").read_text(encoding="utf-8")
    assert "deals_won,deals,4,4,0" in (tmp_path / "agreement.csv").read_text(encoding="utf-8")


def test_the_cost_of_other_levers_is_named_in_the_summary() -> None:
    outcome = make_outcome()
    plain = render_html(outcome)
    more = render_html(make_outcome(kpis={**outcome.kpis, "lever_cost_eur": 12_345.0}))
    assert "other levers" not in plain
    assert "other levers" in more
