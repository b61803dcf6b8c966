"""Tables of an outcome that speak of people: roles, hours by source, hires and providers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from optimizer.staffing_problem import (
    HireOffer,
    ProviderOffer,
    StaffingPlan,
    StaffingProblem,
)
from scenarios.build_staffing import StaffingCase
from scenarios.decide import Staffing
from scenarios.frames import rows_of
from scenarios.outcome_help import held_gains, home_hours
from scenarios.outcome_uncovered import (
    SOURCING_COLUMNS,
    bucket_name,
    given_up_rows,
    hours_frame,
    too_late_rows,
    uncovered_rows,
)

NEGLIGIBLE_HOURS = 1e-6
LEAST_HELP_HOURS = 0.5
"""Help below it rounds to no hour and is worth no word."""
ROLE_COLUMNS = [
    "rep_id",
    "name",
    "pool",
    "kind",
    "phase",
    "hours",
    "share_of_time",
    "productivity",
    "preference",
    "held_before",
    "reason",
]
DECISION_COLUMNS = [
    "kind",
    "id",
    "name",
    "pool",
    "decided_month",
    "start_month",
    "end_month",
    "count",
    "hours",
    "cost_eur",
    "reason",
]


def role_table(staffing: Staffing, plan: StaffingPlan) -> pd.DataFrame:
    """Return one row per person and phase held, and one with an empty phase for nobody's."""
    case = staffing.case
    hours = plan.person_hours.sum(axis=2)
    available = case.problem.person_hours.sum(axis=1)
    rows = []
    for n, rep in enumerate(rows_of(case.people)):
        # Whoever is not there in the horizon holds nothing, whatever the plan carries over.
        held = np.flatnonzero(plan.roles[n] & (available[n] > 0))
        rows += [_role(case, plan, n, rep, int(p), hours[n, p], available[n]) for p in held]
        if not len(held):
            rows.append(_no_role(case, n, rep, available[n]))
    return pd.DataFrame(rows, columns=ROLE_COLUMNS)


def _role(
    case: StaffingCase,
    plan: StaffingPlan,
    n: int,
    rep: Any,
    p: int,
    hours: float,
    available: float,
) -> dict[str, Any]:
    problem = case.problem
    return {
        **_person(rep),
        "phase": problem.phases[p],
        "hours": hours,
        "share_of_time": hours / available if available else 0.0,
        "productivity": problem.productivity[n, p],
        "preference": problem.preference[n, p],
        "held_before": bool(problem.current_phases[n, p]),
        "reason": "; ".join([_role_reason(case, n, p), *_help_reasons(problem, plan, n, p)]),
    }


def _no_role(case: StaffingCase, n: int, rep: Any, available: float) -> dict[str, Any]:
    able = (case.problem.productivity[n] > 0).any()
    barred = (case.rules.skills[n] > 0).any() and not able
    why = "no work left for the phases this person can do" if able else "no skill for any phase"
    why = "the rules of roles leave no phase this person can do" if barred else why
    return {
        **_person(rep),
        "phase": "",
        "hours": 0.0,
        "share_of_time": 0.0,
        "productivity": 0.0,
        "preference": 0.0,
        "held_before": False,
        "reason": why if available else "not employed in the horizon",
    }


def _person(rep: Any) -> dict[str, Any]:
    names = ("rep_id", "name", "pool", "kind")
    return {name: getattr(rep, name) for name in names}


def _role_reason(case: StaffingCase, n: int, p: int) -> str:
    problem = case.problem
    others = np.flatnonzero(problem.productivity[n] > 0)
    best = problem.productivity[n].max()
    speed = problem.productivity[n, p]
    parts = ["holds it today" if problem.current_phases[n, p] else "new to the person"]
    if (n, p) in case.rules.reasons:
        parts.append(f"decided by hand: {case.rules.reasons[n, p]}")
    if len(others) == 1:
        parts.append("the only phase this person can do")
    elif speed >= best:
        parts.append("this person's fastest phase")
    if problem.preference[n, p] >= problem.preference[n, others].max():
        parts.append("liked best")
    return "; ".join(parts)


def _help_reasons(problem: StaffingProblem, plan: StaffingPlan, n: int, p: int) -> list[str]:
    """Say which pools the person helps in the phase, and for how long."""
    if plan.help_hours is None:
        return []
    hours = plan.help_hours[n, :, p].sum(axis=1)
    helped = np.flatnonzero(hours >= LEAST_HELP_HOURS).tolist()
    return [f"helps {problem.pools[g]} for {hours[g]:,.0f} h of it" for g in helped]


def sourcing_table(staffing: Staffing, plan: StaffingPlan) -> pd.DataFrame:
    """Return standard hours by month, bucket and source; uncovered work is a source too.

    All sources together give the hours of the funnel, with travel on top of field phases.
    The pay of the months planned is spread over the hours worked, so that it adds up to what is
    paid to everybody who works: idle hours are paid too. Recruiting, set-up and retainers stand
    with the decisions.
    """
    problem = staffing.case.problem
    parts = [
        _staff_rows(staffing.case, plan),
        _hire_rows(problem, plan),
        _provider_rows(problem, plan),
        uncovered_rows(problem, plan),
        _left_rows(staffing),
    ]
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else parts[0]
    table = table[table["hours"] > NEGLIGIBLE_HOURS]
    return table.sort_values(SOURCING_COLUMNS[:5], kind="stable", ignore_index=True)


def _left_rows(staffing: Staffing) -> pd.DataFrame:
    """Return the work in no cell: deals out of reach, or all that sourcing gives up."""
    if staffing.sourced is None:
        return too_late_rows(staffing.case)
    return given_up_rows(staffing.case, staffing.sourced.work.given_up)


def _staff_rows(case: StaffingCase, plan: StaffingPlan) -> pd.DataFrame:
    problem = case.problem
    factor = problem.productivity * held_gains(problem, plan)[:, None]
    pace = np.ones((1, 1, 1)) if problem.pace is None else problem.pace
    rate = np.broadcast_to(factor[:, :, None] * pace, plan.person_hours.shape)
    months = (case.capacity.employed * case.capacity.retention).sum(axis=1)
    pay = np.nan_to_num(case.people["cost_eur_per_year"].to_numpy(float)) / 12 * months
    per_hour = _per_hour(pay, plan.person_hours.sum(axis=(1, 2)))
    return hours_frame(
        [
            (
                problem.months[t],
                bucket_name(problem, g, p),
                problem.phases[p],
                "staff",
                problem.person_ids[n],
                worked * rate[n, p, t] * speed,
                worked * per_hour[n],
            )
            for n, g, p, t, worked, speed in _worked(problem, plan)
        ]
    )


def _worked(
    problem: StaffingProblem, plan: StaffingPlan
) -> Iterator[tuple[int, int, int, int, float, float]]:
    """Yield person, pool, phase, month, hours worked there and the speed there, home first."""
    home = home_hours(plan)
    for n, p, t in np.argwhere(home > NEGLIGIBLE_HOURS).tolist():
        yield n, int(problem.person_pool[n]), p, t, float(home[n, p, t]), 1.0
    if plan.help_hours is None:
        return
    for n, g, p, t in np.argwhere(plan.help_hours > NEGLIGIBLE_HOURS).tolist():
        speed = float(problem.speed_in_pool(g)[n])
        yield n, g, p, t, float(plan.help_hours[n, g, p, t]), speed


def _per_hour(pay_eur: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Return pay over hours worked, 0 for those who work none."""
    return np.divide(pay_eur, hours, out=np.zeros(pay_eur.shape), where=hours > 0)


def _hire_pay(problem: StaffingProblem, plan: StaffingPlan) -> np.ndarray:
    """Return EUR paid in the horizon to the hires of each offer in each pool, (H, G)."""
    pay = np.zeros(plan.hired.shape[:2])
    for h, g, decided in np.argwhere(plan.hired > 0):
        start, end = presence(problem.hires[h], int(decided), len(problem.months))
        months = int(plan.hired[h, g, decided]) * (end - start)
        pay[h, g] += problem.hires[h].cost_eur_per_month * months
    return pay


def presence(offer: HireOffer, decided: int, months: int) -> tuple[int, int]:
    """Return the first month a hire is there and the one after the last."""
    start = decided + offer.lead_months
    end = min(start + offer.term_months, months) if offer.term_months else months
    return start, end


def _hire_rows(problem: StaffingProblem, plan: StaffingPlan) -> pd.DataFrame:
    per_hour = _per_hour(_hire_pay(problem, plan), plan.hire_hours.sum(axis=(2, 3)))
    rows = []
    for h, g, p, t in np.argwhere(plan.hire_hours > NEGLIGIBLE_HOURS):
        offer, worked = problem.hires[h], plan.hire_hours[h, g, p, t]
        rows.append(
            (
                problem.months[t],
                bucket_name(problem, g, p),
                problem.phases[p],
                "hire",
                offer.offer_id,
                worked * offer.productivity[p],
                worked * per_hour[h, g],
            )
        )
    return hours_frame(rows)


def _price_per_hour(offer: ProviderOffer) -> float:
    """Return the price of an hour; of a contract decided by sourcing, all that it costs an hour."""
    if offer.contract is None:
        return offer.price_eur_per_hour
    return offer.contract.cost_eur / max(float(offer.contract.hours.sum()), NEGLIGIBLE_HOURS)


def _provider_rows(problem: StaffingProblem, plan: StaffingPlan) -> pd.DataFrame:
    rows = []
    for v, g, p, t in np.argwhere(plan.provider_hours > NEGLIGIBLE_HOURS):
        offer, bought = problem.providers[v], plan.provider_hours[v, g, p, t]
        rows.append(
            (
                problem.months[t],
                bucket_name(problem, g, p),
                problem.phases[p],
                "provider",
                offer.provider_id,
                bought * offer.quality,
                bought * _price_per_hour(offer),
            )
        )
    return hours_frame(rows)
