"""Hostile cells of working time are found, never fatal: whatever is typed, reading goes on."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st
from workspace_builders import Draft

from scenarios.capacity import capacity_of
from scenarios.read import recheck

NUMBERS = ("", "x", "-1", "0", "1", "1e308", "inf", "nan", "0.5|0.9", "2|x")
DATES = ("2027-02-30", "0001-01-01", "9999-12-31", "2027-08-02", "2020-01-01")
WORDS = ("FRA", "fra", "XXX", "57", "=1+1", "paid", "R1", "\u202e")
CELLS = st.sampled_from((*NUMBERS, *DATES, *WORDS))
REP_COLUMNS = st.sampled_from(
    [
        *("country", "subdivision", "contract_hours_per_week", "leave_days_per_year"),
        *("absence_share", "selling_share", "ramp", "fte", "start_date", "end_date"),
    ]
)
LEAVE_COLUMNS = st.sampled_from(["rep_id", "first_day", "last_day", "kind"])


@settings(max_examples=5)
@given(
    st.lists(st.tuples(REP_COLUMNS, st.integers(0, 2), CELLS), max_size=4),
    st.lists(st.tuples(LEAVE_COLUMNS, st.integers(0, 1), CELLS), max_size=3),
)
@example([("start_date", 0, "9999-12-31"), ("ramp", 0, "2|x")], [("last_day", 0, "0001-01-01")])
@example([("fte", 2, "1e308"), ("selling_share", 0, "R1")], [("last_day", 1, "R1")])
@example([("absence_share", 1, "1e308"), ("leave_days_per_year", 2, "inf")], [])
@example([("country", 1, "XXX"), ("subdivision", 2, "\u202e")], [("first_day", 1, "")])
def test_no_cell_of_people_or_leave_stops_the_reading(in_reps, in_leave):
    draft = Draft().with_leave("R1 2027-07-05 2027-07-30 paid", "R2 2027-08-02 2027-08-20 other")
    for column in {column for column, _, _ in in_reps}:
        draft.column("reps", column, *(row.get(column, "") for row in draft.tables["reps"]))
    for column, row, cell in in_reps:
        draft.cells("reps", row, **{column: cell})
    for column, row, cell in in_leave:
        draft.cells("leave", row, **{column: cell})
    with TemporaryDirectory() as folder:
        workspace = draft.load(Path(folder))
        again = recheck(workspace)
        assert again.findings == workspace.findings
        aside = (workspace.set_aside["table"] == "leave").sum()
        assert workspace.rows_read["leave"] == len(workspace.tables["leave"]) + aside
        if not workspace.has_errors:
            tables = workspace.tables
            found = capacity_of(tables["reps"], tables["leave"], workspace.config)
            assert (found.hours >= 0).all()
            assert (found.hours <= found.paid_hours + 1e-9).all()
