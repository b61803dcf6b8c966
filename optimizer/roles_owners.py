"""Give each block of work, a phase of a pool, one owner (docs/model-roles.md, R23).

The generalised assignment problem with a limit on phases a person and on crews. For teams in which
work is not shared; where it is, `roles` leaves less uncovered.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimizer.linear_model import LinearModel, ModelBuilder
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.result import Cancelled, Options, Solution, Status
from optimizer.roles_owners_problem import OwnerPlan, OwnerRules, refuse_other_rules
from optimizer.roles_part import with_cap
from optimizer.roles_problem import Floats, GoalResult, Ints, RoleProblem

PROVED = 1e-6
NO_RULES = OwnerRules()


@dataclass(frozen=True, kw_only=True)
class _Blocks:
    """Hold who could own what: one column each; `hours` it would take the person."""

    person: Ints
    pool: Ints
    phase: Ints
    hours: Floats


def solve_owners(
    problem: RoleProblem,
    options: Options,
    rules: OwnerRules = NO_RULES,
    cancelled: Cancelled | None = None,
) -> Solution[OwnerPlan]:
    """Return the owners that leave the least worth of work without one, then the least unwanted.

    Raises
    ------
    ValueError
        When the problem has pins, a least share of time or gains by the number of phases.
    """
    refuse_other_rules(problem)
    started = perf_counter()
    blocks = _blocks(problem)
    model = _model(problem, rules, blocks)
    worth = problem.weight * problem.need_hours
    owned = worth[blocks.pool, blocks.phase]
    limits = Limits(
        seconds=options.seconds,
        nodes=options.effort,
        gap=options.gap,
        seed=options.seed,
        cancelled=cancelled,
    )
    first = _reach(model, -owned, limits)
    if first.values is None:
        return _nothing(first, perf_counter() - started)
    short = float(worth.sum()) - float(owned @ first.values[: owned.size])
    left = replace(limits, seconds=max(0.0, options.seconds - (perf_counter() - started)))
    unwanted = _unwanted(problem, blocks)
    capped = _capped(model, -owned, first.values, float(worth.sum()))
    second = _reach(capped, unwanted, left)
    best = first if second.values is None else second
    goals = _goals(problem, first, second, worth, (short, unwanted))
    return _solution(problem, blocks, best, goals, perf_counter() - started)


def _blocks(problem: RoleProblem) -> _Blocks:
    """List every person and block they are able to do, reach, and have the hours for."""
    rate = problem.pool_factor()[:, :, None] * (problem.speed * problem.able())[:, None, :]
    rate = rate * problem.gain(1)
    wanted = (rate > 0) & (problem.need_hours > 0)[None]
    person, pool, phase = np.nonzero(wanted)
    hours = problem.need_hours[pool, phase] / rate[person, pool, phase]
    fits = hours <= problem.person_hours[person] + PROVED
    return _Blocks(person=person[fits], pool=pool[fits], phase=phase[fits], hours=hours[fits])


def _model(problem: RoleProblem, rules: OwnerRules, blocks: _Blocks) -> LinearModel:
    builder = ModelBuilder()
    owns = builder.add_columns(blocks.hours.size, upper=1.0, integer=True)
    by_block: dict[tuple[int, int], list[int]] = defaultdict(list)
    for x, place in enumerate(zip(blocks.pool.tolist(), blocks.phase.tolist(), strict=True)):
        by_block[place].append(x)
    for columns in by_block.values():
        builder.add_row(((x, 1.0) for x in columns), upper=1.0)
    for person in range(len(problem.person_ids)):
        mine = owns[blocks.person == person].tolist()
        hours = [(x, float(blocks.hours[x])) for x in mine]
        builder.add_row(hours, upper=float(problem.person_hours[person]))
        _few_phases(builder, problem, blocks, mine)
    _crews(builder, rules, blocks)
    return builder.freeze()


def _few_phases(
    builder: ModelBuilder, problem: RoleProblem, blocks: _Blocks, mine: list[int]
) -> None:
    """Limit the different phases a person owns blocks of."""
    phases = sorted({int(blocks.phase[x]) for x in mine})
    if len(phases) <= problem.max_phases:
        return
    holds = builder.add_columns(len(phases), upper=1.0, integer=True)
    builder.add_row(((int(x), 1.0) for x in holds), upper=float(problem.max_phases))
    for x in mine:
        hold = int(holds[phases.index(int(blocks.phase[x]))])
        builder.add_row([(x, 1.0), (hold, -1.0)], upper=0.0)


def _crews(builder: ModelBuilder, rules: OwnerRules, blocks: _Blocks) -> None:
    for limit in rules.limits:
        inside = np.flatnonzero(np.isin(blocks.person, limit.persons)).tolist()
        builder.add_row(((x, 1.0) for x in inside), upper=float(limit.most_blocks))
    for crews in rules.shifts:
        works = builder.add_columns(len(crews), upper=1.0, integer=True)
        builder.add_row(((int(y), 1.0) for y in works), lower=1.0, upper=1.0)
        for person in sorted({person for crew in crews for person in crew}):
            with_them = [
                (int(y), -1.0) for y, crew in zip(works, crews, strict=True) if person in crew
            ]
            for x in np.flatnonzero(blocks.person == person).tolist():
                builder.add_row([(x, 1.0), *with_them], upper=0.0)


def _reach(model: LinearModel, cost: Floats, limits: Limits) -> Answer:
    """Minimise a cost of owning; columns after those of owners cost nothing."""
    gain = np.zeros(model.gain.size)
    gain[: cost.size] = -cost
    answer = solve(replace(model, gain=gain), limits)
    if answer.values is None:
        return answer
    return replace(answer, values=np.rint(answer.values))


def _capped(model: LinearModel, cost: Floats, values: Floats, scale: float) -> LinearModel:
    dense = np.zeros(model.gain.size)
    dense[: cost.size] = cost
    return with_cap(model, dense, float(dense @ values) + PROVED * scale)


def _unwanted(problem: RoleProblem, blocks: _Blocks) -> Floats:
    distaste = 1.0 - problem.preference[blocks.person, blocks.phase]
    away = blocks.pool != problem.home_pool[blocks.person]
    return blocks.hours * (distaste + problem.help_price * away)


def _goals(
    problem: RoleProblem,
    first: Answer,
    second: Answer,
    worth: Floats,
    reached: tuple[float, Floats],
) -> tuple[GoalResult, GoalResult]:
    short, unwanted = reached
    unit = "h" if bool((problem.weight == 1.0).all()) else "value"
    least = min(short, max(0.0, float(worth.sum()) - first.bound))
    best = first if second.values is None else second
    assert best.values is not None
    value = float(unwanted @ best.values[: unwanted.size])
    # Without a second answer nothing is proved but that no hours are below none.
    bound = 0.0 if second.values is None else min(value, max(0.0, -second.bound))
    return (
        GoalResult(name="shortage", unit=unit, value=max(0.0, short), bound=max(0.0, least)),
        GoalResult(name="unwanted", unit="h", value=value, bound=bound),
    )


def _nothing(answer: Answer, seconds: float) -> Solution[OwnerPlan]:
    if answer.outcome is Outcome.INFEASIBLE:
        return Solution(status=Status.INFEASIBLE, sense="min", seconds=seconds)
    ended = "cancel" if answer.outcome is Outcome.CANCEL else "time"
    return Solution(status=Status.UNKNOWN, sense="min", stopped_by=ended, seconds=seconds)


def _solution(
    problem: RoleProblem,
    blocks: _Blocks,
    best: Answer,
    goals: tuple[GoalResult, ...],
    seconds: float,
) -> Solution[OwnerPlan]:
    assert best.values is not None
    owner = np.full(problem.need_hours.shape, -1, dtype=np.int64)
    held = np.flatnonzero(best.values[: blocks.person.size] > 0.5)
    owner[blocks.pool[held], blocks.phase[held]] = blocks.person[held]
    proved = all(goal.distance <= PROVED * max(1.0, goal.value) for goal in goals)
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        sense="min",
        plan=OwnerPlan(owner=owner, goals=goals),
        objective=goals[0].value,
        bound=goals[0].bound,
        stopped_by="proof" if proved else "gap" if best.outcome is Outcome.SOLVED else "time",
        seconds=seconds,
    )
