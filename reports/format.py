"""Write numbers, money, percentages and months the way a language does."""

from __future__ import annotations

import math
from datetime import date
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, format_compact_currency, parse_pattern

from reports.counted import Counted

MISSING = "–"
MINUS = "\u2212"
_COMPACT_FROM = 100_000.0


def is_missing(value: Any) -> bool:
    """Say whether a cell holds no number that can be shown: None, NA, NaN, infinite."""
    try:
        return not math.isfinite(float(value))
    except TypeError:
        return True
    except ValueError:
        return False


def round_up_to_two_digits(value: float) -> float:
    """Return `value` >= 0 rounded up to two significant digits.

    A proven gap must not be shown smaller than it is.

    >>> round_up_to_two_digits(0.003001)
    0.0031
    """
    if value <= 0:
        return 0.0
    digits = 1 - math.floor(math.log10(value))
    # The tolerance keeps 0.003 from becoming 0.0031 by its binary representation.
    return round(math.ceil(value * 10**digits - 1e-6) / 10**digits, digits)


def _with_decimals(pattern: str, decimals: str) -> str:
    """Return a CLDR pattern of whole numbers with `decimals` after its last 0."""
    head, _, tail = pattern.rpartition("0")
    return f"{head}0.{decimals}{tail}" if decimals else pattern


class Formats:
    """Format values in one language and one currency; what is missing becomes an en dash."""

    def __init__(self, *, language: str, currency: str) -> None:
        self.locale = Locale.parse(language)
        self.currency = currency
        self._percent = str(self.locale.percent_formats[None].pattern)
        money = str(self.locale.currency_formats["standard"].pattern).split(";")[0]
        self._money = money.replace(".00", "")
        self._patterns: dict[tuple[str, int], NumberPattern] = {}

    def number(self, value: Any, digits: int = 0) -> str:
        """Return `value` with `digits` decimals and the language's grouping."""
        return self._apply("#,##0", value, digits)

    def count(self, value: Any, digits: int = 0) -> Counted:
        """Return `value` as `number` does; what it counts can be put in the form that goes with it.

        The language decides by what is shown: one is 1 in English, everything below 2 in French.
        """
        text = self.number(value, digits)
        if is_missing(value):
            return Counted(text, one=False)
        form = self.locale.plural_form(Decimal(f"{abs(float(value)):.{digits}f}"))
        return Counted(text, one=form == "one")

    def signed(self, value: Any, digits: int = 0) -> str:
        """Return `value` with its sign; a value that rounds to zero has none."""
        return self._with_sign(value, digits, self.number(value, digits))

    def percent(self, value: Any, digits: int = 1) -> str:
        """Return the ratio `value` as a percentage."""
        return self._apply(self._percent, value, digits)

    def signed_percent(self, value: Any, digits: int = 1) -> str:
        """Return the ratio `value` as a percentage with its sign."""
        return self._with_sign(value, digits + 2, self.percent(value, digits))

    def gap(self, value: Any) -> str:
        """Return a proven gap as a percentage, never smaller than it is."""
        if is_missing(value):
            return MISSING
        pattern = _with_decimals(self._percent, "#" * 12)
        return parse_pattern(pattern).apply(round_up_to_two_digits(float(value)), self.locale)

    def money(self, value: Any) -> str:
        """Return an amount without cents, with the currency."""
        return self._apply(self._money, value, 0)

    def compact_money(self, value: Any) -> str:
        """Return an amount for a headline: three figures from 100,000 up, whole below."""
        if is_missing(value) or abs(float(value)) < _COMPACT_FROM:
            return self.money(value)
        amount = float(value)
        # Three figures first, so that 999,999 is one million and not a thousand thousand.
        amount = round(amount, 2 - math.floor(math.log10(abs(amount))))
        power = 10 ** (math.floor(math.log10(abs(amount)) / 3) * 3)
        digits = 2 - math.floor(math.log10(abs(amount) / power))
        text = format_compact_currency(
            amount, self.currency, locale=self.locale, fraction_digits=digits
        )
        return text.replace("-", MINUS)

    def month(self, value: Any) -> str:
        """Return YYYY-MM as month and year; what is no month comes back unchanged."""
        return self._date(value, "MMM y")

    def month_tick(self, value: Any) -> str:
        """Return YYYY-MM as the month's short name."""
        return self._date(value, "MMM")

    def _date(self, value: Any, skeleton: str) -> str:
        text = "" if is_missing(value) else str(value)
        try:
            year, month = (int(part) for part in text.split("-"))
            return format_date(date(year, month, 1), skeleton, locale=self.locale)
        except ValueError:
            return text or MISSING

    def _apply(self, pattern: str, value: Any, digits: int) -> str:
        if is_missing(value):
            return MISSING
        shift = digits + 2 if "%" in pattern else digits
        rounded = round(float(value), shift) + 0.0  # + 0.0 turns -0.0 into 0.0
        prepared = self._patterns.get((pattern, digits))
        if prepared is None:
            prepared = parse_pattern(_with_decimals(pattern, "0" * digits))
            self._patterns[pattern, digits] = prepared
        text = prepared.apply(
            rounded,
            self.locale,
            currency=self.currency if "¤" in pattern else None,
            currency_digits=False,
        )
        return text.replace("-", MINUS)

    def _with_sign(self, value: Any, shift: int, text: str) -> str:
        positive = not is_missing(value) and round(float(value), shift) > 0
        return f"+{text}" if positive else text
