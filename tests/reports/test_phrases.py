"""Sentences of the plan are said in the language of the page, users' own words are not touched."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from leadership_builders import shop
from role_builders import make_roles
from staffing_builders import hours_cells, make_hire, make_problem
from staffing_cases import small_problem

from optimizer.result import Options
from optimizer.roles_conflicts import conflict_words
from optimizer.roles_reasons import certificate_of_roles
from optimizer.roles_rules import KINDS as RULE_KINDS
from optimizer.roles_rules import RoleRule
from optimizer.sourcing_conflicts import _conditions, _named
from optimizer.sourcing_problem import Provider, SourcingProblem, no_decisions
from optimizer.sourcing_shortfalls import REASONS, REMEDIES
from optimizer.staffing import solve_staffing
from reports.format import Formats
from reports.labels import Texts, placeholders
from reports.page_tables import Writer
from reports.phrases import FOLDER, KINDS, LONGEST, Phrases, book
from scenarios.assumption_scope import (
    OF_SOURCING_COLUMNS,
    OF_SOURCING_RULES,
    SOURCING_STRUCTURAL,
)
from scenarios.assumption_sources import OF_COLUMNS, OF_RULES, STRUCTURAL
from scenarios.errors import Severity
from scenarios.finding_codes import CODES
from scenarios.outcome_role_conflicts import WITHOUT_RULES, relaxed_words
from scenarios.sourcing_notes import Note, Question

FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")


def phrases(language: str = "fr") -> Phrases:
    return Phrases(Texts(language), Formats(language=language, currency="EUR"))


def unknown(sentences) -> list[str]:
    """Return the parts of sentences that have no form in the French book."""
    say = phrases()
    parts = [part for sentence in sentences for part in sentence.split("; ")]
    return [part for part in parts if say(part) == part]


@pytest.mark.parametrize("phrase", book("fr")[1], ids=lambda phrase: phrase.pattern.pattern[:40])
def test_a_form_uses_only_fields_and_kinds_that_exist(phrase):
    assert set(placeholders(phrase.template)) <= set(phrase.kinds)
    assert set(phrase.kinds.values()) <= set(KINDS)


def test_no_form_stands_in_the_shadow_of_a_looser_one():
    """A form put into words is found again as itself, not as one that stands before it."""
    words = {"n": "5", "w": "two", "m": "2027-01", "u": "km", "f": "3 days", "l": "a and b"}
    table = json.loads((FOLDER / "phrases.fr.json").read_text(encoding="utf-8"))
    exact, forms = book("fr")
    for at, form in enumerate(form for form in table if FIELD.search(form)):
        sample = FIELD.sub(lambda field: words.get(field[2] or "", f"x{field[1]}"), form)
        assert sample not in exact
        assert next(i for i, each in enumerate(forms) if each.pattern.fullmatch(sample)) == at


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("holds it today; liked best", "la tient aujourd'hui ; celle qu'elle préfère"),
        ("decided by hand: knows them; trust", "décidé à la main : knows them ; trust"),
        (
            "works 1,154 h appointment, 286 h prospecting; 36.84 per standard hour, set-up apart",
            "fait 1 154 h de prise de rendez-vous, 286 h de prospection ; 36,84 par heure standard,"
            " mise en place à part",
        ),
        (
            "nord: proposal and meeting need 55 h; only Ana and Bo can do any of them, 44.5 h: "
            "short 11 h whatever the plan",
            "nord : proposition et rendez-vous demandent 55 h ; il n'y a que Ana et Bo pour le "
            "faire, 44,5 h : il manque 11 h quel que soit le plan",
        ),
        (
            "0.9 units worth 4,430.4 are left: the two persons able to do meeting in nord have "
            "12 h then, all of it used",
            "0,9 unité d'une valeur de 4 430,4 est laissée : les personnes qui savent faire "
            "rendez-vous dans l'équipe nord (deux) ont alors 12 h, toutes utilisées",
        ),
        ("0.2 to 0.9", "0,2 à 0,9"),
        ("24 h = 40 h x 0.6 part time", "24 h = 40 h × 0,6 temps partiel"),
        ("nord: meeting, 2027-01, 2027-03 to 2027-05", None),
    ],
)
def test_forms_are_said_with_numbers_lists_and_names_of_the_language(english, french):
    said = re.sub(r"\s", " ", phrases()(english))
    assert said == (french or "nord : rendez-vous, janv. 2027, mars 2027 à mai 2027")
    assert phrases("en")(english) == english


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(min_size=1, max_size=60))
def test_words_of_users_come_through_unchanged_or_are_said_but_never_fail(text):
    assert phrases("en")(text) == text
    said = phrases()(f"decided by hand: {text}")
    assert said.startswith("décidé à la main : ") or "\n" in text or "\r" in text


def test_a_text_too_long_to_be_ours_is_left_alone():
    for length, known in ((LONGEST, True), (LONGEST + 1, False)):
        text = "decided by hand: ".ljust(length, "x")
        assert (phrases()(text) != text) == known


def test_every_source_of_a_default_is_said_in_french():
    origins = [*OF_RULES.values(), *OF_COLUMNS.values(), *OF_SOURCING_RULES.values()]
    origins += OF_SOURCING_COLUMNS.values()
    origins += [origin for *_, origin in (*STRUCTURAL, *SOURCING_STRUCTURAL)]
    assert unknown(origin.source for origin in origins if origin is not None) == []


def test_every_remedy_of_a_finding_that_a_plan_survives_is_said_in_french():
    survived = [code for code in CODES.values() if code.severity is not Severity.ERROR]
    assert len(survived) > 50
    assert unknown(code.remedy for code in survived) == []


def test_every_shortfall_of_a_staffing_plan_is_said_in_french():
    problem = small_problem(1)
    pinned = make_problem(
        hours_cells([100.0, 10.0]), can_do=[[1.0, 1.0]], least_share=0.2,
        must_hold=np.array([[True, True]]),
    )  # fmt: skip
    bare = replace(problem, hires=(), providers=(), max_phases=1)
    dear = replace(
        problem, providers=(), hires=(make_hire(3, len(problem.months), cost_eur_per_month=1e6),)
    )
    unable = make_problem(hours_cells([5.0, 5.0]), can_do=[[1.0, 0.0]])
    for case in (problem, bare, dear, pinned, unable):
        found = solve_staffing(case, Options(gap=0.01)).shortfalls
        assert unknown([each.reason for each in found]) == []
        assert unknown([each.remedy for each in found]) == []


SAID = {"phase": "meeting", "segment": "large", "more": 638.95, "count": 30}


@pytest.mark.parametrize("note", Note)
def test_every_note_of_sourcing_is_said_in_french(note):
    sentence = note.format(**SAID, what=f"{Question.HIRES}, 3 of 8")
    said = phrases()(sentence)
    assert said != sentence
    assert not set(re.findall(r"\w+", said)) & {"the", "is", "are", "of", "by"}


@pytest.mark.parametrize("question", Question)
def test_every_question_left_out_is_said_in_french(question):
    alone = question.format(**SAID)
    each = f"{alone}, 3 of 8"
    said = [phrases()(Note.STOPPED.format(what=what)) for what in (alone, each)]
    assert any(alone not in sentence for sentence in said)


def test_figures_of_a_note_are_those_of_the_language():
    said = phrases()(Note.BETTER_MET.format(more=12_638.95))
    assert "12\u202f638,95" in said


def test_every_reason_and_remedy_of_a_sourcing_plan_is_said_in_french():
    reasons = [reason.format(**SAID) for reason in REASONS.values()]
    assert unknown([*reasons, *REMEDIES.values()]) == []


def every_condition() -> SourcingProblem:
    problem = shop()
    flow = replace(
        problem.flow, uncovered_max=0.0, end_stock_min=np.array(1.0), backlog_max=np.array(1.0),
        kept=np.array(1.0),
    )  # fmt: skip
    runs = Provider(
        provider_id="p", phases=(0,), capacity_hours=1.0, min_term_months=3, running_since_months=1
    )
    return replace(
        problem, flow=flow, providers=(runs,), excess_max=np.array(1.0),
        hires=(replace(problem.hires[0], min_total=1.0),), fixed=no_decisions(problem),
        states=(replace(problem.states[0], headcount_min=np.array(1.0)), *problem.states[1:]),
    )  # fmt: skip


def test_every_condition_no_plan_keeps_is_said_in_french():
    conditions = list(_conditions(every_condition()))
    assert len(conditions) == 9
    whole = ("whole people and contracts", "allow parts of people")
    found = [_named("conflict", *each[:2]) for each in (whole, *conditions)]
    assert unknown([each.subject for each in found]) == []
    assert unknown([each.reason for each in found]) == []
    assert unknown([each.remedy for each in found]) == []


def test_every_conflict_and_way_out_is_said_in_french():
    problem = make_roles(np.array([[50.0, 50.0]]), [[1, 1], [1, 1]], 20.0, min_share=0.2)
    rules = [
        RoleRule(kind=kind, person=0, pool=0, phase=1) for kind in RULE_KINDS if kind != "backup"
    ]
    ways_out = [relaxed_words(problem, rule) for rule in rules if rule.kind != "cover"]
    together = "pins, bans, limits and shares together leave 10.5 h more than none would"
    assert unknown([*ways_out, WITHOUT_RULES, together]) == []
    assert unknown([conflict_words(problem, rules), conflict_words(problem, rules[-1:])]) == []


def test_proofs_about_roles_are_said_in_french():
    from optimizer.roles_certificates import role_certificates

    problem = make_roles(np.array([[50.0, 50.0]]), [[1, 1], [1, 1]], 20.0)
    proofs = [certificate_of_roles(problem, proof) for proof in role_certificates(problem)]
    assert proofs
    assert unknown([proof.reason for proof in proofs]) == []


def test_a_cell_of_sentences_is_said_and_a_cell_of_text_is_not():
    writer = Writer(texts=Texts("fr"), formats=Formats(language="fr", currency="EUR"))
    assert writer.cell("sentence", "liked best") == "celle qu'elle préfère"
    assert writer.cell("text", "liked best") == "liked best"
