"""Describe what a staffing plan may hire and buy (docs/model-staffing.md, S4 to S7)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_given_problem import Contract, HiresDecided

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class HireOffer:
    """Describe people who can be hired.

    `hours_by_month` (T,) productive hours of one ramped hire in that month; `ramp` shares of the
    first months after arrival, then 1; `productivity` (P,) standard hours per hour, 0 = cannot;
    `pools` the pool indices it may join. Paid from arrival, `lead_months` after the decision.
    `term_months` 0 is permanent; otherwise the person leaves after so many months. `decided` are
    hires decided before: these and no others (S17); None: the plan decides.
    """

    offer_id: str
    productivity: Floats
    pools: tuple[int, ...]
    hours_by_month: Floats
    ramp: tuple[float, ...]
    lead_months: int
    recruiting_eur: float
    cost_eur_per_month: float
    max_count: int
    term_months: int = 0
    decided: tuple[HiresDecided, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class ProviderOffer:
    """Describe an outside sales force.

    `phases` indices it is offered for (only documented ones are usable); `quality` standard hours
    per bought hour; `capacity_hours` a month when ramped; `steering_hours` a month of own staff
    while it runs. After a stop it may not start again before `min_term_months` have passed, so a
    pause is never a free reset. `contract` is what was signed before: terms and prices are then
    those of the contract (S17); None: the plan decides.
    """

    provider_id: str
    phases: tuple[int, ...]
    pools: tuple[int, ...]
    price_eur_per_hour: float
    setup_eur: float
    retainer_eur_per_month: float
    capacity_hours: float
    min_term_months: int
    ramp: tuple[float, ...]
    quality: float
    steering_hours: float = 0.0
    lead_months: int = 0
    contract: Contract | None = None
