"""Prove the best plan when few enough item-seat pairs can still be part of it (T13, T16)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.mathopt import Limits, Outcome
from optimizer.territory_bound import Relaxation
from optimizer.territory_groups import ROUNDING, Items
from optimizer.territory_prices import Grid, adjusted_cost, lagrangian_bound
from optimizer.territory_problem import Ints
from optimizer.territory_program import Chosen, Columns, solve_integer
from optimizer.territory_search import better

PROVABLE_COLUMNS = 3_000
NODES_PER_ROUND = 2_000
PART_COLUMNS = 11_000
"""Most pairs of the program that proves a part; its root then takes about 30 s."""
PART_WORTH = 0.05
"""Least share of the gap that such a proof must be able to close."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Hold the better plan, the better bound in EUR (windows at the penalty), and how it ended."""

    seat: Ints
    bound: float
    outcome: Outcome


def prove(items: Items, relaxation: Relaxation, seat: Ints, limits: Limits) -> Proof | None:
    """Solve the integer program over all pairs that a better plan could use.

    None when there are too many. Windows are hard; only when the solver proves that no plan
    keeps them all, they become elastic at the relaxation's penalty.
    """
    open_pairs = surviving(items, relaxation, seat)
    if open_pairs.sum() > PROVABLE_COLUMNS:
        return None
    kept = items.excess(seat) == 0.0
    if relaxation.excess <= ROUNDING or kept:
        chosen = solve_integer(items, Columns.where(open_pairs), seat, None, limits)
        if kept or chosen.outcome is not Outcome.INFEASIBLE:
            return _proof(items, relaxation, seat, chosen)
    pairs = Columns.where(np.isfinite(items.cost))
    chosen = solve_integer(items, pairs, seat, relaxation.penalty, limits)
    return _proof(items, relaxation, seat, chosen)


def prove_part(
    items: Items, relaxation: Relaxation, seat: Ints, columns: int, limits: Limits
) -> Proof | None:
    """Solve the program over the `columns` pairs of least reduced cost; price the rest (T16).

    A plan uses these pairs only, or it costs at least bound + the least reduced cost left out.
    None when windows are missed or too few of the surviving pairs would take part.
    """
    if items.excess(seat) > 0 or columns < 1 or not len(items.cost):
        return None
    adjusted = adjusted_cost(items, relaxation.prices)
    behind = adjusted - adjusted.min(axis=1)[:, None]
    proved = lagrangian_bound(items, relaxation.prices, relaxation.penalty)
    wanted = min(columns, PART_COLUMNS, behind.size) - 1
    room = min(float(np.partition(behind, wanted, axis=None)[wanted]), items.value(seat) - proved)
    if room < PART_WORTH * (items.value(seat) - proved):
        return None
    chosen = solve_integer(items, Columns.where(behind <= room), seat, None, limits)
    within = np.inf if chosen.outcome is Outcome.INFEASIBLE else chosen.bound
    best = seat if chosen.seat is None else better(items, chosen.seat, seat)
    bound = max(relaxation.bound, min(within, proved + room, items.value(best)))
    return Proof(seat=best, bound=bound, outcome=chosen.outcome)


def surviving(items: Items, relaxation: Relaxation, seat: Ints) -> Grid:
    """Mark the pairs whose reduced cost leaves room for a plan better than `seat` (T13).

    A plan that uses a pair costs at least bound + reduced cost.
    """
    eligible = np.isfinite(items.cost)
    if items.excess(seat) > 0:
        return eligible
    adjusted = adjusted_cost(items, relaxation.prices)
    room = items.value(seat) - lagrangian_bound(items, relaxation.prices, relaxation.penalty)
    slack = 1e-7 * max(1.0, abs(items.value(seat)))
    return eligible & (adjusted - adjusted.min(axis=1)[:, None] <= room + slack)


def _proof(items: Items, relaxation: Relaxation, seat: Ints, chosen: Chosen) -> Proof:
    """Combine the known plan with the solver's; plans outside its pairs are no better."""
    known = items.value(seat) + relaxation.penalty * items.excess(seat)
    if chosen.outcome is Outcome.INFEASIBLE:
        return Proof(seat=seat, bound=known, outcome=Outcome.SOLVED)
    best = seat if chosen.seat is None else better(items, chosen.seat, seat)
    bound = max(relaxation.bound, min(chosen.bound, known))
    return Proof(seat=best, bound=bound, outcome=chosen.outcome)
