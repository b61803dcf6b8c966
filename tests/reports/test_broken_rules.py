"""What the independent check says of a broken rule is said in the language of the page."""

from __future__ import annotations

import ast
import html
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from outcome_builders import make_outcome
from sourcing_stories import story
from territory_builders import make_plan, make_territory_problem

from optimizer.verify import Violation
from optimizer.verify_territories import verify_territories
from reports.format import Formats
from reports.html import render_html
from reports.labels import Texts, placeholders
from reports.page_source import render_sourcing
from reports.phrases import FOLDER, KINDS, RULES, Phrases, book
from scenarios.outcome import REJECTED

PROJECT = Path(__file__).parents[2]
ELSEWHERE = {"verify_roles", "verify_role_owners", "verify_role_goals"}
"""Roles by month are checked where they are decided; no report tells what breaks there."""
CHECKS = [
    *sorted(each for each in PROJECT.glob("optimizer/verify_*.py") if each.stem not in ELSEWHERE),
    PROJECT / "scenarios" / "check_plan.py",
    PROJECT / "scenarios" / "check_given.py",
]
MESSAGE = {"message", "words", "what", "name"}
"""Variables and arguments that hold what is said, or a part of it."""
FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")
SAMPLES = {"n": "5", "l": "a and b", "m": "2027-01"}


def section(page: str, name: str) -> str:
    [found] = re.findall(rf'<section id="{name}">(.*?)</section>', page, re.DOTALL)
    return re.sub(r"\s", " ", html.unescape(found))


def said(message: str) -> str:
    say = Phrases(Texts("fr"), Formats(language="fr", currency="EUR"), RULES)
    return re.sub(r"\s", " ", say(message))


def texts_of(node: ast.expr) -> Iterator[str]:
    """Yield the text with its fields filled in every way: by a word, by a number or by a month."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # Money has the same name in both languages.
        yield from [node.value] * (node.value != "EUR")
    if not isinstance(node, ast.JoinedStr):
        return
    pieces: list[list[str]] = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            pieces.append([str(part.value)])
        elif isinstance(part, ast.FormattedValue):
            spec = ast.unparse(part.format_spec) if part.format_spec else ""
            free = ["P", "5", "2027-01", "window above", "has the wrong shape", "P in 2027-01:"]
            pieces.append(["30%"] if "%" in spec else ["5.0"] if spec else free)
    yield from map("".join, itertools.product(*pieces))


def told_by(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions that are a message of a check, or a part of one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in MESSAGE:
            yield node.value
        if isinstance(node, ast.Call):
            yield from (word.value for word in node.keywords if word.arg in MESSAGE)
            maker = getattr(node.func, "id", "")
            if maker in {"beyond", "unequal", "violation", "_unreadable", "_broken"}:
                yield from node.args[-1:]


def messages() -> list[tuple[str, ast.expr]]:
    found = []
    for path in CHECKS:
        for node in told_by(ast.parse(path.read_text(encoding="utf-8"))):
            found += [(f"{path.stem}:{node.lineno}", node)] if any(texts_of(node)) else []
    return found


@pytest.mark.parametrize("node", [pytest.param(node, id=name) for name, node in messages()])
def test_every_message_of_a_check_is_said_in_french(node):
    assert any(said(text) != text for text in texts_of(node)), ast.unparse(node)


def test_the_messages_are_found():
    assert len(messages()) > 80


@pytest.mark.parametrize("phrase", book("fr", RULES)[1], ids=lambda phrase: phrase.template[:40])
def test_a_form_uses_only_fields_and_kinds_that_exist(phrase):
    assert set(placeholders(phrase.template)) <= set(phrase.kinds)
    assert set(phrase.kinds.values()) <= set(KINDS)


def test_no_form_stands_in_the_shadow_of_a_looser_one():
    table = json.loads((FOLDER / "rules.fr.json").read_text(encoding="utf-8"))
    exact, forms = book("fr", RULES)
    for at, form in enumerate(form for form in table if FIELD.search(form)):
        sample = FIELD.sub(lambda field: SAMPLES.get(field[2] or "", f"x{field[1]}"), form)
        assert sample not in exact
        assert next(i for i, each in enumerate(forms) if each.pattern.fullmatch(sample)) == at


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("I1 holds 3 phases, at most 2 are allowed", "I1 tient 3 phases, 2 au plus sont permises"),
        ("I1 holds 2 phases, at most 1 are allowed", "I1 tient 2 phases, 1 au plus est permise"),
        (
            "nord, meeting, 2027-01: less (signs turned): hours steering P 5.00, at most 3.00",
            "nord, meeting, 2027-01 : moins que dû (signes inversés) : heures de pilotage de P "
            "5,00, au plus 3,00",
        ),
        (
            "plan: P in 2027-01: stopped within the term by 2.00, at most 0.00",
            "plan : P en janv. 2027 : arrêté avant terme de 2,00, au plus 0,00",
        ),
        ("units above its limit by 1.", "nombre de comptes : au-dessus de la limite, de 1."),
        ("Its territory falls into 1 pieces too many.", "Son territoire a 1 morceau de trop."),
        ("1 units move, 0 may.", "1 unité change de commercial, 0 peut."),
    ],
)
def test_messages_are_said_with_numbers_and_names_of_the_language(english, french):
    assert said(english) == french


def test_what_a_broken_plan_is_told_reads_french_on_the_page():
    today = np.arange(6) % 2
    problem = make_territory_problem(6, 2, locked=np.ones(6, dtype=bool), current_seat=today)
    given = make_plan(problem, (1 - today).tolist())
    broken = verify_territories(problem, given, (), {})
    outcome = make_outcome(state=REJECTED, language="fr")
    frame = make_outcome().violations
    rows = [[getattr(each, name) for name in frame.columns] for each in broken]
    outcome = replace(outcome, violations=type(frame)(rows, columns=frame.columns))
    page = section(render_html(outcome), "warnings")
    assert "verrouillé à" in page
    assert "locked to" not in page


def test_a_rejected_sourcing_plan_is_told_in_french_and_users_words_stay():
    broken = Violation(
        rule="hours",
        subject="r1",
        amount=90.0,
        limit=80.0,
        message="r1, 2027-01: hours used 90.00, at most 80.00",
    )
    own = replace(broken, message="mon message à moi")
    rejected = replace(
        story(language="fr"), state="rejected", objective=None, bound=None, gap=None, terms={},
        tables={}, shortfalls=(), violations=(broken, own),
    )  # fmt: skip
    page = section(render_sourcing(rejected), "overview")
    assert "hours : r1, 2027-01 : heures utilisées 90,00, au plus 80,00" in page
    assert "hours : mon message à moi" in page
