"""The page shows what a changed assumption does, and how far deals fall behind."""

from __future__ import annotations

from html import unescape

import pytest
from outcome_builders import make_outcome
from outcome_levers import make_replay, make_sensitivity

from reports.format import Formats
from reports.html import render_html
from reports.labels import Texts
from reports.page_levers import replay_view, sensitivity_view
from reports.page_tables import Writer


def writer(language: str = "en") -> Writer:
    return Writer(texts=Texts(language), formats=Formats(language=language, currency="EUR"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_both_tables_stand_in_the_report_in_its_language(language):
    outcome = make_outcome(language=language)
    page, texts = unescape(render_html(outcome)), Texts(language)
    assert texts("sensitivity.table").split(":")[0] in page
    assert texts("col.deals_cover_so_far") in page


def test_changes_of_hours_are_relative_to_the_plan():
    table = sensitivity_view(make_outcome(), writer())
    assert table is not None
    lower, higher = (table.rows[0][at] for at in (2, 5))
    assert (lower, higher) == (writer().cell("deviation", 0.08), writer().cell("deviation", -0.07))
    assert "hours of meeting" in table.rows[1][-1]


def test_deals_are_added_up_over_pools_and_months():
    table = replay_view(make_outcome(), writer())
    assert table is not None
    assert [row[1:4] for row in table.rows] == [("3.0", "2.0", "3.0"), ("5.0", "4.5", "5.0")]
    assert [row[4:] for row in table.rows] == [("40", "60"), ("40", "20")]


def test_without_the_tables_nothing_is_shown():
    outcome = make_outcome(sensitivity=make_sensitivity().iloc[:0], replay=make_replay().iloc[:0])
    assert sensitivity_view(outcome, writer()) is None
    assert replay_view(outcome, writer()) is None
    assert Texts("en")("replay.table") not in render_html(outcome)
