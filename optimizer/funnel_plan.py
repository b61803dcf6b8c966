"""Hold what a funnel asks for, and what comes out of it (docs/model-funnel.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from optimizer.funnel_problem import FunnelProblem

Cells = Mapping[tuple[int, int], Fraction]
"""Amounts by (month of the work, month in which the deals are due)."""


@dataclass(frozen=True, kw_only=True)
class TooLate:
    """Name work that should have been done before the first month.

    `units` of `phase` for deals due in month `due`. `deals_at_risk` stands on one row of each
    due month, that of the phase that loses most deals (the first of equals), and is 0 on the
    others: the column adds up to the deals at risk, not to that many per phase.
    """

    phase: str
    unit: str
    units: Fraction
    due: int
    deals_at_risk: Fraction


@dataclass(frozen=True, kw_only=True)
class FunnelPlan:
    """Hold the work a target asks for; by phase name, then by month.

    Attributes
    ----------
    units, hours
        phase -> (T,) worked in each month of the horizon, work for deals at risk included.
    activities
        (phase, activity) -> (T,) count.
    needed
        phase -> units by (month of the work, due month); months below 0 are too late.
    credited
        phase (or WON) -> units of `needed` that come from the pipeline, same cells.
    hours_by_due
        phase -> hours by (month of the work, due month), months of the horizon only; they sum
        over due months to `hours`.
    hours_per_deal
        phase -> hours per open deal by (month of the work, due month): work for deals at risk is
        left out, and so are deals at risk and deals already won (F8).
    open_deals, deals_at_risk, deals_won
        (T,) by due month; they add up to the target.
    too_late
        Ordered by due month, then phase.
    pipeline_left
        phase (or WON) -> units of the pipeline the target has no use for in the horizon.
    """

    problem: FunnelProblem
    units: Mapping[str, tuple[Fraction, ...]]
    hours: Mapping[str, tuple[Fraction, ...]]
    activities: Mapping[tuple[str, str], tuple[Fraction, ...]]
    needed: Mapping[str, Cells]
    credited: Mapping[str, Cells]
    hours_by_due: Mapping[str, Cells]
    hours_per_deal: Mapping[str, Cells]
    open_deals: tuple[Fraction, ...]
    deals_at_risk: tuple[Fraction, ...]
    deals_won: tuple[Fraction, ...]
    too_late: tuple[TooLate, ...]
    pipeline_left: Mapping[str, Fraction]


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Hold what comes out when units run forward through the funnel.

    `units` phase -> (T,); `deals` (T,) won beside `target` (T,); `deals_after_horizon` are won
    later.
    """

    units: Mapping[str, tuple[Fraction, ...]]
    deals: tuple[Fraction, ...]
    target: tuple[Fraction, ...]
    deals_after_horizon: Fraction
