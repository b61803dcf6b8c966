"""Whole staffing problems: published cases, a generated company, a small one with every lever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from staffing_builders import (
    Cell,
    hours_cells,
    make_demand,
    make_hire,
    make_problem,
    make_provider,
)

from optimizer.staffing_problem import SHARED, HireOffer, ProviderOffer, StaffingProblem


def season_problem(uplift: float, *, provider: bool) -> StaffingProblem:
    """Seasonal sales: three reps, up to six hires, perhaps an outside prospecting team."""
    deals = np.array([4, 4.5, 7, 8, 11.4, 11.4, 4.5, 3, 11.4, 11.4, 11.4, 7]) * uplift
    hours = (5.0, 20.0, 17.0, 14.0)
    cells: list[Cell] = [
        (units, 15_000.0, [(SHARED, phase, month, each) for phase, each in enumerate(hours)])
        for month, units in enumerate(deals)
    ]
    hire = make_hire(
        4,
        12,
        hours_by_month=np.full(12, 80.0),
        ramp=(0.25, 0.5, 0.75),
        lead_months=2,
        recruiting_eur=8000.0,
        cost_eur_per_month=5900.0,
        max_count=6,
    )
    outside = make_provider(
        phases=(0, 1),
        price_eur_per_hour=30.0,
        setup_eur=6000.0,
        retainer_eur_per_month=1500.0,
        capacity_hours=500.0,
        min_term_months=3,
        ramp=(0.6, 0.8),
        quality=0.9,
        steering_hours=10.0,
    )
    return make_problem(
        make_demand(cells),
        can_do=np.ones((3, 4)).tolist(),
        hours=80.0,
        months=12,
        documented=(0, 1),
        max_phases=4,
        hires=(hire,),
        providers=(outside,) if provider else (),
    )


PHASE_HOURS = (6.0, 18.0, 20.0, 12.0)
"""Standard hours a deal: prospecting, appointment (shared), meeting, proposal (in the pool)."""


def company_problem(
    *, people: int = 60, pools: int = 12, months: int = 12, load: float = 1.15, seed: int = 1
) -> StaffingProblem:
    """Generate a company of realistic size: 4 phases, 3 segments, 3 hire offers, 3 providers."""
    rng = np.random.default_rng(seed)
    person_pool = np.arange(people) % pools
    productivity = rng.choice([0.0, 0.8, 0.9, 1.0, 1.1, 1.2], size=(people, 4))
    productivity[np.arange(people), rng.integers(0, 4, people)] = 1.0
    part_time = rng.choice([1.0, 1.0, 1.0, 0.8, 0.5], size=people)
    season = 1.0 + 0.25 * np.sin(np.arange(months) * 2 * np.pi / 12)
    working = 85.0 * np.where(np.arange(months) % 12 == 7, 0.6, 1.0)
    hours = part_time[:, None] * working[None, :]
    deals = load * hours.sum() / months / sum(PHASE_HOURS) / pools / 3
    shared = np.array([True, True, False, False])
    cells: list[Cell] = []
    for pool in range(pools):
        for segment, value in enumerate((9000.0, 6000.0, 3500.0)):
            scale = rng.uniform(0.6, 1.4)
            effort = (1.2, 1.0, 0.8)[segment]
            cells += [
                (
                    deals * scale * season[month],
                    value,
                    [
                        (SHARED if shared[phase] else pool, phase, month, effort * each)
                        for phase, each in enumerate(PHASE_HOURS)
                    ],
                )
                for month in range(months)
            ]
    return make_problem(
        make_demand(cells),
        can_do=productivity.tolist(),
        hours=hours,
        months=months,
        pools=pools,
        person_pool=person_pool.tolist(),
        territorial=(2, 3),
        documented=(0, 1),
        preference=rng.uniform(0, 1, (people, 4)).round(1),
        current_phases=_today(productivity),
        specialisation_gain=(1.1, 1.05),
        preference_eur_per_hour=1.0,
        role_change_eur=500.0,
        hires=_company_hires(pools, working),
        providers=_company_providers(pools),
    )


def _today(productivity: np.ndarray) -> np.ndarray:
    best = np.argsort(-productivity, axis=1, kind="stable")[:, :2]
    current = np.zeros(productivity.shape, dtype=bool)
    np.put_along_axis(current, best, True, axis=1)
    return current & (productivity > 0)


def _company_hires(pools: int, working: np.ndarray) -> tuple[HireOffer, ...]:
    months = working.size
    common: dict[str, Any] = {"hours_by_month": working, "pools": tuple(range(pools))}
    inside = np.array([1.0, 1.0, 0.0, 0.0])
    field = np.array([0.0, 0.0, 1.0, 1.0])
    return (
        make_hire(
            4,
            months,
            offer_id="sdr",
            productivity=inside,
            ramp=(0.3, 0.6, 0.8),
            lead_months=1,
            recruiting_eur=5000.0,
            cost_eur_per_month=4200.0,
            max_count=6,
            **common,
        ),
        make_hire(
            4,
            months,
            offer_id="field",
            productivity=field,
            ramp=(0.25, 0.5, 0.75),
            lead_months=2,
            recruiting_eur=9000.0,
            cost_eur_per_month=6500.0,
            max_count=8,
            **common,
        ),
        make_hire(
            4,
            months,
            offer_id="fixed_term",
            productivity=np.ones(4) * 0.9,
            ramp=(0.5, 0.75),
            lead_months=1,
            recruiting_eur=3000.0,
            cost_eur_per_month=5200.0,
            max_count=4,
            term_months=6,
            **common,
        ),
    )


def _company_providers(pools: int) -> tuple[ProviderOffer, ...]:
    everywhere = tuple(range(pools))
    common: dict[str, Any] = {"phases": (0, 1), "pools": everywhere, "ramp": (0.6, 0.8, 0.9)}
    return (
        make_provider(
            provider_id="onshore",
            price_eur_per_hour=35.0,
            setup_eur=6000.0,
            retainer_eur_per_month=1500.0,
            capacity_hours=600.0,
            min_term_months=3,
            quality=0.95,
            steering_hours=16.0,
            **common,
        ),
        make_provider(
            provider_id="nearshore",
            price_eur_per_hour=22.0,
            setup_eur=9000.0,
            retainer_eur_per_month=2000.0,
            capacity_hours=400.0,
            min_term_months=6,
            quality=0.85,
            steering_hours=24.0,
            lead_months=1,
            **common,
        ),
        make_provider(
            provider_id="offshore",
            price_eur_per_hour=14.0,
            setup_eur=12000.0,
            retainer_eur_per_month=1000.0,
            capacity_hours=800.0,
            min_term_months=12,
            quality=0.7,
            steering_hours=40.0,
            lead_months=2,
            **common,
        ),
    )


ROLE_PHASES = ("prospecting", "appointment", "meeting", "proposal")
ROLE_SKILLS = (
    (1.0, 1.0, 0.0, 0.0),
    (1.0, 1.0, 0.0, 0.0),
    (1.0, 1.0, 1.0, 0.0),
    (1.0, 1.0, 1.0, 0.0),
    (0.0, 1.0, 1.0, 0.0),
    (0.0, 1.0, 1.0, 1.0),
    (0.0, 0.0, 1.0, 1.0),
    (1.0, 1.0, 0.0, 0.0),
)


def roles_problem(
    max_phases: int, extra: Sequence[Sequence[float]] = (), **changes: Any
) -> StaffingProblem:
    """Eight persons of 22 h and 195 h of work worth 1 an hour; `extra` persons may join."""
    return make_problem(
        hours_cells((60, 40, 40, 55)),
        can_do=[*ROLE_SKILLS, *extra],
        hours=22.0,
        max_phases=max_phases,
        phases=ROLE_PHASES,
        **changes,
    )


def small_problem(seed: int, **changes: Any) -> StaffingProblem:
    """Generate three persons, two pools, three phases, three months and every lever."""
    rng = np.random.default_rng(seed)
    cells: list[Cell] = [
        (
            float(rng.integers(1, 6)),
            float(rng.integers(500, 3000)),
            [(SHARED, 0, month, 6.0), (SHARED, 1, month, 10.0), (pool, 2, month, 12.0)],
        )
        for pool in range(2)
        for month in range(3)
    ]
    skills = rng.choice([0.0, 0.8, 1.0, 1.2], size=(3, 3))
    return make_problem(
        make_demand(cells),
        **{
            "can_do": skills.tolist(),
            "hours": rng.integers(20, 60, size=(3, 3)).astype(float),
            "months": 3,
            "pools": 2,
            "person_pool": (0, 1, 0),
            "territorial": (2,),
            "documented": (0, 1),
            "preference": rng.uniform(0, 1, (3, 3)).round(1),
            "current_phases": _today(skills),
            "specialisation_gain": (1.1, 1.05),
            "preference_eur_per_hour": 2.0,
            "role_change_eur": 50.0,
            "hires": (
                make_hire(
                    3,
                    3,
                    productivity=np.array([1.0, 0.0, 1.0]),
                    pools=(0, 1),
                    hours_by_month=np.full(3, 50.0),
                    ramp=(0.5,),
                    lead_months=1,
                    recruiting_eur=300.0,
                    cost_eur_per_month=900.0,
                    max_count=2,
                ),
            ),
            "providers": (
                make_provider(
                    phases=(0, 1),
                    pools=(0, 1),
                    setup_eur=200.0,
                    retainer_eur_per_month=100.0,
                    capacity_hours=60.0,
                    min_term_months=2,
                    ramp=(0.6,),
                    quality=0.9,
                    steering_hours=4.0,
                ),
            ),
            **changes,
        },
    )
