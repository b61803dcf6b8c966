"""The part of the page on what own people alone could deliver at most."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome
from scenarios.outcome_throughput import ANY, AS_PLANNED, TWICE


@dataclass(frozen=True, kw_only=True)
class Throughput:
    """Hold the cases, and what they say in words."""

    table: Table
    words: str


def throughput_view(outcome: Outcome, writer: Writer) -> Throughput | None:
    """Return what the team could win a month, None when the run kept no such table."""
    found = outcome.throughput
    if not len(found):
        return None
    columns = {
        "work": "name:throughput",
        "roles": "name:throughput",
        "deals_at_hand": "deals",
        "deals": "deals",
        "margin_eur": "money",
        "margin_at_most_eur": "money",
        "bottleneck": "name:phase",
        "hour_value_eur": "money",
    }
    named = found.rename(columns={"phase": "bottleneck"})
    table = writer.table(named, columns, caption="throughput.table")
    parts = [_bottleneck(found, writer), _ceiling(found, writer), writer.texts("throughput.note")]
    return Throughput(table=table, words=" ".join(part for part in parts if part))


def _bottleneck(found: pd.DataFrame, writer: Writer) -> str:
    short = found[(found["roles"] == AS_PLANNED) & (found["phase"] != "")]
    if not len(short):
        return ""
    row = short.iloc[0]
    value = writer.formats.money(row["hour_value_eur"])
    phase = writer.texts.name("phase", row["phase"])
    return writer.texts("throughput.bottleneck", phase=phase, value=value)


def _ceiling(found: pd.DataFrame, writer: Writer) -> str:
    free = found[(found["work"] == TWICE) & (found["roles"] == ANY)]
    if not len(free):
        return ""
    row = free.iloc[0]
    return writer.texts(
        "throughput.ceiling",
        most=writer.formats.money(row["margin_at_most_eur"]),
        deals=writer.formats.count(row["deals"], 1),
    )
