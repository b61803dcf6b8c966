"""Write amounts, lists and months the way a sales manager reads them."""

from __future__ import annotations

from collections.abc import Sequence

_WORDS = (
    "no", "one", "two", "three", "four", "five", "six",
    "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def amount(value: float) -> str:
    """Write a number with one decimal at most, thousands apart.

    >>> amount(11.0), amount(1234.56), amount(0.25)
    ('11', '1,234.6', '0.2')
    """
    text = f"{value:,.1f}"
    return text.removesuffix(".0")


def number_word(count: int) -> str:
    """Write small counts as words.

    >>> number_word(2), number_word(40)
    ('two', '40')
    """
    return _WORDS[count] if count < len(_WORDS) else str(count)


def verb(count: int, singular: str, plural: str) -> str:
    """Choose the form of the verb."""
    return singular if count == 1 else plural


def listed(names: Sequence[str], last: str = "and") -> str:
    """Join names as in a sentence.

    >>> listed(["meeting", "proposal"]), listed(["a", "b", "c"], "or")
    ('meeting and proposal', 'a, b or c')
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def month_range(names: Sequence[str], months: Sequence[int]) -> str:
    """Write months, runs of three and more as a span.

    >>> month_range(["Jan", "Feb", "Mar", "Apr", "May"], [0, 2, 3, 4])
    'Jan, Mar to May'
    """
    spans: list[list[int]] = []
    for month in sorted(set(months)):
        if spans and month == spans[-1][-1] + 1:
            spans[-1].append(month)
        else:
            spans.append([month])
    return ", ".join(_span([names[month] for month in span]) for span in spans)


def _span(names: list[str]) -> str:
    return f"{names[0]} to {names[-1]}" if len(names) > 2 else ", ".join(names)
