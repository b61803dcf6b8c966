"""Follow the cash of a plan month by month (L4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_cost import cost_eur
from optimizer.leadership_return import Payback, payback
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class CashDates:
    """Say when money moves.

    Attributes
    ----------
    deal_paid_shares
        Share of a deal's margin received 0, 1, .. months after it is won; adds up to 1. `(1,)`:
        counted when won; `(0, 1)`: a month later, as invoiced; `(0, 0, 1)`: two months later.
    recruiting_on_arrival
        Whether recruiting is paid when the person starts; otherwise when the hire is decided.
    """

    deal_paid_shares: tuple[float, ...] = (1.0,)
    recruiting_on_arrival: bool = True

    def __post_init__(self) -> None:
        """Refuse shares that lose or invent money."""
        shares = np.array(self.deal_paid_shares, dtype=np.float64)
        if not shares.size or np.any(~(shares >= 0)) or abs(float(shares.sum()) - 1.0) > 1e-9:
            raise ValueError("deal_paid_shares must be shares that add up to 1")


@dataclass(frozen=True, kw_only=True)
class Cash:
    """Hold the cash of a plan; W scenarios.

    Attributes
    ----------
    by_month_eur
        (T, W) received less spent in the month, not discounted, without terminal value.
    outstanding_eur
        (W,) margin of deals won within the horizon but received after it.
    """

    by_month_eur: Floats
    outstanding_eur: Floats


@dataclass(frozen=True, kw_only=True)
class CashCurve:
    """Hold expected cash against the baseline.

    Attributes
    ----------
    extra_eur, cumulated_eur
        (T,) by month, and added up from the start.
    """

    extra_eur: Floats
    cumulated_eur: Floats
    payback: Payback


def cash_of(problem: SourcingProblem, plan: SourcingPlan, dates: CashDates) -> Cash:
    """Return when the money of a plan comes and goes."""
    prices = price_sourcing(problem, plan)
    won = prices.eur["margin_eur"] + prices.eur["surplus_margin_eur"]
    months = len(problem.months)
    received = np.zeros((months + len(dates.deal_paid_shares), len(problem.scenarios)))
    for lag, share in enumerate(dates.deal_paid_shares):
        received[lag : lag + months] += share * won
    spent = cost_eur(problem, plan)
    if dates.recruiting_on_arrival:
        spent = spent + _recruiting_moved(problem, plan)[:, None]
    return Cash(by_month_eur=received[:months] - spent, outstanding_eur=received[months:].sum(0))


def _recruiting_moved(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (T,): what is spent later (above 0) and earlier (below 0) when paid on arrival.

    A person who would arrive after the last month is paid for in the month of the decision.
    """
    moved = np.zeros(len(problem.months))
    for option, hires in zip(problem.hires, plan.decisions.hires, strict=True):
        in_time = max(0, len(moved) - option.lead_months)
        moved[:in_time] -= option.recruiting_eur * hires[:in_time]
        moved[option.lead_months :] += option.recruiting_eur * hires[:in_time]
    return moved


def compare_cash(problem: SourcingProblem, plan: Cash, baseline: Cash) -> CashCurve:
    """Return the expected cash of the plan less that of the baseline."""
    extra = (plan.by_month_eur - baseline.by_month_eur) @ problem.probability
    return CashCurve(extra_eur=extra, cumulated_eur=np.cumsum(extra), payback=payback(extra))
