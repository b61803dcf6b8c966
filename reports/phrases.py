"""Say the sentences of the plan in the language of the page.

Reasons are written in English where they arise. `locale/phrases.<language>.json` holds, for each
form of sentence, the same in another language: `{hours:n}` stands for a number, `{phases:l}` for
a list of phases, and so on; `{hours:heure|heures}` in what is said for the word that goes with
the number. A sentence is cut at "; ", and a part whose form is not in the book
stays as it is, above all what users wrote themselves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reports.counted import Counted
from reports.format import Formats
from reports.labels import Texts

FOLDER = Path(__file__).parent / "locale"
SENTENCES, RULES = "phrases", "rules"
"""Books: what plans say, and what the independent check says of broken rules.

Messages of the check are looser forms: kept apart, they never take a sentence for one of theirs.
"""
LONGEST = 500
"""Characters beyond which a text is no sentence of ours and is left alone."""
BETWEEN = "; "
WORDS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
WITHIN = r"(?:(?!; ).)+?"
"""Any text within one part of a sentence."""
KINDS = {
    "": WITHIN,
    "n": r"-?[\d,]*\d(?:\.\d+)?(?:e[+-]?\d+)?",
    "w": rf"(?:{'|'.join(WORDS)}|\d+)",
    "p": WITHIN,
    "l": WITHIN,
    "pool": WITHIN,
    "pools": WITHIN,
    "t": r".+?",
    "f": WITHIN,
    "u": r"[A-Za-z0-9]+(?: month)?",
    "m": r"\d{4}-\d{2}(?:(?:, | to )\d{4}-\d{2})*",
}
"""Text, number, number word, phase, phases, pool, pools, sentence, factors, unit, months."""
_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}")
_LAST = re.compile(r" (and|or) ")
_MONTH = re.compile(r"\d{4}-\d{2}")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Hold one form of sentence: its pattern, the kinds of its fields, what it is elsewhere."""

    start: str
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    template: str


@lru_cache
def book(language: str, name: str = SENTENCES) -> tuple[Mapping[str, str], tuple[Phrase, ...]]:
    """Return the sentences of a language without fields, and the forms with; none for English."""
    path = FOLDER / f"{name}.{language}.json"
    if not path.is_file():
        return {}, ()
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    forms = {form: said for form, said in table.items() if _FIELD.search(form)}
    exact = {form: said for form, said in table.items() if form not in forms}
    return exact, tuple(_phrase(form, said) for form, said in forms.items())


def _phrase(form: str, template: str) -> Phrase:
    kinds = dict(_FIELD.findall(form))
    parts, at = [], 0
    for field in _FIELD.finditer(form):
        parts += [re.escape(form[at : field.start()]), f"(?P<{field[1]}>{KINDS[field[2] or '']})"]
        at = field.end()
    parts.append(re.escape(form[at:]))
    start = form.partition("{")[0]
    return Phrase(start=start, pattern=re.compile("".join(parts)), kinds=kinds, template=template)


class Phrases:
    """Say sentences of one book in one language."""

    def __init__(self, texts: Texts, formats: Formats, name: str = SENTENCES) -> None:
        self._texts, self._formats = texts, formats
        self._exact, self._book = book(texts.language, name)
        self._said: dict[str, str] = {}

    def __call__(self, sentence: str) -> str:
        """Return the sentence in the language, part by part; what is no form of ours unchanged."""
        if not self._exact or not sentence or len(sentence) > LONGEST:
            return sentence
        if sentence not in self._said:
            self._said[sentence] = self._say(sentence)
        return self._said[sentence]

    def _say(self, sentence: str) -> str:
        whole = self._part(sentence)
        if whole is not None or BETWEEN not in sentence:
            return sentence if whole is None else whole
        parts = sentence.split(BETWEEN)
        between = self._texts("phrase.between")
        return between.join(each if (said := self._part(each)) is None else said for each in parts)

    def _part(self, part: str) -> str | None:
        if part in self._exact:
            return self._exact[part]
        for phrase in self._book:
            if part.startswith(phrase.start) and (found := phrase.pattern.fullmatch(part)):
                fields = {
                    name: self._field(phrase.kinds[name], value)
                    for name, value in found.groupdict().items()
                }
                return phrase.template.format(**fields)
        return None

    def _field(self, kind: str, value: str) -> str:
        say: dict[str, Callable[[str], str]] = {
            "n": self._number,
            "w": self._word,
            "p": lambda name: self._texts.name("phase", name),
            "pool": lambda name: self._texts.name("pool", name),
            "l": lambda names: self._names(names, "phase"),
            "pools": lambda names: self._names(names, "pool"),
            "t": self,
            "u": self,
            "f": self._factors,
            "m": self._months,
        }
        return say[kind](value) if kind in say else value

    def _number(self, written: str) -> Counted:
        digits = len(written.partition(".")[2].partition("e")[0])
        return self._formats.count(float(written.replace(",", "")), digits)

    def _word(self, written: str) -> Counted:
        """Say a number that is written as a word."""
        number = WORDS.index(written) if written in WORDS else int(written)
        one = self._formats.count(number).one
        return Counted(self._texts.name("number", written), one=one)

    def _names(self, listed: str, group: str) -> str:
        """Say "a, b or c" with each name and the last word in the language."""
        *first, last = listed.split(", ")
        words = _LAST.search(last)
        ends = [last] if words is None else [last[: words.start()], last[words.end() :]]
        names = [self._texts.name(group, name) for name in (*first, *ends)]
        if words is None:
            return ", ".join(names)
        word = self._texts(f"phrase.{words[1]}")
        return f"{', '.join(names[:-1])} {word} {names[-1]}"

    def _factors(self, product: str) -> str:
        return " × ".join(self(factor) for factor in product.split(" x "))

    def _months(self, months: str) -> str:
        said = months.replace(" to ", f" {self._texts('phrase.to')} ")
        return _MONTH.sub(lambda found: self._formats.month(found[0]), said)
