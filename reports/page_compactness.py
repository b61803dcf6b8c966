"""The part of the page that says how the territories look, in plain words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.kpis import show, spec_of
from reports.page_tables import Column, Table, Writer
from scenarios.outcome import Outcome

SHOWN = (
    "stray_share",
    "contiguous_share",
    "among_others_share",
    "mean_km_to_middle",
    "polsby_popper",
    "reock",
)
_EACH = {
    "accounts": "number",
    "pieces": "number",
    "stray_accounts": "number",
    "accounts_among_others": "number",
    "mean_km_to_middle": "deals",
    "polsby_popper": "factor",
    "reock": "factor",
}


@dataclass(frozen=True, kw_only=True)
class Looks:
    """Hold the table of all territories together, that of each, and what was measured."""

    summary: Table
    each: Table
    note: str
    strays: tuple[str, ...]


def looks_view(outcome: Outcome, writer: Writer) -> Looks | None:
    """Return how the territories look before and after; None where nothing was measured."""
    rows = [row for row in (_row(outcome, writer, name) for name in SHOWN) if row]
    table = outcome.compactness
    if not rows or table.empty:
        return None
    source = str(table["drawn_from"].iloc[0])
    return Looks(
        summary=Table(
            caption=writer.texts("looks.table"),
            columns=tuple(_heads(writer)),
            rows=tuple(rows),
        ),
        each=writer.table(table, _columns(), caption="looks.each"),
        note=writer.texts.name("looks.drawn", source),
        strays=tuple(_stray_sentences(outcome, writer)),
    )


def _stray_sentences(outcome: Outcome, writer: Writer) -> Iterator[str]:
    """Say what cut accounts off; where no rule speaks of it, what the plan did and could do."""
    names = ("after", "given", "left")
    after, given, left = (outcome.kpis.get(f"stray_accounts_{name}") or 0.0 for name in names)
    if not after:
        return
    number = writer.formats.count
    figures = {"given": number(given), "left": number(left), "old": number(after - given - left)}
    yield writer.texts("looks.strays", after=number(after), **figures)
    rules = outcome.assumptions
    if rules.loc[rules["key"] == "territory.contiguity", "value"].astype(str).eq("off").any():
        yield writer.texts("looks.strays.free")


def _heads(writer: Writer) -> list[Column]:
    kinds = {"measure": "text", "before": "number", "after": "number", "meaning": "text"}
    return [writer.column(name, kind) for name, kind in kinds.items()]


def _row(outcome: Outcome, writer: Writer, name: str) -> tuple[str, ...]:
    """Return measure, before, after and meaning; nothing when the plan lacks the figure."""
    if f"{name}_after" not in outcome.kpis:
        return ()
    figures = [
        show(writer.formats, spec_of(f"{name}_{when}").kind, outcome.kpis.get(f"{name}_{when}"))
        for when in ("before", "after")
    ]
    return writer.texts(f"looks.{name}"), *figures, writer.texts(f"looks.{name}.text")


def _columns() -> dict[str, str]:
    kinds = {f"{name}_{when}": kind for name, kind in _EACH.items() for when in ("before", "after")}
    return {"name": "text", "pool": "text", **kinds}
