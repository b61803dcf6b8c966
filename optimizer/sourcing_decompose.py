"""Decide the first stage by what the scenarios told so far, and ask them again (F27).

Two programs over the decisions alone take turns, both under tangents of the scenarios' worths:
one close to the best plan, whose answer is priced in full and may be the next best plan, and one
without that limit, whose bound holds for every plan. Whole managers, hires and contracts are
whole in both, so the bound sees what rounding them costs.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.result import Options
from optimizer.sourcing_best import PROVED, Best
from optimizer.sourcing_builder import EUR
from optimizer.sourcing_master import Master
from optimizer.sourcing_model import SourcingModel
from optimizer.sourcing_near import near
from optimizer.sourcing_recourse import Pricer, Promising, Recourse
from optimizer.sourcing_reround import round_again
from optimizer.sourcing_spans import list_spans, with_least_managers
from optimizer.sourcing_stages import split_stages
from optimizer.sourcing_tangents import Tangent, tangents_of_all
from optimizer.sourcing_tree import ManagerTree

Floats = NDArray[np.float64]

NEAR_GAP, NEAR_NODES = 0.001, 100
FIRST_NODES = 200
"""Nodes to make everything whole where managers are; twice as many whenever they do not do."""
SPLITS = 25
"""Nodes split in a round."""
STEPS = 3
"""Most steps near the best plan in a round."""
FIRST_CHANGES, MOST_CHANGES = 2.0, 40.0
LONGEST_PAUSE = 8
"""Most rounds from one search near the best plan to the next."""
CLEARLY = 1e-6
ARITHMETIC = 1e-6
"""kEUR that two sums of the same figures may differ by."""


class Decomposition:
    """Keep tangents and the center; every step tells `best` what it found.

    `done` once the program without limit proposes nothing that has not been priced. `parts` (C,)
    are the best values with whole contracts and parts of people, where they are known.
    """

    def __init__(
        self,
        stated: SourcingModel,
        relaxed: Answer,
        best: Best,
        limits: Callable[[], Limits],
        options: Options,
        parts: Floats | None = None,
    ) -> None:
        self._stated, self._relaxed, self._best = stated, relaxed, best
        self._parts = parts
        self._limits, self._options = limits, options
        stages = split_stages(stated)
        spans = list_spans(stated, stages.columns, stages.first)
        first = with_least_managers(stages.first, spans)
        self._stages = replace(stages, first=first)
        self._master = Master(stated.problem, self._stages)
        self._tree = ManagerTree(self._master, spans, limits, options.workers)
        # Each goes on from its last basis, so what lies far apart is not priced in turns.
        self._close, self._far = (Pricer(self._stages, options.workers) for _ in range(2))
        self._all: list[Tangent] = []
        self._core: list[Tangent] = []
        self._changes = FIRST_CHANGES
        self._pause, self._resting = 1, 0
        self._center, self._worth = np.zeros(0), -np.inf
        self._whole = np.flatnonzero(self._stages.first.integer)
        self._tried: set[bytes] = set()
        self.done = False

    def _start(self) -> bool:
        """Price the relaxation and the first plan; False when a limit was hit."""
        relaxed, rounded = self._relaxed, self._best.values
        assert relaxed.values is not None
        assert rounded is not None
        if relaxed.row_prices is not None:
            self._core += tangents_of_all(self._stated, self._stages, relaxed.row_prices)
        known = {each.scenario for each in self._core}
        priced = self._price(relaxed.values[self._stages.columns], self._close)
        if priced is None:
            return False
        self._core += [each for each in priced.tangents if each.scenario not in known]
        self._all += self._core
        self._tree.plant(self._core, FIRST_NODES)
        self._take_bound()
        self._center = rounded[self._stages.columns]
        return self._try(self._center, self._close) is not None

    def round(self) -> bool:
        """Bound all plans and search near the best one, at once where two may work.

        False when a limit was hit. What one finds the other sees in the next round only, so the
        number of workers changes nothing.
        """
        if not self._all and not self._start():
            return False
        if self.done:
            return True
        before, tried = len(self._all), set(self._tried)
        with ThreadPoolExecutor(1) as pool:
            enough = self._best.objective_eur * EUR * (1.0 + self._options.gap)
            steps = pool.submit(self._search_near) if self._options.workers > 1 else None
            leaf = self._tree.grow(self._core, SPLITS, enough, self._options.gap / 10.0)
            going = self._search_near() if steps is None else steps.result()
        self._take_bound()
        return going and self._follow(leaf, before, tried)

    def _take_bound(self) -> None:
        """Take the bound of the tree; one below a plan is a solver's error and ends the search.

        The plan is in the tree, too: an empty tree means that a solver took a program without
        limit, or a hard one, for one without solution.
        """
        bound, known = self._tree.bound / EUR, self._best.objective_eur
        if bound < known - PROVED * abs(known):
            self.done = True
            return
        self._best.bound(max(bound, known))
        self._best.say("bound found")

    def _search_near(self) -> bool:
        """Take steps while plans get better; False when a limit was hit.

        The more often in vain, the longer it rests: the bound makes better use of the time.
        """
        if self._resting > 0:
            self._resting -= 1
            return True
        begun = self._worth
        if self._parts is not None:
            parts, self._parts = self._parts, None
            return round_again(self._stated, parts, self._better)
        for _ in range(STEPS):
            before = self._worth
            if not self._step():
                return False
            if self._worth <= before * (1.0 + CLEARLY):
                break
        self._pause = 1 if self._worth > begun else min(2 * self._pause, LONGEST_PAUSE)
        self._resting = self._pause - 1
        return True

    def _better(self, values: Floats) -> bool | None:
        """Price decisions unless they were; return whether they are the best, None: limit hit."""
        before = self._worth
        if self._close_enough():
            return False
        going = self._try_rounded(values[self._stages.columns], self._close)
        return self._worth > before if going else None

    def _step(self) -> bool:
        """Price what is best near the center; look further away when it is no better."""
        if self._close_enough():
            return True
        limits = replace(self._limits(), gap=NEAR_GAP, nodes=NEAR_NODES)
        answer, before = solve(self._near(), limits), self._worth
        if answer.values is not None and not self._try_rounded(answer.values, self._close):
            return False
        if self._worth <= before * (1.0 + CLEARLY):
            wider = 2.0 * self._changes
            self._changes = wider if wider <= MOST_CHANGES else FIRST_CHANGES
        return True

    def _near(self) -> LinearModel:
        columns, first = self._stated.columns, self._stages.columns
        people = (columns.hires, columns.layoffs, columns.moves)
        switches = (columns.running, columns.automated)
        return near(
            self._master.model(self._all),
            np.searchsorted(first, np.concatenate([each.ravel() for each in people])),
            np.searchsorted(first, np.concatenate([each.ravel() for each in switches])),
            self._center,
            self._changes,
        )

    def _follow(self, leaf: Answer | None, before: int, tried: set[bytes]) -> bool:
        """Price what the bound rests on, once branch and bound is through with it."""
        if leaf is None or leaf.outcome is not Outcome.SOLVED or leaf.values is None:
            self.done |= self._tree.bound <= self._best.objective_eur * EUR + ARITHMETIC
            return True
        known = len(self._all)
        if self._key(leaf.values) not in self._tried:
            going = self._try_rounded(leaf.values, self._far)
            self._core += self._all[known:]
            return going
        nothing_new = self._key(leaf.values) in tried and len(self._core) == before
        self.done |= nothing_new and self._tree.bound <= leaf.bound + ARITHMETIC
        self._core = list(self._all)
        return True

    def _close_enough(self) -> bool:
        return self._best.gap() <= max(self._options.gap, PROVED)

    def _try_rounded(self, values: Floats, pricer: Pricer) -> bool:
        """Price the decisions of a program's answer; False when a limit was hit."""
        first = self._completed(values[: self._master.size])
        return first is None or self._try(first, pricer) is not None

    def _key(self, values: Floats) -> bytes:
        return np.rint(values[self._whole]).astype(np.int64).tobytes()

    def _completed(self, first: Floats) -> Floats | None:
        """Return the best first stage with these whole decisions, None when priced already."""
        key = self._key(first)
        if key in self._tried:
            return None
        self._tried.add(key)
        whole = np.rint(first[self._whole])
        model = self._master.model(self._all).fixed(self._whole, whole).relaxed()
        answer = solve(model, self._limits())
        return None if answer.values is None else answer.values[: self._master.size]

    def _try(self, first: Floats, pricer: Pricer) -> Recourse | None:
        """Price decisions and keep them when they are the best.

        Near the best plan, scenarios are left out once tangents say that it is not reached.
        """
        hopeful = None if pricer is self._far else self._promising(first)
        priced = self._price(first, pricer, hopeful)
        if priced is None or not priced.fits:
            return priced
        worth = self._master.worth(first, priced.worths)
        if worth > self._worth:
            self._worth, self._center = worth, first
            self._best.keep(self._answer(first, priced, worth))
        return priced

    def _promising(self, first: Floats) -> Promising:
        """Return whether decisions may be the best, given what their first scenarios are worth."""
        most = np.full(len(self._stages.scenarios), np.inf)
        for each in self._all:
            value = each.level + float(each.slope @ first)
            most[each.scenario] = min(most[each.scenario], value)

        def promising(worths: Floats) -> bool:
            known = np.concatenate([worths, most[worths.size :]])
            return not np.isfinite(known).all() or self._master.worth(first, known) > self._worth

        return promising

    def _price(
        self, first: Floats, pricer: Pricer, promising: Promising | None = None
    ) -> Recourse | None:
        priced = pricer.price(first, self._limits().seconds, promising)
        if priced is not None:
            self._all += priced.tangents
        return priced

    def _answer(self, first: Floats, priced: Recourse, worth: float) -> Answer:
        """Return the values of the whole model; those that measure the risk are left at 0."""
        values = np.zeros(self._stated.model.gain.size)
        values[self._stages.columns] = first
        for program, own in zip(self._stages.scenarios, priced.own, strict=True):
            values[program.own] = own
        return Answer(outcome=Outcome.SOLVED, values=values, objective=worth)
