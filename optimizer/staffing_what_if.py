"""Price a rule by solving without it (docs/model-staffing.md, S12)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from optimizer.result import Cancelled, Options
from optimizer.staffing import solve_staffing
from optimizer.staffing_problem import StaffingProblem


@dataclass(frozen=True, kw_only=True)
class PhaseLimitPrice:
    """Hold what the best plan reaches when nobody holds more than `max_phases` phases.

    `units_left` is over all cells, in the cells' own unit; None for both amounts when a limit
    was hit before the first plan.
    """

    max_phases: int
    objective_eur: float | None
    bound_eur: float | None
    units_left: float | None


def price_of_phase_limit(
    problem: StaffingProblem, options: Options, cancelled: Cancelled | None = None
) -> tuple[PhaseLimitPrice, ...]:
    """Solve with no limit on phases a person, with the problem's, and with one.

    No limit is tried below the phases that somebody must hold.
    """
    pinned = 0 if problem.must_hold is None else int(problem.must_hold.sum(axis=1).max(initial=0))
    limits = sorted({len(problem.phases), problem.max_phases, max(1, pinned)}, reverse=True)
    return tuple(_priced(problem, options, cancelled, limit) for limit in limits)


def _priced(
    problem: StaffingProblem, options: Options, cancelled: Cancelled | None, limit: int
) -> PhaseLimitPrice:
    solution = solve_staffing(replace(problem, max_phases=limit), options, cancelled=cancelled)
    plan = solution.plan
    left = None if plan is None else float((problem.demand.units - plan.served_units).sum())
    return PhaseLimitPrice(
        max_phases=limit,
        objective_eur=solution.objective,
        bound_eur=solution.bound,
        units_left=left,
    )
