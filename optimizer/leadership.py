"""Tell leadership what a sourcing plan is worth against doing nothing (docs/model-leadership.md).

`measures` is arithmetic on two plans; `baseline_of` solves for the one to compare with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_baseline import do_nothing
from optimizer.leadership_cash import Cash, CashCurve, CashDates, cash_of, compare_cash
from optimizer.leadership_cost import SourceCost, costs_by_source, segment_costs_eur
from optimizer.leadership_coverage import Coverage, coverage_of
from optimizer.leadership_return import Return, return_on
from optimizer.leadership_risk import Risk, risk_of
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_prices import price_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

Floats = NDArray[np.float64]

NOBODY = 1e-9


@dataclass(frozen=True, kw_only=True)
class Margin:
    """Hold expected margin of the wins of the horizon, and apart from it terminal value."""

    undiscounted_eur: float
    discounted_eur: float
    terminal_undiscounted_eur: float
    terminal_discounted_eur: float


@dataclass(frozen=True, kw_only=True)
class Acquisition:
    """Hold what a new customer costs.

    Attributes
    ----------
    customers, cac_eur
        Expected new customers, and all sales cost over them; None without a customer.
    segment_customers, segment_cac_eur
        (G,) the same by segment; NaN without a customer.
    extra_customers, marginal_cac_eur
        Against the baseline; None without a baseline or without an extra customer.
    """

    customers: float
    cac_eur: float | None
    segment_customers: Floats
    segment_cac_eur: Floats
    extra_customers: float | None
    marginal_cac_eur: float | None


@dataclass(frozen=True, kw_only=True)
class AgainstBaseline:
    """Hold the plan less the baseline: undiscounted and discounted return, cash, payback."""

    undiscounted: Return
    discounted: Return
    curve: CashCurve
    extra_customers: float


@dataclass(frozen=True, kw_only=True)
class LeadershipMeasures:
    """Hold the table for leadership; expected values unless said otherwise.

    Attributes
    ----------
    costs, cost_undiscounted_eur, cost_discounted_eur
        By source, and in all.
    against_baseline
        None when nothing can be compared with: no plan keeps the rules without a decision.
    """

    horizon_months: int
    costs: tuple[SourceCost, ...]
    cost_undiscounted_eur: float
    cost_discounted_eur: float
    margin: Margin
    cash: Cash
    acquisition: Acquisition
    coverage: Coverage
    risk: Risk
    against_baseline: AgainstBaseline | None


def baseline_of(problem: SourcingProblem, options: Options) -> Solution[SourcingPlan]:
    """Return the best plan of doing nothing (L1); INFEASIBLE where the rules forbid it."""
    return solve_sourcing(do_nothing(problem), options)


def measures(
    problem: SourcingProblem,
    plan: SourcingPlan,
    baseline: SourcingPlan | None,
    dates: CashDates | None = None,
) -> LeadershipMeasures:
    """Return the table for leadership.

    Parameters
    ----------
    baseline
        The plan of `baseline_of`; None: there is none.
    dates
        When money moves; None: a deal is cash when won, recruiting when the person starts.
    """
    dates = dates or CashDates()
    costs = costs_by_source(problem, plan)
    cash = cash_of(problem, plan, dates)
    compared = None
    if baseline is not None:
        compared = _compare(problem, plan, baseline, cash_of(problem, baseline, dates), cash)
    return LeadershipMeasures(
        horizon_months=len(problem.months),
        costs=costs,
        cost_undiscounted_eur=sum(cost.undiscounted_eur for cost in costs),
        cost_discounted_eur=sum(cost.discounted_eur for cost in costs),
        margin=margin_of(problem, plan),
        cash=cash,
        acquisition=_acquisition(problem, plan, costs, compared),
        coverage=coverage_of(problem, plan),
        risk=risk_of(problem, plan, cash),
        against_baseline=compared,
    )


def margin_of(problem: SourcingProblem, plan: SourcingPlan) -> Margin:
    """Return the expected margin of a plan, terminal value apart (L3)."""
    eur = price_sourcing(problem, plan).eur
    won = eur["margin_eur"] + eur["surplus_margin_eur"]
    ones, weight = np.ones(len(problem.months)), problem.probability
    return Margin(
        undiscounted_eur=float(ones @ won @ weight),
        discounted_eur=float(problem.discount @ won @ weight),
        terminal_undiscounted_eur=float(ones @ eur["terminal_eur"] @ weight),
        terminal_discounted_eur=float(problem.discount @ eur["terminal_eur"] @ weight),
    )


def customers_of(problem: SourcingProblem, plan: SourcingPlan) -> Floats:
    """Return (G,): expected new customers by segment."""
    return np.asarray((plan.sold + plan.surplus).sum(axis=1) @ problem.probability)


def _compare(
    problem: SourcingProblem,
    plan: SourcingPlan,
    baseline: SourcingPlan,
    cash_before: Cash,
    cash: Cash,
) -> AgainstBaseline:
    costs, before = costs_by_source(problem, plan), costs_by_source(problem, baseline)
    margin, margin_before = margin_of(problem, plan), margin_of(problem, baseline)
    extra_customers = customers_of(problem, plan).sum() - customers_of(problem, baseline).sum()
    return AgainstBaseline(
        undiscounted=return_on(
            margin.undiscounted_eur - margin_before.undiscounted_eur,
            sum(c.undiscounted_eur for c in costs) - sum(c.undiscounted_eur for c in before),
        ),
        discounted=return_on(
            margin.discounted_eur - margin_before.discounted_eur,
            sum(c.discounted_eur for c in costs) - sum(c.discounted_eur for c in before),
        ),
        curve=compare_cash(problem, cash, cash_before),
        extra_customers=float(extra_customers),
    )


def _acquisition(
    problem: SourcingProblem,
    plan: SourcingPlan,
    costs: tuple[SourceCost, ...],
    compared: AgainstBaseline | None,
) -> Acquisition:
    by_segment = customers_of(problem, plan)
    customers = float(by_segment.sum())
    cost = sum(each.undiscounted_eur for each in costs)
    segment_cac = np.full(len(by_segment), np.nan)
    segment_cost = segment_costs_eur(problem, plan, costs)
    np.divide(segment_cost, by_segment, out=segment_cac, where=by_segment > NOBODY)
    extra = None if compared is None else compared.extra_customers
    return Acquisition(
        customers=customers,
        cac_eur=cost / customers if customers > NOBODY else None,
        segment_customers=by_segment,
        segment_cac_eur=segment_cac,
        extra_customers=extra,
        marginal_cac_eur=_marginal(compared),
    )


def _marginal(compared: AgainstBaseline | None) -> float | None:
    """Return extra cost over extra customers, None when there is no extra customer."""
    if compared is None or compared.extra_customers <= NOBODY:
        return None
    return compared.undiscounted.extra_cost_eur / compared.extra_customers
