"""Prove the best plan when few enough item-seat pairs can still be part of it (T13)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits, Outcome
from optimizer.territory_bound import Relaxation
from optimizer.territory_pairs import ROUNDING, Items, better
from optimizer.territory_prices import Marks, adjusted_cost, behind_best, lagrangian_bound
from optimizer.territory_problem import Ints
from optimizer.territory_program import Chosen, solve_integer

PROVABLE_COLUMNS = 3_000
NODES_PER_ROUND = 2_000


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Hold the better plan, the better bound in EUR (missed limits at the penalty), the end."""

    pair: Ints
    bound: float
    outcome: Outcome


def prove(
    items: Items, relaxation: Relaxation, pair: Ints, limits: Limits, among: Marks | None = None
) -> Proof | None:
    """Solve the integer program over all pairs that a better plan could use.

    `among` (P,) marks those that another proof leaves open; it holds for plans that keep the hard
    limits, as this one must then do. None when there are too many. Hard limits stay hard; only
    when the solver proves that no plan keeps them all, they become elastic at the relaxation's
    penalty.
    """
    open_pairs = surviving(items, relaxation, pair)
    if among is not None:
        open_pairs &= among
    if open_pairs.sum() > PROVABLE_COLUMNS:
        return None
    kept = items.excess(pair) == 0.0
    if relaxation.excess <= ROUNDING or kept:
        chosen = solve_integer(items, np.flatnonzero(open_pairs), pair, None, limits)
        if kept or chosen.outcome is not Outcome.INFEASIBLE:
            return _proof(items, relaxation, pair, chosen)
    every = np.arange(len(items.pairs.item))
    chosen = solve_integer(items, every, pair, relaxation.penalty, limits)
    return _proof(items, relaxation, pair, chosen)


def surviving(items: Items, relaxation: Relaxation, pair: Ints) -> Marks:
    """Mark the pairs whose reduced cost leaves room for a plan better than `pair` (T13).

    A plan that uses a pair costs at least bound + reduced cost.
    """
    if items.excess(pair) > 0:
        return np.ones(len(items.pairs.item), dtype=bool)
    return within(items, relaxation, items.eur(pair))


def within(items: Items, relaxation: Relaxation, value: float) -> Marks:
    """Mark the pairs that a plan of at most `value` EUR could use."""
    behind = behind_best(items.pairs, adjusted_cost(items.pairs, relaxation.prices))
    room = value - lagrangian_bound(items, relaxation.prices, relaxation.penalty)
    return np.asarray(behind <= room + 1e-7 * max(1.0, abs(value)))


def _proof(items: Items, relaxation: Relaxation, pair: Ints, chosen: Chosen) -> Proof:
    """Combine the known plan with the solver's; plans outside its pairs are no better."""
    known = items.eur(pair) + relaxation.penalty * items.excess(pair)
    if chosen.outcome is Outcome.INFEASIBLE:
        return Proof(pair=pair, bound=known, outcome=Outcome.SOLVED)
    best = pair if chosen.pair is None else better(items, chosen.pair, pair)
    bound = max(relaxation.bound, min(chosen.bound, known))
    return Proof(pair=best, bound=bound, outcome=chosen.outcome)
