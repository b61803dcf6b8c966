"""Work severance out from seniority (F12)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEAST_MONTHS = 8
"""Below this length of service nothing is due."""
FIRST_YEARS = 10
"""Years of service at the lower rate."""
LOWER, HIGHER = 1 / 4, 1 / 3
"""Months of pay for each year of service (French Labour Code, R1234-2)."""


def severance_by_seniority(gross_eur_per_month: float, tenure_months: float, months: int) -> Floats:
    """Return (T,): severance of somebody who has served so long on the eve of the first month.

    A state of people of different seniority takes their mean; where seniority decides who is let
    go, draw a state for each band of it.

    >>> severance_by_seniority(3000.0, 23.0, 2).round(2).tolist()
    [1500.0, 1562.5]
    """
    served = tenure_months + 1.0 + np.arange(months)
    years = served / 12.0
    lower, higher = np.minimum(years, FIRST_YEARS), np.maximum(years - FIRST_YEARS, 0.0)
    due = gross_eur_per_month * (LOWER * lower + HIGHER * higher)
    return np.where(served >= LEAST_MONTHS, due, 0.0)
