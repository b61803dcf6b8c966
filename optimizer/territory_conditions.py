"""Say before any solve which wishes cannot all come true (docs/model-territories.md, section 4)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from optimizer.result import Shortfall
from optimizer.territory_items import aggregate, move_limit, staying_pair
from optimizer.territory_pairs import ROUNDING, Items
from optimizer.territory_problem import Floats, TerritoryProblem


def necessary_conditions(problem: TerritoryProblem) -> tuple[Shortfall, ...]:
    """Return contradictions that no plan can escape; empty does not promise that one exists.

    Codes: no_eligible_seat, lock_not_eligible, group_split, unit_larger_than_window,
    total_above_windows, total_below_windows, locks_above_window, seat_cannot_fill,
    moves_above_limit.
    """
    items, found = aggregate(problem)
    if not items.count:
        return found
    return (*found, *conditions(problem, items))


def conditions(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Yield the contradictions that the items show; `items.pairs` must be complete."""
    yield from _too_large(problem, items)
    yield from _totals(problem, items)
    yield from _locked_loads(problem, items)
    yield from _cannot_fill(problem, items)
    yield from _forced_moves(problem, items)


def _shortfall(
    code: str, subject: str, amount: float, unit: str, reason: str, remedy: str
) -> Shortfall:
    return Shortfall(
        code=code, subject=subject, amount=float(amount), unit=unit, reason=reason, remedy=remedy
    )


def _balance(items: Items) -> list[int]:
    """Return the rows of hard balance windows."""
    return np.flatnonzero((items.measure >= 0) & np.isinf(items.miss_price)).tolist()


def _too_large(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Find units that no eligible window holds: they break one wherever they go."""
    rows, pairs = _balance(items), items.pairs
    if not rows:
        return
    over = np.maximum(pairs.size[:, rows] - items.upper[pairs.seat][:, rows], 0.0)
    most = over.max(axis=1)
    least = np.minimum.reduceat(most, pairs.start[:-1])
    for item in np.flatnonzero(least > ROUNDING).tolist():
        members = np.flatnonzero(items.of_unit == item).tolist()
        here = slice(pairs.start[item], pairs.start[item + 1])
        best = over[here][over[here].sum(axis=1).argmin()]
        row = rows[int(best.argmax())]
        name = problem.measure_names[items.measure[row]]
        for unit in members:
            yield _shortfall(
                "unit_larger_than_window",
                problem.unit_ids[unit],
                best.max() * items.scale[row],
                name,
                "It is larger than the window of every seat that may serve it.",
                "Split it into units, plan it apart, or widen the tolerance.",
            )


def _totals(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Compare all units together with the sums of the windows."""
    if items.seats > len(problem.seat_ids):
        return  # Units may stay unserved: the sums say nothing.
    pairs = items.pairs
    for row in _balance(items):
        name, scale = problem.measure_names[items.measure[row]], float(items.scale[row])
        least = float(np.minimum.reduceat(pairs.size[:, row], pairs.start[:-1]).sum())
        most = float(np.maximum.reduceat(pairs.size[:, row], pairs.start[:-1]).sum())
        over, under = least - items.upper[:, row].sum(), items.lower[:, row].sum() - most
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
    pairs = items.pairs
    bound = np.repeat(np.diff(pairs.start) == 1, np.diff(pairs.start))
    load = np.zeros_like(items.lower)
    np.add.at(load, pairs.seat[bound], pairs.size[bound])
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
    reach = np.zeros_like(items.lower)
    np.add.at(reach, items.pairs.seat, items.pairs.size)
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
    rows = _balance(items)
    for seat, at in np.argwhere(over[: len(problem.seat_ids), rows] > ROUNDING).tolist():
        row = rows[at]
        name = problem.measure_names[items.measure[row]]
        subject = f"{problem.seat_ids[seat]} / {name}"
        amount = over[seat, row] * items.scale[row]
        yield _shortfall(code, subject, amount, name, reason, remedy)


def _forced_moves(problem: TerritoryProblem, items: Items) -> Iterable[Shortfall]:
    """Count the units that cannot stay against those that may move."""
    forced, limit = items.moves(staying_pair(items)), move_limit(problem)
    if forced > limit:
        yield _shortfall(
            "moves_above_limit",
            "moved units",
            forced - limit,
            "units",
            f"{forced} accounts cannot stay where they are, {limit} may move.",
            "Raise max_moved_share or let today's seats keep serving them.",
        )
