"""What is known about one kind of finding, whatever workspace it is found in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scenarios.errors import Severity
from scenarios.tables import TABLES


class Stage(StrEnum):
    """Say when a finding is made: while files are read, or by a rule on typed tables."""

    READING = "reading"
    RULES = "rules"


@dataclass(frozen=True, kw_only=True)
class FindingCode:
    """Describe one kind of finding.

    Attributes
    ----------
    code
        Stable name, unique.
    stage
        Findings of RULES are made again by every recheck.
    severity
        What it leads to.
    error_outside_bulk
        True: an error in tables whose rows are rules or people (`TableSpec.bulk` is False).
    title, meaning, remedy, example
        For people; `meaning` says what Quartier does about it.
    """

    code: str
    stage: Stage
    severity: Severity
    title: str
    meaning: str
    remedy: str
    example: str
    error_outside_bulk: bool = False

    def severity_in(self, table: str) -> Severity:
        """Return the severity the finding has in `table` ("" for the workspace itself)."""
        bulk = table in TABLES and TABLES[table].bulk
        if self.error_outside_bulk and not bulk:
            return Severity.ERROR
        return self.severity


def rule_code(
    code: str,
    severity: Severity,
    title: str,
    meaning: str,
    remedy: str,
    example: str,
    *,
    error_outside_bulk: bool = False,
) -> FindingCode:
    """Return the code of a rule on typed tables."""
    return FindingCode(
        code=code,
        stage=Stage.RULES,
        severity=severity,
        title=title,
        meaning=meaning,
        remedy=remedy,
        example=example,
        error_outside_bulk=error_outside_bulk,
    )


def reading_code(
    code: str, severity: Severity, title: str, meaning: str, remedy: str, example: str
) -> FindingCode:
    """Return the code of a fault met while reading.

    A row or cell in quarantine is an error outside bulk tables.
    """
    return FindingCode(
        code=code,
        stage=Stage.READING,
        severity=severity,
        title=title,
        meaning=meaning,
        remedy=remedy,
        example=example,
        error_outside_bulk=severity is Severity.QUARANTINE,
    )
