"""Units of each phase that a plan has work for, month by month: the funnel's, or sourcing's."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.funnel import FunnelPlan
from scenarios.decide import Staffing

Floats = NDArray[np.float64]


def units_of(staffing: Staffing, line: int, phase: str) -> tuple[Floats, Floats]:
    """Return (T,), (T,): units of a phase of a pool and segment, and those worked by people.

    Where sourcing decided the levers these are the units it works, tools included, and those of
    the deals it gives up; elsewhere all are the funnel's.
    """
    funnel = list(staffing.case.funnels.values())[line]
    if staffing.sourced is None:
        units = np.array([float(each) for each in funnel.units[phase]])
        return units, units
    work, at = staffing.sourced.work, staffing.case.problem.phases.index(phase)
    left = _given_up(funnel, phase, work.given_up[line])
    return work.units_worked[at, line] + left, work.units_by_hand[at, line] + left


def _given_up(funnel: FunnelPlan, phase: str, deals: Floats) -> Floats:
    hours_per_unit = float(funnel.problem.hours_per_unit(phase))
    if not hours_per_unit:
        return np.zeros(len(deals))
    in_time, late = hours_given_up(funnel, phase, deals)
    return (in_time + late) / hours_per_unit


def hours_given_up(funnel: FunnelPlan, phase: str, deals: Floats) -> tuple[Floats, Floats]:
    """Return (T,), (T,): hours of deals given up that were in reach, and of those out of reach.

    Deals out of reach are the first to be given up. Hours as in the funnel, travel not included.
    """
    risk = np.array([float(each) for each in funnel.deals_at_risk])
    in_time, late = np.zeros(len(deals)), np.array([float(h) for h in funnel.hours[phase]])
    for (month, due), hours in funnel.hours_per_deal.get(phase, {}).items():
        if month >= 0:
            in_time[month] += max(0.0, float(deals[due] - risk[due])) * float(hours)
            late[month] -= float(hours) * float(funnel.open_deals[due])
    left = float(np.minimum(deals, risk).sum() / risk.sum()) if risk.any() else 0.0
    return in_time, np.maximum(late, 0.0) * left
