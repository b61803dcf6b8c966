"""State who may be let go, when and at what severance (F12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from optimizer.sourcing_severance import severance_by_seniority
from scenarios.frames import rows_of
from scenarios.horizon import horizon_months
from scenarios.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class Redundancy:
    """Hold on what terms somebody may be let go; hashable, so that people alike are one group.

    Attributes
    ----------
    severance_eur
        By month of the decision.
    lead_months
        Earliest month after the first.
    """

    severance_eur: tuple[float, ...]
    lead_months: int


def redundancies_of(workspace: Workspace) -> Mapping[str, Redundancy]:
    """Return rep_id -> terms, of those who may be let go."""
    first = pd.Timestamp(f"{horizon_months(workspace.config)[0]}-01").date()
    started = dict(
        zip(workspace.tables["reps"]["rep_id"], workspace.tables["reps"]["start_date"], strict=True)
    )
    months = workspace.config.horizon.months
    return {
        row.rep_id: Redundancy(
            severance_eur=_severance(row, started.get(row.rep_id), first, months),
            lead_months=0 if pd.isna(row.lead_months) else int(row.lead_months),
        )
        for row in rows_of(workspace.tables["redundancies"])
    }


def _severance(row: Any, start: Any, first: date, months: int) -> tuple[float, ...]:
    if not pd.isna(row.severance_eur):
        return (float(row.severance_eur),) * months
    hired = start if pd.isna(row.hired_on) else row.hired_on
    served = months_between(pd.Timestamp(hired).date(), first)
    gross = float(row.gross_eur_per_month)
    return tuple(severance_by_seniority(gross, served, months).tolist())


def months_between(hired: date, first: date) -> int:
    """Return the whole months of service on a day; 0 for who is not there yet.

    >>> months_between(date(2024, 1, 15), date(2027, 1, 1))
    35
    """
    months = 12 * (first.year - hired.year) + first.month - hired.month
    return max(0, months - (first.day < hired.day))
