"""Number the columns of the staffing model: teams, hires, providers (docs/model-staffing.md)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_offers import Run
from optimizer.staffing_patterns import Pattern, Team
from optimizer.staffing_problem import HireOffer, ProviderOffer

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

EUR = 1e-3
"""One EUR in the unit of the model."""


@dataclass(frozen=True, kw_only=True)
class HelpColumns:
    """Number the hours (T,) of those who hold a pattern in one phase of one helped pool."""

    pattern: int
    phase: int
    pool: int
    speed: float
    hours: Ints


@dataclass(frozen=True, kw_only=True)
class TeamColumns:
    """Number the columns of one team.

    Attributes
    ----------
    holders
        (C,) how many of the team hold each pattern.
    hours
        One (|phases|, T) a pattern: hours worked at home.
    help
        Hours worked in helped pools.
    steering
        (T,) hours of the team spent on steering providers.
    """

    team: Team
    holders: Ints
    hours: tuple[Ints, ...]
    help: tuple[HelpColumns, ...]
    steering: Ints

    @property
    def pool(self) -> int:
        """Return the pool the team belongs to."""
        return self.team.pool

    @property
    def speed(self) -> Floats:
        """Return (P, T) standard hours per hour, specialisation gain not included."""
        return self.team.speed

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Return the patterns a member may hold."""
        return self.team.patterns


@dataclass(frozen=True, kw_only=True)
class HireColumns:
    """Number the columns of one offer in one pool.

    Attributes
    ----------
    hired
        (C, D) hires by pattern and month of decision (D = months whose arrival is in time).
    hours
        One (|phases|, T) a pattern.
    steering
        (T,) hours spent on steering providers.
    overtime
        (C, T) hours of overtime decided before, all hires of a pattern together (S17).
    """

    offer_index: int
    offer: HireOffer
    pool: int
    patterns: tuple[Pattern, ...]
    hired: Ints
    hours: tuple[Ints, ...]
    steering: Ints
    overtime: Floats

    @property
    def speed(self) -> Floats:
        """Return (P, T) standard hours per hour."""
        return np.repeat(self.offer.productivity[:, None], self.steering.size, axis=1)


Workers = TeamColumns | HireColumns


@dataclass(frozen=True, kw_only=True)
class ProviderColumns:
    """Number the columns of one provider.

    Attributes
    ----------
    runs, chosen
        (E,) possible engagements and whether each is taken.
    buckets
        The (pool, phase) it may work in; pool G is the shared work.
    hours
        (|buckets|, T) hours bought.
    """

    provider_index: int
    offer: ProviderOffer
    runs: tuple[Run, ...]
    chosen: Ints
    buckets: tuple[tuple[int, int], ...]
    hours: Ints


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Number every decision of the model; `served` (C,) is units of each cell."""

    teams: tuple[TeamColumns, ...]
    hires: tuple[HireColumns, ...]
    providers: tuple[ProviderColumns, ...]
    served: Ints

    @property
    def own_people(self) -> tuple[Workers, ...]:
        """Return everybody who works in house, present or hired."""
        return (*self.teams, *self.hires)
