"""Lay rows of measurements out as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.measure import Row

PUBLISHED = (
    ("instance", "instance", "<26"),
    ("solver", "solver", "<10"),
    ("status", "status", "<11"),
    ("value", "value", ">15"),
    ("best_known", "best known", ">15"),
    ("gap_to_best", "to best", ">9"),
    ("bound", "bound", ">15"),
    ("gap", "gap", ">9"),
    ("violations", "wrong", ">6"),
    ("seconds", "seconds", ">9"),
    ("peak_mb", "MB", ">7"),
)
TERRITORY = (
    ("instance", "instance", "<26"),
    ("solver", "solver", "<14"),
    ("status", "status", "<11"),
    ("value_eur", "value", ">15"),
    ("bound_eur", "bound", ">15"),
    ("gap", "gap", ">9"),
    ("gap_to_lp", "to LP", ">9"),
    ("windows_missed", "missed", ">7"),
    ("violations", "wrong", ">6"),
    ("seconds", "seconds", ">9"),
    ("peak_mb", "MB", ">7"),
)
Columns = Sequence[tuple[str, str, str]]
SHARES = {"gap", "gap_to_best", "gap_to_lp"}


def head(columns: Columns) -> str:
    """Return the line above the rows."""
    return " ".join(f"{title:{form}}" for _, title, form in columns).rstrip()


def line(row: Row, columns: Columns) -> str:
    """Return one row, its notes below when there are any."""
    cells = (f"{cell(row, name):{form}}" for name, _, form in columns)
    notes = [f"    {note}" for note in row.get("notes", ())]
    return "\n".join([" ".join(cells).rstrip(), *notes])


def cell(row: Row, name: str) -> str:
    """Return one figure: shares as per cent, money and costs with separators, None as a dash."""
    value = row.get(name)
    if name == "best_known" and value is None and "infeasible" in str(row.get("best_status")):
        return "infeasible"
    if value is None:
        return "-"
    if not isinstance(value, float):
        return str(value)
    if name in SHARES:
        return f"{value + 0.0:.3%}".replace("-0.000%", "0.000%")
    return f"{value:.1f}" if name == "seconds" else f"{value:,.2f}".removesuffix(".00")
