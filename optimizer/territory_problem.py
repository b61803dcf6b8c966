"""State a territory problem and hold its plan (docs/model-territories.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.territory_costs import MatrixCosts, SeatCosts

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Contiguity = Literal["off", "preferred", "required"]


def _no_floats() -> Floats:
    return np.zeros(0)


def _no_edges() -> Ints:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class SeatLimits:
    """Limit what seats hold, give away and receive; every array is (S,) or empty for no limit.

    Vacant seats have no such limits.

    Attributes
    ----------
    least_units, most_units
        Units a seat holds (0 and inf for no limit).
    most_given, most_taken
        Units that leave a seat (also those left unserved at a price), and units with another
        seat today that join it. Units that no seat may serve count nowhere.
    most_given_eur, most_taken_eur
        The same in EUR of `TerritoryProblem.revenue_eur`.
    """

    least_units: Floats = field(default_factory=_no_floats)
    most_units: Floats = field(default_factory=_no_floats)
    most_given: Floats = field(default_factory=_no_floats)
    most_taken: Floats = field(default_factory=_no_floats)
    most_given_eur: Floats = field(default_factory=_no_floats)
    most_taken_eur: Floats = field(default_factory=_no_floats)


@dataclass(frozen=True, kw_only=True)
class VacantSeats:
    """State seats without a home: the solver chooses their sites (location-allocation).

    J sites. Opened seats stand behind the S seats of the problem: S, S + 1, ...

    Attributes
    ----------
    site_ids
        Length J.
    cost
        EUR a year (U, J) of serving the unit from a seat at the site; +inf where it may not.
    lower, upper
        (J, K) window of a seat at the site in each measure's own unit; -inf, inf: none.
    open_cost
        (J,) EUR a year for having a seat there.
    least, most
        How many seats to open; equal: the number is fixed, else it is proposed.
    home_unit
        (J,) the unit that lives at the site and goes to the seat opened there, -1 for none.
    """

    site_ids: tuple[str, ...]
    cost: Floats
    lower: Floats
    upper: Floats
    open_cost: Floats
    least: int
    most: int
    home_unit: Ints


@dataclass(frozen=True, kw_only=True)
class TerritoryProblem:
    """State which unit may go to which seat, at what cost, under which balance windows.

    U units (accounts), S seats (reps), K balance measures.

    Attributes
    ----------
    unit_ids, seat_ids, measure_names
        Lengths U, S, K. Ties are broken by position, so callers sort by id.
    measures
        (U, K), >= 0; each in its own unit (hours, EUR).
    targets
        (S, K) in the measure's unit; a column with sum 0 is not balanced.
    tolerance
        (K,) relative: the window of seat s is targets[s, k] * (1 -/+ tolerance[k]).
    cost
        (U, S) EUR a year of serving the unit from the seat, travel and fit;
        +inf where the seat is not eligible. A matrix, or `SeatCosts` for large problems.
    current_seat
        (U,) index of today's seat, -1 for none (new account or owner who left).
    move_cost
        (U,) EUR for giving the unit to another seat than today's; ignored where -1.
    locked
        (U,) bool: the unit stays on `current_seat`; unserved only when that may not serve it.
    lock_reason
        (U,) why a locked unit is locked; empty when no reasons are known.
    group
        (U,) units with the same value >= 0 go to one seat; -1 alone.
    max_moved_share
        Largest share of units with a current seat that may move; 1.0: no limit.
    seat_measures
        (U, S, K) measures that differ by seat, or None. `measures` is then the mean over seats,
        and what a vacant seat counts.
    miss_price
        (K,) EUR per unit of the measure outside a window, those of vacant seats included;
        inf: the windows are hard. Empty stands for inf throughout.
    unserved_price
        (U,) EUR a year for leaving the unit without a seat; inf: only when no seat and no vacant
        site may serve it. Empty stands for inf throughout. A price frees no locked unit, a group
        is left out whole or not at all, and units left out do not count as moved.
    revenue_eur
        (U,) EUR a year that `limits` counts; empty stands for 0.
    limits
        Limits per seat beside the balance windows.
    edges
        (E, 2) pairs of neighbouring units, for contiguity.
    contiguity
        "required": a seat's units are connected within each connected part of the graph;
        "preferred": `stray_eur` is paid for each unit away from its seat's largest piece (by
        units) in that part. Vacant seats are seats here; unserved units connect nothing.
    stray_eur
        EUR a year per stray unit where contiguity is preferred.
    vacant
        Seats whose site is still free, or None.
    lower_limits, upper_limits
        (S, K) windows in each measure's own unit that stand in place of targets and tolerance;
        -inf and inf for none. Both empty, or both given.
    """

    unit_ids: tuple[str, ...]
    seat_ids: tuple[str, ...]
    measure_names: tuple[str, ...]
    measures: Floats
    targets: Floats
    tolerance: Floats
    cost: Floats | SeatCosts
    current_seat: Ints
    move_cost: Floats
    locked: NDArray[np.bool_]
    group: Ints
    max_moved_share: float = 1.0
    lock_reason: tuple[str, ...] = ()
    seat_measures: Floats | None = None
    miss_price: Floats = field(default_factory=_no_floats)
    unserved_price: Floats = field(default_factory=_no_floats)
    revenue_eur: Floats = field(default_factory=_no_floats)
    limits: SeatLimits = field(default_factory=SeatLimits)
    edges: Ints = field(default_factory=_no_edges)
    contiguity: Contiguity = "off"
    stray_eur: float = 0.0
    vacant: VacantSeats | None = None
    lower_limits: Floats = field(default_factory=_no_floats)
    upper_limits: Floats = field(default_factory=_no_floats)

    def __post_init__(self) -> None:
        """Refuse shapes that do not fit and values no plan could carry."""
        units, seats, measures = len(self.unit_ids), len(self.seat_ids), len(self.measure_names)
        shapes = {
            "measures": (units, measures),
            "targets": (seats, measures),
            "tolerance": (measures,),
            "cost": (units, seats),
            "current_seat": (units,),
            "move_cost": (units,),
            "locked": (units,),
            "group": (units,),
        }
        optional = {
            "miss_price": (measures,),
            "unserved_price": (units,),
            "revenue_eur": (units,),
            "lower_limits": (seats, measures),
            "upper_limits": (seats, measures),
        }
        shapes |= {name: shape for name, shape in optional.items() if getattr(self, name).size}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, needs {shape}")
        if self.seat_measures is not None and self.seat_measures.shape != (units, seats, measures):
            raise ValueError(f"seat_measures has shape {self.seat_measures.shape}")
        if (self.measures < 0).any() or not np.isfinite(self.measures).all():
            raise ValueError("measures must be finite and >= 0")
        if isinstance(self.cost, np.ndarray) and np.isnan(self.cost).any():
            raise ValueError("cost holds NaN")
        if (self.locked & (self.current_seat < 0)).any():
            raise ValueError("a locked unit needs a current seat")

    def windows(self) -> tuple[Floats, Floats]:
        """Return lower and upper limits, both (S, K); +-inf for a measure that is not balanced."""
        if self.lower_limits.size:
            return self.lower_limits, self.upper_limits
        active = self.targets.sum(axis=0) > 0
        lower = np.where(active, self.targets * (1 - self.tolerance), -np.inf)
        upper = np.where(active, self.targets * (1 + self.tolerance), np.inf)
        return lower, upper

    def costs(self) -> SeatCosts:
        """Return the costs as rows and pairs, whatever they are stored as."""
        return MatrixCosts(matrix=self.cost) if isinstance(self.cost, np.ndarray) else self.cost

    def measures_at(self, unit: Ints, seat: Ints) -> Floats:
        """Return (n, K) what each unit (n,) brings to its seat (n,), in each measure's unit."""
        if self.seat_measures is None:
            return self.measures[unit]
        return self.seat_measures[unit, seat]


@dataclass(frozen=True, kw_only=True)
class TerritoryPlan:
    """Hold the seat of every unit.

    Attributes
    ----------
    seat
        (U,) index of the seat, -1 for a unit left unserved (with a shortfall that says why).
    runner_up
        (U,) next best seat, -1 when there is none.
    runner_up_extra_eur
        (U,) estimated extra EUR a year for forcing the runner-up, with the balance windows
        priced at their shadow prices (a reduced cost: an estimate, not a re-solve).
    window_price
        (S, K) EUR per unit of the measure that one more unit of room would save; 0 when slack.
    site
        (V,) site of each vacant seat opened; that seat has the index S + its position here.
    """

    seat: Ints
    runner_up: Ints
    runner_up_extra_eur: Floats
    window_price: Floats
    site: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
