"""Files from outside are hostile: each fault is a finding, never a traceback."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspace_builders import Draft, codes

from scenarios.errors import InputError
from scenarios.read import load_workspace
from scenarios.read_config import read_config


def accounts_file(folder: Path, data: bytes) -> Path:
    Draft().without("overrides").without("potentials").write(folder)
    (folder / "accounts.csv").write_bytes(data)
    return folder


def findings_of_config(folder: Path) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        read_config(folder)
    return [(f.code, f.column) for f in caught.value.findings]


@pytest.mark.parametrize("place", ["nowhere", "quartier.toml"])
def test_a_folder_that_is_none(tmp_path: Path, place: str) -> None:
    (tmp_path / "quartier.toml").write_text("", encoding="utf-8")
    assert findings_of_config(tmp_path / place) == [("config_missing", "")]


def test_an_impossible_folder_name() -> None:
    assert findings_of_config(Path("nul\0byte")) == [("config_missing", "")]


@pytest.mark.parametrize(
    "data",
    [b"a = ", b"\xff\xfe\x00", b"a = " + b"[" * 5000, b"a = 1\na = 2", b"#" * 1_100_000],
)
def test_rules_that_are_no_toml(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "quartier.toml").write_bytes(data)
    assert findings_of_config(tmp_path) == [("config_unreadable", "")]


def test_all_faults_of_the_rules_are_named_at_once(tmp_path: Path) -> None:
    draft = Draft().rule("horizon", months=0).rule("territory", workload_tolerence=0.1)
    draft.rule("segments", gold={"revenue_per_deal_eur": -1.0}).rule("travels", speed=3)
    draft.rule("funnel", seasonality=[1.0] * 11).rule("workspace", language="de", country="FR")
    assert findings_of_config(draft.write(tmp_path)) == [
        ("config_value", "workspace.language"),
        ("config_value", "workspace.country"),
        ("config_value", "horizon.months"),
        ("config_value", "segments.gold.revenue_per_deal_eur"),
        ("config_value", "funnel.seasonality"),
        ("config_key_unknown", "territory.workload_tolerence"),
        ("config_key_unknown", "travels"),
    ]


def test_the_nearest_key_is_proposed(tmp_path: Path) -> None:
    draft = Draft().rule("segments", gold={"revenue_per_deal_eur": 1.0, "visit_per_year": 2})
    with pytest.raises(InputError) as caught:
        read_config(draft.write(tmp_path))
    (finding,) = caught.value.findings
    assert finding.message.endswith("did you mean 'visits_per_year'?")


@pytest.mark.parametrize("section", ["sources", "columns"])
def test_tables_that_do_not_exist(tmp_path: Path, section: str) -> None:
    value: object = "a.csv" if section == "sources" else {"name": "Name"}
    draft = Draft().rule(section, acounts=value)
    assert findings_of_config(draft.write(tmp_path)) == [
        ("config_key_unknown", f"{section}.acounts")
    ]


@pytest.mark.parametrize("name", ["../outside.csv", "link.csv", "ABSOLUTE"])
def test_no_path_leads_out_of_the_workspace(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside.csv"
    outside.write_text("rep_id\nsecret\n", encoding="utf-8")
    name = str(outside) if name == "ABSOLUTE" else name
    folder = Draft().rule("sources", reps=name).write(tmp_path / "ws")
    (folder / "link.csv").symlink_to(outside)
    workspace = load_workspace(folder)
    assert "source_outside" in codes(workspace)
    assert workspace.tables["reps"].empty
    assert "secret" not in str(workspace.findings)


@pytest.mark.parametrize("name", ["", ".", "no\0.csv", "a" * 5000, "pipe.csv", "notes.docx"])
def test_names_that_are_no_files(tmp_path: Path, name: str) -> None:
    folder = Draft().rule("sources", reps="x").write(tmp_path)
    text = (folder / "quartier.toml").read_text(encoding="utf-8")
    shown = name.replace("\0", "\\u0000")
    (folder / "quartier.toml").write_text(text.replace('"x"', f'"{shown}"'), encoding="utf-8")
    (folder / "notes.docx").write_bytes(b"")
    os.mkfifo(folder / "pipe.csv")
    assert {"source_missing", "source_unreadable"} & set(codes(load_workspace(folder)))


OTHER_SUFFIXES = (".xlsx", ".parquet", ".tsv")
BAD_FILES: dict[str, bytes] = {
    "empty": b"",
    "blank": b"\n \n;;;\n",
    "header": b"account_id,segment\n",
    "picture": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "controls": bytes(range(1, 32)) * 9,
    "quote": b'account_id,segment\nA1,"gold\nA2,silver\n',
    "workbook": b"PK\x03\x04\x00\x00",
    "wide": b"account_id," + b"x," * 20000 + b"\n",
    "long": b"account_id,segment\nA1," + b"g" * 300000 + b"\n",
    "words": b"Dear all,\nplease find enclosed the accounts.\n",
}


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        *((kind, ".csv") for kind in BAD_FILES),
        *((kind, suffix) for kind in ("empty", "workbook", "words") for suffix in OTHER_SUFFIXES),
    ],
)
def test_files_that_are_no_tables(tmp_path: Path, kind: str, suffix: str) -> None:
    folder = accounts_file(tmp_path, BAD_FILES[kind])
    rules = (folder / "quartier.toml").read_text(encoding="utf-8")
    rules += f'[sources]\naccounts = "accounts{suffix}"\n'
    (folder / "quartier.toml").write_text(rules, encoding="utf-8")
    (folder / "accounts.csv").rename(folder / f"accounts{suffix}")
    workspace = load_workspace(folder)
    assert workspace.tables["accounts"].empty
    found = {f.code for f in workspace.findings if f.table == "accounts"}
    assert found & {
        "source_unreadable", "table_empty", "column_missing", "row_ragged", "segments_unmatched"
    }  # fmt: skip


def test_an_unclosed_quote_is_named_by_its_line(tmp_path: Path) -> None:
    folder = accounts_file(tmp_path, b'account_id,segment\nA1,gold\nA2,"silver\nA3,gold\n')
    (finding,) = [f for f in load_workspace(folder).findings if f.code == "source_unreadable"]
    assert "line 3" in finding.message


def test_a_stray_quote_inside_a_cell_is_text(tmp_path: Path) -> None:
    folder = accounts_file(
        tmp_path, b'account_id,name,segment,lat_deg,lon_deg\nA1,"Le "Petit" Cafe",gold,45.1,4.8\n'
    )
    assert load_workspace(folder).tables["accounts"]["account_id"].tolist() == ["A1"]


def test_line_numbers_are_those_of_the_file(tmp_path: Path) -> None:
    """Blank lines and line breaks inside quotes are counted."""
    folder = accounts_file(
        tmp_path,
        b'\naccount_id,name,segment,lat_deg,lon_deg\n\nA1,"two\nlines",gold,45.1,4.8\n'
        b",,,,\nA2,x,gold,45.2,4.9\n",
    )
    assert load_workspace(folder).tables["accounts"].index.tolist() == [4, 7]


def test_a_ragged_row_is_set_aside_with_its_id(tmp_path: Path) -> None:
    folder = accounts_file(
        tmp_path,
        b"account_id,name,segment,lat_deg,lon_deg\nA1,a,gold,45.1,4.8\n"
        b"A2,b, c,gold,45.1,4.9\nA3,d\nA4,e,gold,45.3,4.8,\n",
    )
    workspace = load_workspace(folder)
    assert workspace.tables["accounts"]["account_id"].tolist() == ["A1", "A4"]
    assert workspace.set_aside[["id", "code", "row"]].to_numpy().tolist() == [
        ["A2", "row_ragged", 3],
        ["A3", "row_ragged", 4],
    ]


def test_headers_forgive_capitals_spaces_and_hyphens(tmp_path: Path) -> None:
    folder = accounts_file(
        tmp_path, b"Account ID,Segment,LAT-DEG,lon deg\nA1,gold,45.1,4.8\nA2,silver,45.2,4.9\n"
    )
    assert load_workspace(folder).tables["accounts"]["lat_deg"].tolist() == [45.1, 45.2]


def test_columns_are_mapped_and_the_nearest_is_proposed(tmp_path: Path) -> None:
    folder = Draft().rule("columns", reps={"pool": "Team", "rep_id": "Rep Numbr"}).write(tmp_path)
    path = folder / "reps.csv"
    text = path.read_text(encoding="utf-8").replace("pool", "Team").replace("rep_id", "Rep Number")
    path.write_text(text, encoding="utf-8")
    workspace = load_workspace(folder)
    assert workspace.tables["reps"]["pool"].tolist() == ["north", "south", "north"]
    (finding,) = [f for f in workspace.findings if f.code == "column_unmapped"]
    assert finding.message.endswith("did you mean 'Rep Number'?")


def test_a_mapping_to_a_column_of_ours_that_does_not_exist(tmp_path: Path) -> None:
    workspace = Draft().rule("columns", reps={"teem": "pool"}).load(tmp_path)
    (finding,) = [f for f in workspace.findings if f.code == "column_unmapped"]
    assert "reps has no column 'teem'" in finding.message


def _stray_cell(folder: Path) -> Path:
    pd.DataFrame({"account_id": ["A1"]}).to_excel(
        folder / "a.xlsx", index=False, engine="xlsxwriter"
    )
    with (
        zipfile.ZipFile(folder / "a.xlsx") as book,
        zipfile.ZipFile(folder / "accounts.xlsx", "w") as bomb,
    ):
        for item in book.namelist():
            data = book.read(item)
            if item == "xl/worksheets/sheet1.xml":
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            bomb.writestr(item, data)
    return folder


def test_a_workbook_with_a_cell_far_out_is_refused_before_it_fills_the_memory(
    tmp_path: Path,
) -> None:
    folder = accounts_file(tmp_path, b"")
    (folder / "accounts.csv").unlink()
    (finding,) = [
        f for f in load_workspace(_stray_cell(folder)).findings if f.code == "source_unreadable"
    ]
    assert "50 million cells" in finding.message


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = Draft().rule("sources", reps="reps.xlsx#people").write(tmp_path)
    pd.DataFrame({"a": [1]}).to_excel(folder / "reps.xlsx", index=False, engine="xlsxwriter")
    messages = [f.message for f in load_workspace(folder).findings if f.table == "reps"]
    assert "there is no sheet 'people' but Sheet1" in messages


def _xlsx(folder: Path) -> bytes:
    frame = pd.DataFrame(Draft().tables["accounts"])
    frame.to_excel(folder / "source.xlsx", index=False, engine="xlsxwriter")
    return (folder / "source.xlsx").read_bytes()


def _parquet(folder: Path) -> bytes:
    pd.DataFrame(Draft().tables["accounts"]).to_parquet(folder / "source.parquet")
    return (folder / "source.parquet").read_bytes()


@pytest.mark.parametrize(("suffix", "make"), [(".xlsx", _xlsx), (".parquet", _parquet)])
def test_a_file_cut_short_anywhere_is_a_finding(
    tmp_path: Path, suffix: str, make: Callable[[Path], bytes]
) -> None:
    data = make(tmp_path)
    folder = accounts_file(tmp_path / "ws", b"")
    (folder / "accounts.csv").unlink()
    for share in (0.0, 0.3, 0.9, 0.99):
        (folder / f"accounts{suffix}").write_bytes(data[: int(len(data) * share)])
        found = {f.code for f in load_workspace(folder).findings if f.table == "accounts"}
        assert found == {"source_unreadable"}, share


@given(data=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".xlsx", ".parquet"]))
@settings(max_examples=10, deadline=None)
def test_any_bytes_give_findings_not_tracebacks(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str
) -> None:
    folder = accounts_file(tmp_path_factory.mktemp("bytes"), b"")
    (folder / "accounts.csv").unlink()
    (folder / f"accounts{suffix}").write_bytes(data)
    assert load_workspace(folder).findings
