"""What can go wrong on the user's side: findings in the input, errors without traceback."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Say what a finding leads to.

    ERROR: the workspace is rejected (exit 3). QUARANTINE: the row is planned by a substitute or
    set aside, and listed. REPAIR: a value was put right, and it is said how. WARNING: nothing
    was changed, somebody should look.
    """

    ERROR = "error"
    QUARANTINE = "quarantine"
    REPAIR = "repair"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """Name one defect of the input: where it is, what it is, what to do.

    `row` is the line number in the file, the header being line 1; 0 when the finding concerns
    the whole file. `action` says what Quartier did about it.
    """

    file: str
    row: int
    column: str
    code: str
    severity: Severity
    table: str
    value: str
    message: str
    remedy: str
    action: str = ""


class QuartierError(Exception):
    """Be the base of errors that are the user's to mend; shown without traceback."""


class UsageError(QuartierError):
    """Report a command or scenario that cannot be understood (exit 2)."""


class InputError(QuartierError):
    """Report input that cannot be planned (exit 3); carries every finding."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        self.findings = findings
        errors = sum(f.severity is Severity.ERROR for f in findings)
        super().__init__(f"{errors} error(s) in the input")
