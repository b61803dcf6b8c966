"""Say before any solve which wishes cannot all come true (docs/model-territories.md, section 4)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimizer.result import Shortfall
from optimizer.territory_groups import ROUNDING, Items, aggregate, move_limit, staying_seat
from optimizer.territory_problem import Floats, TerritoryProblem


def necessary_conditions(problem: TerritoryProblem) -> tuple[Shortfall, ...]:
    """Return contradictions that no plan can escape; empty does not promise that one exists.

    Codes: no_eligible_seat, lock_not_eligible, group_split, unit_larger_than_window,
    total_above_windows, total_below_windows, locks_above_window, seat_cannot_fill,
    moves_above_limit.
    """
    items, found = aggregate(problem)
    if not len(items.cost):
        return found
    return (
        *found,
        *_too_large(problem, items),
        *_totals(problem, items),
        *_locked_loads(problem, items),
        *_cannot_fill(problem, items),
        *_forced_moves(problem, items),
    )


def _shortfall(
    code: str, subject: str, amount: float, unit: str, reason: str, remedy: str
) -> Shortfall:
    return Shortfall(
        code=code, subject=subject, amount=float(amount), unit=unit, reason=reason, remedy=remedy
    )


def _too_large(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Find units that no eligible window holds: they break one wherever they go."""
    for unit in np.flatnonzero(items.of_unit >= 0).tolist():
        size = problem.measures[unit, items.measure] / items.scale
        over = np.maximum(size - items.upper, 0.0)
        over[~np.isfinite(items.cost[items.of_unit[unit]])] = np.inf
        if not (over.max(axis=1) > ROUNDING).all() or not size.size:
            continue
        least = over[over.sum(axis=1).argmin()]
        k = int(least.argmax())
        name = problem.measure_names[items.measure[k]]
        yield _shortfall(
            "unit_larger_than_window",
            problem.unit_ids[unit],
            least[k] * items.scale[k],
            name,
            "It is larger than the window of every seat that may serve it.",
            "Split it into units, plan it apart, or widen the tolerance.",
        )


def _totals(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Compare all units together with the sums of the windows."""
    for k, measure in enumerate(items.measure.tolist()):
        name, scale = problem.measure_names[measure], float(items.scale[k])
        total = float(items.size[:, k].sum())
        over, under = total - items.upper[:, k].sum(), items.lower[:, k].sum() - total
        if over > ROUNDING:
            yield _shortfall(
                "total_above_windows",
                name,
                over * scale,
                name,
                "All accounts together are more than all windows hold.",
                "Raise the targets or widen the tolerance.",
            )
        if under > ROUNDING:
            yield _shortfall(
                "total_below_windows",
                name,
                under * scale,
                name,
                "All accounts together are less than all windows ask for.",
                "Lower the targets or widen the tolerance.",
            )


def _locked_loads(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Find windows too small for what can go to that seat only."""
    eligible = np.isfinite(items.cost)
    bound = eligible.sum(axis=1) == 1
    load = np.zeros_like(items.lower)
    np.add.at(load, eligible[bound].argmax(axis=1), items.size[bound])
    yield from _by_window(
        problem,
        items,
        load - items.upper,
        "locks_above_window",
        "Accounts that may go nowhere else are more than its window holds.",
        "Release locks, let other seats serve some of them, or raise its target.",
    )


def _cannot_fill(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Find windows that all a seat may serve cannot reach."""
    reach = np.isfinite(items.cost).T.astype(np.float64) @ items.size
    yield from _by_window(
        problem,
        items,
        items.lower - reach,
        "seat_cannot_fill",
        "All accounts it may serve are less than its window asks for.",
        "Let it serve more accounts or lower its target.",
    )


def _by_window(
    problem: TerritoryProblem, items: Items, over: Floats, code: str, reason: str, remedy: str
) -> Iterable[Shortfall]:
    for seat, k in np.argwhere(over > ROUNDING).tolist():
        name = problem.measure_names[items.measure[k]]
        subject = f"{problem.seat_ids[seat]} / {name}"
        yield _shortfall(code, subject, over[seat, k] * items.scale[k], name, reason, remedy)


def _forced_moves(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Count the units that cannot stay against those that may move."""
    forced, limit = items.moves(staying_seat(items)), move_limit(problem)
    if forced > limit:
        yield _shortfall(
            "moves_above_limit",
            "moved units",
            forced - limit,
            "units",
            f"{forced} accounts cannot stay where they are, {limit} may move.",
            "Raise max_moved_share or let today's seats keep serving them.",
        )
