"""Rules of [territory] as numbers of the problem: targets, windows, caps and prices."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.territory_problem import SeatLimits
from scenarios.build_decisions import Decided
from scenarios.config import Config

Floats = NDArray[np.float64]


def account_values(accounts: pd.DataFrame) -> Floats:
    """Return EUR (U,): what the account buys or could buy in a year, the larger.

    A rep who has courted a city for years and sold nothing yet is worth keeping there too.
    """
    return accounts[["revenue_eur", "potential_eur"]].fillna(0.0).max(axis=1).to_numpy(float)


def targets(
    measures: Floats, fte: Floats, decided: Decided, config: Config, vacant: Floats | None = None
) -> Floats:
    """Return (S + V, K): the total by full-time equivalents; a frozen rep's is what it carries.

    `vacant` are the full-time equivalents (V,) of vacant seats, which take their share as well.
    """
    others = np.zeros(0) if vacant is None else vacant
    held = np.vstack([frozen_loads(measures, decided), np.zeros((len(others), measures.shape[1]))])
    rest = measures.sum(axis=0) - held.sum(axis=0)
    free = np.concatenate([np.where(decided.frozen, 0.0, fte), others])
    share = free / max(free.sum(), 1e-12)
    balanced = np.array([config.territory.balance_workload, config.territory.balance_potential])
    return np.where(balanced, np.outer(share, rest) + held, 0.0)


def frozen_loads(measures: Floats, decided: Decided) -> Floats:
    """Return (S, K) what frozen reps carry, 0 for the others."""
    held = np.zeros((len(decided.frozen), measures.shape[1]))
    still = np.append(decided.frozen, False)[decided.current]
    np.add.at(held, decided.current[still], measures[still])
    return held


def tolerances(config: Config) -> Floats:
    """Return the relative tolerance of hours and of potential, (2,)."""
    rules = config.territory
    return np.array([rules.workload_tolerance, rules.potential_tolerance])


def miss_prices(config: Config) -> Floats:
    """Return EUR per hour and per EUR of potential outside a window; empty when both are hard."""
    rules = config.territory
    given = (rules.workload_miss_eur_per_hour, rules.potential_miss_share)
    if given == (None, None):
        return np.zeros(0)
    return np.array([np.inf if price is None else price for price in given])


def unserved_prices(accounts: pd.DataFrame, config: Config) -> Floats:
    """Return EUR for leaving an account to nobody, (U,); empty when that has no price.

    An account of unknown worth has none either: a gap in the data is no reason to drop it.
    """
    share = config.territory.unserved_value_share
    if share is None:
        return np.zeros(0)
    values = account_values(accounts)
    return np.where(values > 0, share * values, np.inf)


def seat_limits(
    accounts: pd.DataFrame, seats: pd.DataFrame, decided: Decided, config: Config
) -> SeatLimits:
    """Return the caps of each rep: its own, else those of [territory].

    Accounts that overrides move count against the caps first. Those of [territory] on accounts
    held do not apply to frozen reps, who could do nothing about them.
    """
    rules = config.territory
    moves = decided.decided_moves()
    revenue = accounts["revenue_eur"].fillna(0.0).to_numpy(float)
    ones = np.ones(len(accounts))
    gone, come = decided.previous[moves], decided.current[moves]
    held = (rules.min_accounts, rules.max_accounts)
    return SeatLimits(
        least_units=_caps(seats, "min_accounts", held[0], decided.frozen, none=0.0),
        most_units=_caps(seats, "max_accounts", held[1], decided.frozen),
        most_given=_left(
            _caps(seats, "max_given_accounts", rules.max_given_accounts), gone, ones[moves]
        ),
        most_taken=_left(
            _caps(seats, "max_taken_accounts", rules.max_taken_accounts), come, ones[moves]
        ),
        most_given_eur=_left(
            _caps(seats, "max_given_revenue_eur", rules.max_given_revenue_eur), gone, revenue[moves]
        ),
        most_taken_eur=_left(
            _caps(seats, "max_taken_revenue_eur", rules.max_taken_revenue_eur), come, revenue[moves]
        ),
    )


def _caps(
    seats: pd.DataFrame,
    column: str,
    rule: float | None,
    exempt: NDArray[np.bool_] | None = None,
    none: float = np.inf,
) -> Floats:
    """Return the caps (S,), empty when there are none."""
    own = seats[column].to_numpy(dtype=float, na_value=np.nan)
    if rule is None and np.isnan(own).all():
        return np.zeros(0)
    common = np.full(len(own), none if rule is None else float(rule))
    if exempt is not None:
        common[exempt] = none
    return np.where(np.isnan(own), common, own)


def _left(caps: Floats, seat: NDArray[np.int64], amount: Floats) -> Floats:
    """Return what is left of the caps after what is decided, at least 0."""
    if not caps.size:
        return caps
    return np.maximum(caps - np.bincount(seat, weights=amount, minlength=len(caps)), 0.0)
