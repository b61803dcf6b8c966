"""State what another model has decided already (docs/model-staffing.md, S17).

The sourcing model decides levers that cells have no words for. Its decisions enter the staffing
problem as given: nobody else is hired, nothing else is bought, and what they cost is a constant.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


MOST_SETS = 6


@dataclass(frozen=True, kw_only=True)
class HiresDecided:
    """Hold the hires of an offer for one pool and role; T months.

    Attributes
    ----------
    pool, phases
        Where they work and the phases they hold.
    counts
        (T,) persons by month of the decision.
    overtime_hours
        (T,) hours that all of them together work on top.
    """

    pool: int
    phases: tuple[int, ...]
    counts: Ints
    overtime_hours: Floats


@dataclass(frozen=True, kw_only=True)
class Contract:
    """Hold what was contracted with a provider; G pools, P phases, T months.

    Attributes
    ----------
    running
        (T,) months under contract.
    hours
        (G + 1, P, T) hours bought; the last row is work that any pool may do.
    steering_hours
        (T,) hours of own people that steering takes.
    steering_pools
        Pools whose people steer it; None: all.
    month_cost_eur
        (T,) all that it costs, whatever its prices are made of.
    """

    running: Bools
    hours: Floats
    steering_hours: Floats
    month_cost_eur: Floats
    steering_pools: tuple[int, ...] | None = None

    @property
    def cost_eur(self) -> float:
        """Return what it costs over the horizon."""
        return math.fsum(self.month_cost_eur.tolist())


@dataclass(frozen=True, kw_only=True)
class CrewWork:
    """Say which part of the work only some can do: trained people, or a provider; R rows.

    Units that convert better in the hands of trained people have to be in these hands: of the
    standard hours of a cell in a bucket, so many a unit come from the crew.

    Attributes
    ----------
    name
        The training, or the provider.
    since
        (N,) month from which a person belongs to it; T or more: never.
    provider
        Index of the provider; None: it is a crew of people.
    cell, pool, phase, month
        (R,) indices; `pool` is SHARED for a phase that is not territorial.
    hours
        (R,) standard hours per unit of the cell.
    """

    name: str
    since: Ints
    provider: int | None
    cell: Ints
    pool: Ints
    phase: Ints
    month: Ints
    hours: Floats


@dataclass(frozen=True, kw_only=True)
class Given:
    """Hold what was decided before; money by name is in EUR, costs below 0."""

    crews: tuple[CrewWork, ...] = ()
    money_eur: tuple[tuple[str, float], ...] = ()


def steering_sets(contracts: Sequence[Contract]) -> list[frozenset[int]]:
    """Return every union of the sets of pools that steer contracts of their own, in order.

    Of more than `MOST_SETS` different ones only the sets themselves and all of them together.
    """
    own = {frozenset(c.steering_pools) for c in contracts if c.steering_pools is not None}
    if len(own) > MOST_SETS:
        return sorted({*own, frozenset().union(*own)}, key=sorted)
    unions: set[frozenset[int]] = set()
    for pools in sorted(own, key=sorted):
        unions |= {pools} | {pools | other for other in unions}
    return sorted(unions, key=sorted)


def steering_within(contracts: Sequence[Contract], pools: frozenset[int]) -> Floats:
    """Return (T,): hours of steering that only people of these pools may give."""
    asked = [
        contract.steering_hours * contract.running
        for contract in contracts
        if contract.steering_pools is not None and pools.issuperset(contract.steering_pools)
    ]
    return np.sum(asked, axis=0)
