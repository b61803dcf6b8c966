"""The plan in some lines for the terminal, and the same as plain values for `--json`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from reports.plain import Facts, as_text, plain_value, rows
from reports.stories import (
    account_json,
    account_story,
    phase_json,
    phase_story,
    rep_json,
    rep_story,
)
from reports.units import number, plain_title, quantity
from scenarios.errors import Finding, Severity
from scenarios.outcome import INTERRUPTED, NO_PLAN, PLANNED, REJECTED, Outcome

__all__ = [
    "account_json",
    "account_story",
    "findings_json",
    "findings_table",
    "phase_json",
    "phase_story",
    "rep_json",
    "rep_story",
    "summary",
    "summary_json",
]

STATES = {
    PLANNED: "planned and checked",
    INTERRUPTED: "interrupted: the best plan found before the stop",
    NO_PLAN: "no plan",
    REJECTED: "REJECTED by the independent check",
}
HEADLINES = (
    "profit",
    "margin_eur",
    "added_cost_eur",
    "coverage",
    "planned_deals",
    "target_deals",
    "hires",
    "uncovered_hours",
    "accounts",
    "accounts_moved",
    "moved_share",
    "accounts_set_aside",
)
IN_THE_REPORT_ONLY = (
    "stray_accounts",
    "among_others_share",
    "mean_km_to_middle",
    "polsby_popper",
    "reock",
)
SEVERITIES = tuple(Severity)
MOST_SHORTFALLS, MOST_DECISIONS, WIDTH = 3, 4, 100


def summary_json(outcome: Outcome) -> Facts:
    """Return state, proof, indicators, shortfalls, decisions and counts of findings."""
    solves = [
        {
            "stage": solve.stage,
            "status": solve.status,
            "sense": solve.sense,
            "objective": plain_value(solve.objective),
            "bound": plain_value(solve.bound),
            "gap": plain_value(solve.gap),
            "stopped_by": solve.stopped_by,
        }
        for solve in outcome.solves
    ]
    severities = outcome.findings["severity"].astype(str).tolist()
    return {
        "run_id": outcome.run_id,
        "workspace": outcome.workspace,
        "scenario": outcome.scenario,
        "title": outcome.title,
        "state": outcome.state,
        "currency": outcome.currency,
        "solves": solves,
        "kpis": {name: plain_value(value) for name, value in outcome.kpis.items()},
        "shortfalls": [dict(item) for item in _worst_first(outcome)],
        "decisions": rows(outcome.decisions),
        "findings": {s.value: severities.count(s.value) for s in SEVERITIES},
        "violations": rows(outcome.violations),
    }


def summary(outcome: Outcome) -> str:
    """Return about twenty lines: what was planned, how good it is proved to be, what is missing."""
    blocks = [
        _head(outcome),
        _solve_lines(outcome),
        _kpi_lines(outcome),
        _shortfall_lines(outcome),
        _decision_lines(outcome),
        _tail(outcome),
    ]
    return as_text(line for block in blocks for line in block)


def _head(outcome: Outcome) -> list[str]:
    title = outcome.title or outcome.workspace
    lines = [f"{title} ({outcome.workspace}, scenario {outcome.scenario})"]
    lines.append(f"  state       {STATES.get(outcome.state, outcome.state)}")
    broken = [
        f"  violation   {rule['rule']} {rule['subject']}: {rule['message']}"
        for rule in rows(outcome.violations)[:MOST_SHORTFALLS]
    ]
    return [*lines, *broken, *_more("violation", len(outcome.violations) - len(broken))]


def _solve_lines(outcome: Outcome) -> list[str]:
    return [
        f"  {solve.stage:<11} {solve.status}"
        + (
            ""
            if solve.objective is None
            else f", {quantity(solve.objective, 'eur', outcome.currency)}, "
            f"bound {quantity(solve.bound, 'eur', outcome.currency)}, "
            f"gap {quantity(solve.gap, 'gap')}"
        )
        + f" (stopped by {solve.stopped_by})"
        for solve in outcome.solves
    ]


def _kpi_lines(outcome: Outcome) -> list[str]:
    """Write the headline indicators two on a line, then those known before and after."""
    kpis, currency = outcome.kpis, outcome.currency
    single = [
        f"{plain_title(name)} {quantity(kpis[name], name, currency)}"
        for name in HEADLINES
        if name in kpis
    ]
    paired = [
        f"{plain_title(name.removesuffix('_before'))} {quantity(kpis[name], name, currency)}"
        f" -> {quantity(kpis[after], after, currency)}"
        for name in kpis
        if name.endswith("_before")
        and (after := f"{name.removesuffix('_before')}_after") in kpis
        and not name.startswith(IN_THE_REPORT_ONLY)
    ]
    pairs = [" | ".join(single[i : i + 3]) for i in range(0, len(single), 3)]
    return [f"  {line}" for line in [*pairs, *paired]]


def _worst_first(outcome: Outcome) -> list[Facts]:
    """Return the shortfalls, largest amount first within a unit, units in order of appearance."""
    units = list(dict.fromkeys(item["unit"] for item in outcome.shortfalls))
    return [
        {key: plain_value(value) for key, value in item.items()}
        for item in sorted(
            outcome.shortfalls, key=lambda item: (units.index(item["unit"]), -item["amount"])
        )
    ]


def _shortfall_lines(outcome: Outcome) -> list[str]:
    worst = _worst_first(outcome)
    lines = [line for item in worst[:MOST_SHORTFALLS] for line in _wrapped("short", _short(item))]
    return lines + _more("short", len(worst) - MOST_SHORTFALLS)


def _short(item: Facts) -> str:
    """Return one shortfall; a reason that states the amount says it all."""
    amount = number(item["amount"], 1)
    if amount in item["reason"]:
        return f"{item['reason']}; {item['remedy']}"
    return f"{item['subject']}: {amount} {item['unit']}, {item['reason']}; {item['remedy']}"


def _wrapped(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        f"{label:<11} {text}", width=WIDTH, initial_indent="  ", subsequent_indent=" " * 14
    )


def _decision_lines(outcome: Outcome) -> list[str]:
    decisions = rows(outcome.decisions)
    lines = []
    for item in decisions[:MOST_DECISIONS]:
        cost = quantity(item["cost_eur"], "cost_eur", outcome.currency)
        lines += _wrapped(item["kind"], f"{_decision(item)}, {cost}: {item['reason']}")
    return lines + _more("decisions", len(decisions) - MOST_DECISIONS)


def _decision(item: Facts) -> str:
    what = f"{item['count']:g} x {item['name'] or item['id']}"
    when = f"{item['start_month']} to {item['end_month'] or 'the end'}"
    return ", ".join(filter(None, (what, item["pool"], when)))


def _more(label: str, count: int) -> list[str]:
    return [f"  {label:<11} and {count} more in the report"] if count > 0 else []


def _tail(outcome: Outcome) -> list[str]:
    counts = summary_json(outcome)["findings"]
    told = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    return [
        f"  findings    {told or 'none'}",
        f"  run         {outcome.run_id}",
    ]


def findings_json(findings: Iterable[Finding]) -> list[Facts]:
    """Return one dict a finding, worst severity first, then by code and place."""
    return [
        {
            "file": f.file,
            "row": f.row,
            "column": f.column,
            "code": f.code,
            "severity": f.severity.value,
            "table": f.table,
            "value": f.value,
            "message": f.message,
            "remedy": f.remedy,
            "action": f.action,
        }
        for f in sorted(findings, key=_finding_order)
    ]


def findings_table(findings: Iterable[Finding], limit: int = 3) -> str:
    """Return the findings by code with their count, at most `limit` places each, and the remedy."""
    ordered = sorted(findings, key=_finding_order)
    if not ordered:
        return "no findings"
    groups = [list(group) for _, group in groupby(ordered, key=_finding_order_of_code)]
    lines = [line for group in groups for line in _group_lines(group, limit)]
    counts = ", ".join(
        f"{count} {severity.value}"
        for severity in SEVERITIES
        if (count := sum(f.severity is severity for f in ordered))
    )
    return as_text([*lines, f"{len(ordered)} findings: {counts}"])


def _group_lines(group: list[Finding], limit: int) -> list[str]:
    first = group[0]
    lines = [f"{first.severity.value} {first.code}, {len(group)} x: {first.message}"]
    lines += [f"    at {_place(finding)}" for finding in group[:limit]]
    if len(group) > limit:
        lines.append(f"    and {len(group) - limit} more")
    lines += [f"    {label}: {text}" for label, text in _advice(first)]
    return lines


def _advice(finding: Finding) -> list[tuple[str, str]]:
    told = [("done", finding.action), ("remedy", finding.remedy)]
    return [(label, text) for label, text in told if text]


def _place(finding: Finding) -> str:
    row = f", row {finding.row}" if finding.row else ""
    column = f", column {finding.column}" if finding.column else ""
    value = f": {finding.value!r}" if finding.value else ""
    return f"{finding.file}{row}{column}{value}"


def _finding_order(finding: Finding) -> tuple[Any, ...]:
    place = (finding.file, finding.row, finding.column, finding.value)
    return (*_finding_order_of_code(finding), *place)


def _finding_order_of_code(finding: Finding) -> tuple[int, str]:
    return SEVERITIES.index(finding.severity), finding.code
