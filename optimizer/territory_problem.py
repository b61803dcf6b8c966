"""State a territory problem and hold its plan (docs/model.md, Territories)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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
        +inf where the seat is not eligible.
    current_seat
        (U,) index of today's seat, -1 for none (new account or owner who left).
    move_cost
        (U,) EUR for giving the unit to another seat than today's; ignored where -1.
    locked
        (U,) bool: the unit stays on `current_seat`.
    group
        (U,) units with the same value >= 0 go to one seat; -1 alone.
    max_moved_share
        Largest share of units with a current seat that may move; 1.0: no limit.
    """

    unit_ids: tuple[str, ...]
    seat_ids: tuple[str, ...]
    measure_names: tuple[str, ...]
    measures: Floats
    targets: Floats
    tolerance: Floats
    cost: Floats
    current_seat: Ints
    move_cost: Floats
    locked: NDArray[np.bool_]
    group: Ints
    max_moved_share: float = 1.0

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
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, needs {shape}")
        if (self.measures < 0).any() or not np.isfinite(self.measures).all():
            raise ValueError("measures must be finite and >= 0")
        if np.isnan(self.cost).any():
            raise ValueError("cost holds NaN")
        if (self.locked & (self.current_seat < 0)).any():
            raise ValueError("a locked unit needs a current seat")

    def windows(self) -> tuple[Floats, Floats]:
        """Return lower and upper limits, both (S, K); +-inf for a measure that is not balanced."""
        active = self.targets.sum(axis=0) > 0
        lower = np.where(active, self.targets * (1 - self.tolerance), -np.inf)
        upper = np.where(active, self.targets * (1 + self.tolerance), np.inf)
        return lower, upper


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
    """

    seat: Ints
    runner_up: Ints
    runner_up_extra_eur: Floats
    window_price: Floats
