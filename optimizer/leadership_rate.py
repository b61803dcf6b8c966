"""Find from which rate on a lever pays, such as the win rate after a training (L12)."""

from __future__ import annotations

from collections.abc import Callable

from optimizer.leadership_break_even import RELATIVE, WORTH_EUR, BreakEven, BreakEvenKind
from optimizer.result import Options, Solution, Status
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import SourcingPlan, SourcingProblem


def break_even_rate(
    at: Callable[[float], SourcingProblem],
    without: SourcingProblem,
    *,
    low: float,
    high: float,
    tolerance: float,
    options: Options,
    lever: str = "training",
    unit: str = "factor",
) -> BreakEven:
    """Return from which figure on a lever pays, when raising the figure can only help.

    By bisection between `low` and `high` until they are `tolerance` apart; a solve whose bound
    does not decide ends the search with the interval reached.

    Parameters
    ----------
    at
        The problem with the lever on offer at a figure.
    without
        The problem without it, which does not depend on the figure.
    """
    floor = solve_sourcing(without, options)
    if floor.objective is None:
        always = floor.status is Status.INFEASIBLE
        kind = BreakEvenKind.ALWAYS_NEEDED if always else BreakEvenKind.UNKNOWN
        return _rate(kind, lever, unit, None, None, 1)
    solves = 1
    known: dict[str, float | None] = {"low": None, "high": None}
    tried = high
    while True:
        pays = _pays_at(solve_sourcing(at(tried), options), floor)
        solves += 1
        if pays is None:
            break
        known["high" if pays else "low"] = tried
        if tried == high and not pays:
            return _rate(BreakEvenKind.NEVER_PAYS, lever, unit, high, None, solves)
        below = known["low"] if known["low"] is not None else low
        above = known["high"] if known["high"] is not None else high
        if above - below <= tolerance:
            break
        tried = (below + above) / 2
    kind = BreakEvenKind.UNKNOWN if known["high"] is None else BreakEvenKind.PRICE
    return _rate(kind, lever, unit, known["low"], known["high"], solves)


def _rate(
    kind: BreakEvenKind,
    lever: str,
    unit: str,
    low: float | None,
    high: float | None,
    solves: int,
) -> BreakEven:
    return BreakEven(
        kind=kind, lever=lever, unit=unit, low=low, high=high, today=None, pays_today=None,
        solves=solves,
    )  # fmt: skip


def _pays_at(solved: Solution[SourcingPlan], floor: Solution[SourcingPlan]) -> bool | None:
    """Tell whether the lever pays; None where the bounds leave it open."""
    assert floor.objective is not None
    worth = max(WORTH_EUR, RELATIVE * abs(floor.objective))
    ceiling = floor.objective if floor.bound is None else floor.bound
    if solved.objective is not None and solved.objective > ceiling + worth:
        return True
    closed = solved.bound is not None and solved.bound <= floor.objective + 2 * worth
    return False if closed else None
