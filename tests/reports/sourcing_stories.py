"""A sourcing story written by hand: every table, every figure known."""

from __future__ import annotations

from typing import Any

import pandas as pd

from optimizer.sourcing_shortfalls import REASONS, REMEDIES
from scenarios.sourcing import SourcingStory
from scenarios.sourcing_tables import COLUMNS

MONTHS = ("2027-01", "2027-02")
ROWS: dict[str, list[tuple[Any, ...]]] = {
    "decisions": [
        ("2027-01", "hire", "hunter", 2.0, "persons", "2027-02"),
        ("2027-01", "managers", "managers", 1.0, "persons", ""),
        ("2027-02", "hire", "hunter", 1.0, "persons", "2027-02"),
        ("2027-02", "contract", "P", 1.0, "months", "2027-02"),
    ],
    "costs": [("hired: hunter", 700.0, 600.0), ("managers", 150.0, 100.0), ("total", 850.0, 700.0)],
    "measures": [
        ("objective_eur", 14_300.0, None, None, ""),
        ("baseline_eur", 13_000.0, None, None, "OPTIMAL"),
        ("extra_worth_eur", 1_300.0, 1_200.0, 1_400.0, ""),
        ("payback_month", 2.0, None, None, "month 2 (2027-02)"),
        ("cash_low_eur", -700.0, None, None, "2027-01"),
        ("margin_eur", 15_000.0, None, None, ""),
        ("coverage", 0.95, None, None, ""),
        ("lowest_month_cash_eur", -50.0, None, None, "2027-02, weak"),
        ("cvar_eur", 9_300.0, None, None, "mean of the worst 50%"),
        ("target_missed_probability", 0.5, None, None, ""),
        ("evpi_eur", None, 300.0, 350.0, "between, as proved"),
        ("vss_eur", None, 100.0, None, "between, as proved"),
    ],
    "against_nothing": [
        ("margin_eur", 13_000.0, 15_000.0, 2_000.0),
        ("coverage", 0.8, 0.95, 0.15),
    ],
    "coverage": [("2027-01", 10.0, 9.0), ("2027-02", 7.5, 7.5)],
    "cash": [("2027-01", -700.0, -700.0), ("2027-02", 2_000.0, 1_300.0)],
    "profit_curve": [
        ("hunter", 2, "exactly", "OPTIMAL", 14_000.0, 14_000.0),
        ("hunter", 3, "exactly", "FEASIBLE", 14_300.0, 14_350.0),
        ("hunter", 4, "exactly", "UNKNOWN", None, 15_000.0),
    ],
    "break_even": [("P", "EUR/h", 30.0, "price", 152.53, None, "yes")],
    "one_more": [
        ("person", "ann [calls]", 12_000.0, 12_500.0),
        ("training", "course: ben", None, None),
    ],
    "ladder": [
        ("", "OPTIMAL", 14_300.0, 14_350.0, 0.0),
        ("outsourcing + hiring", "OPTIMAL", 13_000.0, 13_000.0, 1_300.0),
    ],
    "risk": [("weak", 0.5, 9_300.0, 10.0, 10.0), ("strong", 0.5, 19_300.0, 20.0, 20.0)],
    "stops": [
        ("weak", "2027-01", "stop", "P", 1.0, "months", "2027-02"),
        ("weak", "2027-02", "non-renewal", "hunter", 2.0, "persons", "2027-02"),
    ],
    "candidates": [
        ("plan", "", "proved", 14_300.0, 14_300.0, 9_300.0, 350.0, 700.0, 690.0, "weak"),
        ("one scenario", "strong", "", None, None, None, None, None, None, ""),
    ],
    "regret": [
        ("plan", "", "weak", "OPTIMAL", 9_300.0, 700.0, 690.0),
        ("plan", "", "strong", "OPTIMAL", 19_300.0, None, 5.0),
        ("one scenario", "strong", "weak", "INFEASIBLE", None, None, None),
        ("one scenario", "strong", "strong", "OPTIMAL", 19_300.0, 0.0, 0.0),
    ],
    "out_of_sample": [("plan", "", 30, 0, 14_000.0, 500.0, 9_000.0, 8_000.0, 0.0, 0.0)],
}
SHORTFALL = {
    "code": "capacity", "subject": "standard, sell", "amount": 1.0, "unit": "wins",
    "reason": REASONS["capacity"].format(phase="sell", segment="standard"),
    "remedy": REMEDIES["capacity"],
}  # fmt: skip


def story(**changes: Any) -> SourcingStory:
    """Return the story of a shop with a weak and a strong demand."""
    tables = {
        name: pd.DataFrame(ROWS.get(name, []), columns=list(columns))
        for name, columns in COLUMNS.items()
    }
    rule = ("sourcing.late_deals_max", "0", "", "D", "default", "a deal not won is lost")
    assumed = ["key", "value", "unit", "grade", "origin", "source"]
    tables["assumptions"] = pd.DataFrame([rule], columns=assumed)
    tables["changes"] = pd.DataFrame(columns=["table", "id", "column", "before", "after"])
    stated: dict[str, Any] = {
        "run_id": "source-base-0123456789", "workspace": "Shop", "scenario": "base",
        "title": "Shop", "currency": "EUR", "language": "en", "months": MONTHS,
        "version": "0.1.0", "state": "planned", "status": "FEASIBLE", "objective": 14_300.0,
        "bound": 14_350.0, "gap": 0.0035, "stopped_by": "gap",
        "terms": {"margin_eur": 15_000.0, "recruiting_eur": -600.0, "managers_eur": -100.0},
        "tables": tables, "shortfalls": (SHORTFALL,), "violations": (), "notes": ("keep in mind",),
    }  # fmt: skip
    return SourcingStory(**{**stated, **changes})
