"""Whatever is broken, no row gets lost, nothing crashes, and checking again changes nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspace_builders import TABLES, Draft

from scenarios.finding_codes import CODES
from scenarios.read import load_workspace, recheck
from scenarios.tables import TABLES as SPECS
from scenarios.workspace import Workspace

NASTY = (
    "", " ", "A1", "R1", "gold", "Gold", "prospecting", "inf", "-1", "0", "1e400", "nan", "12O0",
    "-91", "999", "2027-01", "31/12/2026", "0001-01-01", "yes", "perhaps", "a|b", "|", "=1+1",
    '"', "x,y", "two\nlines", "é\u202f", "1.234", "1,5",
)  # fmt: skip


def breakages() -> st.SearchStrategy[list[tuple[str, int, int, str]]]:
    """Lists of (table, row, column, new cell); rows and columns count modulo what is there."""
    cell = st.tuples(
        st.sampled_from(list(TABLES)), st.integers(0, 5), st.integers(0, 14), st.sampled_from(NASTY)
    )
    return st.lists(cell, min_size=1, max_size=8)


def broken(cells: list[tuple[str, int, int, str]], repeated: str) -> Draft:
    draft = Draft()
    for table, row, column, value in cells:
        chosen = draft.tables[table][row % len(draft.tables[table])]
        chosen[list(chosen)[column % len(chosen)]] = value
    draft.like(repeated, 0)
    return draft


def assert_typed(workspace: Workspace) -> None:
    for name, frame in workspace.tables.items():
        assert list(frame.columns) == [c.name for c in SPECS[name].columns]
        assert frame.index.is_unique
        model = MODEL[name]
        assert frame.dtypes.to_dict() == model.dtypes.to_dict(), name


MODEL: dict[str, pd.DataFrame] = {}


@pytest.fixture(scope="module", autouse=True)
def _model(tmp_path_factory: pytest.TempPathFactory) -> None:
    MODEL.update(Draft().load(tmp_path_factory.mktemp("model")).tables)


@given(cells=breakages(), repeated=st.sampled_from(list(TABLES)))
@settings(max_examples=12, deadline=None)
def test_broken_cells_lose_no_row(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, int, int, str]],
    repeated: str,
) -> None:
    workspace = broken(cells, repeated).load(tmp_path_factory.mktemp("broken"))
    assert_typed(workspace)
    aside = workspace.set_aside["table"].value_counts()
    for table, frame in workspace.tables.items():
        assert workspace.rows_read[table] == len(frame) + aside.get(table, 0)
    found = {(f.table, f.row) for f in workspace.findings}
    assert {(r.table, r.row) for r in workspace.set_aside.itertuples()} <= found
    assert all(f.severity is CODES[f.code].severity_in(f.table) for f in workspace.findings)
    assert list(workspace.findings) == sorted(workspace.findings)


@given(cells=breakages(), repeated=st.sampled_from(list(TABLES)))
@settings(max_examples=8, deadline=None)
def test_checking_again_finds_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    cells: list[tuple[str, int, int, str]],
    repeated: str,
) -> None:
    first = broken(cells, repeated).load(tmp_path_factory.mktemp("again"))
    before = {name: frame.copy(deep=True) for name, frame in first.tables.items()}
    again = recheck(first)
    assert again.findings == first.findings
    assert again.set_aside.equals(first.set_aside)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(first.tables[name], frame)
        pd.testing.assert_frame_equal(again.tables[name], frame)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=4, deadline=None)
def test_the_order_of_rows_changes_no_kind_of_finding(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    """Shuffled files give the same codes, as many of each, on the same values."""
    draft = Draft().cells("accounts", 2, lat_deg="47.2", lon_deg="-1.55", owner="R9")
    draft.cells("skills", 3, productivity="9").cells("targets", 1, pool="west")
    plain = draft.load(tmp_path_factory.mktemp("plain"))
    shuffler = random.Random(seed)
    for rows in draft.tables.values():
        names = list(rows[0])
        shuffler.shuffle(rows)
        rows[0] = {name: rows[0][name] for name in names}
    mixed = draft.load(tmp_path_factory.mktemp("mixed"))
    assert sorted((f.code, f.value) for f in mixed.findings) == sorted(
        (f.code, f.value) for f in plain.findings
    )


def test_the_same_files_give_the_same_workspace(tmp_path: Path) -> None:
    folder = broken([("accounts", 1, 2, "999"), ("reps", 0, 3, "x")], "skills").write(tmp_path)
    first, second = load_workspace(folder), load_workspace(folder)
    assert first.findings == second.findings
    assert all(first.tables[name].equals(second.tables[name]) for name in first.tables)


@pytest.mark.parametrize("table", TABLES)
def test_any_table_may_be_absent_or_empty(tmp_path: Path, table: str) -> None:
    """A required table then is an error; no other table brings the check down."""
    absent = Draft().without(table).load(tmp_path / "absent")
    draft = Draft()
    draft.tables[table] = []
    empty = draft.load(tmp_path / "empty")
    for workspace in (absent, empty):
        assert workspace.tables[table].empty
        assert_typed(workspace)
        missing = [f for f in workspace.findings if f.code == "table_missing"]
        assert bool(missing) == SPECS[table].required
