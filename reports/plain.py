"""Plain values for JSON, safe lines for a terminal, and the nearest of many names."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

Facts = dict[str, Any]
MOST_LISTED = 5


def plain(row: pd.Series) -> Facts:
    """Return a row as plain values that JSON can hold: no numpy, no NaN."""
    return {str(key): plain_value(value) for key, value in row.items()}


def rows(frame: pd.DataFrame) -> list[Facts]:
    """Return the rows of a frame as plain dicts."""
    columns = [str(name) for name in frame.columns]
    return [
        {name: plain_value(value) for name, value in zip(columns, values, strict=True)}
        for values in frame.itertuples(index=False, name=None)
    ]


def plain_value(value: Any) -> Any:
    """Return a value that JSON can hold; NaN, infinity and missing become None."""
    if isinstance(value, np.generic):
        value = value.item()
    if value is pd.NA or value is pd.NaT:
        return None
    return value if not isinstance(value, float) or np.isfinite(value) else None


def as_text(lines: Iterable[str]) -> str:
    """Join lines; control characters from outside never reach a terminal."""
    return "\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def nearest(ident: str, names: Mapping[str, str]) -> list[str]:
    """Return the ids that come near by id or by name: what holds the text, then what is like it."""
    asked = _folded(ident)
    by_text: dict[str, str] = {}
    for one, name in names.items():
        by_text.setdefault(_folded(one), one)
        by_text.setdefault(_folded(name), one)
    holding = sorted((text for text in by_text if asked and asked in text), key=len)
    like = difflib.get_close_matches(asked, list(by_text), n=MOST_LISTED, cutoff=0.5)
    return list(dict.fromkeys(by_text[text] for text in [*holding, *like]))[:MOST_LISTED]


def _folded(text: str) -> str:
    """Return the text without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))
