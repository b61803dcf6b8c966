"""Put the best profit beside each number of hires, offer by offer (L13)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimizer.leadership_baseline import exactly_hired
from optimizer.leadership_curve import CurvePoint
from optimizer.result import Options, Solution
from optimizer.sourcing import solve_sourcing
from optimizer.sourcing_problem import HireLimit, SourcingPlan, SourcingProblem
from scenarios.sourcing_asker import Asker
from scenarios.sourcing_notes import Question

EXACTLY, AT_MOST, ALL = "exactly", "at most", "all offers"
MOST_OPTIONS, MOST_POINTS, NEIGHBOURS = 6, 7, 2


@dataclass(frozen=True, kw_only=True)
class HirePoint:
    """Hold the best profit with exactly `count` hires of an offer, or at most so many in all.

    Attributes
    ----------
    option
        Index of the hire option; None: all together.
    planned
        How many the plan has.
    """

    option: int | None
    offer: str
    rule: str
    planned: int
    point: CurvePoint


Asked = tuple[int | None, int]
"""Index of a hire option, None for all together, and how many hires."""
Answers = tuple[tuple[Asked, Solution[SourcingPlan]], ...]


def hire_answers(
    problem: SourcingProblem, solved: Solution[SourcingPlan], options: Options, asker: Asker
) -> Answers:
    """Return the problem solved by number of hires; of more than six offers, of all together."""
    planned = _hires(solved)
    each: list[int | None] = list(range(len(problem.hires)))
    if len(each) > MOST_OPTIONS:
        each = [None]
    wanted = [
        (option, count)
        for option in each
        for count in hire_counts(_most(problem, option), _planned(planned, option))
    ]
    found = asker.each(
        Question.HIRES,
        wanted,
        lambda pair: solve_sourcing(hired(problem, *pair), options),
    )
    return tuple(found)


def hire_curve(
    problem: SourcingProblem, solved: Solution[SourcingPlan], answers: Answers
) -> tuple[HirePoint, ...]:
    """Return the curve of each offer out of its answers, the number that the plan has included."""
    planned = _hires(solved)
    known = dict(answers)
    for option in dict.fromkeys(option for option, _ in known):
        known.setdefault((option, _planned(planned, option)), solved)
    points = [
        HirePoint(
            option=option,
            offer=ALL if option is None else problem.hires[option].option_id,
            rule=AT_MOST if option is None else EXACTLY,
            planned=_planned(planned, option),
            point=CurvePoint(
                count=count,
                status=answer.status,
                profit_eur=answer.objective,
                bound_eur=answer.bound,
            ),
        )
        for (option, count), answer in sorted(known.items(), key=_place)
    ]
    return carried_over(points, solved)


def _place(known: tuple[Asked, Solution[SourcingPlan]]) -> tuple[int, int]:
    option, count = known[0]
    return -1 if option is None else option, count


def _hires(solved: Solution[SourcingPlan]) -> np.ndarray:
    """Return (O,) people hired of each option."""
    assert solved.plan is not None
    return solved.plan.decisions.hires.sum(axis=1)


def _planned(planned: np.ndarray, option: int | None) -> int:
    return round(float(planned.sum() if option is None else planned[option]))


def _most(problem: SourcingProblem, option: int | None) -> int:
    """Return the most hires of an option; of all together, those within the limits of several."""
    if option is not None:
        return _whole(problem.hires[option].max_total)
    joined = {index for limit in problem.hire_limits for index in limit.options}
    alone = sum(_whole(o.max_total) for i, o in enumerate(problem.hires) if i not in joined)
    return alone + sum(_whole(limit.max_total) for limit in problem.hire_limits)


def _whole(most: float) -> int:
    return int(min(most, 1e6))


def hire_counts(most: int, planned: int) -> tuple[int, ...]:
    """Return the numbers of hires to try: all where they are few, else none and those about.

    >>> hire_counts(3, 1), hire_counts(20, 9)
    ((0, 1, 2, 3), (0, 7, 8, 9, 10, 11))
    """
    if most < MOST_POINTS:
        return tuple(range(most + 1))
    return (0, *range(max(1, planned - NEIGHBOURS), min(most, planned + NEIGHBOURS) + 1))


def hired(problem: SourcingProblem, option: int | None, count: int) -> SourcingProblem:
    """Return the problem with exactly so many hires of an option, or at most so many in all."""
    if option is not None:
        return exactly_hired(problem, option, count)
    everything = HireLimit(options=tuple(range(len(problem.hires))), max_total=float(count))
    return replace(problem, hire_limits=(*problem.hire_limits, everything))


def carried_over(
    points: Sequence[HirePoint], solved: Solution[SourcingPlan]
) -> tuple[HirePoint, ...]:
    """Return the points with what the plan and their neighbours say of them.

    The plan is one with as many hires as it has, and nothing is worth more than its bound. A
    plan with at most so many hires is one with at most more.
    """
    return tuple(
        replace(
            each,
            point=replace(
                each.point,
                profit_eur=max(_known(each, points, solved), default=None),
                bound_eur=min(_proved(each, points, solved), default=None),
            ),
        )
        for each in points
    )


def _known(
    each: HirePoint, points: Sequence[HirePoint], solved: Solution[SourcingPlan]
) -> list[float]:
    values = [p.point.profit_eur for p in points if _implies(p.option, p.point.count, each)]
    if _implies(each.option, each.planned, each):
        values.append(solved.objective)
    return [value for value in values if value is not None]


def _proved(
    each: HirePoint, points: Sequence[HirePoint], solved: Solution[SourcingPlan]
) -> list[float]:
    looser = [p.point.bound_eur for p in points if _implies(each.option, each.point.count, p)]
    return [bound for bound in (solved.bound, *looser) if bound is not None]


def _implies(option: int | None, count: int, other: HirePoint) -> bool:
    """Tell whether a plan with so many hires is one of those of the other point."""
    if option != other.option:
        return False
    return count <= other.point.count if option is None else count == other.point.count
