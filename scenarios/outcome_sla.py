"""Table of the service levels: what each side of a hand-off owes the other (R3).

One row per pool, segment and pair of consecutive phases. Volumes are those of the work the plan
does, not of the target: a unit nobody has time for is not promised (docs/model-staffing.md, S13).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from optimizer.funnel import FunnelPlan, Stage
from optimizer.sla import promise, window_weeks
from optimizer.staffing_problem import StaffingPlan
from scenarios.config import Config
from scenarios.decide import Staffing

SLA_COLUMNS = [
    "pool",
    "segment",
    "from_phase",
    "to_phase",
    "unit",
    "from_team",
    "to_team",
    "units_planned_per_week",
    "window_weeks",
    "units_promised_per_window",
    "time_limit_days",
    "return_duty",
]
WEEKS_PER_MONTH = 52 / 12
DAYS_PER_MONTH = 30
LEAST_DAYS = 7
SOME_HOURS = 1e-6
NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True)
class Team:
    """Name who works a phase: a label for readers, and the holders themselves."""

    label: str
    holders: frozenset[tuple[str, str]]


def sla_table(
    staffing: Staffing, config: Config, names: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """Return what each hand-off owes: volume, window, promise, time limit, what comes back.

    `names` gives providers a name to be shown by; without one they go by their id. Empty when
    there is no plan.
    """
    plan, case = staffing.solution.plan, staffing.case
    rows: list[tuple[Any, ...]] = []
    if plan is not None:
        months = config.horizon.months
        # Cells stand funnel by funnel, each with all its months; those for later after them.
        served = plan.served_units[: len(case.funnels) * months].reshape(-1, months)
        for g, ((pool, segment), funnel) in enumerate(case.funnels.items()):
            stages = funnel.problem.stages
            teams = {
                stage.phase: _team(staffing, plan, pool, stage.phase, names or {})
                for stage in stages
            }
            volumes = {stage.phase: _volume(staffing, funnel, stage, g, served) for stage in stages}
            rows += [(pool, segment, *row) for row in _hand_offs(funnel, volumes, teams, months)]
    table = pd.DataFrame(rows, columns=SLA_COLUMNS)
    table = table.sort_values(["pool", "segment"], kind="stable", ignore_index=True)
    whole = ["window_weeks", "units_promised_per_window", "time_limit_days"]
    return table.astype({**dict.fromkeys(whole, "int64"), "units_planned_per_week": float})


def _hand_offs(
    funnel: FunnelPlan,
    volumes: Mapping[str, tuple[float, float]],
    teams: Mapping[str, Team],
    months: int,
) -> Iterator[tuple[Any, ...]]:
    stages = funnel.problem.stages
    for stage, following in pairwise(stages):
        units, rate = volumes[stage.phase]
        worked = units / (months * WEEKS_PER_MONTH)
        weeks = window_weeks(worked * rate)
        days = time_limit_days(stage)
        giver, taker = teams[stage.phase], teams[following.phase]
        yield (
            stage.phase,
            following.phase,
            following.unit,
            giver.label,
            taker.label,
            worked * rate,
            weeks,
            promise(worked * weeks, rate),
            days,
            _return_duty(days, giver, taker),
        )


def _volume(
    staffing: Staffing, funnel: FunnelPlan, stage: Stage, line: int, served: np.ndarray
) -> tuple[float, float]:
    """Return the units of a phase that the plan works, and the share that passes on.

    Where sourcing decided the levers, these are its units, at the rates of whoever works them.
    """
    if staffing.sourced is None:
        return _units_worked(funnel, stage.phase, served[line]), float(stage.conversion)
    work, phase = staffing.sourced.work, staffing.case.problem.phases.index(stage.phase)
    units, passed = float(work.units_worked[phase, line].sum()), work.units_passed[phase, line]
    return units, min(1.0, float(passed) / units) if units else float(stage.conversion)


def _units_worked(funnel: FunnelPlan, phase: str, deals: np.ndarray) -> float:
    """Return the units of a phase behind the deals served (T,), worked within the horizon."""
    hours_per_unit = float(funnel.problem.hours_per_unit(phase))
    if not hours_per_unit:
        return 0.0
    cells = funnel.hours_per_deal[phase].items()
    hours = sum(float(deals[due]) * float(each) for (month, due), each in cells if month >= 0)
    return hours / hours_per_unit


def time_limit_days(stage: Stage) -> int:
    """Return the days the receiver has: the lag of the plan, a week at least, a month at most."""
    lag = math.ceil(stage.lag_months * DAYS_PER_MONTH)
    return min(max(lag, LEAST_DAYS), DAYS_PER_MONTH)


def _return_duty(days: int, giver: Team, taker: Team) -> str:
    duty = f"work 100 % of the units within {days} days and return the result of each"
    same = giver.holders == taker.holders and giver.holders
    return f"{duty} (the same people hold both phases)" if same else duty


def _team(
    staffing: Staffing, plan: StaffingPlan, pool: str, phase: str, names: Mapping[str, str]
) -> Team:
    """Return who works a phase for a pool; work of a phase that is not territorial is shared."""
    problem = staffing.case.problem
    p, g = problem.phases.index(phase), problem.pools.index(pool)
    local = bool(problem.territorial[p])
    present = (problem.person_pool == g) | (not local)
    if local and plan.help_hours is not None:
        present |= plan.help_hours[:, g, p].sum(axis=1) > SOME_HOURS
    persons = np.flatnonzero(plan.roles[:, p] & present)
    kinds = staffing.case.people["kind"].tolist()
    bought = plan.provider_hours[:, g if local else -1, p].sum(axis=1)
    hires = _hires(plan, p, [g] if local else list(range(len(problem.pools))))
    providers = [problem.providers[v].provider_id for v in np.flatnonzero(bought > SOME_HOURS)]
    # Somebody who does both is in the field where the phase is.
    at_home = "field" if local else "inside"
    sides = {at_home if kinds[i] == "both" else str(kinds[i]) for i in persons}
    own = " and ".join(sorted(sides, reverse=True))
    parts = [own, "hires" if hires else "", *(names.get(v, v) for v in providers)]
    return Team(
        label="; ".join(part for part in parts if part) or NOBODY,
        holders=frozenset(
            [("person", problem.person_ids[i]) for i in persons]
            + [("hire", name) for name in hires]
            + [("provider", provider) for provider in providers]
        ),
    )


def _hires(plan: StaffingPlan, phase: int, pools: list[int]) -> list[str]:
    """Return a name for each group of hires that works the phase in one of the pools."""
    working = plan.hire_hours[:, pools, phase].sum(axis=2) > SOME_HOURS
    offers = [(int(offer), pools[pool]) for offer, pool in np.argwhere(working)]
    groups = [
        f"group {number}"
        for number, group in enumerate(plan.hire_groups)
        if phase in group.phases and (group.offer, group.pool) in offers
    ]
    # Without groups whoever is hired holds every phase of the offer.
    return groups or [f"offer {offer} in pool {pool}" for offer, pool in offers]
