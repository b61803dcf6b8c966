"""Say what a change of each assumption does to the work and to the revenue (F13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from optimizer.funnel import needed_units
from optimizer.funnel_forward import replay_with
from optimizer.funnel_plan import Cells, FunnelPlan
from optimizer.funnel_problem import FunnelProblem

ZERO, ONE = Fraction(0), Fraction(1)
STEP = Fraction(1, 10)
CONVERSION, MINUTES, DEAL_VALUE = "conversion", "minutes", "deal_value"


@dataclass(frozen=True, kw_only=True)
class Lever:
    """Hold what one changed assumption does to one funnel.

    Attributes
    ----------
    assumption, phase
        `CONVERSION` or `MINUTES` of a phase, or `DEAL_VALUE` (phase "").
    asked, change
        Relative change asked for, and made: a conversion never rises above 1.
    hours
        The whole target's work with it, too late included.
    deals
        What the units planned in the first phase bring with it, over all months.
    revenue_factor
        On the value of a deal.
    """

    assumption: str
    phase: str
    asked: Fraction
    change: Fraction
    hours: Fraction
    deals: Fraction
    revenue_factor: Fraction = ONE


def whole_hours(plan: FunnelPlan) -> Fraction:
    """Return the hours of the whole target, those that are too late included (F6)."""
    return sum(_hours_by_phase(plan.problem, plan.needed).values(), ZERO)


def planned_deals(plan: FunnelPlan) -> Fraction:
    """Return the deals the plan's own units and pipeline bring over all months (F9)."""
    return _deals(plan, plan.problem)


def sensitivity(plan: FunnelPlan, step: Fraction = STEP) -> tuple[Lever, ...]:
    """Return each assumption changed by -step and +step, one at a time (F13).

    Hours are those of the target; deals are those of the work that is planned as it stands, so
    each line says both what it would cost to hold the target and what is lost by doing nothing.

    Raises
    ------
    ValueError
        When the step is not between 0 and 1.
    """
    if not 0 < step < 1:
        raise ValueError(f"the step is not between 0 and 1: {step}")
    deals = planned_deals(plan)
    return tuple(
        lever
        for change in (-step, step)
        for lever in (
            *_conversions(plan, change),
            *_minutes(plan, change, deals),
            _deal_value(plan, change, deals),
        )
    )


def _conversions(plan: FunnelPlan, change: Fraction) -> Iterator[Lever]:
    for at, stage in enumerate(plan.problem.stages):
        per_next = max(ONE, stage.units_per_next / (1 + change))
        stages = list(plan.problem.stages)
        stages[at] = replace(stage, units_per_next=per_next)
        changed = replace(plan.problem, stages=tuple(stages))
        made = stage.units_per_next / per_next - 1
        yield Lever(
            assumption=CONVERSION,
            phase=stage.phase,
            asked=change,
            change=made,
            hours=_hours(changed) if made else whole_hours(plan),
            deals=_deals(plan, changed),
        )


def _minutes(plan: FunnelPlan, change: Fraction, deals: Fraction) -> Iterator[Lever]:
    by_phase = _hours_by_phase(plan.problem, plan.needed)
    total = sum(by_phase.values(), ZERO)
    for phase, hours in by_phase.items():
        yield Lever(
            assumption=MINUTES,
            phase=phase,
            asked=change,
            change=change,
            hours=total + change * hours,
            deals=deals,
        )


def _deal_value(plan: FunnelPlan, change: Fraction, deals: Fraction) -> Lever:
    fewer = tuple(deals / (1 + change) for deals in plan.problem.deals_by_month)
    return Lever(
        assumption=DEAL_VALUE,
        phase="",
        asked=change,
        change=change,
        hours=_hours(replace(plan.problem, deals_by_month=fewer)),
        deals=deals,
        revenue_factor=1 + change,
    )


def _hours(problem: FunnelProblem) -> Fraction:
    return sum(_hours_by_phase(problem, needed_units(problem)).values(), ZERO)


def _hours_by_phase(problem: FunnelProblem, needed: Mapping[str, Cells]) -> Mapping[str, Fraction]:
    return {
        phase: sum(cells.values(), ZERO) * problem.hours_per_unit(phase)
        for phase, cells in needed.items()
    }


def _deals(plan: FunnelPlan, problem: FunnelProblem) -> Fraction:
    run = replay_with(plan, problem)
    return sum(run.deals, run.deals_after_horizon)
