"""The measures of a plan against doing nothing, one row each (docs/model-leadership.md)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from optimizer.leadership_return import Payback, PaybackKind, payback, return_on
from optimizer.leadership_staffing import StaffingMoney
from optimizer.staffing_problem import StaffingPlan
from scenarios.build_staffing import StaffingCase
from scenarios.decide import Staffing

MEASURE_COLUMNS = ["measure", "value", "words"]
NOBODY = 1e-9

Row = tuple[str, float, str]
"""Measure, value, words."""


def measure_table(
    staffing: Staffing,
    plan: StaffingPlan,
    baseline: StaffingPlan,
    money: StaffingMoney,
    before: StaffingMoney,
    cash: pd.DataFrame,
    coverage: pd.DataFrame,
) -> pd.DataFrame:
    """Return the measures in the order in which they are read (L2, L5 to L9).

    `money` and `before` are those of the plan and of the baseline; `cash` and `coverage` the
    tables of these names.
    """
    back = payback(cash["extra_cash_eur"].to_numpy(float))
    extra_customers = float(plan.served_units.sum() - baseline.served_units.sum())
    rows = [
        *_return_rows(money, before),
        *_payback_rows(back, staffing.case.problem.months),
        *_customer_rows(staffing.case, money, extra_customers, coverage),
        *_coverage_rows(coverage),
        *_dependence_rows(staffing, plan),
    ]
    return pd.DataFrame(rows, columns=MEASURE_COLUMNS).astype({"value": float})


def _return_rows(money: StaffingMoney, before: StaffingMoney) -> Iterator[Row]:
    extra = float((money.margin_eur - before.margin_eur).sum())
    cost = float(money.cost_eur.sum())
    found = return_on(extra, cost)
    yield "extra_cost_eur", cost, ""
    yield "extra_margin_eur", extra, ""
    if found.ratio is not None:
        yield "roi", found.ratio, ""
    else:
        yield "saves_eur", found.saves_eur or 0.0, ""


def _payback_rows(back: Payback, months: tuple[str, ...]) -> Iterator[Row]:
    month = np.nan if back.month is None else float(back.month)
    words = back.kind.value if back.month is None else months[back.month - 1]
    yield "payback_month", month, words
    low = "" if back.low_month is None else months[back.low_month - 1]
    yield "cash_low_eur", back.low_eur, low


def _customer_rows(
    case: StaffingCase, money: StaffingMoney, extra_customers: float, coverage: pd.DataFrame
) -> Iterator[Row]:
    """Yield what a new customer costs; no total where somebody's pay is not known."""
    customers = float(coverage["deals_planned"].sum())
    pay = case.people["cost_eur_per_year"]
    if customers > 0 and not pay.isna().any():
        employed = (case.capacity.employed * case.capacity.retention).sum(axis=1)
        staff = float((pay.to_numpy(float) / 12 * employed).sum())
        yield "cac_eur", (staff + float(money.cost_eur.sum())) / customers, ""
    if extra_customers > 1e-9:
        yield "marginal_cac_eur", float(money.cost_eur.sum()) / extra_customers, ""


def _coverage_rows(coverage: pd.DataFrame) -> Iterator[Row]:
    by_month = coverage.groupby("month", sort=True)[["deals_target", "deals_planned"]].sum()
    asked = by_month[by_month["deals_target"] > 0]
    if asked.empty:
        return
    yield "coverage", float(asked["deals_planned"].sum() / asked["deals_target"].sum()), ""
    share = (asked["deals_planned"] / asked["deals_target"]).round(9)
    yield "worst_month_coverage", float(share.min()), str(share.idxmin())


def _dependence_rows(staffing: Staffing, plan: StaffingPlan) -> Iterator[Row]:
    shares = shares_of_work(staffing, plan)
    if shares.size and shares.max() > 0:
        largest = int(np.argmax(shares))
        offer = staffing.case.problem.providers[largest]
        yield "largest_provider_share", float(shares[largest]), offer.provider_id
    used = np.flatnonzero(plan.provider_on.sum(axis=1))
    terms = [staffing.case.problem.providers[index].min_term_months for index in used.tolist()]
    if terms:
        yield "longest_commitment_months", float(max(terms)), ""


def shares_of_work(staffing: Staffing, plan: StaffingPlan) -> np.ndarray:
    """Return (V,): standard hours of each provider over those of all work done."""
    demand = staffing.case.problem.demand
    done = float((demand.hours * plan.served_units[demand.cell]).sum())
    quality = np.array([offer.quality for offer in staffing.case.problem.providers])
    hours = plan.provider_hours.sum(axis=(1, 2, 3)) * quality
    return np.asarray(hours / done) if done > 0 else np.zeros(quality.size)


def leadership_kpis(leadership: pd.DataFrame) -> dict[str, float]:
    """Return the measures that are plain numbers, by name; coverage is a figure already.

    A plan never out of pocket pays back in month 0; one that does not within the horizon has no
    such figure.
    """
    found = {
        str(name): float(value)
        for name, value in zip(leadership["measure"], leadership["value"], strict=True)
        if name != "coverage" and not np.isnan(value)
    }
    words = dict(zip(leadership["measure"], leadership["words"], strict=True))
    if words.get("payback_month") == PaybackKind.NEVER_OUT_OF_POCKET:
        found["payback_month"] = 0.0
    return found
