"""The register of findings: every code once; docs/findings.md is generated from it."""

from __future__ import annotations

from scenarios.finding_code import FindingCode
from scenarios.finding_codes_accounts import ACCOUNT_CODES
from scenarios.finding_codes_capacity import CAPACITY_CODES
from scenarios.finding_codes_files import FILE_CODES
from scenarios.finding_codes_history import HISTORY_CODES
from scenarios.finding_codes_people import PEOPLE_CODES
from scenarios.finding_codes_process import PROCESS_CODES
from scenarios.finding_codes_roles import ROLE_CODES
from scenarios.finding_codes_sourcing import SOURCING_CODES
from scenarios.finding_codes_territory import TERRITORY_CODES

CHAPTERS: dict[str, tuple[FindingCode, ...]] = {
    "Files, columns and cells": FILE_CODES,
    "Accounts and places": ACCOUNT_CODES,
    "People and overrides": PEOPLE_CODES,
    "Working time and leave": CAPACITY_CODES,
    "Rules of territories": TERRITORY_CODES,
    "Rules of roles": ROLE_CODES,
    "Process, offers and targets": PROCESS_CODES,
    "Sourcing under uncertain demand": SOURCING_CODES,
    "History": HISTORY_CODES,
}
"""Title of a chapter of docs/findings.md -> its codes in order."""

CODES: dict[str, FindingCode] = {c.code: c for chapter in CHAPTERS.values() for c in chapter}
"""Code -> what is known about it."""
