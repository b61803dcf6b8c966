"""Print the whole curve, not one number: profit by number of hires, by lever left (L13, L14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.leadership_baseline import Lever, exactly_hired, without
from optimizer.result import Options, Solution, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """Hold the best profit at one count; None where no plan keeps the rules.

    Attributes
    ----------
    profit_eur, bound_eur
        Best found, and what no plan exceeds.
    """

    count: int
    status: Status
    profit_eur: float | None
    bound_eur: float | None


@dataclass(frozen=True, kw_only=True)
class Rung:
    """Hold the best profit with some levers turned off.

    Attributes
    ----------
    off
        Empty: every lever may be pulled.
    costs_eur
        How much lower than with every lever; None without a plan.
    """

    off: tuple[Lever, ...]
    status: Status
    profit_eur: float | None
    bound_eur: float | None
    costs_eur: float | None


def profit_curve(
    problem: SourcingProblem, lever: int, counts: Sequence[int], options: Options
) -> tuple[CurvePoint, ...]:
    """Return the optimum with exactly so many hires of one option, all else free.

    Profit is flat over a wide range of sizes (Sinha and Zoltners, Interfaces 31, 2001), so the
    neighbours of the optimum say more than the optimum.

    Parameters
    ----------
    lever
        Index of the hire option.
    """
    return tuple(
        _point(count, solve_sourcing(exactly_hired(problem, lever, count), options))
        for count in counts
    )


def _point(count: int, solved: Solution[SourcingPlan]) -> CurvePoint:
    return CurvePoint(
        count=count, status=solved.status, profit_eur=solved.objective, bound_eur=solved.bound
    )


def lever_ladder(
    problem: SourcingProblem, options: Options, solved: Solution[SourcingPlan] | None = None
) -> tuple[Rung, ...]:
    """Return the optimum with every lever, without each that is on offer, and without all.

    A plan without a lever is a plan with it, so values and bounds are put in that order even where
    a solve was not proved: what one rung found or proved holds for the others.
    """
    offered = offered_levers(problem)
    off: list[tuple[Lever, ...]] = [(), *((lever,) for lever in offered)]
    if len(offered) > 1:
        off.append(offered)
    found = [solved or solve_sourcing(problem, options)]
    found += [solve_sourcing(without(problem, *levers), options) for levers in off[1:]]
    profits = [_best_of(levers, off, found) for levers in off]
    bounds = [_lowest_bound(levers, off, found) for levers in off]
    return tuple(
        Rung(
            off=levers,
            status=each.status,
            profit_eur=profit,
            bound_eur=bound,
            costs_eur=None if profit is None or profits[0] is None else profits[0] - profit,
        )
        for levers, each, profit, bound in zip(off, found, profits, bounds, strict=True)
    )


def offered_levers(problem: SourcingProblem) -> tuple[Lever, ...]:
    """Return the levers a problem has on offer."""
    decided = any(move.bought for move in problem.moves)
    new = any(offer.running_since_months is None for offer in problem.providers)
    there = {
        Lever.OUTSOURCING: new,
        Lever.TRAINING: decided,
        Lever.HIRING: bool(problem.hires),
        Lever.AUTOMATION: bool(problem.automations),
        Lever.REDUNDANCY: any(state.layoff_allowed for state in problem.states),
    }
    return tuple(lever for lever, offered in there.items() if offered)


def _best_of(
    levers: tuple[Lever, ...],
    off: list[tuple[Lever, ...]],
    found: list[Solution[SourcingPlan]],
) -> float | None:
    """Return the best profit of the rungs with at least these levers off."""
    values = [
        each.objective
        for other, each in zip(off, found, strict=True)
        if set(levers) <= set(other) and each.objective is not None
    ]
    return max(values, default=None)


def _lowest_bound(
    levers: tuple[Lever, ...],
    off: list[tuple[Lever, ...]],
    found: list[Solution[SourcingPlan]],
) -> float | None:
    """Return the lowest bound of the rungs with no other levers off than these."""
    values = [
        each.bound
        for other, each in zip(off, found, strict=True)
        if set(other) <= set(levers) and each.bound is not None
    ]
    return min(values, default=None)
