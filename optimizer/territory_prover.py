"""Prove how good a plan is, beside the search or between its rounds (T13, T25)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from optimizer.mathopt import Outcome
from optimizer.result import Options
from optimizer.territory_beside import Beside
from optimizer.territory_conclude import Finish
from optimizer.territory_connect_exact import connect_exact
from optimizer.territory_exact import NODES_PER_ROUND, Proof, prove
from optimizer.territory_patterns import PatternBound
from optimizer.territory_set_search import few_a_seat
from optimizer.territory_watch import Watch

MOST_NODE_ROUNDS = 10
"""Rounds beyond which the proof gets no more nodes."""
SWEEPS_A_ROUND, SWEEPS_ON, SWEEPS_AT_FIRST, ENDLESS = 12, 60, 16, 10_000
SEATS_AT_FIRST = 400
"""Sweeps of the pattern bound between two rounds, with a worker to spare; beside the search after
the first plan, there at least so many or so many seats."""
FEW_PAIRS = 600
"""Pairs up to which the exact program needs no bound to go before it."""
PAIRS_AT_ANY_GAP, PROVABLE_GAP = 1_000, 0.002
"""Pairs up to which a proof is tried whatever the gap; relative gap from which on with more."""


@dataclass(kw_only=True)
class Prover:
    """Hold what is proved beyond the relaxation.

    Attributes
    ----------
    planned
        Set once there is a first plan.
    over
        Whether the search has ended, so that nothing beside it is worth while.
    tried
        Whether everything has been tried to prove.
    hopeless
        Whether it is proved that no plan keeps every hard limit.
    """

    finish: Finish
    options: Options
    watch: Watch
    rounds: int
    planned: threading.Event = field(default_factory=threading.Event)
    over: bool = False
    tried: bool = False
    hopeless: bool = False
    _patterns: PatternBound | None = None
    _put_off: bool = False

    def beside(self) -> Proof | None:
        """Prove while another worker searches: the bound first, then everything when small."""
        if self.finish.judge.graph is None:
            self._climb(self._ended_or_planned)
            self.planned.wait()
            self._forget_guess()
            seats = max(1, self.finish.items.seats)
            self._climb(self._ended, max(SWEEPS_AT_FIRST, SEATS_AT_FIRST // seats))
        self.planned.wait()
        return None if self._ended() else self.everything()

    def between(self) -> Proof | None:
        """Prove between two rounds of a search that has no worker beside it."""
        if self.finish.judge.graph is None:
            self._climb(self._ended, SWEEPS_A_ROUND)
            self.hear()
        return None if self.tried or self._ended() else self.everything()

    def hear(self) -> None:
        """Take over what whole items prove; it holds for plans that keep the hard limits."""
        finish, patterns = self.finish, self._patterns
        if patterns is not None and finish.items.excess(finish.pair) == 0.0:
            finish.bound = max(finish.bound, patterns.bound)
            patterns.value = min(patterns.value, finish.objective())

    def everything(self, *, at_last: bool = False) -> Proof | None:
        """Prove the best plan when few pairs can still be in it; `at_last` at any gap."""
        if self._ended() or not self.finish.items.complete:
            return None
        if self.finish.judge.graph is not None:
            return self._connected()
        rounds = min(max(1, self.rounds), MOST_NODE_ROUNDS)
        limits = self.watch.limits(NODES_PER_ROUND * rounds)
        items, pair = self.finish.items, self.finish.pair
        if not at_last and self._too_far():
            return None
        among = None
        if self._patterns is not None and items.excess(pair) == 0.0:
            among = self._patterns.open_pairs(len(items.pairs.item), self.finish.objective())
        proof = prove(items, self.finish.relaxation, pair, limits, among)
        self.tried = proof is not None
        return proof

    def climb_on(self) -> None:
        """Climb a while, when nothing runs beside."""
        self._climb(self._ended, SWEEPS_ON)

    def ready(self) -> bool:
        """Return whether a proof put off can be tried now."""
        return self._put_off and not (self.tried or self._too_far())

    def _too_far(self) -> bool:
        """Return whether the gap is too wide for a proof among many seats of few units.

        Search is then the better use of the time.
        """
        items = self.finish.items
        many = few_a_seat(items) and len(items.pairs.item) > PAIRS_AT_ANY_GAP
        self._put_off = many and self.finish.gap() > PROVABLE_GAP
        return self._put_off

    @contextmanager
    def climbing(self) -> Iterator[None]:
        """Climb beside what is done meanwhile."""
        done = threading.Event()
        beside = Beside(lambda: self._climb(lambda: done.is_set() or self._ended()))
        try:
            yield
        finally:
            done.set()
            beside.take()

    def _climb(self, stop: Callable[[], bool], sweeps: int = ENDLESS) -> None:
        """Climb with the pattern bound, with a guess of the gap while there is no plan."""
        items, relaxation = self.finish.items, self.finish.relaxation
        if len(items.pairs.item) <= FEW_PAIRS:
            return
        if self._patterns is None and not stop():
            pair = self.finish.pair if self.planned.is_set() else None
            self._patterns = PatternBound.begin(items, relaxation, pair)
        if self._patterns is not None:
            self._patterns.climb(sweeps, stop)

    def _forget_guess(self) -> None:
        """Begin anew where the first plan is dearer than guessed: more pairs can be in the best."""
        if self._patterns is not None and self._patterns.value < self.finish.objective():
            self._patterns = None

    def _ended(self) -> bool:
        return self.over or self.watch.stop()

    def _ended_or_planned(self) -> bool:
        return self._ended() or self.planned.is_set()

    def _connected(self) -> Proof | None:
        """Prove the best connected plan."""
        judge, prices = self.finish.judge, self.finish.relaxation.prices
        self.tried = True
        if judge.stray_eur > 0 or judge.graph is None:
            return None
        proof = connect_exact(
            self.finish.items,
            judge.graph,
            self.finish.pair,
            prices.window,
            prices.move,
            seconds_left=self.watch.seconds_left,
            stop=self.watch.stop,
            seed=self.options.seed,
            seats=judge.seats,
        )
        # No plan keeps every limit: that says nothing about the one that misses them least, but
        # then no proof is left to wait for, however many rounds are asked for.
        self.hopeless = proof.finished and not np.isfinite(proof.bound)
        bound = proof.bound if np.isfinite(proof.bound) else self.finish.bound
        outcome = Outcome.SOLVED if proof.finished else Outcome.EFFORT
        return Proof(pair=proof.pair, bound=bound, outcome=outcome)
