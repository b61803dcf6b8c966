"""Print the whole curve, not one number: profit by number of hires, by lever left (L13, L14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from optimizer.leadership_baseline import Lever
from optimizer.result import Solution, Status
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """Hold the best profit with exactly so many hires; None where no plan keeps the rules.

    Profit is flat over a wide range of sizes (Sinha and Zoltners, Interfaces 31, 2001), so the
    neighbours of the optimum say more than the optimum.

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


def levers_off(problem: SourcingProblem) -> tuple[tuple[Lever, ...], ...]:
    """Return what is turned off, rung by rung: each lever on offer, then all of them."""
    offered = offered_levers(problem)
    return (*((lever,) for lever in offered), *((offered,) if len(offered) > 1 else ()))


def lever_ladder(
    solved: Solution[SourcingPlan],
    found: Sequence[tuple[tuple[Lever, ...], Solution[SourcingPlan]]],
) -> tuple[Rung, ...]:
    """Return the profit with every lever, and without those of each solve.

    A plan without a lever is a plan with it, so values and bounds are put in that order even where
    a solve was not proved: what one rung found or proved holds for the others.

    Parameters
    ----------
    solved
        With every lever.
    found
        What was turned off (`levers_off`), and the problem solved without it.
    """
    rungs = [((), solved), *found]
    off, solves = [levers for levers, _ in rungs], [each for _, each in rungs]
    profits = [_best_of(levers, off, solves) for levers in off]
    bounds = [_lowest_bound(levers, off, solves) for levers in off]
    return tuple(
        Rung(
            off=levers,
            status=each.status,
            profit_eur=profit,
            bound_eur=bound,
            costs_eur=None if profit is None or profits[0] is None else profits[0] - profit,
        )
        for levers, each, profit, bound in zip(off, solves, profits, bounds, strict=True)
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
