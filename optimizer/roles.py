"""Decide who holds which phases of which pools in a period (docs/model-roles.md).

Work that stays uncovered is a result with its reason, never an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from time import perf_counter

from optimizer.result import Cancelled, OnProgress, Options, Progress, Shortfall, Solution, Status
from optimizer.roles_links import MOST_PHASES_CHAINED
from optimizer.roles_order import Order, Reached
from optimizer.roles_patterns import persons_without_role
from optimizer.roles_problem import Bools, GoalResult, RolePlan, RoleProblem
from optimizer.roles_reasons import explain_short_hours
from optimizer.roles_shortage import Say
from optimizer.verify_roles import evaluate_roles

UNITS = {
    "backup": "holders",
    "sla_breach": "h",
    "hand_offs": "customers",
    "apart": "phases",
    "islands": "islands",
    "unwanted": "h",
    "unfair": "share",
    "changes": "phases",
}
"""The goals after the first, in their order, and their units."""


def solve_roles(
    problem: RoleProblem,
    options: Options,
    hint: RolePlan | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Cancelled | None = None,
) -> Solution[RolePlan]:
    """Return the roles that leave least uncovered and, among those, serve the next goals best.

    `objective`, `bound` and `gap` are those of the first goal, shortage by value;
    `plan.goals` has every goal with its own. `options.gap` is a share of all work, never of the
    shortage: a gap relative to nothing short would mean nothing. OPTIMAL means that every goal
    met its bound in its turn. A cancelled solve hands back the best plan so far.
    """
    order = Order(problem, options, _reporter(on_progress), cancelled)
    return _ordered(order, () if hint is None else (hint.roles,))


def least_shortage(
    problem: RoleProblem,
    options: Options,
    hints: Sequence[Bools] = (),
    cancelled: Cancelled | None = None,
) -> Solution[RolePlan]:
    """Reach the first goal only, never worse than any of the roles hinted (N, P) that fit.

    The other goals are reported as they come out.
    """
    order = Order(problem, options, _reporter(None), cancelled, only_first=True)
    return _ordered(order, hints)


def _ordered(order: Order, hints: Sequence[Bools]) -> Solution[RolePlan]:
    started = perf_counter()
    stuck = persons_without_role(order.problem)
    if stuck:
        return _infeasible(order.problem, stuck)
    reached = order.run(hints)
    stopped = order.budget.stopped()
    return _solution(order.problem, reached, stopped=stopped, seconds=perf_counter() - started)


def _solution(
    problem: RoleProblem, reached: Reached, *, stopped: bool, seconds: float
) -> Solution[RolePlan]:
    notes = (*reached.notes, *_notes(problem))
    if reached.plan is None:
        ended = "cancel" if stopped else "time"
        return Solution(
            status=Status.UNKNOWN, sense="min", stopped_by=ended, seconds=seconds, notes=notes
        )
    plan = replace(reached.plan, goals=_goals(problem, reached))
    first = plan.goals[0]
    names = [goal.name for goal in plan.goals]
    proved = set(names[:1] if reached.only_first else names) <= reached.proved
    ended = "proof" if proved else "cancel" if stopped else _ending(reached)
    return Solution(
        status=Status.OPTIMAL if proved else Status.FEASIBLE,
        sense="min",
        plan=plan,
        objective=first.value,
        bound=first.bound,
        relaxed_bound=None
        if reached.relaxed_bound is None
        else min(reached.relaxed_bound, first.value),
        terms=_terms(problem, plan, first.value),
        shortfalls=explain_short_hours(problem, plan),
        stopped_by=ended,
        seconds=seconds,
        notes=notes,
    )


def _ending(reached: Reached) -> str:
    return "time" if reached.cut_short else "gap"


def _goals(problem: RoleProblem, reached: Reached) -> tuple[GoalResult, ...]:
    """Return each goal as the plan turns out, with what was proved of it."""
    assert reached.plan is not None
    found = evaluate_roles(problem, reached.plan)
    first = "h" if bool((problem.weight == 1.0).all()) else "value"
    return tuple(
        GoalResult(
            name=name,
            unit=UNITS.get(name, first),
            value=value,
            bound=min(value, reached.bounds.get(name, 0.0)),
        )
        for name, value in found.items()
    )


def _terms(problem: RoleProblem, plan: RolePlan, total: float) -> dict[str, float]:
    """Return the shortage phase by phase; the last non-zero one takes what rounding leaves."""
    by_phase = (problem.weight * plan.short_hours).sum(axis=0)
    terms = {
        f"short {name}": float(short)
        for name, short in zip(problem.phases, by_phase, strict=True)
        if short > 0
    }
    return terms if abs(sum(terms.values()) - total) <= 1e-7 * max(1.0, total) else {}


def _notes(problem: RoleProblem) -> list[str]:
    if len(problem.phases) > MOST_PHASES_CHAINED and problem.max_phases > 1:
        return [f"with more than {MOST_PHASES_CHAINED} phases, islands are counted, not avoided"]
    return []


def _infeasible(problem: RoleProblem, stuck: list[int]) -> Solution[RolePlan]:
    shortfalls = tuple(_stuck(problem, person) for person in stuck)
    return Solution(status=Status.INFEASIBLE, sense="min", shortfalls=shortfalls)


def _stuck(problem: RoleProblem, person: int) -> Shortfall:
    name = problem.person_ids[person]
    pinned = [problem.phases[p] for p in range(len(problem.phases)) if problem.pins[person, p]]
    return Shortfall(
        code="pins_contradict",
        subject=name,
        amount=float(len(pinned)),
        unit="phases",
        reason=f"{name} must hold {', '.join(pinned)}, which the other rules forbid",
        remedy="drop a pin, lift the ban, train the person, or allow more phases",
    )


def _reporter(on_progress: OnProgress | None) -> Say:
    def say(message: str, objective: float | None, bound: float | None) -> None:
        if on_progress is not None:
            on_progress(Progress(stage="roles", message=message, objective=objective, bound=bound))

    return say
