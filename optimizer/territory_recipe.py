"""Run the recipe on items: first plan, proofs, search and regions round by round (T10 to T15)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial

import numpy as np

from optimizer.result import Options
from optimizer.territory_beside import Beside
from optimizer.territory_conclude import Finish
from optimizer.territory_connect import connect
from optimizer.territory_draft import drafts_fit, search_drafts
from optimizer.territory_ejection import chains_fit, search_chains, weights_differ
from optimizer.territory_exact import Proof
from optimizer.territory_local import search
from optimizer.territory_near import near_ties_only
from optimizer.territory_pairs import Items, better
from optimizer.territory_problem import Ints, TerritoryPlan
from optimizer.territory_prover import Prover
from optimizer.territory_regions import Regions, improve_regions
from optimizer.territory_round import MENDING_NODES, from_hint, mend_limits, rounded
from optimizer.territory_set_search import few_a_seat, many_items, search_sets, sets_fit
from optimizer.territory_watch import Watch

DEFAULT_ROUNDS = 3
NEAR_TIES = (480, 80)
"""Near ties per limit in wide and in narrow searches; which is better differs by data."""
LEAST_A_SEAT = 200_000
FIRST_STEPS, ROUND_STEPS = 150, 600
"""Steps a near tie (beyond the best of each item) for a first plan, and in each round after it."""
CHAIN_STEPS, CHAIN_DOUBLINGS = 30_000_000, 5
"""Pairs that the first search by chains looks at, and how often later ones double them."""
CHAIN_TIES = (30, 15)
"""Near ties per limit in searches by chains: kicks to any other pair are nearly always in vain."""
DRAFT_WORK = 10_000_000
"""Pairs that the first drafts look at; later ones double them as often as chains do."""
LEAST_CONNECTED_STEPS, STEPS_OF_FEW = 300_000, 10_000
CONNECTED_STEPS, MOST_DOUBLINGS = 2, 4
"""Steps of a search among connected plans: least, and an item for each a near tie elsewhere; least
of a few items, for each of them.

Rounds of equal steps stall, so each round takes twice as many as the one before, up to a limit.
"""
REGIONS_A_ROUND = 8
SETS_A_ROUND, SETS_DOUBLINGS = 300, 2
"""How often the first round plans seats anew by whole sets, and how often later ones double it."""
TWIN = 1_000_003
"""What is added to the seed of a search that runs beside another one."""
GRACE_SECONDS = 3.0
"""Wait for a proof that is out of time: its solver looks at the clock now and then only."""
PROGRAM_GAP = 1e-4
"""Relative gap at which a program that only has to improve the plan may stop."""


@dataclass(kw_only=True)
class Recipe:
    """Hold one solve of items: what is known, its limits and its clock."""

    finish: Finish
    options: Options
    watch: Watch
    _spare: bool = False
    """Whether a second worker has nothing else to do."""

    @property
    def items(self) -> Items:
        """Return the items to be served."""
        return self.finish.items

    @property
    def rounds(self) -> int:
        """Return the rounds that the effort asks for."""
        return DEFAULT_ROUNDS if self.options.effort is None else self.options.effort

    def run(self, hint: TerritoryPlan | None) -> Finish:
        """Run everything and return what is known at the end."""
        prover = Prover(
            finish=self.finish, options=self.options, watch=self.watch, rounds=self.rounds
        )
        beside = None if self.options.workers == 1 else Beside(prover.beside)
        self.finish.improve(self._first_plan(hint))
        prover.planned.set()
        self._report("first plan")
        for number in range(self.rounds):
            if self._enough() or (prover.hopeless and number >= DEFAULT_ROUNDS):
                break
            if beside is not None and beside.done():
                self._take(beside.take(), "proof")
                beside = None
            if self.options.workers > 1 and beside is None and prover.ready():
                beside = Beside(prover.everything)
            self._spare = self.options.workers > 1 and beside is None
            self._round(number, prover)
            prover.hear()
            if self.options.workers == 1 and not self._enough():
                self._take(prover.between(), "proof")
        prover.over = self._enough()
        if beside is not None:
            self._end(beside)
            prover.hear()
        if not (self._enough() or prover.tried):
            self._take(prover.everything(at_last=True), "proof")
        return self.finish

    def _end(self, beside: Beside[Proof | None]) -> None:
        """Take what the proof found; out of time, give it a moment to end."""
        if self.watch.stop():
            beside.wait(GRACE_SECONDS)
        if beside.done() or not self.watch.stop():
            self._take(beside.take(), "proof")

    def _enough(self) -> bool:
        return self.watch.stop() or self.finish.gap() <= self.options.gap

    def _first_plan(self, hint: TerritoryPlan | None) -> Ints:
        """Return the best of: rounded and searched; mended; hinted."""
        items, relaxation = self.items, self.finish.relaxation
        self.watch.tell_step("rounding", self.finish.bound)
        pair = rounded(items, relaxation)
        self.watch.tell_step("search of a first plan", self.finish.bound)
        if self.finish.judge.stray_eur > 0:
            # Where strays are cheap the best plan of any shape is hard to beat.
            pair = self._search_anywhere(pair, 0, FIRST_STEPS, warm=False)
        pair = self._search(self._drafted(pair, 0), 0, FIRST_STEPS, warm=False)
        free = self.finish.judge.graph is None
        if free and items.excess(pair) > 0 and self._by_chains(pair):
            pair = self._search(pair, 0, FIRST_STEPS)
        if free and items.excess(pair) > 0 and items.complete and not self.watch.stop():
            limits = partial(self.watch.limits, MENDING_NODES, gap=1e-3)
            pair = self._search(mend_limits(items, relaxation, pair, limits), 0, FIRST_STEPS)
        if hint is None:
            return pair
        hinted = from_hint(items, hint, relaxation.prices)
        if free and not self.watch.stop():
            hinted = self._search(hinted, 0, FIRST_STEPS)
        return self.finish.judge.better(hinted, pair)

    def _search(self, pair: Ints, number: int, steps: int, *, warm: bool = True) -> Ints:
        """Return the best plan met on the near ties of this round."""
        if self.finish.judge.graph is not None:
            return self._search_connected(pair, number, steps, warm=warm)
        return self._search_anywhere(pair, number, steps, warm=warm)

    def _search_anywhere(self, pair: Ints, number: int, steps: int, *, warm: bool) -> Ints:
        """Return the best plan met on near ties, whatever shape its territories have."""
        items, prices = self.items, self.finish.relaxation.prices
        chained = warm and self._by_chains(pair)
        ties = CHAIN_TIES if chained else NEAR_TIES
        columns = ties[number % len(ties)] * items.lower.size
        near, kept, begun = near_ties_only(items, prices, pair, columns)
        way: Callable[..., Ints] = search
        work = max(steps * max(1, len(kept) - items.count), LEAST_A_SEAT * items.seats)
        if chained:
            # Where whole sets can be searched, that goes further: chains begin it afresh only.
            doublings = 0 if self._by_sets(pair) else min(number, CHAIN_DOUBLINGS)
            way, work = search_chains, CHAIN_STEPS << doublings
        run = partial(
            way, near, begun, prices.window, prices.move, steps=work, stop=self.watch.stop
        )
        return better(items, self._best_of(lambda seed: kept[run(seed=seed)], number), pair)

    def _by_chains(self, pair: Ints) -> bool:
        """Return whether to search by chains: weights that differ, or few units and limits kept."""
        items = self.items
        if not many_items(items) or not chains_fit(items):
            return False
        return (few_a_seat(items) and items.excess(pair) == 0.0) or weights_differ(items)

    def _search_again(self, number: int) -> Ints:
        """Search longer than before, afresh where all pairs are listed.

        A plan searched out is a poor place to begin: from it, noise leads back to it. Where pairs
        are too many to list, a fresh search would not be over in time.
        """
        pair, steps = self.finish.pair, ROUND_STEPS << min(number, MOST_DOUBLINGS)
        fresh = self.items.complete and self.finish.judge.graph is None
        if fresh and not self._by_chains(pair):
            pair = rounded(self.items, self.finish.relaxation)
        return self._search(self._drafted(pair, number), number, steps)

    def _drafted(self, pair: Ints, number: int) -> Ints:
        """Return the best plan of several drafts where chains pay too: they begin from it."""
        items = self.items
        if self.finish.judge.graph is not None or not (items.complete and drafts_fit(items)):
            return pair
        if not self._by_chains(pair):
            return pair
        work = DRAFT_WORK << min(number, CHAIN_DOUBLINGS)
        prices, stop = self.finish.relaxation.prices, self.watch.stop
        run = partial(search_drafts, items, pair, prices, work=work, stop=stop)
        return self._best_of(lambda seed: run(seed=seed), number)

    def _search_connected(self, pair: Ints, number: int, steps: int, *, warm: bool) -> Ints:
        """Return the best plan met by moves that keep territories connected."""
        judge, prices = self.finish.judge, self.finish.relaxation.prices
        assert judge.graph is not None
        count = self.items.count
        least = min(LEAST_CONNECTED_STEPS, STEPS_OF_FEW * count)
        steps = max(least, CONNECTED_STEPS * steps * count)
        run = partial(
            connect,
            self.items,
            judge.graph,
            pair,
            prices.window,
            prices.move,
            steps=steps,
            stop=self.watch.stop,
            stray_eur=judge.stray_eur,
            seats=judge.seats,
            warm=warm,
        )
        return judge.better(self._best_of(lambda seed: run(seed=seed), number), pair)

    def _best_of(self, run: Callable[[int], Ints], number: int) -> Ints:
        """Return what a search finds; with a worker to spare, the better of two."""
        seed = self.options.seed + number
        if not self._spare:
            return run(seed)
        with ThreadPoolExecutor(1) as spare:
            twin = spare.submit(run, seed + TWIN)
            found = run(seed)
            return self.finish.judge.better(found, twin.result())

    def _round(self, number: int, prover: Prover) -> None:
        """Search once more, then choose regions anew."""
        name = f"round {number + 1} of {self.rounds}"
        self.finish.improve(self._search_again(number))
        self._report(f"search {name}")
        if self._enough() or self.finish.judge.graph is not None:
            return
        if self.items.excess(self.finish.pair) > 0 or not self.items.complete:
            return
        if self._by_sets(self.finish.pair):
            if self._spare:
                prover.climb_on()
            self._search_sets(number)
            self._report(f"whole sets {name}")
            return
        state = Regions.of(self.items, self.finish.relaxation, self.finish.pair)
        rng = np.random.default_rng([self.options.seed, number])
        limits = partial(self.watch.limits, gap=PROGRAM_GAP)
        with prover.climbing() if self._spare else nullcontext():
            improve_regions(state, REGIONS_A_ROUND, rng, limits, self.watch.stop)
        self.finish.improve(state.pair)
        self._report(f"regions {name}")

    def _search_sets(self, number: int) -> None:
        """Plan a few seats anew, exactly, longer than in the round before."""
        run = partial(
            search_sets,
            self.items,
            self.finish.relaxation,
            self.finish.pair,
            regions=SETS_A_ROUND << min(number, SETS_DOUBLINGS),
            stop=self.watch.stop,
        )
        self.finish.improve(self._best_of(lambda seed: run(seed=seed), number))

    def _by_sets(self, pair: Ints) -> bool:
        """Return whether to plan seats anew by whole sets."""
        return (
            few_a_seat(self.items)
            and self.finish.judge.graph is None
            and sets_fit(self.items, pair)
        )

    def _take(self, proof: Proof | None, message: str) -> None:
        if proof is None:
            return
        self.finish.improve(proof.pair)
        self.finish.bound = max(self.finish.bound, proof.bound)
        self._report(message)

    def _report(self, message: str) -> None:
        self.watch.tell(message, self.finish.objective(), self.finish.proved())
