"""State the worked cases of this project: five hires that become two, and train or hire.

Every figure is ours, made to be checked by hand and by enumeration (docs/model-sourcing.md,
Worked cases).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from benchmarks.published_staffing_textbooks import figure, months
from optimizer.sourcing_problem import (
    HireOption,
    Move,
    Provider,
    SourcingProblem,
    StaffState,
    UnitFlow,
)

Floats = NDArray[np.float64]

SEASON = (4.0, 4.5, 7.0, 8.0, 11.4, 11.4, 4.5, 3.0, 11.4, 11.4, 11.4, 7.0)
SEASON_PHASES = ("identification", "appointments", "meetings", "proposals")
MARGIN_EUR = 15_000.0
MOST_HIRES = 6.0
UNTRAINED = 0.10
MONTHS_TO_FULL_EFFECT = 6


def season(*, uplift: float, provider: bool, exactly: int | None = None) -> SourcingProblem:
    """Return the seasonal firm: 3 people, hires with lead and ramp, an outside call team.

    56 h a deal: 80 prospects at 3.75 min and three calls of 5 min, four opportunities at 4.25 h
    of meetings and calls and 3.5 h of proposals. `exactly` fixes the number of hires.
    """
    flow = UnitFlow(
        hours_per_unit=np.array([[0.0625], [0.25], [4.25], [3.5]]),
        conversion=np.array([[1.0], [1.0 / 20.0], [1.0], [1.0 / 4.0]]),
        target=uplift * np.array(SEASON)[None, :, None],
        margin_eur=figure(MARGIN_EUR),
    )
    speed = figure(1.0)
    hire = HireOption(
        option_id="permanent hire",
        state=1,
        lead_months=2,
        ramp=(0.25, 0.5, 0.75),
        recruiting_eur=8_000.0,
        max_total=MOST_HIRES if exactly is None else float(exactly),
        min_total=0.0 if exactly is None else float(exactly),
    )
    return SourcingProblem(
        months=months(len(SEASON)),
        phases=SEASON_PHASES,
        segments=("all",),
        flow=flow,
        states=(
            StaffState(
                state_id="team", hours_per_head=figure(80.0), speed=speed, start_headcount=3.0
            ),
            StaffState(
                state_id="hired",
                hours_per_head=figure(80.0),
                speed=speed,
                wage_eur=figure(5_900.0),
            ),
        ),
        hires=(hire,),
        providers=(call_team(),) if provider else (),
    )


def call_team() -> Provider:
    """Return the outside force of the seasonal firm."""
    return Provider(
        provider_id="call team",
        phases=(0, 1),
        capacity_hours=figure(500.0),
        effectiveness=figure(0.9),
        setup_eur=figure(6_000.0),
        retainer_eur=figure(1_500.0),
        eur_per_hour=30.0,
        min_term_months=3,
        ramp=(0.6, 0.8),
        steering_hours=10.0,
    )


def train_or_hire(win_rate_after: float) -> SourcingProblem:
    """Return four people at 14 h an opportunity who can be trained, or joined by others.

    A sixth of the effect comes with the month of the training, all of it with the sixth: one
    state for each step, passed through month by month.
    """
    count, steps = 12, MONTHS_TO_FULL_EFFECT
    hours, speed, first_month = figure(80.0), figure(1.0), np.eye(count)[0]
    gain = win_rate_after / UNTRAINED - 1.0
    trained = [
        StaffState(
            state_id=f"trained, month {step}",
            hours_per_head=hours,
            speed=speed,
            conversion_factor=figure(1.0 + gain * step / steps),
        )
        for step in range(1, steps + 1)
    ]
    team = StaffState(state_id="team", hours_per_head=hours, speed=speed, start_headcount=4.0)
    hired = StaffState(
        state_id="hired", hours_per_head=hours, speed=speed, wage_eur=figure(5_900.0)
    )
    training = Move(
        move_id="training", source=0, target=1, eur=12_000.0, hours_lost=(40.0,), months=first_month
    )
    progress = [
        Move(move_id=f"month {step + 1}", source=step, target=step + 1, automatic_share=1.0)
        for step in range(1, steps)
    ]
    return SourcingProblem(
        months=months(count),
        phases=("opportunity",),
        segments=("all",),
        flow=UnitFlow(
            hours_per_unit=figure(14.0),
            conversion=figure(UNTRAINED),
            target=figure(5.0),
            margin_eur=figure(MARGIN_EUR),
        ),
        states=(team, *trained, hired),
        hires=(
            HireOption(
                option_id="permanent hire",
                state=steps + 1,
                ramp=(0.25, 0.5, 0.75),
                recruiting_eur=8_000.0,
                max_per_month=9.0 * first_month,
            ),
        ),
        moves=(training, *progress),
    )
