"""Keep the best values and the best bound of a search, and say what they prove (F21)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.mathopt import Answer
from optimizer.sourcing_builder import EUR

Floats = NDArray[np.float64]

PROVED = 1e-6
"""Relative distance below which objective and bound are the same number."""
CENT = 0.005

Report = Callable[[str, float | None, float], None]
"""Takes a message, the objective and the bound in EUR."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hold the best values found and what is proved; `infeasible` when no plan exists."""

    stopped_by: str
    values: Floats | None = None
    objective_eur: float | None = None
    bound_eur: float = np.inf
    relaxed_eur: float | None = None
    row_prices: Floats | None = None
    infeasible: bool = False


class Best:
    """Keep what was found, in EUR, and tell the listener of every step forward."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.answer: Answer | None = None
        self.objective_eur = -np.inf
        self.bound_eur = np.inf
        self.relaxed_eur: float | None = None

    @property
    def values(self) -> Floats | None:
        """Return the values of the best solution, None without one."""
        return None if self.answer is None else self.answer.values

    def relax(self, answer: Answer) -> None:
        """Take the optimum of the relaxation as the first bound."""
        assert answer.objective is not None
        self.relaxed_eur = max(answer.bound, answer.objective) / EUR
        self.bound(self.relaxed_eur)
        self.say("bound found")

    def bound(self, bound_eur: float) -> None:
        """Take a bound that may be tighter."""
        self.bound_eur = min(self.bound_eur, bound_eur)

    def keep(self, answer: Answer) -> None:
        """Keep a solution if it is the best so far."""
        if answer.objective is not None and answer.objective / EUR > self.objective_eur:
            self.answer, self.objective_eur = answer, answer.objective / EUR
            self.say("plan found")

    def gap(self) -> float:
        """Return the relative gap; 0 within a cent, inf without a solution."""
        if self.answer is None:
            return np.inf
        distance = self.bound_eur - self.objective_eur
        return 0.0 if distance <= CENT else distance / max(abs(self.objective_eur), CENT)

    def found(self, stopped_by: str) -> Found:
        """Return what is known now."""
        if self.answer is None:
            return Found(
                stopped_by=stopped_by, bound_eur=self.bound_eur, relaxed_eur=self.relaxed_eur
            )
        return Found(
            stopped_by="proof" if self.gap() <= PROVED else stopped_by,
            values=self.answer.values,
            objective_eur=self.objective_eur,
            bound_eur=self.bound_eur,
            relaxed_eur=self.relaxed_eur,
            row_prices=self.answer.row_prices,
        )

    def say(self, message: str) -> None:
        """Tell the listener."""
        objective_eur = None if self.answer is None else self.objective_eur
        self._report(message, objective_eur, self.bound_eur)
