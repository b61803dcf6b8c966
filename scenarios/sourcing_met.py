"""Take over the best plan met while questions were answered (docs/model-leadership.md, L17)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from optimizer.result import Options, Solution
from optimizer.sourcing_evaluate import with_decisions
from optimizer.sourcing_problem import Decisions, SourcingPlan, SourcingProblem
from scenarios.decide import Watch

WORTH_TAKING_EUR = 1.0
"""Less than this is arithmetic, not a better plan."""

Solved = Solution[SourcingPlan]


def best_met(
    problem: SourcingProblem,
    solved: Solved,
    answers: Sequence[Solved],
    foreseen: Sequence[Solved],
    options: Options,
    watch: Watch,
) -> Solved:
    """Return the solution of `problem`, with a better plan where a question led to one.

    Parameters
    ----------
    solved
        What the search ended with.
    answers
        Solutions under more limits or with fewer levers: their decisions are worth as much here,
        if they keep the rules.
    foreseen
        Solutions for other demand: what their decisions are worth here has to be worked out.
    """
    best = solved
    for each in sorted(answers, key=_worth_eur, reverse=True):
        if each.plan is not None and _worth_eur(each) > _worth_eur(best) + WORTH_TAKING_EUR:
            best = _better(problem, best, each.plan.decisions, options, watch)
    tried = [each.plan.decisions for each in (solved, best) if each.plan is not None]
    for each in foreseen:
        if each.plan is None or any(_same(each.plan.decisions, other) for other in tried):
            continue
        if watch.is_cancelled():
            break
        tried.append(each.plan.decisions)
        best = _better(problem, best, each.plan.decisions, options, watch)
    return best


def _worth_eur(solved: Solved) -> float:
    return -np.inf if solved.objective is None else solved.objective


def _better(
    problem: SourcingProblem, best: Solved, decisions: Decisions, options: Options, watch: Watch
) -> Solved:
    found = with_decisions(problem, best, decisions, options, watch.cancelled)
    if found is None or _worth_eur(found) <= _worth_eur(best) + WORTH_TAKING_EUR:
        return best
    return found


def _same(one: Decisions, other: Decisions) -> bool:
    pairs = zip(vars(one).values(), vars(other).values(), strict=True)
    return all(np.array_equal(a, b) for a, b in pairs)
