"""Plan the first phase so that deals are never behind the target: the method `cover` (F12).

The method `spread` (optimizer/funnel.py) puts work where its mean lag says; with a split lag its
deals come out smoother than the target, some of them late. `cover` starts work early enough that
the deals won so far reach the deals wanted so far, with as little work as that takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from math import ceil

import numpy as np

from optimizer.funnel_forward import forward
from optimizer.funnel_plan import Replay
from optimizer.funnel_problem import FunnelProblem
from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.mathopt import Limits, solve

ZERO = Fraction(0)
PARTS = 10**6
SECONDS = 10.0
TIE = 1e-6
"""Of plans with the same work the one that works latest; a month counts for this share of it."""


@dataclass(frozen=True, kw_only=True)
class CoverPlan:
    """Hold the work that keeps deals from falling behind, by month (T,).

    Attributes
    ----------
    first_units
        Units worked in the first phase.
    replay
        What they and the pipeline lead to.
    hours
        Of all phases together.
    behind
        Deals wanted so far less deals won so far, where more work could not help or is not
        wanted; 0 in the other months.
    """

    first_units: tuple[Fraction, ...]
    replay: Replay
    hours: tuple[Fraction, ...]
    behind: tuple[Fraction, ...]


def cover(problem: FunnelProblem, most_over: Fraction | None = None) -> CoverPlan:
    """Return the least work whose deals, added up from the start, reach the target each month.

    Parameters
    ----------
    most_over
        Most deals that may be won beyond the target's total, as a share of it; None: no limit.
        0 spends no more work than the target, and accepts to be behind where a split lag makes
        early deals slow.
    """
    months = len(problem.deals_by_month)
    waiting = forward(problem, [ZERO] * months)
    response = response_of(problem)
    lacking = [
        want - there
        for want, there in zip(
            accumulate(problem.deals_by_month), accumulate(waiting.deals), strict=True
        )
    ]
    model = _model(lacking, response, _most_units(problem, waiting, most_over))
    answer = solve(model, Limits(seconds=SECONDS))
    assert answer.values is not None  # nothing done and everything behind is always a plan
    units = tuple(_rounded_up(value) for value in answer.values[:months].tolist())
    replay = forward(problem, units)
    won = accumulate(replay.deals)
    wanted = accumulate(problem.deals_by_month)
    return CoverPlan(
        first_units=units,
        replay=replay,
        hours=hours_of(problem, replay),
        behind=tuple(max(ZERO, want - have) for want, have in zip(wanted, won, strict=True)),
    )


def response_of(problem: FunnelProblem) -> tuple[Fraction, ...]:
    """Return the deals won 0, 1, 2 .. months after one unit is worked in the first phase."""
    deals = [Fraction(1)]
    for stage in problem.stages:
        longest = max(lag for lag, _ in stage.lag_kernel)
        later = [ZERO] * (len(deals) + longest)
        for lag, share in stage.lag_kernel:
            for month, units in enumerate(deals):
                later[month + lag] += units * share * stage.conversion
        deals = later
    return tuple(deals)


def hours_of(problem: FunnelProblem, replay: Replay) -> tuple[Fraction, ...]:
    """Return the hours of a replay by month, all phases together (F5)."""
    months = range(len(problem.deals_by_month))
    per_unit = {stage.phase: problem.hours_per_unit(stage.phase) for stage in problem.stages}
    return tuple(
        sum((replay.units[phase][t] * hours for phase, hours in per_unit.items()), ZERO)
        for t in months
    )


def _most_units(
    problem: FunnelProblem, waiting: Replay, most_over: Fraction | None
) -> float | None:
    if most_over is None:
        return None
    total = sum(problem.deals_by_month, ZERO) * (1 + most_over)
    rest = max(ZERO, total - sum(waiting.deals, ZERO) - waiting.deals_after_horizon)
    return float(rest * problem.units_per_deal(problem.stages[0].phase))


def _model(
    lacking: Sequence[Fraction], response: Sequence[Fraction], most_units: float | None
) -> LinearModel:
    """State: least units, no month behind; being behind costs more than any work."""
    months = len(lacking)
    one_deal = 1 / float(sum(response)) if sum(response) else 1.0
    build = ModelBuilder()
    early = 1 + TIE * np.arange(months, 0, -1, dtype=np.float64)
    units = build.add_columns(months, gain=-early)
    # A deal a month late must never be cheaper than the slowest way to win it in time.
    fastest = min((float(share) for share in response if share), default=1.0)
    behind = build.add_columns(months, gain=-100 * months * max(one_deal, 1 / fastest))
    so_far = [float(share) for share in accumulate(response)]
    for month, want in enumerate(lacking):
        terms = [
            (int(units[start]), so_far[min(month - start, len(so_far) - 1)])
            for start in range(month + 1)
        ]
        row = [*(term for term in terms if term[1]), (int(behind[month]), 1.0)]
        build.add_row(row, lower=float(want))
    if most_units is not None:
        build.add_row([(int(column), 1.0) for column in units], upper=most_units)
    return build.freeze()


def _rounded_up(value: float) -> Fraction:
    # Up, so that what the solver covers stays covered; its own slack is far below a part.
    return Fraction(max(0, ceil(value * PARTS - 1e-3)), PARTS)
