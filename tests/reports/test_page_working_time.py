"""The page shows what is left of the hours paid: a waterfall, months, people, formulas."""

from __future__ import annotations

import re
from html import unescape

import pandas as pd
import pytest
from outcome_builders import make_outcome
from outcome_capacity import make_capacity

from reports.chart_waterfall import LEFT, LOSS, WHOLE, in_lines, waterfall
from reports.format import Formats
from reports.html import render_html
from reports.labels import Texts
from reports.page_tables import Writer
from reports.page_working_time import working_time_view

FLAT = {"staffing": {"productive_hours_per_fte_month": 95}}


def writer(language: str = "en") -> Writer:
    return Writer(texts=Texts(language), formats=Formats(language=language, currency="EUR"))


def numbers(cells: tuple[str, ...]) -> list[float]:
    return [float(cell.replace(",", "").replace("−", "-")) for cell in cells]


def chart(total: float, *losses: float):
    return waterfall(
        ("paid", total),
        [(f"loss {i}", loss) for i, loss in enumerate(losses)],
        "left",
        number=lambda value: f"{value:g}",
        percent=lambda value: f"{value:.0%}",
    )


def test_bars_fall_from_the_whole_to_what_is_left():
    steps = chart(100.0, 30.0, 20.0).steps
    assert [step.kind for step in steps] == [WHOLE, LOSS, LOSS, LEFT]
    assert [step.value for step in steps] == ["100", "−30", "−20", "50"]
    assert [step.tip.rsplit(", ")[1] for step in steps] == ["100%", "30%", "20%", "50%"]
    bottoms = [step.y + step.height for step in steps]
    assert steps[1].y == pytest.approx(steps[0].y)
    assert steps[2].y == pytest.approx(bottoms[1], abs=0.11)
    assert steps[3].y == pytest.approx(bottoms[2], abs=0.11)
    assert bottoms[3] == pytest.approx(bottoms[0], abs=0.11)
    assert steps[-1].join_y is None


@pytest.mark.parametrize(("losses", "bars"), [((0.0, 0.0), 2), ((1e-12, 5.0), 3), ((100.0,), 3)])
def test_losses_of_nothing_are_left_out(losses, bars):
    assert len(chart(100.0, *losses).steps) == bars


def test_a_team_without_hours_still_has_a_chart():
    found = chart(0.0, 0.0)
    assert [step.height for step in found.steps] == [0.0, 0.0]


def test_bars_stay_within_the_chart():
    found = chart(1234.5, 200.0, 900.0)
    for step in found.steps:
        assert 0 <= step.y <= step.y + step.height <= found.base + 0.11
        assert found.left <= step.x <= found.right - found.bar_width + 1


@pytest.mark.parametrize(
    "label", ["leave", "public holidays", "a-label-without-any-space-in-it", ""]
)
def test_labels_keep_all_their_words(label):
    assert " ".join(in_lines(label)) == label
    assert len(in_lines(label)) <= 2


def test_the_months_add_up_to_the_hours_for_customers():
    outcome = make_outcome()
    view = working_time_view(outcome, writer())
    assert view is not None
    rows = [numbers(row[1:]) for row in view.by_month.rows]
    for month in zip(*rows, strict=True):
        assert sum(month[:-1]) == pytest.approx(month[-1], abs=len(month))
    assert rows[-1][-1] == pytest.approx(outcome.capacity["hours"].sum(), abs=1)
    assert view.by_month.rows[0][0] == "hours paid"
    assert all(value <= 0 for row in rows[1:-1] for value in row)


def test_what_takes_nothing_has_no_row():
    view = working_time_view(make_outcome(), writer())
    names = [row[0] for row in view.by_month.rows]
    assert "ramp" in names
    assert "attrition" not in names
    assert "over-assignment" not in names


def test_expected_fte_stand_below_the_months():
    with_attrition = make_capacity(capacity={"later_attrition": 0.36})
    view = working_time_view(make_outcome(capacity=with_attrition), writer())
    assert view.by_month.foot[0] == "Expected FTE"
    fte = numbers(view.by_month.foot[1:])
    # Five people from the start, the sixth from February on.
    assert fte[0] == pytest.approx(4.9, abs=0.06)
    assert fte[1] > fte[0]
    assert fte[11] < fte[1]


def test_each_person_has_the_formula_of_the_best_month():
    outcome = make_outcome()
    view = working_time_view(outcome, writer())
    table = outcome.capacity
    for row in view.by_person.rows:
        own = table[table["name"] == row[0]]
        assert row[-1] == own.loc[own["hours"].idxmax(), "formula"]
    assert len(view.by_person.rows) == table["rep_id"].nunique()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_section_stands_in_the_report_in_its_language(language):
    page, texts = unescape(render_html(make_outcome(language=language))), Texts(language)
    for key in ("capacity.title", "capacity.lead", "capacity.fte.note", "nav.capacity"):
        assert texts(key) in page
    assert re.search(r'<rect class="fall-left"', page)
    formula = {
        "en": " x (1 - 0.05) absence x 0.6 selling",
        "fr": " × (1 − 0,05) absences × 0,6 de vente",
    }
    assert formula[language] in page


def test_flat_hours_are_told_and_drawn_without_a_fall():
    outcome = make_outcome(capacity=make_capacity(**FLAT))
    view = working_time_view(outcome, writer())
    assert view.is_flat
    assert view.chart is None
    assert [row[0] for row in view.by_month.rows] == ["for customers"]
    page = unescape(render_html(outcome))
    assert Texts("en")("capacity.lead.flat") in page
    assert "fall-loss" not in page.split("<section")[1]


def test_a_run_that_kept_no_working_time_shows_none():
    outcome = make_outcome(capacity=pd.DataFrame())
    assert working_time_view(outcome, writer()) is None
    assert 'id="capacity"' not in render_html(outcome)


def test_assumptions_show_grade_and_who_set_them():
    page = unescape(render_html(make_outcome()))
    assert "Grades: A law or official statistics" in page
    assert "measured on 40 tours" in page


def test_assumptions_of_an_earlier_run_are_shown_as_they_were_kept():
    kept = make_outcome().assumptions[["key", "value", "unit", "source"]]
    assert "measured on 40 tours" in render_html(make_outcome(assumptions=kept))
