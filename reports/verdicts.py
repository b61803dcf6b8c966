"""What was proved and what needs attention, in sentences a manager understands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from reports.format import Formats, is_missing
from reports.kpis import show
from reports.labels import Texts
from reports.page_tables import Table, Writer
from reports.phrases import Phrases
from scenarios.outcome import NO_PLAN, REJECTED, Outcome, SolveRecord

SHORTFALLS_SHOWN = 8
PROVED_GAP = 1e-9
"""A gap below this is printed as proved best: bound and objective are one number."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Hold what one solve proved."""

    stage: str
    sentence: str
    figures: str
    caveat: str
    status: str
    gap: str
    terms: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Alert:
    """Hold one warning; `tone` is "bad", "warn" or "note"."""

    tone: str
    text: str
    link: str = ""


def _proof_key(solve: SolveRecord) -> str:
    if solve.status in {"INFEASIBLE", "UNKNOWN"}:
        return solve.status.lower()
    if is_missing(solve.gap):
        return "no_bound"
    return "proved_best" if float(solve.gap or 0.0) <= PROVED_GAP else "proved_within"


def _figures(solve: SolveRecord, texts: Texts, formats: Formats) -> str:
    if is_missing(solve.objective) or is_missing(solve.bound):
        return ""
    key = "solve.figures_max" if solve.sense == "max" else "solve.figures_min"
    return texts(key, found=formats.money(solve.objective), limit=formats.money(solve.bound))


def verdict(solve: SolveRecord, texts: Texts, formats: Formats) -> Verdict:
    """Return what `solve` proved, and what was not proved, in words."""
    stage = texts.name("stage", solve.stage)
    caveat = f"solve.stopped.{solve.stopped_by}"
    return Verdict(
        stage=stage[:1].upper() + stage[1:],
        sentence=texts(f"solve.{_proof_key(solve)}", gap=formats.gap(solve.gap)),
        figures=_figures(solve, texts, formats),
        caveat=texts(caveat) if caveat in texts else "",
        status=texts.name("status", solve.status),
        gap=formats.gap(solve.gap),
        terms=tuple((texts.name("term", k), formats.money(v)) for k, v in solve.terms.items()),
        notes=tuple(map(Phrases(texts, formats), solve.notes)),
    )


def _amount(formats: Formats, texts: Texts, row: Mapping[str, Any]) -> str:
    amount = formats.count(row.get("amount"), 0 if _large_or_whole(row) else 1)
    return f"{amount} {texts.unit('unit', str(row.get('unit', '')), amount)}".strip()


def _large_or_whole(row: Mapping[str, Any]) -> bool:
    if is_missing(row.get("amount")):
        return False
    amount = float(row["amount"])
    return abs(amount) >= 10 or amount.is_integer()


def shortfall_tables(outcome: Outcome, writer: Writer) -> list[Table]:
    """Return what is left undone, why, and what would help: the first ones, then the others."""
    if not outcome.shortfalls:
        return []
    frame = _shortfall_frame(outcome, writer.texts, writer.formats)
    parts = {
        "shortfalls.table": frame.head(SHORTFALLS_SHOWN),
        "shortfalls.more": frame.iloc[SHORTFALLS_SHOWN:],
    }
    said = dict.fromkeys(("subject", "amount", "reason", "remedy"), "sentence")
    columns = {**said, "amount": "text", "code": "text"}
    return [writer.table(p, columns, caption=c) for c, p in parts.items() if len(p)]


def _shortfall_frame(outcome: Outcome, texts: Texts, formats: Formats) -> pd.DataFrame:
    rows = [
        {
            **{name: str(row.get(name, "")) for name in ("subject", "reason", "remedy", "code")},
            "amount": _amount(formats, texts, row),
        }
        for row in outcome.shortfalls
    ]
    return pd.DataFrame(rows)


def _too_late(table: pd.DataFrame, texts: Texts, formats: Formats) -> Alert | None:
    deals = float(table["deals_at_risk"].sum()) if len(table) else 0.0
    if deals <= 0:
        return None
    revenue = formats.money(table["revenue_at_risk_eur"].sum())
    text = texts("alert.too_late", deals=show(formats, "deals", deals), revenue=revenue)
    return Alert(tone="warn", text=text, link="funnel")


def _state_alert(outcome: Outcome, texts: Texts) -> Alert | None:
    if outcome.state == REJECTED:
        text = texts.count("alert.violations", len(outcome.violations))
        return Alert(tone="bad", text=text)
    if outcome.state == NO_PLAN:
        return Alert(tone="bad", text=texts("alert.no_plan"))
    return None


def alerts(outcome: Outcome, texts: Texts, formats: Formats) -> list[Alert]:
    """Return the warnings that matter, the gravest first."""
    found = [_state_alert(outcome, texts)]
    if outcome.shortfalls:
        text = texts.count("alert.shortfalls", len(outcome.shortfalls))
        found.append(Alert(tone="warn", text=text))
    found.append(_too_late(outcome.too_late, texts, formats))
    if len(outcome.set_aside):
        text = texts.count("alert.set_aside", len(outcome.set_aside))
        found.append(Alert(tone="warn", text=text, link="findings"))
    for solve in outcome.solves:
        if solve.stopped_by in {"time", "cancel"}:
            stage = texts.name("stage", solve.stage)
            text = texts(f"alert.stopped.{solve.stopped_by}", stage=stage)
            found.append(Alert(tone="note", text=text))
    return [alert for alert in found if alert is not None]
