"""Turn frames into tables of text: every cell formatted, every heading in the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from reports.format import Formats
from reports.labels import Texts
from reports.phrases import RULES, Phrases

NUMERIC = frozenset({"number", "deals", "factor", "money", "percent", "deviation"})


@dataclass(frozen=True, kw_only=True)
class Column:
    """Hold one heading."""

    label: str
    numeric: bool


@dataclass(frozen=True, kw_only=True)
class Table:
    """Hold one table ready to print; `foot` is a row of totals, `note` what was left out."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Writer:
    """Write cells and tables in one language."""

    texts: Texts
    formats: Formats

    @cached_property
    def say(self) -> Phrases:
        """Return what says our sentences in the language of the page."""
        return Phrases(self.texts, self.formats)

    @cached_property
    def say_rule(self) -> Phrases:
        """Return what says messages of the independent check in the language of the page."""
        return Phrases(self.texts, self.formats, RULES)

    def cell(self, kind: str, value: Any) -> str:
        """Return one cell; `name:<group>` and `sentence` say words of ours in the language."""
        if kind.startswith("name:"):
            return self.texts.name(kind.removeprefix("name:"), value)
        if kind == "text":
            return self.texts.name("", value)
        if kind in {"sentence", "broken_rule"}:
            say = self.say if kind == "sentence" else self.say_rule
            return say(self.texts.name("", value))
        return self._numeric()[kind](value)

    def _numeric(self) -> Mapping[str, Callable[[Any], str]]:
        formats = self.formats
        return {
            "number": formats.number,
            "deals": lambda value: formats.number(value, 1),
            "factor": lambda value: formats.number(value, 2),
            "money": formats.number,
            "percent": formats.percent,
            "deviation": formats.signed_percent,
            "month": formats.month,
        }

    def column(self, name: str, kind: str) -> Column:
        """Return the heading of a column; money says its currency."""
        label = self.texts(f"col.{name}", currency=self.formats.currency)
        return Column(label=label, numeric=kind in NUMERIC)

    def table(
        self,
        frame: pd.DataFrame,
        columns: Mapping[str, str],
        *,
        caption: str,
        limit: int | None = None,
        foot: Sequence[str] = (),
    ) -> Table:
        """Return `columns` (name: kind) of `frame`; rows beyond `limit` are counted, not shown."""
        shown = frame if limit is None else frame.head(limit)
        rows = zip(*(shown[name].tolist() for name in columns), strict=True)
        kinds = list(columns.values())
        left = len(frame) - len(shown)
        return Table(
            caption=self.texts(caption),
            columns=tuple(self.column(name, kind) for name, kind in columns.items()),
            rows=tuple(
                tuple(self.cell(kind, value) for kind, value in zip(kinds, row, strict=True))
                for row in rows
            ),
            foot=tuple(foot),
            note=self.texts.count("table.more", left) if left else "",
        )

    def by_month(
        self,
        frame: pd.DataFrame,
        *,
        rows: Mapping[str, str],
        value: str,
        caption: str,
        digits: int = 0,
        order: Iterable[Any] | None = None,
    ) -> Table:
        """Return sums of `value` by `rows` (name: kind) and month, with totals at both ends."""
        names = list(rows)
        sums = frame.pivot_table(
            index=names, columns="month", values=value, aggfunc="sum", observed=True
        )
        sums = sums.sort_index() if order is None else sums.reindex(list(order)).dropna(how="all")
        number = self.formats.number
        body = []
        for key, amounts in zip(sums.index, sums.to_numpy().tolist(), strict=True):
            parts = key if isinstance(key, tuple) else (key,)
            words = [self.cell(rows[n], part) for n, part in zip(names, parts, strict=True)]
            total = number(sum(a for a in amounts if a == a), digits)  # noqa: PLR0124 - NaN
            body.append((*words, *(number(a, digits) for a in amounts), total))
        months = [Column(label=self.formats.month(m), numeric=True) for m in sums.columns]
        heads = [self.column(name, kind) for name, kind in rows.items()]
        totals = [number(total, digits) for total in sums.sum().tolist()]
        grand = number(float(sums.sum().sum()), digits)
        blank = [""] * (len(names) - 1)
        return Table(
            caption=self.texts(caption),
            columns=(*heads, *months, Column(label=self.texts("col.total"), numeric=True)),
            rows=tuple(body),
            foot=(self.texts("col.total"), *blank, *totals, grand) if len(body) > 1 else (),
        )
