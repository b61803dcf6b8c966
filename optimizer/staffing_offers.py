"""Work out what hires and providers offer, month by month (docs/model-staffing.md, S4-S6)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_problem import HireOffer, ProviderOffer

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Run:
    """Hold one uninterrupted engagement of a provider: months `start` to `end` - 1."""

    start: int
    end: int


def ramp_share(ramp: tuple[float, ...], age: int) -> float:
    """Return the share of full capacity `age` months after the start."""
    return ramp[age] if age < len(ramp) else 1.0


def presence(offer: HireOffer, decided: int, months: int) -> range:
    """Return the months a hire decided in month `decided` is present and paid (S4)."""
    arrival = decided + offer.lead_months
    leaves = arrival + offer.term_months if offer.term_months else months
    return range(arrival, min(leaves, months))


def hire_hours(offer: HireOffer, months: int) -> Floats:
    """Return (T, T): hours in month t of one hire decided in month d (S4)."""
    hours = np.zeros((months, months))
    for decided in range(months):
        for month in presence(offer, decided, months):
            age = month - decided - offer.lead_months
            hours[decided, month] = offer.hours_by_month[month] * ramp_share(offer.ramp, age)
    return hours


def hire_cost_eur(offer: HireOffer, months: int) -> Floats:
    """Return (T,): recruiting and pay of one hire decided in month d, to the horizon's end."""
    paid = np.array([len(presence(offer, decided, months)) for decided in range(months)])
    return offer.recruiting_eur + offer.cost_eur_per_month * paid


def steering_hours(offer: ProviderOffer, months: int) -> Floats:
    """Return (T,): hours of own people in each month under contract (S7, S17)."""
    if offer.contract is not None:
        return offer.contract.steering_hours
    return np.full(months, offer.steering_hours)


def runs(offer: ProviderOffer, months: int) -> tuple[Run, ...]:
    """Return every engagement the minimum term allows; the horizon's end may cut it (S5)."""
    term = max(1, offer.min_term_months)
    return tuple(
        Run(start=start, end=end)
        for start in range(offer.lead_months, months)
        for end in range(start + 1, months + 1)
        if end - start >= term or end == months
    )


def run_capacity(offer: ProviderOffer, run: Run, month: int) -> float:
    """Return the hours a month the provider can deliver; each start ramps up anew (S6)."""
    return offer.capacity_hours * ramp_share(offer.ramp, month - run.start)


def run_cost_eur(offer: ProviderOffer, run: Run) -> float:
    """Return set-up and retainer of one engagement, hours not included."""
    return offer.setup_eur + offer.retainer_eur_per_month * (run.end - run.start)


def blocks(offer: ProviderOffer, run: Run, month: int) -> bool:
    """Tell whether `run` occupies `month`, its pause after the stop included (S5)."""
    return run.start <= month < run.end + max(1, offer.min_term_months)
