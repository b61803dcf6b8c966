"""State textbook cases of staff and production planning as sourcing problems.

Data as published; sources with each function. One phase stands for the production of a unit,
people for workers, a provider for a subcontractor.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import (
    HireOption,
    Move,
    Provider,
    SourcingProblem,
    StaffState,
    UnitFlow,
)

Floats = NDArray[np.float64]

TOMATO_DEMAND = (1600.0, 3000.0, 3200.0, 3800.0, 2200.0, 2200.0)
TOMATO_HIGH = (1000.0, 3000.0, 3800.0, 4800.0, 2000.0, 1400.0)
TOMATO_PRICE_EUR = 40.0


def months(count: int) -> tuple[str, ...]:
    return tuple(f"month {index + 1}" for index in range(count))


def figure(value: float) -> Floats:
    return np.array(value)


def only_finished(value: float, before: float = 0.0) -> Floats:
    """Return (2, 1): a figure for the one phase and for the finished unit."""
    return np.array([[before], [value]])


def production(demand: Sequence[float], **flow: Any) -> UnitFlow:
    """Return the flow of one product: all of the demand must be met, units may be stored."""
    settings: dict[str, Any] = {
        "hours_per_unit": figure(1.0),
        "conversion": figure(1.0),
        "target": np.array(demand)[None, :, None],
        "margin_eur": figure(0.0),
        "uncovered_max": figure(0.0),
        "stock_max": only_finished(np.inf)[:, :, None],
    }
    return UnitFlow(**{**settings, **flow})


def red_tomato(
    *,
    whole: bool = False,
    demand: Sequence[float] = TOMATO_DEMAND,
    hire_eur: float = 300.0,
    layoff_eur: float = 500.0,
    holding_eur: float = 2.0,
) -> SourcingProblem:
    """Chopra and Meindl, Supply Chain Management, aggregate planning (Red Tomato Tools)."""
    count = len(demand)
    flow = production(
        demand,
        hours_per_unit=figure(4.0),
        margin_eur=figure(TOMATO_PRICE_EUR),
        backlog_max=np.append(np.full(count - 1, np.inf), 0.0),
        backlog_eur=figure(5.0),
        holding_eur=only_finished(holding_eur),
        start_stock=only_finished(1000.0),
        end_stock_min=only_finished(500.0),
    )
    workers = StaffState(
        state_id="workers",
        hours_per_head=figure(160.0),
        speed=figure(1.0),
        start_headcount=80.0,
        wage_eur=figure(4.0 * 160.0),
        eur_per_unit=figure(10.0),
        overtime_hours_max=10.0,
        overtime_eur=6.0,
        layoff_allowed=True,
        severance_eur=figure(layoff_eur),
        whole=whole,
    )
    return SourcingProblem(
        months=months(count),
        phases=("assembly",),
        segments=("tools",),
        flow=flow,
        states=(workers,),
        hires=(HireOption(option_id="hire", state=0, recruiting_eur=hire_eur, whole=whole),),
        providers=(
            Provider(
                provider_id="subcontractor",
                phases=(0,),
                capacity_hours=figure(4.0 * sum(demand)),
                eur_per_result=30.0,
                whole=False,
            ),
        ),
    )


SKILLS = ("unskilled", "semiskilled", "skilled")
SKILL_NEED = np.array([[1000, 500, 0], [1400, 2000, 2500], [1000, 1500, 2000]], dtype=np.float64)


def williams_manpower(*, least_cost: bool) -> SourcingProblem:
    """H. P. Williams, Model Building in Mathematical Programming, manpower planning.

    Those retrained meet the leaving rate of the skill they move to; half of those downgraded
    leave. Whoever joins meets the leaving rate in the very year.
    """
    eur = 1.0 if least_cost else 0.0
    need = SKILL_NEED[:, :, None]
    table = zip(
        (2000.0, 1500.0, 1000.0), (0.25, 0.20, 0.10), (0.10, 0.05, 0.05),
        (200.0, 500.0, 500.0), (1500.0, 2000.0, 3000.0), (500.0, 400.0, 400.0),
        strict=True,
    )  # fmt: skip
    states = tuple(
        StaffState(
            state_id=SKILLS[index],
            hours_per_head=figure(1.0),
            speed=figure(1.0),
            segments=(index,),
            start_headcount=now,
            attrition_first_year=first,
            attrition_later=later,
            first_year_months=1,
            joiners_leave_at_once=True,
            layoff_allowed=True,
            severance_eur=figure(redundancy if least_cost else 1.0),
            short_time_max=50.0,
            short_time_output=0.5,
            short_time_eur=short * eur,
            counts_as_excess=True,
            excess_eur=excess * eur,
            whole=False,
        )
        for index, (now, first, later, redundancy, excess, short) in enumerate(table)
    )
    return SourcingProblem(
        months=("year 1", "year 2", "year 3"),
        phases=("work",),
        segments=SKILLS,
        flow=production([0.0], target=need, prospects=need, stock_max=figure(0.0)),
        states=states,
        hires=tuple(
            HireOption(option_id=SKILLS[i], state=i, max_per_month=figure(most), whole=False)
            for i, most in enumerate((500.0, 800.0, 500.0))
        ),
        moves=_retraining(eur),
        excess_max=figure(150.0),
    )


def _retraining(eur: float) -> tuple[Move, ...]:
    up = Move(move_id="train semiskilled", source=0, target=1, eur=400.0 * eur,
              max_per_month=figure(200.0), whole=False)  # fmt: skip
    top = Move(move_id="train skilled", source=1, target=2, eur=500.0 * eur,
               max_share=0.25, share_of=(2,), whole=False)  # fmt: skip
    down = tuple(
        Move(move_id=f"{SKILLS[a]} to {SKILLS[b]}", source=a, target=b, leaving_share=0.5,
             whole=False)
        for a, b in ((1, 0), (2, 0), (2, 1))
    )  # fmt: skip
    return (up, top, *down)


def taha_temps() -> SourcingProblem:
    """Taha, Operations Research, production smoothing: whoever is there produces."""
    demand = (520.0, 720.0, 520.0, 620.0)
    permanent = StaffState(state_id="permanent", hours_per_head=figure(12.0), speed=figure(1.0),
                           start_headcount=10.0, counts_as_excess=True)  # fmt: skip
    temps = StaffState(state_id="temps", hours_per_head=figure(10.0), speed=figure(1.0),
                       counts_as_excess=True, layoff_allowed=True,
                       severance_eur=figure(400.0))  # fmt: skip
    return SourcingProblem(
        months=months(len(demand)),
        phases=("production",),
        segments=("product",),
        flow=production(demand, holding_eur=only_finished(50.0), kept=only_finished(1.0)),
        states=(permanent, temps),
        hires=(HireOption(option_id="temps", state=1, recruiting_eur=200.0),),
        excess_max=figure(0.0),
    )


def wagner_whitin() -> SourcingProblem:
    """Wagner and Whitin, Management Science 5 (1958): a fee in every month of production."""
    demand = np.array([69, 29, 36, 61, 61, 26, 34, 67, 45, 67, 79, 56], dtype=np.float64)
    setup = np.array([85, 102, 102, 101, 98, 114, 105, 86, 119, 110, 98, 114], dtype=np.float64)
    still_asked = np.cumsum(demand[::-1])[::-1].copy()
    return SourcingProblem(
        months=months(len(demand)),
        phases=("production",),
        segments=("product",),
        flow=production(demand.tolist(), holding_eur=only_finished(1.0)),
        providers=(
            Provider(provider_id="line", phases=(0,), capacity_hours=still_asked,
                     retainer_eur=setup),
        ),
    )  # fmt: skip


def repair_service(*, whole: bool = False) -> SourcingProblem:
    """Winston, Operations Research, multi-period work scheduling (CSL).

    A trainee takes 50 hours of a technician and is one the month after; a twentieth of the
    technicians quits at the end of every month, the 50 of the first month are counted after that.
    """
    technicians = StaffState(state_id="technicians", hours_per_head=figure(160.0),
                             speed=figure(1.0), start_headcount=50.0 / 0.95,
                             attrition_later=0.05, wage_eur=figure(2000.0))  # fmt: skip
    trainees = HireOption(option_id="trainee", state=0, lead_months=1, recruiting_eur=1000.0,
                          coaching_hours=(50.0,), whole=whole)  # fmt: skip
    demand = (6000.0, 7000.0, 8000.0, 9500.0, 11_000.0)
    return SourcingProblem(
        months=months(len(demand)),
        phases=("repair",),
        segments=("computers",),
        flow=production(demand, stock_max=figure(0.0)),
        states=(technicians,),
        hires=(trainees,),
    )


def sailco() -> SourcingProblem:
    """Winston, Operations Research, Sailco: 40 boats a quarter at 400, more at 450, storage 20."""
    boats = StaffState(state_id="yard", hours_per_head=figure(40.0), speed=figure(1.0),
                       start_headcount=1.0, eur_per_unit=figure(400.0), overtime_eur=50.0,
                       overtime_hours_max=1000.0)  # fmt: skip
    return SourcingProblem(
        months=("spring", "summer", "autumn", "winter"),
        phases=("building",),
        segments=("boats",),
        flow=production(
            (40.0, 60.0, 75.0, 25.0),
            holding_eur=only_finished(20.0),
            start_stock=only_finished(10.0),
        ),
        states=(boats,),
    )
