"""State who could hold which phases of which pools, and hold the roles chosen.

One period, usually a week or a month, after everything bought from outside has been taken off
the hours to cover (docs/model-roles.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


FIGURES = (
    "need_hours",
    "weight",
    "sla_hours",
    "backup_holders",
    "units",
    "conversion",
    "person_hours",
    "speed",
    "preference",
)
"""Fields that hold numbers of at least 0."""


@dataclass(frozen=True, kw_only=True)
class RoleProblem:
    """State the work and the people; Q pools, P phases in order, N persons.

    An *effective hour* is an hour of somebody with speed 1 and no specialisation gain.

    Attributes
    ----------
    need_hours, weight
        (Q, P) effective hours to cover in the period; what one of them is worth (any unit).
    sla_hours
        (Q, P) effective hours promised to the next phase; 0: nothing promised.
    backup_holders
        (Q, P) whole numbers: persons with hours who should hold the phase and reach the pool.
    least_able
        Persons who should at least be able in each phase of a pool that has work.
    units, conversion
        (Q, P) customers worked in the period and the share that goes on to the next phase; the
        last column of `conversion` is not read. All 0: hand-offs are not counted.
    person_hours, home_pool
        (N,) hours in the period; pool index.
    speed
        (N, P) effective hours per hour; below `least_speed` the person cannot do the phase.
    helps, help_factor
        (N, Q) pools a person may help besides the home pool; factor on the speed there.
    help_factors
        (N, Q) factors that differ from place to place; None: `help_factor` everywhere.
    preference
        (N, P) appetite 0..1.
    pins, bans, current_roles
        (N, P) phases a person must hold, must not hold, holds today (all False: unknown).
    adjacent
        (P, P) symmetric: phases that go well together in one role.
    max_phases, min_share
        Most phases a person may hold; share of their hours kept for each phase held.
    specialisation_gain
        Factor on speed by number of phases held, one first; the last entry holds for more.
    help_price
        What an hour in a helped pool counts in the goal of preferences, in hours unwanted.
    help_share_max
        Most of their hours that a person may give to helped pools, 0..1.
    open_pools
        (Q,) pools that are everybody's own: work there is no help. None: none.
    may_idle
        Whether somebody who could do a phase may hold none.
    """

    pools: tuple[str, ...]
    phases: tuple[str, ...]
    person_ids: tuple[str, ...]
    need_hours: Floats
    weight: Floats
    sla_hours: Floats
    backup_holders: Ints
    units: Floats
    conversion: Floats
    person_hours: Floats
    home_pool: Ints
    speed: Floats
    helps: Bools
    preference: Floats
    pins: Bools
    bans: Bools
    current_roles: Bools
    adjacent: Bools
    least_able: int = 0
    least_speed: float = 0.3
    help_factor: float = 1.0
    help_factors: Floats | None = None
    help_price: float = 0.0
    help_share_max: float = 1.0
    open_pools: Bools | None = None
    max_phases: int = 2
    min_share: float = 0.2
    specialisation_gain: tuple[float, ...] = (1.1, 1.05, 1.0, 0.95)
    may_idle: bool = False

    def __post_init__(self) -> None:
        """Refuse shapes and figures that make no sense."""
        _refuse_wrong_shapes(self)
        _refuse_wrong_figures(self)
        if self.max_phases < 1:
            raise ValueError("max_phases must be at least 1")
        for name in ("min_share", "help_share_max"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise ValueError(f"{name} must lie between 0 and 1")
        if self.open_pools is not None and self.open_pools.shape != (len(self.pools),):
            raise ValueError("open_pools needs one entry a pool")
        if not self.specialisation_gain or min(self.specialisation_gain) <= 0:
            raise ValueError("specialisation_gain needs at least one factor, all above 0")

    def able(self) -> Bools:
        """Return (N, P): who can do which phase, bans included."""
        return (self.speed > 0) & (self.speed >= self.least_speed) & ~self.bans

    def reach(self) -> Bools:
        """Return (N, Q): the pools each person may work for, home included."""
        return self.helps | self.at_home()

    def at_home(self) -> Bools:
        """Return (N, Q): the home pool of each person."""
        return self.home_pool[:, None] == np.arange(len(self.pools))

    def helped(self) -> Bools:
        """Return (N, Q): pools in which work of the person counts as help."""
        away = ~self.at_home()
        return away if self.open_pools is None else away & ~self.open_pools

    def pool_factor(self) -> Floats:
        """Return (N, Q): factor on speed by pool, 0 out of reach."""
        return np.where(self.at_home(), 1.0, np.where(self.helps, self.away_factor(), 0.0))

    def away_factor(self) -> Floats:
        """Return (N, Q): factor on speed away from home, reachable or not."""
        if self.help_factors is not None:
            return self.help_factors
        return np.full(self.helps.shape, self.help_factor)

    def gain(self, held: int) -> float:
        """Return the factor on the speed of somebody who holds `held` phases."""
        return self.specialisation_gain[min(max(held, 1), len(self.specialisation_gain)) - 1]


def plain_roles(
    *,
    pools: tuple[str, ...],
    phases: tuple[str, ...],
    person_ids: tuple[str, ...],
    need_hours: Floats,
    person_hours: Floats,
    speed: Floats,
    **more: Any,
) -> RoleProblem:
    """Return a problem of which everything not named is neutral: no promise, pin, ban or help."""
    people, size = len(person_ids), (len(pools), len(phases))
    neutral: dict[str, Any] = {
        "weight": np.ones(size),
        "sla_hours": np.zeros(size),
        "backup_holders": np.zeros(size, dtype=np.int64),
        "units": np.zeros(size),
        "conversion": np.ones(size),
        "home_pool": np.zeros(people, dtype=np.int64),
        "helps": np.zeros((people, len(pools)), dtype=bool),
        "preference": np.ones((people, len(phases))),
        "adjacent": neighbours_in_order(len(phases)),
    }
    for name in ("pins", "bans", "current_roles"):
        neutral[name] = np.zeros((people, len(phases)), dtype=bool)
    return RoleProblem(
        pools=pools,
        phases=phases,
        person_ids=person_ids,
        need_hours=need_hours,
        person_hours=person_hours,
        speed=speed,
        **(neutral | more),
    )


def neighbours_in_order(phases: int) -> Bools:
    """Return (P, P): each phase goes well with the one before and the one after."""
    place = np.arange(phases)
    return np.abs(place[:, None] - place) == 1


@dataclass(frozen=True, kw_only=True)
class GoalResult:
    """Hold one goal of the order, in its own unit, less is better.

    `bound`: no plan that keeps the goals above at their values does better.
    """

    name: str
    unit: str
    value: float
    bound: float

    @property
    def distance(self) -> float:
        """Return what is not proved, in the goal's own unit."""
        return max(0.0, self.value - self.bound)


@dataclass(frozen=True, kw_only=True)
class RolePlan:
    """Hold the roles and the hours of useful work.

    Attributes
    ----------
    roles
        (N, P) bool, at most `max_phases` a row.
    hours
        (N, Q, P) hours worked, none beyond what the need asks for.
    short_hours
        (Q, P) effective hours left uncovered.
    goals
        In their order, the most important first.
    """

    roles: Bools
    hours: Floats
    short_hours: Floats
    goals: tuple[GoalResult, ...] = ()


def _refuse_wrong_shapes(problem: RoleProblem) -> None:
    pools, phases = len(problem.pools), len(problem.phases)
    people = len(problem.person_ids)
    shapes: tuple[tuple[str, tuple[int, ...]], ...] = (
        ("need_hours weight sla_hours backup_holders units conversion", (pools, phases)),
        ("person_hours home_pool", (people,)),
        ("speed preference pins bans current_roles", (people, phases)),
        ("helps", (people, pools)),
        ("adjacent", (phases, phases)),
    )
    for names, shape in shapes:
        for name in names.split():
            found = getattr(problem, name).shape
            if found != shape:
                raise ValueError(f"{name} has shape {found}, needs {shape}")


def _refuse_wrong_figures(problem: RoleProblem) -> None:
    for name in FIGURES:
        figures = getattr(problem, name)
        if not np.isfinite(figures).all() or (figures < 0).any():
            raise ValueError(f"{name} must hold finite numbers of at least 0")
    if (problem.preference > 1).any():
        raise ValueError("preference must lie between 0 and 1")
    given = problem.help_factors
    if given is not None and (
        given.shape != problem.helps.shape or not np.isfinite(given).all() or (given < 0).any()
    ):
        raise ValueError("help_factors must hold a number of at least 0 for each person and pool")
    home = problem.home_pool
    if home.size and not ((home >= 0) & (home < len(problem.pools))).all():
        raise ValueError("home_pool names a pool that is not there")
