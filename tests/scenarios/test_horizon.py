"""Months, and who works in them."""

import numpy as np
import pandas as pd
import pytest

from scenarios.horizon import employed_share, month_names


def test_months_run_over_the_year_end():
    assert month_names("2026-11", 4) == ("2026-11", "2026-12", "2027-01", "2027-02")


@pytest.mark.parametrize(
    ("start", "end", "share"),
    [
        (None, None, 1.0),
        ("2027-04-01", None, 1.0),
        ("2027-04-16", None, 0.5),
        ("2027-04-30", None, 1 / 30),
        ("2027-05-01", None, 0.0),
        (None, "2027-04-15", 0.5),
        (None, "2027-04-01", 1 / 30),
        (None, "2027-03-31", 0.0),
        ("2027-04-10", "2027-04-09", 0.0),
    ],
)
def test_share_of_a_month_employed(start, end, share):
    stamps = [pd.NaT if day is None else pd.Timestamp(day) for day in (start, end)]
    assert np.isclose(employed_share(*stamps, "2027-04"), share)
