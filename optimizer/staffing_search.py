"""Search for the best decisions: bound first, a sound plan soon, then branch and bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.result import Options, SolverError
from optimizer.staffing_columns import EUR
from optimizer.staffing_decisions import (
    promising_neighbourhood,
    round_decisions,
    rounding_neighbourhood,
    without_levers,
)
from optimizer.staffing_model import StaffingModel

Floats = NDArray[np.float64]

PART_GAP = 0.002
PART_NODES = 200
"""Limits of a search within a part of the decisions: small, the whole search comes after."""
PROVED = 1e-6
"""Relative distance below which objective and bound are the same number."""

CENT = 0.005
"""Absolute distance in EUR below which they are the same amount of money."""
COMPLETION_SECONDS = 10.0
"""Least time for a linear program that completes decisions, so that none found is lost."""

Report = Callable[[str, float | None, float], None]
"""Takes a message, the objective and the bound in EUR."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """Hold the best decisions found, completed to a solution, and the proof.

    `values` is None when a limit was hit before the first plan; amounts in EUR.
    """

    stopped_by: str
    values: Floats | None = None
    objective_eur: float | None = None
    bound_eur: float = np.inf
    row_prices: Floats | None = None


class Search:
    """Keep the best solution and the best bound over the stages."""

    def __init__(
        self,
        stated: StaffingModel,
        options: Options,
        report: Report,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._stated, self._options, self._report = stated, options, report
        self._cancelled = cancelled
        self._deadline = perf_counter() + options.seconds
        self._best: Answer | None = None
        self._objective_eur = -np.inf
        self._bound_eur = np.inf

    def run(self, hints: list[Floats]) -> Found:
        """Run the stages until the gap asked for is proved or a limit is hit.

        The relaxation and its rounding are never cancelled: they take a moment, and they are
        what a cancelled run hands back.
        """
        relaxed = self._relax()
        if relaxed is None:
            return self._found("time")
        self._round(relaxed, hints)
        stages = (
            self._decide_fractional_ones,
            self._decide_promising_ones,
            self._branch_and_bound,
        )
        for stage in stages:
            if self._gap() <= max(self._options.gap, PROVED):
                break
            limit_hit = stage(relaxed)
            if limit_hit is not None:
                return self._found(limit_hit)
        return self._found("gap")

    def _relax(self) -> Answer | None:
        answer = solve(self._stated.model.relaxed(), self._limits(cancellable=False))
        if answer.outcome is Outcome.INFEASIBLE:
            raise SolverError("the staffing model has no solution, though serving nothing is one")
        if answer.outcome is not Outcome.SOLVED or answer.objective is None:
            return None
        self._bound_eur = max(answer.bound, answer.objective) / EUR
        self._say("bound found")
        return answer

    def _round(self, relaxed: Answer, hints: list[Floats]) -> None:
        rounded = round_decisions(self._stated, _values(relaxed))
        for decisions in (*hints, rounded):
            self._complete(decisions)
        if self._best is None:
            self._complete(without_levers(self._stated, rounded))

    def _decide_fractional_ones(self, relaxed: Answer) -> str | None:
        lower, upper = rounding_neighbourhood(self._stated, _values(relaxed))
        return self._search_within(replace(self._stated.model, lower=lower, upper=upper))

    def _decide_promising_ones(self, relaxed: Answer) -> str | None:
        if relaxed.row_prices is None:
            return None
        reduced_gains = self._stated.model.reduced_gains(relaxed.row_prices)
        best = None if self._best is None else _values(self._best)
        upper = promising_neighbourhood(self._stated, _values(relaxed), reduced_gains, best)
        return self._search_within(replace(self._stated.model, upper=upper), best)

    def _search_within(self, part: LinearModel, hint: Floats | None = None) -> str | None:
        """Search a part of the decisions; only time or a cancellation end the whole search."""
        limits = replace(self._limits(), gap=PART_GAP, nodes=PART_NODES, target=self._good_enough())
        answer = solve(part, limits, hint)
        self._take(answer)
        return _limit_hit(answer.outcome) if answer.outcome is not Outcome.EFFORT else None

    def _good_enough(self) -> float | None:
        """Return the objective that proves the gap asked for with the bound at hand."""
        bound = self._bound_eur * EUR
        return bound / (1.0 + self._options.gap) if bound > 0 and self._options.gap > 0 else None

    def _branch_and_bound(self, _relaxed: Answer) -> str | None:
        limits = replace(self._limits(), nodes=self._options.effort)
        hint = None if self._best is None else self._best.values
        answer = solve(self._stated.model, limits, hint)
        self._bound_eur = min(self._bound_eur, answer.bound / EUR)
        self._take(answer)
        return _limit_hit(answer.outcome)

    def _take(self, answer: Answer) -> None:
        """Complete the decisions of a branch and bound; keep its own answer should that fail."""
        if answer.values is not None and not self._complete(answer.values):
            self._keep(answer)

    def _complete(self, decisions: Floats) -> bool:
        """Fix the decisions and let a linear program do the rest; tell whether it could."""
        whole = np.flatnonzero(self._stated.model.integer)
        fixed = self._stated.model.fixed(whole, np.rint(decisions[whole])).relaxed()
        limits = self._limits(cancellable=False)
        answer = solve(fixed, replace(limits, seconds=max(limits.seconds, COMPLETION_SECONDS)))
        if answer.outcome is not Outcome.SOLVED:
            return False
        self._keep(answer)
        return True

    def _keep(self, answer: Answer) -> None:
        if answer.objective is not None and answer.objective / EUR > self._objective_eur:
            self._best, self._objective_eur = answer, answer.objective / EUR
            self._say("plan found")

    def _limits(self, *, cancellable: bool = True) -> Limits:
        return Limits(
            seconds=self._deadline - perf_counter(),
            gap=self._options.gap,
            seed=self._options.seed,
            cancelled=self._cancelled if cancellable else None,
        )

    def _gap(self) -> float:
        if self._best is None:
            return np.inf
        distance = self._bound_eur - self._objective_eur
        return 0.0 if distance <= CENT else distance / max(abs(self._objective_eur), CENT)

    def _found(self, stopped_by: str) -> Found:
        if self._best is None:
            return Found(stopped_by=stopped_by, bound_eur=self._bound_eur)
        return Found(
            stopped_by="proof" if self._gap() <= PROVED else stopped_by,
            values=self._best.values,
            objective_eur=self._objective_eur,
            bound_eur=self._bound_eur,
            row_prices=self._best.row_prices,
        )

    def _say(self, message: str) -> None:
        objective_eur = None if self._best is None else self._objective_eur
        self._report(message, objective_eur, self._bound_eur)


def bound_above(objective_eur: float, bound_eur: float) -> float:
    """Return the bound, lifted to the objective where only arithmetic puts it below."""
    arithmetic = max(CENT, PROVED * abs(objective_eur))
    return max(bound_eur, objective_eur) if objective_eur - bound_eur <= arithmetic else bound_eur


def _values(answer: Answer) -> Floats:
    assert answer.values is not None
    return answer.values


def _limit_hit(outcome: Outcome) -> str | None:
    ends = {Outcome.TIME: "time", Outcome.CANCEL: "cancel", Outcome.EFFORT: "effort"}
    return ends.get(outcome)
