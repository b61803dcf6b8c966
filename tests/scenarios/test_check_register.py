"""Every code of the register can be found, and nothing is found in a fine workspace."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from finding_cases import DRAFT_CASES, FILE_CASES
from workspace_builders import Draft

from scenarios.errors import Finding, InputError
from scenarios.finding_codes import CHAPTERS, CODES
from scenarios.read import load_workspace, recheck
from scenarios.workspace import Workspace


@cache
def outcome(code: str, folder: Path) -> tuple[Workspace | None, tuple[Finding, ...]]:
    """Return the workspace with the defect, None when its rules are unusable, and findings."""
    draft = Draft()
    if code in DRAFT_CASES:
        DRAFT_CASES[code](draft)
    draft.write(folder / code)
    if code in FILE_CASES:
        FILE_CASES[code](folder / code)
    try:
        workspace = load_workspace(folder / code)
    except InputError as error:
        return None, error.findings
    return workspace, workspace.findings


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("register")


def loaded(code: str, folder: Path) -> Workspace:
    workspace, _ = outcome(code, folder)
    assert workspace is not None
    return workspace


def test_nothing_is_found_in_a_fine_workspace(tmp_path: Path) -> None:
    assert Draft().load(tmp_path).findings == ()


def test_every_code_has_a_case_and_every_case_a_code() -> None:
    assert sorted({**DRAFT_CASES, **FILE_CASES}) == sorted(CODES)
    assert not set(DRAFT_CASES) & set(FILE_CASES)


def test_codes_stand_once_in_the_register() -> None:
    assert sum(len(chapter) for chapter in CHAPTERS.values()) == len(CODES)


@pytest.mark.parametrize("code", [*FILE_CASES, *DRAFT_CASES])
def test_each_defect_is_found_and_explained(code: str, folder: Path) -> None:
    found = [f for f in outcome(code, folder)[1] if f.code == code]
    assert found
    for finding in found:
        assert finding.severity is CODES[code].severity_in(finding.table)
        assert finding.message
        assert finding.remedy
        assert finding.file


@pytest.mark.parametrize("code", DRAFT_CASES)
def test_checking_again_changes_nothing(code: str, folder: Path) -> None:
    first = loaded(code, folder)
    again = recheck(first)
    assert again.findings == first.findings
    assert again.set_aside.equals(first.set_aside)
    for table, frame in first.tables.items():
        assert again.tables[table].equals(frame), table


@pytest.mark.parametrize("code", DRAFT_CASES)
def test_no_row_is_lost(code: str, folder: Path) -> None:
    workspace = loaded(code, folder)
    for table, frame in workspace.tables.items():
        aside = (workspace.set_aside["table"] == table).sum()
        assert workspace.rows_read[table] == len(frame) + aside, table


# What one defect brings with it by its nature.
IMPLIED = {
    "source_outside": {"override_account_unknown", "potential_account_unknown"},
    "column_unmapped": {"columns_unused"},
    "history_missing": {"history_phase_unknown", "id_duplicate"},
    "segment_unused": {"phase_segment_missing"},
    "owner_left": {"rep_outside_horizon"},
    "targets_missing": {"target_outside_horizon"},
    "rep_without_skills": {"override_rep_unusable"},
    "rep_fte_zero": {"override_rep_unusable"},
    "no_territory_holder": {"owner_inside", "override_rep_unusable"},
}


@pytest.mark.parametrize("code", DRAFT_CASES)
def test_one_defect_is_not_reported_as_many(code: str, folder: Path) -> None:
    found = {f.code for f in outcome(code, folder)[1]}
    assert found - IMPLIED.get(code, set()) == {code}
