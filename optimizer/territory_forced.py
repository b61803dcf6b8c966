"""Say what the plan itself knows of another seat for a unit: a rule against it, or an estimate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimizer.result import Shortfall, Solution
from optimizer.territory_problem import Ints, TerritoryPlan, TerritoryProblem

Basis = Literal["plan", "whole", "region", "estimate", "impossible"]


@dataclass(frozen=True, kw_only=True)
class ForcedSeat:
    """Hold the price of one unit at one seat, against the plan in hand.

    Attributes
    ----------
    unit, seat
        Positions in the problem.
    basis
        "plan": the unit has this seat; "whole": everything was planned again; "region": the
        seats around were; "estimate": the plan's reduced cost, nothing was solved;
        "impossible": a rule forbids it, `reason` says which.
    extra_eur
        EUR a year more than the plan; None when unknown. Below 0 the search has found a plan
        better than the one in hand.
    least_eur
        Proved: no plan with the unit there costs less than the plan in hand plus this. None
        where windows are missed, since those plans are not compared by EUR alone.
    seats
        Seats that were free to change.
    changed
        Units that get another seat than in the plan, the forced unit among them.
    shortfalls
        What the forced plan leaves undone and the plan does not.
    reason
        Why there is no price, or what the price leaves out.
    """

    unit: int
    seat: int
    basis: Basis
    extra_eur: float | None = None
    least_eur: float | None = None
    seats: tuple[int, ...] = ()
    changed: tuple[int, ...] = ()
    shortfalls: tuple[Shortfall, ...] = ()
    reason: str = ""

    @property
    def is_proved(self) -> bool:
        """Say whether no plan with the unit there can be cheaper than the price."""
        if self.extra_eur is None or self.least_eur is None:
            return False
        return self.extra_eur - self.least_eur <= 1e-6 * max(1.0, abs(self.extra_eur))


def estimate(
    problem: TerritoryProblem, solution: Solution[TerritoryPlan], unit: int, seat: int
) -> ForcedSeat:
    """Return the plan's own estimate, which it has for the runner-up only (T14)."""
    plan = plan_of(solution)
    known = known_price(problem, plan, unit, seat)
    if known is not None:
        return known
    found = ForcedSeat(unit=unit, seat=seat, basis="estimate", least_eur=least_eur(solution, None))
    if plan.runner_up[unit] == seat:
        return replace(found, extra_eur=float(plan.runner_up_extra_eur[unit]))
    return replace(found, reason="the plan has an estimate for the runner-up only")


def plan_of(solution: Solution[TerritoryPlan]) -> TerritoryPlan:
    """Return the plan of a solution; ValueError when it holds none."""
    if solution.plan is None:
        raise ValueError("without a plan there is nothing to compare with")
    return solution.plan


def members_of(problem: TerritoryProblem, unit: int) -> Ints:
    """Return the unit and those that go with it."""
    group = problem.group[unit]
    return np.flatnonzero(problem.group == group) if group >= 0 else np.array([unit])


def known_price(
    problem: TerritoryProblem, plan: TerritoryPlan, unit: int, seat: int
) -> ForcedSeat | None:
    """Return the answers that need no solve."""
    if plan.seat[unit] == seat:
        return ForcedSeat(unit=unit, seat=seat, basis="plan", extra_eur=0.0, least_eur=0.0)
    members = members_of(problem, unit)
    name = problem.seat_ids[seat]
    locked = members[problem.locked[members] & (problem.current_seat[members] != seat)]
    barred = members[np.isinf(problem.costs().at(members, np.full(len(members), seat)))]
    reason = ""
    if len(locked):
        reason = f"{problem.unit_ids[locked[0]]} is locked to another seat"
    elif len(barred):
        reason = f"{name} may not serve {problem.unit_ids[barred[0]]}"
    if not reason:
        return None
    return ForcedSeat(unit=unit, seat=seat, basis="impossible", reason=reason)


def least_eur(solution: Solution[TerritoryPlan], forced_bound: float | None) -> float | None:
    """Return what the bounds leave below the forced optimum; the plan's bound holds for it too."""
    missed = any(s.code.startswith("window_") for s in solution.shortfalls)
    bounds = [bound for bound in (solution.bound, forced_bound) if bound is not None]
    if missed or not bounds or solution.objective is None:
        return None
    return max(bounds) - solution.objective
