"""Units of columns and indicators, read off their names; how each is rounded and written."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from reports.format import round_up_to_two_digits

MISSING = ""
SIGNS_OF_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A text that starts with one of these is run as a formula by some spreadsheet program."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Describe how a quantity is written: its symbol and the decimals kept at the boundary."""

    symbol: str
    decimals: int

    @property
    def is_ratio(self) -> bool:
        """Say whether readers see the quantity in per cent."""
        return self.symbol == "ratio"


MONEY = "money"
PLAIN = Unit(symbol="", decimals=3)
_COUNT = Unit(symbol="", decimals=0)
_RATIO = Unit(symbol="ratio", decimals=4)
_SMALL = Unit(symbol="", decimals=2)
_MONEY = Unit(symbol=MONEY, decimals=2)
_BY_WORD = {
    "eur": _MONEY,
    "hours": Unit(symbol="h", decimals=2),
    "hour": Unit(symbol="h", decimals=2),
    "minutes": Unit(symbol="min", decimals=1),
    "months": Unit(symbol="months", decimals=2),
    "km": Unit(symbol="km", decimals=1),
    "km2": Unit(symbol="km²", decimals=1),
    "deg": Unit(symbol="°", decimals=6),
    "profit": _MONEY,
    "deviation": _RATIO,
    "coverage": _RATIO,
    "ratio": _RATIO,
    "rate": _RATIO,
    "change": _RATIO,
    "roi": _RATIO,
    "share": _RATIO,
    "gap": Unit(symbol="ratio", decimals=6),
    "fte": Unit(symbol="FTE", decimals=2),
    "deals": _SMALL,
    "accounts": _COUNT,
    "pieces": _COUNT,
    "findings": _COUNT,
    "hires": _COUNT,
    "count": _COUNT,
    "row": _COUNT,
    "weeks": _COUNT,
    "days": _COUNT,
    "people": _COUNT,
    "productivity": _SMALL,
    "preference": _SMALL,
    "value": Unit(symbol="", decimals=6),
}
"""The last of these words in a name gives its unit: `potential_eur_before` is money."""
_A_YEAR = frozenset({"travel_hours_before", "travel_hours_after"})
"""Quantities of a year; beside them stand hours of the horizon, which may be of another length."""
_PARTS_OF_DAYS = frozenset({"leave_days", "worked_days"})
"""Yearly leave spread over months falls on parts of days."""


@lru_cache(maxsize=1024)
def unit_of(name: str, currency: str) -> Unit:
    """Return the unit a name carries; `_per_` after a unit makes a rate of it (EUR/hour)."""
    words = name.lower().split("_")
    known = [i for i, word in enumerate(words) if word in _BY_WORD]
    if not known:
        return PLAIN
    first = known[0] + 1
    is_rate = words[first : first + 1] == ["per"]
    found = _BY_WORD[words[known[0] if is_rate else known[-1]]]
    symbol = currency if found.symbol == MONEY else found.symbol
    if is_rate:
        symbol = f"{symbol}/{' '.join(words[first + 1 :])}"
    if name in _A_YEAR:
        symbol = f"{symbol}/year"
    return Unit(symbol=symbol, decimals=2 if name in _PARTS_OF_DAYS else found.decimals)


def plain_title(name: str) -> str:
    """Return a heading for a name without its unit.

    >>> plain_title("workload_hours_before"), plain_title("rep_name")
    ('Workload before', 'Rep name')
    """
    kept = [word for word in name.split("_") if word not in {"eur", "hours", "km", "deg"}]
    title = " ".join(kept or [name])
    return title[:1].upper() + title[1:]


def quantity(value: float | None, name: str, currency: str = "EUR") -> str:
    """Write a number for people: thousands separated, its unit after it, ratios in per cent.

    A proven gap is rounded up: it is never shown smaller than it is.

    >>> quantity(1234567.891, "revenue_eur"), quantity(0.1234, "moved_share"), quantity(None, "gap")
    ('1,234,568 EUR', '12.34 %', 'unknown')
    """
    if value is None or math.isnan(value):
        return "unknown"
    unit = unit_of(name, currency)
    if math.isinf(value):
        return "unbounded"
    if name == "gap":
        return f"{100 * round_up_to_two_digits(value):.6g} %"
    if unit.is_ratio:
        return f"{number(100 * value, 2)} %"
    decimals = 0 if abs(value) >= 100 or float(value).is_integer() else min(unit.decimals, 2)
    return f"{number(value, decimals)} {unit.symbol}".strip()


def number(value: float, decimals: int) -> str:
    """Write a number with thousands separators; a rounded -0 is 0."""
    rounded = round(float(value), decimals)
    return f"{rounded + 0.0:,.{decimals}f}"


def is_formula(text: str) -> bool:
    """Say whether a spreadsheet program could run the text when it opens a CSV file."""
    return text.startswith(SIGNS_OF_A_FORMULA)


def clean_text(text: str) -> str:
    """Return the text with LF for line ends, `?` for half surrogates no UTF-8 file can hold."""
    whole = text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\r\n", "\n").replace("\r", "\n") if "\r" in whole else whole
