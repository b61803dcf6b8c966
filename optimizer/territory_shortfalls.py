"""Name windows that the plan misses and moves beyond the limit, with cause and remedy."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from optimizer.result import Shortfall
from optimizer.territory_connect_graph import item_graph, pieces_too_many
from optimizer.territory_items import move_limit
from optimizer.territory_pairs import ROUNDING
from optimizer.territory_problem import Floats, Ints, TerritoryPlan, TerritoryProblem
from optimizer.territory_rows import measure_scale

Marks = NDArray[np.bool_]
MOST_REACHES = 50
"""Windows below their start for which all that the seat may serve is added up."""


def loads(problem: TerritoryProblem, plan: TerritoryPlan) -> Floats:
    """Return (S, K) what every seat carries, in each measure's unit."""
    served = np.flatnonzero(plan.seat >= 0)
    brought = problem.measures_at(served, plan.seat[served])
    seats, measures = len(problem.seat_ids), len(problem.measure_names)
    columns = [
        np.bincount(plan.seat[served], weights=brought[:, k], minlength=seats)
        for k in range(measures)
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((seats, 0))


def window_subject(problem: TerritoryProblem, seat: int, measure: int) -> str:
    """Return how a window is named in shortfalls and violations."""
    return f"{problem.seat_ids[seat]} / {problem.measure_names[measure]}"


def window_shortfalls(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Shortfall, ...]:
    """Return one shortfall for every window that the plan misses."""
    if not problem.seat_ids:
        return ()
    load, (lower, upper) = loads(problem, plan), problem.windows()
    scale = np.array([measure_scale(problem, k) for k in range(load.shape[1])])
    rounding = ROUNDING * scale
    found = []
    for seat, measure in np.argwhere(load > upper + rounding).tolist():
        found.append(_above(problem, plan, seat, measure, load, upper))
    for number, (seat, measure) in enumerate(np.argwhere(load < lower - rounding).tolist()):
        reach = _reach(problem, seat, measure) if number < MOST_REACHES else np.inf
        found.append(_below(problem, seat, measure, load, lower, reach))
    return tuple(found)


def _above(
    problem: TerritoryProblem,
    plan: TerritoryPlan,
    seat: int,
    measure: int,
    load: Floats,
    upper: Floats,
) -> Shortfall:
    limit, name = upper[seat, measure], problem.measure_names[measure]
    held = np.flatnonzero(plan.seat == seat)
    brought = problem.measures_at(held, plan.seat[held])[:, measure]
    locked = brought[problem.locked[held]].sum()
    if _priced(problem, measure):
        cause, remedy = _by_price(problem, measure)
    elif locked > limit:
        cause = f"accounts locked to it alone bring {locked:.6g}"
        remedy = "Release some of its locks."
    elif brought.max(initial=0.0) > limit:
        cause = f"one account alone brings {brought.max():.6g}"
        remedy = "Widen the tolerance or plan that account apart."
    elif problem.measures[plan.seat >= 0, measure].sum() > upper[:, measure].sum():
        cause = "all accounts together are more than all windows hold"
        remedy = "Raise the targets or widen the tolerance."
    else:
        cause = "no plan that keeps every window was found"
        remedy = "Widen the tolerance, allow more moves, or let more seats serve its accounts."
    return Shortfall(
        code="window_above",
        subject=window_subject(problem, seat, measure),
        amount=float(load[seat, measure] - limit),
        unit=name,
        reason=f"It carries {load[seat, measure]:.6g}, its window ends at {limit:.6g}: {cause}.",
        remedy=remedy,
    )


def _below(
    problem: TerritoryProblem, seat: int, measure: int, load: Floats, lower: Floats, reach: float
) -> Shortfall:
    limit, name = lower[seat, measure], problem.measure_names[measure]
    if _priced(problem, measure):
        cause, remedy = _by_price(problem, measure)
    elif reach < limit:
        cause = f"the accounts it may serve bring {reach:.6g} in all"
        remedy = "Let it serve more accounts or lower its target."
    elif problem.measures[:, measure].sum() < lower[:, measure].sum():
        cause = "all accounts together are less than all windows ask for"
        remedy = "Lower the targets or widen the tolerance."
    else:
        cause = "no plan that keeps every window was found"
        remedy = "Widen the tolerance, allow more moves, or let it serve more accounts."
    return Shortfall(
        code="window_below",
        subject=window_subject(problem, seat, measure),
        amount=float(limit - load[seat, measure]),
        unit=name,
        reason=f"It carries {load[seat, measure]:.6g}, its window starts at {limit:.6g}: {cause}.",
        remedy=remedy,
    )


def _priced(problem: TerritoryProblem, measure: int) -> bool:
    return bool(problem.miss_price.size) and bool(np.isfinite(problem.miss_price[measure]))


def _by_price(problem: TerritoryProblem, measure: int) -> tuple[str, str]:
    price = problem.miss_price[measure]
    cause = f"at {price:.6g} EUR a unit, missing it costs less than keeping it"
    return cause, "Raise the price of missing the window, or make the window hard."


def _reach(problem: TerritoryProblem, seat: int, measure: int) -> float:
    """Return what all units that the seat may serve bring, locks elsewhere left out."""
    away = problem.locked & (problem.current_seat != seat)
    units = np.flatnonzero(~away)
    at = np.full(len(units), seat, dtype=np.int64)
    allowed = np.isfinite(problem.costs().at(units, at))
    return float(problem.measures_at(units[allowed], at[allowed])[:, measure].sum())


def limit_shortfalls(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Shortfall, ...]:
    """Return one shortfall for every other limit of a seat that the plan misses (T17)."""
    limits, counts = problem.limits, seat_counts(problem, plan)
    checks = (
        ("units_above", limits.most_units, "held", 1.0, "units", "holds"),
        ("units_below", limits.least_units, "held", -1.0, "units", "holds"),
        ("given_above", limits.most_given, "given", 1.0, "units", "gives away"),
        ("taken_above", limits.most_taken, "taken", 1.0, "units", "receives"),
        ("given_eur_above", limits.most_given_eur, "given_eur", 1.0, "EUR", "gives away"),
        ("taken_eur_above", limits.most_taken_eur, "taken_eur", 1.0, "EUR", "receives"),
    )
    found = []
    for code, limit, counted, side, unit, verb in checks:
        if not limit.size:
            continue
        over = side * (counts[counted] - limit)
        missed = np.flatnonzero(over > 1e-6 * np.maximum(1.0, np.abs(limit))).tolist()
        found += [_limit_shortfall(problem, code, s, float(over[s]), unit, verb) for s in missed]
    return tuple(found)


def _limit_shortfall(
    problem: TerritoryProblem, code: str, seat: int, over: float, unit: str, verb: str
) -> Shortfall:
    side = "fewer" if code == "units_below" else "more"
    return Shortfall(
        code=code,
        subject=problem.seat_ids[seat],
        amount=over,
        unit=unit,
        reason=f"It {verb} {over:,.6g} {unit} {side} than its limit: "
        "no plan that keeps every limit was found.",
        remedy="Loosen that limit, widen the balance windows, or release locks.",
    )


def seat_counts(problem: TerritoryProblem, plan: TerritoryPlan) -> dict[str, Floats]:
    """Return (S,) units held, given and taken, and EUR given and taken, by seat.

    Empty arrays stand for what the problem does not limit.
    """
    limits, seats = problem.limits, len(problem.seat_ids)
    revenue = problem.revenue_eur if problem.revenue_eur.size else np.zeros(len(plan.seat))
    today, ones = problem.current_seat, np.ones(len(plan.seat))
    served = plan.seat >= 0
    left = (today >= 0) & (today != plan.seat) & (served | _priced_out(problem, plan))
    came = left & served

    def count(at: Ints, marked: Marks, weight: Floats, asked: Iterable[Floats]) -> Floats:
        if not any(array.size for array in asked):
            return np.zeros(0)
        total = np.bincount(at[marked], weights=weight[marked], minlength=seats)
        return total.astype(np.float64)

    return {
        "held": count(plan.seat, served, ones, (limits.least_units, limits.most_units)),
        "given": count(today, left, ones, (limits.most_given,)),
        "taken": count(plan.seat, came, ones, (limits.most_taken,)),
        "given_eur": count(today, left, revenue, (limits.most_given_eur,)),
        "taken_eur": count(plan.seat, came, revenue, (limits.most_taken_eur,)),
    }


def _priced_out(problem: TerritoryProblem, plan: TerritoryPlan) -> Marks:
    """Return (U,) whether a unit stays unserved because that is cheaper."""
    if not problem.unserved_price.size:
        return np.zeros(len(plan.seat), dtype=bool)
    return np.asarray((plan.seat < 0) & np.isfinite(problem.unserved_price) & ~problem.locked)


def unserved_by_price(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Shortfall, ...]:
    """Return one shortfall for every unit that stays unserved because that is cheaper (T18)."""
    return tuple(
        Shortfall(
            code="unserved_by_price",
            subject=problem.unit_ids[unit],
            amount=1.0,
            unit="units",
            reason="Leaving it unserved costs less "
            f"({problem.unserved_price[unit]:,.0f} EUR) than making room for it.",
            remedy="Raise its price of staying unserved, or add capacity near it.",
        )
        for unit in np.flatnonzero(_priced_out(problem, plan)).tolist()
    )


def moves_above_limit(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Shortfall, ...]:
    """Return a shortfall when accounts that cannot stay are more than the share allows."""
    moved = (
        (problem.current_seat >= 0) & (plan.seat >= 0) & (plan.seat != problem.current_seat)
    ).sum()
    limit = move_limit(problem)
    if moved <= limit:
        return ()
    return (
        Shortfall(
            code="moves_above_limit",
            subject="moved units",
            amount=float(moved - limit),
            unit="units",
            reason=f"{moved} accounts move, {limit} may: so many cannot stay where they are.",
            remedy="Raise max_moved_share or let today's seats keep serving them.",
        ),
    )


def not_connected(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Shortfall, ...]:
    """Return one shortfall for every seat that falls into too many pieces (T20)."""
    if problem.contiguity != "required" or not len(problem.edges):
        return ()
    units = len(problem.unit_ids)
    graph = item_graph(problem.edges, np.arange(units), units)
    many = pieces_too_many(graph, plan.seat, len(problem.seat_ids))
    return tuple(
        Shortfall(
            code="not_connected",
            subject=problem.seat_ids[seat],
            amount=float(many[seat]),
            unit="pieces",
            reason=f"Its territory falls into {many[seat]} pieces too many: locks, skills or "
            "windows leave no connected plan that was found.",
            remedy="Release locks far from its other accounts, widen the windows, or prefer "
            "connected territories instead of requiring them.",
        )
        for seat in np.flatnonzero(many > 0).tolist()
    )
