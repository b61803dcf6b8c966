"""Say how much of the target a plan reaches, when and where it falls short (L8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.leadership_cost import hours_by_source
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem

Floats = NDArray[np.float64]

NOTHING = 1e-9


@dataclass(frozen=True, kw_only=True)
class Worst:
    """Name the month, and where it is told apart the phase, with the smallest share."""

    month: str
    share: float
    phase: str | None = None


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """Hold expected coverage of the segments that have a target.

    Attributes
    ----------
    asked, won
        (T,) wins asked for (late ones of the start in the first month) and wins delivered to
        them; a month that catches up on late work delivers more than was asked.
    share
        All wins delivered over all asked for; None without a target.
    worst_month
        The month with the lowest share, the first of equals; None without a target.
    hours_worked, hours_missing
        (P, T) standard hours worked, and those that wins given up would have taken besides.
    worst_phase
        Where hours worked are the smallest part of hours needed; None when nothing is missing.
    """

    asked: Floats
    won: Floats
    share: float | None
    worst_month: Worst | None
    hours_worked: Floats
    hours_missing: Floats
    worst_phase: Worst | None

    @property
    def hours_share(self) -> Floats:
        """Return (P, T): hours worked over hours needed, 1 where none are needed."""
        return _share(self.hours_worked, self.hours_worked + self.hours_missing)


def coverage_of(problem: SourcingProblem, plan: SourcingPlan) -> Coverage:
    """Return how far the plan reaches the targets."""
    asked, won = _asked(problem), plan.sold[problem.capped].sum(axis=0) @ problem.probability
    worked = hours_by_source(problem, plan)[:, :, problem.capped].sum(axis=(0, 2))
    hours_worked = worked @ problem.probability
    missing = missing_hours(problem, plan.uncovered) @ problem.probability
    return Coverage(
        asked=asked,
        won=won,
        share=float(won.sum() / asked.sum()) if asked.sum() > NOTHING else None,
        hours_worked=hours_worked,
        hours_missing=missing,
        worst_month=_worst_month(problem, asked, won),
        worst_phase=_worst_phase(problem, hours_worked, missing),
    )


def _asked(problem: SourcingProblem) -> Floats:
    flow, capped = problem.flow, problem.capped
    asked = flow.target[capped].sum(axis=0) @ problem.probability
    asked[0] += flow.start_backlog[capped].sum()
    return np.asarray(asked)


def _share(part: Floats, whole: Floats) -> Floats:
    found = np.ones_like(whole)
    np.divide(part, whole, out=found, where=whole > NOTHING)
    return found


def _worst_month(problem: SourcingProblem, asked: Floats, won: Floats) -> Worst | None:
    if not np.any(asked > NOTHING):
        return None
    share = np.where(asked > NOTHING, _share(won, asked), np.inf)
    worst = _first_lowest(share)
    return Worst(month=problem.months[worst], share=float(share[worst]))


def _first_lowest(share: Floats) -> int:
    """Return the first of the lowest, equal to nine digits counting as equal."""
    return int(np.argmin(np.round(share, 9)))


def _worst_phase(problem: SourcingProblem, worked: Floats, missing: Floats) -> Worst | None:
    if missing.sum() <= 1e-6:
        return None
    share = _share(worked, worked + missing)
    phase, month = divmod(_first_lowest(share.ravel()), share.shape[1])
    return Worst(
        month=problem.months[month],
        share=float(share[phase, month]),
        phase=problem.phases[phase],
    )


def missing_hours(problem: SourcingProblem, uncovered: Floats) -> Floats:
    """Return (P, T, W): standard hours that wins given up (G, T, W) would have taken (L8).

    The reverse funnel of docs/model-funnel.md with the lag kernels; work that would have had to
    be done before the first month is in no month.
    """
    flow = problem.flow
    needed = np.where(problem.capped[:, None, None], uncovered, 0.0)
    found = np.zeros((len(problem.phases), *needed.shape[1:]))
    for phase in reversed(range(len(problem.phases))):
        needed = _one_phase_earlier(problem, phase, needed)
        found[phase] = np.einsum("g,gtw->tw", flow.hours_per_unit[phase], needed)
    return found


def _one_phase_earlier(problem: SourcingProblem, phase: int, needed: Floats) -> Floats:
    flow, months = problem.flow, len(problem.months)
    wanted = np.zeros_like(needed)
    for lag, share in enumerate(flow.lag[phase][:months]):
        wanted[:, : months - lag] += share * needed[:, lag:]
    rate = flow.conversion[phase][:, None, None] * flow.conversion_factor[phase]
    found = np.zeros_like(wanted)
    np.divide(wanted, rate, out=found, where=rate > NOTHING)
    return found
