"""Name windows that the plan misses and moves beyond the limit, with cause and remedy."""

from __future__ import annotations

import numpy as np

from optimizer.result import Shortfall
from optimizer.territory_groups import ROUNDING, full_cost, move_limit
from optimizer.territory_problem import Floats, TerritoryPlan, TerritoryProblem


def loads(problem: TerritoryProblem, plan: TerritoryPlan) -> Floats:
    """Return (S, K) what every seat carries, in each measure's unit."""
    load = np.zeros(problem.targets.shape)
    served = np.flatnonzero(plan.seat >= 0)
    np.add.at(load, plan.seat[served], problem.measures[served])
    return load


def window_subject(problem: TerritoryProblem, seat: int, measure: int) -> str:
    """Return how a window is named in shortfalls and violations."""
    return f"{problem.seat_ids[seat]} / {problem.measure_names[measure]}"


def window_shortfalls(problem: TerritoryProblem, plan: TerritoryPlan) -> tuple[Shortfall, ...]:
    """Return one shortfall for every window that the plan misses."""
    if not problem.seat_ids:
        return ()
    load, (lower, upper) = loads(problem, plan), problem.windows()
    rounding = ROUNDING * np.where(np.isinf(upper), 1.0, problem.targets.mean(axis=0))
    found = []
    for seat, measure in np.argwhere(load > upper + rounding).tolist():
        found.append(_above(problem, plan, seat, measure, load, upper))
    for seat, measure in np.argwhere(load < lower - rounding).tolist():
        found.append(_below(problem, seat, measure, load, lower))
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
    held = plan.seat == seat
    locked = problem.measures[held & problem.locked, measure].sum()
    biggest = problem.measures[held, measure].max(initial=0.0)
    if locked > limit:
        cause = f"accounts locked to it alone bring {locked:.6g}"
        remedy = "Release some of its locks."
    elif biggest > limit:
        cause = f"one account alone brings {biggest:.6g}"
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
    problem: TerritoryProblem, seat: int, measure: int, load: Floats, lower: Floats
) -> Shortfall:
    limit, name = lower[seat, measure], problem.measure_names[measure]
    reach = problem.measures[np.isfinite(full_cost(problem)[:, seat]), measure].sum()
    if reach < limit:
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
