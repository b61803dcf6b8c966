"""Files are read as they are written: separators, decimal marks, encodings, orders of dates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from workspace_builders import Draft, codes, write_csv

from scenarios.dialect import Dialect, date_order, decimal_mark, decode, separator_of
from scenarios.parse import type_column
from scenarios.read import load_workspace
from scenarios.tables import BOOLEAN, DATE, INTEGER, LIST, MONTH, NUMBER, PERIOD, TEXT, ColumnSpec

POINT, COMMA = Dialect(), Dialect(separator=";", decimal=",")


def typed(kind: str, *cells: object, dialect: Dialect = POINT, unit: str = "") -> list[object]:
    """Return the values, "bad" for those that cannot be read."""
    spec = ColumnSpec(name="c", kind=kind, unit=unit)
    column = type_column(pd.Series(list(cells), dtype=object), spec, dialect, "EUR")
    return ["bad" if bad else v for v, bad in zip(column.values, column.bad, strict=True)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250.5", 1250.5),
        ("1,250.5", 1250.5),
        ("1 250.5", 1250.5),
        ("1\u202f250", 1250.0),
        ("1'250", 1250.0),
        ("-3", -3.0),
        ("1e3", 1000.0),
        ("45 000 €", 45000.0),
        ("EUR 12", 12.0),
        (".5", 0.5),
        (12, 12.0),
        ("12O0", "bad"),
        ("1_000", "bad"),
        ("12 %", "bad"),
        ("1,25", "bad"),
        ("$12", "bad"),
        ("1 2", "bad"),
        (".", "bad"),
        ("e5", "bad"),
    ],
)
def test_numbers_with_a_decimal_point(text: object, value: object) -> None:
    assert typed(NUMBER, text) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1250,5", 1250.5),
        ("1.250,5", 1250.5),
        ("1\u00a0250,5", 1250.5),
        ("1,234", 1.234),
        ("1.234", 1234.0),
        ("12", 12.0),
        ("1250.5", "bad"),
        ("1,2,3", "bad"),
    ],
)
def test_numbers_with_a_decimal_comma(text: str, value: object) -> None:
    assert typed(NUMBER, text, dialect=COMMA) == [value]


@pytest.mark.parametrize("text", ["", " ", "NULL", "n/a", "NaN", "#N/A", "-"])
def test_what_says_nothing_is_an_empty_number(text: str) -> None:
    assert pd.isna(typed(NUMBER, text)[0])


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from([POINT, COMMA]))
@settings(max_examples=60, deadline=None)
def test_a_number_written_out_is_read_back(value: float, dialect: Dialect) -> None:
    text = repr(value).replace(".", dialect.decimal)
    assert typed(NUMBER, text, dialect=dialect) == [value]


def test_integers_are_whole() -> None:
    assert typed(INTEGER, "3", "3.0", "3.5", "x") == [3, 3, "bad", "bad"]


def test_yes_and_no_in_two_languages() -> None:
    assert typed(BOOLEAN, "yes", "Oui", "TRUE", "1", "x") == [True] * 5
    assert typed(BOOLEAN, "no", "non", "false", "0", "") == [False] * 5
    assert typed(BOOLEAN, "perhaps", "2") == ["bad", "bad"]


def test_dates() -> None:
    day = pd.Timestamp("2026-03-31")
    texts = ["2026-03-31", "31/03/2026", "31.03.2026", "2026-03-31T10:00:00Z"]
    assert typed(DATE, *texts, dt.date(2026, 3, 31)) == [day] * 5
    assert typed(DATE, "2026-02-30", "12/31/2026", "31/03/26", "45000") == ["bad"] * 4
    american = Dialect(day_first=False)
    assert typed(DATE, "03/31/2026", dialect=american) == [day]


def test_months_and_periods() -> None:
    assert typed(MONTH, "2026-03", "03/2026", "2026-03-01", dt.date(2026, 3, 1)) == ["2026-03"] * 4
    assert typed(MONTH, "2026-13", "2026", "March") == ["bad"] * 3
    assert typed(PERIOD, "2026", "2026-03", dt.date(2026, 3, 1)) == ["2026", "2026-03", "2026-03"]
    assert typed(PERIOD, "March", 2026.0) == ["March", "2026"]


def test_lists() -> None:
    assert typed(LIST, "a|b", "a; b ;", "", "a|a") == [("a", "b"), ("a", "b"), (), ("a",)]
    ramp = typed(LIST, "0.25|0.5|0.5", "0,25|1", "0.5|x", unit="ratio")
    assert ramp == [("0.25", "0.5", "0.5"), ("0.25", "1"), "bad"]


def test_ids_from_a_spreadsheet_have_no_decimals() -> None:
    assert typed(TEXT, 10023.0, "010023", None, True, 1.5) == ["10023", "010023", "", "yes", "1.5"]


def test_formulas_are_text() -> None:
    assert typed(TEXT, '=HYPERLINK("http://x")', "+33 1", "@a") == [
        '=HYPERLINK("http://x")', "+33 1", "@a"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "separator", "mark", "doubtful"),
    [
        (["12,5", "1250"], ";", ",", ""),
        (["12.5"], ";", ".", ""),
        (["1.250,75"], ";", ",", ""),
        (["1,250.75"], ",", ".", ""),
        (["1.234.567"], ";", ",", ""),
        (["0,125"], ",", ",", ""),
        (["1234,567"], ",", ",", ""),
        (["1,234"], ";", ",", "1,234"),
        (["1,234"], ",", ".", "1,234"),
        (["1.234"], ";", ".", "1.234"),
        (["7", ""], ";", ".", ""),
    ],
)
def test_the_decimal_mark_is_what_the_cells_show(
    cells: list[str], separator: str, mark: str, doubtful: str
) -> None:
    reading = decimal_mark([cells], [], separator)
    assert (reading.choice, reading.doubtful) == (mark, doubtful)


def test_coordinates_settle_the_decimal_mark() -> None:
    assert decimal_mark([["48,856"]], [["48,856"]], ",").choice == ","


def test_the_order_of_dates_is_what_the_cells_show() -> None:
    assert date_order([["03/04/2026", "31/12/2026"]]).choice == "day"
    assert date_order([["03/04/2026", "12/31/2026"]]).choice == "month"
    assert date_order([["03/04/2026"]]).doubtful == "03/04"
    assert date_order([["04/04/2026"]]).doubtful == ""


def test_encodings() -> None:
    assert decode("é".encode()) == ("é", "UTF-8", 0)
    assert decode("é".encode("utf-8-sig")) == ("é", "UTF-8 with BOM", 0)
    assert decode("é".encode("cp1252")) == ("é", "cp1252", 0)
    assert decode("é".encode("utf-16")) == ("é", "UTF-16", 0)
    assert decode(b"\x9d") == ("\ufffd", "cp1252", 1)


def test_the_separator_is_the_one_that_names_columns() -> None:
    known = ["account_id", "name", "segment"]
    assert separator_of("account_id;name;Where, exactly, it is", known) == ";"
    assert separator_of("account_id\tname", known) == "\t"
    assert separator_of("account_id,name", known) == ","


def test_one_table_reads_alike_however_it_is_written(tmp_path: Path) -> None:
    """The same accounts as comma, semicolon, tab, XLSX and Parquet files are equal."""
    draft = Draft().cells("accounts", name="Été, à l'Isle").cells("reps", name="Zoé")
    plain = draft.load(tmp_path / "plain").tables["accounts"]
    rows = draft.tables["accounts"]
    french = [
        {k: v.replace(".", ",") if k in {"lat_deg", "lon_deg"} else v for k, v in row.items()}
        for row in rows
    ]
    for name, lines, options, encoding in (
        ("semicolon", french, {"delimiter": ";"}, "cp1252"),
        ("tab", rows, {"delimiter": "\t"}, "utf-8-sig"),
        ("crlf", rows, {"delimiter": ","}, "utf-16"),
    ):
        folder = draft.write(tmp_path / name)
        write_csv(folder / "accounts.csv", lines, **options)
        text = (folder / "accounts.csv").read_text(encoding="utf-8")
        (folder / "accounts.csv").write_bytes(text.replace("\n", "\r\n").encode(encoding))
        workspace = load_workspace(folder)
        assert codes(workspace) == []
        pd.testing.assert_frame_equal(workspace.tables["accounts"], plain)
    note = load_workspace(tmp_path / "semicolon").sources["accounts"]
    assert note == "accounts.csv [semicolon, decimal comma, cp1252]"


def test_spreadsheets_and_parquet_read_alike(tmp_path: Path) -> None:
    draft = Draft()
    plain = draft.load(tmp_path / "plain").tables["accounts"]
    frame = pd.DataFrame(draft.tables["accounts"])
    numbers = ["lat_deg", "lon_deg", "potential_eur", "revenue_eur"]
    frame = frame.astype(dict.fromkeys(numbers, float))
    frame["owner_since"] = pd.to_datetime(frame["owner_since"])
    for name in ("accounts.xlsx", "accounts.parquet"):
        folder = draft.write(tmp_path / name)
        (folder / "accounts.csv").unlink()
        if name.endswith("xlsx"):
            frame.to_excel(folder / name, sheet_name="accounts", index=False, engine="xlsxwriter")
        else:
            frame.to_parquet(folder / name)
        workspace = load_workspace(folder)
        assert codes(workspace) == []
        pd.testing.assert_frame_equal(workspace.tables["accounts"], plain)


def test_a_sheet_of_a_workbook_can_be_named(tmp_path: Path) -> None:
    folder = Draft().rule("sources", reps="book.xlsx#people").write(tmp_path)
    with pd.ExcelWriter(folder / "book.xlsx", engine="xlsxwriter") as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="first", index=False)
        rows = pd.DataFrame(Draft().tables["reps"])
        # Two rows above the header: the line numbers are those of the sheet.
        rows.to_excel(book, sheet_name="people", index=False, startrow=2)
    workspace = load_workspace(folder)
    assert codes(workspace) == []
    assert workspace.tables["reps"].index.tolist() == [4, 5, 6]
    assert workspace.file_of("reps") == "book.xlsx#people"
