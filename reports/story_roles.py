"""What the rules on roles cost a phase or a person: conflicts, ways out, proofs."""

from __future__ import annotations

import pandas as pd

from reports.plain import Facts, rows
from reports.units import quantity
from scenarios.outcome import Outcome

CONFLICT, RELAXED, PROOF = "conflict", "relaxed", "proof"
ALL = "all"
"""Subject of the way out of every conflict: all rules given up."""
MOST = 3


def conflicts_of(outcome: Outcome, *, phase: str = "", rep_id: str = "") -> list[Facts]:
    """Return the conflicts of rules that bear on a phase or a person, each with its ways out."""
    reasons = outcome.role_reasons
    if not len(reasons):
        return []
    found = reasons[reasons["kind"].isin([CONFLICT, RELAXED])]
    ways_out = found[found["kind"] == RELAXED]
    about = ways_out[(ways_out["phase"] == phase) if phase else (ways_out["rep_id"] == rep_id)]
    needs = found[found["kind"] == CONFLICT]
    needs = _where(needs, [phase in _words(reason) for reason in needs["reason"]])
    named = set(about["subject"]) | (set(needs["subject"]) if phase else set())
    return [
        {
            **conflict,
            "ways_out": rows(ways_out[ways_out["subject"].isin([conflict["subject"], ALL])]),
        }
        for conflict in rows(found[found["kind"] == CONFLICT])
        if conflict["subject"] in named
    ]


def _words(reason: str) -> list[str]:
    """Return the phases that a conflict wants covered."""
    rules = reason.partition(": ")[2].split("; ")
    return [rule.split(" in ")[0].removesuffix(" is covered") for rule in map(_bare, rules)]


def _bare(rule: str) -> str:
    return rule.partition(" (")[0]


def proofs_of(outcome: Outcome, phase: str) -> list[Facts]:
    """Return the sums that show hours missing whatever the roles, of sets with the phase."""
    reasons = outcome.role_reasons
    if not len(reasons):
        return []
    proofs = reasons[reasons["kind"] == PROOF]
    return rows(_where(proofs, [_about(subject, phase) for subject in proofs["subject"]]))


def _where(frame: pd.DataFrame, marks: list[bool]) -> pd.DataFrame:
    """Return the rows marked; an empty list of marks is no list of columns."""
    return frame[pd.Series(marks, index=frame.index, dtype=bool)]


def _about(subject: str, phase: str) -> bool:
    """Say whether a list of phases, perhaps after its pool, names the phase."""
    names = subject.rpartition(": ")[2].replace(" and ", ", ").split(", ")
    return phase in names


def conflict_lines(conflicts: list[Facts]) -> list[str]:
    """Tell each conflict and what giving up one of its rules brings."""
    lines = []
    for conflict in conflicts[:MOST]:
        lines.append(f"  conflict   {conflict['period']}: {conflict['reason']}")
        lines += [
            f"  way out    {way['reason']}: saves {quantity(way['saved_hours'], 'saved_hours')}"
            f", {quantity(way['short_hours'], 'short_hours')} stay short"
            for way in conflict["ways_out"]
        ]
    return lines


def proof_lines(proofs: list[Facts]) -> list[str]:
    """Tell what no roles can cover."""
    return [f"  proved     {proof['period']}: {proof['reason']}" for proof in proofs[:MOST]]
