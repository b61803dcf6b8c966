"""Headings of columns, indicators and sheets, in the languages of the reports.

English headings are the names themselves, without unit; `locale/titles.<language>.json` holds
the others. A name that has no heading, such as a user's own phase, stands as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from reports.units import plain_title

Titles = Callable[[str], str]
FOLDER = Path(__file__).parent / "locale"


def titles_in(language: str) -> Titles:
    """Return the function that turns a name into its heading in a language."""
    table = title_table(language)

    def title_of(name: str) -> str:
        return table.get(name) or plain_title(name)

    return title_of


@lru_cache
def title_table(language: str) -> Mapping[str, str]:
    """Return the headings that differ from the names; English ones for an unknown language."""
    path = FOLDER / f"titles.{language}.json"
    path = path if path.is_file() else FOLDER / "titles.en.json"
    table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return table
