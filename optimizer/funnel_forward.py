"""Run units forward through a funnel to deals, to hold a plan against its target."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from optimizer.funnel_plan import FunnelPlan, Replay
from optimizer.funnel_problem import WON, FunnelProblem, Stage

ZERO = Fraction(0)
ByMonth = Mapping[int, Fraction]


def replay(plan: FunnelPlan) -> Replay:
    """Run the plan's own units forward, its pipeline in the months the plan uses it (F9).

    Deals over all months are the target less the deals at risk. Month by month they meet the
    target when every lag is whole; with a split lag they come out smoother.
    """
    return replay_with(plan, plan.problem)


def replay_with(plan: FunnelPlan, problem: FunnelProblem) -> Replay:
    """Run the plan's own units forward through another funnel of the same phases (F13)."""
    phases = [*(stage.phase for stage in plan.problem.stages[1:]), WON]
    joining = {p: [(month, u) for (month, _), u in plan.credited[p].items()] for p in phases}
    return _run(problem, plan.units[plan.problem.stages[0].phase], joining)


def forward(problem: FunnelProblem, first_units: Sequence[Fraction]) -> Replay:
    """Run units worked in the first phase, month by month, forward to deals (F9).

    The pipeline of the later phases joins in the month it is ready.

    Parameters
    ----------
    first_units
        (T,) units worked in the first phase.

    Raises
    ------
    ValueError
        When there are not T of them, or one is negative.
    """
    if len(first_units) != len(problem.deals_by_month):
        raise ValueError(f"{len(first_units)} months given, {len(problem.deals_by_month)} planned")
    if min(first_units, default=ZERO) < 0:
        raise ValueError(f"phase {problem.stages[0].phase!r}: units are negative")
    joining: dict[str, list[tuple[int, Fraction]]] = defaultdict(list)
    for item in problem.pipeline:
        joining[item.phase].append((item.month, problem.worth(item)))
    return _run(problem, first_units, joining)


def _run(
    problem: FunnelProblem,
    first_units: Sequence[Fraction],
    joining: Mapping[str, Iterable[tuple[int, Fraction]]],
) -> Replay:
    months = len(problem.deals_by_month)
    units: dict[str, tuple[Fraction, ...]] = {}
    after = [*(stage.phase for stage in problem.stages[1:]), WON]
    flow: ByMonth = dict(enumerate(first_units))
    for stage, following in zip(problem.stages, after, strict=True):
        units[stage.phase] = tuple(flow.get(t, ZERO) for t in range(months))
        flow = _pushed(stage, flow, joining.get(following, ()))
    return Replay(
        units=units,
        deals=tuple(flow.get(t, ZERO) for t in range(months)),
        target=problem.deals_by_month,
        deals_after_horizon=sum((d for t, d in flow.items() if t >= months), ZERO),
    )


def _pushed(stage: Stage, flow: ByMonth, joining: Iterable[tuple[int, Fraction]]) -> ByMonth:
    """Convert the units of `stage` into those of the next phase, later by its lag (F9)."""
    out: dict[int, Fraction] = defaultdict(Fraction)
    for month, units in flow.items():
        for lag, share in stage.lag_kernel:
            out[month + lag] += share * units * stage.conversion
    for month, units in joining:
        out[month] += units
    return out
