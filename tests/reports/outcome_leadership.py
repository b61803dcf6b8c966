"""Build the tables that leadership reads, agreeing with each other."""

from __future__ import annotations

import pandas as pd

from scenarios.outcome_leadership import CASH_COLUMNS, CURVE_COLUMNS, LIMIT_COLUMNS
from scenarios.outcome_leadership_measures import MEASURE_COLUMNS


def make_measures() -> pd.DataFrame:
    """Return a plan that is back in March."""
    return pd.DataFrame(
        [
            ("extra_cost_eur", 60_000.0, ""),
            ("extra_margin_eur", 90_000.0, ""),
            ("roi", 0.5, ""),
            ("payback_month", 3.0, "2026-03"),
            ("cash_low_eur", -25_000.0, "2026-02"),
            ("cac_eur", 4_000.0, ""),
            ("marginal_cac_eur", 5_000.0, ""),
            ("coverage", 0.95, ""),
            ("worst_month_coverage", 0.8, "2026-10"),
            ("largest_provider_share", 0.12, "desk"),
            ("longest_commitment_months", 6.0, ""),
        ],
        columns=MEASURE_COLUMNS,
    )


def make_cash() -> pd.DataFrame:
    """Return three months: out, out, back."""
    rows = [
        ("2026-01", 0.0, 0.0, 10_000.0, -10_000.0, -10_000.0),
        ("2026-02", 5_000.0, 5_000.0, 20_000.0, -15_000.0, -25_000.0),
        ("2026-03", 85_000.0, 85_000.0, 30_000.0, 55_000.0, 30_000.0),
    ]
    return pd.DataFrame(rows, columns=CASH_COLUMNS)


def make_hire_curve() -> pd.DataFrame:
    """Return three counts around the plan's."""
    rows = [
        (0, 470_000.0, 2_000.0, -30_000.0, False),
        (1, 500_000.0, 1_000.0, 0.0, True),
        (2, 495_000.0, 8_000.0, -5_000.0, False),
    ]
    return pd.DataFrame(rows, columns=CURVE_COLUMNS)


def make_price_limits() -> pd.DataFrame:
    """Return a provider in use and one of which nothing is proved."""
    rows = [
        ("desk", "Outside <desk>", 400.0, 0.12, 6, 35.0, 61.25),
        ("far", "Far away", 0.0, 0.0, 3, 20.0, float("nan")),
    ]
    return pd.DataFrame(rows, columns=LIMIT_COLUMNS)
