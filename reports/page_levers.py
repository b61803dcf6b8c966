"""The tables of the page that vary assumptions, and hold deals against the months."""

from __future__ import annotations

from itertools import accumulate

import pandas as pd

from reports.page_tables import Table, Writer
from scenarios.outcome import Outcome


def sensitivity_view(outcome: Outcome, writer: Writer) -> Table | None:
    """Return hours and revenue with each assumption a tenth lower and higher, None without."""
    table = outcome.sensitivity
    if not len(table):
        return None
    columns = {
        "assumption": "name:assumption",
        "phase": "name:phase",
        "hours_lower": "deviation",
        "hours_when_lower": "number",
        "hours_when_higher": "number",
        "hours_higher": "deviation",
        "revenue_when_lower_eur": "money",
        "revenue_when_higher_eur": "money",
        "formula": "sentence",
    }
    named = zip(table["assumption"], table["phase"], table["formula"], strict=True)
    shown = table.assign(
        formula=[_formula(*row, writer) for row in named],
        hours_lower=_change(table["hours_when_lower"], table["hours_base"]),
        hours_higher=_change(table["hours_when_higher"], table["hours_base"]),
    )
    return writer.table(shown, columns, caption="sensitivity.table")


def _formula(assumption: str, phase: str, otherwise: str, writer: Writer) -> str:
    key = f"sensitivity.formula.{assumption}"
    if key not in writer.texts:
        return otherwise
    return writer.texts(key, phase=writer.texts.name("phase", phase))


def _change(changed: pd.Series[float], base: pd.Series[float]) -> pd.Series[float]:
    return changed / base.where(base > 0) - 1


def replay_view(outcome: Outcome, writer: Writer) -> Table | None:
    """Return by month the deals won so far in both ways of planning, None when they are one."""
    if not len(outcome.replay):
        return None
    amounts = ["deals_target", "deals_spread", "deals_cover", "hours_spread", "hours_cover"]
    table = outcome.replay.groupby("month", sort=True)[amounts].sum().reset_index()
    for name in ("deals_target", "deals_spread", "deals_cover"):
        table[f"{name}_so_far"] = list(accumulate(table[name].tolist()))
    columns = {
        "month": "month",
        "deals_target_so_far": "deals",
        "deals_spread_so_far": "deals",
        "deals_cover_so_far": "deals",
        "hours_spread": "number",
        "hours_cover": "number",
    }
    return writer.table(table, columns, caption="replay.table")
