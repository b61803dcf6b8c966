"""Search the first goal, the shortage: where the work of the solver is (R13 to R16)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from optimizer.mathopt import Answer, solve
from optimizer.result import SolverError
from optimizer.roles_bound import pool_bound
from optimizer.roles_model import RoleModel
from optimizer.roles_plan import point_of_roles
from optimizer.roles_problem import Bools
from optimizer.roles_search import Search
from optimizer.roles_start import relax_and_fix
from optimizer.roles_windows import everything, pairs

SMALL = 450
"""Up to so many roles to choose among, all pools are searched at once."""
SWEEPS = 2
NODES = 40
BOUND_ROUNDS = 2
CUT_SECONDS = 15.0
"""Time for the root of the whole model, which proves more than prices where it gets so far."""
PROVED = 1e-6
"""Share of a goal's scale below which value and bound are the same."""

Say = Callable[[str, float | None, float | None], None]
"""Takes a message, the value of a goal and its bound."""


def is_small(stated: RoleModel) -> bool:
    """Tell whether all pools are searched at once."""
    return stated.holder_count <= SMALL


def find_shortage(
    search: Search, relaxed: Answer, bound: float, hints: Sequence[Bools], say: Say
) -> float:
    """Leave the best roles found in the search and return the bound proved.

    Raises
    ------
    SolverError
        When not even the first roles can be completed.
    """
    assert relaxed.values is not None
    if not search.place(relax_and_fix(search, relaxed.values)):
        raise SolverError("the first roles could not be completed with hours")
    for hint in hints:
        point = point_of_roles(search.stated, hint)
        if point is not None:
            search.take(point)
    say("first roles", search.value(), bound)
    if search.value() - bound <= _enough(search):
        return bound
    if is_small(search.stated):
        return _search_whole(search, bound)
    return _search_pairs(search, relaxed, bound, say)


def _enough(search: Search) -> float:
    """Return the shortage that need not be searched any more: a share of the work."""
    return max(search.budget.options.gap, PROVED) * search.goal.scale


def _search_whole(search: Search, bound: float) -> float:
    goal, window = search.goal, everything(search.stated)
    target = goal.constant - bound - _enough(search)
    answer = search.solve_window(window, search.budget.options.effort, target=target)
    return bound if answer is None else max(bound, goal.constant - answer.bound)


def _search_pairs(search: Search, relaxed: Answer, bound: float, say: Say) -> float:
    """Sweep over pairs of pools until a sweep brings little, then prove more."""
    goal, effort = search.goal, search.budget.options.effort
    target = goal.constant - bound - PROVED * goal.scale
    for sweep in range(SWEEPS if effort is None else effort):
        before = search.value()
        search.sweep(pairs(search, sweep), NODES, target)
        say("pairs of pools searched", search.value(), bound)
        if search.value() - bound <= _enough(search):
            return bound
        if search.value() >= before - _enough(search) / 10:
            break
    return _prove_more(search, relaxed, bound, say)


def _prove_more(search: Search, relaxed: Answer, bound: float, say: Say) -> float:
    """Return the better of the bounds by pool prices and by cuts on the whole model."""
    goal, value, budget = search.goal, search.value(), search.budget
    if bound > PROVED * goal.scale:
        priced = pool_bound(search.stated, relaxed, budget, reached=value, rounds=BOUND_ROUNDS)
        bound = max(bound, priced)
        say("pools priced", value, bound)
    if value - bound > _enough(search) and not budget.over():
        limits = budget.limits(nodes=1, seconds=CUT_SECONDS)
        bound = max(bound, goal.constant - solve(search.model, limits).bound)
        say("cuts added", value, bound)
    return bound
