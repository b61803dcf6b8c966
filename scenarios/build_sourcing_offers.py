"""State what can be hired, bought and automated (F9, F14 to F18)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from optimizer.sourcing_problem import Automation, HireLimit, HireOption, Provider, StaffState
from optimizer.staffing_problem import ProviderOffer, StaffingProblem
from scenarios.build_sourcing_staff import Reach, hire_roles, role_name, with_overtime
from scenarios.frames import rows_of
from scenarios.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class HireRole:
    """Say which offer of the staffing problem a hire option is for, in which pool and role."""

    offer: int
    pool: int
    phases: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class HireOffers:
    """Hold a state for each role a hire may have, its pool, the ways in, and the limits on them.

    `roles` says of each way in what it is an offer for.
    """

    states: tuple[StaffState, ...]
    pools: tuple[int, ...]
    options: tuple[HireOption, ...]
    roles: tuple[HireRole, ...]
    limits: tuple[HireLimit, ...]


def build_hires(
    workspace: Workspace, problem: StaffingProblem, reach: Reach, first: int
) -> HireOffers:
    """Return the hires on offer; their states follow the `first` ones there are."""
    renewals = _renewals(workspace)
    states: list[StaffState] = []
    pools: list[int] = []
    options: list[HireOption] = []
    filled: list[HireRole] = []
    limits: list[HireLimit] = []
    for index, offer in enumerate(problem.hires):
        roles = list(hire_roles(problem, offer))
        own = tuple(range(len(options), len(options) + len(roles)))
        for pool, phases in roles:
            name = _hire_name(problem, offer.offer_id, roles, pool, phases)
            option = HireOption(
                option_id=name,
                state=first + len(states),
                lead_months=offer.lead_months,
                ramp=offer.ramp,
                recruiting_eur=offer.recruiting_eur,
                max_total=float(offer.max_count),
                term_months=offer.term_months,
                renewal_months=renewals.get(offer.offer_id),
            )
            speed = np.zeros(len(problem.phases))
            speed[list(phases)] = offer.productivity[list(phases)]
            state = StaffState(
                state_id=f"hired: {name}",
                hours_per_head=offer.hours_by_month,
                speed=speed,
                segments=reach.of((pool,), phases),
                wage_eur=np.array(offer.cost_eur_per_month),
            )
            states.append(with_overtime(state, workspace.config))
            pools.append(pool)
            options.append(option)
            filled.append(HireRole(offer=index, pool=pool, phases=phases))
        if len(own) > 1:
            limits.append(HireLimit(options=own, max_total=float(offer.max_count)))
    return HireOffers(
        states=tuple(states),
        pools=tuple(pools),
        options=tuple(options),
        roles=tuple(filled),
        limits=tuple(limits),
    )


def _renewals(workspace: Workspace) -> dict[str, int]:
    """Return the months after which the term of an offer is renewed, where that is asked (F28)."""
    if workspace.config.sourcing.reveal_month is None:
        return {}
    stated = workspace.tables["hiring"].dropna(subset=["renewal_months"])
    return {str(row.offer_id): int(row.renewal_months) for row in rows_of(stated)}


def _hire_name(
    problem: StaffingProblem,
    offer_id: str,
    roles: Sequence[tuple[int, tuple[int, ...]]],
    pool: int,
    phases: Sequence[int],
) -> str:
    """Return the offer, with its pool and role where it has several."""
    parts = [offer_id]
    if len({pool for pool, _ in roles}) > 1:
        parts.append(problem.pools[pool])
    if len({held for _, held in roles}) > 1:
        parts.append(f"[{role_name(problem, phases)}]")
    return " ".join(parts)


def build_providers(
    workspace: Workspace, problem: StaffingProblem, reach: Reach, steerers: Sequence[str]
) -> tuple[Provider, ...]:
    """Return the contracts on offer, with the further terms of provider_prices.

    `steerers` are the pools of the states there are, in their order.
    """
    terms = {row.provider_id: row for row in rows_of(workspace.tables["provider_prices"])}
    found = []
    for offer in problem.providers:
        row = terms.get(offer.provider_id)
        priced = _priced(_provider(offer, reach), row, problem.phases)
        found.append(_piloted(priced, row, problem.months, steerers))
    return tuple(found)


def _piloted(
    provider: Provider, terms: Any, months: Sequence[str], steerers: Sequence[str]
) -> Provider:
    """Return the contract with its pilot, who steers it, and when its phases are ready (F17)."""
    if terms is None:
        return provider
    pilot, named = int(_or(terms.pilot_months)), tuple(terms.steering_pools)
    ready = sum(month < terms.ready_month for month in months) if terms.ready_month else 0
    steering = tuple(k for k, pool in enumerate(steerers) if pool in named)
    return replace(
        provider,
        lead_months=max(provider.lead_months, ready),
        ramp=(_or(terms.pilot_capacity_share, 1.0),) * pilot + provider.ramp,
        pilot_steering_hours=(_or(terms.pilot_steering_hours_per_month),) * pilot,
        steering_states=steering if named else None,
    )


def _provider(offer: ProviderOffer, reach: Reach) -> Provider:
    return Provider(
        provider_id=offer.provider_id,
        phases=offer.phases,
        segments=reach.of(offer.pools, offer.phases),
        capacity_hours=np.array(offer.capacity_hours),
        effectiveness=np.array(offer.quality),
        setup_eur=np.array(offer.setup_eur),
        retainer_eur=np.array(offer.retainer_eur_per_month),
        eur_per_hour=offer.price_eur_per_hour,
        min_term_months=max(1, offer.min_term_months),
        lead_months=offer.lead_months,
        ramp=offer.ramp,
        steering_hours=offer.steering_hours,
    )


def _priced(provider: Provider, terms: Any, phases: Sequence[str]) -> Provider:
    if terms is None:
        return provider
    running = terms.running_since_months
    return replace(
        provider,
        eur_per_result=_or(terms.price_eur_per_result),
        result_phase=phases.index(terms.result_phase) if terms.result_phase else None,
        included_results=_or(terms.included_results_per_month),
        minimum_results=_or(terms.minimum_results_per_month),
        included_hours=_or(terms.included_hours_per_month),
        minimum_hours=_or(terms.minimum_hours_per_month),
        success_eur=_or(terms.success_fee_eur_per_deal),
        quality=np.array(_or(terms.conversion_factor, 1.0)),
        notice_months=int(_or(terms.notice_months)),
        running_since_months=None if pd.isna(running) else int(running),
        stop_notice_months=None
        if pd.isna(terms.stop_notice_months)
        else int(terms.stop_notice_months),
    )


def build_tools(
    workspace: Workspace, phases: Sequence[str], segments: int
) -> tuple[Automation, ...]:
    """Return the tools on offer; they work every segment."""
    return tuple(_tools(workspace, phases, tuple(range(segments))))


def _tools(
    workspace: Workspace, phases: Sequence[str], segments: tuple[int, ...]
) -> Iterator[Automation]:
    for row in rows_of(workspace.tables["automations"].sort_values("automation_id")):
        yield Automation(
            automation_id=row.automation_id,
            phases=tuple(sorted(phases.index(phase) for phase in row.phases)),
            segments=segments,
            capacity_units=float(row.capacity_units_per_month),
            max_share=_or(row.max_share, 1.0),
            conversion_factor=_or(row.conversion_factor, 1.0),
            setup_eur=_or(row.setup_eur),
            eur_per_month=_or(row.cost_eur_per_month),
            eur_per_unit=_or(row.cost_eur_per_unit),
            lead_months=int(_or(row.lead_months)),
        )


def _or(value: Any, default: float = 0.0) -> float:
    return default if pd.isna(value) else float(value)
