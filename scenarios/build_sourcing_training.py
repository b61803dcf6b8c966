"""State trainings as moves into states whose people do better (F10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.sourcing_problem import Move, StaffState
from optimizer.staffing_problem import StaffingProblem


def add_training(
    row: Any,
    problem: StaffingProblem,
    untrained: int,
    states: list[StaffState],
    moves: list[Move],
) -> None:
    """Add the trained twin of every state that works the phase, and the way to it (F10)."""
    name, phase = row.name, problem.phases.index(row.phase)
    better, faster = _or_one(row.conversion_factor), _or_one(row.speed_factor)
    lost = 0.0 if pd.isna(row.hours_lost) else float(row.hours_lost)
    for source in range(untrained):
        state = states[source]
        if state.speed[phase] <= 0:
            continue
        factor, speed = np.ones(len(problem.phases)), state.speed.copy()
        factor[phase], speed[phase] = better, speed[phase] * faster
        twin = replace(
            state,
            state_id=f"{state.state_id}, {name}",
            start_headcount=0.0,
            conversion_factor=factor,
            speed=speed,
        )
        moves.append(
            Move(
                move_id=f"{name}: {state.state_id}",
                source=source,
                target=len(states),
                duration_months=0 if pd.isna(row.months) else int(row.months),
                hours_lost=(lost,) if lost else (),
                eur=float(row.cost_eur),
                max_total=np.inf if pd.isna(row.max_count) else float(row.max_count),
            )
        )
        states.append(twin)


def _or_one(value: float) -> float:
    return 1.0 if pd.isna(value) else float(value)
