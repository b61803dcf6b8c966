"""Turn people, offers and funnels into a staffing problem: hours, EUR, indices, once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from optimizer.staffing_problem import (
    SHARED,
    Demand,
    HireOffer,
    ProviderOffer,
    StaffingProblem,
)
from scenarios.build_funnel import Funnels, phases_of
from scenarios.build_targets import pools_of
from scenarios.capacity import Capacity, capacity_of, full_time_hours, ramp_of_hire
from scenarios.config import Config
from scenarios.frames import rows_of
from scenarios.horizon import horizon_months
from scenarios.role_rules import (
    RoleRules,
    allowed_skills,
    role_rules,
    sharing_rules,
)
from scenarios.workspace import Workspace

NO_SKILL = 0.0
PREFERENCE_WHEN_UNKNOWN = 0.5


@dataclass(frozen=True, kw_only=True)
class StaffingCase:
    """Hold a staffing problem beside what it was made from.

    Attributes
    ----------
    problem
        The problem.
    people
        Rows of the reps in the order of the problem.
    capacity
        What their hours are made of, in the same order.
    funnels
        The work by pool and segment.
    cells
        One row per demand cell: pool, segment, month, margin_eur (per deal).
    travel_share
        pool -> travel hours per field hour, added to territorial phases.
    rules
        What was decided on roles, and skills before these rules.
    """

    problem: StaffingProblem
    people: pd.DataFrame
    capacity: Capacity
    funnels: Funnels
    cells: pd.DataFrame
    travel_share: Mapping[str, float]
    rules: RoleRules


def build_staffing_case(
    workspace: Workspace,
    funnels: Funnels,
    travel_share: Mapping[str, float],
    holders: Collection[str] = (),
) -> StaffingCase:
    """Return the staffing case of the workspace's people, offers and funnels.

    `holders` are the reps whose role must keep a field phase, since they hold a territory.
    """
    config, tables = workspace.config, workspace.tables
    months, pools, phases = horizon_months(config), pools_of(workspace), phases_of(workspace)
    people = tables["reps"].sort_values("rep_id")
    capacity = capacity_of(people, tables["leave"], config)
    territorial = _phase_flags(tables["process"], phases, "territorial")
    all_skills, preference = _skills(tables["skills"], people, phases)
    productivity, _ = _skills(allowed_skills(tables, config), people, phases)
    rules = role_rules(tables["role_rules"], people, phases, all_skills)
    demand, cells = _demand(config, funnels, phases, pools, territorial, travel_share)
    problem = StaffingProblem(
        phases=phases,
        pools=pools,
        months=months,
        territorial=territorial,
        documented=_phase_flags(tables["process"], phases, "documented"),
        demand=demand,
        person_ids=tuple(people["rep_id"]),
        person_pool=_positions(people["pool"], pools),
        person_hours=capacity.hours,
        productivity=productivity,
        preference=preference,
        current_phases=np.array(
            [[phase in held for phase in phases] for held in people["current_phases"]], dtype=bool
        ).reshape(len(people), len(phases)),
        in_field=people["rep_id"].isin(list(holders)).to_numpy(bool),
        must_hold=rules.must_hold if rules.must_hold.any() else None,
        max_phases=config.staffing.max_phases_per_person,
        specialisation_gain=config.staffing.specialisation_gain,
        preference_eur_per_hour=config.staffing.preference_eur_per_hour,
        role_change_eur=config.staffing.role_change_eur,
        **sharing_rules(tables, config, pools),
        hires=tuple(_hires(tables["hiring"], phases, pools, config)),
        providers=tuple(_providers(tables["providers"], phases, pools)),
    )
    return StaffingCase(
        problem=problem,
        people=people,
        capacity=capacity,
        funnels=funnels,
        cells=cells,
        travel_share=travel_share,
        rules=rules,
    )


def _phase_flags(process: pd.DataFrame, phases: tuple[str, ...], column: str) -> np.ndarray:
    flags = process.groupby("phase")[column].any()
    return np.array([bool(flags[phase]) for phase in phases], dtype=bool)


def _positions(values: pd.Series, among: tuple[str, ...]) -> np.ndarray:
    return np.array([among.index(value) for value in values], dtype=np.int64)


def _skills(
    skills: pd.DataFrame, people: pd.DataFrame, phases: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return productivity and preference, both (N, P)."""
    place = {rep: row for row, rep in enumerate(people["rep_id"])}
    productivity = np.full((len(people), len(phases)), NO_SKILL)
    preference = np.full((len(people), len(phases)), PREFERENCE_WHEN_UNKNOWN)
    for row in rows_of(skills):
        if row.rep_id in place and row.phase in phases:
            cell = place[row.rep_id], phases.index(row.phase)
            productivity[cell] = _or(row.productivity, 1.0)
            preference[cell] = _or(row.preference, PREFERENCE_WHEN_UNKNOWN)
    return productivity, preference


def _demand(
    config: Config,
    funnels: Funnels,
    phases: tuple[str, ...],
    pools: tuple[str, ...],
    territorial: np.ndarray,
    travel_share: Mapping[str, float],
) -> tuple[Demand, pd.DataFrame]:
    months = horizon_months(config)
    cells: list[tuple[str, str, str, float, float]] = []
    needs: list[Need] = []
    for (pool, segment), plan in funnels.items():
        rules = config.segments[segment]
        travel = 1.0 + travel_share.get(pool, 0.0)
        first = len(cells)
        for month, deals in zip(months, plan.open_deals, strict=True):
            value = rules.revenue_per_deal_eur * rules.margin_rate
            cells.append((pool, segment, month, float(deals), value))
        for p, phase in enumerate(phases):
            bucket = pools.index(pool) if territorial[p] else SHARED
            factor = travel if territorial[p] else 1.0
            needs += [
                (first + due, bucket, p, month, float(hours) * factor)
                for (month, due), hours in plan.hours_per_deal.get(phase, {}).items()
                if month >= 0 and hours
            ]
    frame = pd.DataFrame(cells, columns=["pool", "segment", "month", "deals", "margin_eur"])
    return as_demand(frame, needs), frame


Need = tuple[int, int, int, int, float]
"""Cell, pool (or SHARED), phase, month, and standard hours of one unit of the cell."""


def needs_table(needs: Sequence[Need]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return (N, 4) cell, pool, phase and month, and (N,) hours."""
    table = np.array(needs, dtype=np.float64).reshape(len(needs), 5)
    return table[:, :4].astype(np.int64), table[:, 4]


def as_demand(cells: pd.DataFrame, needs: Sequence[Need]) -> Demand:
    """Return cells (pool, segment, month, deals, margin_eur) and their hours as a demand."""
    places, hours = needs_table(needs)
    names = (cells["pool"] + " / " + cells["segment"] + " / " + cells["month"]).tolist()
    return Demand(
        cell_ids=tuple(names),
        units=cells["deals"].to_numpy(float),
        value_eur=cells["margin_eur"].to_numpy(float),
        cell=places[:, 0],
        pool=places[:, 1],
        phase=places[:, 2],
        month=places[:, 3],
        hours=hours,
    )


def _hires(
    hiring: pd.DataFrame, phases: tuple[str, ...], pools: tuple[str, ...], config: Config
) -> list[HireOffer]:
    full_time = full_time_hours(config)
    return [
        HireOffer(
            offer_id=row.offer_id,
            productivity=np.array(
                [_or(row.productivity, 1.0) if phase in row.phases else 0.0 for phase in phases]
            ),
            pools=_pool_indices(row.pools, pools),
            hours_by_month=full_time,
            ramp=ramp_of_hire(_ramp(row.ramp), config),
            lead_months=_whole(row.lead_months),
            recruiting_eur=_or(row.recruiting_eur, 0.0),
            cost_eur_per_month=row.cost_eur_per_month,
            max_count=_whole(row.max_count),
            term_months=_whole(row.term_months) if row.contract == "fixed_term" else 0,
        )
        for row in rows_of(hiring.sort_values("offer_id"))
    ]


def _providers(
    providers: pd.DataFrame, phases: tuple[str, ...], pools: tuple[str, ...]
) -> list[ProviderOffer]:
    offers = []
    for provider_id, rows in providers.groupby("provider_id", sort=True):
        terms = next(rows_of(rows))
        offers.append(
            ProviderOffer(
                provider_id=str(provider_id),
                phases=tuple(sorted(phases.index(phase) for phase in rows["phase"])),
                pools=_pool_indices(terms.pools, pools),
                price_eur_per_hour=terms.price_eur_per_hour,
                setup_eur=_or(terms.setup_eur, 0.0),
                retainer_eur_per_month=_or(terms.retainer_eur_per_month, 0.0),
                capacity_hours=terms.capacity_hours_per_month,
                min_term_months=_whole(terms.min_term_months),
                ramp=_ramp(terms.ramp),
                quality=_or(terms.quality, 1.0),
                steering_hours=_or(terms.steering_hours_per_month, 0.0),
                lead_months=_whole(terms.lead_months),
            )
        )
    return offers


def _pool_indices(named: tuple[str, ...], pools: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(i for i, pool in enumerate(pools) if not named or pool in named)


def _ramp(shares: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(float(share) for share in shares)


def _or(value: float, default: float) -> float:
    return default if pd.isna(value) else float(value)


def _whole(value: Any) -> int:
    return 0 if pd.isna(value) else int(value)
