"""A sourcing story in some lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from reports.plain import as_text
from reports.sourcing_words import MEASURES, PERCENT, STATES, STOPPED, TITLES
from scenarios.outcome import REJECTED
from scenarios.sourcing import SourcingStory

MOST_SHORTFALLS = 5
MOST_DECISIONS = 30
MOST_COSTS = 15


def sourcing_text(story: SourcingStory) -> str:
    """Return what leadership asks first: what to do, what it is worth, what can go wrong."""
    lines = [f"{story.workspace}, {story.title}: {STATES[story.state]}", f"  {_proof(story)}"]
    if story.state == REJECTED:
        lines += [f"  {each.rule}: {each.message}" for each in story.violations]
        return as_text(lines)
    for parts in (_shortfalls(story), _decisions(story), _measures(story)):
        lines += list(parts)
    for name, title, columns in TITLES:
        frame = story.tables.get(name)
        if frame is not None and len(frame):
            shown = _fewer_costs(frame) if name == "costs" else frame
            shown = _named(shown)
            lines += ["", title, *_table(shown, columns)]
    lines += ["", *(f"Note: {note}" for note in story.notes)] if story.notes else []
    return as_text(lines)


def _proof(story: SourcingStory) -> str:
    """Return status, bound and gap in one line."""
    if story.objective is None:
        return f"{story.status}: {STOPPED.get(story.stopped_by, story.stopped_by)}"
    bound = "" if story.bound is None else f", no plan is worth more than {_money(story.bound)}"
    gap = "" if story.gap is None else f" (gap {story.gap:.3%})"
    how = STOPPED.get(story.stopped_by, story.stopped_by)
    worth = f"{_money(story.objective)} {story.currency}"
    return f"{story.status}: worth {worth}{bound}{gap}; {how}"


def _shortfalls(story: SourcingStory) -> Iterator[str]:
    if story.shortfalls:
        yield ""
        yield "Left undone" if story.tables else "Why there is no plan"
    for each in story.shortfalls[:MOST_SHORTFALLS]:
        yield (
            f"  {each['amount']:,.2f} {each['unit']} of {each['subject']}: {each['reason']}; "
            f"{each['remedy']}"
        )
    if len(story.shortfalls) > MOST_SHORTFALLS:
        yield f"  and {len(story.shortfalls) - MOST_SHORTFALLS} more in sourcing.json"


def _decisions(story: SourcingStory) -> Iterator[str]:
    frame = story.tables.get("decisions")
    if frame is None:
        return
    yield ""
    yield "What to decide" if len(frame) else "Nothing is to be decided: hire, buy and train nobody"
    for row in frame.head(MOST_DECISIONS).to_dict("records"):
        until = {"hire": "arrives", "contract": "until", "pilot": "until", "tool": "until"}.get(
            row["kind"], ""
        )
        tail = f", {until} {row['until']}" if until and row["until"] else ""
        yield f"  {row['month']}  {row['kind']:<10} {row['name']}: {_amount(row)}{tail}"
    if len(frame) > MOST_DECISIONS:
        yield f"  and {len(frame) - MOST_DECISIONS} more in sourcing_decisions.csv"


def _amount(row: dict[Any, Any]) -> str:
    unit = row["unit"][:-1] if row["amount"] == 1 else row["unit"]
    return f"{row['amount']:g} {unit}"


def _measures(story: SourcingStory) -> Iterator[str]:
    frame = story.tables.get("measures")
    if frame is None:
        return
    yield ""
    yield "What it is worth"
    width = max(len(title) for title in MEASURES.values())
    for row in frame.to_dict("records"):
        yield f"  {MEASURES[row['measure']]:<{width}}  {_measure(row)}"


def _measure(row: dict[Any, Any]) -> str:
    name, words = row["measure"], row["words"]
    if name == "payback_month":
        return str(words)
    if _missing(row["value"]) and not _missing(row["low"]):
        high = "no limit proved" if _missing(row["high"]) else _money(row["high"])
        return f"{_money(row['low'])} to {high}"
    tail = f" ({words})" if words else ""
    if _missing(row["value"]):
        return f"-{tail}"
    if name in PERCENT:
        return f"{row['value']:.1%}{tail}"
    digits = 2 if name == "customers" else 0
    return f"{row['value']:,.{digits}f}{tail}"


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with words for what is empty, and for what decisions were made for."""
    if "made_for" in frame:
        demand = [f"{name} demand" if name else "" for name in frame["demand"]]
        return frame.assign(
            decision=[b or a for a, b in zip(frame["made_for"], demand, strict=True)]
        )
    return frame.replace({"without": {"": "nothing left out"}})


def _fewer_costs(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the largest costs in their order, the others as one, and the total."""
    parts, total = frame.iloc[:-1], frame.iloc[-1:]
    if len(parts) <= MOST_COSTS:
        return frame
    large = parts["cost_eur"].nlargest(MOST_COSTS - 1).index
    others = parts.drop(index=large)
    row = others[["cost_eur", "discounted_eur"]].sum().to_frame().T
    row.insert(0, "source", f"{len(others)} others, see sourcing_costs.csv")
    return pd.concat([parts.loc[sorted(large)], row, total], ignore_index=True)


def _table(frame: pd.DataFrame, columns: Sequence[tuple[str, str]]) -> list[str]:
    cells = [[title for _, title in columns]]
    cells += [[_cell(row[name], name) for name, _ in columns] for row in frame.to_dict("records")]
    widths = [max(len(line[at]) for line in cells) for at in range(len(columns))]
    right = [pd.api.types.is_numeric_dtype(frame[name].dtype) for name, _ in columns]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if numeric else cell.ljust(width)
            for cell, width, numeric in zip(line, widths, right, strict=True)
        ).rstrip()
        for line in cells
    ]


def _cell(value: Any, name: str) -> str:
    if isinstance(value, str):
        return value
    if _missing(value):
        return "-"
    if name == "probability":
        return f"{value:.0%}"
    digits = (
        2 if name in {"deals_wanted", "deals_won", "today", "pays_below", "pays_not_above"} else 0
    )
    return f"{value:,.{digits}f}"


def _missing(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _money(value: float) -> str:
    return f"{value:,.2f}"
