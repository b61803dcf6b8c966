"""The texts: the same keys and placeholders in both languages, nothing missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.kpis import HEADLINE, KPIS, SUMMARY
from reports.labels import LANGUAGES, Texts, load_labels, placeholders
from reports.page_trace import DEFINITIONS

REPORTS = Path(__file__).parents[2] / "reports"
KEY = re.compile(r"""\b(?:t|texts|writer\.texts)\(\s*["']([a-z_.A-Z]+)["']""")


def test_both_languages_have_the_same_keys():
    english, french = (load_labels(language) for language in LANGUAGES)
    assert sorted(english) == sorted(french)


def test_both_languages_ask_for_the_same_values():
    english, french = (load_labels(language) for language in LANGUAGES)
    for key, text in english.items():
        # A word that goes with a number may be there in one language alone.
        assert set(placeholders(text)) == set(placeholders(french[key])), key


def test_no_text_is_empty_or_left_in_the_other_language():
    english, french = (load_labels(language) for language in LANGUAGES)
    assert all(text.strip() for table in (english, french) for text in table.values())
    sentences = [key for key, text in english.items() if len(text.split()) >= 4]
    copied = [key for key in sentences if english[key] == french[key]]
    assert copied == [key for key in copied if key.startswith("map.tip.")]


def test_every_key_written_in_templates_and_modules_exists():
    labels = load_labels("en")
    files = [
        *REPORTS.glob("templates/*.html"),
        *REPORTS.glob("page_*.py"),
        *REPORTS.glob("map*.py"),
    ]
    found = {key for file in files for key in KEY.findall(file.read_text(encoding="utf-8"))}
    assert len(found) > 60
    missing = {k for k in found if k not in labels and not k.endswith(".")}
    assert not missing


def test_every_figure_tile_summary_and_definition_has_its_texts():
    labels = load_labels("en")
    wanted = [f"kpi.{name}" for name in KPIS]
    wanted += [f"tile.{name}{part}" for name in HEADLINE for part in ("", ".note", ".plain")]
    wanted += [f"summary.{name}" for name in SUMMARY]
    wanted += [f"def.{name}{part}" for name in DEFINITIONS for part in ("", ".text")]
    assert [key for key in wanted if key not in labels] == []


def test_notes_and_summaries_ask_only_for_known_figures():
    for key, text in load_labels("en").items():
        if key.startswith("summary.") or key.endswith(".note"):
            assert set(placeholders(text)) <= set(KPIS), key


def test_singular_and_plural_follow_the_language():
    english, french = Texts("en"), Texts("fr")
    assert english.count("table.more", 1).startswith("and 1 more row,")
    assert english.count("table.more", 1200).startswith("and 1,200 more rows,")
    assert english.count("alert.set_aside", 0).startswith("0 accounts were")
    assert french.count("alert.set_aside", 0).startswith("0 compte a été")


def test_a_word_of_ours_is_translated_and_a_users_word_is_left_alone():
    texts = Texts("fr")
    assert texts.name("source", "staff") == "équipe"
    assert texts.name("phase", "my own phase {x}") == "my own phase {x}"
    assert texts.name("phase", None) == ""
    assert texts.name("phase", float("nan")) == ""


def test_a_language_without_texts_is_refused():
    with pytest.raises(ValueError, match="'de'"):
        Texts("de")
