"""Find why windows cannot all be kept, in a large problem, from sums alone.

Three conditions that every plan meets, none of which looks at pairs: an account fits into some
window; accounts of some kinds fit into the windows of the seats that may serve them; seats that
may serve some kinds only find enough of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_costs import DistanceCosts
from optimizer.territory_pairs import ROUNDING
from optimizer.territory_problem import Ints, TerritoryProblem

MOST_KINDS = 6
"""Kinds up to which all their unions are looked at, not only one kind and all kinds."""
MOST_NAMED = 20
"""Accounts that are named one by one, the largest first."""


def window_conflicts(problem: TerritoryProblem) -> tuple[Shortfall, ...]:
    """Return what makes windows impossible to keep; empty does not promise that they can be.

    Codes: unit_larger_than_window, skills_above_windows, skills_below_windows. Soft windows
    (with a miss price) are no conflict.
    """
    kind, serves = _kinds(problem)
    found: list[Shortfall] = []
    for measure in _hard_measures(problem):
        found += _too_large(problem, measure, kind, serves)
        found += _by_skill(problem, measure, kind, serves)
    return tuple(found)


def _hard_measures(problem: TerritoryProblem) -> list[int]:
    lower, upper = problem.windows()
    limited = (np.isfinite(lower) | np.isfinite(upper)).any(axis=0)
    if problem.miss_price.size:
        limited &= np.isinf(problem.miss_price)
    return np.flatnonzero(limited).tolist()


def _kinds(problem: TerritoryProblem) -> tuple[Ints, NDArray[np.bool_]]:
    """Return (U,) kinds of units and (kinds, S) which seats may serve them, locks not counted."""
    costs = problem.costs()
    if isinstance(costs, DistanceCosts):
        return costs.kind, costs.serves
    allowed = np.isfinite(costs.rows(0, costs.shape[0]))
    serves, kind = np.unique(allowed, axis=0, return_inverse=True)
    return kind.reshape(-1), serves


def _too_large(
    problem: TerritoryProblem, measure: int, kind: Ints, serves: NDArray[np.bool_]
) -> Iterable[Shortfall]:
    """Name accounts that no window of a seat that may serve them holds."""
    upper = problem.windows()[1][:, measure]
    widest = np.where(serves, upper, -np.inf).max(axis=1, initial=-np.inf)[kind]
    kept = np.flatnonzero(problem.locked)
    widest[kept] = upper[problem.current_seat[kept]]
    size, name = problem.measures[:, measure], problem.measure_names[measure]
    over = np.where(np.isfinite(widest), size - widest, 0.0)
    large = np.flatnonzero(over > ROUNDING * np.maximum(widest, 1e-300))
    if not len(large):
        return
    typical = float(np.mean(upper[np.isfinite(upper)]))
    for unit in large[np.argsort(-over[large], kind="stable")][:MOST_NAMED].tolist():
        yield Shortfall(
            code="unit_larger_than_window",
            subject=problem.unit_ids[unit],
            amount=float(over[unit]),
            unit=name,
            reason=f"It alone brings {size[unit]:.6g}, {size[unit] / typical:.1f} times what a "
            f"usual window holds; it is one of {len(large)} accounts larger than every window "
            "of the seats that may serve them.",
            remedy="Split it into units, plan it apart, or widen the tolerance.",
        )


def _by_skill(
    problem: TerritoryProblem, measure: int, kind: Ints, serves: NDArray[np.bool_]
) -> Iterable[Shortfall]:
    """Compare unions of kinds with the windows of the seats that may, or only may, serve them."""
    lower, upper = (limit[:, measure] for limit in problem.windows())
    lower = np.maximum(lower, 0.0)
    served = np.asarray(serves.any(axis=1))[kind]
    load = np.bincount(kind, weights=problem.measures[:, measure] * served, minlength=len(serves))
    for chosen in _unions(len(serves)):
        inside = np.zeros(len(serves), dtype=bool)
        inside[list(chosen)] = True
        brought = float(load[inside].sum())
        may = np.asarray(serves[inside].any(axis=0))
        only = ~np.asarray(serves[~inside].any(axis=0))
        room, need = float(upper[may].sum()), float(lower[only].sum())
        if brought - room > ROUNDING * max(room, 1e-300):
            yield _above(problem, measure, chosen, brought, room, int(may.sum()))
        if need - brought > ROUNDING * max(need, 1e-300) and only.any():
            yield _below(problem, measure, only, brought, need)


def _unions(kinds: int) -> Iterator[tuple[int, ...]]:
    sizes = range(1, kinds + 1) if kinds <= MOST_KINDS else (1, kinds)
    for size in sizes:
        yield from combinations(range(kinds), size)


def _above(
    problem: TerritoryProblem,
    measure: int,
    chosen: tuple[int, ...],
    brought: float,
    room: float,
    seats: int,
) -> Shortfall:
    name = problem.measure_names[measure]
    return Shortfall(
        code="skills_above_windows",
        subject=f"accounts of kind {', '.join(str(kind) for kind in chosen)} / {name}",
        amount=brought - room,
        unit=name,
        reason=f"They bring {brought:.6g}; the {seats} seats that may serve them hold "
        f"{room:.6g} at most.",
        remedy="Train more seats for them, raise their targets, or widen the tolerance.",
    )


def _below(
    problem: TerritoryProblem, measure: int, only: NDArray[np.bool_], brought: float, need: float
) -> Shortfall:
    name = problem.measure_names[measure]
    named = [problem.seat_ids[seat] for seat in np.flatnonzero(only)[:5]]
    shown = ", ".join(named) + (", ..." if only.sum() > 5 else "")
    return Shortfall(
        code="skills_below_windows",
        subject=f"seats {shown} / {name}",
        amount=need - brought,
        unit=name,
        reason=f"The {int(only.sum())} seats ask for {need:.6g} at least; all accounts that they "
        f"may serve bring {brought:.6g}.",
        remedy="Let them serve more kinds of accounts, or lower their targets.",
    )
