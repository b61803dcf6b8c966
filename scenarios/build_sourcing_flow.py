"""Turn the funnels of a workspace into the flow of units of the sourcing model, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.funnel_plan import FunnelPlan
from optimizer.funnel_problem import WON
from optimizer.sourcing_problem import UnitFlow
from scenarios.build_funnel import Funnels
from scenarios.build_sourcing_demand import Demand
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.sourcing_notes import Note
from scenarios.workspace import Workspace

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def build_flow(
    workspace: Workspace,
    funnels: Funnels,
    phases: Sequence[str],
    territorial: Bools,
    demand: Demand,
    travel: Sequence[float],
    notes: list[str],
) -> UnitFlow:
    """Return the flow of units; G are the pools and segments of `funnels` in their order.

    `travel` (G,) is travel hours per hour in territorial phases. What the model cannot tell apart
    as the tables do is said in `notes`.
    """
    config, plans = workspace.config, list(funnels.values())
    rules = config.sourcing
    months = config.horizon.months
    pipeline = _pipeline(plans, phases, months)
    universe, recontact = _universe(workspace, funnels, notes)
    ahead = np.full(pipeline.shape, rules.waiting_units_max)
    ahead[0] = ahead[-1] = 0.0
    late = np.full((len(plans), months), rules.late_deals_max)
    late[:, -1] = 0.0
    return UnitFlow(
        hours_per_unit=_hours(plans, phases, territorial, travel),
        conversion=_conversion(plans, phases),
        conversion_factor=_win_rates(demand, len(phases)),
        lag=_lags(funnels, phases, notes),
        target=_deals(plans)[:, :, None] * demand.target_factor,
        margin_eur=margins_eur(config, funnels)[:, None],
        universe=universe,
        recontact_months=recontact,
        pipeline=pipeline,
        # What is there already may wait, as in the funnel: only new work has to flow.
        stock_max=ahead + np.cumsum(pipeline, axis=2),
        holding_eur=np.array(rules.waiting_eur_per_unit_month),
        ageing=np.array(rules.waiting_loss_share),
        backlog_max=late,
        backlog_eur=np.array(rules.late_eur_per_deal_month),
        uncovered_eur=np.array(rules.lost_deal_eur),
        terminal_factor=rules.terminal_factor,
    )


def margins_eur(config: Config, funnels: Funnels) -> Floats:
    """Return the margin of a deal of each pool and segment, (G,)."""
    rules = [config.segments[segment] for _, segment in funnels]
    return np.array([rule.revenue_per_deal_eur * rule.margin_rate for rule in rules])


def _deals(plans: Sequence[FunnelPlan]) -> Floats:
    """Return (G, T): deals to win."""
    return np.array([[float(deals) for deals in plan.problem.deals_by_month] for plan in plans])


def _hours(
    plans: Sequence[FunnelPlan],
    phases: Sequence[str],
    territorial: Bools,
    travel: Sequence[float],
) -> Floats:
    """Return (P, G): hours of one unit, travel in territorial phases included."""
    hours = [[float(plan.problem.hours_per_unit(phase)) for plan in plans] for phase in phases]
    factor = np.where(territorial[:, None], 1.0 + np.array(travel)[None, :], 1.0)
    return np.array(hours) * factor


def _conversion(plans: Sequence[FunnelPlan], phases: Sequence[str]) -> Floats:
    """Return (P, G): units of the next phase out of one; the check asks for every one of them."""
    found = np.ones((len(phases), len(plans)))
    for g, plan in enumerate(plans):
        for stage in plan.problem.stages:
            found[phases.index(stage.phase), g] = float(stage.conversion)
    return found


def _win_rates(demand: Demand, phases: int) -> Floats:
    factors = np.ones((phases, *demand.win_rate_factor.shape))
    factors[-1] = demand.win_rate_factor
    return factors


def _lags(funnels: Funnels, phases: Sequence[str], notes: list[str]) -> Floats:
    """Return (P, L): by phase only; where segments differ, their mean weighed by deals."""
    means = [_mean_lag(funnels, phase, notes) for phase in phases]
    found = np.zeros((len(phases), 1 + max(max(mean) for mean in means)))
    for p, mean in enumerate(means):
        for lag, share in mean.items():
            found[p, lag] = share
    return found / found.sum(axis=1, keepdims=True)


def _mean_lag(funnels: Funnels, phase: str, notes: list[str]) -> dict[int, float]:
    """Return the share that passes on after each number of months."""
    shares: dict[int, float] = defaultdict(float)
    seen: dict[tuple[tuple[int, Fraction], ...], None] = {}
    for plan in funnels.values():
        kernel = next(s.lag_kernel for s in plan.problem.stages if s.phase == phase)
        seen[kernel] = None
        for lag, share in kernel:
            shares[lag] += float(share * sum(plan.problem.deals_by_month))
    if len(seen) > 1:
        notes.append(Note.LAGS_DIFFER.format(phase=phase))
    return shares


def _pipeline(plans: Sequence[FunnelPlan], phases: Sequence[str], months: int) -> Floats:
    """Return (P + 1, G, T): units there already, new ones they stand for, by ready month."""
    found = np.zeros((len(phases) + 1, len(plans), months))
    for g, plan in enumerate(plans):
        for lot in plan.problem.pipeline:
            place = len(phases) if lot.phase == WON else phases.index(lot.phase)
            found[place, g, lot.month] += float(plan.problem.worth(lot))
    return found


def _universe(
    workspace: Workspace, funnels: Funnels, notes: list[str]
) -> tuple[Floats, int | None]:
    """Return the prospects there are, (G,), and after how many months one may be met again.

    A row for several pools or segments is shared among them by the deals they are to win.
    """
    units = np.full(len(funnels), np.inf)
    waits: dict[int, None] = {}
    wanted = np.array([float(sum(p.problem.deals_by_month)) for p in funnels.values()])
    for row in rows_of(workspace.tables["universe"]):
        chosen = _lines(funnels, row.segment, row.pool)
        if chosen.any():
            share = wanted * chosen / wanted[chosen].sum()
            units[chosen] = np.minimum(units, row.units * share)[chosen]
            waits[0 if pd.isna(row.recontact_months) else int(row.recontact_months)] = None
            if chosen.sum() > 1:
                notes.append(Note.UNIVERSE_SHARED)
    if len(waits) > 1:
        notes.append(Note.RECONTACT_DIFFERS)
    longest = 0 if 0 in waits else max(waits, default=0)
    return units, longest or None


def _lines(funnels: Mapping[tuple[str, str], FunnelPlan], segment: str, pool: str) -> Bools:
    return np.array([pool in {"", p} and segment in {"", s} for p, s in funnels], dtype=bool)
