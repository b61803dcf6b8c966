"""The page tells leadership what the plan is worth, in its language and in words it defines."""

from __future__ import annotations

from html import unescape

import pytest
from outcome_builders import make_outcome
from outcome_leadership import make_cash, make_measures

from reports.chart_cash import cash_chart
from reports.format import Formats
from reports.html import render_comparison, render_html
from reports.labels import Texts
from reports.page_leadership import leadership_view
from reports.page_tables import Writer
from scenarios.outcome import NO_PLAN


def writer(language: str = "en") -> Writer:
    return Writer(texts=Texts(language), formats=Formats(language=language, currency="EUR"))


def values(outcome, language="en"):
    view = leadership_view(outcome, writer(language))
    return {measure.label: measure.value for measure in view.measures}


def with_payback(value, words):
    table = make_measures()
    rows = table["measure"] == "payback_month"
    table.loc[rows, "value"] = value
    table.loc[rows, "words"] = words
    return make_outcome(leadership=table)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_section_stands_in_the_report_in_its_language(language):
    page, texts = unescape(render_html(make_outcome(language=language))), Texts(language)
    assert 'id="leadership"' in page
    for key in ("lead.title", "lead.roi.text", "lead.curve.table", "lead.limits.table"):
        assert texts(key) in page


def test_every_measure_is_written_with_its_unit_and_its_month():
    found = values(make_outcome())
    assert found["Return on investment"] == "50.0%"
    assert found["Payback"] == "month 3 (Mar 2026)"
    assert found["Deepest point"] == "−€25,000 (Feb 2026)"
    assert found["Worst month"] == "80.0% (Oct 2026)"
    assert found["Largest provider"] == "12.0% (Outside <desk>)"
    assert found["Months to exit"] == "6"


@pytest.mark.parametrize("words", ["never out of pocket", "not within horizon"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_other_two_wordings_of_payback_are_texts_of_the_language(language, words):
    found = values(with_payback(float("nan"), words), language)
    texts = Texts(language)
    assert found[texts("lead.payback_month")] == texts(f"payback.{words}")


def test_a_plan_that_saves_says_so_instead_of_a_return():
    table = make_measures()
    table.loc[2] = ("saves_eur", 1_200.0, "")
    found = values(make_outcome(leadership=table))
    assert found["Saves"] == "€1,200"
    assert "Return on investment" not in found


def test_the_curve_marks_the_plan_and_limits_say_what_is_not_proved():
    view = leadership_view(make_outcome(), writer())
    assert [row[-1] for row in view.curve.rows] == ["", "the plan", ""]
    assert [row[-1] for row in view.limits.rows] == ["61.25 or more", "–"]


def test_names_of_providers_are_escaped():
    page = render_html(make_outcome())
    assert "Outside &lt;desk&gt;" in page
    assert "Outside <desk>" not in page


def test_without_tables_or_without_a_plan_there_is_no_section():
    empty = make_measures().iloc[:0]
    assert leadership_view(make_outcome(leadership=empty), writer()) is None
    assert 'id="leadership"' not in render_html(make_outcome(leadership=empty))
    assert 'id="leadership"' not in render_html(make_outcome(state=NO_PLAN))


def test_a_curve_of_one_point_and_no_providers_are_left_out():
    outcome = make_outcome()
    short = make_outcome(
        hire_curve=outcome.hire_curve.iloc[:1], price_limits=outcome.price_limits.iloc[:0]
    )
    view = leadership_view(short, writer())
    assert view.curve is None
    assert view.limits is None
    assert "desk" in dict(values(short))["Largest provider"], "its id, when its name is not known"


def test_scenarios_are_compared_by_what_leadership_reads():
    first = make_outcome(kpis={**make_outcome().kpis, "roi": 0.5, "payback_month": 3.0})
    second = make_outcome(kpis={**make_outcome().kpis, "roi": 0.7, "payback_month": 0.0})
    page = unescape(render_comparison([first, second]))
    assert Texts("en")("kpi.roi") in page
    assert Texts("en")("kpi.payback_month") in page


def chart(extra, cumulated):
    months = [(f"m{i}", f"{i}") for i in range(len(extra))]
    return cash_chart(months, extra, cumulated, tip=lambda *a: str(a), number=str)


def test_bars_hang_from_nothing_and_the_lowest_point_is_marked():
    cash = make_cash()
    drawn = chart(cash["extra_cash_eur"].tolist(), cash["cumulated_eur"].tolist())
    assert [bar.is_out for bar in drawn.bars] == [True, True, False]
    assert all(bar.y == drawn.zero_y for bar in drawn.bars[:2])
    up = drawn.bars[2]
    assert up.y + up.height == pytest.approx(drawn.zero_y, abs=0.11)
    assert drawn.low[1] == max(float(point.split(",")[1]) for point in drawn.line.split())


def test_heights_are_in_proportion_to_amounts():
    drawn = chart([100.0, -50.0], [100.0, 50.0])
    assert drawn.bars[0].height == pytest.approx(2 * drawn.bars[1].height, abs=0.2)


@pytest.mark.parametrize("amounts", [[0.0, 0.0], [], [5.0], [-5.0]])
def test_nothing_one_month_and_only_losses_are_drawn_within_the_chart(amounts):
    drawn = chart(amounts, amounts)
    for bar in drawn.bars:
        assert 0 <= bar.y <= drawn.height
        assert bar.y + bar.height <= drawn.height
    assert len(drawn.ticks) >= 2
    assert (drawn.low is None) == (not amounts or amounts[0] >= 0)
