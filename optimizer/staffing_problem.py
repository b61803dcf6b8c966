"""State a staffing problem and hold its plan (docs/model.md, Staffing).

Demand is a list of *cells*. A cell is an amount of work that is worth something when all of it
is done (deals due in a month in a pool and segment; or plain hours of one phase) and needs so
many hours of this phase in that month. Charging the value once per unit, not once per phase,
keeps a lost deal from being counted four times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.staffing_given_problem import Given
from optimizer.staffing_offer_problem import HireOffer, ProviderOffer

__all__ = [
    "SHARED",
    "Demand",
    "HireGroup",
    "HireOffer",
    "ProviderOffer",
    "StaffingPlan",
    "StaffingProblem",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARED = -1
"""Pool index of work that any pool may do (phases that are not territorial)."""


@dataclass(frozen=True, kw_only=True)
class Demand:
    """Hold C cells and their R requirements in coordinate form.

    Attributes
    ----------
    cell_ids, units, value_eur
        (C,) name; units wanted (>= 0); EUR lost per unit not served.
    cell, pool, phase, month
        (R,) indices; `pool` is SHARED for a phase that is not territorial.
    hours
        (R,) standard hours per unit of the cell.
    """

    cell_ids: tuple[str, ...]
    units: Floats
    value_eur: Floats
    cell: Ints
    pool: Ints
    phase: Ints
    month: Ints
    hours: Floats


@dataclass(frozen=True, kw_only=True)
class StaffingProblem:
    """State the work, the people and the offers; G pools, P phases, T months, N persons.

    Attributes
    ----------
    territorial, documented
        (P,) bool. Hours of a territorial phase come from the pool's own people (and offers
        allowed in the pool); other phases draw on everybody.
    person_pool
        (N,) pool index.
    person_hours
        (N, T) productive hours, part time, entry and exit included.
    productivity
        (N, P) standard hours per hour worked; 0: the person cannot do the phase.
    preference
        (N, P) appetite 0..1.
    current_phases
        (N, P) bool, today's roles; all False when unknown.
    in_field
        (N,) bool, persons who hold a territory: their role keeps a territorial phase when they
        can do one. None: nobody.
    must_hold
        (N, P) bool, phases that belong to the role of a person whatever the plan; None: none.
        Pins that leave no room for a territorial phase free a holder from it.
    max_phases
        Most phases one person may hold (R1: 2).
    specialisation_gain
        Factor on productivity by number of phases held: index 0 for one phase; the last entry
        holds for more.
    preference_eur_per_hour
        Price of an hour worked in a phase with preference 0 instead of 1 (0: not priced).
    role_change_eur
        Price of each phase a person newly holds when today's role is known.
    help_speed
        (G, G) speed, 0..1 of that at home, at which people of the pool of the row do territorial
        work of the pool of the column; 0: they do none of it. The diagonal is not read. None:
        every pool does its own work alone.
    help_price_eur_per_hour
        Price of an hour worked in a helped pool.
    least_share
        Share of the time of each month that every phase held keeps for itself (0: no such rule).
    help_share_max
        Most of the time of each month that a person may give to helped pools, 0..1.
    pace
        (N, P, T) factor on productivity by month, such as after a training; None: 1.
    given
        What was decided before, beside the offers' own `decided` and `contract`; None: nothing.
    """

    phases: tuple[str, ...]
    pools: tuple[str, ...]
    months: tuple[str, ...]
    territorial: Bools
    documented: Bools
    demand: Demand
    person_ids: tuple[str, ...]
    person_pool: Ints
    person_hours: Floats
    productivity: Floats
    preference: Floats
    current_phases: Bools
    in_field: Bools | None = None
    must_hold: Bools | None = None
    max_phases: int = 2
    specialisation_gain: tuple[float, ...] = (1.0,)
    preference_eur_per_hour: float = 0.0
    role_change_eur: float = 0.0
    help_speed: Floats | None = None
    help_price_eur_per_hour: float = 0.0
    least_share: float = 0.0
    help_share_max: float = 1.0
    pace: Floats | None = None
    given: Given | None = None
    hires: tuple[HireOffer, ...] = ()
    providers: tuple[ProviderOffer, ...] = ()

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit."""
        people, phases, months = len(self.person_ids), len(self.phases), len(self.months)
        shapes = {
            "territorial": (phases,),
            "documented": (phases,),
            "person_pool": (people,),
            "person_hours": (people, months),
            "productivity": (people, phases),
            "preference": (people, phases),
            "current_phases": (people, phases),
        }
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, needs {shape}")
        if self.in_field is not None and self.in_field.shape != (people,):
            raise ValueError(f"in_field has shape {self.in_field.shape}, needs {(people,)}")
        if self.max_phases < 1:
            raise ValueError("max_phases must be at least 1")
        self._refuse_strange_help()
        for name in ("least_share", "help_share_max"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1")
        if self.pace is not None and self.pace.shape != (people, phases, months):
            raise ValueError(f"pace has shape {self.pace.shape}, needs {(people, phases, months)}")
        self._refuse_impossible_pins()

    @property
    def most_phases(self) -> int:
        """Return the most phases one person may hold, least shares of the time included."""
        if not self.least_share:
            return self.max_phases
        return min(self.max_phases, int(1.0 / self.least_share + 1e-9))

    def speed_in_pool(self, pool: int) -> Floats:
        """Return (N,): each person's factor on speed in the pool, 0 out of reach; G: shared."""
        if pool in {SHARED, len(self.pools)}:
            return np.ones(len(self.person_ids))
        away = np.zeros(len(self.pools)) if self.help_speed is None else self.help_speed[:, pool]
        return np.where(self.person_pool == pool, 1.0, away[self.person_pool])

    def speed(self, person: int) -> Floats:
        """Return (P, T): standard hours per hour of a person by month, gain not included."""
        rate = np.repeat(self.productivity[person][:, None], len(self.months), axis=1)
        return rate if self.pace is None else rate * self.pace[person]

    def _refuse_strange_help(self) -> None:
        if self.help_speed is None:
            return
        pools = len(self.pools)
        if self.help_speed.shape != (pools, pools):
            raise ValueError(f"help_speed has shape {self.help_speed.shape}, needs {(pools,) * 2}")
        if not ((self.help_speed >= 0) & (self.help_speed <= 1)).all():
            raise ValueError("help_speed must lie between 0 and 1")

    def _refuse_impossible_pins(self) -> None:
        if self.must_hold is None:
            return
        if self.must_hold.shape != self.productivity.shape:
            shape = self.productivity.shape
            raise ValueError(f"must_hold has shape {self.must_hold.shape}, needs {shape}")
        if (self.must_hold & (self.productivity <= 0)).any():
            raise ValueError("must_hold names a phase that the person cannot do")
        if (self.must_hold.sum(axis=1) > self.most_phases).any():
            raise ValueError("must_hold names more phases than one person may hold")

    def pinned_phases(self, person: int) -> Bools:
        """Return (P,): the phases that the person must hold."""
        if self.must_hold is None or not self.person_hours[person].any():
            return np.zeros(len(self.phases), dtype=bool)
        return self.must_hold[person]

    def field_phases(self, person: int) -> Bools:
        """Return (P,): the territorial phases of which the person must keep one; none if free."""
        if self.in_field is None or not self.in_field[person]:
            return np.zeros(len(self.phases), dtype=bool)
        able = self.territorial & (self.productivity[person] > 0)
        pinned = self.pinned_phases(person)
        is_full = pinned.sum() >= self.most_phases and not (pinned & able).any()
        return np.zeros_like(able) if is_full else able


@dataclass(frozen=True, kw_only=True)
class HireGroup:
    """Say which phases `count` hires of an offer, decided in one month for one pool, hold."""

    offer: int
    pool: int
    month: int
    phases: tuple[int, ...]
    count: int


@dataclass(frozen=True, kw_only=True)
class StaffingPlan:
    """Hold roles, decisions and hours by source.

    Buckets are (pool, phase): for phases that are not territorial the pool axis has its last
    index, G, for the shared work, so hour arrays have G + 1 pool entries.

    Attributes
    ----------
    roles
        (N, P) bool, at most `most_phases` a row.
    person_hours
        (N, P, T) hours worked (not standard hours), at home and in helped pools together.
    help_hours
        (N, G, P, T) of them those worked in the territorial phases of helped pools; None: none.
    steering_hours
        (N, T) hours of persons spent on steering providers.
    hired
        (H, G, T) integer: hires decided in month t for pool g.
    hire_hours
        (H, G, P, T) hours worked by hires.
    hire_steering_hours
        (H, G, T).
    provider_on
        (V, T) bool.
    provider_hours
        (V, G + 1, P, T) hours bought.
    served_units
        (C,) units of each cell served, <= demand.units.
    hire_groups
        The roles of the hires; their counts add up to `hired`. May be left empty when no offer
        can do more than `most_phases` phases.
    """

    roles: Bools
    person_hours: Floats
    steering_hours: Floats
    hired: Ints
    hire_hours: Floats
    hire_steering_hours: Floats
    provider_on: Bools
    provider_hours: Floats
    served_units: Floats
    hire_groups: tuple[HireGroup, ...] = ()
    help_hours: Floats | None = None
