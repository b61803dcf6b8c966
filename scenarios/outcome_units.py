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
    found = np.zeros(len(deals))
    hours_per_unit = float(funnel.problem.hours_per_unit(phase))
    for (month, due), hours in funnel.hours_per_deal.get(phase, {}).items():
        if month >= 0 and hours_per_unit:
            found[month] += deals[due] * float(hours) / hours_per_unit
    return found
