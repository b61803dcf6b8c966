"""The page says how good the roles are, and why work does not fit, in words of its language."""

from __future__ import annotations

from html import unescape

import pytest
from outcome_builders import make_outcome
from outcome_roles import make_help, make_role_goals, make_role_reasons, make_throughput

from reports.format import Formats
from reports.html import render_html
from reports.labels import Texts
from reports.page_roles import help_view, role_goals_view
from reports.page_tables import Writer
from reports.page_throughput import throughput_view
from reports.stories import phase_story, rep_story
from scenarios.outcome import Outcome
from scenarios.outcome_roles import UNITS


def writer(language: str = "en") -> Writer:
    return Writer(texts=Texts(language), formats=Formats(language=language, currency="EUR"))


def view(outcome: Outcome | None = None, language: str = "en"):
    return role_goals_view(outcome or make_outcome(), writer(language))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_section_stands_in_the_report_in_its_language(language):
    page, texts = unescape(render_html(make_outcome(language=language))), Texts(language)
    for key in ("roles.goals.table", "roles.proofs.table", "roles.rules.table"):
        assert texts(key) in page
    assert texts("rolegoal.backup.text") in page
    assert (
        texts("rolelever.training", name="Emma Roux", phase=texts.name("phase", "meeting")) in page
    )


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_goal_has_a_name_and_a_meaning(language):
    texts = Texts(language)
    for goal in UNITS:
        assert f"rolegoal.{goal}" in texts
        assert f"rolegoal.{goal}.text" in texts


def test_a_goal_is_a_row_and_a_period_a_column_and_a_gap_stays_a_gap():
    table = view().goals
    assert [column.label for column in table.columns[1:3]] == ["Oct 2026", "Mean month"]
    rows = {row[0]: row[1:3] for row in table.rows}
    assert rows["Hours short"] == ("84 h", "12 h")
    assert rows["Hand-offs"] == ("–", "41")
    assert rows["Uneven load"] == ("25.0%", "12.5%")


def test_what_roles_could_reach_is_said_with_its_proof():
    reach = view().reach
    assert "Oct 2026" in reach
    for amount in ("84 h", "40 h", "38 h"):
        assert amount in reach
    goals = make_role_goals().assign(reachable=float("nan"))
    assert view(make_outcome(role_goals=goals)).reach == ""


def test_rules_are_named_by_their_limit():
    found = [row[0] for row in view().rules.rows]
    assert found[1:3] == ["at most 1 phase a person", "at most 2 phases a person"]
    french = [row[0] for row in view(language="fr").rules.rows]
    assert french[1:3] == ["1 phase au plus par personne", "2 phases au plus par personne"]


def test_names_from_outside_are_escaped():
    page = render_html(make_outcome())
    assert "north &lt;b&gt;" in page
    assert "north <b>" not in page


def test_without_reasons_the_goals_stand_alone_and_without_goals_nothing_does():
    bare = view(make_outcome(role_reasons=make_role_reasons().iloc[:0]))
    assert (bare.proofs, bare.rules, bare.levers) == (None, None, None)
    assert len(bare.goals.rows) == 5
    assert view(make_outcome(role_goals=make_role_goals().iloc[:0])) is None
    page = render_html(make_outcome(role_goals=make_role_goals().iloc[:0]))
    assert Texts("en")("roles.goals.table") not in page


def test_each_short_month_is_a_row_with_its_reason():
    months = view().months
    assert [row[:4] for row in months.rows] == [
        ("Sep 2026", "12", "0", "4"),
        ("Oct 2026", "84", "38", "44"),
    ]
    assert months.rows[0][4] == "other roles in this month alone would cover 4 h"
    french = view(language="fr").months.rows[0]
    assert french[0] == "sept. 2026"
    assert french[4] == "d'autres rôles ce seul mois couvriraient 4 h"


def test_a_conflict_stands_above_its_ways_out():
    clash, way = view().conflicts.rows
    assert clash[0].startswith("these cannot all be kept")
    assert way == ("→ R1 may hold proposal", "12", "28")
    assert view(language="fr").conflicts.rows[1][0] == "→ R1 peut tenir proposition"


def test_conflicts_are_told_of_the_phase_and_of_the_person_they_bear_on():
    outcome = make_outcome()
    told = phase_story(outcome, "proposal")
    assert "  conflict   2026-10: these cannot all be kept: R1 does not hold proposal" in told
    assert "  way out    R1 may hold proposal: saves 12 h, 28 h stay short" in told
    assert "way out" in rep_story(outcome, "R1")
    assert "way out" not in rep_story(outcome, "R2")
    assert "conflict" not in phase_story(outcome, "prospecting")
    assert "  proved     2026-10: north" in phase_story(outcome, "meeting")


@pytest.mark.parametrize("kinds", [["month"], ["conflict", "relaxed"], ["proof"]])
def test_a_story_needs_no_reasons_of_every_kind(kinds):
    reasons = make_role_reasons()
    outcome = make_outcome(role_reasons=reasons[reasons["kind"].isin(kinds)])
    assert ("proved" in phase_story(outcome, "meeting")) == (kinds == ["proof"])
    assert ("way out" in rep_story(outcome, "R1")) == ("relaxed" in kinds)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_the_team_could_win_stands_with_its_working_time(language):
    texts = Texts(language)
    shown = throughput_view(make_outcome(language=language), writer(language))
    assert [row[0] for row in shown.table.rows] == [
        texts("throughput.as_wanted"), texts("throughput.as_wanted"), texts("throughput.twice")
    ]  # fmt: skip
    assert texts.name("phase", "meeting") in shown.words
    assert texts("throughput.note") in shown.words
    assert texts("throughput.table") in unescape(render_html(make_outcome(language=language)))


def test_without_a_table_of_throughput_nothing_is_said_of_it():
    bare = make_outcome(throughput=make_throughput().iloc[:0])
    assert throughput_view(bare, writer()) is None
    idle = make_outcome(throughput=make_throughput().iloc[2:].assign(phase=""))
    assert "an hour more" not in throughput_view(idle, writer()).words


def test_help_is_told_pool_by_pool_and_then_by_person():
    shown = help_view(make_outcome(), writer())
    assert [row[2:] for row in shown.pools.rows] == [
        ("meeting", "2", "50", "40"),
        ("proposal", "1", "5", "4"),
    ]
    assert shown.people.rows[0][0] == "Anna Martin"
    page = unescape(render_html(make_outcome(language="fr")))
    assert Texts("fr")("help.table") in page
    nobody = make_outcome(help_given=make_help().iloc[:0])
    assert help_view(nobody, writer()) is None
    assert Texts("en")("help.table") not in render_html(nobody)


def test_nobody_has_to_know_what_a_dual_is():
    assert "dual" not in render_html(make_outcome()).lower()
