"""Hold the units a plan needs against the units there are (F14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from optimizer.funnel_plan import FunnelPlan
from optimizer.funnel_trace import counted, number

ZERO = Fraction(0)


@dataclass(frozen=True, kw_only=True)
class UniverseLimit:
    """Hold what a universe allows of the first phase of some funnels.

    Attributes
    ----------
    needed, workable
        Units the plans need from it in the horizon, and those it has at the time.
    deals_needed, deals_possible
        The deals they lead to.
    formula
        How the two come about.
    """

    unit: str
    needed: Fraction
    workable: Fraction
    deals_needed: Fraction
    deals_possible: Fraction
    formula: str

    @property
    def missing(self) -> Fraction:
        """Return the units that are needed and not there."""
        return self.needed - self.workable


def universe_limit(
    plans: Sequence[FunnelPlan], units: Fraction, recontact_months: int = 0
) -> UniverseLimit:
    """Return what `units` of the first phase allow; a unit is worked again after so many months.

    Units of the pipeline are met already and take nothing from the universe; work that is too
    late is not counted, its deals are at risk anyway. `recontact_months` 0: once in the horizon.
    Of plans with different rates, each gets the same share of what there is.

    Raises
    ------
    ValueError
        Without a plan, or for a negative number of units or months.
    """
    if not plans or units < 0 or recontact_months < 0:
        raise ValueError("a universe needs a plan, and units and months of 0 or more")
    by_plan = [_first_units(plan) for plan in plans]
    by_month = [sum(month, ZERO) for month in zip(*by_plan, strict=True)]
    needed = sum(by_month, ZERO)
    workable = sum(_allowed(by_month, units, recontact_months or len(by_month)), ZERO)
    deals = [
        sum(row, ZERO) / plan.problem.units_per_deal(plan.problem.stages[0].phase)
        for plan, row in zip(plans, by_plan, strict=True)
    ]
    wanted = sum(deals, ZERO)
    possible = wanted * workable / needed if needed else wanted
    return UniverseLimit(
        unit=plans[0].problem.stages[0].unit,
        needed=needed,
        workable=workable,
        deals_needed=wanted,
        deals_possible=possible,
        formula=_formula(plans, needed, workable, wanted),
    )


def _first_units(plan: FunnelPlan) -> list[Fraction]:
    """Return (T,) units of the first phase that do not come from the pipeline."""
    first = plan.problem.stages[0].phase
    row = list(plan.units[first])
    for (month, _), known in plan.credited[first].items():
        if month >= 0:
            row[month] -= known
    return row


def _allowed(by_month: Sequence[Fraction], units: Fraction, window: int) -> list[Fraction]:
    """Return what can be worked each month with at most `units` in any `window` months.

    The earliest first: what waits for later blocks as many months and serves no more.
    """
    allowed: list[Fraction] = []
    for wanted in by_month:
        recent = allowed[-(window - 1) :] if window > 1 else []
        allowed.append(min(wanted, max(ZERO, units - sum(recent, ZERO))))
    return allowed


def _formula(
    plans: Sequence[FunnelPlan], needed: Fraction, workable: Fraction, deals: Fraction
) -> str:
    unit = plans[0].problem.stages[0].unit
    factors = {
        tuple(stage.units_per_next for stage in reversed(plan.problem.stages)) for plan in plans
    }
    shown = _whole(deals)
    if len(factors) == 1:
        product = " x ".join(_whole(factor) for factor in min(factors) if factor != 1)
        product = f" x {product}" if product else ""
        text = f"{_whole(needed)} {unit}s = {shown} deals{product}"
    else:
        text = f"{_whole(needed)} {unit}s for {shown} deals"
    if deals and needed:
        possible = _whole(deals * workable / needed)
        text += f"; {counted(round(workable, 1), unit)} make {possible} of them"
    return text


def _whole(value: Fraction) -> str:
    """Write a number in full when it is short, else to two digits."""
    return number(value) if value.denominator <= 1000 else f"{float(value):,.2f}"
