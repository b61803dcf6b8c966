"""The page: what it says, in which order, in every state of a plan."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from outcome_builders import make_empty_outcome, make_outcome, make_violations
from outcome_territories import make_territories
from page_reader import PageReader

from reports.html import SECTIONS, render_html
from scenarios.outcome import INTERRUPTED, NO_PLAN, REJECTED


@pytest.fixture(scope="module")
def page():
    return render_html(make_outcome())


@pytest.fixture(scope="module")
def read(page):
    return PageReader(page)


def section(page, name):
    return re.search(rf'<section id="{name}">(.*?)</section>', page, re.S).group(1)


def test_all_sections_stand_in_their_order(read):
    assert tuple(read.sections) == SECTIONS


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "outcome",
    [
        make_outcome(),
        make_outcome(state=INTERRUPTED),
        make_outcome(state=REJECTED, violations=make_violations(2)),
        make_empty_outcome(),
        make_empty_outcome(state=REJECTED),
    ],
    ids=["planned", "interrupted", "rejected", "no plan", "rejected and empty"],
)
def test_every_state_gives_a_well_formed_page_in_every_language(outcome, language):
    read = PageReader(render_html(replace(outcome, language=language)))
    assert read.faults == []
    assert len(read.ids) == len(set(read.ids))
    assert all(len(widths) == 1 for widths in read.table_widths)


def test_links_lead_to_sections_that_exist(read):
    assert {address.removeprefix("#") for address in read.addresses} <= set(read.ids)


def test_the_first_screen_tells_profit_coverage_moves_and_proof(page):
    overview = PageReader(section(page, "overview")).text
    for text in (
        "€1.32M",
        "95.8%",
        "184 of 192 deals wanted",
        "10.6% of those with an owner",
        "was 34.1%",
        "were 550",
        "Proved within 0.3% of the best possible.",
        "no better plan exists",
    ):
        assert text in overview


def test_a_figure_that_is_not_there_is_left_out_without_a_trace():
    kpis = {"profit": 1000.0, "hires": 2.0}
    overview = PageReader(section(render_html(make_outcome(kpis=kpis)), "overview")).text
    assert "€1,000" in overview
    assert "margin less the cost the plan adds" in overview
    assert "Coverage" not in overview
    assert "–" not in overview


def test_a_rejected_plan_says_so_first_and_shows_what_was_violated():
    page = render_html(make_outcome(state=REJECTED, violations=make_violations(3)))
    read = PageReader(page)
    assert "Do not use this plan" in read.text
    assert "failed the independent check" in section(page, "overview")
    assert "3 violations" in section(page, "warnings")
    assert section(page, "warnings").count("workload_window") == 3


def test_a_planned_outcome_is_not_called_untrusted(page):
    assert "failed the independent check" not in PageReader(page).text
    assert 'class="tiles untrusted"' not in page


def test_without_a_plan_the_page_keeps_reasons_and_input_and_drops_the_figures():
    page = render_html(make_empty_outcome(kpis={"profit": 0.0, "coverage": 0.0}))
    read = PageReader(page)
    assert read.sections == ["overview", "warnings", "findings", "assumptions", "provenance"]
    assert "no plan can meet all the rules at once" in read.text
    assert "start the provider one month earlier" in read.text
    assert 'class="tiles"' not in page


@pytest.mark.parametrize(("count", "tables"), [(1, 1), (8, 1), (9, 2)])
def test_the_first_eight_things_left_undone_are_open_and_the_others_folded(count, tables):
    one = make_outcome().shortfalls[0]
    page = render_html(make_outcome(shortfalls=(one,) * count))
    warnings = section(page, "warnings")
    assert warnings.count("<table>") == tables
    assert warnings.count('<details class="fold">') == tables - 1
    assert warnings.count("<td>S301</td>") == count


def test_people_are_listed_as_they_are_looked_up():
    roles = make_outcome().roles.replace({"Boris Lefèvre": "Émile Abel", "Emma Roux": "Zoé Roux"})
    grid = section(render_html(make_outcome(roles=roles)), "roles")
    names = re.findall(r'<th scope="row">(\w+ \w+) <span', grid)
    assert names == [
        "Alice Martin",
        "Émile Abel",
        "Zoé Roux",
        "Chloé Durand",
        "Driss Benali",
        "Farid Kaya",
    ]


def test_nothing_to_warn_about_is_said():
    quiet = make_outcome(
        shortfalls=(),
        too_late=make_outcome().too_late.iloc[:0],
        set_aside=make_outcome().set_aside.iloc[:0],
    )
    assert "Nothing: no rule broken" in section(render_html(quiet), "warnings")


def test_no_move_and_no_decision_are_said():
    territories = make_territories().assign(moved=False)
    decisions = make_outcome().decisions.iloc[:0]
    page = render_html(make_outcome(territories=territories, decisions=decisions))
    assert "No account changes rep." in section(page, "moves")
    assert "No hire and no provider." in section(page, "sourcing")


def test_the_moves_stand_by_potential_and_the_rest_is_counted():
    territories = make_territories(200).assign(moved=True)
    page = section(render_html(make_outcome(territories=territories)), "moves")
    assert "and 170 more rows" in page
    amounts = re.findall(r'<td class="n">(\d\d,\d{3})</td>', page)[::1]
    potentials = [int(a.replace(",", "")) for a in amounts if int(a.replace(",", "")) > 9_000]
    assert len(potentials) == 30
    assert potentials == sorted(potentials, reverse=True)


def test_a_previous_owner_who_left_is_shown_by_id():
    territories = make_territories()
    mover = territories.index[territories["moved"]][0]
    territories.loc[mover, "previous_rep_id"] = "GONE"
    assert "<td>GONE</td>" in section(render_html(make_outcome(territories=territories)), "moves")


def test_findings_are_grouped_by_code_the_gravest_first(page):
    rows = re.findall(r"<tr><td>([a-z ]+)</td><td>(Q\d+)</td><td class=\"n\">(\d+)<", page)
    assert rows == [
        ("set aside", "Q102", "1"),
        ("set aside", "Q104", "1"),
        ("repaired", "Q210", "5"),
        ("warning", "Q140", "1"),
    ]
    assert "accounts.csv:2 revenue_eur = 1 200,5" in section(page, "findings")


def test_the_role_grid_marks_two_phases_at_most_and_what_is_new(page):
    grid = section(page, "roles")
    people = re.findall(r'<tr><th scope="row">(?!Total)(.*?)</tr>', grid, re.S)
    assert len(people) == 6
    assert all(1 <= person.count('class="held"') <= 2 for person in people)
    assert grid.count("<em>new</em>") == 2


def test_a_person_without_a_phase_is_listed_with_the_reason():
    roles = make_outcome().roles
    idle = {**roles.iloc[0].to_dict(), "rep_id": "I9", "name": "Zoe", "phase": "", "hours": 0.0}
    idle |= {"reason": "no skill for any phase", "held_before": False}
    page = render_html(make_outcome(roles=pd.concat([roles, pd.DataFrame([idle])])))
    assert "no phase: no skill for any phase" in PageReader(section(page, "roles")).text
    grid = section(page, "roles").split("</table>")[0]
    assert grid.count('<th scope="col">') == 5


def test_when_todays_roles_are_unknown_nothing_is_called_new():
    roles = make_outcome().roles.assign(held_before=False)
    assert "<em>new</em>" not in render_html(make_outcome(roles=roles))


def test_hours_needed_by_month_add_up_in_the_table(page):
    need = re.search(r"<caption>Hours needed.*?</table>", section(page, "funnel"), re.S).group(0)
    foot = re.search(r"<tfoot>(.*?)</tfoot>", need, re.S).group(1)
    shown = [int(n.replace(",", "")) for n in re.findall(r'class="n">([\d,]+)<', foot)]
    hours = make_outcome().funnel["hours"].sum()
    assert shown[-1] == round(hours)
    assert sum(shown[:-1]) == pytest.approx(hours, abs=6)


def test_a_search_ended_by_the_clock_is_told():
    outcome = make_outcome()
    solve = replace(outcome.solves[0], stopped_by="time")
    page = render_html(replace(outcome, solves=(solve,)))
    assert "a rerun may give another plan" in section(page, "warnings")


def test_the_figures_stand_without_script(page):
    silent = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    text = PageReader(silent).text
    for name in ("Alice Martin", "Acme Calls", "Clinique n° 41", "€57,922"):
        assert name in text
    assert silent.count("<title>") > 100  # tooltips of the browser's own


def test_everything_drawn_has_a_name_for_those_who_do_not_see_it(page):
    for start in re.findall(r"<svg[^>]*>", page):
        assert "aria-hidden" in start or "aria-label=" in start
    assert page.count("<caption>") == page.count("<table>") + len(
        re.findall(r"<table class", page)
    ) - page.count("<details><summary>What it is made of")


def test_the_language_decides_words_and_numbers():
    page = render_html(make_outcome(language="fr"))
    text = PageReader(page).text
    assert '<html lang="fr">' in page
    assert "Plan prêt" in text
    assert "1,32\u00a0M\u00a0€" in page
    assert "prospection" in text
    assert "Plan ready" not in text


def test_a_language_without_texts_is_refused():
    with pytest.raises(ValueError, match="'de'"):
        render_html(make_outcome(language="de"))


@pytest.mark.parametrize(
    ("language", "caption", "team"),
    [
        ("en", "Hand-offs: what each side owes", "inside; hires; Acme Calls"),
        ("fr", "Passages de relais", "sédentaires; embauches; Acme Calls"),
    ],
)
def test_the_funnel_says_what_each_hand_off_owes(language, caption, team):
    text = section(render_html(make_outcome(language=language)), "funnel")
    assert caption in text
    assert team in text


def test_without_hand_offs_there_is_no_table_of_them():
    text = section(render_html(make_outcome(sla=make_outcome().sla.iloc[:0])), "funnel")
    assert "Hand-offs" not in text


def test_months_without_order_are_put_in_order():
    outcome = make_outcome()
    shuffled = {
        name: getattr(outcome, name).iloc[::-1] for name in ("sourcing", "coverage", "too_late")
    }
    # Rows of one month summed in another order may differ in the last bit, never in what is shown.
    page, other = (render_html(o) for o in (outcome, replace(outcome, **shuffled)))
    assert section(page, "sourcing") == section(other, "sourcing")


def test_a_state_is_said_in_words():
    for state, words in ((INTERRUPTED, "Interrupted"), (NO_PLAN, "No plan")):
        page = render_html(make_outcome(state=state))
        assert f'<p class="state {state}"><strong>{words}</strong>' in page
