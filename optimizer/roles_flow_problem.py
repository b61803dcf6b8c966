"""State what a team could sell: customers flowing through the phases (docs/model-roles.md, R20)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.roles_problem import Bools, Floats, RoleProblem


@dataclass(frozen=True, kw_only=True)
class SalesFlow:
    """State the flow; Q pools, P phases.

    Attributes
    ----------
    hours_per_unit
        (Q, P) effective hours a customer takes in the phase.
    conversion
        (Q, P) share that goes on to the next phase; of the last phase, to a deal won.
    universe
        (Q,) customers that exist for the first phase.
    margin_eur
        (Q,) EUR a deal won brings.
    anywhere
        (P,) bool, phases that everybody may work in every pool, as fast as at home; None: none.
    """

    hours_per_unit: Floats
    conversion: Floats
    universe: Floats
    margin_eur: Floats
    anywhere: Bools | None = None

    def __post_init__(self) -> None:
        """Refuse shapes and figures that make no sense."""
        pools, phases = self.hours_per_unit.shape
        if self.anywhere is not None and self.anywhere.shape != (phases,):
            raise ValueError(f"anywhere has shape {self.anywhere.shape}, needs {(phases,)}")
        shapes = {"conversion": (pools, phases), "universe": (pools,), "margin_eur": (pools,)}
        for name, shape in shapes.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"{name} has shape {getattr(self, name).shape}, needs {shape}")
        for name in ("hours_per_unit", *shapes):
            figures = getattr(self, name)
            if not np.isfinite(figures).all() or (figures < 0).any():
                raise ValueError(f"{name} must hold finite numbers of at least 0")

    def most_units(self) -> Floats:
        """Return (Q, P): customers in each phase if every hour were there."""
        passed = np.cumprod(self.conversion, axis=1)
        before = np.concatenate((np.ones((passed.shape[0], 1)), passed[:, :-1]), axis=1)
        return self.universe[:, None] * before

    def needs(self, problem: RoleProblem) -> RoleProblem:
        """Return the role problem whose need is the work of the whole universe."""
        if problem.need_hours.shape != self.hours_per_unit.shape:
            raise ValueError("the flow and the roles do not have the same pools and phases")
        return replace(problem, need_hours=self.hours_per_unit * self.most_units())


@dataclass(frozen=True, kw_only=True)
class ThroughputPlan:
    """Hold what the team sells.

    Attributes
    ----------
    roles, hours
        (N, P) bool and (N, Q, P), as in a role plan.
    units
        (Q, P) customers worked.
    deals, margin_eur
        (Q,) deals won and what they bring.
    hour_value_eur
        (Q, P) what one more effective hour would bring, the roles staying as they are.
    """

    roles: Bools
    hours: Floats
    units: Floats
    deals: Floats
    margin_eur: Floats
    hour_value_eur: Floats
