"""The CSV export: stable bytes, sums kept, nothing a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcome_builders import make_empty_outcome, make_outcome

from reports.columns import TARGETS, TERRITORIES
from reports.tables_csv import activity_targets, format_cell, kpi_table, write_csvs, write_table
from reports.units import clean_text, is_formula, unit_of

PLAN = ("territories", "roles", "sourcing", "targets", "moves", "compactness", "sla")
MORE = (
    "help",
    "role_goals",
    "role_reasons",
    "throughput",
    "capacity",
    "assumptions",
    "leadership",
    "cash",
    "hire_curve",
    "price_limits",
    "levers",
    "agreement",
)
STEMS = (*PLAN, *MORE, "kpis", "findings")
NAMES = [f"{stem}.csv" for stem in STEMS]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_of_the_contract_is_written_in_a_fixed_order(tmp_path):
    files = write_csvs(make_outcome(), tmp_path / "new" / "folder")
    assert [file.name for file in files] == NAMES
    assert all(file.is_file() for file in files)


def test_two_writes_give_the_same_bytes(tmp_path):
    first = write_csvs(make_outcome(), tmp_path / "a")
    second = write_csvs(make_outcome(), tmp_path / "b")
    assert [f.read_bytes() for f in first] == [f.read_bytes() for f in second]


def test_files_are_utf8_with_commas_and_lf(tmp_path):
    territories = write_csvs(make_outcome(), tmp_path)[0].read_bytes()
    assert territories.startswith(",".join(TERRITORIES).encode() + b"\n")
    assert b"\r" not in territories
    assert "Chloé Durand".encode() in territories


def test_the_column_order_does_not_depend_on_the_frame(tmp_path):
    outcome = make_outcome()
    turned = outcome.territories[outcome.territories.columns[::-1]]
    first = write_csvs(outcome, tmp_path / "a")[0]
    second = write_csvs(make_outcome(territories=turned), tmp_path / "b")[0]
    assert first.read_bytes() == second.read_bytes()


def test_an_outcome_without_a_plan_gives_headings_only(tmp_path):
    files = write_csvs(make_empty_outcome(), tmp_path)
    lines = {file.name: len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert lines["territories.csv"] == lines["targets.csv"] == lines["kpis.csv"] == 1
    assert lines["sla.csv"] == 1
    assert lines["findings.csv"] > 1


def test_activities_nobody_was_planned_for_keep_an_empty_source():
    outcome = make_outcome()
    nobody = pd.DataFrame(columns=outcome.sourcing.columns)
    targets = activity_targets(make_outcome(sourcing=nobody, roles=outcome.roles.iloc[:0]))
    assert set(targets["source"]) == {""}
    assert targets["activities"].sum() == pytest.approx(outcome.activities["activities"].sum())


def test_a_kpi_that_is_not_known_stays_empty(tmp_path):
    kpis = {"profit": None, "coverage": float("nan"), "hires": 2}
    rows = _read(write_csvs(make_outcome(kpis=kpis), tmp_path)[STEMS.index("kpis")])
    assert [row["value"] for row in rows] == ["", "", "2"]


def test_moves_hold_the_moved_accounts_and_no_other(tmp_path):
    outcome = make_outcome()
    moves = _read(write_csvs(outcome, tmp_path)[4])
    assert [m["account_id"] for m in moves] == list(
        outcome.territories.loc[outcome.territories["moved"], "account_id"]
    )
    assert {m["moved"] for m in moves} == {"yes"}
    assert all(m["rep_id"] != m["previous_rep_id"] for m in moves)


def test_kpis_carry_their_units():
    units = kpi_table(make_outcome(currency="CHF")).set_index("name")["unit"]
    assert units["profit"] == units["margin_eur"] == "CHF"
    assert units["coverage"] == units["moved_share"] == "ratio"
    assert units["travel_hours_before"] == units["travel_hours_after"] == "h/year"
    assert units["provider_hours"] == "h", "hours of the horizon"
    assert units["accounts_moved"] == ""


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠"])
def test_text_that_starts_a_formula_is_neutralised(sign):
    assert format_cell(f"{sign}1+1", 2) == f"'{sign}1+1"


def test_line_ends_become_lf_so_that_a_row_stays_a_row():
    assert format_cell("\r=1", 2) == "'\n=1"
    assert format_cell("a\r\nb\rc", 2) == "a\nb\nc"


@pytest.mark.parametrize("text", ["a=1", "1-2", " =1", "'=1", "", "é@b"])
def test_text_that_starts_no_formula_is_kept(text):
    assert format_cell(text, 2) == text


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (-5, 2, "-5"),
        (-5.25, 1, "-5.2"),
        (1234567.891, 2, "1234567.89"),
        (0.5, 0, "0"),
        (2.0, 2, "2"),
        (100.0, 0, "100"),
        (-0.0001, 2, "0"),
        (1e-7, 4, "0"),
        (float("nan"), 2, ""),
        (float("inf"), 2, "inf"),
        (float("-inf"), 2, "-inf"),
        (None, 2, ""),
        (pd.NA, 2, ""),
        (pd.NaT, 2, ""),
        (np.float64(1.5), 2, "1.5"),
        (np.int64(7), 2, "7"),
        (np.bool_(True), 2, "yes"),
        (False, 2, "no"),
        ("half \ud800 surrogate", 2, "half ? surrogate"),
    ],
)
def test_cells_are_written_by_kind(value, decimals, written):
    assert format_cell(value, decimals) == written


@pytest.mark.parametrize(
    ("name", "symbol", "decimals"),
    [
        ("potential_eur_before", "EUR", 2),
        ("runner_up_extra_eur", "EUR", 2),
        ("price_eur_per_hour", "EUR/hour", 2),
        ("workload_target_hours", "h", 2),
        ("productive_hours_per_fte_month", "h/fte month", 2),
        ("travel_km", "km", 1),
        ("lat_deg", "°", 6),
        ("workload_deviation", "ratio", 4),
        ("share_of_time", "ratio", 4),
        ("accounts_after", "", 0),
        ("per_call_hours", "h", 2),
        ("whatever", "", 3),
    ],
)
def test_the_unit_is_read_off_the_name(name, symbol, decimals):
    unit = unit_of(name, "EUR")
    assert (unit.symbol, unit.decimals) == (symbol, decimals)


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.text(max_size=20), min_size=1, max_size=5),
    amount=st.floats(-1e9, 1e9),
)
def test_what_is_written_reads_back_and_runs_nothing(tmp_path_factory, texts, amount):
    frame = pd.DataFrame({"name": texts, "cost_eur": amount})
    path = write_table(frame, ["name", "cost_eur"], tmp_path_factory.mktemp("csv") / "table.csv")
    rows = _read(path)
    assert len(rows) == len(texts)
    for row, text in zip(rows, texts, strict=True):
        assert not is_formula(row["name"])
        assert row["name"].removeprefix("'") == clean_text(text).removeprefix("'")
        assert float(row["cost_eur"]) == pytest.approx(amount, abs=0.0051)


def test_activities_and_hours_of_a_bucket_are_conserved():
    outcome = make_outcome()
    targets, wanted = activity_targets(outcome), outcome.activities
    for amount in ("activities", "hours"):
        shared = targets.groupby(["month", "phase"])[amount].sum()
        whole = wanted.groupby(["month", "phase"])[amount].sum()
        pd.testing.assert_series_equal(shared, whole, check_exact=False)
    assert list(targets.columns) == TARGETS


def test_a_person_gets_the_share_of_activities_it_has_of_the_hours():
    outcome = make_outcome(
        sourcing=pd.DataFrame(
            [
                ("2026-01", "(shared)", "prospecting", "staff", "I1", 30.0, 0.0),
                ("2026-01", "(shared)", "prospecting", "uncovered", "", 10.0, 0.0),
                ("2026-01", "(shared)", "prospecting", "provider", "ACME", 0.0, 0.0),
            ],
            columns=["month", "pool", "phase", "source", "source_id", "hours", "cost_eur"],
        ),
        activities=pd.DataFrame(
            [
                ("2026-01", "north", "gold", "prospecting", "call", 60.0, 6.0),
                ("2026-01", "south", "gold", "prospecting", "call", 20.0, 2.0),
                ("2026-02", "south", "gold", "prospecting", "call", 7.0, 0.7),
            ],
            columns=["month", "pool", "segment", "phase", "activity", "activities", "hours"],
        ),
    )
    targets = activity_targets(outcome)
    told = targets[["month", "source_id", "name", "activities"]].values.tolist()
    assert told == [
        ["2026-01", "I1", "Emma Roux", 60.0],
        ["2026-01", "", "", 20.0],
        ["2026-02", "", "", 7.0],
    ]


def test_work_of_a_territorial_phase_stays_in_its_pool():
    targets = activity_targets(make_outcome())
    field = targets[targets["phase"] == "meeting"]
    assert set(field.loc[field["pool"] == "north", "source_id"]) <= {"R1", "R2", ""}
    assert "(shared)" not in set(field["pool"])
