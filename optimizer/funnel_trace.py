"""Write the formula behind a number of the funnel: "720 calls = 3 deals x 4 x 20 x 3"."""

from __future__ import annotations

from fractions import Fraction

from optimizer.funnel import need
from optimizer.funnel_plan import FunnelPlan
from optimizer.funnel_problem import WON, FunnelProblem


def trace(source: FunnelProblem | FunnelPlan, phase: str, activity: str, month: int) -> str:
    """Return the formula of the activities of one month, exact (F10).

    Factors of 1 are left out. Deals due in another month, shares of deals by a split lag, and
    deals left after the pipeline are named as such.

    Raises
    ------
    ValueError
        When the phase has no such activity or the month is outside the horizon.

    Examples
    --------
    >>> from optimizer.funnel_problem import ActivityNorm, Stage
    >>> problem = FunnelProblem(
    ...     stages=(Stage(phase="calling", unit="prospect", units_per_next=Fraction(20)),),
    ...     norms=(ActivityNorm(phase="calling", activity="call", per_unit=3, minutes=5),),
    ...     deals_by_month=(Fraction(3),),
    ... )
    >>> trace(problem, "calling", "call", 0)
    '180 calls = 3 deals x 20 x 3'
    """
    plan = source if isinstance(source, FunnelPlan) else need(source)
    problem = plan.problem
    if (phase, activity) not in plan.activities:
        raise ValueError(f"phase {phase!r} has no activity {activity!r}")
    if not 0 <= month < len(problem.deals_by_month):
        raise ValueError(f"month {month} is outside 0..{len(problem.deals_by_month) - 1}")
    count = plan.activities[phase, activity][month]
    per_unit = next(n.per_unit for n in problem.norms if (n.phase, n.activity) == (phase, activity))
    factors = [*_factors(problem, phase), per_unit]
    shown = [_deals(plan, phase, month), *(number(f) for f in factors if f != 1)]
    return f"{counted(count, activity)} = {' x '.join(shown)}"


def number(value: Fraction) -> str:
    """Write an exact number: 720, 4.5, 20/7."""
    # 12 digits show any typed decimal in full; what is longer stays a ratio, still exact.
    text = f"{float(value):.12g}"
    return text if "e" not in text and Fraction(text) == value else str(value)


def _factors(problem: FunnelProblem, phase: str) -> list[Fraction]:
    phases = [stage.phase for stage in problem.stages]
    return [stage.units_per_next for stage in reversed(problem.stages[phases.index(phase) :])]


def _deals(plan: FunnelPlan, phase: str, month: int) -> str:
    """Write the deals the work of the month is for, in deals of the whole funnel."""
    cells = {due: units for (at, due), units in plan.needed[phase].items() if at == month}
    per_deal = plan.problem.units_per_deal(phase)
    parts = [
        counted(units / per_deal, "deal") + _due(plan, due, month) for due, units in cells.items()
    ]
    text = " + ".join(parts) or "0 deals"
    if any(_from_pipeline(plan, phase, due) for due in cells):
        text += " left after the pipeline"
    return text if text.count(" ") == 1 else f"({text})"


def _due(plan: FunnelPlan, due: int, month: int) -> str:
    return "" if due == month else f" due {plan.problem.months[due]}"


def _from_pipeline(plan: FunnelPlan, phase: str, due: int) -> bool:
    phases = [stage.phase for stage in plan.problem.stages]
    later = [*phases[phases.index(phase) + 1 :], WON]
    return any(for_due == due for name in later for _, for_due in plan.credited[name])


def counted(count: Fraction, noun: str) -> str:
    """Write a count with its noun in the right number: "1 deal", "3 deals"."""
    return f"{number(count)} {noun if count == 1 else _plural(noun)}"


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun if noun.endswith("s") else noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return noun[:-1] + "ies"
    return noun + "s"
