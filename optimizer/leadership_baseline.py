"""State what a plan is compared with: doing nothing, or doing without one lever (L1, L14).

Every function returns another problem of the same shape, so plans stay comparable entry by entry.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from optimizer.sourcing_problem import Decisions, SourcingProblem, no_decisions

Floats = NDArray[np.float64]

UNFOLDING = ("managers",)
"""Decisions that follow from the others and are therefore left to the model."""


class Lever(StrEnum):
    """Name what leadership can pull."""

    OUTSOURCING = "outsourcing"
    TRAINING = "training"
    HIRING = "hiring"
    AUTOMATION = "automation"
    REDUNDANCY = "redundancy"


def do_nothing(problem: SourcingProblem) -> SourcingProblem:
    """Return the problem with no hire, no redundancy, no move, no new contract, no tool (L1).

    Decisions already taken stay, contracts that run already go on in every scenario, moves that
    happen by themselves happen, roles may be chosen, managers follow the headcount; hours, overtime
    and volumes are free.
    """
    idle = no_decisions(problem)
    idle = replace(
        idle,
        running=_running_on(problem),
        moves=_by_themselves(problem),
        **{name: np.full_like(getattr(idle, name), np.nan) for name in UNFOLDING},
    )
    return replace(
        problem,
        hires=tuple(replace(option, min_total=0.0) for option in problem.hires),
        reveal_month=None,
        fixed=_taken_over(problem.fixed, idle),
    )


def _running_on(problem: SourcingProblem) -> Floats:
    runs = [[float(v.running_since_months is not None)] for v in problem.providers]
    months = len(problem.months)
    return np.repeat(np.array(runs).reshape(-1, 1), months, axis=1)


def _by_themselves(problem: SourcingProblem) -> Floats:
    found = np.zeros((len(problem.moves), len(problem.months)))
    for index, move in enumerate(problem.moves):
        if not move.bought:
            found[index] = np.nan
    return found


def _taken_over(taken: Decisions | None, idle: Decisions) -> Decisions:
    """Return `idle` with the decisions already taken in their place."""
    if taken is None:
        return idle
    merged = {}
    for name, value in vars(idle).items():
        known = getattr(taken, name)
        merged[name] = np.where(np.isnan(known), value, known)
    return Decisions(**merged)


def without(problem: SourcingProblem, *levers: Lever) -> SourcingProblem:
    """Return the problem with the levers turned off; what is committed already stays (L14).

    A plan of the problem returned is a plan of the problem given: turning a lever off can only
    lower the optimum.
    """
    limits: dict[str, Floats] = {}
    changed = problem
    for lever in levers:
        if lever is Lever.HIRING:
            options = tuple(replace(o, max_total=o.min_total) for o in changed.hires)
            changed = replace(changed, hires=options)
        elif lever is Lever.TRAINING:
            moves = tuple(replace(m, max_total=0.0) if m.bought else m for m in changed.moves)
            changed = replace(changed, moves=moves)
        elif lever is Lever.OUTSOURCING:
            new = [v.running_since_months is None for v in problem.providers]
            limits["running"] = _off(problem, new)
        elif lever is Lever.REDUNDANCY:
            limits["layoffs"] = _off(problem, [True] * len(problem.states))
        else:
            limits["automated"] = _off(problem, [True] * len(problem.automations))
    return _held(changed, limits)


def _off(problem: SourcingProblem, offers: list[bool]) -> Floats:
    """Return (N, T): 0 where an offer is turned off, NaN where it is left open."""
    column = np.where(np.array(offers, dtype=bool).reshape(-1, 1), 0.0, np.nan)
    return np.repeat(column, len(problem.months), axis=1)


def _held(problem: SourcingProblem, limits: dict[str, Floats]) -> SourcingProblem:
    if not limits:
        return problem
    held = replace(no_decisions(problem, np.nan), **limits)
    return replace(problem, fixed=_taken_over(problem.fixed, held))


def without_provider(problem: SourcingProblem, provider: int) -> SourcingProblem:
    """Return the problem without one provider's new contracts."""
    chosen = [index == provider for index in range(len(problem.providers))]
    return _held(problem, {"running": _off(problem, chosen)})


def without_hire(problem: SourcingProblem, option: int) -> SourcingProblem:
    """Return the problem without one way to hire."""
    return exactly_hired(problem, option, 0)


def exactly_hired(problem: SourcingProblem, option: int, count: float) -> SourcingProblem:
    """Return the problem with exactly `count` hires of one option over the horizon (L13)."""
    hires = tuple(
        replace(o, min_total=float(count), max_total=float(count)) if index == option else o
        for index, o in enumerate(problem.hires)
    )
    return replace(problem, hires=hires)
