"""A sourcing story in some lines for the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from reports.plain import as_text
from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED
from scenarios.sourcing import SourcingStory

STATES = {
    PLANNED: "planned and checked",
    INTERRUPTED: "interrupted: the best plan found before the stop, checked",
    NO_PLAN: "no plan",
    REJECTED: "REJECTED by the independent check",
}
STOPPED = {
    "proof": "proved to be the best there is",
    "gap": "stopped at the gap asked for",
    "effort": "stopped at the limit of the search",
    "time": "stopped by the time limit: another run may find another plan",
    "cancel": "stopped by hand",
}
MEASURES = {
    "objective_eur": "worth of the plan",
    "baseline_eur": "worth of doing nothing",
    "extra_worth_eur": "worth more than doing nothing",
    "extra_cost_eur": "extra cost",
    "extra_margin_eur": "extra margin",
    "extra_profit_eur": "extra profit",
    "roi": "return on the extra cost",
    "saves_eur": "costs less by",
    "payback_month": "money back",
    "cash_low_eur": "deepest out of pocket",
    "margin_eur": "margin",
    "cost_eur": "cost of sales",
    "terminal_eur": "worth of what is on its way",
    "outstanding_eur": "paid after the horizon",
    "customers": "deals won",
    "cac_eur": "cost of a deal won",
    "marginal_cac_eur": "cost of each deal more",
    "coverage": "deals won of those wanted",
    "worst_month_coverage": "in the worst month",
    "worst_phase_coverage": "hours covered where fewest",
    "cvar_eur": "worth in the worst cases",
    "target_missed_probability": "probability to miss the target",
    "lowest_month_cash_eur": "lowest cash of a month",
    "largest_provider_share": "largest provider's share of work",
    "longest_commitment_months": "longest commitment, months",
    "evpi_eur": "worth of knowing the demand",
    "vss_eur": "worth of planning for all cases",
}
PERCENT = {
    "roi",
    "coverage",
    "worst_month_coverage",
    "worst_phase_coverage",
    "target_missed_probability",
    "largest_provider_share",
}
TITLES = (
    ("costs", "Cost", (("source", "paid for"), ("cost_eur", "EUR"), ("discounted_eur", "today"))),
    (
        "risk",
        "If demand turns out",
        (
            ("demand", "demand"),
            ("probability", "probability"),
            ("profit_eur", "profit"),
            ("deals_wanted", "wanted"),
            ("deals_won", "won"),
        ),
    ),
    (
        "profit_curve",
        "Profit by number of hires",
        (
            ("offer", "offer"),
            ("rule", ""),
            ("hires", "hires"),
            ("profit_eur", "profit"),
            ("bound_eur", "no plan above"),
        ),
    ),
    (
        "ladder",
        "Profit without a lever",
        (("without", "without"), ("profit_eur", "profit"), ("costs_eur", "lower by")),
    ),
    (
        "break_even",
        "Break-even prices",
        (
            ("lever", "what"),
            ("unit", "unit"),
            ("today", "today"),
            ("pays_below", "pays below"),
            ("pays_not_above", "never above"),
            ("kind", ""),
        ),
    ),
)
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
            shown = shown.replace({"without": {"": "nothing left out"}})
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
        until = {"hire": "arrives", "contract": "until", "tool": "until"}.get(row["kind"], "")
        tail = f", {until} {row['until']}" if until and row["until"] else ""
        yield f"  {row['month']}  {row['kind']:<9} {row['name']}: {_amount(row)}{tail}"
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
