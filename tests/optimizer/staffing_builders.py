"""Build staffing problems of which a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from optimizer.staffing_problem import (
    SHARED,
    Demand,
    HireOffer,
    ProviderOffer,
    StaffingProblem,
)

Cell = tuple[float, float, Sequence[tuple[int, int, int, float]]]
"""Units, EUR a unit, requirements (pool, phase, month, hours a unit)."""


def make_demand(cells: Sequence[Cell]) -> Demand:
    rows = [(cell, *need) for cell, (_, _, needs) in enumerate(cells) for need in needs]
    table = np.array(rows, dtype=float).reshape(len(rows), 5)
    return Demand(
        cell_ids=tuple(f"cell{index}" for index in range(len(cells))),
        units=np.array([units for units, _, _ in cells], dtype=float),
        value_eur=np.array([value for _, value, _ in cells], dtype=float),
        cell=table[:, 0].astype(np.int64),
        pool=table[:, 1].astype(np.int64),
        phase=table[:, 2].astype(np.int64),
        month=table[:, 3].astype(np.int64),
        hours=table[:, 4],
    )


def hours_cells(need: Sequence[float], value_eur: float = 1.0) -> Demand:
    """Ask for plain hours of each phase in the first month, each hour worth `value_eur`."""
    return make_demand(
        [(hours, value_eur, [(SHARED, phase, 0, 1.0)]) for phase, hours in enumerate(need)]
    )


def make_problem(
    demand: Demand,
    *,
    can_do: Sequence[Sequence[float]] = ((1.0,),),
    hours: Any = 100.0,
    months: int = 1,
    pools: int = 1,
    person_pool: Sequence[int] | None = None,
    territorial: Sequence[int] = (),
    documented: Sequence[int] | None = None,
    **changes: Any,
) -> StaffingProblem:
    """Build a problem of len(can_do) persons; `hours` is a number, (N,) or (N, T)."""
    skills = np.array(can_do, dtype=float)
    people, phases = skills.shape
    available = np.asarray(hours, dtype=float)
    if available.ndim == 1:
        available = available[:, None]
    return StaffingProblem(
        **{
            "phases": tuple(f"phase{index}" for index in range(phases)),
            "pools": tuple(f"pool{index}" for index in range(pools)),
            "months": tuple(f"2026-{index + 1:02d}" for index in range(months)),
            "territorial": np.isin(np.arange(phases), territorial),
            "documented": np.isin(
                np.arange(phases), range(phases) if documented is None else documented
            ),
            "demand": demand,
            "person_ids": tuple(f"p{index}" for index in range(people)),
            "person_pool": np.array(person_pool or [0] * people, dtype=np.int64),
            "person_hours": np.broadcast_to(available, (people, months)).copy(),
            "productivity": skills,
            "preference": np.ones_like(skills),
            "current_phases": np.zeros_like(skills, dtype=bool),
            **changes,
        }
    )


def make_hire(phases: int = 1, months: int = 1, **changes: Any) -> HireOffer:
    return HireOffer(
        **{
            "offer_id": "hire",
            "productivity": np.ones(phases),
            "pools": (0,),
            "hours_by_month": np.full(months, 100.0),
            "ramp": (),
            "lead_months": 0,
            "recruiting_eur": 0.0,
            "cost_eur_per_month": 1000.0,
            "max_count": 3,
            **changes,
        }
    )


def make_provider(**changes: Any) -> ProviderOffer:
    return ProviderOffer(
        **{
            "provider_id": "provider",
            "phases": (0,),
            "pools": (0,),
            "price_eur_per_hour": 30.0,
            "setup_eur": 0.0,
            "retainer_eur_per_month": 0.0,
            "capacity_hours": 100.0,
            "min_term_months": 1,
            "ramp": (),
            "quality": 1.0,
            **changes,
        }
    )
