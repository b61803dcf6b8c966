"""Table of the decisions leadership signs: whom to hire, which provider runs when, and why."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd

from optimizer.staffing_problem import HireOffer, ProviderOffer, StaffingPlan, StaffingProblem
from scenarios.decide import Staffing
from scenarios.outcome_staffing import DECISION_COLUMNS, presence


def decision_table(staffing: Staffing, plan: StaffingPlan, names: dict[str, str]) -> pd.DataFrame:
    """Return one row per hire decision and per run of a provider."""
    problem = staffing.case.problem
    rows = [*_hire_decisions(problem, plan, names), *_provider_runs(problem, plan, names)]
    table = pd.DataFrame(rows, columns=DECISION_COLUMNS)
    return table.astype({"count": "int64", "hours": float, "cost_eur": float})


def _hire_decisions(
    problem: StaffingProblem, plan: StaffingPlan, names: dict[str, str]
) -> list[tuple[Any, ...]]:
    rows = []
    for h, g, decided in np.argwhere(plan.hired > 0):
        offer, count = problem.hires[h], int(plan.hired[h, g, decided])
        by_phase = plan.hire_hours[h, g] @ _cohort_shares(offer, plan.hired[h, g])[decided]
        start, end = presence(offer, int(decided), len(problem.months))
        paid = offer.recruiting_eur + offer.cost_eur_per_month * (end - start)
        rows.append(
            (
                "hire",
                offer.offer_id,
                names.get(offer.offer_id, offer.offer_id),
                problem.pools[g],
                problem.months[decided],
                problem.months[start],
                problem.months[end - 1],
                count,
                float(by_phase.sum()),
                count * paid,
                _hire_reason(problem, plan, by_phase),
            )
        )
    return rows


def _cohort_shares(offer: HireOffer, hired: np.ndarray) -> np.ndarray:
    """Return the share of a month's hours that those decided in each month have, (T, T).

    Hires of one offer and pool differ by nothing but their ramp: they share the work by the
    hours each has.
    """
    months = len(hired)
    there = np.zeros((months, months))
    for decided in np.flatnonzero(hired):
        start, end = presence(offer, int(decided), months)
        ramp = [*offer.ramp, *([1.0] * months)][: end - start]
        there[decided, start:end] = hired[decided] * np.array(ramp)
    return there / np.where(there.any(axis=0), there.sum(axis=0), 1.0)


def _hire_reason(problem: StaffingProblem, plan: StaffingPlan, by_phase: np.ndarray) -> str:
    return f"{_phase_list(problem, by_phase)}; {_staff_peak(problem, plan)}"


def _phase_list(problem: StaffingProblem, by_phase: np.ndarray) -> str:
    order = sorted(np.flatnonzero(by_phase > 0.5), key=lambda p: -by_phase[p])
    if not order:
        return "no hours used"
    return "works " + ", ".join(f"{by_phase[p]:,.0f} h {problem.phases[p]}" for p in order)


def _staff_peak(problem: StaffingProblem, plan: StaffingPlan) -> str:
    worked = plan.person_hours.sum(axis=1) + plan.steering_hours
    busy = worked.sum(axis=0) / np.maximum(problem.person_hours.sum(axis=0), 1e-9)
    month = int(np.argmax(busy))
    return f"today's staff is at {busy[month]:.0%} of its hours in {problem.months[month]}"


def _provider_runs(
    problem: StaffingProblem, plan: StaffingPlan, names: dict[str, str]
) -> list[tuple[Any, ...]]:
    rows = []
    for v, offer in enumerate(problem.providers):
        for months in _runs(np.flatnonzero(plan.provider_on[v])):
            hours = plan.provider_hours[v][:, :, months].sum(axis=(0, 2))
            rows.append(
                (
                    "provider",
                    offer.provider_id,
                    names.get(offer.provider_id, offer.provider_id),
                    "",
                    problem.months[max(0, months[0] - offer.lead_months)],
                    problem.months[months[0]],
                    problem.months[months[-1]],
                    1,
                    float(hours.sum()),
                    _run_cost(offer, float(hours.sum()), months),
                    _provider_reason(problem, offer, hours),
                )
            )
    return rows


def _runs(on: np.ndarray) -> list[list[int]]:
    """Return the stretches of consecutive months."""
    grouped = groupby(enumerate(on.tolist()), key=lambda pair: pair[1] - pair[0])
    return [list(map(itemgetter(1), stretch)) for _, stretch in grouped]


def _run_cost(offer: ProviderOffer, hours: float, months: list[int]) -> float:
    if offer.contract is not None:
        return float(offer.contract.month_cost_eur[months].sum())
    fixed = offer.setup_eur + offer.retainer_eur_per_month * len(months)
    return fixed + offer.price_eur_per_hour * hours


def _provider_reason(problem: StaffingProblem, offer: ProviderOffer, hours: np.ndarray) -> str:
    if offer.contract is not None:
        each = offer.contract.cost_eur / max(float(hours.sum()) * offer.quality, 1e-9)
        return f"{_phase_list(problem, hours)}; {each:,.2f} per standard hour, all prices in"
    price = offer.price_eur_per_hour / offer.quality if offer.quality else float("inf")
    return f"{_phase_list(problem, hours)}; {price:,.2f} per standard hour, set-up apart"
