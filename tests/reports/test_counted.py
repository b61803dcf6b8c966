"""One of a thing is said in the singular, in both languages, wherever a count may be one."""

import math
import re

import pandas as pd
import pytest
from outcome_builders import make_outcome

from reports.counted import Counted
from reports.format import Formats
from reports.kpis import headline_tiles, summary
from reports.labels import LANGUAGES, Texts, load_labels
from reports.page_compactness import _stray_sentences
from reports.page_tables import Writer
from reports.phrases import FOLDER, Phrases
from reports.verdicts import _amount

FORMS = re.compile(r"\{(\w+):([^{}|]+)\|([^{}|]+)\}")


def formats(language):
    return Formats(language=language, currency="EUR")


def said(sentence):
    text = Phrases(Texts("fr"), formats("fr"))(sentence)
    return re.sub(r"\s", " ", text)


@pytest.mark.parametrize(
    ("language", "value", "digits", "one"),
    [
        ("en", 0, 0, False),
        ("en", 1, 0, True),
        ("en", -1, 0, True),
        ("en", 1.0, 1, False),
        ("en", 2, 0, False),
        ("en", 0.6, 0, True),
        ("fr", 0, 0, True),
        ("fr", 1, 0, True),
        ("fr", 1.9, 1, True),
        ("fr", 2, 0, False),
        ("fr", 1.96, 1, False),
        ("fr", 1_000_000, 0, False),
        ("fr", math.nan, 0, False),
    ],
)
def test_what_is_shown_decides_between_singular_and_plural(language, value, digits, one):
    count = formats(language).count(value, digits)
    assert count.one is one
    assert str(count) == formats(language).number(value, digits)


def test_a_count_is_text_and_is_written_as_text_without_forms():
    assert f"{Counted('1', one=True)} {Counted('1', one=True):>3}" == "1   1"
    assert Counted("1", one=True) == "1"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_with_a_singular_has_a_plural_and_a_name(language):
    labels = load_labels(language)
    units = [key.rpartition(".")[0] for key in labels if re.match(r"(lever_)?unit\..*\.one$", key)]
    assert len(units) > 12
    assert [unit for unit in units if f"{unit}.other" not in labels or unit not in labels] == []


@pytest.mark.parametrize(
    ("language", "amount", "unit", "text"),
    [
        ("en", 1.0, "persons", "1 person"),
        ("en", 2.0, "persons", "2 persons"),
        ("en", 1.5, "persons", "1.5 persons"),
        ("en", 12.0, "prospect", "12 prospects"),
        ("fr", 1.0, "persons", "1 personne"),
        ("fr", 1.5, "units", "1,5 unité"),
        ("fr", 2.0, "persons", "2 personnes"),
        ("fr", 12.0, "prospect", "12 prospects"),
        ("fr", 1.0, "visits of ours", "1 visits of ours"),
        ("fr", None, "persons", "– personnes"),
    ],
)
def test_an_amount_left_undone_agrees_with_its_unit(language, amount, unit, text):
    row = {"amount": amount, "unit": unit}
    assert _amount(formats(language), Texts(language), row) == text


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("1 unit worth 500 is left: liked best", "1 unité d'une valeur de 500 est laissée : "),
        ("2 units worth 500 are left: liked best", "2 unités d'une valeur de 500 sont laissées : "),
        ("1.5 units worth 5 are left: liked best", "1,5 unité d'une valeur de 5 est laissée : "),
        ("24 h = 1 day x 24 h", "24 h = 1 jour × 24 h"),
        ("24 h = 3 days x 8 h", "24 h = 3 jours × 8 h"),
        ("Ana may hold one phase at most", "Ana : une phase au plus"),
        ("Ana may hold two phases at most", "Ana : deux phases au plus"),
        ("five persons may hold one phase at most", "cinq personnes : une phase au plus"),
        ("1.5 h are missing whatever the roles", "1,5 h manque quels que soient les rôles"),
        ("2 h are missing whatever the roles", "2 h manquent quels que soient les rôles"),
        ("the one person able has 12 h", "la seule personne capable a 12 h"),
        ("the two persons able have 12 h", "les personnes capables (deux) ont 12 h"),
        (
            "the one person able to do meeting in nord has 12 h then, all of it used",
            "la seule personne qui sait faire rendez-vous dans l'équipe nord a alors 12 h, "
            "toutes utilisées",
        ),
        (
            "the one person able to do meeting has 12 h then, all of it used, and no hire or "
            "provider can add to it",
            "la seule personne qui sait faire rendez-vous a alors 12 h, toutes utilisées, "
            "et ni embauche ni prestataire ne peut y ajouter",
        ),
        ("roles of 1 refined for 1% of the value: x", "rôles de 1 personne affinés pour 1 % de la"),
    ],
)
def test_a_sentence_of_one_is_said_in_the_singular(english, french):
    assert said(english).startswith(french)


KPIS = {
    "planned_deals": 1.0,
    "target_deals": 1.0,
    "coverage": 1.0,
    "profit": 5.0,
    "uncovered_hours": 1.0,
    "accounts_moved": 1.0,
    "accounts": 1.0,
    "moved_share": 1.0,
    "travel_hours_before": 2.0,
    "travel_hours_after": 1.0,
}


def summed_up(language, kpis):
    outcome = make_outcome(kpis=kpis)
    lines = summary(outcome, Texts(language), formats(language))
    return re.sub(r"\s", " ", " ".join(lines))


def test_the_summary_agrees_with_its_figures():
    one, many = summed_up("en", KPIS), summed_up("en", {**KPIS, "uncovered_hours": 2.0})
    assert "1 of the 1 deal wanted" in one
    assert "1 hour of work stays uncovered." in one
    assert "1 of 1 account changes rep" in one
    assert "from 2 to 1 hour a year" in one
    assert "2 hours of work stay uncovered." in many
    one, many = summed_up("fr", KPIS), summed_up("fr", {**KPIS, "accounts_moved": 2.0})
    assert "gagne 1 affaire sur 1 visée" in one
    assert "1 heure de travail reste non couverte." in one
    assert "1 compte sur 1 change de commercial" in one
    assert "de 2 à 1 heure par an" in one
    assert "2 comptes sur 1 changent de commercial" in many


def test_the_tile_of_deals_agrees_with_its_figures():
    tiles = headline_tiles(make_outcome(kpis=KPIS), Texts("fr"), formats("fr"))
    assert "1 affaire sur 1 visée" in [tile.note for tile in tiles]


@pytest.mark.parametrize(
    ("language", "after", "text"),
    [
        ("en", 1.0, "1 account is cut off: 1 came to its rep"),
        ("en", 3.0, "3 accounts are cut off: 1 came to its rep"),
        ("fr", 1.0, "1 compte est isolé : 1 arrive chez son commercial"),
        ("fr", 3.0, "3 comptes sont isolés : 1 arrive chez son commercial"),
    ],
)
def test_strays_agree_with_their_number(language, after, text):
    kpis = {"stray_accounts_after": after, "stray_accounts_given": 1.0, "stray_accounts_left": 0.0}
    writer = Writer(texts=Texts(language), formats=formats(language))
    outcome = make_outcome(kpis=kpis, assumptions=pd.DataFrame({"key": [], "value": []}))
    [sentence, *_] = _stray_sentences(outcome, writer)
    assert sentence.startswith(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_with_two_forms_can_be_filled_with_a_count(language):
    for key, text in load_labels(language).items():
        for name, singular, plural in FORMS.findall(text):
            assert singular != plural, key
            assert f"{{{name}}}" in text, key


def test_every_phrase_with_two_forms_asks_a_number():
    text = (FOLDER / "phrases.fr.json").read_text(encoding="utf-8")
    forms = [line for line in text.splitlines() if FORMS.search(line)]
    assert len(forms) > 8
    for line in forms:
        for name, _, _ in FORMS.findall(line):
            assert re.search(rf"\{{{name}:[nw]\}}", line), line
