"""Run a funnel backward, from the deals wanted to the work they ask for.

Formulas F1 to F10 are those of docs/model-funnel.md. All arithmetic is exact; only
`ceil_units` rounds, for display.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from optimizer.funnel_forward import forward, replay
from optimizer.funnel_plan import Cells, FunnelPlan, Replay, TooLate
from optimizer.funnel_problem import (
    WON,
    ActivityNorm,
    FunnelProblem,
    Pipeline,
    Stage,
    fraction,
)

__all__ = [
    "WON",
    "ActivityNorm",
    "Cells",
    "FunnelPlan",
    "FunnelProblem",
    "Pipeline",
    "Replay",
    "Stage",
    "TooLate",
    "ceil_units",
    "forward",
    "fraction",
    "need",
    "replay",
]

ZERO = Fraction(0)


def ceil_units(units: Fraction) -> int:
    """Round up to whole units, for display only: 200 stays 200, 200 + 1/3 is 201."""
    return math.ceil(units)


def need(problem: FunnelProblem) -> FunnelPlan:
    """Return the work that wins the target, exact, month by month (F3 to F8)."""
    per_unit = {stage.phase: problem.hours_per_unit(stage.phase) for stage in problem.stages}
    needed, credited = _backward(problem)
    late = _late_shares(problem, needed, credited)
    months = range(len(problem.deals_by_month))
    won = tuple(credited[WON].get((due, due), ZERO) for due in months)
    at_risk = tuple(late[WON].get((due, due), ZERO) * problem.deals_by_month[due] for due in months)
    open_deals = tuple(
        wanted - signed - lost
        for wanted, signed, lost in zip(problem.deals_by_month, won, at_risk, strict=True)
    )
    units = {phase: _by_month(cells, len(months)) for phase, cells in needed.items()}
    return FunnelPlan(
        problem=problem,
        units=units,
        hours={phase: _scaled(row, per_unit[phase]) for phase, row in units.items()},
        activities={
            (norm.phase, norm.activity): _scaled(units[norm.phase], norm.per_unit)
            for norm in problem.norms
        },
        needed=needed,
        credited=credited,
        hours_by_due={p: _hours_by_due(cells, per_unit[p]) for p, cells in needed.items()},
        hours_per_deal={
            p: _hours_per_deal(cells, per_unit[p], late[p], open_deals)
            for p, cells in needed.items()
        },
        open_deals=open_deals,
        deals_at_risk=at_risk,
        deals_won=won,
        too_late=_too_late(problem, needed),
        pipeline_left=_pipeline_left(problem, credited),
    )


def needed_units(problem: FunnelProblem) -> dict[str, Cells]:
    """Return the units each phase works by (month, due month), those too late included (F3)."""
    return _backward(problem)[0]


def _backward(problem: FunnelProblem) -> tuple[dict[str, Cells], dict[str, Cells]]:
    """Return needed and credited units by phase, from the last phase to the first (F3, F4)."""
    wanted: Cells = {(t, t): deals for t, deals in enumerate(problem.deals_by_month) if deals}
    needed: dict[str, Cells] = {}
    credited = {WON: _credit(wanted, problem, WON)}
    following = WON
    for stage in reversed(problem.stages):
        wanted = _work_before(stage, _less(wanted, credited[following]))
        following = stage.phase
        needed[following] = wanted
        credited[following] = _credit(wanted, problem, following)
    return {s.phase: needed[s.phase] for s in problem.stages}, credited


def _work_before(stage: Stage, to_feed: Cells) -> Cells:
    """Spread the units the next phase must be fed over the months `stage` works them (F3)."""
    work: dict[tuple[int, int], Fraction] = defaultdict(Fraction)
    for (month, due), units in to_feed.items():
        for lag, share in stage.lag_kernel:
            work[month - lag, due] += share * units * stage.units_per_next
    return dict(sorted(work.items()))


def _credit(wanted: Cells, problem: FunnelProblem, phase: str) -> Cells:
    """Give the pipeline of `phase` to the earliest work, first due first (F4)."""
    lots = [item for item in problem.pipeline if item.phase == phase]
    used = ZERO
    credit = {}
    for (month, due), units in sorted(wanted.items()):
        there = sum((problem.worth(lot) for lot in lots if lot.month <= month), ZERO)
        taken = min(units, there - used)
        if taken > 0:
            credit[month, due] = taken
            used += taken
    return credit


def _less(cells: Cells, credit: Cells) -> Cells:
    rest = {key: units - credit.get(key, ZERO) for key, units in cells.items()}
    return {key: units for key, units in rest.items() if units}


def _late_shares(
    problem: FunnelProblem, needed: Mapping[str, Cells], credited: Mapping[str, Cells]
) -> dict[str, Cells]:
    """Return the share of each cell whose work, or work before it, is too late (F7)."""
    deals: Cells = {(t, t): d for t, d in enumerate(problem.deals_by_month) if d}
    first = problem.stages[0].phase
    late: dict[str, Cells] = {first: {key: Fraction(key[0] < 0) for key in needed[first]}}
    after = [*(stage.phase for stage in problem.stages[1:]), WON]
    for stage, phase in zip(problem.stages, after, strict=True):
        late[phase] = {
            key: (1 - credited[phase].get(key, ZERO) / units)
            * _late_before(stage, key, late[stage.phase])
            for key, units in (deals if phase == WON else needed[phase]).items()
        }
    return late


def _late_before(stage: Stage, key: tuple[int, int], late: Cells) -> Fraction:
    month, due = key
    shares = (share * late.get((month - lag, due), ZERO) for lag, share in stage.lag_kernel)
    return sum(shares, ZERO)


def _too_late(problem: FunnelProblem, needed: Mapping[str, Cells]) -> tuple[TooLate, ...]:
    """List work before the first month, and the deals it puts at risk once a due month (F6)."""
    late = [(stage, _late_units(needed[stage.phase])) for stage in problem.stages]
    found = []
    for due in sorted({due for _, units in late for due in units}):
        rows = [(stage, units[due]) for stage, units in late if due in units]
        deals = [units / problem.units_per_deal(stage.phase) for stage, units in rows]
        worst = deals.index(max(deals))
        found += [
            TooLate(
                phase=stage.phase,
                unit=stage.unit,
                units=units,
                due=due,
                deals_at_risk=deals[position] if position == worst else ZERO,
            )
            for position, (stage, units) in enumerate(rows)
        ]
    return tuple(found)


def _late_units(cells: Cells) -> dict[int, Fraction]:
    totals: dict[int, Fraction] = defaultdict(Fraction)
    for (month, due), units in cells.items():
        if month < 0:
            totals[due] += units
    return dict(totals)


def _hours_by_due(cells: Cells, hours_per_unit: Fraction) -> Cells:
    return {key: units * hours_per_unit for key, units in cells.items() if key[0] >= 0}


def _hours_per_deal(
    cells: Cells, hours_per_unit: Fraction, late: Cells, open_deals: Sequence[Fraction]
) -> Cells:
    """Divide the hours of work that is in time by the open deals it is for (F8)."""
    return {
        key: units * (1 - late[key]) * hours_per_unit / open_deals[key[1]]
        for key, units in cells.items()
        if late[key] < 1
    }


def _pipeline_left(problem: FunnelProblem, credited: Mapping[str, Cells]) -> dict[str, Fraction]:
    there: dict[str, Fraction] = defaultdict(Fraction)
    for item in problem.pipeline:
        there[item.phase] += problem.worth(item)
    left = {phase: units - sum(credited[phase].values()) for phase, units in there.items()}
    return {phase: units for phase, units in left.items() if units}


def _by_month(cells: Cells, months: int) -> tuple[Fraction, ...]:
    totals = [ZERO] * months
    for (month, _), units in cells.items():
        if month >= 0:
            totals[month] += units
    return tuple(totals)


def _scaled(row: Sequence[Fraction], factor: Fraction) -> tuple[Fraction, ...]:
    return tuple(value * factor for value in row)
