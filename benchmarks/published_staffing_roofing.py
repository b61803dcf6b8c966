"""State the roofing manufacturer's plans, typed in to be priced, not optimised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.published_staffing_textbooks import figure, months, only_finished, production
from optimizer.sourcing_problem import (
    Decisions,
    HireOption,
    Provider,
    SourcingProblem,
    StaffState,
    no_decisions,
)
from optimizer.sourcing_typed import Volumes

Floats = NDArray[np.float64]

ROOFING_DEMAND = np.array([900.0, 700.0, 800.0, 1200.0, 1500.0, 1100.0])
ROOFING_DAYS = np.array([22.0, 18.0, 21.0, 21.0, 22.0, 20.0])
UNITS_A_DAY = 5.0
"""Of one worker: 8 h at 1.6 h a unit."""


def heizer_roofing(day_eur: float, subcontract_eur: float, workers: float) -> SourcingProblem:
    """Heizer and Render, Operations Management, aggregate planning: plans to be priced.

    A change of the daily rate by one unit is a fifth of a worker.
    """
    count = len(ROOFING_DEMAND)
    crew = StaffState(
        state_id="crew",
        hours_per_head=8.0 * ROOFING_DAYS,
        speed=figure(1.0),
        start_headcount=workers,
        eur_per_unit=figure(day_eur / UNITS_A_DAY),
        layoff_allowed=True,
        severance_eur=figure(600.0 * UNITS_A_DAY),
        whole=False,
    )
    return SourcingProblem(
        months=months(count),
        phases=("production",),
        segments=("roofing",),
        flow=production(
            ROOFING_DEMAND.tolist(), hours_per_unit=figure(1.6), holding_eur=only_finished(5.0)
        ),
        states=(crew,),
        hires=(
            HireOption(option_id="crew", state=0, recruiting_eur=300.0 * UNITS_A_DAY, whole=False),
        ),
        providers=(
            Provider(provider_id="subcontractor", phases=(0,), capacity_hours=figure(1e4),
                     eur_per_result=subcontract_eur, whole=False),
        ),
    )  # fmt: skip


def roofing_plan(
    problem: SourcingProblem, rate: Floats, made: Floats, bought: Floats
) -> tuple[Decisions, Volumes]:
    """Return a plan typed in: (T,) units a day, units made and units bought a month."""
    open_plan = no_decisions(problem)
    steps = np.diff(rate / UNITS_A_DAY, prepend=problem.states[0].start_headcount)
    decisions = Decisions(
        hires=np.maximum(steps, 0.0)[None],
        layoffs=np.maximum(-steps, 0.0)[None],
        moves=open_plan.moves,
        running=(bought > 0).astype(np.float64)[None],
        automated=open_plan.automated,
        managers=open_plan.managers,
    )
    return decisions, Volumes(units_worked=np.stack([made, bought])[:, None, None, :, None])
