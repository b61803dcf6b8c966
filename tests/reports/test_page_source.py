"""The sourcing page: what it says, what it leaves out, and that no text can harm it."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from page_reader import PageReader
from sourcing_stories import ROWS, SHORTFALL, story

from optimizer.verify import Violation
from reports.chart_curve import CurvePoint, curve_chart, curve_scale
from reports.labels import LANGUAGES, Texts, load_labels
from reports.page_source import SECTIONS, TILES, render_sourcing
from reports.sourcing_names import said_name, said_place
from reports.sourcing_words import MEASURES
from scenarios.sourcing_notes import Note
from scenarios.sourcing_tables import COLUMNS

HOSTILE = "\"><img src=x onerror=alert(1)><script>alert('x')</script></title>{{ 7*7 }}{0}&amp;"


def text_of(page: str) -> str:
    return " ".join(" ".join(PageReader(page).texts).split())


def section(page: str, name: str) -> str:
    return text_of(re.search(rf'<section id="{name}">(.*?)</section>', page, re.S).group(1))


def without(name: str) -> dict[str, pd.DataFrame]:
    tables = dict(story().tables)
    return tables | {name: tables[name].head(0)}


@pytest.fixture(scope="module")
def page() -> str:
    return render_sourcing(story())


def test_the_page_is_whole_and_needs_nothing_else(page):
    reader = PageReader(page)
    assert reader.faults == []
    assert reader.sections == list(SECTIONS)
    assert all(address.startswith("#") for address in reader.addresses)
    assert reader.handlers == []
    assert len(reader.ids) == len(set(reader.ids))
    assert all(len(widths) == 1 for widths in reader.table_widths)
    assert "default-src 'none'" in page
    assert "nan" not in text_of(page).lower().split()


def test_the_decision_is_said_in_a_sentence_with_hires_added_up(page):
    said = section(page, "overview")
    assert (
        "Decide: 3 × hunter (hire, Jan 2027), P under contract for 1 month from Feb 2027." in said
    )
    assert "€1,300 more than doing nothing" in said
    assert "95.0%" in said
    assert "Proved within 0.35% of the best possible." in said
    assert "keep in mind" in said


def test_doing_nothing_stands_beside_the_plan(page):
    said = section(page, "value")
    assert "Margin 13,000 15,000 +2,000" in said
    assert "Coverage 80.0% 95.0% +15.0%" in said
    assert "month 2 (Feb 2027)" in said
    assert "€700 (Jan 2027)" in said
    assert "€50 (Feb 2027, weak)" in said
    assert "€13,000 (proved best)" in said
    # What stands in the table is not said again.
    assert said.count("15,000") == 1


def test_lines_of_the_ledger_add_up_to_the_objective(page):
    table = re.search(r'<section id="cost">(.*?)</section>', page, re.S).group(1)
    cells = re.findall(r'<td class="n">([^<]+)</td>', table)
    figures = [float(cell.replace(",", "").replace("\u2212", "-")) for cell in cells]
    assert figures == [15_000, -600, -100, 14_300]
    assert sum(figures[:-1]) == figures[-1]


def test_regret_is_shown_as_far_as_it_is_proved(page):
    said = section(page, "risk")
    assert "Regretted least at worst: the plan, by €700 at most. Proved" in said
    assert "the plan 690 to 700 5 or more" in said
    assert "made for strong impossible, proved 0" in said
    assert "€300 to €350" in said
    assert "€100 or more" in said


def test_what_is_stopped_is_named_with_the_month_to_decide_it(page):
    said = section(page, "risk")
    assert "weak Jan 2027 stop of contract P 1 month Feb 2027" in said
    assert "weak Feb 2027 term not renewed hunter 2 persons Feb 2027" in said
    nothing = pd.DataFrame([], columns=list(COLUMNS["stops"]))
    without_stops = render_sourcing(story(tables={**story().tables, "stops": nothing}))
    assert "What to stop" not in section(without_stops, "risk")


def test_a_choice_that_is_not_proved_says_so():
    rows = [(*row[:2], "best found", *row[3:]) for row in ROWS["candidates"][:1]]
    frame = pd.DataFrame(rows, columns=list(COLUMNS["candidates"]))
    said = render_sourcing(story(tables={**story().tables, "candidates": frame}))
    assert "Not proved" in section(said, "risk")


def test_what_is_left_undone_has_its_reason_and_remedy(page):
    said = section(page, "coverage")
    reason, remedy = SHORTFALL["reason"], SHORTFALL["remedy"]
    assert f"standard, sell 1.00 deals {reason} {remedy}" in said
    assert "7.5" in said


def test_one_demand_has_no_section_of_risk():
    tables = dict(story().tables)
    tables["risk"] = tables["risk"].head(1)
    reader = PageReader(render_sourcing(story(tables=tables)))
    assert "risk" not in reader.sections


@pytest.mark.parametrize(
    ("table", "section_name"),
    [("decisions", "decisions"), ("profit_curve", "hires"), ("coverage", "coverage"),
     ("assumptions", "assumptions")],
)  # fmt: skip
def test_a_section_without_anything_to_show_is_left_out(table, section_name):
    reader = PageReader(render_sourcing(story(tables=without(table))))
    assert section_name not in reader.sections
    assert f"#{section_name}" not in reader.addresses


@pytest.mark.parametrize(
    "table", ["cash", "against_nothing", "candidates", "ladder", "break_even", "one_more"]
)
def test_the_page_stands_without_any_one_table(table):
    assert PageReader(render_sourcing(story(tables=without(table)))).faults == []


def test_deciding_nothing_is_said():
    said = section(render_sourcing(story(tables=without("decisions"))), "overview")
    assert "Hire, buy and train nobody" in said


def test_a_rejected_plan_shows_its_broken_rules_and_no_figures():
    broken = Violation(rule="hours", subject="r1", amount=90.0, limit=80.0, message="too many")
    rejected = replace(
        story(), state="rejected", objective=None, bound=None, gap=None, terms={}, tables={},
        shortfalls=(), violations=(broken,),
    )  # fmt: skip
    page = render_sourcing(rejected)
    reader = PageReader(page)
    assert reader.sections == ["overview", "provenance"]
    assert "hours: too many" in text_of(page)
    assert "€" not in text_of(page)


def test_without_a_plan_the_reasons_are_shown():
    none = replace(story(), state="no_plan", status="INFEASIBLE", objective=None, bound=None,
                   gap=None, terms={}, tables={}, stopped_by="proof")  # fmt: skip
    said = section(render_sourcing(none), "overview")
    assert "no plan can meet all the rules" in said
    assert SHORTFALL["reason"] in said
    assert "Why there is no plan" in said
    assert "Left undone" not in said


def test_hostile_text_stays_text():
    tables = {
        name: frame.assign(
            **{
                column: HOSTILE + frame[column].astype(str)
                for column in frame.select_dtypes(include=["object", "str"])
                if column not in {"month", "kind", "measure", "status", "chosen", "until", "low",
                                  "value", "high", "words"}
                and not column.endswith("_eur")
            }
        )
        for name, frame in story().tables.items()
    }  # fmt: skip
    poisoned = story(
        title=HOSTILE, workspace=HOSTILE, scenario=HOSTILE, notes=(HOSTILE,), tables=tables,
        shortfalls=({**SHORTFALL, "subject": HOSTILE, "reason": HOSTILE, "unit": HOSTILE},),
    )  # fmt: skip
    page = render_sourcing(poisoned)
    reader = PageReader(page)
    assert "img" not in reader.tags
    assert reader.tags.count("script") == 1
    assert reader.handlers == []
    assert "49" not in reader.texts


def test_equal_stories_give_equal_pages(page):
    assert render_sourcing(story()) == page


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_measure_section_decision_and_lever_has_its_words(language):
    labels = load_labels(language)
    wanted = [f"measure.{name}" for name in MEASURES]
    wanted += [f"measure.{name}.text" for name, _ in TILES]
    wanted += [f"sourced.nav.{name}" for name in SECTIONS]
    kinds = ("hire", "redundancy", "training", "contract", "tool")
    wanted += [f"{group}.{kind}" for group in ("decided", "sourced") for kind in kinds]
    wanted += ["decided.role", "decided.managers", "decided.pilot"]
    assert [key for key in wanted if key not in labels] == []
    assert "Vaut de plus" in text_of(render_sourcing(story(language="fr")))


@pytest.mark.parametrize(
    ("name", "french"),
    [
        ("ann, ben [meeting + calls]", "ann, ben [rendez-vous + calls]"),
        ("ann +3 [no phase], course", "ann +3 [aucune phase], course"),
        ("hired: hunter [meeting]", "embauche : hunter [rendez-vous]"),
        ("ann: role meeting + proposal", "ann : rôle rendez-vous + proposition"),
        ("course: ann [meeting]", "course: ann [rendez-vous]"),
        ("meeting", "meeting"),
        ("[] [[meeting] {0}", "[] [[rendez-vous] {0}"),
    ],
)
def test_names_we_make_are_said_and_those_of_users_are_kept(name, french):
    assert said_name(name, Texts("fr")) == french
    assert said_name(name, Texts("en")) == name


@pytest.mark.parametrize(
    ("subject", "french"),
    [("large, meeting", "large, rendez-vous"), ("meeting", "meeting"), ("a, b, c", "a, b, c")],
)
def test_the_phase_of_a_shortfall_is_said_and_its_segment_is_kept(subject, french):
    assert said_place(subject, Texts("fr")) == french


def test_a_french_page_has_french_notes_reasons_names_and_units():
    tables = dict(story().tables)
    measures = pd.DataFrame(
        [*ROWS["measures"], ("worst_phase_coverage", 0.9, None, None, "meeting, 2027-02")],
        columns=list(COLUMNS["measures"]),
    )
    own = pd.DataFrame([("person", "ann [meeting]", 1.0, 2.0)], columns=list(COLUMNS["one_more"]))
    notes = (Note.PAID_APART, Note.BETTER_MET.format(more=1_300.0), "un mot à moi")
    page = render_sourcing(
        story(language="fr", tables={**tables, "measures": measures, "one_more": own}, notes=notes)
    )
    said = section(page, "overview")
    assert "les segments sont payés après des délais différents" in said
    assert re.search(r"il vaut 1\s300,00 de plus", said)
    assert "un mot à moi" in said
    coverage = section(page, "coverage")
    assert "une personne capable de plus, des heures supplémentaires" in coverage
    assert "ann [rendez-vous]" in section(page, "levers")
    assert "embauche : hunter" in section(page, "cost")
    assert "encadrement encadrement 1 personne " in section(page, "decisions")
    assert "moyenne des 50 % les pires" in section(page, "risk")
    assert "90,0 % (rendez-vous, févr. 2027)" in section(page, "value")


def test_one_hire_is_one_hire():
    points = [("hunter", 1, "exactly", "OPTIMAL", 1.0, 1.0), *ROWS["profit_curve"]]
    frame = pd.DataFrame(points, columns=list(COLUMNS["profit_curve"]))
    tables = {**story().tables, "profit_curve": frame}
    english, french = (
        text_of(render_sourcing(story(language=each, tables=tables))) for each in ("en", "fr")
    )
    assert "1 hire: €1; no plan above €1" in english
    assert "2 hires: €14,000" in english
    assert "1 embauche : " in french
    assert "2 embauches : " in french


def test_a_bound_above_a_dot_is_drawn_where_something_is_not_proved(page):
    assert page.count('class="bound"') == 1
    assert page.count('<circle class="dot-after"') == 1


@pytest.mark.parametrize(
    ("profits", "lowest", "highest"),
    [((5.0,), 5.0, 5.0), ((0.0, 100.0), 0.0, 100.0), ((-30.0, 90.0), -40.0, 100.0)],
)
def test_an_axis_holds_all_its_points(profits, lowest, highest):
    points = [CurvePoint(hires=i, profit_eur=p, bound_eur=None, is_plan=False)
              for i, p in enumerate(profits)]  # fmt: skip
    low, high, step = curve_scale(points)
    assert low <= lowest <= highest <= high + 1e-9
    assert step > 0
    chart = curve_chart("", points, (low, high, step), number=str, tip=lambda point: "")
    assert all(12.0 <= dot.y <= chart.base for dot in chart.dots)
    assert [dot.x for dot in chart.dots] == sorted(dot.x for dot in chart.dots)
