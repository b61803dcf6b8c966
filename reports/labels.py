"""The texts of the reports: one table a language, the same keys in each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from reports.counted import Counted

LANGUAGES = ("en", "fr")
_FOLDER = Path(__file__).parent / "locale"


@lru_cache
def load_labels(language: str) -> Mapping[str, str]:
    """Return the table of `language`; ValueError for a language that has none."""
    if language not in LANGUAGES:
        raise ValueError(f"no texts for language {language!r}; there are {', '.join(LANGUAGES)}")
    return json.loads((_FOLDER / f"{language}.json").read_text(encoding="utf-8"))


def placeholders(template: str) -> tuple[str, ...]:
    """Return the names in braces, in their order.

    >>> placeholders("{planned} of {target}")
    ('planned', 'target')
    """
    return tuple(name for _, name, _, _ in Formatter().parse(template) if name)


class Texts:
    """Say a text by its key in one language.

    Values are put in as they are: escaping is the template's task.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._labels = load_labels(language)
        self._locale = Locale.parse(language)

    def __contains__(self, key: str) -> bool:
        return key in self._labels

    def __call__(self, key: str, **values: Any) -> str:
        """Return the text of `key` with its placeholders filled; KeyError when it has none."""
        template = self._labels[key]
        return template.format(**values) if values else template

    def template(self, key: str) -> str:
        """Return the text of `key` with its placeholders as they are."""
        return self._labels[key]

    def count(self, key: str, number: int, **values: Any) -> str:
        """Return the singular or plural text of `key` (`<key>.one`, `<key>.other`)."""
        form = "one" if self._locale.plural_form(number) == "one" else "other"
        shown = format_decimal(number, locale=self._locale)
        return self._labels[f"{key}.{form}"].format(n=shown, **values)

    def unit(self, group: str, unit: str, amount: Counted) -> str:
        """Return the name of a unit beside an amount, in the form that goes with it."""
        form = f"{group}.{unit}.{'one' if amount.one else 'other'}"
        return self._labels[form] if form in self._labels else self.name(group, unit)

    def name(self, group: str, value: Any) -> str:
        """Return the text for a term of ours, or the user's own word unchanged."""
        word = "" if value is None or value != value else str(value)  # noqa: PLR0124 - NaN
        return self._labels.get(f"{group}.{word}", word)
