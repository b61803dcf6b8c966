"""Search for the best decisions: bound first, a sound plan soon, then better ones (F21)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.result import Options, SolverError
from optimizer.sourcing_best import PROVED, Best, Found, Report
from optimizer.sourcing_builder import EUR
from optimizer.sourcing_cuts import Cuts
from optimizer.sourcing_decompose import Decomposition
from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_neighbours import LEAST_PROMISE, near_decisions
from optimizer.sourcing_restricted import as_decisions, restricted_model
from optimizer.sourcing_rounding import contracts_of, rounded_decisions, with_contracts

Floats = NDArray[np.float64]

LARGE_COLUMNS = 8_000
"""From here on a linear program is solved by interior points."""
WITHIN_REACH = 4_000
"""Up to here branch and bound on everything is the shortest way."""
OUT_OF_REACH = 20_000
"""From here on branch and bound proves nothing in reasonable time."""
RESTRICTED_GAP = 0.002
RESTRICTED_NODES = 300
"""Limits of the search on the mean scenario: its decisions are a guess for the full model."""
MANY_ROUNDS = 200
FEW_NEIGHBOURS, MANY_NEIGHBOURS = 10, 1_000
COMPLETION_SECONDS = 20.0
"""Least time for a linear program that completes decisions, so that none found is lost."""


class Search:
    """Keep the best solution and the best bound over the stages."""

    def __init__(
        self,
        stated: SourcingModel,
        options: Options,
        report: Report,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._stated, self._options, self._best = stated, options, Best(report)
        self._cancelled = cancelled
        self._deadline = perf_counter() + options.seconds
        self._relaxed: Answer | None = None
        self._first: Floats | None = None
        self._parts: Floats | None = None
        self._cuts = Cuts(stated.model)

    def run(self) -> Found:
        """Run the stages until the gap asked for is proved or a limit is hit.

        The relaxation and its rounding are never cancelled: they are what a cancelled run hands
        back.
        """
        relaxed = self._relax()
        if relaxed.outcome is Outcome.INFEASIBLE:
            self._refuse_endless_profit()
            return Found(stopped_by="proof", infeasible=True)
        if relaxed.values is None or relaxed.outcome is not Outcome.SOLVED:
            return self._best.found("time")
        self._relaxed = relaxed
        self._round(relaxed.values)
        for stage in self._stages():
            if self._close_enough():
                break
            limit_hit = stage()
            if limit_hit == "infeasible":
                return Found(stopped_by="proof", infeasible=True)
            if limit_hit is not None:
                return self._best.found(limit_hit)
        return self._best.found("gap" if self._close_enough() else "effort")

    def _stages(self) -> tuple[Callable[[], str | None], ...]:
        """Return the stages that suit the size; branch and bound proves, the others find."""
        if self._size <= WITHIN_REACH:
            return (self._branch_and_bound,)
        if self._size <= OUT_OF_REACH:
            return (self._restricted, self._near, self._branch_and_bound)
        return (self._restricted, self._decompose)

    @property
    def _size(self) -> int:
        return int(self._stated.model.gain.size)

    def _relax(self) -> Answer:
        try:
            answer = self._linear(self._stated.model.relaxed())
        except SolverError:
            self._refuse_endless_profit()
            raise
        if answer.outcome is Outcome.SOLVED and answer.objective is not None:
            self._best.relax(answer)
            self._cuts.add(answer)
        return answer

    def _refuse_endless_profit(self) -> None:
        """Tell a problem without plan from one without limit, which solvers answer alike."""
        model = self._stated.model.relaxed()
        answer = self._linear(replace(model, gain=np.zeros_like(model.gain)))
        if answer.outcome is Outcome.SOLVED:
            raise SolverError(
                "the profit has no limit: units that take no hours, or cost less than nothing,"
                " need a cap on prospects or wins"
            )

    def _linear(self, model: LinearModel) -> Answer:
        limits = self._limits(cancellable=False)
        seconds = max(
            limits.seconds, COMPLETION_SECONDS if self._best.relaxed_eur is not None else 0.0
        )
        return solve(model, replace(limits, seconds=seconds, by_barrier=self._size > LARGE_COLUMNS))

    def _round(self, relaxed: Floats) -> None:
        """Try the roundings; for a large model the first that fits is enough."""
        if not self._stated.model.integer.any():
            self._complete(relaxed)
            return
        for decisions in rounded_decisions(self._stated, relaxed):
            fits = self._complete(decisions)
            late = perf_counter() > self._deadline
            if fits and (late or self._close_enough()):
                return
            if fits and self._size > LARGE_COLUMNS:
                self._first = self._best.values
                self._round_people()
                return

    def _round_people(self) -> None:
        """Keep the contracts of the first plan, and make the people whole that suit them."""
        parts = self._people_in_parts()
        if parts is None:
            return
        for decisions in rounded_decisions(self._stated, parts):
            if self._complete(decisions) or self._limit_hit() is not None:
                return

    def _people_in_parts(self) -> Floats | None:
        """Return the best values with the best plan's contracts, people in parts."""
        best = self._best.values
        if best is None or self._limit_hit() is not None:
            return None
        taken = contracts_of(self._stated)
        if self._parts is None or not np.array_equal(
            np.rint(best[taken]), np.rint(self._parts[taken])
        ):
            self._parts = self._linear(with_contracts(self._stated, best).relaxed()).values
        return self._parts

    def _restricted(self) -> str | None:
        """Decide the mean scenario near the relaxation, then price the decisions in full."""
        rounded = self._best.values
        relaxed = None if self._relaxed is None else self._relaxed.values
        if rounded is None or relaxed is None:
            return None
        first = rounded if self._first is None else self._first
        small = restricted_model(self._stated, relaxed, rounded, first)
        limits = replace(self._limits(), gap=RESTRICTED_GAP, nodes=RESTRICTED_NODES)
        answer = solve(small.model, limits)
        if answer.values is not None:
            self._complete(as_decisions(self._stated, small, answer.values, rounded))
        return "cancel" if answer.outcome is Outcome.CANCEL else self._limit_hit()

    def _near(self) -> str | None:
        """Price neighbours of the best decisions, one linear program each, until none is better.

        Every program says something about all neighbours: the next one priced is the one that
        the programs so far allow most, and none is priced that they exclude.
        """
        tried: set[bytes] = set()
        near, known = self._neighbours(), self._best.answer
        while len(tried) < self._most_neighbours:
            limit = self._limit_hit()
            if limit is not None or self._close_enough():
                return limit
            if self._best.answer is not known:
                near, known = self._neighbours(), self._best.answer
            near = [each for each in near if self._key(each) not in tried]
            most = self._cuts.most(near)
            if not near or most.max() <= self._best.objective_eur * EUR + LEAST_PROMISE:
                return None
            chosen = near[int(np.argmax(most))]
            tried.add(self._key(chosen))
            self._complete(chosen)
        return None

    def _decompose(self) -> str | None:
        """Decide the first stage under what the scenarios tell, until nothing new is proposed."""
        if self._best.values is None or self._relaxed is None:
            return None
        stated, relaxed, best = self._stated, self._relaxed, self._best
        parts = Decomposition(stated, relaxed, best, self._limits, self._options, self._parts)
        going, rounds = True, self._options.effort
        for _ in range(MANY_ROUNDS if rounds is None else rounds):
            limit = self._limit_hit()
            if limit is not None or self._close_enough() or not going or parts.done:
                return limit
            going = parts.round()
        return self._limit_hit()

    def _key(self, decisions: Floats) -> bytes:
        return np.rint(decisions[self._stated.model.integer]).tobytes()

    @property
    def _most_neighbours(self) -> int:
        """Return how many neighbours are priced at most; few where branch and bound follows."""
        few = FEW_NEIGHBOURS if self._size <= OUT_OF_REACH else MANY_NEIGHBOURS
        return few if self._options.effort is None else self._options.effort

    def _neighbours(self) -> list[Floats]:
        best = self._best.answer
        if best is None or best.values is None or best.row_prices is None:
            return []
        reduced_gains = self._stated.model.reduced_gains(best.row_prices)
        return near_decisions(self._stated, best.values, reduced_gains)

    def _limit_hit(self) -> str | None:
        if self._cancelled is not None and self._cancelled():
            return "cancel"
        return "time" if perf_counter() > self._deadline else None

    def _branch_and_bound(self) -> str | None:
        limits = replace(self._limits(), nodes=self._options.effort)
        hint = self._best.values
        answer = solve(self._stated.model, limits, hint)
        if answer.outcome is Outcome.INFEASIBLE and hint is None:
            return "infeasible"
        self._best.bound(answer.bound / EUR)
        if answer.values is not None and not self._complete(answer.values):
            self._best.keep(answer)
        ends = {Outcome.TIME: "time", Outcome.CANCEL: "cancel", Outcome.EFFORT: "effort"}
        return ends.get(answer.outcome)

    def _complete(self, decisions: Floats) -> bool:
        """Fix the decisions and let a linear program do the rest; tell whether it could."""
        whole = np.flatnonzero(self._stated.model.integer)
        fixed = self._stated.model.fixed(whole, np.rint(decisions[whole])).relaxed()
        answer = self._linear(fixed)
        if answer.outcome is not Outcome.SOLVED:
            return False
        self._cuts.add(answer)
        self._best.keep(answer)
        return True

    def _limits(self, *, cancellable: bool = True) -> Limits:
        return Limits(
            seconds=self._deadline - perf_counter(),
            gap=self._options.gap,
            seed=self._options.seed,
            cancelled=self._cancelled if cancellable else None,
        )

    def _close_enough(self) -> bool:
        return self._best.gap() <= max(self._options.gap, PROVED)
