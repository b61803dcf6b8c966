"""Spread revenue targets into deals by pool, segment and month, as exact rationals."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from optimizer.funnel import fraction
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.horizon import horizon_months
from scenarios.workspace import Workspace

PoolShares = Mapping[str, Mapping[str, Fraction]]
"""segment -> pool -> share of the segment's work, adding up to 1."""
Deals = dict[tuple[str, str], tuple[Fraction, ...]]
"""(pool, segment) -> deals to win in each month of the horizon."""


def pools_of(workspace: Workspace) -> tuple[str, ...]:
    """Return the pools in alphabetical order."""
    return tuple(sorted(workspace.tables["reps"]["pool"].unique()))


def pool_shares(workspace: Workspace, pool_of_account: pd.Series | None) -> PoolShares:
    """Return each pool's share of each segment, by the potential of the accounts it serves.

    `pool_of_account` is aligned with the accounts table; without accounts, or for a segment
    whose accounts have no potential, the pools share by their full-time equivalents.
    """
    by_fte = _shares(workspace.tables["reps"].groupby("pool")["fte"].sum())
    shares: dict[str, Mapping[str, Fraction]] = {}
    accounts = workspace.tables["accounts"]
    for segment in workspace.config.segments:
        shares[segment] = by_fte
        if pool_of_account is None:
            continue
        mask = (accounts["segment"] == segment) & (pool_of_account != "")
        potential = accounts.loc[mask, "potential_eur"].groupby(pool_of_account[mask]).sum()
        if potential.sum() > 0:
            shares[segment] = _shares(potential)
    return shares


def _shares(weights: pd.Series) -> dict[str, Fraction]:
    # Whole hundredths keep the denominators short; a pool's weight is never that fine.
    whole = {str(pool): round(float(weight) * 100) for pool, weight in weights.items()}
    total = sum(whole.values())
    if not total:
        # Work does not vanish because nobody is there to weigh it by.
        return {pool: Fraction(1, len(whole)) for pool in sorted(whole)}
    return {pool: Fraction(weight, total) for pool, weight in sorted(whole.items()) if weight}


def deal_targets(workspace: Workspace, shares: PoolShares) -> Deals:
    """Return the deals to win; revenue / revenue per deal, nothing rounded."""
    config, months = workspace.config, horizon_months(workspace.config)
    deals: dict[tuple[str, str], list[Fraction]] = {}
    for row in rows_of(workspace.tables["targets"]):
        for segment, of_segment in _segments(workspace, row.segment).items():
            value = fraction(config.segments[segment].revenue_per_deal_eur)
            pools = {row.pool: Fraction(1)} if row.pool else shares[segment]
            for pool, of_pool in pools.items():
                line = deals.setdefault((pool, segment), [Fraction(0)] * len(months))
                for month, of_month in _months(config, row.month).items():
                    if month in months:
                        amount = fraction(row.revenue_eur) * of_segment * of_pool * of_month
                        line[months.index(month)] += amount / value
    return {key: tuple(line) for key, line in sorted(deals.items())}


def _segments(workspace: Workspace, segment: str) -> Mapping[str, Fraction]:
    if segment:
        return {segment: Fraction(1)}
    accounts = workspace.tables["accounts"]
    potential = accounts.groupby("segment")["potential_eur"].sum()
    if potential.sum() > 0:
        return _shares(potential)
    names = sorted(workspace.config.segments)
    return {name: Fraction(1, len(names)) for name in names}


def _months(config: Config, month: str) -> Mapping[str, Fraction]:
    if len(month) > 4:
        return {month: Fraction(1)}
    weights = [fraction(weight) for weight in config.funnel.seasonality]
    total = sum(weights)
    return {f"{month}-{i + 1:02d}": weight / total for i, weight in enumerate(weights) if weight}
