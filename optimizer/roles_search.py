"""Search one goal at a time over parts of the teams (docs/model-roles.md, R13 to R15)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimizer.linear_model import LinearModel
from optimizer.mathopt import Answer, Limits, Outcome, solve
from optimizer.result import Options
from optimizer.roles_model import Goal, RoleModel
from optimizer.roles_part import Part, part_of, with_cap
from optimizer.roles_problem import Bools, Floats, Ints

COMPLETION_SECONDS = 10.0
"""Least time for a linear program that completes roles, so that none found is lost."""
WHOLE = 1e-6
TOGETHER = 2
"""Windows solved at once, whatever the number of workers: the result must not depend on it."""
CAP_SLACK = 1e-9
"""Share of a goal's scale by which its cap stays above the value reached."""


@dataclass(frozen=True, kw_only=True)
class Window:
    """Hold the pools whose people may change roles together."""

    pools: tuple[int, ...]


@dataclass(kw_only=True)
class Budget:
    """Hold what ends the search: a wall-clock backstop, nodes a part, a wish to stop."""

    options: Options
    cancelled: Callable[[], bool] | None
    deadline: float

    def left(self) -> float:
        """Return the seconds left."""
        return self.deadline - perf_counter()

    def over(self) -> bool:
        """Tell whether the search should end now."""
        return self.left() <= 0 or self.stopped()

    def stopped(self) -> bool:
        """Tell whether somebody wants the search to end."""
        return self.cancelled is not None and self.cancelled()

    def until(self, deadline: float) -> Budget:
        """Return the same budget with an earlier end."""
        return replace(self, deadline=min(self.deadline, deadline))

    def limits(
        self,
        *,
        nodes: int | None = None,
        target: float | None = None,
        gap: float | None = None,
        seconds: float = np.inf,
    ) -> Limits:
        """Return the limits of one solve."""
        return Limits(
            seconds=min(seconds, self.left()),
            nodes=nodes,
            target=target,
            gap=self.options.gap if gap is None else gap,
            seed=self.options.seed,
            cancelled=self.cancelled,
        )


class Search:
    """Hold the model with the caps of the goals reached, and the best point found."""

    def __init__(self, stated: RoleModel, budget: Budget, x: Floats | None = None) -> None:
        self.stated, self.budget = stated, budget
        self.model: LinearModel = stated.model
        self.x = np.zeros(stated.model.gain.size) if x is None else x

    def aim(self, goal: Goal) -> None:
        """Make one goal the objective."""
        self.goal = goal
        self.model = replace(self.model, gain=-goal.cost)

    def value(self, x: Floats | None = None) -> float:
        """Return the goal at the best point, or at another."""
        return self.goal.value(self.x if x is None else x)

    def cap_at(self, goal: Goal, value: float, tolerance: float) -> None:
        """Keep a goal at a value, from here on."""
        most = value - goal.constant + (tolerance + CAP_SLACK) * goal.scale
        self.model = with_cap(self.model, goal.cost, most)

    def relax(self) -> Answer:
        """Solve the linear relaxation of the whole."""
        return solve(self.model.relaxed(), replace(self.budget.limits(), cancelled=None))

    def complete(self, decisions: Floats) -> Floats | None:
        """Fix the roles and let a linear program place the hours; None if it cannot."""
        x = self.rounded(decisions)
        free = self._hours_free(x)
        if not free.any():
            return x
        found = self._solve_part(free, x, self.completion(), relaxed=True)
        return None if found is None else found[1]

    def completion(self) -> Limits:
        """Return limits under which a completion always ends."""
        limits = replace(self.budget.limits(), cancelled=None)
        return replace(limits, seconds=max(limits.seconds, COMPLETION_SECONDS))

    def rounded(self, decisions: Floats) -> Floats:
        """Return the point with whole roles and no hours yet."""
        x = np.zeros_like(decisions)
        x[: self.stated.holder_count] = np.rint(decisions[: self.stated.holder_count])
        return x

    def take(self, decisions: Floats) -> bool:
        """Keep the roles of a point if, completed, they are better than the best."""
        completed = self.complete(decisions)
        if completed is None or self.value(completed) >= self.value() - WHOLE * WHOLE:
            return False
        self.x = completed
        return True

    def place(self, decisions: Floats) -> bool:
        """Make the roles of a point the best, whatever they are worth, if they can be completed."""
        completed = self.complete(decisions)
        if completed is not None:
            self.x = completed
        return completed is not None

    def sweep(self, windows: Sequence[Window], nodes: int | None, target: float | None) -> None:
        """Improve window by window, several at once; the result does not depend on how many."""
        for first in range(0, len(windows), TOGETHER):
            if self.budget.over():
                return
            self._take_all(windows[first : first + TOGETHER], nodes, target)

    def _take_all(self, group: Sequence[Window], nodes: int | None, target: float | None) -> None:
        def found(window: Window) -> tuple[Answer, Floats] | None:
            limits = self.budget.limits(nodes=nodes, target=target)
            return self._solve_part(self.free_of(window), self.x, limits)

        if self.budget.options.workers > 1:
            with ThreadPoolExecutor(max_workers=len(group)) as pool:
                points = list(pool.map(found, group))
        else:
            points = [found(window) for window in group]
        roles = [self._roles_changed(point[1]) for point in points if point is not None]
        together = self.x.copy()
        for changed, values in roles:
            together[changed] = values
        if len(roles) > 1 and self.take(together):
            return
        for changed, values in roles:
            alone = self.x.copy()
            alone[changed] = values
            self.take(alone)

    def _roles_changed(self, point: Floats) -> tuple[Ints, Floats]:
        whole = self.stated.holder_count
        roles = np.rint(point[:whole])
        changed = np.flatnonzero(np.abs(roles - self.x[:whole]) > 0.5)
        return changed, roles[changed]

    def solve_window(
        self,
        window: Window,
        nodes: int | None,
        *,
        target: float | None = None,
        gap: float | None = None,
    ) -> Answer | None:
        """Search one window by branch and bound and keep what is better."""
        limits = self.budget.limits(nodes=nodes, target=target, gap=gap)
        found = self._solve_part(self.free_of(window), self.x, limits)
        if found is None:
            return None
        self.take(found[1])
        return found[0]

    def _solve_part(
        self, free: Bools, x: Floats, limits: Limits, *, relaxed: bool = False
    ) -> tuple[Answer, Floats] | None:
        part = part_of(self.model, free, x)
        if not part.columns.size:
            return None
        answer = _run(part, limits, x, relaxed=relaxed, fixed=float(self.model.gain @ x))
        if answer.values is None:
            return None
        return answer, part.put_back(answer.values, x)

    def free_of(self, window: Window) -> Bools:
        """Return the columns a window frees: roles of its people, hours of all who reach them."""
        stated, whole = self.stated, self.stated.holder_count
        inside = np.isin(stated.home_of_holder(), window.pools)
        teams = np.unique(stated.holders.team[inside])
        near = np.isin(stated.holders.team, neighbours(stated, teams))
        opened = inside | (near & (self.x[:whole] > WHOLE))
        return self._free(inside, opened, touched_pools(stated, teams))

    def _free(self, roles: Bools, opened: Bools, pools: Ints) -> Bools:
        stated = self.stated
        holder = stated.extras.holder
        extras = np.isin(stated.extras.pool, pools)
        tied = holder >= 0
        extras[tied] &= opened[holder[tied]]
        return np.concatenate((roles, opened[stated.hours.holder], extras))

    def _hours_free(self, x: Floats) -> Bools:
        held = x[: self.stated.holder_count] > WHOLE
        everywhere = np.unique(self.stated.extras.pool)
        return self._free(np.zeros_like(held), held, everywhere)


def _run(part: Part, limits: Limits, x: Floats, *, relaxed: bool, fixed: float) -> Answer:
    model = part.model.relaxed() if relaxed else part.model
    if limits.target is not None:
        inside = float(part.model.gain @ x[part.columns])
        limits = replace(limits, target=limits.target - (fixed - inside))
    hint = None if relaxed else np.clip(x[part.columns], model.lower, model.upper)
    answer = solve(model, limits, hint)
    return answer if answer.outcome is not Outcome.INFEASIBLE else Answer(outcome=answer.outcome)


def touched_pools(stated: RoleModel, teams: Ints) -> Ints:
    """Return the pools in which any of the teams can work."""
    rates = [stated.teams[t].rate.any(axis=1) for t in teams.tolist()]
    return np.flatnonzero(np.any(rates, axis=0)) if rates else np.zeros(0, dtype=np.int64)


def neighbours(stated: RoleModel, teams: Ints) -> Ints:
    """Return the teams, these included, that can work in a pool these can work in."""
    touched = touched_pools(stated, teams)
    return np.array(
        [t for t, team in enumerate(stated.teams) if team.rate[touched].any()], dtype=np.int64
    )
