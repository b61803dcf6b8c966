"""Say what more capacity would bring: an hour, a person, a training (docs/model-roles.md, R21)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter

import numpy as np

from optimizer.result import Cancelled, Options
from optimizer.roles import least_shortage
from optimizer.roles_plan import hours_and_prices
from optimizer.roles_problem import Bools, Floats, RolePlan, RoleProblem

LEAST_SECONDS = 0.1
HOURS = 1e-6
MOST_TRAININGS = 8
"""Trainings solved again; the others are left out, the least promising first."""
NEW_PERSON = "one more person"


@dataclass(frozen=True, kw_only=True)
class CapacityValue:
    """Hold what one change would save of the shortage, in the unit of the first goal.

    `short` afterwards; `bound`: no plan after the change leaves less.
    """

    change: str
    pool: int
    phase: int
    person: int
    saved: float
    short: float
    bound: float


def hour_values(problem: RoleProblem, plan: RolePlan) -> Floats:
    """Return (Q, P): what one more effective hour saves with the roles as they are.

    Good for small changes only.
    """
    return np.where(plan.short_hours > HOURS, problem.weight, _price(problem, plan.roles))


def _price(problem: RoleProblem, roles: Bools) -> Floats:
    return hours_and_prices(problem, roles)[1]


def value_of_persons(
    problem: RoleProblem,
    plan: RolePlan,
    options: Options,
    *,
    hours: float,
    cancelled: Cancelled | None = None,
) -> tuple[CapacityValue, ...]:
    """Return for each phase what one more specialist would save, solved again.

    The specialist joins the pool where an hour of the phase is worth most (the first of equals).
    """
    base = float((problem.weight * plan.short_hours).sum())
    worth = np.where(problem.need_hours > 0, hour_values(problem, plan), -1.0)
    needed = np.flatnonzero((problem.need_hours > 0).any(axis=0)).tolist()
    cases = [(int(worth[:, phase].argmax()), phase) for phase in needed]
    found = []
    for (pool, phase), limits in zip(cases, _shares(options, len(cases)), strict=True):
        hired = with_specialist(problem, pool, phase, hours)
        only = np.arange(len(problem.phases)) == phase
        solution = least_shortage(hired, limits(), [np.vstack((plan.roles, only))], cancelled)
        change = f"{NEW_PERSON} for {problem.phases[phase]} in {problem.pools[pool]}"
        value = _value(change, (pool, phase, -1), base, solution.objective, solution.bound)
        found += [] if value is None else [value]
    return tuple(sorted(found, key=lambda each: (-each.saved, each.pool, each.phase)))


def value_of_trainings(
    problem: RoleProblem,
    plan: RolePlan,
    options: Options,
    *,
    speed: float = 1.0,
    most: int = MOST_TRAININGS,
    cancelled: Cancelled | None = None,
) -> tuple[CapacityValue, ...]:
    """Return what it would save to train a person for a phase, the most promising solved again.

    Candidates are persons not able in a phase that is short in a pool they reach, ranked by the
    weight they could move there.
    """
    base = float((problem.weight * plan.short_hours).sum())
    cases = training_cases(problem, plan)[:most]
    found = []
    for (person, phase), limits in zip(cases, _shares(options, len(cases)), strict=True):
        trained = with_training(problem, person, phase, speed)
        solution = least_shortage(trained, limits(), [plan.roles], cancelled)
        change = f"train {problem.person_ids[person]} for {problem.phases[phase]}"
        home = int(problem.home_pool[person])
        value = _value(change, (home, phase, person), base, solution.objective, solution.bound)
        found += [] if value is None else [value]
    return tuple(sorted(found, key=lambda each: (-each.saved, each.person, each.phase)))


def training_cases(problem: RoleProblem, plan: RolePlan) -> list[tuple[int, int]]:
    """Return (person, phase) worth training, the most promising first."""
    missing = problem.weight * plan.short_hours
    could = (problem.reach()[:, :, None] * missing[None]).max(axis=1, initial=0.0)
    worth = np.minimum(could, problem.person_hours[:, None])
    worth[problem.able() | problem.bans] = 0.0
    # Somebody whose own work is worth little an hour is the better candidate.
    prices = _price(problem, plan.roles)
    busy = (plan.hours * prices[None]).sum(axis=(1, 2)) / np.maximum(problem.person_hours, HOURS)
    rank = [(-worth[i, p], float(busy[i]), i, p) for i, p in np.argwhere(worth > HOURS).tolist()]
    return [(person, phase) for _, _, person, phase in sorted(rank)]


def with_specialist(problem: RoleProblem, pool: int, phase: int, hours: float) -> RoleProblem:
    """Return the problem with one more person who can do one phase in one pool."""
    phases, pools = len(problem.phases), len(problem.pools)
    only = (np.arange(phases) == phase)[None]
    nothing = np.zeros((1, phases), dtype=bool)
    return replace(
        problem,
        person_ids=(*problem.person_ids, NEW_PERSON),
        person_hours=np.append(problem.person_hours, hours),
        home_pool=np.append(problem.home_pool, pool),
        speed=np.vstack((problem.speed, only.astype(np.float64))),
        helps=np.vstack((problem.helps, np.zeros((1, pools), dtype=bool))),
        help_factors=np.vstack((problem.away_factor(), np.ones((1, pools)))),
        preference=np.vstack((problem.preference, np.ones((1, phases)))),
        pins=np.vstack((problem.pins, nothing)),
        bans=np.vstack((problem.bans, nothing)),
        current_roles=np.vstack((problem.current_roles, nothing)),
    )


def with_training(problem: RoleProblem, person: int, phase: int, speed: float) -> RoleProblem:
    """Return the problem in which the person can do the phase."""
    faster = problem.speed.copy()
    faster[person, phase] = max(speed, float(faster[person, phase]))
    return replace(problem, speed=faster)


class _Shared:
    """Hand out what is left of the seconds in equal parts."""

    def __init__(self, options: Options, count: int) -> None:
        self._options, self._left = options, count
        self._end = perf_counter() + options.seconds

    def __call__(self) -> Options:
        left = (self._end - perf_counter()) / max(1, self._left)
        self._left -= 1
        return replace(self._options, seconds=max(LEAST_SECONDS, left))


def _shares(options: Options, count: int) -> list[_Shared]:
    return [_Shared(options, count)] * count


def _value(
    change: str,
    place: tuple[int, int, int],
    before: float,
    after: float | None,
    bound: float | None,
) -> CapacityValue | None:
    if after is None or bound is None:
        return None
    pool, phase, person = place
    saved = max(0.0, before - after)
    return CapacityValue(
        change=change,
        pool=pool,
        phase=phase,
        person=person,
        saved=saved,
        short=min(after, before),
        bound=bound,
    )
