"""Reach the goals one after another, each without giving up what those above it reached.

Lexicographic: solve, cap the goal at what was reached, go on (docs/model-roles.md, R4). A
weighted sum would trade hours against tastes and leave a gap that means nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter

from optimizer.mathopt import Outcome
from optimizer.result import Options
from optimizer.roles_links import MOST_PHASES_CHAINED, build_role_model
from optimizer.roles_model import Goal, RoleModel, build_shortage_model
from optimizer.roles_plan import point_of_roles, read_roles
from optimizer.roles_problem import Bools, RolePlan, RoleProblem
from optimizer.roles_search import Budget, Search
from optimizer.roles_shortage import NODES, PROVED, Say, find_shortage, is_small
from optimizer.roles_windows import everything, pairs

FIRST_GOAL_SHARE = 0.6
"""Share of the time for the first goal, where the work is."""
TOLERANCES = {"hand_offs": 1e-3, "unwanted": 1e-3, "unfair": 1e-3}
"""Share of the scale that goals with a continuous value leave to those below them."""
PERSONAL = frozenset({"unfair", "changes"})
"""Goals that look at persons one by one, people alike included."""
GAPS = {"unfair": 0.02}
"""Relative gaps at which a goal is good enough, unless the gap asked for is 0."""
COUNTED = {"backup", "apart", "islands", "changes"}
"""Goals in whole numbers: their bound may be rounded up."""


@dataclass
class Reached:
    """Hold what the search has: the roles, the hours, and each goal's bound."""

    plan: RolePlan | None = None
    bounds: dict[str, float] = field(default_factory=dict)
    caps: dict[str, float] = field(default_factory=dict)
    proved: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    relaxed_bound: float | None = None
    cut_short: bool = False
    only_first: bool = False


class Order:
    """Go through the goals of one problem."""

    def __init__(
        self,
        problem: RoleProblem,
        options: Options,
        say: Say,
        cancelled: Callable[[], bool] | None,
        *,
        only_first: bool = False,
    ) -> None:
        self.problem, self.options, self.say = problem, options, say
        self._only_first = only_first
        self._start = perf_counter()
        deadline = self._start + options.seconds
        self.budget = Budget(options=options, cancelled=cancelled, deadline=deadline)
        self.reached = Reached(only_first=only_first)

    def run(self, hints: Sequence[Bools]) -> Reached:
        """Reach the first goal, then those that count roles, then those that look at persons."""
        self._first_goal(hints)
        if self.reached.plan is None or self._only_first:
            return self.reached
        for alike, names in ((True, None), (False, PERSONAL)):
            self._next_goals(alike=alike, names=names)
        return self.reached

    def _constant_goals(self, stated: RoleModel) -> None:
        """Call a goal proved that nothing in the model can change."""
        present = {goal.name for goal in stated.goals}
        names = {"backup", "sla_breach", "hand_offs", "apart", "unwanted", "unfair", "changes"}
        if len(self.problem.phases) <= MOST_PHASES_CHAINED or self.problem.max_phases < 2:
            names.add("islands")
        for name in sorted(names - present):
            self.reached.bounds[name] = math.inf
            self.reached.proved.add(name)

    def _first_goal(self, hints: Sequence[Bools]) -> None:
        stated = build_shortage_model(self.problem)
        share = 1.0 if self._only_first else FIRST_GOAL_SHARE
        budget = self.budget.until(self._start + share * self.options.seconds)
        search = Search(stated, budget)
        goal = stated.goals[0]
        search.aim(goal)
        relaxed = search.relax()
        if relaxed.outcome is not Outcome.SOLVED or relaxed.values is None:
            self.reached.cut_short = True
            return
        bound = max(0.0, goal.constant - relaxed.bound)
        self.reached.relaxed_bound = bound
        self.say("relaxation solved", None, bound)
        known = (*hints, self.problem.current_roles)
        bound = find_shortage(search, relaxed, bound, known, self.say)
        if any(point_of_roles(stated, hint) is None for hint in hints):
            self.reached.notes.append("the hint does not fit this problem and was ignored")
        self._keep(goal, search.value(), bound)
        self.reached.cut_short |= budget.over()
        self.reached.plan = read_roles(stated, search.x)

    def _next_goals(self, *, alike: bool, names: frozenset[str] | None) -> None:
        """Reach the goals after the first; `names` restricts them to some."""
        if self.budget.over():
            self.reached.cut_short = True
            return
        assert self.reached.plan is not None
        stated = build_role_model(self.problem, alike=alike, fair=names is not None)
        if names is not None:
            self._constant_goals(stated)
        search = self._entered(stated)
        if search is None:
            return
        mine = [goal for goal in stated.goals if self._is_open(goal, names)]
        later = len(PERSONAL) if names is None else 0
        for place, goal in enumerate(mine):
            share = self.budget.left() / (len(mine) - place + later)
            search.budget = self.budget.until(perf_counter() + share)
            self._pursue(search, goal)
        self.reached.plan = read_roles(stated, search.x)

    def _is_open(self, goal: Goal, names: frozenset[str] | None) -> bool:
        if names is not None:
            return goal.name in names
        return goal.name not in self.reached.caps and goal.name != "changes"

    def _entered(self, stated: RoleModel) -> Search | None:
        """Return a search on a finer model that stands where the coarser one ended."""
        assert self.reached.plan is not None
        search = Search(stated, self.budget)
        for goal in stated.goals:
            if goal.name in self.reached.caps:
                search.cap_at(goal, self.reached.caps[goal.name], _tolerance(goal))
        search.aim(stated.goals[0])
        point = point_of_roles(stated, self.reached.plan.roles)
        if point is None or not search.place(point):
            self.reached.notes.append("later goals were left as they are: arithmetic")
            return None
        return search

    def _pursue(self, search: Search, goal: Goal) -> None:
        """Reach one goal and cap it."""
        search.aim(goal)
        search.place(search.x)
        bound = self._bound_and_search(search, goal)
        if goal.name in COUNTED:
            bound = float(math.ceil(bound - 1e-6))
        value = search.value()
        self._keep(goal, value, bound)
        search.cap_at(goal, value, _tolerance(goal))
        self.say(f"goal {goal.name}", value, bound)

    def _keep(self, goal: Goal, value: float, bound: float) -> None:
        """Write down what a goal reached, and whether that is proved the best."""
        self.reached.bounds[goal.name] = min(bound, value)
        self.reached.caps[goal.name] = value
        if value - bound <= PROVED * goal.scale:
            self.reached.proved.add(goal.name)

    def _bound_and_search(self, search: Search, goal: Goal) -> float:
        enough = PROVED * goal.scale
        if search.value() <= goal.least + enough:
            return goal.least
        if search.budget.over():
            self.reached.cut_short = True
            return goal.least
        relaxed = search.relax()
        bound = goal.least
        if relaxed.outcome is Outcome.SOLVED:
            bound = max(bound, goal.constant - relaxed.bound)
        if search.value() - bound <= enough:
            return bound
        return self._search_goal(search, goal, bound)

    def _search_goal(self, search: Search, goal: Goal, bound: float) -> float:
        if is_small(search.stated):
            gap = max(self.options.gap, GAPS.get(goal.name, 0.0)) if self.options.gap else 0.0
            answer = search.solve_window(everything(search.stated), self.options.effort, gap=gap)
            found = bound if answer is None else max(bound, goal.constant - answer.bound)
        else:
            search.sweep(pairs(search, 0), NODES, None)
            found = bound
        self.reached.cut_short |= search.budget.over()
        return found


def _tolerance(goal: Goal) -> float:
    return TOLERANCES.get(goal.name, 0.0)
