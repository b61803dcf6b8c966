"""A territory problem beside the tables it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.territory_problem import TerritoryProblem

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class VacantCase:
    """Hold what the vacant seats of a problem were made from; J sites.

    Attributes
    ----------
    sites
        (J,) accounts whose places are the sites.
    travel_km, travel_hours
        (U, J) a year from each site.
    reps
        Rows of the vacant reps; the first seats opened are theirs.
    fte
        Full-time equivalents of one vacant seat.
    least
        Fewest seats that may open.
    targets
        (S + V, K) what each seat should carry when V vacant ones open, for V = least, ...
    """

    sites: pd.DataFrame
    travel_km: Floats
    travel_hours: Floats
    reps: pd.DataFrame
    fte: float
    least: int
    targets: tuple[Floats, ...]


@dataclass(frozen=True, kw_only=True)
class TerritoryCase:
    """Hold a territory problem beside the tables and distances it was made from.

    Attributes
    ----------
    problem
        The problem; U accounts, S seats.
    accounts, seats
        Rows of the accounts (sorted by id) and reps in the order of the problem; once the plan is
        there, vacant seats it opened stand behind the others.
    previous_seat
        (U,) today's seat before overrides, -1 for none.
    visits_per_year
        (U,) field visits.
    travel_km, travel_hours
        (U, S) a year; with the vacant seats opened behind.
    targets
        (S, K) what each seat should carry; with the vacant seats opened behind.
    override_reason
        (U,) reason of the override that fixes the account, "" for none.
    bans
        Positions of account and seat -> why this account never goes to this rep.
    vacant
        What the vacant seats were made from, None without any.
    """

    problem: TerritoryProblem
    accounts: pd.DataFrame
    seats: pd.DataFrame
    previous_seat: Ints
    visits_per_year: Floats
    travel_km: Floats
    travel_hours: Floats
    targets: Floats
    override_reason: tuple[str, ...]
    bans: Mapping[tuple[int, int], str]
    vacant: VacantCase | None = None
